"""Parquet files as tables, and the process of their own in which they are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet
from files_for_tests import reading_processes

from extractors import isolated
from extractors.detect import detect
from extractors.files import FileExtractor
from extractors.tables import open_table
from groundswell.errors import SourceError
from groundswell.records import Draft

MADE = Path(__file__).resolve().parents[1] / "data"
STRING = DataType.string()
NOW = datetime(2026, 1, 15, tzinfo=UTC)
Write = Callable[..., Path]


def _array(values: list[Any], type_: DataType) -> Array:
    # The library makes no times of Python's own: they are numbers first.
    return Array(values, type=DataType.int64()).cast(type_) if DataType.is_timestamp(type_) else Array(values, type_)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes columns, each (values, type), as a Parquet file."""

    def run(name: str = "table.parquet", **columns: tuple[list[Any], DataType]) -> Path:
        arrays = {column: _array(values, type_) for column, (values, type_) in columns.items()}
        write_parquet(Table.from_pydict(arrays), tmp_path / name)
        return tmp_path / name

    return run


def test_every_type_becomes_the_text_of_a_csv() -> None:
    """Times keep their offset, decimals their digits, short numbers are short, null and not-a-number are missing.

    The file was written by another library (pyarrow 26, Snappy).
    """
    table = open_table(MADE / "types.parquet")
    first, second, empty = table.records()
    assert first.fields == {
        "id": "1", "u64": "18446744073709551615", "f": "1", "f32": "1.1", "f16": "1.5", "s": "a", "ls": "a",
        "b": "true", "ts_s": "2025-01-02 03:04:05", "ts_ms": "2025-01-02 03:04:05.123000",
        "ts_us_utc": "2025-01-02 03:04:05+00:00", "ts_ns": "2025-01-02 03:04:05.123456",
        "ts_ns_berlin": "2025-01-02 04:04:05.123456+01:00", "ts_off": "2025-01-02 05:04:05.123000+02:00",
        "ts_big": "(out of range)", "d32": "2025-01-02", "d64": "2025-01-02", "t32": "03:04:05",
        "t64": "03:04:05.000006", "dur": "24:00:05", "dec": "4.50", "dec256": "4.50", "cat": "x", "bin": "abc",
        "fbin": "abc", "l": '["a", "b"]', "ll": "[[1], [2, null]]",
        "st": '{"a": 1, "b": {"c": "2025-01-01 00:00:00"}}', "lst": '[{"k": "x", "v": "1.5"}]', "m": '{"k": 1}',
        "nul": "",
    }  # fmt: skip
    assert second.fields["bin"] == "\ufffd\ufffd" and second.fields["l"] == "" and second.fields["f16"] == "2"
    assert empty.is_blank() and str(table) == "Parquet" and table.note == ""


def test_one_impossible_time_costs_no_other(write: Write) -> None:
    """A time beyond the calendar is no date, and the others of its column are."""
    path = write(text=(["a", "b"], STRING), at=([2**62, 1_735_787_045_000_000], DataType.timestamp("us")))
    assert [record.fields["at"] for record in open_table(path).records()] == ["(out of range)", "2025-01-02 03:04:05"]


def test_drafts_are_those_of_the_csv(tmp_path: Path, write: Write) -> None:
    """The same answers give the same drafts from Parquet as from a CSV, by detection alone, in several batches."""
    n = 3000
    days = [datetime(2025, 3, 1, tzinfo=UTC) + timedelta(hours=i) for i in range(n)]
    moments = [int(day.timestamp() * 1_000_000) for day in days]
    texts = [f"the parcel number {i} came late" for i in range(n)]
    path = write(
        id=(list(range(n)), DataType.int64()), comment=(texts, STRING),
        rating=([i % 5 + 1.0 for i in range(n)], DataType.float64()),
        date=(moments, DataType.timestamp("us", tz="UTC")),
    )  # fmt: skip
    csv = tmp_path / "table.csv"
    rows = (f"{i},{texts[i]},{i % 5 + 1},{days[i].isoformat()}\n" for i in range(n))
    csv.write_text("id,comment,rating,date\n" + "".join(rows))
    drafts: list[list[Draft]] = []
    for file in (csv, path):
        found = detect(file, now=NOW)
        source = FileExtractor([file], found.mapping, source_name="s", kind=found.kind, now=NOW)
        pages = [page for part in source.plan({}, NOW) for page in source.pages(part)]
        drafts.append([source.parse(raw) for page in pages for raw in page.records])
    assert drafts[0] == drafts[1] and len(drafts[0]) == n


def test_a_reader_that_stops_early_leaves_no_process(write: Write) -> None:
    """Who wants one record of a long file ends the process that reads it."""
    table = open_table(write(comment=(["some words"] * 300_000, STRING)))
    records = table.records()
    assert next(records).fields == {"comment": "some words"}
    assert len(reading_processes()) == 1
    del records, table
    assert not reading_processes()


def test_a_damaged_file_is_refused(write: Write) -> None:
    """What was cut off, garbled or only named so is told, without a word of its content and without a crash."""
    path = write(comment=([f"secret words {i}" for i in range(5000)], STRING))
    data = path.read_bytes()
    path.write_bytes(data[:-100])
    with pytest.raises(SourceError, match="is cut off: the end of a Parquet file is missing"):
        open_table(path)
    path.write_bytes(data[:-300] + bytes(200) + data[-100:])
    with pytest.raises(SourceError, match="is damaged") as caught:
        open_table(path)
    assert "secret" not in str(caught.value)
    path.write_bytes(b"id,comment\n1,fine\n")
    with pytest.raises(SourceError, match="is no parquet, whatever its name says"):
        open_table(path)


def test_a_mistake_of_ours_is_told_without_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback would quote a customer: where it happened goes out of the reading process, what it says does not."""

    def fail(*_: object) -> NoReturn:
        raise ValueError("secret words")

    monkeypatch.setattr(isolated, "read_content", fail)
    (message,) = isolated.messages(Path("book.xlsx"), "workbook", None)
    assert message["error"] == "bug" and "ValueError at isolated.py:" in message["message"]
    assert "secret" not in str(message)


def test_a_library_that_is_killed_is_one_bad_file(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A reading process that dies without a word is a file that cannot be read, not the end of the run."""
    (tmp_path / "arro3").mkdir()
    (tmp_path / "arro3/__init__.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGABRT)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SourceError, match="the process that read it broke down"):
        open_table(write(comment=(["fine"], STRING)))
