"""What the quality page asks of the store beside its accounting: when records came, and why some were refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select

from groundswell.rows import decode_problems, encode_time
from groundswell.tables import quarantine
from groundswell.versions import visible

__all__ = ["RecordDays", "RefusedKind", "load_days", "load_refused"]


@dataclass(frozen=True, slots=True)
class RefusedKind:
    """Refused records of one source that wait for the same reasons; `problems` are (field, reason), none of them found
    text."""

    source: str
    problems: tuple[tuple[str, str], ...]
    n: int
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class RecordDays:
    """When the records of a source are from: the last one's time, and how many are of each day (UTC)."""

    last: datetime
    days: Mapping[date, int]


def load_days(connection: Connection, until: datetime | None = None) -> dict[str, RecordDays]:
    """Per source the days of the dated records that the analysis sees, before `until` where that is given."""
    shown = visible(["source", "occurred_at"])
    query = select(shown.c.source, shown.c.occurred_at, func.count()).where(shown.c.occurred_at.is_not(None))
    if until is not None:
        query = query.where(shown.c.occurred_at < encode_time(until, "the moment"))
    days: defaultdict[str, Counter[date]] = defaultdict(Counter)
    last: dict[str, datetime] = {}
    for source, moment, n in connection.execute(query.group_by(shown.c.source, shown.c.occurred_at)):
        days[source][moment.date()] += n
        last[source] = max(moment, last.get(source, moment))
    return {name: RecordDays(last[name].replace(tzinfo=UTC), dict(sorted(days[name].items()))) for name in sorted(days)}


def load_refused(connection: Connection) -> list[RefusedKind]:
    """The refused records that wait, by source and by what was wrong with them; the most frequent first."""
    waiting = quarantine.c.state == "waiting"
    columns = quarantine.c.source, quarantine.c.problems
    query = select(*columns, func.count(), func.min(quarantine.c.first_seen)).where(waiting).group_by(*columns)
    kinds: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[int, datetime]]] = {}
    for source, stored, n, first in connection.execute(query):
        problems = tuple((one.field, one.reason) for one in decode_problems(stored))
        kinds.setdefault((source, problems), []).append((n, first.replace(tzinfo=UTC)))
    found = [
        RefusedKind(source, problems, sum(n for n, _ in groups), min(first for _, first in groups))
        for (source, problems), groups in kinds.items()
    ]
    return sorted(found, key=lambda kind: (kind.source, -kind.n, kind.problems))
