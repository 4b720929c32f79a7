"""The tables of the store, as SQLAlchemy metadata; the migrations in `migrations/` build exactly these.

    load              one run of one source: open | accepted | held | dropped
    load_page         every page of a load: what it held
    load_skipped      records passed over, per load and reason
    source_state      the cursor of a source, always that of its last saved page
    feedback          the newest version of each record
    feedback_version  its superseded versions
    quarantine        refused records, with their reasons
    lease             who does which piece of work alone, and its fence
    run               the log of commands: when, by whom, how they ended
    clause, comment_sentiment, theme     the result of one analysis, replaced as a whole
    analysis          what that analysis was made from and with
    sentiment_head    the heads that were trained on the ratings of this store
    alert_week, alert the alerts as they stood at the end of each week
    action            what was decided on a theme, by whom, since when
    testimonial       the exact texts that consent is about; testimonial_event: their history (testimonial_tables.py)
    outbox            what is sent, to whom, and how far it came; announcement, escalation_told (outbox_tables.py)
    theme_event       the history of the theme registry; theme_member, theme_fit: what its analyses found
    embedding         vectors by text hash and model
    explorer          every comment of a period, as its page shows it (explorer_tables.py)
    digest            what was published: audience, period, revision

Times are stored without a zone and are UTC; JSON is stored as text, so that it comes back byte for byte.
The results' tables are in result_tables.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from groundswell.explorer_tables import explorer
from groundswell.outbox_tables import announcement, escalation_told, outbox
from groundswell.result_tables import (
    action,
    alert,
    alert_week,
    analysis,
    clause,
    comment_sentiment,
    count_column,
    digest,
    embedding,
    metadata,
    need,
    sentiment_head,
    theme,
    theme_event,
    theme_fit,
    theme_member,
)
from groundswell.testimonial_tables import testimonial, testimonial_event

__all__ = [
    "HEAD",
    "RECORD",
    "REVISIONS",
    "action",
    "alert",
    "alert_week",
    "analysis",
    "announcement",
    "clause",
    "comment_sentiment",
    "digest",
    "embedding",
    "explorer",
    "escalation_told",
    "feedback",
    "feedback_version",
    "lease",
    "load",
    "load_page",
    "load_skipped",
    "metadata",
    "outbox",
    "quarantine",
    "run",
    "sentiment_head",
    "source_state",
    "testimonial",
    "testimonial_event",
    "theme",
    "theme_event",
    "theme_fit",
    "theme_member",
]

# Every revision that this version of Groundswell knows, oldest first. Kept here so that opening a store that is up
# to date needs no import of Alembic; a test compares it with the folder of migrations.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
HEAD = REVISIONS[-1]


def _holder_columns() -> list[Column[Any]]:
    """All of holders.Holder."""
    return [
        need("host", Text),
        need("machine", Text),
        need("pid", BigInteger),
        Column("process_started", BigInteger),
    ]


load = Table(
    "load",
    metadata,
    Column("id", Integer, primary_key=True),
    need("source", Text),
    need("kind", Text),
    need("started_at", DateTime),
    need("state", Text),
    Column("reason", Text),  # why it is held or was dropped
    Column("resumed_from", Integer, ForeignKey("load.id")),  # the interrupted load whose rows it took over
    Column("cursor_before", Text),  # where the source stood before it, to be restored when it is dropped
    *(count_column(name) for name in ("read", "new", "changed", "unchanged", "quarantined", "skipped")),
    count_column("pages"),
    count_column("carried"),  # pages taken over from an interrupted load that may still be read again
    count_column("replayed"),  # of them, those that have been read again
    Column("lease", Text),  # the lease under which it is written, and its fence
    Column("fence", BigInteger),
    Column("closed_at", DateTime),  # when it was first accepted, held or dropped
    need("warnings", Text, server_default="[]"),  # of its batch checks, as JSON
    CheckConstraint("state IN ('open', 'accepted', 'held', 'dropped')", name="state"),
    # Law 1, kept by the database itself.
    CheckConstraint("read = new + changed + unchanged + quarantined + skipped", name="balance"),
    Index(None, "source"),
)
# The fence of the store: a source has at most one open load, whoever opens a second one takes the first over.
Index(
    "uq_load_open",
    load.c.source,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

load_page = Table(
    "load_page",
    metadata,
    Column("load_id", Integer, ForeignKey("load.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    need("fingerprint", Text),
    *(need(name, Integer) for name in ("new", "changed", "unchanged", "quarantined")),
    need("skipped", Text),
)

load_skipped = Table(
    "load_skipped",
    metadata,
    Column("load_id", Integer, ForeignKey("load.id"), primary_key=True),
    Column("reason", Text, primary_key=True),
    need("n", BigInteger),
)

source_state = Table(
    "source_state",
    metadata,
    Column("source", Text, primary_key=True),
    need("cursor", Text),
)


def _record_columns() -> list[Column[Any]]:
    """All of records.Feedback, the load that wrote it and its version number."""
    return [
        need("source", Text),
        need("source_id", Text),
        need("reference", Text),
        need("row", BigInteger),
        need("kind", Text),
        need("text", Text),
        need("content_hash", Text),
        Column("occurred_at", DateTime),
        Column("score_value", Double),
        Column("score_low", Double),
        Column("score_high", Double),
        Column("score_metric", Text),
        Column("score_higher_is_better", Boolean),
        Column("author", Text),
        Column("response_id", Text),
        Column("language", Text),
        need("segments", Text),
        Column("reported_at", DateTime),
        Column("responded_at", DateTime),
        Column("resolved_at", DateTime),
        Column("handled_seconds", Double),
        Column("reopened", Boolean),
        need("redactions", Text),
        need("problems", Text),
        need("load_id", Integer, ForeignKey("load.id"), index=True),
        Column("compensation", Double),
        Column("currency", Text),
    ]


# The names that `feedback` and `feedback_version` share; the version number comes on top.
RECORD = tuple(column.name for column in _record_columns())

feedback = Table(
    "feedback",
    metadata,
    Column("id", Text, primary_key=True),
    need("number", Integer),
    *_record_columns(),
    UniqueConstraint("source", "source_id"),
)

feedback_version = Table(
    "feedback_version",
    metadata,
    # Versions go with their record, so that erasing one leaves nothing behind.
    Column("id", Text, ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *_record_columns(),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    need("source", Text),
    need("kind", Text),
    need("row", BigInteger),
    need("content_hash", Text),
    need("number", Integer),  # running number among equal records of one load
    need("fields", Text),
    need("problems", Text),
    need("load_id", Integer, ForeignKey("load.id"), index=True),  # where it was refused first
    need("seen_load_id", Integer, ForeignKey("load.id"), index=True),  # and last
    need("first_seen", DateTime),
    need("state", Text),
    need("origin", Text, server_default=""),  # the file it came from
    UniqueConstraint("source", "content_hash", "number"),
    CheckConstraint("state IN ('waiting', 'retried', 'dropped')", name="state"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    need("fence", BigInteger),  # rises with every new holder, never falls: so the row stays when it is released
    need("depth", Integer),  # how often its holder has taken it; 0: it is free
    need("seconds", Double),
    need("taken_at", DateTime),
    need("expires_at", DateTime),
    need("beat", Double),  # the holder's monotonic clock when it last took or renewed it
    *_holder_columns(),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    need("command", Text),
    need("started_at", DateTime),
    Column("ended_at", DateTime),
    Column("as_of", DateTime),
    need("state", Text),
    need("message", Text, server_default=""),
    *_holder_columns(),
    CheckConstraint("state IN ('running', 'done', 'failed', 'partly', 'deferred')", name="state"),
)
