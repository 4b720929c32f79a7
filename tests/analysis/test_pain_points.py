"""Pain points and praise: who is counted, how they rank, what changed, what is quoted."""

from dataclasses import replace
from datetime import timedelta
from math import prod

import pytest
from frames_for_tests import ALERT, MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.coverage import coverage_of, not_read, source_summaries
from analysis.findings.themes.pain_points import find_themes
from analysis.scope.mentions import build_mentions, mark_moods
from analysis.scope.periods import Span, choose_period
from analysis.scope.scope import open_scope
from groundswell.actions import Action
from groundswell.records import Period

THEMES = theme_frame({"t1": "card never arrived", "t2": "friendly staff", "t3": "slow app"})


def a_week(offset=0):
    """The period of one week, `offset` weeks before the one of MONDAY."""
    start = MONDAY - timedelta(weeks=offset)
    return Period(f"week -{offset}", start, start + timedelta(weeks=1), "week")


def scope_of(rows, themes, labels, before=None):
    """A scope over one week of comments, each with one theme and label."""
    feedback = feedback_frame(rows)
    mentions = build_mentions(feedback, clause_frame(feedback, themes, labels))
    return open_scope(feedback, mentions, THEMES, Span(a_week(), before))


def stars(value, **more):
    """A record with a rating."""
    return {
        "metric": "rating",
        "score": float(value),
        "score_low": 1.0,
        "score_high": 5.0,
        "score_scaled": (value - 1) / 4,
        **more,
    }


def test_one_loud_author_counts_once():
    """Forty complaints of one author beside five of five others are six authors."""
    rows = [stars(1, author="loud") for _ in range(40)] + [stars(1, author=f"a{i}") for i in range(5)]
    rows += [stars(5, author=f"b{i}") for i in range(30)]
    scope = scope_of(rows, ["t1"] * 45 + [None] * 30, ["negative"] * 45 + ["positive"] * 30)
    (pain,) = find_themes(scope, "pain")
    assert (pain.authors, pain.mentions) == (6, 45)
    assert pain.share.value == pytest.approx(6 / 36)
    assert len({v.feedback_id for v in pain.verbatims}) == len(pain.verbatims)


def test_rank_is_the_product_of_its_parts():
    """A theme of many mild complaints and one of few bitter ones are ranked by authors x loss x trend x confidence."""
    rows = [stars(1) for _ in range(10)] + [stars(3) for _ in range(30)] + [stars(5) for _ in range(60)]
    scope = scope_of(rows, ["t1"] * 10 + ["t3"] * 30 + ["t2"] * 60, ["negative"] * 40 + ["positive"] * 60)
    pains = find_themes(scope, "pain")
    assert [p.theme_id for p in pains] == ["t3", "t1"]
    costs = [prod(p.rank_parts.values()) for p in pains]
    assert costs == sorted(costs, reverse=True)
    assert pains[1].rank_parts["mean_loss"] > pains[0].rank_parts["mean_loss"]
    assert pains[1].impact[0].value < 0


def test_an_alert_lifts_its_theme_and_marks_it():
    """Of two equal themes the one with an open alert comes first, is urgent, and carries the alert's id.

    One of them makes up a quarter of the cost: the first by its id."""
    rows = [stars(1) for _ in range(40)] + [stars(5) for _ in range(60)]
    scope = scope_of(rows, ["t1"] * 20 + ["t3"] * 20 + ["t2"] * 60, ["negative"] * 40 + ["positive"] * 60)
    calm = find_themes(scope, "pain")
    assert [p.theme_id for p in calm] == ["t1", "t3"] and {p.alert_id for p in calm} == {None}
    alarmed, other = find_themes(scope, "pain", [replace(ALERT, theme_id="t3")])
    assert (alarmed.theme_id, alarmed.alert_id, alarmed.rank_parts["trend"]) == ("t3", ALERT.alert_id, 1.5)
    assert (alarmed.quadrant, other.quadrant, other.alert_id) == ("urgent", "important", None)
    closed = find_themes(scope, "pain", [replace(ALERT, theme_id="t3", state="closed")])
    assert [(p.theme_id, p.alert_id) for p in closed] == [("t1", None), ("t3", None)]


