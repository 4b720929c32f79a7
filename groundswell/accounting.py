"""What became of the records of each load (law 1), by load, by source and by the period that they tell about."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from groundswell.findings import Quality
from groundswell.tables import load, load_skipped
from groundswell.versions import visible_loads

__all__ = ["Accounting", "load_accounting", "load_quality"]


@dataclass(frozen=True, slots=True)
class Accounting:
    """What became of one load's records, with those of the interrupted load it took over."""

    load_id: int
    source: str
    kind: str
    state: str  # open | accepted | held | dropped
    started_at: datetime
    read: int
    new: int
    changed: int
    unchanged: int
    quarantined: int
    skipped: Mapping[str, int]
    reason: str | None  # why it is held, or was dropped
    resumed_from: int | None  # the interrupted load that it took over
    closed_at: datetime | None = None  # when it was first accepted, held or dropped
    warnings: tuple[str, ...] = ()  # of its batch checks

    @property
    def balanced(self) -> bool:
        """Law 1: in = new + changed + unchanged + quarantined + skipped."""
        return self.read == (self.new + self.changed + self.unchanged + self.quarantined + sum(self.skipped.values()))


def load_accounting(
    connection: Connection, ids: Sequence[int] | None = None, state: str | None = None
) -> list[Accounting]:
    """The totals of the given loads, of all loads in a state, or of each source's last one; by source and load."""
    wanted: ColumnElement[bool]
    if ids is not None:
        wanted = load.c.id.in_(list(ids))
    elif state is not None:
        wanted = load.c.state == state
    else:
        wanted = load.c.id.in_(select(func.max(load.c.id)).group_by(load.c.source))
    runs = connection.execute(select(load).where(wanted)).all()
    skipped: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(select(load_skipped).join(load, load.c.id == load_skipped.c.load_id).where(wanted)):
        skipped[row.load_id][row.reason] = row.n
    return [
        Accounting(
            load_id=run.id,
            skipped=dict(sorted(skipped[run.id].items())),
            started_at=run.started_at.replace(tzinfo=UTC),
            closed_at=None if run.closed_at is None else run.closed_at.replace(tzinfo=UTC),
            warnings=tuple(json.loads(run.warnings)),
            **{name: run._mapping[name] for name in _PLAIN},
        )
        for run in sorted(runs, key=lambda run: (run.source, run.id))
    ]


_PLAIN = (
    "source",
    "kind",
    "state",
    "read",
    "new",
    "changed",
    "unchanged",
    "quarantined",
    "reason",
    "resumed_from",
)


def load_quality(
    connection: Connection, warnings: Sequence[str], start: datetime | None, end: datetime | None
) -> Quality:
    """The sum of the accepted loads that brought or refused something; with a period, of those that brought a record
    that is visible now and lies in it. Their own warnings come before the given ones."""
    totals = load_accounting(connection, state="accepted")
    brought = [total for total in totals if total.new + total.changed + total.quarantined]
    if start is not None or end is not None:
        ids = visible_loads(connection, start, end)
        brought = [total for total in totals if total.load_id in ids]
    skipped: Counter[str] = Counter()
    for total in brought:
        skipped.update(total.skipped)
    own = [f"{total.source}: {warning}" for total in brought for warning in total.warnings]
    return Quality(
        new=sum(total.new for total in brought),
        changed=sum(total.changed for total in brought),
        unchanged=sum(total.unchanged for total in brought),
        quarantined=sum(total.quarantined for total in brought),
        skipped=dict(sorted(skipped.items())),
        warnings=tuple(dict.fromkeys([*own, *warnings])),
    )
