"""Which charts a page carries, made of a digest's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from groundswell.findings import Alert, Finding, Impact, ThemeTrend
from reports.charts.drawing import Picture
from reports.charts.map import theme_map
from reports.charts.trend import Trend, trend_chart
from reports.charts.volume import volume_chart
from reports.charts.whiskers import DotRow, dot_whisker
from reports.digest import Digest
from reports.wording.alerts import RAISED
from reports.wording.changes import is_news
from reports.wording.figures import impact_text, is_known, metric_name, shown, zone
from reports.wording.weeks import label_of, period_weeks

__all__ = ["alert_trends", "impact", "theme_trends", "volumes"]

MOST_SCORES = 1  # charts of impact on one page
MOST_TRENDS = 6
BAND = "the band is what is usual, diamonds mark the weeks of an alert above it"


def impact(findings: Sequence[Finding]) -> tuple[Picture, ...]:
    """One dot-and-whisker chart for each score with two themes or more, the scores with most themes first."""
    rows: dict[tuple[str, str], list[tuple[Finding, Impact]]] = {}
    for finding in sorted(findings, key=lambda f: (f.rank, f.theme_id)):
        for effect in finding.impact:
            if all(map(is_known, (effect.value, effect.low, effect.high))):
                rows.setdefault((effect.metric, effect.source), []).append((finding, effect))
    chosen = sorted((key for key in rows if len(rows[key]) > 1), key=lambda key: (-len(rows[key]), key))[:MOST_SCORES]
    pictures = [_impact_chart(rows[key], *key) for key in chosen]
    return tuple(picture for picture in pictures if picture)


def _impact_chart(rows: list[tuple[Finding, Impact]], metric: str, source: str) -> Picture | None:
    ordered = sorted(rows, key=lambda pair: (-abs(pair[1].value), pair[0].theme_id))
    dots = [DotRow(f.label, i.value, i.low, i.high, impact_text(i)) for f, i in ordered]
    unit = "percentage points" if metric == "csat" else "points"
    caption = f"{metric_name(metric)} points that go with each theme, {shown(source)}, with 95 % intervals"
    return dot_whisker(dots, f"{metric_name(metric)} {unit}", caption)


def volumes(digest: Digest) -> tuple[Picture, ...]:
    """One chart of weekly bars for each source; the period's own weeks stand out."""
    marked = frozenset(period_weeks(digest))
    pictures = [volume_chart(source, digest.volumes[source], marked) for source in sorted(digest.volumes)]
    return tuple(picture for picture in pictures if picture)


def alert_trends(alerts: Sequence[Alert], digest: Digest) -> tuple[Picture, ...]:
    """One chart with a panel for each alert."""
    caption = f"Share of {digest.coverage.counted} who raise it, by week; {BAND}"
    drawn = trend_chart([_of_alert(alert) for alert in alerts], digest.coverage.counted, caption)
    return (drawn,) if drawn else ()


def _of_alert(alert: Alert) -> Trend:
    """Of a release those who have it are judged, so that its usual number belongs to no week; a new theme has none."""
    weekly = alert.kind not in ("release", "new")
    event = None
    if alert.kind == "release" and alert.release:
        # The week that the release was found to hurt in; the day it came out is not known here.
        event = (alert.since, shown(alert.release))
    return Trend(shown(alert.label), alert.weekly, alert.usual if weekly else None, _alarmed(alert), event)


def _alarmed(alert: Alert) -> tuple[str, ...]:
    """The weeks since it was raised in which more people raised it than is usual; without a range all of them."""
    weeks = [w for w in alert.weekly if alert.since <= w.week <= alert.last_week and w.of]
    if alert.kind in ("release", "new") or not is_known(alert.usual.high) or not alert.of:
        return tuple(w.week for w in weeks)
    return tuple(w.week for w in weeks if w.authors / w.of > alert.usual.high / alert.of)


def theme_trends(trends: Sequence[ThemeTrend], digest: Digest) -> tuple[Picture, ...]:
    """One chart with a panel for each theme, at most 6: those under an alert, those that changed, the largest."""
    standing = {alert.theme_id: alert for alert in digest.alerts if alert.state in RAISED}
    ordered = sorted(trends, key=lambda t: (t.theme_id not in standing, not is_news(t.change), -t.authors, t.theme_id))
    released = _last_release(digest)
    panels = [_of_theme(trend, standing.get(trend.theme_id), released) for trend in ordered[:MOST_TRENDS]]
    caption = f"Share of {digest.coverage.counted} who mention it, by week; {BAND}"
    drawn = trend_chart(panels, digest.coverage.counted, caption)
    places = theme_map(digest.theme_map, digest.coverage.counted)
    return tuple(picture for picture in (drawn, places) if picture)


def _last_release(digest: Digest) -> tuple[str, str] | None:
    """The newest release that themes were compared about, and the week it came in; None without any."""
    newest = max(digest.releases, key=lambda effect: (effect.since, effect.release), default=None)
    if newest is None:
        return None
    return label_of(newest.since.astimezone(zone(digest.period)).date()), shown(newest.release)


def _of_theme(trend: ThemeTrend, alert: Alert | None, released: tuple[str, str] | None) -> Trend:
    if alert is not None:
        drawn = _of_alert(alert)
        return replace(drawn, weeks=trend.weekly, event=released or drawn.event)
    return Trend(shown(trend.label), trend.weekly, trend.usual, event=released)
