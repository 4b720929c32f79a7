"""What the pages say of single comments, and of how they were read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from comments_for_tests import ESCALATIONS, SENTIMENT

from groundswell.findings import Absent, SentimentSource, SentimentSummary
from reports.digest import from_plain, to_plain
from reports.page.quotes import quote
from reports.page.sections import build_page
from reports.page.tone import tone_lines
from reports.render import render_html, render_markdown


def test_service_is_told_whom_to_call_back(service):
    """Kind, words, reference, source, date, theme and the customer's other comments: all that a call needs."""
    section = build_page(service).section("escalations")
    first = section.entries[0]
    assert (section.title, section.size) == ("Customers to call back", "13 authors")
    assert first.label == "Escalation, leaving, urgent"
    assert first.facts[0].value == "charged twice for one order"
    assert first.quotes[0].text.startswith("I want to speak to your manager")
    assert first.quotes[0].byline == "tickets #9101 · 14 Nov 2026"
    assert first.quotes[0].notes == ("The same customer also wrote #9088 and #9071.",)


def test_six_are_shown_and_the_others_named(service):
    """The list stays short, says how many it leaves out and how many were read, and where the next ones stand."""
    section = build_page(service).section("escalations")
    assert len(section.entries) == 6
    assert section.notes == ("The 6 most serious are told in full, 7 more are not.",)
    (following,) = section.tables
    assert following.fold == "Next to call: 5 more" and following.rows[0][0] == "#9123"
    assert following.rows[-1][:4:3] == ("#9141", "Urgent")
    assert section.lead.startswith("13 of 391 authors read: escalation 2, leaving 9, urgent 3; some count in two.")


def test_only_the_kinds_that_occur_are_explained(service):
    """The small print of a page with churn alone does not explain what an urgent case is."""
    leaving = replace(service, escalations=ESCALATIONS[2:3])
    told = " ".join(build_page(leaving).methods)
    assert "Leaving: means to leave" in told and "cannot wait" not in told


def test_nobody_to_call_is_one_line(service):
    """Where nobody escalates the section is its reason, in one line; without a reason there is no section."""
    none = replace(service, escalations=(), absent=(Absent("escalations", "nobody of 391 read asks for it"),))
    section = build_page(none).section("escalations")
    assert section.reason == "Nobody of 391 read asks for it." and not section.entries
    assert build_page(replace(none, absent=())).section("escalations") is None


def test_operations_reads_counts_and_references(operations):
    """Operations sees how many by source and theme, and which they are, without the words."""
    by_source, by_theme, which = build_page(operations).section("escalations").tables
    assert by_source.rows == (("tickets", "11"), ("nps survey", "2"))
    assert by_theme.rows[0] == ("no reply to e-mail for days", "7") and ("no theme", "2") in by_theme.rows
    assert which.rows[0][:4] == ("#9101", "tickets", "14 Nov 2026", "Escalation, leaving, urgent")
    assert which.caption.endswith("2 more are not listed")
    assert "speak to your manager" not in render_html(operations)


def test_product_reads_wishes_by_theme(product):
    """Each theme's wishes with how many customers have them and their words; those of no theme last."""
    section = build_page(product).section("requests")
    assert [entry.label for entry in section.entries][1:] == [
        "statements hard to read",
        "limits too low for travelling",
        "Other wishes",
    ]
    assert [entry.facts[0].value for entry in section.entries] == ["14 authors", "8 authors", "1 author", "5 authors"]
    assert len(section.entries[0].quotes) == 2
    assert section.lead.startswith("41 of 391 authors read ask for something.")


def test_many_wishes_are_cut_but_the_others_are_kept(product):
    """Six themes with wishes are told, the rest counted; wishes of no theme stay on the page."""
    named = replace(product.requests[0], theme_id="t9")
    section = build_page(replace(product, requests=(named,) * 20 + product.requests[-1:])).section("requests")
    assert len(section.entries) == 7 and section.entries[-1].label == "Other wishes"
    assert section.notes == ("14 more themes with wishes not shown.",)


def test_a_mismatch_says_how_sure_the_reading_is(service):
    """Not a bare number: what the words were read as, and how sure that is; all that were found are counted."""
    section = build_page(service).section("mismatches")
    assert section.quotes[0].notes == ("Happy score, unhappy words", "read as clearly unhappy")
    assert "402 comments" in section.lead and "11 happy scores with unhappy words, 1 the other" in section.lead
    assert section.notes == ("The 3 clearest are shown, 9 more are not.",)


def test_few_of_each_direction_are_shown(service):
    """Two clear ones of each direction fit on the page."""
    many = replace(service, mismatches=service.mismatches[:1] * 30 + service.mismatches[1:2] * 30)
    assert len(build_page(many).section("mismatches").quotes) == 4


