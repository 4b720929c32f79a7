"""The theme registry's history played from its first event to its last: what each event does to the themes.

What is undone is left out, as if it had never been; so an edit and its undo leave the themes as they were. An event
that does not fit the themes before it (a merge into a theme that is closed) raises `Misfit`.

- **merge**: the theme is closed and its clauses count for the target. Into a theme, its open sub-themes become the
  target's and keep their ids; into a sub-theme, they are merged into that sub-theme too, for there are two levels only.
- **split**: the theme is closed, its open sub-themes become themes, with its owner and journey stage where they have
  none. Their history goes on under the same ids; what the theme held outside of them is without a theme.
- **retire** and **reject** close a theme with its open sub-themes: their clauses are without a theme, and a later
  analysis may put them into another one. Of a sub-theme: its clauses stay with its parent.
- **accept** makes a new theme, with its new sub-themes, an active one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from groundswell.registry_events import BATCHES, OPEN, ORIGINS, STAGES, Event, Fit, Theme

__all__ = ["Misfit", "Replay", "dead_roots", "play", "sub_themes"]

Touched = set[tuple[str, str]]  # theme and field
_FIELDS = ("label", "owner", "journey_stage")
_FITTED = ("keywords", "stability", "cohesion", "clauses")
_PLACE = ("parent", "status", "merged_into")  # one field for who reads what was touched: "place"


class Misfit(ValueError):
    """An event that does not fit the themes before it."""

    def __init__(self, event: Event, why: str) -> None:
        super().__init__(f"event {event.event_id} ({event.kind} of {event.theme_id}): {why}")
        self.event = event
        self.why = why


@dataclass(slots=True)
class Replay:
    """The themes after the last event, and for each live event what it changed of which theme."""

    themes: dict[str, Theme] = field(default_factory=dict)
    touched: dict[int, Touched] = field(default_factory=dict)
    as_of: datetime | None = None


def dead_roots(events: Sequence[Event]) -> set[int]:
    """The ids of the events that are undone; what is part of one is undone with it."""
    dead: set[int] = set()
    # Backwards: whether an undo counts is decided by those after it.
    for event in reversed(events):
        if event.undoes is not None and event.root not in dead:
            dead.add(event.undoes)
    return dead


def play(events: Sequence[Event], fits: Iterable[tuple[int, Fit]] = ()) -> Replay:
    """The themes that the live ones of the events (in order of their ids) lead to. Raises Misfit.

    `fits` are by the id of their batch; for each theme those of its last live one count.
    """
    dead = dead_roots(events)
    state = Replay()
    batches = set()
    for event in events:
        if event.root in dead:
            continue
        if event.kind in BATCHES:
            batches.add(event.event_id)
            state.as_of = max(filter(None, (state.as_of, event.as_of)), default=None)
        changed = _apply(state.themes, event)
        state.touched[event.event_id] = _touched(state.themes, changed)
        state.themes.update({theme.theme_id: theme for theme in changed})
    for event_id, fit in sorted(fits, key=lambda pair: pair[0]):
        if event_id in batches and fit.theme_id in state.themes:
            state.themes[fit.theme_id] = _fitted(state.themes[fit.theme_id], fit)
    return state


def sub_themes(themes: Mapping[str, Theme], parent: str) -> list[Theme]:
    """The open sub-themes of a theme, by id."""
    found = (theme for theme in themes.values() if theme.parent == parent and theme.is_open)
    return sorted(found, key=lambda theme: theme.theme_id)


def _apply(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
    """The themes that the event changes, as they are afterwards."""
    if event.kind in _RULES:
        return _RULES[event.kind](themes, event)
    if event.kind in BATCHES or event.kind == "undo":
        return []
    raise Misfit(event, "there is no such kind of event")


def _touched(themes: Mapping[str, Theme], changed: Iterable[Theme]) -> Touched:
    touched: Touched = set()
    for after in changed:
        before = themes.get(after.theme_id)
        touched |= {(after.theme_id, name) for name in _FIELDS if before is None or _differ(before, after, name)}
        if before is None or any(_differ(before, after, name) for name in _PLACE):
            touched.add((after.theme_id, "place"))
    return touched


def _differ(before: Theme, after: Theme, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _fitted(theme: Theme, fit: Fit) -> Theme:
    found: dict[str, Any] = {name: getattr(fit, name) for name in _FITTED}
    return replace(theme, **found)


def _open_theme(themes: Mapping[str, Theme], event: Event, theme_id: Any) -> Theme:
    """The open theme of this id; Misfit where there is none."""
    theme = themes.get(str(theme_id))
    if theme is None or not theme.is_open:
        raise Misfit(event, f"there is no theme {theme_id}" if theme is None else f"{theme} is {theme.status}")
    return theme


def _open(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
    made, parent = event.payload, event.payload.get("parent")
    if event.theme_id is None or event.theme_id in themes:
        raise Misfit(event, "there is a theme of this id")
    if parent is not None and not _open_theme(themes, event, parent).is_top:
        raise Misfit(event, f"{parent} is a sub-theme itself")
    status, origin, stage = made.get("status", "active"), made.get("origin", "fit"), made.get("journey_stage")
    if not made.get("label") or status not in OPEN or origin not in ORIGINS or stage not in (None, *STAGES):
        raise Misfit(event, f"no label, or not a status, origin or journey stage: {status}, {origin}, {stage}")
    return [
        Theme(
            event.theme_id,
            str(made["label"]),
            parent=parent,
            status=status,
            origin=origin,
            opened=event.as_of,
            journey_stage=stage,
            owner=made.get("owner"),
        )
    ]


def _set(name: str) -> Callable[[Mapping[str, Theme], Event], list[Theme]]:
    def apply(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
        value = event.payload.get(name)
        if (name == "label" and not value) or (name == "journey_stage" and value not in (None, *STAGES)):
            raise Misfit(event, f"{value!r} is no {name}")
        chosen: dict[str, Any] = {name: value}
        return [replace(_open_theme(themes, event, event.theme_id), **chosen)]

    return apply


def _merge(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
    theme, into = (_open_theme(themes, event, given) for given in (event.theme_id, event.payload.get("into")))
    if theme == into or theme.parent == into.theme_id or into.parent == theme.theme_id:
        raise Misfit(event, f"{theme} cannot be merged into {into}")
    subs = sub_themes(themes, theme.theme_id)
    if into.is_top:
        moved = [replace(sub, parent=into.theme_id) for sub in subs]
    else:
        moved = [_closed(sub, event, "merged", into.theme_id) for sub in subs]
    return [_closed(theme, event, "merged", into.theme_id), *moved]


def _split(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
    theme = _open_theme(themes, event, event.theme_id)
    subs = sub_themes(themes, theme.theme_id)
    if len(subs) < 2:
        raise Misfit(event, f"{theme} has fewer than two sub-themes")
    stage = theme.journey_stage
    owned = [replace(s, owner=s.owner or theme.owner, journey_stage=s.journey_stage or stage) for s in subs]
    return [_closed(theme, event, "split"), *(replace(sub, parent=None) for sub in owned)]


def _accept(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
    theme = _new_theme(themes, event)
    subs = [sub for sub in sub_themes(themes, theme.theme_id) if sub.status == "new"]
    return [replace(each, status="active") for each in (theme, *subs)]


def _reject(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
    return _close_all(themes, event, _new_theme(themes, event), "rejected")


def _retire(themes: Mapping[str, Theme], event: Event) -> list[Theme]:
    return _close_all(themes, event, _open_theme(themes, event, event.theme_id), "retired")


def _new_theme(themes: Mapping[str, Theme], event: Event) -> Theme:
    theme = _open_theme(themes, event, event.theme_id)
    if theme.status != "new":
        raise Misfit(event, f"{theme} is not new")
    return theme


def _close_all(themes: Mapping[str, Theme], event: Event, theme: Theme, status: str) -> list[Theme]:
    return [_closed(each, event, status) for each in (theme, *sub_themes(themes, theme.theme_id))]


def _closed(theme: Theme, event: Event, status: str, into: str | None = None) -> Theme:
    return replace(theme, status=status, merged_into=into, closed=event.as_of or event.at)


_RULES: Mapping[str, Callable[[Mapping[str, Theme], Event], list[Theme]]] = {
    "open": _open,
    "rename": _set("label"),
    "own": _set("owner"),
    "stage": _set("journey_stage"),
    "merge": _merge,
    "split": _split,
    "accept": _accept,
    "reject": _reject,
    "retire": _retire,
}
