"""Scores: their distribution in a load against that of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.chance import highest_usual, kolmogorov_tail
from expectations.limits import BatchLimits
from expectations.measured import MAXIMUM, Area, BatchCheck, Severity
from expectations.score_words import ScoreWords

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["judge_scores"]

_HISTORIES = 2  # a distribution takes more records than a share
_GRID = 100  # scores as whole per cents of their scale: every scale in use keeps its steps apart
_FIT = 0.2  # a reversed load lies this near to the reversed history, and half as far as from the history itself
_BEYOND = 0.25  # a load on a shorter scale lacks scores that at least this share of the history has
_ONE_VALUE = 0.7  # a load whose scores are all alike is a bad (or good) time, not another scale


def judge_scores(rows: pd.DataFrame, history: pd.DataFrame, limits: BatchLimits, words: ScoreWords | None) -> Area:
    """The distance between the distributions of the score's place on its scale (1 is best); the largest gap between
    the cumulated shares (Kolmogorov-Smirnov). Empty where either has too few scores.

    So it is where `words` explain the change, unless the scores lie on a part of the scale only: a bad week, or many
    new customers, is news and no fault of the data.
    """
    now, before = _places(rows), _places(history)
    if not len(now) or len(before) < _HISTORIES * limits.history_rows:
        return Area()
    distance = _distance(_cumulated(now), _cumulated(before))
    suspicion = _suspicion(now, before, distance, words is not None) if len(now) >= limits.held_rows else ""
    if words is not None and words.explain_change and not suspicion:
        return Area()

    def says(found: float) -> str:
        meaning = suspicion or "the scale or the question may have changed; or customers judge differently"
        return (
            f"the {len(now):,} scores lie differently from usual: mean {now.mean():.0f}% of the way to the best, "
            f"usually {before.mean():.0f}% (of {len(before):,} earlier scores; distance {found:.2f}): {meaning}"
        )

    least = max(limits.score_drift, _swing(before, len(now)), _improbable(len(now), len(before), limits.improbable))
    levels: list[tuple[Severity, float]] = [("warning", least)]
    if suspicion:
        levels.append(("critical", max(least, limits.score_held)))
    checks = []
    for severity, most in levels:
        explains = f"distance of {len(now):,} scores from {len(before):,} earlier ones: {severity} above {most:.2f}"
        checks.append(BatchCheck("scores", severity, "score_distance", MAXIMUM, {"max_value": most}, says, explains))
    return Area({"score_distance": distance}, tuple(checks))


def _places(frame: pd.DataFrame) -> NDArray[np.int64]:
    """The scores as whole per cents of their scale, in the frame's order."""
    import numpy as np

    scaled = frame["score_scaled"].to_numpy(dtype="float64")
    places: NDArray[np.int64] = np.clip(np.rint(scaled[np.isfinite(scaled)] * _GRID), 0, _GRID).astype("int64")
    return places


def _cumulated(places: NDArray[np.int64]) -> NDArray[np.float64]:
    import numpy as np

    return np.cumsum(np.bincount(places, minlength=_GRID + 1)) / len(places)


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    import numpy as np

    return float(np.max(np.abs(one - other)))


def _swing(before: NDArray[np.int64], n: int) -> float:
    """The distance from the whole history that one earlier stretch of this size in twenty exceeds."""
    import numpy as np

    whole = _cumulated(before)
    starts = range(len(before) % n, len(before) - n + 1, n)
    kept = [starts[int(i)] for i in np.unique(np.linspace(0, len(starts) - 1, min(len(starts), 100)).astype(int))]
    return highest_usual([_distance(_cumulated(before[start : start + n]), whole) for start in kept]) or 0.0


def _improbable(n: int, m: int, improbable: float) -> float:
    """The distance that chance exceeds with this probability."""
    low, high = 0.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if kolmogorov_tail(middle, n, m) > improbable else (low, middle)
    return high


def _suspicion(now: NDArray[np.int64], before: NDArray[np.int64], distance: float, words_tell: bool) -> str:
    """What speaks for another scale; "" where nothing does."""
    import numpy as np

    turned = _distance(_cumulated(_GRID - now), _cumulated(before))
    if not words_tell and turned <= min(_FIT, distance / 2):
        return (
            f"turned round they would fit (distance {turned:.2f}), so the scale may be reversed now; or the mood of "
            "customers has turned over: read some of them"
        )
    beyond = float(np.mean((before < now.min()) | (before > now.max())))
    if beyond >= _BEYOND and np.bincount(now).max() <= _ONE_VALUE * len(now):
        return (
            f"none lies where {beyond:.0%} of the earlier ones do, so another scale may be in use (1-5 instead of "
            "0-10, say); or something changed for all customers: read some of them"
        )
    return ""
