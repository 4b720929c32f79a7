"""Pain points and praise: themes ranked by what they cost or win, each figure with its interval."""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd

from analysis.findings.periods import WEEKS_SHOWN
from analysis.findings.scope import Scope
from analysis.findings.scores import people, score_points, scored_response
from analysis.findings.signal_counts import people_by_signal
from analysis.findings.verbatims import telling_verbatims
from analysis.statistics.impact import Responses, ThemeImpact, theme_impacts
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES, benjamini_hochberg, share_interval, shares_differ
from groundswell.findings import Change, Finding, Impact, Interval, SubTheme, WeekCount

__all__ = ["find_themes", "net_sentiment", "sub_themes", "theme_change", "weekly_authors", "with_text"]

# A loss known from few scores leans towards the usual loss of a complaint, as strongly as this many scores.
USUAL_LOSS_WEIGHT = 5
MOST_FINDINGS = 12
MOST_VERBATIMS = 3
FALSE_DISCOVERIES = 0.10
# Of a theme's unhappy and happy mentions; a theme that divides its readers is a pain point and praise at once.
LEAST_OPINIONS = 0.4


def find_themes(scope: Scope, mood: str) -> list[Finding]:
    """The themes raised in the period in the given mood ("pain" or "praise"), best ranked first, at most 12.

    A theme raised by fewer than 5 authors is left out, and so is one whose opinions are mostly of the other mood: a few
    unhappy buyers do not make "fits perfectly" a pain point. Rank is authors x what their scores lack to the best one,
    on the 0-1 scale (praise: x their scores); where hardly any scores exist the strength of the words stands in.
    """
    raised = _raised(scope.mentions, mood)
    authors = raised.groupby("theme_id")["who"].nunique()
    ids = sorted(authors[authors >= FEW_AUTHORS].index)
    losses = _mean_losses(scope, raised, mood)
    own = _share_of_opinions(scope.mentions, mood)
    value = {t: float(authors[t]) * losses[t] if own[t] >= LEAST_OPINIONS else 0.0 for t in ids}
    top = sorted((t for t in ids if value[t] > 0), key=lambda t: (-value[t], t))[:MOST_FINDINGS]
    if not top:
        return []
    impacts = _impacts(scope, raised, top)
    changes = theme_change(scope, ids, mood)
    weekly = weekly_authors(scope, top, mood)
    return [
        _finding(scope, raised, theme, rank, mood, losses[theme], impacts[theme], changes[theme], weekly[theme])
        for rank, theme in enumerate(top, start=1)
    ]


def _finding(
    scope: Scope,
    raised: pd.DataFrame,
    theme: str,
    rank: int,
    mood: str,
    loss: float,
    impact: tuple[Impact, ...],
    change: Change | None,
    weekly: tuple[WeekCount, ...],
) -> Finding:
    rows = raised[raised["theme_id"] == theme]
    authors = int(rows["who"].nunique())
    share = share_interval(authors, with_text(scope.feedback))
    assert share is not None  # somebody raised it, so somebody wrote
    quotes = telling_verbatims(rows, n=MOST_VERBATIMS, mood=-1 if mood == "pain" else 1)
    return Finding(
        theme_id=theme,
        label=scope.labels[theme],
        parent=None,
        rank=rank,
        rank_parts={"authors": authors, "mean_loss" if mood == "pain" else "mean_gain": loss},
        mentions=len(rows),
        authors=authors,
        share=share,
        net_sentiment=net_sentiment(scope.mentions[scope.mentions["theme_id"] == theme]),
        impact=impact,
        change=change,
        weekly=weekly,
        verbatims=quotes,
        keywords=scope.keywords[theme],
        journey_stage=scope.of_theme(theme, "journey_stage"),
        owner=scope.of_theme(theme, "owner"),
        is_new=theme in scope.new_themes,
        stability=scope.stability(theme),
        sub_themes=sub_themes(scope, rows),
        signals=people_by_signal(rows),
    )


def sub_themes(scope: Scope, rows: pd.DataFrame) -> tuple[SubTheme, ...]:
    """The parts of one theme that these mentions of it fall into, most authors first; () where it has none."""
    parts = rows[rows["sub_theme_id"].notna()].groupby("sub_theme_id")["who"].agg(["size", "nunique"])
    found = [
        SubTheme(str(sub), scope.labels[sub], int(mentions), int(authors))
        for sub, mentions, authors in parts.itertuples()
    ]
    return tuple(sorted(found, key=lambda part: (-part.authors, -part.mentions, part.theme_id)))


def _share_of_opinions(mentions: pd.DataFrame, mood: str) -> dict[str, float]:
    """Per theme the share of its unhappy and happy mentions that have the mood."""
    opinions = mentions[mentions["mood"].isin(["pain", "praise"]) & mentions["theme_id"].notna()]
    shares = (opinions["mood"] == mood).groupby(opinions["theme_id"]).mean()
    return {str(theme): float(share) for theme, share in shares.items()}


def net_sentiment(mentions: pd.DataFrame) -> Interval:
    """(positive - negative) / all scored clauses, -1..1, with the interval of a mean of -1, 0 and 1 (D9).

    All NaN, which is unknown, where no clause could be scored (law 6).
    """
    labels = mentions["label"]
    n = int((labels != "unscored").sum())
    if n == 0:
        return Interval(nan, nan, nan)
    positive, negative = float((labels == "positive").sum()) / n, float((labels == "negative").sum()) / n
    value = positive - negative
    # Three pseudo-clauses keep the interval open when all agree, as for the NPS (docs/methods.md, D1).
    plus, minus = (positive * n + 0.75) / (n + 3), (negative * n + 0.75) / (n + 3)
    half = 1.96 * float(np.sqrt((plus + minus - (plus - minus) ** 2) / (n + 3)))
    return Interval(value, max(-1.0, min(value, plus - minus - half)), min(1.0, max(value, plus - minus + half)))


