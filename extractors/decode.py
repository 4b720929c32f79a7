"""From a path to text: what the bytes are, which encoding they have, and a stream of characters.

A file is read once to hash it and to decide its encoding for certain (a byte order mark, else strict UTF-8, else the
declared encoding, else an error), and then again as a stream. Text is never guessed into being.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Any

from extractors.binary import refuse_binary
from groundswell.errors import ConfigError, SourceError

__all__ = ["FileFacts", "inspect_binary", "inspect_file", "open_text"]

CHUNK = 1 << 16
FREE_BYTES = 10 * 2**20  # a gzip file may unpack to this much whatever its ratio
MAX_RATIO = 100
MAX_UNPACKED = 2 * 2**30
GZIP = b"\x1f\x8b"
_BEYOND_ASCII = "日éłжαבعกя"  # each code page has one of them

# Longer marks first: the UTF-32 LE mark begins with the UTF-16 LE one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known for certain of a file before it is read as a table."""

    path: Path
    sha256: str
    size: int
    modified_ns: int
    gzipped: bool
    encoding: str
    why: str  # how the encoding was decided
    form: str = "text"  # text | workbook | parquet

    def is_unchanged(self) -> bool:
        """True while the file on disk is still the one that was looked at."""
        try:
            stat = self.path.stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.modified_ns)


class _Undecodable(Exception):
    """The bytes are not text in this encoding; where, and which byte."""

    def __init__(self, offset: int, line: int, byte: int) -> None:
        super().__init__(offset, line, byte)
        self.offset, self.line, self.byte = offset, line, byte


class _Counted:
    """A file that counts and hashes what is read of it; all that gzip needs of one."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.count, self.digest = file, 0, sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.count += len(data)
        self.digest.update(data)
        return data


class _ChunkStream(io.RawIOBase):
    """Chunks of bytes as a raw stream, for io.TextIOWrapper to decode."""

    def __init__(self, chunks: Generator[bytes, None, None]) -> None:
        self.chunks, self.rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest:
            self.rest = next(self.chunks, b"")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self.chunks.close()
        super().close()


def inspect_file(path: Path, encoding: str | None = None) -> FileFacts:
    """The file's hash and encoding; `encoding` is the one to fall back on where it is neither marked nor UTF-8.

    Raises SourceError for a file that is missing, empty, binary, damaged or in another encoding, ConfigError for an
    encoding nobody knows.
    """
    declared = _codec(encoding) if encoding else None
    head, gzipped = _read_head(path)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked is None:
        refuse_binary(path.name, head, nuls_are_text=bool(declared and not _extends_ascii(declared)))
    stat = path.stat()
    decided, why, digest = _decide(path, marked, declared)
    return FileFacts(path, digest, stat.st_size, stat.st_mtime_ns, gzipped, decided, why)


def inspect_binary(path: Path, form: str) -> FileFacts:
    """The hash of a file that is no text; `form` is what its first bytes say that it is."""
    stat = path.stat()
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return FileFacts(path, digest, stat.st_size, stat.st_mtime_ns, False, "", "", form)


def open_text(facts: FileFacts) -> io.TextIOWrapper:
    """The file's characters, line ends untouched; lone surrogates are let through for the cleaning to replace."""
    stream = _ChunkStream(_chunks(facts.path))
    return io.TextIOWrapper(
        io.BufferedReader(stream, CHUNK), facts.encoding, errors=_errors(facts.encoding), newline=""
    )


def _decide(path: Path, marked: str | None, declared: str | None) -> tuple[str, str, str]:
    """(encoding, why, sha256) after reading every byte."""
    if marked:
        return _attempt(path, marked, "its byte order mark says so", declared)
    if declared and not _extends_ascii(declared):
        return _attempt(path, declared, "declared", declared)
    try:
        return "utf-8", "every byte is valid UTF-8", _validate(path, "utf-8")
    except _Undecodable as problem:
        if declared and declared != "utf-8":
            return _attempt(path, declared, "declared, and the file is not UTF-8", declared)
        raise SourceError(
            f"{path.name}: byte 0x{problem.byte:02X} at offset {problem.offset:,} (line {problem.line:,}) is not "
            "UTF-8; nothing was read. Name the file's encoding, for example --encoding cp1252 (Excel on Windows), "
            "or save it as UTF-8"
        ) from None


