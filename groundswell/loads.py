"""Loads: how the rows of one run of one source become visible, all together or not at all.

A page's rows, versions, refused records, counts and cursor are saved in one transaction. A run may be killed
anywhere; what it then leaves is an *open* load, and this is the rule for it:

1. Nothing of an open load is shown (versions.py), and nothing of it is lost.
2. The next load of the same source **takes it over**: rows, refused records, counts, page log and cursor go to the
   new load in the transaction that opens it. From then on the interrupted run, should it still be alive, can save
   nothing more: its load is no longer open. A source has at most one open load.
3. A source that goes on from its cursor reads on behind the last saved page. A source that starts afresh repeats the
   same pages; as long as page after page is the same, it is recognised in the page log and neither written nor
   counted a second time. So both end with the rows and counts of a run that was never interrupted. From the first
   page that differs on, records are compared one by one, as always.
4. What is accepted, held or dropped at the end is the whole, with what was taken over.

A load may be opened under a lease (leases.py). Its pages and its end are then saved only while nobody else has taken
the lease: a run that was stopped, outlived its lease and wakes up saves nothing, whether the next run has already
taken its load over or not.

A held load waits for `close_load(id, "accepted")` or `"dropped"`. Dropping takes its versions out, puts the last
remaining ones back and sets the cursor back to where it stood before, so that what was dropped is read again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from groundswell.accounting import Accounting, load_accounting
from groundswell.bulk import insert_or
from groundswell.errors import StoreError
from groundswell.leases import Lease, check_lease
from groundswell.quarantine import adopt_quarantine, drop_quarantine, save_quarantine, save_retried
from groundswell.records import Feedback, Quarantined
from groundswell.rows import check_text, dump_json, encode_time
from groundswell.tables import load, load_page, load_skipped, source_state
from groundswell.versions import adopt_versions, drop_versions, save_records

__all__ = ["PageCounts", "close_load", "load_cursor", "load_start", "open_load", "save_page"]

_COUNTS = ("new", "changed", "unchanged", "quarantined", "skipped")
# From state to state; a load that is accepted or dropped stays so.
_CLOSES = {"open": {"accepted", "held", "dropped"}, "held": {"held", "accepted", "dropped"}}


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What became of one page's records; `skipped` by reason."""

    new: int
    changed: int
    unchanged: int
    quarantined: int
    skipped: Mapping[str, int]

    @property
    def read(self) -> int:
        """All records of the page (law 1)."""
        return self.new + self.changed + self.unchanged + self.quarantined + sum(self.skipped.values())


def open_load(connection: Connection, source: str, kind: str, started_at: datetime, lease: Lease | None = None) -> int:
    """Open a load and take over the one that an interrupted run of this source left open; the new load's id."""
    check_text(source, "the name of the source")
    if lease is not None:
        check_lease(connection, lease.name, lease.fence)
    before = select(load).where(load.c.source == source, load.c.state == "open")
    interrupted = connection.execute(before).one_or_none()
    cursor = _cursor_text(connection, source) if interrupted is None else interrupted.cursor_before
    if interrupted is not None:
        connection.execute(update(load).where(load.c.id == interrupted.id).values(state="dropped"))
    values = {
        "source": source,
        "kind": str(kind),
        "started_at": encode_time(started_at, "the start of the load"),
        "state": "open",
        "cursor_before": cursor,
        "lease": None if lease is None else lease.name,
        "fence": None if lease is None else lease.fence,
    }
    load_id = int(connection.execute(insert(load).values(values).returning(load.c.id)).scalar_one())
    if interrupted is not None:
        _take_over(connection, interrupted, load_id)
    return load_id


def _take_over(connection: Connection, interrupted: Row[Any], load_id: int) -> None:
    adopt_versions(connection, interrupted.id, load_id)
    adopt_quarantine(connection, interrupted.id, load_id)
    for log in (load_page, load_skipped):
        connection.execute(update(log).where(log.c.load_id == interrupted.id).values(load_id=load_id))
    counts = {name: interrupted._mapping[name] for name in ("read", *_COUNTS, "pages")}
    taken = {**counts, "carried": interrupted.pages, "resumed_from": interrupted.id}
    connection.execute(update(load).where(load.c.id == load_id).values(taken))
    empty = {**dict.fromkeys(counts, 0), "reason": f"interrupted; load {load_id} took it over"}
    connection.execute(update(load).where(load.c.id == interrupted.id).values(empty))


