"""Whether the last weeks are unusual, at a stated yearly rate of false alarms (docs/methods.md, D6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.alerts.counts import Bools, Floats, Ints, Stretch, Usual, overdispersion, tail, usual, usual_range
from analysis.alerts.dumps import dumps_of, without_dumps

__all__ = ["WEEKS_A_YEAR", "Judged", "Rules", "Verdict", "evaluate", "judge"]

WEEKS_A_YEAR = 52
MOST_CHANCE = 0.01  # where so few can alarm that the target would allow more


@dataclass(frozen=True, slots=True)
class Rules:
    """When weeks are unusual. The constants were measured by `python -m benchmarks.statistics --only alarms`."""

    target_per_year: float = 2.0  # false alarms, of all themes, windows and weeks together
    part: float = 1.0  # of the target, for these rules: the rest is for what else raises alerts
    weeks: int = 26  # of baseline
    least_weeks: int = 8  # of baseline, for a theme to be watched and for a source to count
    surge_windows: tuple[int, ...] = (1, 2, 3)  # the last week, the last two weeks together, ...
    surge_ratio: float = 1.5  # to what is usual, at least: of the window, and of the last week by itself
    drift_windows: tuple[int, ...] = (5, 8)
    drift_ratio: float = 1.3
    drift_guard: int = 4  # weeks between a long window and its baseline, lest slow growth be its own baseline
    least_authors: int = 5  # in the last week
    share: float = 0.8  # of the target, for each window as if it were alone: so that all together reach it

    @property
    def windows(self) -> tuple[int, ...]:
        """All windows, each in weeks up to the last one."""
        return self.surge_windows + self.drift_windows

    @property
    def reach(self) -> int:
        """How many weeks a verdict looks back on."""
        return self.weeks + self.drift_guard + max(self.windows)

    def dumps(self, exposure: npt.NDArray[np.number]) -> Bools:
        """The weeks (..., sources, weeks) in which a source brought far more than in the weeks of a baseline."""
        return dumps_of(exposure, self.weeks, self.least_weeks)

    def ratio(self, window: int) -> float:
        """How many times the usual number a window must hold at least."""
        return self.drift_ratio if window in self.drift_windows else self.surge_ratio


@dataclass(frozen=True, slots=True)
class Judged:
    """The windows that end with the last week; arrays are (copies, themes, windows)."""

    alarm: Bools
    p_value: Floats  # 1 where not tested: too few authors, or not enough above the usual number
    usual: tuple[Usual, ...]  # by window
    tested: Bools  # there is baseline enough
    phi: Floats  # of single weeks (copies, themes)

    def window(self, rules: Rules) -> Ints:
        """The window that an alarm is told by, in weeks, 0 without one; (copies, themes).

        A surge is told by its shortest window, since longer ones take in usual weeks before it; growth by the clearest.
        """
        quick = self.alarm[..., : len(rules.surge_windows)].any(-1)
        clearest = np.where(self.alarm, self.p_value, np.inf).argmin(-1)
        at = np.where(quick, self.alarm.argmax(-1), clearest)
        return np.where(self.alarm.any(-1), np.asarray(rules.windows)[at], 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of the last week, one entry per theme."""

    surge: Bools  # more people than usual in the last week or the last few
    drift: Bools  # so only over the last four weeks and more; never together with a surge
    p_value: Floats  # of a surge's shortest window that alarms, of a drift's clearest; NaN without an alarm
    since: Ints  # index of the week in which that window begins; -1 without an alarm
    authors: Floats  # in the last week, of the sources that have a baseline
    expected: Floats  # then; NaN where there is too little baseline
    low: Floats  # 95 % of usual weeks lie between low and high, both included; NaN likewise
    high: Floats
    ratio: Floats  # authors / expected; NaN where nobody was expected
    baseline_weeks: Ints
    tested: Bools


def evaluate(
    counts: npt.NDArray[np.integer],
    exposure: npt.NDArray[np.integer],
    rules: Rules,
    *,
    skip: Bools | None = None,
    dumped: Bools | None = None,
) -> Verdict:
    """The last week of `counts` (themes, sources, weeks) against `exposure` (sources, weeks).

    Counts and exposure are distinct authors, of the same week and source. `skip` (themes, weeks) leaves weeks out of
    the baseline: those under an alert, and those before a theme was opened. `dumped` (sources, weeks) are the dumps
    (None: those of these weeks). Only the last `rules.reach` weeks are read.
    """
    first = max(0, counts.shape[-1] - rules.reach)
    kept = np.ones((counts.shape[0], counts.shape[-1]), bool) if skip is None else ~skip
    dumped = rules.dumps(exposure) if dumped is None else dumped
    judged = judge(
        counts[None, ..., first:].astype(np.float64),
        exposure[None, ..., first:].astype(np.float64),
        kept[None, ..., first:],
        rules,
        dumped[None, ..., first:],
    )
    return _verdict(judged, rules, counts.shape[-1])


