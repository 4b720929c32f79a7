"""The own head: what it learns from ratings, what it leaves out, and when it is in use."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis.sentiment.comment_tone import comment_logits
from analysis.sentiment.heads import Heads
from analysis.sentiment.model import SentimentModel
from analysis.sentiment.own_head import OwnHead
from analysis.sentiment.own_rows import rated_rows, rating_classes
from analysis.sentiment.own_training import train_own_head
from analysis.sentiment.scoring import score_clauses, score_comments
from analysis.text.clauses import clause_frame
from analysis.text.lexicon import lexicon_scores
from groundswell.errors import ModelError

PLACES = "parcel kettle branch website invoice courier garden ticket engine window carpet drawer".split()
NAMES = "anna james maria robert".split()


def starter() -> Heads:
    """A starter that knows nothing but the lexicon."""
    dense = np.zeros((388, 2))
    dense[384, 0] = 1.0
    return Heads(version="starter-test", dense=dense, bias=np.zeros(2), words={})


@cache
def word_vector(word: str) -> np.ndarray:
    """Another one for each word."""
    return np.random.default_rng(zlib.crc32(word.encode())).normal(size=384).astype(np.float32)


def vectors_of(texts: Sequence[str]) -> np.ndarray:
    """Made-up embeddings: the sum of a vector per word, of length 1."""
    found = np.zeros((len(texts), 384), dtype=np.float32)
    for row, text in enumerate(texts):
        found[row] = sum(map(word_vector, text.lower().split()))
    return found / np.maximum(1e-9, np.linalg.norm(found, axis=1, keepdims=True))


def store(
    comments: Sequence[tuple[str, int]], source: str = "shop", *, language: str = "en", dated: bool = True
) -> pd.DataFrame:
    """FEEDBACK of (text, stars), one a day."""
    days = pd.date_range("2024-01-01", periods=len(comments), tz="UTC") if dated else pd.NaT
    return pd.DataFrame(
        {
            "feedback_id": [f"{source}-{row:05}" for row in range(len(comments))],
            "source": source,
            "text": [text for text, _ in comments],
            "occurred_at": pd.Series(days, index=range(len(comments))).astype("datetime64[us, UTC]")
            if dated
            else pd.Series(pd.NaT, index=range(len(comments)), dtype="datetime64[us, UTC]"),
            "author": None,
            "metric": "rating",
            "score_scaled": [(stars - 1) / 4 for _, stars in comments],
            "_language": language,
        }
    )


def train(
    feedback: pd.DataFrame,
    copies: frozenset[str] = frozenset(),
    as_of: datetime | None = None,
    shuffle: int | None = None,
) -> OwnHead:
    """The own head of the feedback, its clauses split and its vectors made up here."""
    clauses = clause_frame(feedback)
    clauses["language"] = clauses["feedback_id"].map(
        dict(zip(feedback["feedback_id"], feedback["_language"], strict=True))
    )
    if shuffle is not None:
        feedback = feedback.sample(frac=1, random_state=shuffle).reset_index(drop=True)
        clauses = clauses.sample(frac=1, random_state=shuffle).reset_index(drop=True)
    vectors = vectors_of(clauses["text"].tolist())
    return train_own_head(feedback, clauses, vectors, starter(), copies=copies, as_of=as_of)


def told(head: OwnHead, text: str, source: str = "shop") -> float:
    """The own logit of one text."""
    return float(head.logits([text], vectors_of([text]), lexicon_scores([text]), [source])[0])


@cache
def taught() -> OwnHead:
    """A head that customers have taught what "sick" and "vanilla" mean to them."""
    return train(store(slang(300)))


def slang(n: int, *, seed: int = 1) -> list[tuple[str, int]]:
    """Comments in which "sick" is praise and "vanilla" is blame, whatever the lexicon thinks."""
    draw = np.random.default_rng(seed)
    return [
        (
            f"The {draw.choice(PLACES)} {draw.choice(PLACES)} was {'sick' if good else 'vanilla'} number{row}",
            5 if good else 1,
        )
        for row, good in enumerate(draw.random(n) < 0.6)
    ]


def plain(n: int, *, seed: int = 2) -> list[tuple[str, int]]:
    """Comments whose rating the lexicon knows already, but for noise that nobody can know."""
    draw = np.random.default_rng(seed)
    return [
        (
            f"{'Wonderful' if good else 'Horrible'} {draw.choice(PLACES)} x{row}",
            5 if good != (draw.random() < 0.2) else 1,
        )
        for row, good in enumerate(draw.random(n) < 0.5)
    ]


def test_it_learns_a_word_that_the_starter_reads_wrongly() -> None:
    """Where customers say "sick" and mean praise, the head turns the starter round, and is in use."""
    head, text = taught(), "The window was sick"
    says = starter().polar([text], vectors_of([text]), lexicon_scores([text]))[0]
    assert says < 0 < says + head.sources["shop"].weight * told(head, text)
    assert told(head, "The window was vanilla") < 0
    source = head.sources["shop"]
    assert source.in_use and source.own_figures and source.starter_figures
    assert source.own_figures.auc > 0.95 > source.starter_figures.auc
    assert source.own_figures.recall > 0.9 and source.own_figures.precision > 0.9
    assert source.own_loss and source.starter_loss and source.own_loss < source.starter_loss
    assert source.reason == "your own model reads it more surely than the shipped one, tested on later comments"


def test_the_words_that_tell_most_are_named_the_worst_first() -> None:
    """The page is given the words that move the tone, and neither names, numbers nor redaction marks."""
    comments = [(f"{text} [name] {NAMES[row % 4].title()}", stars) for row, (text, stars) in enumerate(slang(300))]
    words = train(store(comments)).words
    assert words[0][0] == "vanilla" and words[0][1] < 0
    assert words[-1][0] == "sick" and words[-1][1] > 0
    assert not {word for word, _ in words} & {"name", *NAMES, "number1"}


def test_a_surname_that_many_write_is_not_kept() -> None:
    """A word that is written with a capital within sentences is taken for a name, however many authors write it."""
    head = train(store([(f"{text} said Krasniqi to the O'Brien shop", stars) for text, stars in slang(200)]))
    assert "sick" in head.terms and "shop" in head.terms
    assert not [term for term in head.terms if "krasniqi" in term or "o'brien" in term]


def test_a_few_undated_comments_do_not_stop_the_test_by_time() -> None:
    """With nine of ten comments dated a source goes by time, and the undated ones are learned from."""
    feedback = store(slang(300))
    feedback.loc[::25, "occurred_at"] = pd.NaT
    some = train(feedback).sources["shop"]
    feedback.loc[::3, "occurred_at"] = pd.NaT
    assert some.by_time and not train(feedback).sources["shop"].by_time


def test_a_word_of_one_author_is_not_kept() -> None:
    """A word or pair counts from three authors on: what one person keeps writing stays out of the stored head."""
    feedback = store(
        [(f"{text} gadzooks" if row < 40 else text, stars) for row, (text, stars) in enumerate(slang(200))]
    )
    feedback["author"] = ["loud" if row < 40 else f"a{row}" for row in range(200)]
    head = train(feedback)
    assert "sick" in head.terms and not [term for term in head.terms if "gadzooks" in term]


def test_one_loud_author_teaches_five_comments_of_a_source() -> None:
    """Whoever rates two hundred times upside down is heard as often as five people, and the others' word stands."""
    comments = [*slang(150), *((f"sick parcel {i}", 1) for i in range(200))]
    feedback = store(comments)
    feedback["author"] = [f"a{row}" if row < 150 else "loud" for row in range(350)]
    assert train(feedback).to_bytes() == train(feedback.drop(index=range(150, 345))).to_bytes()
    assert told(train(feedback), "a sick drawer") > 0


