"""Puts typed marks into a text in the place of what is personal; no I/O, nothing logged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from groundswell import privacy_numbers as numbers
from groundswell import privacy_rules as rules
from groundswell.privacy_names import find_names
from groundswell.privacy_phones import find_phones

__all__ = ["DEFAULT_REGIONS", "MARK", "TEXT_LIMIT", "cut_text", "redact"]

# Whose national phone numbers are known; international ones always are.
DEFAULT_REGIONS = ("US", "GB", "IN", "DE", "FR")
TEXT_LIMIT = 20_000  # characters of one text that are stored and read
MARK = re.compile(r"\[(?:card|email|handle|iban|id|ip|link query|link user|name|phone)\]")

_SPELT_AT = (" dot ", "(at", "[at", "{at", "<at", "( at", "[ at", "(dot", "[dot")


def redact(
    text: str,
    names: Iterable[str] = (),
    *,
    regions: Sequence[str] = DEFAULT_REGIONS,
    skip: frozenset[str] = frozenset(),
) -> tuple[str, dict[str, int]]:
    """The text with typed marks ("[email]", "[phone]", ...) for what is personal, and how many of each.

    `names` are the record's own; `regions` (ISO 3166) decide which national phone numbers are known; marks in `skip`
    are not set. Redacting a redacted text changes nothing.
    """
    counts: dict[str, int] = {}
    names = tuple(names)
    while True:  # one mark can bring another number into view; each turn leaves less unmarked text, so it ends
        before = text
        for find in _finders(text, names, regions):
            text = _mark(text, find(text), counts, skip)
        if text == before:
            return text, counts


_Finder = Callable[[str], Iterable[rules.Hit]]


def _finders(text: str, names: tuple[str, ...], regions: Sequence[str]) -> Iterator[_Finder]:
    """The finders that a text needs, told cheaply, in the order that matters: self-proving numbers before phones."""
    lower = text.lower()
    has_address = "@" in text or "＠" in text or any(hint in lower for hint in _SPELT_AT)
    has_digits = rules.DIGIT.search(text) is not None
    has_number = has_digits and rules.SEVEN_DIGITS.search(text) is not None
    if "/" in text or "www." in lower:
        yield rules.find_links
    if has_address:
        yield rules.find_emails
    if has_number:
        yield numbers.find_ibans
        yield numbers.find_cards
    if has_digits:
        yield rules.find_ips
        yield numbers.find_ids
    if has_number:
        yield lambda text: find_phones(text, regions)
    if has_address:
        yield rules.find_handles
    if names:
        yield lambda text: find_names(text, names)


def _mark(text: str, hits: Iterable[rules.Hit], counts: dict[str, int], skip: frozenset[str]) -> str:
    found = sorted((hit for hit in hits if hit.mark not in skip), key=lambda hit: (hit.start, -hit.end))
    if not found:
        return text
    marked = [match.span() for match in MARK.finditer(text)] if "[" in text else []
    pieces, at = [], 0
    for start, end, mark in found:
        if start < at or any(start < high and low < end for low, high in marked):
            continue
        pieces += [text[at:start], f"[{mark}]"]
        counts[mark] = counts.get(mark, 0) + 1
        at = end
    return "".join([*pieces, text[at:]])


def cut_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """At most `limit` characters, cut at a blank where one is near, never through a mark."""
    if len(text) <= limit:
        return text
    end = next((m.start() for m in MARK.finditer(text, max(0, limit - 20)) if m.start() < limit < m.end()), limit)
    blank = text.rfind(" ", max(0, end - 80), end + 1)
    return text[: blank if blank > 0 and MARK.search(text, blank, end) is None else end].rstrip()
