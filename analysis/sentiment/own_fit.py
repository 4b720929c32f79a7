"""Multiple-instance learning: clause logits from the ratings of whole comments (docs/methods.md, D9).

A comment's probability is the mean of its clauses' (Kotzias et al. 2015, "From group to individual labels using deep
features", in its simplest form); the penalised log loss is minimised by L-BFGS from zero, so that the same rows give
the same weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.calibration import Bools, Floats
from analysis.sentiment.own_rows import Ints

__all__ = ["RIDGE", "balanced", "fit_weights"]

RIDGE = 3e-4  # on the mean loss: chosen by human-rated sentences of other domains (docs/decisions.md)
ROUNDS = 150
TOLERANCE = 1e-6
WEIGHT_DIGITS = 4  # of a weight: what more there is depends on the order in which a processor sums
_SURE = 1e-7


def balanced(cells: Ints) -> Floats:
    """Weights that sum to 1 and give every cell (a source's negatives, its positives) the same share."""
    _, at, counts = np.unique(cells, return_inverse=True, return_counts=True)
    weights: Floats = 1.0 / counts[at] / len(counts)
    return weights


def fit_weights(
    matrix: NDArray[np.float32], words: Any, owner: Ints, positive: Bools, source: Ints, weights: Floats
) -> tuple[Floats, Floats, float]:
    """The weights of the features [k] and of the words [v], and the mean intercept.

    `matrix` [m, k] and the sparse `words` [m, v] hold the clauses, `owner` [m] the comment of each (0..n-1);
    `positive`, `source` (0..s-1) and `weights` belong to the n comments. Each source has an intercept of its own, so
    that no weight has to explain why one is happier than another.
    """
    from scipy.optimize import minimize

    n, dense, sources = len(positive), matrix.shape[1], int(source.max()) + 1
    width = dense + words.shape[1]
    turned = words.T.tocsr()
    counts = np.bincount(owner, minlength=n)
    sign, home = np.where(positive, 1.0, -1.0), source[owner]

    def loss(at: Floats) -> tuple[float, Floats]:
        own, small = at[:width], at[:width].astype(np.float32)
        logits = matrix @ small[:dense] + words @ small[dense:] + at[width:][home]
        each = 0.5 * (1 + np.tanh(0.5 * logits))
        whole = np.clip(np.bincount(owner, weights=each, minlength=n) / counts, _SURE, 1 - _SURE)
        right = np.where(positive, whole, 1 - whole)
        value = -float(weights @ np.log(right)) + RIDGE / 2 * float(own @ own)
        slope = (-weights * sign / right / counts)[owner] * each * (1 - each)
        pull = slope.astype(np.float32)
        steep = np.concatenate([matrix.T @ pull, turned @ pull]).astype(np.float64) + RIDGE * own
        return value, np.append(steep, np.bincount(home, weights=slope, minlength=sources))

    found = minimize(
        loss, np.zeros(width + sources), jac=True, method="L-BFGS-B",
        options={"maxiter": ROUNDS, "gtol": TOLERANCE, "ftol": 1e-9},
    ).x  # fmt: skip
    own = np.round(found[:width], WEIGHT_DIGITS) + 0.0
    return own[:dense], own[dense:], round(float(found[width:].mean()), WEIGHT_DIGITS) + 0.0
