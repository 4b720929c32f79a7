"""What became of themes between two digests of one audience, out of the registry's history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from groundswell.findings import ThemeEvent
from groundswell.records import Period
from groundswell.registry import ACTOR, Event, Registry
from groundswell.registry_undo import describe
from groundswell.storage import Store

__all__ = ["is_first", "theme_changes", "version_told"]

# A theme's owner and stage stand beside it; they are no news.
FIRST = "they keep their names from now on, and those of earlier digests were others"
TOLD = ("rename", "merge", "split", "retire", "accept", "reject", "refit", "undo")


def is_first(store: Store, audience: str, period: str) -> bool:
    """Whether the audience has no digest of an earlier period: to its reader everything is new."""
    return all(Period.order_of(digest.period) >= Period.order_of(period) for digest in store.digests(audience))


def version_told(store: Store, audience: str, period: str) -> int | None:
    """The registry's version that the audience's digest of the period before was made with, 0 where that was before
    there was a registry. None where there is no such digest, and where a later period is published: what became of the
    themes was told there."""
    order = Period.order_of
    published = [digest.period for digest in store.digests(audience)]
    earlier = [other for other in published if order(other) < order(period)]
    if any(order(other) > order(period) for other in published):
        return None
    last = store.latest_digest(audience, max(earlier, key=order)) if earlier else None
    if last is None:
        return None
    made: Mapping[str, Any] = json.loads(last.json_text)["generated_from"]
    return int(made.get("registry_version", 0))


def theme_changes(registry: Registry, since: int | None, until: int) -> tuple[ThemeEvent, ...]:
    """What was decided after version `since`, up to `until`: new themes, names, merges; oldest first.

    Nothing before a first digest (`since` None), nor what was made and undone in between. Where the last digest was
    made before there was a registry (0), that its themes were others.
    """
    if since is None or not registry.events:
        return ()
    if since == 0:
        return (replace(_told(registry, registry.events[0]), kind="refit", detail=FIRST),)
    undone = registry.undone
    events = [event for event in registry.events if since < event.event_id <= until and event.event_id not in undone]
    return tuple(_told(registry, event) for event in events if _is_news(registry, event, since))


def _is_news(registry: Registry, event: Event, since: int) -> bool:
    if event.kind == "open":
        return event.payload.get("status") == "new"
    if event.part_of is not None:
        return False  # told with what it is part of
    if event.kind == "undo":
        taken_back = event.undoes or 0
        return taken_back <= since and taken_back in registry.undone
    return event.kind in TOLD


def _told(registry: Registry, event: Event) -> ThemeEvent:
    theme = registry.themes.get(event.theme_id or "")
    before = event.payload.get("before")
    label = before if isinstance(before, str) and event.kind == "rename" else (theme.label if theme else "")
    return ThemeEvent(
        event=event.event_id,
        # Of what the program did by itself the clock says nothing: the same rows give the same digest.
        at=event.as_of if event.actor == ACTOR and event.as_of is not None else event.at,
        kind=event.kind,
        theme_id=event.theme_id,
        label=label,
        detail=_detail(registry, event),
        actor=event.actor,
    )


def _detail(registry: Registry, event: Event) -> str:
    payload = event.payload
    if event.kind == "rename":
        return str(payload["label"])
    if event.kind == "merge":
        return registry.themes[payload["into"]].label
    if event.kind == "refit":
        return str(payload.get("said", ""))
    taken_back = registry.event(event.undoes) if event.undoes is not None else None
    return describe(registry, taken_back) if taken_back is not None else ""
