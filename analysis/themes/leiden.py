"""Themes as communities of a neighbour graph: Leiden, a resolution found by cohesion, and a consensus of many runs.

One run moves when a few rows change (adjusted Rand .73 between seeds on review clauses). The consensus of a hundred
and more, at resolutions around the chosen one and each without another part of the texts, holds still: what hangs on
a few texts is voted down before the result is made. Where many texts are grouped, so is what hangs on a few runs: the
result is a consensus itself, of groupings by half of the runs each. Figures: docs/decisions.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.themes.graph import Graph, Neighbours, graph_of

__all__ = [
    "Consensus",
    "Plan",
    "Target",
    "cohesion_of",
    "communities",
    "community_sums",
    "consensus",
    "find_resolution",
]

Labels = NDArray[np.int64]
_LOWEST, _HIGHEST = 0.25, 40.0
_MIDDLE = 0.25  # runs within 2**.25 of the chosen resolution tell how stable the result is
_PASSES = 10
_GROUPS = 10  # of runs, of which every grouping takes another half
_GROUPING_PASSES = 2
_AROUND = 0.3  # groupings within 2**.3 of the chosen resolution
_THREADS = 2  # Leiden lets go of the interpreter lock; each run has its own seed, so the number changes no result


@dataclass(frozen=True, eq=False)
class Plan:
    """How a consensus is made: `keys` are 64 bits of each text's hash, by which runs leave texts out."""

    keys: NDArray[np.uint64]
    neighbours: int  # of the graph on which the resolution is found
    run_neighbours: int  # of the graph of each run
    wide: int  # of the graph whose edges the runs weigh
    runs: int
    seed: int
    folds: int = 5  # each run leaves out one part of so many
    groupings: int = 0  # of halves of the runs, from which the result is made; 0: from all runs at once


@dataclass(frozen=True, eq=False)
class Consensus:
    """Communities that many runs agree on; `labels` counts from 0.

    `middle` are the labels of the runs near the chosen resolution, each without a part of the texts (-1). `share` says
    for each edge of `wide` which part of the runs that saw both its ends put them together, 0-1.
    """

    labels: Labels
    resolution: float
    second_resolution: float
    runs: int
    middle: tuple[Labels, ...]
    wide: Graph
    share: NDArray[np.float64]

    def together(self, labels: Labels) -> NDArray[np.float64]:
        """In what share of the runs neighbours out of two groups were together, for each two groups of `labels` from
        0 on (-1: no group); a square matrix, 0 where no neighbours are."""
        left, right = labels[self.wide.sources()], labels[self.wide.indices]
        both = (left >= 0) & (right >= 0)
        count = int(labels.max(initial=-1)) + 1
        pairs = left[both] * count + right[both]
        shares = np.bincount(pairs, weights=self.share[both], minlength=count * count)
        edges = np.bincount(pairs, minlength=count * count)
        return np.asarray(shares / np.maximum(edges, 1)).reshape(count, count)

    def agreement(self, labels: Labels) -> float:
        """The mean adjusted Rand index of the middle runs with the labels given, on the texts that each run saw."""
        from sklearn.metrics import adjusted_rand_score

        return float(np.mean([adjusted_rand_score(labels[run >= 0], run[run >= 0]) for run in self.middle]))

    def stability(self, labels: Labels) -> NDArray[np.float64]:
        """How surely the runs find each group again, 0-1, for the groups of `labels` from 0 on (-1: no group).

        The mean over the middle runs of the Jaccard index of the group with that community of the run which is most
        like it, on the texts that the run saw: Hennig's clusterwise stability (Computational Statistics & Data
        Analysis 52, 2007). His reading: under .6 do not trust it, from .75 a real pattern, from .85 highly stable.
        """
        return np.asarray(np.mean([_best_jaccard(labels, run) for run in self.middle], axis=0))


def _best_jaccard(labels: Labels, run: Labels) -> NDArray[np.float64]:
    """For each group of `labels` the highest Jaccard index with a community of the run, on the texts it saw."""
    from scipy.sparse import csr_matrix

    count = int(labels.max(initial=-1)) + 1
    seen = run >= 0
    common = seen & (labels >= 0)
    ones = np.ones(int(common.sum()))
    shape = (count, int(run.max(initial=-1)) + 1)
    both = csr_matrix((ones, (labels[common], run[common])), shape=shape).tocoo()
    both.sum_duplicates()
    sizes = np.bincount(labels[common], minlength=count), np.bincount(run[seen], minlength=shape[1])
    best = np.zeros(count)
    np.maximum.at(best, both.row, both.data / (sizes[0][both.row] + sizes[1][both.col] - both.data))
    return best


