"""Weeks in which a source brought far more than ever before: a back-fill, a campaign (docs/methods.md, D6).

Rows that say nothing of the themes make each look rarer than it is, and hide what is unusual in the rest.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from analysis.alerts.counts import Bools

__all__ = ["dumps_of", "without_dumps"]

# So many times the second largest week before it, which is about five usual weeks; and so many people more than in it.
# The largest is spared, or the second week of two would hide behind the first; where the volume stays, it is usual
# from the third week on, as are the bursts of a survey that is sent out once a quarter.
TIMES, MORE = 4.0, 20
Number = TypeVar("Number", bound=np.number)


def dumps_of(exposure: npt.NDArray[np.number], weeks: int, least_weeks: int) -> Bools:
    """Which weeks of each source are dumps; of the shape of `exposure` (..., sources, weeks), authors who wrote.

    A week is compared with up to `weeks` weeks before it, of which `least_weeks` must have feedback.
    """
    found = np.zeros(exposure.shape, dtype=bool)
    for week in range(max(2, least_weeks), exposure.shape[-1]):
        past = exposure[..., max(0, week - weeks) : week]
        second = np.partition(past, -2, axis=-1)[..., -2]
        now, known = exposure[..., week], (past > 0).sum(axis=-1) >= least_weeks
        found[..., week] = known & (now >= TIMES * second) & (now - second >= MORE)
    return found


def without_dumps(
    counts: npt.NDArray[Number], exposure: npt.NDArray[Number], dumped: Bools
) -> tuple[npt.NDArray[Number], npt.NDArray[Number]]:
    """Counts (..., themes, sources, weeks) and exposure in which nobody wrote in the dumped weeks of a source."""
    kind = exposure.dtype.type(0)
    return np.where(dumped[..., None, :, :], kind, counts), np.where(dumped, kind, exposure)
