"""Coverage of service levels: median times, some of them not over yet, and mean compensation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analysis.statistics.bounded import Scale, mean_interval
from analysis.statistics.clusters import few_decide
from analysis.statistics.durations import Times, survival_median
from benchmarks.coverage_draws import CROWDS, Crowd, Floats, coverage_row, held
from benchmarks.statistics_rows import Row
from groundswell.findings import Interval

__all__ = ["service_rows"]

SIZES = (20, 50, 200, 1000)
MEDIAN, SPREAD = 240.0, 1.2
# Of those who are paid anything: the mean of a log-normal amount of median 20.
PAID, AMOUNT = 0.3, 20.0 * float(np.exp(0.8**2 / 2))


def service_rows(runs: int) -> list[Row]:
    """Medians with nothing and with a quarter still open, and compensation, for every crowd."""
    runs = max(200, runs // 4)
    rows = []
    for crowd in CROWDS:
        for open_share in (0.0, 0.25):
            held_by = [_median(crowd, n, runs, open_share) for n in SIZES]
            figure = f"median time, {open_share:.0%} open, {crowd.name}"
            rows.append(coverage_row(figure, SIZES, held_by))
        told = {n: share for n in SIZES[1:] if (share := _paid(crowd, n, runs)) is not None}
        if told:
            rows.append(coverage_row(f"compensation a contact, {crowd.name}", list(told), list(told.values())))
    return rows


def _median(crowd: Crowd, n: int, runs: int, open_share: float) -> float:
    rng = np.random.default_rng(n)
    # Contacts of the last while: as long ago as they came in they have taken at most.
    longest = np.inf if open_share == 0 else 8 * MEDIAN

    def one() -> Interval | None:
        level, who = _levels(rng, crowd, n)
        minutes = MEDIAN * np.exp(SPREAD * level)
        waited = rng.uniform(0, longest, n) if open_share else np.full(n, np.inf)
        return survival_median(Times(np.minimum(minutes, waited), minutes <= waited, who))

    return _held(MEDIAN, one, runs)


def _paid(crowd: Crowd, n: int, runs: int) -> float | None:
    """Coverage of the mean amount; None where a few customers have most contacts, and none is told."""
    rng = np.random.default_rng(n)
    if few_decide(_levels(rng, crowd, n)[1]):
        return None

    def one() -> Interval | None:
        level, who = _levels(rng, crowd, n)
        amounts = np.where(rng.random(n) < PAID, 20.0 * np.exp(0.8 * level), 0.0)
        if (amounts > 0).sum() < 10:
            return None
        return mean_interval(amounts, who, Scale(0.0, float(amounts.max())))

    return _held(PAID * AMOUNT, one, runs)


def _levels(rng: np.random.Generator, crowd: Crowd, n: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Standard normal numbers, alike within an author, and the author of each."""
    counts = crowd.answers(n)
    who = np.repeat(np.arange(len(counts)), counts)
    alike = crowd.repeats**2
    level = np.sqrt(alike) * rng.standard_normal(len(counts))[who] + np.sqrt(1 - alike) * rng.standard_normal(n)
    return level, who


def _held(truth: float, one: Callable[[], Interval | None], runs: int) -> float:
    found = [interval for interval in (one() for _ in range(runs)) if interval is not None]
    return held(truth, np.array([i.low for i in found]), np.array([i.high for i in found]))
