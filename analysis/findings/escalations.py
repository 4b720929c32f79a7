"""Whom to call back, and what customers ask for: out of the signals of the period's clauses.

An escalation, a churn intent or an urgent case is told once for each customer, by their most serious words; wishes are
grouped by theme. Counts are of people where people are known (law 7).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.findings.scope import Scope
from analysis.findings.verbatims import telling_verbatims, verbatim_of
from analysis.sentiment.signals import SIGNALS
from groundswell.findings import Escalation, Request, SignalSummary

__all__ = ["asks_for_something", "find_escalations", "find_requests", "people_by_signal", "signal_summary"]

# What calls for an answer by a person, with how much it weighs: a threat outweighs leaving and haste together.
SERIOUS = {"escalation": 4, "churn": 2, "urgency": 1}
CONTENT = 0.7  # on the 0-1 score: NPS 7 and more, four and five stars
MOST_ESCALATIONS = 50  # that a digest holds; all of them are counted
MOST_QUOTES = 3
LONGEST_QUOTE = 220  # characters: as much as a page shows of one call
OTHER_WISHES = "other"
READ = "en"  # the language whose signals are known


def find_escalations(scope: Scope) -> list[Escalation]:
    """One entry for each customer of the period to call back, the most serious first, 50 at most.

    Of equally serious ones those with a good score come last, and the newest first. A comment weighs what its kinds
    weigh together, a customer what the heaviest of their comments weighs.
    """
    clauses = _serious(scope.mentions)
    if clauses.empty:
        return []
    beside = scope.mentions[scope.mentions["feedback_id"].isin(clauses["feedback_id"])]
    bounds = {f: sorted(zip(r["start"], r["end"], strict=True)) for f, r in beside.groupby("feedback_id", sort=False)}
    comments = [_comment(rows, bounds[str(f)]) for f, rows in clauses.groupby("feedback_id", sort=True)]
    comments.sort(key=_order)
    of_person: dict[Hashable, list[dict[str, Any]]] = {}
    for comment in comments:
        of_person.setdefault(comment["who"], []).append(comment)
    return [_escalation(told, scope.labels) for told in list(of_person.values())[:MOST_ESCALATIONS]]


def find_requests(scope: Scope) -> list[Request]:
    """The wishes of the period by theme, most people first; those that no theme holds stand last, as "other"."""
    wishes = scope.mentions[has_signal(scope.mentions, "request")]
    found = [
        Request(
            theme_id=str(theme) if theme else None,
            label=scope.labels[theme] if theme else OTHER_WISHES,
            authors=int(rows["who"].nunique()),
            mentions=len(rows),
            verbatims=telling_verbatims(rows, n=MOST_QUOTES, mood=0),
        )
        for theme, rows in wishes.groupby(wishes["theme_id"].fillna(""), sort=True)
    ]
    return sorted(found, key=lambda wish: (wish.theme_id is None, -wish.authors, -wish.mentions, wish.theme_id or ""))


def signal_summary(scope: Scope) -> SignalSummary | None:
    """How many gave each signal in the period, and how many are to be called back; None where nobody looked."""
    mentions = scope.mentions
    if "signals" not in mentions.columns:
        return None
    serious = _serious(mentions)
    return SignalSummary(
        read=int(mentions.loc[mentions["language"] == READ, "who"].nunique()),
        found=people_by_signal(mentions),
        to_call=int(serious["who"].nunique()),
        to_call_by_source=_people_by(serious, "source"),
        to_call_by_theme=_people_by(serious.assign(theme=serious["about"].map(scope.labels).fillna("")), "theme"),
    )


def people_by_signal(mentions: pd.DataFrame) -> dict[str, int]:
    """How many people give each signal in these clauses; empty where nobody looked for signals."""
    if "signals" not in mentions.columns:
        return {}
    return {signal: int(mentions.loc[has_signal(mentions, signal), "who"].nunique()) for signal in SIGNALS}


def has_signal(mentions: pd.DataFrame, signal: str) -> pd.Series:
    """Which clauses give the signal; none of them where nobody looked for signals."""
    if "signals" not in mentions.columns:
        return pd.Series(False, index=mentions.index)
    padded = " " + mentions["signals"].fillna("").astype(str) + " "
    return padded.str.contains(f" {signal} ", regex=False).astype(bool)


def asks_for_something(mentions: pd.DataFrame) -> pd.Series:
    """Which clauses want something of the company: an answer, a change, an end, or less trouble."""
    asks = pd.Series(False, index=mentions.index)
    for signal in ("request", "effort", *SERIOUS):
        asks |= has_signal(mentions, signal)
    return asks


def _serious(mentions: pd.DataFrame) -> pd.DataFrame:
    """The clauses that call for an answer, each with its `kinds` and the theme that it is `about`.

    A clause without a theme is about what the rest of its comment is about.
    """
    flags = {kind: has_signal(mentions, kind) for kind in SERIOUS}
    given = pd.DataFrame(flags, index=mentions.index)
    rows = mentions[given.any(axis=1)]
    kinds = [tuple(k for k in SERIOUS if row[k]) for row in given.loc[rows.index].to_dict("records")]
    themes = rows["theme_id"].fillna(rows["feedback_id"].map(_themes_of_comments(mentions)))
    return rows.assign(kinds=pd.Series(kinds, index=rows.index, dtype=object), about=themes.astype(object))


def _comment(clauses: pd.DataFrame, bounds: list[tuple[int, int]]) -> dict[str, Any]:
    """One comment by its most serious clause, with the kinds of all of them and the bounds of what is quoted.

    `clauses` are the serious ones of the comment, `bounds` the start and end of all of them.
    """
    rows = [{str(name): value for name, value in row.items()} for row in clauses.to_dict("records")]
    kinds = tuple(kind for kind in SERIOUS if any(kind in row["kinds"] for row in rows))
    heaviest = min(rows, key=lambda row: (-_weight(row["kinds"]), _unhappy_first(row["sentiment"]), row["start"]))
    others = [(int(row["start"]), int(row["end"])) for row in rows]
    start, end = _with_context((int(heaviest["start"]), int(heaviest["end"])), others, bounds)
    quoted = {"start": start, "end": end, "sentence_start": start, "sentence_end": end, "two_minded": False}
    return {**heaviest, **quoted, "kinds": kinds}


def _with_context(
    clause: tuple[int, int], others: list[tuple[int, int]], bounds: list[tuple[int, int]]
) -> tuple[int, int]:
    """The clause with the other serious ones, and with what stands before and after it, as far as a quote has room.

    "So I call to dispute it" alone tells nobody what to call back for.
    """
    nearest = sorted(others, key=lambda other: (abs(other[0] - clause[0]), other))
    start, end = clause
    for low, high in nearest:
        if max(end, high) - min(start, low) <= LONGEST_QUOTE:
            start, end = min(start, low), max(end, high)
    grew = True
    while grew:
        before = max((low for low, _ in bounds if low < start), default=start)
        start, was = (before if end - before <= LONGEST_QUOTE else start), (start, end)
        after = min((high for _, high in bounds if high > end), default=end)
        end = after if after - start <= LONGEST_QUOTE else end
        grew = (start, end) != was
    return start, end


def _weight(kinds: tuple[str, ...]) -> int:
    return sum(SERIOUS[kind] for kind in kinds)


def _unhappy_first(sentiment: float) -> float:
    return 0.0 if pd.isna(sentiment) else round(float(sentiment), 9)


def _order(comment: Mapping[str, Any]) -> tuple[Any, ...]:
    """The heaviest first, then who did not score well, then the newest, then the unhappiest; undated ones last."""
    content = bool(comment["score_scaled"] >= CONTENT)
    unhappy = _unhappy_first(comment["sentiment"])
    return (-_weight(comment["kinds"]), content, _newest_first(comment), unhappy, comment["feedback_id"])


def _newest_first(comment: Mapping[str, Any]) -> float:
    when = comment["occurred_at"]
    return 0.0 if pd.isna(when) else -float(when.timestamp())


def _escalation(told: list[dict[str, Any]], labels: Mapping[str, str]) -> Escalation:
    """A customer's entry out of their serious comments, the heaviest first."""
    first, *others = told
    theme = first["about"] if isinstance(first["about"], str) else None
    also = sorted(others, key=lambda comment: (_newest_first(comment), comment["feedback_id"]))
    return Escalation(
        verbatim=verbatim_of(first),
        kinds=first["kinds"],
        theme_id=theme,
        theme=labels.get(theme) if theme else None,
        also=tuple(str(comment["reference"]) for comment in also),
    )


def _themes_of_comments(mentions: pd.DataFrame) -> dict[str, str]:
    """feedback_id -> the theme that the comment is surest of, for comments with one."""
    rows = mentions[mentions["theme_id"].notna()]
    rows = rows.sort_values(["feedback_id", "similarity", "start"], ascending=[True, False, True], kind="stable")
    first = rows.drop_duplicates("feedback_id")
    return dict(zip(first["feedback_id"], first["theme_id"], strict=True))


def _people_by(rows: pd.DataFrame, column: str) -> dict[str, int]:
    counts = rows.groupby(column)["who"].nunique().to_dict()
    return {str(name): int(n) for name, n in sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))}
