"""The registry while one analysis works on it: which text is in which theme, and what was opened on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.themes.centroids import Ints, Vectors, centroids_of, unit_rows
from analysis.themes.texts import ThemeTexts
from groundswell.registry import ACTOR, BATCHES, Event, Fit, NewEvent, Registry, RegistryChange, Theme, new_theme_id

__all__ = ["Draft", "KnownThemes", "last_batch", "last_fit", "opened_as", "refused_subjects", "refused_themes"]

EXEMPLARS = 20


@dataclass(frozen=True, eq=False)
class KnownThemes:
    """What earlier analyses and people have made of the themes.

    `members` has the columns of `groundswell.frames.MEMBERS`, `centroids` the float32 bytes of each theme's centroid.
    """

    registry: Registry
    members: pd.DataFrame
    centroids: Mapping[str, bytes]

    def centroid(self, theme_id: str, width: int) -> Vectors:
        """The centroid of a theme, of length 1; zeros where none was stored."""
        stored = np.frombuffer(self.centroids.get(theme_id, b""), dtype="<f4")
        return stored if len(stored) == width else np.zeros(width, dtype=np.float32)


@dataclass(eq=False)
class Draft:
    """Open themes and the theme of each text, as they stand at this moment of an analysis.

    `top`, `sub` and `similarity` have one entry for each of `texts`, `before` tops and subs as they were. `themes` and
    `centroids` hold the open themes by id; `opened` lists the ids that this analysis gave, `fitted` those whose figures
    it measured.
    """

    texts: ThemeTexts
    registry: Registry
    themes: dict[str, Theme]
    centroids: dict[str, Vectors]
    top: NDArray[np.object_]
    sub: NDArray[np.object_]
    similarity: NDArray[np.float64]
    before: tuple[NDArray[np.object_], NDArray[np.object_]]
    opened: list[str] = field(default_factory=list)
    fitted: set[str] = field(default_factory=set)
    events: list[NewEvent] = field(default_factory=list)
    came_from: dict[str, str] = field(default_factory=dict)  # a new theme that was a part of another one

    @classmethod
    def of(cls, texts: ThemeTexts, known: KnownThemes) -> Draft:
        """The state before the analysis: each text where the registry has it."""
        members = known.members.set_index("key")[["theme_id", "sub_theme_id", "similarity"]].reindex(texts.keys)
        pairs = list(zip(members["theme_id"], members["sub_theme_id"], strict=True))
        written = [(t if isinstance(t, str) else None, s if isinstance(s, str) else None) for t, s in pairs]
        places = {pair: known.registry.resolve(*pair) for pair in set(written)}
        top, sub = _objects([places[pair][0] for pair in written]), _objects([places[pair][1] for pair in written])
        similarity = np.where(_is_some(top), members["similarity"].to_numpy(dtype=np.float64), np.nan)
        width = texts.vectors.shape[1]
        themes = {theme.theme_id: theme for theme in known.registry.open_themes()}
        centroids = {theme: known.centroid(theme, width) for theme in themes}
        return cls(texts, known.registry, themes, centroids, top, sub, similarity, (top.copy(), sub.copy()))

    def tops(self) -> list[str]:
        """The ids of the open themes that are no sub-themes, sorted."""
        return sorted(theme_id for theme_id, theme in self.themes.items() if theme.parent is None)

    def subs_of(self, parent: str) -> list[str]:
        """The ids of a theme's open sub-themes, sorted."""
        return sorted(theme_id for theme_id, theme in self.themes.items() if theme.parent == parent)

    def is_in(self, theme_id: str) -> NDArray[np.bool_]:
        """Which texts are in a theme or sub-theme."""
        return np.asarray((self.top == theme_id) | (self.sub == theme_id), dtype=bool)

    def unassigned(self) -> Ints:
        """The texts without a theme."""
        return np.flatnonzero(~_is_some(self.top))

    def numbered(self) -> tuple[list[str], Ints]:
        """The open top themes, and for each text the position of its own among them (-1: none)."""
        ids = self.tops()
        return ids, self._number_of(ids)

    def _number_of(self, ids: Sequence[str]) -> Ints:
        """For each text the position of its theme in `ids` (-1: another, or none)."""
        place = {theme_id: number for number, theme_id in enumerate(ids)}
        return np.fromiter((place.get(t, -1) for t in self.top), dtype=np.int64, count=len(self.top))

    def centroids_now(self, ids: Sequence[str]) -> Vectors:
        """The centroids of these themes as their texts are at this moment, one row each. A theme without texts, or one
        that the user named, has the one it was given."""
        number = np.where(self.texts.is_copy, -1, self._number_of(ids))
        given = [self.centroids[theme_id] for theme_id in ids]
        found = np.vstack(given) if given else np.empty((0, self.texts.vectors.shape[1]), dtype=np.float32)
        live = centroids_of(number, self.texts.vectors)
        guided = np.array([self.themes[theme_id].origin == "guided" for theme_id in ids], dtype=bool)
        own = np.flatnonzero((np.bincount(number[number >= 0], minlength=len(ids)) > 0) & ~guided)
        found[own] = live[own]
        return found

    def open(self, theme: Theme, members: Ints, centroid: Vectors | None = None) -> str:
        """Open a theme that holds these texts; of a sub-theme the texts keep their theme."""
        vectors = self.texts.vectors[members]
        centre = unit_rows(vectors.mean(axis=0, keepdims=True))[0] if centroid is None else centroid
        self.themes[theme.theme_id], self.centroids[theme.theme_id] = theme, centre
        self.opened.append(theme.theme_id)
        self.fitted.add(theme.theme_id)
        self.put(members, theme.theme_id)
        return theme.theme_id

    def put(self, members: Ints, theme_id: str) -> None:
        """Move texts into a theme, or into a sub-theme and so into its parent; a new parent ends the old sub-theme."""
        parent = self.themes[theme_id].parent
        top = parent or theme_id
        changed = members[self.top[members] != top]
        self.sub[changed] = None
        self.top[members] = top
        if parent is not None:
            self.sub[members] = theme_id
        near = self.texts.vectors[members] @ self.centroids[top]
        self.similarity[members] = np.round(near.astype(np.float64), 5)

    def take_out(self, members: Ints) -> None:
        """Leave texts without a theme."""
        self.top[members], self.sub[members], self.similarity[members] = None, None, np.nan

    def close(self, theme_id: str, event: NewEvent) -> None:
        """End an open theme by the event given. Its figures are kept no more; one that this analysis opened was never
        there, so the registry hears neither of its beginning nor of its end."""
        del self.themes[theme_id]
        self.fitted.discard(theme_id)
        if theme_id in self.opened:
            self.opened.remove(theme_id)
            self.came_from.pop(theme_id, None)
        else:
            self.events.append(event)

    def measure(self, theme_id: str, centroid: Vectors) -> None:
        """Give a theme another centroid: what it is fitted to now."""
        self.centroids[theme_id] = centroid
        self.fitted.add(theme_id)

    def new_id(self, members: Ints, centroid: Vectors | None = None) -> str:
        """An id for a theme of these texts, made from the most central one; never one that was given before."""
        vectors = self.texts.vectors[members]
        centre = vectors.mean(axis=0) if centroid is None else centroid
        # Ties go to the text that sorts first; rounding keeps the last bits of a product from deciding.
        central = self.texts.texts[members[np.round(vectors @ centre, 5).argmax()]]
        return new_theme_id(central, self.registry.known_ids | set(self.themes))

    def change(
        self, kind: str, as_of: datetime | None, at: datetime, payload: Mapping[str, Any]
    ) -> RegistryChange | None:
        """What the registry is to be told; None where nothing changed."""
        moved = self._moved()
        if not (len(moved) or self.opened or self.events or kind != "assign"):
            return None
        # A theme before its sub-themes.
        opened = sorted(self.opened, key=lambda theme_id: self.themes[theme_id].parent is not None)
        opens = [opened_as(self.themes[theme_id], self.came_from.get(theme_id)) for theme_id in opened]
        events = [*opens, *self.events]
        fits = [self._fit(theme_id) for theme_id in sorted(self.fitted)]
        return RegistryChange(
            self.registry.version, kind, as_of, at, events=events, fits=fits, members=moved, payload=payload
        )

    def _moved(self) -> pd.DataFrame:
        """The texts whose place is another one than before."""
        rows = np.flatnonzero((self.top != self.before[0]) | (self.sub != self.before[1]))
        rows = rows[~self.texts.is_copy[rows]]
        return pd.DataFrame(
            {
                "key": [self.texts.keys[row] for row in rows],
                "theme_id": self.top[rows],
                "sub_theme_id": self.sub[rows],
                "similarity": self.similarity[rows],
            }
        )

    def _fit(self, theme_id: str) -> Fit:
        theme, centroid = self.themes[theme_id], self.centroids[theme_id]
        members = np.flatnonzero(self.is_in(theme_id) & ~self.texts.is_copy)
        near = np.round(self.texts.vectors[members] @ centroid, 5)
        typical = members[np.argsort(-near, kind="stable")[:EXEMPLARS]]
        return Fit(
            theme_id,
            centroid=centroid.astype("<f4").tobytes(),
            exemplars=tuple(self.texts.keys[row] for row in typical),
            keywords=theme.keywords,
            stability=theme.stability,
            cohesion=float(np.sort(near).mean()) if len(near) else None,
            clauses=len(members),
        )


