"""What is told of a head that was trained: kept with it as JSON, so that a command can show it without the analysis."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from groundswell.errors import ModelError
from groundswell.findings import SentimentSource, SentimentSummary
from groundswell.rows import dump_json

if TYPE_CHECKING:
    from analysis.sentiment.calibration import Measured
    from analysis.sentiment.own_head import OwnHead

__all__ = ["CardSource", "Figures", "HeadCard", "card_of", "read_card", "summary_of"]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a model read rated comments that it was not trained on: "negative", the order, the probabilities."""

    n: int
    precision: float | None
    recall: float | None
    auc: float | None
    ece: float | None


@dataclass(frozen=True, slots=True)
class CardSource:
    """One source: whether the head reads it and why, and how both models read its ratings.

    `ratings` counts the rated comments that were read, a model's `Figures.n` those that it was checked on.
    """

    source: str
    in_use: bool
    ratings: int
    negatives: int
    starter: Figures | None
    own: Figures | None
    reason: str
    scaled: bool = False  # its ratings set what a logit means, whichever model reads


@dataclass(frozen=True, slots=True)
class HeadCard:
    """All that is told of a head; `words` are those that weigh most, with their weights: below 0 is negative."""

    sources: tuple[CardSource, ...]
    languages: tuple[str, ...]
    words: tuple[tuple[str, float], ...]

    @property
    def in_use(self) -> tuple[str, ...]:
        """The sources that the head reads."""
        return tuple(one.source for one in self.sources if one.in_use)

    def heaviest(self, sign: int) -> tuple[str, ...]:
        """The words of the negative (-1) or positive (1) side, heaviest first; none of a head that reads nothing."""
        found = sorted((-weight * sign, word) for word, weight in self.words if weight * sign > 0)
        return tuple(word for _, word in found) if self.in_use else ()


def card_of(own: OwnHead) -> str:
    """The card of a head, as JSON."""
    sources = [
        CardSource(
            name,
            one.in_use,
            one.ratings,
            one.negatives,
            _figures(one.starter_figures),
            _figures(one.own_figures),
            one.reason,
            one.scale is not None,
        )
        for name, one in sorted(own.sources.items())
    ]
    words = tuple((word, round(float(weight), 3)) for word, weight in own.words)
    return dump_json(asdict(HeadCard(tuple(sources), tuple(sorted(own.languages)), words)))


def read_card(card: str) -> HeadCard:
    """The card that `card_of` wrote. Raises ModelError where it is damaged."""
    try:
        told = json.loads(card)
        sources = [
            CardSource(**{**one, "starter": _figures_of(one["starter"]), "own": _figures_of(one["own"])})
            for one in told["sources"]
        ]
        words = tuple((word, weight) for word, weight in told["words"])
        return HeadCard(tuple(sources), tuple(told["languages"]), words)
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            "what the store tells of its own sentiment model is damaged; `groundswell sentiment train` makes it anew"
        ) from error


def summary_of(card: HeadCard | None, version: str) -> SentimentSummary:
    """What a digest says of how the tone was read; `version` names the whole model. None: the shipped one alone."""
    if card is None:
        return SentimentSummary(version, ())
    return SentimentSummary(
        version,
        tuple(_source(one) for one in card.sources),
        words_negative=card.heaviest(-1),
        words_positive=card.heaviest(1),
    )


def _source(one: CardSource) -> SentimentSource:
    figures = one.own if one.in_use else one.starter
    known = (None,) * 4 if figures is None else (figures.precision, figures.recall, figures.auc, figures.ece)
    return SentimentSource(
        one.source,
        "own" if one.in_use else "starter",
        one.ratings,
        *known,
        note=one.reason,
        checked=None if figures is None else figures.n,
        scaled=one.scaled,
    )


def _figures(measured: Measured | None) -> Figures | None:
    if measured is None:
        return None
    numbers = (_number(value) for value in (measured.precision, measured.recall, measured.auc, measured.ece))
    return Figures(measured.n, *numbers)


def _figures_of(told: dict[str, Any] | None) -> Figures | None:
    return None if told is None else Figures(**told)


def _number(value: float) -> float | None:
    """The number as a card has it; None for NaN, which is unknown."""
    return None if isnan(value) else round(value, 4)
