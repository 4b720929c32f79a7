"""The themes that a user named, in the registry: opened with their own id, filled before anything is discovered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from analysis.themes.centroids import unit_rows
from analysis.themes.draft import Draft
from analysis.themes.guided import GuidedTheme, assign_guided, example_texts, unused_guided
from analysis.themes.names import Namer
from groundswell.registry import ACTOR, NewEvent, Theme

__all__ = ["place_guided"]


def place_guided(draft: Draft, guided: Sequence[GuidedTheme], namer: Namer, until: datetime | None) -> list[str]:
    """Put texts that are like its examples into each theme that the user named, and open it if it is new; a line for
    each that attracts nothing, or cannot be where the settings want it.

    A new one may take texts out of other themes, a known one takes only what has no theme. One that was merged fills
    the theme that it went into, one that was retired stays closed.
    """
    if not guided:
        return _left_behind(draft, guided)
    found, _ = assign_guided(draft.texts.texts, draft.texts.vectors, guided, namer.embed_clauses(example_texts(guided)))
    free = np.zeros(len(draft.texts), dtype=bool)
    free[draft.unassigned()] = True
    notes = list[str]()
    # Parents first: a sub-theme can only be opened under one.
    for number in sorted(range(len(guided)), key=lambda number: guided[number].parent is not None):
        theme, members = guided[number], np.flatnonzero(found == number)
        if theme.theme_id not in draft.registry.themes:
            parent, note = _parent_of(draft, theme, guided)
            notes += note
            example = unit_rows(namer.embed_clauses(theme.examples).mean(axis=0, keepdims=True))[0]
            draft.open(_theme(theme, parent, until), members, None if len(members) else example)
        elif (place := _place_of(draft, theme.theme_id)) is not None:
            draft.put(members[free[members]], place)
            notes += _follow_settings(draft, theme, guided)
    return [*notes, *_left_behind(draft, guided), *unused_guided(guided, found)]


def _follow_settings(draft: Draft, guided: GuidedTheme, others: Sequence[GuidedTheme]) -> list[str]:
    """Give an open theme the owner and the stage of the settings, unless a person has given it others since; a note
    where it cannot be a part of what the settings say."""
    theme = draft.themes.get(guided.theme_id)
    if theme is None:
        return []
    undone = draft.registry.undone
    edits = [e for e in draft.registry.events if e.theme_id == theme.theme_id and e.event_id not in undone]
    by_hand = {event.kind for event in edits if event.actor != ACTOR}
    if guided.owner is not None and guided.owner != theme.owner and "own" not in by_hand:
        draft.events.append(NewEvent("own", theme.theme_id, {"owner": guided.owner, "before": theme.owner}))
        theme = replace(theme, owner=guided.owner)
    stage = guided.journey_stage
    if stage is not None and stage != theme.journey_stage and "stage" not in by_hand:
        draft.events.append(NewEvent("stage", theme.theme_id, {"journey_stage": stage, "before": theme.journey_stage}))
        theme = replace(theme, journey_stage=stage)
    draft.themes[theme.theme_id] = theme
    if guided.parent is not None and theme.parent is None:
        parent = _parent_of(draft, guided, others)[0]
        return [f"guided theme {guided.name!r} was opened as a theme of its own, and cannot become a part now"] * bool(
            parent
        )
    return []


def _left_behind(draft: Draft, guided: Sequence[GuidedTheme]) -> list[str]:
    """A line for each open theme that the settings once named, and name no longer."""
    named = {theme.theme_id for theme in guided}
    return [
        f"{theme} stands in no [[themes.guided]] any more; it goes on as a theme, unless you merge or retire it"
        for theme_id, theme in sorted(draft.themes.items())
        if theme.origin == "guided" and theme_id not in named
    ]


def _theme(guided: GuidedTheme, parent: str | None, until: datetime | None) -> Theme:
    stage, owner = guided.journey_stage, guided.owner
    return Theme(guided.theme_id, guided.name, parent, origin="guided", opened=until, journey_stage=stage, owner=owner)


def _place_of(draft: Draft, theme_id: str) -> str | None:
    """The open theme or sub-theme that a theme is today; None where it was given up."""
    if theme_id in draft.themes:
        return theme_id
    top, sub = draft.registry.resolve(theme_id)
    return sub or top


def _parent_of(draft: Draft, theme: GuidedTheme, guided: Sequence[GuidedTheme]) -> tuple[str | None, list[str]]:
    """The open top theme that a new theme is to be a part of, and a note where its parent was given up."""
    if theme.parent is None:
        return None, []
    [parent] = [one for one in guided if one.name.casefold() == theme.parent.casefold()]
    place = _place_of(draft, parent.theme_id)
    if place is None:
        note = (
            f"guided theme {theme.name!r} stands by itself: its parent {theme.parent!r} was retired, split or rejected"
        )
        return None, [note]
    return draft.themes[place].parent or place, []
