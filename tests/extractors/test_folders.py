"""Many files as one source: what is new in folders and globs, and what goes wrong with one of them."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from extractors.base import Page
from extractors.files import FileExtractor
from extractors.folders import SETTLED, find_files
from extractors.mapping import ColumnMapping, Question
from groundswell.errors import ConfigError, SourceError
from groundswell.records import Kind

NOW = datetime(2026, 1, 15, tzinfo=UTC)
MAPPING = ColumnMapping(questions=(Question(("text",)),), id="id")
OLD = 1_700_000_000
NOBODY = 65534
State = Mapping[str, Any]
Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file of records below the test's folder, last changed long ago."""

    def write(name: str, *texts: str, content: str | None = None, at: float = OLD) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = "".join(f"{text[:4]},{text}\n" for text in texts)
        path.write_text(content if content is not None else f"id,text\n{rows}")
        os.utime(path, (at, at))
        return path

    return write


def source(base: Path, *files: str, mapping: ColumnMapping = MAPPING, **options: Any) -> FileExtractor:
    """The files below the folder as a source."""
    return FileExtractor(files, mapping, source_name="shop", kind=Kind.SURVEY, base=base, now=NOW, **options)


def read(extractor: FileExtractor, state: State | None = None) -> tuple[list[Page], State]:
    """Every page still to be read, and the cursor as it comes back from the store."""
    pages = [page for part in extractor.plan(state or {}, NOW) for page in extractor.pages(part)]
    return pages, json.loads(json.dumps(pages[-1].cursor_after if pages else state or {}))


def planned(extractor: FileExtractor, state: State | None = None) -> list[str]:
    """The names of the slices still to be read."""
    return [part.name for part in extractor.plan(state or {}, NOW)]


def test_a_folder_a_glob_and_a_file_are_read_in_order_of_name(tmp_path: Path, put: Put) -> None:
    """Each file is one slice under its path below the base; a page and its records say which file they are from."""
    for name in ("in/b.csv", "in/a.tsv", "in/deep/never.csv", "more/2025/w1.csv", "more/2026/w1.csv", "one.csv"):
        put(name, f"{name} is fine", content=None if name != "in/a.tsv" else "id\ttext\n1\tfine\n")
    extractor = source(tmp_path, "in", "more/**/*.csv", "one.csv", "one.csv")
    pages, _ = read(extractor)
    assert [page.origin for page in pages] == [
        "in/a.tsv", "in/b.csv", "more/2025/w1.csv", "more/2026/w1.csv", "one.csv"
    ]  # fmt: skip
    assert all(record.origin == page.origin for page in pages for record in page.records)
    assert [extractor.parse(page.records[0]).row for page in pages] == [1] * 5


def test_what_was_read_whole_is_not_planned_again(tmp_path: Path, put: Put) -> None:
    """The next run reads the file that is new, the run after it nothing."""
    put("in/w1.csv", "first week")
    pages, state = read(source(tmp_path, "in"))
    put("in/w2.csv", "second week")
    assert planned(source(tmp_path, "in"), state) == ["in/w2.csv"]
    _, state = read(source(tmp_path, "in"), state)
    assert planned(source(tmp_path, "in"), state) == [] and set(state["files"]) == {"in/w1.csv", "in/w2.csv"}


def test_the_same_content_is_said_to_be_unchanged_and_not_read(tmp_path: Path, put: Put) -> None:
    """A copy, a renamed and a touched file give a page without rows that says so, and are known from then on."""
    put("in/april.csv", "a week")
    _, state = read(source(tmp_path, "in"))
    put("in/april (2).csv", "a week")
    put("in/april.csv", "a week", at=OLD + 60)
    pages, state = read(source(tmp_path, "in"), state)
    assert [(page.rows, page.records, page.is_last) for page in pages] == [(0, (), True)] * 2
    assert pages[0].note == (
        "in/april (2).csv: unchanged: its content is in/april.csv under another name; not read again"
    )
    assert pages[1].note == "in/april.csv: unchanged: its content is as it was; not read again"
    assert planned(source(tmp_path, "in"), state) == []


