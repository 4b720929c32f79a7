"""People by week: counted in one way, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.news.actions import find_actions
from analysis.findings.news.streams import streams_of
from analysis.findings.themes.weeks import people_by_theme, weekly_authors
from analysis.scope.calendar import Calendar
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from analysis.scope.weekly import distinct_people, places_of, week_places, weeks_before
from groundswell.actions import Action

WEEKS, THEMES = 14, {"t1": "card delivery", "t2": "friendly staff"}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("week_start", [0, 6])
def test_alerts_actions_and_trends_count_the_same_people(zone, week_start):
    """Authors who write twice a week, in two sources, at midnight between two weeks, or without a text or a date: the
    three tables that show a theme's weeks have the same numbers, those of a set of names."""
    rng = np.random.default_rng(4)
    rows = []
    for i in range(900):
        at = MONDAY - timedelta(weeks=int(rng.integers(0, WEEKS)), hours=-int(rng.choice([0, 4, 28, 167])))
        row = {"source": str(rng.choice(["app", "mail"])), "occurred_at": at if i % 90 else None}
        rows.append(
            row | {"author": f"a{rng.integers(0, 40)}" if i % 3 else None} | ({"text": ""} if i % 40 == 7 else {})
        )
    feedback = feedback_frame(rows)
    said = [str(rng.choice(["t1", "t2"])) if row.text else None for row in feedback.itertuples()]
    mentions = build_mentions(feedback, clause_frame(feedback, said, ["negative"] * len(said)))
    calendar = Calendar(zone, week_start)
    period = calendar.closed("week", MONDAY + timedelta(weeks=1, hours=12))
    scope = open_scope(feedback, mentions, theme_frame(THEMES), Span(period, calendar.before(period), week_start))
    weeks = weeks_before(calendar, period.end, 40, feedback["occurred_at"].min().to_pydatetime())

    streams = streams_of(scope, comment_frame(feedback, ["negative"] * len(said)), weeks)
    trend = weekly_authors(scope, ["t1"], "pain")["t1"]
    (effect,) = find_actions(scope, [Action("1", "t1", "new courier", None, MONDAY - timedelta(weeks=5))])
    by_hand = []
    for week in weeks:
        inside = (mentions["occurred_at"] >= week.start) & (mentions["occurred_at"] < week.end)
        raising = mentions[inside & (mentions["theme_id"] == "t1")]
        everybody = mentions.loc[inside & (mentions["comment_text"] != ""), "who"].nunique()
        by_hand.append((week.name, raising["who"].nunique(), everybody))
    assert len(weeks) >= 12 and [(w.week, w.authors, w.of) for w in trend] == by_hand
    assert [(w.week, w.authors, w.of) for w in effect.weekly] == by_hand[-len(effect.weekly) :]
    assert list(zip((w.name for w in streams.weeks), streams.authors[0], streams.of, strict=True)) == by_hand
    assert people_by_theme(mentions, ["t1"])[0] == mentions.loc[mentions["theme_id"] == "t1", "who"].nunique()


def test_people_are_counted_once_in_each_cell():
    """Names or numbers; a place of -1 counts nowhere; a table without rows or without cells is empty."""
    who, row, column = (
        np.array(["ann", "ann", "bob", "ann", "eve"]),
        np.array([0, 0, 0, 1, 1]),
        np.array([2, 2, 2, 0, -1]),
    )
    assert distinct_people(who, (row, 2), (column, 3)).tolist() == [[0, 0, 2], [1, 0, 0]]
    assert distinct_people(pd.factorize(who)[0], (row, 2)).tolist() == [2, 2]
    nothing = np.empty(0, dtype=np.intp)
    assert (
        distinct_people(nothing, (nothing, 2)).tolist() == [0, 0] and distinct_people(who, (row * 0 - 1, 0)).size == 0
    )


def test_a_time_belongs_to_the_week_that_begins_with_it():
    """The first moment of a week is in it, that after its last is in the next; before, after and never are in none."""
    weeks = weeks_before(Calendar("Europe/Berlin"), MONDAY + timedelta(hours=23), 2, MONDAY - timedelta(weeks=9))
    times = [weeks[0].start, weeks[0].end, weeks[1].end, weeks[0].start - timedelta(microseconds=1), None]
    series = pd.Series(pd.to_datetime(pd.Series(times), utc=True))
    assert week_places(series, weeks).tolist() == [0, 1, -1, -1, -1] and week_places(series, ()).tolist() == [-1] * 5
    assert weeks[0].start.tzinfo == ZoneInfo("Europe/Berlin")
    assert places_of(pd.Series(["b", None, "x"]), pd.Index(["a", "b"])).tolist() == [1, -1, -1]
