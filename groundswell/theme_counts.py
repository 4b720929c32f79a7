"""How many people speak of each theme in the last analysis, and what they say: asked of the database alone.

An analysis stores the theme that a clause had then; what has become of that theme since (a merge, a split, an undo) is
the registry's to say. So both functions take its `resolve`, and count what it makes of each stored pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from groundswell.tables import clause, feedback

__all__ = ["Resolve", "ThemeCount", "ThemeCounts", "ThemeExample", "load_theme_counts", "load_theme_examples"]

# What has become of a stored (theme, sub-theme): the ones that count now, None where that is none.
Resolve = Callable[[str, str | None], tuple[str | None, str | None]]

_ALIKE = 0.7  # share of common words from which two clauses say the same
_CANDIDATES = 40  # looked at for each example that is wanted: people repeat themselves, and each other


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How often a theme is spoken of, and by how many."""

    people: int  # as `ThemeCounts.counted` says
    clauses: int


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """The counts of one analysis, by the id of the theme or sub-theme; one that nobody speaks of is left out."""

    of: Mapping[str, ThemeCount]
    counted: str  # authors | responses | comments | authors or comments (law 7)
    unassigned_share: float | None  # of the clauses that say something; None where none does


@dataclass(frozen=True, slots=True)
class ThemeExample:
    """A clause of a theme, with the record that it stands in; redacted, as everything stored is."""

    text: str
    source: str
    reference: str  # the source's own id, else "row 12"
    occurred_at: datetime | None
    similarity: float | None


def load_theme_counts(connection: Connection, resolve: Resolve) -> ThemeCounts:
    """People and clauses of every theme in the last analysis. A person counts once per theme, however much is said."""
    # One long string per stored pair: to hand out 140,000 rows one by one takes three times as long.
    columns = clause.c.theme_id, clause.c.sub_theme_id
    query = select(*columns, func.aggregate_strings(clause.c.feedback_id, ",")).group_by(*columns)
    says_something = clause.c.contentless.is_(False) & clause.c.label.is_distinct_from("unscored")
    named = says_something | clause.c.theme_id.is_not(None)
    stored = [(row[0], row[1], row[2].split(",")) for row in connection.execute(query.where(named))]
    records = {record for theme_id, _, ids in stored if theme_id is not None for record in ids}
    who, counted = _people(connection, records)
    people: dict[str, set[str]] = {}
    clauses: dict[str, int] = {}
    unassigned = 0
    for theme_id, sub_id, ids in stored:
        now = (None, None) if theme_id is None else resolve(theme_id, sub_id)
        unassigned += len(ids) if now[0] is None else 0
        for one in filter(None, now):
            people.setdefault(one, set()).update([who[record] for record in ids])
            clauses[one] = clauses.get(one, 0) + len(ids)
    total = sum(len(ids) for _, _, ids in stored)
    return ThemeCounts(
        of={one: ThemeCount(len(people[one]), n) for one, n in clauses.items()},
        counted=counted,
        unassigned_share=unassigned / total if total else None,
    )


def _people(connection: Connection, records: Collection[str]) -> tuple[dict[str, str], str]:
    """Whom each record counts for, as the analysis counts (analysis/scope/scores.py): its author where known, else
    its response, else the record itself; and what is counted so, in a word that stands after a number."""
    who = dict.fromkeys(records, "")
    authors = responses = 0
    query = select(feedback.c.id, feedback.c.author, feedback.c.source + ":" + feedback.c.response_id)
    for record, author, response in connection.execute(query):
        if record in who:
            who[record] = author or response or record
            authors += author is not None
            responses += response is not None
    for record, found in who.items():
        who[record] = found or record  # a record that was dropped since the analysis was made still counts in it
    if authors == 0:
        return who, "responses" if who and responses == len(who) else "comments"
    return who, "authors" if authors == len(who) else "authors or comments"


def load_theme_examples(connection: Connection, theme_id: str, resolve: Resolve, limit: int) -> list[ThemeExample]:
    """The clauses nearest to the theme's middle, one of each person and no two alike, nearest first."""
    columns = clause.c.theme_id, clause.c.sub_theme_id
    stored = connection.execute(select(*columns).where(clause.c.theme_id.is_not(None)).distinct())
    pairs = [(row[0], row[1]) for row in stored if theme_id in resolve(row[0], row[1])]
    if not pairs:
        return []
    is_of_theme = or_(*(and_(columns[0] == top, columns[1].is_not_distinct_from(sub)) for top, sub in pairs))
    nearest = (
        select(clause.c.text, clause.c.similarity, clause.c.feedback_id, clause.c.position)
        .where(is_of_theme)
        .order_by(func.coalesce(clause.c.similarity, -1.0).desc(), clause.c.position)
        .limit(limit * _CANDIDATES)
        .subquery()
    )
    wanted = [feedback.c[name] for name in ("source", "reference", "occurred_at", "author", "response_id")]
    found = connection.execute(
        select(nearest, *wanted)
        .join_from(nearest, feedback, feedback.c.id == nearest.c.feedback_id)
        .order_by(func.coalesce(nearest.c.similarity, -1.0).desc(), nearest.c.position)
    )
    return _varied(found.all(), limit)


def _varied(rows: Sequence[Row[Any]], limit: int) -> list[ThemeExample]:
    """The first rows that say something else than those before them, one of each person."""
    chosen: list[ThemeExample] = []
    people: set[str] = set()
    said: list[set[str]] = []
    for row in rows:
        who, words = row.author or row.response_id or row.feedback_id, set(re.findall(r"\w+", row.text.casefold()))
        repeats = any(len(words & other) > _ALIKE * len(words | other) for other in said)
        if len(chosen) < limit and who not in people and words and not repeats:
            people.add(who)
            said.append(words)
            when = None if row.occurred_at is None else row.occurred_at.replace(tzinfo=UTC)
            chosen.append(ThemeExample(row.text, row.source, row.reference, when, row.similarity))
    return chosen
