"""Scores of a period with their intervals, beside the period before (docs/methods.md, D1)."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.intervals import Z, clustered_mean, nps_interval
from groundswell.findings import Interval, ScoreSummary

__all__ = ["FEW_AUTHORS", "FEW_RESPONSES", "people", "score_points", "summarise_scores", "unit_of"]

# Below these a figure is hidden: its interval would be wider than its scale is useful.
FEW_RESPONSES, FEW_AUTHORS = 20, 5


def people(feedback: pd.DataFrame) -> pd.Series:
    """Whom each record counts for: its author where known, else the record itself (law 7)."""
    return feedback["author"].where(feedback["author"].notna(), feedback["feedback_id"])


def score_points(feedback: pd.DataFrame) -> pd.Series:
    """Each record's score in the units of its metric; NaN without a score.

    NPS: 100 for a promoter (9-10), 0 for a passive, -100 for a detractor (0-6). CSAT: 100 for one of the two best
    answers (the best one on scales of fewer than five), else 0. Rating and CES: the raw value.
    """
    raw, metric = feedback["score"], feedback["metric"]
    points = raw.astype("float64").copy()
    nps = metric == "nps"
    points[nps] = np.select([raw[nps] >= 9, raw[nps] <= 6], [100.0, -100.0], 0.0)
    csat = metric == "csat"
    steps = (feedback["score_high"] - feedback["score_low"])[csat]
    boxes_below = np.where(steps >= 4, steps - 1, steps) / steps
    points[csat] = np.where(feedback["score_scaled"][csat] >= boxes_below - 1e-9, 100.0, 0.0)
    return points.where(raw.notna())


def summarise_scores(now: pd.DataFrame, before: pd.DataFrame | None) -> list[ScoreSummary]:
    """One summary per metric and source of the records in `now`, in the order of source and metric."""
    rows = now[now["score"].notna()]
    summaries = []
    for (source, metric), group in rows.groupby(["source", "metric"], sort=True):
        earlier = None
        if before is not None:
            same = (before["source"] == source) & (before["metric"] == metric) & before["score"].notna()
            earlier = before[same]
        summaries.append(summarise_group(str(source), str(metric), group, earlier))
    return summaries


def summarise_group(source: str, metric: str, now: pd.DataFrame, before: pd.DataFrame | None) -> ScoreSummary:
    """The score of one group of records that share a metric, hidden with a reason where there are too few."""
    unit = unit_of(metric, now)
    reason = _too_few(now)
    if reason:
        return ScoreSummary(metric, source, len(now), None, None, None, unit, reason=reason)
    value, error = _value(metric, now)
    change = change_low = change_high = None
    if before is not None and not _too_few(before):
        was, error_before = _value(metric, before)
        spread = Z * sqrt(error**2 + error_before**2)
        change = value.value - was.value
        change_low, change_high = change - spread, change + spread
    return ScoreSummary(
        metric, source, len(now), value.value, value.low, value.high, unit, change, change_low, change_high
    )


def unit_of(metric: str, rows: pd.DataFrame) -> str:
    """How a reader says the unit: "NPS points", "% satisfied", "of 5"."""
    if metric == "nps":
        return "NPS points"
    if metric == "csat":
        return "% satisfied"
    return f"of {rows['score_high'].max():g}"


def _too_few(rows: pd.DataFrame) -> str | None:
    """Why the figure is hidden, None when it may be shown."""
    if len(rows) < FEW_RESPONSES:
        return f"{len(rows)} responses; shown from {FEW_RESPONSES}"
    authors = rows["author"].dropna()
    if len(authors) == len(rows) and authors.nunique() < FEW_AUTHORS:
        return f"{authors.nunique()} authors; shown from {FEW_AUTHORS}"
    return None


def _value(metric: str, rows: pd.DataFrame) -> tuple[Interval, float]:
    """Value with interval, and the standard error that a difference of two values needs."""
    points: npt.NDArray[np.float64] = score_points(rows).to_numpy()
    who = people(rows).to_numpy()
    mean, error, authors = clustered_mean(points, who)
    error = 0.0 if isnan(error) else error
    if metric == "nps":
        interval = nps_interval(points, who)
        return interval, max(error, (interval.high - interval.low) / (2 * Z))
    half = float(stats.t.ppf(0.975, max(1, authors - 1))) * error
    low, high = float(rows["score_low"].min()), float(rows["score_high"].max())
    if metric == "csat":
        low, high = 0.0, 100.0
        # Agresti-Coull's two successes and two failures keep the interval open when everybody agrees.
        hits, n = (points > 0).sum() + 2, len(points) + 4
        half = max(half, 100 * Z * sqrt(hits / n * (1 - hits / n) / n))
    return Interval(mean, max(low, mean - half), min(high, mean + half)), error
