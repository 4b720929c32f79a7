"""A customer's words as pages quote them."""

from __future__ import annotations

import re
from urllib.parse import quote as escape

from groundswell.findings import Verbatim
from reports.digest import Digest
from reports.page.parts import Quote
from reports.wording.figures import byline, clip, zone

__all__ = ["BRIEF_LIMIT", "QUOTE_LIMIT", "all_comments", "quote"]

QUOTE_LIMIT, BRIEF_LIMIT = 220, 140
# The end of a line that no mark ends, as between a title and its text.
UNMARKED = re.compile(r"(?<=[^\s.!?…:;,])[^\S\n]*\n\s*(?=\S)")


def quote(verbatim: Verbatim, digest: Digest, *notes: str, limit: int = QUOTE_LIMIT) -> Quote:
    """The words on one line, lines without a mark at their end set apart, cut at the limit, with where they are found
    again."""
    return Quote(clip(UNMARKED.sub(" · ", verbatim.text), limit), byline(verbatim, zone(digest.period)), notes)


def all_comments(theme_id: str, digest: Digest) -> str:
    """The link to everything that was said of a theme, in the page that lies beside this one; "" where none does."""
    return f"explorer.html#theme={escape(theme_id, safe='')}" if digest.explorer else ""
