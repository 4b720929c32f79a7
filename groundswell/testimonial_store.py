"""Testimonials in the store: texts and their history, which only grows; an erased author leaves no words in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from groundswell.bulk import chunks
from groundswell.rows import check_text, dump_json, encode_time
from groundswell.tables import testimonial, testimonial_event
from groundswell.testimonials import ConsentEvent, KeptText, hash_of
from groundswell.versions import visible

__all__ = ["Change", "Shelf", "edit_testimonials", "erase_testimonials", "load_testimonials"]

_IN = 500
# Where it has to be taken down, and days.
_KEPT_WHEN_ERASED = ("where", "channel", "on", "reply_by", "left_alone_until")


@dataclass(frozen=True)
class Shelf:
    """All texts that were decided on, by key, and what the records of the store say now."""

    texts: dict[str, KeptText]
    text_of: Callable[[str], str | None]  # the text of a record that the analysis may see; None: there is none
    author_of: Callable[[str], str | None]


@dataclass(frozen=True)
class Change:
    """What is added: texts that were not decided on before, and events."""

    events: Sequence[ConsentEvent] = ()
    texts: Sequence[KeptText] = ()


def load_testimonials(connection: Connection) -> dict[str, KeptText]:
    """All texts that were decided on, by key, in the order in which they were; each with its events."""
    rows = connection.execute(select(testimonial).order_by(testimonial.c.made_at, testimonial.c.key)).all()
    events: dict[str, list[ConsentEvent]] = {}
    for row in connection.execute(select(testimonial_event).order_by(testimonial_event.c.id)):
        events.setdefault(row.key, []).append(_event(row))
    now = dict(_visible(connection, "text", sorted({row.feedback_id for row in rows})))
    return {row.key: _text(row, tuple(events.get(row.key, ())), now) for row in rows}


def edit_testimonials(connection: Connection, build: Callable[[Shelf], Change]) -> list[ConsentEvent]:
    """Add what `build` makes of the shelf; the events, numbered. What it raises comes through, and nothing is kept."""
    change = build(
        Shelf(
            load_testimonials(connection),
            lambda feedback_id: dict(_visible(connection, "text", [feedback_id])).get(feedback_id),
            lambda feedback_id: dict(_visible(connection, "author", [feedback_id])).get(feedback_id),
        )
    )
    for text in change.texts:
        connection.execute(insert(testimonial).values(_row(text)))
    number = connection.scalar(select(func.max(testimonial_event.c.id))) or 0
    kept = []
    for event in change.events:
        number += 1
        connection.execute(insert(testimonial_event).values(_event_row(event, number)))
        kept.append(ConsentEvent(event.key, event.text_hash, event.at, event.actor, event.kind, event.details, number))
    return kept


def erase_testimonials(connection: Connection, feedback_ids: Iterable[str], at: datetime, actor: str) -> list[str]:
    """Take every word of and about these records' authors out of the texts and their history; the keys of the texts.

    What stays: that there was a text, its states with their times, and where it is used, so that it can be taken down.
    """
    keys: list[str] = []
    for part in chunks(sorted(set(feedback_ids)), _IN):
        query = select(testimonial.c.key).where(testimonial.c.feedback_id.in_(part), testimonial.c.text.is_not(None))
        keys += connection.scalars(query.order_by(testimonial.c.key))
    events: list[ConsentEvent] = []
    for key in keys:
        for row in connection.execute(select(testimonial_event).where(testimonial_event.c.key == key)):
            details = {name: value for name, value in json.loads(row.payload).items() if name in _KEPT_WHEN_ERASED}
            blank = update(testimonial_event).where(testimonial_event.c.id == row.id)
            connection.execute(blank.values(payload=dump_json(details)))
        gone = update(testimonial).where(testimonial.c.key == key)
        connection.execute(gone.values(text=None, author=None, about="{}"))
        hashed = connection.scalar(select(testimonial.c.text_hash).where(testimonial.c.key == key)) or ""
        events.append(ConsentEvent(key, hashed, at, actor, "revoked", {"why": "its author was erased"}))
    edit_testimonials(connection, lambda _: Change(events))
    return keys


def _visible(connection: Connection, name: str, ids: Sequence[str]) -> list[tuple[str, Any]]:
    """(id, value) of those of the records that the analysis may see."""
    shown = visible(["id", name])
    found: list[tuple[str, Any]] = []
    for part in chunks(ids, _IN):
        found += [(row[0], row[1]) for row in connection.execute(select(shown).where(shown.c.id.in_(part)))]
    return found


def _row(text: KeptText) -> dict[str, Any]:
    what = f"the testimonial {text.key}"
    return {
        "key": text.key,
        "feedback_id": check_text(text.feedback_id, what),
        "text": check_text(text.text or "", what),
        "text_hash": text.text_hash,
        "author": text.author,
        "edited_from": text.edited_from,
        "about": check_text(dump_json(dict(text.about)), what),
        "made_at": encode_time(text.made_at, what),
    }


def _event_row(event: ConsentEvent, number: int) -> dict[str, Any]:
    what = f"what was said of the testimonial {event.key}"
    return {
        "id": number,
        "key": event.key,
        "text_hash": event.text_hash,
        "at": encode_time(event.at, what),
        "actor": check_text(event.actor, what),
        "kind": event.kind,
        "payload": check_text(dump_json(dict(event.details)), what),
    }


def _text(row: Row[Any], events: tuple[ConsentEvent, ...], now: dict[str, str]) -> KeptText:
    about = json.loads(row.about)
    said = now.get(row.feedback_id)
    feedback = "gone" if said is None else "same" if hash_of(said) == about.get("feedback_hash") else "changed"
    made = row.made_at.replace(tzinfo=UTC)
    return KeptText(
        row.key, row.feedback_id, row.text, row.text_hash, row.author, row.edited_from, about, made, events, feedback
    )


def _event(row: Row[Any]) -> ConsentEvent:
    at = row.at.replace(tzinfo=UTC)
    return ConsentEvent(row.key, row.text_hash, at, row.actor, row.kind, json.loads(row.payload), row.id)
