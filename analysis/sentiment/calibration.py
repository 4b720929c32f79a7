"""Logits into probabilities that hold, per source, and the figures that say how well a comment's tone is read.

A scale has two parts. Slope and shift say what a logit means in this source's language at even odds: a clause
that takes no side stays near one half even where nearly every comment is a happy one. The prior, the log odds of
positive against negative ratings, comes on top for whole comments, whose probability then holds in the long run (Platt
1999).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Bools",
    "Floats",
    "Measured",
    "Scale",
    "area",
    "calibration_error",
    "fit_scale",
    "fit_thresholds",
    "log_losses",
    "measure",
]

BINS = 10
LEAST_SLOPE, MOST_SLOPE = 0.1, 5.0
LEAST, MOST = 0.2, 0.8  # beyond these equal rates would call nearly everything, or nothing, negative

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Scale:
    """How a source's logits become probabilities of positive, and from where on a comment is negative or positive.

    A comment is negative below `negative` and positive above `positive`, on `comment_probability`.
    """

    slope: float = 1.0
    shift: float = 0.0
    prior: float = 0.0
    negative: float = 0.35
    positive: float = 0.65

    def comment_probability(self, logits: Floats) -> Floats:
        """That a comment is positive rather than negative, at the source's own mix of ratings; NaN stays NaN."""
        return _logistic(self.slope * logits + self.shift + self.prior)


@dataclass(frozen=True)
class Measured:
    """How well negative comments are found: `n` rated comments with middle scores, precision and recall of negative
    among them all; AUC and calibration error (ECE, ten equal bins) on those rated negative or positive."""

    n: int
    precision: float
    recall: float
    auc: float
    ece: float


def fit_scale(logits: Floats, positive: Bools) -> Scale:
    """The slope and shift under which the logits fit the classes best, the share of positives set apart as prior.

    Newton's method on the log loss with Platt's smoothed targets, so that few or separable rows cannot run away;
    thresholds are those of `Scale` itself. Needs both classes.
    """
    ups, downs = float(positive.sum()), float((~positive).sum())
    target = np.where(positive, (ups + 1) / (ups + 2), 1 / (downs + 2))
    prior = math.log(ups / downs)
    x = np.column_stack([logits, np.ones(len(logits))])
    # A weak pull towards the scale as it is: one row's worth.
    at, pull = np.array([1.0, prior]), np.array([1.0, 0.1])
    start = at.copy()
    for _ in range(50):
        p = _logistic(x @ at)
        gradient = x.T @ (p - target) + pull * (at - start)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(hessian, gradient)
        at = at - step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
        if float(np.abs(step).max()) < 1e-9:
            break
    slope = min(MOST_SLOPE, max(LEAST_SLOPE, float(at[0])))
    return Scale(slope=round(slope, 6), shift=round(float(at[1]) - prior, 6), prior=round(prior, 6))


def measure(probability: Floats, classes: NDArray[np.int64], below: float) -> Measured:
    """The figures of comments with a probability each (NaN: unread, found by nobody) and a class -1, 0 or 1."""
    found = probability < below
    polar = (classes != 0) & ~np.isnan(probability)
    happy = classes[polar] > 0
    return Measured(
        n=len(classes),
        precision=float(np.mean(classes[found] == -1)) if found.any() else math.nan,
        recall=float(np.mean(found[classes == -1])) if (classes == -1).any() else math.nan,
        auc=area(probability[polar], happy),
        ece=calibration_error(probability[polar], happy),
    )


def area(scores: Floats, positive: Bools) -> float:
    """Area under the ROC curve: how often a positive row outscores a negative one; NaN without both classes."""
    from scipy.stats import rankdata

    ups, downs = int(positive.sum()), int((~positive).sum())
    if not ups or not downs:
        return math.nan
    return float((rankdata(scores)[positive].sum() - ups * (ups + 1) / 2) / (ups * downs))


def calibration_error(probability: Floats, positive: Bools) -> float:
    """Expected calibration error (Guo et al. 2017): the mean gap of probability and share, over ten equal bins."""
    if not len(probability):
        return math.nan
    bins = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weights=probability - positive, minlength=BINS)
    return float(np.abs(gaps).sum() / len(probability))


def log_losses(probability: Floats, positive: Bools) -> Floats:
    """What each row costs in log loss, none more than one in a thousand would."""
    costs: Floats = -np.log(np.clip(np.where(positive, probability, 1 - probability), 1e-3, 1.0))
    return costs


def fit_thresholds(probability: Floats, classes: NDArray[np.int64]) -> tuple[float, float]:
    """From where on a comment is called negative or positive, by comments with a class -1, 0 or 1.

    Each lies half-way between even odds and where precision equals recall (docs/methods.md, D9): as many comments
    called negative as were rated so. All the way would follow a class mix that moves from month to month.
    """
    low = (0.5 + _even(probability, classes == -1)) / 2
    high = (1.5 - _even(1 - probability, classes == 1)) / 2
    if low > high:
        low = high = (low + high) / 2
    return round(low, 4), round(high, 4)


def _even(probability: Floats, wanted: Bools) -> float:
    """Below which probability as many rows lie as are wanted."""
    order = np.sort(probability)
    return min(MOST, max(LEAST, float(order[min(int(wanted.sum()), len(order) - 1)])))


def _logistic(logits: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float64)
