"""What is planted: a sudden, a slow and a one-version incident, and how many records each week gets of them.

The sudden and the slow one come in quotas, so that the promised rates hold for every seed; the one-version incident is
drawn review by review, because its share is taken over all reviews of that version.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from random import Random

from extractors.demo.company import first_monday, iso_week

__all__ = ["CRASHING", "PLANTED", "Planted", "crash_odds", "poisson", "quota"]

SUDDEN_TIMES = 5.0  # the last week's volume of the sudden incident, in usual weeks
SLOW_GROWTH = 1.10  # a week
SLOW_WEEKS = 12  # weeks of growth, the last one included
CRASHING = "4.2.0"  # the app version of the one-version incident
_CRASH_SHARE = 0.31  # of the reviews of that version
_CRASH_ELSEWHERE = 0.006  # of the reviews of other versions

# Usual records a week, by source.
_USUAL = {
    "charged_twice": {"survey": 2.2, "review": 2.0, "ticket": 2.8},
    "hold_time": {"survey": 3.0, "review": 1.0, "ticket": 3.2},
}


@dataclass(frozen=True, slots=True)
class Planted:
    """One incident: its theme, the week in which it starts (counted back from the last, which is 0)."""

    name: str
    kind: str  # sudden | slow | one version
    theme: str
    weeks_back: int
    look_for: str


PLANTED = (
    Planted(
        "double charge",
        "sudden",
        "charged_twice",
        0,
        "an alert on being charged twice in the last week, at about five times its usual volume, in all three sources",
    ),
    Planted(
        "phone queue",
        "slow",
        "hold_time",
        SLOW_WEEKS - 1,
        "waiting time on the phone as a theme that has grown about 10 % a week for twelve weeks",
    ),
    Planted(
        f"login crash in {CRASHING}",
        "one version",
        "login_crash",
        4,
        f"crashes at login far more often in reviews of app {CRASHING} than in those of any other version",
    ),
)


def quota(theme: str, source: str, weeks: int, rng: Random) -> list[int]:
    """How many records of a planted theme each week gets from one source, oldest week first.

    Usual weeks vary by chance around the usual number; the last week of the sudden incident is SUDDEN_TIMES the mean
    of the weeks before, rounded; the slow one follows its growth with 8 % noise.
    """
    usual = _USUAL[theme][source]
    if theme == "charged_twice":
        counts = [poisson(usual, rng) for _ in range(weeks - 1)]
        mean = sum(counts) / len(counts) if counts else usual
        return [*counts, round(SUDDEN_TIMES * mean)]
    flat = [poisson(usual, rng) for _ in range(max(0, weeks - SLOW_WEEKS))]
    grown = range(1, min(SLOW_WEEKS, weeks) + 1)
    return flat + [_near(usual * SLOW_GROWTH**step * rng.uniform(0.92, 1.08), rng) for step in grown]


def crash_odds(version: str) -> float:
    """How likely a review of this app version tells of the login crash; 0 where the version is unknown."""
    if not version:
        return 0.0
    return _CRASH_SHARE if version == CRASHING else _CRASH_ELSEWHERE


def start_week(planted: Planted) -> str:
    """The ISO week in which the incident starts."""
    return iso_week(first_monday(planted.weeks_back + 1))


def in_incident(theme: str, week_back: int) -> bool:
    """True when a record of this theme, that many weeks before the last, belongs to an incident."""
    return any(item.theme == theme and week_back <= item.weeks_back for item in PLANTED)


def poisson(mean: float, rng: Random) -> int:
    """A Poisson draw by Knuth's multiplication, in steps of at most 30 so that exp() does not underflow."""
    total = 0
    while mean > 0:
        step = min(mean, 30.0)
        mean -= step
        limit, product = exp(-step), rng.random()
        while product > limit:
            total += 1
            product *= rng.random()
    return total


def _near(value: float, rng: Random) -> int:
    """One of the two whole numbers beside `value`, the nearer one more often: right on average."""
    whole = int(value)
    return whole + (rng.random() < value - whole)
