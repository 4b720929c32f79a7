"""Coverage of what is said of themes: their impact on a score and their shares of the way to a perfect one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.statistics.impact import impacts_by_group
from analysis.statistics.shares import even_weights, gap_shares
from benchmarks.coverage_draws import AT_ONCE, CROWDS, UNEVEN, Crowd, Population, coverage_row, held, pick
from benchmarks.statistics_rows import Row

__all__ = ["impact_rows", "share_of_gap_rows"]

SIZES = (20, 50, 100, 400, 2000, 5000)
NPS = ((100.0, 0.0, -100.0), (0.85, 0.10, 0.05), (0.95, 0.04, 0.01))
STARS = ((5.0, 4.0, 3.0, 2.0, 1.0), (0.90, 0.05, 0.02, 0.01, 0.02))
# Expected responses on the rarer side below which most draws are hidden; heavy authors leave fewer people there.
FEWEST = {"one": 8, "several": 14, "heavy": 30, "uneven": 30}


@dataclass(frozen=True)
class Theme:
    """How those answer who mention it, how the others do, and the share of responses that mention it."""

    name: str
    there: Population
    elsewhere: Population
    share: float

    @property
    def impact(self) -> float:
        """What leaving the theme out changes, over all customers."""
        return self.share * (self.there.truth - self.elsewhere.truth)


THEMES = tuple(
    Theme(f"{name}, {share:.0%} mention it", Population("", values, there), Population("", values, others), share)
    for share in (0.1, 0.3)
    for name, values, there, others in (
        ("NPS 40/30/30 against 85/10/5", NPS[0], (0.40, 0.30, 0.30), NPS[1]),
        ("NPS 10/20/70 against 95/4/1", NPS[0], (0.10, 0.20, 0.70), NPS[2]),
        ("NPS 85/10/5, no impact", NPS[0], NPS[1], NPS[1]),
        ("CSAT 50 % against 95 %", (100.0, 0.0), (0.50, 0.50), (0.95, 0.05)),
        ("stars 2.6 against 90 % fives", STARS[0], (0.10, 0.20, 0.20, 0.20, 0.30), STARS[1]),
        ("stars, 90 % fives, no impact", STARS[0], STARS[1], STARS[1]),
    )
)


@dataclass(frozen=True)
class _Draws:
    """Many simulated sets of responses: each one's points, whether it mentions the theme, its set and its author."""

    points: npt.NDArray[np.float64]
    mentions: npt.NDArray[np.bool_]
    sets: npt.NDArray[np.intp]
    authors: npt.NDArray[np.intp]
    count: int


def impact_rows(runs: int) -> list[Row]:
    """One row for each theme and crowd; coverage among the draws whose impact is shown."""
    rows = []
    for crowd in (*CROWDS, UNEVEN):
        for theme in THEMES:
            sizes = [n for n in SIZES if n * theme.share >= FEWEST[crowd.kind]]
            found = [(n, _impact(theme, crowd, n, runs)) for n in sizes]
            told = {n: share for n, share in found if share is not None}
            rows += _shown(f"impact: {theme.name}, {crowd.name}", told)
    return rows


def _impact(theme: Theme, crowd: Crowd, n: int, runs: int) -> float | None:
    """Coverage among the draws whose impact is shown; None where none is."""
    inside: list[npt.NDArray[np.bool_]] = []
    while sum(map(len, inside)) < runs // 2:
        draws, scale = _draw(np.random.default_rng([n, len(inside)]), theme, crowd, n, runs), theme.there.scale
        unit = scale.unit(draws.points)
        found = impacts_by_group(unit, draws.mentions, draws.sets, draws.authors, draws.count, scale.two_valued)
        if not found.shown.any():
            break
        low, high = (end[found.shown] * scale.width for end in (found.low, found.high))
        inside.append((low <= theme.impact + 1e-9) & (high >= theme.impact - 1e-9))
    return float(np.concatenate(inside).mean()) if inside else None


def _draw(rng: np.random.Generator, theme: Theme, crowd: Crowd, n: int, runs: int) -> _Draws:
    """An author who repeats himself repeats both whether he mentions the theme and how happy he is."""
    runs = min(runs, max(200, AT_ONCE // n))
    counts = crowd.answers(n)
    level, subject = (_repeated(rng, counts, runs, crowd.repeats) for _ in range(2))
    mentions = subject < theme.share
    points = np.where(mentions, pick(theme.there, level), pick(theme.elsewhere, level))
    authors = np.arange(runs)[:, None] * len(counts) + np.repeat(np.arange(len(counts)), counts)[None, :]
    return _Draws(points.ravel(), mentions.ravel(), np.repeat(np.arange(runs), n), authors.ravel(), runs)


def _repeated(
    rng: np.random.Generator, counts: npt.NDArray[np.intp], runs: int, repeats: float
) -> npt.NDArray[np.float64]:
    """Uniform numbers (runs, answers), of which an author's are one number with this chance each."""
    always = np.repeat(rng.random((runs, len(counts))), counts, axis=1)
    fresh = rng.random(always.shape)
    return np.where(rng.random(always.shape) < repeats, always, fresh)


def share_of_gap_rows(runs: int) -> list[Row]:
    """A theme's Shapley share beside a second theme and responses without any; only where it is shown."""
    rows = []
    for crowd in (*CROWDS, UNEVEN):
        for theme in THEMES:
            sizes = [n for n in SIZES[:-1] if n * theme.share >= FEWEST[crowd.kind]]
            found = [(n, _share_of_gap(theme, crowd, n, max(200, runs // (2 if n <= 100 else 5)))) for n in sizes]
            told = {n: share for n, share in found if share is not None}
            rows += _shown(f"Shapley share: {theme.name}, {crowd.name}", told)
    return rows


def _shown(figure: str, told: Mapping[int, float]) -> list[Row]:
    """The row of a figure, none where it is never shown."""
    return [coverage_row(figure, list(told), list(told.values()))] if told else []


def _share_of_gap(theme: Theme, crowd: Crowd, n: int, runs: int) -> float | None:
    """Coverage among the draws whose share is shown; None where none is.

    The second theme is raised by a fifth of all, at random: half of the weight of those who raise both is its.
    """
    rng = np.random.default_rng(n)
    draws = _draw(rng, theme, crowd, n, runs)
    second = rng.random(len(draws.points)) < 0.2
    truth = theme.impact * (1 - 0.2 / 2)
    low, high = [], []
    for one in range(draws.count):
        part = slice(one * n, (one + 1) * n)
        first, other = np.flatnonzero(draws.mentions[part]), np.flatnonzero(second[part])
        themes = np.repeat([0, 1], [len(first), len(other)])
        _, authors = np.unique(draws.authors[part], return_inverse=True)
        found = gap_shares(even_weights(draws.points[part], authors, np.concatenate([first, other]), themes, 2))
        if found is not None and not np.isnan(found.lows[0]):
            low.append(found.lows[0])
            high.append(found.highs[0])
    return held(truth, np.array(low), np.array(high)) if low else None
