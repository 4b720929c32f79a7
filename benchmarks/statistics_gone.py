"""How often a theme is said to have gone away that has not, and how soon one that has is found."""

from __future__ import annotations

import numpy as np

from analysis.alerts.permuted import yearly_rate
from analysis.alerts.watch import WEEKS_A_YEAR
from analysis.findings.news.gone import LOOKED_BACK, lower_tails
from benchmarks.statistics_rows import Asked, Row, at_least, at_most
from benchmarks.statistics_streams import Draw, at_random, overdispersed, rising, steady, wandering

__all__ = ["rows"]

MOST = 2.0  # themes a year that are wrongly said to have gone
MEANS = np.geomspace(2, 60, 40)  # authors a week of forty themes


def rows(asked: Asked) -> list[Row]:
    """What is said to be gone a year, of forty themes that stay as they are; and how soon a theme of ten authors a week
    is found."""
    years, runs = (10, 50) if asked.quick else (50, 200)
    draws: list[tuple[str, Draw]] = [
        ("steady", at_random),
        ("variance 1.5 times the mean", overdispersed(1.5)),
        ("every rate wanders by 20 %, half of it gone in a week", wandering(0.2, 0.5)),
    ]
    made = [(name, _wrongly(draw, years)) for name, draw in draws]
    table = [
        at_most(f"said to be gone a year: 40 themes of 2 to 60 authors, {name}, {years} years", n / years, MOST,
                ours=_rate(n, years))
        for name, n in made
    ]  # fmt: skip
    wanted = ((0.0, 4, 0.95), (0.25, 6, 0.9), (0.5, 8, 0.3))
    for left, weeks, least in wanted:
        name = f"a theme of ten authors a week falls to {left:.0%}, found within {weeks} weeks, {runs} runs"
        table.append(at_least(name, _found(left, weeks, runs), least))
    return table


def _rate(n: int, years: int) -> str:
    rate = yearly_rate(n, years)
    return f"{rate.value:.2f} ({rate.low:.2f}-{rate.high:.2f})"


def _wrongly(draw: Draw, years: int) -> int:
    """Themes that are said to be gone, each time anew, in so many years of weekly digests."""
    rng, told = np.random.default_rng(5), 0
    for _ in range(years):
        made = steady(rng, draw, MEANS, 1, LOOKED_BACK + WEEKS_A_YEAR)
        counts, exposure = made.counts[0].astype(np.int64), made.exposure[0].astype(np.int64)
        before = lower_tails(counts[..., :LOOKED_BACK], exposure[..., :LOOKED_BACK])[-1]
        for week in range(LOOKED_BACK + 1, LOOKED_BACK + WEEKS_A_YEAR + 1):
            gone = lower_tails(counts[..., :week], exposure[..., :week])[-1]
            told += int((gone & ~before).sum())
            before = gone
    return told


def _found(left: float, weeks: int, runs: int) -> float:
    """The share of runs in which the first theme is said to be gone in one of the weeks after its fall."""
    path = np.full(weeks, 10.0 * left)
    made = rising(np.random.default_rng(6), at_random, MEANS, runs, LOOKED_BACK, path)
    counts, exposure = made.counts.astype(np.int64), made.exposure.astype(np.int64)
    found = 0
    for copy in range(runs):
        until = range(LOOKED_BACK + 1, LOOKED_BACK + weeks + 1)
        found += any(lower_tails(counts[copy, ..., :week], exposure[copy, ..., :week])[-1][0] for week in until)
    return found / runs
