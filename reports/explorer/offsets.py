"""Texts as a browser is given them, with the places of their clauses counted as it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["for_browser", "gaps_of"]

# Characters that turn the direction of the text around them, or that nobody can see; a line break and a tab stay.
_UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_TO_CLEAN = re.compile(f"[{_UNSEEN}]")
_LONG = re.compile(f"[{_UNSEEN}\U00010000-\U0010ffff]")  # those, and what takes two units


def for_browser(
    texts: Sequence[str], clauses: Sequence[int], starts: Sequence[int], ends: Sequence[int]
) -> tuple[list[str], list[int], list[int]]:
    """The texts without characters that nobody sees, and where their clauses start and end in UTF-16 units.

    `clauses` says how many clauses each text has; `starts` and `ends` are theirs, one text after the other, in
    characters.
    """
    shown, new_starts, new_ends = list(texts), list(starts), list(ends)
    first = 0
    for number, (text, many) in enumerate(zip(texts, clauses, strict=True)):
        if _LONG.search(text):
            places = _places(text)
            shown[number] = _TO_CLEAN.sub("", text)
            for clause in range(first, first + many):
                new_starts[clause], new_ends[clause] = places[starts[clause]], places[ends[clause]]
        first += many
    return shown, new_starts, new_ends


def gaps_of(clauses: Sequence[int], starts: Sequence[int], ends: Sequence[int]) -> list[int]:
    """How far each clause begins after the one before it in its text, the first of a text after its beginning."""
    gaps, first = [], 0
    for many in clauses:
        end = 0
        for clause in range(first, first + many):
            gaps.append(starts[clause] - end)
            end = ends[clause]
        first += many
    return gaps


def _places(text: str) -> list[int]:
    """Where each character of the text begins in the browser's, and where the text ends."""
    places = [0]
    for character in text:
        width = 0 if _TO_CLEAN.match(character) else 2 if character > "\uffff" else 1
        places.append(places[-1] + width)
    return places
