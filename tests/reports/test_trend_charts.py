"""The trend panels and the waterfall: they say in words what they show, and their steps add up."""

from __future__ import annotations

import altair
import pytest

from groundswell.findings import Interval, WeekCount
from reports.charts import drawing
from reports.charts.drawing import DARK, PAPER, Picture, png_of
from reports.charts.trend import Trend, trend_chart, trend_spec
from reports.charts.waterfall import Step, waterfall, waterfall_spec

WEEKS = tuple(WeekCount(f"2026-W{week}", 4 + week % 5, 200) for week in range(30, 46))
SURGE = Trend("card <b>&", (*WEEKS, WeekCount("2026-W46", 30, 200)), Interval(7.0, 2.0, 14.0), ("2026-W46",))
QUIET = Trend("a gap", (*WEEKS[:8], WeekCount("2026-W38", 0, 0), *WEEKS[9:]), None, (), ("2026-W40", "version 2"))
STEPS = (Step("late", -2.4, -0.3), Step("window", 1.1, 0.1), Step("everything else", 0.4, -0.6))
ENDS = ("The week before", 37.0), ("Now", 37.0 - 1.7)
COLOURS = ("INK", "MUTED", "ACCENT", "FAINT", "BAD", "GOOD", "NEW")


def channel(value: int) -> float:
    """One channel of a colour as light (WCAG 2.2)."""
    share = value / 255
    return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4


def contrast(one: str, two: str) -> float:
    """The contrast ratio of two colours written as #rrggbb."""
    lights = [
        sum(part * channel(int(c[i : i + 2], 16)) for part, i in ((0.2126, 1), (0.7152, 3), (0.0722, 5)))
        for c in (one, two)
    ]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("name", COLOURS)
def test_marks_and_letters_stand_out_from_their_paper(name: str) -> None:
    """Every mark has 3:1 to its paper in the light and in the dark, every colour that letters have 4.5:1."""
    least = 3.0 if name == "FAINT" else 4.5  # FAINT is never a letter
    light = getattr(drawing, name)
    assert contrast(light, PAPER) >= least and contrast(DARK[light], DARK[PAPER]) >= least


@pytest.mark.parametrize("width", [920, 560, 344])
def test_specifications_are_valid_vega_lite(width: int) -> None:
    """Altair's own check, which drawing leaves out to save its time, finds nothing wrong."""
    altair.Chart.from_dict(trend_spec((SURGE, QUIET), width))
    altair.Chart.from_dict(waterfall_spec(ENDS[0], STEPS, ENDS[1], "NPS points", 1, width))


def test_a_trend_is_told_in_words() -> None:
    """With images off a reader has the last week, what is usual, the weeks before, and the unusual ones."""
    chart = trend_chart([SURGE, QUIET], "authors", "By week")
    assert chart is not None
    assert chart.alt == (
        "By week. card <b>&: 15 % in 2026-W46 (30 of 200 authors); usual 1 % to 7 %; in the 16 weeks before 2 % to 4 "
        "%; unusual in 2026-W46. a gap: 2 % in 2026-W45 (4 of 200 authors); in the 14 weeks before 2 % to 4 %; version "
        "2 in 2026-W40."
    )


def test_a_week_without_anybody_breaks_the_line() -> None:
    """The line has one run before a week in which nobody wrote, and another after it."""
    rows = trend_spec((QUIET,), 344)["data"]["values"]
    assert len({row["run"] for row in rows if row["kind"] == "line"}) == 2
    assert sum(row["kind"] == "alarm" for row in rows) == 0


def test_an_unusual_week_has_a_form_of_its_own() -> None:
    """Weeks of an alert are diamonds, so that nobody needs the colour; the band lies where it is usual."""
    rows = trend_spec((SURGE,), 920)["data"]["values"]
    (mark,) = [row for row in rows if row["kind"] == "alarm"]
    (band,) = [row for row in rows if row["kind"] == "band"]
    assert mark["y"] < min(band["y"], band["y2"])  # above the band: pixels count from the top


def test_two_weeks_are_no_trend() -> None:
    """Fewer than three weeks with anybody in them make no panel, and no panel makes no chart."""
    assert trend_chart([Trend("new", WEEKS[:2])], "authors", "By week") is None
    assert trend_chart([], "authors", "By week") is None


def test_the_steps_of_a_waterfall_add_up() -> None:
    """Each step begins where the one before ended, from the old score to the new one, to the last bit but rounding."""
    rows = waterfall_spec(ENDS[0], STEPS, ENDS[1], "NPS points", 1, 920)["data"]["values"]
    for before, after in zip(rows, rows[1:], strict=False):
        assert after["from"] == pytest.approx(before["to"], abs=1e-9)
    assert rows[0]["to"] == 37.0 and rows[-1]["to"] == pytest.approx(35.3)


def test_a_waterfall_is_told_in_words() -> None:
    """Its words hold both scores and every step with its two parts."""
    chart = waterfall(ENDS[0], STEPS, ENDS[1], "NPS points", "Why it moved", 1)
    assert chart is not None
    assert chart.alt.startswith(
        "Why it moved. The week before 37.0; late −2.7 (by how many −2.4, by their scores −0.3); window +1.2"
    )
    assert chart.alt.endswith("Now 35.3.")
    assert waterfall(ENDS[0], (), ENDS[1], "NPS points", "Why it moved", 1) is None


def test_a_picture_is_drawn_for_the_width_it_is_shown_at() -> None:
    """A PNG has as many pixels as were asked for, the same bytes each time, and letters in it."""
    chart = trend_chart([SURGE], "authors", "By week")
    assert isinstance(chart, Picture)
    png = chart.png(width=300, scale=2)
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(png[16:20], "big") == 600
    assert png == chart.png(width=300, scale=2)
    without = chart.svg(300).replace("card", "").replace("15 %", "")
    assert png != png_of(without)
