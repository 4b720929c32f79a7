"""Themes as a person names them: the check of a label, and which theme is meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from groundswell.errors import ConfigError
from groundswell.registry_events import Event, Theme
from groundswell.registry_replay import dead_roots

__all__ = [
    "MOST_CHARACTERS",
    "check_name",
    "find_theme",
    "free_label",
    "path_of",
    "plain_label",
    "same_label",
    "tidy_label",
]

MOST_CHARACTERS = 60
_LIST = "`groundswell themes list` shows all of them"
_JOINERS = "\u200c\u200d"  # within emoji and in several scripts
_SHOWN = 5


def check_name(text: str, what: str, most: int = MOST_CHARACTERS) -> str:
    """A label or owner without blanks around it, NFC. ConfigError: empty, over 60 characters, or not one plain line."""
    found = unicodedata.normalize("NFC", text).strip()
    odd = next((c for c in found if _is_odd(c)), None)
    if odd is not None:
        raise ConfigError(
            f"{what} holds {_name_of(odd)} at position {found.index(odd) + 1}; nothing was changed: "
            f"it must be one line of 1-{most} plain characters"
        )
    if not 1 <= len(found) <= most:
        raise ConfigError(f"{what} has {len(found)} characters; nothing was changed: give it 1-{most}, on one line")
    return found


def tidy_label(text: str, instead: str) -> str:
    """The text as a label that `check_name` takes: on one line and cut; `instead` where nothing is left."""
    plain = "".join(" " if c.isspace() or _is_odd(c) else c for c in unicodedata.normalize("NFC", text))
    words = " ".join(plain.split())
    if len(words) > MOST_CHARACTERS:
        words = words[: MOST_CHARACTERS - 1].rstrip() + "…"
    return words or instead


def same_label(one: str, other: str) -> bool:
    """True where a reader would take the two for one: in any case, with any blanks."""
    return plain_label(one) == plain_label(other)


def free_label(themes: Mapping[str, Theme], label: str, parent: str | None, ours: str | None = None) -> str:
    """The label, tidy; with a number where another open theme (not `ours`) of this parent has it."""
    base = tidy_label(label, ours or "theme")
    taken = {plain_label(t.label) for t in themes.values() if t.is_open and t.parent == parent and t.theme_id != ours}
    found, number = base, 2
    while plain_label(found) in taken:
        end = f" ({number})"
        found, number = base[: MOST_CHARACTERS - len(end)].rstrip() + end, number + 1
    return found


def path_of(themes: Mapping[str, Theme], theme: Theme) -> str:
    """The theme as a reader is shown it: its label, of a sub-theme "parent > label"."""
    parent = themes.get(theme.parent or "")
    return theme.label if parent is None else f"{parent.label} > {theme.label}"


def find_theme(themes: Mapping[str, Theme], events: Sequence[Event], text: str) -> Theme:
    """The theme that the text means (see Registry.find)."""
    wanted = text.strip()
    if wanted.lower() in themes:
        return themes[wanted.lower()]
    paths = {theme_id: path_of(themes, theme) for theme_id, theme in themes.items()}
    plain = plain_label(wanted)
    named = [t for t in themes.values() if plain in (plain_label(t.label), plain_label(paths[t.theme_id]))]
    begun = [t for t in themes.values() if len(wanted) > 1 and t.theme_id.startswith(wanted.lower())]
    for found in (_open_first(named), begun):
        if len(found) == 1:
            return found[0]
        if found:
            shown = _listed(found, paths)
            raise ConfigError(f"{wanted!r} may be {len(found)} themes: {shown}; nothing was changed: give the id")
    raise ConfigError(_unknown(themes, events, paths, wanted))


def _unknown(themes: Mapping[str, Theme], events: Sequence[Event], paths: Mapping[str, str], wanted: str) -> str:
    if not themes:
        return f"no theme {wanted!r}: there are no themes yet; `groundswell analyse` finds them"
    dead = dead_roots(events)
    undone = [e for e in events if e.root in dead and e.kind == "open" and e.theme_id == wanted.lower()]
    if undone:
        return (
            f"no theme {wanted!r} any more: its opening, a part of event {undone[-1].root}, was undone; "
            f"nothing was changed: {_LIST}"
        )
    near = _nearest(themes, paths, wanted)
    return f"no theme {wanted!r}; nearest: {_listed(near, paths)}; nothing was changed: {_LIST}"


def _nearest(themes: Mapping[str, Theme], paths: Mapping[str, str], wanted: str) -> list[Theme]:
    """The themes whose label or id looks most like the text, at least one, open ones first."""
    plain = plain_label(wanted)

    def likeness(theme: Theme) -> tuple[float, bool, str]:
        names = (plain_label(theme.label), plain_label(paths[theme.theme_id]), theme.theme_id)
        words = set(plain.split()) & set(names[1].split())
        best = max(difflib.SequenceMatcher(None, plain, name, autojunk=False).ratio() for name in names)
        return -max(best, 0.6 + 0.1 * len(words) if words or plain in names[0] else 0.0), not theme.is_open, names[1]

    ordered = sorted(themes.values(), key=likeness)
    close = [theme for theme in ordered if -likeness(theme)[0] >= 0.6]
    return (close or ordered)[:3]


def _listed(themes: Iterable[Theme], paths: Mapping[str, str]) -> str:
    found = list(themes)
    names = [f"“{paths[t.theme_id]}” ({t.theme_id}{'' if t.is_open else ', ' + t.status})" for t in found[:_SHOWN]]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(names) + more


def _open_first(found: list[Theme]) -> list[Theme]:
    return [theme for theme in found if theme.is_open] or found


def plain_label(text: str) -> str:
    """What a label is compared by: in no case, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _is_odd(character: str) -> bool:
    """True for what is not plain text on one line: control, format, surrogate and private characters, separators."""
    # Not those that this Python does not know yet (Cn): the next emoji are among them.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and character not in _JOINERS


def _name_of(character: str) -> str:
    if character in "\n\r\u2028\u2029\x0b\x0c\x85":
        return "a line break"
    if character == "\t":
        return "a tab"
    return f"the character U+{ord(character):04X}, which cannot be seen"
