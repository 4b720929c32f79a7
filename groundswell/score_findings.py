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
    change_reason: str | None = None  # why the change is absent, where there is a period before


@dataclass(frozen=True, slots=True)
class ScoreDriver:
    """What complaints about a theme cost a score (or what praise of it wins), in points of the score.

    The shares of one mood, source and metric add up to `score - reference`: NPS 31 where those who complain of nothing
    give 62 is -31 by complaints. Shares of pain and praise are two readings of one score and are never added up.
    """

    metric: str
    source: str
    theme_id: str | None  # None: themes too small to be told apart, and complaints (praise) that name no theme
    label: str
    share: Interval  # in points of the score; negative pulls it down
    n: int  # responses that complain of it (praise it)
    method: str  # shapley | regression
    mood: str = "pain"  # pain | praise
    score: float | None = None  # what the responses give whose text could be read
    reference: float | None = None  # what those of them give that complain of (praise) nothing
    of: int = 0  # responses with a score and a text that could be read


@dataclass(frozen=True, slots=True)
class MovePart:
    """One theme's part in a score's move: `mix`, more or fewer raise it; `rate`, those who do score otherwise."""

    theme_id: str | None  # None: those who complain of nothing, and in the last part all the rest
    label: str
    mix: float
    rate: float
    low: float | None = None  # of mix + rate, the 95 % interval
    high: float | None = None


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
    change_low: float | None = None  # of now - before
    change_high: float | None = None


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
    notes: tuple[str, ...] = ()  # what else may be behind it: another kind of customer, another time
