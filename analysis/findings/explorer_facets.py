"""What the explorer's comments can be told apart by: source, score, day, and every segment that is not a person."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.scope.periods import Span
from analysis.scope.verbatims import score_in_words
from groundswell.explorer_findings import Facet
from groundswell.frames import SEGMENT, segment_columns
from groundswell.persons import names_person

__all__ = ["MOST_VALUES", "facets_of", "week_of_days"]

MOST_VALUES = 200  # to choose one from; of more the largest are told, where they hold half of the comments
MOST_SCORES = 12  # different answers to one question; a scale of more is told in FIFTHS
FIFTHS = 5
OTHER = "other values"


def facets_of(comments: pd.DataFrame, span: Span) -> tuple[tuple[Facet, ...], tuple[str, ...]]:
    """The facets of these comments, and the names of the segments that have too many values to be one."""
    scores = scores_in_words(comments)
    found = [
        _facet("source", comments["source"]),
        _facet("score", scores, _order_of_scores(comments, scores)),
        _facet("day", _days(comments, span)),
    ]
    left_out = []
    for column in segment_columns(comments.columns):
        name = column.removeprefix(SEGMENT)
        if names_person(name) or comments[column].isna().all():
            continue
        few = _few_values(comments[column])
        if few is None:
            left_out.append(name)
        else:
            found.append(_facet(f"{SEGMENT}{name}", few))
    return tuple(found), tuple(left_out)


def week_of_days(comments: pd.DataFrame, span: Span) -> dict[str, str]:
    """The week of each day on which a comment was written; empty for undated ones."""
    pairs = pd.DataFrame({"day": _days(comments, span), "week": span.calendar.week_of(comments["occurred_at"])})
    known = pairs.dropna().drop_duplicates("day").sort_values("day")
    return {str(day): str(week) for day, week in zip(known["day"], known["week"], strict=True)}


def scores_in_words(comments: pd.DataFrame) -> pd.Series:
    """Each comment's score as a reader says it: "NPS 3", "2 of 5"; on a scale of many answers, its fifth of it."""
    said = pd.Series(None, index=comments.index, dtype=object)
    scale = ["source", "metric", "score_low", "score_high"]
    scored = comments[comments["score"].notna() & comments["metric"].notna()]
    for _, rows in scored.groupby(scale, sort=True):
        answers = rows.drop_duplicates("score")
        low, high = float(rows["score_low"].iloc[0]), float(rows["score_high"].iloc[0])
        if len(answers) <= MOST_SCORES:
            words = {row["score"]: score_in_words(row) for row in answers.to_dict("records")}
        else:
            words = {value: _fifth(float(value), low, high) for value in answers["score"]}
        said[rows.index] = rows["score"].map(words)
    return said


def _fifth(value: float, low: float, high: float) -> str:
    """ "20-40 of 100": the fifth of the scale that holds the value."""
    step = (high - low) / FIFTHS
    place = min(FIFTHS - 1, int((value - low) / step))
    return f"{low + place * step:g}\N{EN DASH}{low + (place + 1) * step:g} of {high:g}"


def _order_of_scores(comments: pd.DataFrame, said: pd.Series) -> Callable[[str], tuple[str, float, str]]:
    """Scores of one metric beside each other, the worst first."""
    metric = dict(zip(said, comments["metric"], strict=True))
    scaled = comments["score_scaled"].groupby(said).min().to_dict()
    return lambda words: (str(metric[words]), float(scaled[words]), words)


def _days(comments: pd.DataFrame, span: Span) -> pd.Series:
    """The day of each comment in the reader's zone, as 2026-11-12; None without a time."""
    local = comments["occurred_at"].dt.tz_convert(span.calendar.zone)
    days: pd.Series = local.dt.strftime("%Y-%m-%d").astype(object)
    return days.where(comments["occurred_at"].notna(), None)


def _few_values(values: pd.Series) -> pd.Series | None:
    """The values, the rare ones of too many as OTHER; None where the common ones hold less than half of them."""
    counts = values.value_counts()
    if len(counts) <= MOST_VALUES:
        return values
    ordered = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))[: MOST_VALUES - 1]
    common = {value for value, _ in ordered}
    if sum(n for _, n in ordered) * 2 < counts.sum():
        return None
    return values.where(values.isin(common) | values.isna(), OTHER)


def _facet(name: str, values: pd.Series, order: Callable[[str], tuple[str, float, str]] | None = None) -> Facet:
    known = sorted({str(value) for value in values.dropna()}, key=order) if order else _sorted(values)
    of: np.ndarray[tuple[int], np.dtype[np.intp]] = pd.Index(known).get_indexer(pd.Index(values))
    return Facet(name, tuple(known), tuple(of.tolist()))


def _sorted(values: pd.Series) -> list[str]:
    """The values in order; numbers in them count as numbers, so that 4.10 comes after 4.9."""
    return sorted({str(value) for value in values.dropna()}, key=_natural)


def _natural(text: str) -> list[tuple[int, int, str]]:
    parts = "".join(c if c.isdecimal() and c.isascii() else f"\0{c}\0" for c in text.casefold()).split("\0")
    return [(0, int(part), "") if part.isascii() and part.isdecimal() else (1, 0, part) for part in parts if part]