def test_a_change_of_equal_size_is_noticed_by_its_time(tmp_path: Path, put: Put) -> None:
    """A file of the same length with other words is read from its start; a grown one as well."""
    put("in/w.csv", "the good one")
    _, state = read(source(tmp_path, "in"))
    put("in/w.csv", "the evil one", at=OLD + 1)
    pages, state = read(source(tmp_path, "in"), state)
    assert [record.fields["text"] for record in pages[0].records] == ["the evil one"]
    put("in/w.csv", "the evil one", "and one more", at=OLD + 2)
    pages, _ = read(source(tmp_path, "in"), state)
    assert pages[0].rows == 2 and pages[0].note == ""


def test_another_mapping_or_sheet_reads_every_file_again(tmp_path: Path, put: Put) -> None:
    """What a file means is decided by its content, its mapping and the sheet."""
    put("in/w.csv", "a week")
    _, state = read(source(tmp_path, "in"))
    other = replace(MAPPING, segments={"key": "id"})
    assert planned(source(tmp_path, "in", mapping=other), state) == ["in/w.csv"]
    assert read(source(tmp_path, "in", sheet="Answers"), state)[0][0].rows == 1


def test_the_cursor_of_version_0_1_is_understood(tmp_path: Path, put: Put) -> None:
    """The one file that version 0.1 read whole is known by its content; one that it read in part is read again."""
    path = put("w.csv", "a week")
    old = {"sha256": sha256(path.read_bytes()).hexdigest(), "mapping": MAPPING.version, "rows": 1, "complete": True}
    pages, state = read(source(tmp_path, "w.csv"), old)
    assert (pages[0].rows, pages[0].note) == (0, "w.csv: unchanged: its content is as it was; not read again")
    assert set(state["files"]) == {"w.csv"}
    assert read(source(tmp_path, "w.csv"), {**old, "complete": False})[0][0].rows == 1


@pytest.mark.parametrize("state", [{"files": ["w.csv"]}, {"files": {"w.csv": None}}, {"entries": 7}, {"rows": "x"}])
def test_a_cursor_of_another_form_costs_time_only(tmp_path: Path, put: Put, state: State) -> None:
    """What cannot be understood of a cursor counts as never read."""
    put("w.csv", "a week")
    assert read(source(tmp_path, "w.csv"), state)[0][0].rows == 1


def test_a_bad_file_hides_none_of_the_others(tmp_path: Path, put: Put) -> None:
    """plan() opens nothing; the slice of the bad file raises, is not in the cursor and is planned again."""
    put("in/a.csv", "fine")
    put("in/b.csv", content="%PDF-1.4 and so on")
    put("in/c.csv", "also fine")
    extractor = source(tmp_path, "in")
    first, bad, last = extractor.plan({}, NOW)
    assert [page.rows for page in extractor.pages(first)] == [1]
    with pytest.raises(SourceError, match=r"^in/b\.csv: is a PDF document"):
        list(extractor.pages(bad))
    (page,) = extractor.pages(last)
    assert planned(source(tmp_path, "in"), page.cursor_after) == ["in/b.csv"]


def test_a_file_that_breaks_in_its_middle_is_read_from_its_start_next_time(tmp_path: Path, put: Put) -> None:
    """The pages before the break count for nothing: rows without an id are numbered from the first."""
    rows = "".join(f"{i},text number {i}\n" for i in range(20_001))
    put("in/a.csv", content="id,text\n" + rows + '1,"never closed' + "\nx,y" * 99)
    put("in/b.csv", "fine")
    extractor = source(tmp_path, "in")
    first, second = extractor.plan({}, NOW)
    pages = extractor.pages(first)
    assert next(pages).cursor_after["files"]["in/a.csv"]["rows"] == 10_000
    with pytest.raises(SourceError, match=r"^in/a\.csv: a quote opened"):
        list(pages)
    (page,) = extractor.pages(second)
    assert planned(source(tmp_path, "in"), page.cursor_after) == ["in/a.csv"]


