"""Leases: one run at a time does a piece of work, on however many machines runs are started.

A lease is a row with its holder, the end of its time and a **fence**, a number that rises with every new holder. Who
holds it renews it (`holding` does so from a thread); who does not, loses it to the next one that asks. It is free

- once released, or once its time is over;
- at once when its holder is a process of this machine that has ended (holders.py says when that is certain);
- when its end lies further ahead than it can: the clock was set back since.

The clock is the database's on PostgreSQL and the machine's on SQLite. Between processes of one machine it is the
clock that nobody can set, so that setting the other one, or a night's sleep, takes no lease from a living run.

Time alone proves nothing: a holder may be stopped for an hour and then go on where it was. So whatever it saves is
saved together with a look at the fence (`check_lease`), in one transaction.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, text, update

from groundswell.bulk import insert_or
from groundswell.database import BUSY_SECONDS, open_engine, reading, writing
from groundswell.errors import AlreadyRunning, StoreError
from groundswell.holders import Holder, this_process
from groundswell.rows import check_text
from groundswell.tables import lease as lease_table

__all__ = [
    "ANALYSIS",
    "SECONDS",
    "Lease",
    "check_lease",
    "holding",
    "ingest_lease",
    "load_leases",
    "release_lease",
    "renew_lease",
    "take_leases",
]

ANALYSIS = "analysis"  # the lease under which the store's analysis is replaced and digests are frozen

SECONDS = 60.0
_RETRY_SECONDS = 1.0  # after a renewal that the store refused
log = logging.getLogger("groundswell.leases")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do a piece of work alone."""

    name: str
    holder: Holder
    fence: int
    taken_at: datetime
    expires_at: datetime

    def __str__(self) -> str:
        return f"{self.holder}, since {self.taken_at:%Y-%m-%d %H:%M:%S} UTC"


class _LostError(StoreError):
    """Another run has taken the lease over."""


@contextmanager
def holding(
    target: str | os.PathLike[str],
    names: Sequence[str],
    seconds: float = SECONDS,
    *,
    busy_seconds: float = BUSY_SECONDS,
) -> Iterator[dict[str, Lease]]:
    """Hold the leases, all or none, while the block runs; by name. A thread renews them every third of `seconds`.

    Raises AlreadyRunning, at once and with nothing taken, where another process holds one of them. Never hides what
    the block raises: a lease that cannot be released ends by itself. A run that loses a lease all the same (it was
    stopped for too long) learns it from its next save.
    """
    engine = open_engine(target, busy_seconds=busy_seconds)
    try:
        held = take_leases(engine, names, seconds)
        over = threading.Event()
        heart = threading.Thread(target=_beat, args=(engine, held, seconds / 3, over), name="lease", daemon=True)
        heart.start()
        try:
            yield {lease.name: lease for lease in held}
        finally:
            over.set()
            heart.join()
            _let_go(engine, held)
    finally:
        engine.dispose()


def _beat(engine: Engine, held: Sequence[Lease], pause: float, over: threading.Event) -> None:
    """Renew until it is over; what is lost is left to the next save of the run to tell, which is the place for it."""
    kept, wait = list(held), pause
    while kept and not over.wait(wait):
        wait = pause
        for lease in list(kept):
            try:
                with writing(engine) as connection:
                    renew_lease(connection, lease)
            except _LostError as error:
                log.warning("%s", error)
                kept.remove(lease)
            except StoreError as error:  # busy or full, perhaps not for long
                log.warning("lease not renewed, tried again: %s", error)
                wait = min(pause, _RETRY_SECONDS)


def _let_go(engine: Engine, held: Sequence[Lease]) -> None:
    try:
        with writing(engine) as connection:
            for lease in held:
                release_lease(connection, lease)
    except StoreError as error:
        log.warning("lease not released, it ends by itself: %s", error)


def take_leases(engine: Engine, names: Sequence[str], seconds: float = SECONDS) -> list[Lease]:
    """Take the leases for this process, all or none. Raises AlreadyRunning, which says who holds one and since when.

    What this process holds already it may take again, with the same fence; it is free when released as often.
    """
    if not seconds > 0:
        raise ValueError(f"a lease cannot last {seconds} seconds")
    wanted = sorted({check_text(name, "the name of a lease") for name in names})
    # First a look, which waits for nobody: a holder may be in the middle of a long transaction.
    with reading(engine) as connection:
        _load_free(connection, wanted)
    with writing(engine) as connection:
        return _take(connection, wanted, seconds)


