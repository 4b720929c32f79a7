"""The theme registry in the store: what comes back, what is kept together, and who comes first."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from registries_for_tests import NOW, WEEK, opening, small_registry

from groundswell.database import writing
from groundswell.errors import ConfigError, RegistryMoved, StoreError
from groundswell.frames import CLAUSES, COMMENTS, MEMBERS, THEMES, empty_frame
from groundswell.registry import Fit, NewEvent, Registry, RegistryChange, fold
from groundswell.registry_edits import merge, own, reject, rename, retire
from groundswell.registry_undo import undo
from groundswell.storage import Store, open_store
from groundswell.tables import theme_event

PROGRAM = Path(__file__).with_name("registry_writers.py")
ROOT = Path(__file__).resolve().parents[2]
FRAMES = tuple(empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES))
FIT = [
    opening("t1", "Card", journey_stage="onboard", owner="Zoë"),
    opening("t1a", "“late” \\N 👍", "t1"),
    opening("t1b", "lost", "t1"),
    opening("t2", "Fees"),
]


def members(rows: dict[str, tuple[str | None, str | None, float | None]]) -> pd.DataFrame:
    data = [(key, *row) for key, row in rows.items()]
    names = [name for name in MEMBERS if name != "since"]
    return pd.DataFrame(data, columns=names).astype({"similarity": "float64"})


def save(store: Store, kind: str, weeks: int | None, key: str = "k", **more: Any) -> Registry:
    """Saves an analysis with what it does to the registry."""
    base = more.pop("base_version", store.load_registry().version)
    as_of = None if weeks is None else WEEK + timedelta(weeks=weeks)
    change = RegistryChange(base, kind, as_of, NOW, **more)
    after = store.save_analysis(*FRAMES, key=key, change=change)
    assert after is not None
    return after


def edit(store: Store, build: Callable[[Registry], Any], actor: str = "ann") -> Registry:
    return store.edit_registry(build, actor=actor, at=NOW)


def held(store: Store, event_limit: int | None = None) -> dict[str, tuple[str, str | None]]:
    found = store.members(event_limit)
    return {row.key: (row.theme_id, row.sub_theme_id) for row in found.itertuples()}  # type: ignore[misc]


def everything(store: Store) -> tuple[Any, ...]:
    """All that is stored of the registry and the analysis."""
    frame = store.members()
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return store.load_registry(), rows, store.theme_vectors(), store.theme_exemplars(), store.analysis_state()


def test_a_registry_comes_back_exactly(store: Store) -> None:
    """Events, themes and figures come back as they were saved, in both databases, with every gap, text and time."""
    fits = [
        Fit("t1", b"\0\\\t\n\xff", ("key 1", "é"), ('a"b', "étape"), 0.1 + 0.2, 0.7, 123),
        Fit("t2", None, (), (), float("nan"), None, 0),
    ]
    after = save(store, "fit", 0, events=FIT, fits=fits, payload={"texts": 3, "note": "é \x00 👍"})
    moment = datetime(2026, 11, 23, 10, 0, 0, 7, tzinfo=timezone(timedelta(hours=5.5)))
    after = store.edit_registry(lambda r: rename(r, "t1a", "much too late 🙈"), actor="Zoë", at=moment)
    loaded = store.load_registry()
    assert loaded == after == fold(loaded.events, loaded.fits)
    assert [e.event_id for e in loaded.events] == [1, 2, 3, 4, 5, 6] and loaded.version == 6
    assert loaded.events[0].payload == {"texts": 3, "note": "é \x00 👍"} and loaded.as_of == WEEK
    assert (loaded.events[5].at, loaded.events[5].actor, loaded.events[5].part_of) == (moment, "Zoë", None)
    assert loaded.events[5].at.tzinfo is UTC and [e.part_of for e in loaded.events[1:5]] == [1] * 4
    theme = loaded.themes["t1"]
    assert (theme.keywords, theme.stability, theme.cohesion, theme.clauses) == (
        ('a"b', "étape"),
        0.1 + 0.2,
        0.7,
        123,
    )
    assert loaded.themes["t2"].stability is None and loaded.themes["t1a"].label == "much too late 🙈"
    assert store.theme_vectors() == {"t1": b"\0\\\t\n\xff"}
    assert store.theme_exemplars() == {"t1": ("key 1", "é"), "t2": ()}
    state = store.analysis_state()
    assert state is not None and (state.key, state.registry) == ("k", 5)


def test_members_are_those_of_the_newest_analysis(store: Store) -> None:
    """Each text is where the newest analysis that named it put it, or nowhere; ids and dates are as it wrote them."""
    save(
        store,
        "fit",
        0,
        events=FIT,
        members=members({"b": ("t1", "t1a", 0.5), "a": ("t2", None, None), "é": ("t2", None, 1.0)}),
    )
    save(
        store,
        "assign",
        1,
        members=members({"c": ("t1", "t1b", 0.25), "a": ("t1", "t1a", 0.75), "é": (None, None, None)}),
    )
    edit(store, lambda r: merge(r, "t1a", "t1b"))
    found = store.members()
    assert found.dtypes.astype(str).to_dict() == MEMBERS
    rows = found.astype(object).where(found.notna(), None).to_numpy().tolist()
    first, second = pd.Timestamp(WEEK), pd.Timestamp(WEEK + timedelta(weeks=1))
    assert rows == [["a", "t1", "t1a", 0.75, second], ["b", "t1", "t1a", 0.5, first], ["c", "t1", "t1b", 0.25, second]]
    assert held(store, 5) == {"a": ("t2", None), "b": ("t1", "t1a"), "é": ("t2", None)}
    assert held(store, 0) == {} and store.load_registry(5).version == 5


def test_undoing_an_analysis_takes_its_members_back(store: Store) -> None:
    """Once an analysis is undone, its members, centroids and figures are those of before; brought back, they return."""
    one, two = ([Fit("t1", t.encode(), (t,), (t,))] for t in ("old", "new"))
    save(store, "fit", 0, events=FIT, fits=one, members=members({"a": ("t1", None, 0.5)}))
    before = everything(store)[1:4]
    save(
        store,
        "refit",
        1,
        events=[opening("t5", "Post")],
        fits=[*two, Fit("t5", b"five")],
        members=members({"a": ("t5", None, 0.5), "b": ("t5", None, 0.5)}),
    )
    after = everything(store)[1:4]
    assert store.theme_vectors() == {"t1": b"new", "t5": b"five"} and held(store)["a"] == ("t5", None)
    registry = edit(store, lambda r: undo(r, 6))
    assert everything(store)[1:4] == before and registry.themes["t1"].keywords == ("old",)
    edit(store, undo_last)
    assert everything(store)[1:4] == after


def undo_last(registry: Registry) -> list[NewEvent]:
    return undo(registry, registry.version)


def test_an_edit_that_is_refused_changes_nothing(store: Store) -> None:
    """What a person may not do, what does not fit, and an edit of nothing leave every row as it was."""
    save(store, "fit", 0, events=FIT)
    before = everything(store)
    with pytest.raises(ConfigError, match="itself"):
        edit(store, lambda r: merge(r, "t1", "card"))
    with pytest.raises(ValueError, match="there is no theme t9"):
        edit(store, lambda r: [NewEvent("retire", "t2"), NewEvent("retire", "t9")])
    with pytest.raises(StoreError, match="lone surrogate"):
        edit(store, lambda r: [NewEvent("own", "t2", {"owner": "\ud800"})])
    with pytest.raises(StoreError, match="has no time zone"):
        store.edit_registry(lambda r: retire(r, "t2"), actor="ann", at=datetime(2026, 11, 23))
    assert edit(store, lambda r: []) == before[0]
    assert everything(store) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"events": [opening("t1", "again")]}, "there is a theme of this id"),
        ({"fits": [Fit("t9")]}, "a fit of theme t9"),
        ({"fits": [Fit("t1", exemplars=("k",) * 21)]}, "21 exemplars"),
        ({"members": members({"a": ("t9", None, 0.5)})}, "does not know: t9"),
        ({"members": members({"a": ("t1", "t9", 0.5)})}, "does not know: t9"),
        ({"members": pd.concat([members({"a": ("t1", None, 0.5)})] * 2)}, "equal keys"),
    ],
)
def test_a_change_that_does_not_fit_is_not_saved(store: Store, change: dict[str, Any], said: str) -> None:
    """An analysis that names themes nobody knows is our mistake: nothing of it is saved, and the last one stays."""
    save(store, "fit", 0, "first", events=FIT, members=members({"a": ("t1", None, 0.5)}))
    before = everything(store)
    with pytest.raises(ValueError, match=said):
        save(store, "assign", 1, "second", **change)
    with pytest.raises(ValueError, match="not a 'merge'"):
        save(store, "merge", 1, "second")
    assert everything(store) == before


def test_an_edit_during_an_analysis_is_not_lost(store: Store) -> None:
    """An analysis that began before an edit is not saved over it: nothing of it is, and the message says to run it
    again; made again for the registry as it is now, it is saved and the edit stands."""
    save(store, "fit", 0, "first", events=FIT, members=members({"a": ("t1", None, 0.5)}))
    base = store.load_registry().version
    edit(store, lambda r: rename(r, "Card", "Cards in the post"))
    before = everything(store)
    work = {"events": [opening("t5", "Post")], "members": members({"a": ("t5", None, 0.5)})}
    with pytest.raises(RegistryMoved, match=r"edited while the analysis ran \(event 6, it began at 5\); nothing of it"):
        save(store, "assign", 1, "second", base_version=base, **work)
    assert everything(store) == before
    after = save(store, "assign", 1, "second", **work)
    assert after.themes["t1"].label == "Cards in the post" and held(store) == {"a": ("t5", None)}


def test_an_analysis_that_changes_no_theme_is_of_the_registry_it_was_made_for(store: Store) -> None:
    """Where nothing is new the frames still belong to one version: edited meanwhile, they are refused."""
    save(store, "fit", 0, "first", events=FIT)
    version = store.load_registry().version
    store.save_analysis(*FRAMES, key="again", made_for=version)
    edit(store, lambda r: rename(r, "Card", "Cards in the post"))
    with pytest.raises(RegistryMoved):
        store.save_analysis(*FRAMES, key="late", made_for=version)
    state = store.analysis_state()
    assert state is not None and (state.key, state.registry) == ("again", version)


def test_an_analysis_without_a_lease_saves_no_event(store: Store) -> None:
    """A run that lost its lease saves neither its analysis nor what it did to the themes."""
    lease = store.take_lease("analysis")
    store.release_lease(lease)
    with writing(store._engine) as connection:
        connection.exec_driver_sql("UPDATE lease SET fence = fence + 1")
    with pytest.raises(StoreError, match="another one has taken its work over"):
        store.save_analysis(*FRAMES, lease=lease, change=RegistryChange(0, "fit", WEEK, NOW, events=FIT))
    assert store.load_registry().version == 0 and store.analysis_state() is None


def test_of_two_edits_at_once_the_second_sees_the_first(url: str) -> None:
    """Threads that edit at the same moment come one after the other: a decision is taken once, and who comes second
    is told that it was; every other edit of all of them is there."""
    told, failures = list[str](), list[BaseException]()

    def work(name: str) -> None:
        try:
            with open_store(url) as store:
                for n in range(5):
                    edit(store, lambda r, n=n: own(r, "t1", f"{name} {n}"), name)  # type: ignore[misc]
                try:
                    edit(store, lambda r: reject(r, "t4"), name)
                except ConfigError as error:
                    told.append(str(error))
        except BaseException as error:
            failures.append(error)

    with open_store(url) as store:
        small = small_registry()
        new = [NewEvent(e.kind, e.theme_id, e.payload) for e in small.events]
        save(store, "fit", 0, events=new[1:9])
        save(store, "assign", 1, events=new[10:])
        threads = [threading.Thread(target=work, args=(name,)) for name in ("ann", "bob", "eve")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        registry = store.load_registry()
    assert failures == [] and len(told) == 2 and all("was rejected and is closed" in line for line in told)
    assert [e.event_id for e in registry.events] == list(range(1, 11 + 15 + 1 + 1))
    before = None
    for event in (e for e in registry.events if e.kind == "own"):
        assert event.payload["before"] == (before or "logistics")
        before = event.payload["owner"]


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_edits_of_several_processes(url: str) -> None:
    """Two processes that edit one registry at once finish both, each with all of its edits, in one numbered history."""
    with open_store(url) as store:
        save(store, "fit", 0, events=FIT)
    running = [start("edit", url, 10) for _ in range(2)]
    for process in running:
        _, err = process.communicate()
        assert process.returncode == 0, err
    with open_store(url) as store:
        registry = store.load_registry()
    assert [e.event_id for e in registry.events] == list(range(1, 26))
    for process in running:
        mine = [e.payload["owner"] for e in registry.events if e.actor == str(process.pid)]
        assert mine == [f"{process.pid} {n}" for n in range(10)]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are Unix's")
@pytest.mark.parametrize("url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_a_killed_save_leaves_the_registry_as_it_was(url: str) -> None:
    """Killed at any statement or commit, an analysis leaves events, members, centroids and results of the last one;
    not killed, it leaves its own."""
    out, err = start("sweep", url).communicate()
    *killed, last = [json.loads(line) for line in out.splitlines()]
    old = {
        "killed": True,
        "version": 3,
        "themes": {"t1": "active", "t2": "active"},
        "members": {"k1": "t1", "k2": "t2", "k3": "t1"},
        "vectors": ["t1", "t2"],
        "analysis": ["first", 3],
    }
    assert len(killed) > 8, err
    assert killed == [old] * len(killed)
    assert last == {
        "killed": False,
        "version": 6,
        "themes": {"t1": "active", "t2": "retired", "t3": "active"},
        "members": {"k1": "t1", "k3": "t3"},
        "vectors": ["t1", "t2", "t3"],
        "analysis": ["next", 6],
    }


def test_a_damaged_registry_is_said(store: Store) -> None:
    """A history with an event that fits nothing is called damaged, with the event and what to do."""
    save(store, "fit", 0, events=FIT)
    with writing(store._engine) as connection:
        connection.execute(theme_event.update().where(theme_event.c.id == 2).values(kind="explode"))
    for read in (store.load_registry, store.members, store.theme_vectors):
        with pytest.raises(StoreError, match=r"registry is damaged: event 2 \(explode of t1\).*from a backup"):
            read()


def test_an_analysis_that_knows_no_registry_is_saved_as_before(store: Store) -> None:
    """Without a change an analysis is saved as ever, and says which version of the registry there was."""
    assert store.save_analysis(*FRAMES, key="k") is None
    save(store, "fit", None, events=FIT)
    store.save_analysis(*FRAMES, key="k")
    state = store.analysis_state()
    assert state is not None and state.registry == 5
    assert store.load_registry().as_of is None and store.members().empty


def test_registries_stay_apart(new_url: Callable[[], str]) -> None:
    """The same history has the same ids, numbers and versions in every store, so that two of them can be compared."""
    loaded = []
    for _ in range(2):
        with open_store(new_url()) as store:
            save(store, "fit", 0, events=FIT)
            with suppress(ConfigError):
                edit(store, lambda r: merge(r, "t1", "t1"))
            edit(store, lambda r: retire(r, "t2"))
            loaded.append(store.load_registry())
    assert loaded[0] == loaded[1] and loaded[0].version == 6
