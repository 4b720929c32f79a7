"""Why a mean moved between two periods: mix and rate of exclusive groups, adding up exactly (docs/methods.md, D4).

Each response's weight of 1 is split evenly over the groups that it belongs to, so the groups are exclusive. With q_g
the weight share of group g, m_g its weighted mean, and bars for the averages of both periods,

    change = sum of (q_g2 - q_g1) (mbar_g - r)  [mix]  +  sum of qbar_g (m_g2 - m_g1)  [rate]

for any number r, as the shares of either period add up to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.statistics.shares import Weighted, authors_by_theme

__all__ = ["Moves", "errors_of_moves", "mix_and_rate"]

# Parts of the authors that are left out one by one to see how much the parts of a move vary.
PARTS = 20
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moves:
    """Mix and rate of each theme; the last entry is the group of responses without a theme. All add up to `change`."""

    mix: Floats
    rate: Floats
    change: float


def mix_and_rate(before: Weighted, now: Weighted) -> Moves:
    """The parts of the move of the mean from `before` to `now`, which share their themes' numbers.

    r is the average mean of the responses without a theme, so that a theme that grows at their cost has all of that in
    its own mix: "more complain of it" is one number, with no twin "fewer complain of nothing". Where either period has
    no such response r is the average of the two means. A group that one period lacks has no rate. Both periods must
    have a response (ValueError).
    """
    if not len(before.points) or not len(now.points):
        raise ValueError("a mean of no responses has not moved: both periods need one")
    (q1, m1), (q2, m2) = _shares_and_means(before), _shares_and_means(now)
    m1, m2 = np.where(q1 > 0, m1, m2), np.where(q2 > 0, m2, m1)
    change = float(now.points.mean() - before.points.mean())
    known = bool(q1[-1] > 0 and q2[-1] > 0)
    r = (m1[-1] + m2[-1]) / 2 if known else (float(now.points.mean()) + float(before.points.mean())) / 2
    return Moves((q2 - q1) * ((m1 + m2) / 2 - r), (q1 + q2) / 2 * (m2 - m1), change)


def errors_of_moves(before: Weighted, now: Weighted) -> Floats:
    """Half the width of the 95 % interval of each theme's mix + rate, that of the responses without a theme last.

    The jackknife over 20 parts of the authors, all answers of one author of either period in one part, with Student's t
    of the parts or of the theme's authors where they are fewer. Both periods must number their authors alike.
    """
    authors = int(max(before.authors.max(), now.authors.max())) + 1
    # Authors are numbered as their answers came in: every 20th spreads each stretch of time over all parts.
    part = np.arange(authors) % PARTS
    left_out = []
    for place in range(PARTS):
        moves = mix_and_rate(_kept(before, part[before.authors] != place), _kept(now, part[now.authors] != place))
        left_out.append(moves.mix + moves.rate)
    spread = np.array(left_out) - np.mean(left_out, axis=0)
    error = np.sqrt((PARTS - 1) / PARTS * (spread**2).sum(axis=0))
    few = np.append(authors_by_theme(before, now), authors)
    half: Floats = stats.t.ppf(0.975, np.clip(few - 1, 1, PARTS - 1)) * error
    return half


def _kept(weighted: Weighted, rows: npt.NDArray[np.bool_]) -> Weighted:
    """The same with some of the responses."""
    place, pairs = np.cumsum(rows) - 1, rows[weighted.rows]
    return Weighted(
        weighted.points[rows],
        weighted.authors[rows],
        place[weighted.rows[pairs]],
        weighted.themes[pairs],
        weighted.weights[pairs],
        weighted.count,
    )


def _shares_and_means(weighted: Weighted) -> tuple[Floats, Floats]:
    """Weight share and weighted mean (0 where nobody is in it) of each theme, and of those without one at the end."""
    without = weighted.reference
    places = np.append(weighted.themes, np.full(int(without.sum()), weighted.count, dtype=np.intp))
    weights = np.append(weighted.weights, np.ones(int(without.sum())))
    points = np.append(weighted.points[weighted.rows], weighted.points[without])
    q = np.bincount(places, weights=weights, minlength=weighted.count + 1)
    sums = np.bincount(places, weights=weights * points, minlength=weighted.count + 1)
    return q / len(weighted.points), np.divide(sums, q, out=np.zeros_like(sums), where=q > 0)
