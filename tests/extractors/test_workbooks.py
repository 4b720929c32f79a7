"""Workbooks as tables: cells as text, the header and the sheet, and what is no workbook or more than one."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from files_for_tests import reading_processes
from workbooks_for_tests import write_ods, write_xlsx

from extractors.cells import cell_text, float_text
from extractors.delimited import MAX_CELL
from extractors.detect import Overrides, detect
from extractors.files import FileExtractor
from extractors.isolation import HEAD_ROWS
from extractors.tables import Table, open_table
from groundswell.errors import ConfigError, SourceError
from groundswell.records import Draft, Kind

NOW = datetime(2026, 1, 15, tzinfo=UTC)
MADE = Path(__file__).resolve().parents[1] / "data"
HEADER = ["id", "comment", "rating", "date"]
ROWS = [[1, "the parcel came late", 2, date(2025, 3, 1)], [2, "all was fine", 5, date(2025, 3, 2)]]


def cells_of(table: Table) -> list[tuple[str, ...]]:
    """The cells of every record."""
    return [tuple(record.fields.values()) for record in table.records()]


def sheet(path: Path, rows: Sequence[Sequence[Any]], more: str = "") -> Path:
    """A workbook with these rows in its one sheet."""
    return write_xlsx(path / "book.xlsx", {"Answers": rows}, more=more)


def test_cells_become_the_text_of_a_csv(tmp_path: Path) -> None:
    """Dates are ISO, whole numbers have no fraction, truth has words, and errors are missing."""
    path = sheet(tmp_path, [
        ["id", "comment", "at", "on", "long", "yes", "wrong", "number"],
        [1, " two\nlines ", datetime(2025, 1, 2, 3, 4, 5), date(2025, 1, 2), timedelta(hours=30, minutes=2), True,
         Exception("#N/A"), 4.5],
        [9.10521523154653e17, "=1+1", datetime(2025, 1, 2, 12), date(1999, 12, 31), timedelta(seconds=90), False,
         Exception("#DIV/0!"), 0.30000000000000004],
    ])  # fmt: skip
    assert cells_of(open_table(path)) == [
        ("1", " two\nlines ", "2025-01-02 03:04:05", "2025-01-02", "30:02:00", "true", "", "4.5"),
        ("910521523154653000", "=1+1", "2025-01-02 12:00:00", "1999-12-31", "0:01:30", "false", "", "0.3"),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (-0.5, "-0.5"), (1e15, "1000000000000000"), (1e-5, "0.00001"), (1e-9, "1e-09"), (float("nan"), ""),
     (float("inf"), "inf"), (123456789.123456789, "123456789.123457"), (1e30, "1e+30")],
)  # fmt: skip
def test_numbers_are_plain_digits(value: float, text: str) -> None:
    """As many digits as a spreadsheet shows, and no exponent within reason."""
    assert float_text(value) == text


def test_values_that_nest_are_json() -> None:
    """Lists and structs become JSON, a map an object; what they hold is written as a cell is."""
    assert cell_text([{"a": date(2025, 1, 2), "b": None}, 1.5]) == '[{"a": "2025-01-02", "b": null}, 1.5]'
    assert cell_text([("k", 1)]) == '{"k": 1}' and cell_text([]) == cell_text({}) == cell_text(None) == ""
    assert cell_text(timedelta(seconds=-90)) == "-0:01:30"


def test_a_record_tells_its_row_of_the_sheet(tmp_path: Path) -> None:
    """Blank rows count, so that one offset leads from every record to its row; blank ones at the end do not."""
    path = sheet(tmp_path, [[], HEADER, ROWS[0], [], ["  "], ROWS[1], [], [" "]])
    table = open_table(path)
    assert str(table) == "workbook, sheet 'Answers', record 1 is its row 3"
    assert table.note == "sheet 'Answers', record 1 is its row 3"
    assert [(record.row, record.is_blank()) for record in table.records()] == [
        (1, False), (2, True), (3, True), (4, False)
    ]  # fmt: skip


def test_a_title_above_the_header_is_skipped_only_if_unmistakable(tmp_path: Path) -> None:
    """A lone cell over a row of known names is a title; over anything else nobody can tell, and it is asked."""
    titled = [["Answers of March"], [], HEADER, *ROWS]
    assert open_table(sheet(tmp_path, titled)).columns == ("id", "comment", "rating", "date")
    for rows in ([["Answers of March"], *ROWS], [["Answers"], ["red", "blue", "green"], ["a", "b", "c"]]):
        with pytest.raises(SourceError, match=r"its row 1 holds 1 cell\(s\) .*Delete the rows above the header"):
            open_table(sheet(tmp_path, rows))


def test_a_header_of_two_columns_may_have_one_name(tmp_path: Path) -> None:
    """Half a header is a header; an unnamed column keeps its cells, one that holds nothing is left out."""
    table = open_table(sheet(tmp_path, [["comment", None, None, " "], ["fine", "x"], ["bad", "y"]]))
    assert table.columns == ("comment", "column 2") and cells_of(table) == [("fine", "x"), ("bad", "y")]
    assert open_table(sheet(tmp_path, [["comment"], ["fine"]])).columns == ("comment",)


def test_a_sheet_without_a_header_is_refused(tmp_path: Path) -> None:
    """A first row of numbers or dates would be lost as a header."""
    with pytest.raises(SourceError, match="cell 4 of the first line holds an address or a date"):
        open_table(sheet(tmp_path, [["a", "b", "c", date(2025, 3, 1)], *ROWS]))


def test_qualtrics_headers_are_three_rows(tmp_path: Path) -> None:
    """The questions and import ids below the header are not records, in a workbook either."""
    ids = ['{"ImportId":"q1"}', '{"ImportId":"q2"}']
    table = open_table(sheet(tmp_path, [["Q1", "Q2"], ["How likely?", "Why?"], ids, [9, "good"]]))
    assert cells_of(table) == [("9", "good")] and "record 1 is its row 4" in table.note


def test_the_sheet_is_the_named_one_or_the_first_with_a_table(tmp_path: Path) -> None:
    """Empty, hidden and one-line sheets are passed by; the ones that were not read are named."""
    sheets = {"Cover": [["About"]], "Empty": [], "Secret": [["x"], ["y"]], "Data": [HEADER, *ROWS], "Old": [HEADER]}
    path = write_xlsx(tmp_path / "book.xlsx", sheets, hidden=["Secret"])
    table = open_table(path)
    assert table.columns[0] == "id"
    assert table.note == "sheet 'Data', record 1 is its row 2; not read: 'Cover', 'Old'"
    assert open_table(path, sheet=" secret ").columns == ("x",)
    with pytest.raises(ConfigError, match="no sheet 'Dada', did you mean 'Data'.*'Cover', 'Empty', 'Secret', 'Data'"):
        open_table(path, sheet="Dada")
    with pytest.raises(SourceError, match="no visible sheet of it holds anything"):
        open_table(write_xlsx(tmp_path / "none.xlsx", {"Empty": [], "Secret": [["x"]]}, hidden=["Secret"]))


def test_a_long_sheet_is_read_to_its_end_by_every_reader(tmp_path: Path) -> None:
    """Records beyond those that are kept come once and in order, from any start, also twice."""
    n = 2 * HEAD_ROWS + 7
    table = open_table(sheet(tmp_path, [["id", "comment"], *([i, f"comment {i}"] for i in range(1, n + 1))]))
    for start in (0, 0, 5, HEAD_ROWS, n - 1, n):
        rows = [(record.row, record.fields["id"]) for record in table.records(start)]
        assert rows == [(i, str(i)) for i in range(start + 1, n + 1)]
    assert not reading_processes()


def test_a_giant_cell_is_cut_and_marked(tmp_path: Path) -> None:
    """As in a CSV, with its length said; the next row is untouched."""
    giant, normal = open_table(sheet(tmp_path, [["id", "comment"], [1, "word " * 300_000], [2, "ok"]])).records()
    assert len(giant.fields["comment"]) == MAX_CELL
    assert str(giant.problems[0]) == "comment: cut from 1,500,000 to 1,048,576 characters"
    assert normal.fields["comment"] == "ok" and not normal.problems


def test_other_workbooks_are_read_alike(tmp_path: Path) -> None:
    """.xls and .ods, known by their bytes, give the same records."""
    old = open_table(MADE / "answers.xls")
    assert cells_of(old)[0] == ("1", "the parcel came late", "2", "2025-03-01 08:30:00")
    renamed = tmp_path / "export.csv"
    renamed.write_bytes((MADE / "answers.xls").read_bytes())
    assert cells_of(open_table(renamed)) == cells_of(old)
    ods = write_ods(tmp_path / "book.ods", "Answers", [["id", "comment"], ["1", "fine <so far>"]])
    assert cells_of(open_table(ods)) == [("1", "fine <so far>")]


def test_drafts_are_those_of_the_csv(tmp_path: Path) -> None:
    """The same answers give the same drafts from a workbook as from a CSV, by detection alone."""
    rows = [[i, f"the parcel number {i} came late", i % 5 + 1, date(2025, 3, i + 1)] for i in range(25)]
    csv = tmp_path / "book.csv"
    csv.write_text("".join(",".join(map(str, row)) + "\n" for row in [HEADER, *rows]))
    drafts: list[list[Draft]] = []
    for path in (csv, sheet(tmp_path, [HEADER, *rows])):
        found = detect(path, now=NOW)
        source = FileExtractor([path], found.mapping, source_name="s", kind=found.kind, now=NOW)
        pages = [page for part in source.plan({}, NOW) for page in source.pages(part)]
        drafts.append([source.parse(raw) for page in pages for raw in page.records])
    assert drafts[0] == drafts[1] and len(drafts[0]) == 25


def test_a_source_says_which_sheet_it_read(tmp_path: Path) -> None:
    """The first page of a workbook carries the note; `sheet` is an option of detection and of the source."""
    path = write_xlsx(tmp_path / "book.xlsx", {"Answers": [HEADER, *ROWS], "More": [["text"], ["x"], ["y"]]})
    found = detect(path, overrides=Overrides(kind=Kind.SURVEY, sheet="More"), now=NOW)
    source = FileExtractor(
        ["*.xlsx"], found.mapping, source_name="s", kind=found.kind, base=tmp_path, sheet="More", now=NOW
    )
    os.utime(path, (0, 0))  # a young file would wait
    (page,) = (page for part in source.plan({}, NOW) for page in source.pages(part))
    assert (page.rows, page.note) == (2, "book.xlsx: sheet 'More', record 1 is its row 2")


def cut(path: Path) -> None:
    """Takes the end away."""
    path.write_bytes(path.read_bytes()[:-200])


def garble(path: Path) -> None:
    """Overwrites the middle of the packed sheet."""
    data = bytearray(path.read_bytes())
    middle = data.index(b"xl/worksheets/sheet1.xml") + 60
    data[middle : middle + 20] = bytes(20)
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [cut, garble])
def test_a_damaged_workbook_is_refused(tmp_path: Path, damage: Any) -> None:
    """What was cut off or garbled is said to be damaged, without a word of its content."""
    path = sheet(tmp_path, [HEADER, *ROWS])
    damage(path)
    with pytest.raises(SourceError, match=r"book\.xlsx: is damaged or was cut off") as caught:
        open_table(path)
    assert "parcel" not in str(caught.value)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """A text under a workbook's name, an archive of something else and a locked workbook are told apart."""
    text = tmp_path / "text.xlsx"
    text.write_text("id,comment\n1,fine\n")
    with pytest.raises(SourceError, match=r"text\.xlsx: is no workbook, whatever its name says"):
        open_table(text)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.csv", "id,comment\n1,fine\n")
    with pytest.raises(SourceError, match="is a zip archive without a workbook in it: unpack it"):
        open_table(tmp_path / "other.zip")
    with pytest.raises(SourceError, match=r"locked\.xlsx: is protected by a password"):
        open_table(MADE / "locked.xlsx")
    document = tmp_path / "letter.doc"
    document.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    with pytest.raises(SourceError, match="no workbook that can be read"):
        open_table(document)
    old_text = tmp_path / "export.xls"
    old_text.write_text("id\tcomment\n1\tfine\n")
    assert cells_of(open_table(old_text)) == [("1", "fine")]  # many tools call a CSV so


