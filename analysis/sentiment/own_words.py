"""The words that tell most about the tone in a store's own comments, as its heads read them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from analysis.sentiment.calibration import Floats
from analysis.sentiment.own_rows import RatedRows
from analysis.sentiment.own_terms import without_marks
from analysis.text.wordlists import read_words

__all__ = ["telling_words"]

EACH_WAY = 12
LEAST_COMMENTS = 3  # by different authors
STEADY = 8  # clauses of no effect that every word is thought to have had as well: rare words must tell more

_WORD = re.compile(r"[^\W\d_]{3,}(?:['’][a-z]+)?")


def telling_words(rows: RatedRows, own: Floats, in_use: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """The words whose clauses the heads read most differently from the rest, the most negative first.

    The number is the mean own logit (by its weight and its source's slope) of the clauses that hold the word less that
    of all clauses of the sources in `in_use`, drawn towards 0 where they are few. No names, numbers, function words or
    redaction marks; at least 3 comments by different authors.
    """
    weight = np.array([in_use.get(str(name), 0.0) for name in rows.sources])[rows.owner]
    used = np.flatnonzero(weight > 0)
    if not len(used):
        return ()
    logits = weight * own
    centre = float(logits[used].mean())
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    who: dict[str, set[str]] = {}
    for row in used:
        for word in set(_WORD.findall(without_marks(rows.texts[row]).lower().replace("’", "'"))):
            sums[word] = sums.get(word, 0.0) + float(logits[row]) - centre
            counts[word] = counts.get(word, 0) + 1
            who.setdefault(word, set()).add(rows.authors[rows.owner[row]])
    left_out = read_words("given_names.txt") | read_words("stop_words.txt")
    found = [
        (round(sums[word] / (counts[word] + STEADY), 3), word)
        for word in sums
        if len(who[word]) >= LEAST_COMMENTS and word.split("'")[0] not in left_out
    ]
    low = sorted(pair for pair in found if pair[0] < 0)[:EACH_WAY]
    high = sorted(((-value, word) for value, word in found if value > 0))[:EACH_WAY]
    return tuple([(word, value) for value, word in low] + [(word, -value) for value, word in reversed(high)])
