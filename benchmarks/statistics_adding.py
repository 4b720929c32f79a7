"""Shares and decompositions add up, and the impact equals its algebraic twins: on random answers and on real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from analysis.findings.themes.scored import ScoredGroup, scored_groups
from analysis.scope.mentions import build_mentions
from analysis.statistics.bounded import Scale
from analysis.statistics.decomposition import mix_and_rate
from analysis.statistics.impact import Responses, theme_impacts
from analysis.statistics.regression import explained_by, regress
from analysis.statistics.shares import Weighted, even_weights, gap_shares
from benchmarks.statistics_frames import Frames
from benchmarks.statistics_rows import Asked, Row, at_most
from benchmarks.statistics_sets import SETS, analysed

__all__ = ["rows"]

ADDS_UP, TWINS = 1e-9, 1e-12
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """Two periods of one score, with the themes that each response complains of."""

    before: Weighted
    now: Weighted


def rows(asked: Asked) -> list[Row]:
    """The largest distance between figures that must be one."""
    drawn = list(_drawn(20 if asked.quick else 200))
    found = _of("random answers", drawn)
    found.append(_at_most("Shapley shares from their definition, all subsets, random", _from_definition(), ADDS_UP))
    found.append(_at_most("shares of R^2 from their definition, all subsets, random", _r2_from_definition(), ADDS_UP))
    for name in SETS:
        if (real := analysed(asked, name)) is not None:
            found += _of(name, list(_of_set(real)))
    return found


def _of(name: str, periods: list[Answers]) -> list[Row]:
    many = f"{name}, {len(periods)} pairs of periods"
    return [
        _at_most(f"Shapley shares add up to score - reference: {many}", max(map(_shares, periods)), ADDS_UP),
        _at_most(f"shares by regression add up to it: {many}", max(map(_regression, periods)), ADDS_UP),
        _at_most(f"mix + rate add up to the change: {many}", max(map(_moves, periods)), ADDS_UP),
        _at_most(f"impact and its two twins: {many}", max(map(_twins, periods)), TWINS),
    ]


def _at_most(figure: str, value: float, wanted: float) -> Row:
    """Distances are written as powers of ten."""
    return at_most(figure, value, wanted, ours=f"{value:.1e}")


def _shares(answers: Answers) -> float:
    shares = gap_shares(answers.now)
    return 0.0 if shares is None else abs(float(shares.values.sum()) - (shares.mean - shares.reference))


def _regression(answers: Answers) -> float:
    regression = regress(answers.now)
    if regression is None:
        return 0.0
    shares = regression.of_groups(np.arange(answers.now.count))
    return abs(float(shares.values.sum()) - (shares.mean - shares.reference))


def _moves(answers: Answers) -> float:
    moves = mix_and_rate(answers.before, answers.now)
    change = float(answers.now.points.mean() - answers.before.points.mean())
    return abs(float((moves.mix + moves.rate).sum()) - change)


def _twins(answers: Answers) -> float:
    """m - m_w, n_t (m_t - m) / (N - n_t) and p (m_t - m_w)."""
    now, n = answers.now, len(answers.now.points)
    raises = np.zeros((n, now.count), dtype=bool)
    raises[now.rows, now.themes] = True
    scale = Scale(float(now.points.min()), float(now.points.max()))
    impacts = theme_impacts(Responses(now.points, now.authors, raises, scale))
    worst = 0.0
    for impact in impacts:
        if impact is not None:
            p, mean = impact.mentions / n, float(now.points.mean())
            second = impact.mentions * (impact.mean_with - mean) / (n - impact.mentions)
            third = p * (impact.mean_with - impact.mean_without)
            worst = max(worst, abs(impact.value - second), abs(impact.value - third))
    return worst


def _drawn(runs: int) -> Iterator[Answers]:
    """Random responses: NPS and stars, 20 to 5,000 of them, 1 to 60 themes, authors who answer several times."""
    rng = np.random.default_rng(1)
    for run in range(runs):
        themes = int(rng.integers(1, 61))
        rate = rng.uniform(0.005, 0.3, themes)
        loss = rng.uniform(-0.2, 1.0, themes)
        yield Answers(*(_draw(rng, int(rng.integers(20, 5001)), rate, loss, nps=run % 2 == 0) for _ in range(2)))


def _draw(rng: np.random.Generator, n: int, rate: Floats, loss: Floats, *, nps: bool) -> Weighted:
    raises = rng.random((n, len(rate))) < rate
    level = rng.normal(1.0, 0.4, n) - raises @ loss
    points = np.select([level > 0.8, level > 0.3], [100.0, 0.0], -100.0) if nps else np.clip(np.round(5 * level), 1, 5)
    response, theme = np.nonzero(raises)
    return even_weights(points.astype(np.float64), rng.integers(0, max(6, n // 2), n), response, theme, len(rate))


def _of_set(real: Frames) -> Iterator[Answers]:
    """All scored responses of each source and metric, cut in two at their middle; complaints and praise by turns."""
    mentions = build_mentions(real.feedback, real.clauses)
    themes = sorted(str(theme) for theme in mentions["theme_id"].dropna().unique())
    ordered = real.feedback.sort_values("occurred_at", kind="stable")["feedback_id"]
    halves = (ordered.iloc[: len(ordered) // 2], ordered.iloc[len(ordered) // 2 :])
    groups: list[dict[tuple[str, str], ScoredGroup]] = []
    for half in halves:
        feedback = real.feedback[real.feedback["feedback_id"].isin(half)]
        found = scored_groups(feedback, mentions[mentions["feedback_id"].isin(half)], themes)
        groups.append({(group.source, group.metric): group for group in found})
    for key in sorted(groups[0].keys() & groups[1].keys()):
        for mood in ("pain", "praise"):
            before, now = (side[key].raising(mood, len(themes)) for side in groups)
            yield Answers(before, now)


def _from_definition() -> float:
    """The largest distance to the Shapley value summed over all subsets of six themes."""
    rng, themes, worst = np.random.default_rng(2), 6, 0.0
    for _ in range(5):
        drawn = _draw(rng, 200, np.full(themes, 0.25), np.linspace(-0.2, 0.8, themes), nps=True)
        raises = np.zeros((200, themes), dtype=bool)
        raises[drawn.rows, drawn.themes] = True
        away = drawn.points - drawn.points[~raises.any(axis=1)].mean()
        worth = {s: float(away[raises[:, list(s)].any(axis=1)].sum()) / 200 for s in _subsets(themes)}
        shares = gap_shares(drawn)
        assert shares is not None
        worst = max(worst, float(np.abs(shares.values - _shapley(worth, themes)).max()))
    return worst


def _r2_from_definition() -> float:
    """The same for the shares of R^2, each by least squares."""
    rng, themes = np.random.default_rng(3), 6
    flags = (rng.random((300, themes)) < 0.3).astype(np.float64)
    flags[:, 5] = flags[:, 4] * (rng.random(300) < 0.8)
    points = rng.normal(0, 30, 300) - flags @ np.linspace(0, 40, themes)

    def explained(subset: tuple[int, ...]) -> float:
        x = np.column_stack([np.ones(300), flags[:, list(subset)]])
        left = points - x @ np.linalg.lstsq(x, points, rcond=None)[0]
        return 1 - float(left @ left) / float(((points - points.mean()) ** 2).sum())

    worth = {subset: explained(subset) for subset in _subsets(themes)}
    return float(np.abs(explained_by(flags, points).shares - _shapley(worth, themes)).max())


def _subsets(themes: int) -> Iterator[tuple[int, ...]]:
    for size in range(themes + 1):
        yield from combinations(range(themes), size)


def _shapley(worth: dict[tuple[int, ...], float], themes: int) -> Floats:
    shares = np.zeros(themes)
    for subset in worth:
        for theme in set(range(themes)) - set(subset):
            more = worth[tuple(sorted((*subset, theme)))] - worth[subset]
            shares[theme] += more / (themes * comb(themes - 1, len(subset)))
    return shares
