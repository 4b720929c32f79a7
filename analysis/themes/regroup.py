"""Grouping everything anew while themes keep who they are: once by itself when a thin first fit has outlived itself,
later when a person asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.themes.centroids import Ints, Vectors
from analysis.themes.clusters import ThemeSettings
from analysis.themes.draft import Draft, KnownThemes, last_fit, refused_subjects
from analysis.themes.emergence import ScanRules
from analysis.themes.fit import ThemeFit, fit_themes
from analysis.themes.refit import Refit, needs_refit, refit_themes
from groundswell.registry import NewEvent, Registry, Theme

if TYPE_CHECKING:
    from analysis.themes.life import Moment
    from analysis.themes.names import Namer

__all__ = ["Regrouped", "is_outgrown", "regroup", "retire_empty_parts"]


REFUSED = ScanRules().near  # cosine of centroids from which a group is the one that was refused


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What a refit does: themes by id. `same` lived on, `merges` went into another, `splits` lost a part that is a
    theme now, `opened` are all new ones, `closed` hold nothing any more; `moved` is the share of texts with a theme
    that change it."""

    same: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]
    splits: tuple[tuple[str, str], ...]
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    moved: float

    def __bool__(self) -> bool:
        """False where all stays as it is."""
        return bool(self.merges or self.opened or self.closed or self.moved)

    def __str__(self) -> str:
        """In one sentence."""
        parts = [f"{len(self.same)} themes live on"]
        parts += [f"{len(self.merges)} went into another" if self.merges else ""]
        parts += [f"{len(self.opened)} are new, {len(self.splits)} of them out of another" if self.opened else ""]
        parts += [f"{len(self.closed)} hold nothing any more" if self.closed else ""]
        return f"{', '.join(filter(None, parts))}; {self.moved:.1%} of the clauses changed their theme"


def is_outgrown(registry: Registry, texts: int) -> bool:
    """True when the first fit was thin and short of texts, and the feedback has doubled since."""
    fit = last_fit(registry)
    if fit is None or fit.kind != "fit":
        return False
    fitted, themes = int(fit.payload.get("texts", 0)), int(fit.payload.get("themes", 0))
    return needs_refit(fitted, themes, texts, short_of_texts=bool(fit.payload.get("short_of_texts", True)))


def regroup(
    draft: Draft, known: KnownThemes, moment: Moment, settings: ThemeSettings, namer: Namer
) -> Regrouped | None:
    """Group all texts of the draft anew, but for those of guided themes; None, and nothing changed, where no theme
    is tight enough. A group that is what a person once refused is not opened: its texts wait."""
    ids = [theme_id for theme_id in draft.tops() if draft.themes[theme_id].origin != "guided"]
    place = {theme_id: number for number, theme_id in enumerate(ids)}
    guided = {theme_id for theme_id in draft.tops() if theme_id not in place}
    rows = np.flatnonzero(
        [t not in guided and not copy for t, copy in zip(draft.top, draft.texts.is_copy, strict=True)]
    )
    old = np.array([place.get(draft.top[row], -1) for row in rows.tolist()], dtype=np.int64)
    fit = _fit(draft, rows, old, settings, namer)
    if not len(fit.themes) or not ids:
        return None
    texts, vectors = [draft.texts.texts[row] for row in rows.tolist()], draft.texts.vectors[rows]
    found = refit_themes(texts, vectors, old, fit.assignment, draft.centroids_now(ids), fit.centroids, settings)
    refused = [known.centroid(theme_id, vectors.shape[1]) for theme_id in refused_subjects(known.registry)]
    return _carry_over(draft, rows, ids, found, fit, moment, refused)


def _fit(draft: Draft, rows: Ints, old: Ints, settings: ThemeSettings, namer: Namer) -> ThemeFit:
    """A fit that starts from the themes that are there."""
    texts, numbers = draft.texts, rows.tolist()
    return fit_themes(
        [texts.texts[row] for row in numbers],
        texts.vectors[rows],
        ids=[texts.keys[row] for row in numbers],
        settings=settings,
        product_words=namer.product_words,
        shown=[texts.shown[row] for row in numbers],
        authors=[texts.authors[row] for row in numbers],
        start=old,
    )


