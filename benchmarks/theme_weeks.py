"""Themes from week to week: `python -m benchmarks.theme_weeks --data DIR [--offset N] [--cache DIR]`.

Banking77's training part (DIR/banking77/train.csv) comes in 24 random weekly portions, dealt three times: a first fit
on four weeks, then one week after the other (`analysis.themes.weekly.advance`), kept up as an analysis does: a second
look at members each week, and one refit where the first fit was short of texts and they have doubled.

Each fourth intent in turn (from the N-th on) is held back and comes in weeks 16 to 24 instead; of those that the fit
of all texts at once isolates, a new theme must hold 60 % and be 60 % pure. Quiet weeks must open next to nothing, and
neither must an old intent that triples in the last four weeks. No label is seen by what is measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.themes.centroids import Ints, Vectors
from analysis.themes.clusters import ThemeSettings
from benchmarks.theme_rows import Row, at_least, at_most, printed, share
from benchmarks.theme_sets import Sets
from benchmarks.theme_stream import Life, group

if TYPE_CHECKING:
    from benchmarks.theme_quality import Bench

__all__ = ["Life", "Weekly", "deal", "group", "weekly", "weekly_figures"]

WEEKS, INJECTED, RISE = 24, 16, 21
SPLITS = 3
ISOLATED = 0.6  # recall and purity from which a theme is the intent's


@dataclass(frozen=True, eq=False)
class Weekly:
    """What `weekly_figures` measured; lists have one value for each split or intent."""

    below_v: list[float]
    below_ari: list[float]
    unassigned: list[float]
    unchanged: list[float]
    unchanged_without: list[float]
    quiet: list[int]
    intents: list[str]
    in_two: list[bool]
    in_four: list[bool]
    elsewhere: int  # themes opened beside the injected intents
    rise: list[int]
    seconds: list[float]

    def rows(self) -> list[Row]:
        """The lines of the section."""
        count = len(self.intents)
        return [
            at_most("V-measure below the one-shot fit, mean", _mean(self.below_v), 0.02),
            at_most("ARI below the one-shot fit, mean", _mean(self.below_ari), 0.03),
            at_most("unassigned", _mean(self.unassigned), 0.01, ours=share(_mean(self.unassigned))),
            at_least("ids unchanged since first given, kept up", _mean(self.unchanged), 0.95),
            at_least("ids unchanged since first given, not kept up", _mean(self.unchanged_without), 0.99),
            at_least(f"new intent within 2 weeks, of {count}", _mean(self.in_two), 0.75, digits=2),
            at_least(f"new intent within 4 weeks, of {count}", _mean(self.in_four), 0.85, digits=2),
            at_most("themes opened in 16 quiet weeks, most", max(self.quiet), 2, digits=0),
            at_most("themes opened when an old intent triples, most", max(self.rise), 1, digits=0),
            Row("themes opened beside the new intents", f"{self.elsewhere} in {4 * count} weeks"),
            Row("seconds of 20 weeks without the fits", f"{_mean(self.seconds):.1f}"),
        ]


def _mean(values: Sequence[float]) -> float:
    """The mean; NaN of nothing."""
    return float(np.mean(values)) if len(values) else float("nan")


def weekly_figures(
    texts: Sequence[str],
    vectors: Vectors,
    labels: Sequence[str],
    settings: ThemeSettings | None = None,
    *,
    offset: int = 0,
    quick: bool = False,
) -> Weekly:
    """The figures of texts with one label each; equal texts count once. With `quick` one split and a few intents."""
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    settings = settings or ThemeSettings()
    rows = np.unique(np.array(texts, dtype=object), return_index=True)[1]
    texts, vectors, truth = [texts[i] for i in rows.tolist()], vectors[rows], np.array(labels)[rows]
    shot, _ = group(texts, vectors, np.arange(len(texts), dtype=np.int64), settings)
    v, ari = v_measure_score(truth, shot), adjusted_rand_score(truth, shot)
    splits = range(1 if quick else SPLITS)
    dealt = [deal(len(texts), split) for split in splits]
    kept_up = [Life(texts, vectors, week, settings).run(WEEKS) for week in dealt]
    without = [Life(texts, vectors, week, settings, upkeep=False).run(WEEKS) for week in dealt]
    intents = [intent for intent in np.unique(truth)[offset::4] if isolated(truth == intent, shot)]
    intents = intents[:3] if quick else intents
    found = [
        inject(texts, vectors, truth == intent, dealt[i % len(dealt)], settings) for i, intent in enumerate(intents)
    ]
    rising = np.unique(truth)[offset :: 64 if quick else 32]
    return Weekly(
        below_v=[v - v_measure_score(truth, life.theme) for life in kept_up],
        below_ari=[ari - adjusted_rand_score(truth, life.theme) for life in kept_up],
        unassigned=[float((life.theme < 0).mean()) for life in kept_up],
        unchanged=[unchanged(life) for life in kept_up],
        unchanged_without=[unchanged(life) for life in without],
        quiet=[len(life.opened) for life in kept_up],
        intents=[str(intent) for intent in intents],
        in_two=[two for two, _, _ in found],
        in_four=[four for _, four, _ in found],
        elsewhere=sum(others for _, _, others in found),
        rise=[rise(texts, vectors, truth == intent, dealt[0], settings) for intent in rising],
        seconds=[life.seconds for life in kept_up],
    )


def deal(count: int, split: int) -> Ints:
    """The week of each text: portions of equal size, dealt at random."""
    return np.random.default_rng(split).permutation(np.arange(count) % WEEKS).astype(np.int64) + 1


def unchanged(life: Life) -> float:
    """The share of texts whose theme is the one they first had, of those that ever had one."""
    had = life.first >= 0
    return float((life.theme[had] == life.first[had]).mean())


def isolated(own: NDArray[np.bool_], themes: Ints) -> bool:
    """True where one theme holds 60 % of the texts in `own` and is 60 % pure."""
    numbers, held = np.unique(themes[own & (themes >= 0)], return_counts=True)
    pure = [held[i] / (themes == number).sum() for i, number in enumerate(numbers)]
    return any(h >= ISOLATED * own.sum() and p >= ISOLATED for h, p in zip(held, pure, strict=True))


def inject(
    texts: Sequence[str], vectors: Vectors, own: NDArray[np.bool_], week: Ints, settings: ThemeSettings
) -> tuple[bool, bool, int]:
    """Whether a theme opened since is that of the texts in `own`, which come from week 16 on, within two and within
    four weeks; and how many other themes were opened in these."""
    week = week.copy()
    week[own] = np.random.default_rng(int(own.sum())).integers(INJECTED, WEEKS + 1, int(own.sum()))
    life = Life(texts, vectors, week, settings).run(INJECTED - 1)
    before = set(life.opened)
    seen = []
    for now in range(INJECTED, INJECTED + 4):
        life.run(now)
        new = np.isin(life.theme, [theme for theme in life.opened if theme not in before])
        seen.append(isolated(own & (week <= now), np.where(new, life.theme, -1)))
    mine = [theme for theme in life.opened if (own & (life.theme == theme)).sum() * 2 >= (life.theme == theme).sum()]
    return any(seen[:2]), any(seen), len(life.opened) - len(before | set(mine))


def rise(texts: Sequence[str], vectors: Vectors, own: NDArray[np.bool_], week: Ints, settings: ThemeSettings) -> int:
    """How many themes are opened when the texts in `own` come three times as often in the last four weeks."""
    rate = np.where(np.arange(1, WEEKS + 1) >= RISE, 3.0, 1.0)
    week = week.copy()
    week[own] = np.random.default_rng(7).choice(np.arange(1, WEEKS + 1), int(own.sum()), p=rate / rate.sum())
    life = Life(texts, vectors, week, settings).run(RISE - 1)
    before = len(life.opened)
    return len(life.run(WEEKS).opened) - before


def weekly(bench: Bench) -> list[Row]:
    """The section of `benchmarks.themes`."""
    return _of_sets(bench.sets, bench.settings, bench.quick).rows()


def _of_sets(sets: Sets, settings: ThemeSettings | None, quick: bool, offset: int = 0) -> Weekly:
    data = sets.get("banking_train")
    labels = [label for label, *_ in data.labels]
    return weekly_figures(data.texts, data.vectors, labels, settings, offset=offset, quick=quick)


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; exit code 1 where the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.theme_weeks", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that holds banking77/")
    parser.add_argument("--offset", type=int, default=0, choices=range(4), help="where each fourth intent begins")
    parser.add_argument("--quick", action="store_true", help="one split, a few intents")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keeps vectors from one run to the next")
    options = parser.parse_args(arguments)
    sets = Sets(options.data, options.cache)
    if not sets.has("banking_train"):
        path = sets.path("banking_train")
        print(f"not found: {path}; --data must name the folder that holds banking77/", file=sys.stderr)
        return 1
    figures = _of_sets(sets, None, options.quick, options.offset)
    print(printed("Banking77 in 24 weekly portions (unit: record)", figures.rows(), stock=False))
    for intent, two, four in zip(figures.intents, figures.in_two, figures.in_four, strict=True):
        print(f"  {intent}: {'2 weeks' if two else '4 weeks' if four else 'not found'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
