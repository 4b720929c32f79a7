"""The sentiment heads in the store: which one an analysis of a moment finds, and that none is kept twice or half."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from groundswell.errors import StoreError
from groundswell.frames import CLAUSES, COMMENTS, THEMES, empty_frame
from groundswell.sentiment_heads import SentimentHead
from groundswell.storage import Store

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = timedelta(weeks=1)
EMPTY = tuple(empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES))


def head(version: str = "own-1", as_of: datetime | None = MONDAY, rows: str = "r1") -> SentimentHead:
    """A head as an analysis makes it."""
    return SentimentHead(
        version, as_of, MONDAY + timedelta(hours=6), "starter-1", rows, '{"sources":[]}', b"\0\x01\xff"
    )


def test_a_head_comes_back_to_the_byte(store: Store) -> None:
    """What was kept of a head is what comes back, its times in UTC; a number that no head has is none. The list of
    all heads tells everything but what they are made of, which may be long."""
    east = timezone(timedelta(hours=5, minutes=30))
    number = store.save_head(replace(head(), as_of=datetime(2026, 11, 16, 5, 30, tzinfo=east))).number
    found = store.head(number)
    assert found is not None and found.head == head() and (found.number, store.head(number + 1)) == (number, None)
    assert store.heads() == [replace(found, head=replace(head(), body=b""))]


def test_an_analysis_finds_no_head_of_a_later_moment(store: Store) -> None:
    """Of all heads up to the moment the latest counts, of one moment the one that was made last."""
    for version, weeks in (("own-1", 0), ("own-3", 8), ("own-2", 4), ("own-2b", 4)):
        store.save_head(head(version, MONDAY + weeks * WEEK))
    expected = {-1: None, 0: "own-1", 3: "own-1", 4: "own-2b", 7: "own-2b", 8: "own-3", 99: "own-3"}
    for weeks, version in expected.items():
        found = store.newest_head(MONDAY + weeks * WEEK, "starter-1", "other rows")
        assert (found.head.version if found else None) == version, weeks


def test_a_head_of_undated_data_belongs_to_its_rows(store: Store) -> None:
    """Undated data has no moments: a head is found again for the very rows that it was trained from, and no dated
    analysis finds it."""
    store.save_head(head("own-1", None, "r1"))
    store.save_head(head("own-2", None, "r2"))
    store.save_head(head("own-3", MONDAY, "r3"))
    found = {rows: store.newest_head(None, "starter-1", rows) for rows in ("r1", "r2", "r3")}
    assert {rows: one and one.head.version for rows, one in found.items()} == {"r1": "own-1", "r2": "own-2", "r3": None}
    dated = store.newest_head(MONDAY + 99 * WEEK, "starter-1", "r1")
    assert dated is not None and dated.head.version == "own-3"


def test_a_head_of_another_starter_is_none(store: Store) -> None:
    """A head leans on the shipped model that it was trained on: with another one it is not found."""
    store.save_head(head())
    assert store.newest_head(MONDAY, "starter-2", "r1") is None


def test_no_head_is_kept_twice(store: Store) -> None:
    """The same head of the same moment, trained by a run that was repeated, is kept once; of another moment, and where
    the one that is kept is damaged, again."""
    first = store.save_head(head())
    again = store.save_head(replace(head(), made_at=MONDAY + WEEK))
    later = store.save_head(head(as_of=MONDAY + WEEK, rows="r2"))
    assert (first.number, first.is_new, again.is_new, later.is_new) == (again.number, True, False, True)
    assert later.number != first.number and len(store.heads()) == 2
    store.save_head(replace(head(as_of=MONDAY + WEEK, rows="r2"), body=b"whole again"))
    assert [one.number for one in store.heads()] == [1, 2, 3]
    undated = [store.save_head(head(as_of=None, rows=rows)) for rows in ("r1", "r1", "r2")]
    assert [(one.number, one.is_new) for one in undated] == [(4, True), (4, False), (5, True)]


def test_a_head_is_kept_with_its_analysis_or_not_at_all(store: Store) -> None:
    """An analysis that cannot be saved keeps no head; one that can tells the number of the head that it used."""
    clauses, comments, themes = EMPTY
    with pytest.raises(ValueError, match="table 'clause' has the columns"):
        store.save_analysis(clauses.drop(columns="label"), comments, themes, key="k", head=head())
    assert store.heads() == [] and store.analysis_state() is None
    store.save_analysis(clauses, comments, themes, key="k", head=head())
    [kept], state = store.heads(), store.analysis_state()
    assert state is not None and state.head == kept.number
    store.save_analysis(clauses, comments, themes, key="k", head=kept.number)
    assert store.analysis_state() == state and store.heads() == [kept]
    store.save_analysis(clauses, comments, themes, key="k")
    state = store.analysis_state()
    assert state is not None and state.head is None


def test_who_has_lost_the_lease_keeps_no_head(store: Store) -> None:
    """A run that was out of touch for too long, and whose work another one does, adds no head."""
    lost = store.take_lease("analysis")
    store.release_lease(lost)
    other = store.take_lease("analysis")
    with pytest.raises(StoreError, match="another one has taken its work over"):
        store.save_head(head(), lost)
    assert store.heads() == [] and store.save_head(head(), other) == (1, True)


def test_what_no_database_keeps_whole_is_refused(store: Store) -> None:
    """A NUL character and a time without a zone are named, and nothing is kept."""
    with pytest.raises(StoreError, match="NUL"):
        store.save_head(replace(head(), card="\0"))
    with pytest.raises(StoreError, match="no time zone"):
        store.save_head(head(as_of=datetime(2026, 11, 16)))
    assert store.heads() == []
