"""The map of themes: those that are told in like words lie near to each other, larger marks are more people.

The mark's form tells the tone as its colour does: a triangle that points down is mostly complained of, one that points
up mostly praised, a disc is neither. Labels stand where they cover nothing; a theme whose label has no room gets a
number, and the list below says which one it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from groundswell.findings import ThemePlace
from reports.charts.drawing import BAD, GOOD, INK, MUTED, RULE, Picture, draw_svg, is_narrow, styled
from reports.wording.figures import clip, is_known, noun

__all__ = ["MOST_PLACES", "svg_theme_map", "theme_map", "theme_map_spec"]

MOST_PLACES = 20
CLEAR = 0.25  # of a tone on -1..1: less is neither
CAPTION = "Themes on a map: near is alike, larger is more people; ▼ complained of, ▲ praised, ● mixed"
LETTER, LINE = 6.7, 15  # of 12 px letters: a wide estimate of their width, and the height of a line
SMALLEST, LARGEST = 5.0, 15.0  # radius of a mark in pixels
MARGIN, KEY_GAP, KEY_LINE = 26, 14, 18
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class _Label:
    """Where a label stands, in pixels; `number` is 0 where it is written in full."""

    text: str
    x: float
    y: float
    align: str
    number: int = 0


def theme_map(places: Sequence[ThemePlace], counted: str, caption: str = CAPTION) -> Picture | None:
    """The map of at most 20 themes, those of most people first; None with fewer than four."""
    kept = tuple(places[:MOST_PLACES])
    if len(kept) < 4:
        return None
    told = "; ".join(_words(place, kept, counted) for place in kept)
    alt = f"A map on which themes told in like words lie near to each other. {told}."
    return Picture(alt, caption, partial(svg_theme_map, kept))


def _words(place: ThemePlace, places: Sequence[ThemePlace], counted: str) -> str:
    """One theme with its size, its tone and the theme that lies nearest to it."""
    others = [other for other in places if other is not place]
    nearest = min(others, key=lambda o: ((o.x - place.x) ** 2 + (o.y - place.y) ** 2, o.theme_id))
    people = f"{place.authors:,} {noun(counted, place.authors)}"
    return f"{clip(place.label, 60)} ({people}, {_tone(place)}) near {clip(nearest.label, 60)}"


def _tone(place: ThemePlace) -> str:
    """In words, as the form of the mark says it."""
    tone = place.net_sentiment
    if tone is None or not is_known(tone):
        return "tone not known"
    return "mostly complained of" if tone <= -CLEAR else "mostly praised" if tone >= CLEAR else "of mixed tone"


@lru_cache(maxsize=32)
def svg_theme_map(places: tuple[ThemePlace, ...], width: int) -> str:
    """The map in light colours, `width` pixels wide."""
    spec = theme_map_spec(places, width)
    return draw_svg(spec, width, spec["height"] + 14)


def theme_map_spec(places: tuple[ThemePlace, ...], width: int) -> dict[str, Any]:
    """The map as Vega-Lite, every mark and label placed in pixels."""
    inner = width - 16
    tall = 330 if is_narrow(width) else 430
    marks = _marks(places, inner, tall)
    labels = _labels(places, marks, inner, tall)
    numbered = [label for label in labels if label.number]
    columns = 1 if is_narrow(width) else 3
    lines = -(-len(numbered) // columns)
    height = tall + (KEY_GAP + KEY_LINE * lines if lines else 0)
    flat = {"axis": None, "title": None}
    x = {"field": "x", "type": "quantitative", "scale": {"domain": [0, inner], "nice": False}, **flat}
    y = {"field": "y", "type": "quantitative", "scale": {"domain": [height, 0], "nice": False}, **flat}
    rows = [*marks, *_texts(labels, places, tall, inner / columns, lines)]
    layers = [
        _layer("mark", {"type": "point", "filled": True, "opacity": 1, "stroke": None}, x, y, _AS_SAID),
        *(_layer(align, _letters(align), x, y, {"text": {"field": "text"}}) for align in ("left", "right", "center")),
    ]
    spec = styled({"data": {"values": rows}, "layer": layers, "width": inner, "height": height}, 8)
    frame = {"view": {"stroke": RULE}}
    return {**spec, "padding": {"left": 8, "top": 6, "right": 8, "bottom": 8}, "config": {**spec["config"], **frame}}


_AS_SAID = {
    "shape": {"field": "shape", "type": "nominal", "scale": None},
    "color": {"field": "color", "type": "nominal", "scale": None},
    "size": {"field": "size", "type": "quantitative", "scale": None},
}


def _layer(kind: str, mark: dict[str, Any], x: Any, y: Any, more: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.kind === '{kind}'"}],
        "mark": mark,
        "encoding": {"x": x, "y": y, **more},
    }


def _letters(align: str) -> dict[str, Any]:
    return {"type": "text", "align": align, "baseline": "middle", "fontSize": 12, "color": INK}


def _marks(places: Sequence[ThemePlace], inner: float, tall: float) -> list[dict[str, Any]]:
    """A row for each theme: its place in pixels, and how its mark looks."""
    most = max(place.authors for place in places)
    across, down = _stretch([p.x for p in places], inner), _stretch([-p.y for p in places], tall)
    rows = []
    for place, x, y in zip(places, across, down, strict=True):
        radius = max(SMALLEST, LARGEST * (place.authors / most) ** 0.5)
        shape, color = _look(place)
        rows.append(
            {"kind": "mark", "x": x, "y": y, "r": radius, "size": 3.4 * radius**2, "shape": shape, "color": color}
        )
    return rows


def _stretch(values: Sequence[float], length: float) -> list[float]:
    """The values over the length that there is, but for its margins."""
    low, high = min(values), max(values)
    step = (length - 2 * MARGIN) / (high - low) if high > low else 0.0
    return [round(MARGIN + (value - low) * step, 1) for value in values]


def _look(place: ThemePlace) -> tuple[str, str]:
    return {
        "mostly complained of": ("triangle-down", BAD),
        "mostly praised": ("triangle-up", GOOD),
        "of mixed tone": ("circle", MUTED),
        "tone not known": ("square", MUTED),
    }[_tone(place)]


def _labels(places: Sequence[ThemePlace], marks: Sequence[dict[str, Any]], inner: float, tall: float) -> list[_Label]:
    """A label for each theme, those of most people first; it covers no mark and no other label."""
    taken = [_around(mark) for mark in marks]
    found: list[_Label] = []
    for place, mark in zip(places, marks, strict=True):
        number = 1 + sum(bool(label.number) for label in found)
        for text, key in ((clip(place.label, 30), 0), (str(number), number)):
            free = (spot for spot in _spots(text, mark) if _is_free(spot[1], taken, inner, tall))
            # A number that has no room either stands beside its mark all the same.
            spot = next(free, next(_spots(text, mark)) if key else None)
            if spot is not None:
                taken.append(spot[1])
                found.append(_Label(text, *spot[0], key))
                break
    return found


def _spots(text: str, mark: dict[str, Any]) -> Iterator[tuple[tuple[float, float, str], Box]]:
    """Places for a label beside its mark, the best first, each with what it would cover."""
    wide, x, y, r = len(text) * LETTER, mark["x"], mark["y"], mark["r"]
    for dy in (0.0, -r, r, -r - 8, r + 8):
        yield (x + r + 5, y + dy, "left"), (x + r + 4, y + dy - LINE / 2, x + r + 6 + wide, y + dy + LINE / 2)
        yield (x - r - 5, y + dy, "right"), (x - r - 6 - wide, y + dy - LINE / 2, x - r - 4, y + dy + LINE / 2)
    for dy in (-r - 9, r + 10):
        yield (x, y + dy, "center"), (x - wide / 2, y + dy - LINE / 2, x + wide / 2, y + dy + LINE / 2)


def _around(mark: dict[str, Any]) -> Box:
    return mark["x"] - mark["r"], mark["y"] - mark["r"], mark["x"] + mark["r"], mark["y"] + mark["r"]


def _is_free(box: Box, taken: Sequence[Box], inner: float, tall: float) -> bool:
    left, top, right, bottom = box
    if left < 2 or top < 2 or right > inner - 2 or bottom > tall - 2:
        return False
    return not any(left < other[2] and right > other[0] and top < other[3] and bottom > other[1] for other in taken)


def _texts(
    labels: Sequence[_Label], places: Sequence[ThemePlace], tall: float, column: float, lines: int
) -> Iterator[dict[str, Any]]:
    """The labels, and below the map the names of the numbered ones, column by column."""
    letters = int((column - 8) / LETTER)
    for label, place in zip(labels, places, strict=True):
        yield {"kind": label.align, "x": label.x, "y": label.y, "text": label.text}
        if label.number:
            across, down = divmod(label.number - 1, lines)
            name = f"{label.number}  {clip(place.label, letters - 4)}"
            yield {
                "kind": "left",
                "x": 2 + across * column,
                "y": tall + KEY_GAP + KEY_LINE * (down + 0.5),
                "text": name,
            }
