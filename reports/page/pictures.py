"""Which charts a page carries, made of a digest's figures."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.findings import Finding, Impact
from reports.charts.drawing import DotRow, Picture, dot_whisker, volume_chart
from reports.digest import Digest
from reports.wording.figures import impact_text, is_known, metric_name, shown
from reports.wording.weeks import period_weeks

__all__ = ["impact", "volumes"]

MOST_SCORES = 1  # charts of impact on one page


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
