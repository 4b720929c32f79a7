"""Scores: reading the number a customer gave, and telling its scale, metric and direction from names and values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from extractors.vocabulary import means, words_of
from groundswell.errors import SourceError
from groundswell.records import Metric

__all__ = [
    "Reading",
    "ScoreColumn",
    "count_numbers",
    "direction_problem",
    "metric_of_name",
    "plain",
    "read_number",
    "refuse_direction",
    "scale_of",
]

_NUMBER = re.compile(
    r"^\s*([+-]?\d{1,9}(?:[.,]\d{1,9})?)\s*(?:/\s*\d{1,3}|(?:out of|of|von|sur|de)\s+\d{1,3}(?:\.0)?\s*(?:stars?)?"
    r"|stars?|sterne?|etoiles?|étoiles?|points?|%|[-–:]\s*\D.{0,60})?\s*$",
    re.IGNORECASE,
)
_STARS = re.compile(r"^\s*([★⭐]{1,10})[☆\s\ufe0f]*$")
_SCALE_IN_NAME = re.compile(r"(?<![\d.])([01])\s*(?:-|–|to|bis|à|a|\.\.)\s*(4|5|6|7|10|100)(?!\d)", re.IGNORECASE)
# "1 = very good", "1: excellent", "1 (best)": the low end is the good one.
_ONE_IS_BEST = re.compile(
    r"\b1\s*(?:=|:|is|ist|est|\()\s*(?:very |sehr |tres |très |muy )?"
    r"(?:good|excellent|best|satisfied|gut|hervorragend|zufrieden|bien|bon|satisfait|bueno|positive?|easy)",
    re.IGNORECASE,
)
_FILLERS = frozenset({-99.0, -9.0, -1.0, 98.0, 99.0, 999.0, 9999.0})  # "no answer" in survey tools
MANY = 30  # ratings among which one of the best would have been seen


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A column that holds scores, and how to read them."""

    column: str
    low: float
    high: float
    metric: Metric
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """A scale with the reason for it."""

    low: float
    high: float
    why: str


def read_number(value: str) -> float | None:
    """The number in "4", "4.0", "4,5", "4/5", "4 stars", "5 - very satisfied" or "★★★★"; None in anything else."""
    if match := _NUMBER.match(value):
        return float(match[1].replace(",", "."))
    if match := _STARS.match(value):
        return float(len(match[1]))
    return None


def metric_of_name(name: str) -> Metric | None:
    """The metric that a column's name states; "score" alone states none."""
    # "Customer Satisfaction Rating" is CSAT: the more telling word wins.
    for role, metric in (("nps", Metric.NPS), ("csat", Metric.CSAT), ("ces", Metric.CES), ("rating", Metric.RATING)):
        if means(name, role):
            return metric
    return None


def scale_of(name: str, counts: Mapping[float, int], metric: Metric | None) -> Reading | None:
    """The scale that the values lie on, None where there is none to be told; `counts` is value -> how often.

    The smallest usual scale that holds 99 % of the values; codes for "no answer" (99, -1) are left aside.
    """
    if stated := _SCALE_IN_NAME.search(name):
        return Reading(float(stated[1]), float(stated[2]), "the name states the scale")
    if metric is Metric.NPS:
        return Reading(0.0, 10.0, "that of NPS") if _share_within(counts, 0, 10) >= 0.9 else None
    kept = _without_fillers(counts)
    total = sum(kept.values())
    if not total or min(kept) < 0:
        return None
    top = _top(kept, total)
    zeros = kept.get(0.0, 0) / total
    span = f"values {plain(min(kept))}-{plain(top)}"
    if set(kept) <= {0.0, 1.0}:
        return Reading(0.0, 1.0, "values 0 and 1")
    if top <= 5:
        return _up_to_five(top, zeros, total, span)
    if top <= 7 and not zeros:
        high = 7.0 if top > 6 or metric in (Metric.CES, Metric.CSAT) else 6.0
        return Reading(1.0, high, span)
    if top <= 10:
        return Reading(0.0 if zeros else 1.0, 10.0, span + (", 0 occurs" if zeros else ", no 0 occurs"))
    return Reading(0.0, 100.0, span) if top <= 100 else None


def _up_to_five(top: float, zeros: float, total: int, span: str) -> Reading | None:
    if top <= 3 and total >= MANY:
        return None  # among so many, a 4 or a 5 would have been seen: a scale of its own
    # A stray 0 among 1-5 is "not rated", many are a scale of 0-5.
    return Reading(0.0 if zeros > 0.02 else 1.0, 5.0, span)


def direction_problem(name: str, reading: Reading, metric: Metric | None) -> str | None:
    """Why it cannot be told whether more is better; None where higher is."""
    if _ONE_IS_BEST.search(name):
        return "its name says that 1 is the best"
    if means(name, "grade") and not means(name, "rating"):
        return "a grade may run either way (1 is the best in German schools)"
    if metric is Metric.CES and not re.search(r"\b(?:ease|easy)\b", words_of(name)):
        return "effort may be asked either way (little effort, or agreement that it was easy)"
    if (reading.low, reading.high) == (1.0, 6.0):
        return "a scale of 1-6 is that of school grades, where 1 is the best"
    if metric is None and not means(name, "score"):
        return "its name does not say"
    return None


def refuse_direction(file: str, name: str, reason: str, reading: Reading) -> SourceError:
    """The question that only the user can answer."""
    return SourceError(
        f"{file}: column {name!r} ({plain(reading.low)}-{plain(reading.high)}): whether a high value is good cannot be "
        f"told: {reason}. Give --higher-is-better or --lower-is-better, or --column score= to leave it out"
    )


def _without_fillers(counts: Mapping[float, int]) -> dict[float, int]:
    rest = {value: n for value, n in counts.items() if value not in _FILLERS}
    # 98 and 99 are percentages like any other where values lie between 11 and 97.
    return rest if rest and max(rest) <= 11 else dict(counts)


def _top(counts: Mapping[float, int], total: int) -> float:
    """The value below or at which 99 % lie: a stray 55 does not make the scale."""
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= 0.99 * total:
            return value
    return max(counts)


def _share_within(counts: Mapping[float, int], low: float, high: float) -> float:
    return sum(n for value, n in counts.items() if low <= value <= high) / max(1, sum(counts.values()))


def plain(number: float) -> str:
    """The number without a needless ".0"."""
    return f"{number:g}"


def count_numbers(values: list[str]) -> Counter[float]:
    """How often each number occurs; what is no number is left out."""
    return Counter(number for value in values if (number := read_number(value)) is not None)
