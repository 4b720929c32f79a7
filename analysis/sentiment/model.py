"""What reads the tone: the shipped starter heads, and the project's own head for the sources where it is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.calibration import Scale
from analysis.sentiment.heads import Heads, starter_heads
from analysis.sentiment.own_head import OwnHead
from analysis.sentiment.rules import RULES
from analysis.text.lexicon import METHOD

__all__ = ["STARTER_SCALE", "SentimentModel", "default_model"]

STARTER_SCALE = Scale(negative=RULES.negative, positive=RULES.positive)  # of a source without ratings enough

_Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SentimentModel:
    """The starter heads, with an own head beside them where the project has one."""

    starter: Heads
    own: OwnHead | None = None

    @property
    def version(self) -> str:
        """What scored a text, by name, so that one name never stands for two sets of numbers.

        The starter, the own head where its weights or its scales are in use, the rules of scoring, the word lists.
        """
        own = f"+{self.own.version}" if self.own is not None and self._sources_changed() else ""
        return f"{self.starter.version}{own}+{RULES.name}+{METHOD}"

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
        if self.own is None or source not in self._sources_changed():
            return STARTER_SCALE
        return self.own.sources[source].scale or STARTER_SCALE

    def has_own_scale(self, source: str) -> bool:
        """True where the ratings of the source itself say where negative ends and positive begins."""
        return self.own is not None and source in self._sources_changed() and self.own.sources[source].scale is not None

    def _sources_in_use(self) -> frozenset[str]:
        """The sources in which the own head's weights count."""
        if self.own is None:
            return frozenset()
        return frozenset(name for name in self._sources_changed() if self.own.sources[name].in_use)

    def _sources_changed(self) -> frozenset[str]:
        """The sources of which the own head changes a number, by its weights or by a scale."""
        # What an own head adds was fitted to the logits of one starter; beside another it means nothing.
        if self.own is None or self.own.starter != self.starter.version:
            return frozenset()
        return frozenset(name for name, one in self.own.sources.items() if one.in_use or one.scale is not None)


def default_model() -> SentimentModel:
    """The model of a project without an own head: the starter alone."""
    return SentimentModel(starter_heads())
