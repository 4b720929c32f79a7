"""The life of an alert: what becomes of it week by week, and which alerts are one event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from analysis.alerts.life import LEFT_OUT, Raised, advance, alert_id_of, events_of
from groundswell.alert_weeks import KeptAlert

START = datetime(2026, 1, 12, tzinfo=UTC)  # the end of 2026-W02


def name(week: int) -> str:
    return f"2026-W{week + 2:02d}"


def raised(week: int, kind: str = "surge", since: int | None = None, theme: str = "t1", p: float = 0.001) -> Raised:
    """The theme over its bound in a week."""
    weeks = tuple(name(one) for one in range(week if since is None else since, week + 1))
    return Raised(theme, "card delivery", kind, weeks, None if kind == "new" else p, "pain")


def live(pattern: Sequence[str | None], kept: tuple[KeptAlert, ...] = (), forget: str = "2025-W01") -> list[KeptAlert]:
    """The alert of one theme after each week; the pattern has what alarms in it, None for nothing."""
    states = []
    for week, kind in enumerate(pattern):
        end = START + timedelta(weeks=week)
        kept = advance(kept, name(week), end, [raised(week, kind)] if kind else [], forget)
        states.append(kept[0])
    return states


@pytest.mark.parametrize(
    ("pattern", "states"),
    [
        ("x", "open"),
        ("xx", "open updated"),
        ("xxx", "open updated updated"),
        ("x.", "open quiet"),
        ("x..", "open quiet quiet"),
        ("x...", "open quiet quiet closed"),
        ("x.x", "open quiet updated"),
        ("x..x...", "open quiet quiet updated quiet quiet closed"),
        ("x....", "open quiet quiet closed closed"),
        ("x...x", "open quiet quiet closed re-opened"),
        ("x...xx...", "open quiet quiet closed re-opened updated quiet quiet closed"),
    ],
)
def test_an_alert_opens_goes_on_falls_quiet_closes_and_opens_again(pattern: str, states: str) -> None:
    """Open when first over the bound, updated while it is, quiet for two weeks under it, closed in the third; over it
    again before that it goes on, after that it is re-opened. It is the same alert all the time."""
    found = live(["surge" if mark == "x" else None for mark in pattern])
    assert [one.state for one in found] == states.split()
    assert {one.alert_id for one in found} == {alert_id_of("t1")}


def test_a_week_without_any_feedback_is_no_sign_that_all_is_well() -> None:
    """An alert stands as long as none of its sources brings anything, and counts towards quiet from there on."""
    (kept,) = live(["surge", None])[-1:]
    for week, state in ((2, "quiet"), (3, "quiet")):
        (kept,) = advance((kept,), name(week), START + timedelta(weeks=week), [], "2025-W01", silent={"t1"})
        assert (kept.state, kept.under, kept.last_week) == (state, 1, name(0))
    (opened,) = live(["surge"])
    (waits,) = advance((opened,), name(1), START + timedelta(weeks=1), [], "2025-W01", silent={"t1"})
    assert (waits.state, waits.under, waits.weeks) == ("updated", 0, 1)


def test_an_alert_says_since_when_how_long_and_how_sure() -> None:
    """`opened` and `since` are of the time it was raised, `last_week` and `p_value` of the last week over the bound;
    raised again they begin anew."""
    found = live(["surge", "drift", None, None, None, "surge"])
    assert [one.weeks for one in found] == [1, 2, 2, 2, 2, 1]
    assert {one.opened for one in found[:5]} == {START} and found[5].opened == START + timedelta(weeks=5)
    assert [one.since for one in found] == [name(0)] * 5 + [name(5)]
    assert [one.last_week for one in found] == [name(0)] + [name(1)] * 4 + [name(5)]
    assert [one.closed for one in found] == [None] * 4 + [name(4), None]
    assert {one.kind for one in found} == {"surge"} and {one.p_value for one in found} == {0.001}


@pytest.mark.parametrize("kind", ["drift", "new"])
def test_slow_growth_and_new_themes_have_no_chance_of_one_week(kind: str) -> None:
    """A drift rests on many weeks and a new theme on none before: neither has the p-value of a week, also when a single
    week is over its bound later."""
    assert [one.p_value for one in live([kind, "surge"])] == [None, None]
    assert {one.kind for one in live([kind, "surge"])} == {kind}


def test_weeks_under_alert_stay_out_of_the_baseline_for_a_while() -> None:
    """From the week in which the growth began, and no more than eight weeks: what lasts is what is usual now."""
    (slow,) = advance((), name(5), START, [raised(5, "drift", since=2)], "2025-W01")
    assert slow.left_out == tuple(name(week) for week in range(2, 6)) and slow.since == name(2)
    lasting = live(["surge"] * 20)[-1]
    assert lasting.left_out == tuple(name(week) for week in range(LEFT_OUT)) and lasting.weeks == 20
    again = live(["surge", None, None, None, "surge"])[-1]
    assert again.left_out == (name(0), name(4))


def test_a_new_theme_has_its_own_weeks_as_its_baseline() -> None:
    """There are no others: weeks under the alert of a new theme are not left out."""
    assert live(["new", "new", "new"])[-1].left_out == ()


def test_what_was_long_ago_is_forgotten() -> None:
    """A closed alert whose last week lies a year back is left out, and comes back as a new one under the same id."""
    closed = live(["surge", None, None, None])[-1]
    assert advance((closed,), name(10), START, [], forget=name(0)) == (closed,)
    assert advance((closed,), name(10), START, [], forget=name(1)) == ()
    (again,) = advance((), name(10), START, [raised(10)], forget=name(1))
    assert (again.state, again.alert_id) == ("open", closed.alert_id)


def test_each_theme_has_its_own_alert() -> None:
    """One theme over its bound changes nothing of another; they are kept by theme, whatever their order."""
    both = [raised(0, theme="t2"), raised(0, theme="t1")]
    kept = advance((), name(0), START, both, "2025-W01")
    assert kept == advance((), name(0), START, both[::-1], "2025-W01")
    after = advance(kept, name(1), START, [raised(1, theme="t2")], "2025-W01")
    assert {one.theme_id: one.state for one in after} == {"t1": "quiet", "t2": "updated"}


def test_an_alert_is_kept_to_the_byte() -> None:
    """What the store keeps of an alert is the alert, with its time in UTC."""
    for one in live(["surge", "drift", None, None, None, "surge"]):
        assert KeptAlert.from_json(one.as_json()) == one
        assert KeptAlert.from_json(one.as_json()).as_json() == one.as_json()


@pytest.mark.parametrize(
    ("people", "copied", "events"),
    [
        ({"t1": {1, 2, 3}, "t2": {4, 5, 6}}, "", []),
        ({"t1": {1, 2, 3, 4}, "t2": {3, 4, 5, 6}}, "", []),  # half of them, not more
        ({"t1": {1, 2, 3, 4}, "t2": {2, 3, 4, 9}}, "", [{"t1", "t2"}]),
        ({"t1": {1, 2, 3}, "t2": set(range(40))}, "", [{"t1", "t2"}]),  # the smaller one lies within the larger
        ({"t1": {1, 2, 3}, "t2": {1, 2, 9}, "t3": {9, 2, 30}}, "", [{"t1", "t2", "t3"}]),  # t1 and t3 through t2
        ({"t1": {1}, "t2": {2}, "t3": {3}}, "t1 t3", [{"t1", "t3"}]),  # copies of one text by other people
        ({"t1": {1, 2}, "t2": {1, 2}, "t3": {7}, "t4": {7}}, "", [{"t1", "t2"}, {"t3", "t4"}]),
    ],
)
def test_one_crowd_is_one_event(people: dict[str, set[int]], copied: str, events: list[set[str]]) -> None:
    """Alerts that the same people raise, or that copies of one text raise, are one event; a few shared people are not
    enough."""
    found = events_of({theme: frozenset(who) for theme, who in people.items()}, frozenset(copied.split()), {})
    assert sorted(found, key=min) == events


def test_one_release_is_one_event() -> None:
    """What one release made worse is told as one thing, whoever complains; two releases are two."""
    people = {theme: frozenset({place}) for place, theme in enumerate(("t1", "t2", "t3", "t4"))}
    releases = {"t1": "version 4.2.0", "t3": "version 4.2.0", "t4": "version 4.3.0"}
    assert events_of(people, frozenset(), releases) == [{"t1", "t3"}]
