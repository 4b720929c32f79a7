"""Files that are no text at all: named by their first bytes, so that the message can say what to do."""

from __future__ import annotations

from groundswell.errors import SourceError

__all__ = ["READABLE", "binary_form", "refuse_binary"]

READABLE = "Groundswell reads CSV, TSV and JSON Lines, plain or gzip, workbooks (.xlsx, .xls, .ods) and Parquet"
_FORMS = (
    (b"PK\x03\x04", "workbook", (".xlsx", ".xlsm", ".xlsb", ".ods")),
    (b"PK\x05\x06", "workbook", ()),  # an archive of nothing
    (b"\xd0\xcf\x11\xe0", "workbook", ()),  # .xls, or a workbook with a password
    (b"PAR1", "parquet", (".parquet",)),
    (b"PARE", "parquet", ()),
)

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or a workbook within gzip: unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old workbook or Word document within gzip: unpack it"),
    (b"PAR1", "a Parquet file within gzip: unpack it"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-zip archive: unpack it"),
    (b"\xfd7zXZ\x00", "an xz archive: unpack it"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive: unpack it"),
    (b"BZh91AY&SY", "a bzip2 archive: unpack it"),
    (b"\x7fELF", "a program"),
    (b"RDX", "an R data file: write it as CSV"),
    (b"<?xml", "an XML document: write it as CSV or JSON Lines"),
    (b"<!DOCTYPE html", "an HTML page: was it saved from a log-in page?"),
    (b"<html", "an HTML page: was it saved from a log-in page?"),
)


def binary_form(name: str, head: bytes) -> str | None:
    """ "workbook" or "parquet" by the file's first bytes, None for what may be text.

    Raises SourceError where its name promises one of them and the bytes are others.
    """
    for magic, form, _ in _FORMS:
        if head.startswith(magic):
            return form
    for magic, form, endings in _FORMS:
        if head and name.lower().endswith(endings):
            raise SourceError(
                f"{name}: is no {form}, whatever its name says: it begins with {len(head[:4])} bytes that are not "
                f"{magic!r}. Was it cut off, or renamed? Fetch or save it again"
            )
    return None


def refuse_binary(name: str, head: bytes, *, nuls_are_text: bool) -> None:
    """Raises SourceError, saying what it is, where the head of a file is not that of a table as text.

    `nuls_are_text`: the declared encoding is one that is full of NUL bytes, such as UTF-16.
    """
    start = head.lstrip()[:64].lower()
    for magic, what in _MAGIC:
        if head.startswith(magic) or (magic.startswith(b"<") and start.startswith(magic.lower())):
            raise SourceError(f"{name}: is {what}. {READABLE}")
    nuls = head.count(0)
    if nuls_are_text:
        return
    if nuls > max(8, len(head) // 50):
        halves = (head[1::2].count(0), head[::2].count(0))
        if max(halves) > 0.9 * nuls and max(halves) > len(head) // 4:
            wanted = "utf-16-le" if halves[0] > halves[1] else "utf-16-be"
            raise SourceError(f"{name}: looks like UTF-16 without a byte order mark; give --encoding {wanted}")
        raise SourceError(f"{name}: is binary data ({nuls:,} NUL bytes in the first {len(head):,}). {READABLE}")
