"""What went away: a theme that falls silent is told, chance is not, and a source that stops is none of its themes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.alerts.permuted import permuted
from analysis.findings.news.alerts import Watched, find_alerts
from analysis.findings.news.gone import STRETCH, find_gone, lower_tails, with_usual
from analysis.findings.themes.trends import theme_trends
from analysis.scope.calendar import Calendar
from analysis.scope.mentions import build_mentions
from analysis.scope.past import NOTHING_BEFORE
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope

WEEKS, THEMES = 30, 12


@pytest.fixture(scope="module")
def steady() -> tuple[np.ndarray, np.ndarray]:
    """Twelve themes of two sources, each raised by one in ten of a hundred a week."""
    rng = np.random.default_rng(4)
    exposure = np.full((2, WEEKS), 100)
    return rng.binomial(exposure, 0.1, size=(THEMES, 2, WEEKS)), exposure


def test_a_theme_that_falls_silent_is_told(steady):
    """Nobody in four weeks where eighty were usual: told, with what was usual; the others are not."""
    counts, exposure = steady
    counts = counts.copy()
    counts[3, :, -STRETCH:] = 0
    seen, expected, low, high, p_values, gone = lower_tails(counts, exposure)
    assert gone.tolist() == [at == 3 for at in range(THEMES)]
    assert seen[3] == 0 and 65 < expected[3] < 95 and low[3] < expected[3] < high[3] and p_values[3] < 1e-6


def test_one_silent_week_is_not_enough(steady):
    """A single week without anybody says little: the last four are taken together."""
    counts = steady[0].copy()
    counts[3, :, -1:] = 0
    assert not lower_tails(counts, steady[1])[-1].any()


def test_a_source_that_stops_takes_no_theme_with_it(steady):
    """Where nobody writes in one source any more, nobody is expected to raise its themes there."""
    counts, exposure = (part.copy() for part in steady)
    counts[:, 0, -STRETCH:] = 0
    exposure[0, -STRETCH:] = 0
    seen, expected, *_, gone = lower_tails(counts, exposure)
    assert not gone.any() and (expected < 60).all() and seen.sum() > 300


def test_a_rare_theme_is_never_gone(steady):
    """Where hardly anybody is usual, nobody at all is no news, and is not even tested."""
    counts = steady[0].copy()
    counts[5] = 0
    counts[5, 0, ::12] = 1
    *_, p_values, gone = lower_tails(counts, steady[1])
    assert np.isnan(p_values[5]) and not gone[5]


def test_chance_takes_nothing_away(steady):
    """On copies with permuted dates hardly a theme is called gone: fewer than one week in twenty tells any."""
    copies = permuted(steady[0], steady[1], 40, np.random.default_rng(1)).astype(int)
    told = sum(lower_tails(copy, steady[1])[-1].any() for copy in copies)
    assert told <= 2


def watched_weeks(weeks: int) -> tuple[Scope, Watched]:
    """So many weeks of forty comments by people of their own; of the first theme nobody speaks in the last four."""
    rows = []
    for week in range(weeks):
        for i in range(40):
            theme = ("t1", "t2", None, None)[i % 4] if week < weeks - STRETCH else (None, "t2", None, None)[i % 4]
            when = MONDAY - timedelta(weeks=weeks - 1 - week) + timedelta(minutes=i)
            rows.append({"author": f"p{week}-{i}", "occurred_at": when, "theme": theme})
    told = feedback_frame([{"author": row["author"], "occurred_at": row["occurred_at"]} for row in rows])
    moods = ["negative"] * len(rows)
    clauses = clause_frame(told, [row["theme"] for row in rows], moods)
    calendar = Calendar()
    period = calendar.closed("week", MONDAY + timedelta(weeks=1))
    themes = theme_frame({"t1": "courier rude", "t2": "card delivery"})
    themes["journey_stage"] = "get help"
    scope = open_scope(told, build_mentions(told, clauses), themes, Span(period, calendar.before(period)))
    return scope, find_alerts(scope, comment_frame(told, moods), NOTHING_BEFORE, 2.0)


def test_what_went_away_is_told_with_all_that_is_known_of_it():
    """Label, weeks, people now and usually, mood, the last week that had it, its stage; found by its fourth week."""
    scope, watched = watched_weeks(24)
    (found,) = find_gone(scope, watched)
    assert (found.theme_id, found.label, found.weeks, found.authors, found.of) == ("t1", "courier rude", 4, 0, 160)
    assert found.usual.value == pytest.approx(40) and found.usual.low > 20
    assert (found.mood, found.last_week, found.journey_stage) == ("pain", "2026-W42", "get help")
    assert len(found.weekly) == 24 and found.weekly[-1].authors == 0
    assert find_gone(scope, replace(watched, streams=None)) == []
    assert find_gone(*watched_weeks(10)) == []  # too short a past


def test_a_trend_knows_what_is_usual():
    """Each theme that is told over time has the range that its weeks before lead one to expect."""
    scope, watched = watched_weeks(24)
    trends = theme_trends(scope)
    assert all(trend.usual is None for trend in trends)
    (delivery,) = [trend for trend in with_usual(trends, watched) if trend.theme_id == "t2"]
    assert delivery.usual is not None and delivery.usual.low <= delivery.authors <= delivery.usual.high
    assert with_usual(trends, replace(watched, verdict=None)) == tuple(trends)
