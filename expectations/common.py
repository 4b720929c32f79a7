"""What the suites of all kinds share: the table that Great Expectations sees, and the checks every record gets.

Great Expectations never sees a customer's words. `measure` turns a page into numbers (lengths, seconds, places on a
scale), one row per record, so no result, log or error of that library can hold a text, whatever its settings.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from groundswell.privacy import TEXT_LIMIT, cut_text
from groundswell.records import Feedback, Metric, Score, Service

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "EARLIEST",
    "COMPENSATION_LIMIT",
    "HANDLED_LIMIT",
    "POSITION",
    "ROW",
    "Check",
    "base_checks",
    "drop_field",
    "glimpse",
    "has_text",
    "measure",
    "scale_checks",
]

POSITION = "position"
ROW = "row"  # the field of a problem that spoils the whole record
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before it there was no feedback software: a default or a misread date
AHEAD = timedelta(days=1)  # clocks and time zones differ by so much at most
HANDLED_LIMIT = timedelta(days=30)
COMPENSATION_LIMIT = 1_000_000  # whatever the currency: more is a number of something else

_TIMES = ("reported_at", "responded_at", "resolved_at")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\x00"))
_OFF_SCALE = -1.0


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation on one column of the measured table, and what a failure means for the record.

    `field` is what is dropped from the record (`score`, `service.resolved_at`, `segments.version`; `row` refuses it).
    """

    field: str
    reason: str
    column: str
    expectation: str = "ExpectColumnValuesToBeBetween"
    arguments: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def base_checks(now: datetime) -> tuple[Check, ...]:
    """The checks of every kind: structure, length of the text, dates, score, service times."""
    latest = (now + AHEAD).timestamp()
    span = {"min_value": EARLIEST.timestamp(), "max_value": latest}
    when = f"not between {EARLIEST:%Y} and a day from now"
    return (
        Check(ROW, "the row is structurally broken", "row_problems", arguments={"max_value": 0}),
        Check(
            "text",
            f"longer than {TEXT_LIMIT:,} characters; cut there",
            "text_length",
            arguments={"max_value": TEXT_LIMIT},
        ),
        Check("score", "outside its scale", "score_share", arguments={"min_value": 0, "max_value": 1}),
        Check("occurred_at", when, "occurred_at", arguments=span),
        *(Check(f"service.{name}", when, name, arguments=span) for name in _TIMES),
        Check("service.responded_at", "before the contact was reported", "reply_seconds", arguments={"min_value": 0}),
        Check(
            "service.resolved_at", "before the contact was reported", "resolution_seconds", arguments={"min_value": 0}
        ),
        Check(
            "service.handled_seconds",
            f"not between 0 and {HANDLED_LIMIT.days} days",
            "handled_seconds",
            arguments={"min_value": 0, "max_value": HANDLED_LIMIT.total_seconds()},
        ),
        Check(
            "service.compensation",
            f"not between 0 and {COMPENSATION_LIMIT:,}",
            "compensation",
            arguments={"min_value": 0, "max_value": COMPENSATION_LIMIT},
        ),
    )


def scale_checks(metric: Metric, reason: str, *, lows: tuple[float, float], highs: tuple[float, float]) -> list[Check]:
    """The scale of one metric: its lower and upper end lie within the given bounds."""
    return [
        Check("score", reason, f"{metric}_{end}", arguments={"min_value": bounds[0], "max_value": bounds[1]})
        for end, bounds in (("low", lows), ("high", highs))
    ]


def measure(page: Sequence[Feedback], now: datetime) -> pd.DataFrame:
    """One row of numbers per record, NaN where nothing is known; times in seconds since 1970 (UTC).

    `version` alone is a string, the segment that the source gave.
    """
    import pandas as pd

    columns: dict[str, list[Any]] = {
        POSITION: list(range(len(page))),
        "row_problems": [sum(problem.field == ROW for problem in row.problems) for row in page],
        "text_length": [len(row.text) for row in page],
        "occurred_at": [_seconds(row.occurred_at) for row in page],
        "version": [row.segments.get("version") for row in page],
    }
    columns |= _measure_scores([row.score for row in page])
    columns |= _measure_services([row.service for row in page], now)
    return pd.DataFrame({name: pd.Series(values, dtype=_dtype(name)) for name, values in columns.items()})


