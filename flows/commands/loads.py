"""Held loads: shown to the analysis as they are, or taken out again."""

from __future__ import annotations

from pathlib import Path

from flows.project import open_project
from groundswell.errors import ConfigError
from groundswell.leases import holding, ingest_lease
from groundswell.storage import open_store

__all__ = ["decide_load"]


def decide_load(settings: Path | None, load_id: int, accept: bool) -> str:
    """Accepts or drops a held load; a line that says what became of it. ConfigError where it is not held."""
    project = open_project(settings)
    with open_store(project.store) as opened:
        held = {load.load_id: load for load in opened.accounting(state="held")}
        if (load := held.get(load_id)) is None:
            known = ", ".join(f"{one.load_id} ({one.source})" for one in held.values())
            raise ConfigError(f"load {load_id} is not held; " + (f"held are: {known}" if known else "no load is held"))
        with holding(project.store, [ingest_lease(load.source)]):
            opened.close_load(load_id, "accepted" if accept else "dropped", load.reason)
    brought = f"{load.new:,} new and {load.changed:,} changed records"
    if accept:
        return (
            f"{load.source}: load {load_id} is accepted, with {brought}; the next run publishes the periods they lie in"
        )
    return f"{load.source}: load {load_id} is dropped, its {brought} are out; the next ingest reads them again"
