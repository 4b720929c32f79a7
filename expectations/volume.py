"""Volume: the new records of a load against those of earlier loads, per day that passed.

Loads are irregular: somebody runs one by hand an hour after the schedule did, a laptop sleeps over a week-end, a file
is dropped once a month and looked for every day. So loads are joined to *stretches*: a stretch ends with a load that
brought something, half a day or more after the stretch began. Its rate is its new records per day; what is usual is
the median of the rates; how far they swing gives the overdispersion of the count (chance.py).

`changed` and `unchanged` records are left out: they cannot multiply what is stored, and a corrected mapping changes
every record of a source at once, at its owner's wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from expectations.chance import fewest_improbable, most_improbable
from expectations.limits import BatchLimits
from expectations.measured import MAXIMUM, Area, BatchCheck, LoadFacts, Severity

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Stretch", "Usual", "current_stretch", "judge_volume", "usual_volume"]

_SHORTEST = 0.5  # days; a shorter stretch says nothing about a rate
_LEAST_SPREAD = 0.02  # no source is as regular as Poisson: 14 % of swing at least
_WORST = 0.05  # the share of stretches with the largest swing that is left out: past incidents
_ENOUGH = 8  # stretches from which on any is left out
_QUIET = 0.9  # the quantile of the quiet times that is usual: a past outage does not make an outage usual
_SLACK = 1.25
_FLOOD = 100  # fresh records; fewer may well be written by customers, however few wrote before


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from one load that brought something to the next, and the new records that came in them.

    `quiet` is how long into it a load still found nothing.
    """

    begin: datetime
    days: float
    new: int
    quiet: float = 0.0


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a source, from `loads` stretches: new records per day, their spread, days without any."""

    loads: int
    per_day: float
    spread: float
    quiet_days: float
    step_days: float


def judge_volume(
    load: LoadFacts, occurred_at: pd.Series[pd.Timestamp], earlier: Sequence[LoadFacts], limits: BatchLimits
) -> Area:
    """Floor and ceiling of the new records; empty where fewer than `volume_loads` stretches say what is usual.

    `occurred_at` are the dates of the load's records. A rush of records that are dated since the load before is news,
    not an error: it is never held, and warns only where a rush of old or undated ones would be held.
    """
    # Where the clock was set back, loads before this one lie after it.
    earlier = [one for one in earlier if one.started_at <= load.started_at]
    usual, now = usual_volume(earlier), current_stretch(load, earlier)
    if usual is None or usual.loads < limits.volume_loads:
        return Area()
    since = now.begin - timedelta(days=usual.step_days)  # files come with some delay
    is_fresh = len(occurred_at) > 0 and float((occurred_at >= since).mean()) > 0.5
    checks = (*_floor(usual, now, limits), *_ceilings(usual, now, is_fresh, limits))
    return Area({"new_records": now.new}, checks)


def usual_volume(earlier: Sequence[LoadFacts]) -> Usual | None:
    """What is usual after these loads, in any order; None where no stretch has ended yet."""
    import numpy as np

    stretches = _split(earlier)[0] if earlier else []
    if not stretches:
        return None
    days = np.array([stretch.days for stretch in stretches])
    new = np.array([stretch.new for stretch in stretches], dtype="float64")
    per_day = float(np.median(new / days))
    quiet = np.quantile([stretch.quiet for stretch in stretches], _QUIET, method="higher")
    return Usual(len(stretches), per_day, _spread(new, per_day * days), float(quiet), float(np.median(days)))


def current_stretch(load: LoadFacts, earlier: Sequence[LoadFacts]) -> Stretch:
    """The stretch that this load ends: what came since the last one ended, and the days that have passed."""
    return _split([*earlier, load], keep_last_open=True)[1]


def _split(loads: Sequence[LoadFacts], *, keep_last_open: bool = False) -> tuple[list[Stretch], Stretch]:
    """The ended stretches, and the one that has not ended. The first load begins the first one: nobody knows since
    when its records had gathered."""
    ordered = sorted(loads, key=lambda load: load.started_at)
    ended: list[Stretch] = []
    begin, new, quiet, days = ordered[0].started_at, 0, 0.0, 0.0
    for position, load in enumerate(ordered[1:], start=2):
        days = (load.started_at - begin).total_seconds() / 86_400
        new += load.new
        if not new:
            quiet = days
        elif days >= _SHORTEST and not (keep_last_open and position == len(ordered)):
            ended.append(Stretch(begin, days, new, quiet))
            begin, new, quiet, days = load.started_at, 0, 0.0, 0.0
    return ended, Stretch(begin, days, new, quiet)


def _spread(new: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """The overdispersion of the counts: mean squared relative residual beyond Poisson's, the worst left out; with
    what the median itself may be off, for few stretches."""
    import numpy as np

    swing = (new - expected) / expected
    kept = np.sort(np.abs(swing))
    if len(kept) >= _ENOUGH:
        kept = kept[: len(kept) - int(np.ceil(_WORST * len(kept)))]
    poisson = float(np.mean(1.0 / expected))
    spread = max(_LEAST_SPREAD, float(np.mean(kept**2)) - poisson)
    return spread + 1.57 * (spread + poisson) / len(swing)


def _floor(usual: Usual, now: Stretch, limits: BatchLimits) -> list[BatchCheck]:
    if now.days < max(_SHORTEST, _SLACK * usual.quiet_days):
        return []
    expected = usual.per_day * now.days
    most = most_improbable(expected, usual.spread, limits.improbable, limits.volume_floor * expected)
    if most < 0:
        return []

    def says(found: float) -> str:
        return (
            f"{_records(found)} in {_days(now.days)}, where about {expected:,.0f} were to be expected "
            f"({_usual(usual)}): the source may be empty because of a filter, a permission, or files that went "
            "elsewhere; or customers really wrote less"
        )

    explains = f"new records in {_days(now.days)}, {expected:,.0f} expected: too few from {most:,} down"
    return [BatchCheck("volume", "warning", "new_records", MAXIMUM, {"min_value": most + 1}, says, explains)]


def _ceilings(usual: Usual, now: Stretch, is_fresh: bool, limits: BatchLimits) -> list[BatchCheck]:
    """A short stretch is given the usual time: a file that comes an hour after the last is no thousandfold rate."""
    days = max(now.days, usual.step_days)
    expected = usual.per_day * days

    def says(found: float) -> str:
        meaning = (
            "most are dated since the load before, so customers may really write so much, or somebody floods the source"
            if is_fresh
            else "records may come again under new ids, or an old export was added"
        )
        return (
            f"{_records(found)} in {_days(now.days)}, {found / expected:,.0f} times the {expected:,.0f} to be "
            f"expected ({_usual(usual)}): {meaning}"
        )

    made = []
    for severity, times in _levels(is_fresh, limits):
        least = max(times * expected, _FLOOD if is_fresh else limits.held_rows)
        fewest = fewest_improbable(expected, usual.spread, limits.improbable, least)
        explains = f"new records in {_days(now.days)}, {expected:,.0f} expected: {severity} from {fewest:,} on"
        bounds = {"max_value": fewest - 1}
        made.append(BatchCheck("volume", severity, "new_records", MAXIMUM, bounds, says, explains))
    return made


def _levels(is_fresh: bool, limits: BatchLimits) -> tuple[tuple[Severity, float], ...]:
    """Severities and how many times the expected records they take."""
    if is_fresh:
        return (("warning", limits.volume_ceiling_held),)
    return ("warning", limits.volume_ceiling), ("critical", limits.volume_ceiling_held)


def _usual(usual: Usual) -> str:
    return f"usual: {usual.per_day:,.1f} a day, from {usual.loads} earlier loads"


def _records(found: float) -> str:
    return "no new record" if not found else f"{found:,.0f} new record{'' if found == 1 else 's'}"


def _days(days: float) -> str:
    if days < 1:
        hours = max(1, round(days * 24))
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{days:.0f} day{'' if round(days) == 1 else 's'}"
