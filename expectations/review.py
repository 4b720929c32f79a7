"""The row suite of reviews: a rating on a scale of ratings, a version that reads like one."""

from __future__ import annotations

from datetime import datetime

from expectations.common import Check, base_checks, scale_checks
from groundswell.records import Metric

__all__ = ["row_checks"]

# "8.14.0", "v2.3 (421)", "10.1.2-beta.3", "Version 7"; not "Varies with device".
_VERSION = r"^\s*[A-Za-z]{0,10}[\s._-]?\d[\w.+()/ -]{0,38}\s*$"


def row_checks(now: datetime) -> tuple[Check, ...]:
    """The checks of a review: those of every record, a rating on 0 or 1 to at most 100, a plausible version."""
    return (
        *base_checks(now),
        *scale_checks(Metric.RATING, "no scale that ratings are given on", lows=(0, 1), highs=(1, 100)),
        Check(
            "segments.version",
            "does not read like a version",
            "version",
            "ExpectColumnValuesToMatchRegex",
            {"regex": _VERSION},
        ),
    )
