"""Impact of a theme on a score, leaving the theme out, with interval (docs/methods.md, D2): association, not cause."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES

__all__ = ["Responses", "ThemeImpact", "theme_impacts"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Responses:
    """The responses with both a score and usable text: `points` (n,), `authors` (n,), `mentions` (n, themes)."""

    points: Floats
    authors: npt.NDArray[np.object_]
    mentions: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ThemeImpact:
    """Impact in the score's units: overall mean minus the mean of those who do not mention the theme."""

    value: float
    low: float
    high: float
    n: int
    mentions: int
    mean_with: float
    mean_without: float


def theme_impacts(responses: Responses) -> list[ThemeImpact | None]:
    """One impact per theme, None where it is hidden: too few responses, or authors on either side, or one score alone.

    The error comes from each author's influence on the impact, so several answers of one author count as one
    cluster, and the interval takes Student's t of the authors on the rarer side. Against the bootstrap over authors
    this covers better at small n and takes no draws (figures in docs/decisions.md).
    """
    n, themes = responses.mentions.shape
    # Where all give the same score nobody knows what a theme does to it: not 0, and not for certain.
    if n < FEW_RESPONSES or float(np.ptp(responses.points)) == 0:
        return [None] * themes
    _, codes = np.unique(responses.authors.astype(str), return_inverse=True)
    return [_impact(responses.points, codes, responses.mentions[:, theme]) for theme in range(themes)]


def _impact(points: Floats, codes: npt.NDArray[np.intp], with_it: npt.NDArray[np.bool_]) -> ThemeImpact | None:
    n, n_with = len(points), int(with_it.sum())
    rarer = min(len(set(codes[with_it])), len(set(codes[~with_it])))
    if rarer < FEW_AUTHORS:
        return None
    overall, without = float(points.mean()), float(points[~with_it].mean())
    influence = (points - overall) / n - ~with_it * (points - without) / (n - n_with)
    per_author = np.bincount(codes, weights=influence)
    authors = len(per_author)
    error = sqrt(authors / (authors - 1) * float((per_author**2).sum()))
    value, half = overall - without, float(stats.t.ppf(0.975, rarer - 1)) * error
    return ThemeImpact(value, value - half, value + half, n, n_with, float(points[with_it].mean()), without)
