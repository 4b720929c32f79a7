"""`groundswell testimonials`: from the candidates of a digest to an export, and every refusal in one line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands_for_tests import Ended
from consents_for_tests import TEXT, bring, candidate, record
from pydantic import SecretStr

from analysis.scope.calendar import Calendar
from analysis.scope.past import Past
from analysis.scope.periods import Span
from flows.watch import past_of, settle_testimonials
from groundswell.records import Feedback, Service
from groundswell.storage import open_store
from groundswell.testimonials import key_of

HOSTILE = "=HYPERLINK(1) <b>I</b> see every bill in one place now and it saves me an hour each month."
RECENT = datetime.now(UTC) - timedelta(days=20)
ONE, TWO = record("1", author="a1"), record("2", HOSTILE)
KEY, OTHER = key_of(ONE.id, ONE.text), key_of(TWO.id, TWO.text)
GRANT = ("--scope", "advertising", "--channel", "Website", "--proof", "e-mail of 12 Nov 2026")
Testimonials = Callable[..., Ended]


def proposed(one: Feedback, rank: float = 0.9) -> dict[str, object]:
    """A candidate as digest.json has it."""
    quote = {"feedback_id": one.id, "reference": one.reference, "source": one.source, "text": one.text}
    quote |= {"score": "5 of 5", "occurred_at": "2026-10-17T09:00:00+00:00"}
    return {"verbatim": quote, "theme": "easy bills", "theme_id": "t1", "rank": rank, "checks": {}, "flags": []}


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A store with two reviews, both proposed by the marketing digest of a week."""
    found = str(tmp_path / "store.db")
    with open_store(found) as store:
        bring(store, ONE, TWO)
        told = {"testimonials": [proposed(ONE), proposed(TWO, 0.5)]}
        store.save_digest("marketing", "2026-W46", "f", json.dumps(told), "first")
    return found


@pytest.fixture
def told(run: Callable[..., Ended], place: str) -> Testimonials:
    """`told("approve", key)` on that store."""
    return lambda *arguments: run("testimonials", *arguments, "--store", place)


def agree(told: Testimonials, key: str, *terms: str) -> None:
    """All steps up to a grant."""
    for step in (("approve", key), ("request", key, "--by", "e-mail"), ("grant", key, *GRANT, *terms)):
        ended = told(*step)
        assert ended.code == 0, ended.err


def test_a_candidate_is_listed_approved_asked_for_granted_and_exported(told: Testimonials) -> None:
    """Every command tells where the text stands and what comes next; what is exported is what was agreed to."""
    assert [line.split()[0] for line in told("list").out.splitlines()[1:3]] == [KEY, OTHER]
    assert told("export", "--format", "json").out == "[]\n"
    assert "no consent is in force for web" in (nothing := told("export", "--channel", "web")).err and nothing.out == ""
    assert "request" in told("approve", KEY[:6], "--note", "for the home page").out
    assert "no answer by" in told("request", KEY, "--by", "e-mail", "--incentive", "a voucher").out
    assert "2 wait" not in told("list").out and "1 for customers" in told("list").out
    assert "it may be used until" in told("grant", KEY, *GRANT, "--attribution", "initials", "--named", "A. B.").out
    [one] = json.loads(told("export", "--format", "json").out)
    assert (one["text"], one["attribution"], one["channels"]) == (TEXT, "A. B.", ["website"])
    assert one["disclosure"] == "The author received a voucher for it."
    assert told("publish", KEY, "--channel", "website", "--where", "the front page").code == 0
    shown = told("show", KEY).out
    for said in (f"{KEY}: published", TEXT, "used on website: the front page", "approved by", "for the home page"):
        assert said in shown
    assert "1 of 1 decided on were wanted, 1 of 1 asked for were granted" in told("list").out
    assert "take it down from the front page" in told("revoke", KEY, "--why", "asked by telephone").out
    assert told("export", "--format", "json").out == "[]\n"


def test_what_is_exported_cannot_act(told: Testimonials, tmp_path: Path) -> None:
    """A formula in a CSV file and markup in Markdown are text; JSON has the exact words."""
    agree(told, OTHER)
    [row] = list(csv.DictReader(io.StringIO(told("export", "--format", "csv").out)))
    assert row["text"] == f"'{HOSTILE}" and row["channels"] == "website"
    assert "<b>" not in told("export", "--channel", "WEBSITE").out
    assert json.loads(told("export", "--format", "json").out)[0]["text"] == HOSTILE
    ended = told("export", "--format", "json", "--channel", "print", "--out", tmp_path / "quotes.json")
    assert "0 texts whose consent is in force for print" in ended.out
    assert json.loads((tmp_path / "quotes.json").read_text("utf-8")) == []


