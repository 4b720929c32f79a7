"""Who raises what in which week: the counts that alerts are judged on, out of the frames of one digest."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.scope.mentions import MOODS
from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.scope.weekly import Week, distinct_people, places_of, week_places

__all__ = ["Streams", "streams_of"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


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


def streams_of(scope: Scope, comments: pd.DataFrame, weeks: tuple[Week, ...]) -> Streams:
    """The counts of these weeks (at least one); themes are the top ones, sources those that wrote anything."""
    tops = scope.themes.loc[scope.themes["parent"].isna(), "theme_id"]
    themes = pd.Index(sorted(tops), dtype=object)
    wrote = _within(scope.all_feedback[scope.all_feedback["text"] != ""], weeks)
    said = _within(scope.all_mentions[scope.all_mentions["theme_id"].notna()], weeks)
    sources = pd.Index(sorted(set(wrote["source"])), dtype=object)
    persons = pd.Index(pd.unique(people(wrote)))
    heard: dict[str, Any] = {
        "week": week_places(wrote["occurred_at"], weeks),
        "source": places_of(wrote["source"], sources),
    }
    heard["person"] = persons.get_indexer(pd.Index(people(wrote)))
    spoke: dict[str, Any] = {
        "theme": places_of(said["theme_id"], themes),
        "source": places_of(said["source"], sources),
        "week": week_places(said["occurred_at"], weeks),
        "person": places_of(said["who"], persons),
        "mood": places_of(said["mood"], pd.Index(MOODS)),
        "copied": said["feedback_id"].isin(set(comments.loc[comments["duplicate"].notna(), "feedback_id"])).to_numpy(),
    }
    known = (spoke["theme"] >= 0) & (spoke["person"] >= 0)
    spoke = {name: values[known] for name, values in spoke.items()}
    return _counted(tuple(themes), tuple(sources), weeks, len(persons), heard, spoke)


def _counted(
    themes: tuple[str, ...], sources: tuple[str, ...], weeks: tuple[Week, ...], persons: int, heard: Any, spoke: Any
) -> Streams:
    sizes = {"theme": len(themes), "source": len(sources), "week": len(weeks), "person": persons, "mood": len(MOODS)}

    def count(rows: Any, *names: str) -> Ints:
        """Distinct persons by the named codes."""
        return distinct_people(rows["person"], *((rows[name], sizes[name]) for name in names))

    feeling = _distinct(spoke, sizes, spoke["mood"] >= 0)
    keys, copied = _distinct(spoke, sizes), _distinct(spoke, sizes, spoke["copied"])
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
        moods=count(spoke, "theme", "week", "mood"),
        plain=np.bincount(neither, minlength=len(themes) * len(weeks)).reshape(len(themes), len(weeks)),
        raised=raised,
        copied=np.isin(keys, copied, assume_unique=True),
    )


def _distinct(rows: Any, sizes: dict[str, int], which: Bools | None = None) -> Ints:
    """The distinct triples of theme, week and person (of these rows), as one number each, sorted."""
    key = (rows["theme"].astype(np.int64) * sizes["week"] + rows["week"]) * max(sizes["person"], 1) + rows["person"]
    return np.unique(key if which is None else key[which])


def _within(rows: pd.DataFrame, weeks: tuple[Week, ...]) -> pd.DataFrame:
    times = rows["occurred_at"]
    return rows[(times >= weeks[0].start) & (times < weeks[-1].end)]
