"""The demo of one seed, told week by week: alerts, first sentences, and where the planted records are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from benchmarks.statistics_weeks import Analysed
    from extractors.demo import DemoTruth
    from groundswell.findings import Alert, Findings

__all__ = ["Raised", "Walk", "Week", "walk"]

AUDIENCES = ("service", "product")


@dataclass(frozen=True)
class Raised:
    """An alert as a week's digest tells it, and what the records of its theme in that week are about."""

    alert_id: str
    theme_id: str
    label: str
    kind: str
    state: str
    opened: str
    event: str
    authors: int
    usual: float
    about: Mapping[str, int]


@dataclass(frozen=True)
class Week:
    """One week of the walk: its alerts, the first sentence of each page, and where the records of each incident are.

    `held` has, per incident that has begun, the theme that most of its records until then mention, and their share.
    """

    name: str
    alerts: tuple[Raised, ...]
    first_sentences: Mapping[str, str]
    held: Mapping[str, tuple[str | None, float]]


@dataclass(frozen=True)
class Walk:
    """A seed's weeks, oldest first, and the week in which each incident begins, and its kind."""

    seed: int
    weeks: tuple[Week, ...]
    begins: Mapping[str, str]
    kinds: Mapping[str, str]


def walk(seed: int, weeks: int, folder: Path) -> Walk:
    """Each week from the 10th on, told as `publish` tells it: from the alerts of the week before and its own rows.

    In a process of its own (benchmarks/statistics_weeks.py); analyses are kept in `folder`.
    """
    from analysis.findings.everything import find_everything
    from analysis.scope.past import Past
    from benchmarks.statistics_weeks import analysed_weeks

    truth, analysed = analysed_weeks(seed, weeks, folder)
    told, past = [], Past()
    for one in analysed:
        found = find_everything(one.feedback, one.clauses, one.comments, one.themes, one.span, past=past)
        past = replace(past, alerts=found.alert_week)
        told.append(_week(one, found, truth))
    incidents = truth.incidents
    begins, kinds = ({i.name: i.start_week for i in incidents}, {i.name: i.kind for i in incidents})
    return Walk(seed, tuple(told), begins, kinds)


def _week(one: Analysed, found: Findings, truth: DemoTruth) -> Week:
    """What a week's pages say, beside what was planted."""
    from flows.commands.demo import theme_of

    name, feedback = one.span.period.slug, one.feedback
    held = {i.name: theme_of(i, feedback, one.clauses) for i in truth.incidents if i.start_week <= name}
    return Week(name, tuple(_raised(alert, one, truth) for alert in found.alerts), _first_sentences(one, found), held)


def _first_sentences(one: Analysed, found: Findings) -> dict[str, str]:
    """Each page's first sentence; "" where it has none."""
    from groundswell.findings import Quality
    from reports.build import digest_for
    from reports.digest import GeneratedFrom

    quality, made_from = Quality(0, 0, 0, 0, {}), GeneratedFrom(found.fingerprint, 0, {})
    pages = {name: digest_for(name, found, one.span.period, quality, made_from, 1) for name in AUDIENCES}
    return {name: (page.headline or ("",))[0] for name, page in pages.items()}


def _raised(alert: Alert, one: Analysed, truth: DemoTruth) -> Raised:
    """The alert, with the planted themes of the records that mention its theme in the week."""
    from analysis.scope.periods import rows_in

    mine = one.clauses.loc[one.clauses["theme_id"] == alert.theme_id, "feedback_id"]
    rows = rows_in(one.feedback, one.span.period)
    about = _about(rows[rows["feedback_id"].isin(mine)], truth)
    return Raised(
        alert.alert_id,
        alert.theme_id,
        alert.label,
        alert.kind,
        alert.state,
        alert.opened.isoformat(),
        alert.event,
        alert.authors,
        alert.usual.value,
        about,
    )


def _about(rows: pd.DataFrame, truth: Any) -> dict[str, int]:
    """The four planted themes that most of these records are about, with how many."""
    ids = set(rows["response_id"].fillna(rows["reference"]))
    themes = pd.Series([theme for row in truth.records if row.record_id in ids for theme in row.themes], dtype=object)
    return {str(theme): int(n) for theme, n in themes.value_counts().head(4).items()}
