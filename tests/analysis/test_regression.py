"""Shares by regression: the definition of Lindeman, Merenda and Gold, collinear themes, many themes, none."""

from itertools import combinations
from math import comb

import numpy as np
import pytest

from analysis.statistics.regression import explained_by, regress
from analysis.statistics.shares import even_weights, gap_shares


def answers(seed, n, losses, rate=0.3):
    """Flags (n, themes) and points that lose so much by theme."""
    rng = np.random.default_rng(seed)
    flags = (rng.random((n, len(losses))) < rate).astype(float)
    return flags, 60 + rng.normal(0, 30, n) - flags @ np.asarray(losses, dtype=float)


def as_weighted(flags, points, authors=None):
    """The same as responses with even weights."""
    who = np.arange(len(points)) if authors is None else authors
    return even_weights(points, who, *np.nonzero(flags), flags.shape[1])


def r_squared(flags, points, subset):
    """By least squares."""
    x = np.column_stack([np.ones(len(points)), flags[:, list(subset)]])
    left = points - x @ np.linalg.lstsq(x, points, rcond=None)[0]
    return 1 - left @ left / ((points - points.mean()) ** 2).sum()


def by_definition(flags, points):
    """The Shapley value of R^2, subset by subset."""
    k = flags.shape[1]
    shares = np.zeros(k)
    for theme in range(k):
        others = [t for t in range(k) if t != theme]
        for size in range(k):
            for subset in combinations(others, size):
                added = r_squared(flags, points, (*subset, theme)) - r_squared(flags, points, subset)
                shares[theme] += added / (k * comb(k - 1, size))
    return shares


def test_shares_of_r_squared_are_those_of_the_definition():
    """Each theme's share is what it adds to R^2 over all orders, to 1e-9; they add up to R^2."""
    flags, points = answers(1, 250, [40, 20, -10, 5, 0])
    found = explained_by(flags, points)
    assert found.shares == pytest.approx(by_definition(flags, points), abs=1e-9)
    assert found.r_squared == pytest.approx(r_squared(flags, points, range(5)), abs=1e-9)
    assert list(found.signs[:3]) == [-1, -1, 1]


def test_many_themes_are_averaged_over_random_orders():
    """Beyond twelve themes random orders, always the same, come near to the definition and still add up to R^2."""
    flags, points = answers(2, 400, np.r_[40, 25, np.zeros(12)], rate=0.15)
    found, again = explained_by(flags, points), explained_by(flags, points)
    assert (found.shares == again.shares).all()
    assert found.r_squared == pytest.approx(r_squared(flags, points, range(14)), abs=1e-9)
    few = explained_by(flags[:, :12], points)
    assert found.shares[:2] == pytest.approx(few.shares[:2], abs=0.01)


def test_themes_that_always_come_together_share_what_they_explain():
    """Two names of one thing get half each, where coefficients would not exist."""
    flags, points = answers(3, 300, [30, 10])
    found = explained_by(np.column_stack([flags, flags[:, 0]]), points)
    assert found.shares[0] == pytest.approx(found.shares[2], abs=1e-6)
    assert found.shares[[0, 2]].sum() == pytest.approx(explained_by(flags, points).shares[0], abs=0.01)


def test_what_all_or_none_raise_explains_nothing():
    """Constant columns, and points that are all the same."""
    flags, points = answers(4, 100, [30])
    wide = np.column_stack([flags, np.ones(100), np.zeros(100)])
    assert explained_by(wide, points).shares[1:] == pytest.approx([0, 0], abs=1e-9)
    assert explained_by(wide, np.full(100, 3.0)).r_squared == 0


def test_points_are_shared_out_as_by_shapley_in_all():
    """The shares in points add up to the same distance, themes joined or not, and say which way each pulls."""
    flags, points = answers(5, 600, [40, 20, 10, -15])
    weighted = as_weighted(flags, points)
    found, plain = regress(weighted).of_groups(np.arange(4)), gap_shares(weighted)
    assert found.values.sum() == pytest.approx(plain.mean - plain.reference, abs=1e-9)
    assert (found.values[:3] < 0).all() and found.values[3] > 0
    joined = regress(weighted).of_groups(np.array([0, 1, 1, 1]))
    assert joined.values == pytest.approx([found.values[0], found.values[1:].sum()])
    assert (joined.lows <= joined.values).all() and (joined.values <= joined.highs).all()


def test_repeated_authors_widen_the_interval():
    """The same answers by a fifth of the authors are worth less certainty."""
    flags, points = answers(6, 120, [40, 20])
    repeated = np.repeat(flags, 5, axis=0), np.repeat(points, 5)
    apart, together = as_weighted(*repeated), as_weighted(*repeated, np.repeat(np.arange(120), 5))
    narrow, wide = (regress(w).of_groups(np.array([0, 1])) for w in (apart, together))
    assert ((wide.highs - wide.lows) > 1.3 * (narrow.highs - narrow.lows)).all()


def test_too_few_answers_give_none():
    """Under ten answers a theme, one score alone, or a complaint in every answer."""
    flags, points = answers(7, 49, [30] * 5)
    assert regress(as_weighted(flags, points)) is None
    flags, points = answers(8, 100, [30])
    assert regress(as_weighted(flags, np.full(100, 2.0))) is None
    assert regress(as_weighted(np.ones((100, 1)), points)) is None
