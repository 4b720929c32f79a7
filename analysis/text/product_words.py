"""The product's own name, found without labels, and clauses without it for the encoder.

Left in, "Greenlight" or "this app" holds clauses together that share nothing else: of the 20 largest themes of an app's
reviews three were made so. They are dropped from what is embedded only, never from what is shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from zlib import crc32

from analysis.text.language import is_english

__all__ = ["product_words", "text_for_embedding"]

MIN_SHARE = 0.018  # of the texts or clauses that hold the word: a brand is everywhere, a feature is not
MIN_TEXTS = 10
MIN_CAPITAL = 0.15  # of its uses inside a sentence: many writers capitalise nothing, few capitalise a plain word
MAX_WORDS = 5
MOST_READ = 30_000  # a name that stands in 1.8 % of the texts shows in any 30,000 of them

_INSIDE = re.compile(r"(?<=[a-z,;] )(?:[A-Za-z][a-z]*[A-Z]?[a-z]+|[A-Z]{2,})\b(?!['’]t)")
_WORD = re.compile(r"[A-Za-z]{3,}(?!['’]t)")
_APP = re.compile(
    r"\b(?:this|the|your|my|such an?|an?)\s+(?:(?:great|good|nice|amazing|awesome|excellent|best|very good)\s+)?"
    r"(?:mobile\s+)?(?:app|apps|application)\b|\b(?:great|good|nice|amazing|awesome|excellent|best)\s+(?:app|apps|application)\b",
    re.IGNORECASE,
)
_EDGE = re.compile(r"^[\s,;:.!?'’\-]+|[\s,;:'’\-]+$")
_SPACE = re.compile(r"\s{2,}|\s+(?=[.,;:!?])")


def product_words(texts: Sequence[str]) -> tuple[str, ...]:
    """The names that the texts have for the product or its maker, in lower case, most frequent first; () if none.

    A name is a word that no dictionary here knows, that stands in at least 1.8 % of the distinct texts and that is
    capitalised, though not in capitals throughout, in a good part of its uses inside a sentence.
    """
    distinct = _sample(set(texts))
    used = Counter[str]()
    inside, capital, shouted = Counter[str](), Counter[str](), Counter[str]()
    for text in distinct:
        used.update({word.lower() for word in _WORD.findall(text)})
        if text.isupper():
            continue
        for word in _INSIDE.findall(text):
            name = word.lower()
            inside[name] += 1
            capital[name] += word[0].isupper()
            shouted[name] += word.isupper()
    enough = max(MIN_TEXTS, MIN_SHARE * len(distinct))
    return tuple(
        [
            name
            for name, n in sorted(used.items(), key=lambda item: (-item[1], item[0]))
            if n >= enough
            and capital[name] >= MIN_CAPITAL * inside[name] > 0
            and shouted[name] < capital[name] / 2
            and not is_english(name)
        ][:MAX_WORDS]
    )


def _sample(texts: set[str]) -> list[str]:
    """The texts in order; of very many, those whose checksum falls on the first of so many parts as are needed."""
    parts = -(-len(texts) // MOST_READ)
    return sorted(text for text in texts if parts < 2 or crc32(text.encode("utf-8", "replace")) % parts == 0)


def text_for_embedding(clause: str, product_words: Collection[str]) -> str:
    """The clause as the encoder is to read it: without the product's name and "this app".

    The clause itself where nothing with a letter would be left.
    """
    names = "|".join(sorted(map(re.escape, product_words), key=len, reverse=True))
    text = re.sub(rf"\b(?:the\s+)?(?:{names})\b(?:['’]s\b)?", " ", clause, flags=re.IGNORECASE) if names else clause
    text = _APP.sub(" ", text)
    if text == clause:
        return clause
    text = _EDGE.sub("", _SPACE.sub(_one_space, text))
    return text if len(_WORD.findall(text)) > 0 else clause


def _one_space(match: re.Match[str]) -> str:
    """One space for several, none before punctuation."""
    return "" if match.string[match.end() : match.end() + 1] in ".,;:!?" else " "
