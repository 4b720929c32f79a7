"""Rate ratios, levels and many pairs of shares: against scipy one by one, and what they cover."""

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.adjusted import adjusted_difference
from analysis.statistics.effects import last_level, rate_change
from analysis.statistics.two_groups import differences_of_shares, holding, p_values_of_shares, pick, wilson


def pairs(n, seed=1):
    """Random counts of two groups, small and large ones, with empty and full ones among them."""
    draw = np.random.default_rng(seed)
    sizes = draw.integers(0, [300, 3000], (n, 2))
    return [*np.stack([draw.binomial(sizes, draw.beta(0.3, 2.0, (n, 2))), sizes], -1).reshape(n, 4).T]


def of_weeks(*counts):
    """Counts of one source, a hundred authors a week."""
    counts = np.array([counts], dtype=np.int64)
    return counts, np.full_like(counts, 100)


def test_many_tests_at_once_are_the_tests_one_by_one():
    """Fisher and chi-squared on arrays give what scipy gives on pairs, and NaN where there is nothing to test."""
    tables = pairs(600)
    expected = [p_by_scipy(*map(int, table)) for table in zip(*tables, strict=True)]
    found = p_values_of_shares(*tables)
    assert found == pytest.approx(expected, rel=1e-9, nan_ok=True)
    assert np.isnan(expected).any() and not np.isnan(expected).all()


def p_by_scipy(hits, n, other_hits, other_n):
    """Fisher's exact test where a cell is expected to hold fewer than 5, else chi-squared; NaN with an empty margin."""
    table = np.array([[hits, n - hits], [other_hits, other_n - other_hits]])
    if 0 in table.sum(axis=0) or 0 in table.sum(axis=1):
        return np.nan
    if stats.contingency.expected_freq(table).min() < 5:
        return stats.fisher_exact(table).pvalue
    return stats.chi2_contingency(table, correction=False).pvalue


def test_a_share_of_everybody_against_nobody_is_tested_without_overflow():
    """Beyond the columns of the table the tail stands in for it."""
    p = p_values_of_shares(np.array([100]), np.array([100]), np.array([0]), np.array([5_000_000]))
    assert 0 <= p[0] < 1e-100


def test_newcombe_difference_matches_its_published_example():
    """Newcombe 1998 (Statistics in Medicine 17, 873), method 10: 56/70 - 48/80 is .2 (.0524 to .3339)."""
    found = differences_of_shares(*np.array([[56], [70], [48], [80]]))
    assert [round(float(x[0]), 4) for x in found] == [0.2, 0.0524, 0.3339]


def test_many_wilson_intervals_at_once_are_scipys_one_by_one():
    """The bounds on arrays, whatever the size and at both ends."""
    hits, n, *_ = (column[:100] for column in pairs(200))
    some = n > 0
    found = wilson(hits[some], n[some], float(stats.norm.isf(0.025)))
    expected = [
        stats.binomtest(int(x), int(of)).proportion_ci(method="wilson")
        for x, of in zip(hits[some], n[some], strict=True)
    ]
    assert np.stack(found[1:], -1) == pytest.approx(np.array([(e.low, e.high) for e in expected]), abs=1e-12)


