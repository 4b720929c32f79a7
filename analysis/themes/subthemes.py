"""Sub-themes: what the members of one large theme speak about, found inside it alone.

Leiden runs inside each theme, so that every sub-theme has one parent and the themes that the consensus chose stay.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.themes.centroids import Ints, Vectors, centroids_of, nearest_themes
from analysis.themes.clusters import ThemeSettings
from analysis.themes.graph import graph_of, nearest, rerank, word_vectors
from analysis.themes.leiden import communities

__all__ = ["find_sub_themes"]

_PASSES = 10


def find_sub_themes(
    theme_of: Ints, embeddings: Vectors, texts: Sequence[str], settings: ThemeSettings | None = None
) -> Ints:
    """The number of each row's sub-theme, from 0 over all themes and grouped by parent; -1 where its theme has none.

    `theme_of` is the theme of each row (-1: none), `embeddings` the (n, d) vectors of `texts`. A theme has sub-themes
    when it has at least `sub_theme_from` different texts and two groups or more of at least `sub_theme_size` are found
    in it; then every row of it is in one. Equal texts of a theme are one; the order of rows changes nothing. Raises
    ValueError when the lengths differ.
    """
    settings = settings or ThemeSettings()
    if not len(theme_of) == len(embeddings) == len(texts):
        raise ValueError(f"{len(theme_of)} themes, {len(embeddings)} embeddings, {len(texts)} texts")
    found = np.full(len(theme_of), -1, dtype=np.int64)
    opened = 0
    for theme in range(int(theme_of.max(initial=-1)) + 1):
        rows = np.flatnonzero(theme_of == theme).tolist()
        first: dict[str, int] = {}
        for row in rows:
            first.setdefault(texts[row], row)
        distinct = sorted(first)
        if len(distinct) < settings.sub_theme_from:
            continue
        children = _children(distinct, embeddings[[first[text] for text in distinct]], settings)
        count = int(children.max(initial=-1)) + 1
        if count < 2:
            continue
        child_of = dict(zip(distinct, children, strict=True))
        found[rows] = [opened + child_of[texts[row]] for row in rows]
        opened += count
    return found


def _children(texts: list[str], vectors: Vectors, settings: ThemeSettings) -> Ints:
    """The sub-theme of each text, the largest first; those of groups that are too small join the nearest."""
    neighbours = rerank(nearest(vectors, settings.neighbours), word_vectors(texts), settings.word_weight)
    graph = graph_of(neighbours, settings.graph_neighbours)
    labels = communities(graph, settings.sub_theme_resolution, seed=settings.seed, passes=_PASSES)
    sizes = np.bincount(labels)
    kept = [label for label in np.argsort(-sizes, kind="stable") if sizes[label] >= settings.sub_theme_size]
    position = np.full(len(sizes), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    placed = position[labels]
    rest = np.flatnonzero(placed < 0)
    placed[rest] = nearest_themes(centroids_of(placed, vectors), vectors[rest], -1.0)[0]
    return placed
