"""Scores of a period with their intervals, beside the period before (docs/methods.md, D1)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.statistics.bounded import Scale, difference_of_means, mean_interval
from analysis.statistics.clusters import Codes, Floats, author_codes
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES
from groundswell.findings import ScoreSummary
from groundswell.frames import SEGMENT

__all__ = [
    "FEW_EQUAL",
    "one_score_each",
    "people",
    "scale_of",
    "score_points",
    "scored_response",
    "summarise_group",
    "summarise_scores",
    "unit_of",
]

# People who answer equally often that those of a period must be worth for a change to be shown.
FEW_EQUAL = 8
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
    """The score of one group of records that share a metric, hidden with a reason where there are too few.

    The interval takes all answers of one author for one cluster (analysis/statistics/bounded.py). The change is hidden
    with a reason of its own.
    """
    unit, n = unit_of(metric, now), len(now)
    both = [now] if before is None else [now, before]
    codes, _ = author_codes(pd.concat([people(rows) for rows in both]))
    reason = _too_few(now, codes[:n])
    if reason:
        return ScoreSummary(metric, source, n, None, None, None, unit, reason=reason)
    points, scale = np.concatenate([score_points(rows).to_numpy() for rows in both]), scale_of(metric, now, before)
    value = mean_interval(points[:n], codes[:n], scale)
    summary = ScoreSummary(metric, source, n, value.value, value.low, value.high, unit)
    if before is None:
        return summary
    reason = _too_few(before, codes[n:]) or _too_uneven(codes[:n], codes[n:]) or _too_alike(points, codes)
    if reason:
        return replace(summary, change_reason=f"no comparison: {reason}")
    change = difference_of_means(points[:n], codes[:n], points[n:], codes[n:], scale)
    return replace(summary, change=change.value, change_low=change.low, change_high=change.high)


def _too_uneven(*sides: Codes) -> str | None:
    """Why a change is hidden where few people gave most answers of a period: it would be theirs, and of its interval
    nobody could say how often it holds."""
    given = [np.bincount(codes).astype(np.float64) for codes in sides]
    worth = min(float(each.sum() ** 2 / (each**2).sum()) for each in given)
    if worth >= FEW_EQUAL:
        return None
    return f"the people of a period count as {worth:.1f} who answer equally often; shown from {FEW_EQUAL}"


def _too_alike(points: Floats, codes: Codes) -> str | None:
    """Why a change is hidden where hardly anybody answers otherwise than most: it would be the doing of a few people,
    and of its interval nobody could say how often it holds (docs/methods.md, D1)."""
    place, _ = pd.factorize(points)
    others = np.count_nonzero(np.bincount(codes[place != np.bincount(place).argmax()]))
    if others >= FEW_AUTHORS:
        return None
    told = "1 person" if others == 1 else f"{others} people"
    return f"{told} answered otherwise than most in the two periods; shown from {FEW_AUTHORS}"


def scale_of(metric: str, *frames: pd.DataFrame | None) -> Scale:
    """From the lowest to the highest points (see `score_points`) that the records' scores can have."""
    if metric == "nps":
        return Scale(-100.0, 100.0)
    if metric == "csat":
        return Scale(0.0, 100.0, two_valued=True)
    known = [frame for frame in frames if frame is not None and len(frame)]
    return Scale(
        min(float(frame["score_low"].min()) for frame in known),
        max(float(frame["score_high"].max()) for frame in known),
    )


def unit_of(metric: str, rows: pd.DataFrame) -> str:
    """How a reader says the unit: "NPS points", "% satisfied", "of 5", "of 6 (turned round: 6 is best)"."""
    if metric == "nps":
        return "NPS points"
    if metric == "csat":
        return "% satisfied"
    best = f"{rows['score_high'].max():g}"
    return f"of {best} (turned round: {best} is best)" if _is_turned(rows).any() else f"of {best}"


def _too_few(rows: pd.DataFrame, codes: Codes) -> str | None:
    """Why the figure is hidden, None when it may be shown; `codes` are the numbers of those for whom the rows count."""
    if len(rows) < FEW_RESPONSES:
        return f"{len(rows)} responses; shown from {FEW_RESPONSES}"
    people_here = np.count_nonzero(np.bincount(codes))
    if people_here < FEW_AUTHORS and rows["author"].notna().all():
        return f"{people_here} authors; shown from {FEW_AUTHORS}"
    return None
