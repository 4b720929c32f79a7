"""The VADER layer: VADER's own scores where no entry applies, and what each entry of the service lists does."""

import math
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis.text.contentless import mark_contentless
from analysis.text.lexicon import (
    LISTS,
    METHOD,
    FastAnalyzer,
    ServiceAnalyzer,
    bounded,
    feeling_words,
    lexicon_scores,
    names_event,
)
from analysis.text.wordlists import read_rows

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
PHRASES = [
    (row[0], float(row[1]), example)
    for row in read_rows("service_phrases.tsv")
    if not row[0].startswith("@")
    for example in row[4].split("|")
]
WORDS = [(word, float(valence)) for file in LISTS[1:] for word, valence in read_rows(file)]


@pytest.fixture(scope="module")
def stock():
    return SentimentIntensityAnalyzer()


@pytest.fixture(scope="module")
def fast():
    return FastAnalyzer()


@pytest.fixture(scope="module")
def service():
    return ServiceAnalyzer()


@pytest.mark.parametrize(("name", "valence", "example"), PHRASES)
def test_each_phrase_counts_in_its_direction(service, name, valence, example):
    """A phrase in a sentence without feeling gives the sentence the phrase's sign, in capitals too."""
    carrier = f"On Monday {example} at the shop"
    assert f"zqx{name}" in service.with_tokens(carrier)
    assert math.copysign(1, service.polarity_scores(carrier)["compound"]) == math.copysign(1, valence)
    assert abs(service.polarity_scores(carrier)["compound"]) > 0.05
    shouted = f"On Monday {example.upper()} at the shop"
    assert abs(service.polarity_scores(shouted)["compound"]) > abs(service.polarity_scores(carrier)["compound"])


@pytest.mark.parametrize(("word", "valence"), WORDS)
def test_each_word_counts_in_its_direction(service, stock, word, valence):
    """A word in a sentence without feeling gives the sentence the word's sign, and not the score of plain VADER."""
    carrier = f"On Monday the {word} table stood there"
    score = service.polarity_scores(carrier)["compound"]
    assert (score > 0) - (score < 0) == (valence > 0) - (valence < 0)
    assert score != stock.polarity_scores(carrier)["compound"]


@pytest.mark.parametrize(
    "row", [row for row in read_rows("service_phrases.tsv") if not row[0].startswith("@")], ids=lambda r: r[0]
)
def test_each_phrase_has_examples_and_a_sane_valence(row):
    """A row has name, valence on VADER's scale, beginnings of four characters, a pattern and examples."""
    name, valence, begins, pattern, examples = row
    assert name.isalpha() and name.islower() and 0 < abs(float(valence)) <= 4 and pattern and examples
    assert all(len(key) == 4 or key == "{not}" for key in begins.split())


PATTERNS = [(name, begins) for name, _, begins, *_ in read_rows("service_phrases.tsv") if not name.startswith("@")]


@pytest.mark.parametrize("name", [name for name, _ in PATTERNS])
def test_beginnings_are_complete(service, name):
    """Whatever a pattern can match is found through its beginnings: the column leaves no phrase out."""
    pattern = service.patterns[name]

    @settings(max_examples=10, deadline=None, database=None)
    @given(st.from_regex(pattern, fullmatch=True, alphabet=st.sampled_from("abcdefghijklmnopqrstuvwxyz' -0123456789")))
    def found(phrase):
        assert "zqx" in service.with_tokens(f"monday {phrase}")

    found()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("No problems at all with the delivery", "Problems with the delivery"),
        ("I would recommend it", "I would not recommend it"),
        ("It is not too expensive", "It is too expensive"),
        ("I did not have to wait", "I had to wait"),
        ("It never fails", "It always fails"),
        ("It arrived exactly as described", "It arrived not as described"),
        ("Setup was hassle-free", "Setup was a hassle"),
        ("My order came", "My order still has not come"),
    ],
)
def test_service_phrases_are_understood(service, better, worse):
    """Phrases are taken as a whole: what VADER's negation rule gets wrong, the list gets right."""
    assert service.polarity_scores(better)["compound"] > service.polarity_scores(worse)["compound"]


VOCABULARY = st.sampled_from(
    "the a app card not never no but so this very really kind of least at good great bad horrible love hate LOVE BAD "
    "GOOD NO kiss of death yeah RIGHT isn't don't without doubt or nor to die "
    "for the shit bomb bad ass yeah right sort extremely barely ! !! "
    "??? :) :( lol 👍 😂 ❤️ ok. fine, (nice) table moon 12 it's BUT but".split(" ")
)


