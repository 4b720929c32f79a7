"""Leases between real processes: started at once, stopped, killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from groundswell.database import writing
from groundswell.errors import AlreadyRunning, StoreError
from groundswell.holders import this_process
from groundswell.leases import holding
from groundswell.records import Feedback, Kind
from groundswell.storage import Store, open_store
from groundswell.tables import lease as lease_table

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
PROGRAM = Path(__file__).with_name("lease_holders.py")
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not this_process().machine, reason="only /proc of Linux tells which processes live")


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def start_holder(url: str, seconds: float) -> subprocess.Popen[str]:
    """A process that holds the lease `reviews` and has saved a page under it."""
    holder = start("hold", url, seconds)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n", holder.communicate()
    return holder


def stop(holder: subprocess.Popen[str], url: str) -> None:
    """Stops the holder, but not in the middle of a write, where it would keep everybody else out."""
    while True:
        holder.send_signal(signal.SIGSTOP)
        try:
            with open_store(url, busy_seconds=0.5) as store:
                store.save_vectors({}, "none")  # needs the lock of all writers, and writes nothing
        except StoreError:
            holder.send_signal(signal.SIGCONT)
            time.sleep(0.05)
        else:
            return


def is_free(store: Store) -> bool:
    try:
        store.release_lease(store.take_lease("reviews"))
    except AlreadyRunning:
        return False
    return True


def test_of_many_processes_at_once_one_works(url: str) -> None:
    """Of eight processes that start at the same moment one gets the lease, and the others are told which one has it.

    Whether the lease was released before, is that of a process that died, or was never taken.
    """
    rounds = int(os.environ.get("LEASE_ROUNDS", "3"))
    out, err = start("race", url, 8, rounds).communicate()
    found = [json.loads(line) for line in out.splitlines()]
    assert len(found) == rounds, err
    for each in found:
        assert each["got"] == 1, each
        (message,) = each["messages"]
        assert f"another run is at work (process {each['holder'][0]} on " in message


def test_a_stopped_holder_that_wakes_up_saves_nothing(url: str) -> None:
    """A holder that was stopped, outlived its lease and goes on after another took over, saves no row of anything."""
    holder = start_holder(url, 0.4)
    try:
        stop(holder, url)
        with open_store(url) as store:
            while not is_free(store):
                time.sleep(0.05)
            with holding(url, ["reviews"]) as held:
                holder.send_signal(signal.SIGCONT)
                out, err = holder.communicate("go on\n")
                assert [line.split(":")[0] for line in out.splitlines()] == [
                    f"{step} refused" for step in ("page", "close", "open", "digest")
                ], (out, err)
                assert f"process {os.getpid()} on" in out
                assert store.digests() == [] and store.load_cursor("reviews") == {"page": 1}
                load = store.open_load("reviews", Kind.REVIEW, START, held["reviews"])
                store.save_page(load, [Feedback("reviews", "3", Kind.REVIEW, "3", "text 3", "h", row=3)], [], {}, {})
                store.close_load(load, "accepted")
                assert [lease.fence for lease in store.leases()] == [held["reviews"].fence]
            assert list(store.load_feedback()["text"]) == ["text 1", "text 3"]
    finally:
        holder.kill()
        holder.communicate()
    assert holder.returncode == 0


def test_a_killed_holder_s_lease_is_free_at_once(url: str) -> None:
    """Killed, with its time far from over, a holder of this machine holds nothing any more, not even as a zombie; one
    of another machine holds its lease until its time is over. The load it leaves is taken over."""
    holder = start_holder(url, 600)
    try:
        with open_store(url) as store:
            assert not is_free(store)
            holder.kill()
            os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its parent has not asked yet
            set_host(store, "elsewhere")
            assert not is_free(store)
            set_host(store, this_process().host)
            with holding(url, ["reviews"]) as held:
                assert held["reviews"].fence == 2
                load = store.open_load("reviews", Kind.REVIEW, START, held["reviews"])
                assert store.close_load(load, "accepted").new == 1
    finally:
        holder.kill()
        holder.communicate()


def set_host(store: Store, host: str) -> None:
    with writing(store._engine) as connection:
        connection.execute(update(lease_table).values(host=host))
