"""What the pages say of themes that are new, and of what became of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.build import AUDIENCE_SECTIONS
from reports.page.sections import build_page
from reports.page.themes import event_words
from reports.render import render_html, render_markdown


def test_a_new_theme_is_told_with_its_first_period_and_its_id(service):
    """The section says since when a theme is there, that nobody has decided on it, and the id to decide with."""
    section = build_page(service).section("new_themes")
    [entry] = section.entries
    assert entry.label == "monthly fee without notice"
    assert entry.marks[0].text == "since the period that ended 15 Nov 2026"
    assert entry.small == "Undecided · t010"
    assert "groundswell themes accept" in section.lead


def test_new_themes_are_told_to_those_who_decide(service, product, marketing):
    """Service and product read of new themes; marketing does not."""
    assert "new_themes" in AUDIENCE_SECTIONS["service"] and "new_themes" in AUDIENCE_SECTIONS["product"]
    assert build_page(product).section("new_themes") is not None
    assert build_page(marketing).section("new_themes") is None


def test_a_page_without_new_themes_has_no_such_section(service):
    """Where nothing came up, nothing is said of it."""
    page = build_page(replace(service, new_themes=(), theme_changes=()))
    assert page.section("new_themes") is None and page.section("theme_changes") is None


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (0, "“monthly fee without notice” is new (15 Nov 2026)."),
        (1, "“card did not come” is now called “card never arrived” (17 Nov 2026, by ann)."),
        (2, "“paid twice” went into “charged twice for one order” (17 Nov 2026, by ann)."),
        (3, "Undone: “App” (t002) was retired (18 Nov 2026, by O’Brien <b>)."),
    ],
)
def test_what_became_of_a_theme_is_one_sentence(service, place, words):
    """An event says what, when, and who, where a person did it."""
    assert event_words(service.theme_changes[place], service) == words


def test_the_names_of_people_are_escaped(service):
    """Whoever edits themes cannot make markup by a user name."""
    assert "O’Brien <b>" not in render_html(service) and "O’Brien &lt;b&gt;" in render_html(service)


def test_sub_themes_stand_with_their_theme(service):
    """A theme names its largest parts and says how many it leaves out."""
    facts = {fact.name: fact.value for fact in build_page(service).section("pain_points").entries[0].facts}
    assert facts["Within it"] == (
        "no card after all 19 · courier never came 12 · sent to the old address 7 · tracking number unknown 4 · 1 more"
    )
    assert "no card after all 19" in render_markdown(service)


def test_many_changes_are_cut_and_counted(service):
    """Only the last twelve changes are listed, the others counted."""
    many = tuple(replace(service.theme_changes[1], event=n) for n in range(1, 20))
    notes = build_page(replace(service, theme_changes=many)).section("theme_changes").notes
    assert len(notes) == 13 and notes[-1] == "7 earlier changes not listed."
