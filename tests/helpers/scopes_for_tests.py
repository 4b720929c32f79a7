"""One week of comments of one clause each, as the statistics see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame

from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope
from groundswell.records import Period

LABELS = {"t1": "card never arrived", "t2": "friendly staff", "t3": "slow app"}
WEEK = Period("one week", MONDAY, MONDAY + timedelta(weeks=1), "week")


def week_of(
    rows: list[dict[str, object]],
    *,
    themes: Sequence[str | None] | None = None,
    signals: Sequence[str] | None = None,
    sentiments: Sequence[float] | None = None,
    language: str = "en",
) -> Scope:
    """A scope over one week; what is not given is unknown: no theme, no signal, no tone."""
    feedback = feedback_frame(rows)
    clauses = clause_frame(feedback, list(themes or [None] * len(rows)), ["neutral"] * len(rows))
    clauses["language"] = language
    if sentiments is not None:
        tone = pd.Series(list(sentiments), dtype="float64")
        clauses["sentiment"] = tone
        clauses["label"] = [_label(value) for value in tone]
    clauses["signals"] = list(signals or [""] * len(rows))
    return open_scope(feedback, build_mentions(feedback, clauses), theme_frame(LABELS), Span(WEEK, None))


def _label(sentiment: float) -> str:
    if pd.isna(sentiment):
        return "unscored"
    return "negative" if sentiment < -0.3 else "positive" if sentiment > 0.3 else "neutral"
