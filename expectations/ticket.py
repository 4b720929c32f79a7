"""The row suite of tickets: service times in their order, a satisfaction score on a scale it is asked on."""

from __future__ import annotations

from datetime import datetime

from expectations.common import Check, base_checks, scale_checks
from groundswell.records import Metric

__all__ = ["row_checks"]


def row_checks(now: datetime) -> tuple[Check, ...]:
    """The checks of a ticket: those of every record (the order of its service times among them), and its scales."""
    return (
        *base_checks(now),
        *scale_checks(Metric.CSAT, "no scale that CSAT is asked on", lows=(0, 1), highs=(1, 100)),
        *scale_checks(Metric.CES, "no scale that CES is asked on", lows=(0, 1), highs=(1, 100)),
        *scale_checks(Metric.RATING, "no scale that ratings are given on", lows=(0, 1), highs=(1, 100)),
    )
