"""The words of labels: how customers write them, and which of them are misspelt or a person's name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise

from analysis.labels.meaning import STOP_WORDS, bare, listed
from analysis.labels.readable import weight_of
from analysis.labels.reading import FIRM, Reading
from analysis.text.word_classes import is_known, word_class
from analysis.text.wordlists import read_words

__all__ = ["Words"]

_CAPITALS = 0.7  # share of occurrences that must be written with the same capitals
_MISSPELT = 4  # times as often its neighbour must be written
_LONG = 6  # letters from which two words with the same letters are taken for one
_NAME = 0.5  # share of capitals from which a word that is also a given name counts as one
_EVIDENCE = 8  # occurrences after a telling word from which a word is judged
_RARELY = 0.15  # share of them up to which it is not that
_BEFORE_VERB = frozenset(
    "to i you we they can can't cant cannot could couldn't couldnt will won't wont would wouldn't do don't dont does "
    "doesn't doesnt did didn't didnt should must please pls plz kindly".split()
)
_BEFORE_NOUN = frozenset("a an the my our your his her their this that any no every some of".split())
_OWNERS = listed("owner")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Words:
    """What all read members say about a word."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._fit: dict[str, bool] = {}
        self._classes: dict[str, str] = {}

    def weight_of(self, words: tuple[str, ...]) -> float:
        """How well the words read alone, as `phrases.weight_of`, by what they mostly are in these clauses."""
        return weight_of(words, self._class_of)

    def are_fit(self, words: Sequence[str]) -> bool:
        """False where one of the words, bare, is misspelt or a person's name."""
        return all(self._is_fit(word) for word in words)

    def miss_apostrophe(self, surface: str) -> bool:
        """True for "kids account": something that is somebody's, without an apostrophe."""
        return any(
            left in _OWNERS and set(self._class_of(bare(right))) <= {"N", "S"}
            for left, right in pairwise(surface.split())
        )

    def spelled(self, label: str, reading: Reading) -> str:
        """The label with the capitals and hyphens that the theme's customers mostly write: New York, PIN, Wi-Fi."""
        words = label.split()
        joined = re.compile(r"\b" + r"[ /-]+".join(map(re.escape, words)) + r"\b", re.IGNORECASE)
        written = Counter[str]()
        for text in reading.texts:
            # The first word and shouted clauses tell nothing.
            if (match := joined.search(text)) and match.start() > 0 and text != text.upper():
                written[match.group()] += 1
        plain = " ".join(self._spelling(word) for word in words)
        form, count = max(written.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        return form if count >= FIRM and count >= _CAPITALS * written.total() else plain

    def by_use(self, reading: Reading) -> list[str]:
        """The words of a theme but for stop words, most used first."""
        uses = Counter(word for runs in reading.runs for word in {bare(word) for run in runs for word in run})
        return sorted((word for word in uses if word not in STOP_WORDS), key=lambda word: (-uses[word], word))

    @cached_property
    def _uses(self) -> Counter[str]:
        """How often each word, bare, is written."""
        return Counter(
            bare(word) for reading in self._readings for runs in reading.runs for run in runs for word in run
        )

    @cached_property
    def _forms(self) -> dict[str, Counter[str]]:
        """How each word is written within a clause: its first word and shouted clauses tell nothing."""
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        for reading in self._readings:
            for text, runs in zip(reading.texts, reading.runs, strict=True):
                if text != text.upper():
                    for word in [word for run in runs for word in run][1:]:
                        forms[word.lower()][word] += 1
        return forms

    @cached_property
    def _leanings(self) -> tuple[Counter[str], Counter[str]]:
        """How often each word, bare, stands where a verb would, and where a noun would."""
        verb, noun = Counter[str](), Counter[str]()
        for reading in self._readings:
            for runs in reading.runs:
                for run in runs:
                    for before, word in pairwise(run):
                        before = before.lower()
                        if before in _BEFORE_VERB:
                            verb[bare(word)] += 1
                        elif before in _BEFORE_NOUN:
                            noun[bare(word)] += 1
        return verb, noun

    def _class_of(self, word: str) -> str:
        """The classes that the word may have here: one that is nearly always a noun is no verb, and the reverse."""
        if word not in self._classes:
            letters = word_class(word)
            if "V" in letters and "N" in letters:
                verb, noun = self._leanings[0][word], self._leanings[1][word]
                if verb + noun >= _EVIDENCE:
                    if verb < _RARELY * (verb + noun):
                        letters = letters.replace("V", "")
                    elif noun < _RARELY * (verb + noun):
                        letters = letters.replace("N", "")
            self._classes[word] = letters
        return self._classes[word]

    def _is_fit(self, word: str) -> bool:
        if word not in self._fit:
            self._fit[word] = word in STOP_WORDS or not (
                self._is_misspelt(word) or self._is_name(word) or (not is_known(word) and word in _foreign())
            )
        return self._fit[word]

    @cached_property
    def _anagrams(self) -> dict[str, int]:
        """How often the most used word with these letters, sorted, is written."""
        most: dict[str, int] = {}
        for word, count in self._uses.items():
            letters = "".join(sorted(word))
            most[letters] = max(count, most.get(letters, 0))
        return most

    def _is_misspelt(self, word: str) -> bool:
        """True for an unknown word where one that differs by a letter, or in the order of letters, is far more used."""
        if is_known(word) or word in read_words("english_words.txt") or len(word) < 4 or not word.isalpha():
            return False
        least = max(1, _MISSPELT * self._uses[word])
        if len(word) >= _LONG and self._anagrams.get("".join(sorted(word)), 0) >= least:
            return True
        return any(self._uses.get(other, 0) >= least for other in _neighbours(word))

    def _is_name(self, word: str) -> bool:
        """True for a given name that is mostly written as one."""
        if word not in read_words("given_names.txt"):
            return False
        forms = self._forms.get(word, Counter())
        capital = sum(count for form, count in forms.items() if form[0].isupper())
        return capital >= _NAME * forms.total() or not is_known(word)

    def _spelling(self, word: str) -> str:
        """The form of most occurrences; lower case where none has a clear majority."""
        if word == "i" or word.startswith(("i'", "i’")):
            return "I" + word[1:]
        forms = self._forms.get(word, Counter())
        form, count = max(forms.items(), key=lambda item: (item[1], item[0]), default=(word, 0))
        return form if count >= FIRM and count >= _CAPITALS * forms.total() else word


@cache
def _foreign() -> frozenset[str]:
    """Words of Hindi in Latin letters, which English clauses are mixed with."""
    return read_words("hindi_words.txt") | listed("foreign")


def _neighbours(word: str) -> Iterator[str]:
    """Every string that differs in one letter: left out, put in, replaced, or two exchanged; no mere plural."""
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
        if i + 1 < len(word):
            yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        for letter in _LETTERS:
            yield word[:i] + letter + word[i + 1 :]
            yield word[:i] + letter + word[i:]
