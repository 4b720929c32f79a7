"""Which column holds what: made by detect(), written to groundswell.toml by `init`, obeyed by FileExtractor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from extractors.dates import DAY_FIRST, MONTH_FIRST
from extractors.scores import ScoreColumn
from groundswell.errors import ConfigError
from groundswell.records import Metric

__all__ = ["SERVICE_FIELDS", "SINGLE_FIELDS", "ColumnMapping", "Question", "zone_named"]

# Fields that take one column each, under these names in groundswell.toml and --column.
SINGLE_FIELDS = (
    "id",
    "date",
    "author",
    "response_id",
    "language",
    "reported",
    "responded",
    "resolved",
    "handled",
    "reopened",
    "compensation",
    "currency",
)
DATE_FIELDS = ("date", "reported", "responded", "resolved")
SERVICE_FIELDS = ("reported", "responded", "resolved", "handled", "reopened", "compensation")
_SCORE_KEYS = {"column", "low", "high", "metric", "higher_is_better"}


@dataclass(frozen=True, slots=True)
class Question:
    """The columns of one answer, joined by a newline: title and body, or one open question."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns by the field that they fill; None or empty where the file has nothing for it.

    Each question gives a feedback of its own. `date_orders` has an entry for each date column with numeric dates;
    `timezone` is that of times without a zone; `handled_unit` is how many seconds a bare number in `handled` means.
    """

    questions: tuple[Question, ...] = ()
    id: str | None = None
    date: str | None = None
    score: ScoreColumn | None = None
    author: str | None = None
    response_id: str | None = None
    language: str | None = None
    reported: str | None = None
    responded: str | None = None
    resolved: str | None = None
    handled: str | None = None
    handled_unit: float = 1.0
    reopened: str | None = None
    compensation: str | None = None
    currency: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    date_orders: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    encoding: str | None = None
    delimiter: str | None = None

    def used(self) -> frozenset[str]:
        """Every column that is read for something."""
        return frozenset(self._columns())

    @property
    def version(self) -> str:
        """A short hash that changes with anything in the mapping: rows read under another one are read again."""
        return sha256(json.dumps(self.as_table(), sort_keys=True).encode()).hexdigest()[:12]

    def _columns(self) -> Iterator[str]:
        for question in self.questions:
            yield from question.columns
        for name in SINGLE_FIELDS:
            if column := getattr(self, name):
                yield column
        if self.score:
            yield self.score.column
        yield from self.segments.values()
        yield from self.names

    def as_table(self) -> dict[str, Any]:
        """The mapping as plain values for a TOML table; what is not set is left out."""
        table: dict[str, Any] = {"text": [list(question.columns) for question in self.questions]}
        table.update({name: getattr(self, name) for name in SINGLE_FIELDS if getattr(self, name)})
        if self.score:
            table["score"] = {name: getattr(self.score, name) for name in sorted(_SCORE_KEYS)}
            table["score"].update(low=float(self.score.low), high=float(self.score.high))
            table["score"]["metric"] = self.score.metric.value
        if self.handled and self.handled_unit != 1.0:
            table["handled_unit"] = self.handled_unit
        table["segments"], table["names"] = dict(self.segments), list(self.names)
        table["date_orders"], table["timezone"] = dict(self.date_orders), self.timezone
        table.update({name: getattr(self, name) for name in ("encoding", "delimiter") if getattr(self, name)})
        return {name: value for name, value in table.items() if value not in ([], {})}

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> ColumnMapping:
        """The mapping of a TOML table; raises ConfigError for a key or a value that cannot be."""
        known = {
            "text",
            "score",
            "segments",
            "names",
            "date_orders",
            "timezone",
            "handled_unit",
            "encoding",
            "delimiter",
        }
        for key in table:
            if key not in known | set(SINGLE_FIELDS):
                raise ConfigError(
                    f"columns: unknown key {key!r}; known are {', '.join(sorted(known | set(SINGLE_FIELDS)))}"
                )
        for column, order in dict(table.get("date_orders", {})).items():
            if order not in (DAY_FIRST, MONTH_FIRST):
                raise ConfigError(
                    f"columns: date_orders of {column!r} is {order!r}; {DAY_FIRST} or {MONTH_FIRST} is wanted"
                )
        zone_named(table.get("timezone", "UTC"))
        plain = {key: value for key, value in table.items() if key not in ("text", "score", "names")}
        return cls(
            questions=tuple(Question(_names("text", columns)) for columns in table.get("text", [])),
            score=_score(table["score"]) if "score" in table else None,
            names=_names("names", table.get("names", [])),
            **plain,
        )


def _names(key: str, value: Any) -> tuple[str, ...]:
    columns = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(column, str) for column in columns):
        raise ConfigError(f"columns: {key} holds {value!r}; names of columns are wanted")
    return columns


def _score(table: Any) -> ScoreColumn:
    if not isinstance(table, Mapping) or set(table) - _SCORE_KEYS or not {"column", "low", "high"} <= set(table):
        raise ConfigError(f"columns: score needs {', '.join(sorted(_SCORE_KEYS))} and nothing else; found {table!r}")
    try:
        low, high, metric = float(table["low"]), float(table["high"]), Metric(table.get("metric", "rating"))
    except ValueError as error:
        raise ConfigError(f"columns: score: {error}") from None
    if low >= high:
        raise ConfigError(f"columns: score: low is {low:g} and high is {high:g}; low must be below high")
    return ScoreColumn(str(table["column"]), low, high, metric, bool(table.get("higher_is_better", True)))


def zone_named(name: str) -> ZoneInfo:
    """The time zone; raises ConfigError where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"timezone {name!r} is not known; for example Europe/Berlin, America/New_York, UTC") from None
