"""Which columns hold times, which of them dates the record, and in which order day and month stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from extractors.choices import Choice, Overrides, Wanted
from extractors.dates import DAY_FIRST, MONTH_FIRST, DateReader, OrderEvidence, order_evidence
from extractors.profile import ColumnProfile
from extractors.tables import Table
from extractors.vocabulary import means
from groundswell.errors import SourceError
from groundswell.records import Kind

__all__ = ["Times", "choose_times"]

SERVICE_TIMES = ("reported", "responded", "resolved")
ENOUGH = 20  # values from which an order of rows is no chance


@dataclass
class Times:
    """The columns of times by field, and the order of day and month for those that need one."""

    columns: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)


def choose_times(
    table: Table, profiles: Mapping[str, ColumnProfile], kind: Kind, asked: Wanted, overrides: Overrides, now: datetime
) -> Times:
    """The record's date and, for tickets, the times of the contact.

    Raises SourceError where a column's order of day and month cannot be told by any evidence.
    """
    times = Times()
    dated = {name: profile for name, profile in profiles.items() if profile.is_date}
    reasons: dict[str, str] = {}
    if kind is Kind.TICKET or any(name in asked.columns for name in SERVICE_TIMES):
        _choose_service(times, dated, asked, reasons)
    _choose_date(table.path.name, times, profiles, dated, asked, reasons)
    read = set(times.columns.values())
    decider = _Orders(table, {**dated, **{name: profiles[name] for name in read}}, overrides.day_first, now)
    for name in sorted(read, key=list(profiles).index):
        if decided := decider.decide(name):
            times.orders[name], why = decided
            reasons[name] = f"{reasons[name]}; {times.orders[name]}: {why}"
    for field_name, column in times.columns.items():
        times.choices.append(Choice(field_name, (column,), reasons[column]))
    if "date" not in times.columns:
        times.choices.insert(
            0, Choice("date", (), reasons.get("", "no column of dates; the digest covers all feedback"))
        )
    return times


def _choose_service(times: Times, dated: Mapping[str, ColumnProfile], asked: Wanted, reasons: dict[str, str]) -> None:
    # From the most telling: "resolved date" is also a "date".
    for name in reversed(SERVICE_TIMES):
        column = asked.columns.get(name)
        if column is None:
            free = (c for c in dated if c not in times.columns.values() and means(c, name) and _fits(c, name))
            column = next(free, "")
        if column:
            times.columns[name] = column
            reasons[column] = f"--column {name}" if name in asked.columns else f"a time, and its name says {name}"
    times.columns = {name: times.columns[name] for name in SERVICE_TIMES if name in times.columns}


def _fits(column: str, name: str) -> bool:
    """A survey's or an order's date is no time of the contact."""
    if name != "reported":
        return True
    return not means(column, "other_date") and (means(column, "contact_date") or not means(column, "own_date"))


def _choose_date(
    file: str,
    times: Times,
    profiles: Mapping[str, ColumnProfile],
    dated: Mapping[str, ColumnProfile],
    asked: Wanted,
    reasons: dict[str, str],
) -> None:
    column = asked.columns.get("date")
    if column == "":
        reasons[""] = "left out by --column date="
    elif column:
        profile = profiles[column]
        if profile.date_share < 0.5 and profile.filled:
            raise SourceError(f"{file}: column {column!r} holds no dates (for example {profile.values[0][:40]!r})")
        times.columns = {"date": column, **times.columns}
        reasons[column] = "--date"
    elif ranked := sorted((c for c in dated if _date_rank(c) > 0), key=lambda c: -_date_rank(c)):
        best = ranked[0]
        others = [c for c in ranked[1:] if c not in times.columns.values()]
        reasons[best] = "dates, the name tells when it was said" if _date_rank(best) > 1 else "the only kind of date"
        reasons[best] += f"; preferred to {', '.join(others)}" if others else ""
        times.columns = {"date": best, **times.columns}
    elif fallback := next((times.columns[n] for n in SERVICE_TIMES if n in times.columns), None):
        reasons[fallback] += "; the only time of the contact, so it dates the record"
        times.columns = {"date": fallback, **times.columns}


def _date_rank(column: str) -> int:
    """How well the name tells when the feedback was given; 0: it dates something else."""
    if means(column, "own_date") and not means(column, "reply_date"):
        return 4
    if means(column, "other_date"):
        return 0
    if means(column, "contact_date"):
        return 3
    return 2 if means(column, "date") and not means(column, "begun") else 1


class _Orders:
    """Decides the order of day and month, column by column."""

    def __init__(self, table: Table, dated: Mapping[str, ColumnProfile], day_first: bool | None, now: datetime) -> None:
        self.table, self.dated, self.day_first, self.now = table, dated, day_first, now

    def decide(self, column: str) -> tuple[str, str] | None:
        """(order, reason), None where every reading is the same; raises SourceError where nothing decides."""
        evidence = order_evidence(self.dated[column].values)
        if not evidence.needs_order():
            return None
        if self.day_first is not None:
            return (DAY_FIRST, "--day-first") if self.day_first else (MONTH_FIRST, "--month-first")
        found = self._by_values(column, evidence)
        if found is None:
            evidence = order_evidence(self._all_values(column))
            found = self._by_values(column, evidence) or self._by_others(column) or self._by_rows(column)
        if found is None:
            raise SourceError(
                f"{self.table.path.name}: column {column!r}: {evidence.open!r} may be day/month or month/day, and no "
                "value nor other column tells which. Give --day-first or --month-first"
            )
        return found

    def _by_values(self, column: str, evidence: OrderEvidence) -> tuple[str, str] | None:
        if evidence.day_first and evidence.month_first:
            raise SourceError(
                f"{self.table.path.name}: column {column!r} mixes two orders: {evidence.day_first!r} has the day "
                f"first, {evidence.month_first!r} the month. Give --day-first or --month-first; the others become "
                "unknown"
            )
        if evidence.day_first:
            return DAY_FIRST, f"{evidence.day_first!r} can be nothing else"
        if evidence.month_first:
            return MONTH_FIRST, f"{evidence.month_first!r} can be nothing else"
        return None

    def _all_values(self, column: str) -> Iterator[str]:
        return (record.fields.get(column, "") for record in self.table.records())

    def _by_others(self, column: str) -> tuple[str, str] | None:
        """Another column of the file: one of numeric dates whose order is sure, or one of plain dates nearby."""
        for other, profile in self.dated.items():
            if other == column:
                continue
            evidence = order_evidence(profile.values)
            if bool(evidence.day_first) != bool(evidence.month_first):
                order = DAY_FIRST if evidence.day_first else MONTH_FIRST
                return order, f"so is {other!r} ({evidence.day_first or evidence.month_first!r})"
            if not evidence.needs_order() and (nearer := self._nearer(column, other)):
                return nearer, f"only so do its dates lie close to those of {other!r}"
        return None

    def _nearer(self, column: str, other: str) -> str | None:
        """The order under which the column's dates lie clearly closer to the other column's."""
        gaps: dict[str, list[float]] = {DAY_FIRST: [], MONTH_FIRST: []}
        plain = DateReader()
        readers = {order: DateReader(order) for order in gaps}
        for record in self.table.records():
            value, beside = record.fields.get(column, ""), plain.read(record.fields.get(other, ""))
            if beside is None or not order_evidence([value]).open:
                continue
            for order, reader in readers.items():
                if moment := reader.read(value):
                    gaps[order].append(abs((moment - beside).total_seconds()) / 86_400)
        if min(len(days) for days in gaps.values()) < 5:
            return None
        day, month = median(gaps[DAY_FIRST]), median(gaps[MONTH_FIRST])
        if day < 3 and month > 5 * day + 7:
            return DAY_FIRST
        return MONTH_FIRST if month < 3 and day > 5 * month + 7 else None

    def _by_rows(self, column: str) -> tuple[str, str] | None:
        """The reading that puts no date into the future, or that alone keeps the rows in the order of time."""
        latest = self.now + timedelta(days=1)
        read: dict[str, list[datetime]] = {}
        for order in (DAY_FIRST, MONTH_FIRST):
            reader = DateReader(order)
            read[order] = [m for value in self._all_values(column) if (m := reader.read(value))]
        future = {order: sum(moment > latest for moment in moments) for order, moments in read.items()}
        sorted_so = {order: _is_sorted(moments) for order, moments in read.items()}
        for order, other in ((DAY_FIRST, MONTH_FIRST), (MONTH_FIRST, DAY_FIRST)):
            if not future[order] and future[other]:
                return order, f"the other way {future[other]:,} dates lie in the future"
            if sorted_so[order] and not sorted_so[other]:
                return order, "only so are the rows in the order of time"
        return None


def _is_sorted(moments: list[datetime]) -> bool:
    if len(set(moments)) < ENOUGH:
        return False
    pairs = list(zip(moments, moments[1:], strict=False))
    return all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs)
