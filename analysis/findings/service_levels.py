"""Service levels for operations: volume, reply and resolution times, reopens and score by channel and category."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.findings.pain_points import FALSE_DISCOVERIES
from analysis.findings.periods import WEEKS_SHOWN
from analysis.findings.scope import Scope
from analysis.findings.scores import one_score_each, summarise_group
from analysis.statistics.intervals import (
    FEW_RESPONSES,
    benjamini_hochberg,
    median_interval,
    share_interval,
    shares_differ,
)
from groundswell.findings import Change, Interval, ScoreSummary, ServiceLevel, VolumePoint
from groundswell.frames import SEGMENT

__all__ = ["service_levels", "weekly_volumes"]

GROUPS = ("channel", "category", "sub_category", "product")
MOST_GROUPS = 12


def service_levels(scope: Scope) -> list[ServiceLevel]:
    """One row for each source and for each channel and category of it with at least 20 contacts, largest first.

    A group's share is taken over the contacts that name a group of that kind.
    """
    levels: list[ServiceLevel] = []
    for source in sorted(scope.feedback["source"].unique()):
        now = scope.feedback[scope.feedback["source"] == source]
        before = scope.feedback_before
        then = None if before is None else before[before["source"] == source]
        levels.append(_level(str(source), "all", "all", now, then, len(now), None))
        for name in GROUPS:
            if SEGMENT + name in now.columns:
                levels.extend(_by_group(str(source), name, now, then, scope.span.period.before))
    # All comparisons of the section are judged together (D5), whatever source and grouping they are of.
    holds = benjamini_hochberg([level.change.p_value if level.change else None for level in levels], FALSE_DISCOVERIES)
    return [
        replace(level, change=replace(level.change, significant=held)) if level.change else level
        for level, held in zip(levels, holds, strict=True)
    ]


def weekly_volumes(scope: Scope) -> dict[str, tuple[VolumePoint, ...]]:
    """Per source the records of each of the last 26 closed weeks, oldest first; empty for undated data.

    A source's weeks begin with the first that it has whole: before it nothing is known, which is not 0.
    """
    end, times = scope.span.period.end, scope.all_feedback["occurred_at"]
    if end is None:
        return {}
    calendar = scope.span.calendar
    counts = scope.all_feedback.groupby(["source", calendar.week_of(times)]).size()
    first = times.groupby(scope.all_feedback["source"]).min().dropna()
    return {
        str(source): tuple(
            VolumePoint(week, int(counts.get((source, week), 0)))
            for week in calendar.weeks_until(end, WEEKS_SHOWN, not_before=begun.to_pydatetime())
        )
        for source, begun in sorted(first.items())
    }


def _by_group(source: str, name: str, now: pd.DataFrame, then: pd.DataFrame | None, before: str) -> list[ServiceLevel]:
    column = SEGMENT + name
    counts = now[column].value_counts()
    groups = sorted(counts[counts >= FEW_RESPONSES].index, key=lambda g: (-int(counts[g]), str(g)))[:MOST_GROUPS]
    return [
        _level(
            source,
            name,
            str(group),
            now[now[column] == group],
            None if then is None else then[then[column] == group],
            int(counts.sum()),
            _group_change(now, then, column, group, before),
        )
        for group in groups
    ]


def _group_change(
    now: pd.DataFrame, then: pd.DataFrame | None, column: str, group: object, before: str
) -> Change | None:
    """How the group's share of the contacts that name a group moved against the period before."""
    if then is None or then[column].notna().sum() < FEW_RESPONSES:
        return None
    hits, was = int((now[column] == group).sum()), int((then[column] == group).sum())
    n, n_before = int(now[column].notna().sum()), int(then[column].notna().sum())
    share, baseline = hits / n, was / n_before
    p = shares_differ(hits, n, was, n_before)
    return Change(baseline, share, n_before, n, share / baseline if was else None, p, False, before)


def _level(
    source: str,
    group_by: str,
    group: str,
    now: pd.DataFrame,
    then: pd.DataFrame | None,
    total: int,
    change: Change | None,
) -> ServiceLevel:
    reopened = now["reopened"].dropna()
    return ServiceLevel(
        source=source,
        group_by=group_by,
        group=group,
        n=len(now),
        share=len(now) / total,
        first_reply_minutes=_median_minutes(now["responded_at"], now["reported_at"]),
        resolution_minutes=_median_minutes(now["resolved_at"], now["reported_at"]),
        handled_minutes=_median(now["handled_seconds"].dropna() / 60),
        reopened=share_interval(int(reopened.astype(bool).sum()), len(reopened))
        if len(reopened) >= FEW_RESPONSES
        else None,
        score=_score(source, now, then),
        change=change,
    )


def _median_minutes(later: pd.Series, earlier: pd.Series) -> Interval | None:
    minutes = (later - earlier).dt.total_seconds() / 60
    return _median(minutes[minutes >= 0])


def _median(values: pd.Series) -> Interval | None:
    """The median with interval; None below 20 values, where it would say more than is known."""
    known = values.dropna().to_numpy(dtype=np.float64)
    return median_interval(known) if len(known) >= FEW_RESPONSES else None


def _score(source: str, now: pd.DataFrame, then: pd.DataFrame | None) -> ScoreSummary | None:
    rows = one_score_each(now)
    if rows.empty:
        return None
    metric = str(rows["metric"].mode().iloc[0])
    earlier = None if then is None else one_score_each(then[then["metric"] == metric])
    return summarise_group(source, metric, rows[rows["metric"] == metric], earlier)
