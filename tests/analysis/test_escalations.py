"""Whom to call back, and what customers ask for."""

from datetime import timedelta

import pytest
from frames_for_tests import MONDAY
from scopes_for_tests import week_of

from analysis.findings.comments.escalations import find_escalations, find_requests
from analysis.findings.comments.signal_counts import people_by_signal


def calls(scope):
    """The list of whom to call back."""
    return find_escalations(scope)[0]


def summed(scope):
    """The counts beside the list."""
    return find_escalations(scope)[1]


def told(scope):
    """reference -> kinds, in the order of the list."""
    return {entry.verbatim.reference: entry.kinds for entry in calls(scope)}


def test_the_most_serious_stand_first():
    """A threat outweighs leaving and haste together, leaving outweighs haste; no other signal is listed."""
    signals = ["urgency", "churn urgency", "escalation", "praise", "churn", "request effort", ""]
    assert told(week_of([{}] * 7, signals=signals)) == {
        "row 3": ("escalation",),
        "row 2": ("churn", "urgency"),
        "row 5": ("churn",),
        "row 1": ("urgency",),
    }


def test_of_equally_serious_ones_the_newest_stands_first():
    """Two customers who mean to leave are listed by date, the later one first, an undated one last."""
    rows = [{"occurred_at": MONDAY + timedelta(days=day)} for day in (2, 4, 3)]
    assert list(told(week_of(rows, signals=["churn"] * 3))) == ["row 2", "row 3", "row 1"]


def test_a_good_score_waits_behind_a_bad_one():
    """Of two who mean to leave, the one who scored well is called after the one who did not, whatever the dates."""
    rows = [
        {"occurred_at": MONDAY + timedelta(days=day), "score_scaled": score}
        for day, score in ((1, 0.2), (2, 0.9), (0, float("nan")))
    ]
    assert list(told(week_of(rows, signals=["churn"] * 3))) == ["row 1", "row 3", "row 2"]


def test_haste_of_a_contented_customer_is_no_call():
    """ "Deliver soon please" with five stars calls nobody; with a complaint, a low score or none at all it does."""
    rows = [{"score_scaled": score} for score in (1.0, 1.0, 0.2, float("nan"))]
    scope = week_of(rows, signals=["urgency"] * 4, sentiments=[0.0, -0.9, 0.0, 0.0])
    assert set(told(scope)) == {"row 2", "row 3", "row 4"}
    assert (summed(scope).to_call, summed(scope).found["urgency"]) == (3, 3)


def test_nothing_good_is_what_a_call_is_about():
    """A threat in a clause that praises a theme, or beside one, is about no theme."""
    scope = week_of([{}, {}], themes=["t1", "t2"], signals=["escalation", "escalation"], sentiments=[-0.9, 0.9])
    assert {entry.verbatim.reference: entry.theme for entry in calls(scope)} == {
        "row 1": "card never arrived",
        "row 2": None,
    }


def test_one_customer_is_one_call():
    """Who writes three times is listed once, by the most serious comment, with the references of the others."""
    rows = [{"author": "a", "occurred_at": MONDAY + timedelta(days=day)} for day in (1, 2, 3)] + [{"author": "b"}]
    scope = week_of(rows, signals=["escalation", "churn", "urgency", "churn"])
    first, second = calls(scope)
    assert (first.verbatim.reference, first.also) == ("row 1", ("row 3", "row 2"))
    assert (second.verbatim.reference, second.also) == ("row 4", ())
    summary = summed(scope)
    assert summary.to_call == 2
    assert summary.found["churn"] == 2 and summary.found["escalation"] == 1


def test_comments_of_unknown_customers_count_each_for_itself():
    """Where nobody knows who wrote, each comment is a case of its own."""
    assert len(calls(week_of([{}] * 3, signals=["churn"] * 3))) == 3


def test_the_words_that_are_quoted_hold_the_signal_and_what_stands_beside_it():
    """Out of a long comment the threat is quoted with its neighbours, as far as a quote has room, at its offsets."""
    before, after = "I ordered on Monday and it was fine. " * 6, " So much for today, and now to another thing."
    text = f"{before}They never came. Now I want to speak to your manager.{after}{after * 6}"
    ends = [
        text.index("They"),
        text.index(" Now"),
        text.index(" So much"),
        text.index(" So much") + len(after),
        len(text),
    ]
    scope = week_of([{"text": text}] * 5, signals=["", "", "escalation", "", ""])
    for place, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        values = {"feedback_id": "f00000", "start": start, "end": end, "sentence_start": start, "sentence_end": end}
        for name, value in values.items():
            scope.mentions.loc[place, name] = value
    (entry,) = calls(scope)
    assert entry.verbatim.text == text[entry.verbatim.start : entry.verbatim.end]
    assert entry.verbatim.text == f"They never came. Now I want to speak to your manager.{after}"


@pytest.mark.parametrize("own", [None, "t2"])
def test_a_threat_is_about_what_the_rest_of_its_comment_is_about(own):
    """A threat tells little of its reason: the theme of the rest of its comment counts; alone, without one, none."""
    scope = week_of([{}, {}, {}], themes=["t1", own, None], signals=["", "escalation", "escalation"])
    scope.mentions.loc[1, "feedback_id"] = scope.mentions.loc[0, "feedback_id"]
    by_id = {entry.verbatim.feedback_id: entry.theme for entry in calls(scope)}
    assert by_id == {"f00000": "card never arrived", "f00002": None}
    summary = summed(scope)
    assert summary.to_call_by_theme == {"": 1, "card never arrived": 1}


def test_fifty_are_listed_and_all_are_counted():
    """A digest holds fifty of the cases; the summary counts every one, by source too."""
    scope = week_of([{"source": "chat" if i % 3 else "mail"} for i in range(90)], signals=["churn"] * 90)
    summary = summed(scope)
    assert len(calls(scope)) == 50
    assert summary.to_call == 90
    assert list(summary.to_call_by_source.items()) == [("chat", 60), ("mail", 30)]


def test_wishes_are_grouped_by_theme():
    """Wishes of a theme stand together, most customers first, with quotes of different customers; the rest last."""
    texts = [
        "please add a search box",
        "I wish the list could be sorted",
        "a darker colour would help my eyes",
        "let me raise the limit myself",
        "open earlier on Saturdays",
        "ship to Norway too",
    ]
    rows = [{"text": text, "author": f"a{min(i, 4)}"} for i, text in enumerate(texts)]
    scope = week_of(rows, themes=["t3", "t3", "t3", "t1", None, None], signals=["request"] * 6)
    slow, card, other = find_requests(scope)
    assert (slow.label, slow.authors, slow.mentions, len(slow.verbatims)) == ("slow app", 3, 3, 3)
    assert (card.label, card.authors) == ("card never arrived", 1)
    # Both wishes without a theme are one customer's.
    assert (other.theme_id, other.label, other.authors, other.mentions) == (None, "other", 1, 2)


def test_a_signal_is_told_by_its_whole_name():
    """Signals are names between spaces, in any order; an empty or missing value is none."""
    scope = week_of([{}] * 4, signals=["effort request", "request", "", "effort"])
    scope.mentions.loc[3, "signals"] = None
    assert people_by_signal(scope.mentions) == {
        "escalation": 0,
        "churn": 0,
        "request": 2,
        "praise": 0,
        "effort": 1,
        "urgency": 0,
    }


def test_in_a_language_without_signals_nobody_was_read():
    """The summary counts those that were looked through, so that none found is not taken for none there."""
    assert summed(week_of([{}], language="hi")).read == 0
