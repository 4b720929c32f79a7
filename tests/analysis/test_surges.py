"""Surges: when more people than usual raise a theme in the last weeks."""

from __future__ import annotations

import numpy as np
import pytest
from counts_for_tests import steady_counts
from scipy import stats

from analysis.alerts.counts import tail, usual
from analysis.alerts.watch import Rules, evaluate

RULES = Rules()


def test_without_overdispersion_the_chance_is_the_exact_conditional_binomial_test():
    """With one source and variance as chance has it, p is P(X >= x | x + y) for authors spread by exposure."""
    rng = np.random.default_rng(1)
    counts, exposure = rng.poisson(6, (1, 1, 1, 27)).astype(float), rng.integers(80, 120, (1, 1, 27)).astype(float)
    found = usual(counts, exposure, np.ones((1, 1, 27), bool), 1, 0, 8).window
    now, behind = counts[0, 0, 0, -1], counts[0, 0, 0, :-1].sum()
    share = exposure[0, 0, -1] / exposure[0, 0].sum()
    exact = stats.binom.sf(now - 1, now + behind, share)
    assert tail(found.seen, found.careful, found.sure, np.ones((1, 1)))[0, 0] == pytest.approx(exact, rel=1e-9)


def test_a_tripled_week_is_a_surge_of_that_week():
    """A theme that thirty people raise where ten are usual is told, with its usual number and range; others are not."""
    counts, exposure = steady_counts(10)
    counts[3, 0, -1] = 30
    verdict = evaluate(counts, exposure, RULES)
    assert np.flatnonzero(verdict.surge).tolist() == [3] and not verdict.drift.any()
    assert verdict.since[3] == counts.shape[-1] - 1 and verdict.authors[3] == 30
    assert verdict.expected[3] == pytest.approx(10, abs=1.5)
    assert verdict.low[3] < verdict.expected[3] < verdict.high[3] < 30
    assert verdict.ratio[3] == pytest.approx(30 / verdict.expected[3]) and verdict.p_value[3] < 0.001


def test_two_raised_weeks_together_are_told_where_neither_is_by_itself():
    """What one week cannot show the last two or three show, from the first of them on."""
    counts, exposure = steady_counts(10)
    counts[3, 0, -2:] = 19
    verdict = evaluate(counts, exposure, RULES)
    assert verdict.surge[3] and verdict.since[3] == counts.shape[-1] - 2
    counts[3, 0, -2] = 10
    assert not evaluate(counts, exposure, RULES).surge[3]


def test_what_is_over_is_not_told():
    """The week after a crowd is no alarm though the crowd lies within its windows."""
    counts, exposure = steady_counts(10)
    counts[3, 0, -2], counts[3, 0, -1] = 40, 10
    verdict = evaluate(counts, exposure, RULES)
    assert not verdict.surge[3] and not verdict.drift[3]


def test_fewer_than_five_people_are_never_an_alarm():
    """Four people on a theme that nobody raised before are too few, five are not."""
    counts, exposure = steady_counts(10)
    counts[3] = 0
    counts[3, 0, -1] = 4
    assert not evaluate(counts, exposure, RULES).surge[3]
    counts[3, 0, -1] = 5
    verdict = evaluate(counts, exposure, RULES)
    assert verdict.surge[3] and np.isnan(verdict.ratio[3]) and verdict.expected[3] == 0


def test_a_large_theme_must_grow_by_half():
    """What is certain yet small is no surge: 280 people where 200 are usual."""
    counts, exposure = steady_counts(10)
    counts[3] = np.random.default_rng(2).poisson(200, counts.shape[-1])
    counts[3, 0, -1] = 280
    verdict = evaluate(counts, exposure, RULES)
    assert not verdict.surge[3] and verdict.ratio[3] > 1.3


def test_more_feedback_is_no_more_complaints():
    """A week with three times the feedback, every theme along with it, is usual."""
    counts, exposure = steady_counts(10)
    counts[..., -1] *= 3
    exposure[..., -1] *= 3
    verdict = evaluate(counts, exposure, RULES)
    assert not verdict.surge.any() and verdict.expected[3] > 20


