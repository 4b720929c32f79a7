"""Which version of a record is current, which are kept, and which one the analysis sees.

`feedback` holds the newest version of each record, `feedback_version` the superseded ones, each with the load that
wrote it. **The analysis sees, of each record, the newest version whose load is accepted.** A row that an unfinished
or held load has changed therefore shows its last accepted version, and a row that only such a load has brought is
not shown at all. Dropping a load takes its versions out and puts the newest remaining one back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Subquery, delete, exists, func, insert, select, union_all, update

from groundswell.bulk import chunks, insert_or
from groundswell.errors import StoreError
from groundswell.records import Feedback
from groundswell.rows import encode_feedback, encode_time
from groundswell.tables import RECORD, feedback, feedback_version, load

__all__ = [
    "adopt_versions",
    "compare_records",
    "drop_versions",
    "load_visible",
    "load_written",
    "save_records",
    "visible",
    "visible_loads",
]

_IN = 5_000  # ids in one IN list
_ALL = ("id", "number", *RECORD)
_SET = ("number", *RECORD)


def save_records(connection: Connection, load_id: int, records: Sequence[Feedback]) -> Counter[str]:
    """Save one page's records; how many were `new`, `changed`, `unchanged`.

    A record that stands twice in the page is saved twice, in the page's order: the later one wins, as a change.
    """
    outcomes: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    rounds: list[list[Feedback]] = []
    for record in records:
        depth = seen[record.id]
        seen[record.id] += 1
        if depth == len(rounds):
            rounds.append([])
        rounds[depth].append(record)
    for distinct in rounds:
        outcomes += _save_distinct(connection, load_id, distinct)
    return outcomes


def _save_distinct(connection: Connection, load_id: int, records: Sequence[Feedback]) -> Counter[str]:
    """Save records that all have different ids."""
    known = _load_known(connection, [record.id for record in records])
    held = [row.id for row in known.values() if row.state != "accepted" and row.load_id != load_id]
    accepted = {row.id: row.content_hash for row in _accepted_versions(connection, held)}
    outcomes: Counter[str] = Counter()
    rows, superseded = [], []
    for record in records:
        row = known.get(record.id)
        if row is not None:
            _check_identity(row, record)
            same_ground = row.state == "accepted" or row.load_id == load_id
            if same_ground and row.content_hash == record.content_hash:
                outcomes["unchanged"] += 1
                continue
            # A held load may be accepted or dropped later, whatever becomes of this one. So its version is kept
            # beside ours even where both say the same, and ours is compared with the last accepted version.
            before = row.content_hash if same_ground else accepted.get(record.id)
            superseded.append(record.id)
        else:
            before = None
        outcomes[_outcome(before, record.content_hash)] += 1
        rows.append({**encode_feedback(record, load_id), "number": 1 if row is None else row.number + 1})
    _archive(connection, superseded)
    insert_or(connection, feedback, rows, update=_SET)
    return outcomes


def _load_known(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    columns = [feedback.c[name] for name in ("id", "source", "source_id", "content_hash", "load_id", "number")]
    query = select(*columns, load.c.state).join(load, load.c.id == feedback.c.load_id)
    known: dict[str, Row[Any]] = {}
    for part in chunks(ids, _IN):
        found: Iterable[Row[Any]] = connection.execute(query.where(feedback.c.id.in_(part)))
        known.update((row.id, row) for row in found)
    return known


def _check_identity(row: Row[Any], record: Feedback) -> None:
    if (row.source, row.source_id) != (record.source, record.source_id):
        raise StoreError(
            f"{record.source}: record {record.source_id!r} has the same id as record {row.source_id!r} of source "
            f"{row.source!r}; nothing of this page was saved: give one of the two sources another name"
        )


def _archive(connection: Connection, ids: Sequence[str]) -> None:
    """Copy the current version of each record to the superseded ones."""
    for part in chunks(ids, _IN):
        current = select(*(feedback.c[name] for name in _ALL)).where(feedback.c.id.in_(part))
        connection.execute(insert(feedback_version).from_select(list(_ALL), current))


def _accepted_versions(connection: Connection, ids: Sequence[str]) -> Iterable[Row[Any]]:
    """The newest superseded version of each record that an accepted load wrote."""
    query = (
        select(*(feedback_version.c[name] for name in _ALL))
        .join(load, load.c.id == feedback_version.c.load_id)
        .where(load.c.state == "accepted")
        .order_by(feedback_version.c.id, feedback_version.c.number)
    )
    newest: dict[str, Row[Any]] = {}
    for part in chunks(ids, _IN):
        newest.update({row.id: row for row in connection.execute(query.where(feedback_version.c.id.in_(part)))})
    return newest.values()


def compare_records(connection: Connection, records: Sequence[Feedback]) -> Counter[str]:
    """What saving these records would call `new`, `changed`, `unchanged`, as one load; nothing is saved."""
    known = _load_known(connection, sorted({record.id for record in records}))
    hidden = [row.id for row in known.values() if row.state != "accepted"]
    hashes = {row.id: row.content_hash for row in known.values() if row.state == "accepted"}
    hashes |= {row.id: row.content_hash for row in _accepted_versions(connection, hidden)}
    outcomes: Counter[str] = Counter()
    for record in records:
        if record.id in known:
            _check_identity(known[record.id], record)
        outcomes[_outcome(hashes.get(record.id), record.content_hash)] += 1
        hashes[record.id] = record.content_hash
    return outcomes


def _outcome(before: str | None, now: str) -> str:
    return "new" if before is None else "unchanged" if before == now else "changed"


def visible(names: Sequence[str]) -> Subquery:
    """The version of each record that the analysis may see, with these columns, as a part of a query."""
    current = select(*(feedback.c[name] for name in names)).join(load, load.c.id == feedback.c.load_id)
    writer, hider = load.alias(), load.alias()
    newest = (
        select(feedback_version.c.id, func.max(feedback_version.c.number).label("number"))
        .join(writer, writer.c.id == feedback_version.c.load_id)
        .join(feedback, feedback.c.id == feedback_version.c.id)
        .join(hider, hider.c.id == feedback.c.load_id)
        .where(writer.c.state == "accepted", hider.c.state != "accepted")
        .group_by(feedback_version.c.id)
        .subquery()
    )
    same = (newest.c.id == feedback_version.c.id) & (newest.c.number == feedback_version.c.number)
    older = select(*(feedback_version.c[name] for name in names)).join(newest, same)
    return union_all(current.where(load.c.state == "accepted"), older).subquery("visible")


def load_visible(
    connection: Connection,
    names: Sequence[str],
    sources: Sequence[str] | None = None,
    *,
    since: datetime | None = None,
    ids: Sequence[str] | None = None,
) -> list[tuple[Any, ...]]:
    """The given columns of the version of each record that the analysis may see, in no order: of the given sources, of
    those written at `since` or later, of the given ids. The columns asked by have to be among them."""
    shown = visible(names)
    query = select(shown) if sources is None else select(shown).where(shown.c.source.in_(sources))
    if since is not None:
        query = query.where(shown.c.occurred_at >= encode_time(since, "the first moment that is asked for"))
    if ids is not None:
        parts = chunks(list(ids), _IN)
        return [tuple(row) for part in parts for row in connection.execute(query.where(shown.c.id.in_(part)))]
    return [tuple(row) for row in connection.execute(query)]


def load_written(connection: Connection, names: Sequence[str], load_id: int) -> list[tuple[Any, ...]]:
    """The given columns of the newest version of each record that the load wrote, in no order."""
    newest: dict[str, tuple[int, tuple[Any, ...]]] = {}
    for target in (feedback_version, feedback):
        columns = [target.c[name] for name in ("id", "number", *names)]
        for key, number, *values in connection.execute(select(*columns).where(target.c.load_id == load_id)):
            if key not in newest or newest[key][0] < number:
                newest[key] = (number, tuple(values))
    return [values for _, values in newest.values()]


def visible_loads(connection: Connection, start: datetime | None, end: datetime | None) -> set[int]:
    """The loads that brought a record which the analysis may see and which tells about this period."""
    shown = visible(["load_id", "occurred_at"])
    query = select(shown.c.load_id).distinct()
    if start is not None:
        query = query.where(shown.c.occurred_at >= encode_time(start, "the start of the period"))
    if end is not None:
        query = query.where(shown.c.occurred_at < encode_time(end, "the end of the period"))
    return set(connection.scalars(query))


def adopt_versions(connection: Connection, interrupted: int, load_id: int) -> None:
    """Give everything that an interrupted load wrote to the load that takes it over."""
    for target in (feedback, feedback_version):
        connection.execute(update(target).where(target.c.load_id == interrupted).values(load_id=load_id))


def drop_versions(connection: Connection, load_id: int) -> None:
    """Take out every version that the load wrote; the newest remaining version of each record is current again."""
    connection.execute(delete(feedback_version).where(feedback_version.c.load_id == load_id))
    ids = connection.scalars(select(feedback.c.id).where(feedback.c.load_id == load_id)).all()
    for part in chunks(ids, _IN):
        older = select(*(feedback_version.c[name] for name in _ALL)).where(feedback_version.c.id.in_(part))
        ordered = connection.execute(older.order_by(feedback_version.c.id, feedback_version.c.number))
        newest = {row.id: dict(row._mapping) for row in ordered}
        insert_or(connection, feedback, list(newest.values()), update=_SET)
        restored = exists().where(
            feedback.c.id == feedback_version.c.id, feedback.c.number == feedback_version.c.number
        )
        connection.execute(delete(feedback_version).where(feedback_version.c.id.in_(part), restored))
        gone = [record for record in part if record not in newest]
        connection.execute(delete(feedback).where(feedback.c.id.in_(gone)))
