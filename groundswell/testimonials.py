"""Testimonials: exact texts that a customer may be asked for, and where the consent to each stands.

    candidate -> approved -> requested -> granted | declined -> published -> revoked

Consent is given to one exact text, known by its hash: a shortened text is another one and needs a consent of its own.
What happened to a text is a list of events that only grows; where it stands follows from them and from the moment that
is asked about (no answer in time counts as no, a grant runs out). Only a text whose consent is in force is ever
exported. The steps from one state to the next are in testimonial_steps.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

__all__ = [
    "IN_FORCE",
    "ConsentEvent",
    "KeptText",
    "State",
    "Terms",
    "hash_of",
    "in_force",
    "key_of",
    "moment_of",
    "places_of",
    "reply_by",
    "state_of",
    "terms_of",
    "to_take_down",
]


class State(StrEnum):
    """Where the consent to one text stands."""

    CANDIDATE = "candidate"  # proposed; nobody has decided on it
    REJECTED = "rejected"  # marketing does not want it
    APPROVED = "approved"  # marketing wants it; its author has not been asked
    REQUESTED = "requested"  # its author was asked
    LAPSED = "lapsed"  # no answer in time, which counts as no
    DECLINED = "declined"
    GRANTED = "granted"
    PUBLISHED = "published"  # granted, and used somewhere
    EXPIRED = "expired"  # the grant has run out
    REVOKED = "revoked"  # taken back, or its feedback is gone or says something else now


IN_FORCE = frozenset({State.GRANTED, State.PUBLISHED})
_AFTER = {
    "rejected": State.REJECTED,
    "approved": State.APPROVED,
    "edited": State.APPROVED,
    "requested": State.REQUESTED,
    "declined": State.DECLINED,
    "granted": State.GRANTED,
    "revoked": State.REVOKED,
}


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One thing that happened to a text, recorded at a moment by somebody; `text_hash` says of which exact text."""

    key: str
    text_hash: str
    at: datetime  # when it was recorded
    actor: str
    kind: str  # of testimonial_steps.STEPS
    details: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0  # in the store; 0: not kept yet


@dataclass(frozen=True, slots=True)
class KeptText:
    """One exact text that was decided on, with its whole history.

    `text` is None once its author is erased. `feedback` says what became of the record that it stands in: same, changed
    (it says something else now) or gone.
    """

    key: str
    feedback_id: str
    text: str | None
    text_hash: str
    author: str | None  # a keyed hash; None: unknown
    edited_from: str | None  # the key of the text that it was cut out of
    about: Mapping[str, Any]  # source, reference, theme, flags and checks, as they were when it was proposed
    made_at: datetime
    events: tuple[ConsentEvent, ...] = ()
    feedback: str = "same"

    @property
    def who(self) -> str:
        """Whom a request goes to: the author, else whoever wrote this one record."""
        return self.author or self.feedback_id

    @property
    def is_whole(self) -> bool:
        """True while the text is to the letter the one that its hash stands for."""
        return self.text is not None and hash_of(self.text) == self.text_hash

    def valid_events(self, until: datetime | None = None) -> list[ConsentEvent]:
        """The events about exactly this text, in order; with `until`, those recorded before it."""
        return [e for e in self.events if e.text_hash == self.text_hash and (until is None or e.at < until)]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an author agreed to."""

    scope: str  # what for, in words
    channels: tuple[str, ...]  # where it may be used
    attribution: str  # anonymous | initials | first-name | full-name | own-words
    named: str  # what stands below the quote, in the author's own words; "" for anonymous
    expires: datetime
    proof: str  # where the agreement itself can be found
    incentive: str  # what the author got for it; "" for nothing
    granted: datetime


def hash_of(text: str) -> str:
    """What stands for exactly this text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def key_of(feedback_id: str, text: str) -> str:
    """The key of a text: the same words of the same record have the same key on every machine."""
    return f"t{hash_of(f'{feedback_id}:{text}')[:10]}"


def state_of(kept: KeptText, at: datetime, until: datetime | None = None) -> State:
    """Where the consent to a text stands at a moment; with `until`, by what was recorded before that."""
    events = kept.valid_events(until)
    state = State.CANDIDATE
    for event in events:
        state = _AFTER.get(event.kind, state)
    if state is State.CANDIDATE:
        return state
    if not kept.is_whole or (kept.feedback != "same" and state is not State.REJECTED):
        return State.REVOKED
    if state is State.REQUESTED and at >= _last_moment(events, "reply_by", ("requested", "reminded")):
        return State.LAPSED
    if state is State.GRANTED:
        if at >= _last_moment(events, "expires", ("granted",)):
            return State.EXPIRED
        return State.PUBLISHED if places_of(kept, until) else state
    return state


def in_force(kept: KeptText, at: datetime) -> Terms | None:
    """What its author agreed to, where that holds at this moment for exactly this text; else None."""
    return terms_of(kept) if state_of(kept, at) in IN_FORCE else None


def terms_of(kept: KeptText, until: datetime | None = None) -> Terms | None:
    """What its author agreed to last, whether that still holds or not; None where nothing was granted, or its author
    is erased."""
    granted = [event for event in kept.valid_events(until) if event.kind == "granted" and "scope" in event.details]
    if not granted:
        return None
    said = granted[-1].details
    return Terms(
        scope=said["scope"],
        channels=tuple(said["channels"]),
        attribution=said["attribution"],
        named=said.get("named", ""),
        expires=datetime.fromisoformat(said["expires"]),
        proof=said["proof"],
        incentive=said.get("incentive", ""),
        granted=moment_of(granted[-1]),
    )


def places_of(kept: KeptText, until: datetime | None = None) -> list[tuple[str, str]]:
    """(channel, place) of every use that was not taken down, in the order of use."""
    places: dict[str, str] = {}
    for event in kept.valid_events(until):
        if event.kind == "published":
            places[event.details["where"]] = event.details["channel"]
        elif event.kind == "removed":
            places.pop(event.details["where"], None)
    return [(channel, where) for where, channel in places.items()]


def to_take_down(kept: KeptText, at: datetime, until: datetime | None = None) -> list[str]:
    """The places where it is used although its author does not agree to that any more, or not for that channel."""
    state, terms = state_of(kept, at, until), terms_of(kept, until)
    allowed = terms.channels if terms is not None and state in IN_FORCE else ()
    return [where for channel, where in places_of(kept, until) if channel not in allowed]


def moment_of(event: ConsentEvent) -> datetime:
    """When it happened, which may be before it was recorded."""
    said = event.details.get("on")
    return datetime.fromisoformat(said) if said else event.at


def reply_by(kept: KeptText, until: datetime | None = None) -> datetime | None:
    """When silence becomes a no; None where nobody was asked."""
    asked = [e for e in kept.valid_events(until) if e.kind in ("requested", "reminded")]
    return datetime.fromisoformat(asked[-1].details["reply_by"]) if asked else None


def _last_moment(events: list[ConsentEvent], name: str, kinds: tuple[str, ...]) -> datetime:
    return datetime.fromisoformat([event for event in events if event.kind in kinds][-1].details[name])
