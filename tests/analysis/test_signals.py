"""Signals: every row of the list finds its examples, and leaves its counter-examples alone."""

import random
import re

import pytest

from analysis.sentiment.signals import METHOD, SIGNALS, find_signals, phrases, signal_text

ROWS = [pytest.param(phrase, id=f"{number}-{phrase.signal}") for number, phrase in enumerate(phrases())]


def signals(text, language="en", label=None):
    """The signals of one clause, as a list."""
    return find_signals([text], [language], None if label is None else [label])[0].split()


@pytest.mark.parametrize("phrase", [row for row in ROWS if not row.values[0].takes_back])
def test_a_row_finds_its_examples(phrase):
    """Each row has an example; it matches, its signal is found, and no counter-example has the signal."""
    assert phrase.examples and phrase.keys
    for example in phrase.examples:
        assert phrase.pattern.search(signal_text(example)), example
        assert phrase.signal in signals(example), example
    for example in phrase.counter_examples:
        assert phrase.signal not in signals(example), example


@pytest.mark.parametrize("phrase", [row for row in ROWS if row.values[0].takes_back])
def test_a_row_that_takes_back_does(phrase):
    """Each row that takes back has a text that it matches, and the signal is not found there."""
    assert phrase.counter_examples
    for example in phrase.counter_examples:
        assert phrase.pattern.search(signal_text(example)), example
        assert phrase.signal not in signals(example), example


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Let me speak to your manager!", ["escalation"]),
        ("I\u2019m cancelling my subscription and going to the ombudsman", ["escalation", "churn"]),
        ("Please add a dark mode", ["request"]),
        ("Good app but please fix the login", ["request", "praise"]),
        ("I called three times and was passed from one agent to another", ["effort"]),
        ("Refund my money asap, my son is stranded", ["request", "urgency"]),
        ("The parcel came on Tuesday", []),
        ("", []),
    ],
)
def test_what_a_reader_would_say(text, expected):
    """Plain cases of every signal, several at once in the order of SIGNALS, and none."""
    assert signals(text) == expected


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("no need to call them again", "effort"),
        ("never had to wait on hold for a refund", "escalation"),
        ("I will never leave you", "churn"),
        ("you can cancel at any time", "churn"),
        ("they cancelled my order without telling me", "churn"),
        ("uninstalled and reinstalled it", "churn"),
        ("I wish I had bought it earlier", "request"),
        ("it would be great if it worked", "praise"),
        ("used to be good", "praise"),
        ("they fixed it right away", "urgency"),
        ("as soon as I opened it", "urgency"),
    ],
)
def test_negations_and_hypotheticals(text, signal):
    """What is denied, imagined, over, or done by the company is not the signal."""
    assert signal not in signals(text)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("We cancelled our membership and the last order", "churn"),
        ("My payment failed twice so I am cancelling", "churn"),
        ("I want my account to be cancelled", "churn"),
        ("They ignored my cancellation request", "churn"),
        ("We are closing our account and opening one at another bank", "churn"),
        ("I uninstalled it yesterday", "churn"),
        ("The escalation team was not helpful, escalate this", "escalation"),
        ("I am disputing this payment", "escalation"),
        ("Hopefully this issue gets fixed soon", "urgency"),
        ("My issue should be resolved quickly please", "urgency"),
        ("there must be an option to export", "request"),
        ("this should have been fixed by now", "request"),
    ],
)
def test_what_the_rows_that_take_back_leave(text, signal):
    """Leaving for good, disputes of one's own, haste asked for and wishes stay beside what only sounds like them."""
    assert signal in signals(text)


def test_a_mere_asap_needs_a_request():
    """ "As soon as possible" is urgent where something is asked for, and not in a tale."""
    assert signals("please solve it as soon as possible") == ["request", "urgency"]
    assert "urgency" not in signals("we close the shop as soon as possible every night")


@pytest.mark.parametrize(
    "text",
    [
        "please " * 70 + "cancer",
        ("i will " * 70) + "neverzz",
        "now just " * 50 + "uninstzz",
        "cancel the order and " * 24,
        "resolved quickly " * 30,
        "we will dispute the " * 25,
    ],
)
def test_repeated_words_end(text):
    """Words of the list over and over are read to the end; an expression that backtracked would never be done."""
    assert isinstance(signals(text), list)


@pytest.mark.parametrize("phrase", ROWS)
def test_no_expression_backtracks(phrase):
    """A row against its own words, 500 characters of them, ends at once."""
    words = sorted(set(re.findall(r"[a-z]{2,}", phrase.pattern.pattern)))
    text = " ".join(random.Random(7).choices(words, k=200))[:490] + f" {phrase.keys[0] if phrase.keys else ''}zz"
    assert len(list(phrase.pattern.finditer(text))) < len(text)


def test_english_only():
    """A clause in another language, or in none that is known, has no signal."""
    assert find_signals(["I want to cancel"] * 3, ["de", "und", "en"]) == ["", "", "churn"]


def test_a_negative_clause_praises_nothing():
    """With labels, praise is dropped where the clause was read as negative, and nothing else."""
    text = "great app, please fix the login"
    assert signals(text, label="negative") == ["request"]
    assert signals(text, label="positive") == ["request", "praise"]


def test_apostrophes_capitals_handles_and_spaces():
    """However it is typed: curly or no apostrophes, capitals, line breaks, a handle before it."""
    for text in ("I won't renew", "I won\u2019t renew", "I WONT  RENEW", "I wo n't\nrenew", "@shop I won't renew"):
        assert signals(text) == ["churn"], text


def test_a_very_long_text():
    """A text of a megabyte is read to its first 2,000 characters."""
    assert signals("I want to cancel. " + "spam " * 200_000) == ["churn"]
    assert signals("spam " * 200_000 + "I want to cancel.") == []


def test_lengths_must_agree():
    """Lists of different lengths are refused with what was given."""
    with pytest.raises(ValueError, match="1 texts, 2 languages"):
        find_signals(["a"], ["en", "en"])


def test_the_method_names_the_list():
    """The method changes with the list, and every signal has rows that find and rows that take back."""
    assert METHOD.startswith("signals-") and len(METHOD) == len("signals-") + 8
    assert {phrase.signal for phrase in phrases() if not phrase.takes_back} == set(SIGNALS)
    assert {phrase.signal for phrase in phrases() if phrase.takes_back} == set(SIGNALS)