def test_middle_scores_teach_nothing() -> None:
    """Comments of three stars change no weight, whatever they say."""
    comments = slang(150)
    alone, with_middle = store(comments), store([*comments, *((f"sick awful {i}", 3) for i in range(60))])
    one, other = train(alone), train(with_middle)
    assert np.array_equal(one.parts["shop"].weights, other.parts["shop"].weights)
    assert other.sources["shop"].ratings == one.sources["shop"].ratings + 60
    assert other.version != one.version


def test_copies_are_left_out() -> None:
    """Near-duplicates and templates, given by id, count for nothing."""
    comments = slang(150)
    spam = store([*comments, *((f"vanilla vanilla parcel {i}", 5) for i in range(100))])
    copies = frozenset(spam["feedback_id"][150:])
    assert train(spam, copies).to_bytes() == train(store(comments)).to_bytes()


def test_the_same_words_again_teach_once() -> None:
    """One wording is one row to learn from, however often it was sent; its ratings still count for the scale."""
    comments = [(f"{PLACES[i % 12]} {PLACES[i // 12]} {('vanilla', 'sick')[i % 2]}", (1, 5)[i % 2]) for i in range(140)]
    once, again = train(store(comments)), train(store([*comments, *comments[:60]]))
    assert np.allclose(once.parts["shop"].weights, again.parts["shop"].weights, atol=2e-3)
    assert again.sources["shop"].ratings == 200


