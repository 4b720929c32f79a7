"""Writers of the theme registry, for test_registry_store.py; a program of its own, so that it can fork and be killed.

    registry_writers.py sweep URL      save an analysis, then the next one, killed at each statement and commit in turn
    registry_writers.py edit URL N     make N edits, one after the other, among those of others

`sweep` prints a JSON line for each crash point: whether the child was killed, and what is stored after it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from killed_runs import kill_at

from groundswell.frames import CLAUSES, COMMENTS, THEMES, empty_frame
from groundswell.registry import Fit, NewEvent, RegistryChange
from groundswell.registry_edits import own
from groundswell.storage import Store, open_store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WEEK = datetime(2026, 11, 16, tzinfo=UTC)


def opening(theme_id: str, label: str, parent: str | None = None) -> NewEvent:
    return NewEvent("open", theme_id, {"label": label, "parent": parent})


def members(themes: dict[str, str | None]) -> pd.DataFrame:
    """Members by key, without sub-themes."""
    keys = list(themes)
    data = {"key": keys, "theme_id": list(themes.values()), "sub_theme_id": None, "similarity": 0.5}
    return pd.DataFrame(data, index=range(len(keys)))


def save(store: Store, key: str, kind: str, weeks: int, events: list[NewEvent], put: dict[str, str | None]) -> None:
    """Saves an analysis that opens themes and puts texts into them."""
    change = RegistryChange(
        base_version=store.load_registry().version,
        kind=kind,
        as_of=WEEK + timedelta(weeks=weeks),
        at=NOW,
        events=events,
        fits=[Fit(str(e.theme_id), key.encode(), ("k1",), ("word",), clauses=2) for e in events if e.kind == "open"],
        members=members(put),
    )
    frames = [empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES)]
    store.save_analysis(frames[0], frames[1], frames[2], key=key, models={"m": key}, change=change)


def fill(store: Store) -> None:
    """The first analysis: events 1 to 3."""
    save(store, "first", "fit", 0, [opening("t1", "Card"), opening("t2", "Fees")], {"k1": "t1", "k2": "t2", "k3": "t1"})


def save_next(store: Store) -> None:
    """The next one: events 4 to 6."""
    save(store, "next", "assign", 1, [opening("t3", "App"), NewEvent("retire", "t2")], {"k2": None, "k3": "t3"})


def dump(url: str) -> dict[str, Any]:
    """What is stored of the registry and of its last analysis."""
    with open_store(url) as store:
        registry, state, held = store.load_registry(), store.analysis_state(), store.members()
        return {
            "version": registry.version,
            "themes": {theme_id: theme.status for theme_id, theme in registry.themes.items()},
            "members": dict(zip(held["key"], held["theme_id"], strict=True)),
            "vectors": sorted(store.theme_vectors()),
            "analysis": None if state is None else [state.key, state.registry],
        }


def sweep(url: str) -> None:
    with open_store(url) as store:
        fill(store)
    point, killed = 0, True
    while killed:
        child = os.fork()
        if child == 0:
            with open_store(url) as store:
                kill_at(point)
                save_next(store)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        print(json.dumps({"killed": killed, **dump(url)}), flush=True)
        point += 1


def edit(url: str, number: int) -> None:
    me = str(os.getpid())
    with open_store(url) as store:
        for n in range(number):
            store.edit_registry(lambda r, n=n: own(r, "t1", f"{me} {n}"), actor=me, at=NOW)  # type: ignore[misc]


if __name__ == "__main__":
    command, place, *rest = sys.argv[1:]
    if command == "sweep":
        sweep(place)
    else:
        edit(place, int(rest[0]))
