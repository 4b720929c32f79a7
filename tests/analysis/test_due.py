"""Which periods of a schedule are due, and what an analysis of a period reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from frames_for_tests import feedback_frame

from analysis.scope.calendar import Calendar
from analysis.scope.periods import (
    ANALYSED,
    CATCH_UP,
    due_periods,
    known_until,
    rows_hash,
    rows_in,
    spans_of_weeks,
)
from groundswell.records import Period

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)  # W47 begins
CALENDAR = Calendar()


def weekly(weeks: int, per_week: int = 3) -> pd.DataFrame:
    """Feedback on the Wednesdays of the last `weeks` weeks before MONDAY."""
    days = [MONDAY - timedelta(weeks=week, days=-2) for week in range(1, weeks + 1)]
    return feedback_frame([{"occurred_at": day, "text": f"{day} {n}"} for day in days for n in range(per_week)])


def published(feedback: pd.DataFrame, *weeks: str) -> dict[str, str]:
    """What is published of these weeks, from these rows."""
    return {week: rows_hash(rows_in(feedback, CALENDAR.week_named(week))) for week in weeks}


def slugs(feedback: pd.DataFrame, known: dict[str, str], length: str = "week") -> list[str]:
    return [span.period.slug for span in due_periods(feedback, MONDAY, CALENDAR, length, known).spans]


def test_the_first_run_publishes_the_last_closed_period_only():
    """With nothing published, the week that ended last is due, however long the history."""
    assert slugs(weekly(30), {}) == ["2026-W46"]


def test_later_runs_make_up_for_the_weeks_between():
    """What closed since the first digest and has none is due, oldest first; what is published and unchanged is not."""
    feedback = weekly(30)
    assert slugs(feedback, published(feedback, "2026-W43")) == ["2026-W44", "2026-W45", "2026-W46"]
    assert slugs(feedback, published(feedback, "2026-W43", "2026-W44", "2026-W45", "2026-W46")) == []


def test_a_long_pause_is_made_up_for_in_part_and_the_rest_is_named():
    """At most CATCH_UP missing weeks are published by themselves; `older` names the others."""
    feedback = weekly(30)
    due = due_periods(feedback, MONDAY, CALENDAR, "week", published(feedback, "2026-W20"))
    assert len(due.spans) == CATCH_UP and due.spans[-1].period.slug == "2026-W46"
    assert due.older[0] == "2026-W21" and len(due.older) == 26 - CATCH_UP


def test_a_week_without_feedback_is_never_due():
    """Nothing came in: nothing is published."""
    feedback = weekly(30)
    gap = feedback[CALENDAR.week_of(feedback["occurred_at"]) != "2026-W46"]
    assert slugs(gap, {}) == []


def test_a_changed_an_added_and_a_removed_record_make_their_week_due():
    """A week is due again when its own rows are other ones; the weeks beside it are not."""
    feedback = weekly(4)
    known = published(feedback, "2026-W44", "2026-W45", "2026-W46")
    in_week = CALENDAR.week_of(feedback["occurred_at"]) == "2026-W45"
    changed = feedback.assign(text=feedback["text"].where(~in_week, "another text"))
    assert slugs(changed, known) == ["2026-W45"]
    assert slugs(feedback.drop(index=feedback.index[in_week][0]), known) == ["2026-W45"]


def test_another_sources_segments_change_no_hash():
    """A column that only other rows fill, another order and other row numbers leave the hash of these rows alone."""
    feedback = weekly(2)
    more = feedback.assign(row=feedback["row"] + 7, **{"segment:version": None})
    assert rows_hash(more.iloc[::-1]) == rows_hash(feedback)
    assert rows_hash(more.assign(**{"segment:version": "4.2"})) != rows_hash(feedback)


@pytest.mark.parametrize("length, count", [("week", 8), ("4 weeks", 3), ("quarter", 2)])
def test_back_filled_weeks_give_the_periods_that_their_runs_report(length, count):
    """For each week the period that a run at its end reports, each once, oldest first."""
    spans = spans_of_weeks("2026-W36", "2026-W43", CALENDAR, length)
    assert len(spans) == count
    assert all(span.before.end == span.period.start for span in spans)
    runs = [CALENDAR.closed(length, CALENDAR.week_named(f"2026-W{w}").end, aligned=True) for w in range(36, 44)]
    assert [span.period for span in spans] == sorted(set(runs), key=lambda period: period.start)


def test_a_changed_zone_does_not_publish_everything_anew():
    """Where every published week has other rows, the last CATCH_UP are due and the others are named."""
    feedback = weekly(30)
    weeks = [f"2026-W{week:02d}" for week in range(20, 47)]
    due = due_periods(feedback, MONDAY, CALENDAR, "week", dict.fromkeys(weeks, "other rows"))
    assert [span.period.slug for span in due.spans] == weeks[-CATCH_UP:]
    assert list(due.older) == weeks[:-CATCH_UP]


def test_periods_of_all_lengths_sort_by_their_end():
    """Weeks, four weeks, quarters and "all" beside each other: by their ends, over the new year too."""
    slugs = ["all", "2025-W50", "2025-Q4", "2025-W51-to-W02", "2026-W03", "2026-Q1", "2026-W41-to-W44", "2026-W45"]
    assert sorted(reversed(slugs), key=Period.order_of) == slugs


def test_undated_feedback_is_one_period():
    """Without dates "all feedback" is due until it is published from these rows."""
    feedback = feedback_frame([{"occurred_at": pd.NaT, "text": "good"}] * 3)
    assert slugs(feedback, {}) == ["all"]
    assert slugs(feedback, {"all": rows_hash(feedback)}) == []


def test_an_analysis_reads_a_year_and_nothing_later():
    """Rows after the period's end are unknown to it, rows older than a year too where the year holds enough."""
    feedback = weekly(120, per_week=ANALYSED // 40)
    end = datetime(2026, 11, 9, tzinfo=UTC)
    known = known_until(feedback, end)
    assert known["occurred_at"].max() < end
    moment = known["occurred_at"].max()
    assert known_until(feedback, moment.to_pydatetime())["occurred_at"].max() < moment  # what comes at the end is later
    assert known["occurred_at"].min() >= end - timedelta(weeks=52)


def test_an_analysis_of_thin_feedback_reaches_further_back():
    """Where a year holds fewer than ANALYSED comments the last ANALYSED are read, and undated ones stay."""
    feedback = weekly(120, per_week=30)
    undated = feedback_frame([{"occurred_at": pd.NaT, "text": "undated"}])
    known = known_until(pd.concat([feedback, undated], ignore_index=True), MONDAY)
    assert ANALYSED <= len(known) - 1 < ANALYSED + 30
    assert known["occurred_at"].isna().sum() == 1
    assert len(known_until(weekly(3), MONDAY)) == 9
