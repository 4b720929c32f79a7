"""Coverage of shares of authors, differences of shares, and weekly counts before and after a remedy."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.statistics.effects import RateChange, rate_change
from analysis.statistics.intervals import share_interval
from analysis.statistics.rates import rate_of_counts, usual_range
from analysis.statistics.two_groups import differences_of_shares
from benchmarks.coverage_draws import SIZES, Floats, coverage_row, held
from benchmarks.statistics_rows import Row

__all__ = ["count_rows", "share_rows"]

# (n, other n): a small period or segment against a large one too.
PAIRS = ((20, 20), (20, 200), (50, 50), (100, 1000), (500, 500), (200, 2000))
SHARES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
# A theme that fewer than 5 authors raise is not shown.
SHOWN = 5.0
# Weeks before a remedy; authors a week before it, what becomes of them, and how that is said.
BEFORE = 16
REMEDIES = ((10.0, 1.0, "10 as before"), (40.0, 1.0, "40 as before"), (40.0, 0.3, "40 to 12"))


def share_rows() -> list[Row]:
    """Counted out, not drawn: the worst and the best coverage of the shares that expect at least 5 authors."""
    single, both = [], []
    for n in SIZES:
        found = [share_interval(x, n) for x in range(n + 1)]
        low, high = (np.array([getattr(one, end) for one in found]) for end in ("low", "high"))
        shares = np.exp(np.linspace(np.log(SHOWN / n), np.log(0.5), 40))
        chances = [stats.binom.pmf(np.arange(n + 1), n, share) for share in shares]
        single.append([float(c[(low <= p) & (p <= high)].sum()) for c, p in zip(chances, shares, strict=True)])
    for n, other in PAIRS:
        both.append([_difference(n, other, p, q) for p in SHARES for q in SHARES if max(n * p, other * q) >= SHOWN])
    names = [f"{n:,} against {other:,}" for n, other in PAIRS]
    return [
        *(_extremes(f"share of authors, n {n:,}", found) for n, found in zip(SIZES, single, strict=True)),
        *(_extremes(f"difference of shares, n {name}", found) for name, found in zip(names, both, strict=True)),
    ]


def _difference(n: int, other: int, share: float, other_share: float) -> float:
    x, y = np.arange(n + 1)[:, None], np.arange(other + 1)[None, :]
    _, low, high = differences_of_shares(x, np.array(n), y, np.array(other))
    chance = stats.binom.pmf(x, n, share) * stats.binom.pmf(y, other, other_share)
    truth = share - other_share
    return float(chance[(low <= truth + 1e-12) & (truth - 1e-12 <= high)].sum())


def _extremes(figure: str, found: list[float]) -> Row:
    return coverage_row(figure, ("least", "mean", "most"), (min(found), float(np.mean(found)), max(found)))


def count_rows(runs: int) -> list[Row]:
    """Rate ratios of weekly counts, the usual range of a week, and contacts for each customer."""
    runs, rng = max(200, runs // 2), np.random.default_rng(1)
    rows = []
    for phi in (1.0, 2.0):
        for after in (2, 4, 12):
            cases = [_change_of_rate(rng, runs, mean, ratio, after, phi) for mean, ratio, _ in REMEDIES]
            told = f"{after} weeks after a remedy, {BEFORE} before, variance {phi:g} x mean"
            for name, held_by in zip(("ratio", "a week before", "a week after"), zip(*cases, strict=True), strict=True):
                rows.append(coverage_row(f"{name}: {told}", [case for *_, case in REMEDIES], held_by))
        figure = f"usual range of a week, variance {phi:g} x mean, 100 contacts"
        rows.append(coverage_row(figure, (8, 26), [_usual(rng, runs, weeks, phi) for weeks in (8, 26)]))
    customers = (50, 200, 1000)
    rows.append(coverage_row("contacts per customer", customers, [_contacts(rng, runs, n) for n in customers]))
    return rows


def _weekly(rng: np.random.Generator, mean: float, phi: float, shape: tuple[int, ...]) -> Floats:
    """Counts of this mean whose variance is phi times the mean."""
    if phi <= 1:
        return rng.poisson(mean, shape).astype(np.float64)
    return rng.negative_binomial(mean / (phi - 1), 1 / phi, shape).astype(np.float64)


def _change_of_rate(
    rng: np.random.Generator, runs: int, mean: float, ratio: float, after: int, phi: float
) -> tuple[float, float, float]:
    """Coverage of the ratio, and of the authors a week before and after."""
    found: list[RateChange] = []
    volume = [np.full((1, weeks), 1000, dtype=np.int64) for weeks in (BEFORE, after)]
    for _ in range(runs):
        weeks = ((mean, BEFORE), (mean * ratio, after))
        counts = [_weekly(rng, usual, phi, (1, width)).astype(np.int64) for usual, width in weeks]
        change = rate_change(counts[0], volume[0], counts[1], volume[1])
        if change is not None:
            found.append(change)
    truths = ((ratio, [one.ratio for one in found]), (mean, [one.before for one in found]))
    ends = [*truths, (mean * ratio, [one.after for one in found])]
    shares = [held(truth, np.array([i.low for i in of]), np.array([i.high for i in of])) for truth, of in ends]
    return shares[0], shares[1], shares[2]


def _usual(rng: np.random.Generator, runs: int, weeks: int, phi: float) -> float:
    """How often the next week lies in the range that the weeks before it tell."""
    counts = _weekly(rng, 100.0, phi, (runs, weeks + 1))
    inside = []
    for one in counts:
        found = usual_range(one[:-1])
        inside.append(found is not None and found.low <= one[-1] <= found.high)
    return float(np.mean(inside))


def _contacts(rng: np.random.Generator, runs: int, customers: int) -> float:
    """Customers who write geometrically often: .2 contacts each, some of them many."""
    low, high = [], []
    for _ in range(runs):
        wrote = rng.negative_binomial(0.25, 0.25 / 0.45, customers)
        found = rate_of_counts(wrote[wrote > 0].astype(np.float64), float(customers))
        if found is not None:
            low.append(found.low)
            high.append(found.high)
    return held(0.2, np.array(low), np.array(high))