def communities(graph: Graph, resolution: float, *, seed: int, passes: int = 1, start: Labels | None = None) -> Labels:
    """The community of each node, numbered from 0; a node without edges is one of its own.

    With `start` (a community of each node, -1: none) the search sets out from there instead of from single nodes.
    """
    from graspologic_native import leiden_csr

    if not len(graph.indices):
        return np.arange(graph.nodes, dtype=np.int64)
    if start is not None:
        return _communities_from(start, graph, resolution, seed, passes)
    # Nodes without edges cost the library time all the way, so it sees none of them.
    linked = np.flatnonzero(np.diff(graph.indptr))
    place = np.zeros(graph.nodes, dtype=np.int32)
    place[linked] = np.arange(len(linked))
    indptr = graph.indptr[np.append(linked, graph.nodes)]
    _, found = leiden_csr(
        indptr, place[graph.indices], graph.weights, len(linked), resolution=resolution, iterations=passes, seed=seed
    )
    labels = len(found) + np.arange(graph.nodes, dtype=np.int64)
    labels[linked] = np.fromiter(map(found.__getitem__, range(len(linked))), dtype=np.int64, count=len(linked))
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _communities_from(start: Labels, graph: Graph, resolution: float, seed: int, passes: int) -> Labels:
    """Leiden from given communities: only the library's slower function takes them, and it wants names for nodes."""
    from graspologic_native import leiden

    left, right = graph.sources(), graph.indices
    once = left < right
    edges = [
        (str(a), str(b), weight)
        for a, b, weight in zip(left[once].tolist(), right[once].tolist(), graph.weights[once].tolist(), strict=True)
    ]
    labels = np.where(start >= 0, start, int(start.max(initial=-1)) + 1 + np.arange(graph.nodes))
    linked = np.unique(np.concatenate([left, right]))
    # Communities must be numbered without gaps among the nodes that have edges.
    begin = np.unique(labels[linked], return_inverse=True)[1]
    names = {str(node): int(label) for node, label in zip(linked.tolist(), begin.tolist(), strict=True)}
    _, found = leiden(edges, starting_communities=names, resolution=resolution, iterations=passes, seed=seed)
    highest = max(found.values()) + 1
    final = highest + np.arange(graph.nodes, dtype=np.int64)
    final[linked] = [found[str(node)] for node in linked.tolist()]
    return np.unique(final, return_inverse=True)[1].astype(np.int64)


def cohesion_of(labels: Labels, embeddings: NDArray[np.float32]) -> float:
    """How near rows are to the centre of their own community, as the mean cosine that endlessly many more of the same
    kind would have; `embeddings` has rows of length 1.

    A row is a part of its centroid, and the more so the smaller the community: of 40 rows the cosine is .004 higher
    than of endlessly many at .78. So the square root of the mean cosine between two different rows is what counts; a
    row alone counts 0.
    """
    lengths = (community_sums(labels, embeddings) ** 2).sum(axis=1)
    sizes = np.bincount(labels, minlength=len(lengths)).astype(np.float64)
    pairs = np.where(sizes > 1, np.maximum(lengths - sizes, 0) / np.maximum(sizes * (sizes - 1), 1), 0)
    return float((sizes * np.sqrt(pairs)).sum() / len(labels))


