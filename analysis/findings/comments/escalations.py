"""Whom to call back, and what customers ask for: out of the signals of the period's clauses.

An escalation, a churn intent or an urgent case is told once for each customer, by their most serious words; wishes are
grouped by theme. Counts are of people where people are known (law 7).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.findings.comments.signal_counts import SERIOUS, people_by_signal
from analysis.scope.mentions import has_signal
from analysis.scope.scope import Scope
from analysis.scope.verbatims import telling_verbatims, verbatim_of
from analysis.sentiment.signals import LANGUAGE
from groundswell.findings import Escalation, Request, SignalSummary

__all__ = ["calls_of", "find_escalations", "find_requests"]

CONTENT = 0.7  # on the 0-1 score: NPS 7 and more, four and five stars
MOST_ESCALATIONS = 50  # that a digest holds; all of them are counted
MOST_QUOTES = 3
LONGEST_QUOTE = 220  # characters: as much as a page shows of one call
OTHER_WISHES = "other"


def find_escalations(scope: Scope) -> tuple[list[Escalation], SignalSummary]:
    """One entry for each customer of the period to call back, the most serious first, 50 at most; and the counts.

    Of equally serious ones those with a good score come last, and the newest first. A comment weighs what its kinds
    weigh together, a customer what the heaviest of their comments weighs. The summary counts all of them, and how many
    gave each signal.
    """
    clauses = _pressing(_serious(scope.mentions), scope.mentions)
    return _calls(clauses, scope.mentions, scope.labels), _summary(clauses, scope)


def calls_of(
    mentions: pd.DataFrame, labels: Mapping[str, str], kinds: Sequence[str] = tuple(SERIOUS)
) -> tuple[list[Escalation], list[str], int]:
    """The entries of these clauses that have one of the kinds, as `find_escalations` has them; the ids of all their
    comments; and how many customers there are, of whom 50 at most have an entry."""
    clauses = _pressing(_serious(mentions), mentions)
    wanted = clauses["kinds"].map(lambda found: bool(set(found) & set(kinds))).astype(bool)
    told = clauses[clauses["feedback_id"].isin(clauses.loc[wanted, "feedback_id"])]
    return _calls(told, mentions, labels), sorted(set(told["feedback_id"])), int(told["who"].nunique())


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


def _calls(clauses: pd.DataFrame, mentions: pd.DataFrame, labels: Mapping[str, str]) -> list[Escalation]:
    """The entries out of the serious clauses, in order; `mentions` are those that they are among."""
    if clauses.empty:
        return []
    clauses = clauses[clauses["who"].isin(_first_people(clauses))]
    beside = mentions[mentions["feedback_id"].isin(clauses["feedback_id"])]
    bounds = {f: sorted(zip(r["start"], r["end"], strict=True)) for f, r in beside.groupby("feedback_id", sort=False)}
    comments = [_comment(rows, bounds[str(f)]) for f, rows in clauses.groupby("feedback_id", sort=True)]
    comments.sort(key=_order)
    of_person: dict[Hashable, list[dict[str, Any]]] = {}
    for comment in comments:
        of_person.setdefault(comment["who"], []).append(comment)
    return [_escalation(told, labels) for told in list(of_person.values())[:MOST_ESCALATIONS]]


def _first_people(clauses: pd.DataFrame) -> list[Hashable]:
    """Whose comments come first, in that order, as many people as a digest holds: the others' need not be put together.

    The order is that of `_order`, here over all serious clauses at once.
    """
    flags = {kind: clauses["kinds"].map(lambda kinds, kind=kind: kind in kinds).astype(bool) for kind in SERIOUS}
    of_comment = pd.DataFrame(flags).groupby(clauses["feedback_id"]).transform("any")
    keys = pd.DataFrame(
        {
            "weight": -sum(of_comment[kind] * weight for kind, weight in SERIOUS.items()),
            "content": clauses["score_scaled"] >= CONTENT,
            "newest": -clauses["occurred_at"].astype("int64").where(clauses["occurred_at"].notna(), 0),
            "own": -sum(flags[kind] * weight for kind, weight in SERIOUS.items()),
            "unhappy": clauses["sentiment"].fillna(0.0).round(9),
            "start": clauses["start"],
            "feedback_id": clauses["feedback_id"],
            "who": clauses["who"],
        }
    )
    heaviest = keys.sort_values(["own", "unhappy", "start"], kind="stable").drop_duplicates("feedback_id")
    first = heaviest.sort_values(["weight", "content", "newest", "unhappy", "feedback_id"], kind="stable")
    return first["who"].drop_duplicates().head(MOST_ESCALATIONS).tolist()


def _summary(serious: pd.DataFrame, scope: Scope) -> SignalSummary:
    """How many gave each signal in the period (of what calls for an answer: where it does), and are to be called."""
    mentions = scope.mentions
    about = serious["about"].map(scope.labels).astype(object).fillna("")  # all NaN where no theme is known
    return SignalSummary(
        read=int(mentions.loc[mentions["language"] == LANGUAGE, "who"].nunique()),
        found=people_by_signal(mentions) | {kind: _people_with(serious, kind) for kind in SERIOUS},
        to_call=int(serious["who"].nunique()),
        to_call_by_source=_people_by(serious, "source"),
        to_call_by_theme=_people_by(serious.assign(theme=about), "theme"),
    )


def _serious(mentions: pd.DataFrame) -> pd.DataFrame:
    """The clauses that call for an answer, each with its `kinds` and the theme that it is `about`.

    It is about what the rest of its comment is about, or else its own theme, where nothing good is said of that: "my
    lawyer will write to you" tells nothing of its reason, and is not about a feature that works like a charm.
    """
    flags = {kind: has_signal(mentions, kind) for kind in SERIOUS}
    given = pd.DataFrame(flags, index=mentions.index)
    rows = mentions[given.any(axis=1)]
    kinds = [tuple(k for k in SERIOUS if row[k]) for row in given.loc[rows.index].to_dict("records")]
    rest = mentions[~given.any(axis=1) & (mentions["label"] != "positive")]
    themes = rows["feedback_id"].map(_themes_of_comments(rest)).astype(object)
    themes = themes.fillna(rows["theme_id"].where(rows["label"] != "positive"))
    return rows.assign(kinds=pd.Series(kinds, index=rows.index, dtype=object), about=themes.astype(object))


def _pressing(serious: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The serious clauses but for mere haste of those who scored well and complain of nothing."""
    hasty = serious["kinds"].map(lambda kinds: kinds == ("urgency",)).astype(bool)
    complaining = mentions.loc[mentions["label"] == "negative", "feedback_id"]
    return serious[~(hasty & (serious["score_scaled"] >= CONTENT) & ~serious["feedback_id"].isin(complaining))]


