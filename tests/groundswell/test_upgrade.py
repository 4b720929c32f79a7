"""Stores of earlier versions: opened, brought up to date, with everything in them as it was.

store_0001.json is a store that version 0.1.0 wrote: two accepted loads, a held one, one interrupted after two of three
pages, an analysis, vectors, two revisions of a digest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, DateTime, LargeBinary, MetaData, create_engine, insert, inspect, select, text

from groundswell import database
from groundswell.frames import CLAUSES, THEMES
from groundswell.records import Feedback, Kind, Quarantined
from groundswell.storage import open_store
from groundswell.tables import HEAD

OLD = json.loads(Path(__file__).with_name("store_0001.json").read_text("utf-8"))
UNKNOWN = ("parent", "opened", "stability", "journey_stage", "owner")  # what no analysis knew before revision 0003
START = datetime.fromisoformat("2026-11-16 06:00:00+00:00")


@contextmanager
def connected(place: str) -> Iterator[Connection]:
    """A plain connection, committed at the end, that knows nothing of Groundswell."""
    full = place.replace("postgresql:", "postgresql+pg8000:") if "://" in place else f"sqlite:///{place}"
    engine = create_engine(full)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def migrate(connection: Connection, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)


@pytest.fixture
def old(new_url: Callable[[], str]) -> str:
    """The place of the store of version 0.1.0."""
    place = new_url()
    with connected(place) as connection:
        migrate(connection, "0001")
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name in OLD:
                names, rows = OLD[table.name]["columns"], OLD[table.name]["rows"]
                kinds = [table.c[name].type for name in names]
                connection.execute(
                    insert(table), [dict(zip(names, map(read, kinds, row), strict=True)) for row in rows]
                )
        if "://" in place:
            for name in ("load", "quarantine", "digest"):
                connection.execute(text(f"SELECT setval('{name}_id_seq', 100)"))
    return place


def read(kind: Any, value: Any) -> Any:
    """A value of the JSON file as the database takes it."""
    if value is not None and isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(kind, LargeBinary) else value


def contents(place: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables of version 0.1.0, as its JSON file has it."""
    found = {}
    with connected(place) as connection:
        tables = MetaData()
        tables.reflect(connection)
        for name in OLD:
            table = tables.tables[name]
            rows = connection.execute(select(table).order_by(*table.primary_key.columns))
            found[name] = [{key: plain(value) for key, value in row._mapping.items()} for row in rows]
    return found


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def written(table: str) -> list[dict[str, Any]]:
    names = OLD[table]["columns"]
    return [dict(zip(names, row, strict=True)) for row in OLD[table]["rows"]]


def test_an_upgrade_loses_nothing(old: str) -> None:
    """Every row of a store of version 0.1.0 is there after the upgrade, value for value; only page cursors are gone."""
    open_store(old).close()
    after = contents(old)
    with connected(old) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
    for table in OLD:
        kept = set(OLD[table]["columns"]) - ({"cursor"} if table == "load_page" else set())
        expected = [{name: row[name] for name in kept} for row in written(table)]
        assert [{name: row[name] for name in kept} for row in after[table]] == expected, table
        added = {
            "load": {"warnings": "[]", "lease": None, "fence": None, "closed_at": None},
            "quarantine": {"origin": ""},
            "feedback": {"compensation": None, "currency": None},
            "feedback_version": {"compensation": None, "currency": None},
            "digest": {"rows": ""},
            "clause": {"sub_theme_id": None, "signals": None},
            "comment_sentiment": {"duplicate": None},
            "theme": {**dict.fromkeys(UNKNOWN), "status": "active", "origin": "fit"},
        }
        for row in after[table]:
            assert {name: row[name] for name in set(row) - kept} == added.get(table, {}), table


def test_an_analysis_of_revision_0002_can_be_read(old: str) -> None:
    """The analysis of a store of revision 0002 is read with what it did not know left open, the registry is empty, and
    digests are to the byte what they were."""
    with connected(old) as connection:
        migrate(connection, "0002")
        connection.execute(text("INSERT INTO analysis (id, key, models) VALUES (1, 'k', '{\"themes\":\"leiden\"}')"))
    before = contents(old)
    with open_store(old) as store:
        clauses, comments, themes = store.load_analysis()
        assert list(clauses.columns) == list(CLAUSES)
        assert clauses[["sub_theme_id", "signals"]].to_numpy().tolist() == [[None, None]]
        assert comments["duplicate"].tolist() == [None] * len(comments)
        assert themes.dtypes.astype(str).to_dict() == THEMES
        assert themes[["status", "origin"]].to_numpy().tolist() == [["active", "fit"]] * len(themes)
        assert themes[list(UNKNOWN)].isna().all(axis=None) and len(themes) == len(OLD["theme"]["rows"])
        state = store.analysis_state()
        assert state is not None and (state.key, state.models) == ("k", {"themes": "leiden"})
        assert (state.registry, state.head, store.heads()) == (None, None, [])
        registry = store.load_registry()
        assert (registry.version, registry.as_of, dict(registry.themes)) == (0, None, {})
        assert len(store.members()) == 0 and store.theme_vectors() == {} and store.theme_exemplars() == {}
        after = contents(old)
        assert after["digest"] == before["digest"] and after["embedding"] == before["embedding"]
        for row in before["digest"]:
            published = store.latest_digest(row["audience"], row["period"], row["revision"])
            assert published is not None and published.json_text == row["json"]


