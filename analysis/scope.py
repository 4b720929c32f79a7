"""What one digest speaks of: the rows of its period, of the one before, and the history for the weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.periods import Span, rows_in

__all__ = ["Scope", "open_scope"]


@dataclass(frozen=True)
class Scope:
    """The rows that one digest speaks of: its period, the one before, and the history for the weeks."""

    span: Span
    feedback: pd.DataFrame  # of the period
    mentions: pd.DataFrame  # of the period
    feedback_before: pd.DataFrame | None
    mentions_before: pd.DataFrame | None
    all_feedback: pd.DataFrame
    all_mentions: pd.DataFrame
    themes: pd.DataFrame

    @property
    def labels(self) -> Mapping[str, str]:
        """theme_id -> label."""
        return dict(zip(self.themes["theme_id"], self.themes["label"], strict=True))

    @property
    def keywords(self) -> Mapping[str, tuple[str, ...]]:
        """theme_id -> its strongest words."""
        return {t: tuple(k) for t, k in zip(self.themes["theme_id"], self.themes["keywords"], strict=True)}


def open_scope(feedback: pd.DataFrame, mentions: pd.DataFrame, themes: pd.DataFrame, span: Span) -> Scope:
    """Cuts the period and the one before out of the store's rows; `mentions` come from `build_mentions`."""
    before = span.before
    return Scope(
        span,
        rows_in(feedback, span.period),
        rows_in(mentions, span.period),
        rows_in(feedback, before) if before else None,
        rows_in(mentions, before) if before else None,
        feedback,
        mentions,
        themes,
    )
