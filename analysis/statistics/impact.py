"""Impact of a theme on a score, leaving the theme out, with interval (docs/methods.md, D2): association, not cause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.statistics.bounded import (
    Scale,
    bounded_means,
    product,
    share_intervals,
    shared_authors,
    square_and_add,
)
from analysis.statistics.clusters import (
    Answers,
    Codes,
    Floats,
    answers_by_group,
    author_codes,
    decided_by_few,
    people_of_groups,
    sums,
)
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES

__all__ = ["Impacts", "Responses", "ThemeImpact", "impacts_by_group", "theme_impacts"]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Responses:
    """The responses with both a score and usable text: `points` (n,), `authors` (n,), `mentions` (n, themes).

    `scale` is what the points can be, whatever they are here.
    """

    points: Floats
    authors: npt.NDArray[np.object_] | Codes
    mentions: Flags
    scale: Scale


@dataclass(frozen=True, slots=True)
class ThemeImpact:
    """Impact in the score's units: overall mean minus the mean of those who do not mention the theme."""

    value: float
    low: float
    high: float
    n: int
    mentions: int
    mean_with: float
    mean_without: float


@dataclass(frozen=True, slots=True)
class Impacts:
    """Impact and the ends of its interval on the 0-1 score, one per group; NaN where nobody is on one side."""

    value: Floats
    low: Floats
    high: Floats
    shown: Flags  # enough responses and people, and enough of them on either side


def theme_impacts(responses: Responses) -> list[ThemeImpact | None]:
    """One impact per theme, None where it is hidden: too few people, in all or on one side, or one score alone."""
    n, themes = responses.mentions.shape
    # Where all give the same score nobody knows what a theme does to it: not 0, and not for certain.
    if n < FEW_RESPONSES or float(np.ptp(responses.points)) == 0:
        return [None] * themes
    codes, _ = author_codes(responses.authors)
    return [_impact(responses, codes, responses.mentions[:, theme]) for theme in range(themes)]


def _impact(responses: Responses, codes: Codes, with_it: Flags) -> ThemeImpact | None:
    n_with, points, scale = int(with_it.sum()), responses.points, responses.scale
    if not 0 < n_with < len(points):
        return None
    everybody = np.zeros(len(points), dtype=np.intp)
    found = impacts_by_group(scale.unit(points), with_it, everybody, codes, 1, scale.two_valued)
    if not found.shown[0]:
        return None
    there, elsewhere = float(points[with_it].mean()), float(points[~with_it].mean())
    value, width = float(points.mean()) - elsewhere, scale.width
    low, high = (float(end[0]) * width for end in (found.low, found.high))
    return ThemeImpact(value, min(value, low), max(value, high), len(points), n_with, there, elsewhere)


def impacts_by_group(
    unit: Floats, with_it: Flags, groups: Codes, codes: Codes, count: int, two_valued: bool
) -> Impacts:
    """The impact in each of `count` groups of responses, scored on 0-1; `groups` and `codes` number group and author.

    The impact is share x difference, the share of those who mention the theme times the difference between their mean
    and that of the others. Each of the two has an interval that holds at small n and for heavy authors
    (`bounded_means`), and from these their product has one (`product`).
    """
    answers = answers_by_group(unit, groups * 2 + with_it, codes, 2 * count)
    ends = bounded_means(answers, Scale(0.0, 1.0, two_valued))
    without, there = (tuple(end[side::2] for end in ends) for side in (0, 1))
    shares = answers_by_group(with_it.astype(np.float64), groups, codes, count)
    together = shared_authors(answers, groups, with_it, codes, count)
    difference = square_and_add((there[0], there[1], there[2]), (without[0], without[1], without[2]), together)
    value, low, high = product(share_intervals(shares), difference)
    return Impacts(value, low, high, _enough(answers, groups, codes, count))


def _enough(answers: Answers, groups: Codes, codes: Codes, count: int) -> Flags:
    """Twenty people, for two groups of them are told apart, five on either side, and no few who wrote nearly all."""
    of, _ = people_of_groups(groups, codes, count)
    people = sums(of, np.ones(len(of)), count)
    rarer = np.minimum(answers.authors[0::2], answers.authors[1::2])
    return (people >= FEW_RESPONSES) & (rarer >= FEW_AUTHORS) & ~decided_by_few(groups, codes, count)
