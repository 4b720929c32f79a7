"""The constants of scoring, with one name for all of them: whoever changes one, changes what every comment is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

__all__ = ["RULES", "Rules"]


@dataclass(frozen=True)
class Rules:
    """How clause logits become labels and the tone of comments (docs/methods.md, D9).

    `evidence`, `whole` and `length` were fitted on Greenlight's reviews with heads that had not seen them; sentences of
    the human-rated sets lose nothing by them. `negative` and `positive` were chosen on reviews and sentences that the
    head had not seen: the most unhappy reviews found at a precision of .77, the macro-F1 within a standard error of the
    best (docs/decisions.md).
    """

    clear: float = 1.5  # the logit from which on a clause clearly takes a side
    mixed: float = 0.4  # a comment with clauses clearly on both sides is mixed where its p lies between this and 1 - it
    own_share: float = 0.6  # of a clause in its logit; the rest is its sentence's
    neutral_bound: float = 0.5  # a clause is neutral where |logit| less the neutral head's logit lies below this
    quiet: float = 0.3  # a comment of neutral clauses alone is neutral where its p lies between this and 1 - this
    emoji_strength: float = 3.0  # the logit of emoji alone, per unit of the lexicon's compound score
    most: float = 8.0  # the largest logit, so that every sentiment leads back to one
    evidence: float = 0.3  # clauses that agree are surer than one: their mean grows with this power of their number
    whole: float = 1.0  # weight of the lexicon's compound score of the whole text
    length: float = 0.5  # who writes at length is less happy: off per logarithm of the number of sentences
    negative: float = 0.46  # below which probability a comment is negative, in a source without a scale of its own
    positive: float = 0.6  # above which it is positive there

    @cached_property
    def name(self) -> str:
        """A name that changes with any of the constants."""
        return f"rules-{sha256(repr(self).encode()).hexdigest()[:6]}"


RULES = Rules()
