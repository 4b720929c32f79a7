"""What came of an action: authors a week before and since, and what else may be behind it."""

from datetime import timedelta

import pytest
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame

from analysis.findings.news.actions import find_actions
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from groundswell.actions import Action
from groundswell.records import Period

THEMES = theme_frame({"t1": "card never arrived", "t2": "friendly staff"})
END = MONDAY + timedelta(weeks=1)


def scope_of(weekly, of=60, end=END, **more):
    """A scope whose last weeks have so many who complain of t1, of 60 who write; `more` holds for all records."""
    rows, themes = [], []
    for back, raised in zip(range(len(weekly), 0, -1), weekly, strict=True):
        for i in range(of):
            rows.append({"occurred_at": END - timedelta(weeks=back) + timedelta(hours=1, minutes=i), **more})
            themes.append("t1" if i < raised else "t2")
    feedback = feedback_frame(rows)
    clauses = clause_frame(feedback, themes, ["negative" if t == "t1" else "positive" for t in themes])
    period = Period("a week", end - timedelta(weeks=1), end, "week") if end else Period("all", None, None, "all")
    return open_scope(feedback, build_mentions(feedback, clauses), THEMES, Span(period, None))


def remedy(weeks, number="1", days=0, **more):
    """An action taken so many weeks before the period's end."""
    at = END - timedelta(weeks=weeks, days=days)
    return Action(**{"action_id": number, "theme_id": "t1", "what": "new courier", "owner": "ann", "since": at, **more})


def test_a_remedy_that_helps():
    """Forty a week before, twelve since: a third, with an interval that says so."""
    scope = scope_of([38, 41, 40, 39, 42, 40, 38, 41, 40, 12, 11, 13, 12])
    (found,) = find_actions(scope, [remedy(4)])
    assert (found.weeks_before, found.weeks_since, found.verdict) == (8, 4, "fewer")
    assert found.before.value == pytest.approx(40.1, abs=0.1) and found.after.value == 12
    assert found.ratio.low < 0.3 < found.ratio.high < 0.5
    assert (found.label, found.what, found.owner, found.notes) == ("card never arrived", "new courier", "ann", ())
    assert [week.authors for week in found.weekly][-5:] == [40, 12, 11, 13, 12]


def test_steady_complaints_are_no_clear_change_and_more_is_more():
    """The verdict is that of the interval."""
    steady = [10, 12, 9, 11, 10, 12, 9, 11, 10]
    assert find_actions(scope_of([*steady, 11, 9, 12]), [remedy(3)])[0].verdict == "no clear change"
    assert find_actions(scope_of([*steady, 30, 31, 29]), [remedy(3)])[0].verdict == "more"


def test_the_week_in_which_it_began_is_of_neither_side():
    """Taken on a Wednesday, that week is half before and half since."""
    (found,) = find_actions(scope_of([20] * 9 + [50, 20, 20, 20]), [remedy(3, days=4)])
    assert (found.weeks_before, found.weeks_since) == (8, 3)
    assert found.before.value == found.after.value == 20


@pytest.mark.parametrize("weeks", [0.2, 1, 1.5])
def test_under_two_whole_weeks_since_is_too_early(weeks):
    """One week proves nothing."""
    (found,) = find_actions(scope_of([20] * 12), [remedy(weeks)])
    assert (found.verdict, found.before, found.after, found.ratio) == ("too early", None, None, None)
    assert found.notes == ("It is told from 2 whole weeks on.",)


def test_a_rise_that_led_to_the_remedy_is_the_level_before_it():
    """Ten a week are usual, forty came for three weeks: the remedy is measured on those, and the note says the rest."""
    scope = scope_of([9, 11, 10, 10, 9, 11, 10, 12, 10, 9, 11, 10, 40, 42, 39, 10, 11, 9])
    (found,) = find_actions(scope, [remedy(3)])
    assert (found.weeks_before, found.verdict) == (3, "fewer")
    assert found.before.value == pytest.approx(40.3, abs=0.1)
    (note,) = found.notes
    assert note.startswith("The 3 weeks before were unusual: 10.2 a week are usual, 1.0 times that now (")
    assert note.endswith("A rise may also pass by itself.")


def test_a_rise_that_goes_on_is_not_more():
    """Forty before and forty since: nothing came of it, though ten were usual."""
    scope = scope_of([9, 11, 10, 10, 9, 11, 10, 12, 10, 9, 11, 10, 40, 42, 39, 41, 38, 40])
    (found,) = find_actions(scope, [remedy(3)])
    assert found.verdict == "no clear change" and "3.9 times" in found.notes[0]


