"""The picture of the map of themes: labels cover nothing, and words and forms say what the colours say."""

from __future__ import annotations

import random
from itertools import combinations

import altair
import pytest

from groundswell.explorer_findings import ThemePlace
from reports.charts.drawing import BAD, GOOD
from reports.charts.map import LETTER, svg_theme_map, theme_map, theme_map_spec


def places(n: int = 20, seed: int = 4) -> tuple[ThemePlace, ...]:
    """Themes anywhere on the map, the first of most people; every third is complained of, praised, or neither."""
    draw = random.Random(seed)
    return tuple(
        ThemePlace(
            f"t{i:02d}",
            f"theme {i} that says <b>a lot</b>"[: 9 + i],
            draw.uniform(-1, 1),
            draw.uniform(-1, 1),
            60 - i,
            (-0.6, 0.6, None)[i % 3],
        )
        for i in range(n)
    )


def rows_of(kind: str, width: int) -> list[dict[str, object]]:
    """The rows of one layer."""
    return [row for row in theme_map_spec(places(), width)["data"]["values"] if row["kind"] == kind]


@pytest.mark.parametrize("width", [920, 344])
def test_it_is_valid_and_the_same_each_time(width: int) -> None:
    """Altair's own check finds nothing wrong, and drawn again it is the same to the byte."""
    altair.Chart.from_dict(theme_map_spec(places(), width))
    first = svg_theme_map(places(), width)
    svg_theme_map.cache_clear()
    assert svg_theme_map(places(), width) == first
    assert "<b>" not in first


@pytest.mark.parametrize("width", [920, 560, 344])
def test_labels_cover_neither_each_other_nor_a_mark(width: int) -> None:
    """Of any two labels on the map one lies beside, above or below the other; the marks stay free."""
    boxes = []
    for align, shift in (("left", 0.0), ("right", -1.0), ("center", -0.5)):
        for row in rows_of(align, width):
            wide = len(str(row["text"])) * LETTER
            left = float(row["x"]) + shift * wide
            boxes.append((left, float(row["y"]) - 7, left + wide, float(row["y"]) + 7))
    marks = [(m["x"] - m["r"], m["y"] - m["r"], m["x"] + m["r"], m["y"] + m["r"]) for m in rows_of("mark", width)]
    assert len(boxes) >= 20 and len(marks) == 20
    for one, other in [*combinations(boxes, 2), *((box, mark) for box in boxes for mark in marks)]:
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def test_the_tone_is_told_by_form_and_words_too() -> None:
    """A triangle points down for complaints and up for praise, a square is unknown; the words say the same."""
    looks = [(row["shape"], row["color"]) for row in rows_of("mark", 920)]
    assert looks[:2] == [("triangle-down", BAD), ("triangle-up", GOOD)] and looks[2][0] == "square"
    picture = theme_map(places(), "authors")
    assert picture is not None
    assert "(60 authors, mostly complained of) near" in picture.alt
    assert "(58 authors, tone not known) near" in picture.alt
    assert all(picture.alt.count(f"theme {i} ") or i < 3 for i in range(20))


def test_few_themes_make_no_map() -> None:
    """Three themes are no map."""
    assert theme_map(places(3), "authors") is None
