"""What the parts of `benchmarks.statistics` are asked, and the rows that they answer with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.theme_rows import Row, at_least, at_most, measured, missed, share

__all__ = ["Asked", "Row", "at_least", "at_most", "between", "measured", "missed", "share"]


@dataclass(frozen=True)
class Asked:
    """What the command line asks of every part; each takes what concerns it."""

    data: Path | None = None  # the folder that holds the public feedback sets; without it, what needs them is left out
    quick: bool = False  # fewer runs: figures to look at, not to publish
    cache: Path | None = None  # keeps stores and vectors from one run to the next
    seeds: tuple[int, ...] = ()  # of the demo; none: those of the benchmark


def between(figure: str, value: float, low: float, high: float, *, ours: str = "", digits: int = 3) -> Row:
    """A row whose value must lie within both bounds; what is printed is what is compared, not rounded up."""
    return Row(figure, ours or f"{value:.{digits}f}", f"{low:g} to {high:g}", low <= value <= high)
