"""What the pages say of alerts, of what was done about them, of releases and of what makes a score."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from news_for_tests import ACTIONS, CALMED, CARD, END, FEE, LOGIN, LOGOUT, MOVES, RELEASES, STAFF, WINDOW

from groundswell.findings import AlertWatch, Backlog, Interval
from reports.build import digest_for
from reports.digest import from_plain, to_plain
from reports.news.headline import build_headline
from reports.page.sections import build_page
from reports.render import render_html, render_markdown
from reports.wording.alerts import by_weight, how_set, leaders
from reports.wording.weeks import monday, period_weeks, since_week, week_words


def first(digest, *alerts, **more):
    """The first sentence of the digest with these alerts."""
    return build_headline(replace(digest, alerts=alerts, **more))[0]


def table(section, row=0, of=0):
    """One row of a section's table."""
    return section.tables[of].rows[row]


def test_the_newest_alert_is_the_news(service):
    """The first sentence says who raises it now, what is usual, what it goes with, and what else is unusual."""
    assert build_headline(service)[0] == (
        "“card never arrived” was raised by 38 of 412 authors this week, twice the usual 19 (11–27), and goes with 4.1 "
        "fewer NPS points (2.6–5.6); also unusual: “monthly fee without notice” (11, new)."
    )


@pytest.mark.parametrize(
    ("alert", "words"),
    [
        (FEE, "“monthly fee without notice” is new: 11 of 412 authors raised it this week, hardly anybody before."),
        (
            LOGOUT,
            "and back again” is still growing: 27 of 412 authors raised it this week, usually 12 (6–19), since the "
            "week of 19 Oct, and goes with 1.8 fewer NPS points (0.5–3.1).",
        ),
        (
            replace(LOGOUT, opened=END, state="open"),
            "and back again” keeps growing: 27 of 412 authors raised it this week, usually 12 (6–19), since the week "
            "of 19 Oct, and goes with 1.8 fewer NPS points (0.5–3.1).",
        ),
        (
            replace(CARD, state="updated", opened=END - timedelta(weeks=2), since="2026-W44", weeks=3),
            "“card never arrived” is still unusual: 38 of 412 authors raised it this week, twice the usual 19 (11–27), "
            "since the week of 26 Oct, and goes with 4.1 fewer NPS points (2.6–5.6).",
        ),
        (
            STAFF,
            "“friendly, patient staff on the phone” is back: raised by 52 of 412 authors this week, 1.8 times the "
            "usual 30 (19–41).",
        ),
    ],
)
def test_each_kind_and_state_has_its_sentence(service, alert, words):
    """A surge, a slow growth, a new theme, one that goes on and one that is back are told as what they are."""
    assert first(service, alert).endswith(words)


def test_an_alert_of_a_release_names_it(product):
    """A theme that got worse with a release is told among those who have it, beside what those before it gave."""
    digest = replace(product, alerts=(LOGIN,), releases=tuple(replace(e, theme_id="t008") for e in RELEASES))
    lines = build_headline(digest)
    assert lines[0] == (
        "“verification photo rejected” got worse since version 4.10.1: 31 of the 212 authors on it complain, where 11 "
        "(5–18) would be usual."
    )
    assert not any(line.startswith("Since version") for line in lines)
    (entry,) = build_page(digest).section("alerts").entries
    assert entry.marks[0].text == "alert, new, since version 4.10.1"
    assert entry.facts[0].name == "Since then"
    older = replace(LOGIN, state="updated", weeks=3, opened=END - timedelta(weeks=2))
    (still,) = build_page(replace(digest, alerts=(older,))).section("alerts").tables
    assert still.rows[0][1] == "31 of 212 authors (15 %) since then"  # of those who have it, not of this week
    assert still.marks[0].text == "alert, still on: since version 4.10.1, told in 3 weeks"


def test_an_alert_that_calmed_down_is_no_news(service):
    """Quiet and closed alerts leave the first sentence to the themes, and stand in one line of their section."""
    calm = replace(service, alerts=(CALMED, replace(CARD, state="closed", last_week="2026-W44")))
    assert build_headline(calm)[0].startswith(
        "“card never arrived” was raised by 38 of 412 authors (9 %, 7–12 %), twice"
    )
    section = build_page(calm).section("alerts")
    assert (section.fold, section.entries) == ("Nothing is unusual this week.", ())
    assert section.after[0] == (
        "Calmed down: “card never arrived” (closed: usual again; last above it in the week of 26 Oct) and “no reply to "
        "e-mail for days” (back in its usual range; last above it in the week of 2 Nov)."
    )


