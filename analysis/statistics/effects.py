"""Rate ratios of weekly counts with exposure and overdispersion (docs/methods.md, D6 and D14): did a remedy help?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.statistics.intervals import Z
from groundswell.findings import Interval

__all__ = ["RateChange", "last_level", "overdispersion", "rate_change"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
# Weekly complaints vary by so much more than chance; as strongly as so many weeks say it.
USUAL_DISPERSION, DISPERSION_WEIGHT = 1.5, 2.0
RISE, LEAST_RISE = 10.8, 1.5


@dataclass(frozen=True, slots=True)
class RateChange:
    """Counts a week before and after a day; `before` is what the rates from before give at the volume after it."""

    before: Interval
    after: Interval
    ratio: Interval
    phi: float  # variance of a week's count over its mean


def rate_change(
    before: Counts,
    exposure_before: Counts,
    after: Counts,
    exposure_after: Counts,
    earlier: tuple[Counts, Counts] | None = None,
) -> RateChange | None:
    """How a weekly count changed: counts and exposures are (strata, weeks); None where nobody was counted before.

    Each stratum (a source) keeps its own rate, so that one that grows or shrinks is no change: expected after are
    E = sum of rate x exposure after. The ratio is y / E with the interval of a binomial share, y of the y + m events
    that fall after, with Jeffreys' half; m = E^2 / var(E) is how many events E is known as well as. Counts are divided
    by their overdispersion first, which counts and exposures of `earlier` weeks on a level of their own tell of too.
    """
    of = exposure_before.sum(axis=1)
    known = of > 0
    before, after = before[known], after[known]
    exposure_before, exposure_after = exposure_before[known], exposure_after[known]
    of, raised = of[known], before.sum(axis=1)
    growth = exposure_after.sum(axis=1) / of
    expected, seen, weeks = float(raised @ growth), int(after.sum()), after.shape[1]
    if expected <= 0 or weeks == 0:
        return None
    known_as = expected**2 / float(raised @ growth**2)
    levels = [(before, exposure_before), (after, exposure_after)]
    if earlier is not None:
        levels.append((earlier[0][known], earlier[1][known]))
    phi = _inflation(levels)
    low, high = _ratio_bounds(seen / phi, known_as / phi)
    scale = known_as / expected
    return RateChange(
        before=_a_week(expected, known_as, phi, weeks),
        after=_a_week(seen, seen, phi, weeks),
        ratio=Interval(seen / expected, low * scale, high * scale),
        phi=phi,
    )


def overdispersion(levels: Sequence[tuple[Counts, Counts]]) -> tuple[float, int]:
    """Pearson's chi-squared of weekly counts and its degrees of freedom; each level has a rate of its own."""
    squares, free = 0.0, 0
    for counts, exposure in levels:
        of = exposure.sum(axis=1, keepdims=True)
        rates = np.divide(counts.sum(axis=1, keepdims=True), of, out=np.zeros(of.shape), where=of > 0)
        usual, seen = (rates * exposure).sum(axis=0), counts.sum(axis=0)
        some = usual > 0
        squares += float(((seen[some] - usual[some]) ** 2 / usual[some]).sum())
        free += max(0, int(some.sum()) - 1)
    return squares, free


def _inflation(levels: Sequence[tuple[Counts, Counts]]) -> float:
    """What counts are divided by: the overdispersion, leaning on the usual one, times what Student's t adds to it."""
    squares, free = overdispersion(levels)
    known = free + DISPERSION_WEIGHT
    phi = (squares + DISPERSION_WEIGHT * USUAL_DISPERSION) / known
    return max(1.0, phi * float(stats.t.ppf(0.975, known) / Z) ** 2)


def last_level(counts: Counts, exposure: Counts) -> int:
    """How many of the last weeks lie on a higher level than those before them; 0 where they do not, beyond chance.

    Counts and exposures are (strata, weeks). Each split leaves at least 4 weeks before it and 2 to 12 after it, at 1.5
    times the rate or more; taken is the one with the greatest likelihood ratio over the overdispersion, if that is
    beyond 10.8 (chi-squared at .001, since some ten splits are looked at).
    """
    weeks = counts.shape[1]
    best, length = RISE, 0
    of = exposure.sum(axis=1)
    rates = np.divide(counts.sum(axis=1), of, out=np.zeros(len(of)), where=of > 0)
    for split in range(max(4, weeks - 12), weeks - 1):
        parts = [(counts[:, cut], exposure[:, cut]) for cut in (slice(split), slice(split, None))]
        usual = [float(rates @ part[1].sum(axis=1)) for part in parts]
        seen = [float(part[0].sum()) for part in parts]
        if min(usual) <= 0 or seen[1] * usual[0] < LEAST_RISE * seen[0] * usual[1]:
            continue
        ratio = 2 * sum(n * np.log(n / e) for n, e in zip(seen, usual, strict=True) if n > 0)
        squares, free = overdispersion(parts)
        ratio /= max(1.0, squares / max(1, free))
        if ratio > best:
            best, length = ratio, weeks - split
    return length


def _ratio_bounds(after: float, before: float) -> tuple[float, float]:
    """The 95 % bounds of one Poisson mean over another, of which these many events are known."""
    share = stats.beta(after + 0.5, before + 0.5)
    low, high = float(share.ppf(0.025)), float(share.ppf(0.975))
    return (0.0 if after == 0 else low / (1 - low)), high / (1 - high)


def _a_week(mean: float, known_as: float, phi: float, weeks: int) -> Interval:
    """`mean` events over `weeks`, a week, as surely known as from `known_as` events, by Jeffreys' interval."""
    events = known_as / phi
    low = 0.0 if events == 0 else float(stats.gamma.ppf(0.025, events + 0.5))
    high = float(stats.gamma.ppf(0.975, events + 0.5))
    scale = (mean / events if events > 0 else phi) / weeks
    return Interval(mean / weeks, low * scale, high * scale)
