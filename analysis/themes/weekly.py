"""One period in the life of themes: new texts join the themes they know, a new subject opens a theme of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.themes.assignment import (
    LATE_FLOOR,
    Ballot,
    Dates,
    Floats,
    Registered,
    Space,
    as_known,
    ballot,
    similarity_to,
    with_absent_themes,
)
from analysis.themes.centroids import Ints, Vectors, unit_rows
from analysis.themes.clusters import ThemeSettings
from analysis.themes.emergence import ScanRules, Stock, find_emerging

__all__ = ["Advance", "Opened", "advance"]

LATE_WEEKS = 4  # after which a text that nothing claimed joins the theme it is most like


@dataclass(frozen=True, eq=False)
class Opened:
    """A theme that emerged: the positions of its texts among those given and among the members (these leave their
    theme), its centroid, and log10 of the probability that its texts are so recent by chance."""

    texts: Ints
    members: Ints
    centroid: Vectors
    chance: float


@dataclass(frozen=True, eq=False)
class Advance:
    """What a period changes.

    `theme` is, for each given text, the number of its theme: below the registered count k a known one, k and above
    those in `opened`, -1 none; `similarity` the cosine to that theme's centroid (NaN). `moved` gives members that go
    over to a young or opened theme, by position.
    """

    theme: Ints
    similarity: Floats
    moved: dict[int, int]
    opened: tuple[Opened, ...]


def advance(
    registered: Registered,
    texts: Sequence[str],
    vectors: Vectors,
    dates: Dates,
    until: np.datetime64,
    settings: ThemeSettings | None = None,
    rules: ScanRules | None = None,
) -> Advance:
    """The period that ends with the day `until`, for texts that have no theme yet.

    `dates` are the days on which they were written (NaT: unknown; such texts open nothing). They join themes by the
    rule of `assignment.assign_texts`; groups of them that are new by `emergence` open themes; what has waited for four
    weeks joins the theme it is most like, if it is like it at all. Raises ValueError when the lengths differ.
    """
    if not len(texts) == len(vectors) == len(dates):
        raise ValueError(f"{len(texts)} texts, {len(vectors)} vectors, {len(dates)} dates")
    settings, rules = settings or ThemeSettings(), rules or ScanRules()
    arrivals = _Arrivals.of(registered, texts, vectors, dates, settings)
    arrivals.join(until)
    stock, source = arrivals.stock()
    opened: list[Opened] = []
    moved: dict[int, int] = {}
    young = _young(registered, until, rules)
    for found in find_emerging(stock, young, registered.rejected, until, settings, rules):
        number = found.joins if found.joins >= 0 else registered.theme_count + len(opened)
        rows = source[found.places]
        members, new = rows[rows >= 0], -1 - rows[rows < 0]
        members = members[registered.member_theme[members] != number]
        moved.update((int(member), number) for member in members)
        arrivals.theme[new] = number
        if found.joins < 0:
            centroid = unit_rows(stock.vectors[found.places].mean(axis=0, keepdims=True))[0]
            opened.append(
                Opened(np.flatnonzero(np.isin(arrivals.place, new)), np.sort(members), centroid, found.chance)
            )
    centroids = np.vstack([registered.centroids, *(one.centroid[None] for one in opened)])
    theme = as_known(registered, texts, np.append(arrivals.theme, -1)[arrivals.place])
    return Advance(theme, similarity_to(centroids, unit_rows(vectors), theme), moved, tuple(opened))


def _young(registered: Registered, until: np.datetime64, rules: ScanRules) -> dict[int, Vectors]:
    """The centroids of the themes that emerged in the last weeks, by number."""
    since = until - np.timedelta64(7 * rules.grows + 1, "D")
    young = np.flatnonzero(registered.theme_young & (registered.theme_opened.astype("datetime64[D]") > since))
    return {int(theme): registered.centroids[theme] for theme in young}


@dataclass(eq=False)
class _Arrivals:
    """The distinct texts that have no theme yet, sorted; `place` is each given row's place among them, -1 for blank
    ones; `theme` changes as they find one."""

    registered: Registered
    settings: ThemeSettings
    space: Space
    texts: list[str]
    vectors: Vectors
    words: Any
    day: Dates
    place: Ints
    theme: Ints

    @classmethod
    def of(
        cls, registered: Registered, texts: Sequence[str], vectors: Vectors, dates: Dates, settings: ThemeSettings
    ) -> _Arrivals:
        """Equal texts become one, written on the first of their days; those of members with a theme are left out."""
        held = np.flatnonzero(registered.member_theme >= 0).tolist()
        distinct = sorted({text for text in texts if text.strip()} - {registered.member_texts[i] for i in held})
        number = {text: i for i, text in enumerate(distinct)}
        place = np.array([number.get(text, -1) for text in texts], dtype=np.int64)
        first = np.zeros(len(distinct), dtype=np.int64)
        rows = np.flatnonzero(place >= 0)[::-1]
        first[place[rows]] = rows
        day = _first_days(place, dates, len(distinct))
        space = Space(registered.member_texts, registered.member_vectors, settings)
        units = unit_rows(np.asarray(vectors)[first])
        theme = np.full(len(distinct), -1, dtype=np.int64)
        return cls(registered, settings, space, distinct, units, space.words_of(distinct), day, place, theme)

    def join(self, until: np.datetime64) -> None:
        """Assign by the vote; what has waited for weeks joins its likeliest theme."""
        if not len(self.texts):
            return
        if len(self.space):
            said: Ballot = ballot(self.registered, self.space, self.vectors, self.words)
            self.theme = np.where(said.accepted, said.winner, -1)
        self.theme = with_absent_themes(self.registered, self.vectors, self.theme, self.settings)
        if len(self.space):
            # What has no date opens nothing, so there is nothing to wait for.
            waited = np.isnat(self.day) | (self.day <= until - np.timedelta64(7 * LATE_WEEKS, "D"))
            waited |= np.isnat(until)
            late = waited & (self.theme < 0) & (said.winner >= 0) & (said.likeness >= LATE_FLOOR)
            self.theme = np.where(late, said.winner, self.theme)

    def stock(self) -> tuple[Stock, Ints]:
        """Members and arrivals in the order of their texts, and where each comes from: the member's position, or
        -1 - the arrival's place."""
        from scipy.sparse import vstack

        order = self.space.order
        texts = [self.registered.member_texts[i] for i in order.tolist()] + self.texts
        new, shut = set(self.texts), self._shut_themes()
        theme = np.concatenate([self.registered.member_theme[order], self.theme])
        # A member whose theme was closed may be asked about again: it counts once.
        twice = np.array([i < len(order) and text in new for i, text in enumerate(texts)], dtype=bool)
        kept = np.flatnonzero(~twice & ~np.isin(theme, shut)).tolist()
        sort = np.array(sorted(kept, key=texts.__getitem__), dtype=np.int64)
        words = vstack([self.space.words, self.words], format="csr")
        member_days = self.registered.member_dates.astype("datetime64[D]")[order]
        stock = Stock(
            np.vstack([self.space.vectors, self.vectors])[sort],
            words[sort],
            theme[sort],
            np.concatenate([member_days, self.day])[sort],
        )
        source = np.concatenate([order, -1 - np.arange(len(self.texts), dtype=np.int64)])
        return stock, source[sort]

    def _shut_themes(self) -> Ints:
        """Guided themes: a person named them, so nothing emerges from them."""
        guided = self.registered.theme_guided
        return np.empty(0, dtype=np.int64) if guided is None else np.flatnonzero(guided)


def _first_days(place: Ints, dates: Dates, count: int) -> Dates:
    """The earliest of the dates of each place; NaT where none is known."""
    days = dates.astype("datetime64[D]")
    known = (place >= 0) & ~np.isnat(days)
    earliest = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(earliest, place[known], days[known].astype(np.int64))
    found = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    dated = earliest < np.iinfo(np.int64).max
    found[dated] = earliest[dated].astype("datetime64[D]")
    return found
