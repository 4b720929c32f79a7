"""What the quality page is made from, as data: counts, dates and reasons, never a customer's words.

`flows` fills it from the store. Everything that can be unknown is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from groundswell.findings import AlertWatch, Coverage

__all__ = ["CoverageOf", "DeliveryState", "LoadState", "QualityState", "RefusedState", "SourceState", "ToneState"]


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: what of it is in the store, and how fresh it is."""

    name: str
    kind: str  # survey | review | ticket; "" where it was never read
    records: int
    last_record_at: datetime | None = None  # None: no record has a date, or none before the moment
    last_read_at: datetime | None = None  # the last load that was accepted or held
    patience_days: int | None = None  # days after which the settings call it stale; None: they do not name it
    usual_gap_days: int | None = None  # nine in ten gaps between days with records are no longer; None: too few days
    days: Mapping[date, int] = field(default_factory=dict)  # records by day (UTC)
    waiting: int = 0  # refused records in quarantine
    is_dated: bool = True  # some record has a date, if maybe none before the moment


@dataclass(frozen=True, slots=True)
class LoadState:
    """One run of one source: its accounting (law 1), what its batch checks said, and what became of it."""

    load_id: int
    source: str
    state: str  # accepted | held | dropped | open
    started_at: datetime
    read: int
    new: int
    changed: int
    unchanged: int
    quarantined: int
    skipped: Mapping[str, int] = field(default_factory=dict)  # by reason
    reason: str = ""  # why it is held, or was dropped
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedState:
    """Refused records of one source that wait for the same reasons, as (field, reason)."""

    source: str
    problems: tuple[tuple[str, str], ...]
    n: int


@dataclass(frozen=True, slots=True)
class CoverageOf:
    """How much of a published period could be read."""

    period: str
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class ToneState:
    """Which model reads the tone of one source, and how well both did on ratings that they had not learned from.

    Precision and recall are those of "negative"; None where nothing could be measured.
    """

    source: str
    model: str  # own | starter
    ratings: int  # rated comments that were read
    checked: int | None
    precision: float | None
    recall: float | None
    other_precision: float | None = None  # of the model that was not taken
    other_recall: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """Sendings of one channel that ended alike."""

    channel: str
    state: str  # pending | sending | sent | failed | held
    n: int
    error: str = ""  # the last one, without secrets
    repeats: int = 0  # that may have arrived twice


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityState:
    """Everything that the page shows. `moment` is what is taken for now: freshness is judged against it."""

    moment: datetime | None
    timezone: str
    has_settings: bool = True  # False: `try` and `demo`, whose store no later command finds by itself
    sources: tuple[SourceState, ...] = ()
    loads: tuple[LoadState, ...] = ()  # newest first
    refused: tuple[RefusedState, ...] = ()
    coverage: tuple[CoverageOf, ...] = ()  # newest first
    tone: tuple[ToneState, ...] = ()
    tone_version: str = ""
    watch: AlertWatch | None = None
    raised: Mapping[str, int] = field(default_factory=dict)  # alerts ever raised, by kind
    watched_weeks: int = 0  # weeks that were judged
    deliveries: tuple[DeliveryState, ...] = ()
    docs: str = ""  # where the batch checks' own pages lie, from this page; "": nobody asked for them
