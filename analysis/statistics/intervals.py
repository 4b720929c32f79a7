"""The interval of one share and the test of two, and from how many answers and people on a figure is shown.

Many pairs at once: two_groups.py (docs/methods.md, D1 and D5). Every function returns None where the figure cannot be
had, never 0 or NaN.
"""

from __future__ import annotations

from math import isnan

import numpy as np
from scipy import stats

from analysis.statistics.two_groups import p_values_of_shares, wilson
from groundswell.findings import Interval

__all__ = ["FEW_AUTHORS", "FEW_RESPONSES", "Z", "share_interval", "shares_differ"]

Z = 1.959963984540054
# Below these a figure is hidden: its interval would be wider than its scale is useful.
FEW_RESPONSES, FEW_AUTHORS = 20, 5


def share_interval(hits: int, n: int) -> Interval | None:
    """The share hits/n with its Wilson interval, Student's t in the place of 1.96; None for n = 0.

    With 1.96 it covers .92 where about one hit is expected.
    """
    if n <= 0:
        return None
    value, low, high = wilson(np.asarray(hits), np.asarray(n), float(stats.t.ppf(0.975, max(1, n - 1))))
    return Interval(float(value), float(low), float(high))


def shares_differ(hits: int, n: int, other_hits: int, other_n: int) -> float | None:
    """Two-sided p-value of the two shares being one (`p_values_of_shares`).

    None where either group is empty or nobody or everybody is a hit in both.
    """
    p = float(p_values_of_shares(*(np.asarray(count) for count in (hits, n, other_hits, other_n))))
    return None if isnan(p) else p
