"""95 % intervals of shares and of their differences, and tests of these (docs/methods.md, D1 and D5).

Every function returns None where the figure cannot be had, never 0 or NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy import stats

from groundswell.findings import Interval

__all__ = [
    "FEW_AUTHORS",
    "FEW_RESPONSES",
    "benjamini_hochberg",
    "difference_of_shares",
    "share_interval",
    "shares_differ",
]

Z = 1.959963984540054
# Below these a figure is hidden: its interval would be wider than its scale is useful.
FEW_RESPONSES, FEW_AUTHORS = 20, 5


def share_interval(hits: int, n: int) -> Interval | None:
    """The share hits/n with its Wilson interval, Student's t in the place of 1.96; None for n = 0.

    With 1.96 it covers .92 where about one hit is expected.
    """
    return _wilson(hits, n, float(stats.t.ppf(0.975, max(1, n - 1)))) if n > 0 else None


def _wilson(hits: int, n: int, z: float) -> Interval:
    p, z2 = hits / n, z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def difference_of_shares(hits: int, n: int, other_hits: int, other_n: int) -> Interval | None:
    """hits/n minus other_hits/other_n with Newcombe's interval (his method 10); None where either n is 0."""
    if n <= 0 or other_n <= 0:
        return None
    one, two = _wilson(hits, n, Z), _wilson(other_hits, other_n, Z)
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
