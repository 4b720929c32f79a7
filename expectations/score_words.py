"""Whether the scores still go with the words: what tells a reversed scale from a bad week.

In both, low scores come in where high ones were usual. But in a bad week people who score low write as people who
score low always did; on a reversed scale they write as those who scored high. So each word (and pair of words) of the
history gets the mean score of the texts that hold it, and a text the mean of its words: its *tone*. The agreement is
the correlation of tone and score. Words live in memory only, as 64-bit numbers.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.chance import normal_quantile
from expectations.limits import BatchLimits
from expectations.measured import MAXIMUM, Area, BatchCheck, Severity

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["ScoreWords", "judge_agreement", "read_score_words"]

_MOST_TEXTS = 5_000  # the newest of the history; more sharpen nothing
_USABLE = 0.3  # a usual agreement below this tells nothing; four real sources have .58-.73, the demo's .31-.72
_LOST = 0.25  # of the usual agreement: less is a warning,
_REVERSED = -0.33  # and this, below nought, another direction
_SURE = 50  # texts; the agreement of fewer swings too much to call it lost
_EXPLAINED = 0.5  # of a change in score: a change in tone that goes with that much of it is the customers' doing
_SHORTEST = 2  # words
_PRIOR = 5.0  # texts without opinion that each word starts with: a word met once says little
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ScoreWords:
    """The agreement of scores and words in a load (`found`, of `n` texts) and in its history (`usual`, of `earlier`).

    `explained` is the share of the change in mean score that goes with the words' change in tone: about 1 where other
    customers wrote, or in another mood; about 0 where the same things were said and scored otherwise.
    """

    found: float
    n: int
    usual: float
    earlier: int
    explained: float

    @property
    def explain_change(self) -> bool:
        """True where a change of the scores is the customers' doing, as their words show."""
        return self.explained >= _EXPLAINED and self.found > 0


def read_score_words(rows: pd.DataFrame, history: pd.DataFrame, limits: BatchLimits) -> ScoreWords | None:
    """What the words say of the scores; None where they usually say too little, or too few records have both."""
    import numpy as np

    texts, scores = _texts_and_scores(rows)
    if len(texts) < limits.held_rows:
        return None
    earlier, earlier_scores = _texts_and_scores(history[-_MOST_TEXTS:])
    if len(earlier) < 2 * limits.history_rows:
        return None
    halves = [_weigh(earlier[half::2], earlier_scores[half::2]) for half in (0, 1)]
    before = np.empty(len(earlier))
    for half in (0, 1):  # by the words of the other half: its own score must not give a text away
        before[half::2] = _tones(earlier[half::2], halves[1 - half])
    now = np.mean([_tones(texts, weights) for weights in halves], axis=0)
    read, usually = np.isfinite(now), _correlation(before, earlier_scores)
    if usually < _USABLE or read.sum() < limits.held_rows:
        return None
    known = np.isfinite(before)
    # How much the tone rises with the score, as people write: tells what a change in score does to the tone.
    rise = usually * before[known].std() / earlier_scores[known].std()
    change = float(scores[read].mean() - earlier_scores[known].mean()) * rise
    explained = float(now[read].mean() - before[known].mean()) / change if change else 0.0
    return ScoreWords(_correlation(now, scores), int(read.sum()), usually, len(earlier), explained)


def judge_agreement(words: ScoreWords | None, limits: BatchLimits) -> Area:
    """The agreement of the load's scores with its words, -1 to 1; empty where nothing is known of it."""
    if words is None:
        return Area()

    def says(found: float) -> str:
        meaning = (
            "low scores stand with contented words, so the scale may be reversed now"
            if found < words.usual * _REVERSED
            else "scores may stand beside the texts of other records"
        )
        return (
            f"the scores of {words.n:,} texts do not go with their words as usual: agreement {found:.2f}, usually "
            f"{words.usual:.2f} (of {words.earlier:,} earlier texts; 1 is full, below 0 contrary): {meaning}"
        )

    # Fisher's z: how low the agreement of so many texts may fall by chance.
    chance = math.tanh(math.atanh(words.usual) - normal_quantile(limits.improbable) / math.sqrt(words.n - 3))
    levels: list[tuple[Severity, float]] = [("warning", words.usual * _LOST)] if words.n >= _SURE else []
    checks = []
    for severity, most in (*levels, ("critical", words.usual * _REVERSED)):
        least = min(most, chance)
        explains = f"agreement of scores with words, usually {words.usual:.2f}: {severity} below {least:.2f}"
        checks.append(BatchCheck("scores", severity, "score_agreement", MAXIMUM, {"min_value": least}, says, explains))
    return Area({"score_agreement": words.found}, tuple(checks))


def _texts_and_scores(frame: pd.DataFrame) -> tuple[list[frozenset[int]], NDArray[np.float64]]:
    """The words and the score of those records that have both."""
    import numpy as np

    scores = frame["score_scaled"].to_numpy(dtype="float64")
    words = [_words(text) if isinstance(text, str) else frozenset() for text in frame["text"]]
    kept = np.isfinite(scores) & np.array([bool(found) for found in words], dtype=bool)
    return [words[place] for place in np.flatnonzero(kept)], scores[kept]


def _words(text: str) -> frozenset[int]:
    """Words and neighbouring words of a text, as numbers; none of a very short one."""
    words = _WORD.findall(text.casefold())
    if len(words) < _SHORTEST:
        return frozenset()
    return frozenset(map(hash, (*words, *zip(words, words[1:], strict=False))))


def _weigh(texts: Sequence[frozenset[int]], scores: NDArray[np.float64]) -> dict[int, float]:
    """How far the texts with each word lie from the mean score, drawn towards 0 where they are few."""
    totals: defaultdict[int, float] = defaultdict(float)
    counts: defaultdict[int, int] = defaultdict(int)
    for words, score in zip(texts, (scores - scores.mean()).tolist(), strict=True):
        for word in words:
            totals[word] += score
            counts[word] += 1
    return {word: total / (counts[word] + _PRIOR) for word, total in totals.items()}


def _tones(texts: Sequence[frozenset[int]], weights: dict[int, float]) -> NDArray[np.float64]:
    """The tone of each text, NaN where none of its words is known."""
    import numpy as np

    tones = np.full(len(texts), np.nan)
    for place, words in enumerate(texts):
        if known := [weights[word] for word in words if word in weights]:
            # Exactly summed: the order of a set must not show in the last bit.
            tones[place] = math.fsum(known) / len(known)
    return tones


def _correlation(tones: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Between the tones that are known and their scores; 0 where either does not vary."""
    import numpy as np

    known = np.isfinite(tones)
    if known.sum() < 4 or np.ptp(tones[known]) == 0 or np.ptp(scores[known]) == 0:
        return 0.0
    return float(np.clip(np.corrcoef(tones[known], scores[known])[0, 1], -0.999, 0.999))
