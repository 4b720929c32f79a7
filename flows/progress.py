"""Progress on a terminal as bars, elsewhere as plain lines: one for each finished stage, with its seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["say", "stage"]

Advance = Callable[[int], None]


def say(line: str) -> None:
    """One line for the person who waits; on stderr, so that stdout holds results only."""
    print(line, file=sys.stderr, flush=True)


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
