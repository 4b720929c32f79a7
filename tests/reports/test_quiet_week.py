"""What holds no news is one line: a quiet week has a short page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from news_for_tests import CALMED, MOVES, RELEASES

from groundswell.findings import Change, GoneTheme, Interval, WeekCount
from reports.digest import Digest
from reports.page.sections import build_page
from reports.render import render_html, render_markdown

EVEN = Change(0.09, 0.092, 398, 412, 1.02, 0.8, False, "the week before")


@pytest.fixture
def quiet(service: Digest) -> Digest:
    """The service manager's week with nothing new in it."""
    return replace(
        service,
        alerts=(CALMED,),
        pain_points=tuple(replace(f, change=EVEN, alert_id=None, is_new=False) for f in service.pain_points),
        praise=tuple(replace(f, change=EVEN) for f in service.praise),
        score_moves=MOVES[1:],
        new_themes=(),
        theme_changes=(),
        mismatches=(),
        actions=(),
    )


def test_a_quiet_week_is_a_short_page(quiet: Digest, service: Digest) -> None:
    """What did not change is a line each, after the calls that cannot wait; the text of the page is a third."""
    page = build_page(quiet)
    assert [section.id for section in page.told] == ["escalations"]
    assert [section.id for section in page.folded] == ["alerts", "pain_points", "impact", "praise"]
    assert page.section("pain_points").fold == (
        "Not one of 12 pain points changed clearly since the week before; first “card never arrived” (38), “charged "
        "twice for one order” (31) and “app logs me out every time I switch to another…” (27)."
    )
    lines = render_markdown(quiet).partition("## What could not be read")[0].splitlines()
    assert len(lines) < len(render_markdown(service).splitlines()) / 3


def test_a_folded_section_still_holds_everything(quiet: Digest) -> None:
    """Whoever unfolds a line finds the whole section: every theme, quote and figure."""
    html = render_html(quiet)
    (folded,) = re.findall(r'<section id="pain_points".*?</section>', html, re.DOTALL)
    assert folded.count("<details>") == 1
    assert all(f.label in folded for f in quiet.pain_points)
    assert not re.search(r"<details[^>]* open", html)


def test_one_new_thing_unfolds_its_section(quiet: Digest) -> None:
    """A theme that changed clearly brings the ranked themes back, and only them."""
    moved = replace(EVEN, value=0.2, significant=True)
    points = (replace(quiet.pain_points[0], change=moved), *quiet.pain_points[1:])
    told = [section.id for section in build_page(replace(quiet, pain_points=points)).told]
    assert told == ["pain_points", "escalations"]


def test_a_first_digest_folds_nothing_that_stands(quiet: Digest) -> None:
    """Whoever never saw a digest is told what hurts, changed or not; that nothing is unusual is a line all the same."""
    page = build_page(replace(quiet, is_first=True))
    assert [section.id for section in page.folded] == ["alerts"]
    assert "pain_points" in [section.id for section in page.told]


def test_without_a_period_before_everything_is_told(quiet: Digest) -> None:
    """Where nothing could be compared nothing is called unchanged."""
    bare = replace(quiet, pain_points=tuple(replace(f, change=None) for f in quiet.pain_points))
    assert build_page(bare).section("pain_points").fold == ""


def test_older_alerts_are_rows_and_new_ones_entries(service: Digest) -> None:
    """An alert that was told before is a row with where it stands; a new one has its facts and words."""
    section = build_page(service).section("alerts")
    assert [entry.label for entry in section.entries] == ["card never arrived", "monthly fee without notice"]
    (still,) = section.tables
    assert still.rows[0][1:] == ("27 of 412 authors (7 %)", "12 (6–19)")
    assert still.marks[0].text == "alert, still on, slow growth: since the week of 19 Oct, told in 2 weeks"
    (picture,) = section.pictures
    assert "card never arrived: 10 % in 2026-W46 (38 of 400 authors); usual 3 % to 7 %" in picture.alt


def test_a_release_that_changed_nothing_is_a_line(product: Digest) -> None:
    """Where no theme surely changed the section is one sentence with how many were compared."""
    page = build_page(replace(product, releases=RELEASES[3:4]))
    assert page.section("releases").fold.endswith(
        "no theme changed clearly, of 74 compared (212 authors since, 640 before)."
    )


def gone(is_new: bool, authors: int = 0) -> GoneTheme:
    """A made-up theme that went away."""
    weeks = (*(WeekCount(f"2026-W{week}", 9, 400) for week in range(35, 43)), WeekCount("2026-W46", 0, 412))
    usual = Interval(35.2, 22.0, 49.0)
    return GoneTheme(
        "t099", "courier rude", 4, authors, 1603, usual, 1e-9, "pain", "2026-W42", is_new, weeks, "get help", None
    )