def test_a_text_of_several_lines_stays_in_its_quote(told: Testimonials, place: str) -> None:
    """No line of it ends the quote, begins a list or a heading, or turns the direction of what follows."""
    lines = "Great bills\n- I see every bill in one place\n# and it saves me\u202e an hour\r\n\n<b>each month</b>"
    three = record("3", lines)
    with open_store(place) as store:
        bring(store, three)
        store.save_digest("marketing", "2026-W47", "g", json.dumps({"testimonials": [proposed(three)]}), "first")
    agree(told, key_of(three.id, lines))
    written = told("export").out
    quoted = written.split("\n\n- May be used")[0].splitlines()
    assert all(line.startswith(">") for line in quoted) and len(quoted) == 7
    assert not set("\u202e\r") & set(written) and "<b>" not in written
    assert json.loads(told("export", "--format", "json").out)[0]["text"] == lines


def test_a_cut_has_a_key_and_a_consent_of_its_own(told: Testimonials) -> None:
    """Only what was written, in its order, unless it is marked as reworded; the whole text stays what it is."""
    agree(told, KEY)
    foreign = told("edit", KEY, "--text", "It saves me two hours")
    assert foreign.code == 1 and "is not what was written, or not in this order" in foreign.err
    swapped = told("edit", KEY, "--text", "it saves me an hour … I see every bill")
    assert swapped.code == 1
    cut = "I see every bill in one place … it saves me an hour"
    assert "needs a consent of its own" in told("edit", KEY, "--text", cut).out
    new = key_of(ONE.id, cut)
    assert [one["key"] for one in json.loads(told("export", "--format", "json").out)] == [KEY]
    assert told("request", new, "--by", "e-mail").code == 0  # who has agreed may be asked about a cut
    assert f"cut out of {KEY}" in told("show", new).out
    assert told("edit", KEY, "--text", "It saves me hours", "--reworded").code == 0
    assert "reworded: yes" in told("show", key_of(ONE.id, "It saves me hours")).out


def test_nobody_is_asked_for_praise_who_waits_or_is_unhappy(told: Testimonials, place: str) -> None:
    """A newer bad score or an open ticket of the same author refuses the request, unless it is asked anyway."""
    with open_store(place) as store:
        bring(store, replace(record("9", "It broke.", "a1", 1.0), occurred_at=RECENT))
    assert told("approve", KEY).code == 0
    refused = told("request", KEY, "--by", "e-mail")
    assert refused.code == 1 and "its author gave a bad score (reviews row 9); nothing was changed" in refused.err
    assert told("request", KEY, "--by", "e-mail", "--anyway").code == 0
    assert "although unhappy: yes" in told("show", KEY).out


def test_an_open_ticket_is_seen_where_tickets_are_resolved(told: Testimonials, place: str) -> None:
    """Of a source that never tells when one was solved, nothing is known."""
    waiting = replace(record("8", "Help", "a1"), score=None, service=Service(reported_at=RECENT))
    with open_store(place) as store:
        bring(store, waiting)
    assert told("approve", KEY).code == 0
    solved = Service(reported_at=RECENT, resolved_at=RECENT + timedelta(hours=1))
    with open_store(place) as store:
        bring(store, replace(record("7", "Thanks", "a9"), score=None, service=solved))
    assert "its author waits for an answer (reviews row 8)" in told("request", KEY, "--by", "e-mail").err


def test_feedback_that_changed_is_noted_and_never_exported(told: Testimonials, place: str) -> None:
    """The record says something else: not exported, and shown with the reason; a candidate of it cannot be taken up."""
    agree(told, KEY)
    with open_store(place) as store:
        bring(store, replace(record("1", "It broke.", "a1")), replace(record("2", "It broke, too.")))
    assert told("export", "--format", "json").out == "[]\n"
    assert "revoked by" in told("show", KEY).out and "says something else now" in told("show", KEY).out
    refused = told("approve", OTHER)
    assert refused.code == 1 and "its feedback says something else now since it was proposed" in refused.err


