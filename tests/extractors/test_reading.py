"""Bytes become the right records, or an error that says what to do."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.base import RawRecord
from extractors.delimited import MAX_CELL
from extractors.tables import open_table
from groundswell.errors import ConfigError, SourceError

ROWS = [
    ("id", "text", "score"),
    ("1", "Café closed; naïve, “really”", "5"),
    ("2", 'said "no"\nand left', "1"),
    ("3", "a | b, c\td", "3"),
]
PLAIN = [(a, b.replace("“", "'").replace("”", "'"), c) for a, b, c in ROWS]


def written(rows: list[tuple[str, ...]], delimiter: str = ",", end: str = "\n", quote_all: bool = False) -> str:
    """The rows as delimited text."""

    def cell(value: str) -> str:
        if quote_all or any(char in value for char in delimiter + '"\r\n'):
            return '"' + value.replace('"', '""') + '"'
        return value

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def records_of(path: Path, encoding: str | None = None, delimiter: str | None = None) -> list[RawRecord]:
    """All records of the file."""
    return list(open_table(path, encoding=encoding, delimiter=delimiter).records())


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Writes bytes or UTF-8 text under a name and gives the path."""

    def save(content: bytes | str, name: str = "sample.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


# (encoding to write, byte order mark, encoding to declare, delimiter, line end, all quoted)
COPIES = [
    ("utf-8", b"", None, ",", "\n", False),
    ("utf-8", b"\xef\xbb\xbf", None, ";", "\r\n", False),
    ("utf-8", b"", "cp1252", "\t", "\n", True),
    ("utf-16-le", b"\xff\xfe", None, "\t", "\r\n", False),
    ("utf-16-be", b"\xfe\xff", None, ",", "\n", True),
    ("utf-32-le", b"\xff\xfe\x00\x00", None, ";", "\n", False),
    ("utf-32-be", b"\x00\x00\xfe\xff", None, "|", "\r\n", False),
    ("utf-16-le", b"", "utf-16-le", ",", "\r\n", False),
    ("utf-16-be", b"", "UTF-16BE", "|", "\n", False),
    ("cp1252", b"", "cp1252", ";", "\r\n", False),
    ("latin-1", b"", "iso-8859-1", ",", "\n", True),
    ("iso-8859-15", b"", "iso-8859-15", "|", "\n", False),
    ("mac-roman", b"", "mac-roman", ",", "\r", False),
    ("cp850", b"", "cp850", "\t", "\n", False),
]


@pytest.mark.parametrize(("encoding", "mark", "declared", "delimiter", "end", "quoted"), COPIES)
def test_fourteen_copies_of_a_file_give_the_same_records(
    saved: Callable[..., Path], encoding: str, mark: bytes, declared: str | None, delimiter: str, end: str, quoted: bool
) -> None:
    """The same rows in any encoding and dialect are read alike when the encoding is marked, UTF-8 or declared."""
    content = mark + written(PLAIN, delimiter, end, quoted).encode(encoding)
    records = records_of(saved(content), declared)
    assert [tuple(record.fields.values()) for record in records] == PLAIN[1:]
    assert [record.row for record in records] == [1, 2, 3]
    assert not any(record.problems or record.broken for record in records)


CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\ufeff"), max_size=12)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), delimiter=st.sampled_from(",;\t|"))
def test_whatever_is_quoted_properly_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], delimiter: str
) -> None:
    """Any cells at all, line breaks, quotes and separators included, come back as they were written."""
    path = tmp_path_factory.mktemp("any") / "any.csv"
    filled = [("x", *row) for row in rows]  # a row of nothing but separators is not a record
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows([("a", "b", "c", "d"), *filled])
    try:
        records = records_of(path, delimiter=delimiter)
    except SourceError as error:
        assert "NUL bytes" in str(error)  # so many that the file counts as binary
        return
    assert [tuple(record.fields.values()) for record in records] == filled


def test_a_file_in_an_unknown_encoding_is_refused_with_place_and_option(saved: Callable[..., Path]) -> None:
    """What is not UTF-8 and not declared is never guessed: byte, offset, line and the option are named."""
    path = saved("id,text\n1,fine\n2,caf\xe9\n".encode("cp1252"))
    with pytest.raises(SourceError, match=r"0xE9 at offset 20 \(line 3\).*--encoding cp1252"):
        open_table(path)


