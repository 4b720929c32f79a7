"""A line of the theme benchmarks: our figure, what is wanted, whether it is reached, and BERTopic's beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Row", "at_least", "at_most", "measured", "missed", "printed", "share"]


@dataclass(frozen=True)
class Row:
    """One figure of a section; `met` is None where nothing is wanted or there is nothing to compare with."""

    figure: str
    ours: str
    target: str = ""
    met: bool | None = None
    stock: str = ""


def at_least(figure: str, value: float, wanted: float, *, ours: str = "", stock: str = "", digits: int = 3) -> Row:
    """A row whose value must be at least so high; what is printed is what is compared, not rounded up."""
    return Row(figure, ours or f"{value:.{digits}f}", f">= {wanted:g}", value >= wanted, stock)


def at_most(figure: str, value: float, wanted: float, *, ours: str = "", stock: str = "", digits: int = 3) -> Row:
    """A row whose value must be at most so high."""
    return Row(figure, ours or f"{value:.{digits}f}", f"<= {wanted:g}", value <= wanted, stock)


def share(value: float) -> str:
    """A share in percent with one decimal."""
    return f"{value:.1%}"


def printed(title: str, rows: Sequence[Row], stock: bool) -> str:
    """The section as a table; BERTopic's column only where it was run."""
    table = [("", "ours", "wanted", "met", *(("stock BERTopic",) if stock else ()))]
    for row in rows:
        met = "" if row.met is None else "yes" if row.met else "NO"
        table.append((row.figure, row.ours, row.target, met, *((row.stock or "-",) if stock else ())))
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
    return "\n".join([title, *("  " + line for line in lines)])


def measured(name: str, title: str, measure: Callable[[], list[Row]], stock: bool = False) -> list[Row]:
    """The rows of a section, printed as it is done, with the seconds that it took."""
    began = time.perf_counter()
    rows = measure()
    print(f"\n{printed(title, rows, stock)}")
    print(f"  ({name}: {time.perf_counter() - began:.0f} s)", flush=True)
    return rows


def missed(rows: Iterable[Row]) -> list[Row]:
    """The rows that do not reach what is wanted."""
    return [row for row in rows if row.met is False]
