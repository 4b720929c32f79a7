"""Charts are valid, small, the same each time, and say in words what they show."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import altair
import pytest

from groundswell.findings import Interval, VolumePoint, WeekCount
from reports.charts.spark import spark
from reports.charts.volume import svg_volume, volume_chart, volume_spec
from reports.charts.whiskers import DotRow, dot_whisker, dot_whisker_spec, svg_dot_whisker

ROWS = tuple(DotRow(f"theme {i} <b>&", -4.0 + i, -5.5 + i, -2.5 + i, f"{i} points") for i in range(4))
POINTS = tuple(VolumePoint(f"2026-W{week}", 40 + week) for week in range(20, 47))
BARS = tuple((point.week, point.n, 0.0, 0.0) for point in POINTS)
USUAL = tuple(VolumePoint(p.week, p.n, Interval(60.0, 50.0, 71.0)) for p in POINTS)


@pytest.mark.parametrize("width", [920, 344])
def test_specifications_are_valid_vega_lite(width: int) -> None:
    """Altair's own check, which drawing leaves out to save its time, finds nothing wrong."""
    altair.Chart.from_dict(dot_whisker_spec(ROWS, "NPS points", width))
    for bars in (BARS, tuple((week, n, 50.0, 71.0) for week, n, *_ in BARS)):
        altair.Chart.from_dict(volume_spec(bars, frozenset({"2026-W46"}), width))


@pytest.mark.parametrize("width", [920, 344])
def test_same_rows_give_the_same_bytes(width: int) -> None:
    """A chart drawn again after others is the same to the byte."""
    first = svg_dot_whisker(ROWS, "NPS points", width), svg_volume(BARS, frozenset(), width)
    for draw in (svg_dot_whisker, svg_volume):
        draw.cache_clear()
    svg_dot_whisker(ROWS[:2], "other", width)
    assert (svg_dot_whisker(ROWS, "NPS points", width), svg_volume(BARS, frozenset(), width)) == first


def test_a_chart_is_a_picture_without_anything_live() -> None:
    """The SVG parses, holds labels as text only, and neither script nor reference nor link."""
    picture = dot_whisker(ROWS, "NPS points", "Impact")
    assert picture is not None
    for uri in (picture.wide, picture.wide_dark, picture.narrow, picture.narrow_dark):
        svg = base64.b64decode(uri.removeprefix("data:image/svg+xml;base64,")).decode()
        root = ElementTree.fromstring(svg)
        names = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
        assert names <= {"svg", "g", "path", "text", "line", "rect", "title"}
        assert "theme 0 <b>&" in "".join(root.itertext())
        assert "href" not in svg


def test_dark_differs_in_colours_only() -> None:
    """The dark chart has every colour of the light one exchanged, and the same size."""
    picture = dot_whisker(ROWS, "NPS points", "Impact")
    assert picture is not None
    light, dark = (base64.b64decode(uri.partition(",")[2]).decode() for uri in (picture.wide, picture.wide_dark))
    assert "#0f5f63" in light and "#0f5f63" not in dark and "#78c6c4" in dark
    assert len(light) == len(dark)


def test_alternative_text_says_what_the_chart_shows() -> None:
    """With images off a reader has each label with its figure, and the weeks that matter."""
    picture = dot_whisker(ROWS, "NPS points", "Impact")
    volume = volume_chart("tickets", POINTS, frozenset())
    assert picture is not None and volume is not None
    assert "theme 2 <b>&: 2 points" in picture.alt
    assert volume.alt == "tickets by week: 86 in 2026-W46, most in 2026-W46 (86), least 61."


def test_the_usual_range_is_drawn_where_it_is_known() -> None:
    """A source whose usual range is known has a line for it at each bar, and a caption that says what it is."""
    plain, ranged = volume_chart("tickets", POINTS, frozenset()), volume_chart("tickets", USUAL, frozenset())
    assert plain is not None and ranged is not None
    assert plain.caption == "tickets, by week"
    assert ranged.caption == "tickets, by week; the lines show the range usual for each week"
    assert len(ranged.wide) > len(plain.wide)


def test_too_little_makes_no_chart() -> None:
    """One week, or no row, is no chart."""
    assert volume_chart("tickets", POINTS[:1], frozenset()) is None
    assert dot_whisker((), "NPS points", "Impact") is None


def test_a_week_without_anybody_is_a_gap() -> None:
    """A week in which nothing came in breaks the line: unknown is not 0."""
    weeks = (
        WeekCount("2026-W01", 2, 40),
        WeekCount("2026-W02", 4, 40),
        WeekCount("2026-W03", 0, 0),
        WeekCount("2026-W04", 4, 40),
    )
    line = spark(weeks, "authors")
    assert line is not None
    assert line.bars == "▅█·█"
    assert (len(line.lines), len(line.dots)) == (1, 1)
    assert line.label == "Share by week from 2026-W01: 2 of 40 authors, 2026-W04: 4 of 40 authors"
    assert spark(weeks[2:], "authors") is None


def test_weeks_with_nobody_raising_it_lie_on_the_ground() -> None:
    """A theme that nobody raised in any known week is a flat line, not an error."""
    line = spark((WeekCount("2026-W01", 0, 40), WeekCount("2026-W02", 0, 40)), "comments")
    assert line is not None
    assert line.bars == "▁▁"
