"""Periods: closed ones only, the last that has enough, weeks in the reader's zone."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from frames_for_tests import feedback_frame

from analysis.scope.calendar import Calendar
from analysis.scope.periods import ENOUGH, as_of_for, choose_period, rows_in

SUNDAY_END = datetime(2026, 11, 16, tzinfo=UTC)


def a_day(per_day, days, last="2026-11-15"):
    """Feedback on each of the last `days` days."""
    end = datetime.fromisoformat(last).replace(tzinfo=UTC)
    times = [end - timedelta(days=d) + timedelta(minutes=m) for d in range(days) for m in range(per_day)]
    return feedback_frame([{"occurred_at": t} for t in times])


def test_the_last_closed_week_is_taken_when_it_has_enough():
    """With plenty of comments the week before the export's end is the period, and the one before it the baseline."""
    feedback = a_day(40, 30)
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"))
    assert span.period.label == "2026-W46 · 9–15 Nov 2026"
    assert span.before.label.startswith("2026-W45")
    assert len(rows_in(feedback, span.period)) == 280


def test_an_open_week_is_not_reported():
    """A week that ends after the export's last day waits for its end."""
    feedback = a_day(40, 30, last="2026-11-18")
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"))
    assert span.period.end == SUNDAY_END


@pytest.mark.parametrize("per_day, length", [(30, "week"), (8, "4 weeks"), (3, "quarter"), (1, "all")])
def test_thin_data_takes_a_longer_period(per_day, length):
    """Week, four weeks, quarter, all: the shortest closed one with enough comments."""
    feedback = a_day(per_day, 120)
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"))
    assert span.period.length == length
    if length != "all":
        assert len(rows_in(feedback, span.period)) >= ENOUGH
    else:
        assert span.before is None


def test_undated_data_is_one_period_without_a_before():
    """Without dates there is "all feedback" and no trend."""
    feedback = feedback_frame([{"occurred_at": pd.NaT}] * 10)
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"))
    assert (span.period.start, span.period.slug, span.before) == (None, "all", None)
    assert len(rows_in(feedback, span.period)) == 10


def test_a_week_begins_at_midnight_of_the_readers_zone():
    """Sunday 23:30 UTC is Monday in Berlin, so it belongs to the next week there."""
    times = pd.Series(pd.to_datetime(["2026-11-15T23:30:00Z", None]))
    assert Calendar("UTC").week_of(times).tolist() == ["2026-W46", None]
    assert Calendar("Europe/Berlin").week_of(times).tolist()[0] == "2026-W47"


def test_weeks_cross_the_new_year_and_the_change_of_clocks():
    """Week labels follow ISO 8601; a week of 169 hours is still one week."""
    assert Calendar().weeks_until(datetime(2027, 1, 11, tzinfo=UTC), 3) == ["2026-W52", "2026-W53", "2027-W01"]
    feedback = a_day(40, 30, last="2026-11-01")
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "Europe/Berlin"), timezone="Europe/Berlin")
    assert span.period.start.isoformat() == "2026-10-26T00:00:00+01:00"
    assert span.before.start.isoformat() == "2026-10-19T00:00:00+02:00"


def test_a_quarter_before_the_first_is_in_the_old_year():
    """The quarter before Q1 is Q4."""
    feedback = a_day(3, 200, last="2026-04-20")
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"), length="quarter")
    assert span.period.label.startswith("2026-Q1") and span.before.label.startswith("2025-Q4")
