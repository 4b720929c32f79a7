"""Data Docs: what Great Expectations judged, readable without a network and without a customer's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from expectations.batch import BatchGate, BatchVerdict, LoadFacts
from expectations.docs import JudgedLoad, write_data_docs
from groundswell.errors import DeliveryError
from groundswell.frames import FEEDBACK, empty_frame
from groundswell.records import Kind

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
REMOTE = re.compile(r"""(src|href|url|@import|action)\s*[=(]?\s*["']?\s*(https?:)?//""", re.IGNORECASE)


def feedback(start: int, n: int, text: str) -> pd.DataFrame:
    """Records one a day from a day on."""
    rows = pd.DataFrame({"feedback_id": [f"f{i}" for i in range(start, start + n)]})
    frame = pd.concat([empty_frame(FEEDBACK).astype("object"), rows.astype("object")]).reset_index(drop=True)
    days = [NOW - timedelta(days=200 - i) for i in range(start, start + n)]
    return frame.assign(
        text=[text] * n,
        language="en",
        score_scaled=[i % 11 / 10 for i in range(n)],
        occurred_at=pd.Series(days, dtype="datetime64[us, UTC]"),
    )


@pytest.fixture
def judged() -> JudgedLoad:
    """A load of one text sixty times, which is held."""
    rows = feedback(140, 60, "the parcel from zanzibar smelled of zanzibar and came late")
    history = feedback(0, 140, "fine")
    verdict = BatchGate(Kind.SURVEY).validate(LoadFacts(NOW, 60, 60, 0, 0, 0), rows, history, [], NOW)
    assert verdict.held
    return JudgedLoad("kunden & co/<b>", Kind.SURVEY, 7, NOW, verdict)


def test_a_run_is_documented_by_pages_that_lead_to_each_other(judged: JudgedLoad, tmp_path: Path) -> None:
    """The index names each load, its state and what was found, and links its page and its row suite."""
    unjudged = JudgedLoad("new", Kind.SURVEY, 8, NOW, BatchVerdict())
    index = write_data_docs(tmp_path / "docs", [judged, unjudged])
    assert sorted(path.name for path in index.parent.iterdir()) == [
        "index.html",
        "kunden-co-b-7.html",
        "rows-survey.html",
    ]
    page = index.read_text("utf-8")
    assert {"kunden-co-b-7.html", "rows-survey.html"} == set(re.findall(r'href="([^"]+)"', page))
    assert "kunden &amp; co/&lt;b&gt;, load 7" in page and "<td>held</td>" in page
    assert "--accept-load 7" in page and "Nothing to compare with yet" in page


def test_the_page_of_a_load_is_that_of_great_expectations(judged: JudgedLoad, tmp_path: Path) -> None:
    """It lists every expectation with its threshold, what was observed and whether it was met."""
    write_data_docs(tmp_path, [judged])
    page = (tmp_path / "kunden-co-b-7.html").read_text("utf-8")
    assert "Expectation Validation Result" in page and "Evaluated Expectations" in page
    assert "share of 60 records, usually 0.0% of 0: critical from 40.0% on" in page
    assert page.count("fa-times") >= 2 and "fa-check-circle" in page
    rows = (tmp_path / "rows-survey.html").read_text("utf-8")
    assert "at least 0 and at most 1; else score: outside its scale" in rows


def test_the_pages_need_no_network_and_run_nothing(judged: JudgedLoad, tmp_path: Path) -> None:
    """No page loads, links or runs anything from elsewhere; its policy forbids it besides."""
    write_data_docs(tmp_path, [judged])
    for path in tmp_path.iterdir():
        page = path.read_text("utf-8")
        assert not REMOTE.search(page), path.name
        assert not re.search(r"<(script|link|img|iframe|form|input|base)\b|\son\w+=", page), path.name
        assert "default-src 'none'" in page


def test_the_pages_hold_no_customers_words(judged: JudgedLoad, tmp_path: Path) -> None:
    """Numbers, codes and our own sentences only."""
    write_data_docs(tmp_path, [judged])
    assert all("zanzibar" not in path.read_text("utf-8") for path in tmp_path.iterdir())


def test_writing_again_changes_only_what_changed(judged: JudgedLoad, tmp_path: Path) -> None:
    """The same load gives the same bytes, and the pages of other loads stay."""
    (tmp_path / "other-1.html").write_text("kept")
    write_data_docs(tmp_path, [judged])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_data_docs(tmp_path, [judged])
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert before["other-1.html"] == b"kept"


def test_a_folder_that_cannot_be_written_is_named(judged: JudgedLoad, tmp_path: Path) -> None:
    """A file in the folder's place is said to be what is in the way."""
    (tmp_path / "docs").write_text("a file")
    with pytest.raises(DeliveryError, match="docs: the data docs cannot be written"):
        write_data_docs(tmp_path / "docs", [judged])
