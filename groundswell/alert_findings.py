"""What is said of unusual weeks, and of what was done about them (see findings.py, the door to all findings)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from groundswell.theme_findings import Interval, Verbatim, WeekCount

__all__ = ["ActionEffect", "Alert", "AlertWatch", "ReleaseEffect"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A theme that more people raise than is usual. It keeps its id when it comes back after it was closed."""

    alert_id: str
    theme_id: str
    label: str
    kind: str  # surge: an unusual week or a few | drift: slow growth | new: not there before | release: see `release`
    state: str  # open | updated | quiet | closed | re-opened, at the period's end
    opened: datetime  # the end of the week in which it was raised, or raised again
    since: str  # the week from which more people raise it: 2026-W46; of a drift the week in which the growth began
    last_week: str  # the last week over the bound
    weeks: int  # weeks over the bound since it was opened
    authors: int  # who raise it in the last week of the period
    of: int  # who wrote anything then
    usual: Interval  # how many would have been expected: the mean, and the range that 95 % of usual weeks lie in
    ratio: float | None  # authors over the usual ones; None where there were none
    p_value: float | None  # of the last week that raised it; None for a new theme and a drift
    mood: str  # pain | praise | plain: how those above the usual number speak of it
    event: str  # alerts of one event, a review bomb say, share it: the alert_id of the largest of them
    by_source: Mapping[str, int] = field(default_factory=dict)  # authors in the last week, by source
    weekly: tuple[WeekCount, ...] = ()
    verbatims: tuple[Verbatim, ...] = ()
    owner: str | None = None
    # Of a kind "release" the release after which it got worse, "version 4.2.0". Then `authors` complain of it among the
    # `of` who have the release, and `usual` is how many would if they were like those before it.
    release: str | None = None
    # Of any other kind the release on which it is complained of more often than before it.
    version: str | None = None
    # Of one that was closed because its theme is no more: "merged into “late parcels”", "retired". Nobody is counted
    # for such a theme: then `authors` and `usual` are 0, `weekly` and `verbatims` empty.
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class AlertWatch:
    """What was watched, and how often that raises an alert when nothing is unusual."""

    themes: int
    weeks: int  # of baseline behind the last week; 0: too few to watch anything
    target_per_year: float  # false alarms, of all themes and detectors together
    realised_per_year: Interval | None  # on copies of this feedback with permuted dates; None where not estimated
    copies: int
    reason: str | None = None  # why nothing is watched
    notes: tuple[str, ...] = ()  # weeks of the period in which a source brought so much that they count for no alert


@dataclass(frozen=True, slots=True)
class ReleaseEffect:
    """One theme before and after a release: did it help?"""

    release: str  # "version 4.2.0", or its name in the settings
    since: datetime
    source: str
    theme_id: str
    label: str
    authors: int  # who raise it on or after the release
    of: int
    share: float
    share_before: float
    of_before: int
    difference: Interval
    p_value: float
    significant: bool  # after Benjamini-Hochberg over everything on the page
    compared: int = 0  # themes and moods of this release that were compared; told are those that surely changed
    mood: str = "any"  # pain: who complain of it | praise: who praise it | any: who raise it, where no tone was read
    notes: tuple[str, ...] = ()  # what else may be behind it: the weeks, or who updates


@dataclass(frozen=True, slots=True)
class ActionEffect:
    """What was decided on a theme, and what came of it: its authors a week before and since."""

    action_id: str
    theme_id: str
    label: str
    what: str
    owner: str | None
    since: datetime
    done: datetime | None
    weeks_before: int
    weeks_since: int
    before: Interval | None  # authors a week, at the volume of feedback of the weeks since
    after: Interval | None
    ratio: Interval | None  # after / before
    verdict: str  # fewer | more | no clear change | too early
    weekly: tuple[WeekCount, ...] = ()
    notes: tuple[str, ...] = ()  # what else may be behind it, or why nothing can be said
