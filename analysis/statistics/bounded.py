"""95 % intervals of means on a scale with two ends: NPS, CSAT, CES, stars, tone (docs/methods.md, D1).

A Wilson interval in which the answers count as what they are worth: fewer where one author gives several, more where
they lie closer together than all at both ends. It takes no draws, covers at small n and skew, and stays on the scale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.statistics.clusters import (
    Answers,
    Codes,
    Floats,
    answers_by_group,
    answers_of,
    author_codes,
    people_of_groups,
    sums,
)
from groundswell.findings import Interval

__all__ = [
    "SHARE",
    "Bounds",
    "Scale",
    "bounded_means",
    "correlation_of_means",
    "differences",
    "difference_of_means",
    "mean_interval",
    "product",
    "share_intervals",
    "shared_authors",
    "square_and_add",
]

# What the variance is taken for, as a share of the greatest that a mean allows, while hardly anybody leaves the best
# answer; as strongly as one who does. Where all say five stars, the rare one star has not been seen yet.
USUAL_DISPERSION, DISPERSION_WEIGHT = 0.75, 1.0
# How far the end on the longer side is moved out for authors of very different weight, at most, in standard errors.
LOPSIDED, MOST_MOVED = 1.5, 2.0
Z = 1.959963984540054
# Authors who answer in both of two periods are believed to be alike as strongly as they are more than these.
FEW_IN_BOTH = 2.0
# Two means are never taken for one and the same.
MOST_CORRELATED = 0.95
# Values with the low and the high ends of their intervals.
Bounds: TypeAlias = tuple[Floats, Floats, Floats]
# Who gave each value: names, or their numbers.
Authors: TypeAlias = npt.NDArray[Any] | pd.Series


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest value; `two_valued` where nothing lies between them."""

    low: float
    high: float
    two_valued: bool = False

    @property
    def width(self) -> float:
        """From the lowest to the highest value."""
        return self.high - self.low

    def unit(self, values: Floats) -> Floats:
        """The values on 0-1; all 0 on a scale without width."""
        return (values - self.low) / self.width if self.width > 0 else np.zeros(len(values))


# Of what holds or does not: a mean of 0 and 1.
SHARE = Scale(0.0, 1.0, two_valued=True)


def share_intervals(answers: Answers) -> Bounds:
    """The shares of which a product is made, with the ends of their intervals.

    That the heaviest authors may all be of one kind is left to the other factor, whose mean they throw about as well.
    """
    return bounded_means(replace(answers, lopsided=np.ones_like(answers.lopsided)), SHARE)


def mean_interval(values: Floats, authors: Authors, scale: Scale) -> Interval:
    """The mean with its interval, all answers of one author being one cluster; needs at least one value."""
    value, low, high = bounded_means(answers_of(scale.unit(values), author_codes(authors)[0]), scale)
    return Interval(float(value[0]), float(low[0]), float(high[0]))


def bounded_means(answers: Answers, scale: Scale) -> Bounds:
    """Means and the ends of their intervals in the units of the scale, one per group; NaN for an empty group."""
    mean = answers.mean
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = answers.effective / (1.0 if scale.two_valued else _dispersion(answers))
        z = stats.t.ppf(0.975, _free(answers))
        longer, z = _longer(answers, worth, z), z - _flatter(answers, worth)
        low = _end(mean, worth, z + np.clip(-longer, 0, MOST_MOVED), -1)
        high = _end(mean, worth, z + np.clip(longer, 0, MOST_MOVED), 1)
    ends = (mean, np.minimum(mean, np.maximum(0.0, low)), np.maximum(mean, np.minimum(1.0, high)))
    value, low, high = (scale.low + scale.width * end for end in ends)
    return value, low, high


def _free(answers: Answers) -> Floats:
    """Degrees of freedom of the variance."""
    free: Floats = np.maximum(1.0, np.minimum(answers.n, 2 * answers.effective) - 1)
    return free


def _near(answers: Answers, worth: Floats) -> Floats:
    """The mean, moved a little towards the middle of the scale."""
    return (worth * answers.mean + 2) / (worth + 4)


