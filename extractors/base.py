"""The one shape that every source has: plan, pages, parse; and the records that travel through it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from groundswell.records import Draft, Problem

__all__ = ["Cursor", "Extractor", "Page", "RawRecord", "Slice", "report_leftovers"]

log = logging.getLogger("groundswell.extractors")

# What storage keeps of a source between runs: plain values only, so that it can be saved as JSON.
Cursor = Mapping[str, Any]

MOST_NAMED = 50  # columns that one line of the log names

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a source that one run reads; `cursor` says where to begin."""

    name: str
    cursor: Cursor
    now: datetime


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as the source gave it, before anything is understood.

    `row` is the 1-based number of the data record (the header is not counted). `broken` marks a record whose
    structure cannot be trusted (too many cells, a bad JSON line): parse() makes an empty draft of it that carries
    the problem. `part` tells which open question of the row this record stands for, `origin` the file that the row
    stands in.
    """

    row: int
    fields: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    broken: bool = False
    part: int = 0
    origin: str = ""

    def is_blank(self) -> bool:
        """True when no cell holds anything: a row of separators, as spreadsheets leave behind."""
        return not self.broken and not any(value.strip() for value in self.fields.values())


@dataclass(frozen=True, slots=True)
class Page:
    """What is stored in one transaction, with the cursor that is stored beside it.

    `rows` counts the source's rows read for this page; `skipped` those that gave no record, by reason. A row with
    several open questions gives several records. `origin` is the file that the page was read from (a page never holds
    rows of two), `note` what a reader of the run should know of it (that a file is the same as one read before).
    """

    records: tuple[RawRecord, ...]
    cursor_after: Cursor
    is_last: bool
    rows: int = 0
    skipped: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    origin: str = ""
    note: str = ""


@runtime_checkable
class Extractor(Protocol):
    """A source. plan() looks at names, sizes and times at most and parse() touches nothing; only pages() reads."""

    @property
    def name(self) -> str:
        """The source's name in the settings."""

    def plan(self, state: Cursor, now: datetime) -> list[Slice]:
        """The slices still to be read, given the cursor of the last committed page ({} for a first run).

        Raises SourceError where the source is not there.
        """

    def pages(self, part: Slice) -> Iterator[Page]:
        """The slice, page by page; raises SourceError when the source is not as we know it.

        The slices of one plan are read in their order: each page's cursor is that of the whole source. A slice that
        raises leaves the others readable, and is planned again next time.
        """

    def parse(self, raw: RawRecord) -> Draft:
        """The draft of one record; what could not be understood is in its `problems`."""


def report_leftovers(source: str, fields: Iterable[str], reported: set[str]) -> tuple[str, ...]:
    """The fields not reported before, logged by name only (never a value) and added to `reported`."""
    new = tuple(sorted(set(fields) - reported))
    if new:
        reported.update(new)
        more = f" and {len(new) - MOST_NAMED:,} more" if len(new) > MOST_NAMED else ""
        log.warning("%s: not used and not stored: %s%s", source, ", ".join(new[:MOST_NAMED]), more)
    return new
