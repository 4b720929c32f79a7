"""Closed periods (law 9): which one a digest covers, and which ones of a schedule are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pandas as pd

from analysis.scope.calendar import LENGTHS, Calendar, dates_between
from groundswell.frames import segment_columns
from groundswell.records import Period

__all__ = [
    "CATCH_UP",
    "ENOUGH",
    "WEEKS_SHOWN",
    "Due",
    "Span",
    "as_of_for",
    "choose_period",
    "due_periods",
    "known_until",
    "rows_hash",
    "rows_in",
    "spans_of_weeks",
]

# Comments with text that a digest needs before its themes say something; measured by eye on six sets of feedback.
ENOUGH = 150
# Weeks that a trend shows.
WEEKS_SHOWN = 26
# Periods that a run publishes by itself; a longer history is asked for by --week.
CATCH_UP = 8
# How far back a scheduled analysis reads; and so many comments with text, where that is fewer.
YEAR = pd.Timedelta(weeks=52)
ANALYSED = 2_000


@dataclass(frozen=True, slots=True)
class Span:
    """The period that a digest covers and the one of the same length before it, None where there is none.

    `week_start` is the reader's first day of the week, 0 for Monday.
    """

    period: Period
    before: Period | None
    week_start: int = 0

    @property
    def calendar(self) -> Calendar:
        """The weeks that this digest's reader counts in."""
        return Calendar(self.period.timezone, self.week_start)


@dataclass(frozen=True, slots=True)
class Due:
    """What a run has to publish for one audience: oldest first; `older` are due periods that it leaves to --week."""

    spans: tuple[Span, ...]
    older: tuple[str, ...] = ()


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
        return everything(feedback, timezone, "the feedback carries no dates")
    calendar = Calendar(timezone)
    for name in LENGTHS[:-1]:
        if length not in (None, name):
            continue
        period = calendar.closed(name, as_of)
        n = int(((dated >= period.start) & (dated < period.end)).sum())
        if n >= ENOUGH or length == name:
            reason = f"the last closed {name} holds {n:,} comment{'' if n == 1 else 's'} with text"
            return Span(replace(period, reason=reason), calendar.before(period))
    reason = (
        f"asked for, {len(texts):,} comments with text"
        if length
        else f"no closed quarter holds {ENOUGH} comments with text"
    )
    return everything(feedback, timezone, reason)


def due_periods(
    feedback: pd.DataFrame, as_of: datetime, calendar: Calendar, length: str, published: Mapping[str, str]
) -> Due:
    """The closed periods of that length whose digest is missing or rests on other rows than there are now.

    `published` holds, per period published, the `rows_hash` of its digest. Before the first digest only the last closed
    period is due; later also those that closed or changed since, the last CATCH_UP at most: a change of the zone
    makes all of them due. A period without feedback is never due, nor one whose digest an older version made.
    """
    if length == "all" or feedback["occurred_at"].isna().all():
        span = everything(feedback, calendar.timezone, "one digest of all feedback")
        is_due = len(feedback) > 0 and published.get(span.period.slug) != rows_hash(feedback)
        return Due((span,) if is_due else ())
    periods = _back_to(feedback, calendar, length, as_of, published)
    spans: list[Span] = []
    for period in periods:
        rows = rows_in(feedback, period)
        if len(rows) and published.get(period.slug) not in ("", rows_hash(rows)):
            spans.append(_span(period, calendar))
    return Due(tuple(spans[-CATCH_UP:]), tuple(span.period.slug for span in spans[:-CATCH_UP]))


def spans_of_weeks(first: str, last: str, calendar: Calendar, length: str) -> list[Span]:
    """The periods that a run at the end of each of these weeks would report, oldest first; ConfigError for no week."""
    start, end = calendar.week_named(first), calendar.week_named(last)
    spans: dict[str, Span] = {}
    week = start
    while week.end is not None and end.end is not None and week.end <= end.end:
        period = calendar.closed(length, week.end, aligned=True)
        spans.setdefault(period.slug, _span(period, calendar))
        week = calendar.closed("week", week.end + timedelta(days=7, hours=12))
    return list(spans.values())


def known_until(feedback: pd.DataFrame, end: datetime | None) -> pd.DataFrame:
    """What an analysis of a period that ends at `end` reads: the year before it, and undated records.

    Where that year holds fewer than ANALYSED comments with text, the last ANALYSED ones. Themes of other years would
    blur those of today, and a store that grows for years must not take longer every week. None: all there is.
    """
    if end is None:
        return feedback
    times = feedback["occurred_at"]
    known = feedback[~(times >= end)]
    texts = known.loc[(known["text"] != "") & known["occurred_at"].notna(), "occurred_at"].sort_values()
    first: pd.Timestamp | None = pd.Timestamp(end) - YEAR
    if (texts >= first).sum() < ANALYSED:
        first = texts.iloc[-ANALYSED] if len(texts) >= ANALYSED else None
    if first is not None:
        known = known[~(known["occurred_at"] < first)]
    return known.reset_index(drop=True)


def rows_in(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The records of the period; all of them for "all feedback"."""
    if period.start is None or period.end is None:
        return frame
    times = frame["occurred_at"]
    return frame[(times >= period.start) & (times < period.end)]


def rows_hash(rows: pd.DataFrame) -> str:
    """A hash of what these rows of FEEDBACK say, whatever their order, their row numbers and the other rows' fields."""
    ordered = rows.sort_values("feedback_id", kind="stable")
    segments = segment_columns(ordered.columns)
    plain = ordered.drop(columns=["row", "reference", "compensation", "currency", *segments])
    said = pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes()
    # A segment that another source brings is a new column here too: only what a row itself has may count.
    named: list[list[tuple[object, ...]]] = [
        [(name, value) for name, value in zip(segments, values, strict=True) if isinstance(value, str)]
        for values in ordered[segments].itertuples(index=False, name=None)
    ]
    # The same holds of what older versions did not know: rows without it have the hash that they had.
    for said_of, amount, currency in zip(named, ordered["compensation"], ordered["currency"], strict=True):
        if amount == amount:
            said_of.append(("compensation", amount, currency))
    return sha256(said + repr(named).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def everything(feedback: pd.DataFrame, timezone: str, reason: str) -> Span:
    """The one period "all feedback", with the dates that it covers."""
    times: Iterable[datetime] = feedback["occurred_at"].dropna()
    days = sorted(
        {t.astimezone(ZoneInfo(timezone)).date() for t in (min(times, default=None), max(times, default=None)) if t}
    )
    dates = f" · {dates_between(days[0], days[-1])}" if days else ""
    return Span(Period(f"all{dates}", None, None, "all", timezone, reason), None)


def _back_to(
    feedback: pd.DataFrame, calendar: Calendar, length: str, as_of: datetime, published: Mapping[str, str]
) -> list[Period]:
    """The closed periods from the first published one on, oldest first; only the last closed one before any."""
    first = feedback["occurred_at"].min()
    period = calendar.closed(length, as_of, aligned=True)
    periods = [period]
    wanted = set(published) - {period.slug}
    while wanted and period.start is not None and period.start > first:
        period = calendar.before(period, aligned=True)
        periods.append(period)
        wanted.discard(period.slug)
    # What was published under another length is found nowhere: those further back than it are not wanted.
    known = [index for index, candidate in enumerate(periods) if candidate.slug in published]
    return periods[: max(known, default=0) + 1][::-1]


def _span(period: Period, calendar: Calendar) -> Span:
    return Span(period, calendar.before(period, aligned=True), calendar.week_start)
