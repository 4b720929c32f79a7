"""Every figure that the statistics promise, with what is wanted of it: `python -m benchmarks.statistics`.

    python -m benchmarks.statistics [--data DIR] [--only PART ...] [--quick] [--cache DIR] [--seeds 101..120]

DIR holds the public feedback sets by their folder names; nothing else is read and nothing is fetched. Without it the
parts that need no real feedback are run, and the others leave out what they read there.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from benchmarks.statistics_rows import Asked, Row, measured, missed


@dataclass(frozen=True)
class Part:
    """A section: its heading, and the module whose `rows(asked)` measures it."""

    title: str
    module: str

    @property
    def rows(self) -> Callable[[Asked], list[Row]]:
        """The measuring function; a part is imported only where it is asked for."""
        measure: Callable[[Asked], list[Row]] = import_module(f"benchmarks.{self.module}").rows
        return measure


PARTS: Mapping[str, Part] = {
    "coverage": Part("How often 95 % intervals hold the truth", "statistics_coverage"),
    "adding": Part("Figures that add up, or are one and the same", "statistics_adding"),
    "alarms": Part("False alarms a year, and how soon what is unusual is found", "statistics_alarms"),
    "gone": Part("Themes that went away: how often wrongly, and how soon", "statistics_gone"),
    "demo": Part("Planted incidents of the demo, seeds that no development has seen", "statistics_demo"),
    "speed": Part("500,000 mentions, 200 themes, 104 weeks: all statistics of one digest", "statistics_speed"),
}


def main(arguments: list[str] | None = None) -> int:
    """Prints the parts; exit code 1 where the folder of sets is not there, whatever the figures are."""
    options = _options(arguments)
    if options.data is not None and not options.data.is_dir():
        print(f"{options.data} is not a folder; --data must name the one that holds the sets", file=sys.stderr)
        return 1
    asked = Asked(options.data, options.quick, options.cache, options.seeds)
    names = [name for name in PARTS if not options.only or name in options.only]
    fell_short = [row for name in names for row in missed(_measure(name, asked))]
    print(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB, all parts together")
    print(f"not reached: {len(fell_short)}")
    for row in fell_short:
        print(f"  {row.figure}: {row.ours} (wanted {row.target})")
    return 0


def _measure(name: str, asked: Asked) -> list[Row]:
    """The rows of a part, printed."""
    return measured(name, PARTS[name].title, lambda: PARTS[name].rows(asked))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.statistics", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder that holds the feedback sets")
    parser.add_argument(
        "--only",
        nargs="+",
        action="extend",
        type=_names,
        default=[],
        metavar="PART",
        help=f"parts: {', '.join(PARTS)}; with spaces or commas between them",
    )
    parser.add_argument("--quick", action="store_true", help="fewer runs: figures to look at, not to publish")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keeps what takes long from one run to the next")
    parser.add_argument("--seeds", type=_seeds, default=(), metavar="A..B", help="seeds of the demo")
    options = parser.parse_args(arguments)
    options.only = {name for names in options.only for name in names}
    return options


def _names(text: str) -> list[str]:
    """Names of parts with commas between them."""
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(f"'{name}' is no part; there are {', '.join(PARTS)}")
    return names


def _seeds(text: str) -> tuple[int, ...]:
    """101..120, or 7,8,9."""
    try:
        if ".." in text:
            first, last = (int(part) for part in text.split(".."))
            return tuple(range(first, last + 1))
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}': write 101..120, or 7,8,9") from None


if __name__ == "__main__":
    raise SystemExit(main())
