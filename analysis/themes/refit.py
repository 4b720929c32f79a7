"""A refit in the shadow: which new group is which old theme, and who keeps the theme they had.

A theme keeps its id when the bulk of its members, or of the group's, are the same; what became one, what fell apart
and what is new is named. Members leave their theme only when their neighbours in the new grouping clearly do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.themes.assignment import Space
from analysis.themes.centroids import Ints, Vectors, centroids_of, unit_rows
from analysis.themes.clusters import ThemeSettings

__all__ = [
    "Matching",
    "Refit",
    "is_thin",
    "match_themes",
    "needs_refit",
    "refit_settings",
    "refit_themes",
    "young_settings",
]

SAME_COSINE, SAME_JACCARD = 0.80, 0.5
KEPT_COSINE, BULK = 0.70, 0.5  # an id is kept where half of the theme, or of the group, is the other
PART = 0.2  # of a theme's members in a group make that group a part of it
STAY = 0.5  # neighbours in the old theme, against those in the new one, for which a member stays
_STAY_NEIGHBOURS = 15
_YOUNG = 40  # texts per theme under which a fit is provisional
_FINEST, _FINER = 0.01, 0.005  # of cohesion, beyond what a fit of all feedback is made with


@dataclass(frozen=True, eq=False)
class Matching:
    """Which new group is which old theme.

    `old_of` is, for each new group, the old theme whose id it keeps (-1: it is new); `same` says where centroid and
    members agree besides (cosine >= .80, Jaccard >= .5). `merges` are old themes that lost their id with the group
    most of them went to, `splits` old themes with a new group that is mostly of them, `ended` the old themes with
    members that went neither way.
    """

    old_of: Ints
    same: NDArray[np.bool_]
    merges: tuple[tuple[int, int], ...]
    splits: tuple[tuple[int, int], ...]
    ended: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Refit:
    """The themes after a refit: for each text the old theme's number (below k), k + i for the i-th of `fresh`, or -1.

    `fresh` are the new groups that got no old id, `centroids` those of all numbers (k + len(fresh), d); `matching` as
    found; `kept` the share of texts that had a theme and still have it.
    """

    theme: Ints
    fresh: tuple[int, ...]
    centroids: Vectors
    matching: Matching
    kept: float


def is_thin(texts: int, themes: int) -> bool:
    """True for a fit with under 40 texts for each theme: its identities are provisional."""
    return texts < _YOUNG * themes


def needs_refit(fitted_texts: int, fitted_themes: int, texts: int, *, short_of_texts: bool) -> bool:
    """True when a thin fit that was short of texts has twice as many of them now.

    A fit that found themes as cohesive as wanted has nothing to gain: looking at its members again mends more of them
    and moves fewer (docs/decisions.md). Later refits are for a person to ask for.
    """
    return short_of_texts and is_thin(fitted_texts, fitted_themes) and texts >= 2 * fitted_texts


def young_settings(settings: ThemeSettings) -> ThemeSettings:
    """The settings of a thin first fit, whose themes will live on: finer, for what is merged in it stays merged."""
    return _finer(settings, _FINEST)


def refit_settings(settings: ThemeSettings) -> ThemeSettings:
    """The settings of the refit that follows it: still finer than those of a fit of all feedback."""
    return _finer(settings, _FINER)


def _finer(settings: ThemeSettings, by: float) -> ThemeSettings:
    """More cohesive themes, and room for more of them."""
    return dataclasses.replace(
        settings,
        cohesion=round(settings.cohesion + by, 6),
        ceiling=settings.ceiling * 3 // 2,
        texts_per_theme=max(1, settings.texts_per_theme * 2 // 3),
    )


def match_themes(old: Ints, new: Ints, old_centroids: Vectors, new_centroids: Vectors) -> Matching:
    """Match new groups to old themes one to one, so that as many members as can be keep their theme.

    `old` and `new` are each member's theme and group (-1: none), in step; the centroids have length 1. Themes and
    groups without a common member match by centroid alone. Raises ValueError when `old` and `new` differ in length.
    """
    from scipy.optimize import linear_sum_assignment

    if len(old) != len(new):
        raise ValueError(f"{len(old)} old themes, {len(new)} new groups")
    shared = _shared(old, new, len(old_centroids), len(new_centroids))
    old_size = np.bincount(old[old >= 0], minlength=len(old_centroids))
    new_size = np.bincount(new[new >= 0], minlength=len(new_centroids))
    cosine = np.round(new_centroids @ old_centroids.T, 5).astype(np.float64)
    # Members decide; the cosine, which adds less than one of them, settles ties and themes without members.
    groups, themes = linear_sum_assignment(shared + np.maximum(cosine, 0) / 2, maximize=True)
    old_of = np.full(len(new_centroids), -1, dtype=np.int64)
    same = np.zeros(len(new_centroids), dtype=bool)
    for group, theme in zip(groups, themes, strict=True):
        common, near = int(shared[group, theme]), cosine[group, theme]
        jaccard = common / max(1, old_size[theme] + new_size[group] - common)
        same[group] = near >= SAME_COSINE and (jaccard >= SAME_JACCARD or not old_size[theme])
        bulk = common >= BULK * old_size[theme] or common >= BULK * new_size[group]
        if same[group] or (common and bulk and near >= KEPT_COSINE):
            old_of[group] = theme
    return Matching(old_of, same, *_events(shared, old_of, old_size, new_size))


def _shared(old: Ints, new: Ints, themes: int, groups: int) -> NDArray[np.int64]:
    """How many members each new group (row) has of each old theme (column)."""
    shared = np.zeros((groups, themes), dtype=np.int64)
    both = (old >= 0) & (new >= 0)
    np.add.at(shared, (new[both], old[both]), 1)
    return shared


def _events(
    shared: NDArray[np.int64], old_of: Ints, old_size: Ints, new_size: Ints
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Merges, splits and ends, each in the order of the old themes."""
    merges, splits, ended = [], [], []
    for theme in range(shared.shape[1]):
        parts = shared[:, theme]
        for group in np.flatnonzero((old_of < 0) & (parts >= BULK * np.maximum(new_size, 1))):
            if parts[group] >= PART * old_size[theme]:
                splits.append((theme, int(group)))
        if theme in old_of or not old_size[theme]:
            continue
        most = int(parts.argmax()) if len(parts) else -1
        if most >= 0 and old_of[most] >= 0 and parts[most] >= BULK * old_size[theme]:
            merges.append((theme, most))
        else:
            ended.append(theme)
    return tuple(merges), tuple(splits), tuple(ended)


