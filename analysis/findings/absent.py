"""The sections that a period leaves empty, each with the reason that its reader needs (law 6)."""

from __future__ import annotations

from analysis.findings.scope import Scope
from groundswell.findings import Absent, Findings

__all__ = ["absent_sections"]


def absent_sections(scope: Scope, found: Findings) -> list[Absent]:
    """What the period's findings lack and why, in the order of the pages; `found` may still lack `absent` itself."""
    entries = [*_scores_and_themes(scope, found), *_single_comments(found), *_over_time(scope, found)]
    entries.append(Absent("alerts", "Alerts with a stated false-alarm rate are not computed yet."))
    return entries


def _scores_and_themes(scope: Scope, found: Findings) -> list[Absent]:
    absent = []
    if scope.feedback["score"].notna().sum() == 0:
        absent.append(Absent("scores", "The feedback carries no scores, so no score and no impact can be given."))
    few = "fewer than 5 people raised any one theme in this mood."
    if not scope.mentions["sentiment"].notna().any():
        few = "no text of this period could be scored."
    if not found.pain_points:
        absent.append(Absent("pain_points", f"No pain point: {few}"))
    if not found.praise:
        absent.append(Absent("praise", f"No praise theme: {few}"))
    return absent


def _single_comments(found: Findings) -> list[Absent]:
    absent, signals, counted = [], found.signals, found.coverage.counted
    nobody = "No text of this period is in English, the language whose signals are known."
    read = f"{signals.read:,} {counted} read" if signals.read else ""
    if not found.escalations:
        why = f"Not one of the {read} asks for a manager, threatens, means to leave or cannot wait." if read else nobody
        absent.append(Absent("escalations", why))
    if not found.requests:
        absent.append(Absent("requests", f"Not one of the {read} asks for anything." if read else nobody))
    if not found.mismatches:
        compared = found.mismatch_counts.compared
        why = "No comment has both a happy or unhappy score and a tone that could be read."
        absent.append(
            Absent("mismatches", f"Not one of {compared:,} comments contradicts its score." if compared else why)
        )
    if not found.testimonials:
        absent.append(Absent("testimonials", "No comment of this period passes every check for a testimonial."))
    return absent


def _over_time(scope: Scope, found: Findings) -> list[Absent]:
    absent, dated = [], scope.span.period.start is not None
    if not found.segments:
        versions = any(column == "segment:version" for column in scope.feedback.columns)
        why = "No group differs from the others by more than chance explains."
        absent.append(Absent("segments", why if versions else f"The feedback names no versions. {why}"))
    if not found.new_themes:
        why = "No theme came up that was not there before."
        absent.append(Absent("new_themes", why if dated else "What is new can be told of dated feedback only."))
    if not dated:
        absent.append(Absent("trends", "Trends need dated feedback and a closed period."))
    return absent
