"""VADER that knows the words and phrases of customer service, and the same scores as VADER's where none applies.

The lists are data: `data/service_phrases.tsv` and `data/service_words.tsv`. A phrase ("no problem", "still waiting") is
replaced by one token with a valence of its own in a copy of the text before VADER reads it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    SentiText,
    allcap_differential,
)

from analysis.text.courtesies import COURTESIES, without_courtesies
from analysis.text.emoji import EMOJI
from analysis.text.wordlists import data_hash, read_rows

__all__ = [
    "FastAnalyzer",
    "LANGUAGES",
    "METHOD",
    "SCORES",
    "ServiceAnalyzer",
    "feeling_words",
    "lexicon_scores",
    "modifier_words",
    "names_event",
]

WORD_LISTS = ("service_words.tsv", "service_traits.tsv")
LISTS = ("service_phrases.tsv", *WORD_LISTS)
METHOD = f"vader-{version('vaderSentiment')}+service-{data_hash(*LISTS, COURTESIES)}"
LANGUAGES = ("en", "und")  # whose texts the lists may judge: what an undecided one has of their words and emoji counts
SCORES = ("compound", "neg", "neu", "pos")
# Phrases that tell what happened, not only how it was liked.
EVENTS = frozenset(
    "noproblem freeof nofee nohardship stillnot notenough asexpected notwork cannot noreply toolong wantrefund "
    "moneyback hadto too nottoo hardto keepsfailing onhold hungup sentback overcharge runaround worthit ripoff".split()
)

_MAX_CHARACTERS = 2000
_MAX_TOKENS = 200_000
_TURNING = frozenset(NEGATE) | {"so", "this", "doubt"}  # what VADER's negation rule looks for
# With none of these around it a word has its own valence: what VADER's rules for boosters, denials and idioms look for,
# of an idiom every word but those that stand everywhere.
_MODIFYING = (
    frozenset(word for phrase in (*BOOSTER_DICT, *SPECIAL_CASES) for word in phrase.split())
    | _TURNING
    | {"no", "or", "nor", "least"}
) - {"the", "to", "for", "of"}
_MAX_EMOJI = 4  # as many as VADER counts of exclamation marks
_EMOJI_RUN = re.compile(rf"[{EMOJI}](?:\s*[{EMOJI}]){{{_MAX_EMOJI},}}")
_MODIFIER = re.compile("[\u200d\u20e3\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\\s]")
_CURLY = re.compile("(?<=[A-Za-z])[\u2019\u2018\u00b4\u02bc\ufffd](?=[a-z])")
_WORD_BEGIN = re.compile(r"\b[a-z\d]")
_TOKEN = re.compile(r"zqx([a-z]+)")


class _Window:
    """The few words around one, in the shape in which VADER's own rules read a text."""

    __slots__ = ("is_cap_diff", "words_and_emoticons")

    def __init__(self, words: list[str], is_cap_diff: bool) -> None:
        self.words_and_emoticons = words
        self.is_cap_diff = is_cap_diff


class FastAnalyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]
    """VADER with the same scores to the digit, but not in time square to the length of the text.

    vaderSentiment lowers every word of the text again for each word that it rates (its issue 110). No rule looks
    further than three words back and two ahead, so it is enough to show it those.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tokens: dict[str, tuple[str, str, bool, bool]] = {}

    def polarity_scores(self, text: str) -> dict[str, float]:
        """neg, neu and pos (0 to 1) and compound (-1 to 1) of a text, as vaderSentiment gives them."""
        text = self._described(text).strip()
        tokens = [self._read(token) for token in text.split()]
        if tokens and not any([rated for _, _, rated, _ in tokens]):
            return {"neg": 0.0, "neu": 1.0, "pos": 0.0, "compound": 0.0}
        words = [word for word, _, _, _ in tokens]
        lower = [word for _, word, _, _ in tokens]
        modifying = [modifies for _, _, _, modifies in tokens]
        ratings: list[float] = [0] * len(words)
        differs = lower != words and allcap_differential(words)
        for i, (word, key, rated, _) in enumerate(tokens):
            if not rated or (key == "kind" and lower[i + 1 : i + 2] == ["of"]):
                continue
            start = max(0, i - 3)
            if True in modifying[start : i + 3]:
                window = _Window(words[start : i + 3], differs)
                ratings[i] = self.sentiment_valence(0, window, word, i - start, [])[0]
                continue
            ratings[i] = self.lexicon[key]
            if differs and word.isupper():
                ratings[i] += C_INCR if ratings[i] > 0 else -C_INCR
        if "but" in lower and any(ratings):
            ratings = self._but_check(words, ratings)
        if words and not any(ratings):
            return {"neg": 0.0, "neu": 1.0, "pos": 0.0, "compound": 0.0}
        scores: dict[str, float] = self.score_valence(ratings, text)
        return scores

    def _negation_check(self, valence: float, words_and_emoticons: list[str], start_i: int, i: int) -> float:
        """VADER's rule, asked only where a word before could turn the valence."""
        for word in words_and_emoticons[max(0, i - 3) : i]:
            lower = word.lower()
            if lower in _TURNING or "n't" in lower:
                return float(super()._negation_check(valence, words_and_emoticons, start_i, i))
        return valence

    @staticmethod
    def _sift_sentiment_scores(sentiments: list[float]) -> tuple[float, float, int]:
        """VADER's sums of positive and of negative ratings and its count of words without one."""
        positive, negative, rated = 0.0, 0.0, 0
        for rating in filter(None, sentiments):
            rated += 1
            if rating > 0:
                positive += rating + 1
            else:
                negative += rating - 1
        return positive, negative, len(sentiments) - rated

    def _read(self, token: str) -> tuple[str, str, bool, bool]:
        """The token as VADER strips it of punctuation; the same in lower case; has it a valence; may it modify others.

        Kept, for the same tokens come again.
        """
        read = self._tokens.get(token)
        if read is None:
            if len(self._tokens) > _MAX_TOKENS:
                self._tokens.clear()
            word = str(SentiText._strip_punc_if_word(token))
            lower = word.lower()
            rated = lower in self.lexicon and lower not in BOOSTER_DICT
            read = self._tokens[token] = word, lower, rated, lower in _MODIFYING or "n't" in lower
        return read

    def _described(self, text: str) -> str:
        """The text with every emoji replaced by VADER's description of it."""
        if text.isascii():
            return text
        parts: list[str] = []
        for character in text:
            description = self.emojis.get(character)
            if description is not None and parts and parts[-1] != " ":
                parts.append(" ")
            parts.append(character if description is None else description)
        return "".join(parts)


