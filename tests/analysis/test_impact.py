"""Impact: equal to its algebraic twins, honest intervals, hidden where too few."""

import numpy as np
import pytest

from analysis.statistics.bounded import Scale
from analysis.statistics.clusters import few_decide
from analysis.statistics.impact import Responses, impacts_by_group, theme_impacts

POINTS = Scale(0.0, 100.0)


def simulate(rng, n, share, effect):
    """n responses of which `share` mention the theme and lose `effect` points."""
    mentions = rng.random((n, 1)) < share
    points = np.clip(rng.normal(50, 15, n) - effect * mentions[:, 0], 0, 100)
    return Responses(points, np.arange(n), mentions, POINTS)


def test_leave_theme_out_equals_its_two_twins():
    """m - m_w = n_t (m_t - m) / (N - n_t) = p (m_t - m_w), to 1e-12 (docs/methods.md, D2)."""
    responses = simulate(np.random.default_rng(1), 400, 0.2, 10)
    (impact,) = theme_impacts(responses)
    flags, points = responses.mentions[:, 0], responses.points
    overall, there, elsewhere = points.mean(), points[flags].mean(), points[~flags].mean()
    assert impact.value == pytest.approx(overall - elsewhere, abs=1e-12)
    assert impact.value == pytest.approx(flags.sum() * (there - overall) / (~flags).sum(), abs=1e-12)
    assert (impact.mean_with, impact.mean_without) == (pytest.approx(there), pytest.approx(elsewhere))


@pytest.mark.parametrize("n, share", [(600, 0.12), (120, 0.12)])
def test_interval_covers_the_true_impact(n, share):
    """The 95 % interval holds the true impact in 93 to 98.5 % of 1,000 simulations, with few mentions too."""
    rng = np.random.default_rng(2)
    truth, hits, runs = -share * 10, 0, 1000
    for _ in range(runs):
        (impact,) = theme_impacts(simulate(rng, n, share, 10))
        hits += impact is not None and impact.low <= truth <= impact.high
    assert 0.93 <= hits / runs <= 0.985


def test_repeated_authors_widen_the_interval():
    """The same answers by a fifth of the authors are worth less certainty."""
    rng = np.random.default_rng(3)
    once = simulate(rng, 100, 0.4, 10)
    five = Responses(np.repeat(once.points, 5), np.repeat(once.authors, 5), np.repeat(once.mentions, 5, axis=0), POINTS)
    as_if_apart = Responses(five.points, np.arange(500), five.mentions, POINTS)
    (clustered,), (naive,) = theme_impacts(five), theme_impacts(as_if_apart)
    assert clustered.high - clustered.low > 1.8 * (naive.high - naive.low)


def test_too_few_give_no_impact():
    """Nineteen responses, four authors who mention it, or everybody mentioning it: absent, never 0."""
    rng = np.random.default_rng(4)
    assert theme_impacts(simulate(rng, 19, 0.5, 5)) == [None]
    flags = np.zeros((100, 2), dtype=bool)
    flags[:4, 0] = True
    flags[:, 1] = True
    assert theme_impacts(Responses(rng.uniform(0, 100, 100), np.arange(100), flags, POINTS)) == [None, None]


def test_the_same_rows_give_the_same_interval():
    """Nothing is drawn: two runs agree to the bit."""
    responses = simulate(np.random.default_rng(5), 100, 0.2, 10)
    assert theme_impacts(responses) == theme_impacts(responses)


def test_an_impact_of_a_few_loud_authors_is_hidden():
    """Where three of thirty people wrote most, an impact would be theirs; the same responses of a hundred are told."""
    rng = np.random.default_rng(6)
    responses = simulate(rng, 120, 0.4, 10)
    loud = np.concatenate([np.repeat([0, 1, 2], [40, 30, 20]), np.arange(3, 33)])
    (hidden,) = theme_impacts(Responses(responses.points, loud, responses.mentions, POINTS))
    (told,) = theme_impacts(responses)
    assert hidden is None and told is not None


def test_one_author_of_a_tenth_hides_an_impact():
    """Ten of a hundred answers may be one person's, eleven are too many; so are three people who gave all."""
    codes = np.concatenate([np.zeros(10, dtype=np.intp), np.arange(1, 91)])
    assert not few_decide(codes) and few_decide(np.append(codes[:-1], 0)) and few_decide(np.repeat([0, 1, 2], 30))
    assert few_decide(codes[:0]) and not few_decide(np.arange(20))


@pytest.mark.parametrize("n, answers", [(100, [1]), (60, [1, 2, 1, 4, 2])])
def test_an_interval_of_no_impact_is_not_too_wide(n, answers):
    """A theme that a tenth or a third mention and that does nothing to a score of 85 % promoters: 93 to 98.5 % of the
    intervals hold 0, also where people answer several times."""
    rng, runs = np.random.default_rng(8), 3000
    counts = np.resize(answers, n)[: int(np.searchsorted(np.cumsum(np.resize(answers, n)), n)) + 1]
    who = np.repeat(np.arange(len(counts)), counts)[:n]
    share = 0.1 if len(answers) == 1 else 0.33
    unit = rng.choice([1.0, 0.5, 0.0], p=[0.85, 0.10, 0.05], size=(runs, len(counts)))[:, who]
    flags = (rng.random((runs, len(counts))) < share)[:, who]
    sets = np.repeat(np.arange(runs), n)
    codes = (np.arange(runs)[:, None] * len(counts) + who).ravel()
    found = impacts_by_group(unit.ravel(), flags.ravel(), sets, codes, runs, False)
    held = (found.low[found.shown] <= 0) & (found.high[found.shown] >= 0)
    assert found.shown.mean() > 0.6 and 0.93 <= held.mean() <= 0.985


def test_an_interval_of_an_impact_is_not_symmetric_at_the_end_of_a_scale():
    """Hardly anybody is unhappy without the theme, so its impact can be much worse than it looks, and not much less."""
    rng, scale = np.random.default_rng(7), Scale(-100.0, 100.0)
    flags = np.arange(200) < 12
    points = np.where(flags, rng.choice([-100.0, 0.0, 100.0], 200), 100.0)
    (impact,) = theme_impacts(Responses(points, np.arange(200), flags[:, None], scale))
    assert impact.low < impact.value < impact.high < 1.0
    assert impact.value - impact.low > impact.high - impact.value
