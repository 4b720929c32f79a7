"""What is to be sent, to whom, and how far it came: the words of the outbox, without the store.

An item goes pending -> sending -> sent. A channel that does not answer makes it `failed`, and the next run tries it
again; one that refuses it for good makes it `held`, which waits for a person, as does what a killed run was sending
where [delivery] says so. `dropped` was given up by a person, or holds nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

__all__ = ["KINDS", "STATES", "UNSENT", "Announcement", "Destination", "NewItem", "OutboxItem", "name_of_comments"]

KINDS = ("digest", "owner", "escalations")
STATES = ("pending", "sending", "sent", "failed", "held", "dropped")
UNSENT = ("pending", "sending", "failed", "held")  # somebody waits for these


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """A recipient of a channel; "" where the channel is one place, as a room of a chat is."""

    channel: str
    recipient: str = ""

    @classmethod
    def of(cls, written: str) -> Destination:
        """ "mail:anna@example.com" or "team", as the settings have it."""
        channel, _, recipient = written.partition(":")
        return cls(channel.strip(), recipient.strip())

    def __str__(self) -> str:
        return f"{self.channel}:{self.recipient}" if self.recipient else self.channel


@dataclass(frozen=True, slots=True)
class NewItem:
    """Something to be sent once to one destination; `payload` are the ids of the comments that escalations tell of."""

    kind: str  # one of KINDS
    name: str  # the audience; the owner; of escalations `name_of_comments`
    period: str  # the slug of the digest's period; of escalations the day, 2026-11-12
    to: Destination
    payload: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """What it is, as a person says it: "service digest 2026-W46"."""
        return _what(self.kind, self.name, self.period)


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An item of the outbox. `turn` counts how often it was asked for again, `parts` those that have arrived."""

    item_id: int
    kind: str
    name: str
    period: str
    to: Destination
    turn: int
    payload: tuple[str, ...]
    state: str
    attempts: int
    parts: int
    last_error: str | None
    possible_repeat: bool
    revision: int | None
    queued_at: datetime
    tried_at: datetime | None = None
    sent_at: datetime | None = None

    @property
    def what(self) -> str:
        """What it is, as a person says it: "service digest 2026-W46"."""
        return _what(self.kind, self.name, self.period)

    def message_id(self, domain: str) -> str:
        """The id of its message: the same one each time it is tried, so that mail programs know it again."""
        parts = (self.kind, self.name, self.period, self.to.channel, self.to.recipient, str(self.turn))
        return f"<groundswell.{sha256(chr(31).join(parts).encode()).hexdigest()[:32]}@{domain}>"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A digest that was frozen and is to be sent to whoever the settings name."""

    audience: str
    period: str


def name_of_comments(feedback_ids: Iterable[str]) -> str:
    """What tells one notice of escalations from another one of the same day."""
    return sha256("\n".join(sorted(feedback_ids)).encode()).hexdigest()[:12]


def _what(kind: str, name: str, period: str) -> str:
    if kind == "digest":
        return f"{name} digest {period}"
    return f"notice to {name} {period}" if kind == "owner" else f"escalations of {period}"
