"""Releases that made a complaint worse, as alerts tell them: how many complain, and how many would as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from analysis.findings.compare.release_windows import VERSION
from analysis.findings.compare.releases import ReleaseAlarm, ReleaseComparisons, compare_releases, release_alarms
from analysis.scope.options import Release
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope
from analysis.scope.scores import people
from analysis.scope.weekly import Week
from groundswell.alert_weeks import KeptRelease

__all__ = ["PART", "ReleaseNews", "news_of_releases", "news_of_weeks"]

PART = 0.25  # of the target of false alarms that releases have, where any are compared; weekly counts have the rest
LOOKED_BACK = 13  # weeks, the last one among them: what came out before is compared no more
READ = timedelta(weeks=26)  # before a week's end that a comparison of releases reads


@dataclass(frozen=True, slots=True)
class ReleaseNews:
    """A theme's release alarm of one week."""

    release: KeptRelease
    since: datetime
    p_value: float


def news_of_weeks(
    scope: Scope, weeks: Sequence[Week], released: ReleaseComparisons, named: Sequence[Release], target: float
) -> Callable[[int], Mapping[str, ReleaseNews]]:
    """What `news_of_releases` says at the end of each of the weeks, by its place: of the last one out of `released`, of
    one before it, for which no digest was made, out of what was known then. `named` are those of the settings."""
    last = news_of_releases(released, target)

    @cache
    def lean() -> Scope:
        return _lean(scope, weeks[max(0, len(weeks) - LOOKED_BACK)].end - READ, {one.source for one in named})

    def news(at: int) -> Mapping[str, ReleaseNews]:
        if at == len(weeks) - 1:
            return last
        if at < len(weeks) - LOOKED_BACK:
            return {}
        return news_of_releases(compare_releases(_until(lean(), weeks[at].end), named), target)

    return news


def _lean(scope: Scope, since: datetime, named: Set[str | None]) -> Scope:
    """The scope with those rows and columns alone that a comparison of releases since a day reads, people and records
    as numbers: out of it the rows of one week after the other are quickly taken. What is counted is the same.

    `named` are the sources of releases that the settings name, None for all of them.
    """
    feedback, mentions = scope.all_feedback, scope.all_mentions
    compared = feedback["source"].isin(named) | (None in named)
    if VERSION in feedback.columns:
        compared |= feedback["source"].isin(feedback.loc[feedback[VERSION].notna(), "source"].unique())
    # The first record of a source says since when it is known.
    first = feedback.groupby("source")["occurred_at"].transform("min")
    read = (compared & ((feedback["occurred_at"] >= since) | (feedback["occurred_at"] == first))).to_numpy()
    who, _ = pd.factorize(people(feedback))
    columns = [name for name in ("source", "text", "occurred_at", VERSION) if name in feedback.columns]
    rows = feedback.loc[read, columns].assign(feedback_id=np.flatnonzero(read), response_id=None, author=who[read])
    of = pd.Index(feedback["feedback_id"]).get_indexer(pd.Index(mentions["feedback_id"]))
    told = read[of] & mentions["theme_id"].notna().to_numpy()
    said = mentions.loc[told, ["theme_id", "mood", "occurred_at"]].assign(feedback_id=of[told], who=who[of[told]])
    return open_scope(rows, said, scope.themes, scope.span)


def _until(scope: Scope, end: datetime) -> Scope:
    """What was known at the end of a week."""
    period = scope.span.calendar.closed("week", end)
    feedback, mentions = (rows[rows["occurred_at"] < end] for rows in (scope.all_feedback, scope.all_mentions))
    mentions = mentions[mentions["occurred_at"] >= end - READ]
    return open_scope(feedback, mentions, scope.themes, Span(period, None, scope.span.week_start))


def news_of_releases(released: ReleaseComparisons | None, target: float) -> dict[str, ReleaseNews]:
    """By theme the surest alarm of a release; `target` is the number of false alarms a year that releases have."""
    found: dict[str, ReleaseNews] = {}
    for alarm in release_alarms(released, target) if released is not None else ():
        found.setdefault(alarm.theme_id, _news(alarm))
    return found


def _news(alarm: ReleaseAlarm) -> ReleaseNews:
    """The range is the predictive one of a share that was seen among `of_before` people: beta-binomial, Jeffreys."""
    before = round(alarm.share_before * alarm.of_before)
    expected = stats.betabinom(alarm.of, before + 0.5, alarm.of_before - before + 0.5)
    low, high = (float(end) for end in expected.ppf([0.025, 0.975]))
    usual = alarm.share_before * alarm.of
    kept = KeptRelease(alarm.release, alarm.authors, alarm.of, usual, low, high)
    return ReleaseNews(kept, alarm.since, alarm.p_value)
