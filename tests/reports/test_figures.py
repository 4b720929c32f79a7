"""Figures are written one way: true minus signs, dashes, units, and a word for what is not known."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from groundswell.findings import Interval, ScoreSummary
from groundswell.records import Period
from reports.wording import figures


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5678, 1, "1,234.6"),
        (-4.1, 1, "−4.1"),
        (0.0, 1, "0.0"),
        (-0.0, 0, "0"),
        (-0.04, 1, "−0.04"),
        (0.00001, 0, "0.000"),
        (None, 1, "not known"),
        (math.nan, 1, "not known"),
        (math.inf, 1, "not known"),
    ],
)
def test_numbers(value: float | None, decimals: int, text: str) -> None:
    """A number has separators and a true minus; a small one keeps a digit; an unknown one is no number."""
    assert figures.number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.094, "9 %"), (0.004, "0.4 %"), (0.0001, "<0.1 %"), (0.0, "0 %"), (1.0, "100 %"), (None, "not known")],
)
def test_shares(share: float | None, text: str) -> None:
    """A share is in whole per cent; below one it keeps a decimal, so that little is not nothing."""
    assert figures.percent(share) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0.4, "under 1 min"),
        (0.0, "0 min"),
        (45.4, "45 min"),
        (190.0, "3 h 10 min"),
        (420.0, "7 h"),
        (2879.9, "2 d"),
        (4980.0, "3 d 11 h"),
        (4318.0, "3 d"),
        (math.nan, "not known"),
    ],
)
def test_durations(minutes: float, text: str) -> None:
    """Minutes read as a person says them, also next to a full hour or day."""
    assert figures.duration(minutes) == text


def test_intervals() -> None:
    """An interval has a dash, or "to" where a minus would collide with it."""
    assert figures.span(2.6, 5.6, 1) == "2.6–5.6"
    assert figures.span(-5.6, -2.6, 1) == "−5.6 to −2.6"
    assert figures.span(-1.0, 3.0, sign=True) == "−1 to +3"
    assert figures.percent_interval(Interval(0.094, 0.07, 0.12)) == "9 % (7–12 %)"
    assert figures.percent_interval(None) == "not known"
    assert figures.percent_interval(Interval(math.nan, math.nan, math.nan)) == "not known"


def test_scores_have_their_unit() -> None:
    """NPS stands alone, CSAT is a per cent, a rating names its scale, a missing one is not known."""
    assert figures.score_text(ScoreSummary("nps", "s", 9, -31.2, None, None, "NPS points")) == "−31"
    assert figures.score_text(ScoreSummary("csat", "s", 9, 82.4, None, None, "% satisfied")) == "82 % satisfied"
    assert figures.score_text(ScoreSummary("rating", "s", 9, 4.118, None, None, "of 5")) == "4.12 of 5"
    assert figures.score_text(ScoreSummary("ces", "s", 9, None, None, None, "of 7")) == "not known"


def test_dates_are_those_of_the_period_zone() -> None:
    """A moment shortly before midnight UTC is the next day in Berlin; an unknown zone is written in UTC."""
    moment = datetime(2026, 11, 8, 23, 30, tzinfo=UTC)
    berlin = Period("x", None, None, "all", "Europe/Berlin")
    assert figures.date(moment, figures.zone(berlin)) == "9 Nov 2026"
    assert figures.date(moment, figures.zone(Period("x", None, None, "all", "Mars/Olympus"))) == "8 Nov 2026"
    assert figures.date(None, UTC) == "not known"


def test_long_text_is_cut_at_a_word() -> None:
    """A cut text ends with a whole word and an ellipsis within its limit; an endless word is cut anyway."""
    assert figures.clip("one two,\nthree four", 13) == "one two…"
    assert figures.clip("one\ttwo", 13) == "one two"
    assert figures.clip("W" * 50, 10) == "W" * 9 + "…"
    assert len(figures.clip("word " * 100, 80)) <= 80


def test_lists_of_names() -> None:
    """Names are joined as in a sentence."""
    assert [figures.listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
