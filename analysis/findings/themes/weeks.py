"""How many people raise each theme: in a set of rows, in each week, and against the period before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.scope.periods import WEEKS_SHOWN
from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.scope.weekly import distinct_people, places_of, week_places, weeks_before
from analysis.statistics.intervals import FEW_RESPONSES
from analysis.statistics.two_groups import FALSE_CHANGES, holding, p_values_of_shares
from groundswell.findings import Change, WeekCount

__all__ = [
    "LEAST_OPINIONS",
    "changes_of",
    "number_of",
    "people_by_theme",
    "raised_in",
    "share_of_opinions",
    "theme_change",
    "weekly_authors",
    "with_text",
]

# Of a theme's unhappy and happy mentions; a theme that divides its readers is a pain point and praise at once.
LEAST_OPINIONS = 0.4
Counts = npt.NDArray[np.int64]


def raised_in(mentions: pd.DataFrame, mood: str | None) -> pd.DataFrame:
    """The mentions of a theme in the mood; in any mood for None."""
    there = mentions["theme_id"].notna().to_numpy()
    return mentions[there if mood is None else there & (mentions["mood"] == mood).to_numpy()]


def share_of_opinions(mentions: pd.DataFrame, mood: str) -> dict[str, float]:
    """Per theme the share of its unhappy and happy mentions that have the mood."""
    opinions = mentions[mentions["mood"].isin(["pain", "praise"]) & mentions["theme_id"].notna()]
    shares = (opinions["mood"] == mood).groupby(opinions["theme_id"]).mean()
    return {str(theme): float(share) for theme, share in shares.items()}


def number_of(names: pd.Series, known: Sequence[str]) -> npt.NDArray[np.intp]:
    """The place of each name among the known ones, each of which stands there once; -1 for any other and for none."""
    return places_of(names, pd.Index(list(known)))


def people_by_theme(mentions: pd.DataFrame, ids: Sequence[str]) -> Counts:
    """How many people each of these themes counts in these mentions, in the order of `ids`."""
    return distinct_people(mentions["who"], (number_of(mentions["theme_id"], ids), len(ids)))


def theme_change(scope: Scope, ids: list[str], mood: str | None) -> dict[str, Change | None]:
    """Per theme the share of authors who raise it now and in the period before; significance after
    Benjamini-Hochberg over all these themes. All None where there is no period before, or nobody wrote in it.

    Only sources with text in both periods are compared: a source that is new would change every theme's share.
    """
    return changes_of(scope, ids, lambda mentions: raised_in(mentions, mood))


def changes_of(scope: Scope, ids: list[str], told: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, Change | None]:
    """`theme_change` of the mentions that `told` picks out of those of either period."""
    if scope.mentions_before is None or scope.feedback_before is None or scope.span.before is None:
        return dict.fromkeys(ids)
    both = _sources_with_text(scope.feedback) & _sources_with_text(scope.feedback_before)
    n, n_before = (with_text(rows[rows["source"].isin(both)]) for rows in (scope.feedback, scope.feedback_before))
    if n_before < FEW_RESPONSES or n < FEW_RESPONSES:
        return dict.fromkeys(ids)
    now, then = (
        people_by_theme(told(rows[rows["source"].isin(both)]), ids) for rows in (scope.mentions, scope.mentions_before)
    )
    p_values = p_values_of_shares(now, np.full_like(now, n), then, np.full_like(then, n_before))
    holds = holding(p_values, FALSE_CHANGES)
    tested = zip(ids, now.tolist(), then.tolist(), p_values.tolist(), holds.tolist(), strict=True)
    return {
        theme: Change(
            baseline=was / n_before,
            value=is_now / n,
            baseline_n=n_before,
            n=n,
            ratio=(is_now / n) / (was / n_before) if was else None,
            p_value=None if isnan(p) else p,
            significant=sure,
            baseline_label=scope.span.period.before,
        )
        for theme, is_now, was, p, sure in tested
    }


def weekly_authors(scope: Scope, ids: list[str], mood: str | None) -> dict[str, tuple[WeekCount, ...]]:
    """Per theme the authors of each of the last 26 weeks up to the period's end; empty for undated data."""
    end = scope.span.period.end
    first = scope.all_feedback["occurred_at"].min()
    if end is None or pd.isna(first):
        return dict.fromkeys(ids, ())
    weeks = weeks_before(scope.span.calendar, end, WEEKS_SHOWN, first.to_pydatetime())
    wrote, said = scope.all_feedback, scope.all_mentions
    week = week_places(wrote["occurred_at"], weeks)
    inside = (week >= 0) & (wrote["text"] != "").to_numpy()
    of = distinct_people(people(wrote[inside]), (week[inside], len(weeks)))
    theme, week = number_of(said["theme_id"], ids), week_places(said["occurred_at"], weeks)
    told = theme if mood is None else np.where(said["mood"] == mood, theme, -1)
    counts = distinct_people(said["who"], (told, len(ids)), (week, len(weeks)))
    return {
        name: tuple(WeekCount(w.name, int(n), int(m)) for w, n, m in zip(weeks, row, of, strict=True))
        for name, row in zip(ids, counts, strict=True)
    }


def with_text(feedback: pd.DataFrame) -> int:
    """How many distinct authors (else comments) wrote something."""
    return int(people(feedback[feedback["text"] != ""]).nunique())


def _sources_with_text(feedback: pd.DataFrame) -> set[str]:
    return set(feedback.loc[feedback["text"] != "", "source"])