def judge(counts: Floats, exposure: Floats, kept: Bools, rules: Rules, dumped: Bools) -> Judged:
    """Every window of every theme of every copy: counts (copies, themes, sources, weeks), see counts.py.

    `dumped` (copies, sources, weeks) are weeks of a source that count nowhere, but for themes that its last one is
    about.
    """
    found = _windows(counts, exposure, kept, rules, dumped)
    budget, weekly = rules.share * rules.part * rules.target_per_year / WEEKS_A_YEAR, found[0][1]
    alarms, chances = [], []
    for window, (one, phi) in zip(rules.windows, found, strict=True):
        ratio, enough, whole = rules.ratio(window), one.weeks >= rules.least_weeks, one.window
        worth = enough & (one.last.seen >= rules.least_authors) & one.last.at_least(ratio) & whole.at_least(ratio)
        p_value = np.ones(worth.shape)
        p_value[worth] = tail(whole.seen[worth], whole.careful[worth], whole.sure[worth], phi[worth])
        # A theme uses up no more of the budget than its chance of passing the least number and ratio.
        most = np.minimum(_passing(whole, ratio, phi, rules), _passing(one.last, ratio, weekly, rules))
        alarms.append(worth & (p_value < _shared(np.where(enough, most, 0.0), budget)[:, None]))
        chances.append(p_value)
    usuals = tuple(one for one, _ in found)
    tested = np.stack([one.weeks >= rules.least_weeks for one in usuals], -1)
    return Judged(np.stack(alarms, -1), np.stack(chances, -1), usuals, tested, weekly)


def _windows(counts: Floats, exposure: Floats, kept: Bools, rules: Rules, dumped: Bools) -> list[tuple[Usual, Floats]]:
    """What is usual for each window, and the overdispersion of the themes, without the dumps.

    In the last week a theme that is raised more often than usual in the dump itself is judged with it: hundreds who
    all complain of one thing are news, a theme among thousands of other rows is not.
    """
    last = dumped & (np.arange(dumped.shape[-1]) == dumped.shape[-1] - 1)
    if dumped.any():
        counts, exposure = without_dumps(counts, exposure, dumped & ~last)
    found = [_window(counts, exposure, kept, window, rules) for window in rules.windows]
    if not last.any():
        return found
    others = ~np.broadcast_to(last.any(axis=-1, keepdims=True), dumped.shape)
    inside = usual(*without_dumps(counts, exposure, others), kept, 1, 0, rules.least_weeks).last
    about = (inside.seen >= rules.least_authors) & inside.at_least(rules.surge_ratio)
    rest = without_dumps(counts, exposure, last)
    beside = [_window(*rest, kept, window, rules) for window in rules.windows]
    pairs = zip(found, beside, strict=True)
    return [(one.where(about, two), np.where(about, phi, other)) for (one, phi), (two, other) in pairs]


def _window(counts: Floats, exposure: Floats, kept: Bools, window: int, rules: Rules) -> tuple[Usual, Floats]:
    """What is usual for a window, and the overdispersion of the themes."""
    guard = rules.drift_guard if window in rules.drift_windows else 0
    read = slice(max(0, counts.shape[-1] - window - guard - rules.weeks), None)
    found = usual(counts[..., read], exposure[..., read], kept[..., read], window, guard, rules.least_weeks)
    return found, overdispersion(found.spread, found.degrees, found.window.careful)


def _passing(stretch: Stretch, ratio: float, phi: Floats, rules: Rules) -> Floats:
    """The chance that as many authors are seen as an alarm needs at least."""
    least = np.maximum(rules.least_authors, np.ceil(ratio * stretch.expected))
    return tail(least, stretch.careful, stretch.sure, phi)


def _shared(most: Floats, budget: float) -> Floats:
    """The bound for p-values of each copy at which false alarms add up to the budget: sum of min(bound, most) over the
    themes. What a theme cannot use up, for too few ever raise it, is left to the others."""
    themes = most.shape[-1]
    if not themes:
        return np.zeros(len(most))
    ordered = np.sort(most, axis=-1)
    bounds = (budget - np.cumsum(ordered, axis=-1) + ordered) / np.arange(themes, 0, -1)
    used_up = ordered >= bounds
    first = np.where(used_up.any(-1), used_up.argmax(-1), themes - 1)
    bound: Floats = np.minimum(np.take_along_axis(bounds, first[:, None], -1)[:, 0], MOST_CHANCE)
    return bound


def _verdict(judged: Judged, rules: Rules, weeks: int) -> Verdict:
    """What is told of the last week: against the baseline of the window that alarms, of that week where none does."""
    window, tested = judged.window(rules)[0], judged.tested[0].any(-1)
    over, at = window > 0, np.searchsorted(rules.windows, np.maximum(window, 1))
    rows = np.arange(len(at))
    seen, expected, careful, sure = (
        np.stack([getattr(one.last, part)[0] for one in judged.usual])[at, rows]
        for part in ("seen", "expected", "careful", "sure")
    )
    expected = np.where(tested, expected, np.nan)
    low, high = np.full(tested.shape, np.nan), np.full(tested.shape, np.nan)
    low[tested], high[tested] = usual_range(careful[tested], sure[tested], judged.phi[0][tested])
    return Verdict(
        surge=over & (window <= max(rules.surge_windows)),
        drift=over & (window > max(rules.surge_windows)),
        p_value=np.where(over, judged.p_value[0][rows, at], np.nan),
        since=np.where(over, weeks - window, -1),
        authors=seen,
        expected=expected,
        low=low,
        high=high,
        ratio=np.divide(seen, expected, out=np.full(expected.shape, np.nan), where=expected > 0),
        baseline_weeks=np.stack([one.weeks[0] for one in judged.usual])[at, rows],
        tested=tested,
    )
