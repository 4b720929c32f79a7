"""Phrases that customers wrote: two to five neighbouring words of a clause that can stand as a label on their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from analysis.labels.meaning import NEGATIONS, STOP_WORDS, bare, content_stems, stem
from analysis.labels.readable import DETERMINERS, may_begin, may_end, may_follow, weight_of
from analysis.text.wordlists import read_words

__all__ = [
    "LONGEST",
    "NEGATIONS",
    "STOP_WORDS",
    "Phrase",
    "PhraseReader",
    "bare",
    "content_stems",
    "segments",
    "stem",
]

LONGEST = 5
# The Indic and South-East Asian blocks count whole: their vowel signs are no word characters to `re`.
_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0e00-\u109f])"
_WORD = re.compile(rf"{_LETTER}+(?:['’`]{_LETTER}+)*")
# What may lie between two words of one phrase: "top-up", "e-mail address", "track & trace".
_JOIN = re.compile(r"\s+|-|/|\s*&\s*")
_MASKED = re.compile(r"\[[^\[\]]{1,40}\]|https?://\S+|www\.\S+|\S+@\S+")


_PROFANITY = read_words("profanity.txt")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One occurrence: its words as written and without apostrophes, and its surroundings."""

    surface: str  # lower case, joined by spaces, apostrophes kept
    words: tuple[str, ...]
    is_closed: bool  # nothing that belongs to it follows
    is_opened: bool  # nothing that belongs to it stands before
    is_denied: bool  # a negation stands within the two words before it


class PhraseReader:
    """Finds the stretches of a text that may be phrases; `product_words` may stand in none of them."""

    def __init__(self, product_words: Collection[str] = ()) -> None:
        self._product = frozenset(bare(part) for word in product_words for part in word.lower().split())

    def phrases(self, text: str) -> Iterator[Phrase]:
        """Every phrase in the text that can be read alone, once for each place it stands in."""
        for words in segments(text):
            for phrase in self.stretches(words, [bare(word) for word in words]):
                if weight_of(phrase.words) > 0:
                    yield phrase

    def stretches(
        self, words: Sequence[str], plain: Sequence[str], known: Collection[str] | None = None
    ) -> Iterator[Phrase]:
        """Every stretch of two to five words of a run whose edges may be those of a phrase.

        `plain` are the words without apostrophes; where `known` is given, only its words may stand in a stretch.
        """
        length = len(words)
        for start in range(length - 1):
            if not may_begin(plain[start]):
                continue
            for end in range(start, min(start + LONGEST, length)):
                word = plain[end]
                if word in self._product or (known is not None and word not in known):
                    break
                if end > start and plain[end - 1] + word in self._product:
                    break
                if end > start and may_end(word, plain[end - 1]):
                    yield _phrase(words, plain, start, end + 1)

    def names_product(self, text: str) -> bool:
        """True when a word of the text is a product word."""
        return any(bare(word) in self._product for words in segments(text) for word in words)


def segments(text: str) -> Iterator[list[str]]:
    """Runs of words with nothing but blanks or a hyphen between them; a swear word ends a run and is in none."""
    if "[" in text or "@" in text or "://" in text or "www." in text:
        text = _MASKED.sub(" . ", text)
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        swears = bare(word) in _PROFANITY
        between = text[end : match.start()]
        if run and (swears or (between != " " and not _JOIN.fullmatch(between))):
            yield run
            run = []
        if swears:
            continue
        run.append(word)
        end = match.end()
    if run:
        yield run


def _phrase(words: Sequence[str], plain: Sequence[str], start: int, end: int) -> Phrase:
    """The phrase words[start:end] of a run of words."""
    before = plain[start - 1] if start else ""
    after = plain[end] if end < len(plain) else ""
    return Phrase(
        surface=" ".join(words[start:end]).lower().replace("’", "'").replace("`", "'"),
        words=tuple(plain[start:end]),
        is_closed=not after or may_follow(after),
        # "(my) card to arrive" lacks its beginning, "(is) easy to use" does not.
        is_opened=not before or (before in STOP_WORDS and not (plain[start + 1] == "to" and before in DETERMINERS)),
        is_denied=(start > 0 and plain[start - 1] in NEGATIONS) or (start > 1 and plain[start - 2] in NEGATIONS),
    )
