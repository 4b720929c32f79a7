"""Guided themes: a user names a theme and gives examples of what customers write about it; clauses go there first.

Three examples say little about where a theme ends, so the corpus has its say: a clause counts as like the examples by
as much as it is nearer to them than to its own neighbourhood, and that likeness is evened out along the graph of
neighbours, so that a clause goes where the clauses around it go. What was tried and measured: docs/decisions.md,
`python -m benchmarks.theme_guided`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.themes.centroids import Ints, Vectors, unit_rows
from analysis.themes.graph import graph_of, nearest
from groundswell.registry_events import guided_theme_id

__all__ = ["FEW", "GuidedRule", "GuidedTheme", "assign_guided", "example_texts", "unused_guided"]

FEWEST = 3  # neighbours, however few texts there are
FEW = 3  # different clauses under which a guided theme is reported

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GuidedTheme:
    """A theme that the user named. `parent` is the name of another one; there are two levels."""

    name: str
    examples: tuple[str, ...]
    parent: str | None = None
    owner: str | None = None
    journey_stage: str | None = None

    @property
    def theme_id(self) -> str:
        """Its permanent id, from the name alone."""
        return guided_theme_id(self.name)


@dataclass(frozen=True)
class GuidedRule:
    """One setting for all kinds of feedback: chosen on Banking77 train for a precision of .85, looked at on reviews."""

    threshold: float = 0.053  # likeness from which on a clause belongs
    more_examples: float = 0.012  # added for each doubling of the examples: with more of them, more is near to one
    caution: float = 0.04  # added for each power of ten by which there are fewer texts than `sample`, twice at most
    crowd: float = 0.005  # share of all texts, 50 at most, whose mean cosine is a clause's own neighbourhood
    against: float = 0.85  # how much of its neighbourhood's nearness is taken off a clause's nearness to the examples
    least_crowd: float = 0.5  # the neighbourhood counts as so near at least: in few texts nothing is near
    neighbours: float = 0.002  # share, 20 at most, in the graph along which likeness is evened out
    sharpness: int = 8  # power of the cosine that weights an edge
    share: float = 0.7  # of the neighbours in the evened likeness, again and again
    steps: int = 8
    surely: float = 0.8  # cosine to an example that is enough by itself
    sample: int = 12_000  # texts that make up the graph; the others look at their neighbours there

    def crowd_of(self, count: int) -> int:
        """How many neighbours tell how near all things are around a clause: a fixed part of the corpus."""
        return max(FEWEST, min(50, round(self.crowd * count)))

    def neighbours_of(self, count: int) -> int:
        """How many neighbours a clause has in the graph."""
        return max(FEWEST, min(20, round(self.neighbours * count)))

    def __str__(self) -> str:
        """All values in one line."""
        return " ".join(f"{name}={value}" for name, value in asdict(self).items())


def example_texts(guided: Sequence[GuidedTheme]) -> list[str]:
    """The examples of all guided themes in their order: what `example_vectors` are made of."""
    return [example for theme in guided for example in theme.examples]


def assign_guided(
    texts: Sequence[str],
    vectors: Vectors,
    guided: Sequence[GuidedTheme],
    example_vectors: Vectors,
    settings: GuidedRule | None = None,
) -> tuple[Ints, NDArray[np.float64]]:
    """For each clause the number of its guided theme (-1: none) and how like its examples it is, 0-1 (NaN).

    Give all clauses there are, also where only some are to be assigned: the others tell what is near and what is far.
    A theme with sub-themes gets no clause of its own: what its examples attract goes to the likest of them. Equal texts
    are one, and the order of the rows changes nothing. Raises ValueError when lengths differ.
    """
    settings = settings or GuidedRule()
    if len(texts) != len(vectors) or len(example_vectors) != len(example_texts(guided)):
        raise ValueError(
            f"{len(texts)} texts, {len(vectors)} vectors; {len(example_texts(guided))} examples, "
            f"{len(example_vectors)} vectors"
        )
    first: dict[str, int] = {}
    for row in sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: texts[i]):
        first.setdefault(texts[row], row)
    if not first or not guided:
        return np.full(len(texts), -1, dtype=np.int64), np.full(len(texts), np.nan)
    rows = unit_rows(vectors[np.fromiter(first.values(), dtype=np.int64)])
    found, similarity = _assign(list(first), rows, guided, unit_rows(example_vectors), settings)
    place = {text: number for number, text in enumerate(first)}
    position = np.array([place.get(text, -1) for text in texts], dtype=np.int64)
    # Position -1, a blank row, picks the value added at the end.
    return np.append(found, -1)[position], np.append(similarity, np.nan)[position]


def unused_guided(guided: Sequence[GuidedTheme], found: Ints) -> list[str]:
    """A line for each guided theme that attracts fewer than FEW clauses: what was found, and what to do.

    `found` is as `assign_guided` gives it. A parent counts the clauses of its sub-themes.
    """
    counts = np.bincount(found[found >= 0], minlength=len(guided))
    for number, parent in enumerate(_parents(guided)):
        if parent >= 0:
            counts[parent] += counts[number]
    return [
        f"guided theme {theme.name!r} attracts {_clauses(count)}: {_advice(theme)}"
        for theme, count in zip(guided, counts.tolist(), strict=True)
        if count < FEW
    ]


def _clauses(count: int) -> str:
    return "no clause" if count == 0 else "1 clause" if count == 1 else f"{count} clauses"


def _advice(theme: GuidedTheme) -> str:
    count = len(theme.examples)
    has = f"it has {'1 example' if count == 1 else f'{count} examples'}, and three to five find more; "
    mend = "write its examples in [[themes.guided]] as customers write, one thing in each, or take it out"
    return f"{has if count < FEW else ''}{mend}"


# ------------------------------------------------------------------------------------------------------------ the rule


def _assign(
    texts: list[str], vectors: Vectors, guided: Sequence[GuidedTheme], examples: Vectors, settings: GuidedRule
) -> tuple[Ints, NDArray[np.float64]]:
    """The same for different texts in their order."""
    near, surely = _nearness(vectors, guided, examples, settings)
    counts = np.array([len(theme.examples) for theme in guided], dtype=np.float32)
    likeness = _evened(texts, vectors, near, settings) - settings.more_examples * np.log2(counts)
    threshold = settings.threshold + settings.caution * min(2.0, max(0.0, math.log10(settings.sample / len(texts))))
    likeness[surely] = np.maximum(likeness[surely], threshold) + near[surely]
    # Rounded, so that the last bits, which hang on the number of threads, decide nothing.
    likeness = np.round(likeness, 4)
    won = likeness.argmax(axis=1)
    found = np.where(likeness.max(axis=1) >= threshold, won, -1).astype(np.int64)
    for number, children in _families(guided).items():
        own = np.flatnonzero(found == number)
        found[own] = np.array(children)[likeness[own][:, children].argmax(axis=1)]
    similarity = np.full(len(texts), np.nan)
    inside = np.flatnonzero(found >= 0)
    similarity[inside] = np.clip(near[inside, found[inside]], 0, 1)
    return found, similarity


def _nearness(
    vectors: Vectors, guided: Sequence[GuidedTheme], examples: Vectors, settings: GuidedRule
) -> tuple[Scores, NDArray[np.bool_]]:
    """(texts, themes): the mean of the cosines to a theme's mean example and to its nearest one; and who is so near
    to an example that nothing else need be asked."""
    near = np.empty((len(vectors), len(guided)), dtype=np.float32)
    surely = np.empty(near.shape, dtype=bool)
    start = 0
    for number, theme in enumerate(guided):
        own = examples[start : start + len(theme.examples)]
        start += len(own)
        cosines = vectors @ own.T
        nearest_example = cosines.max(axis=1)
        # The mean of the examples, but of those alone that say what this one says: they may name different things.
        means = unit_rows(np.maximum(own @ own.T, 0) ** 2 @ own)
        near[:, number] = ((vectors @ means.T).max(axis=1) + nearest_example) / 2
        surely[:, number] = np.round(nearest_example, 5) >= settings.surely
    return near, surely


def _evened(texts: list[str], vectors: Vectors, near: Scores, settings: GuidedRule) -> Scores:
    """(texts, themes): how like a theme's examples a text and those around it are, beyond how near all things are
    there."""
    inner = _sample(texts, settings.sample)
    neighbours = nearest(vectors[inner], settings.crowd_of(len(inner)))
    if not neighbours.indices.shape[1]:
        return near - settings.against * settings.least_crowd
    crowd = np.maximum(neighbours.similarity.mean(axis=1), settings.least_crowd)
    own = near[inner] - settings.against * crowd[:, None]
    step = _transitions(neighbours, settings)
    total, part, walked = (1 - settings.share) * own, 1 - settings.share, own
    whole = part
    for _ in range(settings.steps - 1):
        walked = step @ walked
        part *= settings.share
        total = total + part * walked
        whole += part
    likeness = np.empty_like(near)
    likeness[inner] = total / whole
    outer = np.setdiff1d(np.arange(len(texts)), inner)
    if len(outer):
        likeness[outer] = _joined(vectors[outer], near[outer], vectors[inner], likeness[inner], settings)
    return likeness


def _transitions(neighbours: Any, settings: GuidedRule) -> Any:
    """A sparse matrix with rows of sum 1: each text's neighbours, either way round, by a power of the cosine.

    A text is its own neighbour, of cosine 1: where the others are far, as they are in few texts, it stands by itself.
    """
    from scipy.sparse import csr_matrix, diags, identity

    graph = graph_of(neighbours, settings.neighbours_of(len(neighbours.indices)))
    weights = (graph.weights**settings.sharpness).astype(np.float32)
    others = csr_matrix((weights, graph.indices, graph.indptr), shape=(graph.nodes, graph.nodes))
    matrix = (others + identity(graph.nodes, dtype=np.float32, format="csr")).tocsr()
    return diags(1 / np.asarray(matrix.sum(axis=1)).ravel()).astype(np.float32) @ matrix


def _joined(vectors: Vectors, near: Scores, sample: Vectors, likeness: Scores, settings: GuidedRule) -> Scores:
    """The likeness of texts outside the sample: their own, and that of their neighbours in it."""
    import faiss

    index = faiss.IndexFlatIP(sample.shape[1])
    index.add(np.ascontiguousarray(sample))
    cosines, indices = index.search(np.ascontiguousarray(vectors), settings.crowd_of(len(sample)))
    crowd = np.maximum(cosines.mean(axis=1), settings.least_crowd)
    beside = settings.neighbours_of(len(sample))
    weights = np.maximum(cosines[:, :beside], 0) ** settings.sharpness
    own = near - settings.against * crowd[:, None]
    around = own + np.einsum("ik,ikt->it", weights, likeness[indices[:, :beside]])
    around /= 1 + weights.sum(axis=1, keepdims=True)
    return np.asarray((1 - settings.share) * own + settings.share * around, dtype=np.float32)


def _sample(texts: Sequence[str], limit: int) -> Ints:
    """Positions of at most `limit` texts, ascending: those whose hash is lowest, whatever else there is."""
    if len(texts) <= limit:
        return np.arange(len(texts), dtype=np.int64)
    keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
    return np.array(sorted(sorted(range(len(texts)), key=keys.__getitem__)[:limit]), dtype=np.int64)


def _parents(guided: Sequence[GuidedTheme]) -> list[int]:
    """For each theme the number of its parent, -1 where it has none."""
    numbers = {theme.name.casefold(): number for number, theme in enumerate(guided)}
    return [-1 if theme.parent is None else numbers.get(theme.parent.casefold(), -1) for theme in guided]


def _families(guided: Sequence[GuidedTheme]) -> dict[int, list[int]]:
    """The numbers of each parent's sub-themes."""
    families: dict[int, list[int]] = {}
    for number, parent in enumerate(_parents(guided)):
        if parent >= 0:
            families.setdefault(parent, []).append(number)
    return families
