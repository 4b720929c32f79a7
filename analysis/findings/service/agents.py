"""Figures of single agents: only where the settings ask for them, by name, and leaning on each other.

An agent with thirty contacts differs from another by chance alone more than two agents differ; each figure is drawn
towards that of all agents, the less is known of it the more (docs/methods.md, "Agents").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.findings.service.figures import SHARES, TIMES, Figures, figures_of, told
from analysis.findings.service.rows import ServiceRows
from analysis.scope.scores import one_score_each, scale_of, score_points
from analysis.statistics.clusters import answers_of, author_codes
from analysis.statistics.intervals import FEW_RESPONSES, Z
from analysis.statistics.shrinkage import lean_figures, lean_shares
from groundswell.findings import Interval, ScoreSummary

__all__ = ["figures_of_agents"]

LEAST_ERROR = 1e-9  # where all gave the same score
HUNDRED = 100.0
_OFFSET = 1.0  # minute: times are compared by their ratio, and some are 0


def figures_of_agents(source: str, each: Sequence[ServiceRows]) -> list[Figures]:
    """The figures of the agents of one source; one that fewer than three of them have is left out of all.

    What was paid is not told: it is decided by what happened to the customer.
    """
    own = [figures_of(source, rows) for rows in each]
    found = [Figures() for _ in each]
    leaning = {name: _lean_times([getattr(figures, name) for figures in own]) for name in TIMES}
    leaning |= {name: _lean_hits(name, each) for name in SHARES}
    for name, figures in leaning.items():
        for at, figure in figures.items():
            changed: dict[str, Any] = {name: figure}
            found[at] = replace(found[at], **changed)
    return _with_scores(own, found, each)


def _lean_times(figures: Sequence[Interval | None]) -> dict[int, Interval]:
    """Position -> median, drawn towards the others on the scale of its logarithm."""
    known = [(at, figure) for at, figure in enumerate(figures) if figure is not None and figure.high > figure.low]
    values, lows, highs = (
        np.log(np.array([getattr(figure, end) for _, figure in known]) + _OFFSET) for end in ("value", "low", "high")
    )
    leaning = lean_figures(values, (highs - lows) / (2 * Z)) or []
    return {at: _minutes(figure) for (at, _), figure in zip(known, leaning, strict=False)}


def _minutes(logs: Interval) -> Interval:
    value, low, high = (max(0.0, float(np.exp(x)) - _OFFSET) for x in (logs.value, logs.low, logs.high))
    return Interval(value, low, high)


def _lean_hits(name: str, each: Sequence[ServiceRows]) -> dict[int, Interval]:
    """Position -> share, of agents with enough contacts that tell of it."""
    rows = {at: told(one, name) for at, one in enumerate(each)}
    known = {at: one for at, one in rows.items() if len(one) >= FEW_RESPONSES}
    return dict(zip(known, _lean_shares(list(known.values())), strict=False))


def _lean_shares(known: Sequence[pd.DataFrame]) -> list[Interval]:
    """The shares of `hit`, each with as many answers as they are worth: fewer where one author gave several."""
    answers = [answers_of(rows["hit"].to_numpy(), author_codes(rows["who"])[0]) for rows in known]
    shares, worth = (np.array([float(getattr(one, part)[0]) for one in answers]) for part in ("mean", "effective"))
    return lean_shares(shares, worth) or []


def _with_scores(own: Sequence[Figures], found: Sequence[Figures], each: Sequence[ServiceRows]) -> list[Figures]:
    """With the scores drawn towards each other, of the agents whose score may be shown; the metric is that of most."""
    shown = {at: one.score for at, one in enumerate(own) if one.score is not None and one.score.value is not None}
    metrics = [score.metric for score in shown.values()]
    usual = max(sorted(set(metrics)), key=metrics.count, default="")
    shown = {at: score for at, score in shown.items() if score.metric == usual}
    rows = {at: _scored(each[at].now, usual) for at in shown}
    leaning = _lean_satisfied(list(rows.values())) if usual == "csat" else _lean_scores(list(shown.values()))
    out = list(found)
    for at, figure in zip(shown, leaning, strict=False):
        scale = scale_of(usual, rows[at])
        value, low, high = (float(np.clip(x, scale.low, scale.high)) for x in (figure.value, figure.low, figure.high))
        out[at] = replace(out[at], score=replace(shown[at], value=value, low=low, high=high))
    return out


def _scored(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    scored = one_score_each(rows)
    return scored[scored["metric"] == metric]


def _lean_satisfied(each: Sequence[pd.DataFrame]) -> list[Interval]:
    """CSAT in percent: a share, so that nobody's interval goes beyond all."""
    known = [pd.DataFrame({"who": rows["who"], "hit": score_points(rows) / HUNDRED}) for rows in each]
    return [Interval(HUNDRED * f.value, HUNDRED * f.low, HUNDRED * f.high) for f in _lean_shares(known)]


def _lean_scores(scores: Sequence[ScoreSummary]) -> list[Interval]:
    values, lows, highs = (
        np.array([getattr(score, end) for score in scores], dtype=np.float64) for end in ("value", "low", "high")
    )
    return lean_figures(values, np.maximum((highs - lows) / (2 * Z), LEAST_ERROR)) or []
