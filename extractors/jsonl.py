"""JSON Lines: one object per line, flattened one level; a bad line is one broken record, never the end of the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from extractors.base import RawRecord
from extractors.cleaning import clean_value
from extractors.decode import FileFacts
from extractors.delimited import MAX_CELL, cut_cells, read_lines
from groundswell.records import Problem

__all__ = ["is_json_object", "json_columns", "read_json_lines"]

HEAD_RECORDS = 5000


def is_json_object(line: str) -> bool:
    """Whether the line is one JSON object."""
    if not line.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def json_columns(facts: FileFacts) -> tuple[str, ...]:
    """The flattened keys of the first 5,000 objects, in order of appearance."""
    names: dict[str, None] = {}
    for record in islice(read_json_lines(facts), HEAD_RECORDS):
        names.update(dict.fromkeys(record.fields))
    return tuple(names)


def read_json_lines(facts: FileFacts) -> Iterator[RawRecord]:
    """One record per line that is not blank; rows count records, reasons also name the physical line."""
    row = 0
    for number, line in enumerate(read_lines(facts), start=1):
        if line.strip():
            row += 1
            yield _record(row, number, line)


def _record(row: int, line_number: int, line: str) -> RawRecord:
    try:
        # Numbers stay as they are written: 4.10 is a version, and a number of 5,000 digits must not raise.
        value = json.loads(line, parse_float=str, parse_int=str, parse_constant=lambda _: "")
    except (ValueError, RecursionError) as error:
        what = getattr(error, "msg", "nested too deeply")
        return _broken(row, f"line {line_number} is not JSON ({what})")
    if not isinstance(value, dict):
        return _broken(row, f"line {line_number} holds a JSON {_type_name(value)}, an object is wanted")
    try:
        fields = _flattened(value)
    except RecursionError:  # what the parser, written in C, still bears
        return _broken(row, f"line {line_number} is not JSON (nested too deeply)")
    problems = cut_cells(fields) if len(line) > MAX_CELL else ()
    return RawRecord(row, fields, problems)


def _broken(row: int, reason: str) -> RawRecord:
    return RawRecord(row, {}, (Problem("row", "", reason),), broken=True)


def _flattened(record: dict[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            fields.update((_name(f"{key}.{inner}"), _text(deep)) for inner, deep in value.items())
        else:
            fields[_name(key)] = _text(value)
    return fields


@lru_cache(maxsize=10_000)
def _name(key: str) -> str:
    """A key as the name of a column: on one line, without control characters, for it is printed and stored."""
    return clean_value(key)


def _text(value: Any) -> str:
    """A JSON value as a cell: null is empty, lists are joined by commas, what nests deeper stays JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def _type_name(value: Any) -> str:
    names = {list: "array", str: "string or number", bool: "boolean", type(None): "null"}
    return names.get(type(value), "value")
