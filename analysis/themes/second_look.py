"""A second look at members: what came since may speak for another theme than the one that took them.

A text is placed when it comes, by the neighbours that it has then. Later texts on the same subject are nearer to it
than those were; where the five nearest now vote for another theme, it goes over to that. A theme that a person named
gives nobody away, and none is ended so: where most of its members would go, all stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.themes.assignment import LEAST_VOTE, Registered, Space, vote
from analysis.themes.centroids import Ints
from analysis.themes.clusters import ThemeSettings

__all__ = ["second_look"]

VOTERS = 5  # fewer than for a text that comes: a member's neighbours are nearer
AT_MOST = 5_000  # a week's look should cost no more than placing what came


def second_look(
    registered: Registered, settings: ThemeSettings | None = None, *, at_most: int = AT_MOST
) -> dict[int, int]:
    """The members that go over to another theme: their positions, with the number of that theme.

    Of more members than `at_most` those are looked at that are nearest to another theme's centroid. All themes are as
    given while the look lasts, so the order of members changes nothing. docs/decisions.md says what it gains.
    """
    rows = _contested(registered, at_most)
    if not len(rows):
        return {}
    space = Space(registered.member_texts, registered.member_vectors, settings or ThemeSettings())
    place = np.argsort(space.order)[rows]
    found = space.nearest(space.vectors[place], space.words[place])
    given = np.where(found.indices == place[:, None], -1, registered.member_theme[space.order][found.indices])
    cosine = np.round(space.vectors[place] @ registered.centroids.T, 5).astype(np.float64)
    winner, share = vote(found, given, cosine, VOTERS)
    goes = (winner >= 0) & (winner != registered.member_theme[rows]) & (share >= LEAST_VOTE)
    goes &= ~_would_end(registered.member_theme, rows[goes])[registered.member_theme[rows]]
    return {int(row): int(theme) for row, theme in zip(rows[goes], winner[goes], strict=True)}


def _would_end(theme: Ints, leaving: Ints) -> NDArray[np.bool_]:
    """For each theme whether most of its members are about to leave."""
    held = np.bincount(theme[theme >= 0])
    return np.asarray(2 * np.bincount(theme[leaving], minlength=len(held)) > held)


def _contested(registered: Registered, at_most: int) -> Ints:
    """The members that are looked at, by position, ascending."""
    theme = registered.member_theme
    fixed = np.zeros(registered.theme_count + 1, dtype=bool)
    fixed[-1] = True  # members without a theme
    if registered.theme_guided is not None:
        fixed[:-1] = registered.theme_guided
    rows = np.flatnonzero(~fixed[theme])
    if len(rows) <= at_most:
        return rows
    cosine = np.round(np.asarray(registered.member_vectors)[rows] @ registered.centroids.T, 5)
    own = np.arange(len(rows)), theme[rows]
    lead = cosine[own]
    cosine[own] = -1
    lead -= cosine.max(axis=1)
    texts = [registered.member_texts[row] for row in rows.tolist()]
    order = sorted(range(len(rows)), key=lambda i: (lead[i], texts[i]))
    return np.sort(rows[order[:at_most]])