def test_benjamini_hochberg_accepts_the_textbook_set():
    """The 1995 paper's example accepts the four smallest of its fifteen p-values at q = .05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    p += [0.7590, 1.000]
    assert holding(np.array(p), 0.05).sum() == 4


def test_no_tests_hold_nothing():
    """An empty page, and one where nothing can be tested."""
    assert holding(np.empty(0), 0.1).shape == (0,)
    assert not holding(np.array([np.nan, np.nan]), 0.1).any()


def test_a_ratio_of_rates_counts_exposure():
    """Half as many authors write, and half as many raise it: no change."""
    counts, exposure = of_weeks(20, 20, 20, 20)
    change = rate_change(counts, exposure, counts // 2, exposure // 2)
    assert change.ratio.value == pytest.approx(1.0)
    assert change.ratio.low < 1 < change.ratio.high
    assert change.before.value == change.after.value == 10


def test_a_source_that_grows_is_no_change():
    """Each source keeps its rate, though the one that complains more becomes five times as large."""
    exposure = np.array([[100] * 6, [100] * 6])
    before = np.array([[30] * 6, [5] * 6])
    grown = exposure * np.array([[5], [1]])
    change = rate_change(before, exposure, before * np.array([[5], [1]]), grown)
    assert change.ratio.value == pytest.approx(1.0)


def test_a_source_without_a_past_does_not_count():
    """What a new source says can be compared with nothing."""
    counts, exposure = of_weeks(10, 10, 10, 10)
    new = np.array([[0, 0, 0, 0]]), np.array([[50, 50, 50, 50]])
    change = rate_change(
        np.vstack([counts, new[0]]),
        np.vstack([exposure, new[0]]),
        np.vstack([counts, new[0] + 40]),
        np.vstack([exposure, new[1]]),
    )
    assert change.ratio.value == pytest.approx(1.0)


def test_nobody_before_gives_no_ratio_and_nobody_since_gives_zero():
    """A ratio to nothing is unknown; a ratio of nothing is 0 with an upper end."""
    none, some, exposure = of_weeks(0, 0, 0)[0], of_weeks(9, 12, 10)[0], of_weeks(1, 1, 1)[1]
    assert rate_change(none, exposure, some, exposure) is None
    gone = rate_change(some, exposure, none, exposure)
    assert (gone.ratio.value, gone.ratio.low) == (0, 0) and 0 < gone.ratio.high < 0.5


@pytest.mark.parametrize("phi", [1.0, 2.0], ids=["poisson", "overdispersed"])
@pytest.mark.parametrize(("mean", "true"), [(3, 1.0), (12, 0.35)], ids=["few", "a third left"])
def test_intervals_of_rate_ratios_cover(phi, mean, true):
    """In 400 simulated streams of 8 weeks before and 6 since the 95 % interval holds the truth as often as it says."""
    draw = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        exposure = draw.integers(60, 140, (1, 14))
        rate = mean * exposure / 100 * np.where(np.arange(14) < 8, 1.0, true)
        counts = draw.poisson(rate) if phi == 1 else draw.negative_binomial(rate / (phi - 1), 1 / phi)
        change = rate_change(counts[:, :8], exposure[:, :8], counts[:, 8:], exposure[:, 8:])
        held += change.ratio.low <= true <= change.ratio.high
    assert 0.92 <= held / 400 <= 0.995


def test_the_level_before_a_remedy_is_found():
    """Three weeks at thrice the usual number are a level of their own; steady weeks are one level."""
    assert last_level(*of_weeks(9, 11, 10, 12, 8, 10, 9, 11, 30, 33, 28)) == 3
    assert last_level(*of_weeks(9, 11, 10, 12, 8, 10, 9, 11, 13, 9, 10)) == 0


def test_a_fall_and_too_few_weeks_are_no_higher_level():
    """What fell by itself before is no rise, and four weeks must lie before one."""
    assert last_level(*of_weeks(30, 33, 28, 31, 30, 29, 9, 10, 11)) == 0
    assert last_level(*of_weeks(5, 30, 31)) == 0
    assert last_level(*of_weeks()) == 0


def test_a_difference_among_those_alike_vanishes_where_the_stratum_makes_it():
    """A version of the bad weeks scores lower; within the weeks it does not."""
    weeks = np.repeat([0, 1], 100)
    values = np.where(weeks == 1, 1.0, 3.0)
    mine = np.concatenate([np.arange(100) < 20, np.arange(100) < 80])
    within = adjusted_difference(values, mine, weeks)
    assert values[mine].mean() - values[~mine].mean() == pytest.approx(-1.2)
    assert within.difference.value == pytest.approx(0.0, abs=1e-12) and within.matched == 1.0


def test_without_a_common_stratum_nothing_is_compared():
    """Everybody of the group wrote in a week of its own."""
    within = adjusted_difference(np.ones(20), np.arange(20) < 10, np.repeat([0, 1], 10))
    assert within.difference is None and within.matched == 0.0


def test_the_intervals_of_what_is_picked_hold():
    """Told are the clearest of 240 comparisons: their 95 % intervals would hold five times in six, ours do."""
    draw = np.random.default_rng(2)
    plain, wide = [], []
    for _ in range(150):
        n = draw.integers(40, 300, 3)[:, None]
        chance = draw.beta(0.8, 25, 80) * np.where(draw.random((3, 80)) < 0.04, 2.5, 1.0)
        hits = draw.binomial(n, np.minimum(0.9, chance))
        others, other_n = hits.sum(axis=0) - hits, n.sum() - n
        truth = np.minimum(0.9, chance) - ((n * np.minimum(0.9, chance)).sum(axis=0) - n * chance) / other_n
        picked = pick([p_values_of_shares(hits, n, others, other_n).ravel()], 0.05)
        for found, miss in ((plain, 0.05), (wide, picked.chance)):
            _, low, high = differences_of_shares(hits, n, others, other_n, miss)
            told = picked.holds.reshape(hits.shape) & (low > 0)
            found.append(((low <= truth) & (truth <= high))[told])
    assert np.concatenate(plain).mean() < 0.9 < 0.925 < np.concatenate(wide).mean()


def test_a_page_without_comparisons_picks_nothing():
    """No family, an empty one, and one in which nothing can be tested."""
    assert pick([], 0.05).holds.shape == (0,)
    assert not pick([np.empty(0), np.array([np.nan])], 0.05).holds.any()
