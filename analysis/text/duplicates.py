"""Comments that copy another: near-duplicates within 30 days, and templates that several people sent (methods D11).

Candidates come from MinHash over character 5-grams (Broder 1997), cut into bands so that equal bands meet (Leskovec,
Rajaraman, Ullman, Mining of Massive Datasets, 3.4); their true Jaccard similarity decides. Nothing is left out:
copies are flagged, and the caller decides what a copy counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Duplicates", "find_duplicates"]

GRAM = 5  # characters
PERMUTATIONS = 64
ROWS = 4  # in a band, of which there are 16: a pair of similarity .8 is missed once in 5,000
JACCARD = 0.8
DAYS = 30
MIN_CHARACTERS = 40  # letters, digits and the spaces between words: shorter texts are alike by nature ("good app")
MIN_AUTHORS = 3

LEAST_ESTIMATE = 0.55  # of the signature equal: five standard errors below .8
MOST_COMPARED = 32  # texts with an equal band that one is compared with: a form sent a thousand times needs no more

_SEED = 77
_FACTOR = 0x01000193
_UNDATED = np.iinfo(np.int64).max
_BLOCK = 3_000_000  # characters whose 5-grams are hashed at once: some 100 MB
_OTHER = re.compile(r"[\W_]+")

Ints = NDArray[np.int64]
_Hashes = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Duplicates:
    """For each text: whose copy it is, and what kind of group it belongs to.

    `of` is the position of the first text of its group (-1: it is itself the first, or alone). `kind` is "template" for
    every member of a group by at least 3 authors, the first too; "near" for the copies of other groups; else None.
    """

    of: Ints
    kind: NDArray[np.object_]


def find_duplicates(
    texts: Sequence[str],
    authors: Sequence[str | None],
    dates: Sequence[date | datetime | np.datetime64 | None] | NDArray[np.datetime64],
) -> Duplicates:
    """Which comments copy another: Jaccard similarity of 5-grams of at least .8, at most 30 days apart.

    Case, punctuation and emoji do not count. Texts under 40 characters are alike by nature: they are copies only where
    one known author wrote the same twice. An author of None is taken as somebody of their own, a date of None or NaT as
    near to every date. Of a group the oldest is the first, then the one given first; undated ones come last. Raises
    ValueError when the lengths differ.
    """
    if not len(texts) == len(authors) == len(dates):
        raise ValueError(f"{len(texts)} texts, {len(authors)} authors, {len(dates)} dates")
    days = _days(dates)
    groups = _groups([_OTHER.sub(" ", text.lower()).strip() for text in texts], authors, days)
    of = np.full(len(texts), -1, dtype=np.int64)
    kind = np.full(len(texts), None, dtype=object)
    for members in groups:
        known = {authors[i] for i in members if authors[i] is not None}
        people = len(known) + sum(authors[i] is None for i in members)
        copies = members[1:]
        of[copies] = members[0]
        kind[copies] = "near"
        if people >= MIN_AUTHORS:
            kind[members] = "template"
    return Duplicates(of, kind)


def _days(dates: Sequence[date | datetime | np.datetime64 | None] | NDArray[np.datetime64]) -> Ints:
    """Each date as a number of days; the highest number where it is unknown, so that it comes last."""
    times = pd.to_datetime(pd.Series(list(dates), dtype=object), utc=True).dt.tz_localize(None)
    days = times.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), _UNDATED, days.astype(np.int64))


def _groups(plain: Sequence[str], authors: Sequence[str | None], days: Ints) -> list[list[int]]:
    """The groups of two texts and more, each by age."""
    same: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
    for i in np.argsort(days, kind="stable").tolist():
        if len(plain[i]) >= MIN_CHARACTERS:
            same[plain[i], None].append(i)
        elif plain[i] and authors[i] is not None:
            same[plain[i], authors[i]].append(i)
    links = [link for members in same.values() for link in _links(members, days)]
    distinct = sorted(text for text, author in same if author is None)
    for left, right in _similar(distinct):
        both = same[distinct[left], None] + same[distinct[right], None]
        links += _links(sorted(both, key=lambda i: (days[i], i)), days)
    return _components(links, days)


def _links(members: Sequence[int], days: Ints) -> list[tuple[int, int]]:
    """Neighbours in time, of texts sorted by age, that are at most 30 days apart."""
    return [(a, b) for a, b in pairwise(members) if days[b] == _UNDATED or days[b] - days[a] <= DAYS]


def _components(links: Sequence[tuple[int, int]], days: Ints) -> list[list[int]]:
    """The texts that links hold together, the oldest first in each group."""
    first = list(range(len(days)))

    def root(i: int) -> int:
        while first[i] != i:
            first[i] = first[first[i]]
            i = first[i]
        return i

    for a, b in links:
        low, high = sorted((root(a), root(b)), key=lambda i: (days[i], i))
        first[high] = low
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for i in sorted({i for link in links for i in link}, key=lambda i: (days[i], i)):
        groups[root(i)].append(i)
    return list(groups.values())


def _similar(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of positions of texts whose 5-grams have a Jaccard similarity of at least .8."""
    if len(texts) < 2:
        return []
    grams: list[_Hashes] = []
    signatures = np.empty((len(texts), PERMUTATIONS), dtype=np.uint32)
    for start, stop in _blocks(texts):
        hashes, begins = _grams(texts[start:stop])
        grams += np.split(hashes, begins[1:])
        signatures[start:stop] = _signatures(hashes, begins)
    left, right = _candidates(signatures)
    alike = (signatures[left] == signatures[right]).sum(axis=1) >= PERMUTATIONS * LEAST_ESTIMATE
    return [
        (a, b)
        for a, b in zip(left[alike].tolist(), right[alike].tolist(), strict=True)
        if _jaccard(grams[a], grams[b]) >= JACCARD
    ]


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Stretches of texts that together have as many characters as are hashed at once."""
    start, characters = 0, 0
    for stop, text in enumerate(texts, 1):
        characters += len(text)
        if characters >= _BLOCK or stop == len(texts):
            yield start, stop
            start, characters = stop, 0


def _grams(texts: Sequence[str]) -> tuple[_Hashes, Ints]:
    """The hashes of the 5-grams of texts of five characters and more, one text after another; where each begins."""
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype="<u4").astype(np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    whole = len(codes) - GRAM + 1
    mixed = np.zeros(whole, dtype=np.uint32)
    for i in range(GRAM):
        mixed = mixed * np.uint32(_FACTOR) + codes[i : i + whole]
    # The finaliser of MurmurHash3: neighbouring codes must not give neighbouring hashes.
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    ends = lengths.cumsum()
    inside = np.ones(len(codes), dtype=bool)
    for i in range(1, GRAM):
        inside[ends - i] = False  # these would run over into the next text
    counts = lengths - GRAM + 1
    return mixed[inside[:whole]], counts.cumsum() - counts


def _signatures(hashes: _Hashes, begins: Ints) -> _Hashes:
    """The least hash of each text under each of the permutations, [texts, 64]."""
    random = np.random.default_rng(_SEED)
    masks = random.integers(0, 2**32, PERMUTATIONS, dtype=np.uint32)
    factors = random.integers(0, 2**31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    least = [np.minimum.reduceat((hashes ^ mask) * factor, begins) for mask, factor in zip(masks, factors, strict=True)]
    return np.stack(least, axis=1)


def _candidates(signatures: _Hashes) -> tuple[Ints, Ints]:
    """Pairs with one equal band at least, the lower position first."""
    n = len(signatures)
    found: list[Ints] = [np.empty(0, dtype=np.int64)]
    for start in range(0, PERMUTATIONS, ROWS):
        band = np.ascontiguousarray(signatures[:, start : start + ROWS]).view(np.dtype((np.void, 4 * ROWS))).ravel()
        order = np.argsort(band, kind="stable")
        ordered = band[order]
        for lag in range(1, MOST_COMPARED + 1):
            equal = ordered[lag:] == ordered[:-lag]
            if not equal.any():
                break
            found.append(order[:-lag][equal] * n + order[lag:][equal])
    pairs = np.unique(np.concatenate(found))
    return pairs // n, pairs % n


def _jaccard(left: _Hashes, right: _Hashes) -> float:
    """The share of the 5-grams of either text that both have."""
    one, other = set(left.tolist()), set(right.tolist())
    return len(one & other) / len(one | other)
