"""The process in which workbooks and Parquet files are read: `python -m extractors.isolated FILE FORM [SHEET]`.

Their libraries are native code, which a damaged or hostile file can make abort, or ask for any amount of memory. Here
that costs this process and no other. It writes JSON lines to its standard output and nothing to the disk: the
header, then rows by batches, then {"end": true}, or {"error": ..., "message": ...}.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extractors.content import MEMORY, Content, limit_memory
from extractors.delimited import MAX_CELL
from groundswell.errors import ConfigError, GroundswellError, SourceError

__all__ = ["main", "messages", "read_content"]

TOO_LARGE = "needs more memory than a table of its size should; save it again in parts, or as CSV"
PROCESSOR_SECONDS = 1800
MAX_CHARACTERS = 2 * 2**30  # as of text that is unpacked
CELL_COST = 4  # characters that an empty cell counts for, or a file of nothing would be read for hours
BATCH_ROWS = 512
BATCH_CHARACTERS = 2**20


def main(path: str, form: str, sheet: str | None = None) -> None:
    """Writes the table to standard output."""
    _limit_resources()
    out = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    try:
        for message in messages(Path(path), form, sheet):
            print(json.dumps(message), file=out)
        out.flush()
    except BrokenPipeError:  # the reader has had enough
        os._exit(0)


def messages(path: Path, form: str, sheet: str | None) -> Iterator[Any]:
    """What is written to standard output, line by line; the last message says how the reading ended."""
    try:
        content = read_content(path, form, sheet)
        yield {"header": content.header, "form": content.form, "note": content.note}
        yield from _batches(path.name, content)
        yield {"end": True}
    except GroundswellError as error:
        kind = "ConfigError" if isinstance(error, ConfigError) else "SourceError"
        yield {"error": kind, "message": str(error)}
    except OSError as error:
        yield {"error": "SourceError", "message": f"{path.name}: cannot be read: {error.strerror or error}"}
    except MemoryError:
        yield {"error": "SourceError", "message": f"{path.name}: {TOO_LARGE}"}
    except Exception as error:
        # Our bug: where it is, without its words, which may be a customer's.
        where = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
        yield {"error": "bug", "message": f"{type(error).__name__} at {' > '.join(where)}"}


def read_content(path: Path, form: str, sheet: str | None) -> Content:
    """The table in the file; raises SourceError and ConfigError as the reader of its form."""
    if form == "parquet":
        from extractors.parquet import read_parquet

        return read_parquet(path)
    from extractors.workbooks import read_workbook

    return read_workbook(path, sheet)


def _batches(name: str, content: Content) -> Iterator[list[Any]]:
    """Rows by some hundreds; a row with a cell above 1 MiB goes as [row, {column: length}], with the cell cut."""
    batch: list[Any] = []
    characters = total = 0
    for row in content.rows:
        size = sum(map(len, row)) + CELL_COST * len(row)
        characters += size
        total += size
        if total > MAX_CHARACTERS:
            raise SourceError(f"{name}: holds more than {MAX_CHARACTERS:,} characters; split it into several files")
        batch.append(_cut(row) if size > MAX_CELL else row)
        if len(batch) >= BATCH_ROWS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _cut(row: list[str]) -> list[Any]:
    lengths = {str(i): len(cell) for i, cell in enumerate(row) if len(cell) > MAX_CELL}
    return [[cell[:MAX_CELL] for cell in row], lengths] if lengths else row


def _limit_resources() -> None:
    """At most that much memory and time, where the system knows such limits; elsewhere the formats' own must do."""
    limit_memory(MEMORY)
    try:
        import resource
    except ImportError:
        return
    # A core file would hold customers' texts.
    for what, most in ((resource.RLIMIT_CPU, PROCESSOR_SECONDS), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(what, (most, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
