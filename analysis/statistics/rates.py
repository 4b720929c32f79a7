"""Counts of contacts: what a usual week brings, and contacts for each hundred customers or orders."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.statistics.intervals import Z
from groundswell.findings import Interval

__all__ = ["FEWEST_WEEKS", "rate_of_counts", "usual_range"]

FEWEST_WEEKS = 8  # before a range can be told
_LOW, _HIGH = 0.025, 0.975


def usual_range(before: npt.NDArray[np.float64]) -> Interval | None:
    """The mean of the weekly counts before, and the range that the next one lies in 95 times of 100.

    A negative-binomial prediction range: the mean m with variance phi m (1 + 1/B), phi = max(1, s^2/m) of the B weeks,
    widened by what Student's t is wider than the normal since phi is known from B weeks only. None below 8 weeks, or
    where nothing came.
    """
    weeks = len(before)
    mean = float(before.mean()) if weeks else 0.0
    if weeks < FEWEST_WEEKS or mean <= 0:
        return None
    phi = max(1.0, float(before.var(ddof=1)) / mean)
    widened = (float(stats.t.ppf(_HIGH, weeks - 1)) / Z) ** 2 if phi > 1.0 else 1.0
    variance = phi * mean * (1.0 + 1.0 / weeks) * widened
    spread = mean * mean / (variance - mean)
    low, high = stats.nbinom.ppf([_LOW, _HIGH], spread, mean / variance)
    return Interval(mean, float(low), float(high))


def rate_of_counts(counts: npt.NDArray[np.float64], base: float) -> Interval | None:
    """All counts over the base, one count for each author; None without any of either.

    The exact Poisson interval, of as many events as the counts are worth: one author's five contacts are no five
    independent ones (phi = sum of squares over sum).
    """
    total = float(counts.sum())
    if total <= 0 or base <= 0:
        return None
    phi = float((counts**2).sum()) / total
    worth = total / phi
    low = phi * float(stats.chi2.ppf(_LOW, 2 * worth)) / 2
    high = phi * float(stats.chi2.ppf(_HIGH, 2 * (worth + 1))) / 2
    return Interval(total / base, low / base, high / base)
