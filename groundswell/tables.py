"""The tables of the store, as SQLAlchemy metadata; the migrations in `migrations/` build exactly these.

    load              one run of one source: open | accepted | held | dropped
    load_page         every page of a load: what it held and the cursor behind it
    load_skipped      records passed over, per load and reason
    source_state      the cursor of a source, always that of its last saved page
    feedback          the newest version of each record
    feedback_version  its superseded versions
    quarantine        refused records, with their reasons
    clause, comment_sentiment, theme     the result of one analysis, replaced as a whole
    embedding         vectors by text hash and model
    digest            what was published: audience, period, revision

Times are stored without a zone and are UTC; JSON is stored as text, so that it comes back byte for byte.
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
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

__all__ = [
    "HEAD",
    "RECORD",
    "REVISIONS",
    "clause",
    "comment_sentiment",
    "digest",
    "embedding",
    "feedback",
    "feedback_version",
    "load",
    "load_page",
    "load_skipped",
    "metadata",
    "quarantine",
    "source_state",
    "theme",
]

# Every revision that this version of Groundswell knows, oldest first. Kept here so that opening a store that is up
# to date needs no import of Alembic; a test compares it with the folder of migrations.
REVISIONS = ("0001",)
HEAD = REVISIONS[-1]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _need(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *more, nullable=False, **options)


def _count(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


load = Table(
    "load",
    metadata,
    Column("id", Integer, primary_key=True),
    _need("source", Text),
    _need("kind", Text),
    _need("started_at", DateTime),
    _need("state", Text),
    Column("reason", Text),  # why it is held or was dropped
    Column("resumed_from", Integer, ForeignKey("load.id")),  # the interrupted load whose rows it took over
    Column("cursor_before", Text),  # where the source stood before it, to be restored when it is dropped
    *(_count(name) for name in ("read", "new", "changed", "unchanged", "quarantined", "skipped")),
    _count("pages"),
    _count("carried"),  # pages taken over from an interrupted load that may still be read again
    _count("replayed"),  # of them, those that have been read again
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
    _need("fingerprint", Text),
    *(_need(name, Integer) for name in ("new", "changed", "unchanged", "quarantined")),
    _need("skipped", Text),
    _need("cursor", Text),
)

load_skipped = Table(
    "load_skipped",
    metadata,
    Column("load_id", Integer, ForeignKey("load.id"), primary_key=True),
    Column("reason", Text, primary_key=True),
    _need("n", BigInteger),
)

source_state = Table(
    "source_state",
    metadata,
    Column("source", Text, primary_key=True),
    _need("cursor", Text),
)


def _record_columns() -> list[Column[Any]]:
    """All of records.Feedback, the load that wrote it and its version number."""
    return [
        _need("source", Text),
        _need("source_id", Text),
        _need("reference", Text),
        _need("row", BigInteger),
        _need("kind", Text),
        _need("text", Text),
        _need("content_hash", Text),
        Column("occurred_at", DateTime),
        Column("score_value", Double),
        Column("score_low", Double),
        Column("score_high", Double),
        Column("score_metric", Text),
        Column("score_higher_is_better", Boolean),
        Column("author", Text),
        Column("response_id", Text),
        Column("language", Text),
        _need("segments", Text),
        Column("reported_at", DateTime),
        Column("responded_at", DateTime),
        Column("resolved_at", DateTime),
        Column("handled_seconds", Double),
        Column("reopened", Boolean),
        _need("redactions", Text),
        _need("problems", Text),
        _need("load_id", Integer, ForeignKey("load.id"), index=True),
    ]


# The names that `feedback` and `feedback_version` share; the version number comes on top.
RECORD = tuple(column.name for column in _record_columns())

feedback = Table(
    "feedback",
    metadata,
    Column("id", Text, primary_key=True),
    _need("number", Integer),
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
    _need("source", Text),
    _need("kind", Text),
    _need("row", BigInteger),
    _need("content_hash", Text),
    _need("number", Integer),  # running number among equal records of one load
    _need("fields", Text),
    _need("problems", Text),
    _need("load_id", Integer, ForeignKey("load.id"), index=True),  # where it was refused first
    _need("seen_load_id", Integer, ForeignKey("load.id"), index=True),  # and last
    _need("first_seen", DateTime),
    _need("state", Text),
    UniqueConstraint("source", "content_hash", "number"),
    CheckConstraint("state IN ('waiting', 'retried', 'dropped')", name="state"),
)

# No foreign keys to feedback below: an analysis is a picture of the rows it read, and a row that is dropped while
# it runs must not make it fail. `position` keeps the order of the frame.
clause = Table(
    "clause",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    _need("feedback_id", Text, index=True),
    _need("start", Integer),
    _need("end", Integer),
    _need("text", Text),
    _need("sentence", Integer),
    Column("language", Text),
    _need("contentless", Boolean),
    Column("sentiment", Double),
    Column("label", Text),
    Column("theme_id", Text),
    Column("similarity", Double),
)

comment_sentiment = Table(
    "comment_sentiment",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    _need("feedback_id", Text, index=True),
    Column("language", Text),
    Column("sentiment", Double),
    Column("label", Text),
    Column("method", Text),
)

theme = Table(
    "theme",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    _need("theme_id", Text, unique=True),
    Column("label", Text),
    _need("keywords", Text),
    _need("clauses", BigInteger),
    Column("cohesion", Double),
)

embedding = Table(
    "embedding",
    metadata,
    Column("model", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _need("vector", LargeBinary),  # float16, little-endian
)

digest = Table(
    "digest",
    metadata,
    Column("id", Integer, primary_key=True),
    _need("audience", Text),
    _need("period", Text),
    _need("revision", Integer),
    _need("fingerprint", Text),
    _need("reason", Text),
    _need("json", Text),
    _need("created_from", Text),  # the last accepted load of each source, as JSON
    UniqueConstraint("audience", "period", "revision"),
)
