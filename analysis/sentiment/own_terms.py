"""The words and pairs of words that an own head weighs: those that several authors share, no names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.heads import terms_of
from analysis.text.wordlists import read_words
from groundswell.privacy_redact import MARK

__all__ = ["LEAST_AUTHORS", "shared_terms", "term_matrix", "terms_in", "without_marks"]

LEAST_AUTHORS = 3
_INNER_WORD = re.compile(r"(?<=[\w,;] )[^\W\d_]+(?:['’][^\W\d_]+)*")  # after a word, so no beginning of a sentence
MOST_TERMS = 6_000  # those with most comments: 100 KB as text


def without_marks(text: str) -> str:
    """The text without what redaction put there ("[name]")."""
    return MARK.sub(" ", text) if "[" in text else text


def terms_in(text: str) -> Iterator[str]:
    """Each word and pair of neighbouring words of a text, once; digits are in none."""
    return iter(dict.fromkeys(terms_of(without_marks(text))))


def shared_terms(
    texts: Sequence[str], owner: NDArray[np.int64], authors: Sequence[str], learn: NDArray[np.bool_]
) -> tuple[str, ...]:
    """The terms of at least 3 comments by different authors among those to learn from, in alphabetical order.

    `owner` leads from a text to its comment, `authors` and `learn` belong to comments. A term with a given name in it
    is left out, and one with a word that is mostly written with a capital within a sentence, as names are: what is said
    about one person is no word of the house.
    """
    held: dict[str, set[str]] = defaultdict(set)
    taught = [(text, authors[comment]) for text, comment in zip(texts, owner, strict=True) if learn[comment]]
    for text, author in taught:
        for term in terms_in(text):
            held[term].add(author)
    names = read_words("given_names.txt") | _capitalised([text for text, _ in taught])
    found = [
        (-len(who), term)
        for term, who in held.items()
        if len(who) >= LEAST_AUTHORS and names.isdisjoint(term.replace("'s", "").split())
    ]
    return tuple(sorted(term for _, term in sorted(found)[:MOST_TERMS]))


def _capitalised(texts: Sequence[str]) -> frozenset[str]:
    """The words that are written with a capital more often than not, where it does not begin a text or sentence.

    Texts in capitals throughout tell nothing.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for text in texts:
        if not text.isupper():
            for word in _INNER_WORD.findall(text):
                counts[word.lower().replace("’", "'").removesuffix("'s")][word[0].isupper()] += 1
    return frozenset(word for word, (small, capital) in counts.items() if capital > small and word != "i")


def term_matrix(texts: Sequence[str], terms: Sequence[str]) -> Any:
    """Which text has which term, sparse float32[n, v]: rows of length 1, so that a long text has no more to say."""
    from scipy.sparse import csr_matrix

    number = {term: place for place, term in enumerate(terms)}
    rows = [[number[term] for term in terms_in(text) if term in number] for text in texts]
    counts = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(counts.sum()))
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
    return csr_matrix((values, columns, np.r_[0, np.cumsum(counts)]), shape=(len(texts), len(terms)))
