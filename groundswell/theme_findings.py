"""What is said of themes, and the figures that everything said is made of (see findings.py, the door to all of it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = [
    "Change",
    "Finding",
    "GoneTheme",
    "Impact",
    "Interval",
    "NewTheme",
    "SegmentFinding",
    "SubTheme",
    "ThemeEvent",
    "ThemeTrend",
    "Verbatim",
    "WeekCount",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A clause or comment, quoted as stored; `start` and `end` are offsets into the stored text."""

    feedback_id: str
    reference: str
    source: str
    text: str
    start: int
    end: int
    sentiment: float | None
    occurred_at: datetime | None
    score: str | None = None  # as a reader says it: "2 of 5", "NPS 3"


@dataclass(frozen=True, slots=True)
class Impact:
    """How much a theme moves one score: association, not cause (methods D2). Negative pulls the score down."""

    metric: str
    source: str
    value: float
    low: float
    high: float
    n: int  # responses with a score and text
    mentions: int  # of them, those that mention the theme
    mean_with: float
    mean_without: float


@dataclass(frozen=True, slots=True)
class Change:
    """Authors who raised a theme, against the period before, as shares of all authors with text."""

    baseline: float  # share in the period(s) before
    value: float  # share now
    baseline_n: int
    n: int
    ratio: float | None
    p_value: float | None
    significant: bool
    baseline_label: str = "the period before"


@dataclass(frozen=True, slots=True)
class WeekCount:
    """Authors in one week; `week` is the ISO label 2026-W46."""

    week: str
    authors: int
    of: int  # authors with usable text in that week


@dataclass(frozen=True, slots=True)
class SubTheme:
    """A part of a theme, counted as the theme is."""

    theme_id: str
    label: str
    mentions: int
    authors: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A theme ranked by what it costs (a pain point) or by what it wins (praise)."""

    theme_id: str
    label: str
    parent: str | None
    rank: int
    rank_parts: Mapping[str, float]
    mentions: int
    authors: int
    share: Interval  # of authors with usable text
    net_sentiment: Interval
    impact: tuple[Impact, ...]
    change: Change | None
    weekly: tuple[WeekCount, ...]
    verbatims: tuple[Verbatim, ...]
    keywords: tuple[str, ...] = ()
    journey_stage: str | None = None
    owner: str | None = None
    action: str | None = None
    alert_id: str | None = None
    is_new: bool = False
    stability: float | None = None  # how surely its clauses belong together, 0-1 (docs/methods.md)
    sub_themes: tuple[SubTheme, ...] = ()  # most authors first
    signals: Mapping[str, int] = field(default_factory=dict)  # of those who raise it, how many give each signal
    quadrant: str = ""  # of a pain point: "urgent and important" | "important" | "urgent" | ""


@dataclass(frozen=True, slots=True)
class SegmentFinding:
    """A theme that one segment (a version, a product) raises more often than the rest."""

    segment: str  # "version"
    value: str  # "4.2.0"
    theme_id: str
    label: str
    authors: int
    of: int
    share: float
    share_elsewhere: float
    difference: Interval
    p_value: float
    significant: bool  # after Benjamini-Hochberg over everything on the page
    notes: tuple[str, ...] = ()  # what else may be behind it: another kind of customer, another time


@dataclass(frozen=True, slots=True)
class ThemeTrend:
    """One theme over time."""

    theme_id: str
    label: str
    weekly: tuple[WeekCount, ...]
    authors: int
    net_sentiment: Interval
    change: Change | None
    by_segment: Mapping[str, int] = field(default_factory=dict)  # authors by version
    is_new: bool = False
    usual: Interval | None = None  # authors in the last week as the weeks before lead one to expect them; None: unknown
    journey_stage: str | None = None


@dataclass(frozen=True, slots=True)
class GoneTheme:
    """A theme that hardly anybody raises any more: over the last weeks together far fewer people than usual."""

    theme_id: str
    label: str
    weeks: int  # the last weeks taken together
    authors: int  # who raised it in them, each week counted for itself
    of: int  # who wrote anything in them, likewise
    usual: Interval  # how many the weeks before lead one to expect, and the range that 95 % of such stretches lie in
    p_value: float
    mood: str  # pain | praise | plain: how most spoke of it
    last_week: str | None  # the last week in which somebody raised it; None: none of those shown
    is_new: bool  # a week before the period's end it was not gone yet
    weekly: tuple[WeekCount, ...] = ()
    journey_stage: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class NewTheme:
    """A theme that came up lately and that nobody has decided on: counted and shown, and open to a decision."""

    theme_id: str
    label: str
    opened: datetime  # the end of the period whose analysis found it
    authors: int
    mentions: int
    net_sentiment: Interval
    weekly: tuple[WeekCount, ...]
    verbatims: tuple[Verbatim, ...]


@dataclass(frozen=True, slots=True)
class ThemeEvent:
    """What became of a theme since the digest before, and by whom."""

    event: int  # its number in the registry, by which it can be undone
    at: datetime  # when it was decided; of the program's own doing, the end of the period that it read
    kind: str  # open | rename | merge | split | retire | accept | reject | refit | undo
    theme_id: str | None
    label: str  # of the theme before, "" where the event is about no single theme
    detail: str  # the new label, the theme it went into, what was undone
    actor: str  # "groundswell", or who typed it
