"""The records that travel through the pipeline, as frozen dataclasses; the glossary is in docs/glossary.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

__all__ = [
    "AGENT",
    "Draft",
    "Feedback",
    "Kind",
    "Metric",
    "Period",
    "Problem",
    "Quarantined",
    "Score",
    "Service",
    "feedback_id",
]


AGENT = "agent"  # the segment that names who served a contact: a person


class Kind(StrEnum):
    """What a source holds."""

    SURVEY = "survey"
    REVIEW = "review"
    TICKET = "ticket"


class Metric(StrEnum):
    """What a score measures."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Score:
    """The number a customer gave, kept raw, with the scale that it lies on."""

    value: float
    low: float
    high: float
    metric: Metric
    higher_is_better: bool = True

    @property
    def scaled(self) -> float:
        """The score on 0-1, where 1 is best."""
        share = (self.value - self.low) / (self.high - self.low)
        return share if self.higher_is_better else 1.0 - share


@dataclass(frozen=True, slots=True)
class Service:
    """What a help desk recorded about one contact; times are in UTC."""

    reported_at: datetime | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    handled_seconds: float | None = None
    reopened: bool | None = None
    compensation: float | None = None  # what was paid to make up for it, in `currency`; 0: nothing was
    currency: str | None = None  # GBP, EUR: three capital letters

    def is_empty(self) -> bool:
        """True when nothing at all is known."""
        return all(
            value is None
            for value in (
                self.reported_at,
                self.responded_at,
                self.resolved_at,
                self.handled_seconds,
                self.reopened,
                self.compensation,
            )
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one field of one row. `found` never holds more than a redacted glimpse."""

    field: str
    found: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field} is {self.found!r}: {self.reason}" if self.found else f"{self.field}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Draft:
    """One parsed record before redaction: lives in memory only, storage does not accept it (law 3).

    `text` is title and body joined by a newline. `source_id` is None where the source has no id; privacy.py then
    derives one. `names` are the personal names found in the record's own fields; they are marked in the text.
    """

    source: str
    kind: Kind
    row: int
    text: str
    source_id: str | None = None
    occurred_at: datetime | None = None
    score: Score | None = None
    author: str | None = None
    response_id: str | None = None
    language: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    service: Service = Service()
    names: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """One redacted record: one survey answer, review or customer's ticket comment.

    `author` and `content_hash` are HMACs under the project's key. `reference` is what a reader may be shown to find
    the record in its source: the source's own id, else the row number in the file.
    """

    source: str
    source_id: str
    kind: Kind
    reference: str
    text: str
    content_hash: str
    occurred_at: datetime | None = None
    score: Score | None = None
    author: str | None = None
    response_id: str | None = None
    language: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    service: Service = Service()
    redactions: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    row: int = 0  # the draft's row: where the record stood in its file or page

    @property
    def id(self) -> str:
        """The id under which every room knows this record."""
        return feedback_id(self.source, self.source_id)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused record, redacted, with every reason why. `fields` are its redacted mapped fields.

    `origin` is the file it came from, where a source reads several.
    """

    source: str
    kind: Kind
    row: int
    content_hash: str
    fields: Mapping[str, str]
    problems: tuple[Problem, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A closed stretch of time, `start` included, `end` not; both None for undated data ("all feedback")."""

    label: str
    start: datetime | None
    end: datetime | None
    length: str  # week | 4 weeks | quarter | all
    timezone: str = "UTC"
    reason: str = ""

    @property
    def slug(self) -> str:
        """The period as a folder name: 2026-W46, 2026-W43..W46, 2026-Q3, all."""
        return self.label.split(" · ")[0].replace(" ", "-")

    @staticmethod
    def order_of(slug: str) -> str:
        """What sorts slugs by the end of their periods, whatever their lengths; "all" comes first."""
        if slug == "all":
            return ""
        year, last = int(slug[:4]), slug[5:]
        if last.startswith("Q"):
            return f"{year}-W{13 * int(last[1:]):02d}"
        first, _, end = last.partition("-to-")
        return f"{year + (end < first)}-{end}" if end else f"{year}-{first}"

    @property
    def before(self) -> str:
        """The period of the same length before this one, as a reader says it: the week before."""
        return "the period before" if self.length == "all" else f"the {self.length} before"


def feedback_id(source: str, source_id: str) -> str:
    """The derived id of a record: the same record has the same id on every machine."""
    return sha256(f"{source}:{source_id}".encode()).hexdigest()[:16]
