"""Who has a release and whom they are compared with: versions found in the feedback, releases of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.scope.options import Release
from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.statistics.intervals import FEW_RESPONSES
from groundswell.frames import SEGMENT

__all__ = ["VERSION", "Compared", "compared_releases"]

VERSION = SEGMENT + "version"
# Told while this young; compared with as long a time before it.
WINDOW = pd.Timedelta(weeks=12)
NAMED_WINDOW = pd.Timedelta(weeks=8)
# A version is out from the first of so many records within so long: before it come testers and slips of the pen.
RECORDS, WITHIN = 3, pd.Timedelta(weeks=2)
# A version that was there when the records begin is not known to be new.
LEAST_BEFORE = pd.Timedelta(weeks=2)


@dataclass(frozen=True)
class Compared:
    """One release in one source: its records with text, each `after` (of those who have it) or before it."""

    name: str
    since: pd.Timestamp
    source: str
    rows: pd.DataFrame  # with `who` and `after`
    by_version: bool  # those before may have written later: they had not changed to it


def compared_releases(scope: Scope, releases: Sequence[Release]) -> list[Compared]:
    """The releases of the last 12 weeks that at least 20 people wrote on, and 20 before them, the newest first.

    A version is out from the first of three records within two weeks, unless the settings name it and its day. Its
    people are compared with those who wrote on earlier versions of the same source since 12 weeks before, and never
    on this one. Any other release of the settings is compared by day: up to 8 weeks from it with the 8 weeks before.
    """
    end = scope.span.period.end
    if end is None:
        return []
    wrote = scope.all_feedback
    wrote = wrote[(wrote["text"] != "") & (wrote["occurred_at"] >= pd.Timestamp(end) - 2 * WINDOW - LEAST_BEFORE)]
    found: list[Compared] = []
    for source in sorted(wrote["source"].unique()):
        rows = wrote[wrote["source"] == source]
        rows = rows.assign(who=people(rows))
        named = [one for one in releases if one.source in (None, source)]
        found += _of_source(scope, str(source), rows, named, pd.Timestamp(end))
    return sorted(found, key=lambda one: (-one.since.value, one.source, one.name))


def _of_source(
    scope: Scope, source: str, rows: pd.DataFrame, named: Sequence[Release], end: pd.Timestamp
) -> list[Compared]:
    first = scope.all_feedback.loc[scope.all_feedback["source"] == source, "occurred_at"].min()
    known = rows[rows[VERSION].notna()] if VERSION in rows.columns else rows.iloc[:0]
    since = _released(known) if len(known) else {}
    days = {one: pd.Timestamp(one.begins(scope.span.calendar.zone)) for one in named}
    found: list[Compared] = []
    told: set[Release] = set()
    for version in sorted(since):
        release = next((one for one in named if version in one.name.split()), None)
        day = days[release] if release else since[version]
        if day < max(end - WINDOW, first + LEAST_BEFORE) or day >= end:
            continue
        earlier = {other for other, at in since.items() if at < since[version]}
        mine = known[known["occurred_at"] >= day - WINDOW]
        mine = mine[mine[VERSION].isin({version} | earlier)]
        mine = mine.assign(after=mine[VERSION] == version)
        if _enough(mine):
            name = release.name if release else f"version {version}"
            found.append(Compared(name, day, source, mine, True))
            told |= {release} if release else set()
    for release, day in days.items():
        if release in told or not max(end - WINDOW, first + LEAST_BEFORE) <= day < end:
            continue
        near = rows[(rows["occurred_at"] >= day - NAMED_WINDOW) & (rows["occurred_at"] < day + NAMED_WINDOW)]
        near = near.assign(after=near["occurred_at"] >= day)
        if _enough(near):
            found.append(Compared(release.name, day, source, near, False))
    return found


def _released(rows: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """When each version came out, which what is written later does not move; its first record where it has too few."""
    ordered = rows.sort_values("occurred_at", kind="stable")
    times = ordered.groupby(VERSION)["occurred_at"]
    out = ordered[times.shift(1 - RECORDS) - ordered["occurred_at"] <= WITHIN]
    since = out.groupby(VERSION)["occurred_at"].first().reindex(times.first().index).fillna(times.first())
    return {str(version): at for version, at in since.items()}


def _enough(rows: pd.DataFrame) -> bool:
    """Whether 20 people are on either side; who wrote on both has the release."""
    after = rows.loc[rows["after"], "who"]
    before = rows.loc[~rows["who"].isin(after), "who"]
    return bool(min(after.nunique(), before.nunique()) >= FEW_RESPONSES)
