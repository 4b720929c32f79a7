"""`groundswell actions`: what was decided on themes, by whom, since when; the next digests tell what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from flows.commands.columns import Column, fitted, terminal_width, wrapped
from flows.commands.themes import Place, actor, day, number
from groundswell.actions import new_action

if TYPE_CHECKING:
    from groundswell.actions import Action
    from groundswell.registry import Registry

__all__ = ["add_lines", "done_lines", "drop_lines", "list_lines"]

NONE_YET = 'no actions yet: `groundswell actions add "THEME" --what "TEXT"` records what was decided'
LATER = "It shows from the first digest after that day on"
SHOWS = "It shows from the next digest on; published digests stay as they are"


def list_lines(place: Place) -> Iterator[str]:
    """The table of all actions, those that are not done first, then how many there are."""
    if not place.is_there:
        yield place.missing
        return
    with place.open() as opened:
        actions, registry = opened.actions(), opened.load_registry()
    if not actions:
        yield NONE_YET
        return
    actions.sort(key=lambda one: (one.done is not None, int(one.action_id)))
    width = terminal_width()
    columns = [
        Column("no.", [one.action_id for one in actions], right=True),
        Column("theme", [_theme(registry, one) for one in actions], need=1),
        Column("what", [one.what for one in actions], flexible=True, most=200),
        Column("owner", [one.owner or "" for one in actions], need=3),
        Column("since", [day(one.since, place) for one in actions], need=2),
        Column("done", ["" if one.done is None else day(one.done, place) for one in actions], need=1),
    ]
    lines, left_out = fitted(columns, width)
    yield from lines
    if left_out:
        yield from wrapped(f"(no room for: {', '.join(left_out)})", width)
    yield ""
    done = sum(one.done is not None for one in actions)
    yield f"{number(len(actions), 'action')}, {done} done"


def add_lines(place: Place, theme: str, what: str, owner: str | None, since: date | None) -> Iterator[str]:
    """Records an action on a theme, from the beginning of a day on, by default of today."""
    now = datetime.now(UTC)
    begins = _moment(place, since)
    with place.open() as opened:
        registry = opened.load_registry()
        made = new_action(registry, theme, what, owner, begins, now, actor())
        kept, is_new = opened.save_action(made)
    told = f"action {kept.action_id} on {_theme(registry, kept)}, since {day(kept.since, place)}: {kept.what}"
    by = f" ({kept.owner})" if kept.owner else ""
    yield from wrapped(
        f"{told}{by}" if is_new else f"{told}{by} was recorded before; nothing was changed", terminal_width()
    )
    if is_new:
        shows = SHOWS if kept.since <= now else LATER
        yield from wrapped(
            f"{shows}. `groundswell actions done {kept.action_id}` says when it is finished", terminal_width()
        )


def done_lines(place: Place, action_id: str, on: date | None) -> Iterator[str]:
    """Says when an action was done, by default today."""
    with place.open() as opened:
        kept = opened.finish_action(action_id, _moment(place, on))
        registry = opened.load_registry()
    yield from wrapped(
        f"action {kept.action_id} on {_theme(registry, kept)} was done on {day(kept.done, place)}: {kept.what}. "
        f"{SHOWS}",
        terminal_width(),
    )


def drop_lines(place: Place, action_id: str) -> Iterator[str]:
    """Takes back an action that was recorded by mistake."""
    with place.open() as opened:
        was = opened.drop_action(action_id, datetime.now(UTC))
        registry = opened.load_registry()
    yield from wrapped(
        f"action {was.action_id} on {_theme(registry, was)} was taken back: {was.what}. The next digests do not tell "
        "it; published ones stay as they are",
        terminal_width(),
    )


def _theme(registry: Registry, one: Action) -> str:
    """The theme that the action counts for today, as a reader knows it; its id where it counts for none."""
    theme = registry.themes.get(registry.resolve(one.theme_id)[0] or one.theme_id)
    return f"“{theme.label}”" if theme is not None else one.theme_id


def _moment(place: Place, given: date | None) -> datetime:
    """The beginning of a day in the project's zone; of today without one."""
    chosen = datetime.now(place.zone).date() if given is None else given
    return datetime.combine(chosen, time(), tzinfo=place.zone)
