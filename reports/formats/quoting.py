"""How much of customers' own words leaves with a message: whole quotes, short ones, or none at all.

A quote that is left out keeps its source, reference and date, so that a reader with access finds it again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from groundswell.findings import Consent, Verbatim
from reports.formats.walk import walked
from reports.wording.figures import clip

__all__ = ["QUOTES", "SHORT_QUOTE", "check_quotes", "with_quotes"]

QUOTES = ("full", "short", "none")
SHORT_QUOTE = 80  # characters of a short quote: enough to know the case again, too few to tell a story

Told = TypeVar("Told")


def with_quotes(told: Told, how: str) -> Told:
    """A Digest (or any dataclass) with every verbatim's text whole, cut to 80 characters, or empty.

    Every `Verbatim` in it is met, however deep it lies, and the texts that consent is about too. Raises ValueError for
    a `how` that is not one of QUOTES.
    """
    check_quotes(how)
    if how == "full":
        return told
    limit = SHORT_QUOTE if how == "short" else 0
    cut: Told = walked(told, lambda value: _cut(value, limit))
    return cut


def check_quotes(how: str) -> None:
    """Refuse a word that is not one of QUOTES: ValueError."""
    if how not in QUOTES:
        raise ValueError(f"quotes is {how!r}, not one of {', '.join(QUOTES)}")


def _cut(value: Any, limit: int) -> Any:
    if isinstance(value, Verbatim):
        return replace(value, text=clip(value.text, limit) if limit else "")
    if isinstance(value, Consent):
        # An empty text says that its author was erased: one that is only not told is no empty one.
        return replace(value, text=clip(value.text, limit) if limit else "…" if value.text else "")
    return value
