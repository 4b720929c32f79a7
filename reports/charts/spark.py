"""A theme's weeks in a line the height of the text: points for an inline SVG, bars for plain text, words for both."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.findings import WeekCount
from reports.wording.figures import count, noun, percent

__all__ = ["HEIGHT", "WIDTH", "Spark", "spark", "spark_counts"]

WIDTH, HEIGHT, MARGIN = 144, 36, 3
BARS = "▁▂▃▄▅▆▇█"
MOST_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Spark:
    """`lines` are the runs of weeks without a gap, as SVG `points`; `bars` the same as characters, "·" for a gap."""

    lines: tuple[str, ...]
    areas: tuple[str, ...]  # the same runs closed down to 0
    dots: tuple[tuple[float, float], ...]  # weeks that stand alone between gaps
    last: tuple[float, float] | None
    bars: str
    label: str
    caption: str


def spark(weekly: tuple[WeekCount, ...], counted: str) -> Spark | None:
    """The last 26 weeks as shares of that week's authors; None with fewer than two known weeks."""
    weeks = tuple(sorted(weekly, key=lambda w: w.week))[-MOST_WEEKS:]
    shares = [w.authors / w.of if w.of > 0 else None for w in weeks]
    known = [s for s in shares if s is not None]
    if len(known) < 2:
        return None
    return _drawn(shares, _words(weeks, counted), f"{count(len(weeks), 'week')}, peak {percent(max(known))}")


def spark_counts(weekly: tuple[tuple[str, int], ...], what: str) -> Spark | None:
    """The last 26 weeks as counts, each week with its label; None with fewer than two weeks."""
    weeks = tuple(sorted(weekly))[-MOST_WEEKS:]
    if len(weeks) < 2:
        return None
    (first, at_first), (last, at_last) = weeks[0], weeks[-1]
    values: list[float | None] = [float(n) for _, n in weeks]
    most = max(n for _, n in weeks)
    label = f"By week from {first}: {at_first:,} {what}, {last}: {at_last:,} {what}"
    return _drawn(values, label, f"{count(len(weeks), 'week')}, peak {most:,}")


def _drawn(values: list[float | None], label: str, caption: str) -> Spark:
    """The line of two values or more, None for a gap, on a scale from 0 to the largest."""
    top = max(value for value in values if value is not None) or 1.0
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    points = [
        None
        if s is None
        else (round(MARGIN + step * i, 1), round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * s / top, 1))
        for i, s in enumerate(values)
    ]
    runs = _runs(points)
    return Spark(
        lines=tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        areas=tuple(_closed(run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        last=points[-1],
        bars="".join("·" if s is None else BARS[min(7, int(8 * s / top))] for s in values),
        label=label,
        caption=caption,
    )


def _runs(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _closed(run: list[tuple[float, float]]) -> str:
    foot = HEIGHT - MARGIN
    inside = " ".join(f"{x},{y}" for x, y in run)
    return f"{run[0][0]},{foot} {inside} {run[-1][0]},{foot}"


def _words(weeks: tuple[WeekCount, ...], counted: str) -> str:
    first, last = weeks[0], weeks[-1]
    ends = ", ".join(
        f"{w.week}: {w.authors:,} of {w.of:,} {noun(counted, w.of)}" if w.of else f"{w.week}: nothing came in"
        for w in (first, last)
    )
    return f"Share by week from {ends}"
