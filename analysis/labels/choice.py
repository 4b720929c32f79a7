"""A label for each theme: a phrase that customers wrote in it, read alone, unlike the other labels.

A phrase is good whose words stand in many members and in few of other themes, that is whole (`phrases`, `grammar`;
where clauses go on after it or begin before it, it is a fragment) and that means what the theme means, more than
what its neighbours mean. It was written by three customers at least, so that nobody's name and nobody's spelling
gets into it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analysis.labels.candidates import Words
from analysis.labels.meaning import BAD, GOOD, NEGATIONS, NOT, STOP_WORDS, bare, content_key, listed, stem
from analysis.labels.phrases import PhraseReader
from analysis.labels.reading import FIRM, Corpus, Reading, Wording, read_members, telling_stems

__all__ = ["LABEL_STOP_WORDS", "label_sub_themes", "label_themes"]

LABEL_STOP_WORDS = STOP_WORDS
Closeness = Callable[[Sequence[str], Sequence[int]], NDArray[np.float32]]
_LONGER = 0.12  # each word beyond two makes a phrase so much better
_PART = 0.5  # what is left of the score of a phrase that nearly always stands within a longer one
_USUAL = 0.6  # share of its members from which that is so
_NESTED = 0.45  # what is left of a phrase's score when it only adds to, or cuts from, a label that is taken
_MISSED = 0.3  # what is left of the score of "kids account"
_AS_PRAISED = 0.05  # and where it only praises the same thing in other words, "happy with the service"
_DENIED = 0.3  # "(never) received my card": from this share on a wording says the opposite of what is meant
_SAID = 0.5  # share of those with its words who deny or praise too, below which a label soon claims what few say
_FEW_DENY = 0.25  # share of denials that leaves a label its score
_WEIGHED = 12  # choices of a theme whose closeness is asked for
_KEPT = 60  # choices of a theme that are kept at all
_AS_GOOD = 0.6  # share of the better wording's score that a more frequent one must have
_SELDOM = 0.025  # share of the members up to which a wording stands for few of them
_LOOSE = 0.15  # what is left of the score of a wording that fewer than three customers write
_REPEATED = 0.01  # and of one that stands in fewer than three different clauses
_COMMON = 4  # of a theme's commonest words, from which a label is made where no phrase can be one
_UNWEIGHED = 1e-4  # the score of a choice whose closeness is not asked for: it is taken where all others are taken
_PAIRS = 20_000  # of a phrase and a theme, whose closeness is asked for at once
_MARGIN = 12.0  # how much it counts that a phrase is nearer to its own theme than to the next
_Content = tuple[frozenset[str], frozenset[str], frozenset[str]]
_DANGLING = listed("dangling")
_NONE: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True)
class _Choice:
    """A wording and its score within its theme."""

    score: float
    surface: str
    words: tuple[str, ...]
    content: frozenset[str]
    members: int


def label_themes(
    assignment: NDArray[np.int64],
    similarity: NDArray[np.float64],
    shown: Sequence[str],
    count: int,
    product_words: Collection[str] = (),
    closeness: Closeness | None = None,
    *,
    fixed: Mapping[int, str] = _NONE,
    authors: Sequence[str] | None = None,
) -> list[str]:
    """One label for each of the themes 0..count-1, all different; `shown` are the clauses as customers wrote them.

    Rows with assignment -1 are left out. The largest theme chooses first. The order of the rows changes nothing.
    `closeness` gives the cosines of phrases to the centroids of themes, given both in step. `fixed` are labels that
    stay as they are, by number of theme; the others avoid them. `authors` tells who wrote each row: no word of a
    label is used by fewer than three of them (without it, in fewer than three rows).
    """
    corpus = read_members(assignment, similarity, shown, [0] * count, PhraseReader(product_words), authors)
    return _labels(corpus, {}, closeness, fixed)


def label_sub_themes(
    assignment: NDArray[np.int64],
    similarity: NDArray[np.float64],
    shown: Sequence[str],
    parent_of: Sequence[int],
    parent_labels: Sequence[str],
    product_words: Collection[str] = (),
    closeness: Closeness | None = None,
    *,
    fixed: Mapping[int, str] = _NONE,
    authors: Sequence[str] | None = None,
) -> list[str]:
    """One label for each sub-theme, unlike its siblings' and its parent's: it is shown as "parent > child".

    `assignment` gives the number of each row's sub-theme (-1: none), `parent_of` the number of each sub-theme's parent,
    whose label is `parent_labels` at that place. No two labels are the same text, no matter whose. The other
    arguments are those of `label_themes`.
    """
    corpus = read_members(assignment, similarity, shown, parent_of, PhraseReader(product_words), authors)
    return _labels(corpus, dict(enumerate(parent_labels)), closeness, fixed)


def _labels(
    corpus: Corpus, parents: Mapping[int, str], closeness: Closeness | None, fixed: Mapping[int, str]
) -> list[str]:
    """The labels of themes, each told apart from those with the same parent and from the parent's."""
    words = Words(corpus.readings)
    choices = [[] if number in fixed else _choices(corpus, number, words) for number in range(len(corpus.readings))]
    if closeness is not None:
        choices = _weighed(choices, corpus.parents, closeness)
    labels = dict(fixed)
    used = {label.casefold() for label in (*fixed.values(), *parents.values())}
    taken: dict[int, list[_Content]] = defaultdict(list)
    for parent, label in parents.items():
        taken[parent].append(_content(label))
    for number, label in fixed.items():
        taken[corpus.parents[number]].append(_content(label))
    free = set(range(len(corpus.readings))) - set(fixed)
    for number in sorted(free, key=lambda n: (-corpus.readings[n].size, corpus.readings[n].texts[:1])):
        others = taken[corpus.parents[number]]
        label = (
            _best([choice for choice in choices[number] if choice.surface not in used], others)
            or _best([choice for choice in _scored(corpus, number, words, 1) if choice.surface not in used], others)
            or _from_words(corpus.readings[number], used, others, words)
        )
        used.add(label.casefold())
        others.append(_content(label))
        labels[number] = words.spelled(label, corpus.readings[number])
    return [labels[number] for number in range(len(corpus.readings))]


