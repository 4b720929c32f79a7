"""How often alerts open when nothing is unusual: the same people on permuted dates (docs/methods.md, D6)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.alerts.counts import Floats
from analysis.alerts.history import live_through
from analysis.alerts.watch import WEEKS_A_YEAR, Rules
from groundswell.findings import Interval

__all__ = ["COPIES", "permuted", "realised_rate", "yearly_rate"]

COPIES = 20
Integers = npt.NDArray[np.integer]


def realised_rate(
    counts: Integers, exposure: Integers, rules: Rules, *, copies: int = COPIES, seed: int = 0
) -> Interval | None:
    """Alerts opened a year on copies with permuted dates: counts (themes, sources, weeks), exposure (sources, weeks).

    None where no week has weeks enough behind it. The interval is the exact Poisson one of all copies together.
    """
    first, weeks = rules.least_weeks, counts.shape[-1]
    if weeks <= first or not counts.size:
        return None
    drawn = permuted(counts, exposure, copies, np.random.default_rng(seed))
    wrote = np.broadcast_to(exposure.astype(np.float64), (copies, *exposure.shape))
    alerts = int(live_through(drawn, wrote, rules, first).opened.sum())
    return yearly_rate(alerts, copies * (weeks - first) / WEEKS_A_YEAR)


def yearly_rate(alerts: int, years: float) -> Interval:
    """Alerts a year with the exact 95 % Poisson interval (Garwood 1936)."""
    low = float(stats.chi2.ppf(0.025, 2 * alerts)) / 2 if alerts else 0.0
    return Interval(alerts / years, low / years, float(stats.chi2.ppf(0.975, 2 * alerts + 2)) / 2 / years)


def permuted(counts: Integers, exposure: Integers, copies: int, rng: np.random.Generator) -> Floats:
    """Copies (copies, themes, sources, weeks) in which every author of a source has a week drawn at random.

    Each week keeps as many authors of each source as it has, so that a theme's authors fall among the weeks by a
    multivariate hypergeometric law. Each theme is drawn by itself: that people raise several does not change how many
    alerts are to be expected.
    """
    drawn = np.zeros((copies, *counts.shape))
    for theme, source in np.argwhere(counts.sum(-1) > 0):
        room = np.maximum(exposure[source], counts[theme, source]).astype(np.int64)
        total = int(counts[theme, source].sum())
        drawn[:, theme, source] = rng.multivariate_hypergeometric(room, total, size=copies, method="marginals")
    return drawn
