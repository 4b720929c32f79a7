"""The words that set a theme apart, for themes that were not found by the topic model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence

from analysis.labels.phrases import bare, segments
from analysis.themes.centroids import Ints

__all__ = ["keyword_tokens", "theme_keywords"]

MOST_WORDS = 10
FEWEST_TEXTS = 3  # a name that one customer wrote is no keyword


def keyword_tokens(text: str, stopped: Collection[str]) -> list[str]:
    """The words of a text that may be keywords, in lower case: two letters and more, no number, not one of `stopped`,
    which are without apostrophes."""
    words = [word for run in segments(text.lower()) for word in run]
    return [word for word in words if len(word) > 1 and not word.isdigit() and bare(word) not in stopped]


def theme_keywords(
    texts: Sequence[str], themes: Ints, wanted: Collection[int], stop_words: Collection[str]
) -> dict[int, tuple[str, ...]]:
    """The keywords of the wanted themes, strongest first, by class-based TF-IDF as BERTopic weighs them (Grootendorst
    2022): a word's share of the theme's words x log(1 + mean words of a theme / the word's uses in all of them).

    `themes` is the theme of each text, -1 for none. Words stand in at least three texts of their theme.
    """
    stopped = frozenset(stop_words)
    uses, of_theme, texts_with = Counter[str](), dict[int, Counter[str]](), dict[int, Counter[str]]()
    for text, theme in zip(texts, themes.tolist(), strict=True):
        if theme < 0:
            continue
        words = keyword_tokens(text, stopped)
        uses.update(words)
        of_theme.setdefault(theme, Counter()).update(words)
        if theme in wanted:
            texts_with.setdefault(theme, Counter()).update(set(words))
    mean = uses.total() / max(1, len(of_theme))
    found = {}
    for theme in wanted:
        counts = of_theme.get(theme, Counter())
        weights = {
            word: count / counts.total() * math.log1p(mean / uses[word])
            for word, count in counts.items()
            if texts_with[theme][word] >= FEWEST_TEXTS
        }
        found[theme] = tuple(sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS])
    return found
