"""The shipped starter heads: two logistic heads on a clause's embedding, its lexicon scores and its words.

The polar head says how surely a text is positive rather than negative, the neutral head how surely it holds no opinion
at all. Both are data, `data/starter_heads.tsv` and `data/starter_words.tsv`, made by benchmarks/train_sentiment.py;
docs/sentiment.md is their model card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.text.lexicon import LANGUAGES, SCORES, lexicon_scores
from groundswell.errors import ModelError

__all__ = ["DIMENSIONS", "FILES", "Heads", "clause_lexicon", "features", "parse_heads", "starter_heads", "terms_of"]

DIMENSIONS = 384
FILES = ("starter_heads.tsv", "starter_words.tsv")
# How much a lexicon score counts beside one unit of embedding: the ridge holds both to the same length.
SCALES = {"compound": 3.0, "neg": 4.0, "neu": 1.0, "pos": 4.0}
NAMES = (*(f"v{i}" for i in range(DIMENSIONS)), *SCORES)

_Numbers = NDArray[np.float64]
_SCALE = np.array([SCALES[name] for name in SCORES])
_NONE: Mapping[str, tuple[str, float]] = {}
_NO_FEELING = (0.0, 0.0, 1.0, 0.0)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[!?]")
_ROWS = 8192
LOGIT_DIGITS = 6  # of a logit: beyond that the order of a sum shows, which a processor may choose


@dataclass(frozen=True, eq=False)
class Heads:
    """The weights of a polar and a neutral head.

    `dense` has one row per feature (`features`) and the columns polar and neutral, `bias` one number per column;
    `words` holds the polar weight of words and pairs of words.
    """

    version: str
    dense: _Numbers
    bias: _Numbers
    words: Mapping[str, float]

    def polar(self, texts: Sequence[str], vectors: NDArray[np.float32], lexicon: _Numbers) -> _Numbers:
        """The logit of "positive rather than negative" of each text, float64[n].

        `vectors` are the texts' embeddings, float32[n, 384]; `lexicon` their `lexicon_scores`, float64[n, 4].
        """
        return _rounded(self._dense_logits(0, vectors, lexicon) + self._word_logits(texts))

    def neutral(self, vectors: NDArray[np.float32], lexicon: _Numbers) -> _Numbers:
        """The logit of "no opinion" of each text, float64[n].

        From `vectors` and `lexicon` as in `polar`; words have no say in it.
        """
        return _rounded(self._dense_logits(1, vectors, lexicon))

    def _dense_logits(self, head: int, vectors: NDArray[np.float32], lexicon: _Numbers) -> _Numbers:
        weights, found = self.dense[:, head], np.empty(len(vectors))
        # Part by part, and the vectors as they are: `features` would copy 150 MB of them per 50,000 clauses.
        for start in range(0, len(vectors), _ROWS):
            part = slice(start, start + _ROWS)
            found[part] = vectors[part].astype(np.float64) @ weights[:DIMENSIONS]
        logits: _Numbers = found + lexicon @ (weights[DIMENSIONS:] * _SCALE) + self.bias[head]
        return logits

    @cached_property
    def _pairs(self) -> Mapping[str, Mapping[str, tuple[str, float]]]:
        """By first word and second word: the pair and its weight. Looking up is cheaper than joining every pair."""
        found: dict[str, dict[str, tuple[str, float]]] = {}
        for pair, weight in self.words.items():
            first, _, second = pair.partition(" ")
            if second:
                found.setdefault(first, {})[second] = (pair, weight)
        return found

    def _word_logits(self, texts: Sequence[str]) -> _Numbers:
        """What the words add to the polar logit: the sum of their weights by the root of their number."""
        return np.fromiter(map(self._word_logit, texts), dtype=np.float64, count=len(texts))

    def _word_logit(self, text: str) -> float:
        words, pairs = self.words, self._pairs
        found: dict[str, float] = {}
        before = _NONE
        for word in _WORD.findall(text.lower().replace("’", "'")):
            if word in words:
                found[word] = words[word]
            if word in before:
                pair, weight = before[word]
                found[pair] = weight
            before = pairs.get(word, _NONE)
        return sum(found.values()) / len(found) ** 0.5 if found else 0.0


def _rounded(logits: _Numbers) -> _Numbers:
    rounded: _Numbers = np.round(logits, LOGIT_DIGITS)
    return rounded


def features(vectors: NDArray[np.float32], lexicon: _Numbers) -> _Numbers:
    """What the heads see of each text, float64[n, 388]: its embedding and its scaled lexicon scores."""
    return np.hstack([np.asarray(vectors, dtype=np.float64), np.asarray(lexicon, dtype=np.float64) * _SCALE])


def clause_lexicon(texts: Sequence[str], languages: Sequence[str]) -> _Numbers:
    """`lexicon_scores` of texts in any language, float64[n, 4]: one that the lists do not know has no feeling.

    A text of an undecided language counts as English: what it has of the lists' words and emoji counts.
    """
    found = np.tile(_NO_FEELING, (len(texts), 1))
    known = [i for i, language in enumerate(languages) if language in LANGUAGES]
    found[known] = lexicon_scores([texts[i] for i in known])
    return found


def terms_of(text: str) -> Iterator[str]:
    """The words of a text in lower case, then its pairs of neighbouring words ("not good")."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    yield from words
    for first, second in zip(words, words[1:], strict=False):
        yield f"{first} {second}"


@cache
def starter_heads() -> Heads:
    """The heads that are shipped. Raises ModelError where their files are missing or broken."""
    folder = files("analysis") / "data"
    try:
        dense, words = ((folder / name).read_bytes() for name in FILES)
    except OSError as error:
        raise ModelError(f"{error.filename}: cannot be read: {error.strerror}; install Groundswell again") from error
    return parse_heads(dense, words)


def parse_heads(dense: bytes, words: bytes) -> Heads:
    """The heads that the two files hold; their version is a hash of both. Raises ModelError for a broken file."""
    version = f"starter-{sha256(dense + words).hexdigest()[:8]}"
    try:
        table = {name: (float(polar), float(neutral)) for name, polar, neutral in _rows(dense)}
        rows = np.array([table[name] for name in NAMES])
        bias = np.array(table["bias"])
        weights = {term: float(weight) for term, weight in _rows(words)}
    except (ValueError, KeyError) as error:
        raise ModelError(
            f"{' or '.join(FILES)} in analysis/data: not what it should be ({error}); install Groundswell again"
        ) from error
    if not (np.isfinite(rows).all() and np.isfinite(bias).all() and np.isfinite(list(weights.values())).all()):
        raise ModelError(f"{' or '.join(FILES)} in analysis/data: a weight is no number; install Groundswell again")
    return Heads(version, rows, bias, weights)


def _rows(body: bytes) -> Iterator[list[str]]:
    """The rows of a tab-separated file without its comments."""
    for line in body.decode("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