def refit_themes(
    texts: Sequence[str],
    vectors: Vectors,
    old: Ints,
    new: Ints,
    old_centroids: Vectors,
    new_centroids: Vectors,
    settings: ThemeSettings | None = None,
) -> Refit:
    """Old themes carried over to a new grouping of the same distinct texts; see `match_themes` for the arguments.

    A text whose theme lives on stays in it when at least a third of its neighbours of either say so: the new grouping
    is no surer than that. Raises ValueError when the lengths differ.
    """
    if not len(texts) == len(vectors) == len(old) == len(new):
        raise ValueError(f"{len(texts)} texts, {len(vectors)} vectors, {len(old)} old themes, {len(new)} new groups")
    matching = match_themes(old, new, old_centroids, new_centroids)
    count = len(old_centroids)
    fresh = np.flatnonzero(matching.old_of < 0)
    number = np.append(matching.old_of, -1)
    number[fresh] = count + np.arange(len(fresh))
    theme = _settled(texts, vectors, old, number[new], settings or ThemeSettings())
    centroids = np.vstack([old_centroids, new_centroids[fresh]]).astype(np.float32)
    held, place = np.unique(theme, return_inverse=True)
    lowest = int(len(held) > 0 and held[0] < 0)
    if len(held) > lowest:
        centroids[held[lowest:]] = centroids_of(place.astype(np.int64) - lowest, unit_rows(vectors))
    had = old >= 0
    kept = float((theme[had] == old[had]).mean()) if had.any() else 1.0
    return Refit(theme, tuple(int(group) for group in fresh), centroids, matching, kept)


def _settled(texts: Sequence[str], vectors: Vectors, old: Ints, theme: Ints, settings: ThemeSettings) -> Ints:
    """The themes, with those who would move without clear need back where they were; two rounds."""
    theme = theme.copy()
    alive = (old >= 0) & np.isin(old, theme)
    space = Space(texts, vectors, settings)
    place = np.argsort(space.order)
    for _ in range(2):
        movers = np.flatnonzero(alive & (theme != old))
        if not len(movers):
            break
        found = space.nearest(space.vectors[place[movers]], space.words[place[movers]])
        rows = space.order[found.indices]
        weight = np.where(rows == movers[:, None], 0, np.maximum(found.similarity, 0) ** 2)[:, : _STAY_NEIGHBOURS + 1]
        around = theme[rows[:, : _STAY_NEIGHBOURS + 1]]
        stay = (weight * (around == old[movers, None])).sum(axis=1)
        leave = (weight * (around == theme[movers, None])).sum(axis=1)
        back = stay >= STAY * leave
        theme[movers[back]] = old[movers[back]]
    return theme
