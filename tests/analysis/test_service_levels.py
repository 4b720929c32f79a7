"""Service levels and volumes: what is counted, hidden and compared."""

from datetime import timedelta

import pytest
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame

from analysis.findings.service.levels import service_levels
from analysis.findings.service.volumes import weekly_volumes
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from groundswell.records import Period

THEMES = theme_frame({"t1": "crash at login", "t2": "easy set-up"})
WEEK = Period("2026-W46 · 9–15 Nov 2026", MONDAY, MONDAY + timedelta(weeks=1), "week")
BEFORE = Period("2026-W45 · 2–8 Nov 2026", MONDAY - timedelta(weeks=1), MONDAY, "week")


def scope_of(rows, themes, labels, before=None):
    """A scope over one week of records."""
    feedback = feedback_frame(rows)
    mentions = build_mentions(feedback, clause_frame(feedback, themes, labels))
    return open_scope(feedback, mentions, THEMES, Span(WEEK, before))


def ticket(minutes=None, channel=None, reopened=None, **more):
    """A ticket reported on Monday and answered after so many minutes."""
    replied = None if minutes is None else MONDAY + timedelta(minutes=minutes)
    row = {"kind": "ticket", "reported_at": MONDAY, "responded_at": replied, "reopened": reopened}
    return {**row, **({"segment:channel": channel} if channel else {}), **more}


def plain(rows):
    """A scope of records that raise no theme."""
    return scope_of(rows, [None] * len(rows), ["neutral"] * len(rows))


def test_times_are_medians_with_intervals_by_channel():
    """Thirty e-mails answered after about an hour and thirty chats after about a minute stay two figures."""
    rows = [ticket(55 + i % 11, "email") for i in range(30)] + [ticket(1 + i % 3, "chat") for i in range(30)]
    found = {(level.group_by, level.group): level for level in service_levels(plain(rows))}
    assert found["channel", "email"].first_reply_minutes.value == pytest.approx(60, abs=2)
    assert found["channel", "chat"].first_reply_minutes.high <= 3
    assert found["channel", "email"].share == 0.5
    assert found["all", "all"].n == 60


def test_unknown_times_are_absent_and_not_zero():
    """Tickets without a reply time have no reply time, and nobody told of reopens."""
    (level,) = service_levels(plain([ticket() for _ in range(40)]))
    assert (level.first_reply_minutes, level.resolution_minutes, level.reopened) == (None, None, None)


def test_a_group_under_twenty_contacts_is_not_shown():
    """Nineteen letters are too few for a row of their own."""
    rows = [ticket(5, "email") for _ in range(40)] + [ticket(5, "letter") for _ in range(19)]
    assert [level.group for level in service_levels(plain(rows))] == ["all", "email"]


def test_reopened_shares_count_only_tickets_that_tell():
    """Four of twenty known were reopened; twenty unknown ones change nothing."""
    rows = [ticket(reopened=i < 4) for i in range(20)] + [ticket() for _ in range(20)]
    (level,) = service_levels(plain(rows))
    assert level.reopened.value == 0.2


def test_weekly_volumes_count_records_and_keep_quiet_weeks():
    """A week without a record is 0, not missing."""
    rows = [{"occurred_at": MONDAY}] * 3 + [{"occurred_at": MONDAY - timedelta(weeks=2)}] * 2
    assert [(p.week, p.n) for p in weekly_volumes(plain(rows))["survey"]] == [
        ("2026-W44", 2),
        ("2026-W45", 0),
        ("2026-W46", 3),
    ]


def test_a_new_source_has_no_weeks_before_its_first_whole_one():
    """What was not yet collected is unknown, not 0."""
    rows = [{"occurred_at": MONDAY - timedelta(weeks=3) + timedelta(days=i)} for i in range(28)]
    rows += [{"source": "late", "occurred_at": MONDAY - timedelta(days=4 - i)} for i in range(8)]
    weeks = {source: [point.week for point in points] for source, points in weekly_volumes(plain(rows)).items()}
    assert weeks == {"late": ["2026-W46"], "survey": ["2026-W43", "2026-W44", "2026-W45", "2026-W46"]}
