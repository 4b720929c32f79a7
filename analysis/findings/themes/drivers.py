"""What drives each score, and why it moved since the period before (docs/methods.md, D3 and D4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.findings.themes.scored import ScoredGroup, scored_groups
from analysis.findings.themes.weeks import LEAST_OPINIONS, share_of_opinions
from analysis.scope.scope import Scope
from analysis.scope.scores import people, scale_of
from analysis.statistics.bounded import Scale, difference_of_means
from analysis.statistics.decomposition import errors_of_moves, mix_and_rate
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES
from analysis.statistics.regression import LEAST_RAISED, MOST_REGRESSORS, RESPONSES_PER_THEME, regress
from analysis.statistics.shares import Shares, Weighted, authors_by_theme, gap_shares, pooled
from groundswell.findings import Interval, MovePart, ScoreDriver, ScoreMove

__all__ = ["find_drivers", "find_moves"]

MOST_DRIVERS = 8
MOST_OF_A_SIGN = 2
REST = {"pain": "all other complaints", "praise": "all other praise"}
CONTENT, ELSE = "those who complain of nothing", "everything else"
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


def find_drivers(scope: Scope, method: str = "shares") -> list[ScoreDriver]:
    """Per source, metric and mood the themes with the largest shares, 8 at most, and all the rest as one.

    The shares of a source, metric and mood add up to the mean of its responses minus the mean of those that complain
    of (praise) nothing. Themes raised by fewer than 5 authors are in the rest. `method` is "shares" (Shapley values) or
    "regression" (in proportion to R^2, themes under 10 authors in the rest; Shapley values where there are too few
    responses or no such theme).
    """
    themes = _themes(scope.mentions)
    own = {mood: _of_mood(scope.mentions, mood, themes) for mood in REST}
    return [
        driver
        for group in scored_groups(scope.feedback, scope.mentions, themes)
        for mood in REST
        for driver in _drivers(scope, group, mood, themes, own[mood], method)
    ]


def _of_mood(mentions: pd.DataFrame, mood: str, themes: list[str]) -> Flags:
    """Which themes can be told of in the mood: not those whose opinions are mostly of the other one."""
    shares = share_of_opinions(mentions, mood)
    return np.array([shares.get(theme, 0.0) >= LEAST_OPINIONS for theme in themes], dtype=bool)


def _drivers(
    scope: Scope, group: ScoredGroup, mood: str, themes: list[str], own: Flags, method: str
) -> list[ScoreDriver]:
    weighted = group.raising(mood, len(themes))
    all_shares = gap_shares(weighted)
    if all_shares is None:
        return []
    common = np.flatnonzero((authors_by_theme(weighted)[: len(own)] >= FEW_AUTHORS) & own)
    found = _by_regression(weighted, common) if method == "regression" else None
    how = "shapley" if found is None else "regression"
    told, shares = found or _by_shapley(weighted, common, all_shares.values, scale_of(group.metric, group.answers))
    names: list[tuple[str | None, str]] = [(themes[t], scope.labels[themes[t]]) for t in told]
    drivers = [_driver(group, mood, *name, how, shares, place) for place, name in enumerate(names)]
    if len(shares.n) > len(told) and shares.n[-1]:
        drivers.append(_driver(group, mood, None, _rest(weighted, told, mood), how, shares, len(told)))
    return drivers


def _rest(weighted: Weighted, told: Ints, mood: str) -> str:
    """What the rest is called, with how many themes it holds; the last number is what names no theme."""
    n = len(np.setdiff1d(weighted.themes, [*told, weighted.count - 1]))
    return REST[mood] + (f" ({n} theme{'' if n == 1 else 's'})" if n else "")


def _driver(
    group: ScoredGroup, mood: str, theme: str | None, label: str, method: str, shares: Shares, place: int
) -> ScoreDriver:
    return ScoreDriver(
        metric=group.metric,
        source=group.source,
        theme_id=theme,
        label=label,
        share=Interval(*(float(x[place]) for x in (shares.values, shares.lows, shares.highs))),
        n=int(shares.n[place]),
        method=method,
        mood=mood,
        score=shares.mean,
        reference=shares.reference,
        of=len(group.points),
    )


def _by_shapley(weighted: Weighted, common: Ints, values: Floats, scale: Scale) -> tuple[Ints, Shares]:
    """The numbers of the themes that are told, largest share first, and their shares with that of the rest last."""
    told = _largest(common, values[common])
    shares = gap_shares(pooled(weighted, _places(told, weighted.count)), scale)
    assert shares is not None  # joining themes takes no response away
    return told, shares


def _by_regression(weighted: Weighted, common: Ints) -> tuple[Ints, Shares] | None:
    """The same by regression on the themes that most responses raise, ten people at least; None where it cannot be
    had."""
    common = common[authors_by_theme(weighted)[common] >= LEAST_RAISED]
    most = min(MOST_REGRESSORS, len(weighted.points) // RESPONSES_PER_THEME - 1)
    n = np.bincount(weighted.themes, minlength=weighted.count)[common]
    taken = common[np.argsort(-n, kind="stable")][: max(0, most)]
    if not len(taken):
        return None
    regression = regress(pooled(weighted, _places(taken, weighted.count)))
    if regression is None:
        return None
    told = _largest(np.arange(len(taken)), regression.shares[0, : len(taken)])
    return taken[told], regression.of_groups(_places(told, regression.weighted.count))


def _largest(themes: Ints, values: Floats) -> Ints:
    return themes[np.argsort(-np.abs(values), kind="stable")][:MOST_DRIVERS]


def _places(told: Ints, count: int) -> Ints:
    """A group for each theme: those told get their place, all others the one after the last."""
    group_of = np.full(count, len(told), dtype=np.intp)
    group_of[told] = np.arange(len(told))
    return group_of


def find_moves(scope: Scope) -> list[ScoreMove]:
    """Per source and metric why its mean moved since the period before, where it moved by more than chance explains.

    Parts are the two complaints of either sign that moved it most, those who complain of nothing, and everything else,
    themes that fewer than 5 people raise among it; they add up to the change. Nothing where either period has under 20
    responses or 5 authors.
    """
    if scope.feedback_before is None or scope.mentions_before is None:
        return []
    themes = sorted(set(_themes(scope.mentions)) | set(_themes(scope.mentions_before)))
    before = {(g.source, g.metric): g for g in scored_groups(scope.feedback_before, scope.mentions_before, themes)}
    moves = []
    for group in scored_groups(scope.feedback, scope.mentions, themes):
        was = before.get((group.source, group.metric))
        move = None if was is None else _move(scope, was, group, themes)
        if move is not None:
            moves.append(move)
    return moves


def _move(scope: Scope, was: ScoredGroup, now: ScoredGroup, themes: list[str]) -> ScoreMove | None:
    if any(len(g.points) < FEW_RESPONSES or len(np.unique(g.authors)) < FEW_AUTHORS for g in (was, now)):
        return None
    scale = scale_of(now.metric, now.answers, was.answers)
    moved = difference_of_means(now.points, people(now.answers), was.points, people(was.answers), scale)
    if moved.low <= 0 <= moved.high:
        return None
    before, after = was.raising("pain", len(themes)), now.raising("pain", len(themes))
    codes = pd.factorize(pd.concat([people(was.answers), people(now.answers)]))[0]
    before, after = replace(before, authors=codes[: len(was.points)]), replace(after, authors=codes[len(was.points) :])
    own = _of_mood(pd.concat([scope.mentions_before, scope.mentions]), "pain", themes)
    common = np.flatnonzero((authors_by_theme(before, after)[: len(own)] >= FEW_AUTHORS) & own)
    parts = _parts(before, after, common, [(theme, scope.labels[theme]) for theme in themes])
    means, sizes = (float(was.points.mean()), float(now.points.mean())), (len(was.points), len(now.points))
    return ScoreMove(now.metric, now.source, *means, *sizes, parts, moved.low, moved.high)


def _parts(before: Weighted, now: Weighted, common: Ints, names: list[tuple[str, str]]) -> tuple[MovePart, ...]:
    """Of the common themes those that moved the mean most, two up and two down, the content and all the rest."""
    moves = mix_and_rate(before, now)
    told = _two_of_each_sign(common, moves.mix + moves.rate)
    group_of = _places(np.array(told, dtype=np.intp), before.count)
    # The sum of mix and rate, unlike either, is the same for a group as for its themes.
    half = errors_of_moves(pooled(before, group_of), pooled(now, group_of))
    rest = np.flatnonzero(group_of == len(told))
    groups: list[tuple[str | None, str, float, float, float]] = [
        (*names[t], moves.mix[t], moves.rate[t], half[place]) for place, t in enumerate(told)
    ]
    groups.append((None, CONTENT, moves.mix[-1], moves.rate[-1], half[-1]))
    groups.append((None, ELSE, moves.mix[rest].sum(), moves.rate[rest].sum(), half[len(told)]))
    return tuple(
        MovePart(theme, label, float(mix), float(rate), float(mix + rate - h), float(mix + rate + h))
        for theme, label, mix, rate, h in groups
    )


def _two_of_each_sign(themes: Ints, total: Floats) -> list[int]:
    ordered = [int(theme) for theme in themes[np.argsort(-np.abs(total[themes]), kind="stable")]]
    of_sign = ([theme for theme in ordered if sign * total[theme] > 0][:MOST_OF_A_SIGN] for sign in (1, -1))
    return sorted((theme for told in of_sign for theme in told), key=ordered.index)


def _themes(mentions: pd.DataFrame) -> list[str]:
    return sorted(str(theme) for theme in mentions["theme_id"].dropna().unique())
