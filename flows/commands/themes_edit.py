"""Edits of themes: each is an event of the registry, told in a line with the number by which it is taken back.

What an edit may do is for groundswell/registry_edits.py to say. It is looked at and made in one transaction: of two
commands at once the second one sees what the first has done, and is made on top of it or refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.commands.columns import terminal_width, wrapped
from flows.commands.themes import Place, actor, day, number
from groundswell import registry_edits, registry_undo
from groundswell.registry_undo import describe

if TYPE_CHECKING:
    from groundswell.registry import Registry
    from groundswell.registry_events import Event, NewEvent

__all__ = ["accept", "merge", "own", "reject", "rename", "retire", "split", "stage", "undo"]


def rename(place: Place, theme: str, label: str) -> Iterator[str]:
    """Another label for a theme."""
    yield from _edit(place, lambda registry: registry_edits.rename(registry, theme, label))


def merge(place: Place, theme: str, into: str) -> Iterator[str]:
    """A theme becomes part of another one."""
    yield from _edit(place, lambda registry: registry_edits.merge(registry, theme, into))


def split(place: Place, theme: str) -> Iterator[str]:
    """The sub-themes of a theme become themes."""
    yield from _edit(place, lambda registry: registry_edits.split(registry, theme))


def retire(place: Place, theme: str) -> Iterator[str]:
    """A theme is given up."""
    yield from _edit(place, lambda registry: registry_edits.retire(registry, theme))


def accept(place: Place, theme: str) -> Iterator[str]:
    """A new theme is one."""
    yield from _edit(place, lambda registry: registry_edits.accept(registry, theme))


def reject(place: Place, theme: str) -> Iterator[str]:
    """A new theme is none."""
    yield from _edit(place, lambda registry: registry_edits.reject(registry, theme))


def own(place: Place, theme: str, owner: str | None) -> Iterator[str]:
    """Who looks after a theme; None: nobody."""
    yield from _edit(place, lambda registry: registry_edits.own(registry, theme, owner))


def stage(place: Place, theme: str, journey_stage: str | None) -> Iterator[str]:
    """Where on the customer's journey a theme belongs; None: nowhere."""
    yield from _edit(place, lambda registry: registry_edits.stage(registry, theme, journey_stage))


def undo(place: Place, event_id: int | None) -> Iterator[str]:
    """An event is taken back; without a number the last one that a person made."""
    yield from _edit(place, lambda registry: registry_undo.undo(registry, event_id))


def _edit(place: Place, build: Callable[[Registry], Sequence[NewEvent]]) -> Iterator[str]:
    """Makes the edit, and says what it did, which event it is, and when it shows."""
    seen: list[Registry] = []

    def build_and_remember(registry: Registry) -> Sequence[NewEvent]:
        seen.append(registry)
        return build(registry)

    with place.open() as opened:
        after = opened.edit_registry(build_and_remember, actor=actor(), at=datetime.now(UTC))
    made = after.event(after.events[-1].root) or after.events[-1]
    width = terminal_width()
    yield from wrapped(_sentence(seen[-1], after, made, place), width)
    yield from wrapped(
        f"event {made.event_id}: groundswell themes undo {made.event_id} takes it back. "
        "It shows from the next digest on; published digests stay as they are",
        width,
    )


def _sentence(before: Registry, after: Registry, event: Event, place: Place) -> str:
    """What was done, what went with it, and of an undo whose event it was."""
    told = describe(after, event)
    undone = None if event.undoes is None else after.event(event.undoes)
    if undone is not None:
        return f"{told} (done on {day(undone.at, place)} by {undone.actor})"
    subs = before.sub_themes(event.theme_id or "")
    if subs and event.kind in ("merge", "retire", "reject"):
        return f"{told}, with its {number(len(subs), 'sub-theme')}"
    if event.kind == "split":
        return f"{told}: {', '.join(str(sub) for sub in subs)}"
    return told
