"""Releases that made a complaint worse, looked at again for the weeks for which no digest was made."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame

from analysis.findings.compare.releases import compare_releases
from analysis.findings.news.releases import news_of_releases, news_of_weeks
from analysis.scope.calendar import Calendar
from analysis.scope.mentions import build_mentions
from analysis.scope.options import Release
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from analysis.scope.weekly import weeks_before

THEMES = theme_frame({"t1": "crash at login", "t2": "easy set-up"})
END, WEEKS, TARGET = MONDAY + timedelta(weeks=1), 16, 0.5


def history(authors):
    """Sixteen weeks of two sources, of which one has versions: 4.2 comes six weeks before the end and crashes. Every
    other record names its author, and authors write again; some records have no text or no date."""
    rows, themes = [], []
    for week in range(WEEKS, 0, -1):
        for i in range(90):
            version = "4.2" if week <= 6 and i % 3 == 0 else "4.1"
            at = END - timedelta(weeks=week) + timedelta(minutes=50 * i)
            row = {"source": "app", "segment:version": version, "occurred_at": at, "author": None}
            if i % 2 and authors:
                row["author"] = f"a{(7 * i + week) % 60}"
            rows.append(row | ({"text": ""} if i % 31 == 30 else {}) | ({"occurred_at": None} if i == 89 else {}))
            themes.append("t1" if i % 10 < (6 if version == "4.2" else 1) else "t2")
        rows += [{"source": "mail", "occurred_at": END - timedelta(weeks=week, hours=-i)} for i in range(20)]
        themes += ["t1" if week < 4 else None] * 20
    return rows, themes


@pytest.mark.parametrize("authors", [True, False])
@pytest.mark.parametrize(
    "named",
    [(), (Release("big release 4.2", date(2026, 9, 30), None), Release("new prices", date(2026, 10, 12), "mail"))],
)
def test_a_week_looked_at_again_says_what_was_known_at_its_end(authors, named):
    """Of each of the thirteen weeks the same alarms, to the last bit, as a comparison of all that was there by then."""
    rows, themes = history(authors)
    feedback = feedback_frame(rows)
    mentions = build_mentions(
        feedback, clause_frame(feedback, themes, ["negative" if t == "t1" else "positive" for t in themes])
    )
    calendar = Calendar()
    weeks = weeks_before(calendar, END, 30, feedback["occurred_at"].min().to_pydatetime())

    def known(end):
        early, said = feedback[feedback["occurred_at"] < end], mentions[mentions["occurred_at"] < end]
        return open_scope(early, said, THEMES, Span(calendar.closed("week", end), None))

    scope = known(pd.Timestamp(END))
    told = news_of_weeks(scope, weeks, compare_releases(scope, named), named, TARGET)
    found = [told(at) for at in range(len(weeks))]
    first = len(weeks) - 13
    assert found[first:] == [
        news_of_releases(compare_releases(known(week.end), named), TARGET) for week in weeks[first:]
    ]
    assert not any(found[:first]) and sum("t1" in news for news in found) >= 4
