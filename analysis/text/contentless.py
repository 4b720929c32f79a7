"""Clauses that name nothing a company could act on ("good app", "please fix it", "I'm a single mom").

So that themes are made of the others. A clause is contentless if no word is left of it after phrases that name nothing,
function words, VADER's words of feeling, boosters, negations, generic words of feedback and the product's own name.
Words of feeling that name a subject ("easy", "scam") and phrases that tell what happened ("never came") stay.

What a clause means, as nearness to generic sentences, was tried in its place and beside it: see docs/decisions.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.text.courtesies import without_courtesies
from analysis.text.lexicon import feeling_words, modifier_words, names_event
from analysis.text.wordlists import read_rows, read_words

__all__ = ["mark_contentless"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_MARK = re.compile(r"\[[^\[\]\n]{1,40}\]|https?://\S+|www\.\S+")
_AMOUNT = re.compile(r"[$£€₹¥]\s?\d|\d\s?[$£€₹¥]|\b\d+\.\d\d\b")
_QUESTION = re.compile(
    r"(?:how|when|where|why|can|could|do|does|will|may)\s(?:[\w'\u2019-]+\s+){3,}[\w'\u2019-]+\s*\??$", re.IGNORECASE
)
_END = r"(?=\W*(?:[.!?,;\n:(]|$|\b(?:and|but|so|because|or|then|until|before|thanks)\b))"
_MACRO = re.compile(r"{([a-z]+)}")
_OPTIONAL = re.compile(r"\\.|[a-z]\?")  # what need not stand in a word that the pattern finds
_REPEATED = re.compile(r"(.)\1{2,}")


def mark_contentless(
    texts: Sequence[str],
    product_words: Collection[str] = (),
    *,
    languages: Sequence[str] | None = None,
) -> NDArray[np.bool_]:
    """True for each text that names nothing. Without `languages` every text is taken as English.

    In other languages only a text of one word or without a letter is contentless.
    """
    names = _either(word.lower() for word in product_words)
    product = re.compile(rf"(?<!\w){names}(?:['\u2019]s)?(?!\w)", re.IGNORECASE)
    found = {text: _names_nothing(text, product) for text in set(texts)}
    empty = np.fromiter((found[text] for text in texts), dtype=np.bool_, count=len(texts))
    if languages is not None:
        for i, language in enumerate(languages):
            if language != "en":
                empty[i] = len(_TOKEN.findall(texts[i])) < (2 if _has_spaces(language) else 1)
    return empty


def _names_nothing(text: str, names: re.Pattern[str]) -> bool:
    """True for an English text without a word that names something."""
    text = " ".join(names.sub(" ", without_courtesies(text)).split())
    left = _words_left(text)
    if left and all(map(_in_phrase, left)):
        text = _phrases("empty_phrases.tsv").sub(" ", text)
        left = _words_left(text)
    # "still waiting", "only got $20", "when does it get to me?": no noun, and yet the reader knows what is the matter.
    return not (left or _AMOUNT.search(text) or _QUESTION.match(text) or (text.count(" ") and _tells_event(text)))


def _words_left(text: str) -> list[str]:
    """The words of a text that name something."""
    words = _TOKEN.findall(_MARK.sub(" ", text).lower().replace("\u2019", "'"))
    return [word for word in words if not _says_nothing(word)]


@cache
def _says_nothing(word: str) -> bool:
    """True for a word that names no subject, letters drawn out ("goooood") or not."""
    dull = _dull_words()
    return any(
        form in dull
        for form in (word, word.removesuffix("'s"), _REPEATED.sub(r"\1\1", word), _REPEATED.sub(r"\1", word))
    )


def _tells_event(text: str) -> bool:
    """True when a phrase of the text tells what happened, with or without a noun."""
    return names_event(text) or _phrases("event_phrases.tsv").search(text) is not None


def _either(words: Iterable[str]) -> str:
    """A pattern for any of the words; for none of them where there are none."""
    return f"(?:{'|'.join(map(re.escape, sorted(words))) or '(?!)'})"


@cache
def _in_phrase(word: str) -> bool:
    """False for a word that stands in no phrase that names nothing: without it the phrases need not be looked for."""
    return any(part.startswith(_beginnings()) for part in word.split("-"))


@cache
def _beginnings() -> tuple[str, ...]:
    """What the words of the phrases begin with."""
    literals = _OPTIONAL.sub(" ", _phrases("empty_phrases.tsv").pattern)
    return tuple(sorted({literal for literal in re.findall("[a-z]+", literals) if len(literal) > 2}))


@cache
def _phrases(name: str) -> re.Pattern[str]:
    """All phrases of a list in one pattern, apostrophes straight or curly, in whatever case."""
    lists = {"kind": "product_kinds.txt", "praise": "praise_words.txt"}
    macros = {"end": _END, **{macro: _either(read_words(file)) for macro, file in lists.items()}}
    patterns = (_MACRO.sub(lambda found: macros[found[1]], pattern) for pattern, _ in read_rows(name))
    union = "|".join(f"(?:{pattern})" for pattern in patterns).replace("'", "['\u2019]")
    return re.compile(rf"(?<![\w'\u2019])(?:{union})(?!\w)", re.IGNORECASE)


@cache
def _dull_words() -> frozenset[str]:
    """Function words, VADER's words, boosters, negations and generic words, without those that name a subject."""
    feeling = feeling_words() | modifier_words()
    dull = (feeling | read_words("generic_words.txt")) - read_words("subject_words.txt")
    return dull | read_words("function_words.txt") | read_words("empty_words.txt")


def _has_spaces(language: str) -> bool:
    """True where words are written apart, so that one word can be told from many."""
    return language not in ("zh", "ja", "th", "km", "lo", "my")
