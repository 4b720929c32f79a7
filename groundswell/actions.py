"""What was decided on a theme: an action, by whom, since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from groundswell.errors import ConfigError
from groundswell.registry_find import check_name

if TYPE_CHECKING:
    from groundswell.registry import Registry

__all__ = ["MOST_WORDS", "Action", "KeptAction", "actions_until", "new_action"]

MOST_WORDS = 200  # characters of what an action says


@dataclass(frozen=True, slots=True)
class Action:
    """A remedy for what customers raise. It counts from `since` on; `done` says when its owner called it finished."""

    action_id: str  # its number in the store
    theme_id: str
    what: str
    owner: str | None
    since: datetime
    done: datetime | None = None
    made_at: datetime | None = None
    actor: str = ""  # who recorded it


class KeptAction(NamedTuple):
    """An action that is to be kept, and whether the store had it not yet."""

    action: Action
    is_new: bool


def new_action(
    registry: Registry, theme: str, what: str, owner: str | None, since: datetime, made_at: datetime, actor: str
) -> Action:
    """The action on the theme that `theme` names, yet without a number. ConfigError: no such theme, it is closed or a
    part of another one, or what is said is not one plain line."""
    found = registry.find(theme)
    if not found.is_open:
        place = registry.themes.get(registry.resolve(found.theme_id)[0] or "")
        instead = f": its clauses count under {place}" if place else ""
        raise ConfigError(f"{found} is {found.status}; no action was recorded{instead}")
    if found.parent is not None:
        whole = registry.themes[found.parent]
        raise ConfigError(f"{found} is a part of {whole}; no action was recorded: record it on the whole theme")
    words = check_name(what, "what was decided", MOST_WORDS)
    responsible = check_name(owner, "the owner") if owner and owner.strip() else found.owner
    return Action("", found.theme_id, words, responsible, since, None, made_at, actor)


def actions_until(
    actions: Iterable[Action], end: datetime | None, places: Mapping[str, str | None]
) -> tuple[Action, ...]:
    """The actions that began before `end`, as they stood then, on the themes where their own count today.

    `places` maps the id of a theme to the open theme that its clauses count under; an action on a theme that counts
    nowhere is left out. None: all there are.
    """
    known = [one for one in actions if end is None or one.since < end]
    placed = [(one, places.get(one.theme_id)) for one in known]
    return tuple(
        replace(one, theme_id=theme, done=None if end is not None and one.done and one.done >= end else one.done)
        for one, theme in placed
        if theme is not None
    )
