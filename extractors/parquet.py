"""A Parquet file as column names and rows of text, batch by batch. Run by extractors.isolated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from extractors.cells import cell_text, short_float_text
from extractors.content import Content, guarded, limit_memory
from groundswell.errors import SourceError

__all__ = ["read_parquet"]

BATCH_ROWS = 1024
_MAGIC = b"PAR1"
_OUT_OF_RANGE = "(out of range)"  # no date, and no missing one: parsing it says so


def read_parquet(path: Path) -> Content:
    """The table; raises SourceError for a file that is damaged, cut off or encrypted."""
    import arro3.io

    _refuse_cut(path)
    limit_memory(path.stat().st_size, free=2**30)
    damaged = f"{path.name}: is damaged, or of a form that cannot be read; write it again, or as CSV"
    with guarded(damaged):
        reader = arro3.io.read_parquet(str(path), batch_size=BATCH_ROWS)
        names = list(reader.schema.names)
    if not names:
        raise SourceError(f"{path.name}: has no columns; export it again")
    return Content(names, "Parquet", "", _rows(reader, damaged))


def _refuse_cut(path: Path) -> None:
    """A file that is not whole has no footer, which is written last."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 8))
        tail = file.read()
    if tail[4:] == b"PARE":
        raise SourceError(f"{path.name}: is encrypted; write it without encryption")
    if size < 12 or tail[4:] != _MAGIC or int.from_bytes(tail[:4], "little") > size - 12:
        raise SourceError(f"{path.name}: is cut off: the end of a Parquet file is missing. Fetch or write it again")


def _rows(reader: Any, damaged: str) -> Iterator[list[str]]:
    while True:
        with guarded(damaged):
            batch = next(reader, None)
            columns = [] if batch is None else [_texts(batch.column(i)) for i in range(batch.num_columns)]
        if batch is None:
            return
        yield from map(list, zip(*columns, strict=True))


def _texts(column: Any) -> list[str]:
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):
        # One time in the year 148108 must not cost the others.
        values = [_value(column[i]) for i in range(len(column))]
    return list(map(_writer(str(column.type)), values))


def _writer(type_: str) -> Callable[[Any], str]:
    for name, form in (("Float32", "f"), ("Float16", "e")):
        if f"<{name}>" in type_:
            return lambda value: "" if value is None else short_float_text(value, form)
    return cell_text


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return _OUT_OF_RANGE
