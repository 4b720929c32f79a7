"""A label for each theme: a phrase that customers wrote in it, read alone, unlike the other labels.

A phrase is good that many members use, that others do not, that stands in central members and that is whole: where
clauses go on after it or begin before it, it is a fragment. Variants (received, receive) are counted together; shown
is the wording that is used most.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from analysis.phrases import (
    DANGLING,
    LONGEST,
    NEGATIONS,
    STOP_WORDS,
    Phrase,
    PhraseReader,
    bare,
    content_stems,
    segments,
)

__all__ = ["LABEL_STOP_WORDS", "label_themes"]

LABEL_STOP_WORDS = STOP_WORDS
Closeness = Callable[[Sequence[str], Sequence[int]], NDArray[np.float32]]
READ = 400  # members of a theme that are read at most, evenly from the most to the least central
FIRM = 3  # exact occurrences that a wording should have
_LONGER = 0.15  # each word beyond two makes a phrase so much better
_GENERIC = 0.45  # what is left of the score of a phrase that begins with praise or blame
_NESTED = 0.35  # what is left of a phrase's score when it only adds to, or cuts from, a label that is taken
_DENIED = 0.3  # "(never) received my card": from this share on a wording says the opposite of what is meant
_CAPITALS = 0.7  # share of occurrences that must be written with the same capitals
_SMALL = 60  # members up to which a phrase of a single member may be the label, if there is no better
_WEIGHED = 15  # choices of a theme whose closeness is asked for
_CONNECTING = frozenset({"and", "but", "or", "so", "because", "also", "plus", "then", "however"})
_CHARACTERS = 40  # of a clause that serves as its own label, where words are not parted by blanks


@dataclass
class _Wording:
    """One exact wording within a theme."""

    count: int = 0
    closed: int = 0
    opened: int = 0
    denied: int = 0

    def add(self, phrase: Phrase) -> None:
        """Count one occurrence."""
        self.count += 1
        self.closed += phrase.is_closed
        self.opened += phrase.is_opened
        self.denied += phrase.is_denied

    @property
    def wholeness(self) -> float:
        """From near 0 (a fragment) to 1: how often the wording stands by itself."""
        closed = (self.closed + 0.5) / (self.count + 1)
        opened = (self.opened + 0.5) / (self.count + 1)
        return (0.15 + 0.85 * closed) * (0.25 + 0.75 * opened)


@dataclass
class _Candidate:
    """All wordings of one key within a theme."""

    members: int = 0
    is_generic: bool = False
    nearness: float = 0.0  # sum of the members' cosines to the centroid
    wordings: dict[str, _Wording] = field(default_factory=lambda: defaultdict(_Wording))


@dataclass(frozen=True)
class _Choice:
    """The best wording of a candidate and its score within its theme."""

    score: float
    surface: str
    is_firm: bool  # several members write it; else what it means has to count for more


@dataclass(frozen=True)
class _Theme:
    """A theme's size, the members of it that are read, most central first, and the candidates in them."""

    size: int
    texts: list[str]
    cohesion: float
    candidates: dict[tuple[str, ...], _Candidate]


def label_themes(
    assignment: NDArray[np.int64],
    similarity: NDArray[np.float64],
    shown: Sequence[str],
    count: int,
    product_words: Collection[str] = (),
    closeness: Closeness | None = None,
) -> list[str]:
    """One label for each of the themes 0..count-1, all different; `shown` are the clauses as customers wrote them.

    Rows with assignment -1 are left out. The largest theme chooses first. The order of the rows changes nothing.
    `closeness` gives the cosines of phrases to the centroids of themes, given both in step.
    """
    reader = PhraseReader(product_words)
    themes = [_read(size, members, reader) for size, members in _members(assignment, similarity, shown, count)]
    totals: Counter[tuple[str, ...]] = Counter()
    for theme in themes:
        totals.update({key: candidate.members for key, candidate in theme.candidates.items()})
    read = sum(len(theme.texts) for theme in themes)
    choices = [_choices(theme, totals, read) for theme in themes]
    if closeness is not None:
        choices = _weighed(choices, closeness)
    labels = [""] * count
    taken: list[frozenset[str]] = []
    for number in sorted(range(count), key=lambda n: (-themes[n].size, themes[n].texts[:1])):
        choice = _best(choices[number], taken)
        labels[number] = choice or _own_words(themes[number].texts, set(labels), reader)
        taken.append(_content(labels[number]))
    return _spelled(labels, themes)


def _members(
    assignment: NDArray[np.int64], similarity: NDArray[np.float64], shown: Sequence[str], count: int
) -> Iterator[tuple[int, list[tuple[float, str]]]]:
    """For each theme how many rows it has, and its distinct clauses with their cosines, most central first."""
    sizes = [0] * count
    found: list[dict[str, float]] = [{} for _ in range(count)]
    for theme, cosine, text in zip(assignment.tolist(), similarity.tolist(), shown, strict=True):
        if theme >= 0:
            sizes[theme] += 1
            found[theme][text] = max(round(cosine, 5), found[theme].get(text, -1.0))
    for size, members in zip(sizes, found, strict=True):
        yield size, sorted(((cosine, text) for text, cosine in members.items()), key=lambda pair: (-pair[0], pair[1]))


