"""Sentiment of clauses and comments."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from analysis.sentiment.calibration import Scale
from analysis.sentiment.comment_tone import clause_shares, comment_logits
from analysis.sentiment.heads import DIMENSIONS, NAMES, Heads
from analysis.sentiment.model import STARTER_SCALE, SentimentModel
from analysis.sentiment.own_head import OwnHead, OwnPart, OwnSource
from analysis.sentiment.rules import RULES, Rules
from analysis.sentiment.scoring import scorable, score_clauses, score_comments
from analysis.text.lexicon import METHOD, lexicon_scores


@pytest.fixture
def model():
    """A model whose polar head is four times the lexicon's compound score, and whose neutral head is never sure."""
    dense = np.zeros((len(NAMES), 2))
    dense[NAMES.index("compound"), 0] = 4 / 3
    return SentimentModel(Heads("starter-test", dense, np.array([0.0, -0.2]), {}))


def clause_table(*rows):
    return pd.DataFrame(rows, columns=["feedback_id", "sentence", "text", "language"])


def feedback_of(clauses, source="shop"):
    texts = clauses.groupby("feedback_id", sort=False)["text"].agg(" ".join)
    return pd.DataFrame({"feedback_id": texts.index, "source": source, "text": texts.to_numpy()})


def scored(clauses, model):
    return score_clauses(feedback_of(clauses), clauses, np.zeros((len(clauses), DIMENSIONS), np.float32), model)


def test_other_languages_are_unscored_not_neutral(model):
    """English, bare emoji and undecided texts with a word of the lexicon are scored; all else is NaN and unscored."""
    clauses = clause_table(
        ("a", 0, "I love it", "en"),
        ("b", 0, "Ich liebe es", "de"),
        ("c", 0, "😍😍", "und"),
        ("d", 0, "10:30", "und"),
        ("e", 0, "Grest app 👍", "und"),
        ("f", 0, "qwertz", "und"),
    )
    found = scored(clauses, model)
    assert scorable(clauses, model).tolist() == [True, False, True, False, True, False]
    assert found["label"].tolist() == ["positive", "unscored", "positive", "unscored", "positive", "unscored"]
    assert found["sentiment"].isna().tolist() == [False, True, False, True, False, True]
    assert found["sentiment"].dropna().between(-1, 1).all()


def test_vectors_of_unread_clauses_are_not_looked_at(model):
    """A clause that is not scorable may come with any vector, not a number even."""
    clauses = clause_table(("a", 0, "I love it", "en"), ("b", 0, "Ich liebe es", "de"))
    vectors = np.zeros((2, DIMENSIONS), np.float32)
    vectors[1] = np.nan
    found = score_clauses(feedback_of(clauses), clauses, vectors, model)
    assert found["sentiment"].isna().tolist() == [False, True]


def test_sentiment_is_twice_the_probability_less_one(model):
    """A clause alone in its sentence has 2p - 1 of its logit."""
    found = scored(clause_table(("a", 0, "I love it", "en")), model)
    logit = 4 * lexicon_scores(["I love it"])[0, 0]
    assert found["sentiment"][0] == pytest.approx(2 / (1 + np.exp(-logit)) - 1)


def test_a_clause_leans_to_its_sentence(model):
    """A clause takes two fifths of its sentence's mean; opposite clauses stand for themselves; sentences do not mix."""
    found = scored(
        clause_table(
            ("a", 0, "the card is awful", "en"),
            ("a", 0, "and it came on Monday", "en"),
            ("a", 1, "It is blue.", "en"),
            ("b", 0, "the app is wonderful", "en"),
            ("b", 0, "but the card is awful", "en"),
        ),
        model,
    )
    assert found["label"].tolist() == ["negative", "negative", "neutral", "positive", "negative"]
    logits = 2 * np.arctanh(found["sentiment"].to_numpy())
    own = 4 * lexicon_scores(["the card is awful"])[0, 0]
    assert logits[:2] == pytest.approx([0.8 * own, 0.2 * own])
    assert logits[4] == pytest.approx(4 * lexicon_scores(["but the card is awful"])[0, 0])


def test_the_neutral_head_makes_clauses_neutral(model):
    """A clause of weak tone is neutral where the neutral head is sure, and keeps its sentiment."""
    sure = SentimentModel(Heads("starter-test", model.starter.dense, np.array([0.0, 5.0]), {}))
    clauses = clause_table(("a", 0, "It is nice", "en"))
    assert scored(clauses, model)["label"].tolist() == ["positive"]
    found = scored(clauses, sure)
    assert found["label"].tolist() == ["neutral"] and found["sentiment"][0] > 0.5


