"""What drives a score and why it moved: sums that a reader can check, and silence where nothing can be said."""

from datetime import timedelta

import pytest
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame

from analysis.findings.absent import _decided_by_few as decided_by_few
from analysis.findings.themes.drivers import find_drivers, find_moves
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from groundswell.records import Period

LABELS = {f"t{i:02}": f"theme {i}" for i in range(30)}


def a_week(offset=0):
    """The period of one week, `offset` weeks before the one of MONDAY."""
    start = MONDAY - timedelta(weeks=offset)
    return Period(f"week -{offset}", start, start + timedelta(weeks=1), "week")


def nps(value, **more):
    """A record with an answer from 0 to 10."""
    return {
        "metric": "nps",
        "score": float(value),
        "score_low": 0.0,
        "score_high": 10.0,
        "score_scaled": value / 10,
    } | more


def scope_of(*groups, before=()):
    """A scope of answers given as (theme, label, NPS answer, how many); `before` those of the week before."""
    rows, themes, labels = [], [], []
    for offset, told in ((1, before), (0, groups)):
        for theme, label, value, n in told:
            rows += [nps(value, occurred_at=MONDAY - timedelta(weeks=offset) + timedelta(hours=i)) for i in range(n)]
            themes += [theme] * n
            labels += [label] * n
    feedback = feedback_frame(rows)
    mentions = build_mentions(feedback, clause_frame(feedback, themes, labels))
    return open_scope(feedback, mentions, theme_frame(LABELS), Span(a_week(), a_week(1) if before else None))


def pains(drivers):
    """Those of complaints."""
    return [driver for driver in drivers if driver.mood == "pain"]


def test_complaints_add_up_to_the_distance_from_those_who_complain_of_nothing():
    """NPS 100 without a complaint; 20 of 100 detractors over t00 and 10 passives over t01 cost 40 and 10 points."""
    scope = scope_of(("t00", "negative", 2, 20), ("t01", "negative", 7, 10), ("t02", "positive", 10, 70))
    first, second = pains(find_drivers(scope))
    assert (first.theme_id, first.share.value, first.n) == ("t00", pytest.approx(-40), 20)
    assert (second.theme_id, second.share.value) == ("t01", pytest.approx(-10))
    assert (first.score, first.reference, first.of, first.method) == (pytest.approx(50), 100, 100, "shapley")
    assert first.share.low < -40 < first.share.high


def test_praise_is_told_against_those_who_praise_nothing():
    """The same answers read the other way: what praise wins over those who praise nothing."""
    scope = scope_of(("t00", "negative", 2, 30), ("t02", "positive", 10, 70))
    (praise,) = [driver for driver in find_drivers(scope) if driver.mood == "praise"]
    assert (praise.theme_id, praise.reference, praise.share.value) == ("t02", -100, pytest.approx(140))


@pytest.mark.parametrize("method", ["shares", "regression"])
def test_the_rest_is_told_as_one_so_that_all_add_up(method):
    """Of 25 themes the eight largest and all others as one, themes of under five people among them."""
    groups = [(f"t{i:02}", "negative", 4, 5 + i) for i in range(24)]
    scope = scope_of(*groups, ("t25", "negative", 0, 4), (None, "negative", 0, 6), ("t26", "positive", 10, 200))
    found = pains(find_drivers(scope, method))
    assert [abs(d.share.value) for d in found[:8]] == sorted((abs(d.share.value) for d in found[:8]), reverse=True)
    assert len(found) == 9 and found[-1].theme_id is None and found[-1].label == "all other complaints (17 themes)"
    assert sum(d.share.value for d in found) == pytest.approx(found[0].score - found[0].reference, abs=1e-9)
    assert {d.method for d in found} == {{"shares": "shapley", "regression": "regression"}[method]}


def test_a_regression_tells_no_theme_of_fewer_than_ten_people():
    """Nine complaints are in the rest, with shares they have a row; with no theme of ten all is told in shares."""
    groups = [("t00", "negative", 2, 20), ("t01", "negative", 5, 10), ("t03", "negative", 3, 9)]
    praise = [("t26", "positive", 10, 40), ("t26", "positive", 9, 20)]
    found = pains(find_drivers(scope_of(*groups, *praise), "regression"))
    assert {d.theme_id for d in found} == {"t00", "t01", None} and {d.method for d in found} == {"regression"}
    assert found[-1].label == "all other complaints (1 theme)" and found[-1].n == 9
    assert {d.theme_id for d in pains(find_drivers(scope_of(*groups, *praise)))} == {"t00", "t01", "t03"}
    few = pains(find_drivers(scope_of(*groups[2:], *praise), "regression"))
    assert [(d.theme_id, d.method) for d in few] == [("t03", "shapley")]


