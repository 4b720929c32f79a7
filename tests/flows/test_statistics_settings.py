"""[statistics] and [[releases]] on their way from the settings file to the findings."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from analysis.scope.options import DEFAULTS, Options
from flows.project import open_project

SAID = """
timezone = "Europe/Berlin"
[sources.reviews]
kind = "review"
files = ["reviews.csv"]
[sources.reviews.columns]
text = "review"
"""
MORE = """
[statistics]
false_alarms_per_year = 4
drivers = "regression"
[[releases]]
name = "new tariffs"
date = 2026-10-14
source = "reviews"
"""


def options_of(folder, text: str) -> Options:
    """What the analysis is told by a settings file."""
    place = folder / "groundswell.toml"
    place.write_text(text, "utf-8")
    return open_project(place).statistics_options()


def test_what_is_not_set_is_what_the_analysis_takes_by_itself(tmp_path):
    """The settings' defaults are those of the analysis, which imports no settings."""
    assert options_of(tmp_path, SAID) == DEFAULTS


def test_what_is_set_reaches_the_analysis(tmp_path):
    """The target, the way to share out a score, and releases, whose day begins at midnight in the reader's zone."""
    options = options_of(tmp_path, SAID + MORE)
    assert (options.false_alarms_per_year, options.drivers) == (4.0, "regression")
    [release] = options.releases
    assert (release.name, release.day, release.source) == ("new tariffs", date(2026, 10, 14), "reviews")
    zone = ZoneInfo("Europe/Berlin")
    assert release.begins(zone) == datetime(2026, 10, 14, tzinfo=zone)
