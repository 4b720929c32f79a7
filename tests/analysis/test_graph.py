"""The neighbour graph: exact, symmetric and re-ranked by shared words."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.themes.graph import Neighbours, graph_of, nearest, nearest_among, rerank, word_vectors


def unit(rows: int, width: int = 32, seed: int = 0) -> np.ndarray:
    """Random rows of length 1."""
    vectors = np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_neighbours_are_the_exact_nearest_without_the_text_itself() -> None:
    """The neighbours are those of a full comparison, nearest first, and never the text itself."""
    vectors = unit(200)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    found = nearest(vectors, 10)
    assert found.indices.tolist() == np.argsort(-cosines, axis=1, kind="stable")[:, :10].tolist()
    assert np.allclose(found.similarity, -np.sort(-cosines, axis=1)[:, :10], atol=1e-5)


def test_thread_count_changes_no_neighbour() -> None:
    """One thread and two find the same neighbours with the same cosines, byte for byte."""
    import faiss

    vectors = unit(3000, 64)
    threads = faiss.omp_get_max_threads()
    results = []
    try:
        for number in (1, 2):
            faiss.omp_set_num_threads(number)
            results.append(nearest(vectors, 20))
    finally:
        faiss.omp_set_num_threads(threads)
    assert results[0].indices.tobytes() == results[1].indices.tobytes()
    assert results[0].similarity.tobytes() == results[1].similarity.tobytes()


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_few_texts_have_fewer_neighbours(rows: int) -> None:
    """Of n texts each has at most n - 1 neighbours, and the graph still has n nodes."""
    found = nearest(unit(rows), 50)
    assert found.indices.shape == (rows, rows - 1)
    assert graph_of(found, 15).nodes == rows


def test_exact_doubles_and_empty_vectors_are_no_error() -> None:
    """Many equal vectors, and vectors of zeros, never become their own neighbours."""
    vectors = np.vstack([np.repeat(unit(1), 80, axis=0), np.zeros((3, 32), np.float32)])
    found = nearest(vectors, 10)
    assert not (found.indices == np.arange(83)[:, None]).any()


def test_shared_words_decide_between_equally_near_texts() -> None:
    """Of two neighbours of equal cosine the one that shares words comes first after re-ranking."""
    texts = ["why was i charged twice", "how do i pay", "why was i charged a fee"] * 3
    neighbours = Neighbours(np.array([[1, 2]] * 9), np.full((9, 2), 0.8, dtype=np.float32))
    ranked = rerank(neighbours, word_vectors(texts), 0.25)
    assert ranked.indices[0].tolist() == [2, 1]
    assert ranked.similarity[0, 1] == pytest.approx(0.64, abs=0.05)


def test_without_words_the_order_stays() -> None:
    """Texts without a letter in common keep their neighbours and order."""
    neighbours = nearest(unit(6), 3)
    ranked = rerank(neighbours, word_vectors(["", "!!", "a", "b", "c", "d"]), 0.25)
    assert ranked.indices.tolist() == neighbours.indices.tolist()


def test_graph_is_symmetric_and_has_no_loops() -> None:
    """An edge of either side is an edge of both, with one weight; k limits what each text adds."""
    graph = graph_of(nearest(unit(100), 20), 5)
    edges = dict(zip(zip(graph.sources().tolist(), graph.indices.tolist(), strict=True), graph.weights, strict=True))
    assert all(edges[right, left] == weight and left != right for (left, right), weight in edges.items())
    assert len(edges) <= 2 * 5 * 100


def test_reweighting_drops_edges_of_weight_zero() -> None:
    """Edges that get the weight 0 are gone, the others keep their place."""
    graph = graph_of(nearest(unit(50), 20), 5)
    keep = (graph.sources() < 25) & (graph.indices < 25)
    half = graph.reweighted(np.where(keep, 0.5, 0.0))
    assert half.nodes == 50
    assert half.indices.tolist() == graph.indices[keep].tolist()
    assert half.sources().tolist() == graph.sources()[keep].tolist()


def test_left_out_texts_have_no_edges_and_the_others_their_k_best() -> None:
    """With `among` a text that is left out has no edge, and the others the k best of those that are left."""
    vectors = unit(300)
    among = np.random.default_rng(1).random(300) < 0.8
    graph = graph_of(nearest(vectors, 50), 10, among)
    kept = np.flatnonzero(among)
    alone = graph_of(nearest(vectors[kept], 10), 10)
    assert graph.nodes == 300 and among[graph.sources()].all() and among[graph.indices].all()
    assert kept[alone.indices].tolist() == graph.indices.tolist()
    assert np.allclose(alone.weights, graph.weights)


def test_neighbours_among_others_are_exact() -> None:
    """The nearest candidates of a row are those of a full comparison; without candidates there are none."""
    rows, others = unit(20), unit(90, seed=3)
    found = nearest_among(rows, others, 7)
    assert found.indices.tolist() == np.argsort(-(rows @ others.T), axis=1, kind="stable")[:, :7].tolist()
    assert nearest_among(rows, others[:0], 7).indices.shape == (20, 0)
