"""Service levels for operations: reply and resolution times, reopens, first contacts and scores, by what contacts are.

Figures are as of the period's end (docs/methods.md, "Service levels"). Times are medians of Kaplan and Meier, so that
what still waits counts as longer than it has waited, and is not left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta

import pandas as pd

from analysis.findings.service.agents import figures_of_agents
from analysis.findings.service.figures import Figures, compare, figures_of
from analysis.findings.service.rows import ServiceRows, first_contacts, moment_of, service_rows, tickets, window
from analysis.scope.scope import Scope
from analysis.scope.service_options import DEFAULTS, ServiceOptions
from analysis.statistics.intervals import FEW_RESPONSES, shares_differ
from groundswell.findings import Change, ServiceLevel
from groundswell.frames import SEGMENT
from groundswell.records import AGENT, Period

__all__ = ["service_levels"]

GROUPS = ("queue", "channel", "category", "sub_category", "product", "team", "shift")
MOST_GROUPS = 12


def service_levels(scope: Scope, options: ServiceOptions = DEFAULTS) -> list[ServiceLevel]:
    """One row for each source and for each channel, category, team ... of it with at least 20 rows, largest first.

    A group's share is taken over the rows that name a group of that kind. Single agents are told only where the
    options say so, by name, and lean on all agents of their source. No change is judged yet (contacts.py does).
    """
    now = _rows_of(scope, scope.feedback, scope.span.period, options)
    before = scope.span.before
    then = (
        None
        if before is None or scope.feedback_before is None
        else _rows_of(scope, scope.feedback_before, before, options)
    )
    levels: list[ServiceLevel] = []
    for source in sorted(scope.feedback["source"].unique()):
        mine = now.of("source", source)
        was = None if then is None else then.of("source", source)
        levels.extend(_of_source(str(source), mine, was, scope.span.period.before, options))
    return levels


def _rows_of(scope: Scope, feedback: pd.DataFrame, period: Period, options: ServiceOptions) -> ServiceRows:
    until = moment_of(period, scope.all_feedback)
    own = service_rows(feedback, until, scope.all_feedback)
    if until is None:
        return ServiceRows(own, own.assign(first=float("nan"))[:0])
    reach = timedelta(days=options.first_contact_days)
    asked = scope.all_feedback
    if period.start is not None:
        # Whoever began in the window moved back, and what the same people began until now.
        asked = asked[(asked["reported_at"] >= period.start - reach) & (asked["reported_at"] <= until)]
    contacts = tickets(service_rows(asked, until, scope.all_feedback))
    followed = first_contacts(contacts, options.first_contact_days, until)
    return ServiceRows(own, window(followed, period, reach))


def _of_source(
    source: str, now: ServiceRows, then: ServiceRows | None, before: str, options: ServiceOptions
) -> Iterator[ServiceLevel]:
    whole = _told(source, "all", "all", len(now.now), len(now.now), figures_of(source, now, then))
    # Only here: of the figures of all groups some would move by chance alone.
    yield whole if then is None else replace(whole, against_before=compare(now, then))
    for name in GROUPS:
        column = SEGMENT + name
        if column not in now.now.columns:
            continue
        named = int(now.now[column].notna().sum())
        for group in _largest(now.now[column])[:MOST_GROUPS]:
            rows = now.of(column, group)
            level = _told(source, name, str(group), len(rows.now), named, figures_of(source, rows))
            change = None if then is None else _share_change(now.now[column], then.now[column], group, before)
            yield replace(level, change=change)
    if options.agents and SEGMENT + AGENT in now.now.columns:
        yield from _agents(source, now)


def _agents(source: str, now: ServiceRows) -> Iterator[ServiceLevel]:
    """By name: nobody is ranked by figures that differ by chance."""
    column = SEGMENT + AGENT
    named = int(now.now[column].notna().sum())
    names = sorted(map(str, _largest(now.now[column])))
    each = [now.of(column, name) for name in names]
    for name, rows, figures in zip(names, each, figures_of_agents(source, each), strict=True):
        yield replace(_told(source, AGENT, name, len(rows.now), named, figures), shrunken=True)


def _largest(values: pd.Series) -> list[object]:
    counts = values.value_counts()
    return sorted(counts[counts >= FEW_RESPONSES].index, key=lambda group: (-int(counts[group]), str(group)))


def _told(source: str, by: str, group: str, n: int, total: int, figures: Figures) -> ServiceLevel:
    of = {field.name: getattr(figures, field.name) for field in fields(figures)}
    return ServiceLevel(source=source, group_by=by, group=group, n=n, share=n / total, **of)


def _share_change(now: pd.Series, then: pd.Series, group: object, before: str) -> Change | None:
    """How the group's share of the rows that name a group moved against the period before."""
    n, n_before = int(now.notna().sum()), int(then.notna().sum())
    if n_before < FEW_RESPONSES:
        return None
    hits, was = int((now == group).sum()), int((then == group).sum())
    share, baseline = hits / n, was / n_before
    p = shares_differ(hits, n, was, n_before)
    return Change(baseline, share, n_before, n, share / baseline if was else None, p, False, before)
