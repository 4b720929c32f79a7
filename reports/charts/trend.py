"""Themes over time, a small panel each: the share of people by week, what is usual, and the weeks an alert is about.

A panel has its own scale, whose top is written beside it. The band is what is usual in the last week, as a share of
those who wrote then, drawn back over all weeks. Weeks of an alert are diamonds: they do not depend on colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from groundswell.findings import Interval, WeekCount
from reports.charts.drawing import ACCENT, BAD, FAINT, INK, MUTED, RULE, Picture, draw_svg, is_narrow, styled
from reports.wording.figures import clip, is_known, listed, noun, percent, shown

__all__ = ["Trend", "svg_trends", "trend_chart", "trend_spec"]

MOST_WEEKS, LEAST_WEEKS, MOST_PANELS = 26, 3, 8
PANEL, GAP = 112, 44  # height of a panel, width between two columns
TOP, FOOT, LEFT, RIGHT = 30, 88, 40, 42  # of a panel: where its plot begins and ends
Row = dict[str, Any]
SPOT = {"type": "point", "filled": True, "opacity": 1}


@dataclass(frozen=True, slots=True)
class Trend:
    """One theme's weeks. `usual` counts people, beside those who wrote in the last week; None where it is unknown."""

    label: str
    weeks: tuple[WeekCount, ...]
    usual: Interval | None = None
    alarmed: tuple[str, ...] = ()  # the weeks that an alert is about
    event: tuple[str, str] | None = None  # a week and what happened in it: ("2026-W42", "version 4.2.0")


def trend_chart(trends: Sequence[Trend], counted: str, caption: str) -> Picture | None:
    """The trends that have three weeks or more, at most 8, in the order given; None without any."""
    cut = [Trend(t.label, _newest(t.weeks), t.usual, t.alarmed, t.event) for t in trends]
    kept = tuple(t for t in cut if len([w for w in t.weeks if w.of]) >= LEAST_WEEKS)[:MOST_PANELS]
    if not kept:
        return None
    alt = f"{caption}. " + " ".join(_words(t, counted) for t in kept)
    return Picture(alt, caption, partial(svg_trends, kept))


def _newest(weeks: tuple[WeekCount, ...]) -> tuple[WeekCount, ...]:
    return tuple(sorted(weeks, key=lambda w: w.week))[-MOST_WEEKS:]


def _share(week: WeekCount) -> float | None:
    return week.authors / week.of if week.of else None


def _usual_shares(trend: Trend) -> tuple[float, float] | None:
    """The range of usual shares; None where it is unknown or nobody wrote in the last week."""
    usual, of = trend.usual, trend.weeks[-1].of
    if usual is None or not of or not (is_known(usual.low) and is_known(usual.high)):
        return None
    return max(0.0, usual.low) / of, min(1.0, usual.high / of)


def _words(trend: Trend, counted: str) -> str:
    """What one panel shows."""
    last, shares = trend.weeks[-1], [share for w in trend.weeks[:-1] if (share := _share(w)) is not None]
    now = _share(last)
    who = f"{last.authors:,} of {last.of:,} {noun(counted, last.of)}"
    parts = [f"{percent(now)} in {last.week} ({who})" if now is not None else f"nobody wrote in {last.week}"]
    usual = _usual_shares(trend)
    if usual:
        parts.append(f"usual {percent(usual[0])} to {percent(usual[1])}")
    parts.append(f"in the {len(shares)} weeks before {percent(min(shares))} to {percent(max(shares))}")
    if trend.alarmed:
        parts.append(f"unusual in {listed(list(trend.alarmed))}")
    if trend.event:
        parts.append(f"{clip(trend.event[1], 40)} in {trend.event[0]}")
    return f"{clip(trend.label, 60)}: {'; '.join(parts)}."


@lru_cache(maxsize=64)
def svg_trends(trends: tuple[Trend, ...], width: int) -> str:
    """The panels in light colours, `width` pixels wide; in two columns where there is room."""
    spec = trend_spec(trends, width)
    return draw_svg(spec, width, spec["height"] + 14)


