"""Phrases that customers wrote: two to five neighbouring words of a clause that can stand as a label on their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from analysis.wordlists import read_rows, read_words

__all__ = [
    "LONGEST",
    "NEGATIONS",
    "STOP_WORDS",
    "Phrase",
    "PhraseReader",
    "bare",
    "content_stems",
    "segments",
]

LONGEST = 5
# The Indic and South-East Asian blocks count whole: their vowel signs are no word characters to `re`.
_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0e00-\u109f])"
_WORD = re.compile(rf"{_LETTER}+(?:['’`]{_LETTER}+)*")
# What may lie between two words of one phrase: "top-up", "e-mail address", "track & trace".
_JOIN = re.compile(r"\s+|-|/|\s*&\s*")
_MASKED = re.compile(r"\[[^\[\]]{1,40}\]|https?://\S+|www\.\S+|\S+@\S+")


def _listed(kind: str) -> frozenset[str]:
    """The words of one kind in label_words.txt."""
    return frozenset(word for row in read_rows("label_words.txt") if row[0] == kind for word in row[1].split())


STOP_WORDS = read_words("stop_words.txt")
_PROFANITY = read_words("profanity.txt")
_LEADING, _PHRASAL, _CLOSING = map(_listed, ("leading", "phrasal", "closing"))
_GENERIC, _OPEN, _BINDING, _SUBJECTS = map(_listed, ("generic", "open", "binding", "subject"))
_JUDGING, DANGLING = map(_listed, ("judging", "dangling"))
NEGATIONS = _LEADING - {"still", "how", "why"}
_JOINING = frozenset({"and", "or", "as"})
# "(the man I) spoke to was rude"
_PREPOSITIONS = frozenset("to with for of from on at about".split())
_AUXILIARIES = frozenset("is are was were has have had".split())
_QUESTIONS = frozenset({"how", "why"})
_DETERMINERS = frozenset("a an the my our your his her their this that for any every each no".split())
# After a phrase that is complete comes its end, or one of these.
_AFTER = frozenset(
    "and but or so because cause when while if after since until till before then for in on at with from as due even "
    "again is was are were has have had isnt wasnt though although despite except without by than which who".split()
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One occurrence: its words as written, its key (stems of what carries meaning, in order), its surroundings."""

    surface: str  # lower case, joined by spaces, apostrophes kept
    key: tuple[str, ...]
    is_generic: bool  # begins with praise or blame: "excellent service"
    is_closed: bool  # nothing that belongs to it follows
    is_opened: bool  # nothing that belongs to it stands before
    is_denied: bool  # a negation stands within the two words before it


class PhraseReader:
    """Reads the candidate phrases of a text; `product_words` may stand in none of them."""

    def __init__(self, product_words: Collection[str] = ()) -> None:
        self._product = frozenset(bare(part) for word in product_words for part in word.lower().split())

    def phrases(self, text: str) -> Iterator[Phrase]:
        """Every candidate in the text, once for each place it stands in."""
        for words in segments(text):
            plain = [bare(word) for word in words]
            for start in range(len(words)):
                if not self._may_begin(plain, start):
                    continue
                for end in range(start + 2, min(start + LONGEST, len(words)) + 1):
                    if plain[end - 1] in self._product or plain[end - 1].isdigit():
                        break
                    if self._may_end(plain, start, end):
                        yield _phrase(words, plain, start, end)

    def names_product(self, text: str) -> bool:
        """True when a word of the text is a product word."""
        return any(bare(word) in self._product for words in segments(text) for word in words)

    def _may_begin(self, plain: Sequence[str], start: int) -> bool:
        word, following = plain[start], plain[start + 1] if start + 1 < len(plain) else ""
        if word in self._product or word.isdigit():
            return False
        if word in NEGATIONS and (following in _GENERIC or (word == "not" and following in STOP_WORDS)):
            return False
        if word in _JUDGING and following == "to":
            return True
        if word in _LEADING:
            return True
        if word in _GENERIC or word in _OPEN:
            return following not in STOP_WORDS or (word in _OPEN and following not in _JOINING)
        return word not in STOP_WORDS

    def _may_end(self, plain: Sequence[str], start: int, end: int) -> bool:
        last, inner = plain[end - 1], plain[start + 1 : end - 1]
        if any(word in _BINDING or (word in _SUBJECTS and plain[start] not in _QUESTIONS) for word in inner):
            return False
        if any(left in _PREPOSITIONS and right in _AUXILIARIES for left, right in pairwise(inner)):
            return False
        content = content_stems(plain[start:end])
        if len(set(content)) < len(content):
            return False
        if last in _CLOSING:
            return bool(content) and plain[end - 2] in _PHRASAL
        if end - start == 3 and plain[start] in _JUDGING and plain[start + 1] == "to":
            # "easy to use", "impossible to find": whole, whatever the verb wants elsewhere.
            return last not in STOP_WORDS
        if last in STOP_WORDS or last in _LEADING or last in _OPEN or last in _GENERIC or len(last) == 1:
            return False
        return len(content) > 1 or (bool(content) and (plain[start] in _LEADING or plain[start] in _GENERIC))


def segments(text: str) -> Iterator[list[str]]:
    """Runs of words with nothing but blanks or a hyphen between them; a swear word ends a run and is in none."""
    text = _MASKED.sub(" . ", text)
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        swears = bare(match.group()) in _PROFANITY
        if run and (swears or not _JOIN.fullmatch(text, end, match.start())):
            yield run
            run = []
        if swears:
            continue
        run.append(match.group())
        end = match.end()
    if run:
        yield run


@lru_cache(maxsize=200_000)
def bare(word: str) -> str:
    """The word in lower case without apostrophes."""
    return word.lower().replace("'", "").replace("’", "").replace("`", "")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The word without its commonest endings, so that receive, received and receiving are one; no linguistic stem."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search("[aeiouy]", root):
            word = root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls" else root
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def content_stems(words: Iterable[str]) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order; `words` are bare."""
    return tuple(stem(word) for word in words if word not in STOP_WORDS and word not in _GENERIC)


def _phrase(words: Sequence[str], plain: Sequence[str], start: int, end: int) -> Phrase:
    """The phrase words[start:end] of a run of words."""
    before = plain[start - 1] if start else ""
    after = plain[end] if end < len(plain) else ""
    negation = tuple("not" for word in plain[start:end] if word in NEGATIONS)[:1]
    praise = (plain[start],) if plain[start] in _GENERIC else ()
    particle = (plain[end - 1],) if plain[end - 1] in _CLOSING else ()
    return Phrase(
        surface=" ".join(words[start:end]).lower().replace("’", "'").replace("`", "'"),
        key=praise + negation + content_stems(plain[start:end]) + particle,
        is_generic=plain[start] in _GENERIC,
        is_closed=not after or after in _AFTER,
        # "(my) card to arrive" lacks its beginning, "(is) easy to use" does not.
        is_opened=not before or (before in STOP_WORDS and not (plain[start + 1] == "to" and before in _DETERMINERS)),
        is_denied=bool(NEGATIONS.intersection(plain[max(0, start - 2) : start])),
    )
