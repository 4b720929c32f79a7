"""Every comment of a period with its clauses and themes, for the page where product people look for themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.findings.explorer_facets import facets_of, week_of_days
from analysis.findings.themes.tone_intervals import net_sentiments
from analysis.findings.themes.weeks import number_of, people_by_theme, raised_in, weekly_authors, with_text
from analysis.scope.mentions import MOODS as OPINIONS
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope
from analysis.scope.scores import people
from groundswell.explorer_findings import MOODS, Explorer, ExplorerClauses, ExplorerComments, ExplorerTheme, Facet
from groundswell.findings import Finding, Findings, Interval

__all__ = ["MOST_CHARACTERS", "MOST_COMMENTS", "find_explorer"]

MOST_COMMENTS, MOST_CHARACTERS = 50_000, 20_000_000  # more make a page that phones do not open


def find_explorer(
    feedback: pd.DataFrame,
    clauses: pd.DataFrame,
    themes: pd.DataFrame,
    span: Span,
    findings: Findings,
    *,
    most: int = MOST_COMMENTS,
    characters: int = MOST_CHARACTERS,
) -> Explorer:
    """The comments with text of `span.period` and their themes, counted as `findings` of the same frames counts them.

    Of more than `most` comments, or of more characters than that, the newest are kept, of undated ones those that lie
    nearest to a theme. The same rows give the same explorer.
    """
    end = span.period.end
    known = feedback if end is None else feedback[~(feedback["occurred_at"] >= end)]
    scope = open_scope(known, build_mentions(known, clauses), themes, span)
    told = _themes(scope, findings)
    texts = scope.feedback[scope.feedback["text"] != ""]
    kept = _newest_first(_kept(texts, scope.mentions, most, characters))
    facets, left_out = facets_of(kept, span)
    mentions = _in_order(scope.mentions, kept)
    return Explorer(
        period=span.period,
        fingerprint=findings.fingerprint,
        counted=findings.coverage.counted,
        people=with_text(scope.feedback),
        with_text=len(texts),
        themes=tuple(told),
        comments=_comments(kept, mentions, facets),
        clauses=_clauses(mentions, told),
        weeks=week_of_days(kept, span),
        left_out=left_out,
    )


def _kept(texts: pd.DataFrame, mentions: pd.DataFrame, most: int, characters: int) -> pd.DataFrame:
    """The comments that the page holds: all of them, or the newest ones, then those nearest to a theme."""
    if len(texts) <= most and texts["text"].str.len().sum() <= characters:
        return texts
    nearest = mentions["similarity"].groupby(mentions["feedback_id"]).max()
    near = texts["feedback_id"].map(nearest).fillna(-1.0).round(9)
    ranked = texts.assign(_near=near).sort_values(
        ["occurred_at", "_near", "feedback_id"], ascending=[False, False, True], na_position="last", kind="stable"
    )
    fits = ranked["text"].str.len().cumsum() <= characters
    return texts[texts["feedback_id"].isin(ranked.loc[fits, "feedback_id"].head(most))]


def _newest_first(texts: pd.DataFrame) -> pd.DataFrame:
    """Newest first, undated ones last; of one moment, and of none, in the order of the store."""
    return texts.sort_values("occurred_at", ascending=False, na_position="last", kind="stable").reset_index(drop=True)


def _in_order(mentions: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """The clauses of the comments kept, in the order of these; `_place` is that of their comment."""
    place = number_of(mentions["feedback_id"], list(kept["feedback_id"]))
    there = mentions[place >= 0].assign(_place=place[place >= 0])
    return there.sort_values(["_place", "start"], kind="stable")


def _comments(kept: pd.DataFrame, mentions: pd.DataFrame, facets: tuple[Facet, ...]) -> ExplorerComments:
    per_comment = np.bincount(mentions["_place"].to_numpy(), minlength=len(kept))
    return ExplorerComments(
        feedback_id=tuple(kept["feedback_id"]),
        reference=tuple(kept["reference"]),
        text=tuple(kept["text"]),
        who=tuple(pd.factorize(people(kept))[0].tolist()),
        clauses=tuple(per_comment.tolist()),
        facets=facets,
    )


def _clauses(mentions: pd.DataFrame, themes: Sequence[ExplorerTheme]) -> ExplorerClauses:
    ids = [theme.theme_id for theme in themes]
    tone = (mentions["sentiment"].fillna(0.0).to_numpy() * 100).round().astype(np.int64)
    return ExplorerClauses(
        start=tuple(mentions["start"].tolist()),
        end=tuple(mentions["end"].tolist()),
        theme=tuple(number_of(mentions["theme_id"], ids).tolist()),
        sub_theme=tuple(number_of(mentions["sub_theme_id"], ids).tolist()),
        mood=tuple(number_of(mentions["mood"], MOODS).tolist()),
        tone=tuple(tone.tolist()),
    )


def _themes(scope: Scope, findings: Findings) -> list[ExplorerTheme]:
    """The themes that occur in the period, those of most people first, and their sub-themes after them."""
    counts = _counts(scope.mentions, "theme_id")
    ids = list(counts)
    unhappy, happy = (people_by_theme(raised_in(scope.mentions, mood), ids).tolist() for mood in OPINIONS)
    weekly, tones = weekly_authors(scope, ids, None), net_sentiments(scope.mentions, ids)
    changes = {trend.theme_id: trend.change for trend in findings.trends}
    ranked = _ranked(findings)
    rows = scope.themes.set_index("theme_id")
    told = [
        ExplorerTheme(
            theme_id=theme,
            label=scope.labels[theme],
            parent=None,
            authors=authors,
            mentions=mentions,
            complain=unhappy[place],
            praise=happy[place],
            net_sentiment=_known(tones[theme]),
            weekly=weekly[theme],
            change=changes.get(theme),
            impact=ranked[theme].impact if theme in ranked else (),
            alerts=tuple(alert for alert in findings.alerts if alert.theme_id == theme and alert.state != "closed"),
            keywords=scope.keywords[theme],
            journey_stage=scope.of_theme(theme, "journey_stage"),
            owner=scope.of_theme(theme, "owner"),
            is_new=theme in scope.new_themes,
        )
        for place, (theme, (mentions, authors)) in enumerate(counts.items())
    ]
    parts = [
        ExplorerTheme(part, scope.labels[part], str(rows.at[part, "parent"]), authors, mentions)
        for part, (mentions, authors) in _counts(scope.mentions, "sub_theme_id").items()
    ]
    return told + parts


def _counts(mentions: pd.DataFrame, column: str) -> dict[str, tuple[int, int]]:
    """Mentions and people of each theme in that column, most people first."""
    counted = mentions[mentions[column].notna()].groupby(column)["who"].agg(["size", "nunique"])
    pairs = [(str(theme), int(size), int(authors)) for theme, size, authors in counted.itertuples()]
    return {theme: (size, authors) for theme, size, authors in sorted(pairs, key=lambda p: (-p[2], -p[1], p[0]))}


def _ranked(findings: Findings) -> dict[str, Finding]:
    """The pain points and praise of the digest by theme; a theme that is both counts as a pain point."""
    return {one.theme_id: one for one in (*findings.praise, *findings.pain_points)}


def _known(interval: Interval) -> Interval | None:
    return interval if interval.value == interval.value else None
