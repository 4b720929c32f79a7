"""The tone of a whole comment from the tones of its clauses; the constants stand in rules.py."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sentiment.rules import RULES
from analysis.text.lexicon import LANGUAGES, lexicon_scores

__all__ = ["clause_shares", "comment_logits"]

_Numbers = NDArray[np.float64]


def comment_logits(feedback: pd.DataFrame, clauses: pd.DataFrame, logits: _Numbers) -> _Numbers:
    """The logit of "positive rather than negative" of each row of `feedback`, not scaled; NaN where nothing is read.

    `feedback` needs feedback_id and text, `clauses` feedback_id, sentence and language; `logits`, one per clause, is
    what the model says of it, NaN where it does not read it.
    """
    read = ~np.isnan(logits)
    row = feedback.reset_index(drop=True).reset_index().set_index("feedback_id")["index"]
    rows = clauses["feedback_id"].map(row).to_numpy(dtype=np.float64)
    known = read & ~np.isnan(rows)
    at = rows[known].astype(np.int64)
    tone = np.bincount(at, (clause_shares(clauses, read) * np.where(read, logits, 0.0))[known], len(feedback))
    sentences = clauses.loc[known, ["feedback_id", "sentence"]].drop_duplicates()["feedback_id"].value_counts()
    count = feedback["feedback_id"].map(sentences).to_numpy(dtype=np.float64)  # NaN where nothing is read
    whole = _whole_scores(feedback, clauses, ~np.isnan(count))
    found: _Numbers = tone + RULES.whole * whole - RULES.length * np.log(count)
    return found


def clause_shares(clauses: pd.DataFrame, read: NDArray[np.bool_]) -> _Numbers:
    """How much each clause counts in its comment, float64[len(clauses)], 0 for those that are not `read`.

    Sentences count alike, and so do the clauses of one; the shares of a comment add up to its number of clauses to the
    power of `Rules.evidence`.
    """
    frame = clauses.loc[read, ["feedback_id", "sentence"]]
    by_comment = frame.groupby("feedback_id", sort=False)["sentence"]
    in_comment, sentences = (by_comment.transform(name).to_numpy(np.float64) for name in ("size", "nunique"))
    in_sentence = frame.groupby(["feedback_id", "sentence"], sort=False)["sentence"].transform("size")
    shares = np.zeros(len(clauses))
    shares[read] = in_comment**RULES.evidence / (sentences * in_sentence.to_numpy(dtype=np.float64))
    return shares


def _whole_scores(feedback: pd.DataFrame, clauses: pd.DataFrame, read: NDArray[np.bool_]) -> _Numbers:
    """The lexicon's compound score of each text that is read, 0 in a language that the lexicon does not know."""
    first = clauses.drop_duplicates("feedback_id").set_index("feedback_id")["language"]
    known = feedback["feedback_id"].map(first).isin(LANGUAGES).to_numpy(dtype=bool) & read
    scores = np.zeros(len(feedback))
    scores[known] = lexicon_scores(feedback["text"][known].tolist())[:, 0]
    return scores
