"""The scheduled job when something is wrong: a clear line, the right exit code, the rest done, nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from files_for_tests import files_in, reviews, write_csv
from projects_for_tests import make_project

from groundswell.storage import open_store

pytestmark = pytest.mark.usefixtures("prefect_server")

SECOND_SOURCE = """
[sources.shop]
kind = "review"
files = ["shop"]
[sources.shop.columns]
text = [["review"]]
id = "id"
date = "date"
score = { column = "rating", low = 1, high = 5 }
"""
HOLDER = """
import sys
from groundswell.leases import holding
with holding(sys.argv[1], sys.argv[2:]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def two_sources(tmp_path: Path) -> Path:
    """The settings of a project with two sources: `reviews` by a glob, `shop` by a watched folder."""
    project = make_project(tmp_path / "project", rows=120, more=SECOND_SOURCE, audiences=["service"])
    (project.parent / "shop").mkdir()
    write_csv(project.parent / "shop" / "first.csv", reviews(120, seed=8))
    return project


@contextmanager
def another_run(project: Path, *leases: str) -> Iterator[int]:
    """Another process that holds these leases; its number."""
    store = str(project.parent / "groundswell.db")
    running = subprocess.Popen(
        [sys.executable, "-c", HOLDER, store, *leases], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with running:
        assert running.stdout is not None and running.stdout.readline() == "held\n"
        yield running.pid


def records(project: Path) -> dict[str, int]:
    """How many records of each source the analysis sees."""
    with open_store(project.parent / "groundswell.db") as opened:
        return {one.source: one.records for one in opened.freshness()}


def test_a_misspelt_key_is_named_with_the_right_one(tmp_path, run):
    """A typo in the settings: one line with the key and the nearest right one, exit code 1, nothing made."""
    project = make_project(tmp_path / "project")
    project.write_text(project.read_text("utf-8").replace("kind =", "knid ="), "utf-8")
    before = files_in(project.parent)
    ended = run("run", "--settings", project)
    assert ended.code == 1 and "sources.reviews.knid" in ended.err and "'kind'" in ended.err
    assert files_in(project.parent) == before


def test_changed_columns_stop_one_file_of_one_source(two_sources, run):
    """A file whose columns changed since last week is named with the column; its other files and sources are read."""
    line = ("ingest", "--settings", two_sources)
    assert run(*line).code == 0
    renamed = [[*row] for row in reviews(30, seed=9)]
    write_csv(two_sources.parent / "shop" / "second.csv", renamed, header=("id", "date", "stars", "review"))
    new = [[f"n{row[0]}", *row[1:]] for row in reviews(20, seed=10)]
    write_csv(two_sources.parent / "shop" / "third.csv", new)
    write_csv(two_sources.parent / "data" / "reviews-2.csv", new)
    ended = run(*line)
    assert ended.code == 1
    assert "shop/second.csv" in ended.said[-1] and "'rating'" in ended.said[-1]
    assert records(two_sources) == {"reviews": 140, "shop": 140}


def test_a_deleted_folder_leaves_the_others_working(two_sources, run):
    """A watched folder that is gone: said in one line, exit code 1; the other source is ingested and published."""
    (two_sources.parent / "shop" / "first.csv").unlink()
    (two_sources.parent / "shop").rmdir()
    ended = run("run", "--settings", two_sources, "--as-of", "2026-11-01")
    assert ended.code == 1
    assert ended.said[-1].startswith("groundswell: shop: shop: there is no such file or folder")
    assert records(two_sources) == {"reviews": 120, "shop": 0}
    assert (two_sources.parent / "out" / "service" / "2026-W44" / "digest.html").exists()
    assert "partly" in run("status", "--settings", two_sources).out


def test_a_load_of_which_half_fails_is_held_until_somebody_decides(tmp_path, run):
    """A load with half of its rows refused is held, exit code 3; accepted it is published, dropped it is read anew."""
    project = make_project(tmp_path / "project", rows=0, audiences=["service"])
    bad = [[f"b{n}", "2026-10-30", "", ""] for n in range(130)]
    write_csv(project.parent / "data" / "reviews.csv", [*reviews(120), *bad])
    line = ("--settings", project, "--as-of", "2026-11-01")
    ended = run("run", *line)
    assert ended.code == 3 and "load 1 is held" in ended.said[-1]
    assert "nothing to publish" in ended.out
    told = run("status", "--settings", project).out
    assert "held     load 1 of reviews, 120 new records" in told
    dropped = run("ingest", "--settings", project, "--drop-load", "1")
    assert dropped.code == 0 and "load 1 is dropped" in dropped.out
    again = run("ingest", "--settings", project)
    assert again.code == 3 and "new 120" in again.out
    assert run("ingest", "--settings", project, "--accept-load", "2").code == 0
    assert records(project) == {"reviews": 120}
    assert run("publish", *line).code == 0
    digest = (project.parent / "out" / "service" / "2026-W44" / "digest.json").read_text("utf-8")
    assert "reviews: " in digest  # the warning of the load travels into the digest
    wrong = run("ingest", "--settings", project, "--accept-load", "2")
    assert wrong.code == 1 and "load 2 is not held" in wrong.said[-1]


def test_a_load_is_decided_alone(two_sources, run):
    """`--accept-load` beside `--dry-run` or another option is wrong usage: nothing may look tried and be done."""
    for more in (("--dry-run",), ("--source", "shop"), ("--as-of", "2026-11-01")):
        ended = run("ingest", "--settings", two_sources, "--drop-load", "1", *more)
        assert ended.code == 2 and "take no other option" in ended.err


def test_what_came_in_is_told_although_the_run_then_fails(two_sources, run):
    """The accounting of the sources is printed when publishing fails: their rows are in the store."""
    ended = run("run", "--settings", two_sources, "--as-of", "2026-11-01", "--week", "2026-W45")
    assert ended.code == 1 and "is not closed yet" in ended.said[-1]
    assert "reviews: in 120 = new 120" in ended.out and "shop: in 120 = new 120" in ended.out


def test_a_retry_that_fails_says_so_by_its_exit_code(two_sources, run):
    """`quarantine retry` of a source that cannot be read ends with 1, and what waited goes on waiting."""
    file = two_sources.parent / "shop" / "first.csv"
    write_csv(file, [*reviews(60, seed=8), ["bad", "2026-10-30", "", ""]])
    assert run("ingest", "--settings", two_sources).code == 0
    file.write_text("id,when\n1,2\n")
    os.utime(file, (1, 1))
    ended = run("quarantine", "retry", "--settings", two_sources)
    assert ended.code == 1 and "no column 'date'" in ended.err, ended.err
    assert "1 record in quarantine" in run("quarantine", "list", "--settings", two_sources).out


def test_who_finds_the_work_being_done_leaves(two_sources, run):
    """A run whose sources another one is ingesting says who works and ends with exit code 3; nothing was done."""
    run("status", "--settings", two_sources)
    with another_run(two_sources, "ingest reviews", "ingest shop") as pid:
        ended = run("ingest", "--settings", two_sources)
        assert ended.code == 3 and f"process {pid} on" in ended.said[-1]
    assert records(two_sources) == {}


def test_a_source_at_work_elsewhere_is_left_to_it(two_sources, run):
    """A run takes the sources that are free, and says which one it left to whom, exit code 3."""
    with another_run(two_sources, "ingest shop") as pid:
        ended = run("ingest", "--settings", two_sources)
    assert ended.code == 3 and f"process {pid} on" in ended.said[-1]
    assert records(two_sources) == {"reviews": 120}
    with another_run(two_sources, "analysis"):
        assert run("publish", "--settings", two_sources).code == 3


def test_an_unknown_source_and_a_missing_key_are_told_before_anything_runs(two_sources, run, monkeypatch):
    """A wrong --source comes with the nearest right name; without its key file a project does not ingest."""
    ended = run("ingest", "--settings", two_sources, "--source", "review")
    assert ended.code == 1 and "'reviews'" in ended.said[-1]
    monkeypatch.setenv("GROUNDSWELL_KEY_FILE", str(two_sources.parent / "nowhere.key"))
    ended = run("ingest", "--settings", two_sources)
    assert ended.code == 1 and "nowhere.key" in ended.said[-1]
    assert not (two_sources.parent / "groundswell.db").exists()


def test_a_clock_that_was_set_back_stops_the_run(two_sources, run):
    """Where the last run began later than now nothing is run, in one line with both times; --trust-clock goes on."""
    with open_store(two_sources.parent / "groundswell.db") as opened:
        later = opened.open_run("run", datetime.now(UTC) + timedelta(days=2), None)
        opened.close_run(later, "done", "")
    ended = run("ingest", "--settings", two_sources)
    assert ended.code == 1 and "it was set back; nothing was run" in ended.said[-1]
    assert records(two_sources) == {}
    assert run("ingest", "--settings", two_sources, "--trust-clock").code == 0
    assert records(two_sources) == {"reviews": 120, "shop": 120}
