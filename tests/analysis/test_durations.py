"""Medians of times that are not all over: what still waits counts, and the interval holds what it promises."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.durations import Times, apart, cumulative_hazard, survival_median
from groundswell.findings import Interval


def times(minutes: list[float], waiting: int = 0, who: list[int] | None = None) -> Times:
    """Times of which the last so many are not over yet."""
    n = len(minutes)
    over = np.arange(n) < n - waiting
    return Times(np.array(minutes, dtype=float), over, np.array(who or range(n)))


def test_the_median_of_times_that_are_over_is_the_usual_one():
    """Without anything waiting the median splits the times in halves, and the interval lies around it."""
    found = survival_median(times([float(i) for i in range(1, 100)]))
    assert found is not None
    assert found.value == 50
    assert 35 <= found.low < 50 < found.high <= 65


def test_what_still_waits_counts_as_longer():
    """Forty of a hundred that have waited for two days move the median up; leaving them out would not."""
    quick = [float(i) for i in range(60)]
    without, with_them = survival_median(times(quick)), survival_median(times([*quick, *[2880.0] * 40], waiting=40))
    assert without is not None and with_them is not None
    assert without.value == 29
    assert with_them.value == 49


def test_no_median_where_more_than_half_still_wait():
    """What nobody has seen yet is not told."""
    assert survival_median(times([5.0] * 49 + [9.0] * 51, waiting=51)) is None
    assert survival_median(times([5.0] * 100, waiting=100)) is None


def test_too_few_times_are_not_told():
    """Nineteen contacts are too few for a figure; equal times have a median without width."""
    assert survival_median(times([5.0] * 19)) is None
    assert survival_median(times([5.0] * 20)) == Interval(5, 5, 5)


def test_one_authors_times_are_no_independent_ones():
    """A hundred contacts of ten people, alike for each, tell less than those of a hundred people."""
    rng = np.random.default_rng(4)
    minutes = np.repeat(rng.uniform(1, 100, 10), 10) + np.tile(np.arange(10) / 100, 10)
    many, few = (survival_median(times(list(minutes), who=who)) for who in (None, [i // 10 for i in range(100)]))
    assert many is not None and few is not None
    assert few.high - few.low > 1.5 * (many.high - many.low)


@pytest.mark.parametrize(("n", "patience"), [(20, np.inf), (60, 3.0), (300, 4.0)])
def test_the_interval_covers(n, patience):
    """In 400 draws of skewed times, some cut off, the interval holds the true median about 95 times of 100."""
    rng = np.random.default_rng(11)
    hits, told = 0, 0
    for _ in range(400):
        took, cut = rng.lognormal(0, 1, n), rng.uniform(0, patience, n) if np.isfinite(patience) else np.full(n, np.inf)
        found = survival_median(Times(np.minimum(took, cut), took <= cut, np.arange(n)))
        if found is not None:
            told, hits = told + 1, hits + (found.low <= 1 <= found.high)
    assert told > 300
    assert 0.925 <= hits / told <= 0.99


def test_the_expected_endings_add_up_to_those_that_came():
    """Over all contacts the hazard that each has lived through sums up to the number of endings, ties included."""
    some = times([1.0, 1.0, 2.0, 5.0, 5.0, 7.0, 9.0], waiting=2)
    assert cumulative_hazard(some).sum() == pytest.approx(some.over.sum())


def test_a_difference_is_as_sure_as_its_two_sides():
    """The ends of the difference come from the sides that they are near to (square and add)."""
    found = apart(Interval(100, 97, 104), Interval(60, 56, 63))
    assert found.value == 40
    assert found.low == pytest.approx(40 - np.hypot(3, 3))
    assert found.high == pytest.approx(40 + np.hypot(4, 4))
