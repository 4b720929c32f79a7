"""Where themes lie to each other: two coordinates in which themes that are told in like words stand close.

The distances are the angles between the themes' mean vectors. Classical scaling (Torgerson 1952) gives the first
places, stress majorisation (SMACOF, de Leeuw 1977) moves them until distances on the page follow those between themes
as well as two coordinates can. No random start: the same themes give the same map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from groundswell.explorer_findings import ThemePlace
from groundswell.findings import ThemeTrend

__all__ = ["map_themes", "places_of", "stress"]

Floats = npt.NDArray[np.float64]
STEPS = 300
FEWEST = 4  # fewer themes are read better in a list
_NOTHING = 1e-9


def map_themes(trends: Sequence[ThemeTrend], vectors: Mapping[str, Floats]) -> tuple[ThemePlace, ...]:
    """The places of these themes, those of most authors first; a theme without a vector has none.

    () for fewer than four. `vectors` are the themes' mean vectors, of any length.
    """
    told = [trend for trend in trends if np.linalg.norm(vectors.get(trend.theme_id, np.zeros(1))) > 0]
    if len(told) < FEWEST:
        return ()
    # In the order of their ids: which theme is large must not turn the map.
    order = sorted(range(len(told)), key=lambda i: told[i].theme_id)
    places = places_of(np.stack([vectors[told[i].theme_id] for i in order]))
    found = {told[i].theme_id: (float(x), float(y)) for i, (x, y) in zip(order, places, strict=True)}
    return tuple(
        ThemePlace(
            theme_id=trend.theme_id,
            label=trend.label,
            x=found[trend.theme_id][0],
            y=found[trend.theme_id][1],
            authors=trend.authors,
            net_sentiment=value if (value := trend.net_sentiment.value) == value else None,
        )
        for trend in told
    )


def places_of(vectors: Floats) -> Floats:
    """Two coordinates of each row, on -1..1, rounded to thousandths."""
    distances = _angles(vectors)
    places = _majorised(_classical(distances), distances)
    places = _turned(places - places.mean(axis=0))
    return np.asarray(np.round(places / max(np.abs(places).max(), _NOTHING), 3) + 0.0)


def stress(places: Floats, distances: Floats) -> float:
    """How far distances on the map are from the true ones (Kruskal's stress-1): 0 is perfect, whatever the scale."""
    drawn = _between(places)
    scale = float((drawn * distances).sum() / max((drawn * drawn).sum(), _NOTHING))
    return float(np.sqrt(((scale * drawn - distances) ** 2).sum() / max((distances**2).sum(), _NOTHING)))


def _angles(vectors: Floats) -> Floats:
    """The angle between every two rows, in radians."""
    unit = vectors.astype(np.float64) / np.linalg.norm(vectors, axis=1, keepdims=True)
    angles = np.arccos(np.clip(np.round(unit @ unit.T, 6), -1.0, 1.0))
    np.fill_diagonal(angles, 0.0)
    return np.asarray(angles)


def _classical(distances: Floats) -> Floats:
    """The two directions in which the themes lie widest apart."""
    centring = np.eye(len(distances)) - 1.0 / len(distances)
    values, axes = np.linalg.eigh(-0.5 * centring @ (distances**2) @ centring)
    widest = axes[:, ::-1][:, :2]
    # A direction and its opposite are the same to the algebra: the longest entry shall point up.
    signs = np.sign(widest[np.abs(np.round(widest, 9)).argmax(axis=0), [0, 1]])
    return np.asarray(widest * signs * np.sqrt(np.maximum(values[::-1][:2], _NOTHING)))


def _majorised(places: Floats, distances: Floats) -> Floats:
    """The places after so many Guttman transforms, each of which lowers the stress."""
    n = len(distances)
    for _ in range(STEPS):
        drawn = _between(places)
        ratio = np.where(drawn > _NOTHING, distances / np.maximum(drawn, _NOTHING), 0.0)
        pull = -ratio
        np.fill_diagonal(pull, 0.0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        places = pull @ places / n
    return places


def _turned(places: Floats) -> Floats:
    """Turned so that the widest direction lies level: a page is wider than it is high."""
    _, axes = np.linalg.eigh(places.T @ places)
    turned = places @ axes[:, ::-1]
    signs = np.sign(turned[np.abs(np.round(turned, 9)).argmax(axis=0), [0, 1]])
    return np.asarray(turned * np.where(signs == 0, 1.0, signs))


def _between(places: Floats) -> Floats:
    """The distance between every two places."""
    return np.asarray(np.linalg.norm(places[:, None, :] - places[None, :, :], axis=2))
