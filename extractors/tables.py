"""A file as a table of numbered records, delimited text or JSON Lines alike."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from extractors.base import RawRecord
from extractors.decode import FileFacts, inspect_file, open_text
from extractors.delimited import read_rows, row_record, unique_names
from extractors.dialect import Dialect, delimiter_named, sniff
from extractors.jsonl import is_json_object, json_columns, read_json_lines
from groundswell.errors import SourceError

__all__ = ["Table", "open_table"]

HEAD = 2**20  # characters looked at to tell the format


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its columns in order, and how it is written. `dialect` is None for JSON Lines."""

    facts: FileFacts
    columns: tuple[str, ...]
    dialect: Dialect | None
    extra_headers: int = 0

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.facts.path

    def __str__(self) -> str:
        form = f"text, {self.dialect}" if self.dialect else "JSON Lines"
        packed = ", gzip" if self.facts.gzipped else ""
        return f"{form}{packed}, {self.facts.encoding} ({self.facts.why})"

    def records(self, start: int = 0) -> Iterator[RawRecord]:
        """The records after the first `start`, read as they are asked for.

        Raises SourceError where reading cannot go on.
        """
        if self.dialect is None:
            yield from islice(read_json_lines(self.facts), start, None)
            return
        above = 1 + self.extra_headers + start
        rows = islice(read_rows(self.facts, self.dialect), above, None)
        for number, row in enumerate(rows, start=start + 1):
            yield row_record(self.columns, number, row)


def open_table(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """The file as a table that has at least one record.

    Raises SourceError for what is no such table and ConfigError for an option that cannot be; both say what to do.
    """
    facts = inspect_file(path, encoding)
    with open_text(facts) as stream:
        head = stream.read(HEAD)
    first = next((line for line in io.StringIO(head, newline="") if line.strip()), "")
    name = path.name.lower().removesuffix(".gz")
    if is_json_object(first) or name.endswith((".jsonl", ".ndjson")):
        return _with_records(Table(facts, json_columns(facts), None))
    _refuse_json_document(path, head)
    dialect = sniff(head, delimiter=delimiter_named(delimiter) if delimiter else None, whole=len(head) < HEAD)
    return _with_records(_delimited(facts, dialect))


def _delimited(facts: FileFacts, dialect: Dialect) -> Table:
    top = list(islice(read_rows(facts, dialect), 3))
    header = [cell.strip() for cell in top[0]] if top else []
    if not any(header):
        raise SourceError(f"{facts.path.name}: holds only blank lines; export it again")
    _refuse_data_as_header(facts.path, header)
    # Qualtrics writes three header rows: names, questions, and import ids as JSON.
    is_qualtrics = len(top) == 3 and 2 * sum('"ImportId"' in cell for cell in top[2]) > len(top[2])
    return Table(facts, unique_names(header), dialect, 2 if is_qualtrics else 0)


def _with_records(table: Table) -> Table:
    records = table.records()
    first = [record for record in islice(records, 1000) if not record.is_blank()]
    if first and all(record.broken for record in first):
        raise SourceError(
            f"{table.path.name}: none of its first {len(first):,} records can be read: {first[0].problems[0].reason}. "
            "Correct the header or the export, or name another --delimiter"
        )
    if not first and next(records, None) is None:
        header = ", ".join(table.columns[:8])
        raise SourceError(
            f"{table.path.name}: has a header ({header}) and no record below it; export it again"
            if header
            else f"{table.path.name}: holds no record; export it again"
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
