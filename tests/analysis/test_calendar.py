"""Weeks, four weeks and quarters: closed, named, in the reader's zone, with any first day of the week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from analysis.scope.calendar import WEEKDAYS, Calendar
from groundswell.errors import ConfigError

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns")


@pytest.mark.parametrize("week_start", range(7), ids=WEEKDAYS)
@pytest.mark.parametrize("zone", ZONES)
def test_every_moment_of_three_years_lies_in_one_week(zone, week_start):
    """Each hour of three years has one week, the week that its name leads back to, over both changes of clocks."""
    calendar = Calendar(zone, week_start)
    hours = pd.Series(pd.date_range("2023-12-20", "2026-12-20", freq="7h", tz="UTC"))
    names = calendar.week_of(hours)
    for name, moments in hours.groupby(names):
        week = calendar.week_named(name)
        assert week.slug == name
        assert week.start <= moments.min() and moments.max() < week.end
    ends = [calendar.week_named(name) for name in names.unique()]
    assert all(one.end == following.start for one, following in zip(ends, ends[1:], strict=False))


@pytest.mark.parametrize("week_start", range(7), ids=WEEKDAYS)
def test_four_weeks_of_a_schedule_follow_one_another(week_start):
    """Aligned four weeks neither overlap nor leave a gap, whatever the day of the run."""
    calendar, day = Calendar("Europe/Berlin", week_start), datetime(2025, 12, 1, 12, tzinfo=UTC)
    periods = {calendar.closed("4 weeks", day + timedelta(days=k), aligned=True) for k in range(300)}
    ordered = sorted(periods, key=lambda period: period.start)
    assert len(ordered) in (11, 12)
    assert all(one.end == following.start for one, following in zip(ordered, ordered[1:], strict=False))


def test_a_week_from_sunday_has_the_name_of_the_iso_week_it_shares_most_days_with():
    """Sunday the 8th to Saturday the 14th of November 2026 is W46, as the ISO week from the 9th."""
    week = Calendar("UTC", WEEKDAYS.index("sunday")).week_named("2026-W46")
    assert week.label == "2026-W46 · 8–14 Nov 2026"


@pytest.mark.parametrize("name", ["2026-46", "W46", "2026-W00", "2025-W53", "next week", ""])
def test_what_is_no_week_is_refused(name):
    """A name that means no week raises a ConfigError that shows it."""
    with pytest.raises(ConfigError, match="week"):
        Calendar().week_named(name)
