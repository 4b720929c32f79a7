"""Who raises what in which week: the counts that alerts are judged on, out of the frames of one digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.scope.calendar import Calendar
from analysis.scope.mentions import MOODS
from analysis.scope.scope import Scope
from analysis.scope.scores import people

__all__ = ["Streams", "Week", "streams_of", "weeks_before"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Week:
    """A closed week: its name, its first moment and the moment after its last."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, eq=False)
class Streams:
    """Authors by theme, source and week; `weeks` are closed and follow one another, the last one is judged.

    An author who raises a theme in two sources counts in both, and once in `authors`.
    """

    themes: tuple[str, ...]
    sources: tuple[str, ...]
    weeks: tuple[Week, ...]
    counts: Ints  # (themes, sources, weeks): authors who raise the theme
    exposure: Ints  # (sources, weeks): authors who wrote anything
    authors: Ints  # (themes, weeks)
    of: Ints  # (weeks,)
    moods: Ints  # (themes, weeks, moods): authors who raise the theme in that mood
    plain: Ints  # (themes, weeks): authors who raise it in neither
    raised: Ints  # (n, 3): theme, week and person, each once, sorted
    copied: Bools  # (n,): whether the person raises the theme there in a comment that copies another

    @property
    def fingerprint(self) -> str:
        """A hash of all that alerts are judged on."""
        digest = sha256(repr((self.themes, self.sources, [week.name for week in self.weeks])).encode())
        # By cell: the numbers of persons, and with them the order of `copied`, are those of the rows as they came.
        cells = self.raised[self.copied, 0] * len(self.weeks) + self.raised[self.copied, 1]
        copied = np.bincount(cells, minlength=len(self.themes) * len(self.weeks)).astype(np.int64)
        for part in (self.counts, self.exposure, self.moods, copied):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()[:16]


def weeks_before(calendar: Calendar, end: datetime, n: int, not_before: datetime) -> tuple[Week, ...]:
    """The last `n` weeks that end at or before `end`, oldest first; none that the data begins in the middle of."""
    found: list[Week] = []
    period = calendar.closed("week", end)
    first = not_before.astimezone(calendar.zone).date()
    while len(found) < n and period.start is not None and period.end is not None and period.start.date() >= first:
        found.append(Week(period.slug, period.start, period.end))
        period = calendar.before(period)
    return tuple(reversed(found))


def streams_of(scope: Scope, comments: pd.DataFrame, weeks: tuple[Week, ...]) -> Streams:
    """The counts of these weeks (at least one); themes are the top ones, sources those that wrote anything."""
    tops = scope.themes.loc[scope.themes["parent"].isna(), "theme_id"]
    themes = pd.Index(sorted(tops), dtype=object)
    wrote = _within(scope.all_feedback[scope.all_feedback["text"] != ""], weeks)
    said = _within(scope.all_mentions[scope.all_mentions["theme_id"].notna()], weeks)
    sources = pd.Index(sorted(set(wrote["source"])), dtype=object)
    persons = pd.Index(pd.unique(people(wrote)))
    heard = _codes(wrote, weeks, source=(wrote["source"], sources), person=(people(wrote), persons))
    copies = comments.loc[comments["duplicate"].notna(), "feedback_id"]
    spoke = _codes(
        said, weeks, theme=(said["theme_id"], themes), source=(said["source"], sources), person=(said["who"], persons)
    )
    spoke["copied"] = said["feedback_id"].isin(set(copies)).to_numpy()
    spoke["mood"] = pd.Index(MOODS).get_indexer(pd.Index(said["mood"])).astype(np.int64)
    known = (spoke["theme"] >= 0) & (spoke["person"] >= 0)
    spoke = {name: values[known] for name, values in spoke.items()}
    return _counted(tuple(themes), tuple(sources), weeks, len(persons), heard, spoke)


def _counted(
    themes: tuple[str, ...], sources: tuple[str, ...], weeks: tuple[Week, ...], persons: int, heard: Any, spoke: Any
) -> Streams:
    sizes = {"theme": len(themes), "source": len(sources), "week": len(weeks), "person": persons, "mood": len(MOODS)}

    def count(rows: Any, *names: str) -> Ints:
        """Distinct persons by the named codes."""
        keys = _distinct(rows, sizes, *names, "person") // max(persons, 1)
        shape = tuple(sizes[name] for name in names)
        return np.bincount(keys, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)

    moody = {name: values[spoke["mood"] >= 0] for name, values in spoke.items()}
    keys = _distinct(spoke, sizes, "theme", "week", "person")
    feeling = _distinct(moody, sizes, "theme", "week", "person")
    copied = {name: values[spoke["copied"]] for name, values in spoke.items()}
    neither = np.setdiff1d(keys, feeling, assume_unique=True) // max(persons, 1)
    raised = np.column_stack(
        [keys // max(persons * len(weeks), 1), keys // max(persons, 1) % len(weeks), keys % max(persons, 1)]
    )
    return Streams(
        themes,
        sources,
        weeks,
        counts=count(spoke, "theme", "source", "week"),
        exposure=count(heard, "source", "week"),
        authors=count(spoke, "theme", "week"),
        of=count(heard, "week"),
        moods=count(moody, "theme", "week", "mood"),
        plain=np.bincount(neither, minlength=len(themes) * len(weeks)).reshape(len(themes), len(weeks)),
        raised=raised,
        copied=np.isin(keys, _distinct(copied, sizes, "theme", "week", "person"), assume_unique=True),
    )


def _distinct(rows: Any, sizes: dict[str, int], *names: str) -> Ints:
    """The distinct combinations of these codes, as one number each, sorted."""
    key = np.zeros(len(rows["week"]), dtype=np.int64)
    for name in names:
        key = key * max(sizes[name], 1) + rows[name]
    return np.unique(key)


def _within(rows: pd.DataFrame, weeks: tuple[Week, ...]) -> pd.DataFrame:
    times = rows["occurred_at"]
    return rows[(times >= weeks[0].start) & (times < weeks[-1].end)]


def _codes(rows: pd.DataFrame, weeks: tuple[Week, ...], **columns: tuple[pd.Series, pd.Index]) -> dict[str, Any]:
    """The week of each row and the places of its values in the given lists, -1 for none."""
    ends = pd.DatetimeIndex([week.end for week in weeks]).tz_convert("UTC").as_unit("us").asi8
    times = pd.DatetimeIndex(rows["occurred_at"]).as_unit("us").asi8
    codes = {"week": np.searchsorted(ends, times, side="right").astype(np.int64)}
    return {
        **codes,
        **{name: known.get_indexer(pd.Index(values)).astype(np.int64) for name, (values, known) in columns.items()},
    }