def test_alerts_of_one_event_are_told_once(service):
    """A review bomb is one entry that names the others, and one alert in the first sentence."""
    section = build_page(service).section("alerts")
    assert [entry.label for entry in section.entries][:2] == ["card never arrived", "monthly fee without notice"]
    assert "One event with “delivery window missed” (17, usually 6.2 (2–11))" in section.entries[0].small
    assert "delivery window missed" not in first(service, CARD, WINDOW)


def test_unhappy_alerts_come_before_happy_ones_of_the_same_week():
    """What hurts leads; within a mood the one furthest above what is usual; older ones follow."""
    assert [a.alert_id for a in by_weight((STAFF, WINDOW, LOGOUT, CARD))] == ["a1", "a4", "a6", "a2"]
    assert [a.alert_id for a in leaders((WINDOW, CARD))] == ["a1"]


def test_the_page_states_how_often_an_alert_is_false(service):
    """The target, and what it came to on copies of the feedback with shuffled dates, stand in the small print."""
    words = (
        "42 themes watched against the 26 weeks before, so that about 2 false alerts a year are expected, all themes "
        "together; on 20 copies of this feedback with shuffled dates there were 1.4 (0.6–2.9)."
    )
    assert words in build_page(service).methods
    assert how_set(replace(service.watch, realised_per_year=None)).endswith("all themes together.")


def test_where_nothing_is_watched_the_reason_stands(service):
    """Too little of a baseline is said in one line instead of an all-clear."""
    why = AlertWatch(0, 0, 2.0, None, 0, "there are 3 weeks before this one; alerts need 8")
    section = build_page(replace(service, alerts=(), watch=why)).section("alerts")
    assert section.reason == "There are 3 weeks before this one; alerts need 8." and not section.after


def test_a_pain_point_shows_its_alert_and_whether_it_is_urgent(service):
    """The marks of a ranked theme say urgent or important, and where its alert stands; its change is not told twice."""
    entries = build_page(service).section("pain_points").entries
    assert [mark.text for mark in entries[0].marks] == ["urgent and important", "alert, new"]
    assert [mark.text for mark in entries[1].marks] == ["important", "no clear change from 7 %"]  # it is acted on
    assert entries[2].marks[1].text == "alert, still on, slow growth: since the week of 19 Oct, told in 2 weeks"


def test_urgent_stands_against_important(service):
    """A small table above the ranked themes says what to do first, what to answer now, and what to plan."""
    (priorities,) = build_page(service).section("pain_points").first
    assert priorities.rows[0][0] == "Do first: urgent and important"
    assert [row[1] for row in priorities.rows[1:]] == ["delivery window missed (7)", "charged twice for one order (2)"]
    bare = tuple(replace(finding, quadrant="") for finding in service.pain_points)
    assert build_page(replace(service, pain_points=bare)).section("pain_points").first == ()


def test_the_parts_of_the_rank_multiply(service):
    """Every part of the rank stands in a folded table; a trend of 1 is none and is not told."""
    ranks = build_page(service).section("pain_points").tables[-1]
    assert ranks.fold == "What makes the rank"
    assert ranks.rows[0][1] == "38 authors × 40 % of the scale lost × twice the usual or more × 78 % sure"
    assert ranks.rows[1][1:] == ("31 authors × 38 % of the scale lost × 75 % sure", "35", "93 %")


def test_an_action_says_what_came_of_it(service):
    """Before and since with intervals, and a verdict in words that its interval allows; the newest first."""
    section = build_page(service).section("actions")
    assert table(section, 2)[2:] == ("38 (31–46; 26 weeks)", "12 (9–17; 7 weeks)")
    marks = [(mark.text, mark.tone) for mark in section.tables[0].marks]
    assert marks == [
        ("too early: 1 whole week", "flat"),
        ("no clear change: −4 % (−29 to +28 %)", "flat"),
        ("fewer: −68 % (−77 to −55 %)", "good"),
    ]
    assert table(section, 0)[2:] == ("too early", "too early")
    assert "done 19 Oct 2026" in table(section, 1)[1]


def test_actions_of_one_day_stand_by_number(service):
    """The newest first also where they began on one day: number 10 before number 9."""
    same = tuple(replace(ACTIONS[2], action_id=number, what=f"remedy {number}") for number in ("9", "10", "2"))
    section = build_page(replace(service, actions=same)).section("actions")
    assert [table(section, row)[1].split(" · ")[0] for row in range(3)] == ["remedy 10", "remedy 9", "remedy 2"]


