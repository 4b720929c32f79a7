"""digest.csv: every figure of a digest, one to a line, for programs that filter and compute.

UTF-8 with a byte order mark, without which Excel shows every accent as two wrong letters; commas, quotes where needed,
lines end in CR LF as RFC 4180 has it. Numbers stand as in digest.json, times in UTC.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime

from reports.digest import Digest, to_plain
from reports.formats.cells import field_text
from reports.formats.tidy.parts import KEYS, Datum, Record, Value
from reports.formats.tidy.sheets import sheets_of

__all__ = ["COLUMNS", "write_csv"]

COLUMNS = ("audience", "period", "section", *KEYS, "figure", "value", "low", "high", "n", "unit", "text")
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def write_csv(digest: Digest) -> str:
    """The whole file as text, its byte order mark included."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    about = [field_text(digest.audience), field_text(digest.period.slug)]
    for place, line in enumerate(digest.headline):
        row = [*about, "headline", str(place + 1), *[""] * (len(KEYS) - 1), "sentence", "", "", "", "", "text"]
        writer.writerow([*row, field_text(line)])
    for sheet in sheets_of(digest):
        for record in sheet.records:
            writer.writerows([*about, sheet.section, *row] for row in _rows(record))
    return BOM + stream.getvalue()


def _rows(record: Record) -> Iterator[list[str]]:
    """One line for each figure; a record without any is a line of its keys."""
    keys = [field_text(getattr(record.keys, key)) for key in KEYS]
    for one in record.data:
        yield [*keys, field_text(one.name), *_figure(one)]
    if not record.data:
        yield [*keys, "", "", "", "", "", "text", ""]


def _figure(one: Datum) -> list[str]:
    """Value, low, high, n, unit, text: a number or words, never both."""
    if isinstance(one.value, (str, datetime)):
        words = one.value if isinstance(one.value, str) else str(to_plain(one.value))
        return ["", "", "", "", one.unit, field_text(words)]
    return [_number(one.value), _number(one.low), _number(one.high), _number(one.n), one.unit, ""]


def _number(value: Value) -> str:
    """The number as digest.json writes it; nothing where it is not known."""
    plain = to_plain(value)
    return "" if plain is None else json.dumps(plain)
