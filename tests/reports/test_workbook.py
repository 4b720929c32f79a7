"""digest.xlsx: typed columns, one sheet for each section, the figures of digest.json, and not one formula."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hostile_texts import BLANK, PAYLOADS, poisoned, with_texts
from python_calamine import CalamineWorkbook

from reports.digest import AUDIENCES, Digest, from_plain, to_plain
from reports.formats.cells import cell_text
from reports.formats.tidy.sheets import sheets_of
from reports.formats.workbook_columns import columns_of, frozen_of, row_of
from reports.render import render_json, render_workbook
from reports.wording.figures import zone

NAMES = [*AUDIENCES, "undated"]
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COMPUTES = set("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
UNKNOWN_PARTS = re.compile(
    r"docProps|_rels|\[Content|theme|styles|sharedStrings|workbook\.xml|worksheets/sheet\d+\.xml"
)


def parts(content: bytes) -> dict[str, bytes]:
    """The files within the workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    """The cells of each sheet as another program reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def elements(content: bytes, pattern: str) -> Iterator[ElementTree.Element]:
    """Every element of the files whose name matches."""
    for name, text in parts(content).items():
        if re.search(pattern, name):
            yield from ElementTree.fromstring(text).iter()


@pytest.mark.parametrize("name", NAMES)
def test_cells_hold_the_figures_of_the_digest(digests: dict[str, Digest], name: str) -> None:
    """Every cell that another program reads is the figure, the text or the time of the digest, of its own type."""
    digest = digests[name]
    read = sheets(render_workbook(digest))
    assert list(read) == ["About", *(sheet.title for sheet in sheets_of(digest))]
    for sheet in sheets_of(digest):
        columns = columns_of(sheet)
        head, *rows = read[sheet.title]
        assert head == [column.head for column in columns]
        assert len(rows) == len(sheet.records)
        for record, row in zip(sheet.records, rows, strict=True):
            for wanted, found in zip(row_of(record, columns), row, strict=True):
                assert found == as_read(wanted, digest), (sheet.title, record.keys)


def as_read(wanted: object, digest: Digest) -> object:
    """What a program reads of a cell that holds the value."""
    if wanted is None:
        return ""
    if isinstance(wanted, datetime):
        local = wanted.astimezone(zone(digest.period)).replace(tzinfo=None, microsecond=0)
        return local if local.time() != time() else local.date()  # the reader takes midnight for a mere day
    return cell_text(wanted) if isinstance(wanted, str) else wanted


def test_columns_have_types(service: Digest) -> None:
    """Shares are fractions shown as percent, dates are dates, counts are whole numbers, ids are text."""
    content = render_workbook(service)
    formats = [e.get("formatCode") for e in elements(content, "styles") if e.tag == f"{SPACE}numFmt"]
    assert {"0.0%", "yyyy-mm-dd hh:mm", "0.0000"} <= set(formats)
    rows = sheets(content)["Pain points"]
    row = dict(zip(map(str, rows[0]), rows[1], strict=True))
    assert row["Theme id"] == "t001"
    assert row["Share of authors"] == pytest.approx(38 / 412, rel=1e-5)
    rows = sheets(content)["Actions"]
    assert isinstance(rows[1][rows[0].index("Since")], date)


@pytest.mark.parametrize("name", NAMES)
def test_headings_stay_in_sight_and_filter(digests: dict[str, Digest], name: str) -> None:
    """Each sheet but the first has a frozen heading, a filter over all of its rows, and widths."""
    files = parts(render_workbook(digests[name]))
    pages = [ElementTree.fromstring(files[key]) for key in files if "worksheets/sheet" in key and "sheet1." not in key]
    assert len(pages) == len(sheets_of(digests[name]))
    for page in pages:
        pane = page.find(f".//{SPACE}pane")
        assert pane is not None and pane.get("ySplit") == "1" and pane.get("state") == "frozen"
        assert page.find(f"{SPACE}autoFilter") is not None
        assert page.find(f"{SPACE}cols") is not None


def test_what_stays_in_sight_leaves_room(filled: dict[str, Digest]) -> None:
    """However many keys a sheet has and however long they are, the frozen ones are no wider than half a screen."""
    for digest in (poisoned(one) for one in filled.values()):
        for columns in map(columns_of, sheets_of(digest)):
            kept = columns[: frozen_of(columns)]
            assert 0 < sum(column.width for column in kept) <= 66


def test_the_first_sheet_says_what_it_is(product: Digest, undated: Digest) -> None:
    """The first sheet holds the news, the period with its zone, what each sheet is, and why something is not there."""
    for digest in (product, undated):
        told = [str(cell) for row in sheets(render_workbook(digest))["About"] for cell in row if cell]
        assert told[0] == cell_text(digest.title)
        assert set(map(cell_text, digest.headline)) <= set(told)
        assert cell_text(digest.period.label) in told
        assert {f"{sheet.title}: {sheet.about}" for sheet in sheets_of(digest)} <= set(told)
        assert {f"{entry.section}: {entry.reason}" for entry in digest.absent} <= set(told)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("offset", range(0, len(PAYLOADS), 120))
def test_no_text_computes_or_links(digests: dict[str, Digest], name: str, offset: int) -> None:
    """Re-read from its XML a workbook full of hostile texts has no formula, no link, no markup within a text, and no
    text that would compute if it were typed again."""
    digest = poisoned(digests[name], offset)
    content = render_workbook(digest)
    check_inert(content)
    read = sheets(content)
    for sheet in sheets_of(digest):
        columns = columns_of(sheet)
        for record, row in zip(sheet.records, read[sheet.title][1:], strict=True):
            for wanted, found in zip(row_of(record, columns), row, strict=True):
                if isinstance(wanted, str):
                    assert str(found).rstrip() == cell_text(wanted).rstrip()


def check_inert(content: bytes) -> None:
    """Fail where the workbook holds anything but plain cells."""
    files = parts(content)
    assert all(UNKNOWN_PARTS.search(name) for name in files), sorted(files)
    for text in files.values():
        ElementTree.fromstring(text)  # nothing in it breaks the XML, titles and headings included
    tags = {element.tag.rsplit("}")[-1] for element in elements(content, r"worksheets/sheet\d+\.xml$")}
    assert not tags & {
        "f",
        "hyperlink",
        "hyperlinks",
        "drawing",
        "oleObject",
        "dataValidation",
        "legacyDrawing",
        "control",
    }
    kinds = {
        element.get("t") for element in elements(content, r"worksheets/sheet\d+\.xml$") if element.tag == f"{SPACE}c"
    }
    assert kinds <= {"s", None}  # a string, or a number
    strings = list(elements(content, "sharedStrings"))
    assert {element.tag for element in strings} <= {f"{SPACE}{tag}" for tag in ("sst", "si", "t")}
    texts = [element.text or "" for element in strings if element.tag == f"{SPACE}t"]
    assert len(texts) == sum(element.tag == f"{SPACE}si" for element in strings)
    assert not [text for text in texts if text[:1] in COMPUTES or set(text) & set("\u202e\u2066\0\x1b")]
    targets = [element.get("TargetMode") for element in elements(content, r"\.rels$")]
    assert "External" not in targets
    names = [
        element.get("name") for element in elements(content, r"workbook\.xml$") if element.tag == f"{SPACE}definedName"
    ]
    assert set(names) <= {"_xlnm._FilterDatabase", "_xlnm.Print_Titles"}


def test_blank_and_endless_texts_do_no_harm(service: Digest) -> None:
    """A text of nothing but control characters is an empty cell; one of a million characters is cut, not lost."""
    check_inert(render_workbook(with_texts(service, lambda place: BLANK[place % len(BLANK)])))
    first = service.pain_points[0]
    long = replace(first, verbatims=(replace(first.verbatims[0], text="=" + "x" * 1_000_000),))
    content = render_workbook(replace(service, pain_points=(long,)))
    check_inert(content)
    assert max(len(str(cell)) for row in sheets(content)["Quotes"] for cell in row) == 32_000


def test_the_same_digest_gives_the_same_bytes_in_another_process(service: Digest, tmp_path: Path) -> None:
    """Nothing in the file hangs on the clock, the process, or the order of hashes; nor on the zone of the machine."""
    (tmp_path / "digest.json").write_text(render_json(service), encoding="utf-8")
    program = (
        "import json, sys, hashlib\n"
        "from reports.digest import from_plain\n"
        "from reports.render import render_csv, render_workbook\n"
        "digest = from_plain(json.load(open(sys.argv[1], encoding='utf-8')))\n"
        "for content in (render_workbook(digest), render_csv(digest).encode()):\n"
        "    print(hashlib.sha256(content).hexdigest())"
    )
    told = set()
    for seed, timezone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = {"PYTHONHASHSEED": seed, "TZ": timezone, "PATH": ""}
        command = [sys.executable, "-c", program, str(tmp_path / "digest.json")]
        told.add(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)
    assert len(told) == 1
    assert render_workbook(from_plain(to_plain(service))) == render_workbook(service)