def test_no_action_no_section(service):
    """Where nothing was decided nothing is said; a note stands with the action it is about."""
    assert build_page(replace(service, actions=())).section("actions") is None
    noted = replace(ACTIONS[0], notes=("The weeks before hold an alert.",))
    section = build_page(replace(service, actions=(noted,))).section("actions")
    assert section.notes == ("no reply to e-mail for days: The weeks before hold an alert.",)


def test_a_release_says_what_it_changed(product):
    """Who is compared, how many themes, and a row for each that surely changed, red where complaints rose."""
    section = build_page(product).section("releases")
    assert section.notes[0] == (
        "Version 4.10.1 in play reviews, since 26 Oct 2026: 1 theme fell and 2 themes rose, of 74 compared (212 "
        "authors since, 640 before)."
    )
    assert section.notes[1].endswith("no theme changed clearly, of 31 compared (900 authors since, 1,100 before).")
    assert table(section)[1:] == ("5 % (of 640)", "15 % (31 of 212)", "+9 points (+5 to +15)")
    tones = {row[0]: mark.tone for row, mark in zip(section.tables[0].rows, section.tables[0].marks, strict=True)}
    assert tones["instant notifications, praise"] == "good"
    assert tones["statements hard to read, complaints"] == "good"
    assert len(section.tables) == 1


def test_a_worse_release_is_news(product):
    """Without an alert a release after which complaints rose leads; with another explanation at hand it does not."""
    lines = build_headline(replace(product, alerts=()))
    assert lines[0] == (
        "Since version 4.10.1 (26 Oct 2026) the authors who complain of “app logs me out every time I switch to "
        "another app and back again” rose from 5 % to 15 %, 31 of 212 (by +5 to +15 points)."
    )
    doubtful = tuple(replace(effect, notes=("It may be the weeks.",)) for effect in RELEASES)
    assert not build_headline(replace(product, alerts=(), releases=doubtful))[0].startswith("Since")


def test_a_category_is_never_the_news(product):
    """That contacts filed under billing are about bills is expected; so is what has another explanation."""
    (found,) = (s for s in product.segments if s.significant)
    for expected in (replace(found, segment="category"), replace(found, notes=("It may be the weeks.",))):
        assert not any("elsewhere" in line for line in build_headline(replace(product, segments=(expected,))))


def test_what_complaints_go_with_adds_up(service):
    """The lead gives the score and what those who complain of nothing give; the chart has themes with intervals."""
    section = build_page(service).section("impact")
    assert section.lead.startswith(
        "nps survey: NPS 30.9 from 391 answers with a text; those that complain of nothing give 48.3, so complaints go "
        "with −17.4 points."
    )
    _, picture = section.pictures
    assert "card never arrived (36): −4.6 (−6.2 to −3.1)" in picture.alt
    assert section.notes[0] == (
        "Not in the chart: 1 more theme, together −0.6; all other complaints (17 themes), 61 answers, "
        "−2.6 (−4.2 to −1.1)."
    )


def test_a_moved_score_is_shared_out(service):
    """Two themes of each sign, those who complain of nothing, and the rest: the rows add up to the last one."""
    (moved,) = build_page(service).section("impact").tables
    assert [row[0] for row in moved.rows[-3:]] == ["Those who complain of nothing", "Everything else", "Together"]
    assert len(moved.rows) == 7 and moved.rows[0] == ("card never arrived", "−2.4", "−0.3", "−2.7 (−4.1 to −1.4)")
    total = sum(part.mix + part.rate for part in MOVES[0].parts)
    assert moved.rows[-1][-1] == "−6.1 (−10.3 to −1.9)" and round(total, 1) == -6.1
    still = build_page(replace(service, score_moves=MOVES[1:])).section("impact")
    assert still.tables == () and still.notes[1:] == (
        "No score moved by more than chance explains since the week before.",
    )


def test_a_page_without_drivers_shows_what_themes_go_with(service):
    """An older digest, or one with too few scores for shares, has the chart of impacts."""
    section = build_page(replace(service, score_drivers=(), score_moves=())).section("impact")
    assert section.lead.startswith("The score of all answers, less that of answers that leave the theme out.")


def test_groups_that_score_otherwise_are_told(product):
    """The score of a group, its n and interval, the rest of its source, and the difference; only what is sure."""
    tables = build_page(product).section("segments").tables
    assert tables[1].rows == (
        ("country Austria, nps survey", "NPS 12 (1–24; 84 answers)", "36", "−23.8 (−37.0 to −10.4)"),
    )


