"""Scales, thresholds and figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from analysis.sentiment.calibration import Scale, area, calibration_error, fit_scale, fit_thresholds, measure


def drawn(n: int, *, slope: float, shift: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and classes that follow their probability on another scale."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(0, 2, n)
    return logits, draw.random(n) < 1 / (1 + np.exp(-(slope * logits + shift)))


def test_a_scale_finds_the_slope_and_shift_that_made_the_ratings() -> None:
    """Probabilities of comments then hold; the share of positives is set apart as prior."""
    logits, happy = drawn(20_000, slope=0.6, shift=1.2)
    scale = fit_scale(logits, happy)
    assert scale.slope == pytest.approx(0.6, abs=0.03)
    assert scale.shift + scale.prior == pytest.approx(1.2, abs=0.05)
    assert scale.prior == pytest.approx(math.log(happy.mean() / (1 - happy.mean())), abs=1e-5)
    assert calibration_error(scale.comment_probability(logits), happy) < 0.02


def test_few_separable_ratings_give_no_wild_scale() -> None:
    """Four rows that a line divides do not make every probability 0 or 1."""
    scale = fit_scale(np.array([-1.0, -0.5, 0.5, 1.0]), np.array([False, False, True, True]))
    assert 0.5 < scale.slope < 3
    assert 0.05 < scale.comment_probability(np.array([-1.0]))[0] < 0.5


def test_the_prior_counts_for_whole_comments() -> None:
    """A comment without a tone in a happy source is probably a happy one; unread stays unread."""
    scale = Scale(prior=2.5)
    assert scale.comment_probability(np.array([0.0]))[0] > 0.9
    assert np.isnan(scale.comment_probability(np.array([np.nan]))[0])


def test_area_is_that_of_scikit_learn() -> None:
    """Ties included; without both classes there is none."""
    logits, happy = drawn(500, slope=1, shift=0)
    assert area(np.round(logits), happy) == pytest.approx(roc_auc_score(happy, np.round(logits)))
    assert math.isnan(area(logits, np.ones(500, dtype=bool)))


def test_thresholds_follow_the_ratings_half_way() -> None:
    """Half-way from even odds to where as many are called negative as were rated so; negative never above positive."""
    logits, happy = drawn(5_000, slope=1, shift=1)
    probability, classes = fit_scale(logits, happy).comment_probability(logits), np.where(happy, 1, -1)
    low, high = fit_thresholds(probability, classes)
    assert 0.35 <= low <= high <= 0.65
    equal = measure(probability, classes, 2 * low - 0.5)
    assert equal.precision == pytest.approx(equal.recall, abs=0.02)
    assert fit_thresholds(probability, np.where(happy, 1, 0))[0] == 0.35  # nobody is unhappy


def test_unread_comments_count_against_recall() -> None:
    """A comment that nobody could read was not found; middle scores count against precision."""
    found = measure(np.array([0.1, 0.2, np.nan, 0.9]), np.array([-1, 0, -1, 1]), 0.5)
    assert (found.n, found.precision, found.recall, found.auc) == (4, 0.5, 0.5, 1.0)
