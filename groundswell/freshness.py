"""How fresh each source is: what `status` says, asked of the database alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from groundswell.tables import load, quarantine
from groundswell.versions import visible

__all__ = ["Freshness", "load_freshness"]


@dataclass(frozen=True, slots=True)
class Freshness:
    """One source as the analysis sees it."""

    source: str
    kind: str
    records: int
    last_record_at: datetime | None  # None: no record has a date
    last_load_at: datetime | None  # the start of the last load that was accepted or held; None before the first
    waiting: int = 0  # refused records in quarantine


def load_freshness(connection: Connection) -> list[Freshness]:
    """Every source that was ever loaded, by name."""
    shown = visible(["source", "occurred_at"])
    counted = select(shown.c.source, func.count().label("n"), func.max(shown.c.occurred_at).label("last"))
    records = {row.source: row for row in connection.execute(counted.group_by(shown.c.source))}
    ended = select(load.c.source, func.max(load.c.started_at)).where(load.c.state.in_(("accepted", "held")))
    loaded = {row[0]: row[1] for row in connection.execute(ended.group_by(load.c.source))}
    refused = select(quarantine.c.source, func.count()).where(quarantine.c.state == "waiting")
    waiting = {row[0]: row[1] for row in connection.execute(refused.group_by(quarantine.c.source))}
    last = select(load.c.source, load.c.kind).where(load.c.id.in_(select(func.max(load.c.id)).group_by(load.c.source)))
    return [
        Freshness(
            source=source,
            kind=kind,
            records=records[source].n if source in records else 0,
            last_record_at=_utc(records[source].last) if source in records else None,
            last_load_at=_utc(loaded.get(source)),
            waiting=waiting.get(source, 0),
        )
        for source, kind in sorted((row.source, row.kind) for row in connection.execute(last))
    ]


def _utc(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.replace(tzinfo=UTC)
