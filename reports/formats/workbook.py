"""digest.xlsx: a sheet for each section with typed columns, and a first one that says what there is and how to read it.

Every text is a string cell, whatever it begins with; numbers are numbers, dates are dates. Nothing in the file depends
on the clock or on the machine: the same digest gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from reports.digest import Digest
from reports.formats.cells import cell_text
from reports.formats.tidy.parts import Sheet
from reports.formats.tidy.sheets import sheets_of
from reports.formats.workbook_columns import Cell, Column, columns_of, frozen_of, row_of
from reports.wording.figures import shown, zone

__all__ = ["write_workbook"]

# What a cell holds at most; a longer text would be refused and its cell left empty.
MOST_CHARACTERS = 32_000
MADE = datetime(2000, 1, 1)  # the file's own date; the period's is on its first sheet
# From 0, or a bar would say something else than its figure; pale enough for that to be read on it.
BARS = {"type": "data_bar", "bar_color": "#B9D3D3", "min_type": "num", "min_value": 0}
HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EFECE6"}


def write_workbook(digest: Digest) -> bytes:
    """The whole file."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, {**options, "default_date_format": "yyyy-mm-dd hh:mm"})
    book.set_properties({"title": _safe(digest.title), "author": "Groundswell", "created": MADE})
    formats: dict[str, Any] = {}
    sheets = sheets_of(digest)
    _about(book, digest, sheets)
    for sheet in sheets:
        _sheet(book, sheet, digest, formats)
    book.close()
    return stream.getvalue()


def _safe(text: str) -> str:
    """The text as it may stand in a cell."""
    safe = cell_text(text)[:MOST_CHARACTERS]
    # xlsxwriter would take such a text for markup that it made itself, and write it as it is.
    return f"{safe} " if safe.endswith("</r>") else safe


def _sheet(book: Any, sheet: Sheet, digest: Digest, formats: dict[str, Any]) -> None:
    """One section: a heading that stays in sight, a filter, and columns as wide as what they hold."""
    page = book.add_worksheet(sheet.title)
    columns = columns_of(sheet)
    head = book.add_format(HEAD)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, _safe(column.head), head)
    for line, record in enumerate(sheet.records, start=1):
        for place, (column, cell) in enumerate(zip(columns, row_of(record, columns), strict=True)):
            _write(book, page, (line, place), cell, column, digest, formats)
    for place, column in enumerate(columns):
        if column.is_bar:
            page.conditional_format(1, place, len(sheet.records), place, BARS)
    page.freeze_panes(1, frozen_of(columns))
    page.autofilter(0, 0, len(sheet.records), len(columns) - 1)
    _print(page)


def _write(
    book: Any, page: Any, place: tuple[int, int], cell: Cell, column: Column, digest: Digest, formats: dict[str, Any]
) -> None:
    """One cell of its column's kind; nothing where the figure is not known."""
    if cell is None or cell == "":
        return
    shape = formats.get(column.shape)
    if shape is None:
        shape = book.add_format({"num_format": column.shape, "valign": "top", "text_wrap": column.wraps})
        formats[column.shape] = shape
    if isinstance(cell, datetime):
        moment = cell if cell.tzinfo else cell.replace(tzinfo=UTC)
        page.write_datetime(*place, moment.astimezone(zone(digest.period)).replace(tzinfo=None, microsecond=0), shape)
    elif isinstance(cell, str):
        page.write_string(*place, _safe(cell), shape)
    else:
        page.write_number(*place, cell, shape)


def _about(book: Any, digest: Digest, sheets: Sequence[Sheet]) -> None:
    """The first sheet: the news, the period, what each sheet holds, and how to read the figures."""
    page = book.add_worksheet("About")
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    page.hide_gridlines(2)
    bold = book.add_format({"bold": True, "valign": "top"})
    title = book.add_format({"bold": True, "font_size": 14})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    page.write_string(0, 0, _safe(digest.title), title)
    line = 2
    for heading, entries in _told(digest, sheets):
        for place, entry in enumerate(entries):
            if not place:
                page.write_string(line, 0, heading, bold)
            page.write_string(line, 1, _safe(entry), words)
            line += 1
        line += 1 if entries else 0
    _print(page)


def _told(digest: Digest, sheets: Sequence[Sheet]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    period, seen = digest.period, digest.coverage
    where = f"Dates are in {period.timezone}." if period.start else "The feedback carries no dates."
    basis = f"{seen.feedback:,} pieces of feedback, {seen.with_text:,} with text, {len(digest.sources):,} sources"
    meaning = (f"“Authors” in the sheets are {seen.counted}.",) if seen.counted != "authors" else ()
    return (
        ("The news", digest.headline),
        ("Period", tuple(filter(None, (period.label, period.reason, where)))),
        ("Rests on", (basis, *meaning)),
        ("Sheets", tuple(f"{sheet.title}: {sheet.about}" for sheet in sheets)),
        ("How to read it", HOW),
        ("Not known", tuple(f"{shown(entry.section)}: {entry.reason}" for entry in digest.absent)),
        ("Made from", (f"revision {digest.revision}, fingerprint {digest.generated_from.fingerprint}",)),
    )


HOW = (
    "“low” and “high” are the ends of the 95 % interval of the column before them, “n” is how many it rests on.",
    "An empty cell is a figure that is not known, never 0.",
    "“Beyond chance” is yes where chance would rarely make such a difference, after correction for all comparisons.",
    "“Goes with” and the drivers of a score are associations: not what the score would be if the theme went away.",
    "Rank parts make the order of themes; stability is how surely the clauses of a theme belong together, 0-1.",
    "Tone is the share of positive clauses less that of negative ones, from -1 to +1.",
    "Quotes are as stored: personal data was removed before. An apostrophe before a text is ours: it keeps a "
    "spreadsheet from taking the text for a formula.",
)


def _print(page: Any) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
