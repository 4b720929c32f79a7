"""Clauses that name nothing ("good app", "thank you so much"), so that themes are made of the others.

A clause is contentless if no word is left of it after function words, VADER's words of feeling, boosters, negations,
generic words of feedback and the product's own name; words of feeling that name a subject ("easy", "scam") stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.courtesies import without_courtesies
from analysis.lexicon import feeling_words, modifier_words, names_event
from analysis.wordlists import read_rows, read_words

__all__ = ["exemplars", "mark_contentless"]

NEAR = 0.7  # cosine to an exemplar at which a clause with one word left is contentless

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_MARK = re.compile(r"\[[^\[\]\n]{1,40}\]|https?://\S+|www\.\S+")
_AMOUNT = re.compile(r"[$£€₹¥]\s?\d|\d\s?[$£€₹¥]|\b\d+\.\d\d\b")
_REPEATED = re.compile(r"(.)\1{2,}")


def mark_contentless(
    texts: Sequence[str],
    product_words: Collection[str] = (),
    *,
    languages: Sequence[str] | None = None,
    embeddings: NDArray[np.floating] | None = None,
    exemplar_embeddings: NDArray[np.floating] | None = None,
) -> NDArray[np.bool_]:
    """True for each text that names nothing. Without `languages` every text is taken as English.

    In other languages only a text of one word or without a letter is contentless. With `embeddings` (one normalised
    row a text) and `exemplar_embeddings` (those of `exemplars()`), also a text with one word left that is near to an
    exemplar.
    """
    product = frozenset(word.lower() for word in product_words)
    left = np.fromiter((_words_left(text, product) for text in texts), dtype=np.int64, count=len(texts))
    empty: NDArray[np.bool_] = left == 0
    if embeddings is not None and exemplar_embeddings is not None and len(texts):
        one = np.flatnonzero(left == 1)
        nearest = (embeddings[one] @ exemplar_embeddings.T).max(axis=1, initial=-1.0)
        empty[one[nearest >= NEAR]] = True
    if languages is not None:
        for i, language in enumerate(languages):
            if language != "en":
                empty[i] = len(_TOKEN.findall(texts[i])) < (2 if _has_spaces(language) else 1)
    return empty


def exemplars() -> tuple[str, ...]:
    """The generic sentences to be embedded for `mark_contentless`."""
    return tuple(row[0] for row in read_rows("exemplars.txt"))


def _words_left(text: str, product: frozenset[str]) -> int:
    """How many words of an English text name something."""
    text = without_courtesies(text)
    words = _TOKEN.findall(_MARK.sub(" ", text).lower().replace("\u2019", "'"))
    left = sum(not _says_nothing(word) and word.removesuffix("'s") not in product for word in words)
    # "still waiting", "only got $20": no noun, and yet the reader knows what went wrong.
    return left or int(bool(_AMOUNT.search(text)) or (len(words) > 1 and names_event(text)))


@cache
def _says_nothing(word: str) -> bool:
    """True for a word that names no subject, letters drawn out ("goooood") or not."""
    dull = _dull_words()
    return any(
        form in dull
        for form in (word, word.removesuffix("'s"), _REPEATED.sub(r"\1\1", word), _REPEATED.sub(r"\1", word))
    )


@cache
def _dull_words() -> frozenset[str]:
    """Function words, VADER's words, boosters, negations and generic words, without those that name a subject."""
    feeling = feeling_words() | modifier_words()
    dull = (feeling | read_words("generic_words.txt")) - read_words("subject_words.txt")
    return dull | read_words("function_words.txt")


def _has_spaces(language: str) -> bool:
    """True where words are written apart, so that one word can be told from many."""
    return language not in ("zh", "ja", "th", "km", "lo", "my")