def test_a_large_source_does_not_drown_a_small_one() -> None:
    """Every source and class has the same say: a small source teaches its word as firmly as one ten times as large."""
    draw = np.random.default_rng(5)

    def speech(n: int, bad: str, good: str) -> list[tuple[str, int]]:
        return [
            (f"{draw.choice(PLACES)} {draw.choice(PLACES)} {good if up else bad} x{row}", 5 if up else 1)
            for row, up in enumerate(draw.random(n) < 0.5)
        ]

    large, small = store(speech(1200, "brrl", "krrn"), "large"), store(speech(120, "zwip", "plonk"), "small")
    head = train(pd.concat([large, small], ignore_index=True))
    # What each learned from the other alone.
    gaps = [
        told(head, f"ticket {good}", source) - told(head, f"ticket {bad}", source)
        for good, bad, source in (("krrn", "brrl", "small"), ("plonk", "zwip", "large"))
    ]
    assert gaps[1] > 0.6 * gaps[0] > 0


def test_a_word_may_mean_one_thing_here_and_another_there() -> None:
    """Each source has a part of its own beside what all teach: "cold" is praise for drinks and blame for meals."""
    draw = np.random.default_rng(6)

    def served(good: str, bad: str, source: str) -> pd.DataFrame:
        ups = draw.random(200) < 0.5
        words = [f"{draw.choice(PLACES)} {good if up else bad} x{row}" for row, up in enumerate(ups)]
        return store([(text, 5 if up else 1) for text, up in zip(words, ups, strict=True)], source)

    head = train(pd.concat([served("cold", "warm", "drinks"), served("warm", "cold", "meals")], ignore_index=True))
    assert told(head, "carpet cold", "drinks") > told(head, "carpet warm", "drinks")
    assert told(head, "carpet cold", "meals") < told(head, "carpet warm", "meals")
    assert told(head, "carpet cold", "elsewhere") == 0


def test_the_same_rows_in_any_order_give_the_same_bytes() -> None:
    """The head is a function of the rows, not of their order."""
    feedback = pd.concat([store(slang(120)), store(plain(120), "other", dated=False)], ignore_index=True)
    assert train(feedback).to_bytes() == train(feedback, shuffle=1).to_bytes() == train(feedback, shuffle=2).to_bytes()


def test_too_few_ratings_are_refused_with_the_reason() -> None:
    """Below fifty ratings of a kind a source has no head, no figures and the plain scale, and is told why."""
    few = [comment for comment in slang(400) if comment[1] == 5][:150] + [("vanilla again", 1)] * 20
    source = train(store(few)).sources["shop"]
    assert not source.in_use and source.figures is None and source.scale is None
    assert "20 unhappy and 150 happy" in source.reason and "50 of each" in source.reason


def test_the_starter_is_measured_where_there_is_too_little_to_learn_from() -> None:
    """Ratings of a few wordings over and over give figures and a scale of the starter, and no head."""
    source = train(store([("Wonderful", 5), ("Horrible", 1)] * 60)).sources["shop"]
    assert not source.in_use and source.own_figures is None and source.figures is not None
    assert source.reason.startswith("too few different comments") and source.reason.endswith(": 2")
    assert source.figures.auc == 1.0 and source.scale is not None and source.own_loss is None


