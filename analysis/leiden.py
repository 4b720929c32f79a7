"""Themes as communities of a neighbour graph: Leiden, a resolution found by cohesion, and a consensus of many runs.

One run moves when a few rows change (adjusted Rand .73 between seeds on review clauses); the consensus of fifty at
resolutions around the chosen one holds still (.95). Figures: docs/decisions.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.graph import Graph

__all__ = [
    "Consensus",
    "Target",
    "cohesion_of",
    "communities",
    "community_sums",
    "consensus",
    "find_resolution",
    "runs_for",
]

Labels = NDArray[np.int64]
_LOWEST, _HIGHEST = 0.25, 40.0
_MIDDLE = 0.15  # runs within 2**.15 of the chosen resolution tell how stable the result is
_THREADS = 2  # Leiden lets go of the interpreter lock; each run has its own seed, so the number changes no result


@dataclass(frozen=True, eq=False)
class Consensus:
    """Communities that many runs agree on; `labels` counts from 0, `agreement` is the mean adjusted Rand index of the
    runs near the chosen resolution with the result."""

    labels: Labels
    resolution: float
    second_resolution: float
    runs: int
    agreement: float


def communities(graph: Graph, resolution: float, *, seed: int, passes: int = 1) -> Labels:
    """The community of each node, numbered from 0; a node without edges is one of its own."""
    from graspologic_native import leiden_csr

    if not len(graph.indices):
        return np.arange(graph.nodes, dtype=np.int64)
    _, found = leiden_csr(
        graph.indptr, graph.indices, graph.weights, graph.nodes, resolution=resolution, iterations=passes, seed=seed
    )
    labels = np.fromiter((found[node] for node in range(graph.nodes)), dtype=np.int64, count=graph.nodes)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def cohesion_of(labels: Labels, embeddings: NDArray[np.float32]) -> float:
    """Mean cosine of all rows to the centroid of their own community; `embeddings` has rows of length 1."""
    sums = community_sums(labels, embeddings)
    # The cosines of a community's rows to its centroid add up to the length of their sum.
    return float(np.linalg.norm(sums, axis=1).sum() / len(labels))


def community_sums(labels: Labels, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
    """The sum of the embeddings of each community, one row per label from 0 on."""
    from scipy.sparse import csr_matrix

    members = csr_matrix(
        (np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(int(labels.max(initial=-1)) + 1, len(labels))
    )
    return np.asarray(members @ embeddings, dtype=np.float64)


@dataclass(frozen=True)
class Target:
    """When communities are fine enough: mean cosine to the own centroid reaches `cohesion`, or there are `ceiling`
    communities of at least `min_size`, whichever comes first."""

    cohesion: float
    ceiling: int
    min_size: int

    def is_passed(self, labels: Labels, embeddings: NDArray[np.float32]) -> bool:
        """True when the communities are finer than wanted."""
        themes = int((np.bincount(labels) >= self.min_size).sum())
        return themes > self.ceiling or cohesion_of(labels, embeddings) > self.cohesion


def find_resolution(
    graph: Graph,
    embeddings: NDArray[np.float32],
    target: Target,
    *,
    seed: int,
    between: tuple[float, float] = (_LOWEST, _HIGHEST),
    halvings: int = 7,
) -> float:
    """The resolution at which the communities just meet the target, found by halving the interval on a log scale.

    Both cohesion and the number of themes rise steadily with the resolution. Outside the interval: its nearer end.
    """
    low, high = math.log(between[0]), math.log(between[1])
    for _ in range(halvings):
        middle = (low + high) / 2
        if target.is_passed(communities(graph, math.exp(middle), seed=seed), embeddings):
            high = middle
        else:
            low = middle
    return math.exp((low + high) / 2)


def consensus(
    graph: Graph, wide: Graph, embeddings: NDArray[np.float32], target: Target, *, runs: int, seed: int
) -> Consensus:
    """Communities of `graph` that `runs` Leiden runs agree on.

    The runs' resolutions spread from half to twice the one that meets the target. Each edge of `wide` (the same nodes,
    more neighbours) is weighted with the share of runs that put both its ends together; Leiden on that graph, its
    resolution found the same way, gives the result.
    """
    from sklearn.metrics import adjusted_rand_score

    resolution = find_resolution(graph, embeddings, target, seed=seed)
    steps = np.linspace(-1, 1, runs)
    left, right = wide.sources(), wide.indices
    together = np.zeros(len(right), dtype=np.int32)
    middle = []
    for step, labels in zip(steps, _runs(graph, resolution * 2.0**steps, seed + 1), strict=True):
        together += labels[left] == labels[right]
        if abs(step) <= _MIDDLE:
            middle.append(labels)
    agreed = wide.reweighted(together / runs)
    # The agreed graph has sharper communities: its resolution was never found far from the first one.
    near = (resolution / 4, resolution * 4)
    second = find_resolution(agreed, embeddings, target, seed=seed, between=near, halvings=6)
    final = communities(agreed, second, seed=seed, passes=10)
    agreement = float(np.mean([adjusted_rand_score(final, labels) for labels in middle]))
    return Consensus(final, resolution, second, runs, agreement)


def runs_for(count: int) -> int:
    """How many runs the consensus of `count` texts takes: 50 up to 10,000, then as many as cost the same."""
    return max(16, min(50, round(500_000 / max(count, 1))))


def _runs(graph: Graph, resolutions: NDArray[np.float64], seed: int) -> Iterator[Labels]:
    """One Leiden run for each resolution, in order, some at a time on threads of their own."""

    def run(number: int) -> Labels:
        return communities(graph, float(resolutions[number]), seed=seed + number)

    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(run, range(len(resolutions)))
