"""How much came in by week, as bars; the weeks of the period stand out, and have their number above them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from groundswell.findings import VolumePoint
from reports.charts.drawing import ACCENT, FAINT, INK, Picture, draw_svg, styled
from reports.wording.figures import clip, is_known

__all__ = ["svg_volume", "volume_chart", "volume_spec"]

Bar = tuple[str, int, float, float]  # week, count, usual from, usual to
MOST_WEEKS = 26


def volume_chart(source: str, points: Sequence[VolumePoint], marked: frozenset[str]) -> Picture | None:
    """One source's bars by week; the weeks in `marked` stand out. None with fewer than two weeks."""
    kept = tuple(sorted(_bar(point) for point in points))[-MOST_WEEKS:]
    if len(kept) < 2:
        return None
    name, last, most = clip(source, 60), kept[-1], max(kept, key=lambda bar: (bar[1], bar[0]))
    least = min(bar[1] for bar in kept)
    alt = f"{name} by week: {last[1]:,} in {last[0]}{_beside(last)}, most in {most[0]} ({most[1]:,}), least {least:,}."
    caption = f"{name}, by week"
    if any(bar[3] for bar in kept):
        caption = f"{caption}; the lines show the range usual for each week"
    return Picture(alt, caption, partial(svg_volume, kept, marked))


def _bar(point: VolumePoint) -> Bar:
    """Week, count, and the ends of its usual range, 0 and 0 where none is known."""
    usual = point.usual
    if usual is None or not (is_known(usual.low) and is_known(usual.high)):
        return point.week, point.n, 0.0, 0.0
    return point.week, point.n, max(0.0, usual.low), usual.high


def _beside(bar: Bar) -> str:
    """Whether the last bar lies in its usual range."""
    _, n, low, high = bar
    return "" if not high else " (more than usual)" if n > high else " (fewer than usual)" if n < low else " (usual)"


@lru_cache(maxsize=64)
def svg_volume(points: tuple[Bar, ...], marked: frozenset[str], width: int) -> str:
    """Weekly bars in light colours, `width` pixels wide."""
    spec = volume_spec(points, marked, width)
    return draw_svg(spec, width, spec["height"] + 42)


def volume_spec(points: tuple[Bar, ...], marked: frozenset[str], width: int) -> dict[str, Any]:
    """The bars as Vega-Lite."""
    left, height = 44, 96
    inner = width - left - 8
    # As many labels as there is room for, counted from the last week.
    every = -(-len(points) * 62 // inner)
    labelled = [bar[0] for i, bar in enumerate(reversed(points)) if i % every == 0]
    label = {"values": labelled, "labelExpr": "slice(datum.value, 5)", "labelAngle": 0, "labelOverlap": False}
    top = max(n for _, n, *_ in points)
    ticks = {"values": list(range(top + 1))} if top < 3 else {"tickCount": 3}
    x = {"field": "week", "type": "ordinal", "scale": {"paddingInner": 0.25}, "axis": {**label, "title": None}}
    y = {"type": "quantitative", "axis": {**ticks, "title": None, "format": ",d"}, "scale": {"zero": True}}
    bars = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": x,
            "y": {"field": "n", **y},
            "color": {"condition": {"test": "datum.now", "value": ACCENT}, "value": FAINT},
        },
    }
    numbers = {
        "transform": [{"filter": "datum.now"}],
        "mark": {"type": "text", "color": INK, "fontSize": 12, "fontWeight": "bold", "baseline": "bottom", "dy": -3},
        "encoding": {"x": x, "y": {"field": "top", **y}, "text": {"field": "n", "format": ",d"}},
    }
    usual = {
        "transform": [{"filter": "datum.high > 0"}],
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2},
        "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
    }
    data = [
        {"week": w, "n": n, "low": low, "high": high, "top": max(n, high), "now": w in marked}
        for w, n, low, high in points
    ]
    layers = [bars, usual, numbers] if any(bar[3] for bar in points) else [bars, numbers]
    spec = styled({"data": {"values": data}, "layer": layers, "width": inner, "height": height}, left)
    return {**spec, "padding": {**spec["padding"], "top": 18}}