def test_what_few_people_answered_has_a_reason_in_the_place_of_drivers():
    """One person gave a quarter of the answers: no driver, no impact, and why; with everybody alike no such reason."""
    for loud in (True, False):
        scope = scope_of(("t00", "negative", 2, 20), ("t02", "positive", 10, 60))
        scope.feedback["author"] = [f"a{0 if loud and i % 4 == 0 else i}" for i in range(80)]
        found = find_drivers(scope)
        reasons = decided_by_few(scope.feedback)
        assert (found == []) == loud and reasons == (["survey"] if loud else [])


def test_a_complaint_that_names_nothing_is_no_content_answer():
    """ "Terrible" without a theme is a complaint: it is in the rest, not in what others are compared with."""
    scope = scope_of((None, "negative", 0, 20), ("t00", "negative", 2, 20), ("t02", "positive", 10, 60))
    named, rest = pains(find_drivers(scope))
    assert named.reference == 100 and rest.share.value == named.share.value == pytest.approx(-40)
    assert rest.label == "all other complaints"


def test_a_theme_that_is_mostly_praised_is_told_among_praise_alone():
    """Six unhappy words on a theme of 100 happy ones do not make it pull a score down."""
    scope = scope_of(("t02", "negative", 2, 6), ("t02", "positive", 10, 100), ("t00", "negative", 0, 20))
    assert {d.theme_id for d in pains(find_drivers(scope))} == {"t00", None}


def test_unread_texts_are_not_content_ones():
    """An answer whose text nobody could score neither complains nor is it free of complaints."""
    scope = scope_of(("t00", "negative", 2, 20), (None, "unscored", 0, 50), ("t02", "positive", 10, 60))
    assert {d.of for d in find_drivers(scope)} == {80}


@pytest.mark.parametrize(
    "groups",
    [
        [("t00", "negative", 2, 10), ("t02", "positive", 9, 9)],
        [("t00", "negative", 5, 20), ("t02", "positive", 5, 60)],
        [("t00", "negative", 5, 60), ("t01", "negative", 9, 60)],
        [("t00", "unscored", 5, 60)],
    ],
    ids=["too few", "one score", "all complain", "unread"],
)
def test_nothing_is_told_where_nothing_can_be(groups):
    """Nineteen answers, one score for all, a complaint in every answer, no text that could be read."""
    assert find_drivers(scope_of(*groups)) == [] and find_drivers(scope_of(*groups), "regression") == []


def test_no_scores_at_all():
    """Tickets without a score have no drivers and no moves."""
    feedback = feedback_frame([{}] * 30)
    mentions = build_mentions(feedback, clause_frame(feedback, ["t00"] * 30, ["negative"] * 30))
    scope = open_scope(feedback, mentions, theme_frame(LABELS), Span(a_week(), a_week(1)))
    assert find_drivers(scope) == [] and find_moves(scope) == []


def test_a_move_is_told_by_its_parts_and_they_add_up():
    """Three times as many complain of t00: the fall is its mix, and all parts add up to the change."""
    content = ("t02", "positive", 10, 200)
    was = [("t00", "negative", 0, 20), ("t01", "negative", 0, 20), content]
    scope = scope_of(("t00", "negative", 0, 60), ("t01", "negative", 0, 18), content, before=was)
    (move,) = find_moves(scope)
    assert move.parts[0].theme_id == "t00" and move.parts[0].mix < -15 and move.parts[0].rate == 0
    assert sum(p.mix + p.rate for p in move.parts) == pytest.approx(move.now - move.before, abs=1e-9)
    assert [p.label for p in move.parts[-2:]] == ["those who complain of nothing", "everything else"]
    assert all(p.low <= p.mix + p.rate <= p.high for p in move.parts) and move.parts[0].high < 0
    assert move.change_low < move.now - move.before < move.change_high < 0


def test_a_move_within_chance_is_not_explained():
    """Three more of 240 is no news, and no story is told about it."""
    content = ("t02", "positive", 10, 200)
    scope = scope_of(("t00", "negative", 0, 43), content, before=[("t00", "negative", 0, 40), content])
    assert find_moves(scope) == []


def test_without_a_period_before_nothing_has_moved():
    """Undated feedback, or the first period."""
    assert find_moves(scope_of(("t00", "negative", 0, 40), ("t02", "positive", 10, 200))) == []


def test_what_few_raise_moves_nothing_by_name():
    """A theme of four people in both periods together is in everything else."""
    content = ("t02", "positive", 10, 200)
    was = [("t00", "negative", 0, 20), content]
    scope = scope_of(("t00", "negative", 0, 70), ("t01", "negative", 0, 4), content, before=was)
    (move,) = find_moves(scope)
    assert [part.theme_id for part in move.parts] == ["t00", None, None]
    assert move.parts[-1].mix < 0
