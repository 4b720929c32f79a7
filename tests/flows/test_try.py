"""`groundswell try`: what it writes, that it may be repeated, and that its counts add up."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from commands_for_tests import Ended
from files_for_tests import files_in, reviews, write_csv
from jsonschema import Draft202012Validator

from reports.write import DIGEST_FILES

ROOT = Path(__file__).resolve().parents[2]
AUDIENCES = ("marketing", "operations", "product", "service")
ACCOUNT = re.compile(
    r"^(?P<source>\w+): in (?P<read>[\d,]+) = new (?P<new>[\d,]+) \+ changed (?P<changed>[\d,]+) \+ unchanged "
    r"(?P<unchanged>[\d,]+) \+ quarantined (?P<quarantined>[\d,]+) \+ skipped (?P<skipped>[\d,]+)",
    re.MULTILINE,
)
pytestmark = pytest.mark.usefixtures("prefect_server")


def accounts(printed: str) -> dict[str, dict[str, int]]:
    """The accounting line of each source."""
    return {
        found["source"]: {n: int(v.replace(",", "")) for n, v in found.groupdict().items() if n != "source"}
        for found in ACCOUNT.finditer(printed)
    }


@dataclass(frozen=True)
class Tried:
    """One `try` in a throw-away store: its folder, what it printed, and what Prefect had kept of it when it ended."""

    out: Path
    ended: Ended
    artifact: Any
    flow_runs: list[Any]


@pytest.fixture(scope="module")
def tried(prefect_server, run, review_file, tmp_path_factory):
    """One `try` for many tests."""
    from prefect.client.orchestration import get_client

    out, before = tmp_path_factory.mktemp("tried"), datetime.now(UTC)
    ended = run("try", review_file, "--out", out)
    assert ended.code == 0, ended.err
    with get_client(sync_client=True) as client:
        newest = max(client.read_artifacts(), key=lambda artifact: artifact.created)
        runs = [flow_run for flow_run in client.read_flow_runs() if flow_run.created >= before]
    return Tried(out, ended, newest, runs)


def test_try_writes_four_digests_and_an_index(tried):
    """`try` writes a digest in each format for each of four audiences, the explorer, an index and the quality page; the
    JSON fits the schema."""
    written = files_in(tried.out)
    pages = [f"{audience}/2026-W41-to-W44/{name}" for audience in AUDIENCES for name in DIGEST_FILES]
    assert sorted(written) == sorted([*pages, "product/2026-W41-to-W44/explorer.html", "index.html"])
    assert "All is well: 1 source read" in (tried.out / "quality.html").read_text("utf-8")
    schema = json.loads((ROOT / "docs" / "digest.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    for audience in AUDIENCES:
        digest = json.loads(written[f"{audience}/2026-W41-to-W44/digest.json"])
        Draft202012Validator(schema).validate(digest)
        assert digest["audience"] == audience
        assert digest["headline"][0] in tried.ended.out
        assert f"{audience}/2026-W41-to-W44/digest.html" in written["index.html"].decode()
    assert accounts(tried.ended.out)["reviews"] == {
        "read": 300, "new": 300, "changed": 0, "unchanged": 0, "quarantined": 0, "skipped": 0
    }  # fmt: skip


def test_a_second_run_on_the_same_store_adds_and_changes_nothing(run, tried, review_file, tmp_path):
    """In a store that is kept `try` makes what it makes in a throw-away one under the same key, to the byte. Run again
    with the same store it brings 0 new rows and leaves every file as it was. Nothing is ever to be sent."""
    line = ("try", review_file, "--out", tmp_path / "out", "--store", tmp_path / "kept.db")
    first = run(*line)
    written = files_in(tmp_path / "out")
    assert written == files_in(tried.out)
    rows = count_rows(tmp_path / "kept.db")
    again = run(*line)
    assert (first.code, again.code) == (0, 0)
    assert files_in(tmp_path / "out") == written
    assert sum(accounts(again.out)["reviews"].values()) == 0
    assert count_rows(tmp_path / "kept.db") == rows | {"load": rows["load"] + 1}
    assert rows["announcement"] == rows["outbox"] == 0
    assert again.out.count("as published before") == 4 and again.out.count("revision 1, new") == 0


@pytest.mark.soak
def test_a_longer_file_adds_only_its_new_rows_and_makes_a_revision(run, tmp_path):
    """Of a newer export only the new and the edited rows come in; a digest whose rows changed is a second revision."""
    rows = reviews(120)
    file = write_csv(tmp_path / "reviews.csv", rows[:110])
    line = ("try", file, "--out", tmp_path / "out", "--store", tmp_path / "kept.db", "--period", "all")
    assert run(*line).code == 0
    edited = [rows[0][:3] + ["On second thought the parcel did arrive."], *rows[1:]]
    write_csv(file, edited)
    again = run(*line)
    assert accounts(again.out)["reviews"] == {
        "read": 120, "new": 10, "changed": 1, "unchanged": 109, "quarantined": 0, "skipped": 0
    }  # fmt: skip
    assert again.out.count("revision 2, new") == 4


def test_counts_add_up_with_broken_rows(run, tmp_path):
    """For each source, in = new + changed + unchanged + quarantined + skipped, with every kind of broken row.

    A comment of more than a megabyte does not stop the run: it is cut, and the run says so.
    """
    rows = reviews(150)
    rows[30][3] = "The parcel is late again. " * 45_000
    broken = [
        ["b1", "2026-10-01", "2", "Delivered to the wrong door.", "surplus", "cells"],  # structurally broken
        ["b2", "2026-10-01", "", ""],  # nothing to use
        ["b3", "2026-10-01", "abc", ""],  # a broken score and no text
        ["", "", "", ""],  # a row of separators
        rows[7],  # a repeated row
        ["b4", "yesterday", "3", "The hotline hung up on me."],  # a broken date: kept without it
        ["b5", "2026-10-02", "11", "The app is slow."],  # outside the scale: kept without it
        ["b6", "2026-10-02", "4", ""],  # a score alone is feedback
    ]
    first = write_csv(tmp_path / "shop.csv", [*rows[:75], *broken, *rows[75:]])
    second = write_csv(tmp_path / "app.csv", reviews(60, seed=9))
    ended = run("try", first, second, "--out", tmp_path / "out", "--store", tmp_path / "kept.db")
    found = accounts(ended.out)
    assert found["shop"] == {
        "read": 158, "new": 153, "changed": 0, "unchanged": 1, "quarantined": 3, "skipped": 1
    }  # fmt: skip
    assert found["app"]["read"] == found["app"]["new"] == 60
    assert "cut to 20,000 of" in ended.out
    for account in found.values():
        assert account["read"] == sum(n for name, n in account.items() if name != "read")
    assert "skipped 1 (1 x empty row)" in ended.out
    listed = run("quarantine", "list", "--store", tmp_path / "kept.db", "--source", "shop")
    assert listed.code == 0 and "3 records of shop in quarantine" in listed.out
    number = listed.out.split()[0]
    shown = run("quarantine", "show", number, "--store", tmp_path / "kept.db")
    assert shown.code == 0 and "row 76" in shown.out and "cells, the header has 4" in shown.out


def test_prefect_keeps_the_accounting(tried):
    """The accounting of a run stands in Prefect's API as a table, its runs all completed, its store is not named."""
    states = {flow_run.name: flow_run.state_name for flow_run in tried.flow_runs}
    parameters = json.dumps([flow_run.parameters for flow_run in tried.flow_runs])
    assert tried.artifact.key == "accounting" and json.loads(tried.artifact.data) == [
        {"source": "reviews", "in": 300, "new": 300, "changed": 0, "unchanged": 0, "quarantined": 0, "skipped": 0}
    ]
    assert states["ingest reviews"] == "Completed" and list(states.values()) == ["Completed"] * 4
    assert "parcel" not in parameters and "store.db" not in parameters


def count_rows(store: Path) -> dict[str, int]:
    """How many rows each table of a SQLite store has."""
    with sqlite3.connect(store) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    connection.close()
    return counts
