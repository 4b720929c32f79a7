"""What a person at the terminal sees: results on stdout, and progress on stderr.

Progress is a bar on a terminal, elsewhere a plain line for each finished stage, with its seconds.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["printable", "say", "stage", "tell"]

Advance = Callable[[int], None]

# What a terminal would obey, what would break a line in two or turn its direction, and what cannot be encoded.
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]+")


def printable(line: str) -> str:
    """The text as one line that a terminal only shows: column names, file names and comments come from anywhere."""
    return _CONTROLS.sub(" ", line)


def say(line: str) -> None:
    """One line for the person who waits; on stderr, so that stdout holds results only."""
    print(printable(line), file=sys.stderr, flush=True)


def tell(line: str = "") -> None:
    """One line of the result, on stdout."""
    print(printable(line))


@contextmanager
def stage(name: str, total: int | None = None) -> Iterator[Advance]:
    """A stage of the work: call what it gives with the number of things done since the last call."""
    began = time.monotonic()
    if sys.stderr.isatty():
        with _bar(name, total) as advance:
            yield advance
    else:
        yield lambda _: None
        amount = f" ({total:,})" if total is not None else ""
        say(f"  {name}{amount}: {time.monotonic() - began:.1f} s")


@contextmanager
def _bar(name: str, total: int | None) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = [SpinnerColumn(), TextColumn("{task.description:<28}"), BarColumn()]
    if total is not None:
        columns.append(MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=total)
        yield lambda n: progress.advance(task, n)
        progress.update(task, total=total or 1, completed=total or 1)
