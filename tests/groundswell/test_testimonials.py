"""Testimonials: the consent to one exact text, its steps, its history, and the one way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from consents_for_tests import DAY, GRANT, NOW, RULES, TEXT, agreed, bring, candidate, granted, grown, record, take

from groundswell.consents import consents_until, not_to_ask, revoked_by_feedback
from groundswell.errors import ConfigError
from groundswell.persons import names_person
from groundswell.storage import Store
from groundswell.testimonial_cuts import what_a_cut_adds, what_a_cut_turns
from groundswell.testimonial_export import exported
from groundswell.testimonial_steps import STEPS
from groundswell.testimonial_store import Change
from groundswell.testimonials import ConsentEvent, KeptText, State, in_force, key_of, places_of, state_of, to_take_down

ONE = record("1", author="a1")
YEAR = 365 * DAY


@pytest.fixture
def text(store: Store) -> KeptText:
    """A candidate whose record is in the store."""
    bring(store, ONE)
    return candidate(ONE)


def out(store: Store, at: datetime = NOW, channel: str | None = None) -> list[str]:
    """The keys of what would be exported."""
    return [one.key for one in exported(store.testimonials().values(), at, channel)]


def test_the_way_to_a_published_text(store: Store, text: KeptText) -> None:
    """Approved, asked, reminded once, granted, used, taken down, taken back: each leaves its event, and only what is
    in force is exported."""
    steps: list[tuple[str, dict[str, Any], State, bool]] = [
        ("approved", {}, State.APPROVED, False),
        ("requested", {"by": "e-mail"}, State.REQUESTED, False),
        ("reminded", {}, State.REQUESTED, False),
        ("granted", dict(GRANT), State.GRANTED, True),
        ("published", {"channel": "Website", "where": "the front page"}, State.PUBLISHED, True),
        ("removed", {"where": "the front page"}, State.GRANTED, True),
        ("revoked", {"why": "asked by telephone"}, State.REVOKED, False),
    ]
    for number, (kind, details, state, is_out) in enumerate(steps, 1):
        kept = take(store, text, kind, NOW + number * DAY, **details)
        assert (state_of(kept, NOW + 10 * DAY), out(store, NOW + 10 * DAY) == [text.key]) == (state, is_out)
    assert [(event.number, event.kind) for event in kept.events] == [(n, step[0]) for n, step in enumerate(steps, 1)]
    assert {event.actor for event in kept.events} == {"ann"} and kept.text == TEXT


def test_an_export_holds_all_that_has_to_stand_beside_a_quote(store: Store, text: KeptText) -> None:
    """Attribution, disclosure of what was promised and of employment, terms, proof, substantiation."""
    told = replace(text, about={**text.about, "flags": ["employee"], "typical": "Of 40 who raise it 80% speak well."})
    take(store, told, "approved")
    take(store, told, "requested", by="e-mail", incentive="a voucher")
    take(store, told, "granted", **GRANT)
    [one] = exported(store.testimonials().values(), NOW, "WEBSITE")
    assert (one.text, one.attribution) == (TEXT, "Anna")
    assert one.disclosure == "The author works for us. The author received a voucher for it."
    assert (one.channels, one.proof) == (("social", "website"), "e-mail of 16 Nov 2026")
    assert one.expires == NOW + RULES.consent_days * DAY and "80%" in one.substantiation
    assert out(store, channel="print") == []


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_a_step_is_refused_from_every_other_state(kind: str) -> None:
    """One line with the state and what to do."""
    needs = {"by": "e-mail", "why": "so", "channel": "website", "where": "here", **GRANT}
    texts = [agreed(candidate(ONE)) if State.CANDIDATE in STEPS[kind] else candidate(ONE)]
    texts.append(grown(agreed(candidate(ONE)), "revoked", why="so"))
    for text in texts:
        if state_of(text, NOW) not in STEPS[kind]:
            with pytest.raises(
                ConfigError, match=rf"is (candidate|granted|revoked), so it cannot be {kind}; nothing was"
            ):
                grown(text, kind, **needs)


def test_no_answer_counts_as_no_and_a_late_yes_as_yes(store: Store, text: KeptText) -> None:
    """Silence until the day that was set is a no; the one reminder sets a new one; a later answer counts."""
    take(store, text, "approved")
    take(store, text, "requested", by="e-mail")
    kept = take(store, text, "reminded", NOW + 10 * DAY)
    ends = NOW + (10 + RULES.reply_days) * DAY
    assert [state_of(kept, at) for at in (ends - DAY, ends)] == [State.REQUESTED, State.LAPSED]
    with pytest.raises(ConfigError, match="is lapsed, so it cannot be reminded"):
        take(store, text, "reminded", ends)
    assert out(store, ends) == []
    take(store, text, "granted", ends + 5 * DAY, **GRANT)
    assert out(store, ends + 5 * DAY) == [text.key]


def test_a_second_reminder_is_refused() -> None:
    """One reminder is all, also while its time runs."""
    asked = grown(grown(candidate(ONE), "approved"), "requested", by="e-mail")
    with pytest.raises(ConfigError, match="was reminded once, which is all; nothing was changed"):
        grown(grown(asked, "reminded"), "reminded")


def test_an_author_is_left_alone_for_a_year(store: Store, text: KeptText) -> None:
    """Whatever the answer was, no other text of the author is asked for before; another author's is."""
    other, stranger = record("2", "We paid our bill in a minute and it never failed us.", "a1"), record("3")
    bring(store, other, stranger)
    take(store, text, "approved")
    take(store, text, "requested", by="e-mail")
    take(store, text, "declined")
    for found in (candidate(other), candidate(stranger)):
        take(store, found, "approved")
    with pytest.raises(ConfigError, match="left alone until 2027-11-16; nothing was changed"):
        take(store, candidate(other), "requested", NOW + YEAR - DAY, by="e-mail")
    take(store, candidate(stranger), "requested", by="e-mail")
    take(store, candidate(other), "requested", NOW + YEAR, by="e-mail")
    asked = not_to_ask(store.testimonials(), NOW + DAY)
    assert {"a1", ONE.id, other.id, stranger.id} <= set(asked)


