"""Labels: phrases that customers wrote, readable alone, no two alike."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.labels.choice import label_sub_themes, label_themes
from analysis.labels.meaning import bare, content_key, stem
from analysis.labels.phrases import PhraseReader, segments
from analysis.labels.readable import weight_of

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


def rows_of(*themes: list[str]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Assignment, similarity and clauses of themes; the first clause of each theme is the most central."""
    shown = [text for theme in themes for text in theme]
    assignment = np.concatenate([np.full(len(theme), number) for number, theme in enumerate(themes)])
    similarity = np.concatenate([np.linspace(0.9, 0.6, len(theme)) for theme in themes])
    return assignment, similarity, shown


def labels_of(*themes: list[str], product_words: tuple[str, ...] = ()) -> list[str]:
    """The labels of themes given as lists of clauses."""
    return label_themes(*rows_of(*themes), len(themes), product_words)


def says(label: str) -> frozenset[str]:
    """What a label says."""
    return content_key(map(bare, label.split()))


def phrases_of(text: str, product_words: tuple[str, ...] = ()) -> set[str]:
    """The candidate phrases of a text."""
    return {phrase.surface for phrase in PhraseReader(product_words).phrases(text)}


def test_labels_say_what_the_clauses_say() -> None:
    """Each theme is named by the phrase its clauses share, negation and particles included."""
    card, fees, cash = labels_of(CARD, FEES, CASH)
    assert card == "card never arrived"
    assert fees == "monthly fee"
    assert cash == "ATM swallowed my card"


@pytest.mark.parametrize(
    "theme", [CARD, FEES, CASH, ["Zufrieden"] * 3, ["card", "card!", "Card"], ["भुगतान विफल हो गया"] * 3]
)
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
    assert len(set(labels)) == 3 and says(labels[0]) != says(labels[1])


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


def test_fixed_labels_stay_and_are_avoided() -> None:
    """A theme that has a label keeps it to the letter, and no other theme gets one that says the same."""
    labels = label_themes(*rows_of(CARD, FEES, CASH), 3, fixed={2: "Monthly Fees"})
    assert labels[2] == "Monthly Fees"
    assert says(labels[1]) != says("monthly fee")
    assert labels[0] == "card never arrived"


def test_sub_themes_are_unlike_their_parent_and_siblings() -> None:
    """Under "monthly fee" no child is called so; children of two parents are told apart too; a fixed one stays."""
    higher = [f"the monthly fee went up {when}" for when in ("again", "in May", "this year", "by a lot", "twice")]
    hidden = [f"nobody told me about a monthly fee {when}" for when in ("at first", "before", "then", "here", "at all")]
    labels = label_sub_themes(*rows_of(higher, hidden, CARD), [0, 0, 1], ["monthly fee", "card"])
    assert len({says(label) for label in labels} | {says("monthly fee")}) == 4
    assert labels[2] == "card never arrived"
    again = label_sub_themes(
        *rows_of(higher, hidden, CARD), [0, 0, 1], ["monthly fee", "card"], fixed={0: "Higher", 2: "Lost"}
    )
    assert again[0] == "Higher" and again[2] == "Lost"


def test_no_label_has_a_persons_name() -> None:
    """Neither a given name that many write nor a word that fewer than three customers use is in a label."""
    agent = [
        f"Priya from support {what}"
        for what in ("solved my problem", "called me back", "was patient", "solved my problem fast")
    ]
    small = ["Zbigniew lost my parcel", "Zbigniew lost my parcel too", "my parcel was lost", "lost my parcel"]
    for label in labels_of(agent, small):
        assert "priya" not in label.lower() and "zbigniew" not in label.lower()


def test_one_customer_makes_no_label() -> None:
    """What one author writes three times is no label where others write something else three times."""
    shown = ["blue parrot cage"] * 3 + [f"late delivery {when}" for when in ("again", "today", "of my parcel")]
    authors = ["a", "a", "a", "b", "c", "d"]
    rows = np.zeros(6, dtype=np.int64), np.linspace(0.9, 0.8, 6), shown
    assert label_themes(*rows, 1, authors=authors) == ["late delivery"]


def test_misspellings_and_denied_words_do_not_win() -> None:
    """The wording is spelt as most spell it, and what most deny is not claimed."""
    right = [f"my refund was not received {when}" for when in ("yet", "today", "in May", "at all", "since June")]
    wrong = [f"my refund was not recieved {when}" for when in ("yet", "ever", "again")]
    filler = [f"I received the parcel {when}" for when in ("today", "late", "twice", "in May", "at noon", "on Monday")]
    label = labels_of(wrong + right, filler * 2)[0]
    assert label == "refund was not received"


