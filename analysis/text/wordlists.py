"""The word lists in analysis/data: UTF-8, one entry a line, tab between columns, `#` begins a comment line."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

__all__ = ["data_hash", "read_rows", "read_words"]


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of analysis/data/<name>, split at tabs."""
    lines = (files("analysis") / "data" / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


@cache
def read_words(name: str) -> frozenset[str]:
    """The words of a plain list, any number on a line, in lower case."""
    return frozenset(word for row in read_rows(name) for cell in row for word in cell.lower().split())


def data_hash(*names: str) -> str:
    """Eight hexadecimal digits that change when one of the files changes."""
    digest = sha256()
    for name in names:
        digest.update((files("analysis") / "data" / name).read_text(encoding="utf-8").encode())
    return digest.hexdigest()[:8]