def trend_spec(trends: tuple[Trend, ...], width: int) -> dict[str, Any]:
    """The panels as Vega-Lite: placed by hand in pixels, so that every panel can have its own scale and labels."""
    columns = 2 if width >= 700 and len(trends) > 1 else 1
    inner = width - 16
    wide = (inner - GAP * (columns - 1)) / columns
    height = PANEL * -(-len(trends) // columns)
    rows: list[Row] = []
    for place, trend in enumerate(trends):
        left, top = (wide + GAP) * (place % columns), PANEL * (place // columns)
        rows.extend(_panel(trend, place, left, top, wide, 34 if is_narrow(width) else 44))
    flat = {"axis": None, "title": None}
    x = {"field": "x", "type": "quantitative", "scale": {"domain": [0, inner], "nice": False}, **flat}
    y = {"field": "y", "type": "quantitative", "scale": {"domain": [height, 0], "nice": False}, **flat}
    ends = {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    layers = [
        _layer("band", {"type": "rect", "color": FAINT, "opacity": 0.22}, ends),
        _layer("edge", {"type": "rule", "color": MUTED, "strokeWidth": 1, "strokeDash": [3, 3]}, ends),
        _layer("ground", {"type": "rule", "color": RULE, "strokeWidth": 1}, ends),
        _layer("event", {"type": "rule", "color": INK, "strokeWidth": 1, "strokeDash": [1, 2]}, ends),
        _layer(
            "line",
            {"type": "line", "color": ACCENT, "strokeWidth": 2, "strokeJoin": "round"},
            {"x": x, "y": y, "detail": {"field": "run", "type": "nominal"}},
        ),
        _layer("dot", {**SPOT, "shape": "circle", "color": ACCENT, "size": 28}, {"x": x, "y": y}),
        _layer("alarm", {**SPOT, "shape": "diamond", "color": BAD, "size": 110}, {"x": x, "y": y}),
        *_texts(x, y),
    ]
    spec = styled({"data": {"values": rows}, "layer": layers, "width": inner, "height": height}, 8)
    return {**spec, "padding": {"left": 8, "top": 4, "right": 8, "bottom": 10}}


def _layer(kind: str, mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    return {"transform": [{"filter": f"datum.kind === '{kind}'"}], "mark": mark, "encoding": encoding}


def _texts(x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers of letters: titles, figures, and what is small."""
    styles = {
        "title": {"fontSize": 13, "fontWeight": 600, "color": INK, "align": "left"},
        "figure": {"fontSize": 13, "fontWeight": 600, "color": INK, "align": "left"},
        "right": {"fontSize": 11, "color": MUTED, "align": "right"},
        "left": {"fontSize": 11, "color": MUTED, "align": "left"},
    }
    return [
        _layer(
            kind,
            {"type": "text", "baseline": "middle", **style},
            {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
        )
        for kind, style in styles.items()
    ]


def _panel(trend: Trend, place: int, left: float, top: float, wide: float, letters: int) -> list[Row]:
    """Everything in one panel, in pixels of the whole chart."""
    shares = [_share(w) for w in trend.weeks]
    usual = _usual_shares(trend)
    most = max([share for share in shares if share is not None] + ([usual[1]] if usual else [])) or 1.0
    first, last = left + LEFT, left + wide - RIGHT
    step = (last - first) / (len(shares) - 1)

    def at(share: float) -> float:
        return round(top + FOOT - (FOOT - TOP) * share / most, 2)

    places = [round(first + step * i, 2) for i in range(len(shares))]
    known = zip(trend.weeks, places, shares, strict=True)
    spots = {week.week: (across, at(share)) for week, across, share in known if share is not None}
    rows: list[Row] = [{"kind": "title", "x": left, "y": top + 14, "text": clip(trend.label, letters)}]
    if usual:
        low, high = at(usual[0]), at(usual[1])
        rows.append({"kind": "band", "x": first, "x2": last, "y": low, "y2": high})
        rows.extend({"kind": "edge", "x": first, "x2": last, "y": end, "y2": end} for end in (low, high))
    foot = top + FOOT
    rows.append({"kind": "ground", "x": first, "x2": last, "y": foot, "y2": foot})
    rows.extend(_letters(trend, most, first, last, top))
    rows.extend(_line(trend, shares, spots, place))
    if trend.event and trend.event[0] in spots:
        across = spots[trend.event[0]][0]
        rows.append({"kind": "event", "x": across, "x2": across, "y": top + TOP - 6, "y2": foot})
        rows.append(_named_event(clip(trend.event[1], 24), across, first, last, foot + 12))
    rows.extend({"kind": "alarm", "x": spots[w][0], "y": spots[w][1]} for w in trend.alarmed if w in spots)
    return rows


def _named_event(name: str, across: float, first: float, last: float, y: float) -> Row:
    """What happened, below the plot where no line can cross it, and clear of the names of the first and last week."""
    if across < (first + last) / 2:
        return {"kind": "left", "x": max(across - 4, first + 36), "y": y, "text": name}
    return {"kind": "right", "x": min(across + 4, last - 36), "y": y, "text": name}


def _letters(trend: Trend, most: float, first: float, last: float, top: float) -> list[Row]:
    """The scale, the first and the last week, and the last figure."""
    now = _share(trend.weeks[-1])
    rows: list[Row] = [
        {"kind": "right", "x": first - 6, "y": top + TOP, "text": percent(most)},
        {"kind": "right", "x": first - 6, "y": top + FOOT, "text": "0"},
        {"kind": "left", "x": first, "y": top + FOOT + 12, "text": shown(trend.weeks[0].week)[5:]},
        {"kind": "right", "x": last, "y": top + FOOT + 12, "text": shown(trend.weeks[-1].week)[5:]},
    ]
    if now is not None:
        height = top + FOOT - (FOOT - TOP) * now / most
        rows.append({"kind": "figure", "x": last + 9, "y": round(height, 2), "text": percent(now)})
    return rows


def _line(trend: Trend, shares: list[float | None], spots: dict[str, tuple[float, float]], place: int) -> list[Row]:
    """The line, broken where nobody wrote; a week that stands alone is a dot, and so is the last."""
    rows, run = list[Row](), 0
    for at, week in enumerate(trend.weeks):
        if shares[at] is None:
            run += 1
            continue
        x, y = spots[week.week]
        rows.append({"kind": "line", "x": x, "y": y, "run": f"{place}-{run}"})
        alone = (at == 0 or shares[at - 1] is None) and (at + 1 == len(shares) or shares[at + 1] is None)
        if alone or at + 1 == len(shares):
            rows.append({"kind": "dot", "x": x, "y": y})
    return rows
