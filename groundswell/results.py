"""What is computed from the feedback: the frames of one analysis, the cache of vectors, the published digests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, DateTime, Row, Table, delete, func, insert, select

from groundswell.bulk import chunks, insert_or, insert_rows
from groundswell.errors import StoreError
from groundswell.leases import Lease, check_lease
from groundswell.records import Period
from groundswell.registry import Registry, RegistryChange
from groundswell.registry_store import check_version, load_version, save_change
from groundswell.rows import check_text, dump_json, plain_values
from groundswell.sentiment_heads import SentimentHead, save_head
from groundswell.tables import analysis, clause, comment_sentiment, digest, embedding, load, theme

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AnalysisState",
    "StoredDigest",
    "is_news",
    "known_vectors",
    "latest_digest",
    "load_analysis",
    "load_analysis_state",
    "load_digests",
    "save_analysis",
    "save_digest",
    "save_vectors",
]

_IN = 5_000
_VECTORS = 2_000  # vectors written by one statement


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A published digest, frozen as a revision of its period."""

    audience: str
    period: str
    revision: int
    fingerprint: str
    reason: str  # why this revision was made; "" for the first
    json_text: str
    created_from: Mapping[str, int]  # the last accepted load of each source when it was made
    rows: str = ""  # what says which rows went in, as its publisher wrote it


@dataclass(frozen=True, slots=True)
class AnalysisState:
    """What the stored analysis was made from (`key`, as its maker wrote it) and with."""

    key: str
    models: Mapping[str, str]
    registry: int | None = None  # version of the theme registry that its themes are those of; None: an older store
    head: int | None = None  # number of the sentiment head that it used; None: the shipped one alone


def _frames() -> tuple[tuple[Table, dict[str, str]], ...]:
    """The table of each frame of an analysis and its columns."""
    from groundswell.frames import CLAUSES, COMMENTS, THEMES

    return (clause, CLAUSES), (comment_sentiment, COMMENTS), (theme, THEMES)


def save_analysis(
    connection: Connection,
    frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    key: str,
    models: Mapping[str, str],
    lease: Lease | None,
    change: RegistryChange | None = None,
    made_for: int | None = None,
    head: SentimentHead | int | None = None,
) -> Registry | None:
    """Replace the stored analysis as a whole, keep the head that it trained, and append what it does to the registry;
    the registry afterwards."""
    if lease is not None:
        check_lease(connection, lease.name, lease.fence)
    if made_for is not None:
        check_version(connection, made_for)
    registry = None if change is None else save_change(connection, change)
    connection.execute(delete(analysis))
    state = {
        "id": 1,
        "key": check_text(key, "the key of the analysis"),
        "models": dump_json(dict(models)),
        "registry": load_version(connection) if registry is None else registry.version,
        "head": save_head(connection, head).number if isinstance(head, SentimentHead) else head,
    }
    connection.execute(insert(analysis).values(state))
    for (target, columns), frame in zip(_frames(), frames, strict=True):
        _check_columns(target, columns, frame)
        connection.execute(delete(target))
        lists = [plain_values(frame[name], dtype, target.name) for name, dtype in columns.items()]
        _insert(connection, target, ["position", *columns], list(zip(range(len(frame)), *lists, strict=True)))
    return registry


