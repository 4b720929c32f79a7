"""Which columns tell who wrote and which record it is: ids, authors, and names that must not reach the store."""

from __future__ import annotations

from collections.abc import Mapping

from extractors.choices import Choice
from extractors.profile import ColumnProfile
from extractors.tables import Table
from extractors.vocabulary import means, words_of

__all__ = ["choose_author", "choose_id", "choose_names", "choose_response_id"]

# Of the rows; an export that repeats more than this has no ids but groups.
MOST_COPIES = 0.05
CHECKED_IDS = 2_000_000  # beyond, the check itself would take too much memory


def choose_id(table: Table, profiles: Mapping[str, ColumnProfile]) -> Choice | None:
    """The column that names each record in the whole file.

    A value may occur again on a row that is the same in every field (an export often repeats a few); one that occurs
    on different rows would merge different records, so such a column is no id.
    """
    repeated = []
    for name, profile in profiles.items():
        if not means(name, "id") or profile.is_date or profile.mean_words > 2:
            continue
        copies, distinct = _count_copies(table, name)
        if copies == 0:
            return Choice("id", (name,), "its name says so and no value occurs twice")
        if copies is not None and copies <= distinct * MOST_COPIES:
            return Choice("id", (name,), f"its name says so; {copies:,} rows repeat another one exactly")
        repeated.append(name)
    if repeated:
        return Choice("id", (), f"{', '.join(repeated)} repeat or are missing; ids are derived from the content")
    return Choice("id", (), "no column of ids; they are derived from the content")


def _count_copies(table: Table, column: str) -> tuple[int | None, int]:
    """How many rows repeat one with the same id and fields (None: two different rows share an id), and distinct ids."""
    rows: dict[int, int] = {}
    filled = 0
    for record in table.records():
        value = record.fields.get(column, "").strip()
        if record.broken or not value:
            continue
        content = hash(tuple(sorted(record.fields.items())))
        if rows.setdefault(hash(value), content) != content:
            return None, len(rows)
        filled += 1
        if len(rows) >= CHECKED_IDS:
            break
    return filled - len(rows), len(rows)


def choose_response_id(profiles: Mapping[str, ColumnProfile]) -> Choice | None:
    """The column that several records of one response share."""
    for name, profile in profiles.items():
        if means(name, "response_id") and profile.filled and not profile.is_date and profile.mean_words <= 1.5:
            return Choice("response_id", (name,), "records with the same value are one response")
    return None


def choose_author(profiles: Mapping[str, ColumnProfile]) -> Choice | None:
    """Who wrote: an id or an e-mail address before a display name; stored as a keyed hash only."""
    coded = [p for n, p in profiles.items() if means(n, "author_id") and p.filled and not p.is_date]
    shown = [p for n, p in profiles.items() if _is_author_name(n, p)]
    if coded:
        # An e-mail address outlives a customer number; either is better than one that never repeats.
        best = min(coded, key=lambda p: (p.is_unique and len(coded) > 1, "mail" not in words_of(p.name)))
        over = f", preferred to {', '.join(p.name for p in shown)}" if shown else ""
        return Choice("author", (best.name,), f"an id of the person{over}; stored as a keyed hash")
    if shown:
        return Choice("author", (shown[0].name,), "a display name, the only sign of the person; stored as a keyed hash")
    return None


def _is_author_name(name: str, profile: ColumnProfile) -> bool:
    if means(name, "agent_text"):
        return False
    return means(name, "author_name") and profile.filled > 0 and not profile.is_date and profile.mean_words <= 4


def choose_names(profiles: Mapping[str, ColumnProfile]) -> tuple[str, ...]:
    """Every column of personal names: customers, agents, managers."""
    return tuple(name for name, profile in profiles.items() if _holds_names(name, profile))


def _holds_names(name: str, profile: ColumnProfile) -> bool:
    if profile.filled == 0 or profile.is_number or profile.is_date or profile.is_code or profile.mean_words > 5:
        return False
    if means(name, "author_id"):
        return False
    return means(name, "person") or (words_of(name) == "name" and _look_like_names(profile))


def _look_like_names(profile: ColumnProfile) -> bool:
    """Two to four capitalised words without digits, in most values: "name" alone may be that of a product."""

    def is_name(value: str) -> bool:
        words = value.split()
        return 2 <= len(words) <= 4 and all(word[0].isupper() and not any(map(str.isdigit, word)) for word in words)

    return sum(map(is_name, profile.values)) >= 0.6 * profile.filled