def theme_change(scope: Scope, ids: list[str], mood: str | None) -> dict[str, Change | None]:
    """Per theme the share of authors who raise it now and in the period before; significance after
    Benjamini-Hochberg over all these themes. All None where there is no period before, or nobody wrote in it.

    Only sources with text in both periods are compared: a source that is new would change every theme's share."""
    if scope.mentions_before is None or scope.feedback_before is None or scope.span.before is None:
        return dict.fromkeys(ids)
    both = _sources_with_text(scope.feedback) & _sources_with_text(scope.feedback_before)
    n, n_before = (with_text(rows[rows["source"].isin(both)]) for rows in (scope.feedback, scope.feedback_before))
    if n_before < FEW_RESPONSES or n < FEW_RESPONSES:
        return dict.fromkeys(ids)
    now, then = (
        _raised(rows[rows["source"].isin(both)], mood).groupby("theme_id")["who"].nunique()
        for rows in (scope.mentions, scope.mentions_before)
    )
    pairs = [(int(now.get(t, 0)), int(then.get(t, 0))) for t in ids]
    p_values = [shares_differ(a, n, b, n_before) for a, b in pairs]
    holds = benjamini_hochberg(p_values, FALSE_DISCOVERIES)
    return {
        theme: Change(
            baseline=was / n_before,
            value=is_now / n,
            baseline_n=n_before,
            n=n,
            ratio=(is_now / n) / (was / n_before) if was else None,
            p_value=p,
            significant=sure,
            baseline_label=scope.span.period.before,
        )
        for theme, (is_now, was), p, sure in zip(ids, pairs, p_values, holds, strict=True)
    }


def weekly_authors(scope: Scope, ids: list[str], mood: str | None) -> dict[str, tuple[WeekCount, ...]]:
    """Per theme the authors of each of the last 26 weeks up to the period's end; empty for undated data."""
    end = scope.span.period.end
    first = scope.all_feedback["occurred_at"].min()
    if end is None or pd.isna(first):
        return dict.fromkeys(ids, ())
    calendar = scope.span.calendar
    weeks = calendar.weeks_until(end, WEEKS_SHOWN, not_before=first.to_pydatetime())
    wrote = scope.all_feedback[scope.all_feedback["text"] != ""]
    of = people(wrote).groupby(calendar.week_of(wrote["occurred_at"])).nunique()
    rows = _raised(scope.all_mentions, mood)
    rows = rows[rows["theme_id"].isin(ids)]
    counts = rows.groupby(["theme_id", calendar.week_of(rows["occurred_at"])])["who"].nunique()
    return {
        theme: tuple(WeekCount(w, int(counts.get((theme, w), 0)), int(of.get(w, 0))) for w in weeks) for theme in ids
    }


def with_text(feedback: pd.DataFrame) -> int:
    """How many distinct authors (else comments) wrote something."""
    return int(people(feedback[feedback["text"] != ""]).nunique())


def _sources_with_text(feedback: pd.DataFrame) -> set[str]:
    return set(feedback.loc[feedback["text"] != "", "source"])


def _raised(mentions: pd.DataFrame, mood: str | None) -> pd.DataFrame:
    rows = mentions[mentions["theme_id"].notna()]
    return rows if mood is None else rows[rows["mood"] == mood]


def _mean_losses(scope: Scope, raised: pd.DataFrame, mood: str) -> dict[str, float]:
    """Mean loss per theme on the 0-1 score, 1 - score for pain and the score itself for praise, leaning on the usual
    one where few scores are; where the period has hardly any scores, the strength of the words instead."""
    if scope.feedback["score_scaled"].notna().sum() < FEW_RESPONSES:
        sign = -1.0 if mood == "pain" else 1.0
        return {str(t): max(0.0, sign * float(s)) for t, s in raised.groupby("theme_id")["sentiment"].mean().items()}
    rows = raised[raised["score_scaled"].notna()].drop_duplicates(["theme_id", "feedback_id"])
    loss = 1.0 - rows["score_scaled"] if mood == "pain" else rows["score_scaled"]
    typical = float(loss.mean()) if len(loss) else 0.0
    of_theme = loss.groupby(rows["theme_id"]).agg(["sum", "size"])
    of_theme = of_theme.reindex(sorted(raised["theme_id"].unique())).fillna(0)
    leaning = (of_theme["sum"] + USUAL_LOSS_WEIGHT * typical) / (of_theme["size"] + USUAL_LOSS_WEIGHT)
    return {str(t): float(v) for t, v in leaning.items()}


def _impacts(scope: Scope, raised: pd.DataFrame, ids: list[str]) -> dict[str, tuple[Impact, ...]]:
    """Per theme one impact for each metric and source with enough responses; metrics are never added up."""
    found: dict[str, list[Impact]] = {theme: [] for theme in ids}
    rows = scope.feedback[scope.feedback["score"].notna() & (scope.feedback["text"] != "")]
    rows = rows.assign(response=scored_response(rows))
    raising = [
        set(rows.loc[rows["feedback_id"].isin(raised.loc[raised["theme_id"] == t, "feedback_id"]), "response"])
        for t in ids
    ]
    for (source, metric), group in rows.drop_duplicates("response").groupby(["source", "metric"], sort=True):
        mentions = np.column_stack([group["response"].isin(those).to_numpy() for those in raising])
        responses = Responses(score_points(group).to_numpy(), people(group).to_numpy(), mentions)
        for theme, impact in zip(ids, theme_impacts(responses), strict=True):
            if impact is not None:
                found[theme].append(_as_finding(str(metric), str(source), impact))
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
