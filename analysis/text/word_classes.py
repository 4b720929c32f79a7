"""What a word may be in a sentence, from lists and endings: no model, and every possible class, not the likeliest.

A class is one letter: N noun, S plural noun, V verb, Z verb with -s, D past, P participle, G -ing form, A adjective,
R adverb, I preposition, T "to", L determiner, K particle, J "and", B be, b a negated be, E been, H have, M can and do,
X can't and don't, n not, v never, o no, Y still, O too, W how, Q why, U I and you, u me and them, k back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from analysis.text.wordlists import read_rows, read_words

__all__ = ["is_known", "word_class"]

_LISTS = {
    "adjective": "A",
    "adverb": "R",
    "preposition": "I",
    "determiner": "L",
    "particle": "K",
    "coordinator": "J",
    "be": "B",
    "been": "E",
    "have": "H",
    "negated": "X",
    "modal": "M",
    "subject": "U",
    "object": "u",
}
_SINGLE = {
    "to": "T",
    "not": "n",
    "never": "v",
    "no": "o",
    "still": "Y",
    "too": "O",
    "how": "W",
    "why": "Q",
    "back": "Kk",
}
# What a list calls a preposition or an auxiliary is no noun, whatever a rule says.
_CLOSED = frozenset("ILKJBEHXMUuTnvoYOWQbk")
_ADJECTIVES = ("able", "ible", "ful", "less", "ous", "ive", "ical", "friendly")
_VOWELS = "aeiou"


def word_class(word: str) -> str:
    """The letters of every class that the word may have: none for other function words, noun for an unknown word."""
    listed = _classes().get(word)
    if listed is not None:
        return listed
    return "" if word in read_words("stop_words.txt") else _by_ending(word)


def is_known(word: str) -> bool:
    """True when a list has the word or makes it by rule, so that it is spelt correctly."""
    return word in _classes()


@cache
def _classes() -> dict[str, str]:
    """The classes of all listed words and their inflected forms."""
    found: dict[str, set[str]] = defaultdict(set)
    lists: dict[str, list[str]] = defaultdict(list)
    for kind, words in read_rows("word_classes.txt"):
        lists[kind].extend(words.split(",") if kind == "irregular" else words.split())
    for kind, letter in _LISTS.items():
        for word in lists[kind]:
            found[word].add(letter)
    for word in lists["be"]:
        if word.endswith("nt"):
            found[word] = {"b"}
    for word, letter in _SINGLE.items():
        found[word] = set(letter)
    forms = [entry.split() for entry in lists["irregular"] if entry.strip()]
    irregular = {base for base, *_ in forms}
    for base, past, participle in forms:
        _add(found, [(base, "V"), (past, "D"), (participle, "P"), *_present(base)])
    for base in lists["verb"]:
        _add(found, [(base, "V"), *_present(base), *(() if base in irregular else _past(base))])
    for noun in lists["noun"]:
        _add(found, [(noun, "N"), (_with_s(noun), "S")])
    return {word: "".join(sorted(letters)) for word, letters in found.items()}


def _add(found: dict[str, set[str]], forms: Iterable[tuple[str, str]]) -> None:
    """Note the classes of open words; a closed word stays what it is."""
    for word, letter in forms:
        if not found[word] & _CLOSED:
            found[word].add(letter)


def _present(base: str) -> Iterator[tuple[str, str]]:
    """The forms in -s and -ing of a verb."""
    yield _with_s(base), "Z"
    for stem in _stems(base):
        yield stem + "ing", "G"


def _past(base: str) -> Iterator[tuple[str, str]]:
    """The forms in -ed of a regular verb: past and participle."""
    if base.endswith("y") and base[-2] not in _VOWELS:
        base = base[:-1] + "i"
    for stem in _stems(base):
        yield stem + "ed", "D"
        yield stem + "ed", "P"


def _stems(base: str) -> list[str]:
    """What -ed and -ing are put to: without a last e, and with the last consonant once or twice."""
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return [base[:-2] + "y"] if base.endswith("ie") and len(base) < 5 else [base[:-1]]
    if base[-1] not in "aeiouwxy" and base[-2] in _VOWELS and base[-3:-2] not in _VOWELS:
        return [base, base + base[-1]]
    return [base]


def _with_s(word: str) -> str:
    """The word with the ending -s, -es or -ies."""
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


@cache
def _by_ending(word: str) -> str:
    """The classes of a word in no list."""
    if word.isdigit():
        return "L"
    if len(word) > 4 and word.endswith("ed"):
        return "DP"
    if len(word) > 5 and word.endswith("ing"):
        return "GN"
    if len(word) > 4 and word.endswith("ly"):
        return "R"
    if len(word) > 5 and word.endswith(_ADJECTIVES):
        return "A"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return "S"
    return "N"
