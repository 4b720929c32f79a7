"""A change of a share in words, the same words wherever it is told."""

from __future__ import annotations

from groundswell.findings import Change
from reports.wording.figures import number, percent

__all__ = ["change_words", "is_news", "is_rising", "times", "versus"]

TIMES = {"2": "twice", "3": "three times", "4": "four times", "5": "five times"}


def is_news(change: Change | None) -> bool:
    """True for a change that is significant and goes anywhere."""
    return change is not None and change.significant and change.value != change.baseline


def is_rising(change: Change | None) -> bool:
    """True for a change that is significant and goes up."""
    return change is not None and is_news(change) and change.value > change.baseline


def times(ratio: float) -> str:
    """2.04 -> "twice", 2.2 -> "2.2 times"; from ten on without decimals."""
    rounded = number(ratio, 1 if ratio < 9.95 else 0).removesuffix(".0")
    return TIMES.get(rounded, f"{rounded} times")


def versus(change: Change) -> str:
    """A significant change beside what was: "twice the share of the week before"."""
    if change.baseline <= 0:
        return f"none in {change.baseline_label}"
    ratio = change.value / change.baseline
    if ratio >= 1.2 or times(ratio) in TIMES.values():
        return f"{times(ratio)} the share of {change.baseline_label}"
    if 0.45 <= ratio <= 0.55:
        return f"half the share of {change.baseline_label}"
    direction = "up" if ratio > 1 else "down"
    return f"{direction} from {percent(change.baseline)} in {change.baseline_label}"


def change_words(change: Change) -> str:
    """A significant change on its own: "5 % to 9 %, twice the share of the week before"."""
    if change.baseline <= 0:
        return f"{percent(change.value)}, none in {change.baseline_label}"
    how = versus(change)
    ends = f"{percent(change.baseline)} to {percent(change.value)}"
    return f"{ends} since {change.baseline_label}" if " from " in how else f"{ends}, {how}"
