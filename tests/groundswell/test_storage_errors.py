"""A store that cannot be written: what is said, and that nothing of the step is kept."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from groundswell import database
from groundswell.database import open_engine, reading, writing
from groundswell.errors import StoreError
from groundswell.frames import CLAUSES, COMMENTS, THEMES, empty_frame
from groundswell.leases import holding
from groundswell.records import Feedback, Kind, Quarantined
from groundswell.registry import NewEvent
from groundswell.storage import Store, open_store

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
FRAMES = [empty_frame(columns) for columns in (CLAUSES, COMMENTS, THEMES)]


def records(n: int, size: int = 500) -> list[Feedback]:
    return [Feedback("reviews", f"{i}", Kind.REVIEW, f"{i}", "word " * (size // 5), f"h{i}", row=i) for i in range(n)]


def contents(store: Store) -> list[tuple[Any, ...]]:
    """Every row of every table."""
    from groundswell.tables import metadata

    with reading(store._engine) as connection:
        return [tuple(row) for table in metadata.sorted_tables for row in connection.execute(table.select())]


def steps(store: Store, load: int) -> dict[str, Callable[[], Any]]:
    """Each step that writes, with enough in it to need room."""
    refused = [Quarantined("reviews", Kind.REVIEW, i, f"h{i}", {"text": "bad " * 200}, ()) for i in range(300)]
    many = "warning " * 20_000
    return {
        "page": lambda: store.save_page(load, records(300), refused, {"empty": 1}, {"page": 2}),
        "close": lambda: store.close_load(load, "accepted", warnings=[many]),
        "vectors": lambda: store.save_vectors({str(i): b"v" * 700 for i in range(300)}, "m"),
        "analysis": lambda: store.save_analysis(*FRAMES, key=many),
        "digest": lambda: store.save_digest("product", "2026-W46", "f", many),
        "run": lambda: store.open_run(many, START, None),
        "lease": lambda: store.take_lease(many),
        "themes": lambda: store.edit_registry(lambda _: [NewEvent("assign", payload={"n": many})], actor="a", at=START),
    }


@contextlib.contextmanager
def no_room(store: Store) -> Iterator[None]:
    """The disk is full: the file may not grow by a single page."""
    with reading(store._engine) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def limit(connection: sqlite3.Connection, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    store.close()  # connections from now on
    event.listen(store._engine, "connect", limit)
    yield
    event.remove(store._engine, "connect", limit)
    store.close()


def test_a_full_disk(sqlite_template: Path, tmp_path: Path) -> None:
    """On a full disk every step says so in one line and leaves the store as it was; with room again it works."""
    place = tmp_path / "store.db"
    place.write_bytes(sqlite_template.read_bytes())
    with open_store(place) as store:
        load = store.open_load("reviews", Kind.REVIEW, START)
        store.save_page(load, records(3), [], {}, {"page": 1})
        for name, step in steps(store, load).items():
            before = contents(store)
            with no_room(store):
                with pytest.raises(StoreError, match="cannot be written: database or disk is full; free some sp") as e:
                    step()
                assert str(place) in str(e.value) and "\n" not in str(e.value), name
                assert contents(store) == before, name
            step()
            assert contents(store) != before, name


def test_a_store_locked_for_too_long(url: str) -> None:
    """While another program does not let go of the store, every step says so and changes nothing."""
    engine = open_engine(url)
    with open_store(url, busy_seconds=0.05) as store:
        load = store.open_load("reviews", Kind.REVIEW, START)
        before = contents(store)
        for name, step in steps(store, load).items():
            with writing(engine), pytest.raises(StoreError, match="is busy: another program .* nothing was ch") as e:
                step()
            assert "\n" not in str(e.value) and contents(store) == before, name
    engine.dispose()


@pytest.mark.skipif(sys.platform == "win32", reason="Unix permissions")
def test_a_store_that_may_only_be_read(sqlite_template: Path) -> None:
    """A file without permission to write is named when it is opened, with what to do, and left as it was."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        place, whole = Path(folder) / "store.db", sqlite_template.read_bytes()
        place.write_bytes(whole)
        user = os.geteuid()
        if user == 0:
            os.chown(place, 65534, 65534)
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)  # root may write anywhere
        try:
            place.chmod(0o400)
            for opening in (lambda: open_store(place), lambda: holding(place, ["reviews"]).__enter__()):
                with pytest.raises(StoreError, match=r"cannot be opened for writing \(permission denied\)") as e:
                    opening()
                assert "\n" not in str(e.value)
            assert place.read_bytes() == whole
        finally:
            os.seteuid(user)


def test_a_store_that_becomes_read_only(sqlite_template: Path, tmp_path: Path) -> None:
    """A store that cannot be written any more while it is open: one line that says so, nothing changed."""
    place = tmp_path / "store.db"
    place.write_bytes(sqlite_template.read_bytes())
    with open_store(place) as store:
        store.close()
        event.listen(store._engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
        with pytest.raises(StoreError, match="attempt to write a readonly database; check .* you may write to it") as e:
            store.open_load("reviews", Kind.REVIEW, START)
        assert "\n" not in str(e.value) and store.repair() == []


@pytest.fixture
def broken_connections() -> Iterator[None]:
    """Collects what pg8000 leaves of a connection that the server has closed: a socket that nobody closes."""
    yield
    gc.collect()


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.usefixtures("broken_connections")
def test_a_postgres_that_goes_away(postgres_url: str) -> None:
    """When the server ends the connection in the middle of a step, that is said, and nothing of the step is kept."""
    with open_store(postgres_url) as store, open_store(postgres_url) as other:
        before = contents(other)
        with pytest.raises(StoreError, match=r"^the store postgresql.* cannot be used: ") as e:
            with writing(store._engine) as connection:
                connection.execute(text("INSERT INTO source_state VALUES ('reviews', '{}')"))
                killed = connection.scalar(text("SELECT pg_backend_pid()"))
                with reading(other._engine) as second:
                    second.execute(text(f"SELECT pg_terminate_backend({killed})"))
                connection.execute(text("SELECT 1"))
        assert not re.search("\n", str(e.value)) and contents(other) == before
        load = store.open_load("reviews", Kind.REVIEW, START)  # with a new connection
        store.close_load(load, "dropped")


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.usefixtures("broken_connections")
def test_a_writer_that_stalls_is_ended_by_postgres(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that was stopped in the middle of a step does not keep the others out for ever, and saves nothing."""
    stalled = open_engine(postgres_url)
    with open_store(postgres_url) as store:
        monkeypatch.setattr(database, "_STALLED_SECONDS", 0.2)
        with pytest.raises(StoreError, match="cannot be used: "), writing(stalled) as connection:
            monkeypatch.undo()
            connection.execute(text("INSERT INTO source_state VALUES ('stalled', '{}')"))
            store.close_load(store.open_load("reviews", Kind.REVIEW, START), "dropped")
            connection.execute(text("SELECT 1"))
        assert store.load_cursor("stalled") is None
    stalled.dispose()
