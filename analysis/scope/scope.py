"""What one digest speaks of: the rows of its period, of the one before, and the history for the weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan

import pandas as pd

from analysis.scope.periods import Span, rows_in

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

    @property
    def new_themes(self) -> Mapping[str, datetime]:
        """theme_id -> when it was opened, of the top themes that nobody has decided on."""
        rows = self.themes[
            (self.themes["status"] == "new") & self.themes["parent"].isna() & self.themes["opened"].notna()
        ]
        return {t: at.to_pydatetime() for t, at in zip(rows["theme_id"], rows["opened"], strict=True)}

    @property
    def emerged_themes(self) -> Mapping[str, datetime]:
        """theme_id -> when it was opened, of the top themes that came up by themselves, decided on or not."""
        rows = self.themes[
            (self.themes["origin"] == "emerged") & self.themes["parent"].isna() & self.themes["opened"].notna()
        ]
        return {t: at.to_pydatetime() for t, at in zip(rows["theme_id"], rows["opened"], strict=True)}

    def of_theme(self, theme: str, column: str) -> str | None:
        """What the registry says of a theme in a column of text: its owner, its stage; None where nothing."""
        value = self.themes.loc[self.themes["theme_id"] == theme, column].iloc[0]
        return value if isinstance(value, str) else None

    def stability(self, theme: str) -> float | None:
        """How surely a theme's clauses belong together, 0-1; None where it was never measured."""
        value = float(self.themes.loc[self.themes["theme_id"] == theme, "stability"].iloc[0])
        return None if isnan(value) else value


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
