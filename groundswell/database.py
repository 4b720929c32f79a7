"""How the store reaches its database: engines, transactions, migrations, and errors a user can act on.

SQLite runs in WAL mode with foreign keys, a busy timeout and secure deletion; every write transaction starts
IMMEDIATE, because a reading one that turns into a writing one fails at once, whatever the busy timeout. On PostgreSQL
a transaction-level advisory lock gives the same rule: one writer at a time, any number of readers, each of which
sees one state of the store from its first statement to its last.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Text, create_engine, event, inspect, make_url, select, table, text
from sqlalchemy import column as sql_column
from sqlalchemy.exc import ArgumentError, DBAPIError

from groundswell.errors import StoreError
from groundswell.tables import HEAD, REVISIONS

__all__ = ["BUSY_SECONDS", "open_engine", "place_of", "reading", "writing"]

BUSY_SECONDS = 30.0
_WRITER_LOCK = 0x67726F756E6473  # "grounds": the advisory lock of all writers of one PostgreSQL database
_STALLED_SECONDS = 120.0  # after which PostgreSQL ends a write transaction that says nothing
_MIGRATIONS = Path(__file__).with_name("migrations")
_WRITE = {"groundswell_write": True}
_looking = threading.Lock()
_looked_at = set[tuple[int, int]]()  # the files that _look_once has seen, by device and number


def open_engine(target: str | os.PathLike[str], *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine on a store whose tables are up to date; the SQLite file is made where there is none.

    Raises StoreError, one line, with the store untouched: the place cannot be written, holds something else, or was
    made by a newer Groundswell.
    """
    url = _parse_target(target)
    if url.get_backend_name() == "sqlite":
        _prepare_file(Path(str(url.database)))
        engine = _sqlite_engine(url, busy_seconds)
    else:
        engine = _postgres_engine(url, busy_seconds)
    try:
        _migrate(engine, busy_seconds)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed as a whole, or not at all when the block raises."""
    with _store_errors(engine), engine.connect().execution_options(**_WRITE) as connection:
        with connection.begin():
            yield connection


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction: every statement in it sees the same state of the store."""
    with _store_errors(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def place_of(engine: Engine) -> str:
    """The store as a message names it: its file, or its URL without the password."""
    url = engine.url
    # Without its query, which may hold a password as well.
    return str(url.database) if url.get_backend_name() == "sqlite" else url.set(query={}).render_as_string()


def _parse_target(target: str | os.PathLike[str]) -> URL:
    """The URL behind a path or URL; PostgreSQL always by the pure-Python driver pg8000."""
    given = os.fspath(target)
    if "://" not in given:
        return URL.create("sqlite", database=given)
    try:
        # postgres:// is how several hosts write it; SQLAlchemy knows only the long name.
        url = make_url("postgresql://" + given[11:] if given.startswith("postgres://") else given)
    except (ArgumentError, ValueError) as error:
        raise StoreError("the store's URL cannot be read; write a file name or postgresql://user@host/name") from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+pg8000")
    if url.get_backend_name() != "sqlite":
        raise StoreError(
            f"the store's URL is of kind {url.drivername!r}; only a SQLite file or PostgreSQL can hold a store"
        )
    if url.database in (None, "", ":memory:"):
        raise StoreError("the store's URL names no file; a store in memory would be lost with the run: name a file")
    return URL.create("sqlite", database=url.database)


def _prepare_file(path: Path) -> None:
    """Make the file, readable by its owner only, or check that what lies there is a SQLite database."""
    try:
        with _looking:
            _look_once(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            with contextlib.suppress(PermissionError):  # not the owner: the file's mode is the owner's choice
                path.chmod(0o600)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StoreError(
            f"the store {path} cannot be opened for writing ({why}); name a file in a folder that exists and that "
            "you may write to"
        ) from error


def _look_once(path: Path) -> None:
    """Make the file or look into it, before this process has a connection to it and never again.

    POSIX drops all locks that a process has on a file when it closes any handle of it: those of SQLite's connections,
    too. The next program to close the store would then, as the last one, remove the log that this one writes on to.
    """
    if path.exists() and _number(path) in _looked_at:
        if os.access(path, os.R_OK | os.W_OK):
            return
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with path.open("r+b") as file:  # "+": a store that can only be read is of no use
        head = file.read(16)
    if head and head != b"SQLite format 3\0":
        raise StoreError(f"{path} is not a database, and was left as it is; name another file for the store")
    _looked_at.add(_number(path))


def _number(path: Path) -> tuple[int, int]:
    return path.stat().st_dev, path.stat().st_ino


def _sqlite_engine(url: URL, busy_seconds: float) -> Engine:
    # A statement that fails is shown without its values: they are customers' words (law 3).
    engine = create_engine(url, connect_args={"timeout": busy_seconds}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not start transactions by itself: it would start them late and DEFERRED.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("groundswell_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres_engine(url: URL, busy_seconds: float) -> Engine:
    try:
        # A server may restart between two runs of a schedule; values are customers' words.
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs the driver pg8000: pip install 'groundswell[postgres]'") from error

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("groundswell_write", False):
            # A client that is stopped, or whose machine is gone, must not keep the lock from everyone else.
            limits = {"lock_timeout": busy_seconds, "idle_in_transaction_session_timeout": _STALLED_SECONDS}
            calls = [f"set_config('{name}', '{int(seconds * 1000)}', true)" for name, seconds in limits.items()]
            connection.exec_driver_sql(f"SELECT {', '.join(calls)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    return engine


def _migrate(engine: Engine, busy_seconds: float) -> None:
    """Bring the tables to HEAD, in one transaction; Alembic is imported only where there is something to do."""
    with reading(engine) as connection:
        revision = _check_revision(connection)
    if engine.dialect.name == "sqlite":
        _turn_on_wal(engine, busy_seconds)
    if revision == HEAD:
        return
    with writing(engine) as connection:
        if _check_revision(connection) != HEAD:  # another process may have been quicker
            _upgrade(connection)


def _check_revision(connection: Connection) -> str | None:
    """The store's revision, None for an empty database; StoreError when it is not ours to write to."""
    place = place_of(connection.engine)
    names = set(inspect(connection).get_table_names())
    if not names:
        _check_encoding(connection, place)
        return None
    if not {"alembic_version", "feedback", "load"} <= names:
        raise StoreError(
            f"{place} holds other tables ({', '.join(sorted(names)[:3])}) and is no Groundswell store; it was left "
            "as it is: name another file or database"
        )
    query = select(sql_column("version_num", Text)).select_from(table("alembic_version"))
    versions = connection.scalars(query).all()
    unknown = [version for version in versions if version not in REVISIONS]
    if unknown or len(versions) != 1:
        raise StoreError(
            f"{place} was made by a newer Groundswell (its revision is {', '.join(unknown) or 'missing'}, this version "
            f"knows up to {HEAD}); it was left as it is: install the newer version, or name another store"
        )
    return str(versions[0])


def _check_encoding(connection: Connection, place: str) -> None:
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StoreError(
            f"the database {place} is encoded in {encoding}, which cannot hold every text; create it with "
            "ENCODING 'UTF8' TEMPLATE template0"
        )


def _turn_on_wal(engine: Engine, busy_seconds: float) -> None:
    """Switch the file to WAL, which it then stays in; several processes may try it at once."""
    deadline = time.monotonic() + busy_seconds
    with _store_errors(engine), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        while driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                driver.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                # SQLite does not wait here: the switch needs the file for itself, and says "locked" at once.
                if time.monotonic() > deadline:
                    raise StoreError(_explain(place_of(engine), str(error))) from error
                time.sleep(0.02)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextlib.contextmanager
def _store_errors(engine: Engine) -> Iterator[None]:
    """Turn what the database refuses for reasons of its own into a StoreError; our bugs keep their traceback."""
    try:
        yield
    except DBAPIError as error:
        found = _operational(error)
        if found is None:
            raise
        raise StoreError(_explain(place_of(engine), found)) from error


def _operational(error: DBAPIError) -> str | None:
    """What the database said, if the user can do something about it; None for a wrong statement of ours."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        ours = isinstance(original, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError)
        return None if ours or "no such" in str(original) else str(original)
    detail = original.args[0] if original is not None and original.args else None
    if isinstance(detail, dict):
        # SQLSTATE classes: 08 connection, 25 read-only, 28 login, 3D no database, 42501 no right, 53 resources,
        # 55 locks, 57 shut down.
        code = str(detail.get("C", ""))
        return str(detail.get("M")) if code == "42501" or code[:2] in _USERS_CLASSES else None
    return str(original)  # no answer at all: the server is not there, or went away


_USERS_CLASSES = {"08", "25", "28", "3D", "53", "55", "57"}


def _explain(place: str, found: str) -> str:
    found = " ".join(found.split())
    if "locked" in found or "lock timeout" in found:
        return (
            f"the store {place} is busy: another program has been writing to it for too long; nothing was changed: "
            "let it finish, or end it, and run again"
        )
    if "not a database" in found or "malformed" in found:
        return f"the store {place} is damaged ({found}); restore it from a backup, or name another file"
    if "full" in found or "No space" in found:
        return f"the store {place} cannot be written: {found}; free some space and run again, nothing is half-written"
    return f"the store {place} cannot be used: {found}; check that it is there and that you may write to it"
