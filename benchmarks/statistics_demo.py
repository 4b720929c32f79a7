"""Planted incidents of the demo, found or not, over seeds that no development has seen: a part of
`benchmarks.statistics`.

Each seed is walked week by week (benchmarks/statistics_weeks.py). An incident counts as alarmed where an alert of the
theme that then holds most of its records was opened in one of the weeks since it began. Other alerts are those that are
of no incident and share no event with an incident's alert; each opening counts, so one that comes back counts twice.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from scipy.stats import poisson

from benchmarks.statistics_rows import Asked, Row, at_least, at_most
from benchmarks.statistics_walk import Raised, Walk, Week, walk
from benchmarks.statistics_weeks import FIRST
from extractors.demo.incidents import SLOW_GROWTH

__all__ = ["rows"]

SEEDS = tuple(range(3001, 3021))  # never used in development: what was looked at there has other numbers
WEEKS = 26
SOON, SLOWLY = 3, 10  # weeks within which an incident is to be an alert; a slow one is there long before
HELD = 0.6
OPEN = ("open", "updated", "re-opened")
USUAL = 7.2  # records a week of the slow incident before it grows
TARGET, THEMES = 2.0, 40  # false alarms a year, shared out among so many themes


@dataclass(frozen=True)
class Found:
    """What became of one incident of one seed; `after` counts weeks, 1 for the one in which it began."""

    seed: int
    incident: str
    kind: str
    after: int | None  # None: no alert at all
    held: float  # share of its records that the theme holds in that week, of the last week where there was no alert
    is_first: bool  # whether that week's service or product page begins with it
    label: str


def rows(asked: Asked) -> list[Row]:
    """Per kind of incident how many seeds alarm in time, on a theme that holds it, and begin a page; other alerts."""
    seeds = asked.seeds or (SEEDS[:3] if asked.quick else SEEDS)
    walks = list(_walks(seeds, asked.cache))
    found = [_found(one, incident) for one in walks for incident in one.begins]
    table = [
        row for kind in ("sudden", "one version", "slow") for row in _of_kind([f for f in found if f.kind == kind])
    ]
    others = [_others(one) for one in walks]
    per_year = sum(map(len, others)) / len(walks)
    most = max(map(len, others))
    quiet = sum(len(one) <= 1 for one in others)
    return [
        *table,
        Row(f"other alerts in {WEEKS} weeks, {FIRST} of them without a baseline: mean", f"{per_year:.2f}"),
        at_most("  of one seed at most", most, 1, ours=str(most)),
        at_least("  seeds with one at most", quiet, len(walks), ours=f"{quiet} of {len(walks)}"),
    ]


def _of_kind(found: Sequence[Found]) -> list[Row]:
    """The rows of one incident over the seeds."""
    if not found:
        return []
    n, name = len(found), f"{found[0].incident} ({found[0].kind})"
    weeks = [SOON] if found[0].kind != "slow" else [SOON, SLOWLY]
    told = []
    for limit in weeks:
        in_time = sum(one.after is not None and one.after <= limit for one in found)
        told.append(at_least(f"{name}: alert within {limit} weeks, seeds", in_time, n, ours=f"{in_time} of {n}"))
    holding = sum(one.held >= HELD for one in found)
    first = sum(one.is_first for one in found)
    delays = sorted(one.after for one in found if one.after is not None)
    return [
        *told,
        at_least(f"  on a theme with {HELD:.0%} of its records, seeds", holding, n, ours=f"{holding} of {n}"),
        at_least("  in the first sentence of a page of that week, seeds", first, n, ours=f"{first} of {n}"),
        Row("  weeks until the alert", " ".join(map(str, delays)) or "none"),
        *(_reachable((SOON, 6, 9, SLOWLY)) if found[0].kind == "slow" else ()),
    ]


def _reachable(limits: Sequence[int]) -> Iterator[Row]:
    """How surely the slow incident can be told from chance at all: by the best sum of last weeks, its usual rate known
    exactly, at the same number of false alarms."""
    chance = TARGET / 52 / THEMES
    for limit in limits:
        best = 0.0
        for weeks in range(1, limit + 1):
            grown = sum(USUAL * SLOW_GROWTH**week for week in range(limit - weeks + 1, limit + 1))
            best = max(best, float(poisson.sf(poisson.isf(chance, USUAL * weeks), grown)))
        yield Row(f"  within {limit} weeks, the most that any test could find", f"{best:.3f}")


# --------------------------------------------------------------------------------------------------------------- seeds


def _walks(seeds: Sequence[int], cache: Path | None) -> Iterator[Walk]:
    """The walk of each seed, told as it comes, in a process of its own: flows are plain functions there."""
    with _folder(cache) as folder:
        for seed in seeds:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                one = pool.submit(walk, seed, WEEKS, folder / f"demo-{seed}").result()
            for line in _lines(one):
                print(line, flush=True)
            yield one


@contextmanager
def _folder(cache: Path | None) -> Iterator[Path]:
    if cache is not None:
        yield cache
        return
    with tempfile.TemporaryDirectory(prefix="groundswell-demo-") as folder:
        yield Path(folder)


def _lines(one: Walk) -> Iterator[str]:
    """What a person reads of a seed while the others are walked."""
    yield f"seed {one.seed}"
    for incident in one.begins:
        found = _found(one, incident)
        when = "no alert" if found.after is None else f"alert in week {found.after}"
        place = "first sentence" if found.is_first else "not in a first sentence"
        yield f"  {incident}: {when} on “{found.label}”, which holds {found.held:.0%}, {place}"
    for week, alert in _others(one):
        about = ", ".join(f"{theme} {n}" for theme, n in alert.about.items())
        yield (
            f"  other, {week.name}: {alert.kind} “{alert.label}”, {alert.authors} authors, usual {alert.usual:.1f}"
            f" (about {about})"
        )


def _since(one: Walk, incident: str) -> list[Week]:
    """The weeks of the incident, its first one included."""
    return [week for week in one.weeks if week.name >= one.begins[incident]]


def _found(one: Walk, incident: str) -> Found:
    weeks, kind = _since(one, incident), one.kinds[incident]
    begins = weeks[0].name
    for after, week in enumerate(weeks, 1):
        theme, held = week.held[incident]
        for alert in week.alerts:
            if alert.theme_id == theme and alert.state in OPEN and _opened_in(alert, one) >= begins:
                told = any(alert.label in sentence for sentence in week.first_sentences.values())
                return Found(one.seed, incident, kind, after, held, told, alert.label)
    _, held = weeks[-1].held[incident]
    return Found(one.seed, incident, kind, None, held, False, "")


def _others(one: Walk) -> list[tuple[Week, Raised]]:
    """Each opening of an alert that is of no incident, with the week in which it was seen first."""
    own, seen, found = _own(one), set(), []
    for week in one.weeks:
        for alert in week.alerts:
            if alert.alert_id in own or alert.event in own or (alert.alert_id, alert.opened) in seen:
                continue
            seen.add((alert.alert_id, alert.opened))
            found.append((week, alert))
    return found


def _own(one: Walk) -> set[str]:
    """The ids of the incidents' alerts and of their events."""
    themes = {(week.name, theme) for week in one.weeks for theme, _ in week.held.values()}
    mine: Iterable[Raised] = (a for week in one.weeks for a in week.alerts if (week.name, a.theme_id) in themes)
    return {name for alert in mine for name in (alert.alert_id, alert.event)}


def _opened_in(alert: Raised, one: Walk) -> str:
    """The week in which the alert was raised, by its name; the last one before it where it is told by a moment."""
    for week in one.weeks:
        if any(a.alert_id == alert.alert_id and a.opened == alert.opened for a in week.alerts):
            return week.name
    return ""