def test_a_rise_from_nothing_has_no_usual_number():
    """Ninety times hardly anything is no figure to go by."""
    scope = scope_of([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 22, 19, 10, 11, 9])
    (found,) = find_actions(scope, [remedy(3)])
    assert found.verdict == "fewer" and found.notes == (
        "The 3 weeks before were unusual: hardly anybody complained of it earlier. A rise may also pass by itself.",
    )


def test_half_as_many_comments_are_no_remedy():
    """The volume halved and so did the complaints."""
    rows = scope_of([20] * 8)
    feedback = rows.all_feedback[
        (rows.all_feedback["occurred_at"] < END - timedelta(weeks=4)) | (rows.all_feedback.index % 2 == 0)
    ]
    feedback = feedback.reset_index(drop=True)
    mentions = rows.all_mentions[rows.all_mentions["feedback_id"].isin(feedback["feedback_id"])]
    (found,) = find_actions(open_scope(feedback, mentions, THEMES, rows.span), [remedy(4)])
    assert found.ratio.value == pytest.approx(1.0) and found.after.value == 10
    assert found.before.value == pytest.approx(10)


def test_two_remedies_in_the_same_weeks_are_named():
    """Which of them helped cannot be told."""
    scope = scope_of([20] * 12)
    first, second = find_actions(scope, [remedy(6, "1", what="new courier"), remedy(3, "2", what="call back")])
    assert (first.action_id, second.action_id) == ("2", "1")
    assert first.notes == (f"“new courier” ({(END - timedelta(weeks=6)).date()}) falls into the same weeks.",)
    assert second.notes == (f"“call back” ({(END - timedelta(weeks=3)).date()}) falls into the same weeks.",)


def test_too_little_before_is_said():
    """The records begin two weeks before it."""
    (found,) = find_actions(scope_of([20] * 6), [remedy(4)])
    assert (found.verdict, found.notes) == ("too early", ("Fewer than 4 whole weeks are known from before it.",))


def test_nobody_before_is_said():
    """A theme that nobody complained of has no share to fall to."""
    (found,) = find_actions(scope_of([0] * 8 + [9] * 4), [remedy(4)])
    assert (found.ratio, found.notes) == (None, ("Nobody complained of it in the 8 weeks before.",))


def test_the_last_complaint_gone_is_fewer():
    """Nobody since: the ratio is 0, with an upper end."""
    (found,) = find_actions(scope_of([20] * 8 + [0] * 4), [remedy(4)])
    assert (found.verdict, found.ratio.value, found.ratio.low) == ("fewer", 0, 0)


def test_what_was_done_long_ago_is_told_no_more():
    """Half a year after it was done; while it is not done it is told."""
    scope = scope_of([20] * 60)
    done = remedy(40, done=END - timedelta(weeks=30))
    assert find_actions(scope, [done]) == []
    (found,) = find_actions(scope, [remedy(40)])
    assert (found.weeks_since, len(found.weekly)) == (26, 26)


def test_an_action_of_a_later_day_is_not_known_yet():
    """A digest of an earlier week does not know it."""
    assert find_actions(scope_of([20] * 9), [remedy(-1)]) == []


def test_undated_feedback_says_why_nothing_is_told():
    """The action stands there with its reason."""
    (found,) = find_actions(scope_of([20] * 9, end=None, occurred_at=None), [remedy(4)])
    assert found.verdict == "too early" and found.notes[0].startswith("The feedback carries no dates")


def test_a_theme_that_nobody_raises_any_more_and_an_empty_store():
    """No rows at all is no crash."""
    scope = scope_of([0] * 12)
    (found,) = find_actions(scope, [remedy(4)])
    assert found.ratio is None
    bare = open_scope(scope.all_feedback.iloc[:0], scope.all_mentions.iloc[:0], THEMES, scope.span)
    (found,) = find_actions(bare, [remedy(4)])
    assert (found.weekly, found.notes) == ((), ("No whole week is known yet.",))


@pytest.mark.parametrize("dates", [{}, {"end": None, "occurred_at": None}])
def test_actions_of_one_day_are_told_by_number_the_newest_first(dates):
    """Number 10 is younger than number 9, as text it is not; dated feedback or not."""
    scope = scope_of([20] * 12, **dates)
    found = find_actions(scope, [remedy(4, number) for number in ("9", "10", "2")])
    assert [effect.action_id for effect in found] == ["10", "9", "2"]
