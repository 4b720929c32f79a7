"""Records as rows of the store: exact on both databases, or refused with a clear message.

What one of the two databases would change in silence is refused here: NUL characters (SQLite's functions stop at
them, PostgreSQL refuses them), lone surrogates, NaN and infinity (SQLite stores NaN as NULL), times without a zone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from groundswell.errors import StoreError
from groundswell.records import Feedback, Problem, Quarantined

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "check_text",
    "decode_problems",
    "dump_json",
    "encode_feedback",
    "encode_quarantined",
    "encode_time",
    "plain_values",
]


def dump_json(value: Any) -> str:
    """Canonical JSON: the same value always gives the same text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def check_text(value: str, what: str) -> str:
    """The text itself; StoreError where a database could not give it back as it is."""
    if "\0" in value:
        raise StoreError(f"{what} holds a NUL character, which no database keeps whole; nothing of this page was saved")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise StoreError(
            f"{what} holds a lone surrogate at position {error.start}, which is no Unicode text; nothing of this page "
            "was saved"
        ) from error
    return value


def encode_time(value: datetime | None, what: str) -> datetime | None:
    """The time in UTC without its zone, to the microsecond; NaT is None. StoreError for a time without a zone."""
    if value is None or value != value:
        return None
    if value.tzinfo is None:
        raise StoreError(f"{what} is {value.isoformat()} and has no time zone; nothing of this page was saved")
    utc = value.astimezone(UTC)
    return datetime.combine(utc.date(), utc.time())  # a plain datetime, also for a pandas Timestamp


def encode_feedback(record: Feedback, load_id: int) -> dict[str, Any]:
    """The columns of `feedback` for one record, except its version number."""

    def what(field: str) -> str:
        return f"{record.source}: {field} of record {record.reference!r}"

    def checked(name: str) -> str | None:
        value = getattr(record, name)
        return None if value is None else check_text(str(value), what(repr(name)))

    service = record.service
    return {
        "id": record.id,
        **{name: checked(name) for name in _TEXTS},
        "row": int(record.row),
        "occurred_at": encode_time(record.occurred_at, what("'occurred_at'")),
        **_encode_score(record, what("'score'")),
        "reported_at": encode_time(service.reported_at, what("'reported_at'")),
        "responded_at": encode_time(service.responded_at, what("'responded_at'")),
        "resolved_at": encode_time(service.resolved_at, what("'resolved_at'")),
        "handled_seconds": _finite(service.handled_seconds, what("'handled_seconds'")),
        "reopened": None if service.reopened is None else bool(service.reopened),
        "compensation": _finite(service.compensation, what("'compensation'")),
        "currency": None if service.currency is None else check_text(service.currency, what("'currency'")),
        "segments": _encode_mapping(record.segments, what("a segment")),
        "redactions": dump_json({str(name): int(n) for name, n in record.redactions.items()}),
        "problems": _encode_problems(record.problems, what("a problem")),
        "load_id": load_id,
    }


_TEXTS = (
    "source",
    "source_id",
    "reference",
    "kind",
    "text",
    "content_hash",
    "author",
    "response_id",
    "language",
)


def encode_quarantined(record: Quarantined) -> dict[str, Any]:
    """Those columns of `quarantine` that the record itself decides."""
    where = f"{record.source}: refused row {record.row}"
    return {
        "source": check_text(record.source, where),
        "kind": str(record.kind),
        "row": int(record.row),
        "content_hash": check_text(record.content_hash, where),
        "fields": _encode_mapping(record.fields, where),
        "problems": _encode_problems(record.problems, where),
        "origin": check_text(record.origin, where),
    }


def _encode_score(record: Feedback, what: str) -> dict[str, Any]:
    score = record.score
    names = ("score_value", "score_low", "score_high", "score_metric", "score_higher_is_better")
    if score is None:
        return dict.fromkeys(names)
    numbers = [_finite(number, what) for number in (score.value, score.low, score.high)]
    if score.low >= score.high:
        raise StoreError(
            f"{what} lies on a scale from {score.low} to {score.high}, which has no length; "
            "nothing of this page was saved: correct the scale in the settings"
        )
    return dict(zip(names, [*numbers, str(score.metric), bool(score.higher_is_better)], strict=True))


def _finite(value: float | None, what: str) -> float | None:
    if value is None:
        return None
    if not math.isfinite(value):
        raise StoreError(f"{what} is {value}, not a number; nothing of this page was saved: unknown is None")
    return float(value)


def _encode_mapping(values: Mapping[str, str], what: str) -> str:
    return dump_json({check_text(str(name), what): check_text(str(value), what) for name, value in values.items()})


def _encode_problems(problems: Sequence[Problem], what: str) -> str:
    return dump_json([[check_text(part, what) for part in (p.field, p.found, p.reason)] for p in problems])


def decode_problems(stored: str) -> tuple[Problem, ...]:
    """The problems as they were saved."""
    return tuple(Problem(*parts) for parts in json.loads(stored))


def plain_values(values: pd.Series[Any], dtype: str, table: str) -> list[Any]:
    """A column of a frame as the database takes it, None where a value is missing; times in UTC without their zone."""
    what = f"column {values.name!r} of table {table!r}"
    if values.name == "keywords":
        return [dump_json(list(words)) for words in values]
    if dtype in ("int64", "bool"):
        return list(values.to_numpy(dtype=dtype).tolist())
    if dtype.startswith("datetime64"):
        return [encode_time(value, what) for value in values]
    missing = values.isna().to_numpy()
    plain = values.tolist()
    if missing.any():
        plain = [None if gone else value for value, gone in zip(plain, missing, strict=True)]
    if dtype == "object":
        # One look at everything joined: looking at each of 160,000 texts takes longer than storing them.
        check_text("\n".join({value for value in plain if value is not None}), what)
    return plain
