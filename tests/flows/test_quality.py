"""quality.html of a project: made from the store by every run, told again after an ingest, without a text."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from files_for_tests import write_csv

from flows.quality import quality_of, usual_gap
from groundswell.outbox import Destination, NewItem
from groundswell.storage import open_store
from reports.quality.page import render_quality

DAY = date(2026, 11, 1)
AS_OF = ("--as-of", "2026-11-02")


@pytest.fixture(scope="module")
def held(published_once, run, tmp_path_factory) -> Path:
    """The settings of a project of which a second load, one long text fifty times, was just held by an ingest."""
    folder = shutil.copytree(published_once.parent, tmp_path_factory.mktemp("held") / "project")
    project = folder / published_once.name
    same = "Zanzibar: the parcel from the island smelled of cloves and came much too late"
    rows = [[f"x{n}", (DAY - timedelta(days=n % 5)).isoformat(), "1", same] for n in range(50)]
    bad = [["bad2", "2026-10-30", "zanzibar", ""]]
    write_csv(project.parent / "data" / "reviews-2.csv", [*rows, *bad])
    docs = project.parent / "out" / "data-docs"
    ended = run("ingest", "--settings", project, *AS_OF, "--data-docs", docs)
    assert ended.code == 3, ended.err
    return project


def test_a_run_writes_the_page_and_the_index_leads_to_it(published_project):
    """After `run` the page tells the load, the refused record and the freshness; the index names what is to be done."""
    out = published_project.parent / "out"
    page = (out / "quality.html").read_text("utf-8")
    assert "To see to: 1 refused record waiting." in page
    assert "reviews, load 1" in page and "text, score and service missing" in page
    assert "✓</span> up" in page
    index = (out / "index.html").read_text("utf-8")
    assert '<a href="quality.html">Data quality</a> · To see to: 1 refused record waiting.' in index


def test_a_held_load_is_on_the_page_after_the_ingest_that_held_it(held):
    """An ingest alone renews the page: the held load leads it with both commands, and the batch checks are linked."""
    page = (held.parent / "out" / "quality.html").read_text("utf-8")
    assert "1 load held" in page
    assert "groundswell ingest --accept-load 2" in page and "groundswell ingest --drop-load 2" in page
    assert '<a href="data-docs/index.html">' in page


def test_no_customers_word_is_on_the_page_or_in_the_batch_checks(held):
    """No text and no refused value is on the quality page or in any page of Great Expectations (law 3 goes further:
    even redacted text stays away)."""
    out = held.parent / "out"
    pages = [out / "quality.html", *(out / "data-docs").glob("*.html")]
    assert len(pages) >= 4
    for path in pages:
        assert not {"zanzibar", "parcel", "courier"} & set(path.read_text("utf-8").lower().split()), path
        assert "zanzibar" not in path.read_text("utf-8").lower(), path


def test_the_state_of_a_store_counts_what_is_in_it(held):
    """Records, loads, days and coverage are those of the store; a source that was never read is there, too."""
    patience = {"reviews": timedelta(days=14), "later": timedelta(days=3)}
    with open_store(held.parent / "groundswell.db") as opened:
        state = quality_of(opened, held.parent / "out", datetime(2026, 11, 3, tzinfo=UTC), "UTC", patience)
        total = opened.accounting(state="accepted")[0]
    [first, never] = state.sources
    assert (first.records, sum(first.days.values()), first.patience_days) == (240, 240, 14)
    assert (never.name, never.kind, never.records) == ("later", "", 0)
    assert [(load.load_id, load.state) for load in state.loads] == [(2, "held"), (1, "accepted")]
    assert (state.loads[1].read, state.loads[1].quarantined) == (total.read, 1)
    assert [one.period[:8] for one in state.coverage] == ["2026-W44"]
    assert state.watch is not None and state.docs == "data-docs/index.html"


def test_a_usual_gap_needs_six_days_and_leaves_the_longest_out():
    """Nine in ten gaps are no longer than the usual one; with fewer than five gaps none is told."""
    days = [DAY + timedelta(days=n) for n in (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 40)]
    assert usual_gap(days) == 2
    assert usual_gap(days[:5]) is None and usual_gap([]) is None


def test_deliveries_are_counted_and_nobody_is_named(tmp_path):
    """Messages are told by channel and state with the last error; no recipient's address is on the page."""
    now, place = datetime(2026, 11, 16, 6, tzinfo=UTC), tmp_path / "store.db"
    people = ("anna@example.com", "bert@example.com", "cleo@example.com")
    with open_store(place) as opened:
        sends = [NewItem("digest", "service", "2026-W46", Destination("mail", person)) for person in people]
        opened.queue([*sends, NewItem("digest", "service", "2026-W46", Destination("team"))], now)
        for number in (1, 2):
            opened.fail_sending(number, "failed", "550 <anna@example.com>: no such mailbox")
        opened.end_sending(4, now, 1)
        state = quality_of(opened, tmp_path, now, "UTC", {})
    told = [(one.channel, one.state, one.n) for one in state.deliveries]
    assert told == [("mail", "failed", 2), ("mail", "pending", 1), ("team", "sent", 1)]
    page = render_quality(state)
    assert "Not delivered: 2 messages by mail" in page and "no such mailbox" in page
    assert "example.com" not in page
