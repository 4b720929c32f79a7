"""Is it news: the themes that more people raise than is usual, at a stated rate of false alarms (methods D6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isnan

import numpy as np
import pandas as pd

from analysis.alerts.permuted import COPIES, realised_rate
from analysis.alerts.watch import Rules, Verdict
from analysis.findings.compare.releases import ReleaseComparisons
from analysis.findings.news.releases import PART, ReleaseNews, news_of_weeks
from analysis.findings.news.streams import Streams, streams_of
from analysis.findings.news.walk import CATCH_UP, Walk, young_since
from analysis.scope.options import Release
from analysis.scope.past import Gone, Past
from analysis.scope.periods import WEEKS_SHOWN
from analysis.scope.scope import Scope
from analysis.scope.verbatims import telling_verbatims
from analysis.scope.weekly import Week, weeks_before
from groundswell.alert_weeks import AlertWeek, KeptAlert
from groundswell.findings import Alert, AlertWatch, Interval, Verbatim, WeekCount

__all__ = ["Watched", "find_alerts"]

MOST_VERBATIMS = 3
STATES = ("open", "re-opened", "updated", "quiet", "closed")  # the order in which a page tells them
_SIDE = {"pain": -1, "praise": 1, "plain": 0}


@dataclass(frozen=True, slots=True)
class Watched:
    """The alerts of a period, what was watched for them, and the picture that the next week is judged from."""

    alerts: tuple[Alert, ...]
    watch: AlertWatch
    week: AlertWeek | None  # None: there is no closed week
    streams: Streams | None = None  # the counts that were judged, where there are any
    verdict: Verdict | None = None  # on their last week


def find_alerts(
    scope: Scope,
    comments: pd.DataFrame,
    past: Past,
    target: float,
    released: ReleaseComparisons | None = None,
    named: Sequence[Release] = (),
) -> Watched:
    """The alerts that stand at the end of the period, and those that were closed within it, the newest first.

    `comments` are those of the store (frames.COMMENTS), `past` has the newest picture of an earlier week, `target` is
    the number of false alarms a year that is aimed at; `released` may have releases after which a complaint is more
    frequent, and `named` are those of the settings. Undated data has no weeks, so nothing is watched.
    """
    part = PART if released is not None and len(released.p_values) else 0.0
    rules = Rules(target_per_year=target, part=1 - part)
    end, first = scope.span.period.end, scope.all_feedback["occurred_at"].min()
    if end is None or pd.isna(first):
        return Watched((), _nothing(rules, "The feedback carries no dates, so no week can be unusual."), None)
    weeks = weeks_before(scope.span.calendar, end, CATCH_UP + rules.reach, first.to_pydatetime())
    if not weeks:
        return Watched((), _nothing(rules, _too_few(0, rules)), None)
    streams = streams_of(scope, comments, weeks)
    news = news_of_weeks(scope, weeks, released, named, part * target) if released is not None and part else _no_news
    merged = [(one.theme_id, one.into) for one in past.gone if one.into is not None]
    walk = Walk(streams, scope.labels, young_since(streams, scope.emerged_themes), rules, news, merged)
    picture, verdict = walk.picture(past.alerts)
    told = [one for one in picture.alerts if _is_told(one, scope, weeks)]
    alerts = [_of_gone(scope, streams, one, past.gone) for one in told if one.theme_id not in walk.rows]
    if verdict is None:
        return Watched(tuple(alerts), _nothing(rules, "No theme is there to be watched."), picture)
    alerts += [_alert(scope, streams, one, verdict) for one in told if one.theme_id in walk.rows]
    alerts.sort(key=lambda one: (STATES.index(one.state), -one.authors, one.alert_id))
    return Watched(tuple(alerts), _watch(walk, verdict, scope.span.period.start), picture, streams, verdict)


def _no_news(_: int) -> Mapping[str, ReleaseNews]:
    return {}


def _is_told(one: KeptAlert, scope: Scope, weeks: Sequence[Week]) -> bool:
    """Alerts that are not closed yet, and those that were closed in a week of the period."""
    start = scope.span.period.start
    return one.closed is None or any(week.name == one.closed and (start is None or week.end > start) for week in weeks)


def _watch(walk: Walk, verdict: Verdict, start: datetime | None) -> AlertWatch:
    """What was watched in the last week, with the dumps since `start`. A new theme has no baseline yet, and is watched
    all the same."""
    rules, streams = walk.rules, walk.streams
    tested = int(verdict.tested.sum())
    if not tested:
        return _nothing(rules, _too_few(len(streams.weeks), rules))
    rate = realised_rate(streams.counts, streams.exposure, rules)
    young = int(((walk.births >= 0) & ~verdict.tested).sum())
    weeks = int(verdict.baseline_weeks[verdict.tested].max())
    return AlertWatch(tested + young, weeks, rules.target_per_year, rate, COPIES, notes=_left_out(walk, start))


def _left_out(walk: Walk, start: datetime | None) -> tuple[str, ...]:
    """The dumps among the weeks that end after `start`, each with how far it is above the source's other weeks."""
    told = []
    for source, at in np.argwhere(walk.dumped).tolist():
        week, wrote = walk.streams.weeks[at], walk.streams.exposure[source]
        if start is None or week.end > start:
            usual = float(np.median(wrote[max(0, at - walk.rules.weeks) : at]))
            more = f", {wrote[at] / usual:.0f} times as many as usual" if usual else ""
            told.append(
                f"{walk.streams.sources[source]}: {wrote[at]:,} wrote in {week.name}{more}. That week of it counts for "
                "no alert, but on what was raised more often in it than usual."
            )
    return tuple(told)


