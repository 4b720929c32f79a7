"""Leiden runs, the resolution by cohesion, and the consensus."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.themes.graph import Graph, graph_of, nearest
from analysis.themes.leiden import Consensus, Plan, Target, cohesion_of, communities, consensus, find_resolution


def groups(count: int, size: int, spread: float, width: int = 64, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of length 1 in `count` groups, and the group of each."""
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(count), size)
    centres = random.normal(size=(count, width)) / np.sqrt(width)
    vectors = centres[truth] + spread * random.normal(size=(len(truth), width)) / np.sqrt(width)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), truth


def test_one_seed_gives_one_result() -> None:
    """Two runs with the same seed agree in every label."""
    graph = graph_of(nearest(groups(8, 40, 0.8)[0], 15), 15)
    assert communities(graph, 2.0, seed=3).tolist() == communities(graph, 2.0, seed=3).tolist()


def test_nodes_without_edges_stay_alone() -> None:
    """A graph without edges has as many communities as nodes."""
    empty = Graph(np.zeros(5, np.int64), np.empty(0, np.int32), np.empty(0, np.float64))
    assert communities(empty, 1.0, seed=1).tolist() == [0, 1, 2, 3]


def test_nodes_without_edges_change_nothing_for_the_others() -> None:
    """Communities are those of the graph without its lonely nodes, each of which is one of its own."""
    vectors, _ = groups(8, 40, 0.8)
    among = np.arange(len(vectors)) % 3 > 0
    graph = graph_of(nearest(vectors, 40), 10, among)
    found = communities(graph, 1.0, seed=1)
    alone = np.flatnonzero(~among)
    assert len(np.unique(found[alone])) == len(alone)
    assert not np.isin(found[among], found[alone]).any()
    place = np.cumsum(among) - 1
    small = Graph(
        graph.indptr[np.append(np.flatnonzero(among), -1)], place[graph.indices].astype(np.int32), graph.weights
    )
    assert adjusted_rand_score(communities(small, 1.0, seed=1), found[among]) == 1.0


def test_cohesion_is_that_between_rows_and_not_of_a_row_with_itself() -> None:
    """Cohesion equals its definition, pair by pair; a row alone has none."""
    vectors, truth = groups(5, 30, 0.9)
    lengths = []
    for label in range(5):
        cosines = vectors[truth == label] @ vectors[truth == label].T
        lengths.append(np.sqrt(cosines[~np.eye(30, dtype=bool)].mean()))
    assert cohesion_of(truth, vectors) == pytest.approx(np.mean(lengths), abs=1e-6)
    alone = np.append(np.zeros(29, dtype=np.int64), 1)
    assert cohesion_of(alone, vectors[:30]) == pytest.approx(29 / 30 * cohesion_of(alone[:29], vectors[:29]), abs=1e-6)


@pytest.mark.parametrize("size", [5, 20, 80])
def test_cohesion_does_not_hang_on_how_much_feedback_there_is(size: int) -> None:
    """Groups drawn in the same way are as cohesive with five members as with eighty, where the cosine to their
    centroid, which holds them, is .79 and .72."""
    vectors, truth = groups(60, size, 1.0)
    assert cohesion_of(truth, vectors) == pytest.approx(np.sqrt(0.5), abs=0.02)


def test_resolution_meets_the_cohesion() -> None:
    """At the resolution found, cohesion is that asked for, where the ceiling does not come first."""
    vectors, _ = groups(20, 40, 1.0)
    graph = graph_of(nearest(vectors, 15), 15)
    resolution = find_resolution(graph, vectors, Target(0.70, 1000, 2), seed=1)
    assert cohesion_of(communities(graph, resolution, seed=1), vectors) == pytest.approx(0.70, abs=0.03)


def test_resolution_minds_the_ceiling() -> None:
    """Where cohesion is out of reach the ceiling on the number of communities decides."""
    vectors, _ = groups(40, 30, 2.0)
    graph = graph_of(nearest(vectors, 15), 15)
    resolution = find_resolution(graph, vectors, Target(0.999, 12, 2), seed=1)
    assert 9 <= communities(graph, resolution, seed=1).max() + 1 <= 14


def planned(count: int, seed: int = 7, folds: int = 5, groupings: int = 0) -> Plan:
    """A small consensus of `count` texts."""
    keys = np.random.default_rng(2).integers(0, 2**63, count).astype(np.uint64)
    return Plan(keys, neighbours=15, run_neighbours=10, wide=30, runs=20, seed=seed, folds=folds, groupings=groupings)


