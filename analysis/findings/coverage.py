"""How much of the period's feedback the figures rest on, and what could not be read (laws 6 and 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from analysis.scope.scope import Scope
from groundswell.findings import Coverage, NotRead, SourceSummary

__all__ = ["coverage_of", "not_read", "source_summaries"]

STALE_AFTER = timedelta(days=7)


def coverage_of(scope: Scope, comments: pd.DataFrame) -> Coverage:
    """Counts over the period: comments, clauses, what was scored, what names nothing, what found no theme."""
    feedback, mentions = scope.feedback, scope.mentions
    texts = feedback[feedback["text"] != ""]
    of_period = comments[comments["feedback_id"].isin(texts["feedback_id"])]
    # A clause in a language that nothing here reads is told under "not read", not as one without a theme.
    content = mentions[~mentions["contentless"] & (mentions["label"] != "unscored")]
    unassigned = float(content["theme_id"].isna().mean()) if len(content) else None
    return Coverage(
        feedback=len(feedback),
        with_text=len(texts),
        scored=int(of_period["sentiment"].notna().sum()),
        clauses=len(mentions),
        contentless=int(mentions["contentless"].sum()),
        unassigned_share=unassigned,
        languages=_by_size(of_period["language"].value_counts().to_dict()),
        counted=_counted(texts),
        near_duplicates=int((of_period["duplicate"] == "near").sum()),
        templates=int((of_period["duplicate"] == "template").sum()),
    )


def _counted(texts: pd.DataFrame) -> str:
    """What `analysis.findings.scores.people` counts here, in a word that stands after a number."""
    known = int(texts["author"].notna().sum())
    if known == 0:
        return "responses" if len(texts) and texts["response_id"].notna().all() else "comments"
    return "authors" if known == len(texts) else "authors or comments"


def not_read(scope: Scope, comments: pd.DataFrame) -> list[NotRead]:
    """Comments of the period without text, and with text that no model here reads, by language; largest first."""
    empty = int((scope.feedback["text"] == "").sum())
    rows = comments[comments["feedback_id"].isin(scope.feedback["feedback_id"])]
    unscored = rows[rows["label"] == "unscored"]["language"].value_counts().to_dict()
    reasons = {"no text, only a score or service fields": empty}
    for language, n in unscored.items():
        reasons[f"language not read: {language}" if language != "und" else "language not recognised"] = int(n)
    return [NotRead(reason, n) for reason, n in _by_size(reasons).items() if n]


def source_summaries(scope: Scope, stale_after: Mapping[str, timedelta]) -> list[SourceSummary]:
    """Each source in the period; stale when its last record is older than that (a week) at the period's end."""
    summaries = []
    for source in sorted(scope.all_feedback["source"].unique()):
        rows = scope.feedback[scope.feedback["source"] == source]
        everything = scope.all_feedback[scope.all_feedback["source"] == source]
        last, end = everything["occurred_at"].max(), scope.span.period.end
        patience = stale_after.get(str(source), STALE_AFTER)
        authors = rows["author"].dropna()
        summaries.append(
            SourceSummary(
                name=str(source),
                kind=str(everything["kind"].iloc[0]),
                feedback=len(rows),
                authors=int(authors.nunique()) if len(authors) else None,
                last_record_at=None if pd.isna(last) else last.to_pydatetime(),
                stale=bool(end is not None and not pd.isna(last) and last < end - patience),
            )
        )
    return summaries


def _by_size(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(k): int(n) for k, n in sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))}