def test_comments_follow_feedback(model):
    """One row per record in FEEDBACK's order, with every label of the contract and the method's name."""
    texts = [
        "",
        "..",
        "I love it.",
        "awful card",
        "blue table",
        "Das ist gut so",
        "The app is lovely. The card is awful.",
    ]
    feedback = pd.DataFrame({"feedback_id": list("abcdefg"), "source": "shop", "text": texts})
    clauses = clause_table(
        ("c", 0, "I love it.", "en"),
        ("d", 0, "awful card", "en"),
        ("e", 0, "blue table", "en"),
        ("f", 0, "Das ist gut so", "de"),
        ("g", 0, "The app is lovely.", "en"),
        ("g", 1, "The card is awful.", "en"),
    )
    comments = score_comments(feedback, scored(clauses, model), model)
    assert comments.columns.tolist() == ["feedback_id", "language", "sentiment", "label", "method", "duplicate"]
    assert comments["feedback_id"].tolist() == list("abcdefg")
    assert comments["label"].tolist() == "empty unscored positive negative neutral unscored mixed".split()
    assert comments["language"].tolist() == ["und", "und", "en", "en", "en", "de", "en"]
    assert comments["method"].unique().tolist() == [f"starter-test+{RULES.name}+{METHOD}"]
    assert comments["sentiment"].isna().tolist() == [True, True, False, False, False, True, False]


def test_a_comment_is_its_sentences_its_length_and_itself(model):
    """A comment's logit adds the mean of its sentences, the whole text's score, and less the longer it is."""
    clauses = clause_table(
        ("a", 0, "It is blue", "en"), ("a", 0, "and it came", "en"), ("a", 1, "It is", "en"), ("b", 0, "A", "en")
    )
    feedback = pd.DataFrame({"feedback_id": ["a", "b", "c"], "text": ["It is blue and it came. It is", "A", ""]})
    logits = np.array([1.0, 2.0, -0.5, np.nan])
    found = comment_logits(feedback, clauses, logits)
    assert found[0] == pytest.approx((1.5 - 0.5) / 2 * 3**0.3 - RULES.length * np.log(2))
    assert np.isnan(found[1:]).all()
    shares = clause_shares(clauses, ~np.isnan(logits))
    assert shares.sum() == pytest.approx(3**0.3) and shares[0] == shares[1] == shares[2] / 2 and shares[3] == 0


def test_comments_are_scored_from_what_is_stored(model):
    """A comment's sentiment from the clauses' sentiments is that of their logits, mixed or not."""
    clauses = clause_table(("a", 0, "the card is awful", "en"), ("a", 0, "and it came on Monday", "en"))
    feedback = feedback_of(clauses)
    raw = 4 * lexicon_scores(clauses["text"].tolist())[:, 0]
    logit = comment_logits(feedback, clauses, raw)[0]
    comments = score_comments(feedback, scored(clauses, model), model)
    assert comments["sentiment"][0] == pytest.approx(np.tanh(logit / 2))


def test_a_comment_of_neutral_clauses_is_neutral(model):
    """A comment whose clauses all hold no opinion is neutral, unless its tone as a whole is clear."""
    sure = SentimentModel(Heads("starter-test", model.starter.dense / 8, np.array([-0.6, 5.0]), {}))
    clauses = clause_table(("a", 0, "It is blue", "en"), ("b", 0, "It is awful", "en"))
    found = scored(clauses, sure)
    assert found["label"].tolist() == ["neutral", "neutral"]
    assert score_comments(feedback_of(clauses), found, sure)["label"].tolist() == ["neutral", "negative"]


def own_source(in_use, scale, languages=()):
    """What an own head says of a source; a head's own logits count twice."""
    return OwnSource(in_use, 100, 50, 50, 2.0, scale, None, None, None, None, False, languages, "")


def own_head(**sources):
    """An own head that finds every text of its sources happy by three."""
    parts = {name: OwnPart(np.zeros(DIMENSIONS + 4), np.zeros(0), 3.0) for name in sources}
    return OwnHead("own-test", "starter-test", (), parts, sources, (), None)


