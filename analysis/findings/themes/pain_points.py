"""Pain points and praise: themes ranked by what they cost or win, each figure with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.findings.comments.signal_counts import people_by_signal
from analysis.findings.themes.priority import Priority, active_alerts, mean_losses, pressing_people, prioritise
from analysis.findings.themes.scored import scored_groups
from analysis.findings.themes.tone_intervals import net_sentiments
from analysis.findings.themes.weeks import (
    LEAST_OPINIONS,
    people_by_theme,
    raised_in,
    share_of_opinions,
    theme_change,
    weekly_authors,
    with_text,
)
from analysis.scope.scope import Scope
from analysis.scope.scores import scale_of
from analysis.scope.verbatims import telling_verbatims
from analysis.statistics.impact import Responses, ThemeImpact, theme_impacts
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES, share_interval
from groundswell.actions import Action
from groundswell.findings import Alert, Change, Finding, Impact, Interval, SubTheme, WeekCount

__all__ = ["find_themes", "sub_themes"]

MOST_FINDINGS = 12
MOST_VERBATIMS = 3


def find_themes(scope: Scope, mood: str, alerts: Sequence[Alert] = (), actions: Sequence[Action] = ()) -> list[Finding]:
    """The themes raised in the period in the given mood ("pain" or "praise"), best ranked first, at most 12.

    A theme raised by fewer than 5 authors is left out, and so is one whose opinions are mostly of the other mood: a few
    unhappy buyers do not make "fits perfectly" a pain point. Rank is authors x what their scores lack to the best one
    x trend x confidence (analysis/findings/themes/priority.py); `alerts` are those of the period's end, `actions` what
    was decided until then: a pain point tells the newest that is not done.
    """
    raised = raised_in(scope.mentions, mood)
    every = sorted(raised["theme_id"].unique())
    counts = dict(zip(every, people_by_theme(raised, every), strict=True))
    ids = [theme for theme in every if counts[theme] >= FEW_AUTHORS]
    changes = theme_change(scope, ids, mood)
    own = share_of_opinions(scope.mentions, mood)
    told = prioritise(
        {theme: int(counts[theme]) for theme in ids if own[theme] >= LEAST_OPINIONS},
        mean_losses(raised, mood, by_score=scope.feedback["score_scaled"].notna().sum() >= FEW_RESPONSES),
        mood=mood,
        changes=changes,
        alerts=active_alerts(alerts, mood),
        pressing=pressing_people(raised, scope.mentions),
    )[:MOST_FINDINGS]
    figures = _figures(scope, raised, [priority.theme_id for priority in told], mood, changes, alerts)
    found = [_finding(scope, figures, priority, rank) for rank, priority in enumerate(told, start=1)]
    return [replace(one, action=_decided(actions, one.theme_id)) for one in found] if mood == "pain" else found


def _decided(actions: Sequence[Action], theme: str) -> str | None:
    """What the newest action on the theme that is not done says; of one day the one that was recorded last."""
    open_ones = [action for action in actions if action.theme_id == theme and action.done is None]
    newest = max(open_ones, key=lambda action: (action.since, int(action.action_id)), default=None)
    return None if newest is None else newest.what


@dataclass(frozen=True)
class _Figures:
    """What is known of the themes told in a mood, each mapping by theme_id; so many people `wrote` anything."""

    mood: str
    wrote: int
    rows: Mapping[str, pd.DataFrame]  # the mentions that raise it
    impacts: Mapping[str, tuple[Impact, ...]]
    changes: Mapping[str, Change | None]
    weekly: Mapping[str, tuple[WeekCount, ...]]
    tones: Mapping[str, Interval]
    alerts: Mapping[str, str]  # the id of its alert, of those that are not closed


def _figures(
    scope: Scope,
    raised: pd.DataFrame,
    top: list[str],
    mood: str,
    changes: Mapping[str, Change | None],
    alerts: Sequence[Alert],
) -> _Figures:
    return _Figures(
        mood,
        with_text(scope.feedback),
        rows={str(theme): rows for theme, rows in raised[raised["theme_id"].isin(top)].groupby("theme_id")},
        impacts=_impacts(scope, mood, top),
        changes=changes,
        weekly=weekly_authors(scope, top, mood),
        tones=net_sentiments(scope.mentions, top),
        alerts={alert.theme_id: alert.alert_id for alert in alerts if alert.state != "closed"},
    )


def _finding(scope: Scope, figures: _Figures, priority: Priority, rank: int) -> Finding:
    theme = priority.theme_id
    rows = figures.rows[theme]
    authors = int(rows["who"].nunique())
    share = share_interval(authors, figures.wrote)
    assert share is not None  # somebody raised it, so somebody wrote
    return Finding(
        theme_id=theme,
        label=scope.labels[theme],
        parent=None,
        rank=rank,
        rank_parts=priority.parts,
        mentions=len(rows),
        authors=authors,
        share=share,
        net_sentiment=figures.tones[theme],
        impact=figures.impacts[theme],
        change=figures.changes[theme],
        weekly=figures.weekly[theme],
        verbatims=telling_verbatims(rows, n=MOST_VERBATIMS, mood=-1 if figures.mood == "pain" else 1),
        keywords=scope.keywords[theme],
        journey_stage=scope.of_theme(theme, "journey_stage"),
        owner=scope.of_theme(theme, "owner"),
        alert_id=figures.alerts.get(theme),
        is_new=theme in scope.new_themes,
        stability=scope.stability(theme),
        sub_themes=sub_themes(scope, rows),
        signals=people_by_signal(rows),
        quadrant=priority.quadrant,
    )


def sub_themes(scope: Scope, rows: pd.DataFrame) -> tuple[SubTheme, ...]:
    """The parts of one theme that these mentions of it fall into, most authors first; () where it has none."""
    parts = rows[rows["sub_theme_id"].notna()].groupby("sub_theme_id")["who"].agg(["size", "nunique"])
    found = [
        SubTheme(str(sub), scope.labels[sub], int(mentions), int(authors))
        for sub, mentions, authors in parts.itertuples()
    ]
    return tuple(sorted(found, key=lambda part: (-part.authors, -part.mentions, part.theme_id)))


def _impacts(scope: Scope, mood: str, ids: list[str]) -> dict[str, tuple[Impact, ...]]:
    """Per theme one impact for each metric and source with enough responses; metrics are never added up."""
    found: dict[str, list[Impact]] = {theme: [] for theme in ids}
    for group in scored_groups(scope.feedback, scope.mentions, ids):
        raising = np.zeros((len(group.points), len(ids)), dtype=bool)
        of_mood = (group.mood == mood) & (group.theme >= 0)
        raising[group.response[of_mood], group.theme[of_mood]] = True
        impacts = theme_impacts(Responses(group.points, group.authors, raising, scale_of(group.metric, group.answers)))
        for theme, impact in zip(ids, impacts, strict=True):
            if impact is not None:
                found[theme].append(_as_finding(group.metric, group.source, impact))
    return {theme: tuple(impacts) for theme, impacts in found.items()}


def _as_finding(metric: str, source: str, impact: ThemeImpact) -> Impact:
    return Impact(
        metric,
        source,
        impact.value,
        impact.low,
        impact.high,
        impact.n,
        impact.mentions,
        impact.mean_with,
        impact.mean_without,
    )
