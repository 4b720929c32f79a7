"""A digest: all that one audience is told about one period, as data; every page is made from it.

Field names and their order are those of digest.json (docs/digest.schema.json). The values are the frozen dataclasses
of `groundswell.findings`. A figure that cannot be had is None, a section that cannot be had is empty and
named in `absent` with its reason; nothing here depends on the present moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from groundswell.findings import (
    Absent,
    ActionEffect,
    Alert,
    AlertWatch,
    Backlog,
    Consent,
    ContactRatio,
    Coverage,
    Escalation,
    Finding,
    GoneTheme,
    Mismatch,
    MismatchCounts,
    NewTheme,
    NotRead,
    Quality,
    ReleaseEffect,
    Request,
    ScoreDriver,
    ScoreMove,
    ScoreSummary,
    SegmentFinding,
    SegmentScore,
    SentimentSummary,
    ServiceDriver,
    ServiceLevel,
    SignalSummary,
    SourceSummary,
    Testimonial,
    ThemeEvent,
    ThemePlace,
    ThemeTrend,
    VolumePoint,
)
from groundswell.records import Period
from reports.plain import revive, to_plain

__all__ = ["AUDIENCES", "SCHEMA_VERSION", "Digest", "GeneratedFrom", "from_plain", "to_plain"]

SCHEMA_VERSION = 1
AUDIENCES = ("service", "product", "marketing", "operations")


@dataclass(frozen=True, slots=True)
class GeneratedFrom:
    """What a digest was made from: the same fingerprint means the same rows."""

    fingerprint: str
    registry_version: int
    models: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One audience's digest of one period."""

    schema_version: int = SCHEMA_VERSION
    audience: str  # one of AUDIENCES
    revision: int = 1
    period: Period
    generated_from: GeneratedFrom
    headline: tuple[str, ...] = ()  # the first sentence is the news
    sources: tuple[SourceSummary, ...] = ()
    coverage: Coverage
    not_read: tuple[NotRead, ...] = ()
    quality: Quality
    scores: tuple[ScoreSummary, ...] = ()
    score_drivers: tuple[ScoreDriver, ...] = ()
    pain_points: tuple[Finding, ...] = ()
    praise: tuple[Finding, ...] = ()
    requests: tuple[Request, ...] = ()
    segments: tuple[SegmentFinding, ...] = ()
    alerts: tuple[Alert, ...] = ()
    new_themes: tuple[NewTheme, ...] = ()
    escalations: tuple[Escalation, ...] = ()  # some; `signals` counts all of them
    mismatches: tuple[Mismatch, ...] = ()
    testimonials: tuple[Testimonial, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    actions: tuple[ActionEffect, ...] = ()
    false_alarm_target_per_year: float | None = None  # None: no alerts are raised, so there is none to state
    title: str = ""
    trends: tuple[ThemeTrend, ...] = ()
    volumes: Mapping[str, tuple[VolumePoint, ...]] = field(default_factory=dict)  # by source
    absent: tuple[Absent, ...] = ()
    theme_changes: tuple[ThemeEvent, ...] = ()  # since this audience's digest before
    signals: SignalSummary | None = None  # None: not told here, or frozen before anybody looked
    mismatch_counts: MismatchCounts | None = None
    watch: AlertWatch | None = None  # None: frozen before alerts were raised
    score_moves: tuple[ScoreMove, ...] = ()
    segment_scores: tuple[SegmentScore, ...] = ()
    releases: tuple[ReleaseEffect, ...] = ()
    service_drivers: tuple[ServiceDriver, ...] = ()
    backlog: tuple[Backlog, ...] = ()
    contact_ratios: tuple[ContactRatio, ...] = ()
    sentiment: SentimentSummary | None = None  # how the tone was read
    gone_themes: tuple[GoneTheme, ...] = ()  # the surest first
    consents: tuple[Consent, ...] = ()  # the texts that marketing decided on, those that wait for somebody first
    theme_map: tuple[ThemePlace, ...] = ()
    explorer: bool = False  # whether explorer.html, with every comment of the period, lies beside the page
    is_first: bool = False  # whether this audience had no digest before: to its reader everything is new

    def __post_init__(self) -> None:
        """Refuse an audience that has no page: ValueError."""
        if self.audience not in AUDIENCES:
            raise ValueError(f"audience is {self.audience!r}, not one of {', '.join(AUDIENCES)}")

    def why_absent(self, section: str) -> str | None:
        """The reason why a section cannot be had, or None."""
        reasons = [entry.reason for entry in self.absent if entry.section == section]
        return " ".join(reasons) if reasons else None


def from_plain(data: Mapping[str, Any]) -> Digest:
    """The Digest that a parsed digest.json holds; TypeError where a field is unknown or missing."""
    digest: Digest = revive(Digest, data)
    return digest
