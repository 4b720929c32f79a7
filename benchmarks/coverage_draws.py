"""Simulated surveys of known truth: how customers score, how many answers each gives, and how alike those are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.statistics.bounded import Scale
from benchmarks.statistics_rows import Row

__all__ = [
    "AT_ONCE",
    "CROWDS",
    "LEAST",
    "MOST",
    "POPULATIONS",
    "SIZES",
    "UNEVEN",
    "Crowd",
    "Population",
    "Survey",
    "coverage_row",
    "draw",
    "held",
    "pick",
]

SIZES = (20, 50, 100, 200, 500, 1000, 5000)
LEAST, MOST = 0.93, 0.985
# Answers drawn at once.
AT_ONCE = 3_000_000
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Population:
    """What the answers of one figure are, and how often each is given."""

    name: str
    values: tuple[float, ...]
    shares: tuple[float, ...]

    @property
    def truth(self) -> float:
        """The mean of all customers."""
        return float(np.dot(self.values, self.shares))

    @property
    def scale(self) -> Scale:
        """From the lowest to the highest answer."""
        return Scale(min(self.values), max(self.values), two_valued=len(self.values) == 2)


@dataclass(frozen=True)
class Crowd:
    """How many answers each author gives, and the chance that an answer repeats what its author always says."""

    name: str
    kind: str  # one | several | heavy | uneven
    repeats: float = 0.0

    def answers(self, n: int) -> Codes:
        """The number of answers of each author, n in all."""
        if self.kind == "one":
            return np.ones(n, dtype=np.intp)
        if self.kind == "several":
            counts = np.resize(np.array([1, 2, 1, 4, 2], dtype=np.intp), n)
            last = int(np.searchsorted(np.cumsum(counts), n))
            counts = counts[: last + 1].copy()
            counts[-1] -= counts.sum() - n
            return counts
        # Zipf: the first author writes as much as the next two, three, four ... would together in turn.
        # Uneven authors begin with the third of them: from 400 answers on nobody gives a tenth.
        people, first = max(10, n // 5), 3 if self.kind == "uneven" else 1
        weights = 1 / np.arange(first, first + people)
        counts = np.maximum(1, np.floor(n * weights / weights.sum()).astype(np.intp))
        while counts.sum() > n:
            counts[np.flatnonzero(counts > 1)[-1]] -= 1
        return np.concatenate([counts, np.ones(n - int(counts.sum()), dtype=np.intp)])


POPULATIONS = (
    Population("NPS 40/30/30", (100, 0, -100), (0.40, 0.30, 0.30)),
    Population("NPS 85/10/5", (100, 0, -100), (0.85, 0.10, 0.05)),
    Population("NPS 95/4/1", (100, 0, -100), (0.95, 0.04, 0.01)),
    Population("CSAT 70 %", (100, 0), (0.70, 0.30)),
    Population("CSAT 95 %", (100, 0), (0.95, 0.05)),
    Population("CES of 7", (7, 6, 5, 4, 3, 2, 1), (0.20, 0.35, 0.20, 0.10, 0.08, 0.04, 0.03)),
    Population("stars, mean 3.6", (5, 4, 3, 2, 1), (0.30, 0.30, 0.20, 0.10, 0.10)),
    Population("stars, 90 % fives", (5, 4, 3, 2, 1), (0.90, 0.05, 0.02, 0.01, 0.02)),
    Population("tone -.25", (1, 0, -1), (0.20, 0.35, 0.45)),
    Population("tone -.87", (1, 0, -1), (0.03, 0.07, 0.90)),
)
CROWDS = (
    Crowd("one answer each", "one"),
    Crowd("several answers each", "several", 0.9),
    Crowd("few heavy authors", "heavy", 0.9),
)
UNEVEN = Crowd("uneven authors", "uneven", 0.9)


@dataclass(frozen=True)
class Survey:
    """Many simulated surveys of one kind: an answer, its survey and its author (counted over all surveys)."""

    values: Floats
    surveys: Codes
    authors: Codes
    count: int
    n: int


def draw(rng: np.random.Generator, population: Population, crowd: Crowd, n: int, runs: int) -> Survey:
    """At most `runs` surveys of n answers each, fewer where n is large."""
    runs = min(runs, max(200, AT_ONCE // n))
    counts = crowd.answers(n)
    people = len(counts)
    bounds = np.cumsum(population.shares)[:-1]
    answers = np.searchsorted(bounds, rng.random((runs, n)), side="right")
    if crowd.repeats:
        always = np.repeat(np.searchsorted(bounds, rng.random((runs, people)), side="right"), counts, axis=1)
        answers = np.where(rng.random((runs, n)) < crowd.repeats, always, answers)
    values = np.asarray(population.values, dtype=np.float64)[answers].ravel()
    authors = (np.arange(runs)[:, None] * people + np.repeat(np.arange(people), counts)[None, :]).ravel()
    return Survey(values, np.repeat(np.arange(runs), n), authors, runs, n)


def pick(population: Population, level: Floats) -> Floats:
    """The answers at these levels, uniform numbers from the best answer at 0 to the worst at 1."""
    values = np.asarray(population.values, dtype=np.float64)
    answers: Floats = values[np.searchsorted(np.cumsum(population.shares)[:-1], level, side="right")]
    return answers


def held(truth: float, low: Floats, high: Floats) -> float:
    """The share of intervals that hold the truth."""
    return float(np.mean((low <= truth + 1e-9) & (high >= truth - 1e-9)))


def coverage_row(figure: str, sizes: Sequence[int | str], shares: Sequence[float]) -> Row:
    """One row with the coverage at each size; met where all lie within the bounds, `!` marks those that do not."""
    inside = [LEAST <= share <= MOST for share in shares]
    marked = zip(sizes, shares, inside, strict=True)
    ours = "  ".join(f"{_size(n)}: {share:.3f}{'' if within else '!'}" for n, share, within in marked)
    return Row(figure, ours, f"{LEAST:g} to {MOST:g}", all(inside))


def _size(n: int | str) -> str:
    return n if isinstance(n, str) else f"{n:,}"
