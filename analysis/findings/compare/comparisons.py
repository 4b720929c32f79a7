"""All comparisons of one page, judged together (docs/methods.md, D5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.findings.compare.confounds import Rests
from analysis.findings.compare.releases import ReleaseComparisons, compare_releases
from analysis.findings.compare.segment_scores import compare_scores
from analysis.findings.compare.segments import compare_segments
from analysis.findings.themes.trends import theme_trends
from analysis.scope.scope import Scope
from analysis.statistics.two_groups import FALSE_CHANGES, FALSE_PICKS, pick
from groundswell.findings import Change, ReleaseEffect, Request, SegmentFinding, SegmentScore, ThemeTrend

__all__ = ["PageComparisons", "compare_page"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PageComparisons:
    """What the product page compares: themes and wishes over time, groups of people, and releases."""

    trends: tuple[ThemeTrend, ...]
    requests: tuple[Request, ...]
    segments: tuple[SegmentFinding, ...]
    segment_scores: tuple[SegmentScore, ...]
    releases: tuple[ReleaseEffect, ...]


def compare_page(
    scope: Scope, released: ReleaseComparisons | None = None, requests: Sequence[Request] = ()
) -> PageComparisons:
    """Every comparison of the page. A change is `significant` where Benjamini-Hochberg accepts it at .10 over all of
    them; groups and releases, which are picked out of hundreds, are told where it does so at .05.

    They must hold among their own kind too: a hundred matters of course (deliveries are what the category of
    deliveries is about) would else let others through that are not as sure. The intervals of what is told are so wide
    that 95 % of those told hold the truth (see `pick`), and stay clear of 0.
    """
    trends, released = theme_trends(scope), released or compare_releases(scope)
    segments, scores = compare_segments(scope), compare_scores(scope)
    families = [
        _p_values([trend.change for trend in trends]),
        _p_values([request.change for request in requests]),
        scores.p_values,
        released.p_values,
        *segments.by_field,
    ]
    changed, picked = pick(families, FALSE_CHANGES).holds, pick(families, FALSE_PICKS)
    ends, chance = np.cumsum([len(family) for family in families[:4]]), picked.chance
    of_trends, of_requests = np.split(changed, ends)[:2]
    of_scores, of_releases, of_segments = np.split(picked.holds, ends)[2:]
    rests = Rests(scope)
    return PageComparisons(
        trends=tuple(replace(t, change=_judged(t.change, ok)) for t, ok in zip(trends, of_trends, strict=True)),
        requests=tuple(replace(r, change=_judged(r.change, ok)) for r, ok in zip(requests, of_requests, strict=True)),
        segments=tuple(segments.told(of_segments, chance, rests)),
        segment_scores=tuple(scores.told(of_scores, chance, rests)),
        releases=tuple(released.told(of_releases, chance)),
    )


def _p_values(changes: Sequence[Change | None]) -> Floats:
    """One for each; NaN where nothing is compared."""
    return np.array([np.nan if c is None or c.p_value is None else c.p_value for c in changes], dtype=np.float64)


def _judged(change: Change | None, held: np.bool_) -> Change | None:
    return None if change is None else replace(change, significant=bool(held))
