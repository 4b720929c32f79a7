"""Intervals: they agree with published figures, cover what they should, and refuse what cannot be known."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.intervals import share_interval, shares_differ


def test_wilson_matches_its_published_example():
    """Newcombe 1998 (Statistics in Medicine 17, 857) gives 81/263 as .308 (.2553 to .3662); Student's t widens it."""
    found = share_interval(81, 263)
    assert (round(found.value, 3), round(found.low, 4), round(found.high, 4)) == (0.308, 0.2551, 0.3665)


@pytest.mark.parametrize("hits, n", [(0, 7), (7, 7), (1, 1), (0, 1)])
def test_a_share_interval_stays_open_at_the_ends(hits, n):
    """Nobody of seven is not a proof that nobody ever will."""
    found = share_interval(hits, n)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high - found.low > 0.1


def test_no_rows_give_no_share():
    """A share of nothing is absent, not 0."""
    assert share_interval(0, 0) is None
    assert shares_differ(0, 0, 1, 2) is None


@pytest.mark.parametrize("n", [20, 60, 300])
@pytest.mark.parametrize("hits", [4, 8])
def test_a_share_interval_covers_few_hits(n, hits):
    """Where 4 or 8 hits are expected, 93 to 98.5 % of all samples hold the true share: counted out, not drawn."""
    share = hits / n
    found = [share_interval(x, n) for x in range(n + 1)]
    chance = stats.binom.pmf(np.arange(n + 1), n, share)
    assert 0.93 <= sum(p for p, i in zip(chance, found, strict=True) if i.low <= share <= i.high) <= 0.985


def test_equal_shares_are_told_from_different_ones():
    """Fisher decides where cells are small, chi-squared elsewhere."""
    assert shares_differ(2, 10, 2, 10) == pytest.approx(1.0)
    assert shares_differ(60, 200, 20, 200) < 1e-5
    assert shares_differ(0, 50, 0, 50) is None
