"""The quality page: what is to be decided comes first, every figure adds up, and no customer's word is on it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hostile_texts import PAYLOADS
from quality_for_tests import CALM, NOW, TROUBLED, with_texts

from reports.quality.page import build_quality, render_quality
from reports.quality.state import QualityState, RefusedState


def visible(page: str) -> str:
    """The words of a page."""
    body = re.sub(r"(?s)<(style|svg|title)\b.*?</\1>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\N{NO-BREAK SPACE}", " ").split())


def test_what_is_to_be_decided_comes_first_with_its_command() -> None:
    """A held load, a source that is behind or was never read, an undelivered message and refused records are listed
    before any figure, each with what to type."""
    page = visible(render_quality(TROUBLED))
    news = (
        "To see to: 1 load held, 1 source behind, 1 source never read, 2 messages not delivered and 4 refused records"
    )
    order = [
        news,
        "Decide on load 31 of nps survey",
        "groundswell ingest --accept-load 31 groundswell ingest --drop-load 31",
        "See why play reviews is behind Its last record is of 31 Oct 2026, 16 days ago",
        "Read shop",
        "Not delivered: 2 messages by mail",
        "Look at 4 refused records",
        "Records in the store",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_a_project_without_trouble_has_nothing_to_do() -> None:
    """Where all is well one sentence says so, and nothing is listed."""
    built = build_quality(CALM)
    assert built.news == "All is well: 2 sources read, nothing held, nothing refused."
    assert built.todos == ()
    page = render_quality(CALM)
    assert 'class="todo"' not in page
    assert "The shipped model reads every source; there are too few ratings" in page
    assert "in 12 weeks: 4 alerts (3 sudden rises and 1 new theme)." in visible(page)
    assert "Nothing was read yet." in render_quality(QualityState(moment=None, timezone="UTC"))


def test_without_settings_no_command_is_named() -> None:
    """`try` throws its store away: what is wrong is told, without a command that would look elsewhere."""
    page = render_quality(replace(TROUBLED, has_settings=False, docs=""))
    assert "Look at 4 refused records" in page
    assert "<code>" not in page


def test_each_load_adds_up_on_the_page() -> None:
    """Of every load what was read is the sum of what became of it (law 1), also of those that open on demand."""
    tables = [*(section := build_quality(TROUBLED).section("loads")).first, *section.tables]
    rows = [row for table in tables for row in table.rows]
    assert len(rows) == len(TROUBLED.loads)
    for row in rows:
        read, *became = (int(cell.replace(",", "")) for cell in row[2:])
        assert read == sum(became), row


def test_reasons_that_differ_in_numbers_alone_are_one() -> None:
    """Two rows with too many cells are one reason with a count of two; the rarer kinds keep their own line."""
    [table] = build_quality(TROUBLED).section("refused").first
    assert table.rows == (
        ("nps survey", "row … has … cells, the header has …", "2"),
        ("nps survey", "text, score and service missing", "2"),
    )


def test_a_source_is_late_by_its_settings_and_not_judged_without_dates() -> None:
    """The state of a source follows its own patience; one without dates, or without a moment, is not judged."""
    [table] = build_quality(TROUBLED).section("sources").first
    told = [mark.text for mark in table.marks]
    assert told == ["up to date", "behind: 16 days old", "up to date", "no dates to judge by", "never read"]
    assert table.rows[1][3] == "every 3 days or sooner (late after 7 days)"
    [undated] = build_quality(replace(TROUBLED, moment=None)).section("sources").first
    assert not any("behind" in mark.text for mark in undated.marks)


def test_the_end_of_a_day_is_that_day() -> None:
    """`--as-of 2026-11-16` means the end of that day: the page names it, and not the day that begins then."""
    ended = datetime(2026, 11, 17, tzinfo=UTC)
    told = build_quality(replace(TROUBLED, moment=ended, timezone="UTC")).as_of
    assert told.replace("\N{NO-BREAK SPACE}", " ") == "As of 16 Nov 2026"


def test_figures_that_are_not_known_are_no_zeros() -> None:
    """A model that could not be checked has no precision, and a period without clauses no share of them (law 6)."""
    [table] = build_quality(TROUBLED).section("tone").first
    assert table.rows[1][3:] == ("none", "not measured", "not measured")
    silent = replace(
        CALM.coverage[0], coverage=replace(CALM.coverage[0].coverage, with_text=0, clauses=0, unassigned_share=None)
    )
    [table] = build_quality(replace(CALM, coverage=(silent,))).section("coverage").first
    assert table.rows[0][3:7] == ("no text", "0", "not known", "no clause")


def test_the_same_state_gives_the_same_bytes() -> None:
    """Nothing on the page depends on the clock or on an order that is not given."""
    assert render_quality(TROUBLED) == render_quality(replace(TROUBLED))
    later = render_quality(replace(TROUBLED, moment=NOW.replace(hour=7)))
    assert later == render_quality(TROUBLED)


class Elements(HTMLParser):
    """Tags and attribute names of a page, in order; addresses as they are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: value for name, value in attrs if name in ("href", "src", "style", "action")}
        self.found.append((tag, sorted(name for name, _ in attrs), kept))


@pytest.mark.parametrize("offset", range(0, len(PAYLOADS), 120))
def test_hostile_names_stay_text(offset: int) -> None:
    """Names of sources, columns and channels, reasons and warnings cannot add an element, an attribute or an address,
    nor a line to a command."""
    refused = tuple(RefusedState("a", (("b", f"reason {n}"),), 1) for n in range(60))
    state = replace(TROUBLED, refused=refused)
    payloads = [PAYLOADS[(offset + n) % len(PAYLOADS)] for n in range(400)]
    hostile = Elements(render_quality(with_texts(state, iter(payloads)))).found
    known = {(tag, tuple(names)) for tag, names, _ in Elements(render_quality(state)).found}
    assert {(tag, tuple(names)) for tag, names, _ in hostile} <= known
    addresses = {kept["href"] for _, _, kept in hostile if "href" in kept}
    assert all(address.startswith("#") for address in addresses - {"index.html", "data-docs/index.html"})
