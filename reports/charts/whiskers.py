"""Figures with their intervals about 0, one below the other: a dot, and a line for what chance leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from reports.charts.drawing import ACCENT, FAINT, INK, MUTED, Picture, draw_svg, is_narrow, styled
from reports.wording.figures import clip

__all__ = ["DotRow", "dot_whisker", "dot_whisker_spec", "points_axis", "row_labels", "svg_dot_whisker"]

MOST_ROWS = 15


@dataclass(frozen=True, slots=True)
class DotRow:
    """One line of a dot-and-whisker chart: a figure with its 95 % interval; `text` is the figure as pages write it."""

    label: str
    value: float
    low: float
    high: float
    text: str


def dot_whisker(rows: Sequence[DotRow], axis: str, caption: str) -> Picture | None:
    """Figures with intervals about 0, at most 15 rows, in the order given; None without rows."""
    kept = tuple(rows[:MOST_ROWS])
    if not kept:
        return None
    alt = f"{caption}. " + "; ".join(f"{clip(row.label, 60)}: {row.text}" for row in kept) + "."
    return Picture(alt, caption, partial(svg_dot_whisker, kept, axis))


@lru_cache(maxsize=64)
def svg_dot_whisker(rows: tuple[DotRow, ...], axis: str, width: int) -> str:
    """The chart in light colours, `width` pixels wide; labels stand above their line where it is narrow."""
    spec = dot_whisker_spec(rows, axis, width)
    return draw_svg(spec, width, spec["height"] + 50)


def dot_whisker_spec(rows: tuple[DotRow, ...], axis: str, width: int) -> dict[str, Any]:
    """The chart as Vega-Lite."""
    narrow = is_narrow(width)
    left, step = (18, 44) if narrow else (250, 30)
    data = [
        {"i": i, "label": clip(r.label, 44 if narrow else 36), "value": r.value, "low": r.low, "high": r.high}
        for i, r in enumerate(rows)
    ]
    inner, height = width - left - 16, step * len(rows)
    y = {"field": "i", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    x = {"type": "quantitative", "scale": {"zero": True, "nice": True}, "axis": points_axis(axis)}
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
        row_labels(y, narrow),
    ]
    return styled({"layer": layers, "data": {"values": data}, "width": inner, "height": height}, left)


def row_labels(y: dict[str, Any], narrow: bool) -> dict[str, Any]:
    """The layer of labels: left of the lines, or above them where it is narrow."""
    place = {"align": "left", "dy": -12} if narrow else {"align": "right", "dy": 0}
    return {
        "mark": {"type": "text", "color": INK, "fontSize": 13, "baseline": "middle", **place},
        "encoding": {"x": {"value": -14 if narrow else -12}, "y": y, "text": {"field": "label"}},
    }


def points_axis(title: str) -> dict[str, Any]:
    """The axis of points of a score, with true minus signs."""
    return {
        "title": title,
        "grid": True,
        "tickCount": 5,
        "labelFlush": False,
        "labelExpr": "replace(datum.label, '-', '\N{MINUS SIGN}')",
    }
