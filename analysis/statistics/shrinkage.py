"""Figures of many small groups that lean on what the groups have in common, as those of single agents must.

Each group's own figure is one look at its true one, and the true ones scatter around a common mean: Gelman et al.,
Bayesian Data Analysis, 3rd edition, sections 5.3 and 5.4. How far they scatter is not estimated and then believed but
averaged over, so that the intervals say how little few groups tell of it. Nothing is drawn at random.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from groundswell.findings import Interval

__all__ = ["FEWEST_GROUPS", "lean_figures", "lean_shares"]

Floats = npt.NDArray[np.float64]
FEWEST_GROUPS = 3
_STEPS, _WIDEST = 200, 3.0  # of the grid of scatters; its end in standard deviations of what is seen
_MEANS, _REACH = 41, 4.0  # of the grid of common shares; its end in standard errors
_ROUNDS = 60  # halvings until a quantile is known
_LOW, _HIGH = 0.025, 0.975


def lean_figures(values: Floats, errors: Floats) -> list[Interval] | None:
    """Each group's figure drawn towards the common mean, the less is known of it the more, with its 95 % interval.

    None for fewer than three groups, which tell nothing of how groups scatter. `errors` are positive. A normal
    hierarchy, with a scatter that is anything from 0 up with even odds.
    """
    if len(values) < FEWEST_GROUPS:
        return None
    widest = _WIDEST * max(float(values.std(ddof=1)), float(errors.mean()))
    scatter = (np.arange(_STEPS) + 0.5) / _STEPS * widest
    total = errors[None, :] ** 2 + scatter[:, None] ** 2  # steps x groups
    known = 1.0 / (1.0 / total).sum(axis=1)
    common = known * (values / total).sum(axis=1)
    off = (values[None, :] - common[:, None]) ** 2
    density = _normed(0.5 * np.log(known) - 0.5 * (np.log(total) + off / total).sum(axis=1))
    lean = errors[None, :] ** 2 / total  # 1: wholly on the common mean
    means = lean * common[:, None] + (1.0 - lean) * values
    spreads = np.sqrt((1.0 - lean) * errors**2 + lean**2 * known[:, None])
    ends = [_quantile(share, density, means, spreads) for share in (_LOW, _HIGH)]
    return [Interval(float(m), float(a), float(b)) for m, a, b in zip(density @ means, *ends, strict=True)]


def lean_shares(shares: Floats, n: Floats) -> list[Interval] | None:
    """The same for shares of `n` answers each (what they are worth, so not always whole): a beta-binomial hierarchy."""
    if len(shares) < FEWEST_GROUPS:
        return None
    hits, misses = shares * n, (1.0 - shares) * n
    pooled = (hits.sum() + 0.5) / (n.sum() + 1.0)
    own = special.logit((hits + 0.5) / (n + 1.0))
    error = np.sqrt(1.0 / (n.sum() * pooled * (1.0 - pooled)) + own.var(ddof=1) / len(n))
    means = special.expit(special.logit(pooled) + np.linspace(-_REACH, _REACH, _MEANS) * error)
    # The scatter by the correlation of two answers of one group: its root is even from 0 to nearly 1.
    scatter = (np.arange(_MEANS) + 0.5) / _MEANS * 0.9
    weight = 1.0 / scatter**2 - 1.0
    yes, no = (np.multiply.outer(weight, part)[..., None] for part in (means, 1.0 - means))
    density = _normed((special.betaln(hits + yes, misses + no) - special.betaln(yes, no)).sum(axis=2))
    sums = n + yes + no
    mean_at = (hits + yes) / sums
    mean = (density[..., None] * mean_at).sum(axis=(0, 1))
    spread_at = mean_at * (1.0 - mean_at) / (sums + 1.0) + (mean_at - mean) ** 2
    size = mean * (1.0 - mean) / (density[..., None] * spread_at).sum(axis=(0, 1)) - 1.0
    low, high = (stats.beta.ppf(share, mean * size, (1.0 - mean) * size) for share in (_LOW, _HIGH))
    return [Interval(float(m), float(a), float(b)) for m, a, b in zip(mean, low, high, strict=True)]


def _normed(log_density: Floats) -> Floats:
    density = np.exp(log_density - log_density.max())
    normed: Floats = density / density.sum()
    return normed


def _quantile(share: float, density: Floats, means: Floats, spreads: Floats) -> Floats:
    """Below which so much of each group's mixture of normal densities lies, by halving."""
    low, high = (means - 8 * spreads).min(axis=0), (means + 8 * spreads).max(axis=0)
    for _ in range(_ROUNDS):
        half = (low + high) / 2
        below = density @ special.ndtr((half - means) / spreads) < share
        low, high = np.where(below, half, low), np.where(below, high, half)
    middle: Floats = (low + high) / 2
    return middle
