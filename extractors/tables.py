"""A file as a table of numbered records: delimited text, JSON Lines, a sheet of a workbook or Parquet alike."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from extractors.base import RawRecord
from extractors.binary import binary_form
from extractors.decode import FileFacts, inspect_binary, inspect_file, open_text
from extractors.delimited import read_rows, row_record, unique_names
from extractors.dialect import Dialect, delimiter_named, sniff
from extractors.isolation import IsolatedTable
from extractors.jsonl import is_json_object, json_columns, read_json_lines
from groundswell.errors import SourceError

__all__ = ["Reader", "Table", "inspect_table", "open_table", "table_of"]

HEAD = 2**20  # characters looked at to tell the format
LOOKED_AT = 1000  # records of which one at least must be readable


class Reader(Protocol):
    """How one format gives its records; str() says what it is, as a reader of the run should know it."""

    def records(self, start: int) -> Iterator[RawRecord]:
        """The records after the first `start`; raises SourceError where reading cannot go on."""


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its columns in order, and how its records are read.

    `has_header`: its columns are all known from the start; JSON Lines may bring a new key in any record. `note` says
    what a reader of the run must know to find a record again.
    """

    facts: FileFacts
    columns: tuple[str, ...]
    reader: Reader
    has_header: bool = True
    note: str = ""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.facts.path

    def __str__(self) -> str:
        return str(self.reader)

    def records(self, start: int = 0) -> Iterator[RawRecord]:
        """The records after the first `start`, read as they are asked for.

        Raises SourceError where reading cannot go on.
        """
        return self.reader.records(start)


@dataclass(frozen=True, slots=True)
class _Delimited:
    """Cells separated by a character; `extra_headers` rows follow the header."""

    facts: FileFacts
    columns: tuple[str, ...]
    dialect: Dialect
    extra_headers: int

    def __str__(self) -> str:
        return _as_text(self.facts, f"text, {self.dialect}")

    def records(self, start: int) -> Iterator[RawRecord]:
        above = 1 + self.extra_headers + start
        rows = islice(read_rows(self.facts, self.dialect), above, None)
        for number, row in enumerate(rows, start=start + 1):
            yield row_record(self.columns, number, row)


@dataclass(frozen=True, slots=True)
class _JsonLines:
    """One JSON object per line."""

    facts: FileFacts

    def __str__(self) -> str:
        return _as_text(self.facts, "JSON Lines")

    def records(self, start: int) -> Iterator[RawRecord]:
        return islice(read_json_lines(self.facts), start, None)


def _as_text(facts: FileFacts, form: str) -> str:
    packed = ", gzip" if facts.gzipped else ""
    return f"{form}{packed}, {facts.encoding} ({facts.why})"


def open_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> Table:
    """The file as a table that has at least one record.

    Raises SourceError for what is no such table and ConfigError for an option that cannot be; both say what to do.
    """
    table = table_of(inspect_table(path, encoding), delimiter=delimiter, sheet=sheet)
    records = table.records()
    if all(record.is_blank() for record in islice(records, LOOKED_AT)) and next(records, None) is None:
        header = ", ".join(table.columns[:8])
        raise SourceError(
            f"{table.path.name}: has a header ({header}) and no record below it; export it again"
            if header
            else f"{table.path.name}: holds no record; export it again"
        )
    return table


def inspect_table(path: Path, encoding: str | None = None) -> FileFacts:
    """The file's hash and how it is written, as far as that is known before it is read as a table.

    Raises SourceError for a file that cannot be a table, ConfigError for an encoding nobody knows.
    """
    with suppress(OSError), path.open("rb") as file:  # inspect_file says what is wrong with it
        if form := binary_form(path.name, file.read(8)):
            return inspect_binary(path, form)
    return inspect_file(path, encoding)


def table_of(facts: FileFacts, *, delimiter: str | None = None, sheet: str | None = None) -> Table:
    """The inspected file as a table, which may have no record at all. Raises as `open_table`."""
    if facts.form != "text":
        return _readable(_isolated(facts, sheet))
    with open_text(facts) as stream:
        head = stream.read(HEAD)
    first = next((line for line in io.StringIO(head, newline="") if line.strip()), "")
    name = facts.path.name.lower().removesuffix(".gz")
    if is_json_object(first) or name.endswith((".jsonl", ".ndjson")):
        return _readable(Table(facts, json_columns(facts), _JsonLines(facts), has_header=False))
    _refuse_json_document(facts.path, head)
    dialect = sniff(head, delimiter=delimiter_named(delimiter) if delimiter else None, whole=len(head) < HEAD)
    return _readable(_delimited(facts, dialect))


def _delimited(facts: FileFacts, dialect: Dialect) -> Table:
    top = list(islice(read_rows(facts, dialect), 3))
    header = [cell.strip() for cell in top[0]] if top else []
    if not any(header):
        raise SourceError(f"{facts.path.name}: holds only blank lines; export it again")
    _refuse_data_as_header(facts.path, header)
    # Qualtrics writes three header rows: names, questions, and import ids as JSON.
    is_qualtrics = len(top) == 3 and 2 * sum('"ImportId"' in cell for cell in top[2]) > len(top[2])
    columns = unique_names(header)
    return Table(facts, columns, _Delimited(facts, columns, dialect, 2 if is_qualtrics else 0))


def _isolated(facts: FileFacts, sheet: str | None) -> Table:
    reader = IsolatedTable(facts, sheet if facts.form == "workbook" else None)
    if facts.form == "workbook":
        _refuse_data_as_header(facts.path, reader.header)
    return Table(facts, reader.columns, reader, note=reader.note)


def _readable(table: Table) -> Table:
    """The table, unless every one of its first records is broken."""
    first = [record for record in islice(table.records(), LOOKED_AT) if not record.is_blank()]
    if first and all(record.broken for record in first):
        raise SourceError(
            f"{table.path.name}: none of its first {len(first):,} records can be read: {first[0].problems[0].reason}. "
            "Correct the header or the export, or name another --delimiter"
        )
    return table


def _refuse_json_document(path: Path, head: str) -> None:
    start = head.lstrip()[:200]
    opens_list = start.startswith("[") and start[1:].lstrip()[:1] in ("", "{", "[", "]")
    is_document = opens_list or start.strip() == "{" or path.name.lower().removesuffix(".gz").endswith(".json")
    if is_document:
        raise SourceError(
            f"{path.name}: is one JSON document; JSON Lines are read, one object per line. "
            f"For a list of objects: jq -c '.[]' {path.name} > records.jsonl"
        )


# An address or a date is no name of a column, and column names are printed.
_VALUE = re.compile(r"[^\s@]+@[^\s@]+\.\w+$|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}(?:\s|$)")


def _refuse_data_as_header(path: Path, header: list[str]) -> None:
    """A file without a header would lose its first record silently."""
    for position, cell in enumerate(header):
        found = "an address or a date" if _VALUE.match(cell) else ""
        try:
            # pandas numbers unnamed columns
            if float(cell.replace(",", ".")) not in (position - 1, position, position + 1):
                found = "a number"
        except ValueError:
            pass
        if found:
            raise SourceError(
                f"{path.name}: cell {position + 1} of the first line holds {found}, so it looks like a record, not "
                "like a header; add a first line that names the columns"
            )
