"""The watch as a whole: the rate of false alarms, weeks lived through one after the other, and permuted dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from counts_for_tests import steady_counts

from analysis.alerts.history import live_through
from analysis.alerts.life import Raised, advance
from analysis.alerts.permuted import permuted, realised_rate, yearly_rate
from analysis.alerts.watch import Rules, _shared, evaluate

RULES = Rules()


def _poisson(means, copies, weeks, seed=1):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(np.asarray(means, float)[None, :, None, None], (copies, len(means), 1, weeks)).astype(float)
    return counts, np.full((copies, 1, weeks), 1000.0)


def test_forty_steady_themes_raise_about_two_alerts_a_year():
    """All windows together keep to the target: between 1 and 3 a year over 30 simulated years."""
    counts, exposure = _poisson(np.geomspace(2, 60, 40), 30, RULES.reach + 52)
    alerts = live_through(counts, exposure, RULES, RULES.reach).opened.sum()
    assert 30 <= alerts <= 90


def test_the_target_governs_the_rate():
    """Six false alarms a year allow more than one does, on the same weeks."""
    counts, exposure = _poisson(np.geomspace(2, 60, 40), 10, RULES.reach + 52)
    few, many = (
        live_through(counts, exposure, Rules(target_per_year=target), RULES.reach).opened.sum() for target in (1.0, 6.0)
    )
    assert few < many


@pytest.mark.parametrize(
    ("path", "least"), [([20] * 3, 0.8), ([30], 0.85), ([10 * 1.08**week for week in range(1, 11)], 0.9)]
)
def test_what_is_planted_is_found_in_time(path, least):
    """Doubling within three weeks, tripling in the first, growth of 8 % a week within ten: 200 runs each."""
    means = np.geomspace(2, 60, 40)
    counts, exposure = _poisson(means, 200, 26 + len(path), seed=3)
    counts[:, 0, 0] = np.random.default_rng(4).poisson(np.r_[[10.0] * 26, path], (200, 26 + len(path)))
    over = live_through(counts, exposure, RULES, 26).over
    assert over[:, 0].any(-1).mean() >= least


def test_many_histories_at_once_are_lived_through_as_alerts_are_one_by_one():
    """Vectorised, or by `evaluate` and the life of alerts: the same weeks over the bound, the same openings."""
    counts, exposure = steady_counts(10, themes=6, weeks=60, seed=7)
    counts[2, 0, 30:33] = [24, 26, 25]
    counts[4, 0, 36:] = np.round(10 * 1.05 ** np.arange(24)).astype(int)
    counts[5, 0, [20, 24, 40]] = 33
    lived = live_through(counts[None].astype(float), exposure[None].astype(float), RULES, 8)
    alerts, over, opened = (), np.zeros(lived.over[0].shape, bool), np.zeros(lived.over[0].shape, bool)
    names = [f"2020-W{week:02d}" for week in range(60)]
    for week in range(8, 60):
        skip = np.zeros((6, week + 1), bool)
        for one in alerts:
            skip[int(one.theme_id), [names.index(name) for name in one.left_out]] = True
        verdict = evaluate(counts[..., : week + 1], exposure[..., : week + 1], RULES, skip=skip)
        raised = [
            Raised(str(theme), "", "surge", tuple(names[verdict.since[theme] : week + 1]), 0.0, "pain", 9)
            for theme in np.flatnonzero(verdict.surge | verdict.drift)
        ]
        alerts = advance(alerts, names[week], datetime(2020, 1, 5, tzinfo=UTC) + timedelta(weeks=week), raised, "")
        over[:, week] = verdict.surge | verdict.drift
        for one in alerts:
            opened[int(one.theme_id), week] = over[int(one.theme_id), week] and one.weeks == 1
    assert np.array_equal(lived.over[0], over) and np.array_equal(lived.opened[0], opened)
    assert opened.sum() >= 4


def test_a_new_level_becomes_the_usual_one():
    """A theme that stays at twice its level is told for weeks and no longer after a year."""
    counts, exposure = _poisson([10] * 20, 20, 26 + 60, seed=8)
    counts[:, 0, :, 26:] = np.random.default_rng(9).poisson(20, (20, 1, 60))
    over = live_through(counts, exposure, RULES, 26).over[:, 0, 26:]
    assert over[:, 4:9].mean() > 0.8 and over[:, -10:].mean() < 0.05


def test_what_a_theme_cannot_use_up_is_left_to_the_others():
    """The bounds add up to the budget where they can, and never exceed one in a hundred."""
    most = np.array([[1e-6, 0.2, 0.3, 1e-5]])
    bound = _shared(most, 4e-3)
    assert np.minimum(most, bound[:, None]).sum() == pytest.approx(4e-3)
    assert _shared(np.array([[1e-6, 1e-7]]), 4e-3)[0] == pytest.approx(4e-3 - 1e-7)
    assert _shared(np.array([[0.9]]), 0.5)[0] == 0.01


def test_permuted_copies_keep_every_total():
    """A copy has as many authors of each theme and source, none in a week in which nobody wrote."""
    rng = np.random.default_rng(10)
    exposure = rng.integers(0, 40, (2, 30))
    exposure[1, :10] = 0
    counts = rng.binomial(exposure, 0.3, (5, 2, 30))
    copies = permuted(counts, exposure, 4, rng)
    assert np.array_equal(copies.sum(-1), np.broadcast_to(counts.sum(-1), (4, 5, 2)))
    assert (copies <= exposure).all()


def test_the_realised_rate_knows_no_incident():
    """A planted crowd is an alarm on its own date and none on permuted ones; the same counts give the same rate."""
    counts, exposure = steady_counts(6, themes=20, weeks=52)
    counts[3, 0, -1] = 40
    assert evaluate(counts, exposure, RULES).surge[3]
    rate = realised_rate(counts, exposure, RULES)
    assert rate == realised_rate(counts, exposure, RULES)
    assert rate is not None and 0 < rate.low < rate.value < rate.high and rate.value < 3


def test_a_rate_of_nothing_is_absent_and_a_rate_of_none_is_not():
    """Too few weeks: no rate. No alert in ten years: 0, with what that leaves possible."""
    counts, exposure = steady_counts(6, weeks=8)
    assert realised_rate(counts, exposure, RULES) is None
    assert realised_rate(counts[:0], exposure, RULES) is None
    none = yearly_rate(0, 10.0)
    assert (none.value, none.low) == (0, 0) and none.high == pytest.approx(0.369, abs=1e-3)
