"""How many orders, or customers, there were on each day or in each week: a small CSV file beside the settings."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

from extractors.tables import open_table
from extractors.vocabulary import words_of
from groundswell.errors import ConfigError, SourceError

__all__ = ["read_contact_base"]

COLUMNS = ("date", "count")
_WEEK = 7


def read_contact_base(path: Path) -> tuple[tuple[tuple[date, float], ...], int]:
    """The counts by date, oldest first, and how many days each stands for: 7 where all lie whole weeks apart, else 1.

    Raises ConfigError with the file, the row and what was found.
    """
    if not path.is_file():  # by its name alone: digests say it too, and are the same on every machine
        raise ConfigError(f"{path.name}: there is no such file; look at the path")
    try:
        table = open_table(path)
    except SourceError as problem:
        raise ConfigError(str(problem)) from None
    found = {words_of(column): column for column in table.columns}
    if not set(COLUMNS) <= set(found):
        raise ConfigError(f"{path.name}: columns date and count are wanted; its columns are {', '.join(table.columns)}")
    counts: dict[date, float] = {}
    for record in table.records():
        if record.is_blank():
            continue
        where = f"{path.name}, row {record.row}"
        day, count = (record.fields.get(found[name], "").strip() for name in COLUMNS)
        known = _day(day, where)
        if known in counts:
            raise ConfigError(
                f"{where}: {day} stands there a second time; one row for each day, or each week, is wanted"
            )
        counts[known] = _count(count, where)
    ordered = tuple(sorted(counts.items()))
    gaps = [(later - earlier).days for (earlier, _), (later, _) in zip(ordered, ordered[1:], strict=False)]
    return ordered, _WEEK if gaps and all(gap % _WEEK == 0 for gap in gaps) else 1


def _day(value: str, where: str) -> date:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise ConfigError(f"{where}: 'date' is {value[:40]!r}; a date as 2026-11-09 is wanted") from None


def _count(value: str, where: str) -> float:
    try:
        count = float(value)
    except ValueError:
        count = math.nan
    if not 0 <= count < math.inf:
        raise ConfigError(f"{where}: 'count' is {value[:40]!r}; a number from 0 up is wanted")
    return count
