"""What scheduled runs need of the store: batch gates, warnings, dry runs, retries, the log of runs, freshness."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from groundswell.database import writing
from groundswell.errors import StoreError
from groundswell.findings import Quality
from groundswell.frames import FEEDBACK, empty_frame
from groundswell.holders import this_process
from groundswell.records import Feedback, Kind, Quarantined
from groundswell.storage import Freshness, Store
from groundswell.tables import run as run_table

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
_names = itertools.count()


def feedback(number: int, content: str = "a", day: int | None = None, **more: Any) -> Feedback:
    text = f"{content} {number}"
    when = None if day is None else datetime(2026, 11, day, tzinfo=UTC)
    known = {"source": "reviews", "reference": str(number), "text": text, "content_hash": f"hash of {text}"}
    return Feedback(
        **{"source_id": str(number), "kind": Kind.REVIEW, "row": number, "occurred_at": when, **known, **more}
    )


def refused(row: int, content: str = "bad", origin: str = "") -> Quarantined:
    return Quarantined("reviews", Kind.REVIEW, row, f"hash of {content}", {"text": content}, (), origin)


def ingest(
    store: Store, page: list[Feedback], refusals: list[Quarantined] | None = None, state: str = "accepted", **close: Any
) -> int:
    source = page[0].source if page else "reviews"
    load = store.open_load(source, Kind.REVIEW, START)
    store.save_page(load, page, refusals or [], {}, {"load": load})
    store.close_load(load, state, **close)
    return load


def test_a_load_says_where_it_began(store: Store) -> None:
    """The start of a load is the cursor before it, also through loads that it took over; None before the first."""
    first = store.open_load("reviews", Kind.REVIEW, START)
    assert store.load_start(first) is None
    store.save_page(first, [feedback(1)], [], {}, {"page": 1})
    store.close_load(first, "accepted")
    for _ in range(3):
        load = store.open_load("reviews", Kind.REVIEW, START)
        assert store.load_start(load) == {"page": 1}
        store.save_page(load, [feedback(2)], [], {}, {"page": 2})
    assert store.load_cursor("reviews") == {"page": 2}
    with pytest.raises(StoreError, match="there is no load 99"):
        store.load_start(99)


@pytest.mark.parametrize("state", ["open", "held", "accepted"])
def test_the_rows_of_a_load_are_those_it_wrote(store: Store, state: str) -> None:
    """New and changed records of the load, as it wrote them, whatever its state; not the unchanged ones."""
    ingest(store, [feedback(1), feedback(2), feedback(3)])
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(load, [feedback(1), feedback(2, "b"), feedback(4, segments={"version": "4"})], [], {}, {})
    store.save_page(load, [feedback(2, "c"), feedback(4, segments={"version": "4"})], [refused(9)], {}, {})
    if state != "open":
        store.close_load(load, state)
    found = store.load_rows(load)
    assert list(found["text"]) == ["c 2", "a 4"] and list(found["segment:version"]) == [None, "4"]
    if state == "accepted":
        ingest(store, [feedback(2, "d")])
        pd.testing.assert_frame_equal(store.load_rows(load), found)


def test_the_rows_of_a_load_without_any(store: Store) -> None:
    """A load that wrote nothing, or was dropped, has a frame with the columns and no row."""
    for load in (ingest(store, []), ingest(store, [feedback(1)], state="dropped")):
        pd.testing.assert_frame_equal(store.load_rows(load), empty_frame(FEEDBACK))


def test_warnings_stay_with_their_load(store: Store) -> None:
    """The warnings of the batch checks come back with the totals, through holding and accepting; a load has an end."""
    load = ingest(store, [feedback(1)], state="held", reason="too few", warnings=["é\n", "3 of 4 scores are missing"])
    account = store.close_load(load, "accepted")
    assert account.warnings == ("é\n", "3 of 4 scores are missing") and account.reason is None
    assert [account] == store.accounting() and account.closed_at is not None and account.closed_at > account.started_at
    assert store.close_load(load, "accepted", warnings=["other"]).closed_at == account.closed_at
    with pytest.raises(StoreError, match="a warning of the load holds a NUL"):
        ingest(store, [feedback(2)], warnings=["\0"])


def test_quality_of_a_period(store: Store) -> None:
    """Of a period count the accepted loads whose records tell about it now, with their warnings before the others."""
    ingest(store, [feedback(1, day=2), feedback(2, day=9)], [refused(7)], warnings=["first"])
    ingest(store, [feedback(3, day=9)], warnings=["second", "third"])
    ingest(store, [feedback(1, source="tickets", day=3), feedback(2, source="tickets")], warnings=["first"])
    ingest(store, [feedback(9, day=9)], state="held", warnings=["held"])
    ingest(store, [feedback(3, day=9)], warnings=["nothing new"])

    def quality(first: int, last: int, *warnings: str) -> Quality:
        return store.quality(
            warnings, start=datetime(2026, 11, first, tzinfo=UTC), end=datetime(2026, 11, last, tzinfo=UTC)
        )

    assert quality(1, 8, "late") == Quality(4, 0, 0, 1, {}, ("reviews: first", "tickets: first", "late"))
    assert quality(9, 10) == Quality(3, 0, 0, 1, {}, ("reviews: first", "reviews: second", "reviews: third"))
    assert quality(10, 20) == quality(1, 2) == Quality(0, 0, 0, 0, {})
    assert quality(2, 3).new == 2 and quality(3, 4).new == 2
    every = ("reviews: first", "reviews: second", "reviews: third", "tickets: first", "late")
    assert store.quality(["late", "late"]) == Quality(5, 0, 0, 1, {}, every)
    assert store.quality(start=datetime(2026, 11, 9, tzinfo=UTC)).new == 3


def test_quality_follows_the_version_that_is_shown(store: Store) -> None:
    """A record that was moved to another day counts for the load that moved it, once that load is accepted."""
    ingest(store, [feedback(1, day=2)], warnings=["old"])
    moved = ingest(store, [feedback(1, "b", day=9)], state="held", warnings=["new"])
    week = {"start": datetime(2026, 11, 1, tzinfo=UTC), "end": datetime(2026, 11, 8, tzinfo=UTC)}
    assert store.quality(**week).warnings == ("reviews: old",)
    store.close_load(moved, "accepted")
    assert store.quality(**week).warnings == ()
    assert store.quality(start=week["end"]).warnings == ("reviews: new",)


contents = st.tuples(st.integers(1, 4), st.sampled_from("ab"))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.lists(contents, max_size=4), st.sampled_from(["accepted", "held", "dropped"])), max_size=4),
    st.lists(contents, max_size=6),
)
def test_a_dry_run_counts_what_a_run_would(store: Store, before: list[Any], page: list[Any]) -> None:
    """Comparing records gives the counts that saving them then has, whatever was accepted, held or dropped before."""
    source = f"source {next(_names)}"

    def made(chosen: list[tuple[int, str]]) -> list[Feedback]:
        return [feedback(number, content, source=source) for number, content in chosen]

    for chosen, state in before:
        load = store.open_load(source, Kind.REVIEW, START)
        store.save_page(load, made(chosen), [], {}, {})
        store.close_load(load, state)
    stored = store.accounting()
    expected = store.compare(made(page))
    assert store.accounting() == stored
    load = store.open_load(source, Kind.REVIEW, START)
    counts = store.save_page(load, made(page), [], {}, {})
    store.close_load(load, "dropped")
    assert [expected[name] for name in ("new", "changed", "unchanged")] == [
        counts.new,
        counts.changed,
        counts.unchanged,
    ]
    assert expected.total() == len(page)


def test_a_refused_record_knows_its_file(store: Store) -> None:
    """Equal refused rows with the same number in two files are two records; read again they are the same two."""
    rows = [refused(3, origin="may.csv"), refused(3, origin="june.csv"), refused(3, origin="june.csv")]
    for _ in range(2):
        ingest(store, [], rows)
    entries = [(entry.origin, entry.row, entry.number) for entry in store.load_quarantine()]
    assert entries == [("may.csv", 3, 0), ("june.csv", 3, 1)]
    ingest(store, [], [refused(8, origin="may and june.csv")])
    assert store.load_quarantine()[0].origin == "may and june.csv"
    with pytest.raises(StoreError, match="refused row 1 holds a NUL"):
        ingest(store, [], [refused(1, origin="\0")])


def test_what_a_complete_reading_refuses_no_more_was_retried(store: Store) -> None:
    """After everything was read again, entries that were not refused again are retried; others stay as they are."""
    ingest(store, [], [refused(1, "one"), refused(2, "two"), refused(3, "three")])
    ingest(store, [feedback(1, source="tickets")], [replace(refused(1), source="tickets")])
    (entry,) = (entry for entry in store.load_quarantine() if entry.fields == {"text": "three"})
    store.save_quarantine_state([entry.id], "dropped")
    load = ingest(store, [feedback(1)], [refused(2, "two")])
    assert store.save_retried("reviews", load) == 1 and store.save_retried("reviews", load) == 0
    assert [entry.state for entry in store.load_quarantine("reviews")] == ["retried", "waiting", "dropped"]
    assert [entry.state for entry in store.load_quarantine("tickets")] == ["waiting"]
    with pytest.raises(ValueError, match="is of source 'reviews', not 'tickets'"):
        store.save_retried("tickets", load)


def test_an_interrupted_complete_reading_counts_what_it_saw(store: Store) -> None:
    """What the interrupted part of a complete reading refused again waits on; it is not taken for retried."""
    ingest(store, [], [refused(1, "one"), refused(2, "two")])
    interrupted = store.open_load("reviews", Kind.REVIEW, START)
    store.save_page(interrupted, [], [refused(1, "one")], {}, {"page": 1})
    load = store.open_load("reviews", Kind.REVIEW, START)
    store.close_load(load, "accepted")
    store.save_retried("reviews", load)
    assert [entry.state for entry in store.load_quarantine()] == ["waiting", "retried"]


def test_the_log_of_runs(store: Store) -> None:
    """Each run is there with its command, times, end and message, newest first; as many as are asked for."""
    for number in range(4):
        run = store.open_run(f"run {number}", START + timedelta(hours=number), START if number else None)
        if number < 3:
            store.close_run(run, ["done", "failed", "partly"][number], f"message {number}")
    newest, last = store.runs(2)
    assert (newest.command, newest.state, newest.ended_at, newest.message) == ("run 3", "running", None, "")
    assert (newest.started_at, newest.as_of, newest.holder) == (START + timedelta(hours=3), START, this_process())
    assert (last.state, last.message) == ("partly", "message 2") and last.ended_at is not None
    assert [run.state for run in store.runs()] == ["running", "partly", "failed", "done"]
    assert store.runs()[-1].as_of is None and store.runs(0) == []


def test_a_run_ends_as_it_is_said(store: Store) -> None:
    """A run that is not in the log, and an end that is none, are mistakes that are named."""
    with pytest.raises(StoreError, match="there is no run 7 in the log"):
        store.close_run(7, "done", "")
    with pytest.raises(ValueError, match="cannot end as 'running'"):
        store.close_run(store.open_run("run", START, None), "running", "")


@pytest.mark.skipif(not this_process().machine, reason="only /proc of Linux tells which processes live")
def test_a_run_whose_process_is_gone_was_interrupted(store: Store) -> None:
    """An entry without an end is interrupted when its process has ended or the machine was started again since."""
    mine = store.open_run("mine", START, None)
    assert store.runs()[0].state == "running"
    boot, namespace = this_process().machine.split()
    for values, state in (
        ({"pid": 2**22 + 1}, "interrupted"),  # the kernel numbers processes up to 2^22
        ({"machine": f"{boot} pid:[1]"}, "running"),
        ({"machine": f"another {namespace}"}, "interrupted"),
        ({"host": "elsewhere"}, "running"),
    ):
        with writing(store._engine) as connection:
            connection.execute(update(run_table).where(run_table.c.id == mine).values(values))
        assert store.runs(1)[0].state == state
    store.close_run(mine, "done", "ok")
    assert store.runs(1)[0].state == "done"


def test_freshness_by_source(store: Store) -> None:
    """For each source what the analysis sees of it: how many records, the last one's time, the last load's."""
    assert store.freshness() == []
    ingest(store, [feedback(1, day=2), feedback(2, day=9)])
    ingest(store, [feedback(1, "b", day=20), feedback(3, day=21)], state="held")
    store.open_load("new", Kind.SURVEY, START + timedelta(days=1))
    ingest(store, [feedback(1, source="undated")])
    assert store.freshness() == [
        Freshness("new", "survey", 0, None, None),
        Freshness("reviews", "review", 2, datetime(2026, 11, 9, tzinfo=UTC), START),
        Freshness("undated", "review", 1, None, START),
    ]


def test_status_is_light(sqlite_template: Path) -> None:
    """Asking for all that `status` shows imports neither pandas nor Alembic."""
    code = (
        "import sys; from groundswell.storage import open_store; store = open_store(sys.argv[1]);"
        "store.freshness(), store.runs(), store.leases(), store.accounting(), store.accounting(state='held'),"
        "store.load_quarantine(), store.analysis_state(), store.digests();"
        "print({'alembic', 'pandas', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(sqlite_template)]
    assert subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout == "set()\n"
