"""Medians of times that are not all over yet: contacts that still wait count as longer than they have waited.

Kaplan and Meier (1958); the interval is Brookmeyer and Crowley's (1982) on the log-log scale, widened where one author
stands behind several times. A median that cannot be had is None, never 0 or NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.statistics.bounded import square_and_add
from analysis.statistics.clusters import answers_of, author_codes
from analysis.statistics.intervals import FEW_RESPONSES
from groundswell.findings import Interval

__all__ = ["Times", "apart", "cumulative_hazard", "survival_median"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]
_T95 = 0.975


@dataclass(frozen=True, slots=True)
class Times:
    """How long each of n contacts took: `over` says whether it is over, else it has taken at least so long.

    `who` holds a number for each author, 0 and up, equal for the times of one person.
    """

    minutes: Floats
    over: Flags
    who: Codes

    def __len__(self) -> int:
        return len(self.minutes)

    def of(self, chosen: Flags) -> Times:
        """The times of some of the contacts."""
        return Times(self.minutes[chosen], self.over[chosen], self.who[chosen])


@dataclass(frozen=True, slots=True)
class _Counts:
    """The contacts in the order of their times; per distinct time `at` how many ended then and waited until then."""

    order: Codes
    place: Codes  # of each contact in order: which of the distinct times is its own
    at: Floats
    ended: Floats
    waiting: Floats

    def back(self, values: Floats) -> Floats:
        """What is known of the contacts in order, as they were given."""
        out = np.empty(len(values))
        out[self.order] = values
        return out


def survival_median(times: Times) -> Interval | None:
    """The median time with its interval; None below 20 contacts, or where more than half are not over yet.

    An upper end that is not known yet, since too many still wait, is the longest time seen.
    """
    if len(times) < FEW_RESPONSES or not times.over.any():
        return None
    counts = _counted(times)
    share = np.cumprod(1.0 - counts.ended / counts.waiting).astype(np.float64)
    reached = np.flatnonzero(share <= 0.5 + 1e-12)
    if not len(reached):
        return None
    median = float(counts.at[reached[0]])
    worth = _worth(times, counts, median)
    spread = stats.t.ppf(_T95, max(1.0, min(len(times), 2 * worth) - 1)) * sqrt(len(times) / worth)
    inside = np.flatnonzero(_off(counts, share) <= spread)
    if not len(inside):
        return Interval(median, median, median)
    # The curve is flat until the next time that something ended: the last share that fits reaches to there.
    later = np.flatnonzero(counts.ended[inside[-1] + 1 :])
    high = counts.at[inside[-1] + 1 + later[0]] if len(later) else counts.at[-1]
    return Interval(median, min(median, float(counts.at[inside[0]])), max(median, float(high)))


def apart(one: Interval, other: Interval) -> Interval:
    """one - other with the interval that their own ones give (MOVER, Zou and Donner 2008), for independent figures."""
    mine, others = ((np.asarray(x.value), np.asarray(x.low), np.asarray(x.high)) for x in (one, other))
    value, low, high = square_and_add(mine, others)
    return Interval(float(value), float(low), float(high))


def cumulative_hazard(times: Times) -> Floats:
    """For each contact how many endings were to be expected of it by its time (Nelson and Aalen)."""
    counts = _counted(times)
    return counts.back(np.cumsum(counts.ended / counts.waiting)[counts.place])


def _counted(times: Times) -> _Counts:
    order = np.argsort(times.minutes, kind="stable")
    minutes = times.minutes[order]
    is_first = np.concatenate([[True], minutes[1:] != minutes[:-1]])
    place = np.cumsum(is_first) - 1
    starts = np.flatnonzero(is_first)
    ended = np.bincount(place, weights=times.over[order].astype(np.float64), minlength=len(starts))
    waiting = (len(minutes) - starts).astype(np.float64)
    return _Counts(order, place, minutes[starts], ended.astype(np.float64), waiting)


def _off(counts: _Counts, share: Floats) -> Floats:
    """How many standard errors log(-log(share)) lies off that of one half; NaN where nothing ended, or all did."""
    ended, waiting = counts.ended, counts.waiting
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(waiting > ended, ended / (waiting * (waiting - ended)), np.inf))
        error = np.sqrt(greenwood) / np.abs(np.log(share))
        off: Floats = np.abs((np.log(-np.log(share)) - np.log(np.log(2.0))) / error)
    return np.where(ended > 0, off, np.nan)


def _worth(times: Times, counts: _Counts, median: float) -> float:
    """How many contacts of different authors the contacts tell as much of the median as; at most all of them.

    By what each contact does to the share that still waits then (its influence, but for a factor that all have).
    """
    until = counts.at <= median
    compensator = np.cumsum(np.where(until, counts.ended / counts.waiting**2, 0.0))[counts.place]
    jump = np.where(times.over[counts.order] & until[counts.place], 1.0 / counts.waiting[counts.place], 0.0)
    influence = counts.back(jump - compensator)
    least, width = float(influence.min()), float(np.ptp(influence))
    if width == 0:
        return float(len(times))
    answers = answers_of((influence - least) / width, author_codes(times.who)[0])
    return min(float(len(times)), float(answers.effective[0]))
