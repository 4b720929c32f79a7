"""A sheet of a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods) as a header and rows of text. Run by extractors.isolated."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from extractors.cells import cell_text
from extractors.content import Content, guarded, limit_memory
from extractors.vocabulary import known_name
from extractors.zips import check_workbook_zip
from groundswell.errors import ConfigError, SourceError

__all__ = ["read_workbook"]

LOOKED_AT = 50  # rows in which the header is looked for
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PASSWORD = "is protected by a password; save it without one"

Row = Sequence[Any]


def read_workbook(path: Path, sheet: str | None) -> Content:
    """The named sheet, else the first visible one that holds a table.

    Raises SourceError for a workbook that cannot be read, ConfigError for a sheet that is not in it.
    """
    data = path.read_bytes()
    if data.startswith(_OLE) and _LOCKED in data:
        raise SourceError(f"{path.name}: {_PASSWORD}")
    limit_memory(len(data) if data.startswith(_OLE) else len(data) + check_workbook_zip(path))
    book = _opened(path.name, data)
    chosen, others = _choose(path.name, book, sheet)
    top = list(islice(chosen.iter_rows(), LOOKED_AT))
    where = f"{path.name}: sheet {chosen.name!r}"
    header = _header_row(where, top)
    first = header + 1 + (2 if _is_qualtrics(top[header + 1 : header + 3]) else 0)
    kept = _columns(chosen, top[header], first)
    place = f"sheet {chosen.name!r}, record 1 is its row {first + 1}"
    note = f"{place}; not read: {', '.join(map(repr, others))}" if others else place
    names = [_text(top[header][column]) for column in kept]
    return Content(names, f"workbook, {place}", note, _rows(chosen, first, kept))


def _opened(name: str, data: bytes) -> Any:
    import python_calamine

    try:
        with guarded(f"{name}: is damaged, or no workbook that can be read; open and save it again, or as CSV"):
            return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError:
        raise SourceError(f"{name}: {_PASSWORD}") from None


def _choose(name: str, book: Any, wanted: str | None) -> tuple[Any, list[str]]:
    """(sheet, the names of the other visible sheets that hold something)."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = {meta.name: meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet}
    if wanted is not None:
        same = [sheet for sheet in sheets if sheet.strip().casefold() == wanted.strip().casefold()]
        found = wanted if wanted in sheets else same[0] if len(same) == 1 else None
        if found is None:
            near = get_close_matches(wanted, sheets, n=1, cutoff=0.5)
            hint = f", did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"{name}: no sheet {wanted!r}{hint}; its sheets are {', '.join(map(repr, sheets))}")
        return _sheet(name, book, found), []
    chosen, others = None, list[str]()
    for visible in (meta.name for meta in sheets.values() if meta.visible == SheetVisibleEnum.Visible):
        sheet = _sheet(name, book, visible)
        if not sheet.height:
            continue
        if chosen is None or chosen.height < 2 <= sheet.height:
            chosen, sheet = sheet, chosen
        if sheet is not None:
            others.append(sheet.name)
    if chosen is None:
        raise SourceError(f"{name}: no visible sheet of it holds anything; export it again, or name a hidden sheet")
    return chosen, others


def _sheet(name: str, book: Any, sheet: str) -> Any:
    with guarded(f"{name}: sheet {sheet!r} is damaged; open the workbook and save it again, or the sheet as CSV"):
        return book.get_sheet_by_name(sheet)


def _header_row(where: str, top: list[Row]) -> int:
    """The index of the header: the first row that holds anything, below title rows that are no mistaking.

    A title is a row of few cells over a row of distinct names of which two at least are known ones. Raises SourceError
    where the first row is far narrower than the table and no such row follows.
    """
    filled = [sum(map(_is_filled, row)) for row in top]
    first = next((i for i, n in enumerate(filled) if n), None)
    if first is None:
        raise SourceError(f"{where}: its first {LOOKED_AT} rows are blank; delete them, or name another sheet")
    width = max(filled)
    if filled[first] > 1 and 2 * filled[first] >= width or width == 1:
        return first
    below = next((i for i in range(first + 1, len(top)) if 2 * filled[i] >= width and filled[i] > filled[first]), None)
    if below is not None and _is_header(top[below]):
        return below
    if 2 * filled[first] >= width:
        return first
    raise SourceError(
        f"{where}: its row {first + 1} holds {filled[first]} cell(s) and a row below it {width}: which of them is the "
        "header cannot be told. Delete the rows above the header"
    )


def _is_header(row: Row) -> bool:
    cells = [cell for cell in row if _is_filled(cell)]
    if not all(isinstance(cell, str) for cell in cells) or len(set(cells)) < len(cells):
        return False
    return sum(map(known_name, cells)) >= 2


def _is_qualtrics(below: list[Row]) -> bool:
    """Whether the questions and import ids of a Qualtrics export follow the header."""
    return len(below) == 2 and 2 * sum('"ImportId"' in _text(cell) for cell in below[1]) > len(below[1])


def _columns(sheet: Any, header: Row, first: int) -> list[int]:
    """The columns that have a name or hold anything: a sheet may be wide for the sake of its borders."""
    unnamed = {column for column, cell in enumerate(header) if not _is_filled(cell)}
    named = set(range(len(header))) - unnamed
    if unnamed:
        for row in islice(sheet.iter_rows(), first, None):
            if held := {column for column in unnamed if _is_filled(row[column])}:
                named |= held
                unnamed -= held
    return sorted(named)


def _rows(sheet: Any, first: int, columns: list[int]) -> Iterator[list[str]]:
    """The rows from `first` on, so that the number of a record tells its row; blank ones at the end are left out."""
    blank = 0
    for row in islice(sheet.iter_rows(), first, None):
        texts = [_text(row[column]) for column in columns]
        if not any(map(str.strip, texts)):
            blank += 1
            continue
        for _ in range(blank):
            yield [""] * len(columns)
        blank = 0
        yield texts


def _is_filled(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _text(cell: Any) -> str:
    return cell_text(cell)
