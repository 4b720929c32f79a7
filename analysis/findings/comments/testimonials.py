"""Texts that marketing could ask consent for (docs/methods.md, D10): eligible, ranked, and varied.

A check that the data does not allow ("author has no open ticket" without tickets) is said to be not checkable;
it neither passes nor fails. Nothing here is a consent.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pandas as pd

from analysis.findings.comments.signal_counts import asks_for_something
from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.scope.verbatims import verbatim_of
from analysis.text.wordlists import read_words
from groundswell.findings import Testimonial

__all__ = ["find_testimonials"]

MOST_CANDIDATES = 10
FEWEST_WORDS, MOST_WORDS = 8, 60
CLEARLY = 0.8  # on 2p - 1: nine in ten that the words are happy ones
QUIET_DAYS = 180
NEAR_DUPLICATE = 0.8
VARIETY = 0.7  # lambda of maximal marginal relevance
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|my|me|mine|we|we're|we've|our|us)\b", re.I)
_MARK = re.compile(r"\[[a-z ]+\]")
_SPECIFIC = re.compile(r"\d|\b(?:before|after|since|used to|switched|instead of|compared|saved|faster|easier)\b", re.I)


def find_testimonials(scope: Scope, comments: pd.DataFrame) -> list[Testimonial]:
    """Up to 10 candidates of the period, best first, with what was checked and what could not be."""
    rows = _eligible(scope, comments)
    if rows.empty:
        return []
    rows["usual"] = rows["theme_id"].map(rows["theme_id"].value_counts(normalize=True))
    rows["recency"] = rows["occurred_at"].rank(method="max", pct=True).fillna(0.5)
    ranked: list[dict[Any, Any]] = []
    for row in rows.to_dict("records"):
        parts = _rank_parts(row)
        ranked.append({**row, "rank_parts": parts, "rank": round(sum(parts.values()), 6)})
    ranked.sort(key=lambda row: (-row["rank"], row["feedback_id"]))
    return [_candidate(row, scope) for row in _varied(ranked[:200])]


def _eligible(scope: Scope, comments: pd.DataFrame) -> pd.DataFrame:
    """Comments of the period that pass every check that can be made."""
    rows = scope.feedback.merge(
        comments[["feedback_id", "sentiment", "label", "language"]],
        on="feedback_id",
        suffixes=("_declared", ""),
    )
    rows["who"] = people(rows)
    best = scope.mentions[scope.mentions["theme_id"].notna() & (scope.mentions["label"] == "positive")]
    best = best.sort_values(["similarity", "start"], ascending=[False, True], kind="stable").drop_duplicates(
        "feedback_id"
    )
    rows = rows.merge(best[["feedback_id", "theme_id"]], on="feedback_id", how="inner")
    unhappy_clause = set(scope.mentions.loc[scope.mentions["label"] == "negative", "feedback_id"])
    rows = rows[
        _top_score(rows)
        & (rows["label"] == "positive")
        & (rows["sentiment"] >= CLEARLY)
        & ~rows["feedback_id"].isin(unhappy_clause)
        & ~rows["feedback_id"].isin(scope.mentions.loc[asks_for_something(scope.mentions), "feedback_id"])
        & ~rows["who"].isin(_lately_unhappy(scope, comments))
        & ~rows["who"].isin(_open_tickets(scope))
    ]
    # Reading the words takes longest: only of those that are left.
    words = rows["text"].map(lambda text: len(_WORD.findall(text))).astype("int64")
    rows = rows.assign(words=words)[words.between(FEWEST_WORDS, MOST_WORDS)]
    return rows[rows["text"].map(_is_presentable).astype(bool)].copy()


def _top_score(rows: pd.DataFrame) -> pd.Series:
    """NPS 9-10, or the best answer of any other scale."""
    return ((rows["metric"] == "nps") & (rows["score"] >= 9)) | (rows["score_scaled"] >= 0.999)


def _lately_unhappy(scope: Scope, comments: pd.DataFrame) -> set[str]:
    """Known authors with negative feedback in the 180 days up to the period's end."""
    rows = scope.all_feedback.merge(comments[["feedback_id", "label"]], on="feedback_id")
    end = scope.span.period.end
    if end is not None:
        rows = rows[(rows["occurred_at"] < end) & (rows["occurred_at"] >= end - timedelta(days=QUIET_DAYS))]
    unhappy = rows[(rows["label"] == "negative") | (rows["score_scaled"] < 0.5)]
    return set(unhappy["author"].dropna())


