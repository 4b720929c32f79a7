"""The themes that a user named, in the registry: opened with their own id, filled before anything is discovered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from analysis.centroids import Vectors, unit_rows
from analysis.guided import GuidedTheme, assign_guided, example_texts, unused_guided
from analysis.theme_draft import Draft
from analysis.theme_names import Namer
from groundswell.registry import Theme

__all__ = ["place_guided"]


def place_guided(draft: Draft, guided: Sequence[GuidedTheme], namer: Namer, until: datetime | None) -> list[str]:
    """Put texts that are like its examples into each theme that the user named, and open it if it is new; a line for
    each that attracts nothing.

    A new one may take texts out of other themes, a known one takes only what has no theme.
    """
    if not guided:
        return []
    found, _ = assign_guided(draft.texts.texts, draft.texts.vectors, guided, namer.embed_clauses(example_texts(guided)))
    ids = {theme.name: theme.theme_id for theme in guided}
    free = np.zeros(len(draft.texts), dtype=bool)
    free[draft.unassigned()] = True
    vectors = dict(zip(ids, _example_centroids(guided, namer), strict=True))
    # Parents first: a sub-theme can only be opened under one.
    for theme in sorted(guided, key=lambda theme: theme.parent is not None):
        members = np.flatnonzero(found == guided.index(theme))
        if theme.theme_id in draft.themes:
            draft.put(members[free[members]], theme.theme_id)
        elif theme.theme_id not in draft.registry.themes:
            opened = Theme(
                theme.theme_id,
                theme.name,
                parent=ids[theme.parent] if theme.parent else None,
                origin="guided",
                opened=until,
                journey_stage=theme.journey_stage,
                owner=theme.owner,
            )
            draft.open(opened, members, vectors[theme.name] if not len(members) else None)
    return unused_guided(guided, found)


def _example_centroids(guided: Sequence[GuidedTheme], namer: Namer) -> list[Vectors]:
    return [unit_rows(namer.embed_clauses(theme.examples).mean(axis=0, keepdims=True))[0] for theme in guided]
