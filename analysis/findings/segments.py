"""Themes that one segment raises more often than the others, and themes over time (docs/methods.md, D5)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.findings.pain_points import FALSE_DISCOVERIES, net_sentiment, theme_change, weekly_authors
from analysis.findings.scope import Scope
from analysis.findings.scores import people
from analysis.statistics.intervals import (
    FEW_AUTHORS,
    FEW_RESPONSES,
    benjamini_hochberg,
    difference_of_shares,
    shares_differ,
)
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
            is_new=theme in scope.new_themes,
        )
        for theme in ids
    ]


def find_segments(
    scope: Scope, segments: tuple[str, ...] = ("version", "product", "category", "channel")
) -> list[SegmentFinding]:
    """Differences between the authors of one value of a segment and all others of the same source, surest first.

    Values with fewer than 20 authors are left out; whoever wrote on two versions counts for each of them, and among
    the others of neither. A difference is `significant` after Benjamini-Hochberg over
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
        # Left out only here: what is left out before the tests are judged makes the others look surer than they are.
        if held and c.difference.value > 0 and c.authors >= FEW_AUTHORS
    ]
    return sorted(sure, key=lambda c: (c.p_value, c.segment, c.value, c.theme_id))[:MOST_SEGMENTS]


def _compare(scope: Scope, name: str, source: str) -> list[SegmentFinding]:
    column = SEGMENT + name
    rows = scope.feedback
    rows = rows[(rows["source"] == source) & rows[column].notna() & (rows["text"] != "")].assign(who=people(rows))
    of = rows.groupby(column)["who"].nunique()
    values = [str(v) for v in of[of >= FEW_RESPONSES].sort_values(ascending=False, kind="stable").index[:MOST_VALUES]]
    mentions = scope.mentions
    mentions = mentions[(mentions["source"] == source) & mentions[column].notna() & mentions["theme_id"].notna()]
    ever = mentions.groupby("theme_id")["who"].nunique()
    themes = sorted(ever[ever >= FEW_AUTHORS].index)
    found = []
    for value in values:
        mine = set(rows.loc[rows[column] == value, "who"])
        others_n = int(rows.loc[~rows["who"].isin(mine), "who"].nunique())
        raised = mentions[mentions[column] == value].groupby("theme_id")["who"].nunique()
        elsewhere = mentions[~mentions["who"].isin(mine)].groupby("theme_id")["who"].nunique()
        for theme in themes if others_n >= FEW_RESPONSES else ():
            hits, others = int(raised.get(theme, 0)), int(elsewhere.get(theme, 0))
            p = shares_differ(hits, len(mine), others, others_n)
            difference = difference_of_shares(hits, len(mine), others, others_n)
            if p is None or difference is None:
                continue
            shares, label = (hits / len(mine), others / others_n), scope.labels[theme]
            found.append(SegmentFinding(name, value, theme, label, hits, len(mine), *shares, difference, p, False))
    return found


def _by_version(rows: pd.DataFrame) -> dict[str, int]:
    """Authors by version, the versions most written about first; empty where no source tells versions."""
    column = SEGMENT + "version"
    if column not in rows.columns:
        return {}
    counts = rows[rows[column].notna()].groupby(column)["who"].nunique()
    ordered = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))[:MOST_VALUES]
    return {str(version): int(n) for version, n in ordered}
