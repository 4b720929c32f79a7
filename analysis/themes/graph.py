"""Neighbour graphs of clauses: who says nearly the same, by meaning and by wording.

Dense neighbours alone put "why was I charged" beside "how do I pay"; re-ranking them by the words they share (stop
words kept: they carry the intent) was the one change of the graph that helped (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Graph", "Neighbours", "graph_of", "nearest", "nearest_among", "rerank", "word_vectors"]

MIN_TEXTS = 3  # a word or word pair counts from this many texts on
_CELLS = 10  # cells that are searched for the neighbours of a row
_PAIR_CHUNK = 200_000  # pairs whose word vectors are multiplied at once: bounds memory, not the result


@dataclass(frozen=True, eq=False)
class Neighbours:
    """For each of n texts its k nearest others, nearest first; both arrays have the shape (n, k)."""

    indices: NDArray[np.int64]
    similarity: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Graph:
    """An undirected graph of n nodes as symmetric CSR arrays; weights are above 0, no node links to itself."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    weights: NDArray[np.float64]

    @property
    def nodes(self) -> int:
        """How many nodes the graph has, those without edges included."""
        return len(self.indptr) - 1

    def sources(self) -> NDArray[np.int64]:
        """The node at which each stored edge begins, in step with `indices`."""
        return np.repeat(np.arange(self.nodes, dtype=np.int64), np.diff(self.indptr))

    def reweighted(self, weights: NDArray[np.float64]) -> Graph:
        """The same edges with other weights, in step with `indices`; edges of weight 0 are dropped."""
        keep = weights > 0
        kept_before = np.concatenate([[0], np.cumsum(keep)])
        return Graph(kept_before[self.indptr].astype(np.int64), self.indices[keep], weights[keep])


def nearest(embeddings: NDArray[np.float32], k: int) -> Neighbours:
    """The k nearest others of each text by cosine, exactly; `embeddings` is (n, d) with rows of length 1 or 0.

    Fewer than k where n is smaller. Ties go to the lower index.
    """
    return nearest_among(embeddings, embeddings, k, own=np.arange(len(embeddings)))


def nearest_among(
    embeddings: NDArray[np.float32],
    candidates: NDArray[np.float32],
    k: int,
    *,
    own: NDArray[np.int64] | None = None,
    cells: NDArray[np.float32] | None = None,
) -> Neighbours:
    """The k nearest candidates of each row by cosine, best first; `indices` are positions in `candidates`.

    Fewer than k where there are fewer candidates. `own` is, for each row, the candidate that it does not get: itself.
    With `cells` (centroids of groups of candidates) a row looks only into the ten cells that are nearest to it, or into
    all where ten hold fewer than k: for a hundred cells ten times as fast, and 7 % of the ten nearest are missed.
    """
    import faiss

    k = max(0, min(k, len(candidates) - (own is not None)))
    base = np.ascontiguousarray(candidates, dtype=np.float32)
    vectors = np.ascontiguousarray(embeddings, dtype=np.float32)
    if not k:
        return Neighbours(np.empty((len(vectors), 0), np.int64), np.empty((len(vectors), 0), np.float32))
    wanted = k + (own is not None)
    whole = faiss.IndexFlatIP(base.shape[1])
    if cells is None or len(cells) <= _CELLS:
        whole.add(base)
        _, indices = whole.search(vectors, wanted)
    else:
        indices = _within_cells(vectors, base, wanted, cells, whole)
    if own is not None:
        dropped = indices == own[:, None]
        # A text with many exact doubles, or without a vector, may not find itself: then the last one goes.
        dropped[~dropped.any(axis=1), -1] = True
        indices = indices[~dropped].reshape(len(vectors), k)
    return _best_first(vectors, base, indices.astype(np.int64))