def lying(path: Path) -> Path:
    """The archive, with its sheet declared to be of 1,000 bytes."""
    with zipfile.ZipFile(path) as archive:
        start = zlib.crc32(archive.read("xl/worksheets/sheet1.xml")[:1000])
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46  # its entry in the central directory
    data[at + 16 : at + 20], data[at + 24 : at + 28] = struct.pack("<I", start), struct.pack("<I", 1000)
    path.write_bytes(bytes(data))
    return path


FAR = '<row r="{0}"><c r="{1}{0}"><v>2</v></c></row>'
BOMBS = {
    "unpacks": (" " * 40_000_000, "unpacks to more than .* at most 2,147,483,648 bytes and 100 times"),
    "corners": (FAR.format(1_048_576, "XFD"), "broke down: .*needs more memory"),
    "long": (FAR.format(1_048_576, "CV"), "broke down: .*needs more memory"),
    "beyond": (FAR.format(99_999_999, "XFE"), "broke down|is damaged"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path, bomb: str) -> None:
    """Packed blanks and cells in far corners cost a process of its own at most, and the message says what it was."""
    more, message = BOMBS[bomb]
    with pytest.raises(SourceError, match=message):
        open_table(sheet(tmp_path, [HEADER, *ROWS], more))


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """A sheet that unpacks to more than it says of itself is never read further."""
    with pytest.raises(SourceError, match="is damaged"):
        open_table(lying(sheet(tmp_path, [HEADER, *ROWS], " " * 20_000_000)))


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    """Beyond 10,000 parts nothing is unpacked."""
    path = sheet(tmp_path, [HEADER, *ROWS])
    with zipfile.ZipFile(path, "a") as archive:
        for i in range(10_001):
            archive.writestr(f"part{i}", "")
    with pytest.raises(SourceError, match="holds 10,007 parts; at most 10,000 are read"):
        open_table(path)


def test_repeated_cells_of_an_ods_are_refused(tmp_path: Path) -> None:
    """One cell that stands for 17 billions of them ends the reading process, not this one."""
    path = write_ods(tmp_path / "bomb.ods", "S", [["id", "comment"], ["1", "x"]], repeat_last=(1_048_576, 16_384))
    with pytest.raises(SourceError, match="is damaged|broke down"):
        open_table(path)
