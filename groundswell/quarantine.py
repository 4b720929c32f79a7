"""Where refused records wait: one entry for each, however often a source repeats it.

Equal refused records of one load are told apart by a running number; in a later load they are recognised in the same
order, so that the same file read again makes no second entry. Within one load the file and the row number decide: the
same row again is a page read twice, another row is another record.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from groundswell.bulk import chunks
from groundswell.errors import StoreError
from groundswell.records import Problem, Quarantined
from groundswell.rows import decode_problems, encode_quarantined
from groundswell.tables import load, quarantine

__all__ = [
    "QuarantineEntry",
    "adopt_quarantine",
    "drop_quarantine",
    "load_quarantine",
    "save_quarantine",
    "save_quarantine_state",
    "save_retried",
]

_IN = 5_000


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """A refused record as it waits; `load_id` is the load that refused it first."""

    id: int
    source: str
    kind: str
    row: int
    content_hash: str
    number: int
    fields: Mapping[str, str]
    problems: tuple[Problem, ...]
    load_id: int
    first_seen: datetime
    state: str  # waiting | retried | dropped
    origin: str = ""  # the file that `row` counts in, where the source reads several


def save_quarantine(
    connection: Connection, load_id: int, source: str, seen_at: datetime, refused: Sequence[Quarantined]
) -> None:
    """Save the refused records of one page; those known already are marked as seen in this load.

    An entry that was retried with success waits again when its record is refused once more; a dropped one stays
    dropped.
    """
    rows = [encode_quarantined(record) for record in refused]
    known = _load_known(connection, source, [row["content_hash"] for row in rows])
    fresh, again = [], []
    for row in rows:
        entries = known[row["content_hash"]]
        entry = next((e for e in entries if e["seen_load_id"] == load_id and _place(e) == _place(row)), None)
        if entry is None:
            entry = next((e for e in entries if e["seen_load_id"] != load_id), None)
            if entry is None:
                number = 1 + max((e["number"] for e in entries), default=-1)
                entry = {**row, "number": number, "load_id": load_id, "first_seen": seen_at}
                entries.append(entry)
                fresh.append(entry)
            else:
                again.append(entry)
            entry |= {"seen_load_id": load_id, "row": row["row"], "origin": row["origin"]}
        entry["state"] = "dropped" if entry.get("state") == "dropped" else "waiting"
    if fresh:
        connection.execute(insert(quarantine), fresh)
    for entry in again:
        changes = {name: entry[name] for name in ("seen_load_id", "row", "origin", "state")}
        connection.execute(update(quarantine).where(quarantine.c.id == entry["id"]).values(changes))


def _place(entry: Mapping[str, Any]) -> tuple[str, int]:
    return entry["origin"], entry["row"]


def _load_known(connection: Connection, source: str, hashes: Sequence[str]) -> defaultdict[str, list[dict[str, Any]]]:
    """The entries of these contents, in the order of their running numbers."""
    known: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    names = ("id", "content_hash", "number", "row", "origin", "seen_load_id", "state")
    query = select(*(quarantine.c[name] for name in names)).where(quarantine.c.source == source)
    for part in chunks(sorted(set(hashes)), _IN):
        ordered = query.where(quarantine.c.content_hash.in_(part)).order_by(quarantine.c.number)
        for row in connection.execute(ordered):
            known[row.content_hash].append(dict(row._mapping))
    return known


def load_quarantine(connection: Connection, source: str | None, state: str | None) -> list[QuarantineEntry]:
    """The entries, oldest first."""
    names = QuarantineEntry.__dataclass_fields__
    query = select(*(quarantine.c[name] for name in names)).order_by(quarantine.c.id)
    if source is not None:
        query = query.where(quarantine.c.source == source)
    if state is not None:
        query = query.where(quarantine.c.state == state)
    return [
        QuarantineEntry(
            **{
                **row._mapping,
                "fields": json.loads(row.fields),
                "problems": decode_problems(row.problems),
                "first_seen": row.first_seen.replace(tzinfo=UTC),
            }
        )
        for row in connection.execute(query)
    ]


def save_quarantine_state(connection: Connection, ids: Iterable[int], state: str) -> int:
    """Set the state of entries; how many there were. StoreError where an id is not known."""
    if state not in ("waiting", "retried", "dropped"):
        raise ValueError(f"a quarantine entry cannot be {state!r}")
    wanted = sorted(set(ids))
    for part in chunks(wanted, _IN):
        found = set(connection.scalars(select(quarantine.c.id).where(quarantine.c.id.in_(part))))
        if missing := [entry for entry in part if entry not in found]:
            raise StoreError(
                f"quarantine: there is no entry {missing[0]}; nothing was changed: `groundswell quarantine list` "
                "shows the entries"
            )
        connection.execute(update(quarantine).where(quarantine.c.id.in_(part)).values(state=state))
    return len(wanted)


def save_retried(connection: Connection, source: str, load_id: int) -> int:
    """Mark as retried what waits of the source and this load, which read everything, has not seen; how many."""
    of = connection.scalar(select(load.c.source).where(load.c.id == load_id))
    if of != source:
        raise ValueError(f"load {load_id} is of source {of!r}, not {source!r}")
    unseen = (quarantine.c.source == source) & (quarantine.c.seen_load_id < load_id) & (quarantine.c.state == "waiting")
    return connection.execute(update(quarantine).where(unseen).values(state="retried")).rowcount


def adopt_quarantine(connection: Connection, interrupted: int, load_id: int) -> None:
    """Give the entries of an interrupted load to the load that takes it over."""
    for column in (quarantine.c.load_id, quarantine.c.seen_load_id):
        connection.execute(update(quarantine).where(column == interrupted).values({column: load_id}))


def drop_quarantine(connection: Connection, load_id: int) -> None:
    """Take out the entries that only this load has seen; its source will offer them again."""
    connection.execute(delete(quarantine).where(quarantine.c.load_id == load_id, quarantine.c.seen_load_id == load_id))