def test_a_note_stands_with_the_row_it_is_about(product):
    """What else may be behind a difference, or behind what a release changed, names the row that it is about."""
    (found,) = (s for s in product.segments if s.significant)
    scores = (replace(product.segment_scores[0], notes=("most of it goes with the time",)),)
    digest = replace(product, segments=(replace(found, notes=("nearly the same people",)),), segment_scores=scores)
    section = build_page(digest).section("segments")
    whys = [table.rows[0][-1] for table in section.tables]
    assert whys == ["nearly the same people", "most of it goes with the time"]
    assert all(table.fold.endswith("1 with another explanation at hand") for table in section.tables)
    assert section.fold == "2 differences beyond chance, each with another explanation at hand."
    noted = (replace(RELEASES[0], notes=("who updates complains more",)),)
    notes = build_page(replace(product, releases=noted)).section("releases").notes
    assert notes[1].endswith("another app and…: who updates complains more.")


def test_operations_reads_volume_beside_what_is_usual(operations):
    """A week out of its range leads the page; the section says so for each source, and the contacts an order."""
    assert build_headline(operations)[0] == "883 came in from tickets, more than the usual 789 (709–874)."
    notes = build_page(operations).section("volumes").notes
    assert notes[0] == "tickets: 883 in 2026-W46, above the usual range: 789 (709–874)."
    assert notes[1] == (
        "tickets: 4.2 contacts for each 100 orders (3.9–4.5; 872 contacts, 20,761 orders); 3.9 in the week before."
    )


def test_operations_reads_who_waits(operations):
    """What is open, what was a week before, and the oldest with its reference."""
    assert table(build_page(operations).section("backlog")) == ("tickets", "229", "220", "25 days · #8177")
    empty = (Backlog("tickets", "2026-W46", 0, None),)
    assert table(build_page(replace(operations, backlog=empty)).section("backlog")) == (
        "tickets",
        "0",
        "not known",
        "–",
    )


def test_operations_reads_what_takes_long(operations):
    """Themes whose contacts surely take longer, or come back, with both figures and the difference."""
    section = build_page(operations).section("service_drivers")
    assert table(section) == ("refund takes weeks", "61", "4 d 6 h", "28 h 30 min", "+3 d 2 h (+2 d to +4 d 5 h)")
    assert section.tables[1].rows == (("chat bot goes in circles", "33", "24 %", "8 %", "+16 points (+3 to +32)"),)


def test_operations_reads_what_it_costs_to_make_good(operations):
    """The whole first, then the groups that were paid most; a mean has its interval."""
    rows = build_page(operations).section("fulfilment").tables[-1].rows
    assert rows[0] == ("All contacts, tickets", "872", "3,575 EUR", "4.10 EUR (2.80–5.40)")
    assert len(build_page(replace(operations, service_levels=())).section("fulfilment").tables) == 1
    assert build_page(replace(operations, service_levels=(), pain_points=())).section("fulfilment") is None


def test_the_top_says_how_customers_are_served(operations, service):
    """Tiles tell first reply and reopens of all contacts, with what changed since the period before."""
    for digest in (operations, service):
        tiles = {tile.name: tile for tile in build_page(digest).tiles}
        assert tiles["First reply"].value == "3 h 10 min"
        assert tiles["First reply"].change.text == "+40 min (+12 min to +1 h 11 min) against the week before"
        assert tiles["First reply"].change.tone == "bad"
        assert tiles["Reopened"].change.text == "no clear change (−2 points to +4 points)"


def test_a_change_that_cannot_be_had_says_why(service):
    """Where a period before is there, but too small to compare with, the tile says so in place of a change."""
    score = replace(
        service.scores[0], change=None, change_low=None, change_high=None, change_reason="no comparison: 12"
    )
    tile = build_page(replace(service, scores=(score,))).tiles[0]
    assert (tile.change.symbol, tile.change.text) == ("·", "no comparison: 12")


def test_agents_stand_by_name_with_a_word_of_caution(operations):
    """Single persons are never ranked: they stand by name, and the page says what their figures lean on."""
    whole = operations.service_levels[0]
    agents = tuple(
        replace(whole, group_by="agent", group=name, n=n, shrunken=True) for name, n in (("Zoe", 90), ("Ann", 12))
    )
    section = build_page(replace(operations, service_levels=(whole, *agents))).section("service_levels")
    assert [row[0] for row in section.tables[0].rows] == ["All contacts", "Ann", "Zoe"]
    assert any("by name, not by rank" in note for note in section.notes)


