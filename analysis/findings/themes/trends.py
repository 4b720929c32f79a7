"""Themes over time: the largest ones with their weeks, their change, and the versions that raise them."""

from __future__ import annotations

import pandas as pd

from analysis.findings.themes.tone_intervals import net_sentiments
from analysis.findings.themes.weeks import theme_change, weekly_authors
from analysis.scope.scope import Scope
from analysis.statistics.intervals import FEW_AUTHORS
from groundswell.findings import ThemeTrend
from groundswell.frames import SEGMENT

__all__ = ["theme_trends"]

MOST_TRENDS, MOST_VERSIONS = 20, 12


def theme_trends(scope: Scope) -> list[ThemeTrend]:
    """The 20 themes that most authors raise in the period, in whatever mood, with their weeks, largest first."""
    rows = scope.mentions[scope.mentions["theme_id"].notna()]
    authors = rows.groupby("theme_id")["who"].nunique()
    ids = sorted(authors[authors >= FEW_AUTHORS].index, key=lambda t: (-int(authors[t]), t))[:MOST_TRENDS]
    changes, weekly = theme_change(scope, ids, None), weekly_authors(scope, ids, None)
    tones = net_sentiments(rows, ids)
    of_theme = {str(theme): group for theme, group in rows[rows["theme_id"].isin(ids)].groupby("theme_id")}
    return [
        ThemeTrend(
            theme_id=theme,
            label=scope.labels[theme],
            weekly=weekly[theme],
            authors=int(authors[theme]),
            net_sentiment=tones[theme],
            change=changes[theme],
            by_segment=_by_version(of_theme[theme]),
            is_new=theme in scope.new_themes,
            journey_stage=scope.of_theme(theme, "journey_stage"),
        )
        for theme in ids
    ]


def _by_version(rows: pd.DataFrame) -> dict[str, int]:
    """Authors by version, the versions most written about first; empty where no source tells versions."""
    column = SEGMENT + "version"
    if column not in rows.columns:
        return {}
    counts = rows[rows[column].notna()].groupby(column)["who"].nunique()
    ordered = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))[:MOST_VERSIONS]
    return {str(version): int(n) for version, n in ordered}