@settings(max_examples=100, deadline=None)
@given(st.lists(VOCABULARY, max_size=25).map(" ".join))
def test_same_scores_as_vader(text):
    """The fast reading gives vaderSentiment's scores to the digit, for any order of words that its rules look at."""
    assert ANALYZERS[0].polarity_scores(text) == ANALYZERS[1].polarity_scores(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_same_scores_as_vader_for_any_text(text):
    """The fast reading gives vaderSentiment's scores for any characters."""
    assert ANALYZERS[0].polarity_scores(text) == ANALYZERS[1].polarity_scores(text)


ANALYZERS = (FastAnalyzer(), SentimentIntensityAnalyzer())


def test_same_scores_where_no_entry_applies(service, stock):
    """Without an entry of the lists in it, a text has vaderSentiment's score."""
    for text in (
        "VADER is smart, handsome, and funny!",
        "VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!",
        "The book was only kind of good.",
        "At least it isn't a horrible book.",
        "Make sure you :) or :D today!",
        "Today only kinda sux! But I'll get by, lol",
        "Catch utf-8 emoji such as 💘 and 💋 and 😁",
        "Not bad at all",
        "",
    ):
        expected = FastAnalyzer.polarity_scores(service, text)
        assert service.polarity_scores(text) == expected
        if "sure" not in text:
            assert expected == stock.polarity_scores(text)


def test_same_scores_as_vader_on_real_reviews(fast, stock):
    """On real reviews, whole, the fast reading gives vaderSentiment's scores."""
    path = DATA / "app_reviews_hotstar/hotstar_google_play_reviews.csv"
    if not path.exists():
        pytest.skip(f"{path.name} of shared/data is not beside this checkout")
    for text in pd.read_csv(path)["content"].dropna().astype(str)[:1500]:
        assert fast.polarity_scores(text) == stock.polarity_scores(text)


def test_long_runs_of_emoji_are_bounded(service):
    """Of a run of emoji the first four count, with their skin tones; a hundred thousand of them are no trap."""
    assert bounded("so 😂😂😂 good") == "so 😂😂😂 good"
    assert bounded("so 😂😂 😂😂😂😂 good") == "so 😂😂 😂😂 good"
    assert bounded("👍🏾" * 50) == "👍🏾" * 4
    assert service.polarity_scores("😂" * 100_000) == service.polarity_scores("😂" * 4)
    assert len(bounded("a " * 100_000)) == 2000


@pytest.mark.parametrize(
    ("emoji", "sign"), [("👍", 1), ("👍🏾", 1), ("👏", 1), ("👎", -1), ("😡", -1), ("🤮", -1), ("🙏", 0)]
)
def test_emoji_that_vader_does_not_rate(service, stock, emoji, sign):
    """The commonest emoji of feedback count by what they show, whatever their skin tone; VADER gives them 0."""
    assert stock.polarity_scores(emoji)["compound"] == 0
    score = service.polarity_scores(f"the card {emoji}")["compound"]
    assert (score > 0) - (score < 0) == sign


def test_emoji_without_an_entry_score_as_in_vader(service, stock):
    """An emoji of which the lists know nothing has vaderSentiment's score."""
    for text in ("the table 😍", "😭 the table", "a ❤️ here", "💘 and 💋 and 😁"):
        assert service.polarity_scores(text) == stock.polarity_scores(text)


def test_words_that_name_a_trait_are_no_mere_feeling():
    """ "undercooked" is blame, and it tells what was wrong: a clause of it is not contentless."""
    traits = {word for word, _ in read_rows("service_traits.tsv")}
    assert not traits & feeling_words()
    assert not traits & {word for word, _ in read_rows("service_words.tsv")}
    assert not mark_contentless(["it was undercooked"])[0] and mark_contentless(["it was awful"])[0]


def test_curly_apostrophes_are_read(service):
    """An apostrophe that a phone made curly, or that a source lost, still negates."""
    straight = service.polarity_scores("I don't love it")
    assert service.polarity_scores("I don’t love it") == service.polarity_scores("I don\ufffdt love it") == straight


def test_events_are_told_from_liking():
    """Phrases that say what happened are told from those that say only how it was liked."""
    assert names_event("Still waiting for it") and names_event("it DOESN'T WORK")
    assert not names_event("I would recommend it") and not names_event("I love it")


def test_lexicon_scores_have_four_columns():
    """One row a text: compound, neg, neu, pos; no text gives an empty table."""
    table = lexicon_scores(["I love it", "The table", "I love it"])
    assert table.shape == (3, 4) and table[0, 0] > 0.5 and table[1].tolist() == [0, 0, 1, 0]
    assert table[0].tolist() == table[2].tolist()
    assert lexicon_scores([]).shape == (0, 4)


def test_method_names_library_and_lists():
    """The method's name changes with the library and with the lists."""
    assert METHOD.startswith("vader-3.") and len(METHOD.rsplit("-", 1)[1]) == 8
    for name in LISTS:
        assert (files("analysis") / "data" / name).read_text(encoding="utf-8").startswith("# ")
