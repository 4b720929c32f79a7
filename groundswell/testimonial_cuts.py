"""A shorter text made of a longer one: only left out, with … in its place, and without turning what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["what_a_cut_adds", "what_a_cut_turns"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CUT = re.compile(r"\[?(?:…|\.\.\.)\]?")
_SENTENCE = re.compile(r"[.!?:;\n]+(?:\s|$)")
_NO = frozenset(
    "no not never none nothing nobody without hardly barely almost nearly cannot neither nor unless if only until "
    "would could should might wish".split()
)
_NT = re.compile(r"\w+n['’]?t$")
_RESERVES = frozenset("but although though however except".split())


def what_a_cut_adds(original: str, cut: str) -> str | None:
    """The first words of the cut that do not follow in the original; None where it only leaves words out.

    Between words that did not stand together there has to be an ellipsis, so that a reader sees the cut.
    """
    _, foreign = _places(_words(original), cut)
    return foreign


def what_a_cut_turns(original: str, cut: str) -> str | None:
    """A negation or reservation that the cut leaves out of a sentence of which it keeps some; None where it does not.

    "I could not be happier" must not become "I could … be happier".
    """
    kept, _ = _places(_words(original), cut)
    begun = 0
    for sentence in _SENTENCE.split(original):
        words = _words(sentence)
        places = range(begun, begun + len(words))
        begun += len(words)
        if not any(place in kept for place in places):
            continue
        lost = [word for place, word in zip(places, words, strict=True) if place not in kept and _turns(word)]
        if lost:
            return lost[0]
    return None


def _turns(word: str) -> bool:
    return word in _NO or word in _RESERVES or (_NT.match(word) is not None and ("'" in word or "’" in word))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _places(said: Sequence[str], cut: str) -> tuple[set[int], str | None]:
    """Which words of the original the cut keeps, and the first words that it adds."""
    kept: set[int] = set()
    begin = 0
    for part in _CUT.split(cut):
        words = _words(part)
        if not words:
            continue
        found = (i for i in range(begin, len(said) - len(words) + 1) if list(said[i : i + len(words)]) == words)
        first = next(found, None)
        if first is None:
            return kept, " ".join(words[:6])
        begin = first + len(words)
        kept.update(range(first, begin))
    return kept, None
