"""Customers to call back, out of feedback that no analysis has read yet: by its words alone, in a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings.comments.escalations import calls_of
from analysis.scope.mentions import build_mentions
from analysis.sentiment.signals import find_signals
from analysis.text.clauses import clause_frame
from analysis.text.language import detect_languages
from groundswell.findings import Escalation

__all__ = ["SameDay", "calls_in"]


@dataclass(frozen=True, slots=True)
class SameDay:
    """Whom to call back: entries, the most serious first; the ids of all comments behind them; how many customers."""

    entries: tuple[Escalation, ...]
    feedback_ids: tuple[str, ...]
    customers: int


def calls_in(feedback: pd.DataFrame, kinds: Sequence[str]) -> SameDay:
    """Whom to call back of those who wrote this feedback (frames.FEEDBACK), for signals of these kinds.

    The signals are those of the digests, which are read off the words of a clause. Neither tone nor theme is known yet:
    so mere haste of content customers is told as well, and entries name no theme.
    """
    written = feedback[feedback["text"].str.strip().astype(bool)].reset_index(drop=True)
    if written.empty:
        return SameDay((), (), 0)
    clauses = clause_frame(written)
    languages = detect_languages(written["text"].tolist(), written["language"].tolist())
    language = clauses["feedback_id"].map(dict(zip(written["feedback_id"], languages, strict=True)))
    signals = find_signals(clauses["text"].tolist(), language.tolist())
    clauses = clauses.assign(language=language, signals=signals, label="unscored", sentiment=np.nan, similarity=np.nan)
    clauses["theme_id"] = pd.Series(None, index=clauses.index, dtype=object)
    entries, told, customers = calls_of(build_mentions(written, clauses), {}, kinds)
    return SameDay(tuple(entries), tuple(told), customers)
