"""Customers' own words for what they praise: the words that set a theme apart, and short phrases that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundswell.findings import Finding, Verbatim
from reports.digest import Digest
from reports.page.parts import Entry, Quote, Section
from reports.wording.figures import byline, clip, count, shown, zone

__all__ = ["words"]

MOST_THEMES, MOST_WORDS, MOST_PHRASES = 6, 8, 2
SHORTEST, LONGEST = 3, 14  # words of a phrase that can stand on a page of its own
END = re.compile(r"[.!?;:…\n]+|\s[-–—]\s|,\s")
WORD = re.compile(r"[^\W_]+")
WISH = re.compile(r"\b(wish|would|could|should|please|hope|if only)\b", re.IGNORECASE)


def words(digest: Digest, name: str, title: str) -> Section | None:
    """For each praised theme its words, strongest first, with phrases that customers wrote; None without any."""
    ranked = sorted((f for f in digest.praise if f.keywords), key=lambda f: (f.rank, f.theme_id))
    if not ranked:
        return None
    entries = tuple(_entry(finding, digest) for finding in ranked[:MOST_THEMES])
    lead = (
        "First the words that customers use more in a theme than elsewhere, strongest first; then phrases they wrote. "
        "Words are free to take up; a phrase that can be told from its author needs consent."
    )
    return Section(name, title, lead, entries=entries, size=count(len(entries), "theme"), form="compact")


def _entry(finding: Finding, digest: Digest) -> Entry:
    said = " · ".join(clip(word, 40) for word in finding.keywords[:MOST_WORDS])
    found = [
        Quote(text, byline(one, zone(digest.period))) for one in finding.verbatims for text in _phrases(one, finding)
    ]
    return Entry(rank="", label=clip(finding.label, 80), small=said, quotes=tuple(found[:MOST_PHRASES]))


def _phrases(verbatim: Verbatim, finding: Finding) -> Iterator[str]:
    """The first part of a happy quote that holds one of the theme's words: no wish, no fragment, no paragraph."""
    if verbatim.sentiment is None or verbatim.sentiment <= 0:
        return
    stems = {_stem(word) for keyword in finding.keywords[:MOST_WORDS] for word in WORD.findall(keyword)}
    for part in END.split(verbatim.text):
        phrase = shown(part).strip(" ,–—-\"'“”")
        spoken = WORD.findall(phrase)
        if SHORTEST <= len(spoken) <= LONGEST and not WISH.search(phrase) and any(_stem(w) in stems for w in spoken):
            yield phrase
            return


def _stem(word: str) -> str:
    """Enough of a word to find it again in another form."""
    return word.lower()[:5]
