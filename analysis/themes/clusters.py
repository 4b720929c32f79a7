"""From texts and their vectors to groups: neighbours, consensus of Leiden runs, and what is too loose set aside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from analysis.themes.centroids import Ints, Vectors, centroids_of, nearest_themes
from analysis.themes.graph import Graph, Neighbours, graph_of, nearest, rerank, word_vectors
from analysis.themes.leiden import (
    Consensus,
    Plan,
    Target,
    cohesion_of,
    communities,
    community_sums,
    consensus,
    find_resolution,
)
from analysis.themes.near_doubles import merge_near_doubles

__all__ = ["LeidenClusters", "ThemeSettings"]

_FEWEST_RUNS = 100  # a few thousand texts move no less with more
_TEXTS_PER_RUN = 50  # from where on more runs hold more texts still,
_RUN_TEXTS = 2_400_000  # and texts that all runs together see: then a run more costs more than it holds
_MANY = 12_000  # distinct texts from which each run sees half of them (of fewer it leaves out a fifth),
_GROUPINGS = 40  # and the result is a consensus of groupings by halves of the runs
_LIKE = 3  # most similar texts that tell whether a text is like anything at all
_SHORT = 0.02  # of cohesion: what a fit whose texts have enough themes may miss
_RAMP = 0.06  # below the wanted cohesion, from which feedback gets more themes the nearer it comes


@dataclass(frozen=True)
class ThemeSettings:
    """The one setting for all kinds of feedback; what each value was measured on stands in docs/decisions.md."""

    neighbours: int = 50  # dense neighbours that are re-ranked
    word_weight: float = 0.25  # of shared words against meaning
    graph_neighbours: int = 15
    consensus_neighbours: int = 30
    run_neighbours: int = 10  # in the graph of each run, which sees a part of the texts
    runs: int = 300  # at most
    cohesion: float = 0.78  # mean cosine to the own centroid that sets the resolution
    ceiling: int = 100  # themes at most; reviews never reach the cohesion
    texts_per_theme: int = 15  # and no more themes than one for so many distinct texts
    loose_themes: float = 0.75  # times the root of the number of distinct texts, where they never get cohesive
    min_size: int = 4  # distinct texts of a theme, or `min_share` of all, whichever is more
    min_share: float = 0.0008
    min_likeness: float = 0.43  # to the three most similar texts, for a text to have a theme;
    max_unlike: float = 0.10  # but at most so many are left out for it: in little feedback all texts are far apart
    min_cohesion: float = 0.40  # looser themes are dissolved
    min_similarity: float = 0.35  # to the own centroid, for what joins by the vote of its neighbours
    join_similarity: float = 0.45  # to the nearest centroid, for clauses that were not grouped
    double_meaning: float = 0.87  # cosine of two themes' centroids, and
    double_runs: float = 0.55  # share of runs in which they are together, from which they are one
    min_texts: int = 50  # fewer distinct texts are not grouped
    voters: int = 10  # nearest grouped texts that decide for a text beyond the limit
    fit_limit: int = 18_000  # distinct texts up to which all are grouped; of more
    fit_sample: int = 10_000  # so many are, and the rest joins: embedding should stay the longer part
    sub_theme_from: int = 120  # distinct texts of a theme that is looked into
    sub_theme_size: int = 25  # distinct texts of a sub-theme
    sub_theme_resolution: float = 0.5
    seed: int = 7

    def __str__(self) -> str:
        """All values in one line."""
        return " ".join(f"{name}={value}" for name, value in asdict(self).items())


class LeidenClusters:
    """The communities of texts in BERTopic's shape: `fit` sets `labels_` (-1: unassigned), `consensus`, and
    `short_of_texts`, which is True where the amount of texts held the number of themes down, not their cohesion."""

    labels_: Ints
    consensus: Consensus
    short_of_texts: bool

    def __init__(self, texts: Sequence[str], settings: ThemeSettings, start: Ints | None = None) -> None:
        self._texts, self._settings, self._start = texts, settings, start

    def fit(self, embeddings: Vectors) -> LeidenClusters:
        """Group the texts, whose vectors are given in the same order."""
        settings, count = self._settings, len(self._texts)
        near = nearest(embeddings, settings.neighbours)
        neighbours = rerank(near, word_vectors(self._texts), settings.word_weight)
        min_size = max(settings.min_size, round(settings.min_share * count))
        ceiling = self.ceiling_of(graph_of(neighbours, settings.graph_neighbours), embeddings, min_size)
        # Runs on fewer texts hold stiller, as long as a theme has enough texts left in each.
        folds = 5 if count < _MANY else 2
        seen = 1 - 1 / folds
        plan = Plan(
            keys=_keys(self._texts),
            neighbours=settings.graph_neighbours,
            run_neighbours=settings.run_neighbours,
            wide=settings.consensus_neighbours,
            runs=min(settings.runs, max(_FEWEST_RUNS, min(count // _TEXTS_PER_RUN, int(_RUN_TEXTS / seen / count)))),
            seed=settings.seed,
            folds=folds,
            groupings=0 if count < _MANY else _GROUPINGS,
        )
        target = Target(settings.cohesion, ceiling, min_size)
        self.consensus = consensus(neighbours, embeddings, target, plan, start=self._start)
        settled = _settle(self.consensus.labels, embeddings, neighbours, settings, min_size, ceiling)
        self.labels_ = merge_near_doubles(
            settled,
            embeddings,
            self.consensus.together,
            self._texts,
            meaning=settings.double_meaning,
            runs=settings.double_runs,
        )
        placed = self.labels_ >= 0
        cohesion = cohesion_of(self.labels_[placed], embeddings[placed]) if placed.any() else 0.0
        self.short_of_texts = cohesion < settings.cohesion - _SHORT
        self._centroids = centroids_of(self.labels_, embeddings)
        return self

    def ceiling_of(self, graph: Graph, embeddings: Vectors, min_size: int) -> int:
        """The most themes there may be: fewer for loose feedback, in which no number of them is cohesive.

        Short questions fall into as many cohesive themes as there are intents. Reviews do not, however finely they are
        cut; there a reader is better served by themes that grow with the amount of feedback. What lies between gets a
        number between: a few texts more or less must not halve it.
        """
        settings, count = self._settings, len(self._texts)
        ceiling = max(2, min(settings.ceiling, count // settings.texts_per_theme))
        if_loose = max(2, round(settings.loose_themes * math.sqrt(count)))
        if if_loose >= ceiling:
            return ceiling
        finest = find_resolution(graph, embeddings, Target(1.0, ceiling, min_size), seed=settings.seed)
        missing = settings.cohesion - cohesion_of(communities(graph, finest, seed=settings.seed), embeddings)
        return round(ceiling - (ceiling - if_loose) * min(max(missing / _RAMP, 0), 1))

    def predict(self, embeddings: Vectors) -> Ints:
        """The label of rows that were not fitted, by the nearest centroid."""
        return nearest_themes(self._centroids, embeddings, self._settings.join_similarity)[0]


def _keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """64 bits of each text's hash."""
    digests = b"".join(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8] for text in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _settle(
    labels: Ints, embeddings: Vectors, neighbours: Neighbours, settings: ThemeSettings, min_size: int, ceiling: int
) -> Ints:
    """Labels without communities that are too small, too loose or too many; what fits no theme is -1.

    A text that is like no other fits none: so much hangs on the text and its neighbours alone, and moves with no
    border between themes. The texts of a community that is dissolved join the nearest theme that is left, where they
    are near enough.
    """
    likeness = neighbours.similarity[:, :_LIKE].astype(np.float64).mean(axis=1).round(5)
    fits = likeness >= min(settings.min_likeness, np.quantile(likeness, settings.max_unlike))
    sizes = np.bincount(labels[fits], minlength=int(labels.max(initial=-1)) + 1)
    within = np.where(fits, labels, len(sizes))
    cohesion = np.linalg.norm(community_sums(within, embeddings)[: len(sizes)], axis=1) / np.maximum(sizes, 1)
    sound = (sizes >= min_size) & (cohesion >= settings.min_cohesion)
    largest = np.argsort(-sizes, kind="stable")
    kept = [label for label in largest if sound[label]][:ceiling]
    position = np.full(len(sizes) + 1, -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    settled = position[within]
    loose = np.flatnonzero(fits & (settled < 0))
    settled[loose] = nearest_themes(centroids_of(settled, embeddings), embeddings[loose], settings.join_similarity)[0]
    return settled
