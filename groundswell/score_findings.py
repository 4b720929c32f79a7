"""What is said of scores: their values, what drives them, and why they moved (see findings.py)."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.theme_findings import Interval

__all__ = ["MovePart", "ScoreDriver", "ScoreMove", "ScoreSummary", "SegmentScore"]


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """One score of one source in the period, beside the period before."""

    metric: str
    source: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    unit: str  # "NPS points", "% satisfied", "of 5"
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    reason: str | None = None  # why the value is absent


@dataclass(frozen=True, slots=True)
class ScoreDriver:
    """A theme's share of the distance between the score and what answers without a theme give; shares add up."""

    metric: str
    source: str
    theme_id: str | None  # None: all themes that are too small to be told apart
    label: str
    share: Interval  # in points of the score; negative pulls it down
    n: int  # responses that mention it
    method: str  # shapley | regression


@dataclass(frozen=True, slots=True)
class MovePart:
    """One theme's part in a score's move: `mix`, more or fewer raise it; `rate`, those who do score otherwise."""

    theme_id: str | None  # None: responses without a theme, and themes too small to be told apart
    label: str
    mix: float
    rate: float


@dataclass(frozen=True, slots=True)
class ScoreMove:
    """Why a score moved between two periods: the parts add up to the change of the responses with text."""

    metric: str
    source: str
    before: float
    now: float
    n_before: int
    n: int
    parts: tuple[MovePart, ...]  # the largest first; the last is all the rest, so that they add up


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """The score of one value of a segment (a version, a country) beside the rest of its source."""

    metric: str
    source: str
    segment: str
    value: str
    n: int
    score: Interval
    elsewhere: float
    difference: Interval
    p_value: float
    significant: bool  # after Benjamini-Hochberg over everything on the page