def test_consensus_finds_planted_groups_and_repeats_itself() -> None:
    """The consensus finds the groups that were planted, and gives the same labels again."""
    vectors, truth = groups(12, 40, 0.9)
    found, again = (consensus(nearest(vectors, 50), vectors, Target(0.74, 100, 4), planned(480)) for _ in range(2))
    assert adjusted_rand_score(truth, found.labels) > 0.95
    assert found.labels.tolist() == again.labels.tolist()
    assert found.resolution == again.resolution and 0.5 < found.agreement(found.labels) <= 1


def test_each_run_sees_four_fifths_of_the_texts() -> None:
    """In every run near the chosen resolution about a fifth of the texts has no community."""
    vectors, _ = groups(12, 40, 0.9)
    found = consensus(nearest(vectors, 50), vectors, Target(0.74, 100, 4), planned(480))
    shares = [float((run < 0).mean()) for run in found.middle]
    assert len(shares) > 2 and all(0.1 < share < 0.3 for share in shares)


def test_groupings_by_halves_of_the_runs_find_planted_groups() -> None:
    """Runs on half of the texts and a consensus of groupings by half of these find what was planted, twice alike."""
    vectors, truth = groups(12, 40, 0.9)
    plan = planned(480, folds=2, groupings=6)
    found, again = (consensus(nearest(vectors, 50), vectors, Target(0.74, 100, 4), plan) for _ in range(2))
    assert adjusted_rand_score(truth, found.labels) > 0.95
    assert found.labels.tolist() == again.labels.tolist()
    assert all(0.4 < float((run < 0).mean()) < 0.6 for run in found.middle)


def test_few_runs_are_one_group() -> None:
    """As many runs as there are parts are one group, of which half is all of it."""
    vectors, truth = groups(12, 40, 0.9)
    plan = replace(planned(480, groupings=3), runs=5)
    found = consensus(nearest(vectors, 50), vectors, Target(0.74, 100, 4), plan)
    assert adjusted_rand_score(truth, found.labels) > 0.9


def test_few_texts_that_are_far_apart_do_not_crumble() -> None:
    """Where groups get too small to be themes before they get cohesive, coarser ones are taken: most texts are in one
    that is large enough."""
    vectors, _ = groups(4, 30, 1.0)
    graph = graph_of(nearest(vectors, 15), 15)
    resolution = find_resolution(graph, vectors, Target(0.9, 10, 4), seed=1)
    sizes = np.bincount(communities(graph, resolution, seed=1))
    assert 2 * sizes[sizes >= 4].sum() >= len(vectors)


def test_stability_is_the_jaccard_index_of_the_best_match() -> None:
    """A group that every run finds has stability 1; one of which half is always elsewhere has a half."""
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, -1])
    runs = (np.array([5, 5, 5, 5, 2, 2, 3, 3, 4]), np.array([-1, 1, 1, 1, 2, 2, 3, 3, 4]))
    unlinked = Graph(np.zeros(10, np.int64), np.empty(0, np.int32), np.empty(0, np.float64))
    found = Consensus(labels, 1.0, 1.0, 2, runs, unlinked, np.empty(0))
    assert found.stability(labels).tolist() == [1.0, 0.5]


def test_together_is_the_mean_share_of_runs_of_neighbours_out_of_two_groups() -> None:
    """Edges between two groups count with the share of runs that had their ends together; unassigned ends do not."""
    ends = [(0, 1, 1.0), (1, 2, 0.25), (0, 2, 0.75), (2, 3, 1.0), (3, 4, 0.9)]
    both = sorted([*ends, *((b, a, share) for a, b, share in ends)])
    indptr = np.searchsorted([a for a, _, _ in both], np.arange(6))
    wide = Graph(indptr, np.array([b for _, b, _ in both], np.int32), np.ones(len(both)))
    share = np.array([share for _, _, share in both])
    labels = np.array([0, 0, 1, 1, -1])
    found = Consensus(labels, 1.0, 1.0, 2, (), wide, share).together(labels)
    assert found.tolist() == [[1.0, 0.5], [0.5, 1.0]]


def test_a_start_that_is_best_already_stays() -> None:
    """Leiden from the planted groups, one of them unknown, ends with the planted groups; isolated nodes stay alone."""
    vectors, truth = groups(6, 30, 0.6)
    graph = graph_of(nearest(vectors, 15), 15)
    lonely = Graph(np.append(graph.indptr, graph.indptr[-1]), graph.indices, graph.weights)
    start = np.append(np.where(truth == 3, -1, truth), -1)
    found = communities(lonely, 1.0, seed=1, passes=3, start=start)
    assert adjusted_rand_score(truth, found[:-1]) == 1.0
    assert (found == found[-1]).sum() == 1