def test_the_headline_counts_the_calls(service):
    """The service manager's first lines say how many wait for a call, and what for."""
    assert "To call back: 13 authors (escalation 2, leaving 9, urgent 3)." in service.headline


@pytest.mark.parametrize("name", ["service", "product", "marketing", "operations"])
def test_every_page_says_how_the_tone_was_read(digests, name):
    """Which model, for which source, how good it is, and which words weigh most: on every page."""
    for page in (render_html(digests[name]), render_markdown(digests[name])):
        page = page.replace("\u00a0", " ")
        assert "How the tone was read" in page
        assert "of 100 that it calls negative, 82 had a low score; of 100 with a low score, it finds 90" in page
        assert "Your own model was tried and not surely better, tested on later comments." in page
        assert "AUC" not in page and "log loss" not in page
        assert "41 happy ratings are too few to learn from or to check with: 50 of each are needed." in page


def test_nothing_measured_is_said(undated):
    """A source without ratings says that nothing was measured, also where the analysis names no sources at all."""
    bare = SentimentSource("remarks", "starter", 0, None, None, None, None)
    for sources in ((bare,), ()):
        line, _ = tone_lines(replace(undated, sentiment=SentimentSummary("starter-1", sources)))
        assert line == (
            "remarks: the shipped model, which knows no ratings of yours. "
            "Not measured here: there are too few ratings to compare with."
        )


def test_the_number_checked_is_told_not_the_number_read(service):
    """Of 1,204 ratings read, figures rest on the 722 that the model had not learned from; both are told as they are."""
    own, _, shipped, *_ = tone_lines(service)
    assert "your own model, from 1,204 ratings read. Checked on 722 rated comments that it had not learned from:" in own
    assert "the shipped model, its scale set by your ratings. Checked on 1,386 rated comments:" in shipped


def test_a_model_that_was_not_tried_is_not_called_worse(service):
    """Where ratings measure the shipped model and no own one could be made, the reason given is the one there is."""
    few = replace(SENTIMENT.sources[2], note="too few different comments to make your own model of and test it on: 2")
    line = tone_lines(replace(service, sentiment=replace(SENTIMENT, sources=(few,))))[0]
    assert line.endswith("it finds 89. Too few different comments to make your own model of and test it on: 2.")
    assert "not surely better" not in line


def test_scores_that_words_do_not_follow_are_told_as_such(service):
    """Where an AUC is low the page says what that means instead of leaving two poor figures alone."""
    loose = replace(SENTIMENT.sources[0], auc=0.69)
    line = tone_lines(replace(service, sentiment=replace(SENTIMENT, sources=(loose,))))[0]
    assert "score and words have little to do with each other" in line
    assert not any("little to do" in told for told in tone_lines(service))


def test_sources_of_which_the_same_is_to_be_said_share_a_line(service):
    """Unmeasured sources are one line, those too that the analysis does not name."""
    sources = tuple(SentimentSource(f"s{i}", "starter", 0, None, None, None, None) for i in range(3))
    assert tone_lines(replace(service, sentiment=replace(SENTIMENT, sources=sources)))[0].startswith(
        "s0, s1, s2, nps survey, "
    )


def test_a_digest_that_was_frozen_before_still_makes_its_page(service):
    """digest.json of before this was recorded has no such keys: its page is made, without them."""
    old = to_plain(service)
    for source in old["sentiment"]["sources"]:
        del source["checked"], source["scaled"]
    assert "Checked on rated comments: of 100" in build_page(from_plain(old)).tone[2]
    for key in ("signals", "mismatch_counts", "sentiment"):
        del old[key]
    page = build_page(replace(from_plain(old), escalations=()))
    assert page.tone == () and page.section("escalations") is None
    assert page.section("mismatches").lead.endswith("before the score is believed.")


def test_effort_is_told_with_the_theme_that_costs_it(service):
    """A pain point says how many seem to have tried more than once; of one or two a misreading is too likely."""
    entries = build_page(service).section("pain_points").entries
    told = [{fact.name: fact.value for fact in entry.facts}.get("Effort") for entry in entries]
    assert told == [
        "10 seem to have had to chase, wait or try again",
        "6 seem to have had to chase, wait or try again",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Confusing\nThe app takes long.", "Confusing · The app takes long."),
        ("Never again!\n\nIt broke.", "Never again! It broke."),
        ("\nIt broke \n ", "It broke"),
    ],
)
def test_a_title_does_not_run_into_its_text(service, text, shown):
    """Where a line ends without a mark, a quote shows where the next one begins."""
    assert quote(replace(ESCALATIONS[0].verbatim, text=text), service).text == shown
