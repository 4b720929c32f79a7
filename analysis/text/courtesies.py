"""Courtesies: "thanks in advance", "please get back to me". Polite words that tell neither a mood nor a subject.

Left in, they make a theme of their own among support tickets, and VADER hears them as praise.
"""

from __future__ import annotations

import re
from functools import cache

from analysis.text.wordlists import read_rows

__all__ = ["COURTESIES", "without_courtesies"]

COURTESIES = "courtesies.tsv"


def without_courtesies(text: str) -> str:
    """The text with each courtesy replaced by a space; the text itself where it has none."""
    found = _pattern().sub(" ", text)
    return text if found == text else found


@cache
def _pattern() -> re.Pattern[str]:
    """All courtesies in one pattern, apostrophes straight or curly, in whatever case."""
    union = "|".join(f"(?:{pattern})" for pattern, _ in read_rows(COURTESIES)).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{union})(?!\w)", re.IGNORECASE)