def _insert(connection: Connection, target: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    timed = any(isinstance(target.c[name].type, DateTime) for name in names)
    if rows and timed:  # the table of themes, which is short: the driver of SQLite takes no times
        connection.execute(insert(target), [dict(zip(names, row, strict=True)) for row in rows])
    else:
        insert_rows(connection, target, names, rows)


def _check_columns(target: Table, columns: dict[str, str], frame: pd.DataFrame) -> None:
    if set(frame.columns) != set(columns):
        raise ValueError(
            f"the frame for table {target.name!r} has the columns {sorted(frame.columns)}, not {sorted(columns)}"
        )


def load_analysis(connection: Connection) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The clauses, comments and themes of the last analysis; empty frames before the first."""
    import pandas as pd

    frames = []
    for target, columns in _frames():
        query = select(*(target.c[name] for name in columns)).order_by(target.c.position)
        rows = connection.execute(query).all()
        lists = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        typed = zip(columns.items(), lists, strict=True)
        frames.append(pd.DataFrame({name: _series(name, values, dtype) for (name, dtype), values in typed}))
    clauses, comments, themes = frames
    return clauses, comments, themes


def _series(name: str, values: Sequence[Any], dtype: str) -> pd.Series[Any]:
    """A stored column as the frame has it; None is NaN in numbers and NaT in times."""
    import pandas as pd

    if name == "keywords":
        return pd.Series([json.loads(words) for words in values], dtype=dtype)
    if dtype.startswith("datetime64"):
        return pd.Series(list(values), dtype="datetime64[us]").dt.tz_localize("UTC")
    return pd.Series(list(values), dtype=dtype)


def load_analysis_state(connection: Connection) -> AnalysisState | None:
    """What the last analysis was made from and with; None before the first."""
    row = connection.execute(select(analysis)).one_or_none()
    return None if row is None else AnalysisState(row.key, json.loads(row.models), row.registry, row.head)


def known_vectors(connection: Connection, keys: Iterable[str], model: str) -> dict[str, bytes]:
    """The stored vectors of those keys that have one."""
    query = select(embedding.c.key, embedding.c.vector).where(embedding.c.model == model)
    found: dict[str, bytes] = {}
    # Sorted: neighbours in the index are then read together.
    for part in chunks(sorted(set(keys)), _IN):
        found.update((row.key, bytes(row.vector)) for row in connection.execute(query.where(embedding.c.key.in_(part))))
    return found


def save_vectors(connection: Connection, vectors: Mapping[str, bytes], model: str) -> None:
    """Keep the vectors; a key that has one keeps it, for a vector depends on its text alone (law 4)."""
    check_text(model, "the name of the model")
    check_text("\n".join(vectors), "a key of a vector")
    for part in chunks(sorted(vectors.items()), _VECTORS):
        insert_or(connection, embedding, [{"model": model, "key": key, "vector": vector} for key, vector in part], [])


def save_digest(
    connection: Connection,
    made: Mapping[str, str],
    lease: Lease | None = None,
    force: bool = False,
) -> StoredDigest:
    """The latest revision where its fingerprint is the same, else (or by `force`) the next revision.

    `made` holds audience, period, fingerprint, json, reason and rows.
    """
    if lease is not None:
        check_lease(connection, lease.name, lease.fence)
    latest = latest_digest(connection, made["audience"], made["period"])
    if latest is not None and latest.fingerprint == made["fingerprint"] and not force:
        return latest
    for name, value in made.items():
        check_text(value, f"{name!r} of the digest {made['audience']} {made['period']}")
    sources = select(load.c.source, func.max(load.c.id)).where(load.c.state == "accepted").group_by(load.c.source)
    created_from = {row[0]: row[1] for row in connection.execute(sources)}
    numbered = {**made, "revision": 1 if latest is None else latest.revision + 1}
    connection.execute(insert(digest).values({**numbered, "created_from": dump_json(created_from)}))
    stored = latest_digest(connection, made["audience"], made["period"])
    if stored is None:
        raise StoreError(
            f"the digest {made['audience']} {made['period']} was not kept by the database; check the store"
        )
    return stored


def latest_digest(
    connection: Connection, audience: str, period: str, revision: int | None = None
) -> StoredDigest | None:
    """The newest revision for an audience and period, or the given one; None where there is none."""
    query = select(digest).where(digest.c.audience == audience, digest.c.period == period)
    if revision is not None:
        query = query.where(digest.c.revision == revision)
    row: Row[Any] | None = connection.execute(query.order_by(digest.c.revision.desc()).limit(1)).one_or_none()
    return None if row is None else _digest(row, row.json)


def is_news(period: str, revision: int, known: Iterable[StoredDigest]) -> bool:
    """Whether a digest is the first revision of its audience's newest period; `known` are those of the audience."""
    return revision == 1 and all(Period.order_of(one.period) <= Period.order_of(period) for one in known)


def load_digests(connection: Connection, audience: str | None) -> list[StoredDigest]:
    """The newest revision of each period, by period and audience, without its JSON."""
    newest = select(func.max(digest.c.id)).group_by(digest.c.audience, digest.c.period)
    columns = [column for column in digest.c if column.name != "json"]
    query = select(*columns).where(digest.c.id.in_(newest))
    if audience is not None:
        query = query.where(digest.c.audience == audience)
    found = [_digest(row, "") for row in connection.execute(query)]
    # Sorted here, not by the database: the order of texts there depends on its locale.
    return sorted(found, key=lambda stored: (stored.period, stored.audience))


def _digest(row: Row[Any], json_text: str) -> StoredDigest:
    return StoredDigest(
        audience=row.audience,
        period=row.period,
        revision=row.revision,
        fingerprint=row.fingerprint,
        reason=row.reason,
        json_text=json_text,
        created_from=json.loads(row.created_from),
        rows=row.rows,
    )
