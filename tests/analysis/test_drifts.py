"""Drifts: when a theme grows too slowly for any week to stand out."""

from __future__ import annotations

import numpy as np
from counts_for_tests import steady_counts

from analysis.alerts.counts import overdispersion, usual
from analysis.alerts.watch import Rules, evaluate

RULES = Rules()


def test_slow_growth_is_told_with_the_week_it_is_clear_from():
    """Eight weeks at half as much again are growth, though none of them is unusual by itself."""
    counts, exposure = steady_counts(20)
    counts[3, 0, -8:] = [26, 28, 27, 29, 28, 27, 29, 28]
    verdict = evaluate(counts, exposure, RULES)
    assert verdict.drift[3] and not verdict.surge[3]
    assert verdict.since[3] in (counts.shape[-1] - 5, counts.shape[-1] - 8)
    assert np.flatnonzero(verdict.drift | verdict.surge).tolist() == [3]


def test_growth_does_not_hide_in_its_own_baseline():
    """A long window is compared with the weeks before the four that precede it."""
    counts, exposure = steady_counts(20)
    quiet = evaluate(counts, exposure, RULES)
    counts[3, 0, -12:-8] = 60
    assert evaluate(counts, exposure, RULES).tested[3] and quiet.tested[3]
    kept = np.ones((1, len(counts), counts.shape[-1]), bool)
    found = [
        usual(counts[None].astype(float), exposure[None].astype(float), kept, 8, guard, 8).window.expected[0, 3]
        for guard in (0, RULES.drift_guard)
    ]
    assert found[0] > 1.1 * found[1]


def test_growth_that_is_over_is_not_told():
    """When the last week is back at what is usual there is no drift."""
    counts, exposure = steady_counts(20)
    counts[3, 0, -9:-1] = 32
    counts[3, 0, -1] = 20
    assert not evaluate(counts, exposure, RULES).drift[3]


def test_growth_by_a_tenth_is_no_drift():
    """What is sure and small is not told: a theme of a thousand people with a tenth more."""
    counts, exposure = steady_counts(20)
    counts[3] = 1000
    counts[3, 0, -8:] = 1150
    verdict = evaluate(counts, exposure * 20, RULES)
    assert not verdict.drift[3] and not verdict.surge[3]


def test_counts_that_vary_more_than_chance_need_more_for_an_alarm():
    """In streams whose variance is a multiple of their mean the same eight weeks are less telling."""
    counts, exposure = steady_counts(20)
    rng = np.random.default_rng(5)
    wild = rng.negative_binomial(20 / 4, 1 / 5, counts.shape)
    calm_p, wild_p = [], []
    for base, told in ((counts, calm_p), (wild, wild_p)):
        rising = base.copy()
        rising[3] = counts[3]
        rising[3, 0, -8:] = 30
        told.append(evaluate(rising, exposure, RULES))
    assert calm_p[0].drift[3] or calm_p[0].surge[3]
    assert not (wild_p[0].drift[3] or wild_p[0].surge[3])
    assert wild_p[0].high[3] > calm_p[0].high[3] + 3


def test_overdispersion_is_the_largest_of_all_themes_the_size_and_the_own_one():
    """It is at least 1, the median where a theme varies less than most, and more for one that varies more."""
    spread, degrees = np.array([[2.0, 2.0, 2.0, 6.0, np.nan]]), np.full((1, 5), 25)
    phi = overdispersion(spread, degrees, np.full((1, 5), 10.0))[0]
    assert phi[4] == phi[0] and 2.0 <= phi[0] < 2.1 and phi[3] > 3.5
    few = np.full((1, 3), 25)
    assert (overdispersion(np.array([[0.4, 0.5, np.nan]]), few, np.full((1, 3), 10.0)) == 1).all()
    assert (overdispersion(np.full((1, 3), np.nan), 0 * few, np.ones((1, 3))) == 1).all()


def test_where_large_themes_vary_most_a_larger_one_varies_more():
    """Weeks that move every rate by a share move the counts of large themes most."""
    mean = np.array([[2.0, 4.0, 10.0, 20.0, 50.0, 100.0]])
    phi = overdispersion(1 + 0.04 * mean, np.full((1, 6), 25), mean)[0]
    assert phi[5] > 4.5 and phi[0] < 2 and (np.diff(phi) >= 0).all()


def test_weeks_that_wander_together_vary_more_as_eight_than_as_one():
    """The spread is taken over stretches as long as the window."""
    wave = 20 + np.repeat([8, -8], 8)
    counts = np.tile(wave, 3)[None, None, None].astype(float)
    exposure, kept = np.full((1, 1, 48), 200.0), np.ones((1, 1, 48), bool)
    by_week = usual(counts, exposure, kept, 1, 0, 8).spread[0, 0]
    by_stretch = usual(counts, exposure, kept, 8, 0, 8).spread[0, 0]
    assert by_stretch > 5 * by_week
