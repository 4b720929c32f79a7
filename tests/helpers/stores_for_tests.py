"""Everything that a store holds, so that the stores of two runs can be compared."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from groundswell.database import open_engine, reading
from groundswell.storage import open_store
from groundswell.tables import load, load_page, load_skipped, metadata

__all__ = ["differences", "stored"]

# Which attempt wrote a row, and when: that tells runs apart that ended alike.
_OF_ATTEMPTS = {"load_id", "seen_load_id", "first_seen", "created_from", "at", "made_at"}
_COUNTS = ("read", "new", "changed", "unchanged", "quarantined", "skipped", "pages")


def stored(target: str | Path) -> dict[str, Any]:
    """Every row of a store, but for what counts the attempts: ids and times of loads, runs and leases.

    Of loads there are the sums of the accepted ones per source with reasons, warnings and pages; of the others, as of
    leases and runs, how many are left unfinished.
    """
    engine = open_engine(target)
    try:
        with reading(engine) as connection:
            found = {
                table.name: _rows(connection, table.name)
                for table in metadata.sorted_tables
                if table.name not in ("load", "load_page", "load_skipped", "lease", "run")
            }
            found["accepted loads"] = _sums(connection)
    finally:
        engine.dispose()
    with open_store(target) as opened:
        found["unfinished loads"] = len(opened.repair())
        found["held loads"] = len(opened.accounting(state="held"))
        found["leases"] = len(opened.leases())
        found["running"] = sum(run.state == "running" for run in opened.runs(1_000))
        found["last run"] = [run.state for run in opened.runs(1)]
        assert all(load.balanced for load in opened.accounting(state="accepted"))
    return found


def differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """What is not as it should be, a line for each table or file with the first row that differs."""
    lines = []
    for name in sorted({*expected, *found}):
        one, other = expected.get(name), found.get(name)
        if one != other:
            lines.append(f"{name}: expected {_first(one, other)}, found {_first(other, one)}")
    return lines


def _rows(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    """The rows of a table, sorted."""
    table = metadata.tables[name]
    numbered = name in ("quarantine", "digest")  # their ids count attempts
    columns = [c for c in table.c if c.name not in _OF_ATTEMPTS and not (numbered and c.name == "id")]
    rows = connection.execute(select(*columns)).all()
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


def _sums(connection: Connection) -> dict[str, Any]:
    """What the accepted loads of each source brought together."""
    sums: dict[str, Any] = {}
    accepted = load.c.state == "accepted"
    for row in connection.execute(select(load).where(accepted).order_by(load.c.id)):
        source = sums.setdefault(row.source, {**dict.fromkeys(_COUNTS, 0), "warnings": [], "reasons": {}, "log": []})
        for name in _COUNTS:
            source[name] += row._mapping[name]
        if row.read:  # a run that found nothing new may be repeated as often as anybody likes
            source["warnings"].append(row.warnings)
    for row in connection.execute(select(load.c.source, load_skipped).join_from(load_skipped, load).where(accepted)):
        reasons = sums[row.source]["reasons"]
        reasons[row.reason] = reasons.get(row.reason, 0) + row.n
    for row in connection.execute(select(load.c.source, load_page).join_from(load_page, load).where(accepted)):
        sums[row.source]["log"].append((row.fingerprint, row.new, row.changed, row.unchanged, row.quarantined))
    for source in sums.values():
        source["log"].sort()
    return sums


def _first(one: Any, other: Any) -> str:
    """What of one is not in the other, shortened."""
    if isinstance(one, list) and isinstance(other, list):
        own = [row for row in one if row not in other]
        return f"{len(one)} rows, of its own {len(own)}" + (f": {own[0]!r:.300}" if own else "")
    if isinstance(one, bytes):
        alike = len(os.path.commonprefix([one, other or b""]))
        return f"{len(one)} bytes, from byte {alike} on {one[alike : alike + 80]!r}"
    return f"{one!r:.300}"