def test_a_wrong_declared_encoding_is_refused(saved: Callable[..., Path]) -> None:
    """A declared encoding is strict as well."""
    with pytest.raises(SourceError, match="is not shift_jis"):
        open_table(saved(b"id,text\n1,caf\xe9\n"), encoding="shift_jis")


def test_an_encoding_nobody_knows_is_a_mistake_in_the_options(saved: Callable[..., Path]) -> None:
    """A misspelt encoding and a codec that is no text encoding are both refused."""
    for name in ("utf-9", "rot13"):
        with pytest.raises(ConfigError, match="no such encoding"):
            open_table(saved("a\nb\n"), encoding=name)


def test_undecodable_bytes_are_placed_right_across_chunks(saved: Callable[..., Path]) -> None:
    """The offset holds when characters straddle the chunks in which the file is read."""
    good = ("id,text\n" + "é€😀" * 30_000 + "\n").encode()
    with pytest.raises(SourceError, match=f"offset {len(good):,} "):
        open_table(saved(good + b"\xff\n"))


def test_broken_surrogates_pass_the_reader(saved: Callable[..., Path]) -> None:
    """A lone surrogate, as some exports write for half an emoji, does not refuse the file."""
    records = records_of(saved(b"id,text\n1,bad \xed\xa0\xbd emoji\n"))
    assert records[0].fields["text"] == "bad \ud83d emoji"


BINARY = {
    "image.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "is a PNG image"),
    "book.csv": (b"PK\x03\x04" + bytes(100), "its zip archive cannot be read"),
    "data.csv": (b"abc\x00\x00\x01\x02" * 500, "binary data"),
    "page.csv": (b"<!doctype html><html></html>", "an HTML page"),
    "wide.csv": (("id,text\n" + "1,x\n" * 50).encode("utf-16-le"), "--encoding utf-16-le"),
    "list.json": (b'[{"text": "a"}]', "one JSON document.*jq"),
    "empty.csv": (b"", "the file is empty"),
    "blank.csv": (b"\n\n  \n", "only blank lines"),
    "header.csv": (b"id,text\n", r"has a header \(id, text\) and no record"),
    "blanks.csv": (b"id,text\n,\n,\n", "no record"),
    "noheader.csv": (b"x1,-0.9,hello there\nx2,1.5,bye\n", "looks like a record, not like a header"),
    "people.csv": (b"jane@example.org,hello there\njoe@example.org,bye\n", "cell 1 .* an address or a date"),
    "book.csv.gz": (gzip.compress(b"PK\x03\x04" + bytes(100)), "a workbook within gzip: unpack it"),
    "twice.csv.gz": (gzip.compress(gzip.compress(b"id,text\n1,a\n")), "gzip inside gzip"),
}


@pytest.mark.parametrize("name", BINARY)
def test_what_is_no_table_is_refused_in_one_line(saved: Callable[..., Path], name: str) -> None:
    """Binary, empty, header-only and headerless files are refused with what was found and what to do."""
    content, message = BINARY[name]
    with pytest.raises(SourceError, match=message) as caught:
        open_table(saved(content, name))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_missing_path_and_directory_are_named(tmp_path: Path) -> None:
    """A path that is not there and one that is a directory are told apart."""
    with pytest.raises(SourceError, match="no such file"):
        open_table(tmp_path / "nowhere.csv")
    with pytest.raises(SourceError, match="is a directory"):
        open_table(tmp_path)


def test_gzip_is_known_by_its_bytes(saved: Callable[..., Path]) -> None:
    """A gzip file is read whatever it is called, in one member or several."""
    one = gzip.compress(b"id,text\n1,a\n") + gzip.compress(b"2,b\n")
    assert [r.fields["text"] for r in records_of(saved(one, "strange.name"))] == ["a", "b"]