def test_no_rating_at_all_gives_a_head_that_is_in_use_nowhere() -> None:
    """A store without scores still gets an answer, which is nothing."""
    feedback = store(slang(50))
    feedback["score_scaled"] = np.nan
    head = train(feedback)
    assert not head.sources and not head.words and not head.parts
    assert told(head, "sick") == 0.0


def test_it_is_not_in_use_where_it_does_not_beat_the_starter() -> None:
    """Where the starter reads all there is to read, the own head stays out; the starter's figures are shown."""
    source = train(store(plain(500))).sources["shop"]
    assert not source.in_use
    assert source.figures == source.starter_figures and source.starter_figures is not None
    assert source.starter_figures.n < 500  # the first comments were only learned from
    assert "not surely better" in source.reason and "loss" not in source.reason
    assert source.own_loss and source.starter_loss and source.own_loss > source.starter_loss - 0.02


def test_figures_are_of_later_comments_where_there_are_dates() -> None:
    """A word that turns up late was not learned when its comments were read; folds at random would have known it."""
    early = [(f"{text} early", stars) for text, stars in plain(300)]
    late = [(text.replace("sick", "bonkers").replace("vanilla", "beige"), stars) for text, stars in slang(60, seed=9)]
    by_time = train(store([*early, *late])).sources["shop"]
    at_random = train(store([*early, *late], dated=False)).sources["shop"]
    assert by_time.by_time and not at_random.by_time
    assert by_time.own_figures and at_random.own_figures
    assert by_time.own_figures.auc < at_random.own_figures.auc


def test_a_polite_source_gets_a_scale_of_its_own() -> None:
    """Where even the unhappy are friendly, probabilities hold after scaling and the unhappy are found."""
    draw = np.random.default_rng(3)
    comments = []
    for row in range(600):
        good = bool(draw.random() < 0.7)
        warm = draw.random() < (0.9 if good else 0.2)
        comments.append((f"{'Great wonderful' if warm else 'Good'} {draw.choice(PLACES)} {row}", 5 if good else 2))
    source = train(store(comments)).sources["shop"]
    assert source.figures is not None and source.figures.ece < 0.05
    assert source.figures.recall > 0.6 and source.figures.precision > 0.6
    assert source.scale and source.scale.prior == pytest.approx(np.log(0.7 / 0.3), abs=0.3)
    assert source.scale.slope * 0.4 + source.scale.shift < 0  # a mildly friendly clause is bad news here


def test_another_language_is_read_once_its_ratings_teach_it() -> None:
    """Some hundred rated comments in Hindi make Hindi readable in their source; ratings at random do not."""
    draw = np.random.default_rng(4)
    hindi = [
        (f"{draw.choice(PLACES)} {draw.choice(PLACES)} {'badhiya' if good else 'bekar'} hai {row}", 5 if good else 1)
        for row, good in enumerate(draw.random(320) < 0.5)
    ]
    taught = train(pd.concat([store(slang(200), "en"), store(hindi, "in", language="hi")], ignore_index=True))
    assert taught.languages == {"hi"} and taught.sources["in"].languages == ("hi",)
    assert taught.sources["en"].languages == ()
    noise = [(text, int(stars)) for (text, _), stars in zip(hindi, draw.choice([1, 5], 320), strict=True)]
    untaught = train(pd.concat([store(slang(200), "en"), store(noise, "in", language="hi")], ignore_index=True))
    assert not untaught.languages and untaught.sources["in"].ratings == 0


def test_clauses_add_up_to_comments_as_the_scoring_adds_them() -> None:
    """What is calibrated is what is used: starter and own logits per comment equal `comment_logits` of their sum."""
    texts = ["Great shop. Parcel late, and the courier was rude!", "Good", "Bad service but nice people. Never again."]
    feedback = store([(text, 5) for text in texts])
    clauses = clause_frame(feedback).assign(language="en")
    vectors = vectors_of(clauses["text"].tolist())
    rows = rated_rows(feedback, clauses, vectors, starter(), copies=set(), languages=set())
    own = np.linspace(-1, 2, len(clauses))
    logits = starter().polar(clauses["text"].tolist(), vectors, lexicon_scores(clauses["text"].tolist()))
    assert rows.starter + rows.added(own) == pytest.approx(comment_logits(feedback, clauses, logits + own), abs=1e-6)


