"""Who raises which theme, by the values of one field: counts of people for all values and themes at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analysis.scope.scores import people
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES
from groundswell.frames import SEGMENT, segment_columns
from groundswell.persons import names_person

__all__ = ["Coded", "GroupCounts", "coded", "compared_fields", "compared_values", "count_by_value"]

MOST_VALUES = 40
QUESTION = "question"  # one person answers several
# A field of more values than MOST_VALUES whose common ones hold a smaller share of the records is text or an id.
LEAST_COMMON = 0.5
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Coded:
    """One source's records with text and their clauses, people and themes as numbers."""

    rows: pd.DataFrame
    person: Codes  # of each row
    people: int
    row: Codes  # of each clause with a theme: where its record stands
    theme: Codes
    themes: tuple[str, ...]


@dataclass(frozen=True)
class GroupCounts:
    """People by value (rows) and theme (columns); the others are those who wrote on other values and never on this."""

    values: tuple[str, ...]
    themes: tuple[str, ...]
    n: Counts  # (values,)
    other_n: Counts  # (values,)
    hits: Counts  # (values, themes)
    other_hits: Counts  # (values, themes)


def compared_fields(feedback: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The mapped fields whose values are compared, and those left out because they are text or nearly unique.

    Fields that name who served the customer are neither: single agents are told of in service levels alone, where the
    settings say so.
    """
    fields: list[str] = []
    left_out: list[str] = []
    for column in sorted(segment_columns(feedback.columns)):
        sizes, field = feedback[column].value_counts(), column.removeprefix(SEGMENT)
        if field == QUESTION or names_person(field) or sizes.empty:
            continue
        common = sizes[sizes >= FEW_RESPONSES]
        many = len(sizes) > MOST_VALUES and common.sum() < LEAST_COMMON * sizes.sum()
        (left_out if many else fields).append(field)
    return fields, left_out


def compared_values(of_row: pd.Series, person: Codes) -> tuple[tuple[str, ...], Codes]:
    """The values on which at least 20 people wrote, most people first, at most 40; and the place of each row's value
    among them, -1 for none of them."""
    value, names = pd.factorize(of_row)
    sizes = _each_once(person, value, (int(person.max(initial=-1)) + 1, len(names))).sum(axis=0)
    told = [i for i in range(len(names)) if sizes[i] >= FEW_RESPONSES]
    told = sorted(told, key=lambda i: (-int(sizes[i]), str(names[i])))[:MOST_VALUES]
    places = np.full(len(names) + 1, -1, dtype=np.intp)
    places[told] = np.arange(len(told))
    return tuple(str(names[i]) for i in told), places[value]


def coded(feedback: pd.DataFrame, mentions: pd.DataFrame) -> Coded:
    """The records of one source that have a text, and its mentions."""
    person, names = pd.factorize(people(feedback))
    raised = mentions[mentions["theme_id"].notna().to_numpy()]
    theme, themes = pd.factorize(raised["theme_id"], sort=True)
    row = pd.Index(feedback["feedback_id"]).get_indexer(pd.Index(raised["feedback_id"]))
    known = row >= 0
    return Coded(feedback, person, len(names), row[known], theme[known], tuple(str(t) for t in themes))


def count_by_value(source: Coded, field: str) -> GroupCounts | None:
    """The counts for one field; None where none of its values can be compared with others.

    Records without the field count nowhere. Themes are those that at least 5 people raise.
    """
    column = source.rows[SEGMENT + field]
    values, place = compared_values(column, source.person)
    known = column.notna().to_numpy()
    said = known[source.row]
    person, theme = source.person[source.row[said]], source.theme[said]
    wrote = _each_once(source.person, place, (source.people, len(values)))
    raised = _each_once(person, theme, (source.people, len(source.themes)))
    common = np.flatnonzero(raised.sum(axis=0) >= FEW_AUTHORS)
    n, everybody = wrote.sum(axis=0), len(np.unique(source.person[known]))
    told = np.flatnonzero(everybody - n >= FEW_RESPONSES)
    if len(told) == 0:
        return None
    by_writers = np.asarray((wrote.T @ raised).todense(), dtype=np.int64)
    cells = np.where(place[source.row[said]] < 0, -1, place[source.row[said]] * len(source.themes) + theme)
    hits = _each_once(person, cells, (source.people, by_writers.size)).sum(axis=0).reshape(by_writers.shape)
    return GroupCounts(
        tuple(values[i] for i in told),
        tuple(source.themes[i] for i in common),
        n[told],
        everybody - n[told],
        hits[np.ix_(told, common)],
        (raised.sum(axis=0) - by_writers)[np.ix_(told, common)],
    )


def _each_once(rows: Codes, columns: Codes, shape: tuple[int, int]) -> sparse.csr_array:
    """1 for each pair that comes up, however often; pairs with a code of -1 do not count."""
    there = columns >= 0
    ones = np.ones(int(there.sum()), dtype=np.int64)
    found = sparse.csr_array((ones, (rows[there], columns[there])), shape=shape)
    found.sum_duplicates()
    found.data[:] = 1
    return found