def test_a_file_that_vanishes_after_the_plan_is_named(tmp_path: Path, put: Put) -> None:
    """Between plan and read a file may be gone, or be a folder."""
    path = put("in/a.csv", "fine")
    extractor = source(tmp_path, "in")
    (part,) = extractor.plan({}, NOW)
    path.unlink()
    with pytest.raises(SourceError, match="there is no such file"):
        list(extractor.pages(part))
    path.mkdir()
    with pytest.raises(SourceError, match="is a directory"):
        list(extractor.pages(part))


def test_columns_that_changed_are_told_with_the_nearest_names(tmp_path: Path, put: Put) -> None:
    """A renamed column is a mistake in the settings or in the export: file, column, nearest names and what to do."""
    put("in/w1.csv", "a week")
    put("in/w2.csv", content="id,texts,score\n1,fine,3\n")
    extractor = source(tmp_path, "in")
    good, bad = extractor.plan({}, NOW)
    list(extractor.pages(good))
    with pytest.raises(ConfigError) as caught:
        list(extractor.pages(bad))
    assert str(caught.value) == (
        "in/w2.csv: no column 'text' in its header (id, texts, score); nearest: 'texts'; nothing of the file was read. "
        "Where the export has changed, correct the columns of source 'shop'; else export it again as before"
    )


def test_a_week_without_a_record_is_a_week(tmp_path: Path, put: Put) -> None:
    """A header without records is read to its end, as an export of a quiet week; an empty file is refused."""
    put("in/w1.csv")
    pages, state = read(source(tmp_path, "in"))
    assert (pages[0].rows, pages[0].is_last) == (0, True) and planned(source(tmp_path, "in"), state) == []
    put("in/w2.csv", content="")
    with pytest.raises(SourceError, match=r"^in/w2\.csv: the file is empty"):
        read(source(tmp_path, "in"), state)


def test_entries_that_lead_nowhere_are_all_named(tmp_path: Path, put: Put) -> None:
    """A missing folder, a file that is gone and patterns without a match are said at once, each with what to do."""
    put("in/w.csv", "a week")
    with pytest.raises(SourceError) as caught:
        source(tmp_path, "in", "gone.csv", "nowhere/*.csv", "in/*.tsv").plan({}, NOW)
    message = str(caught.value)
    assert "gone.csv: there is no such file or folder" in message and "\n" not in message
    assert "nowhere/*.csv: there is no folder" in message and "in/*.tsv: leads to no file" in message


def test_a_folder_that_was_emptied_is_no_mistake(tmp_path: Path, put: Put) -> None:
    """Where a pattern led to files before, none today is a quiet day; a folder or file that is gone is not."""
    path = put("in/w.csv", "a week")
    _, state = read(source(tmp_path, "in", "in/*.csv"))
    path.unlink()
    assert planned(source(tmp_path, "in", "in/*.csv"), state) == []
    path.parent.rmdir()
    with pytest.raises(SourceError, match="was it moved or renamed"):
        source(tmp_path, "in", "in/*.csv").plan(state, NOW)


def test_a_file_that_was_read_before_and_is_gone_is_asked_for(tmp_path: Path, put: Put) -> None:
    """A file named by itself must be there."""
    path = put("w.csv", "a week")
    _, state = read(source(tmp_path, "w.csv"))
    path.unlink()
    with pytest.raises(SourceError, match=r"w\.csv: there is no such file or folder"):
        source(tmp_path, "w.csv").plan(state, NOW)


def test_files_still_being_written_wait(tmp_path: Path, put: Put) -> None:
    """Young and unfinished files of a folder are left for the next run; locks and hidden files are no files."""
    put("in/done.csv", "a week")
    young = put("in/young.csv", "half a we")
    os.utime(young)
    for name in ("in/next.csv.part", "in/next.tmp"):
        put(name, "half")
    for name in ("in/~$book.xlsx", "in/.hidden.csv", "in/.next.csv.Xy12"):
        put(name, "no export")
    put("in/README.md", "about")
    extractor = source(tmp_path, "in", "in/*")
    assert planned(extractor) == ["in/done.csv"]
    assert extractor.waiting == ("in/next.csv.part", "in/next.tmp", "in/young.csv")
    assert extractor.passed_over == ("in/README.md",)
    os.utime(young, (OLD, OLD))
    assert planned(extractor) == ["in/done.csv", "in/young.csv"]


