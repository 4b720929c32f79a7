"""Leases: who may work, for how long, and what becomes of a run that lost its lease."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from groundswell.database import open_engine, reading, writing
from groundswell.errors import AlreadyRunning, StoreError
from groundswell.frames import CLAUSES, COMMENTS, THEMES, empty_frame
from groundswell.holders import Holder, this_process
from groundswell.leases import holding
from groundswell.records import Feedback, Kind
from groundswell.storage import Lease, Store, open_store
from groundswell.tables import lease as lease_table

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
ELSEWHERE = {"host": "elsewhere"}
needs_proc = pytest.mark.skipif(not this_process().machine, reason="only /proc of Linux tells which processes live")


def set_row(store: Store, **values: Any) -> None:
    """Change every lease row, as another process or another time would have left it."""
    with writing(store._engine) as connection:
        connection.execute(update(lease_table).values(values))


def row(store: Store) -> Any:
    with reading(store._engine) as connection:
        return connection.execute(select(lease_table).order_by(lease_table.c.name).limit(1)).one()


def hours(n: float) -> datetime:
    return (datetime.now(UTC) + timedelta(hours=n)).replace(tzinfo=None)


def one(number: int) -> list[Feedback]:
    return [Feedback("reviews", str(number), Kind.REVIEW, str(number), "a", f"hash {number}", row=number)]


def test_a_lease_that_is_held_is_refused_with_who_holds_it(store: Store) -> None:
    """Another process is told who works, since when and when it would be free; nothing is changed."""
    store.take_lease("reviews")
    set_row(store, **ELSEWHERE)
    before = row(store)
    with pytest.raises(
        AlreadyRunning, match=r"^reviews: another run is at work \(process \d+ on elsewhere, since "
    ) as e:
        store.take_lease("reviews")
    assert re.search(r"nothing was done: .* free again at \d\d:\d\d:\d\d UTC$", str(e.value)) and "\n" not in str(
        e.value
    )
    assert row(store) == before and [lease.holder.host for lease in store.leases()] == ["elsewhere"]


def test_the_same_process_may_take_its_lease_again(store: Store) -> None:
    """A process takes what it holds a second time under the same fence; it is free when released as often."""
    outer, inner = store.take_lease("reviews"), store.take_lease("reviews")
    assert (inner.fence, inner.taken_at) == (outer.fence, outer.taken_at) and inner.expires_at >= outer.expires_at
    store.release_lease(inner)
    assert [lease.name for lease in store.leases()] == ["reviews"]
    store.release_lease(outer)
    store.release_lease(outer)
    assert store.leases() == [] and store.take_lease("reviews").fence == outer.fence + 1


def test_a_lease_of_another_machine_ends_with_its_time(store: Store) -> None:
    """Nobody can see whether a process elsewhere lives: its lease is free when its time is over, not before."""
    first = store.take_lease("reviews")
    set_row(store, **ELSEWHERE, process_started=1)
    with pytest.raises(AlreadyRunning):
        store.take_lease("reviews")
    set_row(store, expires_at=hours(-0.001))
    assert store.leases() == []
    assert store.take_lease("reviews").fence == first.fence + 1


def test_a_clock_that_was_set_back_blocks_nobody(store: Store) -> None:
    """A lease that ends later than a lease can is free; one that a corrected clock shifted by a moment is not."""
    store.take_lease("reviews", seconds=60)
    set_row(store, **ELSEWHERE, expires_at=hours(70 / 3600))
    with pytest.raises(AlreadyRunning):
        store.take_lease("reviews")
    set_row(store, expires_at=hours(24))
    assert store.take_lease("reviews").expires_at < datetime.now(UTC) + timedelta(hours=1)


@needs_proc
@pytest.mark.parametrize("shift", [-24, 24])
def test_setting_the_clock_takes_no_lease_from_a_living_process_here(store: Store, shift: float) -> None:
    """Between processes of one machine the time of a lease is taken from a clock that nobody can set."""
    store.take_lease("reviews")
    set_row(store, pid=os.getppid(), process_started=started(os.getppid()), expires_at=hours(shift))
    with pytest.raises(AlreadyRunning, match=f"process {os.getppid()} on"):
        store.take_lease("reviews")
    set_row(store, beat=time.monotonic() - 61)
    assert store.take_lease("reviews").holder == this_process()


def started(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


@needs_proc
def test_a_dead_process_holds_nothing(store: Store) -> None:
    """The lease of a process of this machine that has ended is free at once, also when its number was given anew."""
    first = store.take_lease("reviews")
    set_row(store, process_started=this_process().process_started - 1)  # type: ignore[operator]
    assert store.leases() == []
    second = store.take_lease("reviews")
    set_row(store, pid=2**22 + 1)  # the kernel numbers processes up to 2^22
    assert [first.fence, second.fence, store.take_lease("reviews").fence] == [1, 2, 3]


@needs_proc
def test_a_number_alone_proves_nothing(store: Store) -> None:
    """After a restart of the machine, in another container, or where the start is unknown, only the time counts."""
    store.take_lease("reviews")
    boot, namespace = this_process().machine.split()
    for other in ({"machine": f"{boot} pid:[1]"}, {"machine": f"another-boot {namespace}"}, {"machine": ""}):
        set_row(store, pid=2**22 + 1, **other)
        with pytest.raises(AlreadyRunning):
            store.take_lease("reviews")
    set_row(store, machine=this_process().machine, process_started=None)
    with pytest.raises(AlreadyRunning):
        store.take_lease("reviews")


def test_a_lease_is_a_name_and_some_seconds(store: Store) -> None:
    """Leases of different names do not touch each other; a lease without time is a mistake of ours."""
    assert [store.take_lease(name).fence for name in ("one", "two")] == [1, 1]
    assert [lease.name for lease in store.leases()] == ["one", "two"]
    with pytest.raises(ValueError, match="cannot last 0 seconds"):
        store.take_lease("three", seconds=0)


def test_renewing_starts_the_time_afresh(store: Store) -> None:
    """A renewed lease ends later, under the same fence; a released or lost one cannot be renewed."""
    lease = store.take_lease("reviews")
    set_row(store, expires_at=hours(0.01))
    renewed = store.renew_lease(lease)
    assert (renewed.fence, renewed.holder) == (lease.fence, lease.holder)
    assert [held.expires_at for held in store.leases()] == [renewed.expires_at]
    store.release_lease(lease)
    with pytest.raises(StoreError, match="was released and cannot be renewed"):
        store.renew_lease(lease)
    take_over(store)
    with pytest.raises(StoreError, match=r"another one has taken its work over \(process"):
        store.renew_lease(lease)
    store.release_lease(lease)
    assert len(store.leases()) == 1


def take_over(store: Store) -> Lease:
    """The lease `reviews`, in the hands of a later run."""
    set_row(store, **ELSEWHERE, expires_at=hours(-1))
    return store.take_lease("reviews")


def test_a_run_that_lost_its_lease_saves_nothing(store: Store) -> None:
    """Page, end of load, analysis and digest of a run whose lease was taken over are refused, with nothing saved."""
    old = store.take_lease("reviews")
    load = store.open_load("reviews", Kind.REVIEW, START, old)
    store.save_page(load, one(1), [], {}, {"page": 1})
    new = take_over(store)
    frames = tuple(empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES))
    for refused in (
        lambda: store.save_page(load, one(2), [], {}, {"page": 2}),
        lambda: store.close_load(load, "accepted"),
        lambda: store.close_load(load, "dropped"),
        lambda: store.open_load("reviews", Kind.REVIEW, START, old),
        lambda: store.save_analysis(*frames, key="old", lease=old),
        lambda: store.save_digest("product", "2026-W46", "f", "{}", lease=old),
    ):
        with pytest.raises(StoreError, match="^reviews: this run was out of touch for too long .* nothing is lost"):
            refused()
    assert [left.load_id for left in store.repair()] == [load] and store.load_cursor("reviews") == {"page": 1}
    assert store.analysis_state() is None and store.digests() == []
    again = store.open_load("reviews", Kind.REVIEW, START, new)
    store.save_page(again, one(2), [], {}, {"page": 2})
    assert store.close_load(again, "accepted").new == 2
    store.save_analysis(*frames, key="new", lease=new)
    assert store.save_digest("product", "2026-W46", "f", "{}", lease=new).revision == 1


def test_a_held_load_is_decided_without_the_lease_of_its_run(store: Store) -> None:
    """The run that held a load is over: whoever accepts or drops it needs no lease of that run."""
    load = store.open_load("reviews", Kind.REVIEW, START, store.take_lease("reviews"))
    store.close_load(load, "held", "too few")
    take_over(store)
    assert store.close_load(load, "accepted").state == "accepted"


def test_holding_renews_and_releases(url: str) -> None:
    """While the block runs the leases are renewed beyond their time; afterwards no row, thread or file is left."""
    threads = threading.active_count()
    with holding(url, ["reviews", "tickets"], seconds=0.9) as held:
        assert sorted(held) == ["reviews", "tickets"] and threading.active_count() == threads + 1
        with open_store(url) as store:
            wait_for(lambda: row(store).expires_at > held["reviews"].expires_at.replace(tzinfo=None))
            assert [lease.fence for lease in store.leases()] == [1, 1]
    assert threading.active_count() == threads
    with open_store(url) as store:
        assert store.leases() == []
    if "://" not in url:
        assert not list(Path(url).parent.glob("store.db-*"))  # the last connection closed takes them away


def wait_for(condition: Any) -> None:
    """Until it is so; a test that hangs is ended by whoever runs it."""
    while not condition():
        time.sleep(0.02)


def test_all_leases_or_none(url: str) -> None:
    """Where one of several leases is held elsewhere, none is taken and the block does not run."""
    with open_store(url) as store:
        store.take_lease("reviews")
        set_row(store, **ELSEWHERE)
        with pytest.raises(AlreadyRunning, match="^reviews: "), holding(url, ["a", "reviews", "z"]):
            raise AssertionError("nobody may work here")
        assert [lease.name for lease in store.leases()] == ["reviews"]


def test_holding_inside_holding(url: str) -> None:
    """A block inside a block of the same process has the same lease, and the inner end does not let it go."""
    with open_store(url) as store, holding(url, ["reviews"]) as outer:
        with holding(url, ["reviews", "tickets"]) as inner:
            assert inner["reviews"].fence == outer["reviews"].fence
        assert [lease.name for lease in store.leases()] == ["reviews"]


def test_the_block_s_own_error_comes_out(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """An error in the block is what the caller sees, also when the store cannot be written at the end."""
    engine, locked = open_engine(url), ExitStack()
    with pytest.raises(ZeroDivisionError), caplog.at_level(logging.WARNING, "groundswell.leases"):
        with holding(url, ["reviews"], busy_seconds=0.05):
            locked.enter_context(writing(engine))
            raise ZeroDivisionError
    assert "lease not released, it ends by itself" in caplog.text
    locked.close()
    engine.dispose()


def test_a_lost_lease_is_said_once(store: Store, url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The thread of a run that lost its lease says so once and leaves the lease to its new holder."""
    with caplog.at_level(logging.WARNING, "groundswell.leases"), holding(url, ["reviews"], seconds=0.15):
        set_row(store, fence=7, host="elsewhere", seconds=60, expires_at=hours(59 / 3600))
        wait_for(lambda: caplog.records)
        time.sleep(0.2)
    assert len(caplog.records) == 1 and "another one has taken its work over" in caplog.text
    assert (row(store).fence, row(store).depth) == (7, 1)


def test_a_renewal_that_the_store_refuses_is_tried_again(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """When the store is busy for longer than a renewal waits, the thread says so and renews later."""
    with open_store(url) as store, caplog.at_level(logging.WARNING, "groundswell.leases"):
        with holding(url, ["reviews"], seconds=0.3, busy_seconds=0.02) as held:
            with writing(store._engine):
                wait_for(lambda: "lease not renewed, tried again" in caplog.text)
            wait_for(lambda: row(store).expires_at > held["reviews"].expires_at.replace(tzinfo=None))
        assert row(store).depth == 0


def test_what_a_holder_is_called() -> None:
    """A holder is named by its process and its machine."""
    assert str(Holder("laptop", "", 4711, None)) == "process 4711 on laptop"
    assert not Holder("laptop", "", 4711, None).is_dead and not Holder("laptop", "", 4711, None).is_gone
