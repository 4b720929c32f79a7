"""Opening a store: its place, its tables, its version."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from groundswell import database
from groundswell.database import open_engine, reading, writing
from groundswell.errors import StoreError
from groundswell.records import Feedback, Kind
from groundswell.storage import open_store
from groundswell.tables import HEAD, REVISIONS, metadata

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A plain connection, committed at the end, that knows nothing of Groundswell."""
    full = url.replace("postgresql:", "postgresql+pg8000:") if "://" in url else f"sqlite:///{url}"
    engine = create_engine(full)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def run_python(code: str, *arguments: object) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def schema(connection: Connection) -> dict[str, Any]:
    """Everything that the database knows of the tables, except the revision."""
    look = inspect(connection)
    names = sorted(set(look.get_table_names()) - {"alembic_version"})
    return {
        name: {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)],
            "key": look.get_pk_constraint(name),
            "foreign": sorted(map(str, look.get_foreign_keys(name))),
            "unique": sorted(map(str, look.get_unique_constraints(name))),
            "checks": sorted(map(str, look.get_check_constraints(name))),
            "indexes": sorted(
                str({**index, "dialect_options": {k: str(v) for k, v in index.get("dialect_options", {}).items()}})
                for index in look.get_indexes(name)
            ),
        }
        for name in names
    }


def test_the_migrations_build_the_tables(new_url: Callable[[], str]) -> None:
    """Migrating an empty database gives exactly the tables, keys, checks and indexes of the metadata."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    migrated, made = new_url(), new_url()
    open_store(migrated).close()
    with connected(made) as connection:
        metadata.create_all(connection)
        expected = schema(connection)
    with connected(migrated) as connection:
        assert schema(connection) == expected
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_revisions_are_those_in_the_folder() -> None:
    """The constant that spares an import of Alembic names every migration, oldest first, and the newest as the head."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    config.set_main_option("path_separator", "os")
    folder = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in folder.walk_revisions())[::-1] == REVISIONS
    assert folder.get_heads() == [HEAD]


def test_the_migrations_travel_in_the_wheel() -> None:
    """Every file of the migrations is package data, so that an installed Groundswell can make a store."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["groundswell"]
    package = ROOT / "groundswell"
    packed = {path for pattern in patterns for path in package.glob(pattern)}
    files = {path for path in (package / "migrations").rglob("*") if path.suffix in (".py", ".mako")}
    assert len(files) >= 3 and files <= packed


def test_a_migration_can_be_taken_back(new_url: Callable[[], str]) -> None:
    """Downgrading to nothing leaves no table; upgrading again makes a store."""
    from alembic import command
    from alembic.config import Config

    place = new_url()
    open_store(place).close()
    engine = open_engine(place)
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with reading(engine) as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_opening_again_needs_no_alembic(url: str) -> None:
    """A store that is up to date opens without importing Alembic, and importing the room imports no pandas either."""
    code = (
        "import sys; from groundswell.storage import open_store; heavy = {'alembic', 'pandas', 'numpy'};"
        "assert not heavy & set(sys.modules); store = open_store(sys.argv[1]); store.repair();"
        "assert not heavy & set(sys.modules); print('light')"
    )
    assert run_python(code, url) == "light\n"


def test_a_newer_store_is_refused_and_left_alone(new_url: Callable[[], str]) -> None:
    """A store with a revision that this version does not know is named in one line and not changed."""
    place = new_url()
    with open_store(place) as store:
        store.open_load("reviews", Kind.REVIEW, START)
    with connected(place) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = _contents(place)
    with pytest.raises(StoreError, match=r"made by a newer Groundswell \(its revision is 9999.*install the newer") as e:
        open_store(place)
    assert "\n" not in str(e.value) and _contents(place) == before


def test_tables_of_others_are_refused_and_left_alone(new_url: Callable[[], str]) -> None:
    """A database that holds something else is not written to."""
    place = new_url()
    with connected(place) as connection:
        connection.execute(text("CREATE TABLE customers (id INTEGER)"))
    before = _contents(place)
    with pytest.raises(StoreError, match=r"holds other tables \(customers\) and is no Groundswell store"):
        open_store(place)
    assert _contents(place) == before


def _contents(place: str) -> Any:
    """The file to the byte, or what PostgreSQL says of its tables."""
    if "://" not in place:
        return Path(place).read_bytes()
    with connected(place) as connection:
        return schema(connection)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A CSV file given as the store is not touched."""
    place = tmp_path / "survey.csv"
    place.write_text("id,text\n1,hello\n" * 99)
    with pytest.raises(StoreError, match=r"survey\.csv is not a database, and was left as it is"):
        open_store(place)
    assert place.read_text() == "id,text\n1,hello\n" * 99