def _within_cells(
    vectors: NDArray[np.float32], base: NDArray[np.float32], k: int, cells: NDArray[np.float32], whole: Any
) -> NDArray[np.int64]:
    """The positions of the k nearest in the nearest cells of each row, or in `whole` where these hold fewer."""
    import faiss

    coarse = faiss.IndexFlatIP(base.shape[1])
    coarse.add(np.ascontiguousarray(cells, dtype=np.float32))
    # Its cells are given, so nothing has to be learned from the data.
    index = faiss.IndexIVFFlat(coarse, base.shape[1], len(cells), faiss.METRIC_INNER_PRODUCT)
    index.add(base)
    index.nprobe = _CELLS
    _, found = index.search(vectors, k)
    short = np.flatnonzero((found < 0).any(axis=1))
    if len(short):
        whole.add(base)
        found[short] = whole.search(vectors[short], k)[1]
    return np.asarray(found, dtype=np.int64)


def _best_first(vectors: NDArray[np.float32], base: NDArray[np.float32], indices: NDArray[np.int64]) -> Neighbours:
    """The rows of `base` that `indices` names, nearest first. faiss has the cosines too, but their last bits hang on
    the number of threads."""
    count, k = indices.shape
    cosines = np.empty((count, k), dtype=np.float32)
    step = max(1, _PAIR_CHUNK // 20 // max(1, k))
    for start in range(0, count, step):
        part = slice(start, start + step)
        cosines[part] = np.einsum("id,ikd->ik", vectors[part], base[indices[part]])
    order = np.lexsort((indices, -cosines), axis=1)
    return Neighbours(np.take_along_axis(indices, order, 1), np.take_along_axis(cosines, order, 1))


def word_vectors(texts: Sequence[str]) -> Any:
    """TF-IDF of words and word pairs, a sparse (n, words) float32 matrix with rows of length 1 (or 0: no known word).

    Every token of one letter and more, stop words included, that stands in at least 3 texts.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        token_pattern=r"(?u)\b\w+\b", ngram_range=(1, 2), min_df=MIN_TEXTS, sublinear_tf=True, dtype=np.float32
    )
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:
        # scikit-learn's way to say that no word stands in enough texts.
        return csr_matrix((len(texts), 1), dtype=np.float32)


def rerank(neighbours: Neighbours, words: Any, word_weight: float) -> Neighbours:
    """The same neighbours by (cosine + w x TF-IDF cosine) / (1 + w), best first; `words` as of `word_vectors`."""
    count, k = neighbours.indices.shape
    left = np.repeat(np.arange(count), k)
    right = neighbours.indices.ravel()
    overlap = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _PAIR_CHUNK):
        part = slice(start, start + _PAIR_CHUNK)
        products = words[left[part]].multiply(words[right[part]])
        overlap[part] = np.asarray(products.sum(axis=1)).ravel()
    joint = (neighbours.similarity + word_weight * overlap.reshape(count, k)) / (1 + word_weight)
    order = np.argsort(-joint, axis=1, kind="stable")
    return Neighbours(
        np.take_along_axis(neighbours.indices, order, 1), np.take_along_axis(joint, order, 1).astype(np.float32)
    )


def graph_of(neighbours: Neighbours, k: int, among: NDArray[np.bool_] | None = None) -> Graph:
    """The graph that links each text with its k best neighbours (either way round), weighted by similarity.

    With `among` only the texts for which it is true are linked: those that are left out keep their place in the
    numbering and have no edges. Each of the others gets its k best that are left, as far as `neighbours` reach.
    """
    from scipy.sparse import csr_matrix

    count = len(neighbours.indices)
    # Past four times k next to nothing is found, even with half left out.
    reach = k if among is None else 4 * k
    indices, similarity = neighbours.indices[:, :reach], neighbours.similarity[:, :reach]
    linked = np.ones(indices.shape, dtype=bool)
    if among is not None:
        linked = among[indices] & among[:, None]
        linked &= linked.cumsum(axis=1, dtype=np.int16) <= k
    indptr = np.concatenate([[0], np.cumsum(linked.sum(axis=1))])
    weights = np.maximum(similarity[linked].astype(np.float64), 0)
    directed = csr_matrix((weights, indices[linked], indptr), shape=(count, count))
    union = directed.maximum(directed.T).tocsr()
    union.eliminate_zeros()
    union.sort_indices()
    return Graph(union.indptr.astype(np.int64), union.indices.astype(np.int32), union.data.astype(np.float64))
