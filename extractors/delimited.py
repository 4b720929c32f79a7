"""Rows of delimited text, numbered, with what is odd about a row said beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from extractors.base import RawRecord
from extractors.cleaning import clean_value
from extractors.decode import FileFacts, open_text
from extractors.dialect import MAX_LINE, Dialect
from groundswell.errors import SourceError
from groundswell.records import Problem

__all__ = ["MAX_CELL", "MAX_LINE", "cut_cells", "read_lines", "read_rows", "row_record", "unique_names"]

MAX_CELL = 2**20  # characters
SWALLOWED_LINES = 50


class UnclosedRow(list[str]):
    """The last row of a file that ends within quotes."""


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Every column under a name of its own: unnamed ones are `column 1`, a repeated name gets ` (2)`."""
    names: dict[str, None] = {}
    for position, cell in enumerate(header, start=1):
        base = clean_value(cell) or f"column {position}"
        name, number = base, 2
        while name in names:
            name, number = f"{base} ({number})", number + 1
        names[name] = None
    return tuple(names)


def read_lines(facts: FileFacts) -> Iterator[str]:
    """Physical lines with their ends; raises SourceError for a line of no end."""
    with open_text(facts) as stream:
        while line := stream.readline(MAX_LINE):
            if len(line) >= MAX_LINE:
                raise SourceError(
                    f"{facts.path.name}: a line is longer than {MAX_LINE:,} characters; is it a table of records?"
                )
            yield line


def read_rows(facts: FileFacts, dialect: Dialect) -> Iterator[list[str]]:
    """Rows of cells, header first, blank lines left out; a last row within quotes is an UnclosedRow.

    Raises SourceError where an unclosed quote swallows more than 50 lines.
    """
    csv.field_size_limit(MAX_LINE)
    pending: list[str] = []  # the lines of the record at hand
    lines = _remembered(read_lines(facts), pending)
    for _ in range(dialect.preamble):
        next(lines, None)
    reader = csv.reader(lines, **dialect.options())  # type: ignore[arg-type]
    last: list[str] = []
    of_last: list[str] = []
    try:
        for row in reader:
            if last:
                yield last
            last, of_last = row, pending.copy()
            pending.clear()
    except csv.Error as error:
        begins = reader.line_num - len(pending) + 1 + dialect.preamble
        raise SourceError(
            f"{facts.path.name}: the record that begins on line {begins:,} cannot be read ({error}); "
            "look there for a quote that is never closed"
        ) from None
    if last:
        begins = reader.line_num - len(of_last) + 1 + dialect.preamble
        yield _closed(facts, dialect, begins, of_last, last)


def _remembered(lines: Iterator[str], pending: list[str]) -> Iterator[str]:
    for line in lines:
        pending.append(line)
        yield line


def _closed(facts: FileFacts, dialect: Dialect, begins: int, lines: list[str], row: list[str]) -> list[str]:
    """The file's last row, as an UnclosedRow if the file ended within quotes."""
    # Outside quotes the mark is a record of its own; within, it is swallowed like all before it.
    marked = csv.reader([*lines, "\x1e\n"], **dialect.options())  # type: ignore[arg-type]
    if sum(1 for _ in marked) > 1:
        return row
    if len(lines) > SWALLOWED_LINES:
        raise SourceError(
            f"{facts.path.name}: a quote opened in the record on line {begins:,} is never closed and swallows the "
            f"last {len(lines):,} lines. Close the quote, or double it where it is meant as a character"
        )
    return UnclosedRow(row)


def row_record(columns: tuple[str, ...], number: int, row: list[str]) -> RawRecord:
    """The row as a record; one that does not fit the header is marked, and broken if cells may have shifted."""
    width, found = len(columns), len(row)
    problems: tuple[Problem, ...] = ()
    broken = False
    if isinstance(row, UnclosedRow):
        broken, problems = True, (Problem("row", "", f"row {number} opens a quote that is never closed"),)
    elif found < width:
        reason = f"row {number} has {found} cells, the header has {width}: the missing ones are taken as empty"
        problems = (Problem("row", "", reason),)
    elif found > width and any(cell.strip() for cell in row[width:]):
        broken, problems = True, (Problem("row", "", f"row {number} has {found} cells, the header has {width}"),)
    fields = dict(zip(columns, row, strict=False))
    if found < width:
        fields.update(dict.fromkeys(columns[found:], ""))
    if max(map(len, row)) > MAX_CELL:
        problems += cut_cells(fields)
    return RawRecord(number, fields, problems, broken)


def cut_cells(fields: dict[str, str]) -> tuple[Problem, ...]:
    """Cuts cells above 1 MiB (2**20 characters) in place; one problem for each."""
    problems = []
    for name, value in fields.items():
        if len(value) > MAX_CELL:
            fields[name] = value[:MAX_CELL]
            problems.append(Problem(name, "", f"cut from {len(value):,} to {MAX_CELL:,} characters"))
    return tuple(problems)
