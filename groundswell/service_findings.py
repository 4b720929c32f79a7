"""What is said of contacts and how they were served (see findings.py, the door to all findings)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundswell.score_findings import ScoreSummary
from groundswell.theme_findings import Change, Interval

__all__ = ["Backlog", "ContactRatio", "ServiceDriver", "ServiceLevel", "VolumePoint"]


@dataclass(frozen=True, slots=True)
class VolumePoint:
    """How much came in, in one week."""

    week: str
    n: int
    usual: Interval | None = None  # mean of the weeks before, and the range that 95 % of such weeks lie in


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One group of contacts: a channel or a category of one source, or the whole source."""

    source: str
    group_by: str  # "all" | "channel" | "category" | "team" | ...
    group: str
    n: int
    share: float
    first_reply_minutes: Interval | None  # median with its interval
    resolution_minutes: Interval | None  # median; contacts that are still open count as longer than they are open
    handled_minutes: Interval | None
    reopened: Interval | None
    score: ScoreSummary | None
    change: Change | None = None
    first_contact: Interval | None = None  # share solved at the first contact
    compensation: Interval | None = None  # mean a contact, with those that got none
    compensation_total: float | None = None
    currency: str | None = None
    shrunken: bool = False  # figures lean on the whole of the group's kind, as those of single agents do
    # Name of a figure above -> how it differs from the period before, where both are known.
    against_before: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Contacts of one source that are open at a week's end."""

    source: str
    week: str
    open: int
    oldest_days: float | None
    oldest: str | None = None  # the reference of the oldest one


@dataclass(frozen=True, slots=True)
class ContactRatio:
    """Contacts for each hundred customers or orders of the period."""

    source: str
    per: str  # "customers" | "orders", as the settings name them
    contacts: int
    base: int
    ratio: Interval  # contacts per 100
    before: float | None


@dataclass(frozen=True, slots=True)
class ServiceDriver:
    """A theme whose contacts take longer, or are opened again more often, than the others of their source."""

    source: str
    theme_id: str
    label: str
    measure: str  # resolution | reopened
    n: int
    value: float  # median minutes, or the share that was opened again
    elsewhere: float
    difference: Interval
    p_value: float
    significant: bool  # after Benjamini-Hochberg over everything on the page
