"""How long all statistics of one digest take on a large store, and what memory: a part of `benchmarks.statistics`.

The frames are invented (benchmarks/statistics_frames.py); each length of period is run in a process of its own, whose
memory counts the frames too. The work is done by one thread: the clock says the same where nothing else runs.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from multiprocessing import get_context
from typing import Any

from benchmarks.statistics_rows import Asked, Row, at_most

__all__ = ["rows"]

SECONDS, GIGABYTES = 20.0, 1.5
SLOW = 0.1  # seconds; sections that take less are added up
QUICK = 50_000  # mentions
LENGTHS = ("week", "4 weeks", "quarter", "all")


@dataclass(frozen=True)
class Taken:
    """What one run took: seconds on the wall and of the processor, the latter also by section, and the most memory of
    its process in GB."""

    seconds: float
    processor: float
    memory: float
    sections: dict[str, float]


def rows(asked: Asked) -> list[Row]:
    """Seconds and memory of `find_everything` for each length of period; and what the sections take of it."""
    found = []
    for length in LENGTHS[: 1 if asked.quick else None]:
        taken = _apart(length, asked.quick)
        told = f"{taken.processor:.1f} ({taken.seconds:.1f} by the clock)"
        found += [
            at_most(f"{length}: seconds of one processor", taken.processor, SECONDS, ours=told),
            at_most(f"{length}: GB at most, the frames among them", taken.memory, GIGABYTES, digits=2),
        ]
        found += [Row(f"  {name}", f"{seconds:.2f} s") for name, seconds in _largest(taken.sections)]
    return found


def _largest(sections: dict[str, float]) -> list[tuple[str, float]]:
    """The sections that take long, longest first, and all others together."""
    ordered = sorted(sections.items(), key=lambda one: -one[1])
    slow = [one for one in ordered if one[1] >= SLOW]
    return [*slow, (f"{len(ordered) - len(slow)} others", sum(seconds for _, seconds in ordered[len(slow) :]))]


def _apart(length: str, quick: bool) -> Taken:
    """`measure` in a process of its own: what another run has left in memory is none of it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, length, quick).result()


def measure(length: str, quick: bool) -> Taken:
    """One call of `find_everything` on invented frames, in this process."""
    from analysis.findings import everything
    from analysis.scope.periods import choose_period
    from benchmarks.statistics_frames import END, MENTIONS, invent_frames

    frames = invent_frames(QUICK if quick else MENTIONS)
    as_of = None if length == "all" else END
    if as_of is None:
        frames = frames.undated()
    span = choose_period(frames.feedback, as_of, length=length)
    with _timed(everything) as sections:
        began, worked = time.perf_counter(), time.process_time()
        everything.find_everything(frames.feedback, frames.clauses, frames.comments, frames.themes, span)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
    sections["what is between them"] = worked - sum(sections.values())
    return Taken(seconds, worked, most_memory(), dict(sections))


@contextmanager
def _timed(module: Any) -> Iterator[dict[str, float]]:
    """Seconds of the processor by the name of each function that the module calls; one inside another counts once."""
    seconds: dict[str, float] = {}
    depth = [0]
    originals = {
        name: one
        for name, one in vars(module).items()
        if callable(one)
        and str(getattr(one, "__module__", "")).startswith("analysis.")
        and not isinstance(one, type)
        and name != "find_everything"
    }

    def clocked(name: str, one: Any) -> Any:
        @wraps(one)
        def call(*arguments: Any, **options: Any) -> Any:
            depth[0] += 1
            began = time.process_time()
            try:
                return one(*arguments, **options)
            finally:
                depth[0] -= 1
                if not depth[0]:
                    label = name if name != "find_themes" else f"{name} {arguments[1]}"
                    seconds[label] = seconds.get(label, 0.0) + time.process_time() - began

        return call

    for name, one in originals.items():
        setattr(module, name, clocked(name, one))
    try:
        yield seconds
    finally:
        for name, one in originals.items():
            setattr(module, name, one)


def most_memory() -> float:
    """The most that this process has held, in GB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


if __name__ == "__main__":
    print(measure(sys.argv[1] if len(sys.argv) > 1 else "week", False))
