"""Digests in which no section is empty and no text is missing: what one audience is not told stands in them as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from groundswell.explorer_findings import ThemePlace
from groundswell.findings import (
    Absent,
    Alert,
    AlertWatch,
    Change,
    Consent,
    Finding,
    GoneTheme,
    Interval,
    SegmentFinding,
    SegmentScore,
)
from reports.digest import Digest

__all__ = ["full"]


def full(digest: Digest, others: Iterable[Digest]) -> Digest:
    """The digest with every section that it lacks from the first of the others that has it, and every text filled."""
    told: dict[str, Any] = {}
    for entry in fields(Digest):
        held = getattr(digest, entry.name)
        if not held and not isinstance(held, (str, bool)):
            told[entry.name] = next((found for other in others if (found := getattr(other, entry.name))), held)
    return _filled(replace(digest, **told))


def _filled(digest: Digest) -> Digest:
    point, alert = digest.pain_points[0], digest.alerts[0]
    week = alert.last_week
    gone = GoneTheme(
        "t090", "coupon refused", 4, 3, 1600, Interval(21.5, 13.0, 31.0), 0.0004, "pain", week, True, point.weekly,
        "buy", "Shop",
    )  # fmt: skip
    words = point.verbatims[0]
    consent = Consent(
        "c0ffee", words.feedback_id, "#9001", "nps survey", "They sorted it out within the hour.", "friendly staff",
        "requested", alert.opened, "customer", alert.opened, True, 2, ("website",), ("employee",),
    )  # fmt: skip
    return replace(
        digest,
        pain_points=tuple(map(_decided, digest.pain_points)),
        alerts=(*digest.alerts, *map(_over, digest.alerts[:1])),
        watch=replace(
            digest.watch or AlertWatch(9, 26, 2.0, None, 0), notes=("One source sent 90 at once.",), reason=None
        ),
        gone_themes=digest.gone_themes or (gone,),
        consents=digest.consents or (consent, replace(consent, key="c0ffef", state="declined", waits_for=None)),
        theme_map=digest.theme_map or tuple(_place(p, i) for i, p in enumerate(digest.pain_points)),
        testimonials=tuple(
            replace(t, flags=("incentivised: voucher",), typical="9 of 10 who raise it praise it", key=f"k{i}")
            for i, t in enumerate(digest.testimonials)
        ),
        actions=tuple(replace(a, notes=("The weeks differ as well.",)) for a in digest.actions),
        segments=tuple(_noted(s) for s in digest.segments),
        segment_scores=tuple(_noted(s) for s in digest.segment_scores),
        trends=tuple(replace(t, usual=Interval(12.5, 6.0, 20.0), journey_stage="buy") for t in digest.trends),
        scores=tuple(replace(s, change_reason=None if s.change else "too few answers before") for s in digest.scores),
        absent=digest.absent or (Absent("contact_ratios", "the settings name no count of customers"),),
    )


def _decided(point: Finding) -> Finding:
    change = point.change or Change(0.05, 0.06, 398, 412, 1.2, 0.4, False)
    return replace(point, action="call the courier", owner="Logistics", journey_stage="deliver", change=change)


def _over(alert: Alert) -> Alert:
    """An alert that was closed since its theme is no more, beside one that a version made worse."""
    told = replace(alert, alert_id=f"{alert.alert_id}0", theme_id="t099", state="closed", event=f"{alert.alert_id}0")
    return replace(
        told, gone="merged into “late parcels”", version="version 4.2.0", release="version 4.1.0", owner="Shop"
    )


def _place(point: Finding, place: int) -> ThemePlace:
    return ThemePlace(point.theme_id, point.label, -0.9 + place / 7, 0.8 - place / 9, point.authors, -0.4)


def _noted(found: SegmentFinding | SegmentScore) -> Any:
    return replace(found, notes=("They are newer customers as well.",))
