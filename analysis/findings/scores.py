"""Scores of a period with their intervals, beside the period before (docs/methods.md, D1)."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES, Z, clustered_mean, nps_interval
from groundswell.findings import Interval, ScoreSummary
from groundswell.frames import SEGMENT

__all__ = [
    "one_score_each",
    "people",
    "score_points",
    "scored_response",
    "summarise_group",
    "summarise_scores",
    "unit_of",
]

QUESTION = f"{SEGMENT}question"  # set where one row of the source gave several records


def people(feedback: pd.DataFrame) -> pd.Series:
    """Whom each record counts for: its author where known, else its response, else the record itself (law 7).

    One customer who answers two open questions gives two records with one response id.
    """
    response = feedback["source"] + ":" + feedback["response_id"]
    alone = feedback["response_id"].where(feedback["response_id"].isna(), response)
    alone = alone.where(alone.notna(), feedback["feedback_id"])
    return feedback["author"].where(feedback["author"].notna(), alone)


def scored_response(feedback: pd.DataFrame) -> pd.Series:
    """Which answers share one score: those to the open questions of one response; any other record is by itself."""
    if QUESTION not in feedback.columns:
        return feedback["feedback_id"]
    shared = feedback["response_id"].notna() & feedback[QUESTION].notna()
    return feedback["feedback_id"].where(~shared, feedback["source"] + ":" + feedback["response_id"])


def one_score_each(feedback: pd.DataFrame) -> pd.DataFrame:
    """The records with a score, each score once: not once for each open question that its response answers."""
    rows = feedback[feedback["score"].notna()]
    return rows[~scored_response(rows).duplicated()]


def score_points(feedback: pd.DataFrame) -> pd.Series:
    """Each record's score in the units of its metric; NaN without a score.

    NPS: 100 for a promoter (9-10), 0 for a passive, -100 for a detractor (0-6). CSAT: 100 for one of the two best
    answers (the best one on scales of fewer than five), else 0. Rating and CES: the raw value; where low is best
    (grades) turned round, so that more is better in every score and a pain point pulls all of them down.
    """
    raw, metric = feedback["score"], feedback["metric"]
    points = raw.where(~_is_turned(feedback), feedback["score_low"] + feedback["score_high"] - raw).astype("float64")
    nps = metric == "nps"
    points[nps] = np.select([raw[nps] >= 9, raw[nps] <= 6], [100.0, -100.0], 0.0)
    csat = metric == "csat"
    steps = (feedback["score_high"] - feedback["score_low"])[csat]
    boxes_below = np.where(steps >= 4, steps - 1, steps) / steps
    points[csat] = np.where(feedback["score_scaled"][csat] >= boxes_below - 1e-9, 100.0, 0.0)
    return points.where(raw.notna())


def _is_turned(feedback: pd.DataFrame) -> pd.Series:
    """True where the lowest raw score is the best one."""
    upwards = (feedback["score"] - feedback["score_low"]) / (feedback["score_high"] - feedback["score_low"])
    return (upwards - feedback["score_scaled"]).abs() > 1e-9


def summarise_scores(now: pd.DataFrame, before: pd.DataFrame | None) -> list[ScoreSummary]:
    """One summary per metric and source of the records in `now`, in the order of source and metric."""
    rows = one_score_each(now)
    earlier_rows = None if before is None else one_score_each(before)
    summaries = []
    for (source, metric), group in rows.groupby(["source", "metric"], sort=True):
        earlier = None
        if earlier_rows is not None:
            earlier = earlier_rows[(earlier_rows["source"] == source) & (earlier_rows["metric"] == metric)]
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
    """How a reader says the unit: "NPS points", "% satisfied", "of 5", "of 6 (turned round: 6 is best)"."""
    if metric == "nps":
        return "NPS points"
    if metric == "csat":
        return "% satisfied"
    best = f"{rows['score_high'].max():g}"
    return f"of {best} (turned round: {best} is best)" if _is_turned(rows).any() else f"of {best}"


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
        least = 100 * sqrt(hits / n * (1 - hits / n) / n)
        half, error = max(half, Z * least), max(error, least)
    return Interval(mean, max(low, mean - half), min(high, mean + half)), error
