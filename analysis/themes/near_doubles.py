"""Themes that speak of one thing twice ("charged twice", "charged double") become one; opposites never do.

A neighbour graph may cut one subject in two. Two themes are near-doubles when the runs of the consensus mostly had
their neighbouring texts together, and their centroids lie near each other. Both overlook a "never": two themes of which
one denies or complains where the other does not stay apart, however near they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.themes.centroids import Ints, Vectors, centroids_of

__all__ = ["merge_near_doubles"]

_TOLD = 0.25  # difference in the share of texts that deny something, from which two themes are opposites
_FELT = 0.25  # the same for the mean sentiment of their texts (VADER's compound, -1 to 1)
_READ = 200  # texts of a theme that are read for it, spread over all of them
_DENIAL = re.compile(
    r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|cannot|\w+n['’]t"
    r"|(?:ca|wo|do|does|did|is|are|was|were|has|have|had|would|could|should)nt)\b",
    re.I,
)


def merge_near_doubles(
    labels: Ints,
    embeddings: Vectors,
    together: Callable[[Ints], NDArray[np.float64]],
    texts: Sequence[str],
    *,
    meaning: float,
    runs: float,
) -> Ints:
    """The labels with near-doubles joined, numbered from 0 without gaps in the old order; -1 stays.

    Two themes are joined when the cosine of their centroids is at least `meaning`, the share of runs in which they are
    together (`together` tells it of each two groups of given labels, as `leiden.Consensus` does) at least `runs`, and
    neither denies or complains where the other does not. The pair that is together most is joined first, and all are
    measured anew.
    """
    labels = labels.copy()
    told: dict[int, tuple[float, float]] = {}
    while (pair := _nearest_double(labels, embeddings, together(labels), texts, (meaning, runs), told)) is not None:
        kept, gone = pair
        labels[labels == gone] = kept
        labels[labels > gone] -= 1
        # The tone of a joined theme is another one, and those behind it have moved up.
        told = {theme - (theme > gone): tone for theme, tone in told.items() if theme not in pair}
    return labels


def _nearest_double(
    labels: Ints,
    embeddings: Vectors,
    together: NDArray[np.float64],
    texts: Sequence[str],
    least: tuple[float, float],
    told: dict[int, tuple[float, float]],
) -> tuple[int, int] | None:
    """The two themes that are together most among those that may be joined, the lower number first."""
    centroids = centroids_of(labels, embeddings)
    alike = np.round(centroids @ centroids.T, 5) >= least[0]
    shared = np.triu(np.where(alike, np.round(together, 5), 0), 1)
    left, right = np.nonzero(shared >= least[1])
    for at in np.argsort(-shared[left, right], kind="stable"):
        pair = int(left[at]), int(right[at])
        if not _is_opposed(*(_tone(theme, labels, texts, told) for theme in pair)):
            return pair
    return None


def _tone(theme: int, labels: Ints, texts: Sequence[str], told: dict[int, tuple[float, float]]) -> tuple[float, float]:
    """The share of a theme's texts that deny something and their mean sentiment; kept in `told`."""
    from analysis.text.lexicon import lexicon_scores

    if theme not in told:
        rows = np.flatnonzero(labels == theme)
        read = [texts[row] for row in rows[:: max(1, len(rows) // _READ)]]
        denied = float(np.mean([_DENIAL.search(text) is not None for text in read]))
        told[theme] = denied, float(lexicon_scores(read)[:, 0].mean())
    return told[theme]


def _is_opposed(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """True where one theme denies or complains and the other does not."""
    return abs(one[0] - other[0]) > _TOLD or abs(one[1] - other[1]) > _FELT
