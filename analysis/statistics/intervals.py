"""95 % intervals for shares, means, NPS, medians and differences (docs/methods.md, D1 and D5).

Every function returns None where the figure cannot be had, never 0 or NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from groundswell.findings import Interval

__all__ = [
    "FEW_AUTHORS",
    "FEW_RESPONSES",
    "benjamini_hochberg",
    "clustered_mean",
    "difference_of_shares",
    "median_interval",
    "nps_interval",
    "share_interval",
    "shares_differ",
]

Z = 1.959963984540054
# Below these a figure is hidden: its interval would be wider than its scale is useful.
FEW_RESPONSES, FEW_AUTHORS = 20, 5
Floats = npt.NDArray[np.float64]


def share_interval(hits: int, n: int) -> Interval | None:
    """The share hits/n with its Wilson interval; None for n = 0."""
    if n <= 0:
        return None
    p, z2 = hits / n, Z * Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def clustered_mean(values: Floats, authors: Sequence[object] | npt.NDArray[np.object_]) -> tuple[float, float, int]:
    """Mean, its standard error with all answers of one author taken as one cluster, and the number of authors.

    With one answer per author the error is the usual sd/sqrt(n). Needs at least one value; the error is NaN for
    a single author, whose spread nobody knows.
    """
    codes, clusters = _codes(authors)
    mean = float(values.mean())
    sums = np.bincount(codes, weights=values - mean, minlength=clusters)
    if clusters < 2:
        return mean, float("nan"), clusters
    variance = clusters / (clusters - 1) * float((sums**2).sum()) / len(values) ** 2
    return mean, sqrt(variance), clusters


def nps_interval(values: Floats, authors: Sequence[object] | npt.NDArray[np.object_]) -> Interval:
    """Net promoter score of items in {-100, 0, 100} with an adjusted Wald interval.

    Three quarters of a promoter, one and a half passives and three quarters of a detractor are added before the
    error is taken, which keeps the coverage at small n (docs/methods.md, D1); several answers of one author widen
    it by the ratio of the clustered to the plain error.
    """
    n = len(values)
    value = float(values.mean())
    promoters = (float((values > 0).sum()) + 0.75) / (n + 3)
    detractors = (float((values < 0).sum()) + 0.75) / (n + 3)
    centre = promoters - detractors
    error = sqrt((promoters + detractors - centre**2) / (n + 3))
    error *= _design_effect(values, authors)
    low, high = 100 * (centre - Z * error), 100 * (centre + Z * error)
    return Interval(value, max(-100.0, min(value, low)), min(100.0, max(value, high)))


def _design_effect(values: Floats, authors: Sequence[object] | npt.NDArray[np.object_]) -> float:
    """How much wider than plain an interval must be because authors answer several times; at least 1."""
    _, clustered, clusters = clustered_mean(values, authors)
    plain = float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else 0.0
    return max(1.0, clustered / plain) if clusters > 1 and plain > 0 else 1.0


def median_interval(values: Floats) -> Interval | None:
    """The median with the order-statistic interval of at least 95 % coverage; None below 6 values."""
    n = len(values)
    if n < 6:
        return None
    ordered = np.sort(values)
    below = int(stats.binom.ppf(0.025, n, 0.5)) - 1
    low, high = max(0, below), min(n - 1, n - 1 - below)
    return Interval(float(np.median(ordered)), float(ordered[low]), float(ordered[high]))


def difference_of_shares(hits: int, n: int, other_hits: int, other_n: int) -> Interval | None:
    """hits/n minus other_hits/other_n with Newcombe's interval (his method 10); None where either n is 0."""
    one, two = share_interval(hits, n), share_interval(other_hits, other_n)
    if one is None or two is None:
        return None
    value = one.value - two.value
    low = value - sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Interval(value, low, high)


def shares_differ(hits: int, n: int, other_hits: int, other_n: int) -> float | None:
    """Two-sided p-value of the two shares being one: Fisher's exact test, chi-squared without correction above 5.

    None where either group is empty or nobody or everybody is a hit in both.
    """
    table = np.array([[hits, n - hits], [other_hits, other_n - other_hits]])
    if min(n, other_n) <= 0 or 0 in table.sum(axis=0):
        return None
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if expected.min() < 5:
        return float(stats.fisher_exact(table).pvalue)
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def benjamini_hochberg(p_values: Sequence[float | None], q: float = 0.10) -> list[bool]:
    """Which of the tests on one page hold when at most a share q of those that hold may be false; None never does."""
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    accepted = 0
    for rank, (p, _) in enumerate(known, start=1):
        if p <= rank * q / len(known):
            accepted = rank
    holds = {i for _, i in known[:accepted]}
    return [i in holds for i in range(len(p_values))]


def _codes(authors: Sequence[object] | npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.intp], int]:
    _, codes = np.unique(np.asarray(authors, dtype=str), return_inverse=True)
    return codes, int(codes.max()) + 1
