"""Typed cells, of workbooks and Parquet, as the text that a CSV of the same table would hold."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

__all__ = ["cell_text", "float_text", "short_float_text"]


def cell_text(value: Any) -> str:
    """The value as text; "" for what is missing.

    Dates and times are ISO 8601 (with the offset where there is one), durations h:mm:ss, whole numbers have no ".0",
    lists and structs are JSON, empty ones are missing.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return str(value)


def float_text(value: float) -> str:
    """The number in plain digits, fifteen of them at most, as spreadsheets show it; "" for not-a-number."""
    if value != value:
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # Larger whole numbers keep the digits that were written: int() would bring out those of the binary form.
    digits = repr(value) if value.is_integer() else f"{value:.15g}"
    return format(Decimal(digits).normalize(), "f") if 1e-6 < abs(value) < 1e21 else digits


def short_float_text(value: float, form: str) -> str:
    """A number of 32 ("f") or 16 ("e") bits with as few digits as tell it apart: 1.1, not 1.100000023841858."""
    if value != value or abs(value) == float("inf"):
        return float_text(value)
    for digits in range(3, 9):
        text = f"{value:.{digits}g}"
        if struct.unpack(form, struct.pack(form, float(text)))[0] == value:
            return float_text(float(text))
    return float_text(value)


def _duration_text(value: timedelta) -> str:
    seconds = round(abs(value).total_seconds())
    hours, rest = divmod(seconds, 3600)
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}"


def _json_text(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False) if value else ""


def _plain(value: Any) -> Any:
    """The value for JSON: numbers stay numbers, a map (a list of pairs) becomes an object, all else text."""
    if isinstance(value, dict):
        return {cell_text(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) for item in value):
            return {cell_text(key): _plain(inner) for key, inner in value}
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return cell_text(value)


def _bytes_text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


# bool before int and datetime before date: each is also one of the other.
_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (float, float_text),
    (datetime, lambda value: value.isoformat(" ")),
    (date, date.isoformat),
    (time, time.isoformat),
    (timedelta, _duration_text),
    (Decimal, lambda value: format(value, "f")),
    (bytes, _bytes_text),
    (dict, _json_text),
    (list, _json_text),
)
