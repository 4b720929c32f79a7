"""Small workbooks written by hand, so that tests need no library that writes them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

__all__ = ["write_ods", "write_xlsx"]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EPOCH = datetime(1899, 12, 30)
# Formats of cells, by their place in cellXfs: 1 a date, 2 a date with time, 4 a duration.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm:ss"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/><xf numFmtId="21"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


def write_xlsx(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = (), more: str = ""
) -> Path:
    """Writes a workbook of these sheets; `more` is XML that is added to the rows of each. None is an empty cell.

    An Exception stands for an error value of its text, as Exception("#N/A").
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _types(len(sheets)))
        archive.writestr("_rels/.rels", _relations({"officeDocument": ["xl/workbook.xml"]}))
        places = [f"worksheets/sheet{i}.xml" for i in range(1, len(sheets) + 1)]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations({"worksheet": places, "styles": ["styles.xml"]}))
        archive.writestr("xl/styles.xml", _STYLES)
        archive.writestr("xl/workbook.xml", _workbook(list(sheets), hidden))
        for place, rows in zip(places, sheets.values(), strict=True):
            archive.writestr(f"xl/{place}", _sheet(rows, more))
    return path


def write_ods(path: Path, sheet: str, rows: Sequence[Sequence[str]], *, repeat_last: tuple[int, int] = (1, 1)) -> Path:
    """Writes an OpenDocument sheet of texts; `repeat_last` is how often the last row and its cells are repeated."""
    names = {n: f"urn:oasis:names:tc:opendocument:xmlns:{n}:1.0" for n in ("office", "table", "text")}
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in names.items())
    body = ""
    for row in rows:
        down, across = repeat_last if row is rows[-1] else (1, 1)
        cells = "".join(
            f'<table:table-cell office:value-type="string" table:number-columns-repeated="{across}">'
            f"<text:p>{escape(cell)}</text:p></table:table-cell>"
            for cell in row
        )
        body += f'<table:table-row table:number-rows-repeated="{down}">{cells}</table:table-row>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml", '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="{escape(sheet)}">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _types(sheets: int) -> str:
    form = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"workbook.xml": "sheet.main", "styles.xml": "styles"}
    parts |= {f"worksheets/sheet{i}.xml": "worksheet" for i in range(1, sheets + 1)}
    overrides = "".join(f'<Override PartName="/xl/{p}" ContentType="{form}.{t}+xml"/>' for p, t in parts.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{overrides}</Types>'


def _relations(targets: Mapping[str, Sequence[str]]) -> str:
    entries = [(kind, target) for kind, places in targets.items() for target in places]
    links = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(entries, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _workbook(names: Sequence[str], hidden: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="r{i}" state="{_state(name, hidden)}"/>'
        for i, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _state(name: str, hidden: Sequence[str]) -> str:
    return "hidden" if name in hidden else "visible"


def _sheet(rows: Sequence[Sequence[Any]], more: str) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(f"{_letters(i)}{number}", value) for i, value in enumerate(row) if value is not None)
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}{more}</sheetData></worksheet>'


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(place: str, value: Any) -> str:
    if isinstance(value, Exception):
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    day = timedelta(days=1)
    if isinstance(value, datetime):
        return f'<c r="{place}" s="2"><v>{(value - _EPOCH) / day!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - _EPOCH.date()).days}</v></c>'
    if isinstance(value, timedelta):
        return f'<c r="{place}" s="4"><v>{value / day!r}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'
