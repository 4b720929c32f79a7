"""Weeks, quarters and their names in the reader's zone, with the reader's first day of the week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from groundswell.errors import ConfigError
from groundswell.records import Period

__all__ = ["LENGTHS", "WEEKDAYS", "Calendar"]

LENGTHS = ("week", "4 weeks", "quarter", "all")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# strftime would write them in the language of the machine, and a label is part of a frozen digest.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})$", re.IGNORECASE)
_FOUR = 28  # days; four weeks of a schedule are counted from the first week of 1970 on
_MIDDLE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Closed stretches of time; `week_start` is 0 for Monday.

    A week is named by the ISO week that holds its middle day, so that weeks from Sunday to Saturday have the names
    that everybody expects.
    """

    timezone: str = "UTC"
    week_start: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """The reader's zone."""
        return ZoneInfo(self.timezone)

    def week_of(self, times: pd.Series) -> pd.Series:
        """The week of each time, as 2026-W46; None where there is no time."""
        local = times.dt.tz_convert(self.zone).dt.tz_localize(None).dt.normalize()
        start = local - pd.to_timedelta((local.dt.day_of_week - self.week_start) % 7, unit="D")
        iso = (start + _MIDDLE).dt.isocalendar()
        labels: pd.Series = iso["year"].astype("string") + "-W" + iso["week"].astype("string").str.zfill(2)
        return labels.astype(object).where(times.notna(), None)

    def weeks_until(self, end: datetime, n: int, *, not_before: datetime | None = None) -> list[str]:
        """The names of the last `n` weeks that end at or before `end`, oldest first.

        With `not_before`, the time of the first record, only weeks that it does not begin in the middle of: a week
        of two days would look like a quiet one.
        """
        start = self._week_start(end.astimezone(self.zone).date())
        days = [start - timedelta(weeks=k) for k in range(n, 0, -1)]
        if not_before is not None:
            first = not_before.astimezone(self.zone).date()
            days = [day for day in days if day >= first]
        return [_week_name(day) for day in days]

    def closed(self, length: str, as_of: datetime, *, aligned: bool = False) -> Period:
        """The last period of that length (not "all") that ends at or before `as_of`.

        Four weeks are the last four, or with `aligned` the last of those that follow one another without overlap.
        """
        day = as_of.astimezone(self.zone).date()
        if length == "quarter":
            end = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
            start = date(end.year - (end.month == 1), (end.month - 4) % 12 + 1, 1)
        else:
            end = self._week_start(day)
            if length == "4 weeks" and aligned:
                end -= timedelta(days=(end.toordinal() - date(1970, 1, 5).toordinal() - self.week_start) % _FOUR)
            start = end - timedelta(weeks=1 if length == "week" else 4)
        return Period(_label(length, start, end), self._midnight(start), self._midnight(end), length, self.timezone)

    def before(self, period: Period, *, aligned: bool = False) -> Period:
        """The period of the same length that ends where this one starts."""
        assert period.start is not None
        return self.closed(period.length, period.start, aligned=aligned)

    def week_named(self, name: str) -> Period:
        """The week of that name; ConfigError where there is none."""
        if (match := _WEEK.match(name.strip())) is None:
            raise ConfigError(f"{name!r} is no week; weeks are written as 2026-W46")
        year, week = int(match[1]), int(match[2])
        try:
            middle = date.fromisocalendar(year, week, 4)
        except ValueError:
            raise ConfigError(f"{name!r}: the year {year} has no week {week}") from None
        start = self._week_start(middle)
        if _week_name(start) != f"{year}-W{week:02d}":  # the middle day of the week is not its Thursday
            start += timedelta(days=7 if start + _MIDDLE < middle else -7)
        return self.closed("week", self._midnight(start + timedelta(days=7)))

    def _week_start(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self.week_start) % 7)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone)


def dates_between(first: date, last: date) -> str:
    """The dates as a reader says them: 9-15 Nov 2026, 26 Oct - 22 Nov 2026."""
    begins, ends = _MONTHS[first.month - 1], f"{_MONTHS[last.month - 1]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {ends}"
    if first.year == last.year:
        return f"{first.day} {begins} – {last.day} {ends}"
    return f"{first.day} {begins} {first.year} – {last.day} {ends}"


def _week_name(start: date) -> str:
    year, week, _ = (start + _MIDDLE).isocalendar()
    return f"{year}-W{week:02d}"


def _label(length: str, start: date, end: date) -> str:
    last = end - timedelta(days=1)
    if length == "week":
        name = _week_name(start)
    elif length == "4 weeks":
        name = f"{_week_name(start)} to W{_week_name(end - timedelta(days=7))[-2:]}"
    else:
        name = f"{start.year}-Q{(start.month - 1) // 3 + 1}"
    return f"{name} · {dates_between(start, last)}"
