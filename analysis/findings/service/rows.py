"""The rows that service figures are told from: one for each contact, answer or review, as was known at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from analysis.scope.scores import people, scored_response
from analysis.statistics.clusters import author_codes
from analysis.statistics.durations import Times
from groundswell.frames import segment_columns
from groundswell.records import Kind, Period

__all__ = ["ServiceRows", "first_contacts", "moment_of", "service_rows", "tickets", "times_of", "window"]

_MINUTE = pd.Timedelta(minutes=1)
# A contact of such a status is not open, even where nobody noted when it was solved.
_CLOSED = frozenset(
    {"closed", "solved", "resolved", "done", "completed", "complete", "cancelled", "canceled", "deleted"}
)
_KEPT = (
    "feedback_id", "source", "kind", "reference", "author", "response_id", "reported_at", "resolved_at",
    "metric", "score", "score_low", "score_high", "score_scaled",
)  # fmt: skip


@dataclass(frozen=True)
class ServiceRows:
    """The contacts (answers, reviews) of a period, and those a little before it whose sequel is known."""

    now: pd.DataFrame  # `service_rows` of the period
    followed: pd.DataFrame  # `first_contacts`

    def of(self, column: str, value: object) -> ServiceRows:
        """Those of one group."""
        return ServiceRows(self.now[self.now[column] == value], self.followed[self.followed[column] == value])


def moment_of(period: Period, feedback: pd.DataFrame) -> pd.Timestamp | None:
    """When the period's figures are as of: its end, else the last time that the feedback tells; None without any."""
    if period.end is not None:
        return pd.Timestamp(period.end).tz_convert("UTC")
    last = feedback[["occurred_at", "reported_at", "responded_at", "resolved_at"]].max().max()
    return None if pd.isna(last) else last


def service_rows(feedback: pd.DataFrame, until: pd.Timestamp | None, everything: pd.DataFrame) -> pd.DataFrame:
    """One row for each response, with `who` (a number for each author), what it `paid`, and what was known of it then:

    `reply` and `solved` in minutes, NaN where unknown, with `replied` and `ended` False where it still waited then;
    `handled` in minutes; `again` 1 where it was opened again, else 0, NaN where unknown. What a source never tells
    (in `everything`) is unknown of all its rows, not still to come.
    """
    rows = feedback[~scored_response(feedback).duplicated()]
    segments = segment_columns(rows.columns)
    # Looked through once for each group: numbers are compared faster than words.
    out = rows[[*_KEPT, *segments]].copy()
    out["who"], _ = author_codes(people(rows))
    replied, ended = (_until(rows[name], until) for name in ("responded_at", "resolved_at"))
    out["reply"], out["replied"] = _minutes(rows, replied, until, _sources_that_tell(everything, "responded_at"))
    # Solved, and nobody noted a reply: then it is not known, for it cannot still be waiting for one.
    out["reply"] = out["reply"].where(replied.notna() | (ended.isna() & ~_is_closed(rows)))
    out["solved"], out["ended"] = _minutes(rows, ended, until, _sources_that_tell(everything, "resolved_at"))
    out["solved"] = out["solved"].where(ended.notna() | ~_is_closed(rows))
    out["handled"] = rows["handled_seconds"] / 60
    out["handled_over"] = True
    out["again"] = rows["reopened"].map({True: 1.0, False: 0.0}).astype("float64")
    out["paid"], out["currency"] = _paid(rows, everything), rows["currency"]
    return out


def first_contacts(contacts: pd.DataFrame, days: int, until: pd.Timestamp) -> pd.DataFrame:
    """The contacts that began at least so many days before `until`, of known authors, with `first`: 1 where it was
    solved within these days, not opened again, and its author made no further contact within them, else 0.

    `contacts` are rows of kind ticket out of `service_rows`, of every source: whoever comes back comes back anywhere.
    """
    rows = contacts[contacts["author"].notna() & contacts["reported_at"].notna()]
    span = pd.Timedelta(days=days)
    begun = rows[["author", "reported_at"]].drop_duplicates().sort_values(["author", "reported_at"], kind="stable")
    begun["next"] = begun.groupby("author", sort=False)["reported_at"].shift(-1)
    rows = rows.merge(begun, on=["author", "reported_at"], how="left", validate="many_to_one")
    rows = rows[(rows["reported_at"] <= until - span) & rows["solved"].notna()]
    came_back = rows["next"] - rows["reported_at"] <= span
    in_time = rows["ended"] & (rows["solved"] <= span / _MINUTE)
    return rows.assign(first=(in_time & ~came_back & ~(rows["again"] == 1)).astype("float64"))


def times_of(rows: pd.DataFrame, minutes: str, over: str) -> Times:
    """The known times of a column of `service_rows`."""
    known = rows[rows[minutes].notna()]
    codes, _ = author_codes(known["who"])
    return Times(known[minutes].to_numpy(np.float64), known[over].to_numpy(np.bool_), codes)


def window(rows: pd.DataFrame, period: Period, back: timedelta) -> pd.DataFrame:
    """The rows that began in the period moved back by so much; all of them for "all feedback"."""
    if period.start is None or period.end is None:
        return rows
    return rows[(rows["reported_at"] >= period.start - back) & (rows["reported_at"] < period.end - back)]


def tickets(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that are contacts: answers and reviews are none."""
    return rows[rows["kind"] == Kind.TICKET.value]


def _is_closed(rows: pd.DataFrame) -> pd.Series:
    if "segment:status" not in rows.columns:
        return pd.Series(False, index=rows.index)
    return (
        rows["segment:status"].map(lambda word: isinstance(word, str) and word.strip().lower() in _CLOSED).astype(bool)
    )


def _until(times: pd.Series, until: pd.Timestamp | None) -> pd.Series:
    """The times that had come by then: a digest made later must not know more than one made at once."""
    return times if until is None else times.where(times <= until)


def _minutes(
    rows: pd.DataFrame, done: pd.Series, until: pd.Timestamp | None, telling: Sequence[str]
) -> tuple[pd.Series, pd.Series]:
    """Minutes from the beginning until it was done, or until now; and whether it was done."""
    end = done if until is None else done.fillna(until)
    minutes = (end - rows["reported_at"]).dt.total_seconds() / 60
    known = rows["source"].isin(telling) & (minutes >= 0)
    return minutes.where(known), done.notna()


def _sources_that_tell(everything: pd.DataFrame, column: str) -> list[str]:
    return sorted(everything.loc[everything[column].notna(), "source"].unique())


def _paid(rows: pd.DataFrame, everything: pd.DataFrame) -> pd.Series:
    """What each was paid. A blank is nothing, but unknown in a source that writes 0 where nothing was."""
    known = everything[everything["compensation"].notna()]
    writes_zero = known.loc[known["compensation"] == 0, "source"].unique()
    blank_is_none = rows["source"].isin(known["source"].unique()) & ~rows["source"].isin(writes_zero)
    return rows["compensation"].where(rows["compensation"].notna() | ~blank_is_none, 0.0)
