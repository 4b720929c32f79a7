"""Texts as cells: what a spreadsheet takes for a formula, a link or markup is told to be text."""

from __future__ import annotations

import re

from reports.wording.figures import shown

__all__ = ["cell_text", "field_text"]

# What a spreadsheet computes when a cell begins with it, also behind spaces, quotes and invisible characters.
# TAB, CR and NUL count as well (ASVS 1.2.10): they are spaces here, and what follows them is looked at.
BEFORE = r"[\s\"'`\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff]*"
SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
FORMULA = re.compile(BEFORE + SIGNS)
# A program set to another separator cuts a quoted text at it: what stands behind would be a cell of its own.
AFTER_SEPARATOR = re.compile(f"([;|])(?={BEFORE}{SIGNS})")
STARTS = ("\t", "\r", "\n", "\0")


def cell_text(value: str) -> str:
    """The text on one line, without control or turning characters, marked by an apostrophe where it could compute."""
    line = shown(value)
    return f"'{line}" if value.startswith(STARTS) or FORMULA.match(line) else line


def field_text(value: str) -> str:
    """The same for a CSV file: also where a program that cuts at another separator would begin a cell."""
    return AFTER_SEPARATOR.sub(r"\1'", cell_text(value))
