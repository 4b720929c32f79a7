"""Sections that are tables: themes over time, themes by version."""

from __future__ import annotations

import re

from groundswell.findings import Interval, ThemeTrend
from reports.charts.spark import spark
from reports.digest import Digest
from reports.page.parts import Mark, Section, Table
from reports.page.pictures import theme_trends
from reports.wording.alerts import RAISED
from reports.wording.changes import change_words, is_news
from reports.wording.figures import UNKNOWN, clip, count, is_known, listed, percent, quoted, with_ends

__all__ = ["trends", "versions"]

MOST_VERSIONS, MOST_THEMES, MOST_ROWS, MOST_SEGMENTS = 6, 12, 8, 8


def trends(digest: Digest, name: str, title: str) -> Section | None:
    """Each theme's weeks, its authors now, its tone, its change: those that changed, then the largest, at most 12."""
    if not digest.trends:
        return None
    counted = digest.coverage.counted
    chosen = sorted(digest.trends, key=lambda t: (not is_news(t.change), -t.authors, t.theme_id))[:MOST_THEMES]
    told = sorted(chosen, key=lambda t: (-t.authors, t.theme_id))
    lead = (
        f"Counted are all {counted} that mention a theme, in happy words or not. A change is told where chance would "
        "rarely make it."
    )
    rows = tuple((clip(t.label, 80), _authors(t), _tone(t.net_sentiment)) for t in told)
    rest, marks = len(digest.trends) - len(told), tuple(_change(t) for t in told)
    first = [f"{quoted(t.label, 50)} ({t.authors:,})" for t in told[:3]]
    smaller = count(rest, "smaller one is", "smaller ones are")
    table = Table(
        f"Themes by how many mention them{f'; {smaller} not listed' if rest > 0 else ''}",
        ("Theme", counted.capitalize(), "Tone"),
        rows,
        sparks=tuple(spark(trend.weekly, counted) for trend in told),
        marks=marks if any(marks) else (),
        mark_head="Change",
        fold="The same in figures, with the tone",
    )
    size = count(len(digest.trends), "theme")
    pictures = theme_trends(digest.trends, digest)
    fold = f"Not one of {size} changed clearly; most mentioned {listed(first)}." if _is_same(digest) else ""
    return Section(name, title, lead, tables=(table,), pictures=pictures, size=size, fold=fold)


def _is_same(digest: Digest) -> bool:
    """Whether no theme changed, of those that could be compared, and none is under an alert."""
    compared = [trend.change for trend in digest.trends if trend.change is not None]
    unusual = {alert.theme_id for alert in digest.alerts if alert.state in RAISED}
    return bool(compared) and not any(map(is_news, compared)) and not any(t.theme_id in unusual for t in digest.trends)


def _authors(trend: ThemeTrend) -> str:
    change = trend.change
    return f"{trend.authors:,} ({percent(change.value)} of {change.n:,})" if change else f"{trend.authors:,}"


def _tone(tone: Interval) -> str:
    if not is_known(tone.value):
        return UNKNOWN
    return with_ends(tone, 2)


def _change(trend: ThemeTrend) -> Mark | None:
    """A clear change, red where a theme told in unhappy words grows, green where it shrinks; else None."""
    change = trend.change
    if change is None or not is_news(change):
        return None
    rose, tone = change.value > change.baseline, trend.net_sentiment
    colour = "new"
    if is_known(tone.value) and tone.low * tone.high > 0:
        colour = "bad" if rose == (tone.value < 0) else "good"
    return Mark("▲" if rose else "▼", change_words(change), colour)


def versions(digest: Digest, name: str, title: str) -> Section | None:
    """Authors by theme and version, the latest versions last; None where no trend has any."""
    with_versions = [t for t in sorted(digest.trends, key=lambda t: (-t.authors, t.theme_id)) if t.by_segment][
        :MOST_ROWS
    ]
    if not with_versions:
        return None
    names = sorted({v for t in with_versions for v in t.by_segment}, key=_natural)[-MOST_VERSIONS:]
    top = max(t.by_segment.get(v, 0) for t in with_versions for v in names) or 1
    rows = tuple((clip(t.label, 80), *(f"{t.by_segment.get(v, 0):,}" for v in names)) for t in with_versions)
    dots = tuple(tuple(t.by_segment.get(v, 0) / top for v in names) for t in with_versions)
    caption = f"{digest.coverage.counted.capitalize()} that mention each theme, by version"
    lead = "Counts, not shares: a version that more people use has more of everything."
    table = Table(caption, ("Theme", *(clip(v, 24) for v in names)), rows, dots=dots)
    marked = [s for s in digest.segments if s.significant and s.segment == "version"]
    if marked:
        return Section(name, title, f"{lead} Shares that differ beyond chance follow.", tables=(table,))
    sure = any(effect.significant for effect in digest.releases)
    return Section(name, title, lead, tables=(table,), fold="" if sure else "No version differs beyond chance.")


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """4.10 after 4.9."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part)
