"""What came of the actions taken on themes: authors a week before and since (docs/methods.md, D14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.scope.weekly import Week, distinct_people, places_of, week_places, weeks_before
from analysis.statistics.effects import RateChange, last_level, rate_change
from groundswell.actions import Action
from groundswell.findings import ActionEffect, WeekCount

__all__ = ["find_actions"]

# Whole weeks: of the level before, looked at for an older level, and since; fewer than these tell nothing.
BEFORE, LOOKED_AT, SINCE = 8, 26, 26
FEWEST_BEFORE, FEWEST_SINCE = 4, 2
# Below so many a week no ratio to the usual number is worth a figure.
LEAST_USUAL = 0.5
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Wrote:
    """Who wrote anything: (sources, weeks) authors, and those of all sources by week."""

    weeks: tuple[Week, ...]
    sources: tuple[str, ...]
    exposure: Counts
    of: Counts


@dataclass(frozen=True)
class _Series:
    """Who complains of one theme: (sources, weeks) authors and those who wrote anything, and both in all sources."""

    weeks: tuple[Week, ...]
    counts: Counts
    exposure: Counts
    weekly: tuple[WeekCount, ...]

    def cut(self, weeks: slice) -> tuple[Counts, Counts]:
        """Counts and exposure of these weeks."""
        return self.counts[:, weeks], self.exposure[:, weeks]


def find_actions(scope: Scope, actions: Sequence[Action]) -> list[ActionEffect]:
    """The effect of each action that is not done, or that began or was done within 26 weeks; the newest first.

    Counted are the authors who complain of the theme, or who raise it where no tone was read. The week in which the
    action began is of neither side, unless it began with the week.
    """
    end = scope.span.period.end
    newest_first = sorted(actions, key=lambda one: (one.since, int(one.action_id)), reverse=True)
    if end is None:
        return [
            _untold(scope, one, "The feedback carries no dates, so before and since cannot be told apart.")
            for one in newest_first
        ]
    recent = end - timedelta(weeks=SINCE)
    ordered = [o for o in newest_first if o.since < end and (o.done is None or max(o.since, o.done) >= recent)]
    weeks = _weeks_of(scope, ordered)
    if not weeks:
        return [_untold(scope, one, "No whole week is known yet.") for one in ordered]
    wrote = _wrote(scope, weeks)
    return [_effect(scope, one, _series(scope, one, wrote), ordered) for one in ordered]


def _effect(scope: Scope, action: Action, series: _Series, actions: Sequence[Action]) -> ActionEffect:
    starts = [week.start for week in series.weeks]
    first = next((i for i, start in enumerate(starts) if start >= action.since), len(starts))
    last = next((i for i, week in enumerate(series.weeks) if week.end > action.since), len(starts))
    since = slice(max(first, len(starts) - SINCE), len(starts))
    n_since = since.stop - since.start
    if last < FEWEST_BEFORE:
        return _untold(
            scope, action, f"Fewer than {FEWEST_BEFORE} whole weeks are known from before it.", series, last, n_since
        )
    looked_at = slice(max(0, last - LOOKED_AT), last)
    level = last_level(series.counts[:, looked_at], series.exposure[:, looked_at])
    begin = last - level if level else max(0, last - BEFORE)
    before = slice(begin, last)
    if n_since < FEWEST_SINCE:
        note = f"It is told from {FEWEST_SINCE} whole weeks on."
        return _untold(scope, action, note, series, last - begin, n_since)
    earlier = slice(looked_at.start, begin)
    change = rate_change(*series.cut(before), *series.cut(since), series.cut(earlier))
    if change is None:
        note = f"Nobody complained of it in the {last - begin} weeks before."
        return _untold(scope, action, note, series, last - begin, n_since)
    notes = []
    if level:
        notes.append(_unusual(series, earlier, since, last - begin))
    notes += _others(action, actions, series.weeks[begin].start)
    return ActionEffect(
        *_named(scope, action),
        last - begin,
        n_since,
        change.before,
        change.after,
        change.ratio,
        _verdict(change),
        series.weekly,
        tuple(notes),
    )


def _named(scope: Scope, action: Action) -> tuple[str, str, str, str, str | None, datetime, datetime | None]:
    """What is said of the action itself, in the order of the fields of ActionEffect."""
    label = scope.labels.get(action.theme_id, action.theme_id)
    return action.action_id, action.theme_id, label, action.what, action.owner, action.since, action.done


def _verdict(change: RateChange) -> str:
    if change.ratio.high < 1:
        return "fewer"
    return "more" if change.ratio.low > 1 else "no clear change"


def _unusual(series: _Series, usual: slice, since: slice, weeks: int) -> str:
    """Whether the weeks before were unusual, and how the weeks since compare with the usual ones."""
    change = rate_change(*series.cut(usual), *series.cut(since))
    told = f"The {weeks} weeks before were unusual: hardly anybody complained of it earlier."
    if change is not None and change.before.value >= LEAST_USUAL:
        low, value, high = (f"{end:.1f}" for end in (change.ratio.low, change.ratio.value, change.ratio.high))
        a_week = f"{change.before.value:.1f} a week are usual"
        told = f"The {weeks} weeks before were unusual: {a_week}, {value} times that now ({low} to {high})."
    return f"{told} A rise may also pass by itself."


def _others(action: Action, actions: Sequence[Action], first: datetime) -> list[str]:
    """The other actions on the theme within the weeks compared."""
    near = [o for o in actions if o.theme_id == action.theme_id and o is not action and o.since >= first]
    return [f"“{other.what}” ({other.since.date().isoformat()}) falls into the same weeks." for other in near]


def _weeks_of(scope: Scope, actions: Sequence[Action]) -> tuple[Week, ...]:
    """The closed weeks that any of the actions needs, oldest first."""
    end, first = scope.span.period.end, scope.all_feedback["occurred_at"].min()
    if end is None or pd.isna(first) or not actions:
        return ()
    longest = max((end - action.since) // timedelta(weeks=1) for action in actions)
    return weeks_before(scope.span.calendar, end, LOOKED_AT + 2 + longest, first.to_pydatetime())


def _wrote(scope: Scope, weeks: tuple[Week, ...]) -> _Wrote:
    rows = _within(scope.all_feedback[scope.all_feedback["text"] != ""], weeks)
    sources = tuple(sorted(rows["source"].unique()))
    return _Wrote(weeks, sources, *_counted(rows.assign(who=people(rows)), sources, weeks))


def _series(scope: Scope, action: Action, wrote: _Wrote) -> _Series:
    weeks, said = wrote.weeks, scope.all_mentions
    said = said[((said["theme_id"] == action.theme_id) | (said["sub_theme_id"] == action.theme_id)).to_numpy()]
    if (said["mood"] != "unscored").sum() >= len(said) / 2:
        said = said[said["mood"] == "pain"]
    counts, raised = _counted(_within(said, weeks), wrote.sources, weeks)
    weekly = (WeekCount(w.name, int(n), int(of)) for w, n, of in zip(weeks, raised, wrote.of, strict=True))
    return _Series(weeks, counts, wrote.exposure, tuple(weekly)[-SINCE:])


def _within(rows: pd.DataFrame, weeks: tuple[Week, ...]) -> pd.DataFrame:
    return rows[(rows["occurred_at"] >= weeks[0].start) & (rows["occurred_at"] < weeks[-1].end)]


def _counted(rows: pd.DataFrame, sources: tuple[str, ...], weeks: tuple[Week, ...]) -> tuple[Counts, Counts]:
    """People by source and week, and by week alone, each once whatever sources they wrote in."""
    week = week_places(rows["occurred_at"], weeks), len(weeks)
    source = places_of(rows["source"], pd.Index(sources, dtype=object)), len(sources)
    return distinct_people(rows["who"], source, week), distinct_people(rows["who"], week)


def _untold(
    scope: Scope, action: Action, note: str, series: _Series | None = None, before: int = 0, since: int = 0
) -> ActionEffect:
    return ActionEffect(
        *_named(scope, action),
        before,
        since,
        None,
        None,
        None,
        "too early",
        series.weekly if series else (),
        (note,),
    )