def _end(mean: Floats, worth: Floats, z: Floats, side: int) -> Floats:
    """The farthest mean on one side that differs from this one by at most z standard errors of its own."""
    share = z**2 / worth
    end: Floats = (mean + share / 2 + side * z * np.sqrt(mean * (1 - mean) / worth + share / (4 * worth))) / (1 + share)
    return end


def _dispersion(answers: Answers) -> Floats:
    """The variance as a share of the greatest that this mean allows; leans on the usual one near the ends."""
    greatest = answers.mean * (1 - answers.mean)
    known = 4 * answers.effective * greatest
    seen = np.divide(answers.variance, greatest, out=np.zeros_like(greatest), where=greatest > 1e-12)
    return np.minimum(1.0, (known * seen + DISPERSION_WEIGHT * USUAL_DISPERSION) / (known + DISPERSION_WEIGHT))


def _longer(answers: Answers, worth: Floats, z: Floats) -> Floats:
    """By how many standard errors the upper end lies farther out (negative: the lower one), after Cornish and Fisher.

    Wilson's test knows the skewness of answers of one weight. Where a few authors weigh more the mean is skewer: one
    unhappy author among happy ones throws it far down, and seldom.
    """
    near = _near(answers, worth)
    skewness = (2 * near - 1) / np.sqrt(near * (1 - near) * worth)
    moved: Floats = LOPSIDED * (z**2 - 1) / 6 * skewness * np.maximum(0.0, answers.lopsided - 1)
    return moved


def _flatter(answers: Answers, worth: Floats) -> Floats:
    """By how many standard errors both ends lie farther in where few authors weigh most, after Cornish and Fisher.

    Answers at both ends of a scale have no tails, and neither has a mean that is one author's answer for the most part.
    """
    near = _near(answers, worth)
    kurtosis = answers.peaked * np.minimum(0.0, 1 / (near * (1 - near)) - 6)
    flatter: Floats = -(Z**3 - 3 * Z) / 24 * kurtosis
    return flatter


def differences(one: Answers, two: Answers, scale: Scale, correlation: Floats | float = 0.0) -> Bounds:
    """The means of `one` minus those of `two`, group by group, with the ends of their intervals (`square_and_add`).

    Both intervals are brought to one Student's t, that of the degrees of freedom of the difference (Welch and
    Satterthwaite). `correlation` is that of the two means.
    """
    ends = [bounded_means(side, scale) for side in (one, two)]
    free = [_free(side) for side in (one, two)]
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [(high - low) ** 2 for _, low, high in ends]
        both = sum(parts) ** 2 / sum(part**2 / df for part, df in zip(parts, free, strict=True))
        shorter = [stats.t.ppf(0.975, both) / stats.t.ppf(0.975, df) for df in free]
    sides = [(m, m - (m - low) * by, m + (high - m) * by) for (m, low, high), by in zip(ends, shorter, strict=True)]
    return square_and_add(sides[0], sides[1], correlation)


