"""Intervals: they agree with published figures, cover what they should, and refuse what cannot be known."""

import numpy as np
import pytest

from analysis.statistics.intervals import (
    benjamini_hochberg,
    clustered_mean,
    difference_of_shares,
    median_interval,
    nps_interval,
    share_interval,
    shares_differ,
)


def test_wilson_matches_its_published_example():
    """Newcombe 1998 (Statistics in Medicine 17, 857) gives 81/263 as .308 (.255 to .366)."""
    found = share_interval(81, 263)
    assert (round(found.value, 3), round(found.low, 4), round(found.high, 4)) == (0.308, 0.2553, 0.3662)


@pytest.mark.parametrize("hits, n", [(0, 7), (7, 7), (1, 1), (0, 1)])
def test_a_share_interval_stays_open_at_the_ends(hits, n):
    """Nobody of seven is not a proof that nobody ever will."""
    found = share_interval(hits, n)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high - found.low > 0.1


def test_no_rows_give_no_share():
    """A share of nothing is absent, not 0."""
    assert share_interval(0, 0) is None
    assert difference_of_shares(1, 2, 0, 0) is None
    assert shares_differ(0, 0, 1, 2) is None


def test_newcombe_difference_matches_its_published_example():
    """Newcombe 1998 (Statistics in Medicine 17, 873), method 10: 56/70 - 48/80 is .2 (.0524 to .3339)."""
    found = difference_of_shares(56, 70, 48, 80)
    assert (round(found.value, 3), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)


def test_one_answer_per_author_gives_the_textbook_error():
    """Without repeated authors the clustered error is sd/sqrt(n)."""
    values = np.random.default_rng(1).normal(3, 1, 80)
    mean, error, authors = clustered_mean(values, np.arange(80))
    assert authors == 80
    assert mean == pytest.approx(values.mean())
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(80))


def test_one_loud_author_does_not_add_certainty():
    """Copying every answer ten times under the same author leaves the error as it was."""
    values = np.random.default_rng(2).normal(3, 1, 40)
    _, once, _ = clustered_mean(values, np.arange(40))
    _, tenfold, _ = clustered_mean(np.repeat(values, 10), np.repeat(np.arange(40), 10))
    assert tenfold == pytest.approx(once)


@pytest.mark.parametrize("shares", [(0.85, 0.10, 0.05), (0.95, 0.04, 0.01), (0.4, 0.3, 0.3)])
def test_nps_interval_covers_at_n_20(shares):
    """At n = 20 the adjusted interval holds the true NPS in 93 to 99.5 % of 2,000 simulated surveys."""
    rng = np.random.default_rng(3)
    truth = 100 * (shares[0] - shares[2])
    draws = rng.choice([100.0, 0.0, -100.0], p=shares, size=(2000, 20))
    found = [nps_interval(row, np.arange(20)) for row in draws]
    covered = np.mean([i.low - 1e-9 <= truth <= i.high + 1e-9 for i in found])
    assert 0.93 <= covered <= 0.995


def test_median_interval_holds_the_median_and_needs_six_values():
    """The order-statistic interval encloses the median; five values are too few for 95 %."""
    found = median_interval(np.arange(1.0, 31.0))
    assert found.low < found.value < found.high
    assert (found.low, found.high) == (10.0, 21.0)
    assert median_interval(np.arange(5.0)) is None


def test_benjamini_hochberg_accepts_the_textbook_set():
    """The 1995 paper's example accepts the four smallest of its fifteen p-values at q = .05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    p += [0.7590, 1.000]
    assert sum(benjamini_hochberg(p, q=0.05)) == 4
    assert benjamini_hochberg([None, 0.9, None]) == [False, False, False]


def test_equal_shares_are_told_from_different_ones():
    """Fisher decides where cells are small, chi-squared elsewhere."""
    assert shares_differ(2, 10, 2, 10) == pytest.approx(1.0)
    assert shares_differ(60, 200, 20, 200) < 1e-5
    assert shares_differ(0, 50, 0, 50) is None
