"""One way through everything that a Page, a Digest or a Notice holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

__all__ = ["walked"]


def walked(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with everything in its dataclasses, tuples and dictionaries' values as `change` gives it back.

    What `change` gives back as it was is looked into, however deep it goes; what holds no change is the same object.
    """
    changed = change(value)
    if changed is not value:
        return changed
    if is_dataclass(value) and not isinstance(value, type):
        inside = {entry.name: getattr(value, entry.name) for entry in fields(value)}
        made = {name: new for name, old in inside.items() if (new := walked(old, change)) is not old}
        return replace(value, **made) if made else value
    if isinstance(value, tuple):
        items = tuple(walked(entry, change) for entry in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        return {key: walked(entry, change) for key, entry in value.items()}
    return value
