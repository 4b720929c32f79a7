"""The rated comments that an own head learns from and is measured on, as matrices in an order of their own."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sentiment.calibration import Bools, Floats
from analysis.sentiment.comment_tone import clause_shares, comment_logits
from analysis.sentiment.heads import Heads, clause_lexicon, features
from analysis.sentiment.model import SentimentModel
from analysis.sentiment.own_head import FEATURES
from analysis.sentiment.own_terms import shared_terms, term_matrix
from analysis.sentiment.scoring import scorable

__all__ = ["RatedRows", "numbered", "rated_rows", "rating_classes"]

LOW, HIGH = 0.4, 0.6  # of the 0-1 score: 1-2 and 4-5 of five, 1-3 and 5-7 of seven, 1-4 and 7-10 of ten
NPS_LOW, NPS_HIGH = 0.65, 0.85  # 0-6 and 9-10
# The latest comments of a source, and of all sources together: some 130,000 clauses, 200 MB.
PER_SOURCE, MOST_READ = 15_000, 45_000
PER_AUTHOR = 5  # of one author in one source, the latest: nobody turns a head alone
PER_CLASS, MOST_LEARNED = 5_000, 24_000  # of these, the latest of a class to learn from, and of all classes together
MOST_CLAUSES = 40  # of one comment that are looked at
BLOCK = 8_192  # clauses whose features stand in double precision at once: 25 MB

_LETTER = re.compile(r"[^\W\d_]")
_SPACE = re.compile(r"\s+")
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RatedRows:
    """n rated comments, sorted by source, time and id, with m clauses; `owner` leads from a clause to its comment.

    `learn` marks the comments to train on: rated negative or positive, each wording once, no more than the caps allow.
    """

    authors: list[str]  # [n]
    sources: NDArray[np.object_]  # [n]
    classes: Ints  # [n] -1 negative, 0 middle, 1 positive
    languages: NDArray[np.object_]  # [n]
    times: NDArray[np.datetime64]  # [n], NaT where unknown
    folds: Ints  # [n] a number from the comment's id, for folds that no order of rows can change
    learn: Bools  # [n]
    owner: Ints  # [m], ascending
    matrix: NDArray[np.float32]  # [m, 388]
    shares: Floats  # [m] how much a clause's logit counts in its comment's
    starter: Floats  # [n] the starter's logit of the comment
    texts: list[str]  # [m]
    terms: tuple[str, ...]  # [v] the words and pairs that enough of the comments to learn from have
    words: Any  # sparse float32[m, v]: which clause has which
    fingerprint: str  # of the rows and what was rated

    @property
    def names(self) -> list[str]:
        """The sources, in the order of `numbered`."""
        return sorted(set(map(str, self.sources)))

    def added(self, own: Floats) -> Floats:
        """What clause logits [m] add to their comments' logits [n] (analysis.sentiment.comment_tone)."""
        found = np.bincount(self.owner, weights=self.shares * own, minlength=len(self.classes))
        return found.astype(np.float64)


def rating_classes(feedback: pd.DataFrame) -> Floats:
    """-1 negative, 0 middle, 1 positive by each record's score, NaN without one.

    NPS: 0-6, 7-8, 9-10. Any other metric: up to .4 of its scale negative, from .6 on positive, so that 3 of five, 4 of
    seven and 5-6 of ten are the middle and a scale of two or four answers has none.
    """
    scaled = feedback["score_scaled"].to_numpy(dtype=np.float64)
    nps = (feedback["metric"] == "nps").to_numpy(dtype=bool)
    low, high = np.where(nps, NPS_LOW, LOW), np.where(nps, NPS_HIGH, HIGH)
    classes = np.where(scaled <= low + 1e-9, -1.0, np.where(scaled >= high - 1e-9, 1.0, 0.0))
    return np.where(np.isnan(scaled), np.nan, classes)


def rated_rows(
    feedback: pd.DataFrame,
    clauses: pd.DataFrame,
    vectors: NDArray[np.float32],
    starter: Heads,
    *,
    copies: Set[str],
    languages: Set[tuple[str, str]],
) -> RatedRows:
    """The comments with a score and a clause that the starter can read, or in a (source, language) of those given.

    `copies` (feedback ids) are left out. A clause without a vector (all zero) is none.
    """
    chosen = _chosen(feedback, copies)
    rows, owner = _clauses_of(chosen, clauses, vectors, starter, languages)
    held, owner = np.unique(owner, return_inverse=True)
    chosen = chosen.iloc[held]
    texts, spoken = clauses["text"].iloc[rows].tolist(), clauses["language"].iloc[rows].to_numpy(dtype=object)
    matrix, logits = _seen(texts, spoken.tolist(), vectors, rows, starter)
    classes = chosen["_class"].to_numpy(dtype=np.int64)
    learn, authors = _learnable(chosen, classes), _authors(chosen).tolist()
    read = clauses.iloc[rows][["feedback_id", "sentence", "language"]]
    terms = shared_terms(texts, owner, authors, learn)
    return RatedRows(
        authors=authors,
        sources=chosen["source"].to_numpy(dtype=object),
        classes=classes,
        languages=spoken[np.unique(owner, return_index=True)[1]],
        times=chosen["occurred_at"].dt.tz_localize(None).to_numpy(dtype="datetime64[us]"),
        folds=_numbers(chosen["feedback_id"]),
        learn=learn,
        owner=owner.astype(np.int64),
        matrix=matrix,
        shares=clause_shares(read, np.ones(len(read), dtype=bool)),
        starter=comment_logits(chosen, read, logits),
        texts=texts,
        terms=terms,
        words=term_matrix(texts, terms),
        fingerprint=_fingerprint(chosen, texts),
    )


