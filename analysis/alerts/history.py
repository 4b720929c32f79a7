"""Many histories at once, week by week, as alerts live through them: for simulations and permuted copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.alerts.counts import Bools, Floats
from analysis.alerts.life import LEFT_OUT, QUIET_WEEKS
from analysis.alerts.watch import Judged, Rules, judge

__all__ = ["History", "live_through"]


@dataclass(frozen=True, slots=True)
class History:
    """What a reader of every week would have seen; (copies, themes, weeks)."""

    over: Bools  # weeks over the bound
    opened: Bools  # weeks in which an alert is opened, or opened again after it was closed


def live_through(counts: Floats, exposure: Floats, rules: Rules, first: int) -> History:
    """The weeks from `first` on, one after the other: counts (copies, themes, sources, weeks), see counts.py.

    Weeks under an alert stay out of the baseline and an alert is closed after quiet weeks, both as life.py has it.
    """
    copies, themes, _, weeks = counts.shape
    kept = np.ones((copies, themes, weeks), bool)
    over, opened = np.zeros((copies, themes, weeks), bool), np.zeros((copies, themes, weeks), bool)
    under = np.full((copies, themes), QUIET_WEEKS + 1)
    told = np.zeros((copies, themes), np.int64)  # weeks over the bound of the alert that is open
    dumped = rules.dumps(exposure)
    for week in range(first, weeks):
        read = slice(max(0, week + 1 - rules.reach), week + 1)
        judged = judge(counts[..., read], exposure[..., read], kept[..., read], rules, dumped[..., read])
        over[..., week] = now = judged.alarm.any(-1)
        opened[..., week] = now & (under > QUIET_WEEKS)
        told = np.where(opened[..., week], 1, told + now)
        under = np.where(now, 0, under + 1)
        _leave_out(kept, judged, rules, week, now & (told <= LEFT_OUT))
    return History(over, opened)


def _leave_out(kept: Bools, judged: Judged, rules: Rules, week: int, which: Bools) -> None:
    """Takes the weeks of the window that alarms out of the baseline."""
    if not which.any():
        return
    windows = judged.window(rules)
    for copy, theme in np.argwhere(which):
        kept[copy, theme, max(0, week + 1 - windows[copy, theme]) : week + 1] = False
