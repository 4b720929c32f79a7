"""Themes whose contacts take longer to solve, or are opened again more often, than the others of their source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.findings.service.rows import moment_of, service_rows, tickets, times_of
from analysis.scope.scope import Scope
from analysis.statistics.bounded import SHARE, difference_of_means
from analysis.statistics.clusters import author_codes
from analysis.statistics.durations import apart, cumulative_hazard, survival_median
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES, Z
from groundswell.findings import Interval, ServiceDriver
from groundswell.frames import SEGMENT

__all__ = ["DriverTests", "compare_drivers"]

MOST_DRIVERS = 12
FEW_EXPECTED = 5
CHANNEL = SEGMENT + "channel"
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Side:
    """One measure of the contacts of one source that raise any theme; `excess` is how much worse each was than was to
    be expected of any of its channel, and sums up to 0."""

    source: str
    measure: str
    rows: pd.DataFrame
    excess: Floats
    who: Codes
    pairs: pd.DataFrame  # one row for each contact (`at`, its place in rows) and theme (`theme`, its code)
    themes: tuple[str, ...]


@dataclass(frozen=True)
class DriverTests:
    """Each theme of each source and measure against all other contacts of its source; see `compare_drivers`."""

    scope: Scope
    sides: tuple[_Side, ...]
    p_values: tuple[Floats, ...]  # of each side, per theme; NaN where nothing is compared

    def told(self, held: npt.NDArray[np.bool_], chance: float = 0.05) -> list[ServiceDriver]:
        """Those that hold and differ for the worse, the greatest burden first, at most 12.

        `held` says it of each theme of each side in turn; an interval may miss with `chance`. A theme's burden are its
        contacts times what they are worse by, as a share of the others' figure: neither measure crowds out the other.
        """
        tests = [(side, at, p) for side, ps in zip(self.sides, self.p_values, strict=True) for at, p in enumerate(ps)]
        found = [
            driver
            for (side, at, p), holds in zip(tests, held, strict=True)
            if holds and (driver := _driver(self.scope, side, at, float(p), chance)) is not None
        ]
        found.sort(key=lambda d: (-d.n * d.difference.value / max(d.elsewhere, 1e-9), d.source, d.measure, d.theme_id))
        return found[:MOST_DRIVERS]


def compare_drivers(scope: Scope) -> DriverTests:
    """Whether a theme's contacts take longer to solve, or are opened again more often, than others of their source.

    A contact that raises two themes counts for both, one that raises none for neither.
    """
    sides = tuple(_sides(scope))
    return DriverTests(scope, sides, tuple(_p_values(side) for side in sides))


def _sides(scope: Scope) -> Iterator[_Side]:
    until = moment_of(scope.span.period, scope.all_feedback)
    rows = tickets(service_rows(scope.feedback, until, scope.all_feedback))
    raised = scope.mentions.loc[scope.mentions["theme_id"].notna(), ["feedback_id", "theme_id"]].drop_duplicates()
    rows = rows[rows["feedback_id"].isin(raised["feedback_id"])]
    for source, own in rows.groupby("source", sort=True):
        for measure, column in (("resolution", "solved"), ("reopened", "again")):
            known = own[own[column].notna()]
            if len(known) >= 2 * FEW_RESPONSES:
                yield _side(str(source), measure, known, raised)


def _side(source: str, measure: str, rows: pd.DataFrame, raised: pd.DataFrame) -> _Side:
    rows = rows.reset_index(drop=True)
    who, _ = author_codes(rows["who"])
    excess = np.zeros(len(rows))
    for alike in _channels(rows):
        if measure == "resolution":
            times = times_of(rows[alike], "solved", "ended")
            excess[alike] = cumulative_hazard(times) - times.over
        else:
            again = rows.loc[alike, "again"].to_numpy(np.float64)
            excess[alike] = again - again.mean()
    places = pd.Series(rows.index, index=rows["feedback_id"])
    at = raised["feedback_id"].map(places)
    kept = at.notna()
    codes, themes = pd.factorize(raised.loc[kept, "theme_id"], sort=True)
    pairs = pd.DataFrame({"at": at[kept].to_numpy(np.intp), "theme": codes})
    return _Side(source, measure, rows, excess, who, pairs, tuple(map(str, themes)))


def _channels(rows: pd.DataFrame) -> list[npt.NDArray[np.bool_]]:
    """The contacts of each channel, those of channels with fewer than 20 and of none together.

    A chat is over in an hour and a letter in a week, whatever they are about: like is compared with like.
    """
    if CHANNEL not in rows.columns:
        return [np.ones(len(rows), dtype=np.bool_)]
    sizes = rows[CHANNEL].value_counts()
    channel = rows[CHANNEL].where(rows[CHANNEL].map(sizes) >= FEW_RESPONSES)
    parts = [(channel == name).to_numpy(np.bool_) for name in sorted(channel.dropna().unique())]
    rest = channel.isna().to_numpy(np.bool_)
    return [*parts, rest] if rest.any() else parts


def _p_values(side: _Side) -> Floats:
    """Of being worse (one-sided: what is better is not told), per theme; NaN for fewer than 20 contacts or 5 authors in
    it, or 20 contacts outside of it.

    Of times the score test of a hazard that is another one in the theme (the log-rank test), of reopened contacts that
    of two shares, and the exact one where few are to be expected. The variance is that of drawing the theme's contacts
    from all of them by chance, or the one with all contacts of an author as one, whichever is larger: the second alone
    is far too small where a rare thing happens to be missing in a theme.
    """
    count, total = len(side.themes), len(side.rows)
    at, theme = side.pairs["at"].to_numpy(), side.pairs["theme"].to_numpy()
    n = np.bincount(theme, minlength=count)
    score = np.bincount(theme, weights=side.excess[at], minlength=count)
    by_chance = n * (total - n) / (total * max(1, total - 1)) * float((side.excess**2).sum())
    by_author, authors = _by_author(side, n / total)
    spread = np.maximum(by_chance, by_author)
    enough = (n >= FEW_RESPONSES) & (total - n >= FEW_RESPONSES) & (authors >= FEW_AUTHORS) & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_values: Floats = stats.norm.sf(score / np.sqrt(spread))
    if side.measure == "reopened":
        again = side.rows["again"].to_numpy(np.int64)
        hits = np.bincount(theme, weights=again[at], minlength=count).astype(np.int64)
        exact = stats.hypergeom.sf(hits - 1, total, int(again.sum()), n)
        few = n * again.mean() < FEW_EXPECTED
        p_values = np.where(few, np.fmax(p_values, exact), p_values)
    return np.where(enough, p_values, np.nan)


def _by_author(side: _Side, share: Floats) -> tuple[Floats, Codes]:
    """Per theme the variance of its score with all contacts of one author as one, and how many authors raise it."""
    at, theme = side.pairs["at"].to_numpy(), side.pairs["theme"].to_numpy()
    each = np.bincount(side.who, weights=side.excess)
    pairs, places = np.unique(theme.astype(np.int64) * len(each) + side.who[at], return_inverse=True)
    inside = np.bincount(places, weights=side.excess[at], minlength=len(pairs))
    of, author = pairs // len(each), pairs % len(each)
    own = inside**2 - 2 * share[of] * inside * each[author]
    variance = np.bincount(of, weights=own, minlength=len(share)) + share**2 * float((each**2).sum())
    return variance, np.bincount(of, minlength=len(share))


def _driver(scope: Scope, side: _Side, theme: int, p: float, chance: float) -> ServiceDriver | None:
    """The theme's own words; None where it differs for the better, or its interval holds no difference too."""
    mine = np.zeros(len(side.rows), dtype=np.bool_)
    mine[side.pairs.loc[side.pairs["theme"] == theme, "at"]] = True
    own, others = side.rows[mine], side.rows[~mine]
    if side.measure == "resolution":
        one, other = (survival_median(times_of(rows, "solved", "ended")) for rows in (own, others))
        if one is None or other is None:
            return None
        value, elsewhere, difference = one.value, other.value, apart(one, other)
    else:
        value, elsewhere = float(own["again"].mean()), float(others["again"].mean())
        difference = difference_of_means(
            own["again"].to_numpy(), own["who"], others["again"].to_numpy(), others["who"], SHARE
        )
    difference = _widened(difference, chance)
    if difference.low <= 0:
        return None
    theme_id = side.themes[theme]
    label = scope.labels[theme_id]
    return ServiceDriver(side.source, theme_id, label, side.measure, len(own), value, elsewhere, difference, p, True)


def _widened(difference: Interval, chance: float) -> Interval:
    """A 95 % interval as one that misses with that chance."""
    times = max(1.0, float(stats.norm.isf(chance / 2)) / Z)
    value = difference.value
    return Interval(value, value - times * (value - difference.low), value + times * (difference.high - value))
