"""The product's own name, found without labels, and clauses without it for the encoder."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.text.product_words import product_words, text_for_embedding

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
SUBJECTS = ["card", "fee", "delivery", "support", "refund", "login", "price", "screen", "order", "letter"]
REVIEWS = [
    f"The {a} of the {b} is what Zorbify and zorbify users like, and TLA too" for a in SUBJECTS for b in SUBJECTS
]


def test_finds_the_name():
    """A capitalised word that no dictionary knows and that stands in many texts is the product's name."""
    assert product_words(REVIEWS) == ("zorbify",)


def test_repeats_and_order_do_not_matter():
    """Repeated texts count once, and the order of the texts changes nothing."""
    assert product_words(REVIEWS[::-1] + ["I love Quuxo, and Quuxo loves me"] * 50) == ("zorbify",)


def test_plain_words_are_no_names():
    """Dictionary words, acronyms, rare names and words never capitalised are not taken; no text gives none."""
    assert product_words([text.replace("Zorbify", "zorbify") for text in REVIEWS]) == ()
    assert product_words([text.replace("orbify", "") for text in REVIEWS]) == ()
    assert product_words(["we love the Zorbify"]) == product_words([]) == ()


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("Absolutely love Zorbify's card!", "Absolutely love card!"),
        ("this app keeps crashing on my phone", "keeps crashing on my phone"),
        ("Great app for kids", "for kids"),
        ("I lost money with the zorbify card, on ZORBIFY.", "I lost money with card, on."),
        ("The card is late", "The card is late"),
        ("the app", "the app"),
        ("Zorbify!!!", "Zorbify!!!"),
        ("", ""),
    ],
)
def test_text_for_embedding(clause, expected):
    """The product's name and "this app" go; a clause of nothing else stays whole."""
    assert text_for_embedding(clause, ("zorbify",)) == expected


def test_without_names_only_the_app_goes():
    """Without product words a clause that does not speak of "the app" is returned as it is."""
    assert text_for_embedding("I love  Zorbify", ()) == "I love  Zorbify"


@pytest.mark.parametrize(
    ("file", "column", "expected"),
    [
        ("app_reviews_greenlight/greenlight_google_play_reviews.csv.gz", "content", {"greenlight"}),
        ("app_reviews_hotstar/hotstar_google_play_reviews.csv", "content", {"hotstar", "disney"}),
        ("banking77/train.csv", "text", set()),
        ("nps_survey_telecom/nps_verbatims.csv", "text", set()),
    ],
)
def test_real_feedback(file, column, expected):
    """In real feedback the names found are the product's and its maker's; masked or bare of names, it has none."""
    if not (DATA / file).exists():
        pytest.skip(f"{file} of shared/data is not beside this checkout")
    assert set(product_words(pd.read_csv(DATA / file)[column].dropna().astype(str).tolist())) == expected
