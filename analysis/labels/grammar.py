"""Whether a few neighbouring words make a phrase that can be read alone: "card never arrived", not "spoke to on the".

A word counts as every class that it may have (`word_classes`); a phrase is whole where one reading of it is a noun
phrase, a verb with what belongs to it, a clause without its first article, or one of the short forms of feedback
("too small", "easy to use", "no refund", "how to cancel").
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["shape"]


def _one(letters: str) -> str:
    """A word that may be of one of the classes."""
    return f"(?:<[^>]*[{letters}][^>]*>)"


def _optional(pattern: str) -> str:
    return f"(?:{pattern})?"


_PARTICLE = _optional(_one("K"))
_COMPOUND = _one("V") + _one("K")  # "top up", "log in"
_MODIFIER = f"(?:{_one('ANSPG')}|{_COMPOUND}|<R><[^>]*[AP][^>]*>)"
_NAME = f"{_MODIFIER}{{0,3}}(?:{_one('NS')}|{_COMPOUND})"
_NOUN = f"(?:{_one('L')}{{0,2}}{_NAME}|<u>)"
_DOING = f"{_one('G')}{_PARTICLE}{_optional(_NOUN)}"
_WITH = f"(?:{_one('IT')}(?:{_NOUN}|{_DOING}))"
_TO = f"(?:<T>{_one('V')}{_PARTICLE}{_optional(_NOUN)}{_optional(_WITH)})"
_ASKED = f"(?:<W><T>{_one('V')}{_PARTICLE}{_optional(_NOUN)})"
_ADVERB = _optional(_one("R"))
_REST = f"{_PARTICLE}{_optional(_NOUN)}{_PARTICLE}{_ADVERB}(?:{_WITH}){{0,2}}{_ADVERB}{_optional(_TO)}"
_STATE = f"(?:{_one('AGP')}|<R><[^>]*A[^>]*>)"
_NOT = "(?:<n>|<v>|<Y>|<R>|<O>)"
_PREDICATE = "|".join(
    [
        f"(?:{_one('B')}|<b>){_NOT}{{0,2}}{_STATE}{_PARTICLE}{_ADVERB}{_optional(_WITH)}{_optional(_TO)}",
        f"(?:{_one('B')}|<b>){_NOT}?{_one('L')}{_NAME}",
        f"{_one('H')}{_NOT}{{0,2}}{_optional('<E>')}{_one('P')}{_PARTICLE}{_ADVERB}{_optional(_WITH)}",
        f"{_NOT}?{_one('DZ')}{_REST}",
        f"<X>{_ADVERB}{_one('V')}{_REST}",
        f"(?:<n>|<v>|<Y>){_one('PDGA')}{_REST}",
        f"{_one('Z')}{_one('G')}{_REST}",
        f"{_one('V')}(?:{_NOUN}|{_one('K')}|{_WITH})",
    ]
)
# The share of its score that a phrase of the shape keeps.
_SHAPES = [
    ("clause", 1.0, f"{_NAME}(?:{_PREDICATE})"),
    ("noun", 1.0, f"{_NAME}{_optional(_TO)}"),
    ("noun", 1.0, f"{_NAME}{_one('k')}"),
    ("noun", 0.7, f"{_NAME}(?:{_WITH}){{1,2}}{_optional(_TO)}"),
    ("verb", 1.0, f"{_one('V')}{_REST}"),
    ("asking", 1.0, f"(?:<Y>?{_one('G')}|{_one('V')}){_PARTICLE}{_ASKED}"),
    ("denied", 1.0, f"<X>{_ADVERB}{_one('V')}{_REST}"),
    ("denied", 0.65, f"(?:<n>|<b>){_STATE}"),  # "not received": what?
    ("denied", 1.0, f"(?:<n>|<b>){_ADVERB}{_STATE}{_REST}"),
    ("denied", 1.0, f"<v>{_one('PD')}{_REST}"),
    ("denied", 1.0, f"<o>{_NAME}(?:{_WITH}){{0,2}}{_optional(_TO)}"),
    ("still", 1.0, f"<Y>(?:<n>)?(?:{_one('GP')}{_REST}|<o>{_NAME})"),
    ("judging", 1.0, f"{_one('A')}<T>{_one('V')}{_PARTICLE}(?:{_one('J')}{_one('AV')}|{_WITH})?"),
    ("too", 1.0, f"<O>{_one('A')}(?:{_WITH}|{_TO}|{_NAME})?"),
    ("question", 0.85, f"<W>{_TO}"),
    ("question", 1.0, f"<W>{_one('A')}{_one('M')}{_NOUN}{_one('V')}"),
    ("question", 1.0, f"<W>{_one('M')}<U>{_one('V')}{_REST}"),
    ("question", 1.0, f"<Q>{_one('B')}{_NOUN}{_STATE}{_REST}"),
    ("whom", 1.0, f"{_NAME}<U>{_one('D')}{_one('IT')}"),  # "person I spoke to"
    ("pair", 1.0, f"{_NAME}{_one('J')}{_NAME}"),
    ("pair", 1.0, f"{_one('A')}{_one('J')}{_one('A')}"),
    ("pair", 1.0, f"{_one('V')}{_one('K')}?{_one('J')}{_one('V')}{_REST}"),
    ("pair", 1.0, f"{_one('DP')}{_one('J')}{_one('DP')}{_REST}"),
    ("doing", 0.95, f"{_one('G')}{_REST}"),
    ("done", 0.95, f"{_one('DP')}{_REST}"),
    ("does", 0.85, f"{_one('Z')}(?:{_one('GA')})?{_REST}"),
    ("state", 0.6, f"{_one('A')}{_WITH}"),
    ("state", 0.7, f"<R>{_one('A')}"),
]
_COMPILED = [(name, weight, re.compile(pattern)) for name, weight, pattern in _SHAPES]


@cache
def shape(classes: tuple[str, ...]) -> tuple[str, float] | None:
    """The name of the best shape of words that may be of these classes, and its weight up to 1; None for a fragment."""
    code = "".join(f"<{letters}>" for letters in classes)
    for name, weight, pattern in _COMPILED:
        if pattern.fullmatch(code):
            return name, weight
    return None
