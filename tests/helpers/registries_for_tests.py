"""Small theme registries that tests build by hand, without a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from groundswell.registry import NewEvent, Registry, Theme, fold, number_events

__all__ = ["NOW", "WEEK", "analysed", "edited", "opening", "small_registry", "state_of"]

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # when somebody edits
WEEK = datetime(2026, 11, 16, tzinfo=UTC)  # end of the period of the first analysis


def opening(theme_id: str, label: str, parent: str | None = None, status: str = "active", **more: object) -> NewEvent:
    """The event that opens a theme."""
    origin = "emerged" if status == "new" else "fit"
    return NewEvent("open", theme_id, {"label": label, "parent": parent, "status": status, "origin": origin, **more})


def analysed(registry: Registry, kind: str, events: Sequence[NewEvent], weeks: int = 0) -> Registry:
    """The registry after an analysis, which may be so many weeks after the first."""
    batch = [NewEvent(kind), *events]
    as_of = WEEK + timedelta(weeks=weeks)
    return registry.after(number_events(registry, batch, actor="groundswell", at=NOW, as_of=as_of))


def edited(registry: Registry, events: Sequence[NewEvent], actor: str = "ann") -> Registry:
    """The registry after an edit."""
    return registry.after(number_events(registry, events, actor=actor, at=NOW))


def small_registry() -> Registry:
    """Card delivery (late, lost, no letter), fees (too high, late), app and, since the second analysis, a new theme.

    Events 1-9 are the first fit, 10-11 the analysis after it.
    """
    first = [
        opening("t1", "Card delivery", journey_stage="onboard", owner="logistics"),
        opening("t1a", "late", "t1"),
        opening("t1b", "lost", "t1", journey_stage="leave"),
        opening("t1c", "no letter", "t1"),
        opening("t2", "Fees"),
        opening("t2a", "too high", "t2"),
        opening("t2b", "Late", "t2"),
        opening("t3", "App"),
    ]
    registry = analysed(fold([]), "fit", first)
    return analysed(registry, "assign", [opening("t4", "Hotline", status="new")], weeks=1)


def state_of(registry: Registry) -> dict[str, Theme]:
    """The themes, to be compared."""
    return dict(registry.themes)
