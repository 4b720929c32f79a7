"""Tables for a terminal: as wide as it is, and no narrower than what is read from them.

`fitted` gives the lines of a table. Columns that do not fit are left out, the least important first, before the one
column of free text is cut short.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.progress import printable

__all__ = ["Column", "cut", "fitted", "terminal_width", "wrapped"]

LUXURY = 4
UNBOUNDED = 200  # columns where nobody looks: a pipe or a file is given whole lines
LEAST = 40
_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, a cell for each row, and how much it matters where there is not room for all.

    `need` 0 is always shown; of the others the one with the least number is kept longest, from `LUXURY` on only where
    nothing is cut for it. The column that is `flexible` takes what room is left, from `least` on.
    """

    title: str
    cells: Sequence[str]
    need: int = 0
    right: bool = False
    flexible: bool = False
    least: int = 24
    most: int = 60

    @property
    def width(self) -> int:
        """What it takes to show every cell whole, or `most`."""
        return min(self.most, max([_width(self.title), *(_width(cell) for cell in self.cells)]))


def terminal_width() -> int:
    """How many characters a line may have: $COLUMNS, else what the terminal says; wide where stdout is no terminal."""
    if not os.environ.get("COLUMNS", "").isdigit() and not sys.stdout.isatty():
        return UNBOUNDED
    return max(LEAST, shutil.get_terminal_size().columns)


def fitted(columns: Sequence[Column], width: int) -> tuple[list[str], list[str]]:
    """The lines of the table, headings first, and the titles of the columns that there was no room for.

    A column without any content is left out without a word.
    """
    filled = [column for column in columns if any(column.cells)]
    shown = [column for column in filled if column.need == 0]
    for column in sorted((one for one in filled if one.need), key=lambda one: one.need):
        if _total([*shown, column], whole=column.need >= LUXURY) <= width:
            shown.append(column)
    shown = [column for column in filled if column in shown]
    room = width - sum(column.width for column in shown if not column.flexible) - _GAP * (len(shown) - 1)
    widths = [max(min(column.width, room), 1) if column.flexible else column.width for column in shown]
    rows = zip(*([column.title, *column.cells] for column in shown), strict=True)
    rights = [column.right for column in shown]
    lines = [_line(cells, widths, rights) for cells in rows]
    return lines, [column.title for column in filled if column not in shown]


def wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """The text in lines of at most so many characters, broken between words, each after the indent."""
    from textwrap import wrap

    width = max(LEAST // 2, width)
    yield from wrap(printable(text), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def cut(text: str, width: int) -> str:
    """The text, cut short where it is wider than that."""
    if _width(text) <= width:
        return text
    while text and _width(text) > max(0, width - 3):
        text = text[:-1]
    return text.rstrip() + "..."[: max(0, width)]


def _total(columns: Sequence[Column], whole: bool) -> int:
    """The least width of such a table, or that at which nothing is cut (`whole`)."""
    needed = [min(one.width, one.least) if one.flexible and not whole else one.width for one in columns]
    return sum(needed) + _GAP * (len(columns) - 1)


def _line(cells: Sequence[str], widths: Sequence[int], rights: Sequence[bool]) -> str:
    parts = []
    for cell, width, right in zip(cells, widths, rights, strict=True):
        shown = cut(printable(cell), width)
        blank = " " * (width - _width(shown))
        parts.append(blank + shown if right else shown + blank)
    return (" " * _GAP).join(parts).rstrip()


def _width(text: str) -> int:
    """The columns that a text takes on a terminal: two for a Chinese character."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
