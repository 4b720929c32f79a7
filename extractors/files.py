"""Files as a source: CSV, TSV and JSON Lines, plain or gzip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path

from extractors.base import Cursor, Page, RawRecord, Slice, report_leftovers
from extractors.cleaning import is_missing
from extractors.mapping import ColumnMapping
from extractors.parsing import RowParser
from extractors.tables import Table, open_table
from groundswell.errors import ConfigError, SourceError
from groundswell.records import Draft, Kind

__all__ = ["PAGE_ROWS", "FileExtractor"]

PAGE_ROWS = 10_000
PAGE_CHARACTERS = 32 * 2**20  # a page of very long cells ends earlier: it is held in memory


class FileExtractor:
    """One file as a source. Its cursor is (sha256 of the file, version of the mapping, rows read).

    The file is opened at first use; SourceError says what is wrong with it, ConfigError that a mapped column is not
    in it. `now` bounds the dates that are believed; it is the wall clock unless given.
    """

    def __init__(
        self, path: Path, mapping: ColumnMapping, *, source_name: str, kind: Kind, now: datetime | None = None
    ) -> None:
        self.path, self.mapping, self.kind = path, mapping, kind
        self._name, self._now = source_name, now or datetime.now(UTC)
        self._reported: set[str] = set()

    @property
    def name(self) -> str:
        """The source's name in the settings."""
        return self._name

    @cached_property
    def table(self) -> Table:
        """The opened file."""
        table = open_table(self.path, encoding=self.mapping.encoding, delimiter=self.mapping.delimiter)
        if missing := sorted(self.mapping.used() - set(table.columns)):
            # JSON Lines have no header: a rare key may come later than the first records.
            if table.dialect is not None:
                raise ConfigError(
                    f"{self.path.name}: no column {missing[0]!r} in its header ({', '.join(table.columns)}); "
                    "correct the source's columns"
                )
        return table

    @cached_property
    def _parser(self) -> RowParser:
        key = self.table.facts.sha256[:12]
        return RowParser(self.mapping, self._name, self.kind, file_key=key, now=self._now)

    def plan(self, state: Cursor, now: datetime) -> list[Slice]:
        """One slice from where `state` ends; none where this very file was read to its end under this mapping."""
        same = state.get("sha256") == self.table.facts.sha256 and state.get("mapping") == self.mapping.version
        if same and state.get("complete"):
            return []
        rows = int(state.get("rows", 0)) if same else 0
        return [Slice(self.path.name, self._cursor(rows, complete=False), now)]

    def pages(self, part: Slice) -> Iterator[Page]:
        """Pages of at most 10,000 rows; the columns that nothing uses are reported with the first one.

        Raises SourceError when the file is changed while it is read.
        """
        report_leftovers(self._name, set(self.table.columns) - self.mapping.used(), self._reported)
        start = int(part.cursor["rows"])
        records = self.table.records(start)
        ahead = next(records, None)
        read = start
        while True:
            rows, ahead = _page_of(ahead, records)
            read += len(rows)
            if not self.table.facts.is_unchanged():
                raise SourceError(f"{self.path.name}: was changed while it was read; run again when it is complete")
            yield self._page(rows, self._cursor(read, complete=ahead is None), is_last=ahead is None)
            if ahead is None:
                return

    def parse(self, raw: RawRecord) -> Draft:
        """The draft of one record; its problems say what could not be understood."""
        return self._parser.parse(raw)

    def leftovers(self) -> tuple[str, ...]:
        """The columns that nothing uses, in the file's order."""
        used = self.mapping.used()
        return tuple(column for column in self.table.columns if column not in used)

    def _cursor(self, rows: int, *, complete: bool) -> Cursor:
        return {
            "sha256": self.table.facts.sha256,
            "mapping": self.mapping.version,
            "rows": rows,
            "complete": complete,
        }

    def _page(self, rows: list[RawRecord], cursor: Cursor, *, is_last: bool) -> Page:
        blank = sum(row.is_blank() for row in rows)
        records = tuple(chain.from_iterable(self._parts(row) for row in rows))
        return Page(records, cursor, is_last, len(rows), {"empty row": blank} if blank else {})

    def _parts(self, row: RawRecord) -> list[RawRecord]:
        """One record for each open question that was answered; one at least, for the score."""
        if row.is_blank():
            return []
        questions = self.mapping.questions
        if row.broken or len(questions) < 2:
            return [row]
        answered = [
            RawRecord(row.row, row.fields, row.problems, part=part)
            for part, question in enumerate(questions)
            if any(not is_missing(row.fields.get(column, "")) for column in question.columns)
        ]
        return answered or [row]


def _page_of(first: RawRecord | None, rest: Iterator[RawRecord]) -> tuple[list[RawRecord], RawRecord | None]:
    """The rows of one page, and the row after it."""
    rows: list[RawRecord] = []
    characters = 0
    record = first
    while record is not None and len(rows) < PAGE_ROWS and characters < PAGE_CHARACTERS:
        rows.append(record)
        characters += sum(map(len, record.fields.values()))
        record = next(rest, None)
    return rows, record
