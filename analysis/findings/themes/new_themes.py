"""Themes that came up lately: what is said of each, until somebody decides or it has stayed long enough."""

from __future__ import annotations

from analysis.findings.themes.tone_intervals import net_sentiments
from analysis.findings.themes.weeks import weekly_authors
from analysis.scope.scope import Scope
from analysis.scope.verbatims import telling_verbatims
from groundswell.findings import NewTheme

__all__ = ["find_new_themes"]

MOST_VERBATIMS = 3


def find_new_themes(scope: Scope) -> list[NewTheme]:
    """The new themes that somebody raised in the period, most authors first. No floor: news begins small."""
    opened = scope.new_themes
    rows = scope.mentions[scope.mentions["theme_id"].isin(list(opened))]
    authors = rows.groupby("theme_id")["who"].nunique()
    ids = sorted(authors.index, key=lambda theme: (-int(authors[theme]), theme))
    weekly, tones = weekly_authors(scope, ids, None), net_sentiments(rows, ids)
    return [
        NewTheme(
            theme_id=theme,
            label=scope.labels[theme],
            opened=opened[theme],
            authors=int(authors[theme]),
            mentions=int((rows["theme_id"] == theme).sum()),
            net_sentiment=tones[theme],
            weekly=weekly[theme],
            verbatims=telling_verbatims(rows[rows["theme_id"] == theme], n=MOST_VERBATIMS, mood=0),
        )
        for theme in ids
    ]
