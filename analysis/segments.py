"""Themes that one segment raises more often than the others, and themes over time (docs/methods.md, D5)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.intervals import benjamini_hochberg, difference_of_shares, shares_differ
from analysis.pain_points import FALSE_DISCOVERIES, net_sentiment, theme_change, weekly_authors
from analysis.scope import Scope
from analysis.scores import FEW_AUTHORS, FEW_RESPONSES, people
from groundswell.findings import SegmentFinding, ThemeTrend
from groundswell.frames import SEGMENT

__all__ = ["find_segments", "theme_trends"]

MOST_TRENDS, MOST_SEGMENTS, MOST_VALUES = 20, 20, 12


def theme_trends(scope: Scope) -> list[ThemeTrend]:
    """The 20 themes that most authors raise in the period, in whatever mood, with their weeks, largest first."""
    rows = scope.mentions[scope.mentions["theme_id"].notna()]
    authors = rows.groupby("theme_id")["who"].nunique()
    ids = sorted(authors[authors >= FEW_AUTHORS].index, key=lambda t: (-int(authors[t]), t))[:MOST_TRENDS]
    changes, weekly = theme_change(scope, ids, None), weekly_authors(scope, ids, None)
    return [
        ThemeTrend(
            theme_id=theme,
            label=scope.labels[theme],
            weekly=weekly[theme],
            authors=int(authors[theme]),
            net_sentiment=net_sentiment(rows[rows["theme_id"] == theme]),
            change=changes[theme],
            by_segment=_by_version(rows[rows["theme_id"] == theme]),
        )
        for theme in ids
    ]


def find_segments(
    scope: Scope, segments: tuple[str, ...] = ("version", "product", "category", "channel")
) -> list[SegmentFinding]:
    """Differences between one value of a segment and the other values of the same source, surest first.

    Values with fewer than 20 authors are left out. A difference is `significant` after Benjamini-Hochberg over
    all comparisons of the page; only those are returned.
    """
    candidates = [
        finding
        for name in segments
        if SEGMENT + name in scope.feedback.columns
        for source in sorted(scope.feedback["source"].unique())
        for finding in _compare(scope, name, source)
    ]
    holds = benjamini_hochberg([c.p_value for c in candidates], FALSE_DISCOVERIES)
    sure = [
        replace(c, significant=True)
        for c, held in zip(candidates, holds, strict=True)
        if held and c.difference.value > 0
    ]
    return sorted(sure, key=lambda c: (c.p_value, c.segment, c.value, c.theme_id))[:MOST_SEGMENTS]


def _compare(scope: Scope, name: str, source: str) -> list[SegmentFinding]:
    column = SEGMENT + name
    rows = scope.feedback
    rows = rows[(rows["source"] == source) & rows[column].notna() & (rows["text"] != "")].assign(who=people(rows))
    of = rows.groupby(column)["who"].nunique()
    values = [str(v) for v in of[of >= FEW_RESPONSES].sort_values(ascending=False, kind="stable").index[:MOST_VALUES]]
    total = int(rows["who"].nunique())
    mentions = scope.mentions
    mentions = mentions[(mentions["source"] == source) & mentions[column].notna() & mentions["theme_id"].notna()]
    raised = mentions.groupby(["theme_id", column])["who"].nunique()
    ever = mentions.groupby("theme_id")["who"].nunique()
    found = []
    for value in values:
        for theme in sorted(ever[ever >= FEW_AUTHORS].index):
            hits, n = int(raised.get((theme, value), 0)), int(of[value])
            other_hits, other_n = int(ever[theme]) - hits, total - n
            if other_n < FEW_RESPONSES or other_hits < 0 or hits < FEW_AUTHORS:
                continue
            p = shares_differ(hits, n, min(other_hits, other_n), other_n)
            difference = difference_of_shares(hits, n, min(other_hits, other_n), other_n)
            if p is None or difference is None:
                continue
            label, elsewhere = scope.labels[theme], min(other_hits, other_n) / other_n
            found.append(SegmentFinding(name, value, theme, label, hits, n, hits / n, elsewhere, difference, p, False))
    return found


def _by_version(rows: pd.DataFrame) -> dict[str, int]:
    """Authors by version, the versions most written about first; empty where no source tells versions."""
    column = SEGMENT + "version"
    if column not in rows.columns:
        return {}
    counts = rows[rows[column].notna()].groupby(column)["who"].nunique()
    ordered = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))[:MOST_VALUES]
    return {str(version): int(n) for version, n in ordered}
