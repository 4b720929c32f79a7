"""Which of the findings each audience is told."""

from __future__ import annotations

from typing import Any

from groundswell.findings import Findings, Quality, ThemeEvent
from groundswell.records import Period
from reports.digest import AUDIENCES, Digest, GeneratedFrom
from reports.news.headline import build_digest
from reports.wording.changes import is_rising

__all__ = ["AUDIENCE_SECTIONS", "digest_for"]

# Every digest holds sources, coverage, quality, scores and alerts; beyond them, what the reader decides with.
AUDIENCE_SECTIONS: dict[str, tuple[str, ...]] = {
    "service": (
        "pain_points", "actions", "score_moves", "score_drivers", "escalations", "new_themes", "praise", "mismatches",
        "mismatch_counts", "service_levels", "signals",
    ),
    "product": (
        "releases", "score_drivers", "score_moves", "pain_points", "requests", "new_themes", "segments",
        "segment_scores", "trends", "theme_map", "gone_themes", "actions", "signals",
    ),
    "marketing": ("praise", "score_drivers", "testimonials", "consents", "requests"),
    "operations": (
        "service_levels", "volumes", "backlog", "contact_ratios", "service_drivers", "pain_points", "escalations",
        "signals",
    ),
}  # fmt: skip
_EVERYWHERE = ("scores", "alerts")


def digest_for(
    audience: str,
    findings: Findings,
    period: Period,
    quality: Quality,
    generated_from: GeneratedFrom,
    revision: int,
    theme_changes: tuple[ThemeEvent, ...] = (),
) -> Digest:
    """The digest of one audience, with its title and headline; raises KeyError for an unknown audience.

    `theme_changes` is what became of themes since the digest that this audience had before.
    """
    told = _told(audience, findings)
    return build_digest(
        Digest(
            audience=audience,
            revision=revision,
            period=period,
            generated_from=generated_from,
            sources=findings.sources,
            coverage=findings.coverage,
            not_read=findings.not_read,
            quality=quality,
            scores=findings.scores,
            absent=tuple(entry for entry in findings.absent if entry.section in (*told, *_EVERYWHERE)),
            theme_changes=theme_changes,
            sentiment=findings.sentiment,
            watch=findings.watch,
            false_alarm_target_per_year=_target(findings),
            **told,
        )
    )


def _told(audience: str, findings: Findings) -> dict[str, Any]:
    """The audience's sections, each with the part of it that this reader decides with."""
    told: dict[str, Any] = {name: getattr(findings, name) for name in (*AUDIENCE_SECTIONS[audience], "alerts")}
    if "score_drivers" in told:
        mood = "praise" if audience == "marketing" else "pain"
        told["score_drivers"] = tuple(driver for driver in findings.score_drivers if driver.mood == mood)
    if audience == "service":
        # The manager reads how the whole is served; the groups are for those who run it.
        told["service_levels"] = tuple(level for level in findings.service_levels if level.group_by == "all")
    if audience == "marketing":
        # What hurts, and what else is asked for, is for those who mend and build.
        told["alerts"] = tuple(alert for alert in findings.alerts if alert.mood == "praise")
        told["requests"] = tuple(wish for wish in findings.requests if is_rising(wish.change))
    return told


def _target(findings: Findings) -> float | None:
    """How many false alarms a year are aimed at; None where nothing is watched."""
    watch = findings.watch
    return watch.target_per_year if watch is not None and watch.reason is None else None


assert set(AUDIENCE_SECTIONS) == set(AUDIENCES)
