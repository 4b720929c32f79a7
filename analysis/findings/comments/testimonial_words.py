"""What the words of a happy comment say of it as a testimonial: what speaks against it, and how much it tells.

The phrases are data: `data/testimonial_phrases.tsv`, regular expressions with examples. English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.sentiment.signals import signal_text
from analysis.text.word_classes import word_class
from analysis.text.wordlists import read_rows, read_words

__all__ = ["FEWEST_WORDS", "MOST_WORDS", "PHRASES", "Telling", "against", "disclosed", "telling"]

PHRASES = "testimonial_phrases.tsv"
FEWEST_WORDS, MOST_WORDS = 8, 60
# Kinds of phrases that speak against a text, in the order in which they are told, and what is told.
AGAINST = {
    "caveat": "no reservation",
    "hedge": "no doubt or condition",
    "aside": "not about ratings, bargains or sizes",
    "personal": "nothing private, no child",
}
_FINE = "fine"
TIDY = 0.6  # below it a text is too hasty to be shown
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FIRST_PERSON = re.compile(r"\b(?:i|i['’]?m|i['’]?ve|i['’]?d|my|me|mine|we|we['’]?re|we['’]?ve|our|ours|us)\b", re.I)
_MARK = re.compile(r"\[[a-z ]+\]")
_NUMBER = re.compile(r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|twice|half|double)\b", re.I)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b(?:\W+\b[A-Z]{2,}\b)+")
_GLUED = re.compile(r"[a-z][.,!](?!com\b|net\b|org\b)[A-Za-z]{2}")
# Letters that stand alone, two words in the place of one: nobody would print them.
_BROKEN = re.compile(
    r"(?<![\w'’.&])[b-hj-np-tv-z](?![\w'’.&])|\b(?:the|an?) (?:i|we|they|he|she|you)\b"
    r"|\b(?!(?:very|so|love|really|much|super|great) )(\w{2,}) \1\b"
)
_SLIPS = re.compile(
    r"\b(?:u|ur|r|thx|pls|alot|gonna|wanna|cuz|bc|bcz|coz|def|prob|rly|gr8|luv|ppl|tho|dont|im|ive|its a|omg)\b"
)


@dataclass(frozen=True, slots=True)
class Telling:
    """How much a text tells: what it did for the writer, what it is about, and how it reads."""

    outcomes: int  # phrases of what changed, or was made possible
    features: int  # different things that it names, beside what names nothing
    numbers: int
    tidy: float  # 0-1: whole sentences, no shouting, no slips

    @property
    def specificity(self) -> float:
        """0-1: outcomes weigh most, then named things, then numbers."""
        return min(1.0, (2.0 * min(self.outcomes, 3) + min(self.features, 6) + min(self.numbers, 2)) / 10)

    @property
    def is_specific(self) -> bool:
        """True where it names an outcome, or several things."""
        return (self.outcomes >= 1 and self.features >= 1) or self.features >= 3


def against(text: str) -> str | None:
    """The first check that the text fails, as `Testimonial.checks` names it; None where it passes them all."""
    words = WORD.findall(text)
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return f"{FEWEST_WORDS} to {MOST_WORDS} words"
    if not _FIRST_PERSON.search(text):
        return "first person"
    if _MARK.search(text) or not read_words("profanity.txt").isdisjoint(word.lower() for word in words):
        return "no personal data, no profanity"
    plain = signal_text(text)
    if "?" in plain:
        return "no question"
    # Praise may wear a negation: "could not be happier". What is fine is taken out before the rest is looked for.
    left = _pattern(_FINE).sub(" ", plain)
    for kind, check in AGAINST.items():
        if _pattern(kind).search(left):
            return check
    told = telling(text)
    if told.tidy < TIDY:
        return "reads well"
    return None if told.is_specific else "names what it did or what is good"


def disclosed(text: str) -> tuple[str, ...]:
    """What the text itself tells of a connection to its maker: "employee", "incentivised: says so itself"."""
    plain = signal_text(text)
    found = ["employee"] if _pattern("employee").search(plain) else []
    return (*found, *(["incentivised: says so itself"] if _pattern("incentivised").search(plain) else []))


@lru_cache(maxsize=4096)
def telling(text: str) -> Telling:
    """How much a text tells."""
    plain = signal_text(text)
    outcomes = {match.group(0) for match in _pattern("outcome").finditer(plain)}
    nouns = {word for word in WORD.findall(text.lower()) if _names_something(word)}
    return Telling(len(outcomes), len(nouns), len(_NUMBER.findall(plain)), _tidy(text))


def _names_something(word: str) -> bool:
    """True for a word that can be a noun, and is not one of those that name nothing by themselves."""
    return len(word) > 2 and word not in _empty() and any(c in word_class(word) for c in "NSG")


@cache
def _empty() -> frozenset[str]:
    lists = ("generic_words.txt", "praise_words.txt", "empty_words.txt", "stop_words.txt", "function_words.txt")
    return frozenset().union(*map(read_words, lists))


def _tidy(text: str) -> float:
    """1 for whole sentences; less for a text that ends in the air, shouts, or is written in haste."""
    ends = text.rstrip()[-1:] in ".!…)\"”'"
    hasty = (
        len(_SLIPS.findall(text.lower()))
        + len(_SHOUTED.findall(text))
        + text.count("!!")
        + text.count("..")
        + len(_GLUED.findall(text))
    )
    hasty += 2 * len(_BROKEN.findall(text.lower()))
    starts = text.lstrip()[:1].isupper()
    return max(0.0, 1.0 - 0.25 * (not ends) - 0.15 * (not starts) - 0.2 * min(hasty, 3))


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """All phrases of a kind as one expression."""
    rows = [row[1] for row in read_rows(PHRASES) if row[0] == kind]
    return re.compile(rf"(?<!\w)(?:{'|'.join(rows)})(?!\w)")
