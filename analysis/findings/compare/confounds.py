"""What else may be behind a difference: a version is also a time, and a channel also a kind of customer (D5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.findings.compare.group_counts import compared_fields
from analysis.findings.compare.telling import Difference, words
from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.statistics.adjusted import adjusted_difference
from groundswell.findings import Interval
from groundswell.frames import SEGMENT

__all__ = ["Rest", "Rests", "notes_alike", "one_each", "rest_of"]

WEEK = "week"
# Of the difference, where less is left among those who are alike in the other field, the other field is told.
MUCH_LESS = 0.5
# Of the group, so many must have others like them; else the two fields cannot be told apart.
FEWEST_MATCHED = 0.5
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Rest:
    """One source's records, and the columns within whose values a difference is looked at again."""

    rows: pd.DataFrame
    person: Codes  # of each row
    strata: Mapping[str, tuple[Codes, pd.Index]]  # by column: each row's value as a number, and the values

    def others(self, field: str) -> list[str]:
        """The columns but the field itself."""
        return [column for column in self.strata if column != SEGMENT + field]


class Rests(dict[str, Rest]):
    """The rest of each source by its name, made when it is asked for."""

    def __init__(self, scope: Scope) -> None:
        """Of the scope's period."""
        self.scope = scope
        self.known: dict[tuple[str, str, str], Flags] = {}

    def __missing__(self, source: str) -> Rest:
        """Made now, and kept."""
        rows = self.scope.feedback[self.scope.feedback["source"] == source]
        self[source] = rest_of(rows, self.scope.span.calendar.week_of(rows["occurred_at"]))
        return self[source]

    def members(self, one: Difference) -> Flags:
        """Which rows of its source have the value of the difference."""
        key = one.source, one.field, one.value
        if key not in self.known:
            self.known[key] = (self[one.source].rows[SEGMENT + one.field] == one.value).to_numpy()
        return self.known[key]


def rest_of(rows: pd.DataFrame, weeks: pd.Series | None = None) -> Rest:
    """The records of one source with the fields that are compared, and with their weeks where there are several."""
    columns = {SEGMENT + field: rows[SEGMENT + field] for field in compared_fields(rows)[0]}
    if weeks is not None and weeks.nunique() > 1:
        columns[WEEK] = weeks
    strata = {name: pd.factorize(column, use_na_sentinel=False) for name, column in columns.items()}
    return Rest(rows, pd.factorize(people(rows))[0], strata)


def one_each(rest: Rest, at: Codes, mine: Flags) -> tuple[Codes, Flags]:
    """Of the rows at these places one for each person, of those marked as mine where there is one; and which are."""
    order = np.argsort(~mine, kind="stable")
    _, first = np.unique(rest.person[at[order]], return_index=True)
    return at[order][first], mine[order][first]


def notes_alike(
    rest: Rest, at: Codes, mine: Flags, points: Floats, difference: float, columns: Sequence[str], name: str, unit: str
) -> Iterator[str]:
    """The sentence on the column that most of a difference goes with, and on weeks that hold no comparison.

    `points` of the rows at these places average to the difference between those marked as mine and the others; `name`
    is what they are called, `unit` what their difference is counted in.
    """
    most: tuple[float, str, Interval] | None = None
    for column in columns:
        within = adjusted_difference(points, mine, rest.strata[column][0][at])
        left = within.difference
        if left is None or within.matched < FEWEST_MATCHED or _tells_nothing(left, difference):
            # The week is named all the same, since a version is always a time as well.
            if column == WEEK:
                yield "Too few of the others wrote in the same weeks: it cannot be told from the time."
        elif (part := left.value / difference) < MUCH_LESS and (most is None or part < most[0]):
            most = (part, column, left)
    if most is not None:
        yield _goes_with(rest, at, mine, name, most[1], most[2], unit)


def _tells_nothing(left: Interval, difference: float) -> bool:
    """Whether the interval among those who are alike holds both: no difference, and all of it."""
    return left.low <= min(0.0, difference) and left.high >= max(0.0, difference)


def _goes_with(rest: Rest, at: Codes, mine: Flags, name: str, column: str, left: Interval, unit: str) -> str:
    amount = f"{left.value:+.1f} {unit} ({left.low:+.1f} to {left.high:+.1f})"
    if column == WEEK:
        return f"Within the same weeks the difference is {amount}: most of it goes with the time."
    codes, values = rest.strata[column]
    has, have = (np.bincount(codes[at[side]], minlength=len(values)) / side.sum() for side in (mine, ~mine))
    # Of equal differences the one that comes first in the alphabet, whatever the order of the rows.
    top = min(range(len(values)), key=lambda i: (-round(has[i] - have[i], 9), str(values[i])))
    field, of = words(column.removeprefix(SEGMENT)), f"{has[top]:.0%} against {have[top]:.0%}"
    return f"Among people alike in {field} the difference is {amount}: {name} has more of {field} {values[top]} ({of})."
