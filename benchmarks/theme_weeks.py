"""Themes from week to week: `python -m benchmarks.theme_weeks --data DIR [--offset N] [--cache DIR]`.

Banking77's training part (DIR/banking77/train.csv) comes in 24 random weekly portions, dealt three times: a first fit
on four weeks, then one week after the other by `analysis.weekly.advance`, and one refit when the store has doubled.

Each fourth intent in turn (from the N-th on) is held back and comes in weeks 16 to 24 instead; of those that the fit
of all texts at once isolates, a new theme must hold 60 % and be 60 % pure. Quiet weeks must open next to nothing, and
neither must an old intent that triples in the last four weeks. No label is seen by what is measured.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.assignment import Registered
from analysis.centroids import Ints, Vectors, centroids_of
from analysis.clusters import LeidenClusters, ThemeSettings
from analysis.refit import needs_refit, refit_themes, young_settings
from analysis.weekly import advance
from benchmarks.theme_rows import Row, at_least, at_most, printed, share
from benchmarks.theme_sets import Sets

if TYPE_CHECKING:
    from benchmarks.theme_quality import Bench

__all__ = ["Life", "Weekly", "weekly", "weekly_figures"]

WEEKS, FIRST, INJECTED, RISE = 24, 4, 16, 21
SPLITS = 3
ISOLATED = 0.6  # recall and purity from which a theme is the intent's
START = np.datetime64("2024-01-01", "D")


@dataclass(eq=False)
class Life:
    """The themes of a stream of distinct texts, each of which comes in its `week` (from 1); `theme` and `first` are
    each text's theme now and when it first had one (-1: none)."""

    texts: Sequence[str]
    vectors: Vectors
    week: Ints
    settings: ThemeSettings
    refits: bool = True
    theme: Ints = field(init=False)
    first: Ints = field(init=False)
    opened: dict[int, int] = field(default_factory=dict)  # emerged themes: the week
    fitted: tuple[int, int] = (0, 0)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.theme = np.full(len(self.texts), -1, dtype=np.int64)
        self.first = self.theme.copy()

    def run(self, last: int) -> Life:
        """The weeks up to `last`, from the first fit on or from where it stands."""
        if not self.fitted[0]:
            rows = np.flatnonzero(self.week <= FIRST)
            self._take(rows, group(self.texts, self.vectors, rows, young_settings(self.settings)))
            self.now = FIRST
            self.count = int(self.theme.max(initial=-1)) + 1
            self.fitted = (len(rows), self.count)
        while self.now < last:
            self.now += 1
            self._advance(self.now)
            rows = np.flatnonzero(self.week <= self.now)
            if self.refits and needs_refit(*self.fitted, len(rows)):
                self._refit(rows)
        return self

    def _take(self, rows: Ints, themes: Ints) -> None:
        self.theme[rows] = themes
        fresh = (self.first < 0) & (self.theme >= 0)
        self.first[fresh] = self.theme[fresh]

    def _centroids(self) -> Vectors:
        """Of all themes so far; a theme that lost its members has one of zeros."""
        known = self.theme[: len(self.texts)]
        centroids = np.zeros((self.count, self.vectors.shape[1]), dtype=np.float32)
        held, place = np.unique(known[known >= 0], return_inverse=True)
        centroids[held] = centroids_of(place.astype(np.int64), self.vectors[known >= 0])
        return centroids

    def _advance(self, week: int) -> None:
        began = time.perf_counter()
        members, new = np.flatnonzero(self.theme >= 0), np.flatnonzero((self.week <= week) & (self.theme < 0))
        opened = np.full(self.count, START)
        for theme, when in self.opened.items():
            opened[theme] = START + 7 * when - 1
        registered = Registered(
            [self.texts[i] for i in members.tolist()],
            self.vectors[members],
            self.theme[members],
            self._days(members),
            opened,
            np.array([theme in self.opened for theme in range(self.count)], dtype=bool),
            self._centroids(),
            np.empty((0, self.vectors.shape[1]), dtype=np.float32),
        )
        texts = [self.texts[i] for i in new.tolist()]
        found = advance(registered, texts, self.vectors[new], self._days(new), START + 7 * week - 1, self.settings)
        for member, theme in found.moved.items():
            self.theme[members[member]] = theme
        self.opened.update({self.count + i: week for i in range(len(found.opened))})
        self.count += len(found.opened)
        self._take(new, found.theme)
        self.seconds += time.perf_counter() - began

    def _days(self, rows: Ints) -> NDArray[np.datetime64]:
        """A day of each text's week, another for each."""
        return np.asarray(START + 7 * (self.week[rows] - 1) + rows % 7)

    def _refit(self, rows: Ints) -> None:
        """Once: the settings for themes that live on, started from the themes as they are."""
        new = group(self.texts, self.vectors, rows, young_settings(self.settings), self.theme[rows])
        texts = [self.texts[i] for i in rows.tolist()]
        centroids = centroids_of(new, self.vectors[rows])
        refit = refit_themes(
            texts, self.vectors[rows], self.theme[rows], new, self._centroids(), centroids, self.settings
        )
        self.count += len(refit.fresh)
        self._take(rows, refit.theme)
        self.refits = False


