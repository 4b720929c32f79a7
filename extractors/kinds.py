"""What kind of feedback a file holds, told from the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.choices import Choice
from extractors.vocabulary import means, words_of
from groundswell.errors import SourceError
from groundswell.records import Kind, Metric

__all__ = ["choose_kind"]

# (kind, weight, pattern): a column's sign counts once per kind, the heaviest first.
_SIGNS = (
    (Kind.TICKET, 3, r"\btickets?\b"),
    (Kind.TICKET, 2, r"\b(?:issue|agent|handling|handle time|aht|resolved|reopen\w*|escalat\w*|queue|sla"
      r"|assignee|requester"
     r"|first response|supervisor|case|responded|conversation|incident|support|help ?desk|complaint)\b"),
    (Kind.TICKET, 1, r"\b(?:channel|priority|status|tweet|inquiry|enquiry|anliegen)\b"),
    (Kind.SURVEY, 3, r"\b(?:surveys?|questionnaire|umfrage|enquete|encuesta)\b"),
    (Kind.SURVEY, 2, r"\b(?:nps|respondent|ces|effort|verbatim|response id|likely to recommend|why did you)\b|\?$"),
    (Kind.SURVEY, 1, r"\b(?:csat|satisfaction|satisfied|zufriedenheit|response|answer|feedback)\b"),
    (Kind.REVIEW, 3, r"\b(?:reviews?|reviewers?|rezension(?:en)?|resenas?|avis)\b|отзыв|レビュー"),
    (Kind.REVIEW, 2, r"\b(?:stars?|star rating|rating|thumbs|helpful|verified|app version|sterne|etoiles)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, weight, re.compile(pattern)) for kind, weight, pattern in _SIGNS)
_LABEL = re.compile(r"\b(?:category|categories|topics?|intent|issue type|reason|kategorie|categorie)\b")


def choose_kind(file: str, columns: Sequence[str], asked: Kind | None, metric: Metric | None) -> tuple[Kind, Choice]:
    """The kind and the reason; raises SourceError where signs of two kinds weigh the same."""
    if asked:
        return asked, Choice("kind", (asked.value,), "--kind")
    signs = {kind: _signs_of(kind, columns) for kind in Kind}
    weights = {kind: sum(weight for weight, _ in found) for kind, found in signs.items()}
    top = max(weights.values())
    if top == 0:
        return _without_signs(columns, metric)
    best = [kind for kind in Kind if weights[kind] == top]
    if len(best) > 1:
        found = "; ".join(f"{kind.value}: {', '.join(name for _, name in signs[kind])}" for kind in best)
        raise SourceError(
            f"{file}: is this a {' or a '.join(kind.value for kind in best)} file? Its columns speak for both "
            f"({found}). Give --kind {'|'.join(kind.value for kind in best)}"
        )
    kind = best[0]
    names = [name for _, name in sorted(signs[kind], key=lambda sign: -sign[0])]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return kind, Choice("kind", (kind.value,), f"columns {', '.join(names[:4])}{more} are those of a {kind.value} file")


def _signs_of(kind: Kind, columns: Sequence[str]) -> list[tuple[int, str]]:
    """(weight, column) of each column that speaks for the kind."""
    found = []
    for column in columns:
        words = words_of(column)
        words += "?" if column.rstrip().endswith("?") and len(words.split()) > 3 else ""
        if kind is not Kind.TICKET and means(column, "agent_text"):
            continue  # the company's words tell nothing of the customer's
        # "NPS rating" is no star rating.
        if kind is Kind.REVIEW and re.search(r"\b(?:nps|csat|satisfaction)\b", words):
            continue
        weight = max((w for k, w, pattern in _COMPILED if k is kind and pattern.search(words)), default=0)
        if weight:
            found.append((weight, column))
    return found


def _without_signs(columns: Sequence[str], metric: Metric | None) -> tuple[Kind, Choice]:
    labels = [column for column in columns if _LABEL.search(words_of(column))]
    if metric is Metric.RATING:
        return Kind.REVIEW, Choice("kind", ("review",), "texts with a score and no other sign; --kind says otherwise")
    if metric is not None:
        return Kind.SURVEY, Choice(
            "kind", ("survey",), f"an {metric.value} score and no other sign; --kind says otherwise"
        )
    if labels:
        why = f"texts sorted by {labels[0]!r}, as help desks do; --kind says otherwise"
        return Kind.TICKET, Choice("kind", ("ticket",), why)
    why = "no sign of a kind in the column names, so taken as answers to an open question; --kind says otherwise"
    return Kind.SURVEY, Choice("kind", ("survey",), why)
