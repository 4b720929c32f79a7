"""How much the answers of each group tell when one author may give several of them (docs/methods.md, D1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "FEW_EQUAL",
    "Answers",
    "answers_by_group",
    "answers_of",
    "author_codes",
    "decided_by_few",
    "few_decide",
    "people_of_groups",
    "shares_of_mentions",
    "sums",
]

# The correlation of one author's answers leans on this one, as strongly as one author with many answers tells of it:
# where all agree nobody can see how alike they are, so it must not count as none.
USUAL_CORRELATION, CORRELATION_WEIGHT = 0.6, 1.0
MOST_CELLS = 8
# Where one author gave a larger share of the answers, or the authors are worth fewer equal ones, nobody knows how often
# an interval of what goes with a theme holds.
MOST_OF_ONE, FEW_EQUAL = 0.1, 12
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Answers:
    """Per group: its answers on 0-1, and how many answers of different authors they are worth."""

    n: Floats
    mean: Floats
    variance: Floats
    correlation: Floats  # between two answers of one author
    effective: Floats
    authors: Floats
    lopsided: Floats  # 1 where all authors weigh the same; the more the heaviest weigh, the greater
    peaked: Floats  # the share of the variance that one author makes: 1 of so many where all weigh the same


def author_codes(authors: Sequence[object] | npt.NDArray[np.object_] | Codes | pd.Series) -> tuple[Codes, int]:
    """Each author's number, and how many authors there are."""
    codes, names = pd.factorize(np.asarray(authors), use_na_sentinel=False)
    return codes, len(names)


def answers_of(unit: Floats, codes: Codes) -> Answers:
    """The answers of one group, `unit` being scaled to 0-1; every field has shape (1,)."""
    return answers_by_group(unit, np.zeros(len(unit), dtype=np.intp), codes, 1)


