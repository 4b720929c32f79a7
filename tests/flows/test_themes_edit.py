"""Edits of themes by `groundswell themes`: what each says and does, its undo, and two of them at once."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from commands_for_tests import Ended
from files_for_tests import command
from postgres_for_tests import new_database
from stores_for_tests import stored
from themes_for_tests import fill_themes

from flows.commands.themes import actor
from groundswell.registry import Registry
from groundswell.registry_edits import merge, rename
from groundswell.registry_undo import undo
from groundswell.storage import open_store

LATE, TWICE, FEE, RATE = "t3f2a9c1e", "t77c01b2d", "t5518f00d", "tabad1dea"
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
Themes = Callable[..., Ended]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a few clauses for each of the bank's themes, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "store.db"
    with open_store(path) as store:
        fill_themes(store, 0.05)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, filled: Path, tmp_path: Path) -> str:
    """A store of its own, on each database in turn."""
    if request.param == "sqlite":
        return str(shutil.copy(filled, tmp_path / "store.db"))
    url = new_database(request.getfixturevalue("postgres_home"))
    with open_store(url) as store:
        fill_themes(store, 0.05)
    return url


@pytest.fixture
def own(filled: Path, tmp_path: Path) -> Path:
    """A SQLite store of its own."""
    return Path(shutil.copy(filled, tmp_path / "own.db"))


@pytest.fixture
def themes(run: Callable[..., Ended], own: Path) -> Themes:
    """`themes("merge", a, b)` on that store, or on the one that is named."""
    return lambda *arguments, store=own: run("themes", *arguments, "--store", store)


def registry_of(target: object) -> Registry:
    """The registry of a store."""
    with open_store(str(target)) as store:
        return store.load_registry()


def state(registry: Registry) -> dict[str, Any]:
    """What the themes are, whatever their history."""
    return dict(registry.themes)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rename", LATE, "Card is late"], "“card has not arrived” (t3f2a9c1e) was renamed to “Card is late”"),
        (
            ["merge", TWICE, FEE],
            f"“charged twice for one payment” ({TWICE}) was merged into “fee for taking out money”",
        ),
        (["merge", LATE, FEE], f"({FEE}), with its 2 sub-themes"),
        (["split", LATE], "into its sub-themes: “still waiting for the card” (t11d0c0de), “got lost in the post”"),
        (["retire", "the app closes itself"], "“the app closes itself” (t0a4be771) was retired"),
        (["accept", "tabad"], "(tabad1dea) was accepted"),
        (["reject", "tabad"], "(tabad1dea) was rejected"),
        (["own", TWICE, "Accounts"], f"({TWICE}) was given to Accounts"),
        (["stage", LATE, "get", "help"], f"({LATE}) was put at the stage get help"),
        (["stage", LATE, "get-help"], f"({LATE}) was put at the stage get help"),
        (["stage", LATE, "--none"], f"({LATE}) was put at the stage undecided"),
    ],
)
def test_an_edit_says_what_it_did_and_can_be_undone(themes: Themes, own: Path, arguments: list[str], said: str) -> None:
    """One event: told in words, with its number and how to take it back; taking it back leaves no trace but events."""
    before = registry_of(own)
    ended = themes(*arguments)
    assert ended.code == 0 and ended.err == ""
    first, second = ended.out.splitlines()
    assert said in first
    assert second == (
        "event 14: groundswell themes undo 14 takes it back. It shows from the next digest on; published digests stay "
        "as they are"
    )
    assert state(registry_of(own)) != state(before)
    undone = themes("undo", "14")
    assert undone.code == 0 and undone.out.startswith("event 14 was undone: ") and f"by {actor()}" in undone.out
    assert state(registry_of(own)) == state(before)
    again = themes("undo", re.findall(r"themes undo (\d+)", undone.out)[0])
    assert again.code == 0 and "event 14" in again.out
    assert state(registry_of(own)) != state(before)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["rename", "t9999", "x"], "no theme 't9999'; nearest: "),
        (["rename", LATE, "charged twice for one payment"], "has that label"),
        (["rename", LATE, " "], "the new label has 0 characters"),
        (["merge", LATE, LATE], "cannot be merged with itself"),
        (["merge", LATE, "t11d0c0de"], "is a sub-theme of"),
        (["split", TWICE], "only a theme with two sub-themes"),
        (["accept", LATE], "only a new theme can be accepted"),
        (["reject", LATE], "only a new theme can be rejected"),
        (["stage", LATE, "usage"], "is no stage of the journey, perhaps 'use'"),
        (["own", LATE, "--nobody"], "already"),
        (["undo", "1"], None),
        (["undo", "77"], "there is no event 77: the last one is 13"),
        (["undo"], "there is no edit to undo"),
        (["undo", "3"], "is part of event 1"),
    ],
)
def test_what_cannot_be_done_is_refused(themes: Themes, own: Path, arguments: list[str], why: str | None) -> None:
    """Exit 1, one line that says what is wrong and that nothing was changed; the store is as it was."""
    before = stored(own)
    ended = themes(*arguments)
    assert ended.code == 1 and ended.out == "" and len(ended.said) == 1
    assert (why or "") in ended.err and "nothing was changed" in ended.err
    assert stored(own) == before


@pytest.mark.parametrize("arguments", [["own", LATE], ["own", LATE, "a", "--nobody"], ["stage", LATE], ["merge", LATE]])
def test_half_a_command_is_wrong_usage(themes: Themes, arguments: list[str]) -> None:
    """Exit 2 where something is missing or too much."""
    assert themes(*arguments).code == 2


def test_an_edit_needs_a_store_that_is_there(themes: Themes, tmp_path: Path) -> None:
    """An edit makes no store: a wrong place is told, with exit 1."""
    ended = themes("own", LATE, "anna", store=tmp_path / "none.db")
    assert ended.code == 1 and "no store yet at" in ended.err and not (tmp_path / "none.db").exists()


def test_every_edit_works_on_both_databases(place: str, themes: Themes) -> None:
    """A day's edits one after the other: the history is the same on SQLite and PostgreSQL."""
    for arguments in (
        ("rename", LATE, "Card is late"),
        ("own", "card is late", "logistics"),
        ("accept", RATE),
        ("merge", RATE, FEE),
        ("undo",),
        ("split", "Card is late"),
        ("retire", "got lost in the post"),
    ):
        assert themes(*arguments, store=place).code == 0
    registry = registry_of(place)
    assert [event.kind for event in registry.events[13:]] == [
        *("rename", "own", "accept", "merge", "undo", "split", "retire")
    ]
    assert {event.actor for event in registry.events[13:]} == {actor()}
    assert registry.themes[RATE].status == "active" and registry.themes["t11d0c0de"].owner == "logistics"
    assert registry.themes[LATE].status == "split" and registry.themes["t22e1b2aa"].status == "retired"
    for theme_id in registry.themes:
        assert themes("show", theme_id, store=place).code == 0


