"""Coverage of what is picked out of many comparisons: groups of people and releases that differ."""

from __future__ import annotations

import numpy as np

from analysis.statistics.two_groups import differences_of_shares, p_values_of_shares, pick
from benchmarks.coverage_draws import coverage_row
from benchmarks.statistics_rows import Row, at_most, share

__all__ = ["group_rows"]

# Pages: values of a field, themes, and the people of the smallest and the largest value.
PAGES = ((3, 60, 40, 300), (4, 80, 40, 300), (4, 80, 160, 1200), (10, 150, 80, 600))
# Of all values and themes so many really differ, by these factors.
REAL, FACTORS = 0.04, (2.0, 3.0, 5.0)
RATE, FEWEST = 0.05, 5


def group_rows(runs: int) -> list[Row]:
    """Pages on which few of many differences are real: coverage of all intervals, of those told, and false ones."""
    told = [_page(np.random.default_rng(number), max(60, runs // 8), *page) for number, page in enumerate(PAGES)]
    names = [f"{values} x {themes}, {least:,}-{most:,} people" for values, themes, least, most in PAGES]
    everything, picked, false = zip(*told, strict=True)
    return [
        coverage_row("difference of shares, all compared", names, everything),
        coverage_row("difference of shares, those told", names, picked),
        at_most("told without being real, the most of these pages", max(false), 0.1, ours=share(max(false))),
    ]


def _page(
    rng: np.random.Generator, runs: int, values: int, themes: int, least: int, most: int
) -> tuple[float, float, float]:
    """Coverage of all intervals and of those told, and the share of those told that is not real."""
    everything, held, real = [], [], []
    for _ in range(runs):
        n = rng.integers(least, most, values)[:, None]
        factor = np.where(rng.random((values, themes)) < REAL, rng.choice(FACTORS, (values, themes)), 1.0)
        chance = np.minimum(0.9, rng.beta(0.8, 25, themes) * factor)
        hits = rng.binomial(n, chance)
        others, other_n = hits.sum(axis=0) - hits, n.sum() - n
        truth = chance - ((n * chance).sum(axis=0) - n * chance) / other_n
        p = np.where(hits.sum(axis=0) >= FEWEST, p_values_of_shares(hits, n, others, other_n), np.nan)
        picked = pick([p.ravel()], RATE)
        _, low, high = differences_of_shares(hits, n, others, other_n)
        everything.append(((low <= truth) & (truth <= high))[~np.isnan(p)])
        _, low, high = differences_of_shares(hits, n, others, other_n, picked.chance)
        told = picked.holds.reshape(p.shape) & (low > 0) & (hits >= FEWEST)
        held.append(((low <= truth) & (truth <= high))[told])
        real.append((factor > 1)[told])
    return tuple(float(np.concatenate(part).mean()) for part in (everything, held, [~one for one in real]))  # type: ignore[return-value]
