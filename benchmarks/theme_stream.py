"""The themes of a stream of texts, one week after the other: what `benchmarks.theme_weeks` measures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.themes.assignment import Registered
from analysis.themes.centroids import Ints, Vectors, centroids_of
from analysis.themes.clusters import LeidenClusters, ThemeSettings
from analysis.themes.refit import needs_refit, refit_settings, refit_themes, young_settings
from analysis.themes.second_look import second_look
from analysis.themes.weekly import advance

__all__ = ["Life", "group"]

FIRST = 4  # weeks of the first fit
START = np.datetime64("2024-01-01", "D")


@dataclass(eq=False)
class Life:
    """The themes of a stream of distinct texts, each of which comes in its `week` (from 1); `theme` and `first` are
    each text's theme now and when it first had one (-1: none). Without `upkeep` no member ever changes its theme but
    for one that emerges."""

    texts: Sequence[str]
    vectors: Vectors
    week: Ints
    settings: ThemeSettings
    upkeep: bool = True
    theme: Ints = field(init=False)
    first: Ints = field(init=False)
    opened: dict[int, int] = field(default_factory=dict)  # emerged themes: the week
    fitted: tuple[int, int] = (0, 0)
    refitted: bool = False
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.theme = np.full(len(self.texts), -1, dtype=np.int64)
        self.first = self.theme.copy()

    def run(self, last: int) -> Life:
        """The weeks up to `last`, from the first fit on or from where it stands."""
        if not self.fitted[0]:
            rows = np.flatnonzero(self.week <= FIRST)
            themes, self.short_of_texts = group(self.texts, self.vectors, rows, young_settings(self.settings))
            self._take(rows, themes)
            self.now = FIRST
            self.count = int(self.theme.max(initial=-1)) + 1
            self.fitted = (len(rows), self.count)
        while self.now < last:
            self.now += 1
            self._advance(self.now)
            rows = np.flatnonzero(self.week <= self.now)
            if (
                self.upkeep
                and not self.refitted
                and needs_refit(*self.fitted, len(rows), short_of_texts=self.short_of_texts)
            ):
                self._refit(rows)
        return self

    def _take(self, rows: Ints, themes: Ints) -> None:
        self.theme[rows] = themes
        fresh = (self.first < 0) & (self.theme >= 0)
        self.first[fresh] = self.theme[fresh]

    def _centroids(self) -> Vectors:
        """Of all themes so far; a theme that lost its members has one of zeros."""
        known = self.theme
        centroids = np.zeros((self.count, self.vectors.shape[1]), dtype=np.float32)
        held, place = np.unique(known[known >= 0], return_inverse=True)
        centroids[held] = centroids_of(place.astype(np.int64), self.vectors[known >= 0])
        return centroids

    def _advance(self, week: int) -> None:
        began = time.perf_counter()
        registered, members = self._registered()
        new = np.flatnonzero((self.week <= week) & (self.theme < 0))
        texts = [self.texts[i] for i in new.tolist()]
        found = advance(registered, texts, self.vectors[new], self._days(new), START + 7 * week - 1, self.settings)
        for member, theme in found.moved.items():
            self.theme[members[member]] = theme
        self.opened.update({self.count + i: week for i in range(len(found.opened))})
        self.count += len(found.opened)
        self._take(new, found.theme)
        if self.upkeep:
            registered, members = self._registered()
            for member, theme in second_look(registered, self.settings).items():
                self.theme[members[member]] = theme
        self.seconds += time.perf_counter() - began

    def _registered(self) -> tuple[Registered, Ints]:
        """What is known at this moment, and the texts that are members."""
        members = np.flatnonzero(self.theme >= 0)
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
        return registered, members

    def _days(self, rows: Ints) -> NDArray[np.datetime64]:
        """A day of each text's week, another for each."""
        return np.asarray(START + 7 * (self.week[rows] - 1) + rows % 7)

    def _refit(self, rows: Ints) -> None:
        """Once: the settings for themes that live on, started from the themes as they are."""
        new, _ = group(self.texts, self.vectors, rows, refit_settings(self.settings), self.theme[rows])
        texts = [self.texts[i] for i in rows.tolist()]
        centroids = centroids_of(new, self.vectors[rows])
        refit = refit_themes(
            texts, self.vectors[rows], self.theme[rows], new, self._centroids(), centroids, self.settings
        )
        self.count += len(refit.fresh)
        self._take(rows, refit.theme)
        self.refitted = True


def group(
    texts: Sequence[str], vectors: Vectors, rows: Ints, settings: ThemeSettings, start: Ints | None = None
) -> tuple[Ints, bool]:
    """The groups of these rows as `fit_themes` finds them, without ids and labels, and whether more texts would make
    more of them."""
    order = np.array(sorted(rows.tolist(), key=texts.__getitem__), dtype=np.int64)
    place = np.searchsorted(rows, order)
    clusters = LeidenClusters([texts[i] for i in order.tolist()], settings, None if start is None else start[place])
    found = np.empty(len(rows), dtype=np.int64)
    found[place] = clusters.fit(vectors[order]).labels_
    return found, clusters.short_of_texts
