"""The tables of what is sent (see tables.py).

    outbox           one digest or notice for one recipient of one channel, and how far it came
    announcement     digests that were frozen and are to be sent, whose recipients are not written down yet
    escalation_told  comments that a notice of the same day has told of

No text of a customer is in any of them: what is sent is rendered from the frozen digest, or from the feedback itself.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Integer, Table, Text, UniqueConstraint, text

from groundswell.result_tables import count_column, metadata, need

__all__ = ["announcement", "escalation_told", "outbox"]

# The store numbers them itself, as it does events.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    need("kind", Text),  # digest | owner | escalations
    need("name", Text),  # the audience; the owner; of escalations what says which comments they are
    need("period", Text),  # the slug of the digest's period; of escalations the day
    need("channel", Text),
    need("recipient", Text),  # "" for a channel that is one place
    need("turn", Integer),  # 0; one more for each time that it was asked for again
    need("payload", Text, server_default="[]"),  # of escalations the ids of the comments, as JSON
    need("state", Text),
    count_column("attempts"),
    count_column("parts"),  # of a message in several parts, those that have arrived
    Column("last_error", Text),
    need("possible_repeat", Boolean, server_default=text("false")),  # it may have arrived before
    Column("revision", Integer),  # of the digest that was sent
    need("queued_at", DateTime),
    Column("tried_at", DateTime),
    Column("sent_at", DateTime),
    UniqueConstraint("kind", "name", "period", "channel", "recipient", "turn", name="uq_outbox_once"),
    CheckConstraint("kind IN ('digest', 'owner', 'escalations')", name="kind"),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'failed', 'held', 'dropped')", name="state"),
)

announcement = Table(
    "announcement",
    metadata,
    Column("audience", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    need("at", DateTime),
)

escalation_told = Table(
    "escalation_told",
    metadata,
    Column("feedback_id", Text, primary_key=True),
    need("day", Text),
)
