"""A Digest as plain JSON values and back: what is frozen in the store is the JSON, and pages are made from it again."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from groundswell.findings import Interval

__all__ = ["revive", "to_plain"]

SIGNIFICANT_DIGITS = 6  # more than any page shows; fewer than differ between two machines' last bits
UNKNOWN_INTERVAL = Interval(math.nan, math.nan, math.nan)


def to_plain(value: Any) -> Any:
    """Dicts, lists, strings and numbers for JSON: dataclass fields in their order, mappings by key, times in UTC.

    A number that is not finite is unknown, hence null; so is an interval with such an end.
    """
    if isinstance(value, Interval) and not all(map(math.isfinite, (value.value, value.low, value.high))):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: to_plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {to_plain(str(key)): to_plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (tuple, list)):
        return [to_plain(entry) for entry in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str):
        # A lone surrogate cannot be written as UTF-8; one character stays one, so offsets still hold.
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _rounded(float(value))
    # numpy's scalars are no Python numbers
    return _plain_scalar(value.item())


def _rounded(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    # 190.0 and 190 are one figure, and so they are written alike; nor is there a -0.
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def revive(kind: Any, data: Any) -> Any:
    """The value of the given type that `to_plain` wrote; an unknown field is a TypeError, a missing one too."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if data is None else revive(next(a for a in arguments if a is not type(None)), data)
    if is_dataclass(kind) and isinstance(kind, type):
        return _revive_dataclass(kind, data)
    if origin is tuple:
        return tuple(revive(arguments[0], entry) for entry in data)
    if origin is Mapping:
        return {key: revive(arguments[1], entry) for key, entry in data.items()}
    if kind is float:
        return math.nan if data is None else float(data)
    if kind is datetime:
        return datetime.fromisoformat(data)
    return data


def _revive_dataclass(kind: type, data: Any) -> Any:
    if kind is Interval and data is None:
        return UNKNOWN_INTERVAL
    hints = _hints(kind)
    known = {name: revive(hints[name], entry) if name in hints else entry for name, entry in data.items()}
    return kind(**known)


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
