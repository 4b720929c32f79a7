"""Drivers by regression: the share of each theme in R^2, averaged over all orders in which themes can enter (D3).

With R^2(S) that of the score regressed on the themes of S, the share of theme j is

    phi_j = sum over S without j of |S|! (k - |S| - 1)! / k! * (R^2(S + j) - R^2(S))

(Lindeman, Merenda and Gold; the Shapley value of R^2). The shares add up to R^2 and stay sane where themes come
together, which coefficients do not. Their sign is that of the coefficient in the regression on all themes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from analysis.statistics.shares import Shares, Weighted, authors_by_theme, gap_shares, pooled

__all__ = [
    "LEAST_RAISED",
    "MOST_REGRESSORS",
    "RESPONSES_PER_THEME",
    "Explained",
    "Regression",
    "explained_by",
    "regress",
]

# Up to so many themes every subset is taken; beyond, this many random orders, always the same ones.
EXACT, ORDERS, SEED = 12, 500, 20261109
# A regression of fewer responses per theme fits its noise; more themes than these take long and explain little more.
RESPONSES_PER_THEME, MOST_REGRESSORS = 10, 40
# A theme of fewer people has an interval 2.4 to 4.4 times as wide as its Shapley value; of more, about twice.
LEAST_RAISED = 10
# Added to the correlations' diagonal, so that themes that always come together share what they explain.
RIDGE = 1e-10
# Sums of squares below this are rounding.
VANISHING = 1e-9
# Where shares of both signs leave less than this of what they explain, nothing can be shared out in proportion.
LEAST_LEFT = 0.1
# Parts of the authors that are left out one by one to see how much the shares vary.
PARTS = 20
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Explained:
    """Per theme its share of R^2, at least 0, and the sign of its coefficient; the shares add up to `r_squared`."""

    shares: Floats
    signs: Floats
    r_squared: float


def explained_by(flags: Floats, points: Floats) -> Explained:
    """The shares of R^2 of `points` (n,) regressed on `flags` (n, themes), each 1 where a response raises a theme.

    A theme that all or none raise explains nothing. Points that are all the same have an R^2 of 0.
    """
    x, y = flags - flags.mean(axis=0), points - points.mean()
    phi, beta = _shares_of_fit((x.T @ x)[None], (x.T @ y)[None], np.array([float(y @ y)]))
    return Explained(phi[0], np.sign(beta[0]), float(phi[0].sum()))


@dataclass(frozen=True)
class Regression:
    """A score's distance to its reference shared out by regression, with the same for all but each part of the authors.

    `shares` has one row for all authors, then one for each part that is left out; the columns are the themes.
    """

    weighted: Weighted
    shares: Floats

    def of_groups(self, group_of: Ints) -> Shares:
        """The shares of themes joined into groups, `group_of[theme]` from 0 on, with 95 % intervals.

        They add up to `mean - reference`. The interval is the jackknife over the parts, on the scale of square roots:
        what a theme explains goes with the square of what it costs. Student's t is that of the parts, or of the
        group's authors where they are fewer.
        """
        joined = pooled(self.weighted, group_of)
        plain = gap_shares(joined)
        assert plain is not None  # regress() saw to it, and joining themes takes no response away
        values = self.shares @ np.eye(joined.count)[group_of]
        roots = np.sign(values) * np.sqrt(np.abs(values))
        parts = len(roots) - 1
        error = np.sqrt((parts - 1) / parts * ((roots[1:] - roots[1:].mean(axis=0)) ** 2).sum(axis=0))
        half = stats.t.ppf(0.975, np.clip(authors_by_theme(joined) - 1, 1, parts - 1)) * error
        low, high = (np.sign(end) * end**2 for end in (roots[0] - half, roots[0] + half))
        return Shares(values[0], low, high, plain.n, plain.mean, plain.reference)


def regress(weighted: Weighted) -> Regression | None:
    """Each theme's share of `mean - reference` in proportion to what it explains of R^2.

    The same distance is shared out as by `gap_shares`, the same cases are None, and so are more than one theme for ten
    responses, and themes of both signs that cancel (less than a tenth of what they explain is left).
    """
    if gap_shares(weighted) is None or len(weighted.points) < RESPONSES_PER_THEME * weighted.count:
        return None
    _, author = np.unique(weighted.authors, return_inverse=True)
    parts = min(PARTS, int(author.max()) + 1)
    shares = _in_points(weighted, author % parts, parts)
    return None if shares is None else Regression(weighted, shares)


def _in_points(weighted: Weighted, part: Ints, parts: int) -> Floats | None:
    """The shares in points of the score of all responses, then of all but each part; None where they cancel."""
    points, without = weighted.points, weighted.reference
    flags = sparse.csr_array(
        (np.ones(len(weighted.rows)), (weighted.rows, weighted.themes)), shape=(len(points), weighted.count)
    )
    ones = np.ones(len(points))
    n, of, n_without, of_without = (_but_each(part, x, parts) for x in (ones, points, ones * without, points * without))
    squares = _but_each(part, points**2, parts)
    raised, products, together = (np.empty((parts + 1, *shape)) for shape in _shapes(weighted.count))
    for place in range(parts + 1):
        # No part has the number 0 - 1: the first entry leaves nobody out.
        rows = np.flatnonzero(part != place - 1)
        x = flags[rows]
        raised[place], products[place], together[place] = x.sum(axis=0), x.T @ points[rows], (x.T @ x).toarray()
    centred = together - raised[:, :, None] * raised[:, None, :] / n[:, None, None]
    phi, beta = _shares_of_fit(centred, products - raised * (of / n)[:, None], squares - of**2 / n)
    signed = phi * np.sign(beta)
    total = signed.sum(axis=1, keepdims=True)
    if (np.abs(total) <= LEAST_LEFT * phi.sum(axis=1, keepdims=True)).any() or (n_without == 0).any():
        return None
    gap = of / n - of_without / n_without
    shares: Floats = gap[:, None] * signed / total
    return shares


def _shapes(k: int) -> tuple[tuple[int, ...], ...]:
    return (k,), (k,), (k, k)


def _but_each(part: Ints, values: Floats, parts: int) -> Floats:
    """The sum of all values, then of all but those of each part."""
    sums = np.bincount(part, weights=values, minlength=parts)
    return np.concatenate([[sums.sum()], sums.sum() - sums])


def _shares_of_fit(products: Floats, with_points: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Shares of R^2 and coefficients (in units of correlation), both (fits, k), out of centred sums of products.

    `products` (fits, k, k) are those of the themes with each other, `with_points` (fits, k) with the points, and
    `squares` (fits,) those of the points with themselves.
    """
    variance = np.maximum(np.einsum("fkk->fk", products), 0.0)
    known = (variance > VANISHING) & (squares > VANISHING)[:, None]
    scale = np.where(known, np.sqrt(np.where(known, variance, 1.0)), np.inf)
    correlation = products / (scale[:, :, None] * scale[:, None, :])
    # A theme that all or none raise is correlated with nothing but itself.
    correlation[:, np.arange(products.shape[1]), np.arange(products.shape[1])] = 1.0 + RIDGE
    r = with_points / (scale * np.sqrt(np.where(squares > VANISHING, squares, 1.0))[:, None])
    beta = np.linalg.solve(correlation, r[:, :, None])[:, :, 0]
    shares = _over_subsets(correlation, r) if r.shape[1] <= EXACT else _over_orders(correlation, r)
    return shares, beta