def test_a_cut_needs_its_own_consent(store: Store, text: KeptText) -> None:
    """A shorter text is another one: the grant of the whole says nothing of it, and who granted that may be asked."""
    granted(store, text)
    cut = candidate(ONE, "I see every bill in one place now …")
    take(store, cut, "edited", **{"from": text.key})
    assert out(store) == [text.key]
    take(store, cut, "requested", by="e-mail")
    assert out(store) == [text.key]
    take(store, cut, "granted", **GRANT)
    assert sorted(out(store)) == sorted([text.key, cut.key])
    shorter = candidate(ONE, "I see every bill in one place …")
    for step, details in (("edited", {}), ("requested", {"by": "e-mail"}), ("declined", {})):
        take(store, shorter, step, **details)
    with pytest.raises(ConfigError, match="left alone until 2027-11-16"):  # of a cut too, a no is a no
        take(store, shorter, "requested", NOW + DAY, by="e-mail")


def test_a_grant_ends_on_its_day(store: Store, text: KeptText) -> None:
    """Not exported, not to be used any more; asked for again without waiting for a year."""
    kept = granted(store, text, expires=(NOW + 30 * DAY).isoformat())
    assert state_of(kept, NOW + 30 * DAY) is State.EXPIRED and out(store, NOW + 30 * DAY) == []
    with pytest.raises(ConfigError, match="is expired, so it cannot be published"):
        take(store, text, "published", NOW + 30 * DAY, channel="website", where="here")
    take(store, text, "requested", NOW + 31 * DAY, by="e-mail")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"proof": ""}, "--proof missing"),
        ({"channels": ()}, "--channels missing"),
        ({"named": ""}, "give --named, exactly as the author wants it"),
        ({"attribution": "anonymous"}, "leave --named out"),
        ({"attribution": "loud"}, "one of anonymous, initials"),
        ({"scope": "a\nb"}, "--scope holds a line break"),
        ({"expires": NOW.isoformat()}, "a consent that ends on 2026-11-16 is over"),
        ({"on": (NOW + DAY).isoformat()}, "2026-11-17 is still to come"),
    ],
)
def test_a_grant_needs_all_its_terms(change: dict[str, Any], message: str) -> None:
    """Scope, channels, a name that fits the form, proof and a day to come; else nothing is recorded."""
    with pytest.raises(ConfigError, match=message):
        agreed(candidate(ONE), **change)


