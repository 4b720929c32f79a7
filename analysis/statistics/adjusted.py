"""A difference between two groups among people who are alike in something else (docs/methods.md, D5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.statistics.intervals import Z
from groundswell.findings import Interval

__all__ = ["Adjusted", "adjusted_difference"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """`difference` is None where no stratum holds both groups; `matched` is the share of the group that has others."""

    difference: Interval | None
    matched: float


def adjusted_difference(values: Floats, mine: npt.NDArray[np.bool_], strata: npt.NDArray[np.intp]) -> Adjusted:
    """Mean of the group minus mean of the others within strata, weighted as Mantel and Haenszel weigh risks.

    A stratum with n of the group and m others has the weight n m / (n + m); its error comes from the spread within
    strata, taken together per group.
    """
    count = int(strata.max(initial=-1)) + 1
    sides = [(np.bincount(strata[side], minlength=count), side) for side in (mine, ~mine)]
    (n, _), (m, _) = sides
    both = (n > 0) & (m > 0)
    if not both.any():
        return Adjusted(None, 0.0)
    weight = np.where(both, n * m / np.maximum(n + m, 1), 0.0)
    weight /= weight.sum()
    value, variance = 0.0, 0.0
    for sign, (size, side) in zip((1.0, -1.0), sides, strict=True):
        means = np.bincount(strata[side], weights=values[side], minlength=count) / np.maximum(size, 1)
        free = max(1, int(np.maximum(size - 1, 0).sum()))
        spread = float(((values[side] - means[strata[side]]) ** 2).sum()) / free
        value += sign * float(weight @ means)
        variance += spread * float((weight**2 / np.maximum(size, 1)).sum())
    half = Z * float(np.sqrt(variance))
    return Adjusted(Interval(value, value - half, value + half), float(n[both].sum() / n.sum()))
