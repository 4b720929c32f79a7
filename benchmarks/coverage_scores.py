"""Coverage of scores and of their changes: NPS, CSAT, CES, stars and the tone of a theme."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.statistics.bounded import Bounds, bounded_means, square_and_add
from analysis.statistics.clusters import answers_by_group
from analysis.statistics.intervals import FEW_AUTHORS
from benchmarks.coverage_draws import CROWDS, POPULATIONS, SIZES, Crowd, Population, Survey, coverage_row, draw, held
from benchmarks.statistics_rows import Row

__all__ = ["change_rows", "score_rows"]

LEAST_SHOWN = 0.1


def score_rows(runs: int) -> list[Row]:
    """One row for each population and crowd."""
    return [
        coverage_row(f"{population.name}, {crowd.name}", SIZES, [_score(population, crowd, n, runs) for n in SIZES])
        for crowd in CROWDS
        for population in POPULATIONS
    ]


def change_rows(runs: int) -> list[Row]:
    """A period against one of half as many other authors, in which nothing changed.

    A change is hidden where fewer than 5 people answer otherwise than most; a size at which nine of ten are hidden has
    no figure.
    """
    rows = []
    for crowd in CROWDS:
        for population in POPULATIONS:
            found = [(n, _change(population, crowd, n, runs)) for n in SIZES]
            told = [(n, share) for n, (share, shown) in found if shown >= LEAST_SHOWN]
            figure = f"change of {population.name}, {crowd.name}"
            rows.append(coverage_row(figure, [n for n, _ in told], [share for _, share in told]))
    return rows


def _score(population: Population, crowd: Crowd, n: int, runs: int) -> float:
    survey = draw(np.random.default_rng(n), population, crowd, n, runs)
    _, low, high = _bounds(survey, population)
    return held(population.truth, low, high)


def _change(population: Population, crowd: Crowd, n: int, runs: int) -> tuple[float, float]:
    """Coverage of no change between n answers and max(20, n / 2), among those shown, and the share that is shown."""
    rng = np.random.default_rng(n + 1)
    surveys = [draw(rng, population, crowd, size, runs) for size in (n, max(20, n // 2))]
    both = min(survey.count for survey in surveys)
    one, two = (tuple(end[:both] for end in _bounds(survey, population)) for survey in surveys)
    _, low, high = square_and_add((one[0], one[1], one[2]), (two[0], two[1], two[2]))
    shown = sum(_others(survey, population)[:both] for survey in surveys) >= FEW_AUTHORS
    return held(0.0, low[shown], high[shown]), float(np.mean(shown))


def _bounds(survey: Survey, population: Population) -> Bounds:
    unit = population.scale.unit(survey.values)
    return bounded_means(answers_by_group(unit, survey.surveys, survey.authors, survey.count), population.scale)


def _others(survey: Survey, population: Population) -> npt.NDArray[np.intp]:
    """How many authors of each survey give another answer than most customers do."""
    usual = population.values[int(np.argmax(population.shares))]
    other = survey.values != usual
    _, first = np.unique(survey.authors[other], return_index=True)
    return np.bincount(survey.surveys[other][first], minlength=survey.count)
