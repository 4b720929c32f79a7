"""A store on each of the two databases; one real PostgreSQL server for the whole test run."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import postgres_for_tests
import pytest
from postgres_for_tests import run_statement

from groundswell.storage import Store, open_store
from groundswell.tables import metadata


@pytest.fixture(scope="session")
def new_database(postgres_home: Path) -> Callable[[], str]:
    """Makes an empty PostgreSQL database at each call; its URL."""
    return lambda: postgres_for_tests.new_database(postgres_home)


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
    home, name = request.getfixturevalue("postgres_home"), place.split("/")[3].split("?")[0]
    run_statement(home, name, _EMPTY)
    return place


# Not TRUNCATE, which makes new files for each table: with a few rows in them, deleting takes a third of its time.
_EMPTY = "; ".join(
    [
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
        *(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{table.autoincrement_column.name}'), 1, false)"
            for table in metadata.sorted_tables
            if table.autoincrement_column is not None
        ),
    ]
)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, on each database in turn."""
    with open_store(url) as opened:
        yield opened
