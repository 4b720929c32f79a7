"""Themes from one analysis to the next: a first fit, then week by week what is new finds its place.

    update = update_themes(known, texts, moment, settings, guided, names)

An identity is given once. The first fit groups everything (`themes.fit_themes`); afterwards texts join the themes they
know by a vote of their neighbours, and a subject that nobody raised before opens a theme of its own (`weekly.advance`);
what came may take members over (`second_look`). When the feedback has doubled for the first time since a fit that was
short of it, it is grouped anew once, and each group keeps the identity of the theme that it continues (`regroup`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from analysis.themes.assignment import Registered, assign_texts
from analysis.themes.centroids import Ints, Vectors, nearest_themes
from analysis.themes.clusters import ThemeSettings
from analysis.themes.draft import Draft, KnownThemes, last_batch, last_fit, refused_subjects, refused_themes
from analysis.themes.fit import fit_themes
from analysis.themes.guided import GuidedTheme
from analysis.themes.guided_themes import place_guided
from analysis.themes.names import Namer
from analysis.themes.refit import is_thin, refit_settings, young_settings
from analysis.themes.regroup import Regrouped, is_outgrown, regroup, retire_empty_parts
from analysis.themes.second_look import second_look
from analysis.themes.subthemes import find_sub_themes
from analysis.themes.texts import ThemeTexts
from analysis.themes.weekly import advance
from groundswell.registry import NewEvent, RegistryChange, Theme

__all__ = ["Moment", "ThemeUpdate", "propose_refit", "update_themes"]

JOIN_ROUNDS = 5  # more were never needed
SUB_QUANTILE = 0.02  # of its members' cosines, under which a text is no part of a sub-theme
SUB_FLOOR = 0.5  # the same where no member is at hand
LEAST_AUTHORS = 5  # of a theme that comes up
UNDECIDED_WEEKS = 8  # after which a new theme that nobody refused is one like the others


@dataclass(frozen=True, slots=True)
class Moment:
    """When an analysis is made: `until` is the end of the period that it reads (None: undated), `at` the clock.

    With `auto` a new theme that nobody refused for eight weeks is accepted; else it waits for a person.
    """

    until: datetime | None
    at: datetime
    auto: bool = True

    @property
    def day(self) -> np.datetime64:
        """The last day of the period; NaT where there is none."""
        if self.until is None:
            return np.datetime64("NaT", "D")
        return np.datetime64((self.until - timedelta(microseconds=1)).date(), "D")


@dataclass(frozen=True, slots=True)
class Batch:
    """The kind of event that an analysis is in the registry, a note on how it went, and of a fit whether more texts
    would have made more themes."""

    kind: str
    said: str = ""
    short_of_texts: bool | None = None


@dataclass(frozen=True, eq=False)
class ThemeUpdate:
    """Where each text is now, and what the registry is to be told (None: nothing changed); notes for the reader."""

    draft: Draft
    change: RegistryChange | None
    notes: tuple[str, ...]


def update_themes(
    known: KnownThemes,
    texts: ThemeTexts,
    moment: Moment,
    settings: ThemeSettings,
    namer: Namer,
    guided: Sequence[GuidedTheme] = (),
) -> ThemeUpdate:
    """The themes of a period's texts, given those of all analyses before."""
    draft, notes = Draft.of(texts, known), list[str]()
    latest, batch = _is_latest(known, moment), Batch("assign")
    notes += place_guided(draft, guided, namer, moment.until)
    if last_fit(known.registry) is None:
        batch = first_fit(draft, moment, settings, namer)
    elif latest and is_outgrown(known.registry, _count(texts)):
        batch = refit(draft, known, moment, settings, namer)
    elif latest and something_came(draft, known, moment):
        batch = follow(draft, known, moment, settings)
    join_rest(draft, known, settings)
    if latest:
        open_sub_themes(draft, moment, settings)
    join_sub_themes(draft)
    if batch.kind == "refit":
        retire_empty_parts(draft)
    notes += [batch.said] if batch.said else []
    notes += namer.name(draft)
    settle_new(draft, moment)
    return ThemeUpdate(draft, _change(draft, batch, moment, namer), tuple(notes))


