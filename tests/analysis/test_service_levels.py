"""Service levels and testimonials: what is counted, hidden, compared and proposed."""

from datetime import timedelta

import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.comments.testimonials import find_testimonials
from analysis.findings.service.levels import service_levels
from analysis.findings.service.volumes import weekly_volumes
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from groundswell.records import Period

THEMES = theme_frame({"t1": "crash at login", "t2": "easy set-up"})
WEEK = Period("2026-W46 · 9–15 Nov 2026", MONDAY, MONDAY + timedelta(weeks=1), "week")
BEFORE = Period("2026-W45 · 2–8 Nov 2026", MONDAY - timedelta(weeks=1), MONDAY, "week")
HAPPY = "We switched in March and since then my heating bill is 40 euros lower, I am delighted with the set-up {}."


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


def happy_row(i, **more):
    """A five-star review that passes every check."""
    text = HAPPY.format(f"in house {i * 7919}")
    return {
        "text": text,
        "metric": "rating",
        "score": 5.0,
        "score_low": 1.0,
        "score_high": 5.0,
        "score_scaled": 1.0,
        **more,
    }


def candidates(rows, labels=None):
    """The candidates out of the rows, all about one praised theme."""
    labels = labels or ["positive"] * len(rows)
    scope = scope_of(rows, ["t2"] * len(rows), labels)
    return find_testimonials(scope, comment_frame(scope.feedback, labels))


def test_a_happy_review_is_a_candidate_with_its_checks_told():
    """What was checked says so; what the data cannot tell is "not checkable", never passed."""
    (found,) = candidates([happy_row(1)])
    assert found.consent == "candidate"
    assert found.checks["first person"] == "passed"
    assert found.checks["no open ticket"].startswith("not checkable")
    assert found.checks[next(k for k in found.checks if "180" in k)].startswith("not checkable")
    assert found.rank == pytest.approx(sum(found.rank_parts.values()))
    assert found.verbatim.text == happy_row(1)["text"]


@pytest.mark.parametrize(
    "change",
    [
        {"score": 4.0, "score_scaled": 0.75},
        {"text": "Great, I love it"},
        {"text": "The heating bill is lower and the set-up was easy and quick and good and nice"},
        {"text": "I wrote to [email] and my heating bill is lower now, I am delighted with it all"},
        {"text": "I am damn delighted with my lower heating bill since we switched to it in March"},
    ],
    ids=["four stars", "too short", "nobody speaks", "redacted", "profane"],
)
def test_what_fails_a_check_is_no_candidate(change):
    """Score, length, first person, personal data and profanity each keep a text out."""
    assert candidates([{**happy_row(1), **change}]) == []


def test_near_duplicates_are_proposed_once_and_an_author_once():
    """The same words from two people are one candidate; so are two texts of one person."""
    twins = [happy_row(1), happy_row(1)]
    assert len(candidates(twins)) == 1
    other = {
        "text": "Our engineer explained everything and I finally understand my meter, brilliant from start to end."
    }
    assert len(candidates([happy_row(1, author="a"), {**happy_row(2), **other, "author": "a"}])) == 1


def test_an_author_with_an_open_ticket_or_a_recent_complaint_is_left_alone():
    """Nobody is asked for praise while they wait for help."""
    closed = ticket(source="desk", author="b", resolved_at=MONDAY, text="")
    assert len(candidates([happy_row(1, author="a"), closed], ["positive", "neutral"])) == 1
    waiting = ticket(source="desk", author="a", text="")
    assert candidates([happy_row(1, author="a"), closed, waiting], ["positive", "neutral", "neutral"]) == []
    unhappy = {"author": "a", "text": "it broke again"}
    assert candidates([happy_row(1, author="a"), unhappy], ["positive", "negative"]) == []


def test_no_open_ticket_is_only_said_where_tickets_know_the_author():
    """Tickets by user names of their own say nothing about a reviewer; tickets of shared authors do."""
    resolved = {"kind": "ticket", "source": "desk", "reported_at": MONDAY, "resolved_at": MONDAY + timedelta(hours=1)}
    for writer, checked in (("somebody else", False), ("a2", True)):
        rows = [{**happy_row(i), "author": f"a{i}"} for i in (1, 2)] + [{**resolved, "author": writer}]
        scope = scope_of(rows, ["t2", "t2", None], ["positive", "positive", "neutral"])
        found = find_testimonials(scope, comment_frame(scope.feedback, ["positive", "positive", "neutral"]))
        assert {(candidate.checks["no open ticket"] == "passed") for candidate in found} == {checked}


@pytest.mark.parametrize("signal", ["request", "churn", "effort praise"])
def test_who_wants_something_is_no_candidate(signal):
    """A delighted customer with a wish is answered, not quoted."""
    scope = scope_of([happy_row(1)], ["t2"], ["positive"])
    comments = comment_frame(scope.feedback, ["positive"])
    (found,) = find_testimonials(scope, comments)
    assert found.checks["no wish"] == "passed"
    scope.mentions["signals"] = signal
    assert find_testimonials(scope, comments) == []


def test_a_new_source_has_no_weeks_before_its_first_whole_one():
    """What was not yet collected is unknown, not 0."""
    rows = [{"occurred_at": MONDAY - timedelta(weeks=3) + timedelta(days=i)} for i in range(28)]
    rows += [{"source": "late", "occurred_at": MONDAY - timedelta(days=4 - i)} for i in range(8)]
    weeks = {source: [point.week for point in points] for source, points in weekly_volumes(plain(rows)).items()}
    assert weeks == {"late": ["2026-W46"], "survey": ["2026-W43", "2026-W44", "2026-W45", "2026-W46"]}
