"""Actions: what was decided on themes, in the store and on themes that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from registries_for_tests import NOW, edited, small_registry

from groundswell.actions import Action, actions_until, new_action
from groundswell.errors import ConfigError, StoreError
from groundswell.registry import Registry
from groundswell.registry_edits import merge, retire
from groundswell.storage import Store

SINCE = datetime(2026, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MADE = Action("", "t1", "second courier — für den Norden", "logistics", SINCE, None, NOW, "ann")


def decided(registry: Registry, theme: str, what: str = "second courier", owner: str | None = None) -> Action:
    return new_action(registry, theme, what, owner, SINCE, NOW, "ann")


def test_an_action_comes_back_as_it_was_said(store: Store) -> None:
    """It gets a number; all comes back, times in UTC, in the order in which actions were added."""
    first, second = store.save_action(MADE), store.save_action(replace(MADE, owner=None, theme_id="t2"))
    assert (first.is_new, first.action) == (True, replace(MADE, action_id="1"))
    assert store.actions() == [first.action, second.action] and second.action.action_id == "2"


def test_the_same_said_twice_is_kept_once(store: Store) -> None:
    """Said again by anybody, at any time, it is the action that is there; another day or owner is another one."""
    store.save_action(MADE)
    again = store.save_action(replace(MADE, made_at=NOW + DAY, actor="bob"))
    assert not again.is_new and again.action.action_id == "1" and again.action.actor == "ann"
    for other in (replace(MADE, since=SINCE + DAY), replace(MADE, owner=None), replace(MADE, what="another one")):
        assert store.save_action(other).is_new
    assert len(store.actions()) == 4


def test_an_action_is_done_on_a_day_and_taken_back_for_good(store: Store) -> None:
    """Done twice, the last day counts; taken back it is gone, its number is not given again, and it may be recorded
    anew."""
    store.save_action(MADE)
    store.finish_action("1", SINCE + DAY)
    assert store.finish_action("1", SINCE + 2 * DAY).done == SINCE + 2 * DAY == store.actions()[0].done
    assert store.drop_action("1", NOW).what == MADE.what and store.actions() == []
    kept = store.save_action(MADE)
    assert kept.is_new and kept.action.action_id == "2" and kept.action.done is None


@pytest.mark.parametrize("number", ["7", "0", "-1", "1.0", "", "one", "١", "9" * 30])
def test_an_action_that_is_not_there_is_said(store: Store, number: str) -> None:
    """Any number but one of those that are listed: one line with what to do, and nothing is changed."""
    store.save_action(MADE)
    for change in (store.finish_action, store.drop_action):
        with pytest.raises(ConfigError, match=r"there is no action .* nothing was changed: `groundswell actions list`"):
            change(number, NOW)
    assert store.actions() == [replace(MADE, action_id="1")]


def test_an_action_cannot_be_done_before_it_begins(store: Store) -> None:
    """The day is refused, and nothing is changed."""
    store.save_action(MADE)
    with pytest.raises(ConfigError, match="action 1 begins after that day; nothing was changed"):
        store.finish_action("1", SINCE - DAY)
    assert store.finish_action("1", SINCE).done == SINCE


def test_what_no_database_keeps_whole_is_refused(store: Store) -> None:
    """A NUL character and a time without a zone are named, and nothing is kept."""
    with pytest.raises(StoreError, match="NUL"):
        store.save_action(replace(MADE, what="\0"))
    with pytest.raises(StoreError, match="no time zone"):
        store.save_action(replace(MADE, since=datetime(2026, 11, 12)))
    assert store.actions() == []


def test_an_action_is_on_an_open_theme_and_its_owner_sees_to_it() -> None:
    """Found by its label; without an owner's name it is the theme's owner, where it has one."""
    registry = small_registry()
    assert decided(registry, "card delivery") == replace(
        MADE, what="second courier", theme_id="t1", owner="logistics", actor="ann"
    )
    assert decided(registry, "Fees").owner is None
    assert decided(registry, "Fees", owner=" ann ").owner == "ann"


def test_an_action_on_what_is_no_open_theme_is_refused() -> None:
    """A part of a theme, a closed one and an unknown one are named, with what to do instead."""
    registry = edited(small_registry(), merge(small_registry(), "t3", "t1"))
    registry = edited(registry, retire(registry, "t2"))
    with pytest.raises(ConfigError, match=r"“lost” .* is a part of “Card delivery” .*: record it on the whole theme"):
        decided(registry, "t1b")
    with pytest.raises(ConfigError, match=r"“App” \(t3\) is merged; no action .*: its clauses count under “Card deliv"):
        decided(registry, "t3")
    with pytest.raises(ConfigError, match=r"“Fees” \(t2\) is retired; no action was recorded$"):
        decided(registry, "t2")
    with pytest.raises(ConfigError, match=r"no theme 'Card delivry'; nearest: “Card delivery”"):
        decided(registry, "Card delivry")


@pytest.mark.parametrize("what", ["", "  ", "two\nlines", "x" * 201, "a\u202eb"])
def test_what_was_decided_is_one_plain_line(what: str) -> None:
    """Nothing, several lines, more than 200 characters, signs that cannot be seen: refused."""
    with pytest.raises(ConfigError, match=r"what was decided (has|holds) .*nothing was changed"):
        decided(small_registry(), "t1", what)
    assert decided(small_registry(), "t1", "x" * 200).what == "x" * 200


def test_a_digest_is_told_what_was_known_by_its_end() -> None:
    """Actions that began before the end of its period; what was done later was not done then; on themes that were
    merged they count where the clauses do, on others not at all."""
    actions = [
        replace(MADE, action_id="1", done=SINCE + 9 * DAY),
        replace(MADE, action_id="2", since=SINCE + 9 * DAY),
        replace(MADE, action_id="3", theme_id="t3"),
        replace(MADE, action_id="4", theme_id="t9"),
    ]
    places = {"t1": "t1", "t3": "t1", "t9": None}
    early = actions_until(actions, SINCE + 5 * DAY, places)
    assert [(one.action_id, one.theme_id, one.done) for one in early] == [("1", "t1", None), ("3", "t1", None)]
    late = actions_until(actions, SINCE + 20 * DAY, places)
    assert [(one.action_id, one.done is None) for one in late] == [("1", False), ("2", True), ("3", True)]
    assert actions_until(actions, None, places) == late
    assert actions_until(actions, SINCE, places) == ()