def save_page(
    connection: Connection,
    load_id: int,
    accepted: Sequence[Feedback],
    quarantined: Sequence[Quarantined],
    skipped: Mapping[str, int],
    cursor: Mapping[str, Any],
) -> PageCounts:
    """Save one page and the cursor behind it; what became of its records."""
    run = _load_open(connection, load_id)
    skipped = {check_text(reason, "a reason to skip"): int(n) for reason, n in skipped.items() if n}
    _check_page(run, accepted, quarantined, skipped)
    position = dump_json(cursor)
    insert_or(connection, source_state, [{"source": run.source, "cursor": position}], update=["cursor"])
    fingerprint = _fingerprint(accepted, quarantined, skipped, position)
    if (known := _replayed_page(connection, run, fingerprint)) is not None:
        return known
    outcomes = save_records(connection, load_id, accepted)
    save_quarantine(connection, load_id, run.source, run.started_at, quarantined)
    counts = PageCounts(outcomes["new"], outcomes["changed"], outcomes["unchanged"], len(quarantined), skipped)
    read = len(accepted) + len(quarantined) + sum(skipped.values())
    _save_counts(connection, run, counts, read, fingerprint)
    return counts


def _load_open(connection: Connection, load_id: int) -> Row[Any]:
    """The load, which must be open: the fence that stops a run whose load was taken over."""
    run = _load_row(connection, load_id)
    if run.state != "open":
        why = f" ({run.reason})" if run.reason else ""
        raise StoreError(
            f"{run.source}: load {load_id} is {run.state}{why}, not open; nothing of this page was saved: run the "
            "ingest again, and only once at a time"
        )
    _check_fence(connection, run)
    return run


def _check_fence(connection: Connection, run: Row[Any]) -> None:
    if run.lease is not None:
        check_lease(connection, run.lease, run.fence)


def _load_row(connection: Connection, load_id: int) -> Row[Any]:
    run = connection.execute(select(load).where(load.c.id == load_id)).one_or_none()
    if run is None:
        raise StoreError(f"there is no load {load_id}; `groundswell status` shows the loads")
    return run


def _check_page(
    run: Row[Any], accepted: Sequence[Feedback], quarantined: Sequence[Quarantined], skipped: Mapping[str, int]
) -> None:
    sources = {record.source for record in accepted} | {record.source for record in quarantined}
    if sources - {run.source}:
        raise ValueError(f"load {run.id} is of source {run.source!r}, the page holds records of {sorted(sources)}")
    for record in accepted:  # before anything is derived from it
        check_text(record.source_id, f"{run.source}: 'source_id' of record {record.reference!r}")
    if any(n < 0 for n in skipped.values()):
        raise ValueError(f"a page cannot skip fewer than 0 records: {dict(skipped)}")


def _fingerprint(
    accepted: Sequence[Feedback], quarantined: Sequence[Quarantined], skipped: Mapping[str, int], position: str
) -> str:
    """What makes a page the same page: its records in their order, and the cursor behind them."""
    page = [
        [[record.source_id, record.content_hash] for record in accepted],
        [[record.row, record.content_hash] for record in quarantined],
        skipped,
        position,
    ]
    return sha256(json.dumps(page, sort_keys=True).encode()).hexdigest()


def _replayed_page(connection: Connection, run: Row[Any], fingerprint: str) -> PageCounts | None:
    """The counts of the page in the interrupted run that this one repeats; None when it is another page."""
    if run.replayed >= run.carried:
        return None
    here = (load_page.c.load_id == run.id) & (load_page.c.number == run.replayed)
    page = connection.execute(select(load_page).where(here)).one()
    same = page.fingerprint == fingerprint
    # After the first page that differs none is recognised: the repetition is over.
    change = {"replayed": run.replayed + 1} if same else {"carried": run.replayed}
    connection.execute(update(load).where(load.c.id == run.id).values(change))
    if not same:
        return None
    return PageCounts(page.new, page.changed, page.unchanged, page.quarantined, json.loads(page.skipped))


