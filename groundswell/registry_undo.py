"""Taking an event back, and an event in words.

Undoing adds an event; nothing is removed. What an undone event did is then left out when the history is played, so
the themes are as if it had never been. It is refused where something later rests on the event: it changed the same
thing of the same theme, or it would no longer fit. An undo can be undone, by its own number.

An analysis (fit, assign, refit) is undone with all that is part of it, its members too; those of later analyses stay,
and where they are of a theme that is gone, the next analysis finds them another one. The first fit can be undone only
while it is the last analysis: all later ones rest on it.
"""

from __future__ import annotations

from collections.abc import Mapping

from groundswell.errors import ConfigError
from groundswell.registry import Registry
from groundswell.registry_events import ACTOR, BATCHES, Event, NewEvent, Theme
from groundswell.registry_find import path_of, plain_label
from groundswell.registry_replay import Misfit, Replay, play

__all__ = ["describe", "undo"]


def undo(registry: Registry, event_id: int | None = None) -> list[NewEvent]:
    """Take back an event, or, without a number, the last one that a person made and that still counts.

    ConfigError, which names the event that is in the way and what to do about it, where it cannot be taken back.
    """
    event = _last(registry) if event_id is None else _given(registry, event_id)
    toggled, _ = _root_of(registry, event)
    trial = Event(registry.version + 1, event.at, None, ACTOR, "undo", undoes=event.event_id)
    before = play(registry.events)
    try:
        after = play([*registry.events, trial])
    except Misfit as misfit:
        raise _in_the_way(registry, event, toggled, misfit.event, misfit.why) from misfit
    resting = _resting(registry, toggled, before, after)
    if resting is not None:
        raise _in_the_way(registry, event, toggled, resting, "")
    _check_labels(event, before.themes, after.themes)
    return [NewEvent("undo", undoes=event.event_id)]


def describe(registry: Registry, event: Event) -> str:
    """What the event did, in words: “Late cards” (t1234abcd) was merged into “Card delivery” (t5678abcd)."""
    payload = event.payload
    if event.kind in BATCHES:
        return _BATCHES[event.kind] + ("" if event.as_of is None else f", up to {event.as_of:%Y-%m-%d}")
    if event.kind == "undo":
        toggled, times = _root_of(registry, event)
        done = "was undone" if times % 2 else "counts again"
        return f"event {toggled.event_id} {done}: {describe(registry, toggled)}"
    then = payload.get("before" if event.kind == "rename" else "label")
    words = {
        "label": payload.get("label"),
        "owner": payload.get("owner") or "nobody",
        "stage": payload.get("journey_stage") or "undecided",
        "into": _named(registry, payload.get("into"), None),
        "inside": f" in {_named(registry, payload['parent'], None)}" if payload.get("parent") else "",
    }
    return f"{_named(registry, event.theme_id, then)} {_DONE[event.kind].format_map(words)}"


_BATCHES = {"fit": "the first fit of themes", "assign": "an analysis", "refit": "a refit of the themes"}
_DONE = {
    "open": "was opened{inside}",
    "rename": "was renamed to “{label}”",
    "own": "was given to {owner}",
    "stage": "was put at the stage {stage}",
    "merge": "was merged into {into}",
    "split": "was split into its sub-themes",
    "accept": "was accepted",
    "reject": "was rejected",
    "retire": "was retired",
}


def _root_of(registry: Registry, event: Event) -> tuple[Event, int]:
    """What an undo, of an undo perhaps, is about in the end, and after how many steps."""
    times = 0
    while event.undoes is not None and (before := registry.event(event.undoes)) is not None:
        event, times = before, times + 1
    return event, times


def _named(registry: Registry, theme_id: str | None, label: str | None) -> str:
    """The theme with its label of then, else of now."""
    theme = registry.themes.get(theme_id or "")
    shown = label or (theme.label if theme is not None else None)
    return f"“{shown}” ({theme_id})" if shown else str(theme_id)


def _last(registry: Registry) -> Event:
    """The last event that a person made and that counts, but for undoing: so undoing twice takes back two."""
    undone = registry.undone
    for event in reversed(registry.events):
        mine = event.actor != ACTOR and event.part_of is None and event.kind != "undo"
        if mine and event.event_id not in undone:
            return event
    undoing = [e for e in registry.events if e.kind == "undo" and e.event_id not in undone]
    hint = f": `groundswell themes undo {undoing[-1].event_id}` brings the last one back" if undoing else ""
    raise ConfigError(f"there is no edit to undo; nothing was changed{hint}")


