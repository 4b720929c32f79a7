"""The columns of a sheet: its keys, then each figure with the ends of its interval and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from reports.formats.tidy.parts import Datum, Record, Sheet

__all__ = ["Cell", "Column", "columns_of", "frozen_of", "row_of"]

Figure = tuple[str, str]  # name and unit
Cell = int | float | str | datetime | None
TEXT, DATE = "@", "yyyy-mm-dd hh:mm"
SHAPES = {
    "count": "#,##0",
    "share": "0.0%",
    "points of share": "+0.0%;-0.0%;0.0%",
    "points": "+0.00;-0.00;0.00",
    "score": "#,##0.00",
    "tone": "+0.00;-0.00;0.00",
    "minutes": "#,##0",
    "days": "#,##0.0",
    "money": "#,##0.00",
    "ratio": "#,##0.00",
    "p": "0.0000",
    "date": DATE,
    "text": TEXT,
}
NAMED_UNITS = {"minutes": " (min)", "days": " (days)", "points of share": " (% points)"}
NARROWEST, WIDEST, WIDEST_KEY, WIDEST_FROZEN = 9, 60, 42, 66


@dataclass(frozen=True, slots=True)
class Column:
    """One column: of a key, or of a part of a figure: "value", "low", "high" or "n"."""

    head: str
    name: str
    unit: str
    part: str
    shape: str
    width: float

    @property
    def is_key(self) -> bool:
        """True for what the record is about."""
        return self.part == "key"

    @property
    def is_bar(self) -> bool:
        """True for the shares of a whole, which are compared down the column."""
        return self.unit == "share" and self.part == "value" and self.name.startswith("share ")

    @property
    def wraps(self) -> bool:
        """True for words."""
        return self.shape == TEXT


def columns_of(sheet: Sheet) -> tuple[Column, ...]:
    """The sheet's keys and every figure that any record has, each with the parts that any record has of it.

    A figure that some records have in minutes and others as a share has a column of each kind.
    """
    keys = [
        Column(head, key, "", "key", TEXT, _width([head, *(getattr(r.keys, key) for r in sheet.records)], WIDEST_KEY))
        for key, head in sheet.heads
    ]
    found: dict[Figure, list[Datum]] = {}
    for record in sheet.records:
        for one in record.data:
            found.setdefault((one.name, one.unit), []).append(one)
    return (*keys, *(column for figure in _ordered(sheet) for column in _of_figure(*figure, found[figure])))


def frozen_of(columns: Sequence[Column]) -> int:
    """How many keys stay in sight: as many as leave room beside them on a small screen."""
    widths = accumulate(column.width for column in columns if column.is_key)
    return max(1, sum(width <= WIDEST_FROZEN for width in widths))


def _ordered(sheet: Sheet) -> list[Figure]:
    """The figures, each behind the one that it follows in its record, or before the next that is known."""
    figures: list[Figure] = []
    for record in sheet.records:
        own = [(one.name, one.unit) for one in record.data]
        for place, figure in enumerate(own):
            if figure in figures:
                continue
            later = [figures.index(other) for other in own[place + 1 :] if other in figures]
            before = figures.index(own[place - 1]) + 1 if place else min(later, default=len(figures))
            figures.insert(before, figure)
    return figures


def _of_figure(name: str, unit: str, data: Sequence[Datum]) -> list[Column]:
    head = f"{name[:1].upper()}{name[1:]}{NAMED_UNITS.get(unit, '')}"
    texts = [one.value if isinstance(one.value, str) else "" for one in data]
    width = _width([head[:18], *texts], WIDEST) if unit == "text" else 17.0 if unit == "date" else 12.0
    columns = [Column(head, name, unit, "value", SHAPES[unit], width)]
    for part in ("low", "high", "n"):
        if any(getattr(one, part) is not None for one in data):
            shape = SHAPES["count" if part == "n" else unit]
            columns.append(Column(f"{head}: {part}", name, unit, part, shape, 11.0))
    return columns


def _width(texts: Sequence[str], most: int) -> float:
    return float(min(most, max(NARROWEST, max(map(len, texts)) + 2)))


def row_of(record: Record, columns: Sequence[Column]) -> list[Cell]:
    """The record's cells in the order of the columns."""
    data = {(one.name, one.unit): one for one in record.data}
    return [_cell(record, data.get((column.name, column.unit)), column) for column in columns]


def _cell(record: Record, one: Datum | None, column: Column) -> Cell:
    if column.is_key:
        words: str = getattr(record.keys, column.name)
        return words
    found: Cell = getattr(one, column.part) if one is not None else None
    return found
