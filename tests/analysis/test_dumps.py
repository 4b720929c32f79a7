"""Weeks in which one source brought far more than ever before: they hide nothing, and raise nothing."""

from __future__ import annotations

import numpy as np
import pytest
from counts_for_tests import steady_counts

from analysis.alerts.dumps import dumps_of
from analysis.alerts.history import live_through
from analysis.alerts.watch import Rules, evaluate

RULES = Rules()
SURGE, OTHER = 3, 1  # the theme that really surges; its number of another source


def two_sources(second=60, mean=10, themes=8, seed=3):
    """Steady counts of a source of 200 authors a week, and of one of `second`, in which each theme is as common."""
    counts, exposure = steady_counts(mean, themes=themes)
    more, wrote = np.zeros_like(counts), np.full_like(exposure, second)
    more[:, 0] = np.random.default_rng(seed).poisson(mean * second / 200, more[:, 0].shape)
    return np.concatenate((counts, more), axis=1), np.concatenate((exposure, wrote))


def with_neutral_rows(counts, exposure, week=-1, people=900, raising=0):
    """A week in which so many more write in the second source, of whom each theme is raised by `raising`."""
    counts, exposure = counts.copy(), exposure.copy()
    exposure[1, week] += people
    counts[:, 1, week] += raising
    return counts, exposure


@pytest.mark.parametrize("raising", [0, 45])
def test_a_dump_hides_no_surge_in_another_source(raising):
    """Nine hundred rows that raise no theme, or each as often as usual, leave a tripled theme of the other source
    told, with the usual number of that source; and raise no other."""
    counts, exposure = two_sources()
    counts[SURGE, 0, -1] = 30
    verdict = evaluate(*with_neutral_rows(counts, exposure, raising=raising), RULES)
    assert np.flatnonzero(verdict.surge).tolist() == [SURGE] and not verdict.drift.any()
    assert verdict.expected[SURGE] == pytest.approx(10, abs=1.5) and verdict.authors[SURGE] == 30


def test_hundreds_who_all_complain_of_one_thing_are_news():
    """A source that brings ten times as many people, a third of them about one theme, alarms on that theme alone."""
    counts, exposure = with_neutral_rows(*two_sources(), people=600)
    counts[SURGE, 1, -1] = 200
    verdict = evaluate(counts, exposure, RULES)
    assert np.flatnonzero(verdict.surge).tolist() == [SURGE] and verdict.authors[SURGE] > 200


@pytest.mark.parametrize("weeks_ago", [1, 2, 4, 9])
def test_a_dump_is_no_baseline(weeks_ago):
    """In the weeks after it nothing is unusual, and what surges then is seen as if it had never been."""
    counts, exposure = two_sources()
    counts[SURGE, 0, -1] = 30
    plain = evaluate(counts, exposure, RULES)
    after = evaluate(*with_neutral_rows(counts, exposure, -1 - weeks_ago), RULES)
    assert np.array_equal(plain.surge, after.surge) and not after.drift.any() and after.surge[SURGE]
    assert np.allclose(plain.expected, after.expected, rtol=0.05)


def test_a_dump_of_the_only_source_is_no_alarm_and_no_news():
    """Nobody else wrote: nothing was expected, nothing is told."""
    counts, exposure = steady_counts(10)
    exposure[0, -1] += 3000
    verdict = evaluate(counts, exposure, RULES)
    assert not verdict.surge.any() and (verdict.expected == 0).all()


def test_a_volume_that_stays_and_bursts_that_return_are_usual():
    """A source that grew tenfold for good is left out for two weeks; a survey sent out every 13 weeks from its third
    time on; a week of twenty more people after weeks of two is one, a week of ten more is none."""
    grown = np.array([[40] * 20 + [400] * 6])
    assert np.flatnonzero(dumps_of(grown, 26, 8)[0]).tolist() == [20, 21]
    bursts = np.where(np.arange(80) % 13 == 12, 300, 4)[None]
    assert np.flatnonzero(dumps_of(bursts, 26, 8)[0]).tolist() == [12, 25]
    assert (
        dumps_of(np.array([[2] * 20 + [22]]), 26, 8)[0, -1] and not dumps_of(np.array([[2] * 20 + [12]]), 26, 8).any()
    )
    assert not dumps_of(np.array([[2] * 5 + [900]]), 26, 8).any()  # too short a past


def test_histories_without_a_dump_are_judged_as_if_there_were_none():
    """Weekly swings of a third are no dump, and a dump in one copy leaves the alarms of all others as they are."""
    rng = np.random.default_rng(5)
    exposure = np.round(300 * np.exp(rng.normal(0, 0.33, (4, 2, 60))))
    counts = rng.binomial(exposure[:, None].astype(int), 0.04, (4, 6, 2, 60)).astype(float)
    assert not RULES.dumps(exposure).any()
    plain = live_through(counts, exposure, RULES, 8)
    exposure[2, 1, 40] += 20000
    with_one = live_through(counts, exposure, RULES, 8)
    others = [0, 1, 3]
    assert np.array_equal(plain.over[others], with_one.over[others])
    assert RULES.dumps(exposure).sum() == 1 and with_one.opened[2].sum() <= plain.opened[2].sum() + 1
