"""Quotes that tell: near the theme's centre, short, in the theme's mood, and not alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundswell.findings import Verbatim

__all__ = ["alike", "score_in_words", "telling_verbatims", "verbatim_of"]

# A quote reads well between these lengths, in characters; longer ones are cut back to their clause.
SHORTEST, LONGEST = 24, 160
MOST_TRIED = 60
_OF_QUOTE = [
    *("feedback_id", "reference", "source", "comment_text", "start", "end", "sentence_start", "sentence_end"),
    *("sentiment", "occurred_at", "metric", "score", "score_high", "who", "two_minded"),
]
_WORD = re.compile(r"\w+")


def telling_verbatims(mentions: pd.DataFrame, *, n: int = 3, mood: int = -1) -> tuple[Verbatim, ...]:
    """Up to `n` quotes out of one theme's mentions, of different people, best first.

    `mentions` are clauses joined with the fields of their comments (`who`, `comment_text`); `mood` is -1 for
    complaints, 1 for praise, 0 for either.
    """
    if mentions.empty:
        return ()
    order = _how_telling(mentions, mood)
    # Only the best ones are put in order: a theme may have a hundred thousand clauses.
    best = order >= np.partition(order, -MOST_TRIED)[-MOST_TRIED] if len(order) > MOST_TRIED else order == order
    ranked = (
        mentions[best]
        .assign(_order=order[best])
        .sort_values(["_order", "feedback_id", "start"], ascending=[False, True, True], kind="stable")
    )
    chosen: list[Verbatim] = []
    people: set[str] = set()
    for row in ranked.head(MOST_TRIED)[_OF_QUOTE].to_dict("records"):
        quote = verbatim_of(row)
        if row["who"] in people or any(alike(quote.text, other.text) for other in chosen):
            continue
        chosen.append(quote)
        people.add(row["who"])
        if len(chosen) == n:
            break
    return tuple(chosen)


def _how_telling(mentions: pd.DataFrame, mood: int) -> NDArray[np.float64]:
    """The higher the better: near the theme's centre, of a good length, in the mood."""
    length = mentions["end"] - mentions["start"]
    readable = 1.0 - ((length - 80).abs() / 160).clip(upper=1.0)
    sentiment = mentions["sentiment"].fillna(0.0)
    order = mentions["similarity"].fillna(0.0) + 0.25 * readable + 0.25 * mood * sentiment
    order = order - (length < SHORTEST) * 0.5
    return order.round(9).to_numpy(dtype=np.float64)


def verbatim_of(row: Mapping[Any, Any], span: tuple[int, int] | None = None) -> Verbatim:
    """The quote of one mention: the given span of its comment's text, else as much as `_span` finds."""
    text, (start, end) = row["comment_text"], span or _span(row)
    sentiment, when = row["sentiment"], row["occurred_at"]
    return Verbatim(
        feedback_id=row["feedback_id"],
        reference=row["reference"],
        source=row["source"],
        text=text[start:end],
        start=start,
        end=end,
        sentiment=None if pd.isna(sentiment) else float(sentiment),
        occurred_at=None if pd.isna(when) else when.to_pydatetime(),
        score=score_in_words(row),
    )


def _span(row: Mapping[Any, Any]) -> tuple[int, int]:
    """The whole comment where that is short and of one mood, else its sentence or clause."""
    text, clause = row["comment_text"], (int(row["start"]), int(row["end"]))
    if len(text) <= LONGEST and not row.get("two_minded", False):
        return 0, len(text)
    left, right = int(row["sentence_start"]), int(row["sentence_end"])
    return (left, right) if right - left <= LONGEST else clause


def score_in_words(row: Mapping[Any, Any]) -> str | None:
    """The score as a reader says it: "NPS 3", "2 of 5"; None without one."""
    if row["metric"] is None or pd.isna(row["score"]):
        return None
    if row["metric"] == "nps":
        return f"NPS {row['score']:g}"
    return f"{row['score']:g} of {row['score_high']:g}"


def alike(one: str, two: str) -> bool:
    """True when two quotes share at least half of their words."""
    a, b = set(_WORD.findall(one.lower())), set(_WORD.findall(two.lower()))
    return bool(a or b) and len(a & b) / len(a | b) >= 0.5
