"""Everything that is said about one period, in one call; the modules beside this one hold the how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pandas as pd

from analysis.findings.absent import absent_sections
from analysis.findings.coverage import coverage_of, not_read, source_summaries
from analysis.findings.escalations import find_escalations, find_requests
from analysis.findings.mentions import build_mentions
from analysis.findings.mismatches import find_mismatches
from analysis.findings.new_themes import find_new_themes
from analysis.findings.pain_points import find_themes
from analysis.findings.periods import WEEKS_SHOWN, Span
from analysis.findings.scope import Scope, open_scope
from analysis.findings.scores import summarise_scores
from analysis.findings.segments import find_segments, theme_trends
from analysis.findings.service_levels import service_levels, weekly_volumes
from analysis.findings.testimonials import find_testimonials
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
) -> Findings:
    """The findings of `span.period` out of the store's frames (groundswell/frames.py), each figure with its interval.

    The same rows give the same findings, to the last bit; `fingerprint` covers the rows that entered them.
    `stale_after` says per source how old its last record may be at the period's end; a week where it says nothing;
    `sentiment` is how the tone of these clauses was read.
    """
    scope = _scope_until(feedback, clauses, themes, span)
    escalations, signals = find_escalations(scope)
    mismatches, mismatch_counts = find_mismatches(scope, comments)
    found = Findings(
        sources=tuple(source_summaries(scope, stale_after or {})),
        coverage=coverage_of(scope, comments),
        not_read=tuple(not_read(scope, comments)),
        scores=tuple(summarise_scores(scope.feedback, scope.feedback_before)),
        pain_points=tuple(find_themes(scope, "pain")),
        praise=tuple(find_themes(scope, "praise")),
        escalations=tuple(escalations),
        requests=tuple(find_requests(scope)),
        signals=signals,
        segments=tuple(find_segments(scope)),
        mismatches=tuple(mismatches),
        mismatch_counts=mismatch_counts,
        testimonials=tuple(find_testimonials(scope, comments)),
        service_levels=tuple(service_levels(scope)),
        trends=tuple(theme_trends(scope)),
        new_themes=tuple(find_new_themes(scope)),
        volumes=weekly_volumes(scope),
        absent=(),
        warnings=tuple(_warnings(scope, feedback)),
        fingerprint=_fingerprint(scope),
        sentiment=sentiment,
    )
    return replace(found, absent=tuple(absent_sections(scope, found)))


def _scope_until(feedback: pd.DataFrame, clauses: pd.DataFrame, themes: pd.DataFrame, span: Span) -> Scope:
    """What is known at the period's end."""
    known = feedback if span.period.end is None else feedback[~(feedback["occurred_at"] >= span.period.end)]
    mentions = build_mentions(known, clauses[clauses["feedback_id"].isin(known["feedback_id"])])
    return open_scope(known, mentions, themes, span)


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


def _fingerprint(scope: Scope) -> str:
    """sha256 over the rows that entered: the period, the one before, and the weeks shown in its trends."""
    end = scope.span.period.end
    feedback, mentions = scope.all_feedback, scope.all_mentions
    if end is not None:
        first = end - pd.Timedelta(weeks=WEEKS_SHOWN + 1)
        if scope.span.before is not None and scope.span.before.start is not None:
            first = min(first, scope.span.before.start)
        feedback = feedback[feedback["occurred_at"] >= first]
        mentions = mentions[mentions["occurred_at"] >= first]
    digest = sha256()
    for frame, skip in ((feedback, []), (mentions, ["comment_text"])):
        ordered = frame.drop(columns=skip).sort_index(axis=1)
        digest.update(pd.util.hash_pandas_object(ordered, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