def _read(size: int, members: list[tuple[float, str]], reader: PhraseReader) -> _Theme:
    """The candidates in a theme's members; of a large theme an even choice is read."""
    chosen = [members[i] for i in np.linspace(0, len(members) - 1, min(READ, len(members))).astype(int)]
    candidates: dict[tuple[str, ...], _Candidate] = defaultdict(_Candidate)
    for cosine, text in chosen:
        seen = set()
        for phrase in reader.phrases(text):
            candidate = candidates[phrase.key]
            candidate.is_generic = phrase.is_generic
            candidate.wordings[phrase.surface].add(phrase)
            if phrase.key not in seen:
                seen.add(phrase.key)
                candidate.members += 1
                candidate.nearness += cosine
    cohesion = sum(cosine for cosine, _ in chosen) / max(1, len(chosen))
    return _Theme(size, [text for _, text in chosen], cohesion, dict(candidates))


def _choices(theme: _Theme, totals: Counter[tuple[str, ...]], read: int) -> list[_Choice]:
    """The theme's candidates, best first; `totals` and `read` count members of all themes."""
    least = 2 if len(theme.texts) > _SMALL else 1
    found = [
        _Choice(_score(theme, candidate, surface, totals[key], read), surface, candidate.members >= FIRM)
        for key, candidate in theme.candidates.items()
        if candidate.members >= least and (surface := _wording(candidate)) is not None
    ]
    return sorted(found, key=lambda choice: (-choice.score, choice.surface))


def _score(theme: _Theme, candidate: _Candidate, surface: str, total: int, read: int) -> float:
    """How well a wording stands for a theme; `total` of the `read` members of all themes have the same key."""
    size = len(theme.texts)
    coverage = candidate.members / size
    elsewhere = (total - candidate.members + 0.5) / (read - size + 1)
    nearness = candidate.nearness / candidate.members / max(theme.cohesion, 0.01)
    return (
        math.sqrt(coverage)
        * math.log1p(coverage / elsewhere)
        * nearness**2
        * (1 + _LONGER * (len(surface.split()) - 2))
        * candidate.wordings[surface].wholeness
        * min(1.0, candidate.members / FIRM)
        * (_GENERIC if candidate.is_generic else 1)
    )


def _weighed(choices: list[list[_Choice]], closeness: Closeness) -> list[list[_Choice]]:
    """The best choices of each theme, their scores multiplied with what the phrase alone has to do with the theme."""
    short = [theme[:_WEIGHED] for theme in choices]
    pairs = [(choice.surface, number) for number, theme in enumerate(short) for choice in theme]
    cosines = iter(closeness([surface for surface, _ in pairs], [number for _, number in pairs]).tolist())
    return [
        [
            replace(choice, score=choice.score * max(0.0, next(cosines)) ** (2 if choice.is_firm else 4))
            for choice in theme
        ]
        for theme in short
    ]


def _wording(candidate: _Candidate) -> str | None:
    """The wording to show: whole, frequent, and not one whose "not" stands just before it."""
    best = max(
        candidate.wordings.items(),
        key=lambda item: (min(item[1].count, FIRM), item[1].count * item[1].wholeness, item[0]),
    )
    return best[0] if best[1].denied <= _DENIED * best[1].count else None


def _best(choices: list[_Choice], taken: list[frozenset[str]]) -> str | None:
    """The best choice whose content words are no label's already; one that only adds to a label stands back."""
    best, best_score = None, 0.0
    for choice in choices:
        content = _content(choice.surface)
        if content in taken:
            continue
        nested = any(content < other or other < content for other in taken)
        score = choice.score * (_NESTED if nested else 1)
        if score > best_score:
            best, best_score = choice.surface, score
    return best


def _own_words(texts: list[str], used: set[str], reader: PhraseReader) -> str:
    """The beginning of the most central clause, for a theme in which no phrase repeats; no product word if possible."""
    label = ""
    for text in sorted(texts, key=reader.names_product):
        words = max(segments(text), key=len, default=[])[:LONGEST]
        while len(words) > 2 and bare(words[-1]) in DANGLING:
            words.pop()
        if len(words) > 2 and bare(words[0]) in _CONNECTING:
            del words[0]
        label = " ".join(words).lower() or text.strip()[:_CHARACTERS]
        if label not in used:
            return label
    return next(f"{label} ({number})" for number in range(2, len(used) + 3) if f"{label} ({number})" not in used)


def _content(surface: str) -> frozenset[str]:
    """The stems by which two labels are told apart."""
    words = [bare(word) for word in surface.split()]
    denial = {"not"} if NEGATIONS.intersection(words) else set()
    return frozenset(content_stems(words)) | denial or frozenset(words)


def _spelled(labels: list[str], themes: list[_Theme]) -> list[str]:
    """The labels with capitals where customers mostly write them within a clause: ATM, PIN, PayPal."""
    wanted = {word for label in labels for word in label.split()}
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for text in chain.from_iterable(theme.texts for theme in themes):
        # The first word and shouted clauses tell nothing.
        if text != text.upper():
            for word in [word for run in segments(text) for word in run][1:]:
                if word.lower() in wanted:
                    forms[word.lower()][word] += 1
    return [" ".join(_spelling(word, forms[word]) for word in label.split()) for label in labels]


def _spelling(word: str, forms: Counter[str]) -> str:
    """The form of most occurrences; lower case where none has a clear majority."""
    if word == "i" or word.startswith(("i'", "i’")):
        return "I" + word[1:]
    form, count = max(forms.items(), key=lambda item: (item[1], item[0]), default=(word, 0))
    return form if count >= FIRM and count >= _CAPITALS * forms.total() else word
