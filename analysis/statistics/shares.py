"""Shares of the distance between a score and its reference that add up: closed-form Shapley values (methods D3).

A response that raises k themes puts the weight 1/k on each. With b the mean of the responses that raise none,

    share of t = 1/N * sum over responses i that raise t of (s_i - b) / k_i

is the Shapley value of the game v(S) = sum of (s_i - b)/N over responses that raise any theme of S. All shares add up
to the mean of all responses minus b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.statistics.bounded import (
    Scale,
    bounded_means,
    correlation_of_means,
    product,
    share_intervals,
    square_and_add,
)
from analysis.statistics.clusters import (
    Answers,
    answers_by_group,
    answers_of,
    few_decide,
    shares_of_mentions,
    sums,
)
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES

__all__ = ["Shares", "Weighted", "authors_by_theme", "even_weights", "gap_shares", "pooled"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Weighted:
    """Responses with the weight that each puts on each theme: 1 in all, or nothing for those that raise none.

    `points` (n,) and `authors` (n,), codes from 0 on; `rows`, `themes` and `weights` name the pairs of a response and
    a theme that it raises, each pair once; `count` is the number of themes.
    """

    points: Floats
    authors: Ints
    rows: Ints
    themes: Ints
    weights: Floats
    count: int

    @property
    def reference(self) -> npt.NDArray[np.bool_]:
        """Which responses raise no theme."""
        raises = np.zeros(len(self.points), dtype=bool)
        raises[self.rows] = True
        return ~raises


@dataclass(frozen=True)
class Shares:
    """One share per theme with its 95 % interval, in points of the score; they add up to `mean - reference`."""

    values: Floats
    lows: Floats
    highs: Floats
    n: Ints  # responses that raise the theme
    mean: float
    reference: float


def even_weights(points: Floats, authors: Ints, rows: Ints, themes: Ints, count: int) -> Weighted:
    """The responses with even weights on the distinct themes that each raises; pairs may be given more than once."""
    pairs = np.unique(rows.astype(np.int64) * max(1, count) + themes)
    rows, themes = (pairs // max(1, count)).astype(np.intp), (pairs % max(1, count)).astype(np.intp)
    raised = np.bincount(rows, minlength=len(points))
    return Weighted(points, authors, rows, themes, 1.0 / raised[rows], count)


def pooled(weighted: Weighted, group_of: Ints) -> Weighted:
    """The same with themes joined into groups, `group_of[theme]` from 0 on; the share of a group is its themes' sum."""
    count = int(group_of.max()) + 1
    keys = weighted.rows.astype(np.int64) * count + group_of[weighted.themes]
    pairs, place = np.unique(keys, return_inverse=True)
    weights = sums(place, weighted.weights, len(pairs))
    rows, themes = (pairs // count).astype(np.intp), (pairs % count).astype(np.intp)
    return Weighted(weighted.points, weighted.authors, rows, themes, weights, count)


def authors_by_theme(*sides: Weighted) -> Ints:
    """How many authors raise each theme on any side; all sides must number authors and themes alike."""
    count = sides[0].count
    who = np.concatenate([side.authors[side.rows] for side in sides]).astype(np.int64)
    theme = np.concatenate([side.themes for side in sides])
    return np.bincount(np.unique(who * count + theme) % count, minlength=count)


def gap_shares(weighted: Weighted, scale: Scale | None = None) -> Shares | None:
    """Each theme's share of `mean - reference`, with an interval in which the answers of one author are one cluster.

    None where it cannot be had: under 20 responses, under 5 authors who raise none of the themes, one score alone, or
    few authors who gave most answers (`few_decide`).
    `scale` is what the points can be; without it, from the lowest to the highest of them. A share is the weight on the
    theme by all, times the weighted mean of those who raise it less the reference; its interval is made from theirs, as
    that of the impact is (docs/methods.md, D2), so that it is very wide for a theme of one or two.
    """
    points, n = weighted.points, len(weighted.points)
    without = weighted.reference
    others = len(np.unique(weighted.authors[without]))
    if n < FEW_RESPONSES or others < FEW_AUTHORS or float(np.ptp(points)) == 0 or few_decide(weighted.authors):
        return None
    scale = scale or Scale(float(points.min()), float(points.max()))
    reference = float(points[without].mean())
    values = sums(weighted.themes, weighted.weights * (points[weighted.rows] - reference) / n, weighted.count)
    low, high = (scale.width * end for end in _ends(weighted, scale))
    raised = np.bincount(weighted.themes, minlength=weighted.count)
    bounds = np.minimum(values, low), np.maximum(values, high)
    return Shares(values, *bounds, raised, float(points.mean()), reference)


def _ends(weighted: Weighted, scale: Scale) -> tuple[Floats, Floats]:
    """The ends of the intervals on the 0-1 score, 0 for a theme that nobody raises."""
    unit, count, without = scale.unit(weighted.points), weighted.count, weighted.reference
    who, scored = weighted.authors[weighted.rows], unit[weighted.rows]
    there = answers_by_group(scored, weighted.themes, who, count, weighted.weights)
    elsewhere = answers_of(unit[without], weighted.authors[without])
    on_unit = Scale(0.0, 1.0, scale.two_valued)
    together = _shared_authors(weighted, there, elsewhere)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = square_and_add(bounded_means(there, on_unit), bounded_means(elsewhere, on_unit), together)
        mentions = shares_of_mentions(weighted.rows, weighted.themes, weighted.authors, count)
        share, low, high = share_intervals(mentions)
        # Responses that raise several themes count in part for each, some more and some less: that is less sure.
        weight, squared = (sums(weighted.themes, weighted.weights**power, count) / len(unit) for power in (1, 2))
        wider = weight / share * np.sqrt((squared * share / weight**2 - share) / (1 - share))
        _, low, high = product((weight, weight - (share - low) * wider, weight + (high - share) * wider), difference)
    return np.nan_to_num(low), np.nan_to_num(high)


def _shared_authors(weighted: Weighted, there: Answers, elsewhere: Answers) -> Floats:
    """The correlation of a theme's mean with the reference, because its authors have other answers without a theme."""
    given = np.bincount(weighted.authors[weighted.reference], minlength=int(weighted.authors.max()) + 1)
    shared = sums(weighted.themes, weighted.weights * given[weighted.authors[weighted.rows]], weighted.count)
    total = sums(weighted.themes, weighted.weights, weighted.count) * elsewhere.n
    return correlation_of_means(there, elsewhere, shared, total)
