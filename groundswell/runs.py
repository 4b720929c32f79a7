"""The log of runs: which command ran when, by whom, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from groundswell.errors import StoreError
from groundswell.holders import Holder, this_process
from groundswell.rows import check_text, encode_time
from groundswell.tables import run

__all__ = ["RunEntry", "close_run", "load_runs", "open_run"]

_ENDS = ("done", "failed", "partly", "deferred")


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run of a command."""

    id: int
    command: str
    started_at: datetime
    ended_at: datetime | None  # None: it has not ended, or was interrupted
    as_of: datetime | None  # the date that it took for today; None: today
    state: str  # running | interrupted | done | failed | partly | deferred
    message: str
    holder: Holder


def open_run(connection: Connection, command: str, started_at: datetime, as_of: datetime | None) -> int:
    """Note that this process begins a run; the id of the entry."""
    holder = this_process()
    values = {
        "command": check_text(command, "the command of a run"),
        "started_at": encode_time(started_at, "the start of the run"),
        "as_of": encode_time(as_of, "the date of the run"),
        "state": "running",
        **{name: getattr(holder, name) for name in Holder.__dataclass_fields__},
    }
    return int(connection.execute(insert(run).values(values).returning(run.c.id)).scalar_one())


def close_run(connection: Connection, run_id: int, state: str, message: str) -> None:
    """Note how a run ended; the last word counts. StoreError for an unknown run."""
    if state not in _ENDS:
        raise ValueError(f"a run cannot end as {state!r}")
    values = {
        "state": state,
        "message": check_text(message, "the message of a run"),
        "ended_at": encode_time(datetime.now(UTC), "the end of the run"),
    }
    if connection.execute(update(run).where(run.c.id == run_id).values(values)).rowcount == 0:
        raise StoreError(f"there is no run {run_id} in the log; `groundswell status` shows the last ones")


def load_runs(connection: Connection, limit: int) -> list[RunEntry]:
    """The last runs, newest first. One that never ended and whose process is gone was interrupted."""
    rows = connection.execute(select(run).order_by(run.c.id.desc()).limit(limit)).all()
    return [_entry(row) for row in rows]


def _entry(row: Row[Any]) -> RunEntry:
    holder = Holder(*(row._mapping[name] for name in Holder.__dataclass_fields__))
    state = "interrupted" if row.state == "running" and holder.is_gone else row.state
    return RunEntry(
        id=row.id,
        command=row.command,
        started_at=row.started_at.replace(tzinfo=UTC),
        ended_at=None if row.ended_at is None else row.ended_at.replace(tzinfo=UTC),
        as_of=None if row.as_of is None else row.as_of.replace(tzinfo=UTC),
        state=state,
        message=row.message,
        holder=holder,
    )
