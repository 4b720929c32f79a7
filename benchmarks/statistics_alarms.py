"""False alarms a year at the rate that is aimed at, and how soon what is unusual is found, with the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.alerts.history import live_through
from analysis.alerts.permuted import permuted, yearly_rate
from analysis.alerts.watch import WEEKS_A_YEAR, Rules
from benchmarks.statistics_rows import Asked, Row, at_least, at_most
from benchmarks.statistics_sets import analysed
from benchmarks.statistics_streams import (
    Draw,
    Floats,
    Streams,
    at_random,
    mean_and_two_sd,
    overdispersed,
    rising,
    steady,
    wandering,
)

__all__ = ["rows"]

RULES = Rules(target_per_year=2.0)
LESS = Rules(target_per_year=2.0, part=0.75)  # where releases are compared they have a quarter of the target
# Beside ours: each week tested by itself alone, at about the same number of false alarms.
SINGLE = Rules(target_per_year=2.0, surge_windows=(1,), drift_windows=(), share=2.4)
MOST = 3.0  # false alarms a year
MEANS = np.geomspace(2, 60, 40)  # authors a week of forty themes
TOGETHER = 50  # years judged in one call
REAL = ("greenlight", "telecom NPS")
PERMUTED = 50


@dataclass(frozen=True)
class Found:
    """False alarms of steady themes over the years."""

    alerts: int
    weeks: int  # of a theme over its bound
    years: float
    plain: tuple[int, ...] = ()  # of a theme over the mean and two standard deviations of 26 and of 8 weeks

    def said(self) -> str:
        """The alerts a year with their interval."""
        rate = yearly_rate(self.alerts, self.years)
        return f"{rate.value:.2f} ({rate.low:.2f}-{rate.high:.2f})"


def rows(asked: Asked) -> list[Row]:
    """Must-show 3 and 4 of the statistics, and what stands beside them."""
    years, runs = (20, 100) if asked.quick else (200, 500)
    return [*_false_alarms(years), *_beside(max(20, years // 2)), *_power(runs), *_real(asked)]


def _false_alarms(years: int) -> list[Row]:
    found = _steady(years)
    forty = f"40 steady themes of 2 to 60 authors a week, {years} years"
    return [
        at_most(f"alerts a year at a target of 2: {forty}", found.alerts / years, MOST, ours=found.said()),
        Row("  weeks of a theme over its bound, a year", f"{found.weeks / years:.2f}"),
        Row("  the same with mean + 2 sd of 26 weeks", f"{found.plain[0] / years:.0f}"),
        Row("  the same with mean + 2 sd of 8 weeks", f"{found.plain[1] / years:.0f}"),
        Row("  alerts a year with a quarter of the target kept for releases", _steady(years, rules=LESS).said()),
        Row("  alerts a year of the same test on single weeks alone", _steady(years, rules=SINGLE).said()),
    ]


def _beside(years: int) -> list[Row]:
    """Other mixes of themes, and streams that no rule of ours was set by."""
    low, wide = np.geomspace(0.2, 5, 40), np.geomspace(0.1, 40, 200)
    uneven = _steady(years, sources=(0.6, 0.3, 0.1), swing=0.3)
    table = [
        ("40 themes of .2 to 5 authors", _steady(years, means=low)),
        ("40 themes of 10 to 15 authors", _steady(years, means=np.geomspace(10, 15, 40))),
        ("40 themes of 30 to 200 authors", _steady(years, means=np.geomspace(30, 200, 40))),
        ("5 themes of 3 to 40 authors", _steady(years, means=np.geomspace(3, 40, 5))),
        ("200 themes of .1 to 40 authors", _steady(max(20, years // 4), means=wide)),
        ("the forty, in three sources whose volumes swing by 30 %", uneven),
    ]
    steady_rows = [at_most(f"alerts a year: {name}", f.alerts / f.years, MOST, ours=f.said()) for name, f in table]
    draws: list[tuple[str, Draw]] = [
        (f"variance {phi:g} times the mean", overdispersed(phi)) for phi in (1.2, 1.5, 2.0, 3.0)
    ]
    draws += [(f"every rate swings by {by:.0%} from week to week", wandering(by, 0.0)) for by in (0.2, 0.35)]
    draws += [(f"every rate wanders by {by:.0%}, half of it gone in a week", wandering(by, 0.5)) for by in (0.1, 0.2)]
    return steady_rows + [Row(f"alerts a year, the forty, {name}", _steady(years, draw).said()) for name, draw in draws]


def _steady(
    years: int,
    draw: Draw = at_random,
    *,
    means: Floats = MEANS,
    sources: Sequence[float] = (1.0,),
    swing: float = 0.0,
    rules: Rules = RULES,
) -> Found:
    """Simulated years, each with all the weeks behind it that the rules read."""
    rng, before = np.random.default_rng(1), rules.reach
    alerts, weeks, plain = 0, 0, [0, 0]
    for done in range(0, years, TOGETHER):
        copies = min(TOGETHER, years - done)
        made = steady(rng, draw, means, copies, before + WEEKS_A_YEAR, sources=sources, swing=swing)
        lived = live_through(made.counts, made.exposure, rules, before)
        alerts, weeks = alerts + int(lived.opened.sum()), weeks + int(lived.over.sum())
        for at, behind in enumerate((rules.weeks, rules.least_weeks)):
            plain[at] += int(mean_and_two_sd(made.counts, behind)[..., before:].sum())
    return Found(alerts, weeks, years, tuple(plain))


def _power(runs: int) -> list[Row]:
    """How often one theme of forty is found in time, after 26 steady weeks of ten authors."""
    wanted: list[tuple[str, Floats, float]] = [
        ("doubling from 10 to 20 authors a week, found within 3 weeks", np.full(3, 20.0), 0.80),
        ("tripling from 10 to 30, found in the first week", np.full(1, 30.0), 0.85),
        (
            "growth of 8 % a week from 10, found within 10 weeks",
            np.array([10 * 1.08**week for week in range(1, 11)]),
            0.90,
        ),
    ]
    table: list[Row] = []
    for name, path, least in wanted:
        table.append(at_least(f"{name}, {runs} runs", _found(path, at_random, runs), least))
        kept = _found(path, at_random, runs, LESS)
        table.append(at_least("  with a quarter of the target kept for releases", kept, least))
        table.append(Row("  by single weeks alone", f"{_found(path, at_random, runs, SINGLE):.3f}"))
        table.append(Row("  where the variance is 1.5 times the mean", f"{_found(path, overdispersed(1.5), runs):.3f}"))
    return table


def _found(path: Floats, draw: Draw, runs: int, rules: Rules = RULES) -> float:
    """The share of runs in which the first theme is over its bound in one of the weeks of the path."""
    made = rising(np.random.default_rng(2), draw, MEANS, runs, rules.weeks, path)
    lived = live_through(made.counts, made.exposure, rules, rules.weeks)
    return float(lived.over[:, 0].any(-1).mean())


def _real(asked: Asked) -> list[Row]:
    """Alerts a year on copies of real feedback with permuted dates, and on the feedback as it is."""
    copies, table = 10 if asked.quick else PERMUTED, []
    for name in REAL:
        if (made := _streams(asked, name)) is None:
            continue
        counts, exposure = made.counts[0].astype(np.int64), made.exposure[0].astype(np.int64)
        first, weeks = RULES.least_weeks, counts.shape[-1]
        years = (weeks - first) / WEEKS_A_YEAR
        drawn = permuted(counts, exposure, copies, np.random.default_rng(3))
        lived = live_through(drawn, np.repeat(made.exposure, copies, 0), RULES, first)
        found = Found(int(lived.opened.sum()), int(lived.over.sum()), years * copies)
        told = f"{name}, {copies} copies with permuted dates, {counts.shape[0]} themes, {weeks} weeks"
        table.append(at_most(f"alerts a year: {told}", found.alerts / found.years, MOST, ours=found.said()))
        as_it_is = live_through(made.counts, made.exposure, RULES, first).opened.sum()
        table.append(Row("  on its own dates", f"{as_it_is / years:.2f} ({as_it_is} in {years:.1f} years)"))
    return table


def _streams(asked: Asked, name: str) -> Streams | None:
    """Authors by theme, source and week of a whole set; None where it is not there."""
    from analysis.findings.news.streams import streams_of
    from analysis.scope.calendar import Calendar
    from analysis.scope.mentions import build_mentions
    from analysis.scope.periods import Span
    from analysis.scope.scope import open_scope
    from analysis.scope.weekly import weeks_before

    if (real := analysed(asked, name)) is None:
        return None
    calendar, times = Calendar(), real.feedback["occurred_at"]
    period = calendar.closed("week", times.max().to_pydatetime())
    assert period.end is not None
    weeks = weeks_before(calendar, period.end, len(real.feedback), times.min().to_pydatetime())
    mentions = build_mentions(real.feedback, real.clauses)
    scope = open_scope(real.feedback, mentions, real.themes, Span(period, calendar.before(period)))
    found = streams_of(scope, real.comments, weeks)
    return Streams(found.counts[None].astype(np.float64), found.exposure[None].astype(np.float64))
