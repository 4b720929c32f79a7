"""Releases that made a complaint worse, as alerts tell them: how many complain, and how many would as before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scipy import stats

from analysis.findings.compare.releases import ReleaseAlarm, ReleaseComparisons, release_alarms
from groundswell.alert_weeks import KeptRelease

__all__ = ["PART", "ReleaseNews", "news_of_releases"]

PART = 0.25  # of the target of false alarms that releases have, where any are compared; weekly counts have the rest


@dataclass(frozen=True, slots=True)
class ReleaseNews:
    """A theme's release alarm of one week."""

    release: KeptRelease
    since: datetime
    p_value: float


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
