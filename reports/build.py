"""Which of the findings each audience is told."""

from __future__ import annotations

from typing import Any

from groundswell.findings import Findings, Quality, ThemeEvent
from groundswell.records import Period
from reports.digest import AUDIENCES, Digest, GeneratedFrom
from reports.headline import build_digest

__all__ = ["AUDIENCE_SECTIONS", "digest_for"]

# Every digest holds sources, coverage, quality and scores; beyond them, what the reader decides with.
AUDIENCE_SECTIONS: dict[str, tuple[str, ...]] = {
    "service": ("pain_points", "escalations", "new_themes", "praise", "mismatches", "mismatch_counts", "signals"),
    "product": ("pain_points", "requests", "new_themes", "segments", "trends", "signals"),
    "marketing": ("praise", "testimonials"),
    "operations": ("pain_points", "service_levels", "volumes", "escalations", "signals"),
}
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
    sections = AUDIENCE_SECTIONS[audience]
    told: dict[str, Any] = {name: getattr(findings, name) for name in sections}
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
            absent=tuple(entry for entry in findings.absent if entry.section in (*sections, *_EVERYWHERE)),
            theme_changes=theme_changes,
            sentiment=findings.sentiment,
            **told,
        )
    )


assert set(AUDIENCE_SECTIONS) == set(AUDIENCES)
