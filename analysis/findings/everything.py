"""Everything that is said about one period, in one call; the modules beside this one hold the how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from analysis.findings.absent import absent_sections
from analysis.findings.comments.escalations import find_escalations, find_requests
from analysis.findings.comments.mismatches import find_mismatches
from analysis.findings.comments.testimonials import find_testimonials
from analysis.findings.compare.comparisons import PageComparisons, compare_page
from analysis.findings.compare.releases import compare_releases
from analysis.findings.coverage import coverage_of, not_read, source_summaries
from analysis.findings.news.actions import find_actions
from analysis.findings.news.alerts import Watched, find_alerts
from analysis.findings.news.gone import find_gone, with_usual
from analysis.findings.service.contacts import with_service
from analysis.findings.themes.drivers import find_drivers, find_moves
from analysis.findings.themes.new_themes import find_new_themes
from analysis.findings.themes.pain_points import find_themes
from analysis.findings.themes.wishes import with_changes
from analysis.scope.fingerprint import fingerprint_of
from analysis.scope.mentions import build_mentions
from analysis.scope.options import DEFAULTS, Options
from analysis.scope.past import NOTHING_BEFORE, Past
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope
from analysis.scope.scores import summarise_scores
from groundswell.findings import Findings, SentimentSummary

__all__ = ["find_everything"]


def find_everything(
    feedback: pd.DataFrame,
    clauses: pd.DataFrame,
    comments: pd.DataFrame,
    themes: pd.DataFrame,
    span: Span,
    stale_after: Mapping[str, timedelta] | None = None,
    *,
    sentiment: SentimentSummary | None = None,
    options: Options = DEFAULTS,
    past: Past = NOTHING_BEFORE,
) -> Findings:
    """The findings of `span.period` out of the store's frames (groundswell/frames.py), each figure with its interval.

    The same rows give the same findings, to the last bit; `fingerprint` covers the rows that entered them.
    `stale_after` says per source how old its last record may be at the period's end; a week where it says nothing;
    `sentiment` is how the tone of these clauses was read; `options` what the project says of its statistics;
    `past` what was said and done before.
    """
    scope = _scope_until(feedback, clauses, themes, span)
    released = compare_releases(scope, options.releases)
    watched = find_alerts(scope, comments, past, options.false_alarms_per_year, released, options.releases)
    page = compare_page(scope, released, with_changes(scope, find_requests(scope)))
    found = replace(
        _compared(_of_comments(scope, comments, past), watched, page),
        sources=tuple(source_summaries(scope, stale_after or {})),
        scores=tuple(summarise_scores(scope.feedback, scope.feedback_before)),
        pain_points=tuple(find_themes(scope, "pain", watched.alerts, past.actions)),
        praise=tuple(find_themes(scope, "praise", watched.alerts)),
        new_themes=tuple(find_new_themes(scope)),
        warnings=tuple(_warnings(scope, feedback)),
        fingerprint=fingerprint_of(scope, watched.week, past, options),
        sentiment=sentiment,
        score_drivers=tuple(find_drivers(scope, options.drivers)),
        score_moves=tuple(find_moves(scope)),
        actions=tuple(find_actions(scope, past.actions)),
        gone_themes=tuple(find_gone(scope, watched)),
    )
    return with_service(scope, replace(found, absent=tuple(absent_sections(scope, found))), options.service)


def _of_comments(scope: Scope, comments: pd.DataFrame, past: Past) -> Findings:
    """What is said of single comments, and of how they were read; all else is empty."""
    escalations, signals = find_escalations(scope)
    mismatches, mismatch_counts = find_mismatches(scope, comments)
    return Findings(
        sources=(),
        coverage=coverage_of(scope, comments),
        not_read=tuple(not_read(scope, comments)),
        scores=(),
        pain_points=(),
        praise=(),
        escalations=tuple(escalations),
        requests=(),
        signals=signals,
        segments=(),
        mismatches=tuple(mismatches),
        mismatch_counts=mismatch_counts,
        testimonials=tuple(find_testimonials(scope, comments, past.not_to_ask)),
        consents=past.consents,
        service_levels=(),
        trends=(),
        new_themes=(),
        volumes={},
        absent=(),
        warnings=(),
        fingerprint="",
    )


def _compared(found: Findings, watched: Watched, page: PageComparisons) -> Findings:
    """The findings with what stands out against usual weeks, other groups and earlier releases."""
    return replace(
        found,
        alerts=watched.alerts,
        watch=watched.watch,
        alert_week=watched.week,
        requests=page.requests,
        trends=with_usual(page.trends, watched),
        segments=page.segments,
        segment_scores=page.segment_scores,
        releases=page.releases,
    )


def _scope_until(feedback: pd.DataFrame, clauses: pd.DataFrame, themes: pd.DataFrame, span: Span) -> Scope:
    """What is known at the period's end."""
    known = feedback if span.period.end is None else feedback[~(feedback["occurred_at"] >= span.period.end)]
    return open_scope(known, build_mentions(known, clauses), themes, span)


def _warnings(scope: Scope, everything: pd.DataFrame) -> list[str]:
    """What a reader should know about the period's rows before trusting the page."""
    warnings: list[str] = []
    end = scope.span.period.end
    if end is None:
        return warnings
    warnings.extend(_half_known(scope))
    later = int((everything["occurred_at"] >= end).sum())
    undated = int(everything["occurred_at"].isna().sum())
    if later:
        warnings.append(f"{later:,} later records lie in a period that is not closed yet; they are not counted here.")
    if undated:
        warnings.append(f"{undated:,} records carry no readable date and belong to no period.")
    return warnings


def _half_known(scope: Scope) -> list[str]:
    """Says so where the data begins in the middle of the period that changes are told against."""
    before, first = scope.span.before, scope.all_feedback["occurred_at"].min()
    if before is None or before.start is None or before.end is None or not before.start < first < before.end:
        return []
    day = first.tz_convert(scope.span.calendar.zone).date()
    if day == before.start.date():
        return []
    return [f"Changes are told against a period that is known from {day.isoformat()} on only."]
