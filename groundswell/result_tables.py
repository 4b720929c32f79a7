"""The tables of what is computed from the feedback, and what every module of tables is built with (see tables.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

__all__ = [
    "action",
    "alert",
    "alert_week",
    "analysis",
    "clause",
    "comment_sentiment",
    "count_column",
    "digest",
    "embedding",
    "metadata",
    "need",
    "sentiment_head",
    "theme",
    "theme_event",
    "theme_fit",
    "theme_member",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def need(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    """A column that is never NULL."""
    return Column(name, kind, *more, nullable=False, **options)


def count_column(name: str) -> Column[Any]:
    """A number that starts at 0."""
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


# No foreign keys to feedback below: an analysis is a picture of the rows it read, and a row that is dropped while
# it runs must not make it fail. `position` keeps the order of the frame.
clause = Table(
    "clause",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    need("feedback_id", Text, index=True),
    need("start", Integer),
    need("end", Integer),
    need("text", Text),
    need("sentence", Integer),
    Column("language", Text),
    need("contentless", Boolean),
    Column("sentiment", Double),
    Column("label", Text),
    Column("theme_id", Text),
    Column("similarity", Double),
    Column("sub_theme_id", Text),
    Column("signals", Text),
)

comment_sentiment = Table(
    "comment_sentiment",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    need("feedback_id", Text, index=True),
    Column("language", Text),
    Column("sentiment", Double),
    Column("label", Text),
    Column("method", Text),
    Column("duplicate", Text),
)

theme = Table(
    "theme",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    need("theme_id", Text, unique=True),
    Column("label", Text),
    need("keywords", Text),
    need("clauses", BigInteger),
    Column("cohesion", Double),
    Column("parent", Text),
    need("status", Text, server_default="active"),
    need("origin", Text, server_default="fit"),
    Column("opened", DateTime),
    Column("stability", Double),
    Column("journey_stage", Text),
    Column("owner", Text),
)

# At most one row: what the stored analysis was made from and with.
analysis = Table(
    "analysis",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    need("key", Text),
    need("models", Text),
    Column("registry", BigInteger),  # version of the theme registry that its themes are those of
    Column("head", Integer),  # the sentiment head that read its clauses; NULL: the shipped one alone
)

# The heads that were trained on this store's ratings (sentiment_heads.py): rows are added and never changed. The store
# numbers them itself, as it does events.
sentiment_head = Table(
    "sentiment_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    need("version", Text),
    Column("as_of", DateTime),  # the end of the period whose analysis trained it; NULL for undated data
    need("made_at", DateTime),
    need("starter", Text),  # the shipped model that it was trained on
    need("rows", Text),  # what says which rows it was trained from
    need("card", Text),  # what is told of it, as JSON
    need("body", LargeBinary),
)

# The history of the theme registry (registry.py): rows are added and never changed. The store numbers the events
# itself, without a gap: there is one writer at a time, and the same history has the same numbers on both databases.
theme_event = Table(
    "theme_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    need("at", DateTime),
    Column("as_of", DateTime),
    need("actor", Text),
    need("kind", Text),
    Column("theme_id", Text),
    need("payload", Text),
    Column("part_of", Integer, ForeignKey("theme_event.id")),
    Column("undoes", Integer, ForeignKey("theme_event.id")),
)

theme_member = Table(
    "theme_member",
    metadata,
    Column("event", Integer, ForeignKey("theme_event.id"), primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("theme_id", Text),  # NULL: from this event on no theme holds the text
    Column("sub_theme_id", Text),
    Column("similarity", Double),
)

theme_fit = Table(
    "theme_fit",
    metadata,
    Column("event", Integer, ForeignKey("theme_event.id"), primary_key=True, autoincrement=False),
    Column("theme_id", Text, primary_key=True),
    Column("centroid", LargeBinary),
    need("exemplars", Text),  # keys of texts, as JSON
    need("keywords", Text),
    Column("stability", Double),
    Column("cohesion", Double),
    need("clauses", BigInteger),
)

# Alerts as they stood at the end of each week (alert_store.py): a week that is judged again replaces its own.
alert_week = Table(
    "alert_week",
    metadata,
    Column("week", Text, primary_key=True),  # 2026-W46
    need("week_end", DateTime),
    need("rest", Text),  # what says what they rest on
    need("target", Double),  # false alarms a year that were aimed at
)

alert = Table(
    "alert",
    metadata,
    Column("week", Text, ForeignKey("alert_week.week"), primary_key=True),
    Column("alert_id", Text, primary_key=True),
    need("theme_id", Text),
    need("state", Text),  # open | updated | quiet | closed | re-opened
    need("body", Text),  # the whole of it, as JSON
)

# What was decided on a theme (action_store.py). The store numbers them itself, as it does events.
action = Table(
    "action",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    need("theme_id", Text),
    need("what", Text),
    Column("owner", Text),
    need("since", DateTime),
    Column("done_at", DateTime),
    Column("dropped_at", DateTime),  # when it was taken back; it keeps its number
    need("made_at", DateTime),
    need("actor", Text),
)

embedding = Table(
    "embedding",
    metadata,
    Column("model", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    need("vector", LargeBinary),  # float16, little-endian
)

digest = Table(
    "digest",
    metadata,
    Column("id", Integer, primary_key=True),
    need("audience", Text),
    need("period", Text),
    need("revision", Integer),
    need("fingerprint", Text),
    need("reason", Text),
    need("json", Text),
    need("created_from", Text),  # the last accepted load of each source, as JSON
    need("rows", Text, server_default=""),  # what says which rows went in, as the publisher wrote it
    UniqueConstraint("audience", "period", "revision"),
)
