"""Contentless clauses: what names nothing, and what must not be taken for it."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.text.contentless import mark_contentless
from analysis.text.wordlists import read_rows, read_words

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data"


@pytest.mark.parametrize(
    "text",
    [
        "good app",
        "Love it!!!",
        "Thank you so much",
        "So far so good 👌",
        "I would highly recommend it to everyone",
        "Goooood",
        "5 stars",
    ]
    + [
        "My daughter loves it",
        "Worst app ever",
        "👍👍",
        "",
        "...",
        "[email]",
        "it's terrific.",
        "Extremely frustrating.",
        "I will update later on after using the app for a while",
        "I'm a single mom",
        "Absolute shambles!",
        "Great app for my grandkids",
        "Never had any problems so far",
        "So I\u2019ll change my rating",
        "I absolutely \nlove it",
        "Best credit card for kids",
    ],
)
def test_names_nothing(text):
    """Praise, blame, thanks and numbers without a subject are contentless."""
    assert mark_contentless([text]).tolist() == [True]


@pytest.mark.parametrize(
    "text",
    [
        "easy to use",
        "scam",
        "The card never came",
        "Still waiting",
        "It does not work",
        "keeps crashing",
        "too expensive",
        "bad support",
    ]
    + [
        "Excellent customer service",
        "They charged me twice",
        "when does the rate get determined",
        "Can I use it all over the world?",
        "it's slow",
        "no monthly fees",
        "hung up on me",
        "Can't log in",
        "I only got $20",
        "it never arrived",
        "Please fix the login",
        "I had an issue with the barcode",
        "The lady was so helpful",
        "It took months to get this",
        "Love the ease of use",
        "My kids love having their own card",
        "we'll go with another company",
        "Don't download the statements",
    ],
)
def test_names_a_subject(text):
    """A subject, or a word of feeling or a service phrase that tells what happened, is content."""
    assert mark_contentless([text]).tolist() == [False]


def test_the_products_name_is_no_subject():
    """The product's own name does not make a clause speak of something."""
    assert mark_contentless(["I love Zorbify!"]).tolist() == [False]
    assert mark_contentless(["I love Zorbify!", "Zorbify's great"], ("zorbify",)).tolist() == [True, True]


def test_other_languages_have_no_lists():
    """In another language only a text of one word or none is contentless; scripts without spaces show no words."""
    texts = ["sehr gut", "gut", "👍", "很好", "Die App ist gut", "good app"]
    languages = ["de", "de", "und", "zh", "de", "en"]
    assert mark_contentless(texts, languages=languages).tolist() == [False, True, True, False, False, True]


@pytest.mark.parametrize("name", ["empty_phrases.tsv", "event_phrases.tsv"])
def test_every_phrase_does_what_its_examples_say(name):
    """Each example of a phrase that names nothing is contentless, each of a phrase that tells what happened is not."""
    examples = [example for _, cell in read_rows(name) for example in cell.split("|")]
    marked = mark_contentless(examples) == (name == "empty_phrases.tsv")
    assert len(examples) > 20 and [e for e, right in zip(examples, marked, strict=True) if not right] == []


def test_a_phrase_leaves_what_stands_beside_it():
    """A phrase that names nothing takes nothing away from a clause that names something as well."""
    texts = ["Please fix it, the barcode is gone", "I'm a single mom and the barcode is gone", "Pretty good barcode"]
    assert not mark_contentless(texts).any()


def test_no_texts():
    """No text gives an empty mark."""
    marked = mark_contentless([])
    assert marked.shape == (0,) and marked.dtype == bool


def test_subject_words_are_not_generic():
    """No word both names a subject and names nothing."""
    assert not read_words("subject_words.txt") & read_words("function_words.txt")


@pytest.mark.parametrize(
    ("file", "sample", "precision", "recall"),
    [
        ("contentless_labels.csv", None, 0.92, 0.75),
        ("contentless_fresh.csv", "fresh 1", 0.92, 0.75),
        ("contentless_fresh.csv", "fresh 2", 0.92, 0.65),
    ],
)
def test_labelled_clauses(file, sample, precision, recall):
    """On labelled review clauses 92 % of those marked are right, and of those to be marked the share is found that
    was found when the labels were given (benchmarks/theme_content.py tells which of them the rules had seen).
    """
    path = DATA / "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} of shared/data is not beside this checkout")
    labels = pd.read_csv(ROOT / "benchmarks/data" / file)
    labels = labels if sample is None else labels[labels["sample"] == sample]
    reviews = pd.read_csv(path).set_index("reviewId")["content"]
    texts = [reviews[i][s:e] for i, s, e in zip(labels["reviewId"], labels["start"], labels["end"], strict=True)]
    marked, truth = mark_contentless(texts, ("greenlight",)), labels["contentless"].to_numpy(dtype=bool)
    assert (marked & truth).sum() >= precision * marked.sum()
    assert (marked & truth).sum() >= recall * truth.sum()