def test_what_went_away_is_told_once(product: Digest) -> None:
    """A theme that fell silent is a row with what was usual; the week after it is a line."""
    section = build_page(replace(product, gone_themes=(gone(True),))).section("gone")
    assert section.tables[0].rows == (("courier rude", "0 of 1,603", "35 (22–49)", "week of 12 Oct"),)
    mark = section.tables[0].marks[0]
    assert (mark.text, mark.tone) == ("nobody now; a complaint", "good")
    later = build_page(replace(product, gone_themes=(gone(False),))).section("gone")
    assert later.fold == "Gone for longer: “courier rude”."


def test_a_pain_point_shows_what_was_decided_and_its_effect(service: Digest) -> None:
    """The action on a theme stands with it: what, who, since when, and what came of it."""
    entries = build_page(service).section("pain_points").entries
    decided = {entry.label: fact for entry in entries for fact in entry.facts if fact.name == "Decided"}
    assert decided["card never arrived"].note == "too early: 1 whole week"
    assert decided["charged twice for one order"].value.startswith("Bank told to release holds")
    calmer = replace(service, pain_points=service.pain_points[3:4])
    (mark, *_) = build_page(calmer).section("pain_points").entries[0].marks
    assert mark.text == "fewer: −68 % (−77 to −55 %) since it was decided"


def test_the_service_page_opens_with_what_was_decided(service: Digest) -> None:
    """Before the news of this week a manager reads what became of last week's decisions."""
    assert build_page(service).sections[0].id == "actions"


def test_marketing_reads_phrases_that_customers_wrote(marketing: Digest) -> None:
    """Each praised theme has its words and short happy phrases with one of them; a wish is none."""
    happy = tuple(replace(f, verbatims=tuple(replace(v, sentiment=0.8) for v in f.verbatims)) for f in marketing.praise)
    entries = build_page(replace(marketing, praise=happy)).section("words").entries
    assert entries[0].small == "patient · listened · stayed on the line · human"
    assert [quote.text for quote in entries[0].quotes] == [
        "Amira stayed on the line until it worked",
        "So patient with my mother",
    ]
    wish = replace(happy[0].verbatims[0], text="I wish they stayed on the line.")
    entries = build_page(replace(marketing, praise=(replace(happy[0], verbatims=(wish,)),))).section("words").entries
    assert entries[0].quotes == ()


def test_operations_reads_refunds_and_shipping_in_one_place(operations: Digest) -> None:
    """Pain points about refunds, returns and shipping stand together, each with a short quote and its reference."""
    plain = replace(operations.pain_points[0], label="app slow", keywords=(), sub_themes=(), theme_id="t1", rank=9)
    section = build_page(replace(operations, pain_points=(*operations.pain_points, plain))).section("fulfilment")
    rows = section.tables[0].rows
    assert [row[0] for row in rows][::2] == ["card never arrived", "refund takes weeks"] and len(rows) == 3
    assert rows[2][-1] == "“Sent it back on the 14th of last month. Nothing.” · #9300"


def test_usual_volumes_and_times_are_a_line_each(operations: Digest) -> None:
    """Where every source brings what is usual, and no time changed, operations reads a line of each."""
    points = operations.volumes["tickets"]
    usual = {"tickets": (*points[:-1], replace(points[-1], usual=Interval(1100.0, 800.0, 1400.0)))}
    even = {"first_reply_minutes": Interval(4.0, -12.0, 21.0), "reopened": Interval(0.01, -0.02, 0.04)}
    levels = tuple(replace(s, change=None, against_before=even) for s in operations.service_levels)
    page = build_page(replace(operations, volumes=usual, service_levels=levels))
    assert page.section("volumes").fold == "All within the usual range this week: tickets 883."
    assert page.section("service_levels").fold == (
        "No time or share of all contacts changed clearly since the week before; the median first reply took 3 h 10 "
        "min."
    )
    told = build_page(operations)
    assert told.section("volumes").fold == told.section("service_levels").fold == ""


def test_the_last_release_stands_in_every_panel(product: Digest) -> None:
    """Whether a release helped is seen in the themes over time: the week it came in is marked in each of them."""
    (trends, *_) = build_page(product).section("trends").pictures
    assert trends.alt.count("version 4.10.1 in 2026-W44") == 6
    (bare, *_) = build_page(replace(product, releases=())).section("trends").pictures
    assert "version 4.10.1" not in bare.alt
