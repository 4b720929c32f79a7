"""What a digest rests on, as one short text: the rows that entered it, and what it was told beside them."""

from __future__ import annotations

from hashlib import sha256

import pandas as pd

from analysis.scope.options import Options
from analysis.scope.past import Past
from analysis.scope.periods import WEEKS_SHOWN
from analysis.scope.scope import Scope
from groundswell.alert_weeks import AlertWeek
from groundswell.records import Kind

__all__ = ["fingerprint_of", "same_rows"]


def fingerprint_of(scope: Scope, week: AlertWeek | None, past: Past, options: Options) -> str:
    """A hash of the rows, a dot, and a hash of the rest: the counts and earlier weeks that alerts were judged on,
    actions, settings. A digest with the same fingerprint says the same."""
    rest = "" if week is None else week.rest
    told = sha256(repr((rest, past.fingerprint, options)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_of_rows(scope)}.{told[:8]}"


def same_rows(one: str, other: str) -> bool:
    """Whether two digests rest on the same rows. Only other rows, or a rebuild, make a next revision: a published page
    does not change because somebody has recorded a remedy since. Those of older versions have no second part."""
    return one.partition(".")[0] == other.partition(".")[0]


def _of_rows(scope: Scope) -> str:
    """sha256 over the rows that entered: the period, the one before, and the weeks shown in its trends."""
    end = scope.span.period.end
    feedback, mentions = scope.all_feedback, scope.all_mentions
    if end is not None:
        first = end - pd.Timedelta(weeks=WEEKS_SHOWN + 1)
        if scope.span.before is not None and scope.span.before.start is not None:
            first = min(first, scope.span.before.start)
        # Contacts that waited then are told of in the backlog, however long ago they began.
        waited = (feedback["kind"] == Kind.TICKET.value) & ~(feedback["resolved_at"] < first)
        feedback = feedback[(feedback["occurred_at"] >= first) | (waited & feedback["occurred_at"].notna())]
        mentions = mentions[mentions["occurred_at"] >= first]
    digest = sha256()
    # Older versions did not know of compensation: feedback without it keeps the fingerprint that it had.
    unpaid = [] if feedback["compensation"].notna().any() else ["compensation", "currency"]
    for frame, skip in ((feedback, unpaid), (mentions, ["comment_text"])):
        ordered = frame.drop(columns=skip).sort_index(axis=1)
        digest.update(pd.util.hash_pandas_object(ordered, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
