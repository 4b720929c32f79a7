"""Runs that kill themselves, for test_storage_kill.py; a program of its own, so that it can fork without threads.

    killed_runs.py sweep MODE URL STEP   die at each STEP-th crash point in turn; look, repeat the run, look again
    killed_runs.py write URL SOURCE N    save N pages of a source, one transaction each
    killed_runs.py first PATH N          make a new store, killed at its n-th statement

`sweep` prints a JSON line for the run that nothing disturbs and one for each crash point: all that is stored after the
kill, and after the run was repeated. A crash point is any statement or commit of a run; the signal is SIGKILL, which
no code can catch.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event, select

from groundswell.database import open_engine, reading, writing
from groundswell.records import Feedback, Kind, Quarantined
from groundswell.storage import Lease, Store, open_store
from groundswell.tables import feedback, feedback_version, load, metadata

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
SOURCE = "reviews"


def record(number: int, content: str, source: str = SOURCE) -> Feedback:
    text = f"{content} {number}"
    return Feedback(source, str(number), Kind.REVIEW, str(number), text, f"hash of {text}", row=number)


def refused(row: int, text: str = "bad") -> Quarantined:
    return Quarantined(SOURCE, Kind.REVIEW, row, f"hash of {text}", {"text": text}, ())


# What is in the store before, and the pages of the run that is killed: new, changed, unchanged and refused records,
# one record changed by two pages, equal refused records in one page and over pages.
BEFORE = [record(1, "a"), record(2, "a"), record(3, "a")]
PAGES = [
    ([record(1, "b"), record(2, "a"), record(4, "a")], [refused(5), refused(6)], {"empty row": 2}),
    ([record(1, "c"), record(5, "a")], [refused(7)], {}),
    ([record(3, "b"), record(4, "a"), record(4, "b")], [], {"empty row": 1}),
]


def prepare(store: Store) -> None:
    """The store as an earlier, complete run left it."""
    before = store.open_load(SOURCE, Kind.REVIEW, START)
    store.save_page(before, BEFORE, [refused(5), refused(9, "worse")], {}, {"page": 0})
    store.close_load(before, "accepted")


def run(url: str, mode: str) -> None:
    """One run over PAGES, and a digest: `resume` reads on behind the cursor, `afresh` reads everything again,
    `publish` reads nothing."""
    with open_store(url) as store:
        entry = store.open_run(mode, START, None)
        lease = store.take_lease(SOURCE)
        if mode != "publish":
            ingest(store, lease, mode)
        words = json.dumps(list(store.load_feedback()["text"]))
        store.save_digest("product", "2026-W46", words, words, rows=words, lease=lease)
        store.release_lease(lease)
        store.close_run(entry, "done", "")


def ingest(store: Store, lease: Lease, mode: str) -> None:
    cursor = store.load_cursor(SOURCE) or {}
    done = cursor["page"] if mode == "resume" else 0
    current = store.open_load(SOURCE, Kind.REVIEW, START, lease)
    for number, page in enumerate(PAGES[done:], start=done + 1):
        store.save_page(current, *page, {"page": number} if mode == "resume" else {"page": 0})
    store.close_load(current, "accepted", warnings=["late"], complete=True)


def dump(url: str) -> dict[str, Any]:
    """Everything that is stored, without the ids of loads, which count the attempts."""
    engine = open_engine(url)
    stored: dict[str, Any] = {}
    with reading(engine) as connection:
        for table in (feedback, feedback_version):
            columns = [table.c[name] for name in ("id", "number", "text", "row")]
            rows = connection.execute(select(*columns).order_by(*columns[:2]))
            stored[table.name] = [list(row) for row in rows]
        loads = connection.scalars(select(load.c.id)).all()
    engine.dispose()
    with open_store(url) as store:
        stored["shown"] = list(store.load_feedback()["text"])
        stored["quarantine"] = [[e.number, e.row, e.state] for e in store.load_quarantine()]
        stored["cursor"] = store.load_cursor(SOURCE)
        stored["unfinished"] = len(store.repair())
        stored["leases"] = len(store.leases())
        stored["run"] = next((run.state for run in store.runs()), "not begun")
        stored["digests"] = [[d.revision, d.rows] for d in store.digests()]
        accounts = [a for a in store.accounting(loads) if a.state == "accepted"]
        assert all(account.balanced for account in accounts)
        stored["accepted"] = len(accounts)
        stored["counts"] = [sum(a.new for a in accounts), sum(a.changed for a in accounts)]
        last = accounts[-1]
        stored["warnings"] = last.warnings
        stored["last"] = [last.read, last.new, last.changed, last.unchanged, last.quarantined, dict(last.skipped)]
    return stored


def kill_at(point: int) -> None:
    """From now on, die before the given statement or commit; -1 is never."""
    left = point

    def count(*_: Any) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, count)


def in_child(url: str, mode: str, point: int) -> bool:
    """Do the run in a child process that dies at the given point; whether it did."""
    child = os.fork()
    if child == 0:
        kill_at(point)
        run(url, mode)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def clear(url: str) -> None:
    engine = open_engine(url)
    with writing(engine) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


def sweep(mode: str, url: str, step: int) -> None:
    point = -1
    while True:
        clear(url)
        with open_store(url) as store:
            prepare(store)
        killed = in_child(url, mode, point)
        after = dump(url)
        if killed:  # what was accepted is not read again
            run(url, mode if after["accepted"] == 1 else "publish")
        print(json.dumps({"killed": killed, "after": after, "end": dump(url)}), flush=True)
        if point >= 0 and not killed:
            return  # the run has no such point any more
        point = 0 if point < 0 else point + step


def write(url: str, source: str, pages: int) -> None:
    with open_store(url) as store:
        current = store.open_load(source, Kind.REVIEW, START)
        for page in range(pages):
            records = [record(10 * page + number, "a", source) for number in range(10)]
            store.save_page(current, records, [], {}, {"page": page})
        store.close_load(current, "accepted")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "sweep":
        sweep(arguments[0], arguments[1], int(arguments[2]))
    elif command == "write":
        write(arguments[0], arguments[1], int(arguments[2]))
    else:
        kill_at(int(arguments[1]))
        open_store(arguments[0]).close()
