"""Closed weeks and the distinct people in each: one way of counting for alerts, actions and the weeks of a theme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.scope.calendar import Calendar

__all__ = ["Week", "distinct_people", "places_of", "week_places", "weeks_before"]

Codes = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Week:
    """A closed week: its name, its first moment and the moment after its last."""

    name: str
    start: datetime
    end: datetime


def weeks_before(calendar: Calendar, end: datetime, n: int, not_before: datetime) -> tuple[Week, ...]:
    """The last `n` weeks that end at or before `end`, oldest first; none that the data begins in the middle of."""
    found: list[Week] = []
    period = calendar.closed("week", end)
    first = not_before.astimezone(calendar.zone).date()
    while len(found) < n and period.start is not None and period.end is not None and period.start.date() >= first:
        found.append(Week(period.slug, period.start, period.end))
        period = calendar.before(period)
    return tuple(reversed(found))


def week_places(times: pd.Series, weeks: tuple[Week, ...]) -> Codes:
    """The place of each time's week among these, which follow one another: -1 for none of them and for no time."""
    if not weeks:
        return np.full(len(times), -1, dtype=np.intp)
    bounds = pd.DatetimeIndex([weeks[0].start, *(week.end for week in weeks)]).tz_convert("UTC").as_unit("us").asi8
    at = pd.DatetimeIndex(times).as_unit("us").asi8  # no time is the lowest number there is
    place = np.searchsorted(bounds, at, side="right") - 1
    return np.where(place >= len(weeks), -1, place).astype(np.intp)


def places_of(names: pd.Series, known: pd.Index) -> Codes:
    """The place of each name among the known ones, each of which stands there once; -1 for any other and for none."""
    return known.get_indexer(pd.Index(names))


def distinct_people(who: npt.NDArray[Any] | pd.Series, *by: tuple[Codes, int]) -> Counts:
    """How many people there are in each cell of a table, each once a cell; `who` has a name or number for each row.

    `by` has the rows' places along each side of the table and how long it is; a row with a place of -1 counts nowhere.
    """
    inside = np.ones(len(who), dtype=bool)
    for places, _ in by:
        inside &= places >= 0
    person, names = pd.factorize(np.asarray(who)[inside])
    cell = np.zeros(len(person), dtype=np.int64)
    for places, size in by:
        cell = cell * size + places[inside]
    shape = tuple(size for _, size in by)
    distinct = np.unique(cell * max(1, len(names)) + person) // max(1, len(names))
    return np.bincount(distinct, minlength=prod(shape)).astype(np.int64).reshape(shape)
