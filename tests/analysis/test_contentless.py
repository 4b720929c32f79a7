"""Contentless clauses: what names nothing, and what must not be taken for it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.contentless import exemplars, mark_contentless
from analysis.wordlists import read_words

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
        "it's slow",
        "no monthly fees",
        "hung up on me",
        "Can't log in",
        "I only got $20",
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


def test_one_word_left_needs_a_near_exemplar():
    """With embeddings a clause with one word left is contentless if an exemplar is near, one with two is not."""
    texts = ["I love this gizmo", "I love this gizmo", "gizmo and gadget"]
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    marked = mark_contentless(texts, embeddings=vectors, exemplar_embeddings=np.array([[0.9, np.sqrt(0.19)]]))
    assert marked.tolist() == [True, False, False]
    assert len(exemplars()) > 20 and all(mark_contentless(exemplars()[:8]))


def test_no_texts():
    """No text gives an empty mark."""
    marked = mark_contentless([])
    assert marked.shape == (0,) and marked.dtype == bool


def test_subject_words_are_not_generic():
    """No word both names a subject and names nothing."""
    assert not read_words("subject_words.txt") & read_words("function_words.txt")


def test_labelled_clauses():
    """On labelled review clauses at least 90 % of those marked, and 55 % of those to be marked, are right."""
    path = DATA / "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} of shared/data is not beside this checkout")
    labels = pd.read_csv(ROOT / "benchmarks/data/contentless_labels.csv")
    reviews = pd.read_csv(path).set_index("reviewId")["content"]
    texts = [reviews[i][s:e] for i, s, e in zip(labels["reviewId"], labels["start"], labels["end"], strict=True)]
    marked, truth = mark_contentless(texts, ("greenlight",)), labels["contentless"].to_numpy(dtype=bool)
    assert (marked & truth).sum() >= 0.9 * marked.sum()
    assert (marked & truth).sum() >= 0.55 * truth.sum()
