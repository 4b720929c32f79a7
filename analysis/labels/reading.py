"""What the members of themes write: words, phrases and how often, read from a bounded number of members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.labels.meaning import STOP_WORDS, bare, mark_of, stem
from analysis.labels.phrases import Phrase, PhraseReader, segments

__all__ = ["FIRM", "Corpus", "Reading", "Wording", "read_members", "telling_stems"]

FIRM = 3  # authors who must have written each word of a label
_READ = 20_000  # members that are read of all themes together
_FEW = 60  # members of one theme that are read in any case


@dataclass(slots=True)
class Wording:
    """One phrase as it is written in a theme."""

    words: tuple[str, ...]
    members: int = 0
    count: int = 0
    closed: int = 0
    opened: int = 0
    denied: int = 0
    nearness: float = 0.0  # sum of the members' cosines to the centroid
    last: int = -1
    writers: set[int] = field(default_factory=set)  # up to FIRM

    def add(self, phrase: Phrase, member: int, cosine: float, writers: set[int]) -> None:
        """Count one occurrence, in the member of that number; a member that is read again has the number it had."""
        self.count += 1
        self.closed += phrase.is_closed
        self.opened += phrase.is_opened
        self.denied += phrase.is_denied
        if member > self.last:
            self.last = member
            self.members += 1
            self.nearness += cosine
        if len(self.writers) < FIRM:
            self.writers.update(writers)

    @property
    def wholeness(self) -> float:
        """From near 0 (a fragment) to 1: how often the wording stands by itself."""
        closed = (self.closed + 0.5) / (self.count + 1)
        opened = (self.opened + 0.5) / (self.count + 1)
        return (0.15 + 0.85 * closed) * (0.25 + 0.75 * opened)


@dataclass(frozen=True)
class Reading:
    """The members of one theme that are read, most central first; `first` is the number of the first in the corpus."""

    size: int
    texts: list[str]
    runs: list[list[list[str]]]
    cohesion: float
    first: int
    wordings: Mapping[str, Wording]
    common: frozenset[str]  # words, without apostrophes, that FIRM writers use


class Corpus:
    """The readings of all themes, and in how many members of which themes some stems stand together."""

    def __init__(self, readings: Sequence[Reading], parents: Sequence[int]) -> None:
        self.readings = readings
        self.parents = parents
        self._mask: dict[str, int] = {}

    def counts(self, stems: Iterable[str], number: int) -> tuple[int, int]:
        """Members with all the stems: of the theme, and of the themes with the same parent (it included)."""
        both = -1
        for one in stems:
            both &= self._bits(one)
        low, high = self._family[self.parents[number]]
        family = (both >> low) & ((1 << (high - low)) - 1)
        reading = self.readings[number]
        own = (both >> reading.first) & ((1 << len(reading.texts)) - 1)
        return own.bit_count(), family.bit_count()

    def read(self, number: int) -> int:
        """How many members of the themes with the same parent are read."""
        low, high = self._family[self.parents[number]]
        return high - low

    @cached_property
    def _family(self) -> dict[int, tuple[int, int]]:
        """The members of each parent's themes, which stand side by side."""
        spans: dict[int, tuple[int, int]] = {}
        for parent, reading in zip(self.parents, self.readings, strict=True):
            low, high = spans.get(parent, (reading.first, reading.first))
            spans[parent] = min(low, reading.first), max(high, reading.first + len(reading.texts))
        return spans

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The numbers of the members in which each stem stands."""
        places: dict[str, list[int]] = defaultdict(list)
        for reading in self.readings:
            for number, runs in enumerate(reading.runs, reading.first):
                for one in {one for run in runs for one in telling_stems(map(bare, run))}:
                    places[one].append(number)
        return places

    def _bits(self, one: str) -> int:
        """The members with the stem, one bit each."""
        if one not in self._mask:
            bits = bytearray(sum(len(reading.texts) for reading in self.readings) // 8 + 1)
            for number in self._places.get(one, ()):
                bits[number >> 3] |= 1 << (number & 7)
            self._mask[one] = int.from_bytes(bits, "little")
        return self._mask[one]


def telling_stems(words: Iterable[str]) -> frozenset[str]:
    """The stems of all words but stop words; one mark for any negation, praise or blame. `words` are bare."""
    return frozenset(mark_of(word) or stem(word) for word in words if mark_of(word) or word not in STOP_WORDS)


def read_members(
    assignment: NDArray[np.int64],
    similarity: NDArray[np.float64],
    shown: Sequence[str],
    parents: Sequence[int],
    reader: PhraseReader,
    authors: Sequence[str] | None,
) -> Corpus:
    """The corpus of the themes 0 .. len(parents)-1; the order of the rows changes nothing.

    Where `authors` is None every row counts as written by another customer.
    """
    count = len(parents)
    found: list[dict[str, tuple[float, set[int]]]] = [{} for _ in range(count)]
    sizes = [0] * count
    codes: dict[str, int] = {}
    for row, (theme, cosine, text) in enumerate(zip(assignment.tolist(), similarity.tolist(), shown, strict=True)):
        if theme >= 0:
            sizes[theme] += 1
            near, writers = found[theme].get(text, (-1.0, set()))
            writers.add(row if authors is None else codes.setdefault(authors[row], len(codes)))
            # NaN, an unknown cosine, is no more than none.
            found[theme][text] = max(near, round(cosine, 5) if cosine == cosine else 0.0), writers
    most = _share([len(members) for members in found])
    readings: list[Reading | None] = [None] * count
    first = 0
    for number in sorted(range(count), key=lambda n: (parents[n], n)):
        members = sorted(
            ((near, text, who) for text, (near, who) in found[number].items()), key=lambda m: (-m[0], m[1])
        )
        chosen = [members[i] for i in np.linspace(0, len(members) - 1, min(most, len(members))).astype(int)]
        readings[number] = _read(sizes[number], chosen, first, reader)
        first += len(chosen)
    return Corpus([reading for reading in readings if reading is not None], parents)


def _share(sizes: Sequence[int]) -> int:
    """How many members of one theme are read at most, so that all together are about as many as may be read."""
    left, most = _READ, _READ
    for place, size in enumerate(sorted(sizes)):
        most = max(_FEW, left // (len(sizes) - place))
        left -= min(size, most)
    return most


def _read(size: int, members: list[tuple[float, str, set[int]]], first: int, reader: PhraseReader) -> Reading:
    """The words and phrases of a theme's members."""
    runs = [list(segments(text)) for _, text, _ in members]
    plain = [[[bare(word) for word in run] for run in of_member] for of_member in runs]
    users: dict[str, set[int]] = defaultdict(set)
    for of_member, (_, _, writers) in zip(plain, members, strict=True):
        for word in {word for run in of_member for word in run}:
            if len(users[word]) < FIRM:
                users[word].update(writers)
    common = frozenset(word for word, writers in users.items() if len(writers) >= FIRM)
    wordings: dict[str, Wording] = {}
    numbers: dict[str, int] = {}
    for of_member, bared, (cosine, _, writers) in zip(runs, plain, members, strict=True):
        # "Call back!" and "call back" are one clause.
        number = numbers.setdefault(" ".join(word for run in bared for word in run), len(numbers))
        for run, words in zip(of_member, bared, strict=True):
            for phrase in reader.stretches(run, words, common):
                wording = wordings.get(phrase.surface)
                if wording is None:
                    wording = wordings[phrase.surface] = Wording(phrase.words)
                wording.add(phrase, number, cosine, writers)
    cohesion = sum(cosine for cosine, _, _ in members) / max(1, len(members))
    return Reading(size, [text for _, text, _ in members], runs, cohesion, first, wordings, common)
