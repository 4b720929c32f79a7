"""Courtesies are neither praise nor a subject; what stands beside them counts as before."""

import pytest

from analysis.text.contentless import mark_contentless
from analysis.text.courtesies import COURTESIES, without_courtesies
from analysis.text.lexicon import lexicon_scores
from analysis.text.wordlists import read_rows

EXAMPLES = [example for _, examples in read_rows(COURTESIES) for example in examples.split("|")]


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_courtesy_says_nothing_in_whatever_case(example):
    """A clause of courtesies alone is neutral and contentless."""
    for text in (example, example.capitalize() + ".", example.upper() + "!", f"{example}, thanks in advance"):
        assert not without_courtesies(text).strip(" .,!"), text
        assert lexicon_scores([text])[0][0] == 0
        assert mark_contentless([text])[0]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_complaint_beside_a_courtesy_stays_a_complaint(example):
    """The polite customer's parcel is as late as anybody's."""
    complaint = "the parcel is broken and late"
    assert lexicon_scores([f"{complaint}. {example}"])[0][0] == pytest.approx(
        lexicon_scores([f"{complaint}.  "])[0][0], abs=0.02
    )
    assert not mark_contentless([f"{complaint}. {example}"])[0]


@pytest.mark.parametrize(
    "text", ["Please help me to find the parcel", "Thank you for the quick delivery", "best product"]
)
def test_words_that_say_something_stay(text):
    """A courtesy is a whole formula: thanks for something, or help with something, is content."""
    assert without_courtesies(text) == text
