"""What a table of data is: records with keys that say what they are about, and figures that keep their type.

Pages round and explain; here every figure is the one of digest.json, so that a reader can compute with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from groundswell.findings import Interval
from reports.wording.figures import is_known

__all__ = ["KEYS", "UNITS", "Datum", "Keys", "Record", "Sheet", "datum", "ranged", "text"]

# What a record can be about, in the order of the columns; a record names those that it needs.
KEYS = ("id", "label", "source", "metric", "group", "week")
UNITS = (
    "count",  # whole numbers: authors, answers, contacts
    "share",  # 0-1
    "points of share",  # a difference of two shares, -1..1
    "points",  # a difference or a part of a score, in the score's own units
    "score",  # in the metric's own units
    "tone",  # -1..1
    "minutes",
    "days",
    "money",  # in the record's currency
    "ratio",
    "p",
    "text",
    "date",
)
Value = int | float | str | datetime | None


@dataclass(frozen=True, slots=True)
class Datum:
    """One figure of a record: its value, the 95 % interval where it has one, and how many answers it rests on."""

    name: str
    value: Value
    unit: str
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """What a record is about; "" where that says nothing of it."""

    id: str = ""
    label: str = ""
    source: str = ""
    metric: str = ""
    group: str = ""
    week: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a sheet: what it is about, and its figures."""

    keys: Keys
    data: tuple[Datum, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The records of one section. `heads` names the keys that the workbook shows, in the words of this section."""

    section: str  # as in digest.json; the CSV's first column
    title: str  # at most 31 characters: a sheet's name
    about: str  # one line for the workbook's first sheet
    heads: tuple[tuple[str, str], ...]  # key, its heading
    records: tuple[Record, ...] = field(default=())


def datum(name: str, value: float | None, unit: str, n: int | None = None) -> tuple[Datum, ...]:
    """The figure; nothing where it is not known."""
    return (Datum(name, value, unit, n=n),) if is_known(value) else ()


def ranged(name: str, interval: Interval | None, unit: str, n: int | None = None) -> tuple[Datum, ...]:
    """The figure with its interval; nothing where it is not known."""
    if interval is None or not is_known(interval.value):
        return ()
    low, high = (end if is_known(end) else None for end in (interval.low, interval.high))
    return (Datum(name, interval.value, unit, low, high, n),)


def text(name: str, value: str | datetime | Iterable[str] | None) -> tuple[Datum, ...]:
    """Words, several joined by a semicolon, or a moment; nothing where there are none."""
    if isinstance(value, datetime):
        return (Datum(name, value, "date"),)
    words = value if isinstance(value, str) or value is None else "; ".join(value)
    return (Datum(name, words, "text"),) if words else ()