def test_days_in_the_past_are_kept_and_days_to_come_refused(told: Testimonials) -> None:
    """What happened last week may be recorded today; the time for an answer runs from then."""
    assert told("approve", KEY).code == 0
    week = (datetime.now(UTC) - timedelta(days=7)).date()
    assert told("request", KEY, "--by", "e-mail", "--on", week).code == 0
    with_day = told("show", KEY).out
    assert "recorded" in with_day and told("remind", KEY).code == 0
    late = told("grant", KEY, *GRANT, "--on", (datetime.now(UTC) + timedelta(days=3)).date())
    assert late.code == 1 and "is still to come" in late.err
    ended = told("grant", KEY, *GRANT, "--expires", week)
    assert ended.code == 1 and "is over" in ended.err
    today = datetime.now(UTC).date()
    until = f"{today.day} {today:%b %Y}"
    assert f"it may be used until {until}:" in told("grant", KEY, *GRANT, "--expires", today).out  # that day included
    for command in (("list",), ("show", KEY), ("export",)):
        assert until in told(*command).out


def test_who_takes_a_text_back_hears_of_its_cuts(told: Testimonials) -> None:
    """A cut has a consent of its own, which stays in force: whoever records the first is told so."""
    agree(told, KEY)
    [cut] = [word for word in told("edit", KEY, "--text", TEXT[: TEXT.index(" and")]).out.split()[:1]]
    assert told("request", cut, "--by", "e-mail").code == 0 and told("grant", cut, *GRANT).code == 0
    ended = told("revoke", KEY, "--why", "asked by telephone")
    assert f"still in force of the same comment: {cut}; if it was meant too, revoke it too" in ended.out
    assert "still in force" not in told("revoke", cut, "--why", "so").out
    again = told("edit", KEY, "--text", TEXT[:20])
    assert again.code == 1 and "its consent was taken back, so nothing is cut out of it any more" in again.err


def test_a_late_request_says_that_silence_was_a_no(told: Testimonials) -> None:
    """Recorded long after it was made, it is over by then; no reminder is offered that could not be noted."""
    assert told("approve", KEY).code == 0
    ended = told("request", KEY, "--by", "e-mail", "--on", (datetime.now(UTC) - timedelta(days=90)).date())
    assert "is lapsed" in ended.out and "a later yes is still a yes" in ended.out and "remind" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("approve", "t0"), "there is no testimonial 't0'; nothing was changed"),
        (("show", "t"), "there is no testimonial 't'"),
        (("grant", KEY, *GRANT), "is candidate, so it cannot be granted; nothing was changed: approve it first"),
        (("publish", KEY, "--channel", "website", "--where", "x"), "is candidate, so it cannot be published"),
        (("edit", KEY, "--text", TEXT), "give another text"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(told: Testimonials, arguments: tuple[str, ...], message: str) -> None:
    """With what was found and what to do; exit code 1."""
    ended = told(*arguments)
    assert ended.code == 1 and message in ended.err and len(ended.err.strip().splitlines()) == 1


def test_a_rejected_candidate_is_out_of_the_list(told: Testimonials) -> None:
    """It is shown with --all, and may be approved after all."""
    assert told("reject", KEY, "--why", "names a competitor").code == 0
    assert KEY not in told("list").out and KEY in told("list", "--all").out
    assert told("approve", KEY).code == 0


def test_without_a_store_or_testimonials_the_list_says_what_to_do(run: Callable[..., Ended], tmp_path: Path) -> None:
    """No traceback where nothing is there yet."""
    place = tmp_path / "new.db"
    assert "no store yet" in run("testimonials", "list", "--store", place).out
    open_store(place).close()
    assert "no testimonials yet" in run("testimonials", "list", "--store", place).out
    assert candidate(ONE).key == KEY


def test_a_digest_rests_on_the_consents_at_its_periods_end(told: Testimonials, place: str) -> None:
    """What was decided before the end is told, and not proposed again; without any the fingerprint is what it was."""
    calendar = Calendar("UTC")
    before = calendar.closed("week", datetime.now(UTC) - timedelta(days=8))
    agree(told, KEY)
    now = calendar.closed("week", datetime.now(UTC) + timedelta(days=8))
    with open_store(place) as store:
        registry = store.load_registry()
        early, late = (past_of(store, Span(period, None), registry) for period in (before, now))
    assert (early.consents, early.not_to_ask) == ((), ()) and early.fingerprint == Past().fingerprint
    assert [(one.key, one.state) for one in late.consents] == [(KEY, "granted")]
    assert set(late.not_to_ask) == {ONE.id, "a1"} and late.fingerprint != early.fingerprint


def test_a_run_notes_whose_feedback_changed(told: Testimonials, place: str) -> None:
    """Once: the second run finds it noted."""
    agree(told, KEY)
    with open_store(place) as store:
        bring(store, replace(record("1", "It broke.", "a1")))
    for _ in range(2):
        settle_testimonials.fn(SecretStr(place))
        with open_store(place) as store:
            assert [event.kind for event in store.testimonials()[KEY].events][3:] == ["revoked"]
