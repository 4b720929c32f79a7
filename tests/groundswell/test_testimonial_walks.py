"""Walks through everything that people, customers and sources may do to testimonials: what leaves is always granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from consents_for_tests import DAY, GRANT, NOW, RULES, bring, candidate, record
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from groundswell.consents import revoked_by_feedback
from groundswell.errors import ConfigError
from groundswell.records import Feedback
from groundswell.storage import Store, open_store
from groundswell.testimonial_export import exported
from groundswell.testimonial_steps import STEPS, next_event
from groundswell.testimonial_store import Change, Shelf
from groundswell.testimonials import KeptText, hash_of

RECORDS = [
    record("1", "We see every bill in one place now and it saves us an hour.", "a1"),
    record("2", "I pay my bills in a minute and the reminders never fail me.", "a1"),
    record("3", "My statements are easy to read and I found a double charge."),
]
CUTS = ["We see every bill in one place now …", "I pay my bills in a minute …", "My statements are easy to read …"]
TEXTS = [candidate(one) for one in RECORDS] + [candidate(one, cut) for one, cut in zip(RECORDS, CUTS, strict=True)]
ORIGINALS = {text.key: text for text in TEXTS if text.edited_from is None}
DETAILS: dict[str, Any] = {
    **GRANT,
    "by": "e-mail",
    "why": "so",
    "channel": "website",
    "where": "the front page",
    "from": TEXTS[0].key,
}
NEEDED = {
    "requested": ("by",),
    "granted": tuple(GRANT),
    "published": ("channel", "where"),
    "removed": ("where",),
    "revoked": ("why",),
    "edited": ("from",),
}
WHICH = st.integers(0, len(TEXTS) - 1)


class InMemory:
    """What a store does with testimonials, without a database."""

    def __init__(self) -> None:
        self.texts: dict[str, KeptText] = {}
        self.says = {one.id: one.text for one in RECORDS}

    def testimonials(self) -> dict[str, KeptText]:
        """As of Store, with what became of the feedback."""
        return {key: replace(kept, feedback=self._became(kept)) for key, kept in self.texts.items()}

    def _became(self, kept: KeptText) -> str:
        said = self.says.get(kept.feedback_id)
        return "gone" if said is None else "same" if hash_of(said) == kept.about.get("feedback_hash") else "changed"

    def edit_testimonials(self, build: Any) -> None:
        """As of Store."""
        change = build(Shelf(self.testimonials(), self.says.get, lambda _: None))
        self.texts |= {text.key: text for text in change.texts}
        for event in change.events:
            kept = self.texts[event.key]
            self.texts[event.key] = replace(kept, events=(*kept.events, event))

    def erase_testimonials(self, ids: list[str], at: datetime, actor: str) -> None:
        """As of Store."""
        for key, kept in self.texts.items():
            if kept.feedback_id in ids:
                self.texts[key] = replace(kept, text=None, about={})

    def say(self, one: Feedback, text: str) -> None:
        """The source sends the record again."""
        self.says[one.id] = text


class InStore(InMemory):
    """The same on a real store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        bring(store, *RECORDS)

    def testimonials(self) -> dict[str, KeptText]:
        return self.store.testimonials()

    def edit_testimonials(self, build: Any) -> None:
        self.store.edit_testimonials(build)

    def erase_testimonials(self, ids: list[str], at: datetime, actor: str) -> None:
        self.store.erase_testimonials(ids, at, actor)

    def say(self, one: Feedback, text: str) -> None:
        bring(self.store, replace(one, text=text, content_hash=hash_of(text)))


