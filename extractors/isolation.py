"""Workbooks and Parquet files as tables, read in a process of their own (extractors.isolated)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from extractors.base import RawRecord
from extractors.decode import FileFacts
from extractors.delimited import unique_names
from groundswell.errors import ConfigError, SourceError
from groundswell.records import Problem

__all__ = ["IsolatedTable"]

HEAD_ROWS = 2048  # kept, so that looking at the first records starts no other process
ROOT = Path(__file__).resolve().parents[1]

Rows = Generator[Any, None, None]


class IsolatedTable:
    """The header of a workbook's sheet or a Parquet file, and a reader of its records.

    The records are read anew for each caller; the first one goes on with the process that read the header. Raises
    SourceError for what cannot be read, ConfigError for a sheet that is not there.
    """

    def __init__(self, facts: FileFacts, sheet: str | None = None) -> None:
        self.facts, self._sheet = facts, sheet
        self._live: Rows | None = _started(self.facts, self._sheet)
        first = next(self._live)
        self.header: list[str] = first["header"]
        self.columns = unique_names(self.header)
        self.form, self.note = str(first["form"]), str(first["note"])
        self._head = list(islice(self._live, HEAD_ROWS))

    def __str__(self) -> str:
        return self.form

    def records(self, start: int) -> Iterator[RawRecord]:
        """The records after the first `start`."""
        for number, row in enumerate(self._head[start:], start=start + 1):
            yield self._record(number, row)
        if len(self._head) < HEAD_ROWS:
            return
        rows, self._live = self._live, None
        following = islice(_started(self.facts, self._sheet), 1 + HEAD_ROWS, None) if rows is None else rows
        for number, row in enumerate(following, start=HEAD_ROWS + 1):
            if number > start:
                yield self._record(number, row)

    def _record(self, number: int, row: Any) -> RawRecord:
        cut: dict[str, int] = {}
        if len(row) == 2 and isinstance(row[1], dict):
            row, cut = row
        problems = tuple(
            Problem(self.columns[int(column)], "", f"cut from {length:,} to {len(row[int(column)]):,} characters")
            for column, length in cut.items()
        )
        return RawRecord(number, dict(zip(self.columns, row, strict=True)), problems)


def _started(facts: FileFacts, sheet: str | None) -> Rows:
    """The header's message, then the rows, of a process that ends with this generator.

    It knows no table: in a circle of references both would wait for the next collection of garbage.
    """
    name = facts.path.name
    arguments = [str(facts.path), facts.form, *([sheet] if sheet is not None else [])]
    # -P: a folder that the program was started in must not bring its own "json.py" along.
    command = [sys.executable, "-P", "-m", "extractors.isolated", *arguments]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a panic would quote the file
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                message = json.loads(line)
                if isinstance(message, list):
                    yield from message
                elif "error" in message:
                    raise _error(name, message)
                elif "end" in message:
                    return
                else:
                    yield message
            raise SourceError(
                f"{name}: the process that read it broke down: the file is damaged, or needs more memory than a "
                "table of its size should. Open and save it again, a very large one in parts or as CSV"
            )
        finally:
            process.kill()


def _error(name: str, message: dict[str, str]) -> Exception:
    if message["error"] == "bug":
        return RuntimeError(f"{name}: reading it failed: {message['message']}")
    return (ConfigError if message["error"] == "ConfigError" else SourceError)(message["message"])