def _open_tickets(scope: Scope) -> set[str]:
    """Known authors of tickets without a resolution, of the sources that tell resolutions."""
    tickets = _with_resolutions(scope)
    return set(tickets.loc[tickets["resolved_at"].isna(), "author"].dropna())


def _tickets_tell(scope: Scope, source: str) -> bool:
    """Whether an author of the source would be known again in a ticket: one at least writes in both.

    An e-mail address is one person in every source, a user name only in its own.
    """
    writers = scope.all_feedback.loc[scope.all_feedback["source"] == source, "author"].dropna()
    return bool(writers.isin(_with_resolutions(scope)["author"].dropna()).any())


def _with_resolutions(scope: Scope) -> pd.DataFrame:
    """Tickets of the sources that tell when a ticket was resolved."""
    tickets = scope.all_feedback[scope.all_feedback["reported_at"].notna()]
    told = tickets.groupby("source")["resolved_at"].transform("count") > 0
    return tickets[told]


def _rank_parts(row: dict[Any, Any]) -> dict[str, float]:
    """The weighted parts of the rank; they add up to it (weights of docs/methods.md, D10)."""
    specific = min(1.0, len(_SPECIFIC.findall(row["text"])) / 3)
    complete = min(1.0, row["words"] / 25) * (1.0 if row["text"].rstrip()[-1:] in ".!?…" else 0.7)
    return {
        "sentiment": round(0.35 * float(row["sentiment"]), 6),
        "specificity": round(0.25 * specific, 6),
        "theme": round(0.2 * float(row["usual"]), 6),
        "recency": round(0.1 * float(row["recency"]), 6),
        "completeness": round(0.1 * complete, 6),
    }


def _varied(ranked: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """The best ones that are not alike: maximal marginal relevance over shared character fives and themes."""
    chosen: list[dict[Any, Any]] = []
    shingles = {row["feedback_id"]: _shingles(row["text"]) for row in ranked}
    left = list(ranked)
    while left and len(chosen) < MOST_CANDIDATES:

        def gain(row: dict[Any, Any]) -> float:
            likeness = max((_likeness(row, other, shingles) for other in chosen), default=0.0)
            return VARIETY * float(row["rank"]) - (1 - VARIETY) * likeness

        best = max(left, key=gain)
        left.remove(best)
        mine = shingles[best["feedback_id"]]
        if all(_jaccard(mine, shingles[c["feedback_id"]]) < NEAR_DUPLICATE and best["who"] != c["who"] for c in chosen):
            chosen.append(best)
    return chosen


def _likeness(one: dict[Any, Any], two: dict[Any, Any], shingles: dict[str, frozenset[str]]) -> float:
    same_theme = 0.5 if one["theme_id"] == two["theme_id"] else 0.0
    return max(same_theme, _jaccard(shingles[one["feedback_id"]], shingles[two["feedback_id"]]))


def _shingles(text: str) -> frozenset[str]:
    flat = " ".join(_WORD.findall(text.lower()))
    return frozenset(flat[i : i + 5] for i in range(max(1, len(flat) - 4)))


def _jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two)


def _candidate(row: dict[Any, Any], scope: Scope) -> Testimonial:
    text = row["text"]
    # A testimonial is quoted whole or not at all: consent is given to the exact text.
    quote = verbatim_of({**row, "comment_text": text}, (0, len(text)))
    known = bool(pd.notna(row["author"]))
    has_tickets = known and _tickets_tell(scope, row["source"])
    checks = {
        "top score": "passed",
        "no unhappy clause": "passed",
        "no wish": "passed",
        f"{FEWEST_WORDS} to {MOST_WORDS} words": "passed",
        "first person": "passed",
        "no personal data, no profanity": "passed",
        f"no unhappy feedback in {QUIET_DAYS} days": "passed" if known else "not checkable: author unknown",
        "no open ticket": "passed" if has_tickets else "not checkable: no tickets of known authors",
        "not an employee, not incentivised": "not checkable: no such field in the source",
    }
    return Testimonial(
        quote, row["theme_id"], scope.labels[row["theme_id"]], float(row["rank"]), row["rank_parts"], checks
    )


def _is_presentable(text: str) -> bool:
    """Speaks in the first person, and holds no redaction mark and no profanity."""
    return bool(_FIRST_PERSON.search(text)) and not _MARK.search(text) and _decent(text)


def _decent(text: str) -> bool:
    return read_words("profanity.txt").isdisjoint(_WORD.findall(text.lower()))
