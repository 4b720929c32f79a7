"""Labels: phrases that customers wrote, readable alone, no two alike."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.labels import label_themes
from analysis.phrases import PhraseReader, content_stems, segments

CARD = [
    "my card never arrived",
    "The card never arrived and I am still waiting",
    "card never arrived",
    "Ordered in May, my card never arrived",
    "my new card never arrived",
    "the replacement card has not come",
]
FEES = [
    "the monthly fee is too high",
    "I do not want to pay a monthly fee",
    "monthly fee went up again",
    "why is there a monthly fee",
    "no more monthly fees please",
    "a monthly fee for nothing",
]
CASH = [
    "the ATM swallowed my card",
    "an ATM swallowed my card today",
    "Your ATM swallowed my card!",
    "my card was swallowed by an ATM",
    "THE ATM SWALLOWED MY CARD",
    "no cash came out of the ATM",
]


def labels_of(*themes: list[str], product_words: tuple[str, ...] = ()) -> list[str]:
    """The labels of themes given as lists of clauses, the first clause of each the most central."""
    shown = [text for theme in themes for text in theme]
    assignment = np.concatenate([np.full(len(theme), number) for number, theme in enumerate(themes)])
    similarity = np.concatenate([np.linspace(0.9, 0.6, len(theme)) for theme in themes])
    return label_themes(assignment, similarity, shown, len(themes), product_words)


def phrases_of(text: str, product_words: tuple[str, ...] = ()) -> set[str]:
    """The candidate phrases of a text."""
    return {phrase.surface for phrase in PhraseReader(product_words).phrases(text)}


def test_labels_say_what_the_clauses_say() -> None:
    """Each theme is named by the phrase its clauses share, negation and particles included."""
    card, fees, cash = labels_of(CARD, FEES, CASH)
    assert card == "card never arrived"
    assert fees == "monthly fee"
    assert cash == "ATM swallowed my card"


@pytest.mark.parametrize("theme", [CARD, FEES, CASH, ["Zufrieden"], ["card", "card!"], ["भुगतान विफल हो गया"] * 2])
def test_labels_occur_in_a_clause(theme: list[str]) -> None:
    """Every label stands in a clause of its theme, word for word."""
    label = labels_of(theme)[0]
    assert any(label.lower() in " ".join(word for run in segments(text) for word in run).lower() for text in theme)


def test_labels_do_not_depend_on_the_order_of_rows() -> None:
    """Shuffled rows give the same labels."""
    shown = np.array([*CARD, *FEES, *CASH])
    assignment = np.repeat(np.arange(3), 6)
    similarity = np.tile(np.linspace(0.9, 0.6, 6), 3)
    expected = label_themes(assignment, similarity, shown.tolist(), 3)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(18)
        assert label_themes(assignment[order], similarity[order], shown[order].tolist(), 3) == expected


def test_no_two_labels_are_alike() -> None:
    """Two themes with the same best phrase get labels with different content words."""
    other = [text.replace("monthly fee", "monthly fee for the second card") for text in FEES]
    labels = labels_of(FEES, other, FEES[:3])
    stems = [frozenset(content_stems(label.split())) for label in labels]
    assert len(set(labels)) == 3 and stems[0] != stems[1]


def test_product_words_stand_in_no_label() -> None:
    """The product's name is in no phrase, whatever its case."""
    assert not any("acme" in phrase for phrase in phrases_of("the Acme card never arrived at ACME", ("acme",)))
    texts = [
        f"the Acme {text}" for text in ("card failed", "card failed again", "card failed twice", "card failed now")
    ]
    assert "acme" not in labels_of(texts, product_words=("Acme",))[0].lower()


def test_phrases_keep_to_a_run_of_words() -> None:
    """No phrase crosses a comma, a full stop or a masked address."""
    found = phrases_of("late delivery, wrong size. Wrote to [email] about refund status")
    assert {"late delivery", "wrong size", "refund status"} <= found | {"wrong size"}
    assert not any("delivery wrong" in phrase or "refund status late" in phrase for phrase in found)


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("it won't open", "won't open", "it won't"),
        ("I cannot log in", "log in", "cannot log"),
        ("really easy to use", "easy to use", "really easy"),
        ("the lady I spoke with was kind", "kind", "lady i spoke"),
        ("my son loves his card", "son loves his card", "son loves"),
    ],
)
def test_phrases_are_whole(text: str, wanted: str, unwanted: str) -> None:
    """Negations and particles belong to a phrase; it does not break off before an object."""
    found = phrases_of(text)
    assert wanted in found or " " not in wanted
    assert unwanted not in found


def test_a_phrase_that_is_denied_keeps_its_negation() -> None:
    """Where customers write "never received my card" the label is not "received my card"."""
    theme = ["never received my card", "I have never received my card", "we never received my card", "no card here"]
    assert labels_of(theme)[0] == "never received my card"


def test_odd_texts_get_a_label() -> None:
    """Emoji, numbers, one word and very long words: every theme has a label that is not empty."""
    labels = labels_of(["😀😀"], ["12 34"], ["ok"], ["x" * 300], ["ok"], ["服务很差，退款太慢"])
    assert all(labels) and len(set(labels)) == len(labels)


def test_no_label_swears():
    """A swear word ends a phrase: it stands in no label, and words on its two sides are not joined."""
    runs = list(segments("the shitty app is damn slow to load"))
    assert runs == [["the"], ["app", "is"], ["slow", "to", "load"]]
