"""The sections that a period leaves empty, each with the reason that its reader needs (law 6)."""

from __future__ import annotations

import pandas as pd

from analysis.findings.compare.group_counts import compared_fields
from analysis.scope.scope import Scope
from analysis.scope.scores import one_score_each, people
from analysis.statistics.clusters import FEW_EQUAL, author_codes, few_decide
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES
from analysis.statistics.regression import LEAST_RAISED
from groundswell.findings import Absent, Findings

__all__ = ["absent_sections"]


def absent_sections(scope: Scope, found: Findings) -> list[Absent]:
    """What the period's findings lack and why, in the order of the pages; `found` may still lack `absent` itself."""
    entries = [*_scores_and_themes(scope, found), *_single_comments(found), *_over_time(scope, found)]
    entries += _groups(scope, found)
    entries += _effects(scope, found)
    entries += _alerts(found)
    entries += _drivers(scope, found)
    return entries


def _alerts(found: Findings) -> list[Absent]:
    watch = found.watch
    if found.alerts or watch is None:
        return []
    themes = "The one theme watched is" if watch.themes == 1 else f"The {watch.themes} themes watched are"
    why = f"{themes} raised by as many people as is usual." if watch.reason is None else watch.reason
    return [Absent("alerts", why)]


def _groups(scope: Scope, found: Findings) -> list[Absent]:
    """Why no group of people is told apart: no field is mapped, none is fit for it, or none differs."""
    fields, left_out = compared_fields(scope.feedback)
    aside = f" Not compared, since hardly any value is common: {', '.join(left_out)}." if left_out else ""
    why = "No group differs from the others by more than chance explains." + aside
    if not fields:
        why = "The feedback names no version, channel, country or other group of people." if not left_out else aside[1:]
    absent = []
    if not found.segment_scores:
        scored = scope.feedback["score"].notna().any()
        absent.append(Absent("segment_scores", why if scored else "The feedback carries no scores."))
    if not found.segments:
        absent.append(Absent("segments", why))
    elif left_out:
        absent.append(Absent("segments", aside[1:]))
    return absent


def _effects(scope: Scope, found: Findings) -> list[Absent]:
    """Why nothing is said of releases and actions."""
    absent = []
    if not found.releases:
        few = f"{FEW_RESPONSES} people who wrote on it and {FEW_RESPONSES} who wrote before it"
        why = f"No version or release of the last 12 weeks has {few}."
        if scope.span.period.end is None:
            why = "What a release changed can be told of dated feedback only."
        absent.append(Absent("releases", why))
    if not found.actions:
        absent.append(Absent("actions", "No action is recorded (groundswell actions add records one)."))
    return absent


def _drivers(scope: Scope, found: Findings) -> list[Absent]:
    """Why nothing is said of what drives a score, and of why it moved."""
    absent, scored = [], scope.feedback["score"].notna() & (scope.feedback["text"] != "")
    if uneven := _decided_by_few(scope.feedback[scored]):
        why = (
            f"In {', '.join(uneven)} a few people gave most of the scores with a text (one over a tenth of them, or all"
        )
        why += f" are worth under {FEW_EQUAL} who answer equally often): what goes with these would be their doing, so"
        absent.append(Absent("score_drivers", f"{why} no impact of a theme and no driver of the score is told."))
    if not found.score_drivers:
        why = f"No score comes with {FEW_RESPONSES} texts that could be read, {FEW_AUTHORS} people who complain of"
        why += " nothing to compare with, and answers that differ."
        absent.append(Absent("score_drivers", why if scored.any() else "No text comes with a score."))
    elif any(driver.method == "regression" for driver in found.score_drivers):
        why = f"A regression tells those apart that {LEAST_RAISED} people raise; rarer ones are in the rest."
        absent.append(Absent("score_drivers", why))
    if not found.score_moves:
        why = "Among answers with a text no score moved by more than chance explains since the period before."
        if not scored.any():
            why = "No text comes with a score."
        elif scope.feedback_before is None or not len(scope.feedback_before):
            why = "There is no period before this one to compare with."
        absent.append(Absent("score_moves", why))
    return absent


def _decided_by_few(scored: pd.DataFrame) -> list[str]:
    """The sources whose scores are mostly those of few people; `scored` are records with a score and a text."""
    groups = one_score_each(scored).groupby(["source", "metric"], sort=True)
    uneven = [str(source) for (source, _), rows in groups if len(rows) >= FEW_RESPONSES and _few(rows)]
    return list(dict.fromkeys(uneven))


def _few(rows: pd.DataFrame) -> bool:
    return few_decide(author_codes(people(rows))[0])


def _scores_and_themes(scope: Scope, found: Findings) -> list[Absent]:
    absent = []
    if scope.feedback["score"].notna().sum() == 0:
        absent.append(Absent("scores", "The feedback carries no scores, so no score and no impact can be given."))
    unread = not scope.mentions["sentiment"].notna().any()
    for section, name, did in (
        ("pain_points", "pain point", "complained of"),
        ("praise", "praise theme", "praised"),
    ):
        if not getattr(found, section):
            why = "no text of this period could be scored" if unread else f"fewer than 5 people {did} any one theme"
            absent.append(Absent(section, f"No {name}: {why}."))
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
    if not found.new_themes:
        why = "No theme came up that was not there before."
        absent.append(Absent("new_themes", why if dated else "What is new can be told of dated feedback only."))
    if not dated:
        absent.append(Absent("trends", "Trends need dated feedback and a closed period."))
    return absent