def _load_free(connection: Connection, names: Sequence[str]) -> dict[str, Row[Any]]:
    """The rows of those leases that were ever taken; AlreadyRunning where another process holds one."""
    now, me = _now(connection), this_process()
    rows = {row.name: row for row in connection.execute(select(lease_table).where(lease_table.c.name.in_(names)))}
    for row in rows.values():
        if not _is_free(row, now) and _holder(row) != me:
            lease = _lease(row)
            raise AlreadyRunning(
                f"{lease.name}: another run is at work ({lease}); nothing was done: let it finish. Should it have died "
                f"unseen, the work is free again at {lease.expires_at:%H:%M:%S} UTC"
            )
    return rows


def _take(connection: Connection, names: Sequence[str], seconds: float) -> list[Lease]:
    rows = _load_free(connection, names)
    now, me = _now(connection), this_process()
    taken = []
    for name in names:
        row = rows.get(name)
        mine = row is not None and row.depth > 0 and _holder(row) == me
        values = {
            "name": name,
            "fence": 1 if row is None else row.fence if mine else row.fence + 1,
            "depth": row.depth + 1 if row is not None and mine else 1,
            "taken_at": row.taken_at if row is not None and mine else now,
            **_times(now, max(seconds, row.seconds) if row is not None and mine else seconds),
            **{column: getattr(me, column) for column in Holder.__dataclass_fields__},
        }
        insert_or(connection, lease_table, [values], update=[column for column in values if column != "name"])
        taken.append(Lease(name, me, values["fence"], _utc(values["taken_at"]), _utc(values["expires_at"])))
    return taken


def _times(now: datetime, seconds: float) -> dict[str, Any]:
    return {"seconds": seconds, "expires_at": now + timedelta(seconds=seconds), "beat": time.monotonic()}


def _is_free(row: Row[Any], now: datetime) -> bool:
    if row.depth == 0:
        return True
    holder = _holder(row)
    if holder.is_here:
        # All processes since one boot share this clock. It stands still while the machine sleeps, as its holder does.
        return holder.is_dead or not 0 <= time.monotonic() - row.beat <= row.seconds
    left = (row.expires_at - now).total_seconds()
    # A third more than can be left: a clock that is put right by a moment takes no lease away.
    return not 0 <= left <= row.seconds * 4 / 3


def renew_lease(connection: Connection, lease: Lease) -> Lease:
    """The lease with its time started afresh. StoreError when it was taken over or released."""
    row = check_lease(connection, lease.name, lease.fence)
    if row.depth == 0:
        raise _LostError(f"{lease.name}: the lease was released and cannot be renewed; take it again")
    times = _times(_now(connection), row.seconds)
    connection.execute(update(lease_table).where(lease_table.c.name == lease.name).values(times))
    return Lease(lease.name, lease.holder, lease.fence, lease.taken_at, _utc(times["expires_at"]))


def release_lease(connection: Connection, lease: Lease) -> None:
    """Let the lease go, once for each time it was taken; no error where another run has taken it over."""
    mine = (lease_table.c.name == lease.name) & (lease_table.c.fence == lease.fence) & (lease_table.c.depth > 0)
    connection.execute(update(lease_table).where(mine).values(depth=lease_table.c.depth - 1))


def check_lease(connection: Connection, name: str, fence: int) -> Row[Any]:
    """The lease's row; StoreError when it has another fence by now. To be asked in the transaction that saves what
    was done under the lease."""
    row = connection.execute(select(lease_table).where(lease_table.c.name == name)).one_or_none()
    if row is None or row.fence != fence:
        who = f" ({_lease(row)})" if row is not None else ""
        raise _LostError(
            f"{name}: this run was out of touch for too long and another one has taken its work over{who}; nothing of "
            "this step was saved and nothing is lost: the other run does it"
        )
    return row


def load_leases(connection: Connection) -> list[Lease]:
    """The leases that are held now, by name."""
    now = _now(connection)
    rows = connection.execute(select(lease_table)).all()
    return sorted((_lease(row) for row in rows if not _is_free(row, now)), key=lambda lease: lease.name)


def _now(connection: Connection) -> datetime:
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC).replace(tzinfo=None)
    now: datetime = connection.scalar(text("SELECT clock_timestamp() AT TIME ZONE 'UTC'"))
    return now


def _holder(row: Row[Any]) -> Holder:
    return Holder(*(row._mapping[name] for name in Holder.__dataclass_fields__))


def _lease(row: Row[Any]) -> Lease:
    return Lease(row.name, _holder(row), row.fence, _utc(row.taken_at), _utc(row.expires_at))


def _utc(stored: datetime) -> datetime:
    return stored.replace(tzinfo=UTC)


def ingest_lease(source: str) -> str:
    """The name of the lease under which a source is ingested."""
    return f"ingest {source}"