def test_a_pain_point_tells_what_was_decided():
    """The newest action that is not done, of one day the one recorded last; none once all are."""
    rows = [stars(1) for _ in range(20)] + [stars(5) for _ in range(60)]
    scope = scope_of(rows, ["t1"] * 20 + ["t2"] * 60, ["negative"] * 20 + ["positive"] * 60)
    old = Action("1", "t1", "call the carrier", None, MONDAY - timedelta(weeks=8))
    new = Action("10", "t1", "change the carrier", None, MONDAY - timedelta(weeks=2))
    same_day = replace(new, action_id="9", what="write to the carrier")
    other = Action("11", "t2", "thank the staff", None, MONDAY)
    for actions, told in (
        ([new, same_day, old, other], new.what),
        ([old, replace(new, done=MONDAY)], old.what),
        ([other], None),
    ):
        assert [p.action for p in find_themes(scope, "pain", actions=actions)] == [told]


def test_what_nobody_could_read_is_left_out_of_the_impact():
    """An answer in a language that nobody scored does not count among those who do not complain."""
    rows = [stars(1) for _ in range(20)] + [stars(5) for _ in range(20)] + [stars(1) for _ in range(30)]
    scope = scope_of(
        rows, ["t1"] * 20 + ["t2"] * 20 + [None] * 30, ["negative"] * 20 + ["positive"] * 20 + ["unscored"] * 30
    )
    (pain,) = find_themes(scope, "pain")
    assert (pain.impact[0].n, pain.impact[0].mean_without, pain.impact[0].value) == (40, 5.0, pytest.approx(-2.0))


def test_praise_mirrors_pain():
    """The theme that lifts the score stands in praise and not among the pain points."""
    rows = [stars(2) for _ in range(20)] + [stars(5) for _ in range(20)]
    scope = scope_of(rows, ["t1"] * 20 + ["t2"] * 20, ["negative"] * 20 + ["positive"] * 20)
    assert [p.theme_id for p in find_themes(scope, "pain")] == ["t1"]
    assert [p.theme_id for p in find_themes(scope, "praise")] == ["t2"]


def test_neutral_words_follow_a_clear_theme_and_scores_never_decide():
    """ "Where is my card" is a complaint where 9 of 10 opinions of its theme are; in a divided theme it stays plain."""
    feedback = feedback_frame([{}] * 31)
    themes = ["t1"] * 11 + ["t3"] * 20
    labels = ["negative"] * 10 + ["neutral"] + ["negative"] * 9 + ["positive"] * 10 + ["neutral"]
    moods = mark_moods(clause_frame(feedback, themes, labels))
    assert moods[10] == "pain"
    assert moods[30] == "plain"


def test_a_wish_in_happy_words_is_no_praise():
    """ "I would love a dark mode" praises nothing; "love it, please add a dark mode" does."""
    clauses = clause_frame(feedback_frame([{}] * 3), ["t1"] * 3, ["positive"] * 3)
    assert mark_moods(clauses.assign(signals=["request", "request praise", ""])).tolist() == [
        "plain",
        "praise",
        "praise",
    ]


def test_a_mostly_happy_theme_is_no_pain_point_and_a_divided_one_is_both():
    """Ten unhappy of a hundred do not make a pain point, however unhappy; half of them make one, and praise too."""
    for unhappy, pains in ((10, []), (50, ["t1"])):
        labels = ["negative"] * unhappy + ["positive"] * (100 - unhappy)
        scope = scope_of([stars(1)] * unhappy + [stars(5)] * (100 - unhappy), ["t1"] * 100, labels)
        assert [p.theme_id for p in find_themes(scope, "pain")] == pains
        assert [p.theme_id for p in find_themes(scope, "praise")] == ["t1"]


