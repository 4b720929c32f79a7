"""What chance alone could bring: tails of counts and shares, and how far earlier stretches swung."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "fewest_improbable",
    "highest_usual",
    "kolmogorov_tail",
    "most_improbable",
    "normal_quantile",
    "share_improbable",
    "share_tail",
]

_BLOCKS = 4  # earlier stretches of the load's size that are needed to say how far they usually swing


def most_improbable(expected: float, spread: float, improbable: float, at_most: float) -> int:
    """The highest count up to `at_most` that is so low by chance with less than this probability; -1: none is.

    Counts are negative binomial: variance = expected + spread x expected squared (Poisson swings less than customers).
    """
    low, high = -1, int(at_most)
    while low < high:
        middle = (low + high + 1) // 2
        if _count_tail(middle, expected, spread) < improbable:
            low = middle
        else:
            high = middle - 1
    return low


def fewest_improbable(expected: float, spread: float, improbable: float, at_least: float) -> int:
    """The lowest count from `at_least` on that is so high by chance with less than this probability."""
    low = high = max(1, int(at_least + 0.999999))
    while 1.0 - _count_tail(high - 1, expected, spread) >= improbable:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if 1.0 - _count_tail(middle - 1, expected, spread) < improbable:
            high = middle
        else:
            low = middle + 1
    return low


def _count_tail(count: int, expected: float, spread: float) -> float:
    """The probability of `count` or fewer."""
    from scipy.special import betainc

    size = 1.0 / spread
    return float(betainc(size, count + 1.0, size / (size + expected)))


def share_tail(count: int, n: int, share: float) -> float:
    """The probability of `count` or more among `n` where each has the share's chance (binomial)."""
    from scipy.special import betainc

    return 1.0 if count <= 0 else 0.0 if count > n else float(betainc(count, n - count + 1.0, share))


def share_improbable(n: int, share: float, improbable: float, at_least: float) -> int | None:
    """The lowest count among `n` that is `at_least` and so high by chance with less than this probability; None: no
    count is."""
    import math

    for count in range(max(1, math.ceil(at_least - 1e-9)), n + 1):
        if share_tail(count, n, share) < improbable:
            return count
    return None


def kolmogorov_tail(distance: float, n: int, m: int) -> float:
    """The probability of such a distance between two samples of one distribution (Kolmogorov-Smirnov, asymptotic;
    where values tie, as scores do, the true one is lower)."""
    from scipy.special import kolmogorov

    return float(kolmogorov(distance * (n * m / (n + m)) ** 0.5))


def normal_quantile(improbable: float) -> float:
    """How many standard errors chance exceeds with this probability, on one side."""
    from scipy.special import ndtri

    return -float(ndtri(improbable))


def highest_usual(stretches: NDArray[np.float64] | list[Any]) -> float | None:
    """What one earlier stretch in twenty exceeds; None where there are too few to say.

    Customers come in waves (a campaign, one shop's tablets): what swung so far before is no news, whatever a formula
    for independent records says.
    """
    import numpy as np

    if len(stretches) < _BLOCKS:
        return None
    return float(np.quantile(stretches, 0.95, method="higher"))
