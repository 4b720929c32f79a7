"""What reads the tone: the shipped starter heads, and the project's own head for the sources where it is in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.calibration import Scale
from analysis.sentiment.heads import Heads, starter_heads
from analysis.text.lexicon import METHOD

__all__ = ["STARTER_SCALE", "OwnReading", "Scale", "SentimentModel", "SourceReading", "default_model"]

# Comments of a source without ratings of its own. Chosen on reviews and sentences that the head had not seen: the most
# unhappy reviews found at a precision of .77, the macro-F1 within a standard error of the best (docs/decisions.md).
STARTER_SCALE = Scale(negative=0.46, positive=0.6)

_Numbers = NDArray[np.float64]


class SourceReading(Protocol):
    """What an own head says about one source."""

    @property
    def in_use(self) -> bool: ...

    @property
    def weight(self) -> float: ...

    @property
    def languages(self) -> tuple[str, ...]: ...

    @property
    def scale(self) -> Scale: ...


class OwnReading(Protocol):
    """What the model asks of an own head (analysis/sentiment/own_head.py)."""

    @property
    def version(self) -> str: ...

    @property
    def starter(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]: ...

    @property
    def sources(self) -> Mapping[str, SourceReading]: ...

    def logits(
        self, texts: Sequence[str], vectors: NDArray[np.float32], lexicon: _Numbers, sources: Sequence[str]
    ) -> _Numbers:
        """What the own head alone says of each text."""
        ...


@dataclass(frozen=True, eq=False)
class SentimentModel:
    """The starter heads, with an own head beside them where the project has one."""

    starter: Heads
    own: OwnReading | None = None

    @property
    def version(self) -> str:
        """What scored a text, by name: the starter, the own head where one is in use, and the word lists."""
        own = f"+{self.own.version}" if self.own is not None and self._sources_in_use() else ""
        return f"{self.starter.version}{own}+{METHOD}"

    @property
    def languages(self) -> frozenset[str]:
        """English, and what the own head was trained on where it is in use."""
        own = self.own.languages if self.own is not None and self._sources_in_use() else frozenset()
        return frozenset({"en"}) | own

    def reads(self, language: str, source: str) -> bool:
        """True where something was trained on that language: for any but English the source's own head."""
        if self.own is None or source not in self._sources_in_use():
            return language == "en"
        return language == "en" or language in self.own.sources[source].languages

    def logits(
        self, texts: Sequence[str], vectors: NDArray[np.float32], lexicon: _Numbers, sources: Sequence[str]
    ) -> _Numbers:
        """The logit of "positive rather than negative" of each text, float64[n], not yet scaled.

        `vectors` float32[n, 384], `lexicon` float64[n, 4] (`lexicon_scores`), `sources` the name of each text's source.
        """
        found = self.starter.polar(texts, vectors, lexicon)
        in_use = self._sources_in_use()
        if self.own is None or not in_use:
            return found
        weight = {name: self.own.sources[name].weight for name in in_use}
        weights = np.fromiter((weight.get(name, 0.0) for name in sources), dtype=np.float64, count=len(texts))
        own: _Numbers = self.own.logits(texts, vectors, lexicon, sources)
        return found + weights * own

    def neutral(self, vectors: NDArray[np.float32], lexicon: _Numbers) -> _Numbers:
        """The logit of "no opinion" of each text, float64[n]."""
        return self.starter.neutral(vectors, lexicon)

    def scale(self, source: str) -> Scale:
        """How the logits of a source become probabilities and labels: as its ratings say, where it has enough."""
        if self.own is None or self.own.starter != self.starter.version or source not in self.own.sources:
            return STARTER_SCALE
        scale = self.own.sources[source].scale
        return scale if scale != Scale() else STARTER_SCALE

    def _sources_in_use(self) -> frozenset[str]:
        # What an own head adds was fitted to the logits of one starter; beside another it means nothing.
        if self.own is None or self.own.starter != self.starter.version:
            return frozenset()
        return frozenset(name for name, reading in self.own.sources.items() if reading.in_use)


def default_model() -> SentimentModel:
    """The model of a project without an own head: the starter alone."""
    return SentimentModel(starter_heads())
