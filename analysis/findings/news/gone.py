"""What went away: themes that far fewer people raise than is usual, and what is usual for those that are told.

The last four weeks together are set against the weeks before, by source, with the counts and the spread that alerts
are judged on (analysis/alerts/counts.py); the lower tail is judged over all themes by Benjamini-Hochberg.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from analysis.alerts.counts import Floats, overdispersion, tail, usual, usual_range
from analysis.findings.news.alerts import Watched
from analysis.findings.news.streams import Streams
from analysis.scope.mentions import MOODS
from analysis.scope.periods import WEEKS_SHOWN
from analysis.scope.scope import Scope
from analysis.statistics.two_groups import holding
from groundswell.findings import GoneTheme, Interval, ThemeTrend, WeekCount

__all__ = ["LOOKED_BACK", "find_gone", "lower_tails", "with_usual"]

STRETCH, BASELINE, LEAST_WEEKS = 4, 26, 8
LOOKED_BACK = STRETCH + BASELINE
LEAST_EXPECTED = 6.0  # people in a stretch; where fewer are usual, nobody at all says little
MOST_LEFT = 0.5  # of what is usual
FALSE_GONE = 0.02  # of those told in a week, the share that chance may have made
MOST_TOLD = 8
CLEAR = 0.6  # of a theme's opinions, for a mood


def find_gone(scope: Scope, watched: Watched) -> list[GoneTheme]:
    """The themes that half as many people or fewer raise as is usual, beyond chance, the surest first; at most 8."""
    streams = watched.streams
    if streams is None or len(streams.weeks) < LEAST_WEEKS + STRETCH:
        return []
    seen, expected, low, high, p_values, gone = lower_tails(streams.counts, streams.exposure)
    before = lower_tails(streams.counts[..., :-1], streams.exposure[..., :-1])[-1]
    found = []
    for at in np.flatnonzero(gone).tolist():
        theme = streams.themes[at]
        found.append(
            GoneTheme(
                theme_id=theme,
                label=scope.labels[theme],
                weeks=STRETCH,
                authors=int(seen[at]),
                of=int(streams.exposure[:, -STRETCH:].sum()),
                usual=Interval(float(expected[at]), float(low[at]), float(high[at])),
                p_value=float(p_values[at]),
                mood=_mood(streams, at),
                last_week=_last_week(streams, at),
                is_new=not before[at],
                weekly=_weekly(streams, at),
                journey_stage=scope.of_theme(theme, "journey_stage"),
                owner=scope.of_theme(theme, "owner"),
            )
        )
    return sorted(found, key=lambda one: (one.p_value, one.theme_id))[:MOST_TOLD]


def lower_tails(
    counts: npt.NDArray[np.integer], exposure: npt.NDArray[np.integer]
) -> tuple[Floats, Floats, Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """Per theme who raised it in the last stretch, the expected number, the ends of the usual range, the chance of so
    few or fewer (NaN: not tested), and whether it is gone. Counts are (themes, sources, weeks), exposure (sources,
    weeks).
    """
    read = slice(max(0, counts.shape[-1] - LOOKED_BACK), None)
    mine, wrote = counts[None, ..., read].astype(np.float64), exposure[None, ..., read].astype(np.float64)
    kept = np.ones((1, mine.shape[1], mine.shape[-1]), bool)
    due = usual(mine, wrote, kept, STRETCH, 0, LEAST_WEEKS)
    stretch, phi = due.window, overdispersion(due.spread, due.degrees, due.window.careful)
    low, high = usual_range(stretch.careful, stretch.sure, phi)
    chance = 1 - tail(stretch.seen + 1, stretch.careful, stretch.sure, phi)
    tested = (due.weeks >= LEAST_WEEKS) & (stretch.expected >= LEAST_EXPECTED)
    p_values = np.where(tested, chance, np.nan)[0]
    gone = holding(p_values, FALSE_GONE) & (stretch.seen <= MOST_LEFT * stretch.expected)[0]
    return stretch.seen[0], stretch.expected[0], low[0], high[0], p_values, gone


def _mood(streams: Streams, at: int) -> str:
    """How most spoke of it, among those with an opinion."""
    by_mood = dict(zip(MOODS, streams.moods[at].sum(axis=0).tolist(), strict=True))
    opinions = by_mood["pain"] + by_mood["praise"]
    clear = [mood for mood in ("pain", "praise") if opinions and by_mood[mood] >= CLEAR * opinions]
    return clear[0] if clear else "plain"


def _last_week(streams: Streams, at: int) -> str | None:
    raised = np.flatnonzero(streams.authors[at])
    return streams.weeks[int(raised[-1])].name if len(raised) else None


def _weekly(streams: Streams, at: int) -> tuple[WeekCount, ...]:
    shown = range(max(0, len(streams.weeks) - WEEKS_SHOWN), len(streams.weeks))
    return tuple(WeekCount(streams.weeks[w].name, int(streams.authors[at, w]), int(streams.of[w])) for w in shown)


def with_usual(trends: Sequence[ThemeTrend], watched: Watched) -> tuple[ThemeTrend, ...]:
    """The trends with what is usual for their last week, where enough weeks lie before it."""
    streams, verdict = watched.streams, watched.verdict
    if streams is None or verdict is None:
        return tuple(trends)
    place = {theme: at for at, theme in enumerate(streams.themes)}
    told = []
    for trend in trends:
        at = place.get(trend.theme_id)
        ends = () if at is None else tuple(float(part[at]) for part in (verdict.expected, verdict.low, verdict.high))
        known = bool(ends) and all(map(isfinite, ends))
        told.append(replace(trend, usual=Interval(*ends)) if known else trend)
    return tuple(told)