def _dtype(column: str) -> str:
    return (
        "int64"
        if column in (POSITION, "row_problems", "text_length")
        else "object"
        if column == "version"
        else "float64"
    )


def _measure_scores(scores: Sequence[Score | None]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {"score_share": [score and _share(score) for score in scores]}
    for metric in Metric:
        own = [score if score is not None and score.metric == metric else None for score in scores]
        columns[f"{metric}_low"] = [score and score.low for score in own]
        columns[f"{metric}_high"] = [score and score.high for score in own]
        columns[f"{metric}_fraction"] = [score and _fraction(score.value) for score in own]
    return columns


def _share(score: Score) -> float:
    """Where the score lies on its scale, 0-1; off the scale where it or the scale is no number (NaN would pass)."""
    numbers = (score.value, score.low, score.high)
    if not all(map(math.isfinite, numbers)) or score.high <= score.low:
        return _OFF_SCALE
    return (score.value - score.low) / (score.high - score.low)


def _fraction(value: float) -> float:
    return value % 1 if math.isfinite(value) else 0.0  # a score that is no number fails `score_share`


def _measure_services(services: Sequence[Service], now: datetime) -> dict[str, list[Any]]:
    """Order is judged between plausible times only: one wrong time must not cost the record the others."""
    latest = (now + AHEAD).timestamp()
    times = {name: [_seconds(getattr(service, name)) for service in services] for name in _TIMES}
    sound = {
        name: [t if t is not None and EARLIEST.timestamp() <= t <= latest else None for t in values]
        for name, values in times.items()
    }
    handled = [service.handled_seconds for service in services]
    paid = [service.compensation for service in services]
    return {
        **times,
        "reply_seconds": _elapsed(sound["reported_at"], sound["responded_at"]),
        "resolution_seconds": _elapsed(sound["reported_at"], sound["resolved_at"]),
        "handled_seconds": [s if s is None or math.isfinite(s) else _OFF_SCALE for s in handled],
        "compensation": [s if s is None or math.isfinite(s) else _OFF_SCALE for s in paid],
    }


def _elapsed(start: Sequence[float | None], end: Sequence[float | None]) -> list[float | None]:
    return [None if a is None or b is None else b - a for a, b in zip(start, end, strict=True)]


def _seconds(time: datetime | None) -> float | None:
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def has_text(feedback: Feedback) -> bool:
    """True when there is something to read; emoji are text, invisible characters are none."""
    return bool(feedback.text.translate(_INVISIBLE).strip())


def glimpse(feedback: Feedback, name: str) -> str:
    """What stands in a field, as a problem may show it: numbers, times and versions, never the text."""
    if name == "text":
        return f"{len(feedback.text)} characters"
    if name == "score" and feedback.score is not None:
        score = feedback.score
        return f"{score.value:g} on {score.low:g}-{score.high:g} ({score.metric})"
    if name.startswith("segments."):
        return feedback.segments.get(name.removeprefix("segments."), "")[:40]
    holder = feedback.service if name.startswith("service.") else feedback
    value = getattr(holder, name.removeprefix("service."), None)
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else f"{value}"


def drop_field(feedback: Feedback, name: str) -> Feedback:
    """The record without one broken field; a long text is cut instead, for its beginning is sound."""
    if name == "text":
        return replace(feedback, text=cut_text(feedback.text))
    if name.startswith("service."):
        return replace(feedback, service=replace(feedback.service, **{name.removeprefix("service."): None}))
    if name.startswith("segments."):
        gone = name.removeprefix("segments.")
        return replace(feedback, segments={k: v for k, v in feedback.segments.items() if k != gone})
    if name == "score":
        return replace(feedback, score=None)
    if name == "occurred_at":
        return replace(feedback, occurred_at=None)
    raise ValueError(f"no field {name!r} that could be dropped")