def _choices(corpus: Corpus, number: int, words: Words) -> list[_Choice]:
    """The theme's wordings that can be read alone, best first, no two with the same content words."""
    found = _scored(corpus, number, words, 2) or _scored(corpus, number, words, 1)
    best: dict[frozenset[str], _Choice] = {}
    for choice in sorted(found, key=lambda c: (-c.score, c.surface)):
        rival = best.setdefault(choice.content, choice)
        if choice.members > rival.members and choice.score >= _AS_GOOD * rival.score:
            # Of two wordings of one thing the one that more customers use.
            best[choice.content] = replace(choice, score=rival.score)
    return sorted(best.values(), key=lambda c: (-c.score, c.surface))[:_KEPT]


def _scored(corpus: Corpus, number: int, words: Words, least: int) -> list[_Choice]:
    """The wordings of `least` members or more that can be read alone."""
    found = []
    for surface, wording in corpus.readings[number].wordings.items():
        if wording.members < least and len(wording.writers) < FIRM:
            continue
        weight = words.weight_of(wording.words)
        if weight > 0 and words.are_fit(wording.words) and wording.denied <= _DENIED * wording.count:
            score = weight * _score(corpus, number, wording) * (_MISSED if words.miss_apostrophe(surface) else 1)
            found.append(_Choice(score, surface, wording.words, content_key(wording.words), wording.members))
    return _whole(found)


def _whole(choices: list[_Choice]) -> list[_Choice]:
    """The choices; one that nearly always stands within a longer one is a part of it and scores less."""
    most = Counter[tuple[str, ...]]()
    for choice in choices:
        words = choice.words
        for start in range(len(words) - 1):
            for end in range(start + 2, len(words) + (start > 0)):
                most[words[start:end]] = max(most[words[start:end]], choice.members)
    return [
        replace(choice, score=choice.score * _PART) if most[choice.words] >= _USUAL * choice.members else choice
        for choice in choices
    ]


def _score(corpus: Corpus, number: int, wording: Wording) -> float:
    """How well a wording stands for a theme."""
    reading = corpus.readings[number]
    size = len(reading.texts)
    stems = telling_stems(wording.words)
    together, family = corpus.counts(stems, number)
    coverage, exact = together / size, wording.members / size
    elsewhere = (family - together + 0.5) / (corpus.read(number) - size + 1)
    nearness = wording.nearness / wording.members / max(reading.cohesion, 0.01)
    score = (
        math.pow(coverage, 0.4)
        * math.pow(exact, 0.3)
        * min(1.0, exact / _SELDOM)
        * math.log1p(coverage / elsewhere)
        * nearness
        * (1 + _LONGER * (len(wording.words) - 2))
        * wording.wholeness
    )
    return score * _firmness(wording) * _truth(corpus, number, stems)


