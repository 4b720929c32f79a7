"""Which few words make a phrase that can be read alone."""

from __future__ import annotations

import pytest

from analysis.labels.meaning import bare, content_key
from analysis.labels.readable import weight_of
from analysis.text.word_classes import is_known, word_class


def weight(phrase: str) -> float:
    """The weight of a phrase, 0 for a fragment."""
    return weight_of(tuple(bare(word) for word in phrase.split()))


@pytest.mark.parametrize(
    "phrase",
    [
        "monthly fee",
        "card never arrived",
        "verify my top up card",
        "exchange rate is incorrect",
        "teach kids about money",
        "lack of communication",
        "no way to cancel",
        "can't log in",
        "doesn't work properly",
        "keeps crashing",
        "too many ads",
        "how to cancel",
        "why was my card declined",
        "easy to use and convenient",
        "money back",
        "refund still pending",
        "waiting time",
        "customer service was terrible",
        "uninstalled and reinstalled",
    ],
)
def test_whole_phrases_can_be_labels(phrase: str) -> None:
    """Noun phrases, verbs with their object, clauses and the short forms of feedback are whole."""
    assert weight(phrase) > 0


@pytest.mark.parametrize(
    "phrase",
    [
        "issue was and fixed",
        "son loves",
        "spoke to on the",
        "had to call customer",
        "lady I spoke",
        "services has been absolutely appalling",
        "card to arrive",
        "kids about money",
        "supposed to be connected",
        "recipient has not received",
        "time chores",
        "good app is",
        "issue resolve",
        "product deliver",
        "money money",
        "not good",
    ],
)
def test_fragments_cannot(phrase: str) -> None:
    """What hangs on a word before it, breaks off, or says nothing is no label."""
    assert weight(phrase) == 0


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("cancelled", "P"),
        ("canceled", "P"),
        ("declined", "D"),
        ("bought", "P"),
        ("applies", "Z"),
        ("shipping", "N"),
        ("paying", "G"),
        ("deliveries", "S"),
        ("unusable", "A"),
        ("wonderfully", "R"),
        ("isnt", "b"),
        ("widget", "N"),
    ],
)
def test_inflected_words_have_their_class(word: str, letter: str) -> None:
    """Past forms, participles, -s and -ing are made from the listed verbs; an unknown word is a noun."""
    assert letter in word_class(word)


def test_function_words_are_no_nouns() -> None:
    """A function word that no list of classes has stands in no phrase, and a misspelt word is not known."""
    assert word_class("whoever") == ""
    assert is_known("received") and not is_known("recieved")


def test_labels_are_told_apart_by_what_they_say() -> None:
    """Good and poor service differ, good and great service do not; with `merge` a problem is an issue."""
    assert content_key(["good", "service"]) != content_key(["poor", "service"])
    assert content_key(["good", "service"]) == content_key(["great", "service"])
    assert content_key(["solve", "my", "issue"]) != content_key(["resolve", "my", "problem"])
    assert content_key(["solve", "my", "issue"], merge=True) == content_key(["resolve", "my", "problem"], merge=True)
