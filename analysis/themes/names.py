"""What new themes are called: a label, keywords and a stage of the journey. Names that are given stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from analysis.labels.choice import LABEL_STOP_WORDS, label_sub_themes, label_themes
from analysis.labels.naming import ThemeWords, name_themes
from analysis.text.product_words import text_for_embedding
from analysis.themes.centroids import Embed, Ints, Vectors, closeness
from analysis.themes.draft import Draft
from analysis.themes.journey import journey_stages
from analysis.themes.keywords import theme_keywords
from groundswell.registry_find import free_label

__all__ = ["Namer"]

READ = 400  # clauses of a theme, the most central ones, whose words a proposed name may be made of


@dataclass(frozen=True)
class Namer:
    """Gives names with what they are made of: the product's own words, which say nothing, and vectors of phrases.

    `ask` is a language model that may propose better labels (analysis/labels/naming.py); None: nobody is asked.
    """

    product_words: tuple[str, ...]
    embed: Embed
    ask: Callable[..., object] | None = None

    def embed_clauses(self, clauses: Sequence[str]) -> Vectors:
        """Vectors of clauses that somebody wrote, the product's names left out as in customers' own."""
        return self.embed([text_for_embedding(clause, self.product_words) for clause in clauses])

    def name(self, draft: Draft) -> list[str]:
        """Name what the draft opened and nothing else; a note where a proposed name could not be had."""
        new = list(draft.opened)
        if not new:
            return []
        self._add_keywords(draft)
        self._label_tops(draft)
        self._label_subs(draft)
        notes = self._propose(draft, new)
        for theme_id in sorted(new, key=lambda theme_id: draft.themes[theme_id].parent is not None):
            theme = draft.themes[theme_id]
            others = {key: other for key, other in draft.themes.items() if key != theme_id and other.label}
            draft.themes[theme_id] = replace(theme, label=free_label(others, theme.label, theme.parent))
        self._add_stages(draft)
        return notes

    def _label_tops(self, draft: Draft) -> None:
        ids, number = draft.numbered()
        nameless = [i for i, theme_id in enumerate(ids) if not draft.themes[theme_id].label]
        if not nameless:
            return
        fixed = {i: draft.themes[theme_id].label for i, theme_id in enumerate(ids) if i not in set(nameless)}
        meant = partial(closeness, np.vstack([draft.centroids[theme_id] for theme_id in ids]), self.embed)
        labels = label_themes(
            number,
            draft.similarity,
            draft.texts.shown,
            len(ids),
            self.product_words,
            meant,
            fixed=fixed,
            authors=draft.texts.authors,
        )
        for i in nameless:
            draft.themes[ids[i]] = replace(draft.themes[ids[i]], label=labels[i])

    def _label_subs(self, draft: Draft) -> None:
        nameless = {t for t in draft.opened if draft.themes[t].parent is not None and not draft.themes[t].label}
        parents = sorted({str(draft.themes[sub].parent) for sub in nameless})
        subs = [sub for parent in parents for sub in draft.subs_of(parent)]
        if not subs:
            return
        place = {sub: i for i, sub in enumerate(subs)}
        number = np.fromiter((place.get(sub, -1) for sub in draft.sub), dtype=np.int64, count=len(draft.sub))
        centroids = np.vstack([draft.centroids[sub] for sub in subs])
        labels = label_sub_themes(
            number,
            _near(draft, number, centroids),
            draft.texts.shown,
            [parents.index(str(draft.themes[sub].parent)) for sub in subs],
            [draft.themes[parent].label for parent in parents],
            self.product_words,
            partial(closeness, centroids, self.embed),
            fixed={place[sub]: draft.themes[sub].label for sub in subs if sub not in nameless},
            authors=draft.texts.authors,
        )
        for sub in nameless:
            draft.themes[sub] = replace(draft.themes[sub], label=labels[place[sub]])

    def _add_keywords(self, draft: Draft) -> None:
        ids, number = draft.numbered()
        wanted = [
            i for i, theme_id in enumerate(ids) if theme_id in draft.opened and not draft.themes[theme_id].keywords
        ]
        stopped = {*LABEL_STOP_WORDS, *self.product_words}
        found = theme_keywords(draft.texts.texts, number, wanted, stopped) if wanted else {}
        for i, words in found.items():
            draft.themes[ids[i]] = replace(draft.themes[ids[i]], keywords=words)

    def _add_stages(self, draft: Draft) -> None:
        """The stage of each new theme that has none; sub-themes are told with their theme's."""
        new = [t for t in draft.opened if draft.themes[t].parent is None and draft.themes[t].journey_stage is None]
        if not new:
            return
        themes = [draft.themes[theme_id] for theme_id in new]
        centroids = np.vstack([draft.centroids[theme_id] for theme_id in new])
        stages = journey_stages([t.label for t in themes], [t.keywords for t in themes], centroids, self.embed)
        for theme_id, stage in zip(new, stages, strict=True):
            draft.themes[theme_id] = replace(draft.themes[theme_id], journey_stage=stage)

    def _propose(self, draft: Draft, new: Sequence[str]) -> list[str]:
        """Labels that a language model proposes, where one is asked; guided themes keep the name they have."""
        asked = [theme_id for theme_id in new if draft.themes[theme_id].origin != "guided"]
        if self.ask is None or not asked:
            return []
        words = [ThemeWords(draft.themes[t].label, draft.themes[t].keywords, tuple(_typical(draft, t))) for t in asked]
        taken = [theme.label for theme_id, theme in draft.themes.items() if theme_id not in asked]
        named = name_themes(words, self.ask, taken=taken)
        for theme_id, label in zip(asked, named.labels, strict=True):
            draft.themes[theme_id] = replace(draft.themes[theme_id], label=label)
        return [named.warning] if named.warning else []


def _near(draft: Draft, number: Ints, centroids: Vectors) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The cosine of each text to the centroid that its number names; NaN without one."""
    near = np.full(len(number), np.nan)
    rows = np.flatnonzero(number >= 0)
    near[rows] = np.einsum("ij,ij->i", draft.texts.vectors[rows], centroids[number[rows]], dtype=np.float64)
    return near


def _typical(draft: Draft, theme_id: str) -> list[str]:
    """The clauses nearest to a theme's centroid, as stored: redacted."""
    members = np.flatnonzero(draft.is_in(theme_id))
    near = np.round(draft.texts.vectors[members] @ draft.centroids[theme_id], 5)
    return [draft.texts.shown[row] for row in members[np.argsort(-near, kind="stable")[:READ]]]