def test_a_damaged_store_is_said(sqlite_template: Path, tmp_path: Path) -> None:
    """A store whose pages are overwritten is called damaged, with what to do."""
    place = tmp_path / "store.db"
    whole = sqlite_template.read_bytes()
    place.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(StoreError, match="is damaged .*restore it from a backup"):
        open_store(place)


@pytest.mark.parametrize("place", ["missing/store.db", "file/store.db", "."])
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, place: str) -> None:
    """A folder that is missing, a file in its place, a folder given as the store: each is named with what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened for writing .* name a file in a folder that exists") as e:
        open_store(tmp_path / place)
    assert str(tmp_path / place) in str(e.value) and "\n" not in str(e.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Unix permissions")
def test_a_folder_without_permission_is_said() -> None:
    """A folder that the user may not write to is named with what to do."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)  # root may write anywhere
        try:
            with pytest.raises(StoreError, match=r"cannot be opened for writing \(permission denied\)"):
                open_store(Path(folder) / "store.db")
        finally:
            os.seteuid(user)
            os.chmod(folder, 0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="Unix permissions")
def test_only_the_owner_may_read_the_store(tmp_path: Path) -> None:
    """The file and its journals have mode 600, also where the file was open to others before."""
    place = tmp_path / "store.db"
    open_store(place).close()
    place.chmod(0o644)
    with open_store(place) as store:
        store.open_load("reviews", Kind.REVIEW, START)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm"), 0o600)


def test_sqlite_is_set_up_as_promised(sqlite_template: Path) -> None:
    """WAL, foreign keys, a busy timeout of 30 seconds and secure deletion are on for every connection."""
    engine = open_engine(sqlite_template)
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "secure_delete": 1}
    for begin in (reading, writing):
        with begin(engine) as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted
    engine.dispose()


def test_a_write_transaction_holds_the_lock_from_its_start(sqlite_template: Path) -> None:
    """From the first moment of a write transaction on no other program can write; reading holds nobody up."""
    engine = open_engine(sqlite_template)
    other = sqlite3.connect(sqlite_template, timeout=0, isolation_level=None)
    try:
        with reading(engine):
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        with writing(engine), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()
        engine.dispose()


def test_what_was_dropped_is_overwritten(tmp_path: Path) -> None:
    """Deleted texts are overwritten in the file, not only unlinked, once the journal is folded in."""
    place = tmp_path / "store.db"
    with open_store(place) as store:
        load = store.open_load("reviews", Kind.REVIEW, START)
        record = Feedback("reviews", "1", Kind.REVIEW, "1", "a very secret text", "hash")
        store.save_page(load, [record], [], {}, {})
        store.close_load(load, "held")
    assert b"very secret" in place.read_bytes()
    with open_store(place) as store:
        store.close_load(load, "dropped")
    assert b"very secret" not in place.read_bytes()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://user@host/name", "of kind 'mysql'; only a SQLite file or PostgreSQL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://user:secret@host:port/name", "cannot be read; write a file name or postgresql://"),
        ("postgresql://user:secret@/name?unix_sock=/nowhere/.s.PGSQL.5432", r"user:\*\*\*@/name.* cannot be used"),
        ("postgresql:///name?user=u&password=secret&unix_sock=/nowhere/.s.PGSQL.5432", r"///name cannot be used"),
    ],
)
def test_a_url_that_cannot_be_used_is_said(url: str, message: str) -> None:
    """A URL of another database, without a file, misspelt or with nobody there; the password is never shown."""
    with pytest.raises(StoreError, match=message) as caught:
        open_store(url)
    assert not re.search("secret|\n", str(caught.value))


def test_both_names_of_postgresql_are_taken(postgres_url: str) -> None:
    """postgres:// and a URL that names the driver open the same store as postgresql://."""
    for name in ("postgres://", "postgresql+pg8000://"):
        with open_store(name + postgres_url.split("://")[1]) as store:
            assert store.place.startswith("postgresql+pg8000://")


def test_a_url_of_a_file_is_a_file(tmp_path: Path) -> None:
    """sqlite:///FILE and FILE are the same store."""
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        load = store.open_load("reviews", Kind.REVIEW, START)
    with open_store(tmp_path / "store.db") as store:
        assert store.repair()[0].load_id == load
        assert store.place == str(tmp_path / "store.db")
