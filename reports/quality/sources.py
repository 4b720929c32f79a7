"""How fresh each source is, in words: its last record beside what is usual, and whether that is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from reports.charts.spark import Spark, spark_counts
from reports.page.parts import Mark, Table
from reports.quality.state import QualityState, SourceState
from reports.wording.figures import clip, count
from reports.wording.figures import date as day_words
from reports.wording.weeks import label_of

__all__ = ["age_days", "is_behind", "sources_table", "usual_words"]

WEEKS = 26  # in the line of a source


def sources_table(state: QualityState, where: tzinfo) -> Table:
    """A line for each source: what is there, its last record, what is usual, and whether it is behind."""
    rows = tuple(_row(one, state, where) for one in state.sources)
    return Table(
        "Sources",
        ("Source", "Records", "Last record", "New records come", "Last read"),
        rows,
        sparks=tuple(_spark(one) for one in state.sources),
        marks=tuple(_mark(one, state.moment) for one in state.sources),
        mark_head="State",
    )


def _row(one: SourceState, state: QualityState, where: tzinfo) -> tuple[str, ...]:
    age = age_days(one, state.moment)
    missing = "none by then" if one.is_dated else "no dates"
    last = day_words(one.last_record_at, where) if one.last_record_at else (missing if one.records else "none")
    late = "" if one.patience_days is None else f" (late after {count(one.patience_days, 'day')})"
    return (
        clip(one.name, 60),
        f"{one.records:,}" + (f" ({one.kind})" if one.kind else ""),
        last if age is None else f"{last} ({'today' if age == 0 else count(age, 'day') + ' ago'})",
        f"{usual_words(one.usual_gap_days)}{late}",
        day_words(one.last_read_at, where) if one.last_read_at else "never",
    )


def usual_words(gap: int | None) -> str:
    """How often new records come: nine in ten gaps between days with records are no longer."""
    if gap is None:
        return "not known yet"
    return "every day" if gap <= 1 else f"every {gap} days or sooner"


def age_days(one: SourceState, moment: datetime | None) -> int | None:
    """Whole days since the last record; None where one of the two is unknown."""
    if moment is None or one.last_record_at is None:
        return None
    return max(0, (moment - one.last_record_at).days)


def is_behind(one: SourceState, moment: datetime | None) -> bool:
    """Whether the last record is older than the settings allow."""
    if moment is None or one.last_record_at is None or one.patience_days is None:
        return False
    return moment - one.last_record_at > timedelta(days=one.patience_days)


def _mark(one: SourceState, moment: datetime | None) -> Mark:
    age = age_days(one, moment)
    if not one.kind:
        return Mark("!", "never read", "bad")
    if age is None:
        return Mark(
            "–", ("nothing yet" if one.is_dated else "no dates to judge by") if one.records else "empty", "flat"
        )
    if is_behind(one, moment):
        return Mark("!", f"behind: {count(age, 'day')} old", "bad")
    if one.patience_days is None:
        return Mark("–", "not in the settings", "flat")
    return Mark("✓", "up to date", "good")


def _spark(one: SourceState) -> Spark | None:
    return spark_counts(tuple(_by_week(one.days)), "records")


def _by_week(days: Mapping[date, int]) -> list[tuple[str, int]]:
    """The last weeks up to that of the last record, also those in which nothing came."""
    if not days:
        return []
    last = max(days)
    labels = [label_of(last - timedelta(weeks=back)) for back in reversed(range(WEEKS))]
    first = label_of(min(days))
    counted = {label: 0 for label in labels if label >= first}
    for day, n in days.items():
        label = label_of(day)
        if label in counted:
            counted[label] += n
    return list(counted.items())
