"""What a usual week brings, and contacts for each hundred orders."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.rates import rate_of_counts, usual_range


def test_a_range_needs_eight_weeks_and_something_in_them():
    """Seven weeks tell too little; weeks without anything tell of no usual volume."""
    assert usual_range(np.array([50.0] * 7)) is None
    assert usual_range(np.zeros(20)) is None
    assert usual_range(np.array([])) is None


def test_a_steady_source_has_the_range_of_chance():
    """Equal weeks of a hundred still leave room for what a Poisson count does by itself."""
    found = usual_range(np.full(26, 100.0))
    assert found is not None
    assert found.value == 100
    assert 75 <= found.low <= 82 and 118 <= found.high <= 125


@pytest.mark.parametrize(("mean", "phi"), [(20, 1.0), (80, 1.0), (80, 4.0), (400, 8.0)])
def test_the_next_week_lies_in_the_range(mean, phi):
    """Of 600 sources, more scattered than chance or not, the 27th week lies in the range about 95 times of 100."""
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(600):
        weeks = rng.poisson(mean, 27) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi, 27)
        found = usual_range(weeks[:-1].astype(float))
        assert found is not None
        inside.append(found.low <= weeks[-1] <= found.high)
    assert 0.925 <= np.mean(inside) <= 0.985


def test_a_rate_is_told_for_each_of_the_base():
    """Fifty contacts of fifty people on a thousand orders are five for each hundred, with the exact interval."""
    found = rate_of_counts(np.ones(50), 10.0)
    assert found is not None
    assert found.value == 5
    assert found.low == pytest.approx(3.711, abs=0.001) and found.high == pytest.approx(6.592, abs=0.001)


def test_one_loud_customer_makes_a_rate_less_sure():
    """Fifty contacts of which one person made fifteen are worth fewer than fifty."""
    plain, loud = rate_of_counts(np.ones(50), 10.0), rate_of_counts(np.array([15.0, *[1.0] * 35]), 10.0)
    assert plain is not None and loud is not None
    assert loud.value == plain.value
    assert loud.high - loud.low > 1.5 * (plain.high - plain.low)


def test_without_contacts_or_base_there_is_no_rate():
    """Nothing is not 0 for each hundred."""
    assert rate_of_counts(np.array([]), 10.0) is None
    assert rate_of_counts(np.ones(5), 0.0) is None
