"""Two shares at a time, many such pairs at once: tests, intervals, and which of them hold (docs/methods.md, D5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

__all__ = [
    "FALSE_CHANGES",
    "FALSE_PICKS",
    "Picked",
    "differences_of_shares",
    "holding",
    "p_values_of_shares",
    "pick",
    "wilson",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
# Of what a page says, at most so much may be chance: of changes that it marks, of groups that it picks out of hundreds.
FALSE_CHANGES, FALSE_PICKS = 0.10, 0.05
# Of a hypergeometric count with a mean below 5, more than this never comes up (chance under 1e-40).
_MOST, _CHUNK = 64, 20_000
# As scipy's Fisher test: a table as likely as the one seen but for rounding is as extreme.
_ROUNDING = 1 + 1e-7


def p_values_of_shares(hits: Counts, n: Counts, other_hits: Counts, other_n: Counts) -> Floats:
    """Two-sided p-values of each two shares being one: Fisher's exact test where the smallest expected count of the
    table is below 5, else chi-squared without correction.

    The arrays are broadcast against each other. NaN where a group is empty, or nobody or everybody is a hit in both.
    """
    tables = np.stack([np.asarray(a, dtype=np.int64) for a in np.broadcast_arrays(hits, n, other_hits, other_n)], -1)
    distinct, back = np.unique(tables.reshape(-1, 4), axis=0, return_inverse=True)
    return _distinct(*distinct.T)[back.ravel()].reshape(tables.shape[:-1])


def _distinct(hits: Counts, n: Counts, other_hits: Counts, other_n: Counts) -> Floats:
    p = np.full(len(hits), np.nan)
    both, total = hits + other_hits, n + other_n
    tested = (n > 0) & (other_n > 0) & (both > 0) & (both < total)
    least = np.zeros(len(hits))
    least[tested] = (np.minimum(n, other_n) * np.minimum(both, total - both))[tested] / total[tested]
    exact, large = tested & (least < 5), tested & (least >= 5)
    cross = hits.astype(float) * (other_n - other_hits) - other_hits.astype(float) * (n - hits)
    of = n.astype(float) * other_n * both.astype(float) * (total - both)
    p[large] = stats.chi2.sf(cross[large] ** 2 * total[large] / of[large], 1)
    rows = np.flatnonzero(exact)
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        p[part] = _fisher(hits[part], n[part], both[part], total[part])
    return p


def _fisher(hits: Counts, n: Counts, both: Counts, total: Counts) -> Floats:
    """Two-sided: all tables that are no likelier than the one seen. The smallest expected cell is counted, so that
    64 columns hold all that can happen."""
    mirrored = 2 * n > total
    hits, n = np.where(mirrored, both - hits, hits), np.where(mirrored, total - n, n)
    mostly = 2 * both > total
    hits, both = np.where(mostly, n - hits, hits), np.where(mostly, total - both, both)
    x = np.arange(_MOST + 1)
    chance = _chance(x, n[:, None], both[:, None], total[:, None])
    seen = _chance(hits, n, both, total)
    p = np.where(chance <= seen[:, None] * _ROUNDING, chance, 0.0).sum(axis=1)
    beyond = hits > _MOST
    p[beyond] = stats.hypergeom.sf(hits[beyond] - 1, total[beyond], n[beyond], both[beyond])
    return np.asarray(np.minimum(1.0, p))


def _chance(x: Counts, n: Counts, both: Counts, total: Counts) -> Floats:
    """Hypergeometric chance of x of `both` hits among the n of `total`; 0 outside its range."""
    inside = (x <= np.minimum(n, both)) & (x >= np.maximum(0, n + both - total))
    safe = np.where(inside, x, np.maximum(0, n + both - total))
    logs = _log_choose(both, safe) + _log_choose(total - both, n - safe) - _log_choose(total, n)
    return np.where(inside, np.exp(logs), 0.0)


def _log_choose(n: Counts, k: Counts) -> Floats:
    logs: Floats = special.gammaln(n + 1.0) - special.gammaln(k + 1.0) - special.gammaln(n - k + 1.0)
    return logs


def differences_of_shares(
    hits: Counts, n: Counts, other_hits: Counts, other_n: Counts, chance: float = 0.05
) -> tuple[Floats, Floats, Floats]:
    """hits/n - other_hits/other_n with the bounds of Newcombe's interval (his method 10); no n may be 0.

    `chance` is how often the interval may miss: less where it is told because it is one of the clearest of many.
    """
    z = float(stats.norm.isf(chance / 2))
    (one, low, high), (two, other_low, other_high) = wilson(hits, n, z), wilson(other_hits, other_n, z)
    value = one - two
    return value, value - np.hypot(one - low, other_high - two), value + np.hypot(high - one, two - other_low)


def wilson(hits: Counts, n: Counts, z: float) -> tuple[Floats, Floats, Floats]:
    """hits/n with the ends of their Wilson intervals of z standard errors; no n may be 0."""
    p, z2 = hits / n, z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return p, np.maximum(0.0, np.minimum(p, centre - half)), np.minimum(1.0, np.maximum(p, centre + half))


def holding(p_values: Floats, q: float) -> npt.NDArray[np.bool_]:
    """Which tests hold when at most a share q of those that hold may be false, after Benjamini and Hochberg (1995).

    NaN never holds and is no test.
    """
    known = np.sort(p_values[~np.isnan(p_values)])
    under = np.flatnonzero(known <= q * np.arange(1, len(known) + 1) / max(1, len(known)))
    bound = known[under[-1]] if len(under) else -1.0
    return np.asarray(p_values <= bound)


@dataclass(frozen=True, slots=True)
class Picked:
    """Which tests hold, in their order, and how often the interval of one that holds may miss."""

    holds: Flags
    chance: float


def pick(families: Sequence[Floats], rate: float) -> Picked:
    """The tests that Benjamini-Hochberg accepts at this rate among all of them and among those of their own family.

    Of m tests with k picked, intervals that each miss with rate x k / m hold the truth in all but a share `rate` of
    those picked, however many they were picked from (Benjamini and Yekutieli 2005).
    """
    page = np.concatenate([np.empty(0), *families])
    holds = holding(page, rate) & np.concatenate([holding(family, rate) for family in (np.empty(0), *families)])
    tests = int((~np.isnan(page)).sum())
    return Picked(holds, rate * max(1, int(holds.sum())) / max(1, tests))
