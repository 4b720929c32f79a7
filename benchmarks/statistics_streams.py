"""Made-up weekly counts for the alarms of `benchmarks.statistics`: steady, overdispersed, wandering, rising."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "Draw",
    "Floats",
    "Streams",
    "at_random",
    "mean_and_two_sd",
    "overdispersed",
    "rising",
    "steady",
    "wandering",
]

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, Floats], Floats]  # counts about their means, of one shape
WROTE = 1_000.0  # authors a week


@dataclass(frozen=True)
class Streams:
    """counts (copies, themes, sources, weeks) and exposure (copies, sources, weeks)."""

    counts: Floats
    exposure: Floats


def at_random(rng: np.random.Generator, means: Floats) -> Floats:
    """Poisson counts."""
    return rng.poisson(means).astype(np.float64)


def overdispersed(phi: float) -> Draw:
    """Negative binomial counts whose variance is phi times their mean."""

    def draw(rng: np.random.Generator, means: Floats) -> Floats:
        return rng.negative_binomial(np.maximum(means, 1e-9) / (phi - 1), 1 / phi).astype(np.float64)

    return draw


def wandering(by: float, memory: float) -> Draw:
    """Poisson counts whose means wander by a share `by` (one standard deviation), each week remembering the last."""

    def draw(rng: np.random.Generator, means: Floats) -> Floats:
        level = rng.normal(0, by, means.shape)
        for week in range(1, means.shape[-1]):
            fresh = level[..., week] * np.sqrt(1 - memory**2)
            level[..., week] = memory * level[..., week - 1] + fresh
        return at_random(rng, means * np.exp(level - by**2 / 2))

    return draw


def steady(
    rng: np.random.Generator,
    draw: Draw,
    means: Floats,
    copies: int,
    weeks: int,
    *,
    sources: Sequence[float] = (1.0,),
    swing: float = 0.0,
) -> Streams:
    """Themes of these mean authors a week that stay as they are; `sources` share them, and the authors who write at
    all vary from week to week by `swing` (one standard deviation of their logarithm)."""
    parts = np.asarray(sources)[None, :, None]
    wrote = np.round(WROTE * parts * np.exp(rng.normal(0, swing, (copies, len(sources), weeks))))
    counts = draw(rng, means[None, :, None, None] * wrote[:, None] / WROTE)
    return Streams(np.minimum(counts, wrote[:, None]), wrote)


def rising(rng: np.random.Generator, draw: Draw, means: Floats, copies: int, before: int, path: Floats) -> Streams:
    """Steady themes, of which the first has ten authors a week for `before` weeks and then follows the path."""
    weeks = before + len(path)
    over_time = np.repeat(means[None, :, None, None], copies, 0) * np.ones(weeks)
    over_time[:, 0] = np.concatenate((np.full(before, 10.0), path))
    return Streams(draw(rng, over_time), np.full((copies, 1, weeks), WROTE))


def mean_and_two_sd(counts: Floats, behind: int) -> npt.NDArray[np.bool_]:
    """The weeks (copies, themes, weeks) over the mean and two standard deviations of the `behind` weeks before each."""
    totals = counts.sum(2)
    over = np.zeros(totals.shape, bool)
    for week in range(behind, totals.shape[-1]):
        past = totals[..., week - behind : week]
        over[..., week] = totals[..., week] > past.mean(-1) + 2 * past.std(-1, ddof=1)
    return over
