"""Scores and texts that say opposite things (docs/methods.md, D9.5): both are kept, service managers read them."""

from __future__ import annotations

import pandas as pd

from analysis.scope import Scope
from analysis.verbatims import score_in_words, verbatim_of
from groundswell.findings import Mismatch

__all__ = ["find_mismatches"]

HAPPY, UNHAPPY = 0.9, 0.25  # on the 0-1 score: NPS 9-10, 5 stars; NPS 0-2, 1-2 stars
CLEARLY = 0.5


def find_mismatches(scope: Scope, comments: pd.DataFrame) -> list[Mismatch]:
    """Comments of the period whose words clearly contradict their score, the clearest first.

    `comments` has one sentiment per record (groundswell/frames.py); a mixed comment is no mismatch.
    """
    rows = scope.feedback.merge(comments[["feedback_id", "sentiment", "label"]], on="feedback_id", how="inner")
    happy = (rows["score_scaled"] >= HAPPY) & (rows["label"] == "negative") & (rows["sentiment"] <= -CLEARLY)
    unhappy = (rows["score_scaled"] <= UNHAPPY) & (rows["label"] == "positive") & (rows["sentiment"] >= CLEARLY)
    found = rows[happy | unhappy]
    # Taken from `found` itself: pandas lets a longer column grow an empty frame.
    found = found.assign(_clear=found["sentiment"].abs().round(9))
    found = found.sort_values(["_clear", "feedback_id"], ascending=[False, True], kind="stable")
    return [_mismatch(row) for row in found.to_dict("records")]


def _mismatch(row: dict[object, object]) -> Mismatch:
    text = str(row["text"])
    whole = {
        **row,
        "comment_text": text,
        "start": 0,
        "end": len(text),
        "sentence_start": 0,
        "sentence_end": len(text),
    }
    sentiment = float(str(row["sentiment"]))
    direction = "happy score, unhappy words" if sentiment < 0 else "unhappy score, happy words"
    return Mismatch(verbatim_of(whole), score_in_words(row) or "", sentiment, direction)
