"""Themes: what many customers write about, found in the clauses that have content, each with an id and a label.

Equal texts are one, and texts are sorted before anything else: the order of rows changes nothing, not one byte.
Groups come from Leiden on a graph of neighbours (`graph`, `leiden`, `clusters`) inside BERTopic (`topics`), labels
from phrases that customers wrote (`phrases`, `labels`).

Of more texts than the fit's limit a sample is grouped; the others get the theme that their nearest grouped texts
vote for. What comes later joins by the finer vote of `assignment`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.labels.choice import LABEL_STOP_WORDS, label_themes
from analysis.themes.centroids import Embed, Ints, Vectors, centroids_of, closeness, unit_rows, vote
from analysis.themes.clusters import LeidenClusters, ThemeSettings
from analysis.themes.topics import fit_topics
from groundswell.frames import empty_frame
from groundswell.registry import new_theme_id

__all__ = ["FITTED", "ThemeFit", "ThemeSettings", "fit_themes"]

FITTED = {
    "theme_id": "object",
    "label": "object",
    "keywords": "object",  # list[str], strongest first
    "clauses": "int64",
    "cohesion": "float64",  # mean cosine of its clauses to its centroid
    "stability": "float64",  # 0-1: how surely runs without a part of the texts find it again (leiden.Consensus)
}

_SAMPLE_RUNS = 100  # of a sample: another one would move themes more than so many runs do


@dataclass(frozen=True, eq=False)
class ThemeFit:
    """Themes and who belongs to them.

    `assignment` is, for each given row, the position of its theme in `themes` (-1: unassigned), `similarity` the
    cosine to that theme's centroid (NaN: unassigned). `themes` has the columns FITTED,
    `centroids` one row of length 1 for each. `note` says in words how the fit came about, or why there are no themes.
    `stability` is the mean adjusted Rand index with the result of runs without a part of the texts (None: no themes);
    `short_of_texts` is True where more texts would make more themes (`clusters.LeidenClusters`).
    """

    assignment: Ints
    similarity: NDArray[np.float64]
    themes: pd.DataFrame
    centroids: Vectors
    settings: ThemeSettings
    note: str
    stability: float | None = None
    short_of_texts: bool = True


def fit_themes(
    texts: Sequence[str],
    embeddings: Vectors,
    *,
    ids: Sequence[str],
    settings: ThemeSettings | None = None,
    product_words: Collection[str] = (),
    shown: Sequence[str] | None = None,
    embed: Embed | None = None,
    authors: Sequence[str] | None = None,
    start: Ints | None = None,
) -> ThemeFit:
    """The themes of clauses that have content.

    `texts` are what was embedded, `embeddings` the (n, d) vectors, `ids` unique names of the rows, `shown` the
    clauses as customers wrote them (labels come from these; default: `texts`). `product_words` name the product and
    stand in no label. With `embed`, which makes vectors of phrases, labels are also chosen by what they mean: better
    ones for a second more. With `authors`, who wrote each row, three of them must have written a label's words.
    `start` is the number of each row's theme in an earlier fit (-1: unknown): the grouping
    sets out from there, so that themes change only where that makes better ones. Raises ValueError when the lengths
    differ.
    """
    settings = settings or ThemeSettings()
    shown = texts if shown is None else shown
    if start is not None and len(start) != len(texts):
        raise ValueError(f"{len(texts)} texts, {len(start)} in start")
    if not len(texts) == len(embeddings) == len(ids) == len(shown):
        raise ValueError(f"{len(texts)} texts, {len(embeddings)} embeddings, {len(ids)} ids, {len(shown)} shown")
    rows = _Rows.of(texts, embeddings, ids)
    if len(rows.texts) < settings.min_texts:
        note = f"fewer than {settings.min_texts} different clauses ({len(rows.texts)}): nothing was grouped"
        return _without_themes(len(texts), embeddings.shape[-1], settings, note)
    whole = len(rows.texts) <= settings.fit_limit
    fitted = _sample(rows.texts, len(rows.texts) if whole else min(settings.fit_limit, settings.fit_sample))
    sample = [rows.texts[i] for i in fitted]
    clusters = LeidenClusters(
        sample,
        settings if whole else replace(settings, runs=min(settings.runs, _SAMPLE_RUNS)),
        None if start is None else start[rows.chosen[fitted]],
    )
    stop_words = {*LABEL_STOP_WORDS, *(word.lower() for word in product_words)}
    labels, keywords = fit_topics(sample, rows.vectors[fitted], clusters, stop_words)
    if not keywords:
        return _without_themes(
            len(texts), embeddings.shape[-1], settings, "no theme is tight enough: nothing was grouped"
        )
    named = partial(label_themes, shown=shown, product_words=product_words, authors=authors)
    return _finish(rows, fitted, labels, keywords, clusters, settings, named, embed)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The distinct texts of the rows, sorted; `position` is each row's place among them, -1 for blank rows."""

    texts: list[str]
    vectors: Vectors
    position: Ints
    chosen: Ints  # the row whose vector stands for the text

    @classmethod
    def of(cls, texts: Sequence[str], embeddings: Vectors, ids: Sequence[str]) -> _Rows:
        """One row for each text; of equal texts the vector of the lowest id counts."""
        order = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: (texts[i], ids[i]))
        position = np.full(len(texts), -1, dtype=np.int64)
        distinct: list[str] = []
        chosen: list[int] = []
        for i in order:
            if not distinct or texts[i] != distinct[-1]:
                distinct.append(texts[i])
                chosen.append(i)
            position[i] = len(distinct) - 1
        rows = np.array(chosen, dtype=np.int64)
        return cls(distinct, unit_rows(embeddings[rows]), position, rows)