def test_only_channels_that_were_agreed_to_are_used(store: Store, text: KeptText) -> None:
    """Another channel is refused; where a text stands is known until it is taken down."""
    granted(store, text)
    with pytest.raises(ConfigError, match="agreed to social, website, not to print"):
        take(store, text, "published", channel="print", where="a flyer")
    take(store, text, "published", channel="SOCIAL", where="a post")
    with pytest.raises(ConfigError, match="it is used at a post"):
        take(store, text, "removed", where="elsewhere")
    kept = take(store, text, "revoked", why="by e-mail")
    assert places_of(kept) == [("social", "a post")]
    [told] = consents_until([kept], None, None)
    assert (told.state, told.waits_for, told.places) == ("revoked", "marketing", 1)


def test_what_becomes_of_the_feedback_ends_the_consent(store: Store) -> None:
    """A record that says something else, or whose load is dropped, is exported no more, and stays so."""
    first = candidate(ONE)
    load = bring(store, ONE)
    granted(store, first)
    held = store.open_load("reviews", ONE.kind, NOW)
    store.save_page(held, [replace(record("1", "It broke.", "a1"))], [], {}, {})
    assert out(store) == [first.key]  # an open load is not seen yet
    store.close_load(held, "accepted")
    assert out(store) == [] and state_of(store.testimonials()[first.key], NOW) is State.REVOKED
    noted = store.edit_testimonials(lambda shelf: Change(revoked_by_feedback(shelf.texts.values(), NOW, "sys")))
    assert [event.details["why"] for event in noted] == ["its feedback says something else now"]
    bring(store, ONE)
    assert out(store) == [] and load != held
    assert not store.edit_testimonials(lambda shelf: Change(revoked_by_feedback(shelf.texts.values(), NOW, "sys")))


def test_an_erased_author_leaves_no_word(store: Store, text: KeptText) -> None:
    """Text, name, proof and the author's hash are gone; that it stands somewhere and has to be taken down is not."""
    granted(store, text)
    take(store, text, "published", channel="website", where="the front page")
    assert store.erase_testimonials([ONE.id], NOW + DAY, "sys") == [text.key]
    kept = store.testimonials()[text.key]
    assert (kept.text, kept.author, kept.about) == (None, None, {}) and out(store) == []
    assert places_of(kept) == [("website", "the front page")]
    assert not any(word in repr(kept) for word in ("Anna", "e-mail", TEXT))
    assert store.erase_testimonials([ONE.id], NOW, "sys") == []
    [told] = consents_until([kept], None, NOW + 9 * DAY)  # digests go on
    assert (told.text, told.state, told.waits_for, told.places) == ("", "revoked", "marketing", 1)
    assert ONE.id in not_to_ask({kept.key: kept}, NOW + 9 * DAY)


def test_what_is_in_use_without_a_consent_waits_for_marketing_until_it_is_taken_down() -> None:
    """Also where its author was asked anew, said no, or agreed to fewer channels."""
    used = grown(agreed(candidate(ONE), expires=(NOW + 9 * DAY).isoformat()), "published", channel="social", where="x")
    narrow = grown(used, "granted", **{**GRANT, "channels": ("website",)})
    assert to_take_down(used, NOW) == [] and to_take_down(narrow, NOW) == ["x"]
    asked = grown(used, "requested", NOW + 10 * DAY, by="e-mail")
    declined = grown(asked, "declined", NOW + 11 * DAY)
    for kept in (narrow, asked, declined):
        at = kept.events[-1].at
        assert consents_until([kept], at, at + DAY)[0].waits_for == "marketing"
        down = grown(kept, "removed", at, where="x")
        assert to_take_down(down, at) == [] and state_of(down, at) is not State.REVOKED
    assert to_take_down(asked, NOW + 90 * DAY) == ["x"]  # no answer came