def propose_refit(
    known: KnownThemes,
    texts: ThemeTexts,
    moment: Moment,
    settings: ThemeSettings,
    namer: Namer,
    guided: Sequence[GuidedTheme] = (),
) -> tuple[Regrouped, ThemeUpdate] | None:
    """What grouping everything anew would do, and the update that does it; None where nothing can be grouped."""
    draft = Draft.of(texts, known)
    notes = place_guided(draft, guided, namer, moment.until)
    join_rest(draft, known, settings)
    regrouped = regroup(draft, known, moment, settings, namer)
    if regrouped is None:
        return None
    join_rest(draft, known, settings)
    open_sub_themes(draft, moment, settings)
    join_sub_themes(draft)
    retire_empty_parts(draft)
    notes += namer.name(draft)
    said = str(regrouped)
    return regrouped, ThemeUpdate(draft, _change(draft, Batch("refit", said), moment, namer), (said, *notes))


def _count(texts: ThemeTexts) -> int:
    return int((~texts.is_copy).sum())


def _is_latest(known: KnownThemes, moment: Moment) -> bool:
    """False for a period before one that was analysed already: nothing may come up in it any more."""
    last = known.registry.as_of
    return last is None or moment.until is None or moment.until >= last


def _change(draft: Draft, batch: Batch, moment: Moment, namer: Namer) -> RegistryChange | None:
    payload = {
        "texts": _count(draft.texts),
        "themes": len([theme_id for theme_id in draft.tops() if draft.themes[theme_id].origin != "guided"]),
        "product_words": list(namer.product_words),
        "said": batch.said,
    }
    if batch.short_of_texts is not None:
        payload["short_of_texts"] = batch.short_of_texts
    return draft.change(batch.kind, moment.until, moment.at, payload)


def refit(draft: Draft, known: KnownThemes, moment: Moment, settings: ThemeSettings, namer: Namer) -> Batch:
    """Group everything anew."""
    regrouped = regroup(draft, known, moment, refit_settings(settings), namer)
    if regrouped is None:
        return Batch("assign", "no theme is tight enough for a refit: the themes stay as they are")
    return Batch("refit", f"the feedback has doubled since the first fit, and was grouped anew: {regrouped}")


def first_fit(draft: Draft, moment: Moment, settings: ThemeSettings, namer: Namer) -> Batch:
    """Group everything that has no theme."""
    free = draft.unassigned()
    free = free[~draft.texts.is_copy[free]]
    texts, rows = draft.texts, free.tolist()
    fit = partial(
        fit_themes,
        [texts.texts[row] for row in rows],
        texts.vectors[free],
        ids=[texts.keys[row] for row in rows],
        product_words=namer.product_words,
        shown=[texts.shown[row] for row in rows],
        authors=[texts.authors[row] for row in rows],
        embed=namer.embed,
    )
    found = fit(settings=settings)
    if moment.until is not None and is_thin(len(rows), len(found.themes)):
        # These themes are to live on: what such a thin fit merges would stay merged.
        found = fit(settings=young_settings(settings))
    for number, row in enumerate(found.themes.to_dict("records")):
        members, centroid = free[found.assignment == number], found.centroids[number]
        theme = Theme(
            draft.new_id(members, centroid),
            str(row["label"]),
            opened=moment.until,
            keywords=tuple(row["keywords"]),
            stability=float(row["stability"]),
        )
        draft.open(theme, members, centroid)
    return Batch("fit" if len(found.themes) else "assign", found.note, found.short_of_texts)


