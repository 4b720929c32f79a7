"""Rising wishes: those that more people have than in the period before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame
from scopes_for_tests import WEEK

from analysis.findings.comments.escalations import find_requests
from analysis.findings.themes.wishes import with_changes
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from groundswell.records import Period

BEFORE = Period("the week before", MONDAY - timedelta(weeks=1), MONDAY, "week")


def scope_of(now, before, n=200):
    """Two weeks of n comments each, of which so many wish for something, by theme (None: no theme)."""
    rows, themes, signals = [], [], []
    for week, wishes in ((1, before), (0, now)):
        start = MONDAY - timedelta(weeks=week)
        rows += [{"occurred_at": start + timedelta(minutes=i)} for i in range(n)]
        told = [theme for theme, many in wishes for _ in range(many)]
        themes += told + ["t2"] * (n - len(told))
        signals += ["request"] * len(told) + [""] * (n - len(told))
    feedback = feedback_frame(rows)
    clauses = clause_frame(feedback, themes, ["neutral"] * len(rows)).assign(signals=signals)
    labels = theme_frame({"t1": "dark mode", "t2": "friendly staff", "t3": "export to a table"})
    return open_scope(feedback, build_mentions(feedback, clauses), labels, Span(WEEK, BEFORE))


def test_a_wish_that_rises_is_marked_and_a_steady_one_is_not():
    """4 and then 30 of 200 is news; 20 and 21 is none. People are counted against all who wrote."""
    scope = scope_of([("t1", 30), ("t3", 21)], [("t1", 4), ("t3", 20)])
    rising, steady = with_changes(scope, find_requests(scope))
    assert (rising.theme_id, rising.change.baseline, rising.change.value) == ("t1", 0.02, 0.15)
    assert rising.change.significant and not steady.change.significant


def test_wishes_that_no_theme_holds_are_compared_too():
    """They have no theme, and are one wish among the others."""
    scope = scope_of([(None, 25)], [(None, 5)])
    (other,) = with_changes(scope, find_requests(scope))
    assert other.theme_id is None and other.change.ratio == pytest.approx(5)


def test_a_wish_of_four_has_no_change():
    """It is judged with the others and told without a change."""
    scope = scope_of([("t1", 4)], [("t1", 1)])
    assert [wish.change for wish in with_changes(scope, find_requests(scope))] == [None]


def test_without_a_period_before_no_wish_rises():
    """Undated feedback, or the first period."""
    scope = scope_of([("t1", 30)], [])
    alone = replace(scope, feedback_before=None, mentions_before=None, span=Span(WEEK, None))
    assert [wish.change for wish in with_changes(alone, find_requests(alone))] == [None]