def test_an_own_head_counts_where_it_is_in_use(model):
    """The own head is added, and its language read, only in the sources where it is in use."""
    own = own_head(shop=own_source(True, None, ("de",)), app=own_source(False, Scale(slope=0.5)))
    both = SentimentModel(model.starter, own)
    clauses = clause_table(("a", 0, "Das ist gut", "de"), ("b", 0, "Das ist gut", "de"), ("c", 0, "It is blue", "en"))
    feedback = feedback_of(clauses).assign(source=["shop", "app", "app"])
    found = score_clauses(feedback, clauses, np.zeros((3, DIMENSIONS), np.float32), both)
    assert found["label"].tolist()[:2] == ["positive", "unscored"]
    assert 2 * np.arctanh(found["sentiment"][0]) == pytest.approx(6.0)
    assert found["sentiment"][2] == 0.0
    assert both.version == f"starter-test+own-test+{RULES.name}+{METHOD}" and both.languages == {"en", "de"}
    assert both.scale("app") == Scale(slope=0.5) and both.scale("shop") == both.scale("other") == STARTER_SCALE


def test_an_own_head_of_another_starter_is_ignored(model):
    """What was fitted to another starter's logits is not used."""
    own = own_head(shop=own_source(True, Scale(slope=0.5), ("de",)))
    other = Heads("starter-new", model.starter.dense, model.starter.bias, {})
    both = SentimentModel(other, own)
    assert both.version == f"starter-new+{RULES.name}+{METHOD}" and both.languages == {"en"}
    assert both.scale("shop") == STARTER_SCALE and not both.reads("de", "shop")


def test_a_scale_moves_clauses_and_comments(model):
    """Slope and shift move a clause, the prior too a comment; thresholds are the source's own."""
    scale = Scale(slope=0.5, shift=1.0, prior=0.25, negative=0.8, positive=0.9)
    both = SentimentModel(model.starter, own_head(shop=own_source(False, scale)))
    clauses = clause_table(("a", 0, "It is blue", "en"))
    found = scored(clauses, both)
    assert found["sentiment"][0] == pytest.approx(np.tanh(0.5)) and found["label"][0] == "positive"
    comments = score_comments(feedback_of(clauses), found, both)
    assert comments["sentiment"][0] == pytest.approx(np.tanh(0.625)) and comments["label"][0] == "negative"
    # Other numbers, another name: also where the head's weights are in use nowhere.
    assert comments["method"][0] == f"starter-test+own-test+{RULES.name}+{METHOD}"
    unscaled = SentimentModel(model.starter, own_head(shop=own_source(False, None)))
    assert unscaled.version == model.version and unscaled.scale("shop") == STARTER_SCALE


def test_the_prior_of_a_source_is_none_of_its_clauses(model):
    """A clause without a tone stays in the middle of a happy source, whose comments are probably happy."""
    both = SentimentModel(model.starter, own_head(shop=own_source(False, Scale(prior=2.5))))
    clauses = clause_table(("a", 0, "It is blue", "en"))
    found = scored(clauses, both)
    assert found["sentiment"][0] == 0.0
    assert score_comments(feedback_of(clauses), found, both)["sentiment"][0] == pytest.approx(np.tanh(1.25))


@pytest.mark.parametrize("slope", [0.5, 2.0])
def test_a_thumbs_up_is_as_strong_in_every_source(model, slope):
    """Emoji alone are known by the lexicon: the slope that a source's ratings ask for is one of words."""
    scaled = SentimentModel(model.starter, own_head(shop=own_source(False, Scale(slope=slope))))
    clauses = clause_table(("a", 0, "\U0001f44d", "und"), ("b", 0, "It is good", "en"))
    found, plain = scored(clauses, scaled)["sentiment"], scored(clauses, model)["sentiment"]
    assert found[0] == pytest.approx(plain[0]) and plain[0] > 0
    assert found[1] != pytest.approx(plain[1])


def test_another_rule_of_scoring_is_another_model():
    """Each constant is part of the name under which every comment is stored."""
    assert Rules().name == RULES.name
    others = {replace(RULES, **{one.name: getattr(RULES, one.name) + 0.01}).name for one in fields(RULES)}
    assert len(others) == len(fields(RULES)) and RULES.name not in others


def test_no_rows_give_no_rows(model):
    """Empty frames go through."""
    clauses = clause_table()
    found = score_clauses(
        pd.DataFrame({"feedback_id": [], "source": []}), clauses, np.zeros((0, DIMENSIONS), np.float32), model
    )
    assert found.empty and {"sentiment", "label"} <= set(found.columns)
    feedback = pd.DataFrame({"feedback_id": ["a"], "source": ["shop"], "text": [""]})
    assert score_comments(feedback, found, model)["label"].tolist() == ["empty"]
    assert score_comments(feedback.iloc[:0], found, model).empty
