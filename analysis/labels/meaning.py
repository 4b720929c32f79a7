"""What words mean to a label: their stems, which of them carry meaning, and which deny, praise or blame."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from analysis.text.wordlists import read_rows, read_words

__all__ = [
    "BAD",
    "GENERIC",
    "GOOD",
    "LIGHT",
    "NEGATIONS",
    "NOT",
    "PRAISE",
    "STOP_WORDS",
    "bare",
    "content_key",
    "content_stems",
    "listed",
    "mark_of",
    "stem",
]

NOT, GOOD, BAD = "not", "good", "bad"


def listed(kind: str) -> frozenset[str]:
    """The words of one kind in label_words.txt."""
    return frozenset(word for row in read_rows("label_words.txt") if row[0] == kind for word in row[1].split())


STOP_WORDS = read_words("stop_words.txt")
NEGATIONS = listed("negation")
LIGHT = listed("light")
_GOOD, _BAD = listed("praise"), listed("blame")
PRAISE = _GOOD | _BAD
GENERIC = PRAISE | LIGHT
_SHORT_PLURALS = frozenset("ads ids pcs tvs".split())
_SAME = {word: row[1].split()[0] for row in read_rows("label_words.txt") if row[0] == "same" for word in row[1].split()}


@lru_cache(maxsize=200_000)
def bare(word: str) -> str:
    """The word in lower case without apostrophes."""
    return word.lower().replace("'", "").replace("’", "").replace("`", "")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The word without its commonest endings, so that receive, received and receiving are one; no linguistic stem."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif word in _SHORT_PLURALS or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search("[aeiouy]", root):
            word = root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls" else root
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def content_stems(words: Iterable[str]) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order; `words` are bare."""
    return tuple(stem(word) for word in words if word not in STOP_WORDS and word not in GENERIC)


def content_key(words: Iterable[str], *, merge: bool = False) -> frozenset[str]:
    """What a label says, for telling labels apart: its stems of meaning, whether it denies, praises or blames.

    With `merge` words that mean the same are one.
    """
    words = [_SAME.get(word, word) for word in words] if merge else list(words)
    marks = frozenset(mark for mark in map(mark_of, words) if mark)
    return frozenset(content_stems(words)) | marks or frozenset(words)


def mark_of(word: str) -> str:
    """NOT for a negation, GOOD for praise, BAD for blame, else nothing; the word is bare."""
    return NOT if word in NEGATIONS else GOOD if word in _GOOD else BAD if word in _BAD else ""
