"""Testimonials for tests: a store with records, and steps that are recorded in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from groundswell.records import Feedback, Kind, Metric, Score
from groundswell.storage import Store
from groundswell.testimonial_steps import Rules, next_event
from groundswell.testimonial_store import Change, Shelf
from groundswell.testimonials import KeptText, hash_of, key_of

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = Rules()
GRANT: Mapping[str, Any] = {
    "scope": "advertising of the app",
    "channels": ("Website", "social"),
    "attribution": "first-name",
    "named": "Anna",
    "proof": "e-mail of 16 Nov 2026",
}
TEXT = "I see every bill in one place now and it saves me an hour each month."


def record(source_id: str, text: str = TEXT, author: str | None = None, score: float = 5.0) -> Feedback:
    """A five-star review."""
    return Feedback(
        "reviews",
        source_id,
        Kind.REVIEW,
        f"row {source_id}",
        text,
        content_hash=hash_of(text),
        occurred_at=NOW - 30 * DAY,
        score=Score(score, 1, 5, Metric.RATING),
        author=author,
    )


def bring(store: Store, *records: Feedback) -> int:
    """Saves records in a load of their own that is accepted; its number."""
    load = store.open_load("reviews", Kind.REVIEW, NOW)
    store.save_page(load, list(records), [], {}, {})
    store.close_load(load, "accepted")
    return load


def candidate(feedback: Feedback, text: str | None = None, **about: Any) -> KeptText:
    """A text of a record that nobody has decided on; with `text` one that was cut out of it."""
    words = feedback.text if text is None else text
    known = {"source": "reviews", "reference": feedback.reference, "feedback_hash": hash_of(feedback.text), **about}
    key = key_of(feedback.id, words)
    cut = None if text is None else key_of(feedback.id, feedback.text)
    return KeptText(key, feedback.id, words, hash_of(words), feedback.author, cut, known, NOW)


def take(store: Store, kept: KeptText, kind: str, at: datetime = NOW, rules: Rules = RULES, **details: Any) -> KeptText:
    """Records one step of a text, which is kept with it where it is new; the text afterwards."""

    def build(shelf: Shelf) -> Change:
        known = shelf.texts.get(kept.key)
        event = next_event(shelf.texts, known or replace(kept, made_at=at), kind, details, rules, at, "ann")
        return Change([event], [] if known else [replace(kept, made_at=at)])

    store.edit_testimonials(build)
    return store.testimonials()[kept.key]


def granted(store: Store, kept: KeptText, at: datetime = NOW, **terms: Any) -> KeptText:
    """A text that was approved, asked for and granted."""
    take(store, kept, "approved", at)
    take(store, kept, "requested", at, by="e-mail")
    return take(store, kept, "granted", at, **{**GRANT, **terms})


def grown(kept: KeptText, kind: str, at: datetime = NOW, **details: Any) -> KeptText:
    """The text after a step that only it is asked about, without a store."""
    event = next_event({kept.key: kept}, kept, kind, details, RULES, at, "ann")
    return replace(kept, events=(*kept.events, event))


def agreed(kept: KeptText, at: datetime = NOW, **terms: Any) -> KeptText:
    """The text after it was approved, asked for and granted, without a store."""
    asked = grown(grown(kept, "approved", at), "requested", at, by="e-mail")
    return grown(asked, "granted", at, **{**GRANT, **terms})
