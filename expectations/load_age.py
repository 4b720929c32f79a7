"""Refused records and the age of the newest one: what the accounting and the dates of a load say of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from expectations.chance import highest_usual
from expectations.limits import BatchLimits
from expectations.measured import MAXIMUM, Area, BatchCheck, LoadFacts
from expectations.volume import Usual

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["judge_freshness", "judge_refused"]

_AGAIN = 0.5  # a load that reads this share of what this one reads has met the same refused records
_DAYS = 5  # days with records that are needed to speak of the gaps between them
_SLACK = 1.25


def judge_refused(load: LoadFacts, earlier: Sequence[LoadFacts], limits: BatchLimits) -> Area:
    """The share of records that the row suite refused, of all that were read; of a source that is read whole each
    time, and so meets the same refused records again, the share among those not read before."""
    known = _known_refused(load, earlier)
    refused = load.quarantined if known is None else max(0, load.quarantined - known)
    read = load.read if known is None else load.new + load.changed + refused
    if not read:
        return Area()
    before = sum(one.read for one in earlier), sum(one.quarantined for one in earlier)

    def says(found: float) -> str:
        of = "records" if known is None else "records not read before"
        usual = f"usual: {before[1] / before[0]:.1%}, from {len(earlier)} earlier loads" if before[0] else "first load"
        return (
            f"{refused:,} of {read:,} {of} were refused, {found:.0%} ({usual}): the source's columns or formats may "
            "have changed; `groundswell quarantine list` shows each with its reason"
        )

    fewest = max(limits.refused_rows, int(limits.refused * read) + 1)
    explains = f"share refused of {read:,} records read: warning above {limits.refused:.0%}"
    bounds = {"max_value": (fewest - 0.5) / read}
    checks = [BatchCheck("refused", "warning", "refused_share", MAXIMUM, bounds, says, explains)]
    if read >= limits.held_rows:
        bounds = {"max_value": limits.refused_held - 0.5 / read}
        explains = f"share refused of {read:,} records read: critical from {limits.refused_held:.0%}"
        checks.append(BatchCheck("refused", "critical", "refused_share", MAXIMUM, bounds, says, explains))
    return Area({"refused_share": refused / read}, tuple(checks))


def _known_refused(load: LoadFacts, earlier: Sequence[LoadFacts]) -> int | None:
    """How many of the refused records an earlier load of about this size met already; None where none can have."""
    alike = [one.quarantined for one in earlier if one.read >= _AGAIN * load.read]
    return max(alike) if load.unchanged and alike else None


def judge_freshness(
    rows: pd.DataFrame, history: pd.DataFrame, now: datetime, usual: Usual | None, limits: BatchLimits
) -> Area:
    """The age of the newest record in days; empty for undated sources and before there is a history.

    A load that found nothing is given the quiet time that is usual between deliveries.
    """
    import pandas as pd

    dates = pd.concat([frame["occurred_at"].dropna() for frame in (history, rows)])
    days = dates.dt.floor("D").drop_duplicates().sort_values()
    if history["occurred_at"].notna().sum() < limits.history_rows or len(days) < _DAYS:
        return Area()
    gap = highest_usual((days.diff().dropna() / pd.Timedelta(days=1)).to_list()) or 0.0
    allowed = max(limits.stale_days, limits.stale_gaps * gap)
    if rows.empty and usual is not None:
        allowed = max(allowed, _SLACK * usual.quiet_days)
    age = (now - dates.max().to_pydatetime()).total_seconds() / 86_400

    def says(found: float) -> str:
        usually = "each day" if gap <= 1 else f"at least every {gap:.0f} days"
        return (
            f"the newest record is {found:.0f} days old; usually there are records {usually} (from {len(days)} days "
            "with records): the source may have stopped, or its newest part was not delivered"
        )

    explains = f"age of the newest record in days: warning above {allowed:.1f}"
    check = BatchCheck("freshness", "warning", "newest_days", MAXIMUM, {"max_value": allowed}, says, explains)
    return Area({"newest_days": age}, (check,))
