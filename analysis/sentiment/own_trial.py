"""Trial of an own head: what it says of comments that it has not seen, by time where the comments have one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.calibration import Bools, Floats
from analysis.sentiment.own_fit import WEIGHT_DIGITS, balanced, fit_weights
from analysis.sentiment.own_head import FEATURES, OwnPart
from analysis.sentiment.own_rows import Ints, RatedRows, numbered

__all__ = [
    "CUTS",
    "FULL_WEIGHT",
    "LEAST_FOLD",
    "MOST_WEIGHT",
    "Fitted",
    "Trial",
    "cross_validated",
    "fit_rows",
    "own_weight",
    "taught",
]

FULL_WEIGHT, MOST_WEIGHT = 500, 2.0  # ratings at which the own logit counts as much as the starter's, and at most
LEAST_FOLD = 10  # ratings of a kind that a fold's training part needs
MOSTLY = 0.9  # of a source's comments have a date: then it goes by time, and those without one are learned from
CUTS = (0.4, 0.55, 0.7, 0.85, 1.0)  # by time: trained on what lies before a cut, tested up to the next


@dataclass(frozen=True, eq=False)
class Trial:
    """What heads that had not seen a comment said of it: comment logits [n], NaN where none was asked."""

    starter: Floats
    own: Floats  # starter and own together, the own by the weight that its training rows gave it
    by_time: frozenset[str]  # the sources whose comments were read by heads of earlier ones


def cross_validated(rows: RatedRows) -> Trial:
    """Each comment read by a head trained on earlier ones of its source (and of the others), or on other folds."""
    own, home = np.full(len(rows.classes), np.nan), numbered(rows.sources)
    by_time, part = _parts(rows, home)
    for fold in range(1, len(CUTS)):
        learn, counts = taught(rows, rows.learn & np.where(by_time[home], part < fold, part != fold))
        tested = (part == fold) & (counts[home] > 0)
        if not tested.any():
            continue
        said = rows.added(fit_rows(rows, learn).logits(rows))
        own[tested] = rows.starter[tested] + own_weight(counts[home[tested]]) * said[tested]
    dated = frozenset(name for name, known in zip(rows.names, by_time, strict=True) if known)
    return Trial(rows.starter, own, dated)


def _parts(rows: RatedRows, home: Ints) -> tuple[Bools, Ints]:
    """Per source whether its comments go by time; per comment the part (0..4, by time; else 1..4) it belongs to."""
    sources = int(home.max(initial=-1)) + 1
    dated, part = np.zeros(sources, dtype=bool), 1 + rows.folds % (len(CUTS) - 1)
    for source in range(sources):
        own = np.flatnonzero(home == source)
        known = own[~np.isnat(rows.times[own])]
        times = np.sort(rows.times[known])
        dated[source] = len(known) >= MOSTLY * len(own) and len(np.unique(times)) >= len(CUTS)
        if dated[source]:
            edges = times[(len(known) * np.array(CUTS[:-1])).astype(int)]
            part[own] = 0
            part[known] = np.searchsorted(edges, rows.times[known], side="right")  # one moment is never on both sides
    return dated, part


def taught(rows: RatedRows, learn: Bools) -> tuple[Bools, Ints]:
    """Those of the comments marked whose source has enough of both classes, and per source how many they are."""
    home = numbered(rows.sources)
    sources = int(home.max(initial=-1)) + 1
    each = [np.bincount(home[learn & (rows.classes == side)], minlength=sources) for side in (-1, 1)]
    counts = np.where(np.minimum(*each) >= LEAST_FOLD, each[0] + each[1], 0)
    return learn & (counts[home] > 0), counts


def own_weight(ratings: NDArray[np.int64] | int) -> Floats:
    """How much the own logit counts beside the starter's: more with each rating that it learned from."""
    return np.minimum(np.asarray(ratings) / FULL_WEIGHT, MOST_WEIGHT)


@dataclass(frozen=True, eq=False)
class Fitted:
    """The weights of s sources, in the order of their names."""

    weights: Floats  # [s, 388]
    words: Floats  # [s, v]
    bias: Floats  # [s]

    def logits(self, rows: RatedRows) -> Floats:
        """The own logit of every clause."""
        home, found = numbered(rows.sources)[rows.owner], np.zeros(len(rows.owner))
        for source in range(len(self.bias)):
            mine = np.flatnonzero(home == source)
            dense, words = self.weights[source].astype(np.float32), self.words[source].astype(np.float32)
            found[mine] = rows.matrix[mine] @ dense + rows.words[mine] @ words + self.bias[source]
        return found

    def parts(self) -> list[OwnPart]:
        """Per source, in the order of their names."""
        return [OwnPart(a, b, float(c)) for a, b, c in zip(self.weights, self.words, self.bias, strict=True)]


def fit_rows(rows: RatedRows, learn: Bools) -> Fitted:
    """Each source's weights from the comments marked: the mean of a head of its own and one of all sources together.

    In both every class of every source has the same say. A source with nothing to learn from gets the common head.
    """
    home = numbered(rows.sources)
    sources = int(home.max(initial=-1)) + 1
    if not learn.any():
        return Fitted(np.zeros((sources, FEATURES)), np.zeros((sources, len(rows.terms))), np.zeros(sources))
    common = _fitted(rows, learn, home)
    each = [common] * sources
    several = np.unique(home[learn])
    for source in several if len(several) > 1 else ():
        own = _fitted(rows, learn & (home == source), home)
        each[source] = tuple((a + b) / 2 for a, b in zip(common, own, strict=True))
    weights, words, bias = (np.array([part[place] for part in each]) for place in range(3))
    return Fitted(np.round(weights, WEIGHT_DIGITS), np.round(words, WEIGHT_DIGITS), np.round(bias, WEIGHT_DIGITS))


def _fitted(rows: RatedRows, learn: Bools, home: Ints) -> tuple[Floats, ...]:
    """One head from the comments marked: weights of the features and of the words, and the intercept."""
    place, held = np.cumsum(learn) - 1, np.flatnonzero(learn[rows.owner])
    source, positive = np.unique(home[learn], return_inverse=True)[1], rows.classes[learn] > 0
    weights = balanced(source * 2 + positive.astype(np.int64))
    owner = place[rows.owner[held]]
    dense, words, bias = fit_weights(rows.matrix[held], rows.words[held], owner, positive, source, weights)
    return dense, words, np.array(bias)
