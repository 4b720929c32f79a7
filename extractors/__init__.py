"""WHERE FROM: one module per source, one shape (base.py). Raw rows come in, drafts go out."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any

from groundswell.errors import ConfigError

__all__ = ["SOURCES", "source_class"]

# The `type` of a source in groundswell.toml -> where its class is. Imported when it is used, not before.
SOURCES = MappingProxyType({"file": "extractors.files:FileExtractor"})


def source_class(type_: str) -> type[Any]:
    """The class that extracts sources of this type; raises ConfigError where there is none."""
    try:
        module, name = SOURCES[type_].split(":")
    except KeyError:
        raise ConfigError(f"source type {type_!r} is not known; known are {', '.join(sorted(SOURCES))}") from None
    found: type[Any] = getattr(import_module(module), name)
    return found