def _over_subsets(correlation: Floats, r: Floats) -> Floats:
    """The mean of what each theme adds to R^2 over all orders, by the R^2 of every subset."""
    fits, k = r.shape
    explained = np.zeros((fits, 2**k))
    for size in range(1, k + 1):
        subsets = np.array(list(combinations(range(k), size)))
        block = correlation[:, subsets[:, :, None], subsets[:, None, :]]
        own = r[:, subsets]
        explained[:, (1 << subsets).sum(axis=1)] = (np.linalg.solve(block, own[..., None])[..., 0] * own).sum(axis=-1)
    masks = np.arange(2**k)
    sizes = np.array([bin(mask).count("1") for mask in masks])
    shares = np.empty((fits, k))
    for theme in range(k):
        without = masks[masks & (1 << theme) == 0]
        weights = np.array([1.0 / (k * comb(k - 1, size)) for size in range(k)])[sizes[without]]
        shares[:, theme] = (explained[:, without | (1 << theme)] - explained[:, without]) @ weights
    return shares


def _over_orders(correlation: Floats, r: Floats) -> Floats:
    """The same over 500 random orders: in each, what a theme adds is the square of its entry in inv(L) r, L L' being
    the correlations in that order."""
    fits, k = r.shape
    draw = np.random.default_rng(SEED)
    orders = draw.permuted(np.tile(np.arange(k), (ORDERS, 1)), axis=1)
    shares = np.zeros((fits, k))
    for order in orders:
        lower = np.linalg.cholesky(correlation[:, order[:, None], order[None, :]])
        added = np.linalg.solve(lower, r[:, order, None])[:, :, 0] ** 2
        shares[:, order] += added / ORDERS
    return shares