def _sample(texts: Sequence[str], limit: int) -> Ints:
    """Positions of at most `limit` texts, ascending: those whose hash is lowest, whatever else there is."""
    if len(texts) <= limit:
        return np.arange(len(texts), dtype=np.int64)
    keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
    lowest = sorted(range(len(texts)), key=keys.__getitem__)[:limit]
    return np.array(sorted(lowest), dtype=np.int64)


def _without_themes(rows: int, width: int, settings: ThemeSettings, note: str) -> ThemeFit:
    """A fit in which every row is unassigned; the note says why."""
    return ThemeFit(
        assignment=np.full(rows, -1, dtype=np.int64),
        similarity=np.full(rows, np.nan),
        themes=empty_frame(FITTED),
        centroids=np.empty((0, width), dtype=np.float32),
        settings=settings,
        note=note,
    )


def _finish(
    rows: _Rows,
    fitted: Ints,
    labels: Ints,
    keywords: Sequence[list[str]],
    clusters: LeidenClusters,
    settings: ThemeSettings,
    label: Callable[..., list[str]],
    embed: Embed | None,
) -> ThemeFit:
    """The fit with ids, labels and the rows that were not grouped; themes sorted by id."""
    centroids = centroids_of(labels, rows.vectors[fitted])
    identities = _theme_ids(rows, fitted, labels, centroids)
    agreed, order = clusters.consensus, np.argsort(np.array(identities))
    place = np.argsort(order)
    centroids = centroids[order]
    steadiness = agreed.stability(labels)[order]
    labels = np.where(labels >= 0, place[labels], -1)
    found = _with_rest(rows.vectors, fitted, labels, centroids, settings)
    cosine = np.full(len(found), np.nan)
    near = np.flatnonzero(found >= 0)
    cosine[near] = np.einsum("ij,ij->i", rows.vectors[near], centroids[found[near]], dtype=np.float64)
    # Position -1, a blank row, picks the value added at the end.
    assignment = np.append(found, -1)[rows.position]
    similarity = np.append(cosine, np.nan)[rows.position]
    meant = None if embed is None else partial(closeness, centroids, embed)
    names = label(assignment, similarity, count=len(order), closeness=meant)
    words = [keywords[i] for i in order]
    themes = _theme_frame([identities[i] for i in order], names, words, assignment, similarity, steadiness)
    rest = len(rows.texts) - len(fitted)
    note = (
        f"{len(order)} themes from {len(fitted)} different clauses"
        + (f" ({rest} more joined their neighbours)" if rest else "")
        + f"; {agreed.runs} Leiden runs around resolution {agreed.resolution:.2f}, then {agreed.second_resolution:.2f}"
    )
    agreement = agreed.agreement(labels)
    return ThemeFit(assignment, similarity, themes, centroids, settings, note, agreement, clusters.short_of_texts)


def _with_rest(vectors: Vectors, fitted: Ints, labels: Ints, centroids: Vectors, settings: ThemeSettings) -> Ints:
    """The label of every distinct text: that of the fit, else the one its nearest fitted texts vote for."""
    found = np.full(len(vectors), -1, dtype=np.int64)
    found[fitted] = labels
    rest = np.setdiff1d(np.arange(len(vectors)), fitted)
    if len(rest):
        voted = vote(vectors[rest], vectors[fitted], labels, settings.voters)
        cosine = np.einsum("ij,ij->i", vectors[rest], centroids[voted], dtype=np.float64)
        found[rest] = np.where((voted >= 0) & (cosine >= settings.min_similarity), voted, -1)
    return found


def _theme_ids(rows: _Rows, fitted: Ints, labels: Ints, centroids: Vectors) -> list[str]:
    """ "t" and eight hexadecimal digits from each theme's most central text."""
    taken: set[str] = set()
    identities = []
    for theme, centroid in enumerate(centroids):
        members = fitted[labels == theme]
        # Ties go to the text that sorts first; rounding keeps the last bits of a product from deciding.
        central = rows.texts[members[np.round(rows.vectors[members] @ centroid, 5).argmax()]]
        identities.append(new_theme_id(central, taken))
        taken.add(identities[-1])
    return identities


def _theme_frame(
    identities: list[str],
    names: list[str],
    keywords: list[list[str]],
    assignment: Ints,
    similarity: NDArray[np.float64],
    steadiness: NDArray[np.float64],
) -> pd.DataFrame:
    """The FITTED frame; clauses and cohesion count every row, repeated texts too."""
    # Sorted, because the order in which floats are added shows in the last bits.
    members = [np.sort(similarity[assignment == theme]) for theme in range(len(identities))]
    frame = pd.DataFrame(
        {
            "theme_id": identities,
            "label": names,
            "keywords": keywords,
            "clauses": [len(cosines) for cosines in members],
            "cohesion": [float(cosines.mean()) for cosines in members],
            "stability": steadiness,
        }
    )
    return frame.astype(FITTED)
