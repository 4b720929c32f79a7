"""Scores and texts that say opposite things (docs/methods.md, D9): both are kept, service managers read them.

A list that a person reads must be right. The heads alone are often wrong in the happy scores that they read as unhappy
("the problem was solved straight away"), so the word lists have to agree with them (figures: docs/decisions.md).
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.findings.comments.signal_counts import asks_for_something
from analysis.scope.scope import Scope
from analysis.scope.verbatims import alike, score_in_words, verbatim_of
from analysis.sentiment.scoring import logits_of
from analysis.text.lexicon import LANGUAGES, lexicon_scores
from groundswell.findings import Mismatch, MismatchCounts

__all__ = ["find_mismatches"]

HAPPY, UNHAPPY = 0.9, 0.25  # on the 0-1 score: NPS 9-10, 5 stars; NPS 0-2, 1-2 stars
# How clearly words must contradict the score, on 2p - 1 at even odds, and what the word lists must say of them.
UNHAPPY_WORDS, UNHAPPY_LIST, FEWEST_UNHAPPY = -0.6, -0.2, 3
HAPPY_WORDS, HAPPY_LIST, FEWEST_HAPPY = 0.8, 0.3, 2
LONG = 160  # characters; a longer text tells no more at a glance
MOST_TRIED = 200
MOST_MISMATCHES = 25  # that a digest holds of each direction; all of them are counted
_WORD = re.compile(r"\w+")


def find_mismatches(scope: Scope, comments: pd.DataFrame) -> tuple[list[Mismatch], MismatchCounts]:
    """Comments of the period whose words clearly contradict their score, the clearest first, 25 of each direction.

    `comments` has one label per record (groundswell/frames.py); a mixed comment is no mismatch. Those with a happy
    score come first. Of texts that are nearly alike one is listed; the counts are of all, and of how many could be.
    """
    rows = _told_apart(scope, comments)
    counts = MismatchCounts(len(rows), int(rows["happy"].sum()), int(rows["unhappy"].sum()))
    return [*_unlike(rows[rows["happy"]]), *_unlike(rows[rows["unhappy"]])], counts


def _told_apart(scope: Scope, comments: pd.DataFrame) -> pd.DataFrame:
    """The period's comments with a tone and a score at either end, the clearest tone first.

    `sentiment` is the tone of the words alone; `happy` marks a happy score with unhappy words, `unhappy` the reverse.
    """
    rows = scope.feedback.merge(comments[["feedback_id", "label"]], on="feedback_id", how="inner")
    rows = rows.merge(_tone_of_words(scope.mentions), on="feedback_id", how="inner")
    rows = rows[(rows["score_scaled"] >= HAPPY) | (rows["score_scaled"] <= UNHAPPY)]
    good, bad = rows["score_scaled"] >= HAPPY, rows["score_scaled"] <= UNHAPPY
    clear = rows["label"] != "mixed"
    loud = clear & ((rows["sentiment"] <= UNHAPPY_WORDS) | (rows["sentiment"] >= HAPPY_WORDS))
    words = rows.loc[loud, "text"].map(lambda text: len(_WORD.findall(text))).astype("int64")
    words = words.reindex(rows.index, fill_value=0)
    unhappy_words = loud & (rows["sentiment"] <= UNHAPPY_WORDS) & (words >= FEWEST_UNHAPPY)
    happy_words = loud & (rows["sentiment"] >= HAPPY_WORDS) & (words >= FEWEST_HAPPY) & ~rows["wanting"]
    listed = _listed(rows, (good & unhappy_words) | (bad & happy_words))
    rows = rows.assign(
        happy=good & unhappy_words & ~(listed > UNHAPPY_LIST),
        unhappy=bad & happy_words & ~(listed < HAPPY_LIST),
        # Among equally clear ones those that say more: "very good" with one star tells little.
        _clear=rows["sentiment"].abs().round(1),
        _long=rows["text"].str.len().clip(upper=LONG),
    )
    order = ["_clear", "_long", "sentiment", "feedback_id"]
    return rows.sort_values(order, ascending=[False, False, True, True], kind="stable")


def _unlike(rows: pd.DataFrame) -> list[Mismatch]:
    """The first 25 of the rows that are not alike."""
    chosen: list[Mismatch] = []
    for row in rows.head(MOST_TRIED).to_dict("records"):
        if len(chosen) < MOST_MISMATCHES and not any(alike(str(row["text"]), c.verbatim.text) for c in chosen):
            chosen.append(_mismatch(row))
    return chosen


def _tone_of_words(mentions: pd.DataFrame) -> pd.DataFrame:
    """feedback_id, `sentiment` and `wanting` of each comment with a tone.

    The sentiment is that of its clauses together, at even odds: that of the comment knows how happy the other
    customers of its source are. A comment is wanting where a clause is unhappy or asks for something.
    """
    rows = mentions[mentions["sentiment"].notna()].sort_values(["feedback_id", "start"], kind="stable")
    wanting = rows["label"].eq("negative") | asks_for_something(rows)
    of_comment = rows.assign(_logit=logits_of(rows["sentiment"]), wanting=wanting).groupby("feedback_id", sort=True)
    told = of_comment.agg(_logit=("_logit", "mean"), wanting=("wanting", "any"), spoken=("language", "first"))
    return told.assign(sentiment=np.tanh(told["_logit"] / 2)).drop(columns="_logit").reset_index()


def _listed(rows: pd.DataFrame, wanted: pd.Series) -> NDArray[np.float64]:
    """What the word lists say of the wanted texts, -1 to 1; NaN for the others and where the lists do not know the
    language."""
    scores = np.full(len(rows), np.nan)
    places = np.flatnonzero((wanted & rows["spoken"].isin(LANGUAGES)).to_numpy(dtype=bool))
    scores[places] = lexicon_scores(rows["text"].iloc[places].tolist())[:, 0]
    return scores


def _mismatch(row: dict[object, object]) -> Mismatch:
    text = str(row["text"])
    quote = verbatim_of({**row, "comment_text": text}, (0, len(text)))
    sentiment = float(str(row["sentiment"]))
    direction = "happy score, unhappy words" if sentiment < 0 else "unhappy score, happy words"
    return Mismatch(quote, score_in_words(row) or "", sentiment, direction)
