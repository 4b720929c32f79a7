"""What keeps an author from being asked for a testimonial, and what connects an author to the maker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from analysis.findings.comments.testimonial_words import WORD, disclosed
from analysis.scope.scope import Scope
from analysis.text.language import english_words
from analysis.text.word_classes import is_known
from analysis.text.wordlists import read_words
from groundswell.frames import SEGMENT

__all__ = [
    "QUIET_DAYS",
    "flags_of",
    "lately_unhappy",
    "names_somebody",
    "open_tickets",
    "tells_flags",
    "tickets_tell",
    "with_resolutions",
]

QUIET_DAYS = 180
PRODUCT = 0.01  # of the texts hold its name
_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")  # with a capital that no beginning of a sentence gave it
# Given names that stand for something else as often.
_WORDS_TOO = frozenset(
    "amber angel april art austin autumn bill bob carol chase cliff cooper crystal daisy dale dawn dean don drew "
    "faith frank gene glen grace grant harry hazel heath heather holly hope hunter iris ivy jack jasmine jean "
    "jordan joy june kitty lily mark mason max may miles nick olive paris pat pearl penny ray reed rob robin rose "
    "ruby sandy sky star sue summer taylor van victor violet wade will".split()
)
# Segments that tell a material connection (16 CFR 255.5), as [sources.NAME.columns.segments] names them.
INSIDER, INCENTIVISED = f"{SEGMENT}insider", (f"{SEGMENT}incentivised", f"{SEGMENT}incentivized")
_NO = frozenset({"", "0", "0.0", "no", "n", "false", "f", "none", "nothing", "nein", "non", "not", "-"})
_YES = frozenset({"1", "1.0", "yes", "y", "true", "t", "ja", "oui", "x"})


def lately_unhappy(scope: Scope, comments: pd.DataFrame) -> set[str]:
    """Known authors with negative feedback in the 180 days up to the period's end."""
    rows = scope.all_feedback.merge(comments[["feedback_id", "label"]], on="feedback_id")
    end = scope.span.period.end
    if end is not None:
        rows = rows[(rows["occurred_at"] < end) & (rows["occurred_at"] >= end - timedelta(days=QUIET_DAYS))]
    unhappy = rows[(rows["label"] == "negative") | (rows["score_scaled"] < 0.5)]
    return set(unhappy["author"].dropna())


def open_tickets(scope: Scope) -> set[str]:
    """Known authors of tickets without a resolution, of the sources that tell resolutions."""
    tickets = with_resolutions(scope.all_feedback)
    return set(tickets.loc[tickets["resolved_at"].isna(), "author"].dropna())


def tickets_tell(scope: Scope, source: str) -> bool:
    """Whether an author of the source would be known again in a ticket: one at least writes in both.

    An e-mail address is one person in every source, a user name only in its own.
    """
    writers = scope.all_feedback.loc[scope.all_feedback["source"] == source, "author"].dropna()
    return bool(writers.isin(with_resolutions(scope.all_feedback)["author"].dropna()).any())


def with_resolutions(feedback: pd.DataFrame) -> pd.DataFrame:
    """Tickets of the sources that tell when a ticket was resolved."""
    tickets = feedback[feedback["reported_at"].notna()]
    told = tickets.groupby("source")["resolved_at"].transform("count") > 0
    return tickets[told]


def names_somebody(texts: pd.Series, everything: pd.Series) -> pd.Series:
    """Which texts hold a given name that nobody marked out, of an agent perhaps, who has not agreed to be quoted.

    A name that stands in a hundredth of all the period's texts is that of a product.
    """
    found = texts.map(_names_in)
    names: set[str] = set().union(*found)
    if not names:
        return pd.Series(False, index=texts.index)
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b", re.I)
    uses = Counter(name for text in everything for name in {match.lower() for match in pattern.findall(text)})
    rare = {name for name in names if uses[name] < PRODUCT * len(everything)}
    return found.map(lambda words: not rare.isdisjoint(words)).astype(bool)


def _names_in(text: str) -> set[str]:
    """The given names in a text, in lower case; those that are words too only where a capital makes them names."""
    names = read_words("given_names.txt") - english_words()
    found = {word for word in WORD.findall(text.lower()) if word in names and not is_known(word)}
    capital = {match.lower() for match in _INSIDE.findall(text)}
    return {word for word in found if word not in _WORDS_TOO or word in capital}


def flags_of(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """What has to be disclosed of a comment's author: by the fields of the source, and by the text itself."""
    flags = ["employee"] if _said(row, INSIDER) else []
    given = next((said for name in INCENTIVISED if (said := _said(row, name))), None)
    if given is not None:
        flags.append("incentivised" if given.casefold() in _YES else f"incentivised: {given}")
    told = [
        flag for flag in disclosed(row["text"]) if flag.partition(":")[0] not in {f.partition(":")[0] for f in flags}
    ]
    return tuple(flags + told)


def tells_flags(row: Mapping[Any, Any]) -> bool:
    """Whether the source says of this author both whether they are an employee and whether they got something."""
    known = [isinstance(row.get(name), str) for name in (INSIDER, *INCENTIVISED)]
    return known[0] and any(known[1:])


def _said(row: Mapping[Any, Any], name: str) -> str | None:
    """What a field of the source says, where that is not a no."""
    value = row.get(name)
    return value.strip() if isinstance(value, str) and value.strip().casefold() not in _NO else None