def test_repeated_words_serve_where_no_phrase_does() -> None:
    """A theme without any phrase is named by its commonest words, one without common words is called mixed."""
    assert labels_of(["Zufrieden"] * 3, ["🙂", "🙃"]) == ["zufrieden", "mixed comments"]


def test_unknown_cosines_do_no_harm() -> None:
    """A clause whose similarity is NaN counts like any other."""
    assignment, similarity, shown = rows_of(CARD, FEES)
    similarity[::2] = np.nan
    assert label_themes(assignment, similarity, shown, 2)[1] == "monthly fee"


def test_a_denial_is_a_label_only_where_most_deny() -> None:
    """Three "no delay" among many delays do not make the label; where most write so, they do."""
    slow = [f"the parcel delay {what}" for what in ("is a joke", "again", "cost me a day", "was announced late")]
    slow += [f"parcel delay of {days} days" for days in ("two", "four", "six", "nine", "ten", "some")]
    fast = [f"no parcel delay {when}" for when in ("this time", "so far", "for once")]
    assert says(labels_of(slow + fast)[0]) == says("parcel delay")
    assert says(labels_of(slow[:1] + fast * 2 + [f"no parcel delay in {month}" for month in ("May", "June")])[0]) == (
        says("no parcel delay")
    )


def test_a_label_that_fits_everything_stands_back() -> None:
    """ "Customer issue" and "no problem" name nothing: a phrase that names something is taken before them."""
    theme = [f"a customer issue with the invoice address {when}" for when in ("again", "in May", "twice", "here")]
    theme += [f"customer issue {when}" for when in ("today", "still", "ever")]
    assert says(labels_of(theme)[0]) != says("customer issue")
    assert weight_of(("customer", "issue")) < weight_of(("invoice", "address")) / 10
    assert weight_of(("no", "problems")) < weight_of(("no", "internet")) / 10


def test_what_was_only_done_says_less_than_what_went_wrong() -> None:
    """ "Order was placed" leaves open what for; "order was cancelled" and "order not placed" do not."""
    done = weight_of(("order", "was", "placed"))
    assert 0 < done < weight_of(("order", "was", "cancelled")) / 2
    assert done < weight_of(("order", "not", "placed")) / 2


def test_clauses_that_differ_in_case_or_marks_count_once() -> None:
    """ "Blue lamp!" and "blue lamp" are one clause: three such make no label where three others agree."""
    copies = ["blue lamp", "Blue lamp!", "BLUE LAMP", "blue lamp.", "Blue Lamp"]
    others = [f"broken switch {when}" for when in ("again", "today", "since May")]
    assert labels_of(copies + others)[0] == "broken switch"


def test_the_commonest_instance_stands_for_the_theme() -> None:
    """Of several places the one that most customers write is the label."""
    places = [f"it is in the living room {what}" for what in ("now", "again", "at last", "all day", "too", "since May")]
    places += [f"put it in the guest room {what}" for what in ("today", "for visitors", "at first")]
    assert labels_of(places, CARD, FEES)[0] == "living room"


@pytest.mark.parametrize(
    ("words", "is_whole"),
    [
        ("still learning how to use", True),
        ("user friendly", True),
        ("person I spoke to", True),
        ("spoke to", False),
        ("customer executive", True),
        ("fix your app", True),
        ("first time", False),
        ("turn my lights", False),
        ("turn off the lights", True),
        ("forward to learning", False),
    ],
)
def test_wholeness_of_phrases(words: str, is_whole: bool) -> None:
    """A phrase breaks off neither before what a verb wants nor after a number of times."""
    assert (words.lower() in phrases_of(words)) is is_whole


def test_praise_in_other_words_serves_before_what_one_customer_wrote() -> None:
    """Beside "good service" a theme whose only phrase is "happy with the service" is called that."""
    good = [f"good service {when}" for when in ("today", "again", "as ever", "in May", "all day", "at the desk")]
    happy = [f"happy with the service {when}" for when in ("so far", "since June", "at home", "at all times")]
    assert labels_of(good, happy) == ["good service", "happy with the service"]


def test_short_plurals_are_their_singular() -> None:
    """ "Watch ads" and "watch ad" say the same, "gas" and "ga" do not."""
    assert says("watch ads") == says("watch ad")
    assert stem("gas") == "gas"