def test_a_source_that_has_just_started_counts_nowhere():
    """Rows of a source without baseline raise no theme and make none rarer."""
    counts, exposure = steady_counts(10)
    counts = np.concatenate((counts, np.zeros_like(counts)), axis=1)
    exposure = np.concatenate((exposure, np.zeros_like(exposure)))
    before = evaluate(counts, exposure, RULES)
    counts[:, 1, -4:], exposure[1, -4:] = 60, 500
    after = evaluate(counts, exposure, RULES)
    assert not after.surge.any() and not after.drift.any()
    assert np.array_equal(before.authors, after.authors) and np.allclose(before.expected, after.expected)


def test_a_source_where_a_theme_is_common_may_grow():
    """A source in which every second person raises a theme doubles: each source has its own usual rate."""
    counts, exposure = steady_counts(10)
    extra = np.full((1, counts.shape[-1]), 40)
    rng = np.random.default_rng(3)
    more = rng.poisson(1, (len(counts), 1, counts.shape[-1]))
    more[3] = rng.poisson(20, counts.shape[-1])
    counts, exposure = np.concatenate((counts, more), axis=1), np.concatenate((exposure, extra))
    exposure[1, -1], counts[3, 1, -1] = 80, 40
    verdict = evaluate(counts, exposure, RULES)
    assert not verdict.surge[3] and verdict.expected[3] == pytest.approx(50, rel=0.15)


def test_a_source_larger_than_all_its_past_counts_nowhere():
    """Ten weeks with two people each say nothing of a week with a thousand."""
    counts, exposure = steady_counts(10)
    exposure = np.concatenate((exposure, np.full_like(exposure, 2)))
    counts = np.concatenate((counts, np.zeros_like(counts)), axis=1)
    counts[:, 1, -1], exposure[1, -1] = 50, 1000
    assert not evaluate(counts, exposure, RULES).surge.any()


def test_weeks_that_are_left_out_are_no_baseline():
    """Raised weeks hide the next one until they are left out; with fewer than eight weeks left nothing is tested."""
    counts, exposure = steady_counts(10)
    counts[3, 0, -20:-8], counts[3, 0, -1] = 30, 24
    skip = np.zeros((len(counts), counts.shape[-1]), bool)
    skip[3, -20:-8] = True
    assert not evaluate(counts, exposure, RULES).surge[3]
    assert evaluate(counts, exposure, RULES, skip=skip).surge[3]
    skip[3, :-8] = True
    verdict = evaluate(counts, exposure, RULES, skip=skip)
    assert not verdict.tested[3] and np.isnan(verdict.expected[3]) and not verdict.surge[3] and verdict.tested[2]


@pytest.mark.parametrize("weeks", [0, 1, 8])
def test_too_short_a_past_says_nothing(weeks):
    """Without eight weeks of baseline nothing is tested, and nothing breaks."""
    verdict = evaluate(np.ones((3, 2, weeks), int), np.full((2, weeks), 9), RULES)
    assert not verdict.tested.any() and not verdict.surge.any() and np.isnan(verdict.p_value).all()


@pytest.mark.parametrize("shape", [(0, 1, 30), (3, 0, 30)])
def test_no_themes_and_no_sources_say_nothing(shape):
    """An empty store is not watched."""
    verdict = evaluate(np.zeros(shape, int), np.zeros(shape[1:], int), RULES)
    assert len(verdict.surge) == shape[0] and not verdict.tested.any()


def test_a_theme_in_every_response_is_never_unusual():
    """Everybody raises it in every week, however many they are."""
    exposure = np.random.default_rng(4).integers(20, 200, (1, 40))
    verdict = evaluate(exposure[None], exposure, RULES)
    assert verdict.tested.all() and not verdict.surge.any() and not verdict.drift.any()


def test_a_week_without_feedback_is_no_alarm():
    """A closed week in which nobody wrote has nothing to say."""
    counts, exposure = steady_counts(10)
    counts[..., -1] = exposure[..., -1] = 0
    verdict = evaluate(counts, exposure, RULES)
    assert not verdict.surge.any() and (verdict.expected == 0).all() and np.isnan(verdict.ratio).all()
