"""What the analysis says and the reports show: frozen dataclasses with plain values, one field for each of digest.json.

`analysis/` makes them, `reports/` shows them; neither knows the other. Every figure that can be missing is
`None`, never 0. Shares and sentiments lie on 0-1 and -1..1; scores are in their metric's own units
(NPS points -100..100, CSAT percent satisfied 0..100, rating and CES in points of their scale).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from groundswell.alert_findings import ActionEffect, Alert, AlertWatch, ReleaseEffect
from groundswell.alert_weeks import AlertWeek
from groundswell.explorer_findings import ThemePlace
from groundswell.score_findings import MovePart, ScoreDriver, ScoreMove, ScoreSummary, SegmentScore
from groundswell.service_findings import Backlog, ContactRatio, ServiceDriver, ServiceLevel, VolumePoint
from groundswell.text_findings import (
    Consent,
    Escalation,
    Mismatch,
    MismatchCounts,
    Request,
    SentimentSource,
    SentimentSummary,
    SignalSummary,
)
from groundswell.theme_findings import (
    Change,
    Finding,
    GoneTheme,
    Impact,
    Interval,
    NewTheme,
    SegmentFinding,
    SubTheme,
    ThemeEvent,
    ThemeTrend,
    Verbatim,
    WeekCount,
)

__all__ = [
    "ActionEffect",
    "Alert",
    "AlertWatch",
    "Backlog",
    "ContactRatio",
    "MovePart",
    "ReleaseEffect",
    "ScoreDriver",
    "ScoreMove",
    "SegmentScore",
    "ServiceDriver",
    "Absent",
    "Change",
    "Consent",
    "Coverage",
    "Escalation",
    "Finding",
    "Findings",
    "GoneTheme",
    "Impact",
    "Interval",
    "Mismatch",
    "MismatchCounts",
    "NewTheme",
    "NotRead",
    "Quality",
    "Request",
    "ScoreSummary",
    "SegmentFinding",
    "SentimentSource",
    "SentimentSummary",
    "ServiceLevel",
    "SignalSummary",
    "SourceSummary",
    "SubTheme",
    "Testimonial",
    "ThemeEvent",
    "ThemePlace",
    "ThemeTrend",
    "Verbatim",
    "VolumePoint",
    "WeekCount",
]


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One source in the period."""

    name: str
    kind: str
    feedback: int
    authors: int | None  # None: authors unknown, each record counts as one comment
    last_record_at: datetime | None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class NotRead:
    """Comments that could not be read, and why."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the period's text the figures rest on."""

    feedback: int
    with_text: int
    scored: int  # comments with a sentiment
    clauses: int
    contentless: int
    unassigned_share: float | None  # of clauses with content
    languages: Mapping[str, int]
    counted: str  # what the counts on the page are: authors, responses, comments, "authors or comments"
    near_duplicates: int = 0  # comments that nearly repeat another one
    templates: int = 0  # comments that are one text of several authors


@dataclass(frozen=True, slots=True)
class Quality:
    """The accounting of the loads behind the digest (law 1)."""

    new: int
    changed: int
    unchanged: int
    quarantined: int
    skipped: Mapping[str, int]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Testimonial:
    """A text that marketing could ask consent for (methods D10). `checks` maps a check to passed | not checkable."""

    verbatim: Verbatim
    theme_id: str | None
    theme: str | None
    rank: float
    rank_parts: Mapping[str, float]
    checks: Mapping[str, str]
    consent: str = "candidate"
    key: str = ""  # what `groundswell testimonials approve` is given; "": frozen before there were keys
    flags: tuple[str, ...] = ()  # what has to be disclosed: "employee", "incentivised: voucher"
    typical: str = ""  # how usual such praise is among all who raise the theme: what substantiates it


@dataclass(frozen=True, slots=True)
class Absent:
    """A section that cannot be had, and why (law 6)."""

    section: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything the analysis says about one period; each audience's digest takes its sections from it."""

    sources: tuple[SourceSummary, ...]
    coverage: Coverage
    not_read: tuple[NotRead, ...]
    scores: tuple[ScoreSummary, ...]
    pain_points: tuple[Finding, ...]
    praise: tuple[Finding, ...]
    escalations: tuple[Escalation, ...]  # the most serious first; `signals` counts all of them
    requests: tuple[Request, ...]
    signals: SignalSummary
    segments: tuple[SegmentFinding, ...]
    mismatches: tuple[Mismatch, ...]
    mismatch_counts: MismatchCounts
    testimonials: tuple[Testimonial, ...]
    service_levels: tuple[ServiceLevel, ...]
    trends: tuple[ThemeTrend, ...]
    new_themes: tuple[NewTheme, ...]
    volumes: Mapping[str, tuple[VolumePoint, ...]]
    absent: tuple[Absent, ...]
    warnings: tuple[str, ...]
    fingerprint: str
    sentiment: SentimentSummary | None = None
    alerts: tuple[Alert, ...] = ()
    watch: AlertWatch | None = None
    score_drivers: tuple[ScoreDriver, ...] = ()
    score_moves: tuple[ScoreMove, ...] = ()
    segment_scores: tuple[SegmentScore, ...] = ()
    releases: tuple[ReleaseEffect, ...] = ()
    actions: tuple[ActionEffect, ...] = ()
    service_drivers: tuple[ServiceDriver, ...] = ()
    backlog: tuple[Backlog, ...] = ()
    contact_ratios: tuple[ContactRatio, ...] = ()
    consents: tuple[Consent, ...] = ()  # the texts that marketing decided on
    gone_themes: tuple[GoneTheme, ...] = ()
    theme_map: tuple[ThemePlace, ...] = ()  # of the themes in `trends`
    alert_week: AlertWeek | None = None  # for the store, which the next week's alerts are judged from; None: no week
