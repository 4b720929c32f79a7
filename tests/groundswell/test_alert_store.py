"""Alerts in the store: one picture of all of them for each week, and which one the next week is judged from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from groundswell.alert_weeks import AlertWeek, KeptAlert
from groundswell.errors import StoreError
from groundswell.storage import Store

ENDS = datetime(2026, 11, 16, tzinfo=UTC)  # of 2026-W46
WEEK = timedelta(weeks=1)


def kept(theme: str = "t1", state: str = "open") -> KeptAlert:
    """An alert as a week leaves it."""
    return KeptAlert(
        alert_id=f"a-{theme}",
        theme_id=theme,
        label="card “delivery” — spät",
        kind="surge",
        state=state,
        opened=ENDS,
        since="2026-W45",
        last_week="2026-W46",
        weeks=2,
        under=0,
        event=f"a-{theme}",
        mood="pain",
        p_value=1.5e-7,
        left_out=("2026-W45", "2026-W46"),
    )


def week(number: int = 46, *alerts: KeptAlert, rest: str = "r") -> AlertWeek:
    """The picture of a week."""
    return AlertWeek(f"2026-W{number}", ENDS + (number - 46) * WEEK, rest, 2.0, alerts)


def test_the_alerts_of_a_week_come_back_to_the_byte(store: Store) -> None:
    """What was kept of a week is what comes back, sorted by theme, times in UTC; so is a week without alerts."""
    east = timezone(timedelta(hours=5, minutes=30))
    store.save_alert_week(replace(week(46, kept("t2"), kept("t1")), end=ENDS.astimezone(east)))
    store.save_alert_week(week(45))
    assert store.alert_weeks() == [week(45), week(46, kept("t1"), kept("t2"))]


def test_a_week_is_judged_from_the_newest_picture_before_it(store: Store) -> None:
    """Neither its own picture nor that of a later week is one, also where weeks are missing in between."""
    for number in (40, 46, 43):
        store.save_alert_week(week(number, kept()))
    found = {number: store.alerts_before(f"2026-W{number}", week(number).end) for number in (40, 41, 43, 45, 46, 50)}
    assert {number: one and one.week for number, one in found.items()} == {
        40: None,
        41: "2026-W40",
        43: "2026-W40",
        45: "2026-W43",
        46: "2026-W43",
        50: "2026-W46",
    }


def test_the_picture_of_another_zone_is_that_of_the_week(store: Store) -> None:
    """With another zone a week ends some hours earlier or later; it is the same week, and replaces its own picture."""
    store.save_alert_week(replace(week(46), end=ENDS - timedelta(hours=5)))
    assert store.alerts_before("2026-W46", ENDS) is None
    store.save_alert_week(week(46, kept()))
    assert store.alert_weeks() == [week(46, kept())]


def test_a_week_that_is_judged_again_replaces_itself_alone(store: Store) -> None:
    """The picture of a week is the last one that was made of it; those of other weeks stay."""
    store.save_alert_week(week(45, kept("t1")))
    store.save_alert_week(week(46, kept("t1"), kept("t2")))
    for _ in range(2):
        store.save_alert_week(week(46, kept("t3", "quiet"), rest="other rows"))
    assert store.alert_weeks() == [week(45, kept("t1")), week(46, kept("t3", "quiet"), rest="other rows")]


def test_who_has_lost_the_lease_keeps_no_alerts(store: Store) -> None:
    """A run that was out of touch for too long, and whose work another one does, writes nothing."""
    lost = store.take_lease("analysis")
    store.release_lease(lost)
    held = store.take_lease("analysis")
    store.save_alert_week(week(46, kept("t1")), held)
    with pytest.raises(StoreError, match="another one has taken its work over"):
        store.save_alert_week(week(46, kept("t2")), lost)
    assert store.alert_weeks() == [week(46, kept("t1"))]


def test_a_picture_is_kept_whole_or_not_at_all(store: Store) -> None:
    """One alert that no database keeps exactly, and the picture that was there stays."""
    store.save_alert_week(week(46, kept("t1")))
    for bad in (replace(kept("t2"), alert_id="a\0"), replace(kept("t2"), theme_id="\ud800")):
        with pytest.raises(StoreError, match="the alerts of 2026-W46 holds a"):
            store.save_alert_week(week(46, kept("t3"), bad))
    with pytest.raises(StoreError, match="no time zone"):
        store.save_alert_week(replace(week(46), end=datetime(2026, 11, 16)))
    assert store.alert_weeks() == [week(46, kept("t1"))]
