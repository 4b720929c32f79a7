"""Workbooks are zip archives: what one unpacks to is counted before anything reads it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from extractors.decode import CHUNK, FREE_BYTES, MAX_RATIO, MAX_UNPACKED
from groundswell.errors import SourceError

__all__ = ["check_workbook_zip"]

MAX_ENTRIES = 10_000
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def check_workbook_zip(path: Path) -> int:
    """How many bytes the archive unpacks to.

    Raises SourceError where it is damaged, no workbook, locked, or unpacks to more than is read.
    """
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise SourceError(f"{name}: holds {len(entries):,} parts; at most {MAX_ENTRIES:,} are read")
            _refuse_other(name, archive, {entry.filename for entry in entries})
            if any(entry.flag_bits & 1 for entry in entries):
                raise SourceError(f"{name}: is protected by a password; save it without one")
            _refuse_size(name, sum(entry.file_size for entry in entries), path.stat().st_size)
            return _count(archive, entries, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, UnicodeError):
        raise SourceError(
            f"{name}: is damaged or was cut off: its zip archive cannot be read. Fetch or save it again"
        ) from None


def _refuse_other(name: str, archive: zipfile.ZipFile, parts: set[str]) -> None:
    if any(part.startswith("xl/") for part in parts):
        return
    if "mimetype" in parts:
        with archive.open("mimetype") as stream:
            if stream.read(len(_ODS)) == _ODS:
                return
    raise SourceError(f"{name}: is a zip archive without a workbook in it: unpack it, and name the files in it")


def _count(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], path: Path) -> int:
    """Unpacks everything and keeps nothing: what an entry says of its own size may be a lie."""
    total, packed = 0, path.stat().st_size
    for entry in entries:
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                _refuse_size(path.name, total, packed)
    return total


def _refuse_size(name: str, total: int, packed: int) -> None:
    if total > MAX_UNPACKED or (total > FREE_BYTES and total > MAX_RATIO * packed):
        raise SourceError(
            f"{name}: unpacks to more than {total:,} bytes from {packed:,}; at most {MAX_UNPACKED:,} bytes and "
            f"{MAX_RATIO} times the size are read. Save the sheet as CSV if you trust it"
        )
