"""The figures of one group of contacts, and how they differ from those of the period before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.findings.service.rows import ServiceRows, times_of
from analysis.scope.scores import one_score_each, summarise_group
from analysis.statistics.bounded import SHARE, Scale, difference_of_means, mean_interval
from analysis.statistics.clusters import author_codes, few_decide
from analysis.statistics.durations import apart, survival_median
from analysis.statistics.intervals import FEW_RESPONSES
from groundswell.findings import Interval, ScoreSummary

__all__ = ["SHARES", "TIMES", "Figures", "compare", "figures_of", "told"]

FEWEST_PAID = 10  # contacts that were paid something, before a mean is told
# Figure -> its column of minutes, and the one that says whether it was over.
TIMES = {
    "first_reply_minutes": ("reply", "replied"),
    "resolution_minutes": ("solved", "ended"),
    "handled_minutes": ("handled", "handled_over"),
}
SHARES = {"reopened": "again", "first_contact": "first"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of one group; None where it cannot be had. Names are those of `ServiceLevel`."""

    first_reply_minutes: Interval | None = None
    resolution_minutes: Interval | None = None
    handled_minutes: Interval | None = None
    reopened: Interval | None = None
    first_contact: Interval | None = None
    score: ScoreSummary | None = None
    compensation: Interval | None = None
    compensation_total: float | None = None
    currency: str | None = None


def figures_of(source: str, rows: ServiceRows, before: ServiceRows | None = None) -> Figures:
    """The figures of one group of one source; the score also against that of `before`."""
    found: dict[str, Any] = {name: survival_median(times_of(rows.now, *columns)) for name, columns in TIMES.items()}
    found |= {name: _share(told(rows, name)) for name in SHARES}
    found["score"] = _score(source, rows.now, None if before is None else before.now)
    return Figures(**found, **_compensation(rows.now))


def compare(now: ServiceRows, then: ServiceRows) -> dict[str, Interval]:
    """Figure -> its difference to the period before, of the times and shares that both periods tell."""
    found: dict[str, Interval] = {}
    for name, columns in TIMES.items():
        one, other = (survival_median(times_of(rows.now, *columns)) for rows in (now, then))
        if one is not None and other is not None:
            found[name] = apart(one, other)
    for name in SHARES:
        one_told, other_told = told(now, name), told(then, name)
        if min(len(one_told), len(other_told)) >= FEW_RESPONSES:
            both = [(rows["hit"].to_numpy(), rows["who"]) for rows in (one_told, other_told)]
            found[name] = difference_of_means(*both[0], *both[1], SHARE)
    return found


def told(rows: ServiceRows, name: str) -> pd.DataFrame:
    """Who (`who`) tells of a share of SHARES, and whether it holds of them (`hit`, 0 or 1)."""
    column = SHARES[name]
    of = rows.followed if name == "first_contact" else rows.now
    known = of[of[column].notna()]
    return pd.DataFrame({"who": known["who"], "hit": known[column].astype("float64")})


def _share(known: pd.DataFrame) -> Interval | None:
    if len(known) < FEW_RESPONSES:
        return None
    return mean_interval(known["hit"].to_numpy(), known["who"], SHARE)


def _score(source: str, now: pd.DataFrame, then: pd.DataFrame | None) -> ScoreSummary | None:
    rows = one_score_each(now)
    if rows.empty:
        return None
    metric = str(rows["metric"].mode().iloc[0])
    earlier = None if then is None else one_score_each(then[then["metric"] == metric])
    return summarise_group(source, metric, rows[rows["metric"] == metric], earlier)


def _compensation(rows: pd.DataFrame) -> dict[str, Any]:
    """The mean a contact, with those that got nothing, and all of it, in the currency that most were paid in. No mean
    where a few people had most of the contacts.

    Contacts that were paid in another currency are left out: amounts of two currencies are never added.
    """
    known = rows[rows["paid"].notna()]
    paid = known[known["paid"] > 0]
    if paid.empty:
        return {}
    currency = paid["currency"].mode()
    unit = str(currency.iloc[0]) if len(currency) else None
    foreign = (known["paid"] > 0) & (known["currency"] != unit) if unit else known["currency"].notna()
    known = known[~foreign]
    amounts = known["paid"].to_numpy(dtype="float64")
    mean = None
    codes, _ = author_codes(known["who"])
    if len(known) >= FEW_RESPONSES and (amounts > 0).sum() >= FEWEST_PAID and not few_decide(codes):
        # Nobody is paid more than the most that was paid: the scale that the interval stays on.
        mean = mean_interval(amounts, codes, Scale(0.0, float(amounts.max())))
    return {"compensation": mean, "compensation_total": float(amounts.sum()), "currency": unit}