def test_marketing_hears_of_praise_and_rising_wishes_only(marketing):
    """An alert in happy words leads marketing's page, and a wish that more people have stands on it."""
    assert build_headline(marketing)[0].startswith(
        "“friendly, patient staff on the phone” is back: raised by 52 of 412"
    )
    assert (
        "More customers ask for something about “statements hard to read”: 8 authors, 3.2 times"
        in marketing.headline[2]
    )
    page = build_page(marketing)
    assert [entry.label for entry in page.section("alerts").entries] == ["friendly, patient staff on the phone"]
    assert page.section("requests").entries[0].marks[0].text.startswith("0.6 % to 2 %")


def test_weeks_are_said_by_their_monday(service):
    """A week is named by its first day, with the year where it is another; the period's own week is this week."""
    assert week_words("2026-W43", service) == "the week of 19 Oct"
    assert week_words("2025-W52", service) == "the week of 22 Dec 2025"
    assert week_words("some week", service) == "some week"
    assert (monday("2026-W60"), since_week("2026-W46", service)) == (None, "")
    assert period_weeks(service) == ("2026-W46",)


def test_a_longer_period_names_its_last_week(service):
    """In a digest of four weeks an alert's figures are those of its last week, which is named."""
    longer = replace(service.period, start=END - timedelta(weeks=4), length="4 weeks")
    words = first(service, CARD, period=longer)
    assert (
        "raised by 38 of 412 authors in the week of 9 Nov, twice the usual 19 (11–27), since the week of 9 Nov" in words
    )


def test_a_digest_frozen_before_there_were_alerts_still_makes_its_pages(service):
    """A digest.json without the fields that came later loads, and its pages say that no alerts were raised then."""
    old = to_plain(service)
    for name in ("watch", "score_moves", "segment_scores", "releases", "service_drivers", "backlog", "contact_ratios"):
        del old[name]
    for finding in old["pain_points"]:
        del finding["quadrant"]
    digest = from_plain({**old, "alerts": [], "actions": [], "score_drivers": [], "false_alarm_target_per_year": None})
    assert digest.watch is None and build_page(digest).section("alerts") is None
    for page in (render_html(digest), render_markdown(digest)):
        assert "No alerts were raised when this was written" in page


def test_an_unknown_usual_is_no_number(service):
    """An alert whose usual number is not known shows none, in no format."""
    gap = replace(CARD, usual=Interval(float("nan"), float("nan"), float("nan")), ratio=None)
    digest = replace(service, alerts=(gap,))
    for page in (render_html(digest), render_markdown(digest)):
        assert not re.search(r"(?i)\bnan\b", page)
    assert first(service, gap).startswith(
        "“card never arrived” was raised by 38 of 412 authors this week, more than usual"
    )


def test_only_the_sections_of_a_reader_are_told(service):
    """Every audience's digest is filled by `digest_for` from the same findings; an unknown audience is a KeyError."""
    with pytest.raises(KeyError):
        digest_for("board", None, service.period, service.quality, service.generated_from, 1)


def test_beside_next_to_nobody_no_ratio_is_told(product):
    """42 where 0.2 are usual are told as such, and not as 205 times as many."""
    alert = replace(LOGIN, usual=Interval(0.2, 0.0, 2.0), ratio=205.0)
    (entry,) = build_page(replace(product, alerts=(alert,))).section("alerts").entries
    usual = next(fact for fact in entry.facts if fact.name == "Usual")
    assert (usual.value, usual.note) == ("0.2", "(0–2)")


def test_drivers_say_when_a_regression_shared_them_out(service):
    """The page tells which way the settings chose; even shares need no word."""
    even = build_page(service).section("impact")
    drivers = tuple(replace(driver, method="regression") for driver in service.score_drivers)
    chosen = build_page(replace(service, score_drivers=drivers)).section("impact")
    assert "Shared out among the themes" in even.lead
    assert "Shared out by a regression among the themes" in chosen.lead


def test_a_table_that_leaves_out_small_groups_says_so(operations):
    """Where the groups told do not make up all contacts the caption says that the others are too small."""
    levels = tuple(replace(s, share=0.1) if s.group_by == "channel" else s for s in operations.service_levels)
    tables = build_page(replace(operations, service_levels=levels)).section("service_levels").tables
    assert any("groups of too few contacts are not shown" in table.caption for table in tables)