def _firmness(wording: Wording) -> float:
    """1 for a wording that three customers wrote in three clauses, else less."""
    return (1.0 if len(wording.writers) >= FIRM else _LOOSE) * (1.0 if wording.members >= FIRM else _REPEATED)


def _truth(corpus: Corpus, number: int, stems: frozenset[str]) -> float:
    """Less than 1 where a label claims what most deny ("product delivered"), or praises what most do not."""
    together = corpus.counts(stems, number)[0]
    marks = stems & {NOT, GOOD, BAD}
    if NOT not in marks:
        denied = corpus.counts(stems | {NOT}, number)[0] / max(1, together)
        truth = 1 - max(0.0, denied - _FEW_DENY)
    else:
        truth = 1.0
    if marks and stems - marks:
        said = together / max(1, corpus.counts(stems - marks, number)[0])
        # Praise has more words than are known; a denial has not.
        truth *= min(1.0, said / _SAID) ** (6 if NOT in marks else 2)
    return truth


def _weighed(choices: list[list[_Choice]], parents: Sequence[int], closeness: Closeness) -> list[list[_Choice]]:
    """The choices with scores that also count what they mean: near to their theme, nearer than to its siblings."""
    family: dict[int, list[int]] = defaultdict(list)
    for number, parent in enumerate(parents):
        family[parent].append(number)
    phrases = [(number, choice) for number, theme in enumerate(choices) for choice in theme[:_WEIGHED]]
    weighed = [[replace(choice, score=choice.score * _UNWEIGHED) for choice in theme[_WEIGHED:]] for theme in choices]
    step = max(1, _PAIRS // max(1, len(choices)))
    for start in range(0, len(phrases), step):
        part = phrases[start : start + step]
        pairs = [(choice.surface, other) for number, choice in part for other in family[parents[number]]]
        cosines = iter(closeness([surface for surface, _ in pairs], [other for _, other in pairs]).tolist())
        for number, choice in part:
            near = {other: next(cosines) for other in family[parents[number]]}
            own = near.pop(number)
            margin = min(0.1, own - max(near.values(), default=own))
            score = choice.score * max(0.0, own) ** 3 * math.exp(_MARGIN * margin)
            weighed[number].append(replace(choice, score=score))
    return weighed


def _best(choices: list[_Choice], taken: list[_Content]) -> str | None:
    """The best choice that says what no label says already; one that only adds to a label stands back."""
    best, best_score = None, 0.0
    for choice in choices:
        content, meaning, stems = _content(choice.surface)
        equal = [written for one, _, written in taken if content == one]
        as_praised = bool(equal) and NOT not in content and not content.isdisjoint((GOOD, BAD)) and stems not in equal
        if equal and not as_praised:
            continue
        near = any(meaning <= same or same < meaning for _, same, _ in taken)
        score = choice.score * (_AS_PRAISED if as_praised else _NESTED if near else 1)
        if score > best_score:
            best, best_score = choice.surface, score
    return best


def _from_words(reading: Reading, used: Collection[str], taken: list[_Content], words: Words) -> str:
    """The label of a theme in which no phrase can be used: its commonest words, or that it is mixed."""
    common = {
        stem(word): word
        for word in reversed(words.by_use(reading))
        if word in reading.common
        and word not in _DANGLING
        and word not in NEGATIONS
        and not word.isdigit()
        and words.are_fit((word,))
    }
    best = list(reversed(common.values()))[:_COMMON]
    for several in (*combinations(best, 2), *combinations(best, 3), *combinations(best, 1)):
        label = " / ".join(several)
        if label.casefold() not in used and all(_content(" ".join(several))[0] != one for one, _, _ in taken):
            return label
    number = 1
    while (label := "mixed comments" + (f" ({number})" if number > 1 else "")) in used:
        number += 1
    return label


def _content(label: str) -> _Content:
    """What a label says: word by word, with words that mean the same as one, and by which words."""
    words = [bare(word) for word in label.split()]
    stems = frozenset(stem(word) for word in words if word not in STOP_WORDS or word in NEGATIONS)
    return content_key(words), content_key(words, merge=True), stems