def _save_counts(connection: Connection, run: Row[Any], counts: PageCounts, read: int, fingerprint: str) -> None:
    """Write the page log, and add the page to the totals of its load."""
    own = {name: getattr(counts, name) for name in _COUNTS[:-1]}
    page = {"load_id": run.id, "number": run.pages, "fingerprint": fingerprint, **own}
    connection.execute(insert(load_page).values({**page, "skipped": dump_json(counts.skipped)}))
    added = {**own, "skipped": sum(counts.skipped.values()), "read": read, "pages": 1}
    totals = {name: load.c[name] + n for name, n in added.items()}
    connection.execute(update(load).where(load.c.id == run.id).values(totals))
    so_far = select(load_skipped).where(load_skipped.c.load_id == run.id)
    before = {row.reason: row.n for row in connection.execute(so_far)}
    rows = [{"load_id": run.id, "reason": why, "n": before.get(why, 0) + n} for why, n in counts.skipped.items()]
    insert_or(connection, load_skipped, rows, update=["n"])


def close_load(
    connection: Connection, load_id: int, state: str, reason: str | None, warnings: Sequence[str], complete: bool
) -> Accounting:
    """Accept, hold or drop a load; its totals. Saying the same twice is no error, taking it back is.

    Of a `complete` reading of the source that is accepted, what waits in quarantine and was not refused is retried.
    """
    run = _load_row(connection, load_id)
    if state not in _CLOSES["open"]:
        raise ValueError(f"a load cannot be closed as {state!r}")
    if run.state != state and state not in _CLOSES.get(run.state, ()):
        raise StoreError(
            f"{run.source}: load {load_id} is {run.state} and cannot be {state} any more; nothing was changed"
        )
    values: dict[str, Any] = {"state": state, "reason": None if state == "accepted" else reason or run.reason}
    if run.state == "open":
        _check_fence(connection, run)
        values["closed_at"] = encode_time(datetime.now(UTC), "the end of the load")
    if warnings:
        values["warnings"] = dump_json([check_text(warning, "a warning of the load") for warning in warnings])
    if state == "dropped" and run.state != "dropped":
        _drop(connection, run)
    if run.state in _CLOSES:
        connection.execute(update(load).where(load.c.id == load_id).values(values))
    if complete and state == "accepted":
        save_retried(connection, run.source, load_id)
    return load_accounting(connection, [load_id])[0]


def _drop(connection: Connection, run: Row[Any]) -> None:
    later = (load.c.source == run.source) & (load.c.id > run.id)
    if connection.scalar(select(load.c.id).where(later, load.c.state == "open")) is not None:
        # A run that is under way has its own cursor in hand; it would overwrite the one set back here.
        raise StoreError(
            f"{run.source}: load {run.id} cannot be dropped while a run of this source is unfinished; nothing was "
            "changed: finish it (run the ingest), then drop"
        )
    drop_versions(connection, run.id)
    drop_quarantine(connection, run.id)
    # Loads held after this one must not, when dropped in their turn, move the cursor past what is read again now.
    connection.execute(update(load).where(later).values(cursor_before=run.cursor_before))
    if run.cursor_before is None:
        connection.execute(delete(source_state).where(source_state.c.source == run.source))
    else:
        row = {"source": run.source, "cursor": run.cursor_before}
        insert_or(connection, source_state, [row], update=["cursor"])


def load_cursor(connection: Connection, source: str) -> dict[str, Any] | None:
    """Where the source stands: the cursor behind its last saved page, None before the first."""
    position = _cursor_text(connection, source)
    return None if position is None else dict(json.loads(position))


def load_start(connection: Connection, load_id: int) -> dict[str, Any] | None:
    """Where the source stood before the load, and before the interrupted loads that it took over."""
    position = _load_row(connection, load_id).cursor_before
    return None if position is None else dict(json.loads(position))


def _cursor_text(connection: Connection, source: str) -> str | None:
    return connection.scalar(select(source_state.c.cursor).where(source_state.c.source == source))
