"""The hand-written sentences, and how one is turned into what a customer typed.

`data/demo_patterns.tsv` holds one pattern a line: theme, language, shape, sources (letters of survey, review,
ticket), tags and text. `[a|b|]` is a choice, `{days}` a slot. Shapes:
    main    a clause that may open a comment or follow "but", "also", "and"
    alone   a fragment or question that stands as its own sentence
    more    a second sentence, only after a main or alone of the same theme that has all of its tags
    title   the headline of a review
    tail    a sentence without a theme (theme "~angry", "~polite", ...)
    phrase  a few words before ("~lead_pain") or behind ("~trail_pain") a sentence of that tone
    whole   a whole comment
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

__all__ = ["Pattern", "fill", "load_patterns", "patterns_for", "themes_in"]

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of the file."""

    theme: str
    language: str
    shape: str
    sources: str
    tags: str
    text: str

    def follows(self, first: Pattern) -> bool:
        """True when this second sentence makes sense after `first`."""
        return set(self.tags.split()) <= set(first.tags.split())


@cache
def load_patterns() -> tuple[Pattern, ...]:
    """Every pattern, in the order of the file."""
    text = files("extractors").joinpath("data/demo_patterns.tsv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    next(rows)
    return tuple(Pattern(*row) for row in rows)


@cache
def patterns_for(theme: str, source: str, shapes: tuple[str, ...], language: str = "en") -> tuple[Pattern, ...]:
    """The patterns of a theme that suit a source ("survey", "review", "ticket"); empty when there are none."""
    letter = source[0]
    return tuple(
        pattern
        for pattern in load_patterns()
        if pattern.theme == theme
        and pattern.language == language
        and pattern.shape in shapes
        and letter in pattern.sources
    )


@cache
def themes_in(language: str) -> frozenset[str]:
    """The themes that somebody writes about in this language."""
    return frozenset(p.theme for p in load_patterns() if p.language == language and p.shape == "main")


def fill(text: str, rng: Random, slot: Callable[[str], str]) -> str:
    """The pattern's text with every choice made and every slot filled by `slot(name)`."""
    chosen = _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)
    filled = _SLOT.sub(lambda match: slot(match.group(1)), chosen)
    return re.sub(r"  +", " ", filled)