def _carry_over(
    draft: Draft, rows: Ints, ids: list[str], found: Refit, fit: ThemeFit, moment: Moment, refused: Sequence[Vectors]
) -> Regrouped:
    """The draft after the refit, with the events that tell of it."""
    before = draft.top[rows].copy()
    had = np.array([top is not None for top in before], dtype=bool)
    stability = [float(value) for value in fit.themes["stability"]]
    fresh = _open_fresh(draft, rows, ids, found, stability, moment, refused)
    for group, number in enumerate(found.matching.old_of.tolist()):
        if number >= 0:
            theme_id = ids[number]
            draft.themes[theme_id] = replace(draft.themes[theme_id], stability=stability[group])
            draft.measure(theme_id, found.centroids[number])
    for number, theme_id in enumerate(ids):
        draft.put(rows[found.theme == number], theme_id)
    draft.take_out(rows[(found.theme < 0) & had])
    merges = tuple((ids[theme], ids[found.matching.old_of[group]]) for theme, group in found.matching.merges)
    merged = {theme for theme, _ in merges}
    ended = {ids[theme] for theme in found.matching.ended}
    # A theme of which nothing was heard for as long as an analysis reads back has had its time, too.
    closed = tuple(t for t in ids if t not in merged and (t in ended or not (draft.top == t).any()))
    _close(draft, merges, closed)
    return Regrouped(
        same=tuple(theme_id for theme_id in ids if theme_id in draft.themes),
        merges=merges,
        splits=tuple((theme, child) for child, theme in draft.came_from.items()),
        opened=tuple(fresh),
        closed=closed,
        moved=float((draft.top[rows][had] != before[had]).mean()) if had.any() else 0.0,
    )


def _open_fresh(
    draft: Draft,
    rows: Ints,
    ids: list[str],
    found: Refit,
    stability: Sequence[float],
    moment: Moment,
    refused: Sequence[Vectors],
) -> list[str]:
    """Open the groups that continue no theme; the texts of one that a person refused stay where they are."""
    parents = {group: ids[theme] for theme, group in found.matching.splits}
    opened = []
    for number, group in enumerate(found.fresh, start=len(ids)):
        members, centroid = rows[found.theme == number], found.centroids[number]
        if not len(members) or any(centroid @ other >= REFUSED for other in refused):
            continue
        theme_id = draft.new_id(members, centroid)
        theme = Theme(theme_id, "", origin="refit", opened=moment.until, stability=stability[group])
        opened.append(draft.open(theme, members, centroid))
        if group in parents:
            draft.came_from[theme_id] = parents[group]
    return opened


def _close(draft: Draft, merges: tuple[tuple[str, str], ...], closed: tuple[str, ...]) -> None:
    """Close what holds nothing any more, sub-themes with their theme."""
    into = dict(merges)
    for theme_id in [*into, *closed]:
        for sub in draft.subs_of(theme_id):
            draft.close(sub, NewEvent("retire", sub))
        # A text that the refit left behind goes where the others of its theme went, or waits.
        left = np.flatnonzero(draft.top == theme_id)
        if theme_id in into:
            draft.put(left, into[theme_id])
            draft.close(theme_id, NewEvent("merge", theme_id, {"into": into[theme_id]}))
        else:
            draft.take_out(left)
            draft.close(theme_id, NewEvent("retire", theme_id))


def retire_empty_parts(draft: Draft) -> None:
    """Close the sub-themes that a refit has left without a text; those that the user named stay."""
    for theme_id, theme in sorted(draft.themes.items()):
        if theme.parent is not None and theme.origin != "guided" and not (draft.sub == theme_id).any():
            draft.close(theme_id, NewEvent("retire", theme_id))