def last_fit(registry: Registry) -> Event | None:
    """The event by which all feedback was grouped last, and that was not undone; None before the first."""
    return last_batch(registry, ("fit", "refit"))


def last_batch(registry: Registry, kinds: Sequence[str] = BATCHES) -> Event | None:
    """The event of the last analysis that changed something, and that was not undone; None before the first."""
    undone = registry.undone
    batches = [e for e in registry.events if e.kind in kinds and e.event_id not in undone]
    return batches[-1] if batches else None


def refused_themes(registry: Registry) -> list[str]:
    """The ids of the themes and sub-themes that a person rejected or retired, sorted: they do not come up again."""
    undone = registry.undone
    refused = [e for e in registry.events if e.kind in ("reject", "retire") and e.actor != ACTOR]
    ids = {event.theme_id for event in refused if event.event_id not in undone}
    return sorted(theme_id for theme_id in ids if theme_id and not registry.themes[theme_id].is_open)


def refused_subjects(registry: Registry) -> list[str]:
    """Those of them that are themes: a sub-theme that was retired is still a part of its theme's subject."""
    return [theme_id for theme_id in refused_themes(registry) if registry.themes[theme_id].is_top]


def opened_as(theme: Theme, came_from: str | None = None) -> NewEvent:
    """The event that opens a theme, which may have been a part of another one."""
    names = ("label", "parent", "status", "origin", "journey_stage", "owner")
    told = {name: getattr(theme, name) for name in names}
    return NewEvent("open", theme.theme_id, told | ({"from": came_from} if came_from else {}))


def _objects(values: Sequence[str | None]) -> NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _is_some(values: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.fromiter((value is not None for value in values), dtype=bool, count=len(values))
