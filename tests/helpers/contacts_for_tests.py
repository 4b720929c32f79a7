"""Contacts with a help desk that tests of the service figures make by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame

from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope
from groundswell.findings import Coverage, Findings, MismatchCounts, SignalSummary
from groundswell.records import Period

__all__ = ["ALL", "BEFORE", "WEEK", "contact", "contacts", "nothing_found"]

WEEK = Period("2026-W46 · 9–15 Nov 2026", MONDAY, MONDAY + timedelta(weeks=1), "week")
BEFORE = Period("2026-W45 · 2–8 Nov 2026", MONDAY - timedelta(weeks=1), MONDAY, "week")
ALL = Period("all", None, None, "all")
LABELS = {"t1": "card never arrived", "t2": "friendly staff", "t3": "slow app"}


def contact(
    begun: datetime = MONDAY, *, reply: float | None = None, solved: float | None = None, **more: object
) -> dict[str, object]:
    """A ticket that began then, answered and solved after so many hours; None where that is not noted."""
    times = {
        name: None if hours is None else begun + timedelta(hours=hours)
        for name, hours in (("responded_at", reply), ("resolved_at", solved))
    }
    row = {"source": "desk", "kind": "ticket", "occurred_at": begun, "reported_at": begun, **times, **more}
    return {f"segment:{name}" if name in _SEGMENTS else name: value for name, value in row.items()}


_SEGMENTS = ("channel", "category", "team", "agent", "status")


def contacts(
    rows: Sequence[dict[str, object]],
    themes: Sequence[str | None] | None = None,
    *,
    period: Period = WEEK,
    before: Period | None = None,
) -> Scope:
    """What is known of these contacts at the period's end."""
    feedback = feedback_frame(list(rows))
    if period.end is not None:
        feedback = feedback[~(feedback["occurred_at"] >= period.end)].reset_index(drop=True)
    of = list(themes or [None] * len(rows))[: len(feedback)]
    mentions = build_mentions(feedback, clause_frame(feedback, of, ["neutral"] * len(feedback)))
    scope: Scope = open_scope(feedback, mentions, theme_frame(LABELS), Span(period, before))
    assert isinstance(scope.feedback, pd.DataFrame)
    return scope


def nothing_found() -> Findings:
    """Findings that say nothing yet."""
    return Findings(
        sources=(),
        coverage=Coverage(0, 0, 0, 0, 0, None, {}, "authors"),
        not_read=(),
        scores=(),
        pain_points=(),
        praise=(),
        escalations=(),
        requests=(),
        signals=SignalSummary(0, {}, 0, {}, {}),
        segments=(),
        mismatches=(),
        mismatch_counts=MismatchCounts(0, 0, 0),
        testimonials=(),
        service_levels=(),
        trends=(),
        new_themes=(),
        volumes={},
        absent=(),
        warnings=(),
        fingerprint="",
    )
