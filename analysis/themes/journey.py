"""At which stage of the customer's journey a theme stands, from example phrases; editable by the user afterwards.

The phrases are data: `data/journey_phrases.tsv`. A theme takes the stage whose phrases are nearest to what it is
about; where two stages are as near, or none is near, it has none: unknown is a value of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.text.wordlists import read_rows
from analysis.themes.centroids import Vectors, unit_rows
from groundswell.registry import STAGES

__all__ = ["STAGES", "journey_stages"]


NEAREST = 2  # phrases of a stage that count: more would punish a stage for the breadth of its phrases
LABEL_WEIGHT = 0.35  # of the label, beside the centroid: the label is what the reader sees
KEYWORDS = 5  # beside the label
MIN_COSINE = 0.45  # to the nearest phrases of the best stage
MIN_LEAD = 0.03  # of the best stage before the second

_NO_STAGE = "none"  # the phrases that are said at any stage
_CLASSES = (*STAGES, _NO_STAGE)

Embed = Callable[[Sequence[str]], Vectors]


def journey_stages(
    labels: Sequence[str], keywords: Sequence[Sequence[str]], centroids: Vectors, embed: Embed
) -> list[str | None]:
    """One of `STAGES` for each theme, None where unsure.

    `centroids` has one row for each theme, `embed` makes vectors of the same model from texts. Raises ValueError when
    the lengths differ.
    """
    if not len(labels) == len(keywords) == len(centroids):
        raise ValueError(f"{len(labels)} labels, {len(keywords)} lists of keywords, {len(centroids)} centroids")
    if not len(labels):
        return []
    scores = _scores(labels, keywords, centroids, embed)
    ordered = np.sort(scores, axis=1)
    sure = (ordered[:, -1] >= MIN_COSINE) & (ordered[:, -1] - ordered[:, -2] >= MIN_LEAD)
    found = [_CLASSES[number] for number in scores.argmax(axis=1)]
    return [stage if certain and stage != _NO_STAGE else None for stage, certain in zip(found, sure, strict=True)]


def _scores(
    labels: Sequence[str], keywords: Sequence[Sequence[str]], centroids: Vectors, embed: Embed
) -> NDArray[np.float64]:
    """How near each theme is to the phrases of each stage and, last, of none, [themes, 8]."""
    stages, phrases = _phrases()
    named = [f"{label}. {' '.join(words[:KEYWORDS])}" for label, words in zip(labels, keywords, strict=True)]
    vectors = unit_rows(np.asarray(embed([*phrases, *named])))
    example, name = vectors[: len(phrases)], vectors[len(phrases) :]
    cosines = (1 - LABEL_WEIGHT) * (unit_rows(centroids) @ example.T) + LABEL_WEIGHT * (name @ example.T)
    nearest = [
        np.sort(cosines[:, stages == stage], axis=1)[:, -NEAREST:].mean(axis=1) for stage in range(len(_CLASSES))
    ]
    # Rounded, so that the last bits of a product decide nothing.
    return np.asarray(np.round(np.stack(nearest, axis=1), 5), dtype=np.float64)


@cache
def _phrases() -> tuple[NDArray[np.int64], list[str]]:
    """The number of each phrase's stage, and the phrases."""
    rows = read_rows("journey_phrases.tsv")
    return np.array([_CLASSES.index(stage) for stage, _ in rows], dtype=np.int64), [phrase for _, phrase in rows]
