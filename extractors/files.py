"""Files as a source: single ones, globs and watched folders, by what is new in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import chain
from pathlib import Path

from extractors.base import Cursor, Page, RawRecord, Slice, report_leftovers
from extractors.cleaning import is_missing
from extractors.folders import FoundFile, find_files
from extractors.known import KnownFiles
from extractors.mapping import ColumnMapping
from extractors.parsing import RowParser
from extractors.tables import Table, inspect_table, table_of
from groundswell.errors import ConfigError, GroundswellError, SourceError
from groundswell.records import Draft, Kind

__all__ = ["PAGE_ROWS", "FileExtractor"]

PAGE_ROWS = 10_000
PAGE_CHARACTERS = 32 * 2**20  # a page of very long cells ends earlier: it is held in memory


class FileExtractor:
    """Files under one mapping as one source; each entry of `files` is a file, a folder or a glob below `base`.

    A file is a slice; one that was read to its end is known again by name, size and time, or by its content, and not
    read twice. Files are opened by pages() alone: what is wrong with one hides none of the others. `sheet` names the
    sheet of workbooks. `now` bounds the dates that are believed; it is the wall clock unless given.
    """

    def __init__(
        self,
        files: Sequence[str | Path],
        mapping: ColumnMapping,
        *,
        source_name: str,
        kind: Kind,
        base: Path = Path("."),
        sheet: str | None = None,
        now: datetime | None = None,
    ) -> None:
        self.files, self.base, self.mapping, self.kind, self.sheet = tuple(files), base, mapping, kind, sheet
        self._name = source_name
        self._parser = RowParser(mapping, source_name, kind, now=now or datetime.now(UTC))
        self._reported: set[str] = set()
        self._keys: dict[str, str] = {}
        self._planned: dict[str, FoundFile] = {}
        self._known = KnownFiles({}, self._version, self.mapping.id)
        self._waiting: tuple[str, ...] = ()
        self._passed_over: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The source's name in the settings."""
        return self._name

    @property
    def waiting(self) -> tuple[str, ...]:
        """The files that the last plan left for the next run, because they are still being written."""
        return self._waiting

    @property
    def passed_over(self) -> tuple[str, ...]:
        """The files that the last plan met in folders and that are of a kind that is not read."""
        return self._passed_over

    @property
    def _version(self) -> str:
        return f"{self.mapping.version}/{self.sheet}" if self.sheet else self.mapping.version

    def plan(self, state: Cursor, now: datetime) -> list[Slice]:
        """A slice for each file that is new or changed since `state`, in order of name; none is opened.

        A file that was read in part is read again from its start. Raises SourceError where an entry leads nowhere, and
        ConfigError where records without an id were read under other columns before.
        """
        self._known = KnownFiles(state, self._version, self.mapping.id)
        self._check_identity()
        found = find_files(self.files, self.base, known=self._known.entries)
        self._known.add_entries(found.matched)
        self._waiting, self._passed_over = found.waiting, found.passed_over
        self._planned = {file.name: file for file in found.files if not self._known.is_unchanged(file)}
        return [Slice(name, {"file": name}, now) for name in self._planned]

    def pages(self, part: Slice) -> Iterator[Page]:
        """The file's pages of at most 10,000 rows; one page without rows where its content was read before.

        The columns that nothing uses are reported with the first page. Raises SourceError for a file that cannot be
        read or is changed while it is read, ConfigError for one without a mapped column.
        """
        file = self._planned[part.name]
        try:
            yield from self._read(file)
        except OSError as error:
            raise SourceError(
                f"{file.name}: cannot be read: {error.strerror or error}; correct its permissions, or wait until the "
                "folder is there again"
            ) from None
        except GroundswellError as error:
            raise _named(error, file) from None

    def parse(self, raw: RawRecord) -> Draft:
        """The draft of one record; its problems say what could not be understood."""
        return self._parser.parse(raw, self._keys.get(raw.origin, ""))

    def _read(self, file: FoundFile) -> Iterator[Page]:
        facts = inspect_table(file.path, self.mapping.encoding)
        before = self._known.same_content(file.name, facts)
        if before is not None:
            self._known.add(file.name, facts)
            same = f"is {before} under another name" if before not in ("", file.name) else "is as it was"
            note = f"{file.name}: unchanged: its content {same}; not read again"
            yield Page((), self._known.cursor(), True, origin=file.name, note=note)
            return
        table = table_of(facts, delimiter=self.mapping.delimiter, sheet=self.sheet)
        self._check_columns(table)
        report_leftovers(self._name, set(table.columns) - self.mapping.used(), self._reported)
        self._keys[file.name] = facts.sha256[:12]
        records = table.records()
        ahead = next(records, None)
        read, note = 0, f"{file.name}: {table.note}" if table.note else ""
        while True:
            rows, ahead = _page_of(ahead, records)
            read += len(rows)
            if not facts.is_unchanged():
                raise SourceError(f"{file.name}: was changed while it was read; run again when it is complete")
            self._known.add(file.name, facts, rows=None if ahead is None else read)
            yield self._page(file.name, rows, note, is_last=ahead is None)
            note = ""
            if ahead is None:
                return

    def _check_identity(self) -> None:
        """Raises ConfigError where reading under these columns would count every record a second time."""
        before = self._known.read_otherwise()
        if before is not None:
            why = "has another column as id now" if self.mapping.id else "names no column as id"
            raise ConfigError(
                f"{before or self._name}: was read under other columns, and the source {why}: what is read under the "
                "new ones would count a second time. Put the columns of the source back, or begin anew with another "
                "store"
            )

    def _check_columns(self, table: Table) -> None:
        """Raises ConfigError where a mapped column is not in the file's header."""
        missing = sorted(self.mapping.used() - set(table.columns))
        # JSON Lines have no header: a rare key may come later than the first records.
        if not missing or not table.has_header:
            return
        lower = {column.lower(): column for column in reversed(table.columns)}
        near = [lower[name] for name in get_close_matches(missing[0].lower(), lower, n=3, cutoff=0.5)]
        nearest = f"; nearest: {', '.join(map(repr, near))}" if near else ""
        more = f" (nor {', '.join(map(repr, missing[1:]))})" if missing[1:] else ""
        raise ConfigError(
            f"{table.path.name}: no column {missing[0]!r}{more} in its header ({', '.join(table.columns)}){nearest}; "
            f"nothing of the file was read. Where the export has changed, correct the columns of source "
            f"{self._name!r}; else export it again as before"
        )

    def _page(self, origin: str, rows: list[RawRecord], note: str, *, is_last: bool) -> Page:
        blank = sum(row.is_blank() for row in rows)
        records = tuple(chain.from_iterable(self._parts(row, origin) for row in rows))
        skipped = {"empty row": blank} if blank else {}
        return Page(records, self._known.cursor(), is_last, len(rows), skipped, origin, note)

    def _parts(self, row: RawRecord, origin: str) -> list[RawRecord]:
        """One record for each open question that was answered; one at least, for the score."""
        if row.is_blank():
            return []
        questions = self.mapping.questions
        if row.broken or len(questions) < 2:
            return [RawRecord(row.row, row.fields, row.problems, row.broken, origin=origin)]
        answered = [
            RawRecord(row.row, row.fields, row.problems, part=part, origin=origin)
            for part, question in enumerate(questions)
            if any(not is_missing(row.fields.get(column, "")) for column in question.columns)
        ]
        return answered or [RawRecord(row.row, row.fields, row.problems, origin=origin)]


def _named(error: GroundswellError, file: FoundFile) -> GroundswellError:
    """The error under the name by which the source knows the file: two folders may hold a file of one name."""
    text, plain = str(error), f"{file.path.name}:"
    return type(error)(f"{file.name}:{text.removeprefix(plain)}") if text.startswith(plain) else error


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
