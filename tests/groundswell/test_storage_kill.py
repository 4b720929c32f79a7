"""Runs that are killed, and runs that happen at the same time."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from groundswell.errors import StoreError
from groundswell.records import Feedback, Kind
from groundswell.storage import open_store

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
PROGRAM = Path(__file__).with_name("killed_runs.py")
ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def sweep(mode: str, url: str, step: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The dump of the undisturbed run, and what each crash point left and led to."""
    out, err = start("sweep", mode, url, step).communicate()
    assert out.count("\n") > 2, err
    lines = [json.loads(line) for line in out.splitlines()]
    assert all(line["killed"] for line in lines[1:-1]), err
    return lines[0]["end"], lines[1:-1]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are Unix's")
@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("sqlite", "resume"),
        ("postgresql", "afresh"),
        pytest.param("sqlite", "afresh", marks=pytest.mark.soak),
        pytest.param("postgresql", "resume", marks=pytest.mark.soak),
    ],
    indirect=["url"],
)
def test_a_killed_run_repeated_is_as_if_never_killed(url: str, mode: str) -> None:
    """Killed before any statement or commit and repeated, a run ends with the same rows, versions, counts and digest.

    Whether it goes on from its cursor or starts afresh; and between kill and repeat nothing of it is shown, or, when
    the kill came after the load was accepted, all of it. The killed run holds no lease, and its log entry says so.
    """
    # All crash points take minutes: a sample here, every one of them with CRASH_STEP=1.
    step = int(os.environ.get("CRASH_STEP", "61" if "://" in url else "23"))
    whole, points = sweep(mode, url, step)
    assert len(points) >= 2
    for point in points:
        complete = point["after"]["accepted"] == 2
        assert point["after"]["shown"] == (whole["shown"] if complete else ["a 1", "a 2", "a 3"])
        assert point["after"]["leases"] == 0 and point["after"]["run"] in ("not begun", "interrupted", "done")
        assert point["end"] == whole
    assert whole["digests"] == [[1, json.dumps(whole["shown"])]] and whole["run"] == "done"
    assert [state for *_, state in whole["quarantine"]] == ["waiting", "retried", "waiting", "waiting"]
    assert any(point["after"]["unfinished"] for point in points)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
@pytest.mark.parametrize("point", [12, 40])
def test_a_store_killed_in_the_making_opens(tmp_path: Path, point: int) -> None:
    """Killed while its tables are built, a store is empty or complete, and opens at the next try."""
    made = start("first", tmp_path / "store.db", point)
    made.communicate()
    assert made.returncode == -signal.SIGKILL
    with open_store(tmp_path / "store.db") as store:
        store.open_load("reviews", Kind.REVIEW, START)


def test_writers_in_several_processes(url: str) -> None:
    """Two processes that write to one store at once all finish, each with all of its records."""
    running = [start("write", url, f"source {number}", 12) for number in range(2)]
    for process in running:
        _, err = process.communicate()
        assert process.returncode == 0, err
    with open_store(url) as store:
        accounts = store.accounting()
        assert [(a.state, a.new) for a in accounts] == [("accepted", 120)] * 2
        assert len(store.load_feedback()) == 240


def test_writers_and_readers_in_several_threads(url: str) -> None:
    """Threads of one process share a store: writers wait for each other, readers see whole loads only."""
    failures: list[BaseException] = []

    def write(source: str) -> None:
        for content in "ab":
            load = store.open_load(source, Kind.REVIEW, START)
            for page in range(4):
                made = [
                    Feedback(source, f"{n}", Kind.REVIEW, f"{n}", content, f"hash {content}", row=n)
                    for n in range(page * 3, page * 3 + 3)
                ]
                store.save_page(load, made, [], {}, {"page": page})
            store.close_load(load, "accepted")

    def read() -> None:
        for _ in range(10):
            for _, rows in store.load_feedback().groupby("source"):
                assert len(rows) == 12 and rows["text"].nunique() == 1

    def watched(work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except BaseException as error:
            failures.append(error)

    with open_store(url) as store:
        jobs = [(write, "one"), (write, "two"), (write, "three"), (read,), (read,)]
        threads = [threading.Thread(target=watched, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == [] and set(store.load_feedback()["text"]) == {"b"}


def test_a_store_that_stays_locked_is_said(sqlite_template: Path) -> None:
    """When another program does not let go of the store, the message says so and what to do; nothing was saved."""
    other = sqlite3.connect(sqlite_template, isolation_level=None)
    try:
        with open_store(sqlite_template, busy_seconds=0.05) as store:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="is busy: another program .* run again"):
                store.open_load("reviews", Kind.REVIEW, START)
            assert len(store.load_feedback()) == 0  # reading goes on
            other.execute("ROLLBACK")
    finally:
        other.close()


def test_a_postgres_store_that_stays_locked_is_said(postgres_url: str) -> None:
    """The same on PostgreSQL, where the writers' lock is an advisory one."""
    from groundswell.database import open_engine, writing

    engine = open_engine(postgres_url)
    with open_store(postgres_url, busy_seconds=0.05) as store, writing(engine):
        with pytest.raises(StoreError, match="is busy: another program .* run again"):
            store.open_load("reviews", Kind.REVIEW, START)
    engine.dispose()


def test_two_processes_may_make_the_same_store(tmp_path: Path) -> None:
    """Several processes that open a new store at the same moment all get it, with its tables made once."""
    place = tmp_path / "store.db"
    running = [start("write", place, f"source {number}", 1) for number in range(2)]
    for process in running:
        _, err = process.communicate()
        assert process.returncode == 0, err
    with open_store(place) as store:
        assert len(store.load_feedback()) == 20


def test_closing_takes_no_log_away_from_another_process(tmp_path: Path) -> None:
    """What a process writes that has opened its store twice is seen by the next one, though others have opened and
    closed the store in between: none of them takes itself for the last, and removes the log that is written to."""
    look = "import sys; from groundswell.storage import open_store; print(len(open_store(sys.argv[1]).runs()))"
    looking = [sys.executable, "-c", look, str(tmp_path / "store.db")]
    with open_store(tmp_path / "store.db") as store:
        assert store.runs() == []
        open_store(tmp_path / "store.db").close()
        assert subprocess.run(looking, cwd=ROOT, capture_output=True, text=True).stdout == "0\n"
        store.open_run("run", START, None)
        assert subprocess.run(looking, cwd=ROOT, capture_output=True, text=True).stdout == "1\n"