class ServiceAnalyzer(FastAnalyzer):
    """VADER that knows the words and phrases of customer service.

    Where no entry of the lists applies, no apostrophe is curly, no run of emoji is longer than four and the text has
    at most 2,000 characters, its scores are those of vaderSentiment.
    """

    def __init__(self) -> None:
        super().__init__()
        macros: dict[str, str] = {}
        keys: dict[str, str] = {}
        self.patterns: dict[str, re.Pattern[str]] = {}
        self._phrases: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for name, valence, begins, pattern, *_ in read_rows("service_phrases.tsv"):
            if name.startswith("@"):
                macros[name[1:]], keys[name[1:]] = pattern, begins
                continue
            token = f"zqx{name}"
            self.patterns[name] = compiled = re.compile(rf"(?:{_expand(pattern, macros)})(?!\w)")
            self.lexicon[token] = float(valence)
            for key in _expand(begins, keys).split():
                self._phrases.setdefault(key.replace("_", " "), []).append((token, compiled))
        for file in WORD_LISTS:
            self.lexicon.update({word: float(valence) for word, valence in read_rows(file)})

    def polarity_scores(self, text: str) -> dict[str, float]:
        """neg, neu and pos (0 to 1) and compound (-1 to 1) of a text."""
        return super().polarity_scores(self.with_tokens(self._described(bounded(text))))

    def with_tokens(self, text: str) -> str:
        """The text with each service phrase replaced by its token, in capitals where the phrase was."""
        lower = text.lower()
        if len(lower) != len(text):  # "İ" becomes two characters: offsets would not match
            return text
        parts, last = [], 0
        phrases_at = self._phrases.get
        for begin in _WORD_BEGIN.finditer(lower):
            start = begin.start()
            phrases = phrases_at(lower[start : start + 4])
            if phrases is None or start < last:
                continue
            for token, pattern in phrases:
                if match := pattern.match(lower, start):
                    phrase = text[start : match.end()]
                    parts += [text[last:start], token.upper() if phrase.isupper() else token]
                    last = match.end()
                    break
        return "".join([*parts, text[last:]]) if parts else text


def bounded(text: str) -> str:
    """The text as it is scored: apostrophes straight, runs of emoji and the whole cut to what can still matter."""
    text = text[:_MAX_CHARACTERS]
    if text.isascii():
        return text
    return _EMOJI_RUN.sub(_first_emoji, _CURLY.sub("'", text))


def lexicon_scores(texts: Sequence[str]) -> NDArray[np.float64]:
    """compound, neg, neu and pos of each text, one row a text; the caller sees to it that the texts are English."""
    analyzer = _analyzer()
    seen: dict[str, list[float]] = {}
    for text in texts:
        if text not in seen:
            scores = analyzer.polarity_scores(without_courtesies(text))
            seen[text] = [scores[name] for name in SCORES]
    table: NDArray[np.float64] = np.array([seen[text] for text in texts], dtype=np.float64)
    return table.reshape(len(texts), len(SCORES))


def names_event(text: str) -> bool:
    """True when a service phrase of the text tells what happened: "still waiting", "hung up"."""
    return not EVENTS.isdisjoint(_TOKEN.findall(_analyzer().with_tokens(text.lower())))


@cache
def _analyzer() -> ServiceAnalyzer:
    """The one analyzer of this process; its lexicon takes a tenth of a second to read."""
    return ServiceAnalyzer()


def _expand(pattern: str, macros: dict[str, str]) -> str:
    """The pattern with {name} replaced by the macro of that name; {0,3} stays."""
    return re.sub(r"\{([a-z]+)\}", lambda match: macros[match.group(1)], pattern)


def _first_emoji(match: re.Match[str]) -> str:
    """The first four emoji of a run, with their skin tones and joiners."""
    kept, count = [], 0
    for character in match.group():
        count += not _MODIFIER.match(character)
        if count > _MAX_EMOJI:
            break
        kept.append(character)
    return "".join(kept)


@cache
def feeling_words() -> frozenset[str]:
    """The words that carry a sentiment: VADER's lexicon and the service words."""
    return frozenset(SentimentIntensityAnalyzer().lexicon) | {word for word, _ in read_rows("service_words.tsv")}


@cache
def modifier_words() -> frozenset[str]:
    """VADER's boosters, dampeners and negations."""
    return frozenset(BOOSTER_DICT) | frozenset(NEGATE)
