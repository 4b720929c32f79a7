"""Values, keys and comments as TOML, for the one file that we write; whatever the names of columns hold."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from flows.progress import printable
from groundswell.errors import ConfigError

__all__ = ["comment", "key_text", "value_text"]

WIDTH = 116
_BARE = re.compile(r"[A-Za-z0-9_-]+")
# What a basic string may not hold as it is, and what an editor would hide or turn around.
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]')
_SURROGATE = re.compile("[\ud800-\udfff]")


def value_text(value: Any) -> str:
    """A string, number, boolean, list or table on one line. ConfigError for half a character: TOML has none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key_text(key)} = {value_text(entry)}" for key, entry in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return f"[{', '.join(map(value_text, value))}]"


def key_text(key: str) -> str:
    """A key, quoted where it has to be."""
    return key if _BARE.fullmatch(key) else _quoted(key)


def comment(text: str) -> str:
    """The text as lines of a comment, broken between words."""
    lines: list[str] = []
    line = "#"
    for word in printable(text).split(" "):
        if len(line) > 1 and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = "#"
        line = f"{line} {word}".rstrip()
    return "\n".join([*lines, line])


def _quoted(text: str) -> str:
    if _SURROGATE.search(text):
        raise ConfigError(f"the name {printable(text)!r} holds half a character and cannot be written down; rename it")
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"