def follow(draft: Draft, known: KnownThemes, moment: Moment, settings: ThemeSettings) -> Batch:
    """Place what came since: by the vote of neighbours, or in a theme of its own where the subject is new. Then look
    at all again, if any found a place."""
    waiting = draft.unassigned()
    waiting = waiting[~draft.texts.is_copy[waiting]]
    if len(waiting):
        place(draft, known, moment, settings, waiting)
    placed = len(np.setdiff1d(waiting, draft.unassigned())) > 0
    return Batch("assign", look_again(draft, known, settings) if placed else "")


def something_came(draft: Draft, known: KnownThemes, moment: Moment) -> bool:
    """False where the last analysis read as many texts to the same day: made again, an analysis opens nothing, and
    moves nobody who has a theme."""
    last = last_batch(known.registry)
    return last is None or last.as_of != moment.until or last.payload.get("texts") != _count(draft.texts)


def look_again(draft: Draft, known: KnownThemes, settings: ThemeSettings) -> str:
    """Let members go over to the theme that their neighbours now speak for; a note on how many did."""
    ids, registered, members = registered_of(draft, known)
    before, _ = draft.before
    count = 0
    for number, positions in _by_theme(second_look(registered, settings)).items():
        rows = [row for row in members[positions].tolist() if not _is_in_named_part(draft, row)]
        count += sum(before[row] is not None and before[row] != ids[number] for row in rows)
        draft.put(np.array(rows, dtype=np.int64), ids[number])
    had = sum(top is not None for top in before[members])
    said = f"{count:,} of {had:,} different clauses changed their theme: what came since speaks for another one"
    return said if count else ""


def _is_in_named_part(draft: Draft, row: int) -> bool:
    """True for a text in a sub-theme that a person named."""
    sub = draft.sub[row]
    return sub is not None and draft.themes[sub].origin == "guided"


def place(draft: Draft, known: KnownThemes, moment: Moment, settings: ThemeSettings, waiting: Ints) -> None:
    """Put the texts that wait into the themes that take them, or into new ones."""
    ids, registered, members = registered_of(draft, known)
    texts = draft.texts
    found = advance(
        registered,
        [texts.texts[row] for row in waiting],
        texts.vectors[waiting],
        texts.dates[waiting],
        moment.day,
        settings,
    )
    for number in np.unique(found.theme[(found.theme >= 0) & (found.theme < len(ids))]):
        draft.put(waiting[found.theme == number], ids[number])
    for opened in found.opened:
        rows = np.unique(np.concatenate([waiting[opened.texts], members[opened.members]]))
        if len({texts.authors[row] for row in rows.tolist()}) < LEAST_AUTHORS:
            continue  # one customer who writes a dozen sentences is one customer
        theme = Theme(draft.new_id(rows, opened.centroid), "", status="new", origin="emerged", opened=moment.until)
        draft.open(theme, rows, opened.centroid)
    for number, positions in _by_theme(found.moved).items():
        if number < len(ids):
            draft.put(members[positions], ids[number])


def _by_theme(moved: Mapping[int, int]) -> dict[int, list[int]]:
    """The members that go over to each theme."""
    found: dict[int, list[int]] = {}
    for member, theme in moved.items():
        found.setdefault(theme, []).append(member)
    return found


def registered_of(draft: Draft, known: KnownThemes) -> tuple[list[str], Registered, Ints]:
    """What the draft holds at this moment as the vote takes it: the ids of its themes, the members, and their rows."""
    ids, number = draft.numbered()
    members = np.flatnonzero((number >= 0) & ~draft.texts.is_copy)
    width = draft.texts.vectors.shape[1]
    themes = [draft.themes[theme_id] for theme_id in ids]
    refused = refused_subjects(known.registry)
    opened = [np.datetime64(t.opened.date(), "D") if t.opened else np.datetime64("NaT", "D") for t in themes]
    registered = Registered(
        member_texts=[draft.texts.texts[row] for row in members],
        member_vectors=draft.texts.vectors[members],
        member_theme=number[members],
        member_dates=draft.texts.dates[members],
        theme_opened=np.array(opened, dtype="datetime64[D]"),
        theme_young=np.array([t.origin == "emerged" for t in themes], dtype=bool),
        centroids=draft.centroids_now(ids),
        theme_guided=np.array([t.origin == "guided" for t in themes], dtype=bool),
        rejected=_stacked([known.centroid(theme_id, width) for theme_id in refused], width),
    )
    return ids, registered, members


