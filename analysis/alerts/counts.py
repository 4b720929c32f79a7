"""What is usual: weekly author counts of themes against the weeks before, by source (docs/methods.md, D6).

Arrays carry `copies` in front, so that many simulated or permuted histories are judged in one call:
counts (copies, themes, sources, weeks), exposure (copies, sources, weeks), kept (copies, themes, weeks).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

__all__ = ["Bools", "Floats", "Ints", "Stretch", "Usual", "overdispersion", "tail", "usual", "usual_range"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
OWN_WEIGHT = 25.0  # degrees of freedom from which on a theme's own spread outweighs that of all themes
LITTLE = 1e-9  # stands for 0 where something is divided by it


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some weeks, and what is expected in them; every array is (copies, themes)."""

    seen: Floats  # authors, of the sources that have a baseline
    expected: Floats  # baseline rates on the exposure of these weeks
    careful: Floats  # the same with one author more in the baseline: the mean that `tail` takes
    sure: Floats  # how many baseline authors `careful` rests on; its variance is careful^2 / sure

    def at_least(self, ratio: float) -> Bools:
        """Whether so many times as many authors as expected were seen."""
        enough: Bools = self.seen >= ratio * self.expected
        return enough

    def where(self, these: Bools, other: Stretch) -> Stretch:
        """Of these themes (copies, themes) this one, of the rest the other one."""
        return Stretch(*(np.where(these, getattr(self, name), getattr(other, name)) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Usual:
    """What the weeks behind a window lead one to expect; every array is (copies, themes)."""

    window: Stretch
    last: Stretch  # its last week alone, against the same baseline
    weeks: Ints  # of baseline
    spread: Floats  # Pearson's chi-squared by its degrees of freedom; NaN where too few raise the theme to say
    degrees: Ints  # of freedom

    def where(self, these: Bools, other: Usual) -> Usual:
        """Of these themes (copies, themes) what this one says, of the rest what the other one says."""
        stretches = self.window.where(these, other.window), self.last.where(these, other.last)
        rest = (np.where(these, getattr(self, n), getattr(other, n)) for n in ("weeks", "spread", "degrees"))
        return Usual(*stretches, *rest)


def usual(counts: Floats, exposure: Floats, kept: Bools, window: int, guard: int, least_weeks: int) -> Usual:
    """The last `window` weeks against the kept weeks before them, but for the `guard` weeks between.

    Rates are taken by source and laid on the sources' exposure in the window, so that a source that grows or shrinks
    moves the expectation with it. A source counts for a theme from `least_weeks` kept weeks with feedback on, and
    where its baseline holds as many authors as its window: rows of a source that has just started count nowhere.
    """
    length = counts.shape[-1]
    past, first = max(0, length - window - guard), max(0, length - window)
    mask = kept[..., :past].astype(np.float64)
    base = exposure[..., :past]
    by_week = base.swapaxes(-1, -2)
    raised = np.einsum("rtsw,rtw->rts", counts[..., :past], mask)
    behind, present = mask @ by_week, mask @ (by_week > 0).astype(np.float64)
    counted = (present >= least_weeks) & (behind >= exposure[..., first:].sum(-1)[:, None, :])
    behind = np.where(counted, behind, 0.0)
    # The one author more is shared out among the sources by exposure.
    weighed = raised + behind / np.maximum(behind.sum(-1, keepdims=True), 1.0)

    def stretch(start: int) -> Stretch:
        share = _divided(np.broadcast_to(exposure[..., start:].sum(-1)[:, None, :], behind.shape), behind)
        careful = (weighed * share).sum(-1)
        sure = _divided(careful**2, (weighed * share**2).sum(-1))
        seen = np.where(counted, counts[..., start:].sum(-1), 0.0).sum(-1)
        return Stretch(seen, (raised * share).sum(-1), careful, sure)

    expected = _divided(raised, behind) @ base
    counting = counted.astype(np.float64)
    actual = np.einsum("rtsw,rts->rtw", counts[..., :past], counting)
    heard = kept[..., :past] & (counting @ base > 0)
    whole = stretch(first)
    last = whole if window == 1 else stretch(max(0, length - 1))
    return Usual(whole, last, heard.sum(-1), *_spread(actual, expected, mask, window))


def _divided(over: Floats, under: Floats) -> Floats:
    """0 where there is nothing to divide by."""
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)


def _spread(actual: Floats, expected: Floats, mask: Floats, window: int) -> tuple[Floats, Ints]:
    """How much the numbers of stretches as long as the window vary: counts that wander from week to week vary more
    in eight weeks together than in one."""
    stretches = actual.shape[-1] // window
    cut = actual.shape[-1] - stretches * window
    shape = (*actual.shape[:2], stretches, window)
    seen, due, whole = (part[..., cut:].reshape(shape).sum(-1) for part in (actual * mask, expected * mask, mask))
    told = (2 * whole > window) & (due > 0)
    degrees = told.sum(-1) - 1
    chi_squared = np.where(told, _divided((seen - due) ** 2, due), 0.0).sum(-1)
    enough = (degrees > 0) & (due.sum(-1) >= stretches)  # an author a stretch at least
    return np.where(enough, chi_squared / np.maximum(degrees, 1), np.nan), degrees


def overdispersion(spread: Floats, degrees: Ints, mean: Floats) -> Floats:
    """By how much counts vary more than chance lets them, at least 1; (copies, themes). `mean` is what is expected.

    It is the largest of three: the median of the copy's themes; what the larger half of them lets expect of a theme
    of this size, 1 + slope x mean, since a week that moves all rates moves large themes most; and the theme's own
    spread, shrunk towards these with the weight degrees / (degrees + 25). That a chi-squared's median lies below its
    mean (Wilson and Hilferty 1931) is made up for.
    """
    level = spread / (1 - 2 / (9 * np.maximum(degrees, 1))) ** 3
    size = np.maximum(mean, LITTLE)
    large = size >= _median(np.where(np.isnan(level), np.nan, size))[:, None]
    slope = np.maximum(_median(np.where(large, (level - 1) / size, np.nan)), 0.0)[:, None]
    middle = np.maximum(np.maximum(_median(level), 1.0)[:, None], 1 + slope * size)
    own = np.where(np.isnan(spread), 0.0, degrees / (degrees + OWN_WEIGHT))
    phi: Floats = middle + own * np.maximum(np.nan_to_num(spread) - middle, 0.0)
    return phi


def _median(values: Floats) -> Floats:
    """The median of every row without its NaN, 0 where there is nothing else; numpy's takes ten times as long."""
    if not values.shape[-1]:
        return np.zeros(len(values))
    ordered, known = np.sort(values, axis=-1), (~np.isnan(values)).sum(-1)
    rows, upper = np.arange(len(values)), known // 2
    lower = np.maximum((known - 1) // 2, 0)
    middle = (ordered[rows, lower] + ordered[rows, np.minimum(upper, values.shape[-1] - 1)]) / 2
    return np.where(known > 0, middle, 0.0)


def tail(seen: Floats, careful: Floats, sure: Floats, phi: Floats) -> Floats:
    """The chance of as many authors as seen, or more.

    A negative binomial of mean `careful` and variance phi (mean + mean^2 / sure). With phi = 1 and one source it is
    the exact conditional binomial test: P(X >= x | x + y), y the authors in the baseline.
    """
    size, probability = _negative_binomial(careful, sure, phi)
    chance: Floats = special.betainc(np.maximum(seen, 1.0), size, 1 - probability)
    return np.where(seen >= 1, chance, 1.0)


def usual_range(careful: Floats, sure: Floats, phi: Floats) -> tuple[Floats, Floats]:
    """The numbers that 95 % of usual weeks lie between, both ends included."""
    size, probability = _negative_binomial(careful, sure, phi)
    return stats.nbinom.ppf(0.025, size, probability), stats.nbinom.ppf(0.975, size, probability)


def _negative_binomial(careful: Floats, sure: Floats, phi: Floats) -> tuple[Floats, Floats]:
    """Size and probability."""
    mean = np.maximum(careful, LITTLE)
    variance = phi * (mean + mean**2 / np.maximum(sure, LITTLE))
    return mean**2 / (variance - mean), mean / variance
