"""The own head: what a store's rated feedback adds to the starter, as numbers that can be kept and read back.

`own_training.train_own_head` makes one. Its body is text (a checksum, then JSON), never code to be run.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.calibration import Measured, Scale
from analysis.sentiment.heads import NAMES, Heads
from analysis.sentiment.own_terms import without_marks
from groundswell.errors import ModelError

__all__ = ["OwnHead", "OwnPart", "OwnSource"]

FORMAT = "groundswell-own-head 2"
FEATURES = len(NAMES)

_Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class OwnSource:
    """What the ratings of one source are worth: whether its own head is in use there, and how surely it reads.

    The figures come from comments that the head in question was not trained on, though scale and thresholds were
    fitted on these very ones. `starter_figures` are the starter's on those ratings, `own_figures` those of starter and
    own head together; None with fewer than 50 ratings of a kind. The losses are the mean log loss of each on them, None
    where no own head was tried. `ratings` counts the rated comments that were read, middle scores included (of a large
    source the latest, see own_rows.py), `negatives` and `positives` those rated so. `scale` belongs to the logits in
    use; None where there are too few ratings to fit one.
    """

    in_use: bool
    ratings: int
    negatives: int
    positives: int
    weight: float
    scale: Scale | None
    starter_figures: Measured | None
    own_figures: Measured | None
    starter_loss: float | None
    own_loss: float | None
    by_time: bool  # the figures are of later comments by earlier ones, not of folds at random
    languages: tuple[str, ...]  # beside English, those that the head learned to read here
    reason: str  # which model reads the source and why: a sentence for a manager

    @property
    def figures(self) -> Measured | None:
        """The figures of what is in use."""
        return self.own_figures if self.in_use else self.starter_figures


@dataclass(frozen=True, eq=False)
class OwnPart:
    """The weights for one source: of `heads.features`, float64[388], and of the head's terms, float64[v]."""

    weights: _Numbers
    words: _Numbers
    bias: float


@dataclass(frozen=True, eq=False)
class OwnHead:
    """Logistic heads over `heads.features` and words, one per rated source, added to the starter's logit.

    `version` names the ratings, the settings and the starter that made it; the same rows make the same bytes. `words`
    are those that tell most, the most negative first, each with how far it moves a comment's logit.
    """

    version: str
    starter: str
    terms: tuple[str, ...]  # the words and pairs of words that have a weight (analysis.sentiment.own_terms)
    parts: Mapping[str, OwnPart]
    sources: Mapping[str, OwnSource]
    words: tuple[tuple[str, float], ...]
    as_of: datetime | None

    @property
    def languages(self) -> frozenset[str]:
        """Beside English, those that the head learned to read in some source."""
        return frozenset(language for source in self.sources.values() for language in source.languages)

    def logits(
        self, texts: Sequence[str], vectors: NDArray[np.float32], lexicon: _Numbers, sources: Sequence[str]
    ) -> _Numbers:
        """The own part of each text's logit, float64[n], not yet weighed; 0 in a source that taught nothing.

        `vectors` float32[n, 384], `lexicon` float64[n, 4] (`clause_lexicon`), `sources` the name of each text's source.
        """
        found, home = np.zeros(len(texts)), np.array(sources, dtype=object)
        for name, heads in self._heads.items():
            rows = np.flatnonzero(home == name)
            if len(rows):
                read = [without_marks(texts[row]) for row in rows.tolist()]
                found[rows] = heads.polar(read, vectors[rows], lexicon[rows])
        return found

    @cached_property
    def _heads(self) -> Mapping[str, Heads]:
        """The same numbers as polar heads, which read words as they do."""
        found = {}
        for name, part in self.parts.items():
            dense = np.column_stack([part.weights, np.zeros(FEATURES)])
            words = dict(zip(self.terms, part.words.tolist(), strict=True))
            found[name] = Heads(self.version, dense, np.array([part.bias, 0.0]), words)
        return found

    def to_bytes(self) -> bytes:
        """The head as text: a line with a checksum, then JSON."""
        body = {
            "version": self.version,
            "starter": self.starter,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "terms": list(self.terms),
            "parts": {
                name: {"weights": part.weights.tolist(), "words": part.words.tolist(), "bias": part.bias}
                for name, part in sorted(self.parts.items())
            },
            "words": [list(word) for word in self.words],
            "sources": {name: _plain(asdict(source)) for name, source in sorted(self.sources.items())},
        }
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
        return f"{FORMAT} {sha256(text).hexdigest()}\n".encode() + text

    @classmethod
    def from_bytes(cls, body: bytes) -> OwnHead:
        """The head that `to_bytes` wrote. Raises ModelError for one that is damaged or of another kind."""
        first, _, text = body.partition(b"\n")
        if first != f"{FORMAT} {sha256(text).hexdigest()}".encode():
            raise ModelError(
                "own sentiment head: what the store holds is damaged or of another version; "
                "`groundswell analyse` trains it anew"
            )
        return _head(json.loads(text))


def _head(body: Mapping[str, Any]) -> OwnHead:
    return OwnHead(
        version=body["version"],
        starter=body["starter"],
        terms=tuple(body["terms"]),
        parts={
            name: OwnPart(np.array(part["weights"]), np.array(part["words"]), part["bias"])
            for name, part in body["parts"].items()
        },
        sources={name: _source(source) for name, source in body["sources"].items()},
        words=tuple((word, weight) for word, weight in body["words"]),
        as_of=datetime.fromisoformat(body["as_of"]) if body["as_of"] else None,
    )


def _source(body: Mapping[str, Any]) -> OwnSource:
    fields = dict(body)
    fields["scale"] = body["scale"] and Scale(**body["scale"])
    fields["languages"] = tuple(body["languages"])
    for name in ("starter_figures", "own_figures"):
        found = body[name]
        fields[name] = found and _measured(found)
    return OwnSource(**fields)


def _measured(body: Mapping[str, Any]) -> Measured:
    figures = {key: math.nan if value is None else float(value) for key, value in body.items() if key != "n"}
    return Measured(n=body["n"], **figures)


def _plain(value: Any) -> Any:
    """The value as JSON takes it: NaN becomes null."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
