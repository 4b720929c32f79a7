"""The tone of a theme: how much more of what is said of it is happy than unhappy (docs/methods.md, D9)."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
import pandas as pd

from analysis.findings.themes.weeks import number_of
from analysis.statistics.bounded import Scale, bounded_means
from analysis.statistics.clusters import answers_by_group, author_codes
from groundswell.findings import Interval

__all__ = ["net_sentiments"]

TONE = Scale(-1.0, 1.0)


def net_sentiments(mentions: pd.DataFrame, themes: Sequence[str]) -> dict[str, Interval]:
    """Per theme (positive - negative) / all scored clauses, -1..1; all clauses of one author (`who`) are one cluster.

    All NaN, which is unknown, where no clause could be scored (law 6).
    """
    place = number_of(mentions["theme_id"], themes)
    scored = (place >= 0) & (mentions["label"] != "unscored").to_numpy()
    labels = mentions["label"].to_numpy()[scored]
    signs = (labels == "positive").astype(np.float64) - (labels == "negative")
    codes, _ = author_codes(mentions["who"].to_numpy()[scored])
    answers = answers_by_group(TONE.unit(signs), place[scored], codes, len(themes))
    tones = zip(themes, answers.n, *bounded_means(answers, TONE), strict=True)
    return {
        theme: Interval(float(v), float(low), float(high)) if n else Interval(nan, nan, nan)
        for theme, n, v, low, high in tones
    }
