"""One raw record becomes one draft, by the mapping alone; what cannot be understood becomes a problem of the draft."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from extractors.base import RawRecord
from extractors.cleaning import clean_text, clean_value, glimpse, is_missing
from extractors.dates import EARLIEST, DateReader
from extractors.mapping import DATE_FIELDS, SERVICE_FIELDS, ColumnMapping, zone_named
from extractors.money import read_amount, read_currency
from extractors.scores import ScoreColumn, read_number
from groundswell.records import Draft, Kind, Problem, Score, Service

__all__ = ["RowParser"]

_CLOCK_TIME = re.compile(r"^(-?)(?:(\d{1,4}):)?(\d{1,3}):(\d{2})(?:\.\d+)?$")
_YES = frozenset({"1", "true", "yes", "y", "ja", "oui", "si", "sí", "t", "reopened"})
_NO = frozenset({"0", "false", "no", "n", "nein", "non", "f", "0.0"})
# Shared by many people, so they tell nobody apart.
_NOBODY = frozenset(
    {
        "a google user",
        "google user",
        "anonymous",
        "anonym",
        "anonyme",
        "guest",
        "unknown",
        "amazon customer",
        "customer",
    }
)
_CACHE = 50_000


class RowParser:
    """Parses the rows of one source; dates after `now` plus a day are taken as unknown."""

    # Prefect writes down what vars() tells of a flow's arguments, and the caches hold customers' words.
    __slots__ = ("_scores", "_values", "kind", "latest", "mapping", "readers", "source")

    def __init__(self, mapping: ColumnMapping, source: str, kind: Kind, *, now: datetime) -> None:
        self.mapping, self.source, self.kind = mapping, source, kind
        self.latest = now + timedelta(days=1)
        zone = zone_named(mapping.timezone)
        self.readers = {
            column: DateReader(mapping.date_orders.get(column), zone)
            for name in DATE_FIELDS
            if (column := getattr(mapping, name))
        }
        self._scores: dict[str, Score | None] = {}
        self._values: dict[str, str] = {}

    def parse(self, raw: RawRecord, file_key: str) -> Draft:
        """The draft; that of a broken record is empty but for the problem.

        `file_key` tells response ids of different files apart where the rows have none of their own.
        """
        if raw.broken:
            return Draft(self.source, self.kind, raw.row, "", problems=raw.problems)
        mapping, problems = self.mapping, list(raw.problems)
        text, segments = self._text(raw, problems), self._segments(raw)
        response_id = self._value(raw, mapping.response_id)
        source_id = self._value(raw, mapping.id)
        if len(mapping.questions) > 1:
            segments["question"] = mapping.questions[raw.part].columns[-1]
            response_id = response_id or source_id or f"{file_key}-{raw.row}"
            source_id = f"{source_id}#{raw.part + 1}" if source_id else None
        return Draft(
            source=self.source,
            kind=self.kind,
            row=raw.row,
            text=text,
            source_id=source_id,
            occurred_at=self._time(raw, "date", problems),
            score=self._score(raw, problems),
            author=self._author(raw),
            response_id=response_id,
            language=self._value(raw, mapping.language),
            segments=segments,
            service=self._service(raw, problems),
            names=self._names(raw),
            problems=tuple(problems),
        )

    def _text(self, raw: RawRecord, problems: list[Problem]) -> str:
        if not self.mapping.questions:
            return ""
        columns = self.mapping.questions[raw.part].columns
        cells = (raw.fields.get(column, "") for column in columns)
        parts = [clean_text(cell, column, problems) for cell, column in zip(cells, columns, strict=True) if cell]
        return "\n".join(part for part in parts if part)

    def _value(self, raw: RawRecord, column: str | None) -> str | None:
        """A short cell, None where it says nothing; values repeat, so the cleaned ones are kept."""
        cell = raw.fields.get(column, "") if column else ""
        if not cell:
            return None
        if len(cell) > 60:
            return None if is_missing(cell) else clean_value(cell)
        known = self._values.get(cell)
        if known is None:
            if len(self._values) >= _CACHE:
                self._values.clear()
            known = self._values[cell] = "" if is_missing(cell) else clean_value(cell)
        return known or None

    def _segments(self, raw: RawRecord) -> dict[str, str]:
        found = {name: self._value(raw, column) for name, column in self.mapping.segments.items()}
        return {name: value for name, value in found.items() if value}

    def _author(self, raw: RawRecord) -> str | None:
        author = self._value(raw, self.mapping.author)
        return None if author is None or author.lower() in _NOBODY else author

    def _names(self, raw: RawRecord) -> tuple[str, ...]:
        found = (self._value(raw, column) for column in self.mapping.names)
        return tuple(dict.fromkeys(name for name in found if name and name.lower() not in _NOBODY))

    def _time(self, raw: RawRecord, name: str, problems: list[Problem]) -> datetime | None:
        column = getattr(self.mapping, name)
        value = raw.fields.get(column, "") if column else ""
        if not value or is_missing(value):
            return None
        moment = self.readers[column].read(value)
        if moment is None:
            problems.append(Problem(column, glimpse(value), "not a date that can be read; taken as unknown"))
        elif moment < EARLIEST:
            problems.append(Problem(column, glimpse(value), "before 1990, a filler; taken as unknown"))
        elif moment > self.latest:
            problems.append(Problem(column, glimpse(value), "in the future; taken as unknown"))
        else:
            return moment
        return None

    def _score(self, raw: RawRecord, problems: list[Problem]) -> Score | None:
        column = self.mapping.score
        value = raw.fields.get(column.column, "") if column else ""
        if column is None or is_missing(value):
            return None
        if value not in self._scores:
            if len(self._scores) >= _CACHE:
                self._scores.clear()
            self._scores[value] = _read_score(value, column)
        score = self._scores[value]
        if score is None:
            wanted = f"not a number within {column.low:g}-{column.high:g}; the score is taken as unknown"
            problems.append(Problem(column.column, glimpse(value), wanted))
        return score

    def _service(self, raw: RawRecord, problems: list[Problem]) -> Service:
        mapping = self.mapping
        if not any(getattr(mapping, name) for name in SERVICE_FIELDS):
            return Service()
        # The date column may serve as a time of the contact too: its problems are told once.
        told: list[Problem] = [] if mapping.reported == mapping.date else problems
        reported = self._time(raw, "reported", told)
        return Service(
            reported,
            self._after(reported, raw, "responded", problems),
            self._after(reported, raw, "resolved", problems),
            self._handled(raw, problems),
            self._reopened(raw, problems),
            *self._compensation(raw, problems),
        )

    def _after(self, reported: datetime | None, raw: RawRecord, name: str, problems: list[Problem]) -> datetime | None:
        moment = self._time(raw, name, problems if getattr(self.mapping, name) != self.mapping.date else [])
        if moment and reported and moment < reported:
            column = getattr(self.mapping, name)
            reason = f"before {self.mapping.reported!r}; taken as unknown"
            problems.append(Problem(column, glimpse(raw.fields[column]), reason))
            return None
        return moment

    def _handled(self, raw: RawRecord, problems: list[Problem]) -> float | None:
        column = self.mapping.handled
        value = raw.fields.get(column, "").strip() if column else ""
        if column is None or is_missing(value):
            return None
        seconds = _read_seconds(value, self.mapping.handled_unit)
        if seconds is None or seconds < 0:
            reason = "not a duration" if seconds is None else "a negative duration"
            problems.append(Problem(column, glimpse(value), f"{reason}; taken as unknown"))
            return None
        return seconds

    def _reopened(self, raw: RawRecord, problems: list[Problem]) -> bool | None:
        column = self.mapping.reopened
        value = raw.fields.get(column, "").strip().lower() if column else ""
        if column is None or is_missing(value):
            return None
        if value in _YES or value in _NO:
            return value in _YES
        count = read_number(value)
        if count is None:
            problems.append(Problem(column, glimpse(value), "neither yes, no nor a count; taken as unknown"))
            return None
        return count > 0

    def _compensation(self, raw: RawRecord, problems: list[Problem]) -> tuple[float | None, str | None]:
        """The amount and its currency: the one that the cell names, else that of the column for it."""
        column, other = self.mapping.compensation, self.mapping.currency
        value = raw.fields.get(column, "").strip() if column else ""
        if column is None or is_missing(value):
            return None, None
        found = read_amount(value)
        if found is None or found[0] < 0:
            reason = "not an amount" if found is None else "a negative amount"
            problems.append(Problem(column, glimpse(value), f"{reason}; taken as unknown"))
            return None, None
        named = raw.fields.get(other, "").strip() if other else ""
        currency = found[1] or read_currency(named)
        if other and currency is None and not is_missing(named):
            problems.append(Problem(other, glimpse(named), "no currency such as EUR; taken as unknown"))
        return found[0], currency


def _read_score(value: str, column: ScoreColumn) -> Score | None:
    number = read_number(value)
    if number is None or not column.low <= number <= column.high:
        return None
    return Score(number, column.low, column.high, column.metric, column.higher_is_better)


def _read_seconds(value: str, unit: float) -> float | None:
    """Seconds of "754", "12:34" (minutes, seconds) or "1:02:03"; a bare number is in `unit` seconds."""
    if match := _CLOCK_TIME.match(value):
        sign, hours, minutes, seconds = match.groups()
        return (-1 if sign else 1) * (int(hours or 0) * 3600.0 + int(minutes) * 60 + int(seconds))
    number = read_number(value)
    return None if number is None else number * unit
