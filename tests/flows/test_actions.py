"""`groundswell actions`: what was decided on themes, recorded, listed, done and taken back, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands_for_tests import Ended
from postgres_for_tests import new_database
from registries_for_tests import NOW
from themes_for_tests import fill_themes

from groundswell.actions import Action
from groundswell.registry_edits import merge
from groundswell.storage import open_store

LATE, TWICE, PART = "t3f2a9c1e", "t77c01b2d", "t22e1b2aa"
Actions = Callable[..., Ended]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with a few clauses for each of the bank's themes, on each database in turn."""
    found = (
        str(tmp_path / "store.db")
        if request.param == "sqlite"
        else new_database(request.getfixturevalue("postgres_home"))
    )
    with open_store(found) as store:
        fill_themes(store, 0.02)
    return found


@pytest.fixture
def actions(run: Callable[..., Ended], place: str) -> Actions:
    """`actions("add", theme, "--what", what)` on that store."""
    return lambda *arguments: run("actions", *arguments, "--store", place)


def in_store(place: str) -> list[Action]:
    """The actions of a store."""
    with open_store(place) as store:
        return store.actions()


def test_an_action_is_recorded_listed_done_and_taken_back(actions: Actions, place: str) -> None:
    """Each command says what it did, on which theme by its label, and when it shows; the list has it all."""
    assert "no actions yet" in actions("list").out
    added = actions(
        "add", "charged twice for one payment", "--what", "refund run", "--owner", "payments", "--since", "2026-11-12"
    )
    assert added.code == 0, added.err
    assert "action 1 on “charged twice for one payment”, since 12 Nov 2026: refund run (payments)" in added.out
    assert "shows from the next digest on; published digests stay as they are" in added.out
    [kept] = in_store(place)
    assert (kept.theme_id, kept.since, kept.owner) == (TWICE, datetime(2026, 11, 12, tzinfo=UTC), "payments")
    assert actions("add", LATE, "--what", "second courier").code == 0
    done = actions("done", "1", "--on", "2026-11-14")
    assert done.code == 0 and "was done on 14 Nov 2026" in done.out
    listed = actions("list").out
    assert re.search(r"2 +“card has not arrived” +second courier", listed) and "2 actions, 1 done" in listed
    assert re.search(r"1 +“charged twice for one payment” +refund run +payments +12 Nov 2026 +14 Nov 2026", listed)
    assert "action 1 on “charged twice for one payment” was taken back" in actions("drop", "1").out
    assert [one.action_id for one in in_store(place)] == ["2"] and actions("drop", "1").code == 1


def test_said_twice_it_is_kept_once(actions: Actions, place: str) -> None:
    """The same action again changes nothing, and the command says so."""
    line = ("add", TWICE, "--what", "refund run", "--since", "2026-11-12")
    assert actions(*line).code == 0
    again = actions(*line)
    assert again.code == 0 and "was recorded before; nothing was changed" in again.out
    assert len(in_store(place)) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "charged twize", "--what", "x"], "no theme 'charged twize'; nearest: “charged twice for one payment”"),
        (["add", PART, "--what", "x"], "is a part of “card has not arrived”"),
        (["add", TWICE, "--what", ""], "what was decided has 0 characters"),
        (["add", TWICE, "--what", "x" * 201], "what was decided has 201 characters"),
        (["add", TWICE, "--what", "x", "--owner", "y" * 61], "the owner has 61 characters"),
        (["done", "1"], "there is no action '1'"),
        (["drop", "first"], "there is no action 'first'"),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(
    actions: Actions, place: str, arguments: list[str], said: str
) -> None:
    """What is wrong, what there is instead, exit code 1."""
    ended = actions(*arguments)
    assert ended.code == 1 and said in ended.err and len(ended.said) == 1
    assert in_store(place) == []


def test_an_action_is_listed_under_the_theme_that_took_its_theme_over(actions: Actions, place: str) -> None:
    """After a merge the list names the theme that the action counts for."""
    assert actions("add", TWICE, "--what", "refund run").code == 0
    with open_store(place) as store:
        store.edit_registry(lambda registry: merge(registry, TWICE, LATE), actor="ann", at=NOW)
    assert "“card has not arrived”" in actions("list").out
    refused = actions("add", TWICE, "--what", "another one")
    assert refused.code == 1 and "is merged; no action was recorded: its clauses count under" in refused.err


def test_without_a_store_nothing_is_made(run: Callable[..., Ended], tmp_path: Path) -> None:
    """A store that is not there is said, and not made by looking."""
    place = tmp_path / "none.db"
    assert "no store yet" in run("actions", "list", "--store", place).out
    assert run("actions", "add", "x", "--what", "y", "--store", place).code == 1
    assert not place.exists()
