"""Finds a record's own names in its text, whatever their case and accents; no I/O, nothing logged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from groundswell.privacy_data import COMMON_WORDS, NAME_PARTICLES
from groundswell.privacy_rules import Hit

__all__ = ["find_names"]

_TOKEN = re.compile(r"[\w\u0300-\u036f]+")
_COMBINING = re.compile(r"[\u0300-\u036f]+")
_BETWEEN = re.compile(r"[\s.,'’‘\-\u2010-\u2015]{1,3}")  # between the parts of one full name
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai to Han
_OTHER_BASES = {ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ð"): "d", ord("ı"): "i", ord("ß"): "s"}


class _Fold(dict[int, str]):
    """A translation table to lower case without accents, one letter for one letter so that offsets hold."""

    def __missing__(self, code: int) -> str:
        lower = chr(code).lower()
        base = unicodedata.normalize("NFKD", lower)[:1] if len(lower) == 1 else chr(code)
        self[code] = _OTHER_BASES.get(ord(base), base) if base else chr(code)
        return self[code]


_FOLD = _Fold()


class _Token(NamedTuple):
    start: int
    end: int
    word: str  # folded


def find_names(text: str, names: Iterable[str]) -> Iterator[Hit]:
    """Full names in any case, and their single parts of two letters or more as whole words.

    A part that is an ordinary English word counts only where it is capitalised; a particle or title ("van", "Mrs")
    only within the full name.
    """
    # "O'Brien" and "Anne-Marie" are full names of their own.
    wanted = [words for name in names for words in map(_words, {name: 0} | dict.fromkeys(name.split())) if words]
    folded = text.translate(_FOLD)
    plain = _COMBINING.sub("", folded)
    wanted = [words for words in wanted if any(word in plain for word in words)]
    if not wanted:
        return
    tokens = [_Token(m.start(), m.end(), _COMBINING.sub("", m.group())) for m in _TOKEN.finditer(folded)]
    yield from _full_names(text, tokens, wanted)
    parts = {w for words in wanted for w in words if sum(c.isalpha() for c in w) > 1 and w not in NAME_PARTICLES}
    for token in tokens:
        if token.word in parts and (token.word not in COMMON_WORDS or _is_capitalised(text[token.start : token.end])):
            yield Hit(token.start, token.end, "name")


def _words(name: str) -> list[str]:
    return [_COMBINING.sub("", m.group()) for m in _TOKEN.finditer(name.translate(_FOLD))]


def _full_names(text: str, tokens: list[_Token], wanted: list[list[str]]) -> Iterator[Hit]:
    for words in wanted:
        if _UNSPACED.search(words[0]):
            whole = re.escape("".join(words))
            yield from (Hit(m.start(), m.end(), "name") for m in re.finditer(whole, text) if len(whole) > 1)
        size = len(words)
        if size < 2 or sum(len(w) for w in words) < 4:
            continue
        for i in range(len(tokens) - size + 1):
            if tokens[i].word != words[0]:
                continue
            run = tokens[i : i + size]
            gaps = (text[a.end : b.start] for a, b in zip(run, run[1:], strict=False))
            if [t.word for t in run] == words and all(_BETWEEN.fullmatch(gap) for gap in gaps):
                yield Hit(run[0].start, run[-1].end, "name")


def _is_capitalised(found: str) -> bool:
    return found[0].isupper() and (len(found) < 2 or not found.isupper())
