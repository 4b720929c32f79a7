"""What the explorer shows: every comment of one period with its clauses, as columns, and the themes over them.

Columns, not rows: twenty thousand comments are read by a browser, and one list for each field is the smallest and
quickest form of them. A column of numbers that names things (`source`, `week`) holds places in a list of names, -1 for
none. Nobody is named: `who` numbers the people of the period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundswell.alert_findings import Alert
from groundswell.records import Period
from groundswell.theme_findings import Change, Impact, Interval, WeekCount

__all__ = ["MOODS", "Explorer", "ExplorerClauses", "ExplorerComments", "ExplorerTheme", "Facet", "ThemePlace"]

MOODS = ("pain", "praise", "plain", "unscored")  # what a clause's mood is, by the number that stands for it


@dataclass(frozen=True, slots=True)
class ThemePlace:
    """Where a theme lies on the map of themes: near to others that are told in like words. x and y lie on -1..1."""

    theme_id: str
    label: str
    x: float
    y: float
    authors: int
    net_sentiment: float | None  # -1..1; None: no clause of it could be scored


@dataclass(frozen=True, slots=True)
class ExplorerTheme:
    """A theme or sub-theme, counted as the digest counts it."""

    theme_id: str
    label: str
    parent: str | None  # the theme that a sub-theme belongs to
    authors: int  # who raise it, in whatever mood
    mentions: int
    complain: int = 0  # of the authors, those who do so with a complaint
    praise: int = 0
    net_sentiment: Interval | None = None
    weekly: tuple[WeekCount, ...] = ()
    change: Change | None = None  # of the themes whose change the digest tests; None of all others
    impact: tuple[Impact, ...] = ()  # of the themes that the digest ranks; () of all others
    alerts: tuple[Alert, ...] = ()  # that stand or have gone quiet
    keywords: tuple[str, ...] = ()
    journey_stage: str | None = None
    owner: str | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that comments can be told apart by: its values, and for each comment the place of its value."""

    name: str
    values: tuple[str, ...]
    of: tuple[int, ...]  # by comment, -1 for none


@dataclass(frozen=True, slots=True)
class ExplorerComments:
    """The comments as columns of one length, newest first, undated ones after them in the order of their source."""

    feedback_id: tuple[str, ...]
    reference: tuple[str, ...]
    text: tuple[str, ...]  # redacted, as stored
    who: tuple[int, ...]
    clauses: tuple[int, ...]  # how many of the clauses are this comment's; they stand in the same order
    facets: tuple[Facet, ...]  # "source", "score", "day", then the segments by their names


@dataclass(frozen=True, slots=True)
class ExplorerClauses:
    """The clauses as columns of one length, in the order of their comments."""

    start: tuple[int, ...]  # offsets into the comment's text, in characters
    end: tuple[int, ...]
    theme: tuple[int, ...]  # place in the themes, -1: no theme
    sub_theme: tuple[int, ...]
    mood: tuple[int, ...]  # place in MOODS
    tone: tuple[int, ...]  # sentiment in hundredths, 0 where unscored


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorer:
    """All of it, for one period."""

    period: Period
    fingerprint: str  # of the findings that it stands beside
    counted: str  # what the counts are: authors, responses, comments, "authors or comments"
    people: int  # who wrote something in the period
    with_text: int  # comments of the period that say something
    themes: tuple[ExplorerTheme, ...]
    comments: ExplorerComments  # fewer than `with_text` where there are too many for a page
    clauses: ExplorerClauses
    weeks: Mapping[str, str]  # the week of each day that occurs: 2026-11-12 -> 2026-W46
    left_out: tuple[str, ...] = ()  # segments that have too many values to choose from
