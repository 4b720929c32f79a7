"""Intervals of means on a scale: they cover at small n, skew and heavy authors, and never leave the scale."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.bounded import (
    SHARE,
    Scale,
    bounded_means,
    difference_of_means,
    differences,
    mean_interval,
    product,
    square_and_add,
)
from analysis.statistics.clusters import answers_by_group

NPS, STARS = Scale(-100.0, 100.0), Scale(1.0, 5.0)
SURVEYS = [
    (NPS, (100.0, 0.0, -100.0), (0.40, 0.30, 0.30)),
    (NPS, (100.0, 0.0, -100.0), (0.85, 0.10, 0.05)),
    (NPS, (100.0, 0.0, -100.0), (0.95, 0.04, 0.01)),
    (Scale(0.0, 100.0, two_valued=True), (100.0, 0.0), (0.95, 0.05)),
    (STARS, (5.0, 4.0, 3.0, 2.0, 1.0), (0.90, 0.05, 0.02, 0.01, 0.02)),
]


def coverage(scale, values, shares, counts, repeats):
    """The share of simulated surveys whose interval holds the truth; `counts` are the answers of each author."""
    rng, n, people = np.random.default_rng(12), sum(counts), len(counts)
    runs = 400_000 // n
    drawn = rng.choice(values, p=shares, size=(runs, n))
    always = np.repeat(rng.choice(values, p=shares, size=(runs, people)), counts, axis=1)
    drawn = np.where(rng.random((runs, n)) < repeats, always, drawn)
    authors = np.arange(runs)[:, None] * people + np.repeat(np.arange(people), counts)[None, :]
    answers = answers_by_group(scale.unit(drawn.ravel()), np.repeat(np.arange(runs), n), authors.ravel(), runs)
    _, low, high = bounded_means(answers, scale)
    truth = float(np.dot(values, shares))
    return float(np.mean((low <= truth + 1e-9) & (high >= truth - 1e-9)))


@pytest.mark.parametrize("scale, values, shares", SURVEYS)
@pytest.mark.parametrize("n", [20, 100])
def test_interval_covers_small_and_skewed_surveys(scale, values, shares, n):
    """93 to 98.5 % of the intervals hold the truth, at n = 20 and for 95/4/1 too."""
    assert 0.93 <= coverage(scale, values, shares, [1] * n, 0.0) <= 0.985


@pytest.mark.parametrize("scale, values, shares", SURVEYS)
@pytest.mark.parametrize("counts", [[7, 3, 2, 2, 1, 1, 1, 1, 1, 1], [20, 10, 7, 5, 4] + [3] * 8 + [1] * 30])
def test_interval_covers_few_heavy_authors(scale, values, shares, counts):
    """93 to 98.5 % hold where the heaviest author wrote a fifth of all and repeats himself nine times of ten."""
    assert 0.93 <= coverage(scale, values, shares, counts, 0.9) <= 0.985


def test_the_other_way_round_is_the_mirror_image():
    """Nothing in the interval favours one end of the scale."""
    rng, who = np.random.default_rng(2), np.repeat(np.arange(15), [12, 5] + [1] * 13)
    stars = rng.choice([5.0, 4.0, 1.0], p=[0.8, 0.1, 0.1], size=30)
    found, turned = mean_interval(stars, who, STARS), mean_interval(6 - stars, who, STARS)
    assert (found.low, found.high) == (pytest.approx(6 - turned.high), pytest.approx(6 - turned.low))


def test_one_loud_author_does_not_add_certainty():
    """Copying every answer ten times under the same author leaves the interval nearly as it was."""
    stars = np.random.default_rng(3).choice([1.0, 3.0, 5.0], size=40)
    once = mean_interval(stars, np.arange(40), STARS)
    tenfold = mean_interval(np.repeat(stars, 10), np.repeat(np.arange(40), 10), STARS)
    assert tenfold.value == pytest.approx(once.value)
    assert 0.9 < (tenfold.high - tenfold.low) / (once.high - once.low) < 1.1


def test_twenty_equal_answers_of_two_people_say_little():
    """All promoters, but of two people only: the interval stays open wide, as nobody saw how alike they are."""
    alone = mean_interval(np.full(20, 100.0), np.arange(20), NPS)
    of_two = mean_interval(np.full(20, 100.0), np.repeat([0, 1], 10), NPS)
    assert of_two.high == alone.high == 100.0
    assert of_two.low < alone.low < 85


def test_every_interval_holds_its_value_and_stays_on_the_scale():
    """For any answers, ends and value are in order and on the scale, also where all answers are one."""
    rng = np.random.default_rng(5)
    for size in (1, 2, 5, 30):
        for values in (rng.integers(1, 6, size).astype(float), np.full(size, 5.0), np.full(size, 1.0)):
            found = mean_interval(values, rng.integers(0, max(1, size // 2), size), STARS)
            assert 1.0 <= found.low <= found.value <= found.high <= 5.0


def test_many_groups_at_once_are_the_same_as_one_by_one():
    """A table of segments says what each segment says by itself, whatever the way of counting its authors."""
    rng = np.random.default_rng(6)
    unit, groups, codes = rng.random(400), rng.integers(0, 30, 400), rng.integers(0, 90, 400)
    together = answers_by_group(unit, groups, codes, 31)
    value, low, high = bounded_means(together, Scale(0, 1))
    for group in range(30):
        mine = groups == group
        alone = mean_interval(unit[mine], codes[mine], Scale(0, 1))
        assert (value[group], low[group], high[group]) == (alone.value, alone.low, alone.high)
    assert together.n[30] == 0 and np.isnan(together.mean[30])


def test_a_change_among_the_same_people_is_surer():
    """Forty people who all answer as before show a change better than eighty people of whom half were asked before."""
    rng = np.random.default_rng(7)
    before = rng.choice([1.0, 2.0, 4.0, 5.0], size=40)
    now = np.clip(before + rng.choice([0.0, 1.0], size=40), 1, 5)
    same = difference_of_means(now, np.arange(40), before, np.arange(40), STARS)
    others = difference_of_means(now, np.arange(40), before, np.arange(40, 80), STARS)
    assert same.value == pytest.approx(others.value)
    assert same.high - same.low < 0.7 * (others.high - others.low)
    assert same.low < same.value < same.high


def test_differences_are_squared_and_added():
    """MOVER of two symmetric intervals is their hypotenuse; fully correlated ones cancel each other out."""
    one, two = (np.array([v]) for v in (5.0, 4.0, 6.0)), (np.array([v]) for v in (3.0, 2.0, 4.0))
    one, two = tuple(one), tuple(two)
    value, low, high = square_and_add(one, two)
    assert (value[0], low[0], high[0]) == (2.0, pytest.approx(2 - 2**0.5), pytest.approx(2 + 2**0.5))
    assert square_and_add(one, two, 1.0)[1][0] == pytest.approx(2.0)


def test_a_product_leaves_out_nothing_where_its_difference_does():
    """A share of some 10 % (4 to 20 %) times a difference: the product's interval holds 0 where that of the difference
    does, and has the ends of the difference, taken by the share, where the share is known."""
    d = np.array([-0.3, -0.2, 0.0, 0.2, 0.3])
    difference = (d, d - 0.25, d + 0.25)
    for ends in ((0.04, 0.2), (0.02, 0.9), (0.001, 1.0)):
        value, low, high = product(tuple(np.full(5, x) for x in (0.1, *ends)), difference)
        assert value.tolist() == (0.1 * d).tolist() and (low <= value).all() and (value <= high).all()
        assert ((low <= 0) & (high >= 0)).tolist() == [False, True, True, True, False]
        assert low == pytest.approx(-high[::-1])  # the mirror image
    _, low, high = product(tuple(np.full(5, 0.1) for _ in range(3)), difference)
    assert low == pytest.approx(0.1 * difference[1]) and high == pytest.approx(0.1 * difference[2])
    none = product(tuple(np.full(5, x) for x in (0.1, 0.0, 1.0)), difference)
    assert np.isfinite(none).all() and none[1][4] == none[2][0] == 0  # nobody may raise it at all
    unsure = product(tuple(np.full(5, x) for x in (0.1, 0.04, 0.2)), difference)
    assert (unsure[1] < low)[0] and (unsure[2] > high)[4]


def test_a_difference_has_the_freedom_of_both_sides():
    """Of two means that are equally sure the 95 % interval is that of Welch and Satterthwaite: shorter than what either
    side's Student's t gives, and no shorter than the normal one."""
    sides = [answers_by_group(np.tile([0.2, 0.4, 0.6, 0.8], 5), np.zeros(20, int), np.arange(20), 1) for _ in range(2)]
    value, low, high = differences(*sides, Scale(0, 1))
    plain = square_and_add(bounded_means(sides[0], Scale(0, 1)), bounded_means(sides[1], Scale(0, 1)))
    ratio = (high - low)[0] / (plain[2] - plain[1])[0]
    assert value[0] == 0 and ratio == pytest.approx(stats.t.ppf(0.975, 38) / stats.t.ppf(0.975, 19))


def test_where_few_people_weigh_most_a_mean_in_the_middle_has_no_long_tails():
    """Half of the answers are one author's: his one answer cannot lie four standard errors off. Near the end of a scale
    and for many equal authors nothing is taken off."""
    middle, end = np.tile([0.0, 1.0], 50), np.concatenate([np.ones(98), np.zeros(2)])
    heavy = np.concatenate([np.zeros(50, int), np.arange(1, 51)])
    for unit, codes, shorter in ((middle, heavy, True), (middle, np.arange(100), False), (end, heavy, False)):
        answers = answers_by_group(unit, np.zeros(100, int), codes, 1)
        plain = replace(answers, peaked=np.zeros(1))
        width, without = ((b[2] - b[1])[0] for b in (bounded_means(a, SHARE) for a in (answers, plain)))
        assert (width < 0.97 * without) == shorter and width <= without
