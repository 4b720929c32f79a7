"""The theme registry: themes with permanent ids, each what a list of events has made of it. Nothing here reads a store.

    registry = store.load_registry()
    theme = registry.find("card delivery")
    registry = store.edit_registry(lambda r: rename(r, theme.theme_id, "Late cards"), actor="ann", at=now)

An id is given once and names the same theme for ever, whatever becomes of it: `Registry.resolve` says where the
clauses of a theme that was merged, split or given up count today. A published digest keeps the ids and labels that it
was made with. There are two levels, themes and sub-themes; what each event does is told in registry_replay.py, what a
person may ask for in registry_edits.py, what may be undone in registry_undo.py.

Clauses belong to a theme by the rows of the last analysis that named them. An edit moves no row: it changes where the
theme counts. Clauses of a theme that was retired or rejected are without one, and the next analysis may put them
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from groundswell.registry_events import (
    ACTOR,
    BATCHES,
    STAGES,
    Event,
    Fit,
    NewEvent,
    RegistryChange,
    Theme,
    guided_theme_id,
    new_theme_id,
)
from groundswell.registry_find import find_theme, path_of
from groundswell.registry_replay import Misfit, dead_roots, play, sub_themes

__all__ = [
    "ACTOR",
    "BATCHES",
    "STAGES",
    "Event",
    "Fit",
    "Misfit",
    "NewEvent",
    "Registry",
    "RegistryChange",
    "Theme",
    "fold",
    "guided_theme_id",
    "new_theme_id",
    "number_events",
]


@dataclass(frozen=True, slots=True)
class Registry:
    """What the events come to. Made by `fold`; equal where events and fits are."""

    events: tuple[Event, ...]
    fits: tuple[tuple[int, Fit], ...]  # with the batch that each was made by
    themes: Mapping[str, Theme]  # of every status, by id
    as_of: datetime | None  # the latest end of a period that was analysed

    @property
    def version(self) -> int:
        """The id of the last event; 0 before the first."""
        return self.events[-1].event_id if self.events else 0

    @property
    def undone(self) -> frozenset[int]:
        """The ids of the events that are undone, with what is part of them."""
        dead = dead_roots(self.events)
        return frozenset(event.event_id for event in self.events if event.root in dead)

    @property
    def known_ids(self) -> frozenset[str]:
        """Every id that a theme ever had, also one whose opening was undone: none of them is given again."""
        return frozenset(e.theme_id for e in self.events if e.kind == "open" and e.theme_id is not None)

    def open_themes(self) -> list[Theme]:
        """Themes and sub-themes that are active or new, by id."""
        return sorted((theme for theme in self.themes.values() if theme.is_open), key=lambda theme: theme.theme_id)

    def sub_themes(self, theme_id: str) -> list[Theme]:
        """The open sub-themes of a theme, by id."""
        return sub_themes(self.themes, theme_id)

    def path(self, theme: Theme) -> str:
        """The theme as a reader is shown it: its label, of a sub-theme "parent > label"."""
        return path_of(self.themes, theme)

    def resolve(self, theme_id: str | None, sub_id: str | None = None) -> tuple[str | None, str | None]:
        """Where clauses that an analysis put there count today: an open theme and its open sub-theme, or None.

        A merged theme is its target; a sub-theme of a split one is a theme; what is retired, rejected or unknown
        (its opening was undone) holds nothing, but the clauses of such a sub-theme stay with its parent.
        """
        top, sub = (None, None) if theme_id is None else self._place(theme_id)
        if sub_id is None or sub_id not in self.themes:
            return top, sub
        place = self._place(sub_id)
        # A sub-theme that is a part of another theme again, because a merge was undone, takes no clause along.
        stays = top is None or place[0] == top or not self.themes[sub_id].is_open
        return place if stays else (top, sub)

    def _place(self, theme_id: str) -> tuple[str | None, str | None]:
        # It ends: a theme is merged once, into one that was open then, and closes after it.
        theme = self.themes.get(theme_id)
        while theme is not None and not theme.is_open:
            onwards = theme.merged_into if theme.status == "merged" else theme.parent
            theme = self.themes.get(onwards or "")
        if theme is None:
            return None, None
        return (theme.theme_id, None) if theme.parent is None else (theme.parent, theme.theme_id)

    def find(self, text: str) -> Theme:
        """The theme of this id, label or "parent > label" (any case), or the only one whose id begins so.

        Open themes come before closed ones. Raises ConfigError, which names the nearest, where there is none, and
        which names them all where there are several.
        """
        return find_theme(self.themes, self.events, text)

    def history(self, theme_id: str) -> list[Event]:
        """The events that named or changed the theme, oldest first, with those that were undone and their undoing."""
        touched = play(self.events).touched
        concerned: set[int] = set()
        found = []
        for event in self.events:
            named = {event.theme_id, *(event.payload.get(name) for name in ("into", "from", "parent"))}
            changed = {theme for theme, _ in touched.get(event.event_id, ())}
            if theme_id in named | changed or event.undoes in concerned:
                concerned |= {event.event_id, event.root}
                found.append(event)
        return found

    def event(self, event_id: int) -> Event | None:
        """The event of this id, None where there is none."""
        return next((event for event in self.events if event.event_id == event_id), None)

    def after(self, events: Iterable[Event], fits: Iterable[tuple[int, Fit]] = ()) -> Registry:
        """The registry once these events have happened as well. Raises Misfit where one does not fit."""
        return fold([*self.events, *events], [*self.fits, *fits])


def fold(events: Iterable[Event], fits: Iterable[tuple[int, Fit]] = ()) -> Registry:
    """The registry that a history comes to. Raises Misfit, a ValueError: an event does not fit those before it."""
    ordered = tuple(sorted(events, key=lambda event: event.event_id))
    kept = tuple(fits)
    state = play(ordered, kept)
    return Registry(ordered, kept, state.themes, state.as_of)


def number_events(
    registry: Registry,
    events: Sequence[NewEvent],
    *,
    actor: str,
    at: datetime,
    as_of: datetime | None = None,
) -> tuple[Event, ...]:
    """The events with the next ids, made together: those after the first are part of it, and undone with it."""
    first = registry.version + 1
    made = partial(Event, at=at, as_of=as_of, actor=actor)
    return tuple(
        made(
            event_id=first + n,
            kind=event.kind,
            theme_id=event.theme_id,
            payload=dict(event.payload),
            part_of=first if n else None,
            undoes=event.undoes,
        )
        for n, event in enumerate(events)
    )
