"""Loads broken in the ways that the batch suite is there to find: one function for each, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from benchmarks.batch_sets import Delivery

__all__ = ["BROKEN", "Broken"]

_SCORED = ["score", "score_scaled"]


@dataclass(frozen=True)
class Broken:
    """A way to break a load: `make(load, loads before)` gives the broken one, `check` must fail with `severity`."""

    name: str
    check: str
    severity: str
    make: Callable[[Delivery, Sequence[Delivery]], Delivery]
    field: str = ""  # the field that must be known as a rule for this to mean anything


def _with(load: Delivery, rows: pd.DataFrame, quarantined: int | None = None) -> Delivery:
    """The load with other rows; its accounting follows."""
    refused = load.facts.quarantined if quarantined is None else quarantined
    facts = replace(load.facts, read=len(rows) + refused, new=len(rows), quarantined=refused)
    return Delivery(facts, rows.reset_index(drop=True))


def _some(rows: pd.DataFrame, share: float) -> np.ndarray:
    """True for this share of the rows, evenly spread."""
    numbers = np.arange(1, len(rows) + 1)
    chosen: np.ndarray = np.floor(numbers * share) > np.floor((numbers - 1) * share)
    return chosen


def _empty(load: Delivery, before: Sequence[Delivery]) -> Delivery:
    return _with(load, load.rows.iloc[:0], 0)


def _trickle(load: Delivery, before: Sequence[Delivery]) -> Delivery:
    return _with(load, load.rows[_some(load.rows, 0.15)])


def _exported_again(load: Delivery, before: Sequence[Delivery]) -> Delivery:
    old = pd.concat([one.rows for one in before if len(one.rows)])
    again = old.assign(feedback_id=[f"again-{i}" for i in range(len(old))])
    return _with(load, pd.concat([load.rows, again]))


def _old_export(load: Delivery, before: Sequence[Delivery]) -> Delivery:
    """Records nobody has seen, six times as many as usual, from long ago."""
    copies = []
    for number in range(6):
        rows = load.rows.assign(
            feedback_id=[f"old-{number}-{i}" for i in range(len(load.rows))],
            text=[f"{text} {number} {i} {number * i}" for i, text in enumerate(load.rows["text"])],
            occurred_at=load.rows["occurred_at"] - timedelta(days=400 + number),
        )
        copies.append(rows)
    return _with(load, pd.concat([load.rows, *copies]))


def _refused(share: float) -> Callable[[Delivery, Sequence[Delivery]], Delivery]:
    def make(load: Delivery, before: Sequence[Delivery]) -> Delivery:
        gone = _some(load.rows, share)
        return _with(load, load.rows[~gone], int(gone.sum()))

    return make


def _old_dates(load: Delivery, before: Sequence[Delivery]) -> Delivery:
    """Nothing new for three weeks: the load finds nothing, and runs that much later."""
    late = load.at + timedelta(days=21)
    facts = replace(load.facts, started_at=late, read=0, new=0, quarantined=0)
    return Delivery(facts, load.rows.iloc[:0])


def _without(field: str, share: float) -> Callable[[Delivery, Sequence[Delivery]], Delivery]:
    empty: dict[str, object] = {"text": "", "occurred_at": pd.NaT, "author": None}

    def make(load: Delivery, before: Sequence[Delivery]) -> Delivery:
        gone = _some(load.rows, share)
        columns = _SCORED if field == "score" else [field]
        rows = load.rows.copy()
        for column in columns:
            rows[column] = rows[column].where(~gone, empty.get(field, np.nan))
        return _with(load, rows)

    return make


def _scaled(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Delivery, Sequence[Delivery]], Delivery]:
    def make(load: Delivery, before: Sequence[Delivery]) -> Delivery:
        return _with(load, load.rows.assign(score_scaled=change(load.rows["score_scaled"].to_numpy())))

    return make


def _repeated(share: float) -> Callable[[Delivery, Sequence[Delivery]], Delivery]:
    """One long text sent again and again."""
    same = "I ordered two weeks ago and nothing has come so far, nobody answers either"

    def make(load: Delivery, before: Sequence[Delivery]) -> Delivery:
        return _with(load, load.rows.assign(text=load.rows["text"].where(~_some(load.rows, share), same)))

    return make


def _language(load: Delivery, before: Sequence[Delivery]) -> Delivery:
    return _with(load, load.rows.assign(language=load.rows["language"].where(~_some(load.rows, 0.6), "de")))


BROKEN = (
    Broken("green but empty", "volume", "warning", _empty),
    Broken("a seventh of the records", "volume", "warning", _trickle),
    Broken("old records, six times as many", "volume", "warning", _old_export, "occurred_at"),
    Broken("everything again under new ids", "volume", "critical", _exported_again),
    Broken("everything again under new ids", "repeats", "critical", _exported_again),
    Broken("8 % refused", "refused", "warning", _refused(0.08)),
    Broken("half refused", "refused", "critical", _refused(0.55)),
    Broken("nothing for three weeks", "freshness", "warning", _old_dates, "occurred_at"),
    *(
        Broken(f"{field} gone in {share:.0%}", "missing", severity, _without(field, share), field)
        for field in ("text", "score", "occurred_at", "author")
        for share, severity in ((0.4, "warning"), (1.0, "critical"))
    ),
    Broken("scores reversed", "scores", "critical", _scaled(lambda scores: 1 - scores), "score"),
    Broken("scores on half the scale", "scores", "critical", _scaled(lambda scores: scores / 2), "score"),
    Broken(
        "every other score the worst",
        "scores",
        "warning",
        _scaled(lambda s: np.where(np.arange(len(s)) % 2, 0, s)),
        "score",
    ),
    Broken("one text in 3 of 10", "repeats", "warning", _repeated(0.3)),
    Broken("one text in 7 of 10", "repeats", "critical", _repeated(0.7)),
    Broken("6 of 10 texts in German", "language", "warning", _language),
)
