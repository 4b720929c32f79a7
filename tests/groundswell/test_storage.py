"""Loads and records: what is saved, what is counted, what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from groundswell.errors import StoreError
from groundswell.findings import Quality
from groundswell.records import Feedback, Kind, Problem, Quarantined
from groundswell.storage import PageCounts, Store, open_store

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


def feedback(number: int, content: str = "a", source: str = "reviews", **more: Any) -> Feedback:
    text = f"{content} {number}"
    known = {"reference": str(number), "text": text, "content_hash": f"hash of {text}", "row": number}
    return Feedback(source=source, source_id=str(number), kind=Kind.REVIEW, **{**known, **more})


def refused(row: int, content: str = "bad", source: str = "reviews") -> Quarantined:
    problem = Problem("created_at", "yesterday", "not an ISO 8601 time")
    return Quarantined(source, Kind.REVIEW, row, f"hash of {content}", {"text": content}, (problem,))


def ingest(store: Store, *pages: list[Feedback], state: str = "accepted", source: str = "reviews") -> int:
    load = store.open_load(source, Kind.REVIEW, START)
    for number, page in enumerate(pages):
        store.save_page(load, page, [], {}, {"page": number})
    store.close_load(load, state)
    return load


def texts(store: Store) -> list[str]:
    return list(store.load_feedback()["text"])


def test_second_ingest_adds_nothing(store: Store) -> None:
    """Ingesting the same records again changes no row and calls them unchanged."""
    ingest(store, [feedback(1), feedback(2)])
    before = store.load_feedback()
    ingest(store, [feedback(1), feedback(2)])
    assert before.equals(store.load_feedback())
    (account,) = store.accounting()
    assert (account.new, account.changed, account.unchanged) == (0, 0, 2)


def test_changed_content_makes_a_version(store: Store) -> None:
    """A record with another content hash replaces the stored one and is counted as changed."""
    ingest(store, [feedback(1), feedback(2)])
    ingest(store, [feedback(1), feedback(2, "b")])
    assert texts(store) == ["a 1", "b 2"]
    (account,) = store.accounting()
    assert (account.new, account.changed, account.unchanged) == (0, 1, 1)


def test_the_later_of_two_equal_ids_in_a_page_wins(store: Store) -> None:
    """A record that stands twice in a page counts as new and changed, or as new and unchanged when it is the same."""
    load = store.open_load("reviews", Kind.REVIEW, START)
    page = [feedback(1), feedback(1, "b"), feedback(2), feedback(2), feedback(1, "c")]
    counts = store.save_page(load, page, [], {}, {})
    assert counts == PageCounts(new=2, changed=2, unchanged=1, quarantined=0, skipped={})
    store.close_load(load, "accepted")
    assert texts(store) == ["c 1", "a 2"]


def test_everything_read_is_accounted_for(store: Store) -> None:
    """Read = new + changed + unchanged + quarantined + skipped, by page and by load, with the reasons to skip."""
    ingest(store, [feedback(1)])
    load = store.open_load("reviews", Kind.REVIEW, START)
    first = store.save_page(load, [feedback(1, "b"), feedback(2)], [refused(3)], {"empty row": 4}, {})
    store.save_page(load, [feedback(2)], [refused(9)], {"empty row": 1, "internal note": 2}, {})
    assert first.read == 7
    account = store.close_load(load, "accepted")
    assert (account.read, account.new, account.changed, account.unchanged) == (12, 1, 1, 1)
    assert (account.quarantined, account.skipped) == (2, {"empty row": 5, "internal note": 2})
    assert account.balanced and [account] == store.accounting()


def test_replaying_a_page_changes_no_row(store: Store) -> None:
    """The same page saved three times leaves rows, quarantine and cursor as they were after the first."""
    load = store.open_load("reviews", Kind.REVIEW, START)
    page = ([feedback(1), feedback(2)], [refused(3), refused(4)], {"empty row": 1}, {"after": "2"})
    store.save_page(load, *page)
    before = (store.load_quarantine(), store.load_cursor("reviews"))
    for _ in range(2):
        counts = store.save_page(load, *page)
        assert (counts.new, counts.changed, counts.unchanged, counts.quarantined) == (0, 0, 2, 2)
    assert before == (store.load_quarantine(), store.load_cursor("reviews"))
    store.close_load(load, "accepted")
    assert texts(store) == ["a 1", "a 2"]


def test_a_page_is_saved_whole_or_not_at_all(store: Store) -> None:
    """A page that fails after its rows were written leaves no row, no refused record, no count and no cursor."""
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(load, [feedback(1)], [], {}, {"page": 1})
    with pytest.raises(StoreError, match="NUL"):
        store.save_page(load, [feedback(2)], [refused(3), refused(4, "\0")], {"empty": 1}, {"page": 2})
    account = store.close_load(load, "accepted")
    assert (account.read, account.new, account.quarantined, account.skipped) == (1, 1, 0, {})
    assert texts(store) == ["a 1"] and store.load_quarantine() == []
    assert store.load_cursor("reviews") == {"page": 1}


@pytest.mark.parametrize("state", ["open", "held", "dropped"])
def test_only_accepted_loads_are_shown(store: Store, state: str) -> None:
    """Of an open, held or dropped load nothing is shown: changed records show their last accepted version."""
    ingest(store, [feedback(1), feedback(2)])
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(load, [feedback(1, "b"), feedback(3)], [], {}, {})
    store.save_page(load, [feedback(1, "c")], [], {}, {})
    if state != "open":
        store.close_load(load, state, "too few rows")
    assert texts(store) == ["a 1", "a 2"]


def test_held_loads_are_found_behind_later_ones(store: Store) -> None:
    """The loads that wait for a decision are listed, however many loads came after them."""
    held = [ingest(store, [feedback(number)], state="held") for number in (1, 2)]
    ingest(store, [feedback(3)])
    assert [account.load_id for account in store.accounting(state="held")] == held
    assert [account.state for account in store.accounting()] == ["accepted"]


def test_quality_sums_the_loads_that_brought_something(store: Store) -> None:
    """What a digest says of its loads: accepted ones that brought or refused something; not held, not repeated ones."""
    for source in ("reviews", "tickets"):
        load = store.open_load(source, Kind.REVIEW, START)
        store.save_page(load, [feedback(1, source=source)], [refused(2, source=source)], {"empty row": 2}, {})
        store.close_load(load, "accepted")
    ingest(store, [feedback(1)])
    ingest(store, [feedback(9)], state="held")
    assert store.quality(["late"]) == Quality(2, 0, 0, 2, {"empty row": 4}, ("late",))


def test_a_held_load_can_be_accepted_later(store: Store) -> None:
    """Accepting a held load shows its rows; the reason it was held for is kept until then."""
    ingest(store, [feedback(1)])
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(load, [feedback(1, "b"), feedback(2)], [], {}, {})
    assert store.close_load(load, "held", "2 rows, 200 expected").reason == "2 rows, 200 expected"
    assert store.close_load(load, "accepted").reason is None
    assert texts(store) == ["b 1", "a 2"]
    with pytest.raises(StoreError, match="is accepted and cannot be dropped"):
        store.close_load(load, "dropped")


def test_dropping_puts_rows_and_cursor_back(store: Store) -> None:
    """After a drop the store is as before the load, so that the source is read again from there."""
    ingest(store, [feedback(1), feedback(2)])
    before = (store.load_feedback(), store.load_cursor("reviews"))
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(load, [feedback(1, "b"), feedback(3)], [refused(4)], {}, {"page": 7})
    store.save_page(load, [feedback(1, "c")], [], {}, {"page": 8})
    store.close_load(load, "held")
    store.close_load(load, "dropped")
    assert before[0].equals(store.load_feedback()) and before[1] == store.load_cursor("reviews")
    assert store.load_quarantine() == []
    ingest(store, [feedback(1, "c"), feedback(3)])
    (account,) = store.accounting()
    assert (account.new, account.changed) == (1, 1)


def test_a_dropped_first_load_leaves_no_cursor(store: Store) -> None:
    """A source whose only load was dropped is read from the start."""
    ingest(store, [feedback(1)], state="dropped")
    assert store.load_cursor("reviews") is None and texts(store) == []


@pytest.mark.parametrize("later", ["accepted", "held", "dropped"])
@pytest.mark.parametrize("earlier", ["accepted", "dropped"])
def test_held_loads_are_decided_in_any_order(store: Store, earlier: str, later: str) -> None:
    """The fate of a held load does not touch what another load says of the same records, equal or changed."""
    ingest(store, [feedback(1)])
    held = ingest(store, [feedback(1, "b"), feedback(2)], state="held")
    second = ingest(store, [feedback(1, "c"), feedback(2)], state="held")
    store.close_load(second, later)
    store.close_load(held, earlier)
    newest = "c 1" if later == "accepted" else "b 1" if earlier == "accepted" else "a 1"
    both = ["a 2"] if "accepted" in (earlier, later) else []
    assert texts(store) == [newest, *both]


def test_dropping_two_held_loads_goes_back_behind_the_first(store: Store) -> None:
    """The cursor is set back to where the first dropped load began, in whatever order they are dropped."""
    ingest(store, [feedback(1)])
    first = ingest(store, [feedback(2)], [feedback(3)], state="held")
    second = ingest(store, [feedback(4)], [feedback(5)], [feedback(6)], state="held")
    store.close_load(first, "dropped")
    store.close_load(second, "dropped")
    assert store.load_cursor("reviews") == {"page": 0}


def test_an_interrupted_load_is_taken_over(store: Store) -> None:
    """A run that goes on from the cursor ends with the rows and counts of a run that was never interrupted."""
    pages = [[feedback(1), feedback(2)], [feedback(3)], [feedback(4), feedback(2, "b")]]
    load = store.open_load("reviews", Kind.REVIEW, START)
    for number in (0, 1):
        store.save_page(load, pages[number], [refused(90 + number)], {"empty": 1}, {"page": number})
    (left,) = store.repair()
    assert (left.source, left.read, left.state) == ("reviews", 7, "open") and texts(store) == []
    again = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(again, pages[2], [refused(92)], {"empty": 1}, {"page": 2})
    account = store.close_load(again, "accepted")
    assert (account.read, account.new, account.changed, account.unchanged) == (11, 4, 1, 0)
    assert (account.quarantined, account.skipped, account.resumed_from) == (3, {"empty": 3}, load)
    assert texts(store) == ["a 1", "b 2", "a 3", "a 4"] and store.repair() == []


def test_a_repeated_run_counts_nothing_twice(store: Store) -> None:
    """A run that starts afresh after an interruption recognises its pages: same rows, versions and counts."""
    pages = [[feedback(1), feedback(2)], [feedback(2, "b")], [feedback(2, "c"), feedback(3)]]
    load = store.open_load("reviews", Kind.REVIEW, START)
    first = [store.save_page(load, page, [refused(9)], {}, {}) for page in pages[:2]]
    again = store.open_load("reviews", Kind.REVIEW, START)
    assert [store.save_page(again, page, [refused(9)], {}, {}) for page in pages[:2]] == first
    store.save_page(again, pages[2], [refused(9)], {}, {})
    account = store.close_load(again, "accepted")
    assert (account.read, account.new, account.changed, account.unchanged) == (8, 3, 2, 0)
    assert texts(store) == ["a 1", "c 2", "a 3"] and len(store.load_quarantine()) == 1


def test_a_run_that_finds_other_pages_compares_records(store: Store) -> None:
    """When the source has moved on after an interruption, records are compared one by one and all add up."""
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(load, [feedback(1), feedback(2)], [], {}, {})
    store.save_page(load, [feedback(3)], [], {}, {})
    again = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(again, [feedback(0), feedback(1)], [], {}, {})
    store.save_page(again, [feedback(2, "b"), feedback(3)], [], {}, {})
    account = store.close_load(again, "accepted")
    assert (account.new, account.changed, account.unchanged) == (4, 1, 2) and account.balanced
    assert texts(store) == ["a 0", "a 1", "b 2", "a 3"]


def test_a_run_whose_load_was_taken_over_saves_nothing(url: str) -> None:
    """Two runs of one source at once: the earlier one is stopped at its next page, with nothing of it saved."""
    with open_store(url) as first, open_store(url) as second:
        stalled = first.open_load("reviews", Kind.REVIEW, START)
        first.save_page(stalled, [feedback(1)], [], {}, {"page": 1})
        load = second.open_load("reviews", Kind.REVIEW, START)
        with pytest.raises(StoreError, match=f"load {load} took it over"):
            first.save_page(stalled, [feedback(2)], [], {}, {"page": 2})
        with pytest.raises(StoreError, match="cannot be accepted any more"):
            first.close_load(stalled, "accepted")
        second.close_load(load, "accepted")
        assert texts(second) == ["a 1"] and second.load_cursor("reviews") == {"page": 1}


def test_a_load_is_not_dropped_while_its_source_is_read(store: Store) -> None:
    """Dropping waits for an unfinished run of the source, whose cursor would undo it."""
    held = ingest(store, [feedback(1)], state="held")
    store.open_load("reviews", Kind.REVIEW, START)
    with pytest.raises(StoreError, match="cannot be dropped while a run of this source is unfinished"):
        store.close_load(held, "dropped")


def test_sources_do_not_touch_each_other(store: Store) -> None:
    """Each source has its own loads, cursor and rows; the frame can be asked for some of them."""
    ingest(store, [feedback(1)])
    ingest(store, [feedback(1, source="tickets")], [], source="tickets")
    assert [account.source for account in store.accounting()] == ["reviews", "tickets"]
    assert store.load_cursor("reviews") == {"page": 0} and store.load_cursor("tickets") == {"page": 1}
    assert list(store.load_feedback(["tickets"])["source"]) == ["tickets"]
    assert len(store.load_feedback()) == 2 and len(store.load_feedback([])) == 0


def test_a_page_of_another_source_is_refused(store: Store) -> None:
    """A page whose records belong to another source than its load is a mistake of ours."""
    load = store.open_load("reviews", Kind.REVIEW, START)
    with pytest.raises(ValueError, match="of source 'reviews'"):
        store.save_page(load, [feedback(1, source="tickets")], [], {}, {})


def test_a_refused_row_is_one_entry_over_all_loads(store: Store) -> None:
    """The same refused rows in a later load make no new entries; two equal rows of one load are two entries."""
    rows = [refused(3), refused(5), refused(7, "worse")]
    for shift in (0, 10):
        load = store.open_load("reviews", Kind.REVIEW, START)
        for row in rows:
            store.save_page(load, [], [replace(row, row=row.row + shift)], {}, {"row": row.row})
        store.close_load(load, "accepted")
    entries = store.load_quarantine("reviews")
    assert [(e.content_hash, e.number, e.row) for e in entries] == [
        ("hash of bad", 0, 13),
        ("hash of bad", 1, 15),
        ("hash of worse", 0, 17),
    ]
    assert entries[0].problems == rows[0].problems and entries[0].fields == {"text": "bad"}
    assert entries[0].first_seen == START


def test_quarantine_states(store: Store) -> None:
    """A dropped entry stays dropped; a retried one waits again when it is refused again."""
    for after in ("waiting", "retried", "dropped"):
        load = store.open_load("reviews", Kind.REVIEW, START)
        store.save_page(load, [], [refused(1)], {}, {})
        store.close_load(load, "accepted")
        (entry,) = store.load_quarantine(state="waiting")
        assert store.save_quarantine_state([entry.id], after) == 1
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(load, [], [refused(1)], {}, {})
    assert [e.state for e in store.load_quarantine()] == ["dropped"]
    with pytest.raises(StoreError, match="there is no entry 77"):
        store.save_quarantine_state([entry.id, 77], "waiting")
    assert [e.state for e in store.load_quarantine()] == ["dropped"]


def test_an_unknown_load_is_said(store: Store) -> None:
    """A load that does not exist is named, with where to look."""
    with pytest.raises(StoreError, match="there is no load 12; `groundswell status`"):
        store.close_load(12, "accepted")


def test_a_large_page(store: Store) -> None:
    """A page of any size is one page: more records than a statement has parameters."""
    many = [feedback(number) for number in range(6_000)]
    ingest(store, many)
    ingest(store, [feedback(number, "b" if number % 2 else "a") for number in range(6_000)], state="held")
    assert set(store.load_feedback()["text"].str[0]) == {"a"}
    assert store.accounting()[0].changed == 3_000