def test_a_file_named_by_itself_never_waits(tmp_path: Path, put: Put) -> None:
    """Who names a file wants it now, whatever it is called; one dated far in the future waits for nothing either."""
    os.utime(put("export.part", "a week"))
    assert planned(source(tmp_path, "export.part")) == ["export.part"]
    put("in/w.csv", "a week", at=time.time() + 100 * SETTLED)
    assert planned(source(tmp_path, "in")) == ["in/w.csv"]


def test_a_pattern_that_names_an_ending_reads_it(tmp_path: Path, put: Put) -> None:
    """A folder is read by the endings that we know, a glob by what it says; a real name may look like a glob."""
    put("in/w.dat", "a week")
    put("in/w [1].csv", "another week")
    assert planned(source(tmp_path, "in/*.dat", "in/w [1].csv")) == ["in/w [1].csv", "in/w.dat"]
    assert planned(source(tmp_path, "in")) == ["in/w [1].csv"]


def test_loops_of_links_end(tmp_path: Path, put: Put) -> None:
    """A folder that holds a link to itself is walked once; a link that leads nowhere is one bad file."""
    put("in/w.csv", "a week")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/self.csv").symlink_to("self.csv")
    (tmp_path / "in/dangling.csv").symlink_to("nothing")
    extractor = source(tmp_path, "in/**/*.csv")
    dangling, loop, good = extractor.plan({}, NOW)
    assert [dangling.name, loop.name, good.name] == ["in/dangling.csv", "in/self.csv", "in/w.csv"]
    for part in (dangling, loop):
        with pytest.raises(SourceError, match=r"in/(dangling|self)\.csv: (there is no such|cannot be read)"):
            list(extractor.pages(part))
    assert sum(page.rows for page in extractor.pages(good)) == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path, put: Put) -> None:
    """What is neither file nor folder would block the run: it is passed over, and refused where it is named."""
    put("in/w.csv", "a week")
    os.mkfifo(tmp_path / "in/pipe.csv")
    extractor = source(tmp_path, "in")
    assert planned(extractor) == ["in/w.csv"] and extractor.passed_over == ("in/pipe.csv",)
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        source(tmp_path, "in/pipe.csv").plan({}, NOW)


