"""Volume: stretches between irregular loads, and what is usual in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd

from expectations.limits import BatchLimits
from expectations.measured import Area, LoadFacts
from expectations.volume import current_stretch, judge_volume, usual_volume

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
NO_DATES = pd.Series([], dtype="datetime64[us, UTC]")


def loads(*steps: tuple[float, int]) -> list[LoadFacts]:
    """Loads by (days since the one before, new records); the first at START."""
    made, at = [], START
    for days, new in steps:
        at += timedelta(days=days)
        made.append(LoadFacts(at, new, new, 0, 0, 0))
    return made


def judge(*steps: tuple[float, int], dates: pd.Series | None = None) -> Area:  # type: ignore[type-arg]
    """The area of the last load, given those before it."""
    *earlier, load = loads(*steps)
    return judge_volume(load, NO_DATES if dates is None else dates, earlier, BatchLimits())


def alarms(*steps: tuple[float, int], dates: pd.Series | None = None) -> set[str]:  # type: ignore[type-arg]
    """The severities of the checks that fail on the last load."""
    area = judge(*steps, dates=dates)
    found = area.columns.get("new_records", 0)
    return {
        ("floor " if "min_value" in check.arguments else "ceiling ") + check.severity
        for check in area.checks
        if not check.arguments.get("min_value", 0) <= found <= check.arguments.get("max_value", found)
    }


WEEKLY = [(7.0, n) for n in (117, 96, 131, 120, 104, 126, 140, 111)]
DAILY = [(1.0, n) for n in (24, 30, 26, 19, 25, 3, 2) * 4]  # hardly anything at week-ends


def test_a_source_that_comes_back_empty_is_noticed_at_once() -> None:
    """Green but empty: 0 rows where 120 were expected."""
    assert alarms(*WEEKLY, (7, 0)) == {"floor warning"}
    assert alarms(*WEEKLY, (7, 12)) == {"floor warning"}
    assert alarms(*WEEKLY, (7, 60)) == set()


def test_too_little_history_is_no_judge() -> None:
    """The first load's records gathered since nobody knows when; four stretches after it are needed."""
    assert judge(*WEEKLY[:4], (7, 0)).checks == ()
    assert judge((0, 90_000), *WEEKLY[:4], (7, 115)).checks != ()
    assert alarms((0, 90_000), *WEEKLY[:4], (7, 115)) == set()


def test_an_early_repetition_does_not_alarm() -> None:
    """A run an hour, a day or three days after the last finds little or nothing, and that is as it should be."""
    assert alarms(*WEEKLY, (1 / 24, 0)) == set()
    assert alarms(*WEEKLY, (1 / 24, 2)) == set()
    assert alarms(*WEEKLY, (1, 14)) == set()
    assert alarms(*WEEKLY, (3, 50)) == set()
    # Nor does the load after it, that has fewer days of its own.
    assert alarms(*WEEKLY, (1 / 24, 2), (7 - 1 / 24, 112)) == set()
    assert alarms(*WEEKLY, (3, 50), (4, 66)) == set()


def test_a_late_run_brings_more_without_an_alarm() -> None:
    """After five weeks five times as much is expected."""
    assert alarms(*WEEKLY, (35, 610)) == set()
    assert alarms(*WEEKLY, (35, 40)) == {"floor warning"}


def test_a_quiet_weekend_is_usual() -> None:
    """A source that rests on some days is silent on them without an alarm, and not on the next."""
    office = [(1.0, n) for n in (24, 30, 26, 19, 25, 0, 0) * 4]
    assert alarms(*office[:-2], (1, 0)) == set()
    assert alarms(*office[:-2], (1, 0), (1, 0)) == set()
    assert alarms(*office, (1, 0)) == {"floor warning"}
    assert alarms(*DAILY, (1, 27)) == set()


def test_a_monthly_file_that_is_looked_for_daily_is_usual() -> None:
    """Thirty empty runs and one with 600 records are a month like any other; forty empty ones are not."""
    month = [*[(1.0, 0)] * 29, (1.0, 600)]
    assert alarms((0.0, 600), *month * 5, *[(1.0, 0)] * 20) == set()
    assert alarms((0.0, 600), *month * 5, *month) == set()
    assert alarms((0.0, 600), *month * 5, *[(1.0, 0)] * 40) == {"floor warning"}


def test_a_past_outage_does_not_make_the_next_one_usual() -> None:
    """Three empty weeks long ago do not hide an empty week today."""
    assert alarms(*WEEKLY, (7, 0), (7, 0), (7, 0), (7, 118), *WEEKLY, *WEEKLY, (7, 0)) == {"floor warning"}


def test_a_flood_warns_and_one_of_old_records_is_held() -> None:
    """Four times as much warns and ten times is critical; where the records are fresh, ten times warns."""
    fresh = pd.Series([START + timedelta(days=8 * 7)] * 3)
    old = pd.Series([START - timedelta(days=400)] * 3)
    for undated_or_old in (None, old):
        assert alarms(*WEEKLY, (7, 400), dates=undated_or_old) == set()
        assert alarms(*WEEKLY, (7, 600), dates=undated_or_old) == {"ceiling warning"}
        assert alarms(*WEEKLY, (7, 1_400), dates=undated_or_old) == {"ceiling warning", "ceiling critical"}
    assert alarms(*WEEKLY, (7, 600), dates=fresh) == set()
    assert alarms(*WEEKLY, (7, 1_400), dates=fresh) == {"ceiling warning"}


def test_a_flood_an_hour_after_the_last_load_is_measured_by_a_usual_stretch() -> None:
    """A file added by hand in between is no thousandfold rate; the whole history again is a flood all the same."""
    assert alarms(*WEEKLY, (1 / 24, 130)) == set()
    assert alarms(*WEEKLY, (1 / 24, 3_000)) == {"ceiling warning", "ceiling critical"}


def test_few_records_are_never_a_flood() -> None:
    """Twelve records where one is usual are no matter."""
    small = [(7.0, n) for n in (1, 2, 1, 1, 3, 1, 1, 2)]
    assert alarms(*small, (7, 12)) == set()


def test_a_source_that_swings_is_given_more_room() -> None:
    """Weeks between 20 and 400 records make a week with 15 no news."""
    wild = [(7.0, n) for n in (20, 400, 60, 250, 33, 310, 25, 120)]
    assert alarms(*wild, (7, 15)) == set()
    assert usual_volume(loads(*wild)).spread > 10 * usual_volume(loads(*WEEKLY)).spread  # type: ignore[union-attr]


def test_changed_records_are_no_volume() -> None:
    """A corrected mapping changes every record of a source, and nothing is held for it."""
    load = LoadFacts(START + timedelta(days=70), 5_100, 110, 4_990, 0, 0)
    assert current_stretch(load, loads(*WEEKLY)).new == 110


def test_a_clock_set_back_does_not_count_another_load() -> None:
    """A load that starts before earlier ones is judged by those before it; nobody else's records are taken for its."""
    load = LoadFacts(START + timedelta(days=45), 100, 100, 0, 0, 0)
    area = judge_volume(load, NO_DATES, [*loads(*WEEKLY), *loads((90.0, 90_000))], BatchLimits())
    assert area.columns == {"new_records": 100}
