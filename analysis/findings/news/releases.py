"""Releases that made a complaint worse, as alerts tell them: how many complain, and how many would as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scipy import stats

from analysis.findings.compare.releases import ReleaseAlarm, ReleaseComparisons, compare_releases, release_alarms
from analysis.findings.news.streams import Week
from analysis.scope.options import Release
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope
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

    def news(at: int) -> Mapping[str, ReleaseNews]:
        if at == len(weeks) - 1:
            return last
        if at < len(weeks) - LOOKED_BACK:
            return {}
        return news_of_releases(compare_releases(_until(scope, weeks[at].end), named), target)

    return news


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