def _comment(clauses: pd.DataFrame, bounds: list[tuple[int, int]]) -> dict[str, Any]:
    """One comment by its most serious clause, with the `kinds` of all of them and the `span` of what is quoted.

    `clauses` are the serious ones of the comment, `bounds` the start and end of all of them.
    """
    rows = [{str(name): value for name, value in row.items()} for row in clauses.to_dict("records")]
    kinds = tuple(kind for kind in SERIOUS if any(kind in row["kinds"] for row in rows))
    heaviest = min(rows, key=lambda row: (-_weight(row["kinds"]), _unhappy_first(row["sentiment"]), row["start"]))
    others = [(int(row["start"]), int(row["end"])) for row in rows]
    start, end = _with_context((int(heaviest["start"]), int(heaviest["end"])), others, bounds)
    return {**heaviest, "kinds": kinds, "span": (start, end)}


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
        verbatim=verbatim_of(first, first["span"]),
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


def _people_with(serious: pd.DataFrame, kind: str) -> int:
    return int(serious.loc[serious["kinds"].map(lambda kinds: kind in kinds).astype(bool), "who"].nunique())


def _people_by(rows: pd.DataFrame, column: str) -> dict[str, int]:
    counts = rows.groupby(column)["who"].nunique().to_dict()
    return {str(name): int(n) for name, n in sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))}
