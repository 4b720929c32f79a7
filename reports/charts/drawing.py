"""What every chart is made with: Altair and vl-convert without a browser or a network, light and dark, of any width.

The same rows give the same bytes: widths are fixed (`autosize: none`), so that no installed font moves anything.
A chart is drawn in the light colours; the dark one is the same drawing with its colours exchanged. A colour of a mark
has a contrast of 3:1 and more to its paper, one of letters 4.5:1, in both (tests/reports/test_charts.py).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ACCENT",
    "BAD",
    "DARK",
    "FAINT",
    "GOOD",
    "INK",
    "MUTED",
    "NARROW",
    "NEW",
    "PAPER",
    "RULE",
    "WIDE",
    "Picture",
    "dark_svg",
    "draw_svg",
    "is_narrow",
    "number_of",
    "png_of",
    "styled",
]

INK, MUTED, RULE, ACCENT, FAINT = "#1f1d1a", "#625d55", "#d9d4ca", "#0f5f63", "#6a9496"
BAD, GOOD, NEW, PAPER = "#9c2f1b", "#22613f", "#6a4a08", "#fcfbf8"
DARK = {
    INK: "#eeeae3", MUTED: "#aaa399", RULE: "#3d3933", ACCENT: "#78c6c4", FAINT: "#4a8080",
    BAD: "#f2a18c", GOOD: "#8fd0a8", NEW: "#e3bf6d", PAPER: "#171613",
}  # fmt: skip
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
PNG_FONT = "Liberation Sans, sans-serif"  # vl-convert brings it along, so that no machine's own letters move anything
WIDE, NARROW, MAIL = 920, 344, 560


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart with the words that say the same; `draw` gives it as SVG in light colours, so many pixels wide."""

    alt: str
    caption: str
    draw: Callable[[int], str] = field(repr=False, compare=False)

    def svg(self, width: int = WIDE, dark: bool = False) -> str:
        """The chart as SVG text on no background."""
        drawn = self.draw(width)
        return dark_svg(drawn) if dark else drawn

    def png(self, width: int = MAIL, scale: float = 2) -> bytes:
        """The chart as a PNG on light paper, `width` times `scale` pixels wide."""
        return png_of(self.draw(width), scale)

    @property
    def wide(self) -> str:
        """A data: URI for wide screens and for print."""
        return _uri(self.svg())

    @property
    def wide_dark(self) -> str:
        """The same for wide screens in the dark."""
        return _uri(self.svg(dark=True))

    @property
    def narrow(self) -> str:
        """A data: URI for phones."""
        return _uri(self.svg(NARROW))

    @property
    def narrow_dark(self) -> str:
        """The same for phones in the dark."""
        return _uri(self.svg(NARROW, dark=True))


def is_narrow(width: int) -> bool:
    """Whether labels must stand above what they name, for there is no room beside it."""
    return width < 500


def draw_svg(spec: dict[str, Any], width: int, height: int) -> str:
    """The specification as SVG text of a fixed size, by way of Altair and vl-convert."""
    import altair as alt
    import vl_convert

    # Altair's own check takes ten times as long as the drawing; a test makes it for every chart instead. It would also
    # look at every row of the data, which takes twice as long as the drawing, to hand them on as they are.
    rows = {"data": spec["data"]} if "data" in spec else {}
    plain = alt.Chart.from_dict({key: part for key, part in spec.items() if key != "data"}, validate=False)
    drawn = str(vl_convert.vegalite_to_svg({**plain.to_dict(validate=False), **rows}))
    body = drawn[drawn.index(">", drawn.index("<svg")) + 1 :].replace(
        'font-family="sans-serif"', f'font-family="{FONT}"'
    )
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}'


def png_of(svg: str, scale: float = 2) -> bytes:
    """What `draw_svg` gave as a PNG, on light paper: a mail program's dark background would swallow the letters."""
    import vl_convert

    end = svg.index(">", svg.index("<svg")) + 1
    paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return bytes(vl_convert.svg_to_png(f"{svg[:end]}{paper}{svg[end:]}".replace(FONT, PNG_FONT), scale=scale))


def dark_svg(svg: str) -> str:
    """The drawing with every light colour exchanged for its dark one."""
    for light, dark in DARK.items():
        svg = svg.replace(light, dark)
    return svg


def styled(spec: dict[str, Any], left: int) -> dict[str, Any]:
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


def number_of(svg: str, name: str) -> str:
    """The value of an attribute of the outermost element."""
    start = svg.index(f'{name}="') + len(name) + 2
    return svg[start : svg.index('"', start)]


def _uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
