"""What a person may do to the themes: each function gives the events to append, or says why not.

    store.edit_registry(lambda registry: merge(registry, "late cards", "card delivery"), actor="ann", at=now)

Themes are named by anything that `Registry.find` understands. Every ConfigError says what was found, and that nothing
was changed. Undoing is in registry_undo.py.
"""

from __future__ import annotations

import difflib

from groundswell.errors import ConfigError
from groundswell.registry import Registry
from groundswell.registry_events import STAGES, NewEvent, Theme
from groundswell.registry_find import check_name, same_label

__all__ = ["accept", "label_holder", "merge", "own", "reject", "rename", "retire", "split", "stage"]


def rename(registry: Registry, theme: str, label: str) -> list[NewEvent]:
    """Give the theme another label: 1-60 characters, that no other open theme of its parent has."""
    found = _open(registry, theme)
    wanted = check_name(label, "the new label")
    if wanted == found.label:
        raise ConfigError(f"{found} has that label already; nothing was changed")
    holder = label_holder(registry, wanted, found.parent, {found.theme_id})
    if holder is not None:
        raise ConfigError(
            f"{found} cannot be called “{wanted}”: {holder} has that label; nothing was changed: "
            f"rename that one first, or `groundswell themes merge {found.theme_id} {holder.theme_id}`"
        )
    return [NewEvent("rename", found.theme_id, {"label": wanted, "before": found.label})]


def merge(registry: Registry, theme: str, into: str) -> list[NewEvent]:
    """Make all that the theme holds part of another theme or sub-theme. The target keeps its label and id.

    Its open sub-themes become the target's; one with the label of a sub-theme there is merged into that one.
    """
    found, target = _open(registry, theme), _open(registry, into)
    if found.theme_id == target.theme_id:
        raise ConfigError(f"{found} cannot be merged with itself; nothing was changed: name two themes")
    if found.parent == target.theme_id:
        raise ConfigError(
            f"{found} is a sub-theme of {target}, where its clauses count already; nothing was changed: "
            f"`groundswell themes retire {found.theme_id}` gives the sub-theme up and leaves its clauses there"
        )
    if target.parent == found.theme_id:
        raise ConfigError(
            f"{target} is a sub-theme of {found}, which cannot go into a part of itself; nothing was changed: "
            f"`groundswell themes rename {found.theme_id}` gives the whole its label"
        )
    events = [NewEvent("merge", found.theme_id, {"into": target.theme_id})]
    if target.is_top:
        for sub in registry.sub_themes(found.theme_id):
            twin = label_holder(registry, sub.label, target.theme_id, set())
            if twin is not None:
                events.append(NewEvent("merge", sub.theme_id, {"into": twin.theme_id}))
    return events


def split(registry: Registry, theme: str) -> list[NewEvent]:
    """Make the sub-themes of a theme themes of their own, and close it."""
    found = _open(registry, theme)
    subs = registry.sub_themes(found.theme_id)
    if not found.is_top or len(subs) < 2:
        what = "is a sub-theme" if not found.is_top else f"has {len(subs) or 'no'} sub-theme{'s'[: len(subs) != 1]}"
        raise ConfigError(
            f"{found} {what}: only a theme with two sub-themes or more can be split into them; nothing was changed"
        )
    for sub in subs:
        holder = label_holder(registry, sub.label, None, {found.theme_id})
        if holder is not None:
            raise ConfigError(
                f"{found} cannot be split: its sub-theme {sub} would have the label of the theme {holder}; "
                f"nothing was changed: `groundswell themes rename {sub.theme_id}` first"
            )
    return [NewEvent("split", found.theme_id)]


def retire(registry: Registry, theme: str) -> list[NewEvent]:
    """Give a theme up, with its sub-themes: its clauses are without one. Of a sub-theme they stay with its parent."""
    return [NewEvent("retire", _open(registry, theme).theme_id)]


def accept(registry: Registry, theme: str) -> list[NewEvent]:
    """Make a new theme one like the others."""
    return [NewEvent("accept", _new(registry, theme, "accepted").theme_id)]


def reject(registry: Registry, theme: str) -> list[NewEvent]:
    """Close a new theme that is none; its centroid is remembered, so that it does not open once more."""
    return [NewEvent("reject", _new(registry, theme, "rejected").theme_id)]


def own(registry: Registry, theme: str, owner: str | None) -> list[NewEvent]:
    """Say who looks after the theme; nobody: None or ""."""
    found = _open(registry, theme)
    wanted = check_name(owner, "the owner") if owner and owner.strip() else None
    if wanted == found.owner:
        raise ConfigError(f"{found} has {_quoted(wanted, 'no owner')} already; nothing was changed")
    return [NewEvent("own", found.theme_id, {"owner": wanted, "before": found.owner})]


def stage(registry: Registry, theme: str, journey_stage: str | None) -> list[NewEvent]:
    """Say at which stage of the customer's journey the theme stands; undecided: None or ""."""
    found = _open(registry, theme)
    wanted = " ".join((journey_stage or "").lower().replace("-", " ").replace("_", " ").split()) or None
    if wanted is not None and wanted not in STAGES:
        near = difflib.get_close_matches(wanted, STAGES, n=1, cutoff=0.5)
        hint = f", perhaps {near[0]!r}" if near else ""
        raise ConfigError(
            f"{journey_stage!r} is no stage of the journey{hint}; nothing was changed: it is one of {', '.join(STAGES)}"
        )
    if wanted == found.journey_stage:
        raise ConfigError(f"{found} stands at {_quoted(wanted, 'no stage')} already; nothing was changed")
    return [NewEvent("stage", found.theme_id, {"journey_stage": wanted, "before": found.journey_stage})]


def label_holder(registry: Registry, label: str, parent: str | None, but: set[str]) -> Theme | None:
    """The open theme of this parent, none of `but`, that a reader would take for one with this label."""
    for theme in registry.open_themes():
        if theme.parent == parent and theme.theme_id not in but and same_label(theme.label, label):
            return theme
    return None


def _open(registry: Registry, text: str) -> Theme:
    """The theme that is meant; ConfigError where it is closed, with what became of it."""
    found = registry.find(text)
    if found.is_open:
        return found
    now = registry.themes.get(found.merged_into or "")
    how = f"was merged into {now}" if now is not None else f"was {found.status}"
    undo = f"`groundswell themes show {found.theme_id}` tells when, `groundswell themes undo` takes it back"
    raise ConfigError(f"{found} {how} and is closed; nothing was changed: {undo}")


def _new(registry: Registry, text: str, done: str) -> Theme:
    found = _open(registry, text)
    if found.status != "new":
        instead = f"; `groundswell themes retire {found.theme_id}` gives it up" if done == "rejected" else ""
        raise ConfigError(f"{found} is {found.status}: only a new theme can be {done}; nothing was changed{instead}")
    return found


def _quoted(value: str | None, otherwise: str) -> str:
    return otherwise if value is None else f"“{value}”"