class Consents(RuleBasedStateMachine):
    """The shelf under test beside the plainest book of grants: who agreed to which text, until when."""

    left = 0  # how many exported texts were looked at: a walk that exports nothing proves nothing

    def __init__(self) -> None:
        super().__init__()
        self.shelf = self.new_shelf()
        self.now = NOW
        self.agreed: dict[str, datetime] = {}  # key -> when it ends; taken out by whatever ends it
        self.over: set[str] = set()  # texts that may never leave again
        self.says = {one.id: one.text for one in RECORDS}

    def new_shelf(self) -> InMemory:
        """Where it is kept."""
        return InMemory()

    @rule(which=WHICH, kind=st.sampled_from(sorted(STEPS)), days=st.sampled_from([1, 30, 400]))
    def step(self, which: int, kind: str, days: int) -> None:
        """Somebody records a step; most are refused."""
        text, details = TEXTS[which], {name: DETAILS[name] for name in NEEDED.get(kind, ())}
        ends = self.now + days * DAY
        if kind == "granted":
            details["expires"] = ends.isoformat()

        def build(shelf: Shelf) -> Change:
            known = shelf.texts.get(text.key)
            event = next_event(shelf.texts, known or text, kind, details, RULES, self.now, "ann")
            # A cut is kept with the text that it was made of.
            wanted = {one.key: one for one in (ORIGINALS.get(text.edited_from or "", text), text)}
            return Change([event], [one for key, one in wanted.items() if key not in shelf.texts])

        try:
            self.shelf.edit_testimonials(build)
        except ConfigError:
            return
        if kind == "granted":
            self.agreed[text.key] = ends
        elif kind in ("revoked", "declined", "rejected", "requested", "approved", "edited"):
            self.agreed.pop(text.key, None)
            self.over |= {text.key} if kind == "revoked" else set()

    @rule(which=WHICH, last=st.sampled_from(["requested", "granted", "published"]))
    def as_it_should_be(self, which: int, last: str) -> None:
        """The usual way, so that walks get far."""
        for kind in ("approved", "requested", "granted", "published"):
            self.step(which, kind, 400)
            if kind == last:
                return

    @rule(which=st.integers(0, len(RECORDS) - 1), text=st.sampled_from(["It broke.", ""]))
    def feedback_changes(self, which: int, text: str) -> None:
        """The customer says something else, or what was said at first again."""
        one = RECORDS[which]
        self.says[one.id] = text or one.text
        self.shelf.say(one, text or one.text)

    @rule()
    def a_run_notes_what_changed(self) -> None:
        """What every run and every export does first."""
        self.shelf.edit_testimonials(
            lambda shelf: Change(revoked_by_feedback(shelf.texts.values(), self.now, "groundswell"))
        )
        for text in TEXTS:
            if self.is_kept(text) and not self.is_same(text):
                self.over.add(text.key)

    @rule(which=st.integers(0, len(RECORDS) - 1))
    def an_author_is_erased(self, which: int) -> None:
        """All of this author's words go."""
        kept = self.shelf.testimonials()
        self.over |= {key for key, one in kept.items() if one.feedback_id == RECORDS[which].id}
        self.shelf.erase_testimonials([RECORDS[which].id], self.now, "groundswell")

    @rule(days=st.sampled_from([1, 10, 20, 400]))
    def time_passes(self, days: int) -> None:
        """Days on which grants run out and silence becomes a no."""
        self.now += days * DAY

    def is_kept(self, text: KeptText) -> bool:
        """Whether somebody wanted it."""
        kept = self.shelf.testimonials().get(text.key)
        return kept is not None and bool(kept.events) and kept.events[-1].kind != "rejected"

    def is_same(self, text: KeptText) -> bool:
        """Whether the record says now what it said."""
        return hash_of(self.says[text.feedback_id]) == text.about["feedback_hash"]

    @invariant()
    def what_leaves_is_what_was_agreed_to(self) -> None:
        """Exactly the texts that the plain book has, word for word, each within its channels."""
        texts = self.shelf.testimonials()
        due = {
            text.key
            for text in TEXTS
            if self.now < self.agreed.get(text.key, self.now) and text.key not in self.over and self.is_same(text)
        }
        found = exported(texts.values(), self.now)
        assert {one.key for one in found} == due
        type(self).left += len(found)
        assert {one.text for one in found} <= {text.text for text in TEXTS if text.key in due}
        assert exported(texts.values(), self.now, "print") == []


def walk(examples: int, steps: int, machine: type[Consents] = Consents) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate] if machine is not Consents else list(Phase),  # shrinking a store takes minutes
        ),
    )


def test_no_path_exports_an_ungranted_text() -> None:
    """After any steps, changes, erasures and days, exactly those texts leave whose consent is in force."""
    walk(200, 50)
    assert Consents.left > 1000


@pytest.mark.soak
def test_no_path_exports_an_ungranted_text_at_length() -> None:
    """The same on far more and longer paths."""
    walk(450, 70)


def test_no_path_through_a_store_exports_an_ungranted_text(tmp_path: Path) -> None:
    """The same on the store itself, with records that the source sends again."""
    open_store(tmp_path / "template.db").close()
    template = (tmp_path / "template.db").read_bytes()

    class Stored(Consents):
        def new_shelf(self) -> InMemory:
            self.folder = TemporaryDirectory(dir=tmp_path)
            place = Path(self.folder.name) / "store.db"
            place.write_bytes(template)
            self.opened = open_store(place)
            return InStore(self.opened)

        def teardown(self) -> None:
            self.opened.close()
            self.folder.cleanup()

    walk(5, 20, Stored)
    assert Stored.left > 10
