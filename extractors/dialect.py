"""How a delimited file separates its cells, decided by how well its first records keep to the header's width."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice, product

from groundswell.errors import ConfigError

__all__ = ["MAX_LINE", "Dialect", "delimiter_named", "sniff"]

CANDIDATES = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
# No text holds a unit separator: with it a line is one cell, and quotes still work.
ONE_COLUMN = "\x1f"
SNIFFED_RECORDS = 200
MAX_LINE = 64 * 2**20  # characters; beyond it a quote was opened and never closed
ALL_WIDER = 0.001  # better than no separator at all, which would take whole lines for texts


@dataclass(frozen=True, slots=True)
class Dialect:
    """What csv.reader needs to know of a file; `preamble` counts the lines before the header ("sep=;")."""

    delimiter: str
    escape: str | None = None
    skip_space: bool = False
    preamble: int = 0

    def options(self) -> dict[str, str | bool | None]:
        """The keyword arguments for csv.reader."""
        return {"delimiter": self.delimiter, "escapechar": self.escape, "skipinitialspace": self.skip_space}

    def __str__(self) -> str:
        if self.delimiter == ONE_COLUMN:
            return "one column"
        name = NAMES.get(self.delimiter, repr(self.delimiter))
        return f"{name} separated" + (", backslash escapes" if self.escape else "")


def delimiter_named(given: str) -> str:
    """The character meant by --delimiter: itself, \\t, or a name such as tab; raises ConfigError for anything else."""
    by_name = {name: char for char, name in NAMES.items()} | {"\\t": "\t"}
    delimiter = by_name.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise ConfigError(f"--delimiter {given!r}: one character is wanted, or comma, semicolon, tab, pipe")
    return delimiter


def sniff(text: str, *, delimiter: str | None = None, whole: bool) -> Dialect:
    """The dialect of a file that begins with `text`; `whole` says that this is all of it.

    A separator must split the header; among those that do, the one wins under which the first 200 records have the
    header's width most often. Plain settings win over unusual ones unless these fit clearly better.
    """
    lines = io.StringIO(text, newline="").readlines()  # str.splitlines would also split at U+2028
    if not whole and len(lines) > 1:
        lines.pop()  # it may be half a line
    if lines and lines[0].strip().lower() in {f"sep={char}" for char in CANDIDATES} | {"sep="}:
        stated = lines[0].rstrip("\r\n")[4:5] or "\t"
        return _best(lines[1:], (delimiter or stated,), preamble=1, whole=whole)
    return _best(lines, (delimiter,) if delimiter else CANDIDATES, preamble=0, whole=whole)


def _best(lines: list[str], delimiters: tuple[str, ...], preamble: int, *, whole: bool) -> Dialect:
    best, best_rank = Dialect(ONE_COLUMN if len(delimiters) > 1 else delimiters[0], preamble=preamble), (False, 0.0)
    for skip_space, escape in product((False, True), (None, "\\")):
        for delimiter in delimiters:
            dialect = Dialect(delimiter, escape, skip_space, preamble)
            width, fit = _measure(lines, dialect, whole=whole)
            if width < 2:
                continue
            # Rounded, so that an unusual setting must win by more than a stray record.
            rank = (fit > 0.8, round(fit, 3 if fit < 0.01 else 2) * width)
            if rank > best_rank:
                best, best_rank = dialect, rank
    return best


def _measure(lines: list[str], dialect: Dialect, *, whole: bool) -> tuple[int, float]:
    """(cells in the header, share of the records that fit under them)."""
    csv.field_size_limit(MAX_LINE)  # or one long cell would hide every separator
    try:
        records = [r for r in islice(csv.reader(lines, **dialect.options()), SNIFFED_RECORDS + 1) if r]  # type: ignore[arg-type]
    except csv.Error:
        return 0, 0.0
    if not records:
        return 0, 0.0
    width = len(records[0])
    body = records[1:]
    if not whole and len(body) > 1:
        body = body[:-1]  # the last one may have been cut off
    if not body:
        return width, 0.5
    fit = sum(_fits(record, width) for record in body) / len(body)
    return width, fit or (ALL_WIDER if _all_wider(body, width) else 0.0)


def _fits(record: list[str], width: int) -> bool:
    """Whether a record has the header's cells; some exports end every line with one separator more."""
    return len(record) == width or (len(record) > width and not any(cell.strip() for cell in record[width:]))


def _all_wider(body: list[list[str]], width: int) -> bool:
    """Whether the records agree on a number of cells above the header's: then it is the header that is wrong."""
    found, n = Counter(map(len, body)).most_common(1)[0]
    return found > width and n > 0.8 * len(body)