def test_published_digests_outlive_every_edit(own: Path, themes: Themes) -> None:
    """A digest's text is the same to the byte after its themes were renamed, merged and retired."""
    with open_store(own) as store:
        store.save_digest("service", "2026-W46", "f", '{"label": "card has not arrived"}')
    themes("rename", LATE, "Card is late")
    themes("merge", LATE, TWICE)
    themes("retire", TWICE)
    with open_store(own) as store:
        kept = store.latest_digest("service", "2026-W46")
    assert kept is not None and kept.revision == 1 and kept.json_text == '{"label": "card has not arrived"}'


def test_the_second_of_two_edits_sees_the_first(own: Path, themes: Themes) -> None:
    """Who merges a theme that somebody else has merged meanwhile is told so, and nothing is changed."""
    with open_store(own) as store:
        store.edit_registry(lambda registry: merge(registry, TWICE, FEE), actor="ann", at=NOW)
    before = stored(own)
    ended = themes("merge", TWICE, LATE)
    assert ended.code == 1 and "was merged into “fee for taking out money”" in ended.err
    assert stored(own) == before


@pytest.mark.parametrize("place", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_edits_at_once_are_all_made_or_refused(place: str, environment: dict[str, str]) -> None:
    """Six processes at once: every edit is whole, the numbers have no gap, and of two that exclude each other one is
    made and the other is told why not."""
    lines = [
        ("rename", LATE, "Card is late"),
        ("own", TWICE, "anna"),
        ("stage", FEE, "leave"),
        ("accept", RATE),
        ("merge", "t0a4be771", FEE),
        ("merge", "t0a4be771", TWICE),
    ]
    running = [
        subprocess.Popen(
            command("themes", *line, "--store", place),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in lines
    ]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in running]
    assert sorted(code for _, _, code in ended) == [0, 0, 0, 0, 0, 1], ended
    [refused] = [err for _, err, code in ended if code]
    assert "“the app closes itself” (t0a4be771) was merged into" in refused and "nothing was changed" in refused
    registry = registry_of(place)
    assert [event.event_id for event in registry.events] == list(range(1, 19))
    assert registry.themes[LATE].label == "Card is late" and registry.themes[RATE].status == "active"


def test_an_edit_that_fails_half_way_leaves_nothing(own: Path) -> None:
    """Whatever is raised while an edit is made, no event of it is kept."""
    before = stored(own)

    def fail(registry: Registry) -> Any:
        rename(registry, LATE, "Card is late")
        raise RuntimeError("the machine stopped")

    with open_store(own) as store:
        with pytest.raises(RuntimeError):
            store.edit_registry(fail, actor="ann", at=NOW)
        store.edit_registry(lambda registry: rename(registry, LATE, "Card is late"), actor="ann", at=NOW)
        store.edit_registry(undo, actor="ann", at=NOW)
    assert {**stored(own), "theme_event": []} == {**before, "theme_event": []}


@pytest.mark.parametrize(("name", "told"), [("anna", "anna"), ("groundswell", "groundswell (a person)")])
def test_the_actor_is_who_is_at_the_keyboard(themes: Themes, own: Path, name: str, told: str) -> None:
    """An event carries the user's name; a user who is called as the analyses are is told apart from them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", name)
        assert themes("own", LATE, "logistics").code == 0
        assert registry_of(own).events[-1].actor == told
        assert themes("undo").code == 0


def test_a_user_without_a_name_can_edit(themes: Themes, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system knows no name, as in a container, the event carries the user's number."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54_321)
    assert themes("own", LATE, "logistics").code == 0
    assert registry_of(own).events[-1].actor == "user 54321"