def community_sums(labels: Labels, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
    """The sum of the embeddings of each community, one row per label from 0 on."""
    from scipy.sparse import csr_matrix

    members = csr_matrix(
        (np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(int(labels.max(initial=-1)) + 1, len(labels))
    )
    return np.asarray(members @ embeddings, dtype=np.float64)


@dataclass(frozen=True)
class Target:
    """When communities are fine enough: mean cosine to the own centroid reaches `cohesion`, there are `ceiling`
    communities of at least `min_size`, or most rows are in smaller ones, whichever comes first."""

    cohesion: float
    ceiling: int
    min_size: int

    def is_passed(self, labels: Labels, embeddings: NDArray[np.float32]) -> bool:
        """True when the communities are finer than wanted."""
        sizes = np.bincount(labels)
        large = sizes[sizes >= self.min_size]
        crumbled = 2 * int(large.sum()) < len(labels)
        return crumbled or len(large) > self.ceiling or cohesion_of(labels, embeddings) > self.cohesion


def find_resolution(
    graph: Graph,
    embeddings: NDArray[np.float32],
    target: Target,
    *,
    seed: int,
    between: tuple[float, float] = (_LOWEST, _HIGHEST),
    rounds: int = 5,
) -> float:
    """The resolution at which the communities just meet the target; each round leaves a third of the interval, on a
    log scale.

    Both cohesion and the number of themes rise steadily with the resolution. Outside the interval: its nearer end.
    """

    def is_too_fine(place: float) -> bool:
        return target.is_passed(communities(graph, math.exp(place), seed=seed), embeddings)

    low, high = math.log(between[0]), math.log(between[1])
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in range(rounds):
            # Two places at once take no longer than one.
            first, second = low + (high - low) / 3, low + (high - low) * 2 / 3
            at_first, at_second = pool.map(is_too_fine, (first, second))
            low, high = (low, first) if at_first else (first, second) if at_second else (second, high)
    return math.exp((low + high) / 2)


def consensus(
    neighbours: Neighbours, embeddings: NDArray[np.float32], target: Target, plan: Plan, *, start: Labels | None = None
) -> Consensus:
    """Communities that many Leiden runs agree on, each made without another part of the texts.

    The runs' resolutions spread from half to twice the one that meets the target. Each edge of a wider graph is
    weighted with the share of runs that put both its ends together, among those that saw both, and a second resolution
    found on that graph. With `groupings` it is grouped so often near that resolution, each time by another half of the
    runs; the same edges, weighted with the share of these groupings, and a resolution found once more give the result;
    without, the first graph does. With `start` (a community of each node, -1: none) the last step sets out from there.
    """
    resolution = find_resolution(graph_of(neighbours, plan.neighbours), embeddings, target, seed=plan.seed)
    wide = graph_of(neighbours, plan.wide)
    together, seen, middle = _count(wide, neighbours, resolution, plan)
    share = together.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    agreed = wide.reweighted(share)
    # The agreed graph has sharper communities: its resolution was never found far from the first one.
    near = (resolution / 4, resolution * 4)
    second = find_resolution(agreed, embeddings, target, seed=plan.seed, between=near, rounds=4)
    if plan.groupings:
        agreed = wide.reweighted(_halves(wide, together, seen, second, plan))
        second = find_resolution(agreed, embeddings, target, seed=plan.seed, between=(second / 8, second * 8))
    final = communities(agreed, second, seed=plan.seed, passes=_PASSES, start=start)
    return Consensus(final, resolution, second, plan.runs, tuple(middle), wide, share)


def _count(
    wide: Graph, neighbours: Neighbours, resolution: float, plan: Plan
) -> tuple[NDArray[np.int16], NDArray[np.int16], list[Labels]]:
    """For each group of runs and each edge: how many put both ends together, how many saw both; and the runs near the
    resolution."""
    left, right = wide.sources(), wide.indices
    groups = max(1, min(_GROUPS, plan.runs // plan.folds))
    together, seen = np.zeros((2, groups, len(right)), dtype=np.int16)
    steps = np.linspace(-1, 1, plan.runs)
    middle = []
    for number, labels in enumerate(_runs(neighbours, resolution * 2.0**steps, plan)):
        # The runs that leave out each part once are in one group.
        group = number // plan.folds % groups
        ends = labels[left], labels[right]
        both = (ends[0] >= 0) & (ends[1] >= 0)
        seen[group] += both
        together[group] += both & (ends[0] == ends[1])
        if abs(steps[number]) <= _MIDDLE:
            middle.append(labels)
    return together, seen, middle


def _halves(
    wide: Graph, together: NDArray[np.int16], seen: NDArray[np.int16], resolution: float, plan: Plan
) -> NDArray[np.float64]:
    """For each edge the share of groupings that put both ends together, each made by another half of the runs."""
    left, right = wide.sources(), wide.indices
    steps = np.linspace(-_AROUND, _AROUND, plan.groupings)
    draw = np.random.default_rng(plan.seed)
    halves = [np.sort(draw.permutation(len(seen))[: max(1, len(seen) // 2)]) for _ in steps]

    def grouping(number: int) -> Labels:
        half = halves[number]
        graph = wide.reweighted(together[half].sum(axis=0) / np.maximum(seen[half].sum(axis=0), 1))
        step = float(resolution * 2.0 ** steps[number])
        return communities(graph, step, seed=plan.seed + 1001 + number, passes=_GROUPING_PASSES)

    agreed = np.zeros(len(right))
    with ThreadPoolExecutor(_THREADS) as pool:
        for labels in pool.map(grouping, range(plan.groupings)):
            agreed += labels[left] == labels[right]
    return agreed / plan.groupings


def _runs(neighbours: Neighbours, resolutions: NDArray[np.float64], plan: Plan) -> Iterator[Labels]:
    """One Leiden run for each resolution, in order, some at a time on threads of their own; -1: left out.

    Of each `folds` runs every one leaves out another part, and which part a text is in hangs on the text alone: the
    same text misses the same runs, whatever else is grouped.
    """

    def run(number: int) -> Labels:
        block, part = divmod(number, plan.folds)
        among = _mixed(plan.keys, block) % np.uint64(plan.folds) != np.uint64(part)
        graph = graph_of(neighbours, plan.run_neighbours, among)
        return np.where(among, communities(graph, float(resolutions[number]), seed=plan.seed + 1 + number), -1)

    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(run, range(len(resolutions)))


def _mixed(keys: NDArray[np.uint64], block: int) -> NDArray[np.uint64]:
    """The keys in another order for each block: the finaliser of SplitMix64."""
    mixed = keys + np.uint64((block + 1) * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