def _stacked(rows: list[Vectors], width: int) -> Vectors:
    return np.vstack(rows) if rows else np.empty((0, width), dtype=np.float32)


def join_rest(draft: Draft, known: KnownThemes, settings: ThemeSettings) -> None:
    """Put copies of other comments, and whatever else waits, where the vote says, until nobody joins any more: what
    an analysis leaves without a theme, the same analysis made again leaves so."""
    for _ in range(JOIN_ROUNDS):
        waiting = draft.unassigned()
        ids, registered, _ = registered_of(draft, known)
        if not len(waiting) or not len(ids):
            return
        texts = [draft.texts.texts[row] for row in waiting.tolist()]
        found, _ = assign_texts(registered, texts, draft.texts.vectors[waiting], settings)
        for number in np.unique(found[found >= 0]):
            draft.put(waiting[found == number], ids[number])
        if not (found >= 0).any():
            return


def open_sub_themes(draft: Draft, moment: Moment, settings: ThemeSettings) -> None:
    """Find the sub-themes of large themes that have none. A theme that a person took parts of stays as it is."""
    ids, number = draft.numbered()
    refused = {draft.registry.themes[theme_id].parent for theme_id in refused_themes(draft.registry)}
    whole = np.array([not draft.subs_of(theme_id) and theme_id not in refused for theme_id in ids], dtype=bool)
    number = np.where((number >= 0) & ~draft.texts.is_copy & np.append(whole, False)[number], number, -1)
    parts = find_sub_themes(number, draft.texts.vectors, draft.texts.texts, settings)
    for part in range(int(parts.max(initial=-1)) + 1):
        members = np.flatnonzero(parts == part)
        theme = Theme(draft.new_id(members), "", parent=draft.top[members[0]], opened=moment.until)
        draft.open(theme, members)


def join_sub_themes(draft: Draft) -> None:
    """Put what is in a theme and in none of its sub-themes into the nearest, if it is no looser there than the
    sub-theme's own loosest members."""
    for parent in draft.tops():
        found_subs = [sub for sub in draft.subs_of(parent) if draft.themes[sub].origin != "guided"]
        without = np.flatnonzero((draft.top == parent) & np.array([sub is None for sub in draft.sub], dtype=bool))
        if not found_subs or not len(without):
            continue
        centroids = np.vstack([draft.centroids[sub] for sub in found_subs])
        nearest, cosine = nearest_themes(centroids, draft.texts.vectors[without], -1.0)
        for position, sub in enumerate(found_subs):
            draft.put(without[(nearest == position) & (cosine >= _loosest(draft, sub))], sub)


def _loosest(draft: Draft, sub: str) -> float:
    """The cosine to a sub-theme's centroid that all but the loosest of its members have."""
    members = np.flatnonzero(draft.sub == sub)
    if not len(members):
        return SUB_FLOOR
    return float(np.quantile(np.round(draft.texts.vectors[members] @ draft.centroids[sub], 5), SUB_QUANTILE))


def settle_new(draft: Draft, moment: Moment) -> None:
    """Accept the new themes that have been undecided for long: who says nothing agrees."""
    if moment.until is None or not moment.auto:
        return
    for theme_id, theme in sorted(draft.themes.items()):
        age = None if theme.opened is None else moment.until - theme.opened
        if theme.status == "new" and age is not None and age.days >= 7 * UNDECIDED_WEEKS:
            draft.events.append(NewEvent("accept", theme_id))
            draft.themes[theme_id] = replace(theme, status="active")
