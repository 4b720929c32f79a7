"""Every figure of the themes, with what is wanted of it: `python -m benchmarks.themes --data DIR`.

    python -m benchmarks.themes --data DIR [--only PART ...] [--stock PYTHON] [--quick] [--cache DIR]

DIR holds the public feedback sets by their folder names; nothing else is read and nothing is fetched. One setting for
all sets is printed first; no label is seen while grouping. Unassigned texts count as one group of their own, and
contentless ones as unassigned. `--stock` names a Python that has BERTopic (benchmarks/theme_stock.py says how to make
one): its figures on the same texts and vectors stand beside ours. `--quick` takes fewer seeds, draws and clauses.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.text.embedding import MODEL
from analysis.themes.fit import ThemeSettings
from benchmarks import theme_aspects, theme_cost, theme_quality, theme_sections, theme_weeks
from benchmarks.theme_labels import READ_SETS
from benchmarks.theme_quality import Bench
from benchmarks.theme_rows import Row, measured, missed
from benchmarks.theme_sets import Sets
from benchmarks.theme_stock import Job, Stock, Topics


@dataclass(frozen=True)
class Part:
    """A section: its heading, the sets it needs, what it measures, and what BERTopic is asked for beside it."""

    title: str
    needs: tuple[str, ...]
    measure: Callable[[Bench], list[Row]]
    jobs: Callable[[Sets, bool], list[Job]] | None = None


PARTS: Mapping[str, Part] = {
    "banking": Part(
        "Banking77 against its intents (unit: record)",
        ("banking_train", "banking_test"),
        theme_quality.banking,
        theme_quality.banking_jobs,
    ),
    "stability": Part(
        "Banking77 again, ARI to the first run (unit: record)",
        ("banking_train",),
        theme_quality.stability,
        theme_quality.stability_jobs,
    ),
    "weeks": Part(
        "Banking77 in 24 weekly portions, and new subjects (unit: record)", ("banking_train",), theme_weeks.weekly
    ),
    "reviews": Part(
        "Reviews of an app (unit: clause)", ("greenlight",), theme_quality.reviews, theme_quality.reviews_jobs
    ),
    "content": Part("What is kept apart from themes (unit: clause, comment)", ("greenlight",), theme_sections.content),
    "labels": Part(
        "Labels of five sets (unit: record of banking_train, else clause)",
        READ_SETS,
        theme_sections.labels,
        theme_sections.labels_jobs,
    ),
    "guided": Part(
        "Themes that a user names by examples (unit: record)", ("banking_train", "banking_test"), theme_sections.guided
    ),
    "aspects": Part(
        "Against aspects that people labelled (unit: record)",
        ("semeval_restaurants", "support_tweets"),
        theme_aspects.aspects,
        theme_aspects.aspects_jobs,
    ),
    "cost": Part("Cost (unit: clause)", ("clothing",), theme_cost.cost),
}


def main(arguments: list[str] | None = None) -> int:
    """Prints the sections; exit code 1 where a set is not there or BERTopic does not run, whatever the figures are."""
    options = _options(arguments)
    sets = Sets(options.data, options.cache)
    parts = [name for name in PARTS if not options.only or name in options.only]
    missing = sorted({str(sets.path(name)) for part in parts for name in PARTS[part].needs if not sets.has(name)})
    if missing:
        print(f"not found: {', '.join(missing)}; --data must name the folder that holds the sets", file=sys.stderr)
        return 1
    settings = ThemeSettings()
    print(f"encoder: {MODEL}\nsetting, for all sets: {settings}", flush=True)
    bench = Bench(sets, settings, options.quick)
    try:
        if options.stock:
            bench.runner = Stock(options.stock, options.cache)
            print(f"beside ours: {bench.runner.versions}, as it comes, on the same vectors", flush=True)
            bench.stock = _run_stock(bench.runner, parts, sets, options.quick)
        fell_short = [row for name in parts for row in missed(_measure(name, bench))]
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    _print_end(fell_short)
    return 0


def _measure(name: str, bench: Bench) -> list[Row]:
    """The rows of a section, printed."""
    return measured(name, PARTS[name].title, lambda: PARTS[name].measure(bench), bench.runner is not None)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.themes", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that holds the feedback sets")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"sections: {', '.join(PARTS)}")
    parser.add_argument("--stock", type=Path, metavar="PYTHON", help="an interpreter that has BERTopic, to run beside")
    parser.add_argument("--quick", action="store_true", help="fewer seeds, draws and clauses")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="keeps vectors and BERTopic's answers from one run to the next"
    )
    return parser.parse_args(arguments)


def _run_stock(runner: Stock, parts: Sequence[str], sets: Sets, quick: bool) -> dict[str, Topics]:
    """BERTopic's answers for the sections; RuntimeError where it does not run."""
    jobs = {job.name: job for part in parts if (ask := PARTS[part].jobs) for job in ask(sets, quick)}
    texts = {name: sets.get(name) for name in {job.texts for job in jobs.values()}}
    return runner.run(list(jobs.values()), {name: (one.texts, one.vectors) for name, one in texts.items()})


def _print_end(fell_short: Sequence[Row]) -> None:
    """What fell short, and the peak memory."""
    print("\nnothing falls short" if not fell_short else f"\n{len(fell_short)} fall short:")
    for row in fell_short:
        print(f"  {row.figure}: {row.ours}, wanted {row.target}")
    # Kilobytes, but bytes on macOS.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:,.0f} MB")


if __name__ == "__main__":
    raise SystemExit(main())