def test_the_last_migrations_only_add(old: str) -> None:
    """The revisions from 0003 on add tables and columns: every column of 0002 is there with its type, and takes the
    same values."""

    def columns() -> dict[tuple[str, str], tuple[str, bool]]:
        with connected(old) as connection:
            look = inspect(connection)
            return {
                (name, column["name"]): (str(column["type"]), column["nullable"])
                for name in look.get_table_names()
                for column in look.get_columns(name)
            }

    with connected(old) as connection:
        migrate(connection, "0002")
    before = columns()
    open_store(old).close()
    after = columns()
    assert before.items() <= after.items()
    assert {table for table, _ in after.keys() - before.keys()} >= {
        "theme_event",
        "theme_member",
        "theme_fit",
        "sentiment_head",
        "alert_week",
        "alert",
        "action",
        "testimonial",
        "testimonial_event",
    }


def test_an_upgraded_store_works(old: str) -> None:
    """What version 0.1.0 stored is read, decided and published on as before."""
    with open_store(old) as store:
        assert list(store.load_feedback()["text"]) == ["a 1", "a 2", "a 3", "Delivery took 9 days", ""]
        (held,) = store.accounting(state="held")
        assert (held.reason, held.warnings, held.closed_at) == ("1 row, 200 expected", (), None)
        assert store.close_load(held.load_id, "accepted").source == "tickets"
        assert [(f.source, f.records) for f in store.freshness()] == [("reviews", 3), ("survey", 2), ("tickets", 1)]
        assert len(store.load_analysis()[0]) == 1 and store.analysis_state() is None
        assert store.known_vectors(["key"], "m") == {"key": b"\x00\x01\xff"}
        assert store.save_digest("product", "2026-W46", "f2", "{}").json_text == '{"n": 2}\n'
        assert [entry.origin for entry in store.load_quarantine()] == [""] * 4


def test_a_run_that_an_older_version_left_is_gone_on_with(old: str) -> None:
    """A run of version 0.1.0 that was interrupted, repeated after the upgrade: its pages are recognised."""

    def record(number: int, content: str) -> Feedback:
        words = f"{content} {number}"
        return Feedback("reviews", str(number), Kind.REVIEW, str(number), words, f"hash of {words}", row=number)

    def refused(row: int) -> Quarantined:
        return Quarantined("reviews", Kind.REVIEW, row, "hash of bad", {"text": "bad"}, ())

    pages: list[tuple[list[Feedback], list[Quarantined], dict[str, int]]] = [
        ([record(1, "b"), record(2, "a"), record(4, "a")], [refused(5), refused(6)], {"empty row": 2}),
        ([record(1, "c"), record(5, "a")], [refused(7)], {}),
        ([record(3, "b"), record(4, "a"), record(4, "b")], [], {"empty row": 1}),
    ]
    with open_store(old) as store:
        load = store.open_load("reviews", Kind.REVIEW, START, store.take_lease("reviews"))
        assert store.load_start(load) == {"page": 0}
        for page in pages:
            store.save_page(load, *page, {"page": 0})
        account = store.close_load(load, "accepted", warnings=["late"])
        assert (account.read, account.new, account.changed, account.unchanged) == (14, 2, 4, 2)
        assert (account.quarantined, account.skipped) == (3, {"empty row": 3})
        assert list(store.load_feedback(["reviews"])["text"]) == ["c 1", "a 2", "b 3", "b 4", "a 5"]


def test_an_upgrade_can_be_taken_back(old: str) -> None:
    """Back at revision 0001 all rows of before are there, and the store can be upgraded once more."""
    open_store(old).close()
    with connected(old) as connection:
        migrate(connection, "0001", down=True)
    after = contents(old)
    for row in after["load_page"]:
        assert row.pop("cursor") == "{}"
    for table in OLD:
        rows = [
            {name: value for name, value in row.items() if (table, name) != ("load_page", "cursor")}
            for row in written(table)
        ]
        assert after[table] == rows
    with open_store(old) as store:
        assert len(store.load_feedback()) == 5
