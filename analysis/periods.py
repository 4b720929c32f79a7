"""Closed periods (law 9): a week, four weeks, a quarter, or all there is; the last one that has enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from groundswell.records import Period

__all__ = [
    "ENOUGH",
    "LENGTHS",
    "WEEKS_SHOWN",
    "Span",
    "as_of_for",
    "choose_period",
    "rows_in",
    "week_of",
    "weeks_until",
]

# Comments with text that a digest needs before its themes say something; measured by eye on six sets of feedback.
ENOUGH = 150
# Weeks that a trend shows.
WEEKS_SHOWN = 26
LENGTHS = ("week", "4 weeks", "quarter", "all")
# strftime would write them in the language of the machine, and a label is part of a frozen digest.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Span:
    """The period that a digest covers and the one of the same length before it, None where there is none."""

    period: Period
    before: Period | None


def as_of_for(times: pd.Series, timezone: str) -> datetime | None:
    """The end of the day of the last record: what an export can know. None for undated data."""
    last = times.max()
    if pd.isna(last):
        return None
    zone = ZoneInfo(timezone)
    day = last.to_pydatetime().astimezone(zone).date()
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def choose_period(
    feedback: pd.DataFrame, as_of: datetime | None, *, timezone: str = "UTC", length: str | None = None
) -> Span:
    """The last closed period with at least ENOUGH comments with text, and the one before it.

    `as_of` is "today": a period is closed when it ends at or before it. `length` asks for one of LENGTHS.
    Undated data, and data too thin for a quarter, give one period "all feedback" without a period before.
    """
    texts = feedback[feedback["text"] != ""]
    dated = texts["occurred_at"].dropna()
    if as_of is None or feedback["occurred_at"].isna().all():
        return Span(_all(feedback, timezone, "the feedback carries no dates"), None)
    local = as_of.astimezone(ZoneInfo(timezone))
    for name, bounds in _CLOSED.items():
        if length not in (None, name):
            continue
        start, end = bounds(local)
        n = int(((dated >= start) & (dated < end)).sum())
        if n >= ENOUGH or length == name:
            reason = f"the last closed {name} holds {n:,} comment{'' if n == 1 else 's'} with text"
            period = Period(_label(name, start, end), start, end, name, timezone, reason)
            return Span(period, _before(period, bounds))
    reason = (
        f"asked for, {len(texts):,} comments with text"
        if length
        else f"no closed quarter holds {ENOUGH} comments with text"
    )
    return Span(_all(feedback, timezone, reason), None)


def rows_in(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The records of the period; all of them for "all feedback"."""
    if period.start is None or period.end is None:
        return frame
    times = frame["occurred_at"]
    return frame[(times >= period.start) & (times < period.end)]


def week_of(times: pd.Series, timezone: str) -> pd.Series:
    """The ISO week of each time in the reader's zone, as 2026-W46; None where there is no time."""
    iso = times.dt.tz_convert(ZoneInfo(timezone)).dt.isocalendar()
    labels: pd.Series = iso["year"].astype("string") + "-W" + iso["week"].astype("string").str.zfill(2)
    return labels.astype(object).where(times.notna(), None)


def weeks_until(end: datetime, n: int, *, not_before: datetime | None = None) -> list[str]:
    """The labels of the last `n` ISO weeks that end at or before `end`, oldest first.

    With `not_before`, the time of the first record, only weeks that it does not begin in the middle of: a week of
    two days would look like a quiet one.
    """
    monday = _monday(end.date())
    days = [monday - timedelta(weeks=k) for k in range(n, 0, -1)]
    if not_before is not None:
        first = not_before.astimezone(end.tzinfo).date()
        days = [day for day in days if day >= first]
    return [_week_label(day) for day in days]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date, like: datetime) -> datetime:
    return datetime.combine(day, time(), tzinfo=like.tzinfo)


def _weeks(n: int) -> Callable[[datetime], tuple[datetime, datetime]]:
    def bounds(as_of: datetime) -> tuple[datetime, datetime]:
        end = _monday(as_of.date())
        return _midnight(end - timedelta(weeks=n), as_of), _midnight(end, as_of)

    return bounds


def _quarter(as_of: datetime) -> tuple[datetime, datetime]:
    end = date(as_of.year, 3 * ((as_of.month - 1) // 3) + 1, 1)
    start = date(end.year - (end.month == 1), (end.month - 4) % 12 + 1, 1)
    return _midnight(start, as_of), _midnight(end, as_of)


_CLOSED: dict[str, Callable[[datetime], tuple[datetime, datetime]]] = {
    "week": _weeks(1),
    "4 weeks": _weeks(4),
    "quarter": _quarter,
}


def _before(period: Period, bounds: Callable[[datetime], tuple[datetime, datetime]]) -> Period:
    assert period.start is not None
    start, end = bounds(period.start)
    return Period(_label(period.length, start, end), start, end, period.length, period.timezone)


def _all(feedback: pd.DataFrame, timezone: str, reason: str) -> Period:
    times: Iterable[datetime] = feedback["occurred_at"].dropna()
    days = sorted(
        {t.astimezone(ZoneInfo(timezone)).date() for t in (min(times, default=None), max(times, default=None)) if t}
    )
    dates = f" · {_dates(days[0], days[-1])}" if days else ""
    return Period(f"all{dates}", None, None, "all", timezone, reason)


def _week_label(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _label(length: str, start: datetime, end: datetime) -> str:
    first, last = start.date(), end.date() - timedelta(days=1)
    if length == "week":
        name = _week_label(first)
    elif length == "4 weeks":
        name = f"{_week_label(first)} to W{last.isocalendar()[1]:02d}"
    else:
        name = f"{first.year}-Q{(first.month - 1) // 3 + 1}"
    return f"{name} · {_dates(first, last)}"


def _dates(first: date, last: date) -> str:
    """The dates as a reader says them: 9-15 Nov 2026, 26 Oct - 22 Nov 2026."""
    begins, ends = _MONTHS[first.month - 1], f"{_MONTHS[last.month - 1]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {ends}"
    if first.year == last.year:
        return f"{first.day} {begins} – {last.day} {ends}"
    return f"{first.day} {begins} {first.year} – {last.day} {ends}"
