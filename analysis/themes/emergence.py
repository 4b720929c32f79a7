"""New subjects: groups of texts that are nearly all recent where their themes are not.

Looking among the unassigned finds next to nothing: a new subject is swallowed by its nearest sibling. So the recent
texts and those around them are grouped without regard to themes, at several resolutions, and each group's share of
recent texts is tested against the share in the themes its texts are of (a space-time scan). An old theme that grows,
in season say, has recent texts all over and no such group: it stays itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.themes.assignment import Dates, Floats, pair_cosines, vote
from analysis.themes.centroids import Ints, Vectors, unit_rows
from analysis.themes.clusters import ThemeSettings
from analysis.themes.graph import Neighbours, graph_of, rerank
from analysis.themes.leiden import communities

__all__ = ["Found", "ScanRules", "Stock", "find_emerging"]

_EXACT = 10_000  # rows among which neighbours are found exactly


@dataclass(frozen=True)
class ScanRules:
    """What makes a group of recent texts a new theme; measured by `benchmarks/theme_weeks.py`."""

    weeks: tuple[int, ...] = (2, 3, 4)  # how far back recent reaches; the most telling one counts
    # Texts for each unit of Leiden's resolution: coarse to fine, the same grain in a small and in a large store.
    grains: tuple[float, ...] = (600.0, 300.0, 150.0)
    false: float = 0.1  # themes that chance would open in a period, at most: shared among all groups and spans
    least: int = 6  # recent texts of a group
    share: float = 0.5  # of them among the group's texts
    cohesion: float = 0.6  # their mean cosine to their centroid
    history: int = 8  # weeks before which everything is new
    grows: int = 8  # weeks in which a theme that emerged draws more texts
    near: float = 0.8  # cosine of centroids from which a group belongs to a young or a rejected theme
    overlap: float = 0.3  # share of a group in a young theme from which it belongs there
    around: int = 10  # neighbours of a recent text that are looked at with it
    passes: int = 1  # of Leiden
    neighbours: int = 30  # of each text around that are re-ranked
    rounds: int = 2  # votes in which a new theme draws what its siblings took


@dataclass(frozen=True, eq=False)
class Stock:
    """All distinct texts at hand, in an order that hangs on the texts alone.

    `vectors` of length 1, `words` their word vectors, `theme` as assigned so far (-1: none), the first
    `day` of each (NaT: unknown).
    """

    vectors: Vectors
    words: Any
    theme: Ints
    day: Dates


@dataclass(frozen=True, eq=False)
class Found:
    """A new theme, or more texts of a young one (`joins`, its number): the places of its texts in the stock, and
    log10 of the probability that so many are recent by chance."""

    places: Ints
    chance: float
    joins: int = -1


@dataclass(eq=False)
class _Region:
    """The recent texts and those around them: places in the stock, neighbours among themselves, day and theme."""

    places: Ints
    near: Neighbours
    day: Dates
    theme: Ints
    vectors: Vectors
    young: dict[int, Vectors] = field(default_factory=dict)


def find_emerging(
    stock: Stock,
    young: dict[int, Vectors],
    rejected: Vectors,
    until: np.datetime64,
    settings: ThemeSettings,
    rules: ScanRules | None = None,
) -> list[Found]:
    """New themes and the growth of young ones, the surest first, no text in two of them.

    `young` are the centroids of themes that emerged of late, by number; `until` is the period's last day. A group
    near a rejected centroid is left alone. Empty before there are `history` weeks of dated texts.
    """
    rules = rules or ScanRules()
    dated = stock.day[~np.isnat(stock.day)]
    if np.isnat(until) or not len(dated) or until - dated.min() < np.timedelta64(7 * rules.history - 1, "D"):
        return []
    region = _region(stock, young, until, settings, rules)
    if region is None:
        return []
    found = _sound(region, _scan(region, until, settings, rules), rejected, rules)
    return _drawn(region, found, until, rules)


def _sound(region: _Region, scanned: Sequence[tuple[float, Ints]], rejected: Vectors, rules: ScanRules) -> list[Found]:
    """Those groups that hold together and are not refused; a subject found at several grains is one. Places in the
    region."""
    found: list[Found] = []
    centroids: list[Vectors] = []
    owner = np.full(len(region.places), -1, dtype=np.int64)
    for chance, group in scanned:
        seeds = group[owner[group] < 0]
        if len(seeds) < rules.least:
            continue
        centroid = unit_rows(region.vectors[seeds].mean(axis=0, keepdims=True))[0]
        refused = len(rejected) and (rejected @ centroid).max() >= rules.near
        if refused or (region.vectors[seeds] @ centroid).mean() < rules.cohesion:
            continue
        same = next((i for i, other in enumerate(centroids) if other @ centroid >= rules.near), -1)
        if same >= 0:
            found[same] = replace(found[same], places=np.union1d(found[same].places, seeds))
        elif (owner[group] >= 0).mean() >= rules.overlap:
            continue  # the rim of a group that was found at another grain
        else:
            found.append(Found(seeds, chance, _young_theme(region, seeds, centroid, rules)))
            centroids.append(centroid)
        owner[seeds] = same if same >= 0 else len(found) - 1
    return found


def _region(
    stock: Stock, young: dict[int, Vectors], until: np.datetime64, settings: ThemeSettings, rules: ScanRules
) -> _Region | None:
    """The recent texts with their neighbours; None where there are too few."""
    recent = np.flatnonzero(_since(stock.day, until, max(rules.weeks)))
    if len(recent) < rules.least or len(recent) == len(stock.day):
        return None
    around = _nearest_rows(stock.vectors, recent, rules.around + 1)
    places = np.union1d(recent, around.ravel()).astype(np.int64)
    vectors = stock.vectors[places]
    near = rerank(_neighbours(vectors, rules.neighbours), stock.words[places], settings.word_weight)
    return _Region(places, near, stock.day[places], stock.theme[places].copy(), vectors, young)


def _neighbours(vectors: Vectors, k: int) -> Neighbours:
    """The k nearest others of each row, nearest first."""
    rows = np.arange(len(vectors), dtype=np.int64)
    found = _nearest_rows(vectors, rows, k + 1)
    own = found == rows[:, None]
    own[~own.any(axis=1), -1] = True
    places = found[~own].reshape(len(rows), found.shape[1] - 1)
    cosine = pair_cosines(vectors, vectors, places)
    order = np.lexsort((places, -cosine), axis=1)
    return Neighbours(np.take_along_axis(places, order, 1), np.take_along_axis(cosine, order, 1))


def _nearest_rows(vectors: Vectors, asked: Ints, k: int) -> Ints:
    """The k rows nearest to each of those asked for, itself among them; among very many rows nearly so."""
    import faiss

    count, width = vectors.shape
    index: Any = faiss.IndexFlatIP(width)
    if count > _EXACT:
        # A group of neighbours is found as well with a few of them missed, in a tenth of the time.
        lists = round(2 * math.sqrt(count))
        index = faiss.IndexIVFFlat(index, width, lists, faiss.METRIC_INNER_PRODUCT)
        index.cp.niter, index.cp.max_points_per_centroid, index.nprobe = 4, 64, max(8, lists // 20)
        index.train(vectors)
    index.add(vectors)
    found = index.search(vectors[asked], min(k, count))[1].astype(np.int64)
    # Fewer than asked for: the row itself stands in.
    return np.where(found < 0, asked[:, None], found)


def _since(day: Dates, until: np.datetime64, weeks: int) -> NDArray[np.bool_]:
    """Which days fall in the last so many weeks; unknown ones do not."""
    return np.asarray((day > until - np.timedelta64(7 * weeks, "D")) & (day <= until))


def _scan(region: _Region, until: np.datetime64, settings: ThemeSettings, rules: ScanRules) -> list[tuple[float, Ints]]:
    """Groups that are more recent than chance allows, the surest first: log10 of the chance, and their recent texts."""
    graph = graph_of(region.near, settings.graph_neighbours)
    spans = [_since(region.day, until, weeks) for weeks in rules.weeks]
    expected = [_expected(region, recent) for recent in spans]
    groups: list[Ints] = []
    for grain in rules.grains:
        labels = communities(graph, len(region.places) / grain, seed=settings.seed, passes=rules.passes)
        groups += np.split(np.argsort(labels, kind="stable"), np.cumsum(np.bincount(labels))[:-1])
    groups = [group for group in groups if len(group) >= rules.least]
    limit = math.log10(rules.false / max(1, len(groups) * len(spans)))
    passed: list[tuple[float, Ints]] = []
    for group in groups:
        best: tuple[float, Ints] = (0.0, group)
        for recent, share in zip(spans, expected, strict=True):
            count = int(recent[group].sum())
            if count >= rules.least and count >= rules.share * len(group):
                chance = _log_tail(count, len(group), float(share[group].mean()))
                best = min(best, (chance, group[recent[group]]), key=lambda one: one[0])
        if best[0] <= limit:
            passed.append(best)
    return sorted(passed, key=lambda one: (one[0], one[1].tolist()))


def _expected(region: _Region, recent: NDArray[np.bool_]) -> Floats:
    """The share of recent texts where each text is at home: in its theme, at least that of all.

    Young themes are recent throughout, so for their texts the share of all counts.
    """
    base = float(recent.mean())
    expected = np.full(len(recent), base)
    for theme in np.unique(region.theme[region.theme >= 0]):
        if int(theme) not in region.young:
            own = region.theme == theme
            expected[own] = max(base, float(recent[own].mean()))
    return expected


def _log_tail(count: int, size: int, share: float) -> float:
    """log10 of the probability of `count` or more of `size` at that share."""
    from scipy.stats import binom

    return float(binom.logsf(count - 1, size, min(share, 0.95))) / math.log(10)


def _young_theme(region: _Region, seeds: Ints, centroid: NDArray[np.float32], rules: ScanRules) -> int:
    """The young theme a group belongs to, by its texts or by its centroid; -1: none."""
    themes = region.theme[seeds]
    held = {theme: int((themes == theme).sum()) for theme in region.young}
    most = max(held, key=lambda theme: (held[theme], -theme), default=-1)
    if most >= 0 and held[most] >= rules.overlap * len(seeds):
        return most
    cosine = {theme: float(own @ centroid) for theme, own in region.young.items()}
    nearest_one = max(cosine, key=lambda theme: (cosine[theme], -theme), default=-1)
    return nearest_one if nearest_one >= 0 and cosine[nearest_one] >= rules.near else -1


def _drawn(region: _Region, found: Sequence[Found], until: np.datetime64, rules: ScanRules) -> list[Found]:
    """The same, with recent texts that vote for a new theme, now that it is there; places in the stock."""
    top = int(max(region.theme.max(initial=-1), max(region.young, default=-1))) + 1
    theme = region.theme
    numbers = [one.joins if one.joins >= 0 else top + i for i, one in enumerate(found)]
    for one, number in zip(found, numbers, strict=True):
        theme[one.places] = number
    held = np.isin(theme, [*numbers, *region.young])
    recent = _since(region.day, until, max(rules.weeks))
    before = theme.copy()
    for _ in range(rules.rounds):
        winner, share = vote(region.near, theme[region.near.indices])
        leaves = recent & ~held & np.isin(winner, numbers) & (share >= 0.5)
        theme[leaves] = winner[leaves]
        held |= leaves
    drawn = theme != before
    return [
        Found(region.places[np.union1d(one.places, np.flatnonzero(drawn & (theme == number)))], one.chance, one.joins)
        for one, number in zip(found, numbers, strict=True)
    ]