def test_fewer_than_five_authors_are_no_pain_point():
    """Four people would be pointed at."""
    scope = scope_of(
        [stars(1) for _ in range(4)] + [stars(5)] * 40, ["t1"] * 4 + [None] * 40, ["negative"] * 4 + ["positive"] * 40
    )
    assert find_themes(scope, "pain") == []


def test_a_jump_against_the_week_before_is_significant_and_noise_is_not():
    """5 of 100 authors last week and 30 of 100 now is news; 30 and 30 is none."""

    def week(offset, complaints):
        start = MONDAY - timedelta(weeks=offset)
        return (
            [stars(1 if i < complaints else 5, occurred_at=start + timedelta(hours=i)) for i in range(100)],
            ["t1" if i < complaints else "t2" for i in range(100)],
            ["negative" if i < complaints else "positive" for i in range(100)],
        )

    for then, significant in ((5, True), (30, False)):
        old, new = week(1, then), week(0, 30)
        scope = scope_of(*(a + b for a, b in zip(old, new, strict=True)), before=a_week(1))
        (pain,) = find_themes(scope, "pain")
        assert pain.change.significant is significant
        assert (pain.change.baseline, pain.change.value) == (then / 100, 0.3)
        assert pain.weekly[-1].authors == 30


def test_sources_without_scores_are_ranked_by_their_words():
    """Tickets that carry no score still have pain points, without an impact."""
    scope = scope_of([{}] * 40, ["t1"] * 20 + ["t2"] * 20, ["negative"] * 20 + ["positive"] * 20)
    (pain,) = find_themes(scope, "pain")
    assert pain.impact == () and pain.rank_parts["mean_loss"] > 0


def test_undated_feedback_has_no_change_and_no_weeks():
    """Without dates nothing is called a trend."""
    feedback = feedback_frame([{"occurred_at": None, **stars(1)}] * 30)
    mentions = build_mentions(feedback, clause_frame(feedback, ["t1"] * 30, ["negative"] * 30))
    scope = open_scope(feedback, mentions, THEMES, choose_period(feedback, None))
    assert scope.span.before is None
    assert all(f.change is None and f.weekly == () for f in find_themes(scope, "pain"))


def test_what_could_not_be_read_is_counted_by_reason():
    """Empty comments and unread languages are named with their number, never scored neutral."""
    rows = [stars(3, text="")] * 3 + [{"text": "बहुत अच्छा"}] * 2 + [stars(1)] * 5
    scope = scope_of(rows, [None] * 5 + ["t1"] * 5, ["unscored"] * 5 + ["negative"] * 5)
    comments = comment_frame(scope.feedback, ["empty"] * 3 + ["unscored"] * 2 + ["negative"] * 5)
    comments.loc[3:4, "language"] = "hi"
    assert {(r.reason, r.n) for r in not_read(scope, comments)} == {
        ("no text, only a score or service fields", 3),
        ("language not read: hi", 2),
    }
    coverage = coverage_of(scope, comments)
    assert (coverage.feedback, coverage.with_text, coverage.scored, coverage.counted) == (10, 7, 5, "comments")
    (source,) = source_summaries(scope, {})
    assert source.authors is None and source.feedback == 10


def test_a_source_is_stale_after_its_own_patience():
    """A source whose last record is older at the period's end than its settings allow is marked; a week by default."""
    scope = scope_of([stars(1)] * 5, ["t1"] * 5, ["negative"] * 5)
    (source,) = source_summaries(scope, {})
    assert source.last_record_at is not None and scope.span.period.end is not None
    age = scope.span.period.end - source.last_record_at
    assert not source_summaries(scope, {source.name: age})[0].stale
    assert source_summaries(scope, {source.name: age - timedelta(seconds=1)})[0].stale
