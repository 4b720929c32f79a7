"""Mix and rate: they add up exactly, and each goes where it belongs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.decomposition import errors_of_moves, mix_and_rate
from analysis.statistics.shares import even_weights, pooled


def period(rng, n, themes, rate):
    """Answers of one period."""
    response, theme = np.nonzero(rng.random((n, themes)) < rate)
    return even_weights(rng.integers(1, 6, n).astype(float), np.arange(n), response, theme, themes)


def of_counts(*groups):
    """Answers given as (theme or None, points, how many)."""
    points = np.concatenate([np.full(n, p, dtype=float) for _, p, n in groups])
    themes = np.concatenate([np.full(n, -1 if t is None else t) for t, _, n in groups])
    raising = np.flatnonzero(themes >= 0)
    return even_weights(points, np.arange(len(points)), raising, themes[raising], 2)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    sizes=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    themes=st.integers(1, 20),
    rate=st.sampled_from([0.0, 0.05, 0.3, 1.0]),
)
def test_parts_add_up_exactly(seed, sizes, themes, rate):
    """Mix and rate of all groups add up to the change of the mean to 1e-9, with empty groups and with none empty."""
    rng = np.random.default_rng(seed)
    before, now = period(rng, sizes[0], themes, rate), period(rng, sizes[1], themes, rng.random() * rate)
    moves = mix_and_rate(before, now)
    change = now.points.mean() - before.points.mean()
    assert moves.change == pytest.approx(change)
    assert (moves.mix + moves.rate).sum() == pytest.approx(change, abs=1e-9)


def test_more_complaints_are_mix_of_that_theme_alone():
    """Where only more people complain of one theme, all of the fall is its mix and none that of the content."""
    before = of_counts((0, 1, 10), (1, 2, 10), (None, 5, 80))
    now = of_counts((0, 1, 30), (1, 2, 10), (None, 5, 60))
    moves = mix_and_rate(before, now)
    assert moves.mix == pytest.approx([-0.8, 0.0, 0.0]) and moves.rate == pytest.approx([0.0, 0.0, 0.0])


def test_angrier_complaints_are_rate():
    """Where as many complain and score lower, all of the fall is that theme's rate."""
    before = of_counts((0, 3, 20), (None, 5, 80))
    now = of_counts((0, 1, 20), (None, 5, 80))
    moves = mix_and_rate(before, now)
    assert moves.rate == pytest.approx([-0.4, 0.0, 0.0]) and moves.mix == pytest.approx([0.0, 0.0, 0.0])


def test_a_theme_that_is_new_is_all_mix():
    """A theme that nobody raised before has no rate."""
    moves = mix_and_rate(of_counts((None, 5, 100)), of_counts((0, 1, 25), (None, 5, 75)))
    assert moves.mix[0] == pytest.approx(-1.0) and moves.rate[0] == 0.0


def test_no_answers_are_an_error():
    """A mean of nothing has not moved."""
    empty = even_weights(np.empty(0), np.empty(0, int), np.empty(0, int), np.empty(0, int), 2)
    with pytest.raises(ValueError, match="no responses"):
        mix_and_rate(empty, of_counts((None, 5, 3)))


def test_a_group_moves_as_its_themes_together():
    """Mix + rate of joined themes is the sum of theirs, so that what is told and the rest add up."""
    rng = np.random.default_rng(1)
    before, now, group_of = period(rng, 150, 6, 0.2), period(rng, 180, 6, 0.3), np.array([0, 1, 1, 2, 2, 2])
    alone, joined = (mix_and_rate(*both) for both in ((before, now), (pooled(before, group_of), pooled(now, group_of))))
    one_by_one = (alone.mix + alone.rate)[:6]
    assert (joined.mix + joined.rate)[:3] == pytest.approx(
        [one_by_one[:1].sum(), one_by_one[1:3].sum(), one_by_one[3:].sum()]
    )


def test_intervals_of_parts_cover_the_truth():
    """The 95 % interval of a part holds the true one in 92 to 98.5 % of 300 simulations of authors who write twice."""
    rng = np.random.default_rng(2)

    def side(n, rates, first):
        who = np.arange(n) // 2
        raises = rng.random((n, 2)) < rates
        own = rng.normal(0, 0.3, n)[who] + rng.normal(0, 0.3, n)
        points = np.where(1 - raises @ [0.5, 0.7] + own > 0.6, 100.0, -100.0)
        return even_weights(points, first + who, *np.nonzero(raises), 2)

    def both(n):
        return side(n, [0.3, 0.1], 0), side(n, [0.15, 0.15], n)

    def parts(sides):
        moves = mix_and_rate(*sides)
        return moves.mix + moves.rate

    truth = np.mean([parts(both(200_000)) for _ in range(3)], axis=0)
    held = [np.abs(parts(sides) - truth) <= errors_of_moves(*sides) for sides in (both(200) for _ in range(300))]
    assert (np.mean(held, axis=0) >= 0.92).all() and (np.mean(held, axis=0) <= 0.985).all()
