"""What answers are worth: one by one as textbooks say, fewer where authors repeat themselves."""

import numpy as np
import pytest

from analysis.statistics.clusters import Answers, answers_by_group, answers_of, author_codes, shares_of_mentions


def test_one_answer_per_author_is_worth_one():
    """Without repeated authors the mean has the textbook variance and nobody weighs more than others."""
    unit = np.random.default_rng(1).random(80)
    found = answers_of(unit, np.arange(80))
    assert (found.n[0], found.effective[0], found.authors[0]) == (80, pytest.approx(80), 80)
    assert found.variance[0] == pytest.approx(unit.var(ddof=1))
    assert found.lopsided[0] == pytest.approx(1.0)


def test_copies_are_worth_their_authors():
    """Thirty authors who say everything three times are worth thirty answers, give or take what three can tell."""
    unit = np.random.default_rng(2).random(30)
    found = answers_of(np.repeat(unit, 3), np.repeat(np.arange(30), 3))
    assert found.effective[0] == pytest.approx(30, rel=0.1)
    assert found.correlation[0] > 0.9


def test_authors_who_differ_from_themselves_count_in_full():
    """Answers that are no more alike within authors than between them are worth nearly all of them."""
    rng = np.random.default_rng(3)
    found = answers_of(rng.random(900), np.repeat(np.arange(300), 3))
    assert found.correlation[0] < 0.15
    assert found.effective[0] > 700


def test_agreement_is_no_proof_of_independence():
    """Where all say the same the usual correlation stands in, since none can be seen."""
    found = answers_of(np.ones(40), np.repeat(np.arange(10), 4))
    assert found.correlation[0] == pytest.approx(0.6)
    assert found.effective[0] == pytest.approx(40 / (1 + 3 * 0.6))


def test_heavy_authors_are_seen():
    """The heavier the heaviest author, the more lopsided and the less are the answers worth."""
    rng = np.random.default_rng(4)
    unit = rng.random(60)
    even, uneven = (answers_of(unit, np.repeat(np.arange(len(c)), c)) for c in ([4] * 15, [32] + [2] * 14))
    assert uneven.lopsided[0] > 1.3 * even.lopsided[0]
    assert uneven.effective[0] < even.effective[0]


def test_weights_of_one_change_nothing_and_uneven_ones_are_worth_less():
    """A weight of one is no weight; answers that count in part are worth fewer than there are."""
    rng = np.random.default_rng(5)
    unit, codes, groups = rng.random(200), rng.integers(0, 90, 200), rng.integers(0, 3, 200)
    plain, ones = answers_by_group(unit, groups, codes, 3), answers_by_group(unit, groups, codes, 3, np.ones(200))
    for name in Answers.__slots__:
        assert getattr(plain, name) == pytest.approx(getattr(ones, name))
    uneven = answers_by_group(unit, groups, codes, 3, rng.choice([0.2, 1.0], 200))
    assert (uneven.effective < plain.effective).all() and (uneven.n < plain.n).all()


def test_mentions_are_counted_as_a_table_of_zeros_and_ones():
    """The thin way to count who mentions a theme says what the filled table says."""
    rng = np.random.default_rng(6)
    codes, table = rng.integers(0, 90, 300), rng.random((300, 4)) < np.array([0.02, 0.1, 0.5, 0.9])
    thin = shares_of_mentions(*np.nonzero(table), codes, 4)
    for theme in range(4):
        full = answers_of(table[:, theme].astype(float), codes)
        for name in Answers.__slots__:
            assert getattr(thin, name)[theme] == pytest.approx(getattr(full, name)[0]), name


def test_few_answers_among_many_groups_are_counted_alike():
    """A thin table of groups and authors is sorted, a thick one filled: both count the same."""
    rng = np.random.default_rng(7)
    unit, codes, groups = rng.random(50), rng.integers(0, 40, 50), rng.integers(0, 4, 50)
    thick, thin = answers_by_group(unit, groups, codes, 4), answers_by_group(unit, groups, codes * 1000, 4)
    for name in Answers.__slots__:
        assert getattr(thick, name) == pytest.approx(getattr(thin, name))


def test_authors_are_numbered_by_who_they_are():
    """The same name has the same number, whatever kind of list it stands in."""
    codes, people = author_codes(["a", "b", "a"])
    assert (codes.tolist(), people) == ([0, 1, 0], 2)
    assert author_codes(np.array([7, 7, 9]))[1] == 2
