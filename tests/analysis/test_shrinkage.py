"""Figures of single agents lean on those of all: chance differences vanish, real ones stay, intervals hold."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.shrinkage import lean_figures, lean_shares


def test_two_groups_tell_nothing_of_how_groups_scatter():
    """Of fewer than three there is no figure."""
    assert lean_figures(np.array([1.0, 2.0]), np.array([0.1, 0.1])) is None
    assert lean_shares(np.array([0.1, 0.2]), np.array([50.0, 50.0])) is None


def test_differences_that_chance_explains_nearly_vanish():
    """Forty agents with one and the same true figure: what was seen of them scatters three times as much as is told."""
    rng = np.random.default_rng(3)
    seen = rng.normal(0, 1, 40)
    found = lean_figures(seen, np.ones(40))
    assert found is not None
    assert np.std([figure.value for figure in found]) < seen.std() / 3
    assert all(figure.low < 0 < figure.high for figure in found)


def test_differences_beyond_chance_stay():
    """Where the errors are small against the scatter, each figure stays where it was seen, in the same order."""
    seen = np.array([1.0, 3.0, 5.0, 9.0])
    found = lean_figures(seen, np.full(4, 0.1))
    assert found is not None
    assert [figure.value for figure in found] == pytest.approx(seen, abs=0.05)


def test_shares_stay_between_their_own_and_the_common_one():
    """Three of twenty where one in twenty is usual is told as less than three of twenty, and more than usual."""
    shares, n = np.array([0.15, *[0.05] * 9]), np.full(10, 20.0)
    found = lean_shares(shares, n)
    assert found is not None
    assert 0.05 < found[0].value < 0.15
    assert all(0 <= figure.low < figure.value < figure.high <= 1 for figure in found)


def test_nobody_and_everybody_are_shares_too():
    """Shares of 0 and of 1 neither stop the reckoning nor leave the scale."""
    found = lean_shares(np.zeros(4), np.full(4, 30.0))
    assert found is not None and all(0 <= figure.low <= figure.value < 0.05 for figure in found)
    found = lean_shares(np.ones(4), np.full(4, 30.0))
    assert found is not None and all(0.95 < figure.value <= figure.high <= 1 for figure in found)


@pytest.mark.parametrize("scatter", [0.0, 0.3, 0.8])
def test_the_intervals_cover_and_the_figures_are_nearer(scatter):
    """In 150 draws of twelve agents the intervals hold the true shares, and the figures err less than raw ones."""
    rng = np.random.default_rng(8)
    inside, own, leaning = [], 0.0, 0.0
    for _ in range(150):
        true = 1 / (1 + np.exp(-(np.log(0.2 / 0.8) + rng.normal(0, scatter, 12))))
        n = rng.integers(20, 120, 12)
        seen = rng.binomial(n, true) / n
        found = lean_shares(seen, n.astype(float))
        assert found is not None
        inside += [figure.low <= share <= figure.high for figure, share in zip(found, true, strict=True)]
        own += float(((seen - true) ** 2).sum())
        leaning += sum((figure.value - share) ** 2 for figure, share in zip(found, true, strict=True))
    assert np.mean(inside) > 0.925
    assert leaning < own
