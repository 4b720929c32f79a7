"""Where score and words disagree."""

import pytest
from frames_for_tests import comment_frame
from scopes_for_tests import week_of

from analysis.findings.comments.mismatches import find_mismatches

UNHAPPY = "The card never came and nobody answers, this is horrible"
HAPPY = "Wonderful staff, they were patient and very kind"


def stars(value, text):
    """A record with one to five stars."""
    scale = {"score_low": 1.0, "score_high": 5.0, "score_scaled": (value - 1) / 4}
    return {"metric": "rating", "score": float(value), "text": text, **scale}


def found_in(rows, sentiments, signals=None, language="en", labels=None):
    """direction of each mismatch among the comments, and the counts."""
    scope = week_of(rows, sentiments=sentiments, signals=signals, language=language)
    comments = comment_frame(scope.feedback, labels or ["neutral"] * len(rows))
    found, counts = find_mismatches(scope, comments)
    return [m.direction for m in found], counts


def test_a_score_against_its_words_is_a_mismatch():
    """Five stars with clearly unhappy words, and one star with happy ones, are listed; agreement is not."""
    rows = [stars(5, UNHAPPY), stars(1, HAPPY), stars(1, UNHAPPY), stars(5, HAPPY), stars(3, UNHAPPY)]
    directions, counts = found_in(rows, [-0.9, 0.95, -0.9, 0.95, -0.9])
    assert directions == ["happy score, unhappy words", "unhappy score, happy words"]
    assert (counts.compared, counts.happy_score, counts.unhappy_score) == (4, 1, 1)


@pytest.mark.parametrize(
    ("row", "sentiment"),
    [
        (stars(5, UNHAPPY), -0.4),
        (stars(5, "It was all solved at once, no trouble at all, thanks"), -0.9),
        (stars(5, "not good"), -0.99),
        (stars(1, HAPPY), 0.7),
        (stars(1, "Where is my parcel"), 0.95),
        (stars(1, "good"), 0.99),
    ],
)
def test_what_is_not_clear_is_no_mismatch(row, sentiment):
    """Words contradict a score only where the model is sure, the word lists agree, and there is more than a word."""
    directions, counts = found_in([row], [sentiment])
    assert directions == [] and counts.compared == 1


@pytest.mark.parametrize("signal", ["request", "effort", "escalation", "churn", "urgency"])
def test_a_polite_wish_is_no_praise(signal):
    """One star with a wish in kind words is no contradiction: they want something."""
    assert found_in([stars(1, HAPPY)], [0.95], [signal])[0] == []
    assert found_in([stars(1, HAPPY)], [0.95], ["praise"])[0] == ["unhappy score, happy words"]


def test_a_mixed_comment_is_no_mismatch():
    """A comment that says both is not listed as saying one of them."""
    assert found_in([stars(5, UNHAPPY)], [-0.9], labels=["mixed"])[0] == []


def test_the_word_lists_judge_only_what_they_speak():
    """In another language that the source's own head knows, the head decides alone."""
    row = stars(5, "Karte kam nie an und keiner antwortet")
    assert found_in([row], [-0.9], language="de")[0] == ["happy score, unhappy words"]
    assert found_in([row], [-0.9], language="en")[0] == []


def test_a_comment_without_a_tone_is_not_compared():
    """Law 6: an unscored comment neither agrees nor disagrees."""
    directions, counts = found_in([stars(5, UNHAPPY)], [float("nan")])
    assert directions == [] and counts.compared == 0


def test_texts_that_are_alike_are_listed_once_and_counted_each():
    """Forty copies of one text fill no list; the count tells of all."""
    directions, counts = found_in([stars(5, UNHAPPY)] * 40, [-0.9] * 40)
    assert directions == ["happy score, unhappy words"] and counts.happy_score == 40


def test_the_tone_told_is_that_of_the_words():
    """A comment's tone may know how happy its source is as a whole: what is told is the tone of its clauses alone."""
    scope = week_of([stars(5, UNHAPPY)], sentiments=[-0.9])
    (found,), _ = find_mismatches(scope, comment_frame(scope.feedback, ["positive"]))
    assert found.sentiment == pytest.approx(-0.9) == found.verbatim.sentiment
