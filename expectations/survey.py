"""The row suite of surveys: every metric on the scale that is its own."""

from __future__ import annotations

from datetime import datetime

from expectations.common import Check, base_checks, scale_checks
from groundswell.records import Metric

__all__ = ["row_checks"]


def row_checks(now: datetime) -> tuple[Check, ...]:
    """The checks of a survey answer: those of every record, and NPS on whole 0-10, CSAT and CES on at most 0-100."""
    return (
        *base_checks(now),
        *scale_checks(Metric.NPS, "NPS lies on 0-10", lows=(0, 0), highs=(10, 10)),
        Check("score", "NPS is a whole number", "nps_fraction", arguments={"max_value": 0}),
        *scale_checks(Metric.CSAT, "no scale that CSAT is asked on", lows=(0, 1), highs=(1, 100)),
        *scale_checks(Metric.CES, "no scale that CES is asked on", lows=(0, 1), highs=(1, 100)),
        *scale_checks(Metric.RATING, "no scale that ratings are given on", lows=(0, 1), highs=(1, 100)),
    )