@pytest.mark.parametrize("cut", [12, 40, 200])
def test_a_truncated_gzip_file_is_refused(saved: Callable[..., Path], cut: int) -> None:
    """Whatever is missing at its end, a gzip file that was cut is refused before a record is given out."""
    packed = gzip.compress(written([("id", "text"), *((str(i), f"text {i * i}") for i in range(500))]).encode())
    with pytest.raises(SourceError, match="ends too early"):
        open_table(saved(packed[:-cut], "cut.csv.gz"))


def test_a_damaged_gzip_file_is_refused(saved: Callable[..., Path]) -> None:
    """A flipped byte is found by the checksum before a record is given out."""
    packed = bytearray(gzip.compress(("id,text\n" + "1,some words\n" * 999).encode()))
    packed[-6] ^= 0xFF
    with pytest.raises(SourceError, match="damaged"):
        open_table(saved(bytes(packed), "bad.csv.gz"))


def test_a_gzip_bomb_is_refused(saved: Callable[..., Path]) -> None:
    """Beyond 10 MB, a file that unpacks to more than a hundred times its size is refused."""
    packed = gzip.compress(b"id,text\n1," + b"a" * 30_000_000)
    with pytest.raises(SourceError, match="100 times the size"):
        open_table(saved(packed, "bomb.csv.gz"))


def test_short_rows_are_filled_and_said(saved: Callable[..., Path]) -> None:
    """Missing cells are empty, with a problem that names the row."""
    short, whole = records_of(saved("a,b,c\n1,2\n1,2,3\n"))
    assert short.fields == {"a": "1", "b": "2", "c": ""}
    assert "row 1 has 2 cells, the header has 3" in str(short.problems[0]) and not short.broken
    assert not whole.problems


def test_long_rows_are_broken_unless_the_surplus_is_empty(saved: Callable[..., Path]) -> None:
    """An unquoted separator may have shifted cells: the row is marked; trailing separators are harmless."""
    rows = "a,b\n" + "1,2\n" * 5 + "1,2,,\n1,2,3\n"
    *_, harmless, broken = records_of(saved(rows))
    assert not harmless.broken and not harmless.problems
    assert broken.broken and str(broken.problems[0]) == "row: row 7 has 3 cells, the header has 2"


def test_an_unclosed_quote_at_the_end_is_a_broken_record(saved: Callable[..., Path]) -> None:
    """The record that the file's end cuts in two is marked, the others are whole."""
    records = records_of(saved('a,b\n1,"x"\n2,"y\nz\n'))
    assert [record.broken for record in records] == [False, True]
    assert "never closed" in str(records[1].problems[0])


def test_a_quote_that_swallows_the_file_is_refused(saved: Callable[..., Path]) -> None:
    """One stray quote must not turn hundreds of rows into one cell silently."""
    path = saved('a,b\n1,x\n2,"y\n' + "3,z\n" * 200)
    with pytest.raises(SourceError, match="record on line 3 is never closed and swallows the last 201 lines"):
        records_of(path)


def test_a_cell_above_one_mebibyte_is_cut_and_marked(saved: Callable[..., Path]) -> None:
    """A giant cell is cut to 1 MiB with a problem; the next row is untouched."""
    giant, normal = records_of(saved(f"id,text\n1,{'word ' * 300_000}\n2,ok\n"))
    assert len(giant.fields["text"]) == MAX_CELL
    assert "cut from 1,500,000 to 1,048,576 characters" in str(giant.problems[0])
    assert normal.fields["text"] == "ok" and not normal.problems


def test_a_long_cell_hides_no_separator(saved: Callable[..., Path]) -> None:
    """A first record of a million characters leaves a comma a comma, also where no cell was read before."""
    csv.field_size_limit(2**17)  # the library's own, as in a fresh process
    text = "id,text\n1," + "x" * 1_000_000 + "\n" + "2,fine\n" * 30
    assert open_table(saved(text)).columns == ("id", "text")


def test_odd_headers_get_names_of_their_own(saved: Callable[..., Path]) -> None:
    """Unnamed and repeated columns keep their cells under a name that can be typed."""
    record = records_of(saved(",a,a,b c\n0,1,2,3\n"))[0]
    assert record.fields == {"column 1": "0", "a": "1", "a (2)": "2", "b c": "3"}