def answers_by_group(unit: Floats, groups: Codes, codes: Codes, count: int, weights: Floats | None = None) -> Answers:
    """The answers of `count` groups; `groups` and `codes` number each answer's group and author, weights are above 0.

    Variance and correlation are those of a model in which all answers vary alike and two answers of one author are
    alike to one degree: with few heavy authors, the sum of squares per author knows next to nothing of its own error.
    A group without any answer has n 0 and a mean of NaN; n counts answers of uneven weight as fewer.
    """
    weight = np.ones(len(unit)) if weights is None else weights
    of, place = people_of_groups(groups, codes, count)
    size, squared = (sums(place, weight**power, len(of)) for power in (1, 2))
    total = sums(of, size, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.nan_to_num(total**2 / sums(of, squared, count))
        mean = sums(groups, weight * unit, count) / total
        error = weight * (unit - mean[groups])
        variance = sums(groups, error * (unit - mean[groups]), count) / total * n / np.maximum(n - 1, 1)
        products = sums(place, error, len(of)) ** 2 - sums(place, error**2, len(of))
        correlation = _correlation(of, size, squared, products, variance)
        return _answers(n, mean, variance, correlation, of, size, squared)


def _answers(
    n: Floats, mean: Floats, variance: Floats, correlation: Floats, of: Codes, size: Floats, squared: Floats
) -> Answers:
    """What the answers are worth, given the weight of each author, `size`, and the sum of its squares, `squared`."""
    count = len(n)
    # The variance of an author's sum of answers, in units of the variance of one answer.
    spread = squared + (size**2 - squared) * correlation[of]
    of_sum = sums(of, spread, count)
    effective = sums(of, size, count) ** 2 / of_sum
    lopsided = sums(of, spread**1.5, count) / of_sum**1.5 * np.sqrt(effective)
    peaked = sums(of, spread**2, count) / of_sum**2
    return Answers(n, mean, variance, correlation, effective, sums(of, np.ones(len(of)), count), lopsided, peaked)


def decided_by_few(groups: Codes, codes: Codes, count: int) -> npt.NDArray[np.bool_]:
    """Of each group whether one author gave more than a tenth of its answers, or all are worth under twelve equal ones.

    What such answers go with is the doing of these authors. Twelve are n^2 / (sum of squares of what each gave).
    """
    of, place = people_of_groups(groups, codes, count)
    given = sums(place, np.ones(len(place)), len(of))
    most = np.zeros(count)
    np.maximum.at(most, of, given)
    n, squares = sums(of, given, count), sums(of, given**2, count)
    few: npt.NDArray[np.bool_] = (most > MOST_OF_ONE * n) | (n**2 < FEW_EQUAL * squares)
    return few


def few_decide(codes: Codes) -> bool:
    """`decided_by_few` of one group; True of none at all."""
    return not len(codes) or bool(decided_by_few(np.zeros(len(codes), dtype=np.intp), codes, 1)[0])


def shares_of_mentions(rows: Codes, groups: Codes, codes: Codes, count: int) -> Answers:
    """The answers "mentions it" (1) or not (0) of all responses, for each of `count` groups that they can mention.

    `rows` and `groups` name the pairs of a response and a group that it mentions, each once; `codes` are the authors of
    all responses. As `answers_by_group` with a table of zeros and ones, which is not filled in.
    """
    n, people = float(len(codes)), int(codes.max(initial=0)) + 1
    given = np.bincount(codes, minlength=people).astype(np.float64)
    weight = _tells(given, given)
    of, place = people_of_groups(groups, codes[rows], count)
    who = np.empty(len(of), dtype=np.intp)
    who[place] = codes[rows]
    said = sums(place, np.ones(len(rows)), len(of))
    mean = sums(groups, np.ones(len(rows)), count) / n
    variance = mean * (1 - mean) * n / max(1.0, n - 1)
    share, given_here = mean[of], given[who]
    squares = said * (1 - share) ** 2 + (given_here - said) * share**2
    pairs = given_here * (given_here - 1)
    products = np.divide((said - share * given_here) ** 2 - squares, pairs, out=np.zeros(len(of)), where=pairs > 0)
    # Whoever never mentions it has the product share x share in each pair of answers.
    seen = mean**2 * (weight.sum() - sums(of, weight[who], count)) + sums(of, weight[who] * products, count)
    correlation = _leaning(seen, np.full(count, weight.sum()), variance)
    of_sum = n + float((given**2 - given).sum()) * correlation
    sizes, authors = np.unique(given, return_counts=True)
    spread = sizes + (sizes**2 - sizes) * correlation[:, None]
    effective = n**2 / of_sum
    lopsided = (spread**1.5 * authors).sum(axis=1) / of_sum**1.5 * np.sqrt(effective)
    peaked = (spread**2 * authors).sum(axis=1) / of_sum**2
    everybody = np.full(count, float((given > 0).sum()))
    return Answers(np.full(count, n), mean, variance, correlation, effective, everybody, lopsided, peaked)


def people_of_groups(groups: Codes, codes: Codes, count: int) -> tuple[Codes, Codes]:
    """The group of each pair of a group and one of its authors, and for each answer the place of its pair."""
    people = int(codes.max(initial=0)) + 1
    keys = groups * people + codes
    if count * people > MOST_CELLS * len(keys):
        pairs, place = np.unique(keys, return_inverse=True)
    else:
        # A table of all groups and authors, where it is not much larger than the answers, spares the sorting.
        there = np.zeros(count * people, dtype=bool)
        there[keys] = True
        pairs, place = np.flatnonzero(there), (np.cumsum(there) - 1)[keys]
    return (pairs // people).astype(np.intp), place.astype(np.intp, copy=False)


def _correlation(of: Codes, size: Floats, squared: Floats, products: Floats, variance: Floats) -> Floats:
    """Between two answers of one author, per group, from the `products` of all pairs of errors of each author.

    Every author with several answers tells of it by the mean of their products.
    """
    pairs = size**2 - squared
    several = pairs > 1e-9 * squared
    mean = np.divide(products, pairs, out=np.zeros(len(size)), where=several)
    weight = np.where(several, _tells(size, squared), 0.0)
    return _leaning(sums(of, weight * mean, len(variance)), sums(of, weight, len(variance)), variance)


def _tells(size: Floats, squared: Floats) -> Floats:
    """How much an author tells of the correlation, at most 1, nothing with one answer.

    Those with many answers tell more than those with two, but not as their pairs do: 1 / (.5 + .5 / answers)^2 are the
    best weights at a correlation of one half.
    """
    answers = np.divide(size**2, squared, out=np.ones(len(size)), where=squared > 0)
    return np.where(answers > 1 + 1e-9, 0.25 / (0.5 + 0.5 / answers) ** 2, 0.0)


def _leaning(seen: Floats, known: Floats, variance: Floats) -> Floats:
    """The correlation that the authors' products tell, leaning on the usual one; `known` is how much they tell."""
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = seen / (known * variance)
    alike = np.where(np.isfinite(alike), np.clip(alike, 0.0, 1.0), 0.0)
    # Authors who all say the same tell nothing of the correlation; where answers differ most each tells all he can.
    known = known * np.minimum(1.0, 4 * np.nan_to_num(variance))
    leaning: Floats = (known * alike + CORRELATION_WEIGHT * USUAL_CORRELATION) / (known + CORRELATION_WEIGHT)
    return leaning


def sums(places: Codes, values: Floats, count: int) -> Floats:
    """The sum of the values at each place."""
    return np.bincount(places, weights=values, minlength=count).astype(np.float64, copy=False)
