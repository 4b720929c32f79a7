"""The sentiment heads in the store: each was trained on the ratings that an analysis read, and is never changed.

An analysis of a moment uses no head of a later one, so that a digest filled in later is the one that would have been
made then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select

from groundswell.rows import check_text, encode_time
from groundswell.tables import sentiment_head

__all__ = ["KeptHead", "SentimentHead", "StoredHead", "load_head", "load_heads", "newest_head", "save_head"]


@dataclass(frozen=True, slots=True)
class SentimentHead:
    """A head that was trained: `as_of` is the end of the period whose analysis read the ratings, None for undated data.

    `version` names the head by its weights, `starter` the shipped model that it was trained on, `rows` the rows that
    were read; `card` is what is told of it, as JSON, and `body` what it is made of.
    """

    version: str
    as_of: datetime | None
    made_at: datetime
    starter: str
    rows: str
    card: str
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredHead:
    """A head with its number in the store; later ones have higher numbers."""

    number: int
    head: SentimentHead


class KeptHead(NamedTuple):
    """The number of a head that is to be kept, and whether the store had it not yet."""

    number: int
    is_new: bool


def save_head(connection: Connection, head: SentimentHead) -> KeptHead:
    """Keep the head. Where the newest head of its moment is this very one, nothing is written."""
    last = newest_head(connection, head.as_of, head.starter, head.rows)
    if last is not None and _same(last.head, head):
        return KeptHead(last.number, False)
    number = (connection.scalar(select(func.max(sentiment_head.c.id))) or 0) + 1
    what = f"the sentiment head {head.version!r}"
    texts = {name: check_text(getattr(head, name), what) for name in ("version", "starter", "rows", "card")}
    times = {name: encode_time(getattr(head, name), what) for name in ("as_of", "made_at")}
    connection.execute(insert(sentiment_head).values({"id": number, **texts, **times, "body": head.body}))
    return KeptHead(number, True)


def newest_head(connection: Connection, until: datetime | None, starter: str, rows: str) -> StoredHead | None:
    """The head of the latest moment up to `until` that was trained on this starter, the last one made of that moment.

    Undated data has no moments: for None the head that was trained from these very rows.
    """
    of, end = sentiment_head.c, encode_time(until, "the end of the period")
    fits = of.as_of.is_(None) & (of.rows == rows) if end is None else of.as_of <= end
    query = select(sentiment_head).where(of.starter == starter, fits).order_by(of.as_of.desc(), of.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _head(row, row.body)


def load_head(connection: Connection, number: int) -> StoredHead | None:
    """The head of that number; None where there is none."""
    row = connection.execute(select(sentiment_head).where(sentiment_head.c.id == number)).one_or_none()
    return None if row is None else _head(row, row.body)


def load_heads(connection: Connection) -> list[StoredHead]:
    """All heads, in the order in which they were made, with body b"": what is told of them is in the card."""
    columns = [column for column in sentiment_head.c if column.name != "body"]
    return [_head(row, b"") for row in connection.execute(select(*columns).order_by(sentiment_head.c.id))]


def _same(one: SentimentHead, other: SentimentHead) -> bool:
    """Whether both would read alike; one that is damaged is another one."""
    return (one.as_of, one.version, one.body, one.card) == (other.as_of, other.version, other.body, other.card)


def _head(row: Row[Any], body: bytes) -> StoredHead:
    as_of = None if row.as_of is None else row.as_of.replace(tzinfo=UTC)
    made_at = row.made_at.replace(tzinfo=UTC)
    head = SentimentHead(row.version, as_of, made_at, row.starter, row.rows, row.card, bytes(body))
    return StoredHead(row.id, head)