def test_consent_counts_for_the_exact_text_only() -> None:
    """A grant of another text's hash, or a text that was changed behind the store's back, is worth nothing."""
    kept = agreed(candidate(ONE))
    altered = replace(kept, text=f"{TEXT} Really.")
    assert in_force(kept, NOW) is not None
    assert in_force(altered, NOW) is None and exported([altered], NOW) == []
    foreign = replace(kept, events=tuple(replace(event, text_hash="0" * 64) for event in kept.events))
    assert state_of(foreign, NOW) is State.CANDIDATE and exported([foreign], NOW) == []


def test_a_digest_is_told_how_things_stood_at_its_end(store: Store, text: KeptText) -> None:
    """Of what was recorded before the period's end; what waits for marketing comes first, then for customers."""
    second = record("2", "We pay in a minute now and our statements are easy to read.")
    bring(store, second)
    take(store, text, "approved")
    take(store, text, "requested", by="e-mail")
    take(store, candidate(second), "approved", NOW + DAY)
    take(store, text, "granted", NOW + 3 * DAY, **GRANT)
    texts = store.testimonials().values()
    assert consents_until(texts, None, NOW) == ()
    assert [(one.state, one.waits_for) for one in consents_until(texts, None, NOW + 2 * DAY)] == [
        ("approved", "marketing"),
        ("requested", "customer"),
    ]
    assert [one.state for one in consents_until(texts, None, NOW + 40 * DAY)] == ["granted", "approved"]
    closed = take(store, text, "revoked", NOW + 4 * DAY, why="so")
    assert consents_until([closed], NOW + 5 * DAY, NOW + 12 * DAY) == ()
    assert consents_until([closed], NOW, NOW + 12 * DAY)[0].since == NOW + 4 * DAY


def test_a_key_names_the_same_words_everywhere() -> None:
    """Other words, or the same of another record, have another key."""
    keys = {key_of(feedback_id, words) for feedback_id in ("a", "b") for words in ("one", "two", "one ")}
    assert len(keys) == 6 and key_of("a", "one") == key_of("a", "one") and all(len(key) == 11 for key in keys)


def test_two_who_decide_at_once_both_count(store: Store, text: KeptText) -> None:
    """The second step is checked against the first: of two requests one is refused."""
    take(store, text, "approved")
    take(store, text, "requested", by="e-mail")
    with pytest.raises(ConfigError, match="is requested, so it cannot be requested"):
        take(store, text, "requested", by="telephone")
    event = ConsentEvent(text.key, text.text_hash, NOW, "ann", "declined")
    assert store.edit_testimonials(lambda _: Change([event]))[0].number == 3


def test_what_has_to_be_disclosed_is_no_name_of_an_agent() -> None:
    """A segment "insider" of a column "Is staff" is the author's own yes or no; "staff" alone is who served."""
    assert not names_person("insider", "Is staff") and not names_person("incentivised", "Given by agent")
    assert names_person("staff", "Is staff")


@pytest.mark.parametrize(
    ("cut", "adds", "turns"),
    [
        ("I could not be happier …", None, None),
        ("it saves me an hour", None, None),
        ("I could not be happier … it saves me an hour", None, None),
        ("I could … be happier", None, "not"),
        ("I could be happier", "i could be happier", None),
        ("It saves me two hours", "it saves me two hours", None),
        ("it saves me an hour … I could not be happier", "i could not be happier", None),
        ("We use it", None, "but"),
        ("", None, None),
    ],
)
def test_a_cut_only_leaves_out_and_turns_nothing(cut: str, adds: str | None, turns: str | None) -> None:
    """Words in their order with … between; a negation or "but" of a sentence that is kept in part is kept too."""
    original = "I could not be happier: it saves me an hour! We use it daily, but never at night."
    assert (what_a_cut_adds(original, cut), what_a_cut_turns(original, cut)) == (adds, turns)
