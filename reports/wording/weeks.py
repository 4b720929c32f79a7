"""ISO weeks as a reader says them, and which weeks a period holds."""

from __future__ import annotations

import re
from datetime import date, timedelta

from reports.digest import Digest
from reports.wording.figures import MONTHS, shown, zone

__all__ = ["in_last_week", "label_of", "monday", "period_weeks", "since_week", "week_words"]

LABEL = re.compile(r"(\d{4})-W(\d{2})")


def monday(label: str) -> date | None:
    """The first day of a week's label, "2026-W46"; None where it is none."""
    found = LABEL.fullmatch(label)
    if found is None:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def label_of(day: date) -> str:
    """The label of the week that a day lies in."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_words(label: str, digest: Digest) -> str:
    """ "the week of 9 Nov"; with its year where that is not the year in which the period ends."""
    day = monday(label)
    if day is None:
        return shown(label)
    end = digest.period.end
    last = None if end is None else (end - timedelta(seconds=1)).astimezone(zone(digest.period)).year
    year = "" if last in (None, day.year) else f" {day.year}"
    return f"the week of {day.day} {MONTHS[day.month - 1]}{year}"


def period_weeks(digest: Digest) -> tuple[str, ...]:
    """Labels of the weeks whose Thursday lies in the period, oldest first; none for undated data."""
    start, end = digest.period.start, digest.period.end
    if start is None or end is None:
        return ()
    where = zone(digest.period)
    first, last = start.astimezone(where).date(), end.astimezone(where).date()
    thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    weeks = []
    while thursday < last:
        weeks.append(label_of(thursday))
        thursday += timedelta(days=7)
    return tuple(weeks)


def in_last_week(digest: Digest) -> str:
    """ "this week" where the period is one; else the last week that it holds, "in the week of 9 Nov"."""
    weeks = period_weeks(digest)
    if digest.period.length == "week" and len(weeks) == 1:
        return "this week"
    return f"in {week_words(weeks[-1], digest)}" if weeks else "lately"


def since_week(label: str, digest: Digest) -> str:
    """ "since the week of 26 Oct"; nothing where that week is the whole period."""
    weeks = period_weeks(digest)
    return "" if weeks == (label,) else f"since {week_words(label, digest)}"
