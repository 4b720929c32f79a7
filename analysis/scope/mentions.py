"""Clauses joined with the comments they stand in: the table that every count of themes is made from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scope.scores import people
from groundswell.frames import segment_columns

__all__ = ["CLEAR_MAJORITY", "MOODS", "build_mentions", "has_signal", "mark_moods"]

MOODS = ("pain", "praise")  # those that hold an opinion
# A neutral clause ("when will my card arrive") is a complaint where this share of its theme's opinions are.
CLEAR_MAJORITY, FEWEST_OPINIONS = 0.7, 10

_OF_COMMENT = [
    "feedback_id",
    "source",
    "reference",
    "kind",
    "occurred_at",
    "metric",
    "score",
    "score_high",
    "score_scaled",
]


def build_mentions(feedback: pd.DataFrame, clauses: pd.DataFrame) -> pd.DataFrame:
    """One row per clause, with its comment's fields, `who` it counts for, `mood` and the bounds of its sentence.

    `mood` is "pain", "praise", "plain" or "unscored" (see `mark_moods`); clauses keep their order.
    """
    comments = feedback[_OF_COMMENT[1:] + segment_columns(feedback.columns)].copy()
    comments["comment_text"] = feedback["text"]
    comments["who"] = people(feedback)
    place = pd.Index(feedback["feedback_id"]).get_indexer(clauses["feedback_id"])
    known = clauses if (place >= 0).all() else clauses[place >= 0]
    place = place[place >= 0]
    of_comment = comments.take(place).reset_index(drop=True)
    mentions: pd.DataFrame = pd.concat([known.reset_index(drop=True), of_comment], axis=1)
    sentence = mentions.groupby([place, mentions["sentence"].to_numpy()], sort=False)
    mentions["sentence_start"] = sentence["start"].transform("min")
    mentions["sentence_end"] = sentence["end"].transform("max")
    mentions["mood"] = mark_moods(mentions)
    # A comment with both moods is not quoted whole under a theme that has only one of them.
    pains, praises = (np.bincount(place, mentions["mood"] == mood, len(feedback)) > 0 for mood in ("pain", "praise"))
    mentions["two_minded"] = (pains & praises)[place]
    return mentions


def mark_moods(clauses: pd.DataFrame) -> pd.Series:
    """pain | praise | plain | unscored per clause, from its words alone, never from its score.

    A negative clause is a pain, a positive one praise, unless it wishes for something and says no praise: "I would
    love a dark mode" is as good as neutral. A neutral one is a pain where a clear majority of its theme's opinions are
    negative: "my card has not arrived" carries no word of feeling. Nobody praises in such words.
    Scores stay out of it, or the impact of a pain point on the score would be its own cause.
    """
    moods = clauses["label"].map({"negative": "pain", "positive": "praise", "neutral": "plain", "unscored": "unscored"})
    wished = has_signal(clauses, "request") & ~has_signal(clauses, "praise")
    moods = moods.mask((moods == "praise") & wished, "plain")
    opinions = clauses[clauses["label"].isin(["negative", "positive"]) & clauses["theme_id"].notna()]
    negative = (opinions["label"] == "negative").groupby(opinions["theme_id"]).agg(["mean", "size"])
    negative = negative[negative["size"] >= FEWEST_OPINIONS]
    side = pd.Series("plain", index=negative.index, dtype=object)
    side[negative["mean"] >= CLEAR_MAJORITY] = "pain"
    of_theme = clauses["theme_id"].map(side)
    return moods.where((moods != "plain") | of_theme.isna(), of_theme)


def has_signal(mentions: pd.DataFrame, signal: str) -> pd.Series:
    """Which clauses give the signal."""
    # There are few combinations of signals and many clauses: each combination is read once.
    codes, combinations = pd.factorize(mentions["signals"])
    gives = np.array([signal in str(names).split() for names in combinations] + [False])
    return pd.Series(gives[codes], index=mentions.index)
