"""Who speaks of which theme, counted by the database; and what they say."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from groundswell.frames import CLAUSES, COMMENTS, THEMES, empty_frame
from groundswell.records import Feedback, Kind
from groundswell.storage import Store
from groundswell.theme_counts import ThemeCount

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
# record, author, response, clause, theme, sub-theme, similarity
Row = tuple[str, str | None, str | None, str, str | None, str | None, float]
ROWS: list[Row] = [
    ("r1", "anna", None, "The card is late", "A", "A1", 0.9),
    ("r1", "anna", None, "and the fee is high", "B", None, 0.8),
    ("r2", "anna", None, "My card never came", "A", "A2", 0.7),
    ("r3", None, "q7", "Where is the card I ordered", "A", "A1", 0.6),
    ("r4", None, "q7", "No card after four weeks", "A", None, 0.5),
    ("r5", None, None, "the card is LATE!", "A", "A1", 0.95),
    ("r6", "ben", None, "Fees went up twice this year", "B", None, 0.4),
    ("r7", "ben", None, "Something else entirely", None, None, float("nan")),
]


def stay(theme: str, sub: str | None) -> tuple[str | None, str | None]:
    """The registry when nothing has become of any theme."""
    return theme, sub


def save(store: Store, rows: list[Row], contentless: str = "") -> None:
    """An analysis of these clauses; the one of the record `contentless` names nothing."""
    records: dict[str, Feedback] = {}
    for number, (name, author, response, text, *_) in enumerate(rows, start=1):
        records.setdefault(
            name,
            Feedback("s", name, Kind.SURVEY, name, text, text, START, None, author, response_id=response, row=number),
        )
    load = store.open_load("s", Kind.SURVEY, START)
    store.save_page(load, list(records.values()), [], {}, {})
    store.close_load(load, "accepted")
    data = [
        (records[name].id, 0, len(text), text, 0, "en", name == contentless, 0.0, "neutral", top, sub, similarity, "")
        for name, _, _, text, top, sub, similarity in rows
    ]
    clauses = pd.DataFrame(data, columns=list(CLAUSES)).astype({n: t for n, t in CLAUSES.items() if t != "object"})
    store.save_analysis(clauses, empty_frame(COMMENTS), empty_frame(THEMES))


def test_people_are_authors_else_responses_else_records(store: Store) -> None:
    """Law 7: one loud customer is one, and so are the two answers of one response; clauses are all counted."""
    save(store, ROWS)
    counts = store.theme_counts(stay)
    assert counts.of == {
        "A": ThemeCount(people=3, clauses=5),
        "A1": ThemeCount(people=3, clauses=3),
        "A2": ThemeCount(people=1, clauses=1),
        "B": ThemeCount(people=2, clauses=2),
    }
    assert counts.counted == "authors or comments" and counts.unassigned_share == 1 / 8


def test_what_became_of_a_theme_decides_where_it_counts(store: Store) -> None:
    """A merged theme's people are those of both, each once; a retired one's clauses are without a theme."""
    save(store, ROWS)
    merged = store.theme_counts(lambda theme, sub: ("A", sub if theme == "A" else None))
    assert merged.of["A"] == ThemeCount(people=4, clauses=7)
    split = store.theme_counts(lambda theme, sub: (sub, None) if theme == "A" else (theme, sub))
    assert set(split.of) == {"A1", "A2", "B"} and split.unassigned_share == 2 / 8
    retired = store.theme_counts(lambda theme, sub: (None, None) if theme == "A" else (theme, sub))
    assert set(retired.of) == {"B"} and retired.unassigned_share == 6 / 8


def test_what_is_counted_is_told(store: Store) -> None:
    """Authors where all are known, comments where none is; without an analysis there is nothing to count."""
    nothing = store.theme_counts(stay)
    assert nothing.of == {} and nothing.counted == "comments" and nothing.unassigned_share is None
    save(store, [row for row in ROWS if row[1] is not None])
    assert store.theme_counts(stay).counted == "authors"


def test_responses_are_counted_where_no_author_is_known(store: Store) -> None:
    """A survey without authors counts its responses."""
    save(store, [row for row in ROWS if row[2] is not None])
    counts = store.theme_counts(stay)
    assert counts.counted == "responses" and counts.of["A"] == ThemeCount(people=1, clauses=2)


def test_what_names_nothing_is_not_called_unassigned(store: Store) -> None:
    """The share without a theme is one of the clauses that say something."""
    save(store, ROWS, contentless="r7")
    assert store.theme_counts(stay).unassigned_share == 0.0


def test_examples_are_of_different_people_and_say_different_things(store: Store) -> None:
    """The clauses nearest to the middle, one of each person, none that repeats another one; with their records."""
    save(store, ROWS)
    found = store.theme_examples("A", stay)
    assert [(one.text, one.reference) for one in found] == [
        ("the card is LATE!", "r5"),
        ("My card never came", "r2"),
        ("Where is the card I ordered", "r3"),
    ]
    assert {one.occurred_at for one in found} == {START} and found[0].similarity == 0.95
    assert [one.reference for one in store.theme_examples("A2", stay)] == ["r2"]
    assert [one.reference for one in store.theme_examples("A", stay, limit=2)] == ["r5", "r2"]
    assert store.theme_examples("none", stay) == []
