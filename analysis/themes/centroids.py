"""The mean direction of each theme's clauses, and which of them is nearest to a clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.themes.graph import nearest_among
from analysis.themes.leiden import community_sums

__all__ = ["Embed", "Ints", "Vectors", "centroids_of", "closeness", "nearest_themes", "unit_rows", "vote"]

Vectors = NDArray[np.float32]
Ints = NDArray[np.int64]
Embed = Callable[[Sequence[str]], Vectors]  # vectors of texts
_ROWS_AT_ONCE = 20_000


def centroids_of(labels: Ints, embeddings: Vectors) -> Vectors:
    """The mean direction of each label's rows, one row of length 1 for each label from 0 on; -1 counts nowhere."""
    members = labels >= 0
    return unit_rows(community_sums(labels[members], embeddings[members]).astype(np.float32))


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """The rows as float32 of length 1; a row of zeros stays one."""
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def closeness(centroids: Vectors, embed: Embed, phrases: Sequence[str], themes: Sequence[int]) -> Vectors:
    """The cosine of each phrase to the centroid of the theme beside it; each phrase is embedded once."""
    distinct = sorted(set(phrases))
    place = {phrase: number for number, phrase in enumerate(distinct)}
    vectors = unit_rows(embed(distinct))[[place[phrase] for phrase in phrases]]
    return np.asarray(np.einsum("ij,ij->i", vectors, centroids[np.array(themes, dtype=np.int64)]), dtype=np.float32)


def nearest_themes(centroids: Vectors, embeddings: Vectors, floor: float) -> tuple[Ints, NDArray[np.float64]]:
    """The position of each row's nearest centroid and the cosine to it; -1 and NaN where that is under `floor`."""
    found = np.full(len(embeddings), -1, dtype=np.int64)
    cosine = np.full(len(embeddings), np.nan)
    if not len(centroids):
        return found, cosine
    for start in range(0, len(embeddings), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        # Rounded, so that the last bits, which hang on the number of threads, decide nothing.
        cosines = np.round(unit_rows(embeddings[part]) @ centroids.T, 5)
        best = cosines.argmax(axis=1)
        value = cosines[np.arange(len(best)), best]
        near = value >= floor
        found[part] = np.where(near, best, -1)
        cosine[part] = np.where(near, value, np.nan)
    return found, cosine


def vote(embeddings: Vectors, known: Vectors, labels: Ints, voters: int) -> Ints:
    """The label that the `voters` nearest known rows vote for, each with its squared cosine; -1 is a candidate too.

    A tie goes to the lower label. `labels` are those of `known`; without any, all are -1.
    """
    cells = centroids_of(labels, known) if (labels >= 0).any() else None
    neighbours = nearest_among(embeddings, known, voters, cells=cells)
    if not neighbours.indices.shape[1]:
        return np.full(len(embeddings), -1, dtype=np.int64)
    chosen = labels[neighbours.indices]
    weights = np.round(np.maximum(neighbours.similarity, 0).astype(np.float64) ** 2, 5)
    support = ((chosen[:, :, None] == chosen[:, None, :]) * weights[:, None, :]).sum(axis=2).round(5)
    tied = support == support.max(axis=1, keepdims=True)
    return np.asarray(np.where(tied, chosen, np.iinfo(np.int64).max).min(axis=1))
