"""The map of themes: near is alike, and the same themes give the same map."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.findings.theme_map import map_themes, places_of, stress
from groundswell.findings import Interval, ThemeTrend

ANGLES = (0.0, 0.1, 0.9, 1.0)  # two pairs of themes that are told in like words


def trend(theme: str, authors: int = 9, tone: float = -0.5) -> ThemeTrend:
    """A theme over time, as far as the map knows it."""
    return ThemeTrend(theme, f"label of {theme}", (), authors, Interval(tone, tone, tone), None)


def vectors() -> dict[str, np.ndarray]:
    """Four themes on an arc."""
    return {f"t{i}": np.array([np.cos(a), np.sin(a), 0.0]) for i, a in enumerate(ANGLES)}


def test_themes_told_in_like_words_are_neighbours() -> None:
    """The two themes of a pair lie close to each other and far from the other pair."""
    places = {
        place.theme_id: np.array([place.x, place.y]) for place in map_themes([trend(t) for t in vectors()], vectors())
    }
    assert np.linalg.norm(places["t0"] - places["t1"]) < 0.3 < 1.2 < np.linalg.norm(places["t0"] - places["t3"])


def test_what_lies_in_a_plane_is_drawn_as_it_is() -> None:
    """Directions within a small cap of a sphere, which is nearly flat, keep their distances: the stress is nearly 0."""
    rows = np.random.default_rng(3).normal(0, 0.05, (12, 2))
    unit = np.column_stack([rows, np.ones(12)])
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    angles = np.arccos(np.clip(unit @ unit.T, -1, 1))
    assert stress(places_of(unit), angles) < 0.01


def test_the_order_of_the_themes_does_not_turn_the_map() -> None:
    """Told in another order, with other sizes, every theme lies where it lay."""
    random = np.random.default_rng(7)
    known = {f"t{i:02d}": random.normal(size=24) for i in range(15)}
    one = map_themes([trend(theme, 20 - i) for i, theme in enumerate(known)], known)
    other = map_themes([trend(theme) for theme in reversed(known)], known)
    assert {p.theme_id: (p.x, p.y) for p in one} == {p.theme_id: (p.x, p.y) for p in other}
    assert [p.theme_id for p in one] == list(known)
    assert all(max(abs(p.x), abs(p.y)) <= 1 for p in one)


def test_majorisation_lowers_the_stress() -> None:
    """The map follows the distances better than the two widest directions alone would."""
    random = np.random.default_rng(1)
    rows = random.normal(size=(20, 50))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    angles = np.arccos(np.clip(unit @ unit.T, -1, 1))
    centred = unit - unit.mean(axis=0)
    widest = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    assert stress(places_of(unit), angles) < stress(widest, angles) - 0.03


@pytest.mark.parametrize("missing", ["t3", "all"])
def test_too_few_themes_make_no_map(missing: str) -> None:
    """Three themes are read better in a list; a theme whose vector is gone, or is nothing, is on no map."""
    known = {} if missing == "all" else {**vectors(), missing: np.zeros(3)}
    assert map_themes([trend(theme) for theme in vectors()], known) == ()


def test_an_unknown_tone_stays_unknown() -> None:
    """A theme that nobody could score has no tone on the map, not a neutral one."""
    told = [trend(theme, tone=float("nan")) for theme in vectors()]
    assert {place.net_sentiment for place in map_themes(told, vectors())} == {None}
