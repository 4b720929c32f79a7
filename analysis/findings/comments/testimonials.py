"""Texts that marketing could ask consent for (docs/methods.md, D10): eligible, ranked, and varied.

A check that the data does not allow ("author has no open ticket" without tickets) is said to be not checkable;
it neither passes nor fails. Nothing here is a consent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd

from analysis.findings.comments.signal_counts import asks_for_something
from analysis.findings.comments.testimonial_authors import (
    QUIET_DAYS,
    flags_of,
    lately_unhappy,
    names_somebody,
    open_tickets,
    tells_flags,
    tickets_tell,
)
from analysis.findings.comments.testimonial_rank import Ranked, rank_parts, varied
from analysis.findings.comments.testimonial_words import AGAINST, FEWEST_WORDS, MOST_WORDS, against
from analysis.scope.scope import Scope
from analysis.scope.scores import people
from analysis.scope.verbatims import verbatim_of
from analysis.statistics.intervals import FEW_AUTHORS, share_interval
from groundswell.findings import Testimonial
from groundswell.testimonials import key_of

__all__ = ["MOST_CANDIDATES", "find_testimonials"]

MOST_CANDIDATES = 10
CLEARLY = 0.8  # on 2p - 1: nine in ten that the words are happy ones
MOST_RANKED = 300
YEAR = 365  # days whose feedback tells how usual such praise is


def find_testimonials(
    scope: Scope, comments: pd.DataFrame, not_to_ask: Sequence[str] = (), most: int = MOST_CANDIDATES
) -> list[Testimonial]:
    """Up to `most` candidates of the period, best first, with what was checked and what could not be.

    `not_to_ask` are records that were decided on before, and authors who were asked lately.
    """
    rows = _eligible(scope, comments, frozenset(not_to_ask))
    if rows.empty:
        return []
    usual = rows["theme_id"].value_counts()
    rows["usual"] = rows["theme_id"].map(usual / usual.max())
    rows["recency"] = rows["occurred_at"].rank(method="max", pct=True).fillna(0.5)
    ranked = []
    for row in rows.to_dict("records"):
        flags = flags_of(row)
        parts = rank_parts(row, flags)
        ranked.append(Ranked(row, flags, parts, round(sum(parts.values()), 6)))
    ranked.sort(key=lambda one: (-one.rank, one.row["feedback_id"]))
    return [_candidate(one, scope) for one in varied(ranked[:MOST_RANKED], most)]


def _eligible(scope: Scope, comments: pd.DataFrame, not_to_ask: frozenset[str]) -> pd.DataFrame:
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
        & ~rows["who"].isin(lately_unhappy(scope, comments))
        & ~rows["who"].isin(open_tickets(scope))
        & ~rows["feedback_id"].isin(not_to_ask)
        & ~rows["who"].isin(not_to_ask)
    ]
    # Reading the words takes longest: only of those that are left.
    rows = rows[rows["text"].map(lambda text: against(text) is None).astype(bool)]
    return rows[~names_somebody(rows["text"], scope.feedback["text"])].copy()


def _top_score(rows: pd.DataFrame) -> pd.Series:
    """NPS 9-10, or the best answer of any other scale."""
    return ((rows["metric"] == "nps") & (rows["score"] >= 9)) | (rows["score_scaled"] >= 0.999)


def _candidate(one: Ranked, scope: Scope) -> Testimonial:
    row, text = one.row, one.row["text"]
    # A testimonial is quoted whole or not at all: consent is given to the exact text.
    quote = verbatim_of({**row, "comment_text": text}, (0, len(text)))
    label = scope.labels[row["theme_id"]]
    return Testimonial(
        quote,
        row["theme_id"],
        label,
        one.rank,
        one.parts,
        _checks(row, one.flags, scope),
        key=key_of(row["feedback_id"], text),
        flags=one.flags,
        typical=_typical(scope, row["theme_id"], label),
    )


def _checks(row: dict[Any, Any], flags: tuple[str, ...], scope: Scope) -> dict[str, str]:
    """What was checked of this text and its author, and what could not be."""
    known = bool(pd.notna(row["author"]))
    has_tickets = known and tickets_tell(scope, row["source"])
    words = ("top score", "no unhappy clause", "no wish", f"{FEWEST_WORDS} to {MOST_WORDS} words", "first person")
    passed = (
        *words,
        "names what it did or what is good",
        "reads well",
        "no question",
        "no personal data, no profanity",
        *AGAINST.values(),
    )
    connected = "passed" if tells_flags(row) else "not checkable: no such field in the source"
    return {
        **dict.fromkeys(passed, "passed"),
        f"no unhappy feedback in {QUIET_DAYS} days": "passed" if known else "not checkable: author unknown",
        "no open ticket": "passed" if has_tickets else "not checkable: no tickets of known authors",
        "not an employee, not incentivised": f"to be disclosed: {', '.join(flags)}" if flags else connected,
    }


def _typical(scope: Scope, theme: str, label: str) -> str:
    """How many of those who raised the theme in the year up to the period's end spoke well of it."""
    raised = scope.all_mentions[(scope.all_mentions["theme_id"] == theme) & (scope.all_mentions["label"] != "unscored")]
    end, when = scope.span.period.end, "in all feedback"
    if end is not None:
        raised = raised[(raised["occurred_at"] < end) & (raised["occurred_at"] >= end - timedelta(days=YEAR))]
        when = "in the year before"
    unhappy = set(raised.loc[raised["label"] == "negative", "who"])
    happy = set(raised.loc[raised["label"] == "positive", "who"]) - unhappy
    n = raised["who"].nunique()
    share = share_interval(len(happy), n)
    if share is None or n < FEW_AUTHORS:
        return f"Only {n} raised “{label}” {when}: too few to call it typical."
    value, low, high = (round(100 * part) for part in (share.value, share.low, share.high))
    return f"Of {n:,} who raised “{label}” {when}, {value} % spoke well of it and not ill ({low}–{high} %)."