def test_excel_states_its_separator(saved: Callable[..., Path]) -> None:
    """A first line `sep=;` is obeyed and is no header."""
    assert records_of(saved("sep=;\r\na;b\r\n1;2\r\n"))[0].fields == {"a": "1", "b": "2"}


def test_one_column_keeps_its_commas(saved: Callable[..., Path]) -> None:
    """A file with one column is not torn apart at the commas of its sentences."""
    records = records_of(saved("comment\nfine, really, yes\nno\n"))
    assert records[0].fields == {"comment": "fine, really, yes"}


def test_backslash_escapes_are_recognised(saved: Callable[..., Path]) -> None:
    """Quotes escaped by a backslash, as databases write them, do not shift cells."""
    rows = "id,text,score\n" + '1,"said \\"hi, you\\", left",5\n' * 3
    assert records_of(saved(rows))[0].fields == {"id": "1", "text": 'said "hi, you", left', "score": "5"}


def test_a_declared_delimiter_wins(saved: Callable[..., Path]) -> None:
    """--delimiter is obeyed by character and by name; anything longer is refused."""
    path = saved("a:b\n1:2\n")
    assert records_of(path, delimiter=":")[0].fields == {"a": "1", "b": "2"}
    assert records_of(saved("a\tb\n1\t2\n"), delimiter="tab")[0].fields == {"a": "1", "b": "2"}
    with pytest.raises(ConfigError, match="one character"):
        open_table(path, delimiter="::")


def test_qualtrics_headers_are_three_rows(saved: Callable[..., Path]) -> None:
    """The questions and import ids below the header are not records."""
    lines = 'Q1,Q2\nHow likely?,Why?\n"{""ImportId"":""q1""}","{""ImportId"":""q2""}"\n9,good\n'
    assert [record.fields for record in records_of(saved(lines))] == [{"Q1": "9", "Q2": "good"}]


def test_json_lines_are_flattened_and_bad_lines_marked(saved: Callable[..., Path]) -> None:
    """Objects are flattened one level, lists joined, numbers kept as written; bad lines are broken records."""
    good = {"id": 1, "user": {"name": "A", "more": {"x": 1}}, "tags": ["a", "b"], "ok": True, "none": None}
    text = json.dumps(good) + '\n\n{"id": 4.10}\nno json\n[1]\n' + "[" * 5000 + "\n"
    first, second, *bad = records_of(saved(text, "sample.jsonl"))
    assert first.fields == {
        "id": "1", "user.name": "A", "user.more": '{"x": "1"}', "tags": "a, b", "ok": "true", "none": ""
    }  # fmt: skip
    assert second.fields == {"id": "4.10"}
    assert [record.row for record in bad] == [3, 4, 5] and all(record.broken for record in bad)
    assert "line 4 is not JSON" in str(bad[0].problems[0]) and "line 5 holds a JSON array" in str(bad[1].problems[0])


def test_deep_nesting_breaks_its_own_record_only(saved: Callable[..., Path]) -> None:
    """Lists in lists, however deep, never end the reading of the file."""
    deep = "".join(f'{{"text": {"[" * n}1{"]" * n}}}\n' for n in (100, 500, 900, 100_000))
    records = records_of(saved('{"text": "a"}\n' + deep + '{"text": "b"}\n', "sample.jsonl"))
    assert [records[0].fields, records[-1].fields] == [{"text": "a"}, {"text": "b"}] and len(records) == 6


def test_names_of_columns_steer_no_terminal(saved: Callable[..., Path]) -> None:
    """Control characters, line breaks and broken surrogates are taken out of names, which are printed and stored."""
    line = json.dumps({"te\x1b[31mxt\x00\n\ud800": "a"})
    assert list(records_of(saved(line + "\n", "sample.jsonl"))[0].fields) == ["te[31mxt \ufffd"]
    assert open_table(saved('"te\x1b[31m\nxt",score\na,1\n', "sample.csv")).columns == ("te[31m xt", "score")


def test_json_lines_are_known_by_their_first_line(saved: Callable[..., Path]) -> None:
    """JSON Lines need no suffix, and may be gzipped."""
    assert records_of(saved(gzip.compress(b'{"text": "a"}\n'), "export.txt"))[0].fields == {"text": "a"}
