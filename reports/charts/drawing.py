"""Charts as SVG: drawn by Altair and vl-convert without a browser or a network, light and dark, wide and narrow.

The same rows give the same bytes: widths are fixed (`autosize: none`), so that no installed font moves anything.
A chart is drawn once in the light colours; the dark one is the same drawing with its colours exchanged.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from groundswell.findings import VolumePoint
from reports.wording.figures import clip, is_known

__all__ = [
    "DotRow",
    "Picture",
    "dot_whisker",
    "dot_whisker_spec",
    "svg_dot_whisker",
    "svg_volume",
    "volume_chart",
    "volume_spec",
]

INK, MUTED, RULE, ACCENT, FAINT = "#1f1d1a", "#625d55", "#d9d4ca", "#0f5f63", "#8ab0b0"
DARK = {INK: "#eeeae3", MUTED: "#aaa399", RULE: "#3d3933", ACCENT: "#78c6c4", FAINT: "#3f7474"}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
WIDE, NARROW = 920, 344
Bar = tuple[str, int, float, float]  # week, count, usual from, usual to
MOST_ROWS, MOST_WEEKS = 15, 26


@dataclass(frozen=True, slots=True)
class DotRow:
    """One line of a dot-and-whisker chart: a figure with its 95 % interval; `text` is the figure as pages write it."""

    label: str
    value: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart as data: URIs of SVG, with the words that say the same and the sizes that keep its place."""

    alt: str
    caption: str
    wide: str
    wide_dark: str
    narrow: str
    narrow_dark: str
    width: int
    height: int


def dot_whisker(rows: Sequence[DotRow], axis: str, caption: str) -> Picture | None:
    """Figures with intervals about 0, at most 15 rows, in the order given; None without rows."""
    kept = tuple(rows[:MOST_ROWS])
    if not kept:
        return None
    alt = f"{caption}. " + "; ".join(f"{clip(row.label, 60)}: {row.text}" for row in kept) + "."
    return _picture(alt, caption, svg_dot_whisker(kept, axis, WIDE), svg_dot_whisker(kept, axis, NARROW))


def volume_chart(source: str, points: Sequence[VolumePoint], marked: frozenset[str]) -> Picture | None:
    """One source's bars by week; the weeks in `marked` stand out. None with fewer than two weeks."""
    kept = tuple(sorted(_bar(point) for point in points))[-MOST_WEEKS:]
    if len(kept) < 2:
        return None
    name, last, most = clip(source, 60), kept[-1], max(kept, key=lambda bar: (bar[1], bar[0]))
    least = min(bar[1] for bar in kept)
    alt = f"{name} by week: {last[1]:,} in {last[0]}, most in {most[0]} ({most[1]:,}), least {least:,}."
    caption = f"{name}, by week"
    if any(bar[3] for bar in kept):
        caption = f"{caption}; the lines show the range usual for each week"
    return _picture(alt, caption, svg_volume(kept, marked, WIDE), svg_volume(kept, marked, NARROW))


def _bar(point: VolumePoint) -> Bar:
    """Week, count, and the ends of its usual range, 0 and 0 where none is known."""
    usual = point.usual
    if usual is None or not (is_known(usual.low) and is_known(usual.high)):
        return point.week, point.n, 0.0, 0.0
    return point.week, point.n, max(0.0, usual.low), usual.high


@lru_cache(maxsize=64)
def svg_dot_whisker(rows: tuple[DotRow, ...], axis: str, width: int) -> str:
    """The chart in light colours, `width` pixels wide; labels stand above their line where it is narrow."""
    spec = dot_whisker_spec(rows, axis, width)
    return _draw(spec, width, spec["height"] + 50)