def square_and_add(one: Bounds, two: Bounds, correlation: Floats | float = 0.0) -> Bounds:
    """`one` minus `two`, each (value, low, high), with the ends that their own ends give (MOVER, as Newcombe's).

    `correlation` is that of the two values.
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, two
    difference = a - b
    down = (a - a_low) ** 2 + (b_high - b) ** 2 - 2 * correlation * (a - a_low) * (b_high - b)
    up = (a_high - a) ** 2 + (b - b_low) ** 2 - 2 * correlation * (a_high - a) * (b - b_low)
    return difference, difference - np.sqrt(np.maximum(0.0, down)), difference + np.sqrt(np.maximum(0.0, up))


def difference_of_means(
    values: Floats,
    authors: Authors,
    others: Floats,
    other_authors: Authors,
    scale: Scale,
) -> Interval:
    """Mean of the values minus mean of the others; authors who answer on both sides make it surer.

    Both sides need at least one value.
    """
    codes, _ = author_codes(np.concatenate([np.asarray(authors, object), np.asarray(other_authors, object)]))
    unit = scale.unit(np.concatenate([values, others]))
    sides = np.repeat(np.array([0, 1], dtype=np.intp), [len(values), len(others)])
    answers = answers_by_group(unit, sides, codes, 2)
    one, two = (Answers(*(getattr(answers, name)[[side]] for name in Answers.__slots__)) for side in (0, 1))
    found = differences(one, two, scale, _correlation(unit, sides, codes, answers))
    change, low, high = (float(end[0]) for end in found)
    return Interval(change, low, high)


def _correlation(unit: Floats, sides: Codes, codes: Codes, answers: Answers) -> float:
    """Of the means of two sides that share authors; 0 where they share none or too few to show that they are alike."""
    people = int(codes.max()) + 1
    error = unit - answers.mean[sides]
    counts = np.array([np.bincount(codes[sides == s], minlength=people) for s in (0, 1)], dtype=np.float64)
    sums = np.array([np.bincount(codes[sides == s], weights=error[sides == s], minlength=people) for s in (0, 1)])
    both = np.flatnonzero(counts.min(axis=0) > 0)
    variance = float(np.sqrt(answers.variance.prod()))
    if len(both) == 0 or variance == 0:
        return 0.0
    alike = float((sums[:, both] / counts[:, both]).prod(axis=0).sum()) / (variance * (len(both) + FEW_IN_BOTH))
    shared = float(counts.prod(axis=0).sum() * np.sqrt(answers.effective.prod()) / answers.n.prod())
    return min(MOST_CORRELATED, max(0.0, alike) * shared)


def shared_authors(answers: Answers, groups: Codes, side: npt.NDArray[np.bool_], codes: Codes, count: int) -> Floats:
    """The correlation of the two means of each group, because authors have answers on both sides of it.

    `answers` are those of 2 x `count` sides, numbered group * 2 + side. How alike an author's answers on both sides are
    is taken from the side where they are less alike.
    """
    of, place = people_of_groups(groups, codes, count)
    on_side = sums(place, side.astype(np.float64), len(of))
    products = on_side * (np.bincount(place, minlength=len(of)) - on_side)
    shared = sums(of, products, count)
    one, two = (Answers(*(getattr(answers, name)[start::2] for name in Answers.__slots__)) for start in (0, 1))
    return correlation_of_means(one, two, shared, one.n * two.n)


def correlation_of_means(one: Answers, two: Answers, shared: Floats, total: Floats) -> Floats:
    """The correlation of two means whose authors have answers in both: `shared` of the `total` pairs of answers."""
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = np.minimum(one.correlation, two.correlation)
        correlation = alike * shared / total * np.sqrt(one.effective * two.effective)
    return np.minimum(MOST_CORRELATED, np.nan_to_num(correlation))


def product(share: Bounds, difference: Bounds) -> Bounds:
    """share x difference with the ends that both intervals give: the numbers I for which the interval (MOVER) of
    difference - I / share holds 0 (after Donner and Zou 2012, who have it for ratios).

    So the product's interval leaves out 0 where that of the difference does. Ends that are squared and added at the
    values seen do not know that: where the difference is none they are too wide.
    """
    (p, p_low, p_high), (d, d_low, d_high) = share, difference
    return p * d, p * _scaled(d, d_low, p, p_low, p_high), -p * _scaled(-d, -d_high, p, p_low, p_high)


def _scaled(d: Floats, d_low: Floats, p: Floats, p_low: Floats, p_high: Floats) -> Floats:
    """The lower end x of the product in units of the share: (d - x)^2 = (d - d_low)^2 + (r x)^2, r being how far 1 /
    share may lie off its value, upwards for x > 0 and downwards for x < 0."""
    down = d - d_low
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.where(d_low > 0, p / np.maximum(p_low, 0.0) - 1, 1 - p / p_high)
        root = np.sqrt(np.maximum(0.0, down**2 + r**2 * (d**2 - down**2)))
        # The same number twice: one form knows no r of 1, which is under 1 for x < 0; the other has no d of 0.
        return np.where(d_low > 0, (d**2 - down**2) / (d + root), (d - root) / (1 - r**2))
