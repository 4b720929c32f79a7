"""The tone of a theme: how much more of what is said of it is happy than unhappy (docs/methods.md, D9)."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
import pandas as pd

from analysis.statistics.bounded import Scale, bounded_means
from analysis.statistics.clusters import Codes, answers_by_group, author_codes
from groundswell.findings import Interval

__all__ = ["net_sentiment", "net_sentiments"]

TONE = Scale(-1.0, 1.0)


def net_sentiment(mentions: pd.DataFrame) -> Interval:
    """(positive - negative) / all scored clauses, -1..1; all clauses of one author (`who`) are one cluster.

    All NaN, which is unknown, where no clause could be scored (law 6).
    """
    return _tones(mentions, np.zeros(len(mentions), dtype=np.intp), 1)[0]


def net_sentiments(mentions: pd.DataFrame, themes: Sequence[str]) -> dict[str, Interval]:
    """The net sentiment of each of these themes, in one pass over the mentions."""
    place = pd.Index(themes).get_indexer(pd.Index(mentions["theme_id"]))
    tones = _tones(mentions[place >= 0], place[place >= 0], len(themes))
    return dict(zip(themes, tones, strict=True))


def _tones(mentions: pd.DataFrame, groups: Codes, count: int) -> list[Interval]:
    scored = (mentions["label"] != "unscored").to_numpy()
    labels = mentions["label"].to_numpy()[scored]
    signs = (labels == "positive").astype(np.float64) - (labels == "negative")
    codes, _ = author_codes(mentions["who"].to_numpy()[scored])
    answers = answers_by_group(TONE.unit(signs), groups[scored], codes, count)
    ends = zip(answers.n, *bounded_means(answers, TONE), strict=True)
    return [Interval(float(v), float(low), float(high)) if n else Interval(nan, nan, nan) for n, v, low, high in ends]