@contextmanager
def bound_by_permissions() -> Iterator[Path]:
    """A folder in which permissions bind this process; the superuser, whom they do not bind, is nobody meanwhile."""
    with TemporaryDirectory() as name:
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(name, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            if is_root:
                os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others on Windows")
def test_what_may_not_be_read_is_named() -> None:
    """A folder that cannot be listed is no empty folder, and a file without permission is one bad file."""
    with bound_by_permissions() as base:
        path = base / "in" / "w.csv"
        path.parent.mkdir()
        path.write_text("id,text\n1,a week\n")
        os.utime(path, (OLD, OLD))
        path.chmod(0)
        extractor = source(base, "in")
        with pytest.raises(SourceError, match=r"w\.csv: cannot be read: Permission denied"):
            list(extractor.pages(extractor.plan({}, NOW)[0]))
        path.parent.chmod(0)
        with pytest.raises(SourceError, match="in: cannot be read: Permission denied"):
            source(base, "in").plan({}, NOW)
        path.parent.chmod(0o700)


def test_files_outside_the_base_keep_their_names_apart(tmp_path: Path, put: Put) -> None:
    """Elsewhere a file goes by its own name, and by its whole path where another one has the same."""
    first, second = put("a/w.csv", "one"), put("b/w.csv", "two")
    base = tmp_path / "project"
    base.mkdir()
    names = [file.name for file in find_files([first, put("a/x.csv", "x")], base).files]
    assert names == ["w.csv", "x.csv"]
    names = [file.name for file in find_files([first, second], base).files]
    assert names == [first.as_posix(), second.as_posix()]


def test_names_of_files_steer_no_terminal(tmp_path: Path, put: Put) -> None:
    """Line breaks and control characters of a name are not printed, nor bytes that are no characters."""
    put("in/a\n\x1b[31m.csv", "a week")
    with open(os.fsencode(tmp_path) + b"/in/b\xff.csv", "wb") as file:
        file.write(b"id,text\n1,fine\n")
    os.utime(os.fsencode(tmp_path) + b"/in/b\xff.csv", (OLD, OLD))
    extractor = source(tmp_path, "in")
    assert [page.origin for page in read(extractor)[0]] == ["in/a??[31m.csv", "in/b\ufffd.csv"]


def test_files_whose_names_show_alike_are_all_read(tmp_path: Path, put: Put) -> None:
    """Two names that differ only in bytes that cannot be shown are two files, told apart by a number each run."""
    put("in/good.csv", "a week")
    for letter in (b"\xe4", b"\xf6"):
        place = os.fsencode(tmp_path) + b"/in/b" + letter + b".csv"
        with open(place, "wb") as file:
            file.write(b"id,text\n" + letter.hex().encode() + b",fine\n")
        os.utime(place, (OLD, OLD))
    first, second, good = (file.name for file in find_files(["in"], tmp_path).files)
    assert (first, good) == ("in/b\ufffd.csv", "in/good.csv") and second.startswith("in/b\ufffd.csv (")
    pages, state = read(source(tmp_path, "in"))
    assert sum(page.rows for page in pages) == 3
    assert planned(source(tmp_path, "in"), state) == []


def test_odd_entries_are_names_or_are_refused(tmp_path: Path, put: Put) -> None:
    """`~x` is a file where nobody is called x, and what no file can be called is said, not stumbled over."""
    put("~nobody-of-that-name.csv", "a week")
    assert planned(source(tmp_path, "~nobody-of-that-name.csv")) == ["~nobody-of-that-name.csv"]
    with pytest.raises(SourceError, match=r"a\?b: is no name of a file"):
        source(tmp_path, "a\0b").plan({}, NOW)


def test_rows_of_two_files_are_never_one_response(tmp_path: Path, put: Put) -> None:
    """Without ids, answers of one row share a response, and rows of equal number in two files do not."""
    for name in ("a", "b"):
        put(f"in/{name}.csv", content=f"q,r\ngood {name},bad {name}\n")
    mapping = ColumnMapping(questions=(Question(("q",)), Question(("r",))))
    extractor = source(tmp_path, "in", mapping=mapping)
    pages, _ = read(extractor)
    ids = [[extractor.parse(raw).response_id for raw in page.records] for page in pages]
    assert ids[0][0] == ids[0][1] != ids[1][0] == ids[1][1]


def test_thousands_of_known_files_are_not_opened(tmp_path: Path, put: Put) -> None:
    """What has its size and time of last week is not even looked into: its content could be anything."""
    for i in range(500):
        put(f"in/{i:04}.csv", f"{i:04} text")
    _, state = read(source(tmp_path, "in"))
    for i in range(500):
        put(f"in/{i:04}.csv", content="\0" * (tmp_path / f"in/{i:04}.csv").stat().st_size)
    put("in/new.csv", "a week")
    assert planned(source(tmp_path, "in"), state) == ["in/new.csv"]
    assert len(json.dumps(state)) < 100_000  # it is saved with every page


def test_records_without_an_id_are_not_read_under_other_columns(tmp_path: Path, put: Put) -> None:
    """Where a source has no ids, or other ones, what was read would count twice under other columns: refused."""
    put("in/w.csv", "a week")
    without = replace(MAPPING, id=None)
    _, state = read(source(tmp_path, "in", mapping=without))
    with pytest.raises(ConfigError, match=r"in/w\.csv: was read under other columns, and the source names no"):
        source(tmp_path, "in", mapping=replace(without, segments={"key": "id"})).plan(state, NOW)
    with pytest.raises(ConfigError, match="has another column as id now"):
        source(tmp_path, "in", mapping=MAPPING).plan(state, NOW)
