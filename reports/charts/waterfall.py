"""Why a score moved: from the old score to the new one, theme by theme, so that the steps add up exactly.

Each step has two parts: by how many raise it (full) and by how those score who do (an outline). What pulls the score
down is drawn in one colour, what lifts it in another, and every step has its signed figure beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from reports.charts.drawing import BAD, GOOD, INK, MUTED, PAPER, Picture, draw_svg, is_narrow, styled
from reports.charts.whiskers import points_axis, row_labels
from reports.wording.figures import clip, number, signed

__all__ = ["Step", "svg_waterfall", "waterfall", "waterfall_spec"]

LEAST_ROOM = 0.12  # of the axis, on either side of the bars
END = {"type": "point", "shape": "diamond", "filled": True, "color": INK, "size": 90, "opacity": 1}
FIGURE = {
    "type": "text", "color": INK, "fontSize": 12, "fontWeight": 600, "align": "left", "dx": 9, "baseline": "middle",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What one theme did to the score: `mix`, more or fewer raise it; `rate`, those who do score otherwise."""

    label: str
    mix: float
    rate: float


def waterfall(
    before: tuple[str, float], steps: Sequence[Step], now: tuple[str, float], axis: str, caption: str, decimals: int
) -> Picture | None:
    """From the old score, with its name, over the steps to the new one; None without a step."""
    kept = tuple(steps)
    if not kept:
        return None
    told = "; ".join(
        f"{clip(s.label, 60)} {signed(s.mix + s.rate, decimals)} (by how many {signed(s.mix, decimals)}, by their "
        f"scores {signed(s.rate, decimals)})"
        for s in kept
    )
    ends = f"{before[0]} {number(before[1], decimals)}", f"{now[0]} {number(now[1], decimals)}"
    return Picture(
        f"{caption}. {ends[0]}; {told}; {ends[1]}.", caption, partial(svg_waterfall, before, kept, now, axis, decimals)
    )


@lru_cache(maxsize=64)
def svg_waterfall(
    before: tuple[str, float],
    steps: tuple[Step, ...],
    now: tuple[str, float],
    axis: str,
    decimals: int,
    width: int,
) -> str:
    """The chart in light colours, `width` pixels wide; labels stand above their line where it is narrow."""
    spec = waterfall_spec(before, steps, now, axis, decimals, width)
    return draw_svg(spec, width, spec["height"] + 50)


def waterfall_spec(
    before: tuple[str, float],
    steps: tuple[Step, ...],
    now: tuple[str, float],
    axis: str,
    decimals: int,
    width: int,
) -> dict[str, Any]:
    """The chart as Vega-Lite."""
    narrow = is_narrow(width)
    left, step, thin = (18, 44, 0.62) if narrow else (250, 30, 0.46)
    rows = _rows(before, steps, now, decimals, 44 if narrow else 36)
    ends = [row[name] for row in rows for name in ("from", "over", "to")]
    room = max((max(ends) - min(ends)) * LEAST_ROOM, 0.1)
    domain = [min(ends) - room, max(ends) + room]
    inner, height = width - left - 16, step * len(rows)
    y = {"field": "i", "type": "ordinal", "axis": None, "scale": {"paddingInner": thin, "paddingOuter": thin / 2}}
    x = {"type": "quantitative", "scale": {"zero": False, "nice": False, "domain": domain}, "axis": points_axis(axis)}
    down = 10 if narrow else 0
    layers = [*_bars(x, y, down), *_ends(x, y, down), row_labels(y, narrow), _links(x, y, step, down)]
    return styled({"layer": layers, "data": {"values": rows}, "width": inner, "height": height}, left)


def _bars(x: dict[str, Any], y: dict[str, Any], down: int) -> list[dict[str, Any]]:
    """The two parts of each step: full, and in outline."""
    colour = {"condition": {"test": "datum.sign < 0", "value": BAD}, "value": GOOD}
    bar = {"type": "bar", "yOffset": down, "strokeWidth": 1.4}
    steps_only = [{"filter": "datum.sign !== 0"}]
    return [
        {
            "transform": steps_only,
            "mark": bar,
            "encoding": {"x": {"field": "from", **x}, "x2": {"field": "over"}, "y": y, "color": colour},
        },
        {
            "transform": steps_only,
            "mark": {**bar, "color": PAPER},
            "encoding": {"x": {"field": "over", **x}, "x2": {"field": "to"}, "y": y, "stroke": colour},
        },
    ]


def _ends(x: dict[str, Any], y: dict[str, Any], down: int) -> list[dict[str, Any]]:
    """The old score and the new one, and the figure of every row."""
    return [
        {
            "transform": [{"filter": "datum.sign === 0"}],
            "mark": {**END, "yOffset": down},
            "encoding": {"x": {"field": "to", **x}, "y": y},
        },
        {
            "mark": {**FIGURE, "yOffset": down},
            "encoding": {"x": {"field": "edge", **x}, "y": y, "text": {"field": "text"}},
        },
    ]


def _rows(
    before: tuple[str, float], steps: tuple[Step, ...], now: tuple[str, float], decimals: int, letters: int
) -> list[dict[str, Any]]:
    """A row for each end and step: where it begins, where its parts meet, where it ends."""
    rows = [_end(0, before, decimals, letters)]
    at = before[1]
    for place, step in enumerate(steps, start=1):
        over, to = at + step.mix, at + step.mix + step.rate
        total = step.mix + step.rate
        rows.append(
            {
                "i": place,
                "label": clip(step.label, letters),
                "from": at,
                "over": over,
                "to": to,
                "edge": max(at, over, to),
                "sign": -1 if total < 0 else 1,
                "text": signed(total, decimals),
            }
        )
        at = to
    return [*rows, _end(len(rows), now, decimals, letters)]


def _end(place: int, named: tuple[str, float], decimals: int, letters: int) -> dict[str, Any]:
    name, value = named
    ends = dict.fromkeys(("from", "over", "to", "edge"), value)
    return {"i": place, "label": clip(name, letters), **ends, "sign": 0, "text": number(value, decimals)}


def _links(x: dict[str, Any], y: dict[str, Any], step: int, down: int) -> dict[str, Any]:
    """The thin lines that lead from one step's end down to the next one's beginning."""
    mark = {
        "type": "tick",
        "orient": "vertical",
        "color": MUTED,
        "thickness": 1,
        "size": step,
        "yOffset": step / 2 + down,
    }
    last = {"window": [{"op": "max", "field": "i", "as": "last"}], "frame": [None, None]}
    return {
        "transform": [last, {"filter": "datum.i < datum.last"}],
        "mark": mark,
        "encoding": {"x": {"field": "to", **x}, "y": y},
    }
