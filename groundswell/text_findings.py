"""What is said of single comments and of how they were read (see findings.py, the door to all findings)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from groundswell.theme_findings import Change, Verbatim

__all__ = [
    "Consent",
    "Escalation",
    "Mismatch",
    "MismatchCounts",
    "Request",
    "SentimentSource",
    "SentimentSummary",
    "SignalSummary",
]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A score and a text that say opposite things."""

    verbatim: Verbatim
    score: str
    sentiment: float
    direction: str  # "happy score, unhappy words" | "unhappy score, happy words"


@dataclass(frozen=True, slots=True)
class MismatchCounts:
    """How many comments there are of which the pages show some."""

    compared: int  # comments with a happy or an unhappy score and a tone
    happy_score: int  # of them, those with unhappy words
    unhappy_score: int  # of them, those with happy words


@dataclass(frozen=True, slots=True)
class Escalation:
    """A customer to call back: their most serious words of the period, and where the others stand."""

    verbatim: Verbatim
    kinds: tuple[str, ...]  # of "escalation", "churn", "urgency": the most serious first
    theme_id: str | None
    theme: str | None
    also: tuple[str, ...] = ()  # references of the same customer's other comments of these kinds, newest first


@dataclass(frozen=True, slots=True)
class Request:
    """What customers ask for within one theme; `theme_id` is None for wishes that no theme holds."""

    theme_id: str | None
    label: str
    authors: int
    mentions: int
    verbatims: tuple[Verbatim, ...]
    change: Change | None = None  # of the people who wish for it, as a share of all who wrote


@dataclass(frozen=True, slots=True)
class SignalSummary:
    """How many there are of which the pages show some; `read` is how many were looked through.

    Counted are people where they are known, else comments (`Coverage.counted` says which).
    """

    read: int  # those with text in a language whose signals are known
    found: Mapping[str, int]  # by signal: escalation, churn, request, praise, effort, urgency
    to_call: int  # those with an escalation, a churn intent or an urgent case
    to_call_by_source: Mapping[str, int]
    to_call_by_theme: Mapping[str, int]  # by the theme's label, "" for none


@dataclass(frozen=True, slots=True)
class SentimentSource:
    """Which model reads the tone of one source, and how well it did on that source's own ratings.

    Precision and recall are those of "negative"; None where nothing could be measured, which `note` explains. The last
    two are not in every digest.json: they came later than the others.
    """

    source: str
    model: str  # "starter" | "own"
    ratings: int  # rated comments of the source that were read
    precision: float | None
    recall: float | None
    auc: float | None
    calibration_error: float | None
    note: str = ""  # why this model, or why there are no figures: one sentence
    checked: int | None = None  # rated comments that the figures rest on; None where there are none, or unknown
    scaled: bool = False  # the source's ratings set what is called negative, whichever model reads


@dataclass(frozen=True, slots=True)
class SentimentSummary:
    """How the tone of the comments was read: the model by source, and the words that weigh most."""

    version: str
    sources: tuple[SentimentSource, ...]
    words_negative: tuple[str, ...] = ()  # heaviest first
    words_positive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """A text that marketing decided on, and where its author's consent stood at the period's end."""

    key: str  # `groundswell testimonials show KEY` tells its history
    feedback_id: str
    reference: str
    source: str
    text: str  # redacted, the exact words that consent is about; "" where its author was erased
    theme: str | None
    state: str  # approved | requested | lapsed | granted | published | expired | declined | revoked
    since: datetime | None  # when it came into this state
    waits_for: str | None  # marketing | customer; None: nothing is to be done
    due: datetime | None  # when silence becomes a no, or the consent runs out
    reminded: bool = False
    places: int = 0  # where it is used now
    channels: tuple[str, ...] = ()  # that its author agreed to
    flags: tuple[str, ...] = ()  # what has to be disclosed: "employee", "incentivised: voucher"
