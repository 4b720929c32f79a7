"""What the quality page asks of the store, on both databases: days of records, and why records were refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from groundswell.records import Feedback, Kind, Problem, Quarantined
from groundswell.storage import Store

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


def record(number: int, occurred_at: datetime | None) -> Feedback:
    words = f"text {number}"
    return Feedback(
        "reviews", str(number), Kind.REVIEW, str(number), words, f"hash of {words}", occurred_at, row=number
    )


def refused(row: int, *problems: Problem) -> Quarantined:
    return Quarantined("reviews", Kind.REVIEW, row, f"hash of {row}", {"text": "a customer's words"}, problems)


def load(store: Store, accepted: list[Feedback], bad: list[Quarantined], state: str = "accepted") -> None:
    number = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(number, accepted, bad, {}, {"page": number})
    store.close_load(number, state, "looks wrong" if state == "held" else None)


def test_days_count_what_the_analysis_sees(store: Store) -> None:
    """Records are counted by day, undated ones and those of a held load not; what came later is not known yet."""
    moments = [START - timedelta(days=n) for n in (0, 1, 1, 5)]
    load(store, [record(n, moment) for n, moment in enumerate(moments)] + [record(9, None)], [])
    load(store, [record(20, START + timedelta(days=3))], [], "held")
    found = store.record_days()["reviews"]
    assert found.last == START
    assert found.days == {date(2026, 11, 11): 1, date(2026, 11, 15): 2, date(2026, 11, 16): 1}
    before = store.record_days(START)["reviews"]
    assert (before.last, sum(before.days.values())) == (START - timedelta(days=1), 3)
    assert store.record_days(START - timedelta(days=30)) == {}


def test_refused_records_are_counted_by_reason_without_what_was_found(store: Store) -> None:
    """Those that wait are counted by fields and reasons; what stood in a field is not told."""
    late, later = (Problem("created_at", word, "not a date") for word in ("yesterday", "tomorrow"))
    missing = [Problem(name, "", "missing") for name in ("text", "score")]
    load(store, [], [refused(1, late), refused(2, later), refused(3, *missing), refused(4, late)])
    store.save_quarantine_state([store.load_quarantine()[3].id], "dropped")
    kinds = store.refused()
    assert [(kind.source, kind.problems, kind.n) for kind in kinds] == [
        ("reviews", (("created_at", "not a date"),), 2),
        ("reviews", (("text", "missing"), ("score", "missing")), 1),
    ]
    assert {kind.first_seen for kind in kinds} == {START}
    assert "yesterday" not in repr(kinds) and "words" not in repr(kinds)
