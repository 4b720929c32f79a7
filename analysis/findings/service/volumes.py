"""How much came in, what still waits at each week's end, and contacts for each hundred customers or orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.findings.service.rows import service_rows, tickets
from analysis.scope.periods import WEEKS_SHOWN
from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.scope.service_options import ContactBase, ServiceOptions
from analysis.statistics.rates import rate_of_counts, usual_range
from groundswell.findings import Backlog, ContactRatio, VolumePoint
from groundswell.records import Period

__all__ = ["base_of", "contact_ratios", "find_backlog", "tells_of_solutions", "weekly_volumes"]

# A source tells when contacts were solved where it does of at least half of those that began four weeks ago or more.
TOLD_SHARE, TOLD_AFTER = 0.5, pd.Timedelta(weeks=4)
# Contacts that began before the data are not seen: weeks in which they may still be open are left out.
SEEN_SHARE = 0.9
HUNDRED = 100.0


def weekly_volumes(scope: Scope) -> dict[str, tuple[VolumePoint, ...]]:
    """Per source the records of each of the last 26 closed weeks, oldest first; empty for undated data.

    A source's weeks begin with the first that it has whole: before it nothing is known, which is not 0. From the ninth
    on each has the range that was `usual` in those before it.
    """
    end, times = scope.span.period.end, scope.all_feedback["occurred_at"]
    if end is None:
        return {}
    calendar = scope.span.calendar
    counts = scope.all_feedback.groupby(["source", calendar.week_of(times)]).size()
    first = times.groupby(scope.all_feedback["source"]).min().dropna()
    found: dict[str, tuple[VolumePoint, ...]] = {}
    for source, begun in sorted(first.items()):
        weeks = calendar.weeks_until(end, WEEKS_SHOWN, not_before=begun.to_pydatetime())
        n = np.array([int(counts.get((source, week), 0)) for week in weeks])
        found[str(source)] = tuple(
            VolumePoint(week, int(n[at]), usual_range(n[:at].astype(np.float64))) for at, week in enumerate(weeks)
        )
    return found


def find_backlog(scope: Scope) -> list[Backlog]:
    """Per source of contacts that tells when they were solved, how many were open at the end of each of the last 26
    closed weeks, oldest first; empty for undated data."""
    end = scope.span.period.end
    if end is None:
        return []
    until = pd.Timestamp(end).tz_convert("UTC")
    contacts = tickets(service_rows(scope.all_feedback, until, scope.all_feedback))
    contacts = contacts[contacts["solved"].notna()]
    found: list[Backlog] = []
    for source, rows in contacts.groupby("source", sort=True):
        found.extend(_backlog_of(scope, str(source), rows, until))
    return found


def _backlog_of(scope: Scope, source: str, rows: pd.DataFrame, until: pd.Timestamp) -> Iterator[Backlog]:
    if not tells_of_solutions(rows, until):
        return
    rows = rows.sort_values(["reported_at", "feedback_id"], kind="stable")
    begun = rows["reported_at"]
    over = rows["resolved_at"].where(rows["ended"])
    took = timedelta(minutes=float(rows.loc[rows["ended"], "solved"].quantile(SEEN_SHARE)))
    calendar = scope.span.calendar
    weeks = calendar.weeks_until(until.to_pydatetime(), WEEKS_SHOWN, not_before=begun.min().to_pydatetime() + took)
    for week in weeks:
        closes = calendar.week_named(week).end
        assert closes is not None  # a week has an end
        at = pd.Timestamp(closes).tz_convert("UTC")
        waiting = np.flatnonzero((begun < at) & ~(over <= at))
        if not len(waiting):
            yield Backlog(source, week, 0, None)
            continue
        days = (at - begun.iloc[waiting[0]]) / pd.Timedelta(days=1)
        yield Backlog(source, week, len(waiting), days, str(rows["reference"].iloc[waiting[0]]))


def tells_of_solutions(rows: pd.DataFrame, until: pd.Timestamp) -> bool:
    """Whether the contacts (`service_rows` of one source) of four weeks before and older mostly say when they ended."""
    old = rows[(rows["reported_at"] <= until - TOLD_AFTER) & rows["solved"].notna()]
    return len(old) > 0 and float(old["ended"].mean()) >= TOLD_SHARE


def contact_ratios(scope: Scope, options: ServiceOptions) -> list[ContactRatio]:
    """Per source of contacts how many there were for each hundred customers or orders, where the settings name a count
    of them that covers the whole period."""
    base = None if options.base is None else base_of(options.base, scope.span.period, scope.feedback)
    if options.base is None or not base:
        return []
    before = scope.span.before
    earlier = None if before is None else base_of(options.base, before, scope.feedback)
    found = []
    for source, rows in tickets(scope.feedback).groupby("source", sort=True):
        ratio = rate_of_counts(_of_each(rows), base / HUNDRED)
        if ratio is None:
            continue
        then = scope.feedback_before
        was = None if then is None else int((tickets(then)["source"] == source).sum())
        ratio_before = HUNDRED * was / earlier if was and earlier else None
        found.append(ContactRatio(str(source), options.base.name, len(rows), round(base), ratio, ratio_before))
    return found


def base_of(base: ContactBase, period: Period, feedback: pd.DataFrame) -> float | None:
    """All that was counted in the period; None where a day of it is not covered, or a count reaches beyond it.

    The period "all feedback" is that of the contacts' days.
    """
    days = _days_of(period, feedback)
    if days is None:
        return None
    first, last = days
    inside = [(day, n) for day, n in base.counts if day <= last and day + timedelta(days=base.days - 1) >= first]
    covered = len(inside) * base.days
    whole = (last - first).days + 1
    if not inside or covered != whole or inside[0][0] != first:
        return None
    return float(sum(n for _, n in inside))


def _days_of(period: Period, feedback: pd.DataFrame) -> tuple[date, date] | None:
    if period.start is not None and period.end is not None:
        return period.start.date(), (period.end - timedelta(seconds=1)).date()
    times = tickets(feedback)["occurred_at"].dropna()
    if times.empty:
        return None
    local = times.dt.tz_convert(period.timezone)
    return local.min().date(), local.max().date()


def _of_each(rows: pd.DataFrame) -> np.ndarray:
    """How many contacts each author made."""
    return people(rows).value_counts().to_numpy(dtype=np.float64)
