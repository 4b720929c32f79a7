"""Which charts a page carries, made of a digest's figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from groundswell.findings import Finding, Impact, ServiceLevel
from reports.charts import DotRow, Picture, dot_whisker, volume_chart
from reports.digest import Digest
from reports.figures import duration_interval, impact_text, is_known, metric_name, shown, zone

__all__ = ["impact", "times", "volumes"]

MOST_SCORES = 2  # charts of impact on one page


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


def times(levels: Sequence[ServiceLevel]) -> tuple[Picture, ...]:
    """One chart of median first replies for each source and grouping with two groups or more, slowest first."""
    groups: dict[tuple[str, str], list[DotRow]] = {}
    for level in levels:
        reply = level.first_reply_minutes
        if level.group_by == "all" or reply is None or not all(map(is_known, (reply.value, reply.low, reply.high))):
            continue
        row = DotRow(level.group, reply.value / 60, reply.low / 60, reply.high / 60, duration_interval(reply))
        groups.setdefault((level.source, level.group_by), []).append(row)
    pictures = []
    for (source, by), rows in sorted(groups.items()):
        if len(rows) > 1:
            rows.sort(key=lambda row: (-row.value, row.label))
            caption = f"Hours to the first reply, {shown(source)}, by {shown(by)}"
            pictures.append(dot_whisker(rows, "hours", caption))
    return tuple(picture for picture in pictures if picture)


def volumes(digest: Digest) -> tuple[Picture, ...]:
    """One chart of weekly bars for each source; the period's own weeks stand out."""
    marked = period_weeks(digest)
    pictures = [volume_chart(source, digest.volumes[source], marked) for source in sorted(digest.volumes)]
    return tuple(picture for picture in pictures if picture)


def period_weeks(digest: Digest) -> frozenset[str]:
    """ISO labels of the weeks whose Thursday lies in the period; none for undated data."""
    start, end = digest.period.start, digest.period.end
    if start is None or end is None:
        return frozenset()
    where = zone(digest.period)
    first, last = start.astimezone(where).date(), end.astimezone(where).date()
    thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    weeks = set()
    while thursday < last:
        year, week, _ = thursday.isocalendar()
        weeks.add(f"{year}-W{week:02d}")
        thursday += timedelta(days=7)
    return frozenset(weeks)
