"""The one rule by which a text joins a theme: its nearest member texts vote.

The seven member texts most like it, by meaning and by shared words (`graph.rerank`), vote with the square of their
similarity, the more so the nearer their theme's centroid is. The winner takes the text if it has a quarter of the vote
and the text is as like its three best members there as all but the loosest fiftieth of the theme's own members are.
Nearest centroids alone would cost .05 V-measure and .07 adjusted Rand (docs/decisions.md).

The rule needs nothing but the members: their texts, vectors and themes. It is the same before and after a restart;
the order of rows, and which other new texts are asked about, change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.text.words import WordModel
from analysis.themes.centroids import Ints, Vectors, unit_rows
from analysis.themes.clusters import ThemeSettings
from analysis.themes.graph import Neighbours

__all__ = [
    "as_known",
    "Ballot",
    "Registered",
    "Space",
    "assign_texts",
    "ballot",
    "similarity_to",
    "vote",
    "with_absent_themes",
]

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
VOTERS = 7
NEARNESS = 5.0  # a vote counts e times as much for a centroid nearer by a fifth
LIKE = 3  # members of the winner whose mean similarity must be high enough
LEAST_VOTE = 0.25
QUANTILE = 0.02  # of the members' own similarity to their theme
FLOOR = 0.40
LATE_FLOOR = 0.35  # for what nothing has claimed for weeks
_SAMPLE = 150  # members of a theme whose own similarity sets its threshold
_OWN = 12  # dense neighbours within the theme that are re-ranked for it
_PAIRS = 200_000  # pairs of texts compared at once: bounds memory, not the result


@dataclass(frozen=True, eq=False)
class Registered:
    """What is known when a period begins.

    Members are distinct texts (`member_texts`, the (m, d) `member_vectors`, the first day each was written) with the
    number of their open top theme in `member_theme`: 0 to k-1, or -1 where the theme is closed or they never had one.
    Of the k themes: the day each was opened (NaT: unknown), whether it is `young` (emerged, still growing), its
    centroid. `rejected` holds the centroids of emerged themes that a person refused. Where `theme_guided` is given,
    nothing emerges out of those themes: a person named them.
    """

    member_texts: Sequence[str]
    member_vectors: Vectors
    member_theme: Ints
    member_dates: Dates
    theme_opened: Dates
    theme_young: NDArray[np.bool_]
    centroids: Vectors
    rejected: Vectors
    theme_guided: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        members = {len(self.member_texts), len(self.member_vectors), len(self.member_theme), len(self.member_dates)}
        themes = {len(self.theme_opened), len(self.theme_young), len(self.centroids)}
        if len(members) > 1 or len(themes) > 1:
            raise ValueError(f"members of differing lengths {sorted(members)} or themes {sorted(themes)}")
        if len(self.member_theme) and self.member_theme.max() >= self.theme_count:
            raise ValueError(f"a member is of theme {self.member_theme.max()}, there are {self.theme_count}")

    @property
    def theme_count(self) -> int:
        """How many open top themes there are."""
        return len(self.centroids)


class Space:
    """Texts among which the most similar can be found, by (cosine + w x TF-IDF cosine) / (1 + w).

    Word weights are those of the given texts. They are kept in the order of the texts: `order[i]` is the row that was
    given for place i.
    """

    def __init__(self, texts: Sequence[str], vectors: Vectors, settings: ThemeSettings) -> None:
        import faiss

        self.order = np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64)
        self.vectors = unit_rows(np.asarray(vectors)[self.order])
        self.settings = settings
        self._model = WordModel([texts[i] for i in self.order.tolist()])
        self.words = self._model.vectors
        self._index = faiss.IndexFlatIP(self.vectors.shape[1])
        self._index.add(self.vectors)

    def __len__(self) -> int:
        return len(self.order)

    def words_of(self, texts: Sequence[str]) -> Any:
        """The word vectors of other texts."""
        return self._model.of(texts)

    def nearest(self, vectors: Vectors, words: Any) -> Neighbours:
        """For each row the places of the most similar texts here, best first, and the similarity; shape (n, k)."""
        count = min(self.settings.neighbours, len(self))
        # Some more than wanted: the last bits of the library's cosines hang on the number of rows asked for at once.
        _, places = self._index.search(vectors, min(count + 8, len(self)))
        places = np.sort(places.astype(np.int64), axis=1)
        cosine = pair_cosines(vectors, self.vectors, places)
        keep = np.sort(np.argsort(-cosine, axis=1, kind="stable")[:, :count], axis=1)
        places, cosine = np.take_along_axis(places, keep, 1), np.take_along_axis(cosine, keep, 1)
        joint = rejoin(cosine, words, self.words, places, self.settings.word_weight)
        best = np.argsort(-joint, axis=1, kind="stable")
        return Neighbours(np.take_along_axis(places, best, 1), np.take_along_axis(joint, best, 1))


def pair_cosines(left: Vectors, right: Vectors, places: Ints) -> NDArray[np.float32]:
    """The cosine of each row of `left` to the rows of `right` that `places` names; rounded, so that it is the same
    on any number of threads and among any other rows."""
    cosine = np.empty(places.shape, dtype=np.float32)
    step = max(1, _PAIRS // 20 // max(1, places.shape[1]))
    for start in range(0, len(left), step):
        part = slice(start, start + step)
        cosine[part] = np.einsum("id,ikd->ik", left[part], right[places[part]])
    return np.round(cosine, 5)


def rejoin(cosine: NDArray[np.float32], left: Any, right: Any, places: Ints, weight: float) -> NDArray[np.float32]:
    """The cosines joined with those of the word vectors."""
    rows = np.repeat(np.arange(len(places)), places.shape[1])
    overlap = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _PAIRS):
        part = slice(start, start + _PAIRS)
        overlap[part] = np.asarray(left[rows[part]].multiply(right[places.ravel()[part]]).sum(axis=1)).ravel()
    joint = (cosine + weight * overlap.reshape(places.shape)) / (1 + weight)
    return np.asarray(np.round(joint, 5), dtype=np.float32)


def vote(found: Neighbours, given: Ints, cosine: Floats | None = None, voters: int = VOTERS) -> tuple[Ints, Floats]:
    """The theme that wins each row's vote (-1: no voter) and its share of the vote.

    `given` is the theme of each neighbour; those without one (-1) do not vote. With the `cosine` of each row to each
    theme's centroid, votes for near themes count more. A tie goes to the theme of the nearer voter.
    """
    weight = np.where(given >= 0, np.maximum(found.similarity.astype(np.float64), 0) ** 2, 0)
    if cosine is not None and cosine.size:
        weight *= np.exp(NEARNESS * np.take_along_axis(cosine, np.maximum(given, 0), axis=1))
    # The first that have a theme at all.
    weight[np.cumsum(given >= 0, axis=1) > voters] = 0
    front = np.argsort(weight == 0, axis=1, kind="stable")[:, :voters]
    given, weight = np.take_along_axis(given, front, 1), np.take_along_axis(weight, front, 1)
    if not given.shape[1]:
        return np.full(len(given), -1, dtype=np.int64), np.zeros(len(given))
    totals = ((given[:, :, None] == given[:, None, :]) * weight[:, None, :]).sum(axis=2)
    best = np.round(totals, 9).argmax(axis=1)
    rows = np.arange(len(given))
    cast = weight.sum(axis=1)
    winner = np.where(cast > 0, given[rows, best], -1)
    return winner, np.divide(totals[rows, best], cast, out=np.zeros(len(given)), where=cast > 0)


def _likeness(found: Neighbours, own: NDArray[np.bool_]) -> Floats:
    """The mean similarity of each row to its best three neighbours among `own`; fewer found count as the farthest."""
    similarity = found.similarity.astype(np.float64)
    front = np.argsort(~own, axis=1, kind="stable")[:, :LIKE]
    values = np.where(np.take_along_axis(own, front, 1), np.take_along_axis(similarity, front, 1), similarity[:, -1:])
    return np.asarray(np.round(values.mean(axis=1), 5), dtype=np.float64)


def thresholds(space: Space, themes: Ints, texts: Sequence[str], count: int) -> Floats:
    """For each theme the likeness that all but its loosest fiftieth of members have to the others, at least .40.

    `texts` and `themes` are in the space's order. Of large themes a sample counts: the texts with the lowest hash.
    """
    limits = np.full(count, FLOOR)
    for theme in range(count):
        places = np.flatnonzero(themes == theme)
        if len(places) <= LIKE:
            continue
        asked = places
        if len(places) > _SAMPLE:
            keys = [sha256(texts[int(place)].encode("utf-8", "surrogatepass")).digest() for place in places]
            asked = places[np.sort(np.argsort(np.array(keys, dtype=object), kind="stable")[:_SAMPLE])]
        limits[theme] = max(FLOOR, float(np.quantile(_own_likeness(space, asked, places), QUANTILE)))
    return limits


def _own_likeness(space: Space, asked: Ints, places: Ints) -> Floats:
    """How like its three best fellow members each of the asked members of one theme is."""
    cosine = space.vectors[asked] @ space.vectors[places].T
    cosine[np.arange(len(asked)), np.searchsorted(places, asked)] = -1
    width = min(_OWN, len(places) - 1)
    near = np.sort(np.argpartition(cosine, len(places) - width, axis=1)[:, -width:], axis=1)
    cosine = np.round(np.take_along_axis(cosine, near, 1), 5)
    joint = rejoin(cosine, space.words[asked], space.words, places[near], space.settings.word_weight)
    return np.asarray(-np.sort(-joint, axis=1)[:, :LIKE].mean(axis=1), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Ballot:
    """What the vote said of each row: the winner (-1: nobody voted), its share of the vote, the row's likeness to it,
    and whether that is enough (`accepted`)."""

    winner: Ints
    share: Floats
    likeness: Floats
    accepted: NDArray[np.bool_]


def ballot(registered: Registered, space: Space, vectors: Vectors, words: Any) -> Ballot:
    """The vote of the members in `space` on rows of length 1; see `assign_texts` for the rule."""
    themes = registered.member_theme[space.order]
    cosine: Floats = (vectors @ registered.centroids.T).astype(np.float64).round(5)
    found = space.nearest(vectors, words)
    given = themes[found.indices]
    winner, share = vote(found, given, cosine)
    likeness = _likeness(found, given == winner[:, None])
    texts = [registered.member_texts[i] for i in space.order.tolist()]
    limits = thresholds(space, themes, texts, registered.theme_count)
    accepted = (winner >= 0) & (share >= LEAST_VOTE) & (likeness >= np.append(limits, np.inf)[winner])
    return Ballot(winner, share, likeness, accepted)


def assign_texts(
    registered: Registered, texts: Sequence[str], vectors: Vectors, settings: ThemeSettings | None = None
) -> tuple[Ints, Floats]:
    """The number of each text's theme (-1: none) and the cosine to its centroid (NaN).

    A text that is a member already keeps its theme. Themes that have a centroid but no member at hand (guided ones,
    or long unheard of) take what is nearer to them than to the winner. Raises ValueError when the lengths differ.
    """
    if len(texts) != len(vectors):
        raise ValueError(f"{len(texts)} texts, {len(vectors)} vectors")
    settings = settings or ThemeSettings()
    units = unit_rows(vectors)
    space = Space(registered.member_texts, registered.member_vectors, settings)
    found = np.full(len(texts), -1, dtype=np.int64)
    if len(space) and len(texts):
        said = ballot(registered, space, units, space.words_of(texts))
        found = np.where(said.accepted, said.winner, -1)
    found = with_absent_themes(registered, units, found, settings)
    found = as_known(registered, texts, found)
    return found, similarity_to(registered.centroids, units, found)


def with_absent_themes(registered: Registered, units: Vectors, found: Ints, settings: ThemeSettings) -> Ints:
    """The themes found, or one without members at hand where its centroid is nearer and near enough."""
    absent = np.setdiff1d(np.arange(registered.theme_count), registered.member_theme)
    if not len(absent) or not len(units):
        return found
    cosine = np.round(units @ registered.centroids[absent].T, 5)
    best = cosine.argmax(axis=1)
    value = cosine[np.arange(len(best)), best]
    own = np.nan_to_num(similarity_to(registered.centroids, units, found), nan=-1.0)
    return np.where((value >= settings.join_similarity) & (value > own), absent[best], found)


def similarity_to(centroids: Vectors, units: Vectors, themes: Ints) -> Floats:
    """The cosine of each row to its theme's centroid; NaN without a theme."""
    cosine = np.full(len(themes), np.nan)
    rows = np.flatnonzero(themes >= 0)
    cosine[rows] = np.einsum("ij,ij->i", units[rows], centroids[themes[rows]], dtype=np.float64)
    return np.round(cosine, 5)


def as_known(registered: Registered, texts: Sequence[str], found: Ints) -> Ints:
    """The themes found, but for texts that are members: blank texts have none."""
    theme_of = dict(zip(registered.member_texts, registered.member_theme.tolist(), strict=True))
    known = [theme_of.get(text, -1) for text in texts]
    blank = np.array([not text.strip() for text in texts], dtype=bool)
    return np.where(blank, -1, np.where(np.array(known, dtype=np.int64) >= 0, known, found)).astype(np.int64)
