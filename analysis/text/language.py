"""The language of each text as ISO 639-1, or "und" where nobody could say. Offline: py3langid and word lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from analysis.text.lexicon import feeling_words, modifier_words
from analysis.text.wordlists import read_words

__all__ = ["UNDECIDED", "detect_languages", "english_words", "is_english"]

UNDECIDED = "und"
SURE = 0.85  # py3langid's probability above which its word counts where few words are English
SHORT = 3  # texts of fewer words are too short for n-grams: the word lists decide

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly", "er", "y", "'s")
_NOT_PROSE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\[[^\[\]\n]{1,40}\]")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
# Scripts that settle the language, or narrow it down to a few: the first is taken where py3langid is not sure.
_SCRIPTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("\u3040-\u30ff", ("ja",)),
    ("\uac00-\ud7af\u1100-\u11ff\u3130-\u318f", ("ko",)),
    ("\u3400-\u9fff\uf900-\ufaff", ("zh", "ja")),
    ("\u0900-\u097f", ("hi", "mr", "ne")),
    ("\u0400-\u04ff", ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg")),
    ("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", ("ar", "fa", "ur", "ps")),
    ("\u0980-\u09ff", ("bn", "as")),
    ("\u0370-\u03ff\u1f00-\u1fff", ("el",)),
    ("\u0590-\u05ff", ("he",)),
    ("\u0e00-\u0e7f", ("th",)),
    ("\u0b80-\u0bff", ("ta",)),
    ("\u0c00-\u0c7f", ("te",)),
    ("\u0c80-\u0cff", ("kn",)),
    ("\u0d00-\u0d7f", ("ml",)),
    ("\u0a80-\u0aff", ("gu",)),
    ("\u0a00-\u0a7f", ("pa",)),
    ("\u0b00-\u0b7f", ("or",)),
    ("\u0d80-\u0dff", ("si",)),
    ("\u0530-\u058f", ("hy",)),
    ("\u10a0-\u10ff", ("ka",)),
    ("\u1000-\u109f", ("my",)),
    ("\u1780-\u17ff", ("km",)),
    ("\u0e80-\u0eff", ("lo",)),
    ("\u1200-\u137f", ("am",)),
)
_SCRIPT = tuple((re.compile(f"[{letters}]"), languages) for letters, languages in _SCRIPTS)
# Written in Latin letters, with enough users for feedback to come in; py3langid's small ones win short texts by chance.
_LATIN_LANGUAGES = (
    "en de fr es it pt nl sv da no fi pl cs sk hu ro tr id ms tl vi hr sl et lv lt ca eu gl af sq is ga cy sw"
).split()


def detect_languages(texts: Sequence[str], declared: Sequence[str | None]) -> list[str]:
    """The language of each text; `declared` is what its source says, or None.

    Texts of one or two words are of the language that the script shows, else of the declared one, else English if
    their words are. "und": no letters, or nothing is sure enough.
    """
    seen: dict[tuple[str, str | None], str] = {}
    for key in zip(texts, declared, strict=True):
        if key not in seen:
            seen[key] = _detect(*key)
    return [seen[key] for key in zip(texts, declared, strict=True)]


@cache
def english_words() -> frozenset[str]:
    """The words by which a text is known as English: our lists and VADER's lexicon."""
    lists = ("function_words.txt", "generic_words.txt", "subject_words.txt", "english_words.txt")
    known = frozenset().union(feeling_words(), modifier_words(), *map(read_words, lists))
    return frozenset(word for word in known if word.isascii() and word[:1].isalpha()) - read_words("hindi_words.txt")


def _detect(text: str, declared: str | None) -> str:
    """The language of one text."""
    prose = _NOT_PROSE.sub(" ", text)
    latin = len(_LATIN.findall(prose))
    script = _by_script(prose, latin)
    if script:
        return script
    if not latin:
        return UNDECIDED
    words = [_REPEATED.sub(r"\1\1", word) for word in _TOKEN.findall(prose.lower().replace("\u2019", "'"))]
    if len(words) < SHORT:
        return _code(declared) or _of_few_words(words)
    return _of_words(prose, words)


def _by_script(text: str, latin: int) -> str | None:
    """The language that a script other than Latin shows, if most letters are of it."""
    if text.isascii():
        return None
    best, count = _SCRIPT[0], 0
    for candidate in _SCRIPT:
        found = len(candidate[0].findall(text))
        # Japanese mixes kana with Chinese characters: a few kana decide.
        found *= 4 if candidate is _SCRIPT[0] else 1
        if found > count:
            best, count = candidate, found
    if not count or count < latin:
        return None
    languages = best[1]
    return languages[0] if len(languages) == 1 else _identify(text, languages)


def _of_few_words(words: list[str]) -> str:
    """English if every word is, or a word of feeling ("poor") stands beside no Hindi; else Hindi, if any is."""
    hindi = [word for word in words if word in read_words("hindi_words.txt")]
    known = [word for word in words if is_english(word)]
    if len(known) == len(words) or (not hindi and any(len(word) > 3 and word in feeling_words() for word in known)):
        return "en"
    return "hi" if hindi and not known else UNDECIDED


def _of_words(text: str, words: list[str]) -> str:
    """The language of a text of three words or more, by the share of known words and py3langid together."""
    hindi = sum(word in read_words("hindi_words.txt") for word in words) / len(words)
    english = sum(map(is_english, words)) / len(words)
    if hindi >= 0.15 and (hindi >= english / 2 or hindi >= 0.3):
        return "hi"
    if english >= 0.8:
        return "en"
    language, probability = _identifier(tuple(_LATIN_LANGUAGES)).classify(text)
    if language == "en":
        return "en" if english >= 0.3 or (english > 0 and probability >= 0.5) else UNDECIDED
    if probability >= SURE and english < 0.6:
        return str(language)
    return "en" if english >= 0.5 and probability < SURE else UNDECIDED


@cache
def is_english(word: str) -> bool:
    """True when a word, or what is left without a common ending, is in the lists."""
    known = english_words()
    return word in known or any(
        word.endswith(ending) and len(word) - len(ending) > 2 and word[: -len(ending)] in known for ending in _ENDINGS
    )


def _identify(text: str, languages: tuple[str, ...]) -> str:
    """The likeliest of the languages; the first where py3langid is not sure."""
    language, probability = _identifier(languages).classify(text)
    return str(language) if probability >= SURE else languages[0]


def _code(declared: str | None) -> str | None:
    """The ISO 639-1 code that a declared language starts with ("en-US", "EN_us"); None for names and nonsense."""
    code = re.split(r"[-_]", declared.strip().lower())[0] if declared else ""
    return code if len(code) == 2 and code.isalpha() else None


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    """py3langid's model, kept to the given languages; its probabilities are scaled by length."""
    from copy import copy

    identifier = copy(_model())
    identifier.set_languages(list(languages))
    return identifier


@cache
def _model() -> Any:
    """py3langid's whole model; half a second to read."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
