"""What the `files` of a source lead to: files by name, size and time, without opening one."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from groundswell.errors import SourceError

__all__ = ["READ_ENDINGS", "SETTLED", "Found", "FoundFile", "find_files"]

SETTLED = 5.0  # seconds without a change after which a file counts as written
_TEXTS = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json")
_BINARIES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet")
READ_ENDINGS = (*_TEXTS, *(f"{ending}.gz" for ending in _TEXTS), *_BINARIES)
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download")
_MAGIC = re.compile(r"[*?[]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file and what its folder says of it. `name` is its path below the base, with slashes on every system.

    A file that cannot be looked at has size -1: reading it will tell why.
    """

    path: Path
    name: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the entries of a source lead to, each tuple sorted by name.

    `waiting` are files that are still being written, `passed_over` those of a kind that is not read, `matched` the
    entries that led to anything at all.
    """

    files: tuple[FoundFile, ...]
    waiting: tuple[str, ...]
    passed_over: tuple[str, ...]
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lead:
    """Where one entry leads. `named`: the user named this very file; `any_kind`: whatever its ending."""

    paths: list[Path]
    named: bool = False
    any_kind: bool = False


def find_files(entries: Sequence[str | Path], base: Path, *, known: frozenset[str] = frozenset()) -> Found:
    """The files behind the entries: each is a file, a folder (the files in it, not those deeper) or a glob.

    A file that is named itself is taken whatever it is called and however young it is. `known` are the entries that
    led to something before: those may be empty today. Raises SourceError that names every entry that leads nowhere.
    """
    leads, wrong = dict[str, _Lead](), list[str]()
    for entry in dict.fromkeys(map(str, entries)):
        try:
            leads[entry] = _follow(base, entry)
        except SourceError as error:
            wrong.append(str(error))
            continue
        if not leads[entry].paths and entry not in known:
            wrong.append(f"{entry}: leads to no file in {base}; correct the name, or put the first file there")
    if wrong:
        raise SourceError("; ".join(wrong))
    return _sorted_out(leads, base)


def _follow(base: Path, entry: str) -> _Lead:
    """The paths behind one entry; raises SourceError where it cannot be followed."""
    path = base / os.path.expanduser(entry)  # "~x" stays a file's name where nobody is called x
    try:
        mode = os.stat(path).st_mode
    except ValueError:
        raise SourceError(f"{_printable(entry)}: is no name of a file; correct the files of the source") from None
    except FileNotFoundError:
        if _MAGIC.search(entry):
            return _follow_glob(path, entry)
        raise SourceError(
            f"{entry}: there is no such file or folder in {base}; was it moved or renamed? Correct the files of the "
            "source, or put it back"
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if S_ISDIR(mode):
        return _Lead([path / found.name for found in _listing(path) if not _is_folder(found)])
    if not path.is_file():
        raise SourceError(f"{entry}: is neither a file nor a folder; correct the files of the source")
    return _Lead([path], named=True, any_kind=True)


def _follow_glob(path: Path, entry: str) -> _Lead:
    parts = path.parts
    first = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
    folder, pattern = Path(*parts[:first]), parts[first:]
    if not folder.is_dir():
        raise SourceError(
            f"{entry}: there is no folder {folder}; was it moved or renamed? Correct the files of the source, or put "
            "it back"
        )
    return _Lead(list(dict.fromkeys(_matches(folder, pattern))), any_kind=pattern[-1] not in ("*", "**"))


def _matches(folder: Path, pattern: Sequence[str]) -> Iterator[Path]:
    """The files below the folder whose path has the pattern.

    `**` stands for any number of folders and follows no link to one, so that a loop of links ends.
    """
    head, rest = pattern[0], pattern[1:]
    if head == "**":
        yield from _matches(folder, rest or ["*"])
        for found in _listing(folder):
            if found.is_dir(follow_symlinks=False):
                yield from _matches(folder / found.name, pattern)
        return
    for found in _listing(folder):
        if not fnmatch(found.name, head):
            continue
        if not rest and not _is_folder(found):
            yield folder / found.name
        elif rest and _is_folder(found):
            yield from _matches(folder / found.name, rest)


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    """What is in the folder, without the hidden files and locks of programs, which are never an export.

    Raises SourceError where it cannot be listed: it must not look like an empty one.
    """
    try:
        with os.scandir(folder) as found:
            return [entry for entry in found if not entry.name.startswith((".", "~$"))]
    except OSError as error:
        raise _unreadable(folder, error) from None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself; reading it as a file will say so
        return False


def _unreadable(path: Path, error: OSError) -> SourceError:
    reason = error.strerror or str(error)
    return SourceError(f"{_printable(str(path))}: cannot be read: {reason}; correct its permissions or the path")


def _sorted_out(leads: dict[str, _Lead], base: Path) -> Found:
    named = _paths(lead for lead in leads.values() if lead.named)
    of_any_kind = _paths(lead for lead in leads.values() if lead.any_kind)
    files, waiting, passed_over = list[FoundFile](), list[str](), list[str]()
    now = time.time()
    for name, path in _named(_paths(leads.values()), base).items():
        found = _looked_at(path, name)
        if found and path in named:
            files.append(found)
        elif path.name.lower().endswith(_UNFINISHED):
            waiting.append(name)
        elif found is None or (path not in of_any_kind and not path.name.lower().endswith(READ_ENDINGS)):
            passed_over.append(name)
        elif abs(now - found.modified_ns / 1e9) < SETTLED:
            waiting.append(name)
        else:
            files.append(found)
    matched = tuple(entry for entry, lead in leads.items() if lead.paths)
    return Found(tuple(files), tuple(waiting), tuple(passed_over), matched)


def _paths(leads: Iterable[_Lead]) -> set[Path]:
    return {Path(os.path.abspath(path)) for lead in leads for path in lead.paths}


def _named(paths: set[Path], base: Path) -> dict[str, Path]:
    """The paths under their names below the base; elsewhere their own name where no other file has it."""
    base = Path(os.path.abspath(base))
    names: dict[str, Path] = {}
    outside: dict[str, list[Path]] = {}
    for path in sorted(paths):
        if path.is_relative_to(base):
            _add_apart(names, _printable(path.relative_to(base).as_posix()), path)
        else:
            outside.setdefault(_printable(path.name), []).append(path)
    for name, same in outside.items():
        alone = len(same) == 1 and name not in names
        for path in same:
            _add_apart(names, name if alone else _printable(path.as_posix()), path)
    return dict(sorted(names.items()))


def _add_apart(names: dict[str, Path], name: str, path: Path) -> None:
    """Adds the file, by a number of its own where another one differs only in what cannot be shown."""
    if name in names:
        name = f"{name} ({sha256(os.fsencode(path)).hexdigest()[:8]})"
    names[name] = path


def _printable(name: str) -> str:
    """A file's name as it can be printed and stored: no line breaks, no bytes that are no characters."""
    return _CONTROL.sub("?", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _looked_at(path: Path, name: str) -> FoundFile | None:
    """The file as its folder describes it; None for a pipe or a device, which would be waited for without end."""
    try:
        stat = path.stat()
    except OSError:
        return FoundFile(path, name, -1, 0)
    return FoundFile(path, name, stat.st_size, stat.st_mtime_ns) if S_ISREG(stat.st_mode) else None