def _given(registry: Registry, event_id: int) -> Event:
    event = registry.event(event_id)
    if event is None:
        known = f"the last one is {registry.version}" if registry.version else "there are none yet"
        raise ConfigError(
            f"there is no event {event_id}: {known}; nothing was changed: "
            "`groundswell themes show` lists those of a theme"
        )
    if event.part_of is not None:
        whole = registry.event(event.part_of)
        what = "" if whole is None else f" ({describe(registry, whole)})"
        raise ConfigError(
            f"event {event_id} is part of event {event.part_of}{what}; nothing was changed: "
            f"`groundswell themes undo {event.part_of}` takes all of it back"
        )
    if event_id in registry.undone:
        by = max(e.event_id for e in registry.events if e.undoes == event_id and e.event_id not in registry.undone)
        raise ConfigError(
            f"event {event_id} is undone already, by event {by}; nothing was changed: "
            f"`groundswell themes undo {by}` brings it back"
        )
    return event


def _resting(registry: Registry, toggled: Event, before: Replay, after: Replay) -> Event | None:
    """The first live event after it, and no part of it, that rests on what it changed."""

    def touched(event: Event) -> set[tuple[str, str]]:
        # In both: a theme may be closed together with a sub-theme that only counts once the undo is done.
        return before.touched.get(event.event_id, set()) | after.touched.get(event.event_id, set())

    root = toggled.event_id
    changed = {change for event in registry.events if event.root == root for change in touched(event)}
    for event in registry.events:
        if event.event_id <= root or event.root == root or event.event_id not in before.touched:
            continue
        first = toggled.kind == "fit" and event.kind in BATCHES
        if first or changed & (touched(event) | _needs(event)):
            return event
    return None


def _needs(event: Event) -> set[tuple[str, str]]:
    """What of which theme the event needs to be as it was."""
    if event.kind in ("rename", "own", "stage"):
        return set()
    named = (event.theme_id, event.payload.get("into"), event.payload.get("parent"))
    needed = {(theme_id, "place") for theme_id in named if theme_id is not None}
    if event.kind == "split" and event.theme_id is not None:  # what it hands on to its sub-themes
        needed |= {(event.theme_id, "owner"), (event.theme_id, "journey_stage")}
    return needed


def _in_the_way(registry: Registry, event: Event, toggled: Event, other: Event, why: str) -> ConfigError:
    """What to say where the other event keeps this one from being undone."""
    what = f"event {event.event_id} ({describe(registry, event)}) cannot be undone"
    if other.root == toggled.event_id:  # an undo of an undo: what it would bring back no longer fits
        return ConfigError(f"{what}: event {toggled.event_id} would not fit any more, for {why}; nothing was changed")
    whole = registry.event(other.root) or other
    return ConfigError(
        f"{what}: event {whole.event_id} ({describe(registry, other)}) rests on it; nothing was changed: "
        f"`groundswell themes undo {whole.event_id}` first"
    )


def _check_labels(event: Event, before: Mapping[str, Theme], after: Mapping[str, Theme]) -> None:
    """ConfigError where two open themes would have one label that have not now."""
    alike: dict[tuple[str | None, str], list[Theme]] = {}
    for theme in after.values():
        if theme.is_open:
            alike.setdefault((theme.parent, plain_label(theme.label)), []).append(theme)
    for group in alike.values():
        places = {_place(before.get(theme.theme_id)) for theme in group}
        if len(group) == 1 or (len(places) == 1 and None not in places):
            continue
        shown = " and ".join(f"“{path_of(after, theme)}” ({theme.theme_id})" for theme in group)
        now = next((theme for theme in group if _place(before.get(theme.theme_id)) is not None), None)
        what = f"; `groundswell themes rename {now.theme_id}` first" if now is not None else ""
        raise ConfigError(
            f"event {event.event_id} cannot be undone: {shown} would have one label; nothing was changed{what}"
        )


def _place(theme: Theme | None) -> tuple[str | None, str] | None:
    """Where an open theme stands among the labels."""
    return (theme.parent, plain_label(theme.label)) if theme is not None and theme.is_open else None