def group(
    texts: Sequence[str], vectors: Vectors, rows: Ints, settings: ThemeSettings, start: Ints | None = None
) -> Ints:
    """The groups of these rows as `fit_themes` finds them, without ids and labels."""
    order = np.array(sorted(rows.tolist(), key=texts.__getitem__), dtype=np.int64)
    place = np.searchsorted(rows, order)
    clusters = LeidenClusters([texts[i] for i in order.tolist()], settings, None if start is None else start[place])
    found = np.empty(len(rows), dtype=np.int64)
    found[place] = clusters.fit(vectors[order]).labels_
    return found


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
            at_least("ids unchanged since first given, one refit", _mean(self.unchanged), 0.95),
            at_least("ids unchanged since first given, no refit", _mean(self.unchanged_without), 0.99),
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
    shot = group(texts, vectors, np.arange(len(texts), dtype=np.int64), settings)
    v, ari = v_measure_score(truth, shot), adjusted_rand_score(truth, shot)
    splits = range(1 if quick else SPLITS)
    dealt = [deal(len(texts), split) for split in splits]
    with_refit = [Life(texts, vectors, week, settings).run(WEEKS) for week in dealt]
    without = [Life(texts, vectors, week, settings, refits=False).run(WEEKS) for week in dealt]
    intents = [intent for intent in np.unique(truth)[offset::4] if isolated(truth == intent, shot)]
    intents = intents[:3] if quick else intents
    found = [
        inject(texts, vectors, truth == intent, dealt[i % len(dealt)], settings) for i, intent in enumerate(intents)
    ]
    rising = np.unique(truth)[offset :: 64 if quick else 32]
    return Weekly(
        below_v=[v - v_measure_score(truth, life.theme) for life in with_refit],
        below_ari=[ari - adjusted_rand_score(truth, life.theme) for life in with_refit],
        unassigned=[float((life.theme < 0).mean()) for life in with_refit],
        unchanged=[unchanged(life) for life in with_refit],
        unchanged_without=[unchanged(life) for life in without],
        quiet=[len(life.opened) for life in with_refit],
        intents=[str(intent) for intent in intents],
        in_two=[two for two, _, _ in found],
        in_four=[four for _, four, _ in found],
        elsewhere=sum(others for _, _, others in found),
        rise=[rise(texts, vectors, truth == intent, dealt[0], settings) for intent in rising],
        seconds=[life.seconds for life in with_refit],
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
    data = bench.sets.get("banking_train")
    labels = [label for label, *_ in data.labels]
    return weekly_figures(data.texts, data.vectors, labels, bench.settings, quick=bench.quick).rows()


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
    data = sets.get("banking_train")
    labels = [label for label, *_ in data.labels]
    figures = weekly_figures(data.texts, data.vectors, labels, offset=options.offset, quick=options.quick)
    print(printed("Banking77 in 24 weekly portions (unit: record)", figures.rows(), stock=False))
    for intent, two, four in zip(figures.intents, figures.in_two, figures.in_four, strict=True):
        print(f"  {intent}: {'2 weeks' if two else '4 weeks' if four else 'not found'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
