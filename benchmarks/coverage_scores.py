"""Coverage of scores and of their changes: NPS, CSAT, CES, stars and the tone of a theme."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.scope.scores import FEW_EQUAL
from analysis.statistics.bounded import bounded_means, differences
from analysis.statistics.clusters import Answers, answers_by_group
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

    A change is hidden where fewer than 5 people answer otherwise than most, and where those of a period are worth under
    8 who answer equally often; a size at which nine of ten are hidden has no figure.
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
    _, low, high = bounded_means(_answers(survey, population, survey.count), population.scale)
    return held(population.truth, low, high)


def _change(population: Population, crowd: Crowd, n: int, runs: int) -> tuple[float, float]:
    """Coverage of no change between n answers and max(20, n / 2), among those shown, and the share that is shown."""
    rng = np.random.default_rng(n + 1)
    surveys = [draw(rng, population, crowd, size, runs) for size in (n, max(20, n // 2))]
    both = min(survey.count for survey in surveys)
    one, two = (_answers(survey, population, both) for survey in surveys)
    _, low, high = differences(one, two, population.scale)
    others = sum((_others(survey, population)[:both] for survey in surveys), np.zeros(both, dtype=np.intp))
    given = [crowd.answers(survey.n).astype(np.float64) for survey in surveys]
    even = all(each.sum() ** 2 >= FEW_EQUAL * (each**2).sum() for each in given)
    shown = (others >= FEW_AUTHORS) & even
    return held(0.0, low[shown], high[shown]) if shown.any() else 0.0, float(np.mean(shown))


def _answers(survey: Survey, population: Population, count: int) -> Answers:
    """The answers of the first `count` surveys."""
    unit = population.scale.unit(survey.values)
    found = answers_by_group(unit, survey.surveys, survey.authors, survey.count)
    return Answers(*(getattr(found, name)[:count] for name in Answers.__slots__))


def _others(survey: Survey, population: Population) -> npt.NDArray[np.intp]:
    """How many authors of each survey give another answer than most customers do."""
    usual = population.values[int(np.argmax(population.shares))]
    other = survey.values != usual
    _, first = np.unique(survey.authors[other], return_index=True)
    return np.bincount(survey.surveys[other][first], minlength=survey.count)