def _chosen(feedback: pd.DataFrame, copies: Set[str]) -> pd.DataFrame:
    """The rated records, no more than the caps, in an order that depends on them alone, with the column `_class`."""
    frame = feedback[["feedback_id", "source", "text", "occurred_at", "author"]].copy()
    frame["_class"] = rating_classes(feedback)
    kept = frame["_class"].notna() & ~frame["feedback_id"].isin(copies)
    frame = frame[kept].sort_values(["source", "occurred_at", "feedback_id"], kind="stable", na_position="first")
    frame = frame[frame.groupby([frame["source"], _authors(frame)]).cumcount(ascending=False) < PER_AUTHOR]
    sources = frame.groupby("source", sort=False)
    return frame[sources.cumcount(ascending=False) < min(PER_SOURCE, MOST_READ // max(1, sources.ngroups))]


def _clauses_of(
    chosen: pd.DataFrame,
    clauses: pd.DataFrame,
    vectors: NDArray[np.float32],
    starter: Heads,
    languages: Set[tuple[str, str]],
) -> tuple[Ints, Ints]:
    """Rows of CLAUSES that can be read, by comment and place, and the position in `chosen` of each one's comment."""
    place = pd.Series(np.arange(len(chosen)), index=chosen["feedback_id"])
    owner = clauses["feedback_id"].map(place).fillna(-1).to_numpy(dtype=np.int64)
    rows = np.flatnonzero(owner >= 0)
    rows = rows[np.lexsort((clauses["start"].to_numpy()[rows], owner[rows]))]
    spoken, sources = clauses["language"].to_numpy()[rows], chosen["source"].to_numpy()[owner[rows]]
    pairs = zip(sources, spoken, strict=True)
    known = np.fromiter((pair in languages for pair in pairs), dtype=bool, count=len(rows))
    known |= scorable(clauses.iloc[rows], SentimentModel(starter))
    # Emoji alone are the lexicon's; a text that was not embedded has a row of zeros.
    known &= clauses["text"].iloc[rows].str.contains(_LETTER).to_numpy(dtype=bool) & vectors[rows, :16].any(axis=1)
    rows = rows[known]
    number = np.arange(len(rows)) - np.r_[0, np.flatnonzero(np.diff(owner[rows])) + 1][_runs(owner[rows])]
    rows = rows[number < MOST_CLAUSES]
    return rows, owner[rows]


def _seen(
    texts: list[str], languages: list[str], vectors: NDArray[np.float32], rows: Ints, starter: Heads
) -> tuple[NDArray[np.float32], Floats]:
    """The features of the texts in single precision, and the starter's logits; `rows` are theirs in `vectors`."""
    matrix, logits = np.empty((len(texts), FEATURES), dtype=np.float32), np.empty(len(texts))
    for start in range(0, len(texts), BLOCK):
        part = slice(start, start + BLOCK)
        lexicon = clause_lexicon(texts[part], languages[part])
        seen = np.asarray(vectors[rows[part]], dtype=np.float32)
        matrix[part] = features(seen, lexicon)
        logits[part] = starter.polar(texts[part], seen, lexicon)
    return matrix, logits


def _learnable(chosen: pd.DataFrame, classes: Ints) -> Bools:
    """Rated negative or positive, one comment per wording, source and class, the latest up to the caps."""
    wording = chosen["text"].str.lower().map(lambda text: _SPACE.sub(" ", text).strip())
    said = pd.DataFrame({"source": chosen["source"].to_numpy(), "class": classes, "text": wording.to_numpy()})
    said = said[(said["class"] != 0) & ~said.duplicated(keep="last")]
    cells = said.groupby(["source", "class"])
    cap = min(PER_CLASS, MOST_LEARNED // max(1, cells.ngroups))
    kept = said[cells.cumcount(ascending=False) < cap]
    learn = np.zeros(len(chosen), dtype=bool)
    learn[kept.index] = True
    return learn


def numbered(names: NDArray[np.object_]) -> Ints:
    """0..s-1 for the names in sorted order."""
    return np.unique(names.astype(str), return_inverse=True)[1].astype(np.int64)


def _authors(chosen: pd.DataFrame) -> pd.Series:
    """Who wrote each comment: its author where known, else the comment itself."""
    return chosen["author"].where(chosen["author"].notna(), chosen["feedback_id"]).astype(str)


def _numbers(names: pd.Series) -> Ints:
    """A number from each name, the same in any company."""
    return np.array([int(_hash(str(name))[:8], 16) for name in names], dtype=np.int64)


def _runs(owner: Ints) -> Ints:
    """The number of each row's run of equal owners."""
    return np.cumsum(np.r_[0, owner[1:] != owner[:-1]]) if len(owner) else np.empty(0, dtype=np.int64)


def _fingerprint(chosen: pd.DataFrame, texts: list[str]) -> str:
    """Changes with the comments, their ratings, times and clauses."""
    columns = ("feedback_id", "source", "occurred_at", "_class")
    rows = zip(*(map(str, chosen[column]) for column in columns), strict=True)
    return _hash("\n".join(["\t".join(row) for row in rows] + texts))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