def _nothing(rules: Rules, reason: str) -> AlertWatch:
    return AlertWatch(0, 0, rules.target_per_year, None, 0, reason)


def _too_few(weeks: int, rules: Rules) -> str:
    wanted = rules.least_weeks + 1
    if weeks < wanted:
        whole = "week" if weeks == 1 else "weeks"
        return f"Alerts need {wanted} whole weeks of feedback; there {'is' if weeks == 1 else 'are'} {weeks} {whole}."
    return f"No theme was raised in enough of the {weeks} weeks to say what is usual."


def _alert(scope: Scope, streams: Streams, kept: KeptAlert, verdict: Verdict) -> Alert:
    place = streams.themes.index(kept.theme_id)
    usual, ratio = _usual(streams, kept, place, verdict)
    authors, of = _authors(streams, place, verdict), int(streams.of[-1])
    if kept.kind == "release" and kept.release is not None:
        after = kept.release
        usual, ratio = (
            Interval(after.usual, after.low, after.high),
            after.authors / after.usual if after.usual else None,
        )
        authors, of = after.authors, after.of
    by_source = zip(streams.sources, streams.counts[place, :, -1].tolist(), strict=True)
    return replace(
        _uncounted(kept, of),
        label=scope.labels[kept.theme_id],
        authors=authors,
        usual=usual,
        ratio=ratio,
        by_source={source: n for source, n in by_source if n},
        weekly=_weekly(streams, place),
        verbatims=_verbatims(scope, streams, kept),
        owner=scope.of_theme(kept.theme_id, "owner"),
    )


def _of_gone(scope: Scope, streams: Streams, kept: KeptAlert, gone: Sequence[Gone]) -> Alert:
    """The alert of a theme that is there no more, for which nobody is counted."""
    became = next((one for one in gone if one.theme_id == kept.theme_id), Gone(kept.theme_id, "no longer there"))
    into = scope.labels.get(became.into) if became.into is not None else None
    return replace(
        _uncounted(kept, int(streams.of[-1])), gone=f"{became.how} into “{into}”" if into is not None else became.how
    )


def _uncounted(kept: KeptAlert, of: int) -> Alert:
    """The alert as it is kept, before anybody who raises its theme is counted."""
    release = kept.release.name if kept.release is not None else None
    return Alert(
        alert_id=kept.alert_id,
        theme_id=kept.theme_id,
        label=kept.label,
        kind=kept.kind,
        state=kept.state,
        opened=kept.opened,
        since=kept.since,
        last_week=kept.last_week,
        weeks=kept.weeks,
        authors=0,
        of=of,
        usual=Interval(0.0, 0.0, 0.0),
        ratio=None,
        p_value=kept.p_value,
        mood=kept.mood,
        event=kept.event,
        release=release if kept.kind == "release" else None,
        version=None if kept.kind == "release" else release,
    )


def _weekly(streams: Streams, place: int) -> tuple[WeekCount, ...]:
    shown = range(max(0, len(streams.weeks) - WEEKS_SHOWN), len(streams.weeks))
    return tuple(
        WeekCount(streams.weeks[at].name, int(streams.authors[place, at]), int(streams.of[at])) for at in shown
    )


def _authors(streams: Streams, place: int, verdict: Verdict) -> int:
    """Who raises the theme in the last week. Where a source has too short a past to say what is usual in it, those of
    the others: they are what the usual number stands beside."""
    compared = int(verdict.authors[place])
    if not verdict.tested[place] or compared == int(streams.counts[place, :, -1].sum()):
        return int(streams.authors[place, -1])
    return compared


def _usual(streams: Streams, kept: KeptAlert, place: int, verdict: Verdict) -> tuple[Interval, float | None]:
    """How many would have been expected, and how many times as many there are.

    Of a theme without a baseline: the weeks before more people raised it, as they were.
    """
    if verdict.tested[place]:
        expected, low, high = (float(part[place]) for part in (verdict.expected, verdict.low, verdict.high))
        ratio = float(verdict.ratio[place])
        return Interval(expected, low, high), None if isnan(ratio) else ratio
    weeks = range(len(streams.weeks))
    past = [at for at in weeks if streams.weeks[at].name < kept.since] or list(weeks)
    before = streams.authors[place, past[-26:]]
    low, high = np.quantile(before, [0.025, 0.975], method="inverted_cdf")
    mean = float(before.mean())
    return Interval(mean, float(low), float(high)), float(streams.authors[place, -1]) / mean if mean else None


def _verbatims(scope: Scope, streams: Streams, kept: KeptAlert) -> tuple[Verbatim, ...]:
    """What was said in the last week over the bound, in the mood of the surplus where somebody spoke in it."""
    week = next((week for week in streams.weeks if week.name == kept.last_week), None)
    if week is None:
        return ()
    rows = scope.all_mentions
    rows = rows[(rows["occurred_at"] >= week.start) & (rows["occurred_at"] < week.end)]
    rows = rows[rows["theme_id"] == kept.theme_id]
    moody = rows[rows["mood"] == kept.mood]
    return telling_verbatims(moody if len(moody) else rows, n=MOST_VERBATIMS, mood=_SIDE[kept.mood])
