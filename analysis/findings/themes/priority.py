"""What to remedy first: one ranking of pain points whose parts multiply, and urgent against important."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, prod, sqrt

import pandas as pd

from analysis.findings.comments.signal_counts import SERIOUS
from analysis.scope.mentions import has_signal
from groundswell.findings import Alert, Change

__all__ = ["Loss", "Priority", "active_alerts", "mean_losses", "pressing_people", "prioritise"]

# A loss known from few scores leans towards the usual loss of a complaint, as strongly as this many authors.
USUAL_LOSS_WEIGHT = 5
# A trend counts for no more than twice the people, and no less than half of them: it is news, not size.
MOST_TREND = 2.0
# Alerts that say that more people raise the theme now; a quiet one says that it has stopped.
ACTIVE = {"open", "updated", "re-opened"}
# Important are the pain points that make up this share of what all of them cost.
IMPORTANT = 0.25
# Urgent is what at least this share of those who raise it, and so many people, want an answer on.
PRESSING, FEWEST_PRESSING = 0.2, 3


@dataclass(frozen=True, slots=True)
class Loss:
    """What one author who raises a theme loses of the scale: 0 nothing, 1 all of it; with the mean of its square."""

    mean: float
    square: float


@dataclass(frozen=True, slots=True)
class Priority:
    """A theme's place: `parts` multiply to `value`, see `prioritise`."""

    theme_id: str
    value: float
    parts: Mapping[str, float]
    quadrant: str


def prioritise(
    authors: Mapping[str, int],
    losses: Mapping[str, Loss],
    *,
    mood: str,
    changes: Mapping[str, Change | None],
    alerts: Mapping[str, Alert],
    pressing: Mapping[str, int],
) -> list[Priority]:
    """The themes, largest first, by authors x mean loss x trend x confidence.

    `authors` raise it; `mean_loss` is what each lacks to the best score, on the 0-1 scale (praise: `mean_gain`, the
    score); `trend` is how many times as many as usual raise it, by an open alert or else a significant change, between
    1/2 and 2, and 1 where neither says so; `confidence` is the low end of the 95 % interval of authors x mean loss, as
    a share of it. Important are the largest that together make up a quarter of all authors x mean loss. Urgent is what
    has an open alert, rose significantly, or is raised by people of whom one in five (three or more) threaten, mean to
    leave or need an answer at once.
    """
    cost = {theme: n * losses[theme].mean for theme, n in authors.items()}
    important = _important(cost) if mood == "pain" else set()
    ranked = []
    for theme, n in authors.items():
        if cost[theme] <= 0:
            continue
        trend = _trend(alerts.get(theme), changes.get(theme))
        share = {"authors": float(n), "mean_loss" if mood == "pain" else "mean_gain": losses[theme].mean}
        parts = {**share, "trend": trend, "confidence": _confidence(n, losses[theme])}
        pressed = pressing.get(theme, 0)
        urgent = theme in alerts or trend > 1 or (pressed >= FEWEST_PRESSING and pressed >= PRESSING * n)
        quadrant = _quadrant(urgent, theme in important) if mood == "pain" else ""
        ranked.append(Priority(theme, prod(parts.values()), parts, quadrant))
    return sorted(ranked, key=lambda p: (-p.value, p.theme_id))


def active_alerts(alerts: Sequence[Alert], mood: str) -> dict[str, Alert]:
    """theme_id -> its alert, of those that are over the bound and whose surplus speaks in the mood (or in none)."""
    fitting = {"pain": {"pain", "plain"}, "praise": {"praise"}}[mood]
    return {alert.theme_id: alert for alert in alerts if alert.state in ACTIVE and alert.mood in fitting}


def mean_losses(raised: pd.DataFrame, mood: str, *, by_score: bool) -> dict[str, Loss]:
    """Loss per theme, each author once: 1 - score for pain and the score itself for praise, leaning on the usual one
    where few authors gave a score. Not `by_score` (hardly anybody gave one) the strength of the words stands in.
    """
    if by_score:
        rows = raised[raised["score_scaled"].notna()]
        loss = 1.0 - rows["score_scaled"] if mood == "pain" else rows["score_scaled"]
    else:
        rows = raised[raised["sentiment"].notna()]
        loss = (rows["sentiment"] * (-1.0 if mood == "pain" else 1.0)).clip(lower=0.0)
    of_author = loss.groupby([rows["theme_id"], rows["who"]]).mean()
    usual, usual_square = (float(of_author.mean()), float((of_author**2).mean())) if len(of_author) else (0.0, 0.0)
    sums = pd.DataFrame({"loss": of_author, "square": of_author**2, "n": 1.0}).groupby(level=0).sum()
    sums = sums.reindex(sorted(raised["theme_id"].unique()), fill_value=0.0)
    weight = sums["n"] + USUAL_LOSS_WEIGHT
    means = (sums["loss"] + USUAL_LOSS_WEIGHT * usual) / weight
    squares = (sums["square"] + USUAL_LOSS_WEIGHT * usual_square) / weight
    return {str(t): Loss(float(m), float(s)) for t, m, s in zip(sums.index, means, squares, strict=True)}


def pressing_people(raised: pd.DataFrame, mentions: pd.DataFrame) -> dict[str, int]:
    """theme_id -> how many of those who raise it threaten, mean to leave or need an answer at once in that comment."""
    serious = pd.Series(False, index=mentions.index)
    for signal in SERIOUS:
        serious |= has_signal(mentions, signal)
    rows = raised[raised["feedback_id"].isin(mentions.loc[serious, "feedback_id"])]
    return {str(t): int(n) for t, n in rows.groupby("theme_id")["who"].nunique().items()}


def _important(cost: Mapping[str, float]) -> set[str]:
    """The largest costs that together reach a quarter of all."""
    total, reached, taken = sum(cost.values()), 0.0, set()
    for theme in _by_size(cost):
        if reached >= IMPORTANT * total:
            break
        taken.add(theme)
        reached += cost[theme]
    return taken


def _by_size(cost: Mapping[str, float]) -> Iterable[str]:
    return sorted(cost, key=lambda theme: (-cost[theme], theme))


def _trend(alert: Alert | None, change: Change | None) -> float:
    if alert is not None:
        ratio = alert.ratio
        return MOST_TREND if ratio is None else min(MOST_TREND, max(1.0, ratio))
    if change is None or not change.significant:
        return 1.0
    return MOST_TREND if change.ratio is None else min(MOST_TREND, max(1 / MOST_TREND, change.ratio))


def _confidence(authors: int, loss: Loss) -> float:
    """exp(-1.96 x relative error): the number of authors varies as a Poisson count, their losses as they do."""
    return exp(-1.96 * sqrt(loss.square / (authors * loss.mean**2)))


def _quadrant(urgent: bool, important: bool) -> str:
    return " and ".join(word for word, holds in (("urgent", urgent), ("important", important)) if holds)