def dot_whisker_spec(rows: tuple[DotRow, ...], axis: str, width: int) -> dict[str, Any]:
    """The chart as Vega-Lite."""
    narrow = width < 500
    left, step = (18, 44) if narrow else (250, 30)
    data = [
        {"i": i, "label": clip(r.label, 44 if narrow else 36), "value": r.value, "low": r.low, "high": r.high}
        for i, r in enumerate(rows)
    ]
    inner, height = width - left - 16, step * len(rows)
    y = {"field": "i", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    x = {"type": "quantitative", "scale": {"zero": True, "nice": True}, "axis": _axis(axis)}
    drop = 7 if narrow else 0
    layers = [
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1},
            "encoding": {"x": {"datum": 0, **x}},
        },
        {
            "mark": {"type": "rule", "color": FAINT, "strokeWidth": 5, "strokeCap": "round", "yOffset": drop},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y},
        },
        {
            "mark": {"type": "circle", "color": ACCENT, "size": 90, "opacity": 1, "yOffset": drop},
            "encoding": {"x": {"field": "value", **x}, "y": y},
        },
        _labels(y, narrow),
    ]
    return _styled({"layer": layers, "data": {"values": data}, "width": inner, "height": height}, left)


def _labels(y: dict[str, Any], narrow: bool) -> dict[str, Any]:
    """The layer of labels: left of the lines, or above them where it is narrow."""
    place = {"align": "left", "dy": -12} if narrow else {"align": "right", "dy": 0}
    return {
        "mark": {"type": "text", "color": INK, "fontSize": 13, "baseline": "middle", **place},
        "encoding": {"x": {"value": -14 if narrow else -12}, "y": y, "text": {"field": "label"}},
    }


@lru_cache(maxsize=64)
def svg_volume(points: tuple[Bar, ...], marked: frozenset[str], width: int) -> str:
    """Weekly bars in light colours, `width` pixels wide."""
    spec = volume_spec(points, marked, width)
    return _draw(spec, width, spec["height"] + 32)


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
    usual = {
        "transform": [{"filter": "datum.high > 0"}],
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.2, "opacity": 0.55},
        "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
    }
    data = [{"week": w, "n": n, "low": low, "high": high, "now": w in marked} for w, n, low, high in points]
    layers = [bars, usual] if any(bar[3] for bar in points) else [bars]
    return _styled({"data": {"values": data}, "layer": layers, "width": inner, "height": height}, left)


def _axis(title: str) -> dict[str, Any]:
    return {
        "title": title,
        "grid": True,
        "tickCount": 5,
        "labelFlush": False,
        "labelExpr": "replace(datum.label, '-', '\N{MINUS SIGN}')",
    }


def _styled(spec: dict[str, Any], left: int) -> dict[str, Any]:
    """The specification with our sizes and colours; `left` is the room for labels."""
    return {
        **spec,
        "autosize": {"type": "none"},
        "padding": {"left": left, "top": 8, "right": 8, "bottom": 6},
        "background": "transparent",
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {
                "labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12,
                "titleFontWeight": "normal", "domainColor": RULE, "tickColor": RULE, "gridColor": RULE,
                "gridDash": [1, 3], "titlePadding": 8,
            },
        },
    }  # fmt: skip


def _draw(spec: dict[str, Any], width: int, height: int) -> str:
    """The specification as SVG text of a fixed size, by way of Altair and vl-convert."""
    import altair as alt
    import vl_convert

    # Altair's own check takes ten times as long as the drawing; a test makes it for every chart instead.
    plain = alt.Chart.from_dict(spec, validate=False).to_dict(validate=False)
    drawn = str(vl_convert.vegalite_to_svg(plain))
    body = drawn[drawn.index(">", drawn.index("<svg")) + 1 :].replace(
        'font-family="sans-serif"', f'font-family="{FONT}"'
    )
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}'


def _picture(alt: str, caption: str, wide: str, narrow: str) -> Picture:
    height = int(number_of(wide, "height"))
    return Picture(
        alt,
        caption,
        _uri(wide),
        _uri(_dark(wide)),
        _uri(narrow),
        _uri(_dark(narrow)),
        int(number_of(wide, "width")),
        height,
    )


def number_of(svg: str, name: str) -> str:
    """The value of an attribute of the outermost element."""
    start = svg.index(f'{name}="') + len(name) + 2
    return svg[start : svg.index('"', start)]


def _dark(svg: str) -> str:
    for light, dark in DARK.items():
        svg = svg.replace(light, dark)
    return svg


def _uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