def test_of_a_large_source_the_latest_comments_teach(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cap per source and class keeps training short; what was said last is what is kept."""
    monkeypatch.setattr("analysis.sentiment.own_rows.PER_CLASS", 20)
    feedback = store(slang(200))
    clauses = clause_frame(feedback).assign(language="en")
    vectors = vectors_of(clauses["text"].tolist())
    rows = rated_rows(feedback, clauses, vectors, starter(), copies=set(), languages=set())
    for side in (-1, 1):
        mine = np.flatnonzero(rows.classes == side)
        assert rows.learn[mine[-20:]].all() and not rows.learn[mine[:-20]].any()


def test_clauses_without_a_vector_are_left_out() -> None:
    """A row of zeros was not embedded: its comment is neither learned from nor counted."""
    feedback = store(slang(140))
    clauses = clause_frame(feedback).assign(language="en")
    vectors = vectors_of(clauses["text"].tolist())
    vectors[(clauses["feedback_id"] >= "shop-00120").to_numpy()] = 0
    head = train_own_head(feedback, clauses, vectors, starter(), copies=set(), as_of=None)
    assert head.sources["shop"].ratings == 120


def test_scoring_uses_the_head_and_its_scale() -> None:
    """Through the model a comment's probability is that of the logits which the head was calibrated on."""
    own = taught()
    model = SentimentModel(starter(), own)
    feedback = store([("The courier was sick", 5), ("The courier was vanilla", 1)])
    clauses = clause_frame(feedback).assign(language="en")
    vectors = vectors_of(clauses["text"].tolist())
    scored = score_clauses(feedback, clauses, vectors, model)
    comments = score_comments(feedback, scored, model)
    assert comments["label"].tolist() == ["positive", "negative"]
    assert comments["method"].str.contains(own.version).all()
    rows = rated_rows(feedback, clauses, vectors, starter(), copies=set(), languages=set())
    said = own.logits(clauses["text"].tolist(), vectors, lexicon_scores(clauses["text"].tolist()), ["shop", "shop"])
    source = own.sources["shop"]
    assert source.scale is not None
    expected = 2 * source.scale.comment_probability(rows.starter + source.weight * rows.added(said)) - 1
    assert comments["sentiment"].to_numpy() == pytest.approx(expected, abs=0.01)  # clauses stop at a logit of 8


@pytest.mark.parametrize(
    ("metric", "scaled", "classes"),
    [
        ("nps", [0, 0.6, 0.7, 0.8, 0.9, 1], [-1, -1, 0, 0, 1, 1]),
        ("rating", [0, 0.25, 0.5, 0.75, 1], [-1, -1, 0, 1, 1]),
        ("csat", [0, 1], [-1, 1]),
        ("ces", [0, 2 / 6, 3 / 6, 4 / 6, 1], [-1, -1, 0, 1, 1]),
    ],
)
def test_ratings_are_negative_middle_or_positive_by_their_metric(
    metric: str, scaled: list[float], classes: list[int]
) -> None:
    """NPS by its own classes, any other scale by where its middle lies; no score, no class."""
    frame = pd.DataFrame({"metric": metric, "score_scaled": [*scaled, np.nan]})
    assert rating_classes(frame)[:-1].tolist() == classes
    assert np.isnan(rating_classes(frame)[-1])


def test_a_head_survives_its_bytes() -> None:
    """What is stored comes back whole, and is stored again as it was."""
    head = train(store(slang(200)), as_of=datetime(2024, 6, 1, tzinfo=UTC))
    again = OwnHead.from_bytes(head.to_bytes())
    assert again.to_bytes() == head.to_bytes()
    assert again.sources == head.sources and again.as_of == head.as_of and again.words == head.words
    assert told(again, "The window was sick") == told(head, "The window was sick")


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b"", lambda b: b.replace(b"0", b"1", 1), lambda b: b + b" "]
)
def test_damaged_bytes_are_refused(damage: object) -> None:
    """A head that is not as it was written is no head."""
    body = train(store(slang(60))).to_bytes()
    with pytest.raises(ModelError, match="groundswell analyse"):
        OwnHead.from_bytes(damage(body))  # type: ignore[operator]
