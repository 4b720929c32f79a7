"""A made-up state of a project for the quality page: something of everything that can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from groundswell.findings import AlertWatch, Coverage, Interval
from reports.quality.state import (
    CoverageOf,
    DeliveryState,
    LoadState,
    QualityState,
    RefusedState,
    SourceState,
    ToneState,
)

__all__ = ["CALM", "NOW", "TROUBLED", "with_texts"]

NOW = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
DAY = date(2026, 11, 15)


def source(name: str, kind: str, records: int, age: int, gap: int | None = 1, waiting: int = 0) -> SourceState:
    """A source whose last record is so many days old."""
    days = {DAY - timedelta(days=age + back): 7 + back % 5 for back in range(0, 200, gap or 30)}
    last = NOW - timedelta(days=age, hours=5)
    return SourceState(name, kind, records, last, NOW - timedelta(hours=1), 7, gap, days, waiting)


def load(number: int, name: str, state: str, new: int, refused: int = 0, reason: str = "") -> LoadState:
    """A load of that day."""
    began = NOW - timedelta(days=40 - number)
    skipped = {"empty row": 3} if refused else {}
    warnings = ("2 dates lie in the future",) if refused else ()
    read = new + 12 + 30 + refused + sum(skipped.values())
    return LoadState(number, name, state, began, read, new, 12, 30, refused, skipped, reason, warnings)


def coverage(week: int, share: float) -> CoverageOf:
    """One published week."""
    seen = Coverage(1345, 1108, 1061, 2874, 311, share, {"en": 1012, "de": 51, "hi": 28, "und": 17}, "authors", 21, 9)
    return CoverageOf(f"2026-W{week} · a made-up week", seen)


WATCH = AlertWatch(48, 52, 2.0, Interval(1.8, 0.9, 3.1), 20)
CALM = QualityState(
    moment=NOW,
    timezone="Europe/Berlin",
    sources=(source("nps survey", "survey", 2833, 0), source("tickets", "ticket", 17182, 1)),
    loads=(load(2, "tickets", "accepted", 872), load(1, "nps survey", "accepted", 412)),
    coverage=(coverage(46, 0.034),),
    tone_version="starter-1",
    watch=WATCH,
    raised={"surge": 3, "new": 1},
    watched_weeks=12,
)
_HELD = "37 of 60 records carry the same long text, usually 2 %: a test run of the source?"
TROUBLED = QualityState(
    moment=NOW,
    timezone="Europe/Berlin",
    sources=(
        source("nps survey", "survey", 2833, 0, waiting=4),
        source("play reviews", "review", 611, 16, gap=3),
        source("calls", "ticket", 40, 2, gap=None),
        SourceState("remarks", "survey", 120, None, NOW - timedelta(days=2), 7, is_dated=False),
        SourceState("shop", "", 0, patience_days=14),
    ),
    loads=(
        load(31, "nps survey", "held", 60, reason=_HELD),
        *(
            load(30 - k, "play reviews" if k % 2 else "nps survey", "accepted", 200 - k, refused=k % 3)
            for k in range(12)
        ),
        load(3, "calls", "dropped", 40, reason="dropped by hand"),
    ),
    refused=(
        RefusedState("nps survey", (("row", "row 690 has 8 cells, the header has 7"),), 1),
        RefusedState("nps survey", (("row", "row 894 has 9 cells, the header has 7"),), 1),
        RefusedState("nps survey", (("text", "missing"), ("score", "missing"), ("service", "missing")), 2),
    ),
    coverage=tuple(coverage(46 - k, 0.03 + k / 200) for k in range(11)),
    tone=(
        ToneState("nps survey", "own", 2201, 1319, 0.77, 0.86, 0.73, 0.84, "surely better, tested on later comments"),
        ToneState("play reviews", "starter", 12, None, None, None, note="fewer than 200 ratings"),
    ),
    tone_version="starter-1+own-7",
    watch=WATCH,
    raised={"drift": 1, "new": 2, "release": 1, "surge": 5},
    watched_weeks=26,
    deliveries=(
        DeliveryState("mail", "sent", 44, repeats=1),
        DeliveryState("mail", "failed", 2, "connection refused by mail.example.com:587"),
        DeliveryState("team", "sent", 11),
    ),
    docs="data-docs/index.html",
)
OURS = ("state", "kind", "model", "timezone", "docs")  # fields with words of ours, or a path


def with_texts(value: Any, texts: Iterator[str]) -> Any:
    """The state, or a part of it, with the next of the texts in every string that a file or a setting can fill."""
    if isinstance(value, str):
        return next(texts) if value else value
    if isinstance(value, tuple):
        return tuple(with_texts(entry, texts) for entry in value)
    if isinstance(value, dict):
        return {with_texts(key, texts): entry for key, entry in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in fields(value) if one.name not in OURS]
        return replace(value, **{name: with_texts(getattr(value, name), texts) for name in names})
    return value