def _attempt(path: Path, encoding: str, why: str, declared: str | None) -> tuple[str, str, str]:
    try:
        return encoding, why, _validate(path, encoding)
    except _Undecodable as problem:
        raise SourceError(
            f"{path.name}: byte 0x{problem.byte:02X} at offset {problem.offset:,} (line {problem.line:,}) is not "
            f"{encoding} ({why}); nothing was read. Give another --encoding or save the file as UTF-8"
        ) from None


def _validate(path: Path, encoding: str) -> str:
    """The sha256 of the file on disk, when all of it is text in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)(_errors(encoding))
    counted: list[_Counted] = []
    done, lines = 0, 1
    with closing(_chunks(path, counted)) as chunks:
        for chunk in chunks:
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise _undecodable(error, done - held, lines, chunk, held) from None
            done += len(chunk)
            lines += chunk.count(b"\n")
    held = len(decoder.getstate()[0])
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _undecodable(error, done - held, lines, b"", held) from None
    return counted[0].digest.hexdigest()


def _undecodable(error: UnicodeDecodeError, start: int, lines: int, chunk: bytes, held: int) -> _Undecodable:
    lines += chunk.count(b"\n", 0, max(0, error.start - held))
    return _Undecodable(start + error.start, lines, error.object[error.start])


def _chunks(path: Path, counted: list[_Counted] | None = None) -> Generator[bytes, None, None]:
    """The file's bytes, unpacked; raises SourceError for damaged gzip data and for what unpacks without end."""
    with path.open("rb") as file:
        source = _Counted(file)
        if counted is not None:
            counted.append(source)
        if file.peek(2)[:2] != GZIP:
            while chunk := source.read(CHUNK):
                yield chunk
            return
        yield from _unpacked(path, source)


def _unpacked(path: Path, source: _Counted) -> Generator[bytes, None, None]:
    total = 0
    try:
        with gzip.GzipFile(fileobj=source, mode="rb") as unpacker:  # type: ignore[call-overload]
            while chunk := unpacker.read(CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED or (total > FREE_BYTES and total > MAX_RATIO * source.count):
                    raise SourceError(
                        f"{path.name}: unpacks to more than {total:,} bytes from {source.count:,}; at most "
                        f"{MAX_UNPACKED:,} bytes and {MAX_RATIO} times the size are read. Unpack it yourself if you "
                        "trust it"
                    )
                yield chunk
    except EOFError:
        raise SourceError(
            f"{path.name}: the gzip data ends too early, after {total:,} bytes of text; "
            "nothing more can be read. Fetch the file again"
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            f"{path.name}: the gzip data is damaged after {total:,} bytes of text ({error}). Fetch the file again"
        ) from None


def _read_head(path: Path) -> tuple[bytes, bool]:
    """The first 64 KiB, unpacked, and whether the file is gzipped."""
    if path.is_dir():
        raise SourceError(f"{path}: is a directory; name a file in it")
    try:
        with path.open("rb") as file:
            gzipped = file.read(2) == GZIP
        with closing(_chunks(path)) as chunks:
            head = next(chunks, b"")
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file; look at the path") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None
    if not head:
        raise SourceError(f"{path.name}: the file is empty (0 bytes of text); export it again")
    if gzipped and head.startswith(GZIP):
        raise SourceError(f"{path.name}: is gzip inside gzip; unpack it once")
    return head, gzipped


def _codec(encoding: str) -> str:
    """Python's name of the encoding; raises ConfigError where there is none."""
    try:
        "".encode(encoding)
        return codecs.lookup(encoding).name
    except LookupError:
        raise ConfigError(
            f"--encoding {encoding}: no such encoding; known are utf-8, utf-16, cp1252, iso-8859-15, shift_jis ..."
        ) from None


def _extends_ascii(encoding: str) -> bool:
    """Whether ASCII bytes mean themselves and nothing else in it: only then may UTF-8 be tried first."""
    plain = bytes(range(0x20, 0x7F)).decode("ascii")
    try:
        return plain.encode(encoding) == plain.encode() and not _BEYOND_ASCII.encode(encoding, "ignore").isascii()
    except UnicodeError:
        return False


def _errors(encoding: str) -> str:
    """Lone surrogates pass in Unicode encodings (broken emoji are common); anything else wrong raises."""
    return "surrogatepass" if encoding.startswith("utf") else "strict"
