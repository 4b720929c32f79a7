"""Sentiment per clause and per comment: 2p - 1, where p is how surely a text is positive rather than negative."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sentiment.calibration import Scale
from analysis.sentiment.comment_tone import comment_logits
from analysis.sentiment.heads import clause_lexicon
from analysis.sentiment.model import SentimentModel
from analysis.sentiment.rules import RULES
from analysis.text.emoji import EMOJI
from analysis.text.language import UNDECIDED
from analysis.text.lexicon import lexicon_scores
from groundswell.frames import COMMENTS

__all__ = ["logits_of", "scorable", "score_clauses", "score_comments"]

_FACE = re.compile(rf"[{EMOJI}]|(?<!\w)[:;=]['^-]?[)(\]\[DPp3/|*]+(?!\w)|<3(?!\d)")
_LETTER = re.compile(r"[^\W\d_]")

_Numbers = NDArray[np.float64]
_Labels = NDArray[np.object_]


def scorable(clauses: pd.DataFrame, model: SentimentModel) -> NDArray[np.bool_]:
    """True for the clauses that `score_clauses` may score.

    English; a language that the own head knows; emoji without a letter; and a text of undecided language that holds a
    word or emoji of the lexicon ("Grest app 👍"). Needs text and language; where `source` is a column too, a language
    counts only in the sources whose own head was trained on it.
    """
    if "source" in clauses:
        pairs = list(zip(clauses["language"], clauses["source"], strict=True))
        read = {pair: model.reads(*pair) for pair in set(pairs)}
        known = np.fromiter(map(read.__getitem__, pairs), dtype=bool, count=len(clauses))
    else:
        known = clauses["language"].isin(model.languages).to_numpy(dtype=bool)
    undecided = np.flatnonzero((clauses["language"] == UNDECIDED).to_numpy())
    felt = np.zeros(len(clauses), dtype=bool)
    felt[undecided] = lexicon_scores(clauses["text"].iloc[undecided].tolist())[:, 0] != 0
    found: NDArray[np.bool_] = known | felt | _bare_emoji(clauses["text"])
    return found


def score_clauses(
    feedback: pd.DataFrame, clauses: pd.DataFrame, vectors: NDArray[np.float32], model: SentimentModel
) -> pd.DataFrame:
    """The clauses with the columns `sentiment` (-1 to 1, NaN unscored) and `label` of CLAUSES.

    `feedback` needs feedback_id and source, `clauses` feedback_id, sentence, text and language; `vectors`,
    float32[len(clauses), 384], holds their embeddings: rows of clauses that are not `scorable` are not looked at.
    A clause in a language that nothing was trained on is unscored, never neutral.
    """
    frame = clauses.reset_index(drop=True)
    source = frame["feedback_id"].map(dict(zip(feedback["feedback_id"], feedback["source"], strict=True)))
    rows = np.flatnonzero(scorable(frame.assign(source=source), model))
    part = frame.iloc[rows]
    texts, lexicon = part["text"].tolist(), clause_lexicon(part["text"].tolist(), part["language"].tolist())
    seen = np.asarray(vectors[rows], dtype=np.float32)
    bare = _bare_emoji(part["text"])  # emoji alone have no words to embed: the lexicon knows them
    home = source.iloc[rows]
    polar = np.where(bare, _emoji_logits(lexicon, home, model), model.logits(texts, seen, lexicon, home.tolist()))
    quiet = np.where(bare, np.where(lexicon[:, 0] == 0, np.inf, -np.inf), model.neutral(seen, lexicon))
    logits, neutral = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    logits[rows], neutral[rows] = polar, quiet
    scaled = _scaled(_with_sentence(frame, logits), source, model)
    frame["sentiment"] = np.tanh(scaled / 2)  # 2p - 1
    frame["label"] = _clause_labels(scaled, neutral)
    frame.index = clauses.index
    return frame


def score_comments(feedback: pd.DataFrame, clauses: pd.DataFrame, model: SentimentModel) -> pd.DataFrame:
    """COMMENTS: one row per row of FEEDBACK, from its clauses (as `score_clauses` gives them) and the text as a whole.

    Negative and positive by the thresholds of the source (`SentimentModel.scale`). What lies between is "mixed" with
    clauses clearly on both sides, else neutral; "empty" has no text, "unscored" none that can be read.
    """
    scaled = logits_of(clauses["sentiment"])
    source = clauses["feedback_id"].map(dict(zip(feedback["feedback_id"], feedback["source"], strict=True)))
    logits = comment_logits(feedback, clauses, _unscaled(scaled, source, model))
    probability = np.full(len(feedback), np.nan)
    for name, scale in _scales(feedback["source"], model).items():
        rows = (feedback["source"] == name).to_numpy()
        probability[rows] = scale.comment_probability(logits[rows])
    by_comment = clauses.assign(_logit=scaled, _neutral=(clauses["label"] == "neutral") | np.isnan(scaled))
    found = (
        by_comment.groupby("feedback_id", sort=False)
        .agg(language=("language", "first"), low=("_logit", "min"), high=("_logit", "max"), quiet=("_neutral", "all"))
        .reindex(feedback["feedback_id"])
    )
    labels = _comment_labels(probability, found, feedback["source"], model)
    labels[~feedback["text"].str.contains(r"\S", regex=True).to_numpy(dtype=bool)] = "empty"
    return pd.DataFrame(
        {
            "feedback_id": feedback["feedback_id"].to_numpy(dtype=object),
            "language": found["language"].fillna("und").to_numpy(dtype=object),
            "sentiment": 2 * probability - 1,
            "label": labels,
            "method": model.version,
            "duplicate": None,  # found over all comments together (duplicates.py)
        }
    ).astype(COMMENTS)


def _bare_emoji(texts: pd.Series) -> NDArray[np.bool_]:
    """True for emoji and emoticons without a letter: they need no language."""
    found = (not _LETTER.search(text) and bool(_FACE.search(text)) for text in texts)
    return np.fromiter(found, dtype=bool, count=len(texts))


def _emoji_logits(lexicon: _Numbers, source: pd.Series, model: SentimentModel) -> _Numbers:
    """The logits of emoji alone, by the lexicon, as they are before the scale of their source.

    A slope says how much the logits of words are worth in a source, whether the starter's or an own head's; that of a
    thumbs up is known without. So it is divided out here, for `_scaled` to leave them as strong as elsewhere.
    """
    slope = source.map(lambda name: model.scale(name).slope).to_numpy(dtype=np.float64)
    found: _Numbers = RULES.emoji_strength * lexicon[:, 0] / slope
    return found


def logits_of(sentiment: pd.Series) -> _Numbers:
    """The scaled logits that `score_clauses` made these sentiments of, float64[n]; NaN stays NaN."""
    most = np.tanh(RULES.most / 2)
    found: _Numbers = 2 * np.arctanh(sentiment.to_numpy(dtype=np.float64).clip(-most, most))
    return found


def _scaled(logits: _Numbers, source: pd.Series, model: SentimentModel) -> _Numbers:
    """The logits on the scale of their source, within what can be stored."""
    scaled = logits.copy()
    for name, scale in _scales(source, model).items():
        rows = (source == name).to_numpy()
        scaled[rows] = scale.slope * logits[rows] + scale.shift
    return np.clip(scaled, -RULES.most, RULES.most)


def _unscaled(scaled: _Numbers, source: pd.Series, model: SentimentModel) -> _Numbers:
    """The logits before `_scaled`."""
    logits = scaled.copy()
    for name, scale in _scales(source, model).items():
        rows = (source == name).to_numpy()
        logits[rows] = (scaled[rows] - scale.shift) / scale.slope
    return logits


def _scales(source: pd.Series, model: SentimentModel) -> dict[str, Scale]:
    return {str(name): model.scale(str(name)) for name in source.unique()}


def _comment_labels(probability: _Numbers, found: pd.DataFrame, source: pd.Series, model: SentimentModel) -> _Labels:
    """negative | neutral | positive | mixed by the thresholds of the source, unscored for NaN."""
    sides = ((found["low"] <= -RULES.clear) & (found["high"] >= RULES.clear)).to_numpy()
    labels = np.where(sides, "mixed", "neutral").astype(object)
    tilt = np.abs(probability - 0.5)
    quiet = found["quiet"].eq(True).to_numpy() & (tilt < 0.5 - RULES.quiet)
    between = quiet | (sides & (tilt < 0.5 - RULES.mixed))
    for name, scale in _scales(source, model).items():
        rows = (source == name).to_numpy()
        if not model.has_own_scale(name):  # thresholds that came of a source's ratings know what lies between already
            rows = rows & ~between
        labels[rows & (probability < scale.negative)] = "negative"
        labels[rows & (probability > scale.positive)] = "positive"
    labels[np.isnan(probability)] = "unscored"
    return labels


def _clause_labels(logits: _Numbers, neutral: _Numbers) -> _Labels:
    """negative | positive by sign, neutral where the neutral head outweighs the tone; unscored for NaN."""
    labels = np.where(logits > 0, "positive", "negative").astype(object)
    labels[np.abs(logits) - neutral < RULES.neutral_bound] = "neutral"
    labels[np.isnan(logits)] = "unscored"
    return labels


def _with_sentence(clauses: pd.DataFrame, own: _Numbers) -> _Numbers:
    """Each clause's logit mixed with the mean of its sentence; as it is where a sentence's clauses disagree in sign.

    The mean of a sentence stays what it was, so that `score_comments` can work from what is stored.
    """
    scored = pd.DataFrame({"comment": clauses["feedback_id"], "sentence": clauses["sentence"], "own": own})
    groups = scored.groupby(["comment", "sentence"], sort=False)["own"]
    mean, low, high = (groups.transform(name).to_numpy(dtype=np.float64) for name in ("mean", "min", "max"))
    mixed: _Numbers = np.where((low < 0) & (high > 0), own, RULES.own_share * own + (1 - RULES.own_share) * mean)
    return mixed
