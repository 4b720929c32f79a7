"""Sections that are tables: themes over time, themes by version, segments that differ, service levels."""

from __future__ import annotations

import re
from collections.abc import Callable

from groundswell.findings import Interval, ScoreSummary, ServiceLevel, ThemeTrend
from reports.changes import change_words, is_news
from reports.digest import Digest
from reports.figures import (
    UNKNOWN,
    clip,
    count,
    duration_interval,
    is_known,
    metric_name,
    percent,
    percent_interval,
    score_decimals,
    score_text,
    shown,
    signed,
    span,
)
from reports.page import Section, Table
from reports.spark import spark

__all__ = ["segments", "service_levels", "trends", "versions"]

MOST_VERSIONS, MOST_THEMES = 8, 20


def trends(digest: Digest, name: str, title: str) -> Section | None:
    """Each theme's weeks, its authors now, its tone, its change."""
    shown_trends = sorted(digest.trends, key=lambda t: (-t.authors, t.theme_id))[:MOST_THEMES]
    if not shown_trends:
        return None
    counted = digest.coverage.counted
    sparks = tuple(spark(trend.weekly, counted) for trend in shown_trends)
    lead = f"Counted are all {counted} that mention a theme, in happy words or not."
    rows = tuple((clip(t.label, 80), f"{t.authors:,}", _tone(t.net_sentiment), _change(t)) for t in shown_trends)
    head = ("Theme", counted.capitalize(), "Tone", "Change")
    rest = f"; the first {MOST_THEMES} of {len(digest.trends)}" if len(digest.trends) > MOST_THEMES else ""
    table = Table(f"Themes by how many mention them{rest}", head, rows, sparks=sparks, texts=(3,))
    return Section(name, title, lead, tables=(table,), size=count(len(rows), "theme"))


def _tone(tone: Interval) -> str:
    return signed(tone.value, 2) if is_known(tone.value) else UNKNOWN


def _change(trend: ThemeTrend) -> str:
    change = trend.change
    if change is None:
        return "no period to compare with"
    if not is_news(change):
        return "= no clear change"
    return f"{'▲' if change.value > change.baseline else '▼'} {change_words(change)}"


def versions(digest: Digest, name: str, title: str) -> Section | None:
    """Authors by theme and version, the latest versions last; None where no trend has any."""
    with_versions = [t for t in sorted(digest.trends, key=lambda t: (-t.authors, t.theme_id)) if t.by_segment][
        :MOST_THEMES
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
    return Section(
        name, title, f"{lead} Shares that differ beyond chance follow." if digest.segments else lead, tables=(table,)
    )


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """4.10 after 4.9."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part)


def segments(digest: Digest, name: str, title: str) -> Section | None:
    """Themes that one group raises more, or less, than the rest, beyond chance."""
    marked = [s for s in digest.segments if s.significant]
    if not digest.segments:
        return None
    if not marked:
        tested = count(len(digest.segments), "comparison")
        return Section(name, title, f"{tested} made; no difference is larger than chance would leave.")
    ordered = sorted(marked, key=lambda s: (-abs(s.difference.value), s.theme_id, s.segment, s.value))
    rows = tuple(
        (
            f"{shown(s.segment)} {clip(s.value, 40)}",
            clip(s.label, 80),
            f"{s.authors:,} of {s.of:,}, {percent(s.share)}",
            percent(s.share_elsewhere),
            _points(s.difference),
        )
        for s in ordered
    )
    # Where only those that hold are listed, how many were made is not known here.
    made = "Of all comparisons" if len(marked) == len(digest.segments) else count(len(digest.segments), "comparison")
    lead = f"{made} made; these are beyond chance after correction for having looked so often."
    head = ("Group", "Theme", "In the group", "Elsewhere", "Difference")
    return Section(
        name,
        title,
        lead,
        tables=(Table("Groups that differ", head, rows, texts=(1,)),),
        size=count(len(rows), "difference"),
    )


def _points(difference: Interval) -> str:
    ends = span(difference.low * 100, difference.high * 100, sign=True)
    return f"{signed(difference.value * 100)} points ({ends})"


Column = tuple[str, Callable[[ServiceLevel], str | None]]


def service_levels(digest: Digest, name: str, title: str) -> Section | None:
    """One table for each source and grouping; a column that nobody has is left out."""
    if not digest.service_levels:
        return None
    groups: dict[tuple[str, bool, str], list[ServiceLevel]] = {}
    for level in digest.service_levels:
        groups.setdefault((level.source, level.group_by != "all", level.group_by), []).append(level)
    tables = tuple(_level_table(source, by, levels) for (source, _, by), levels in sorted(groups.items()))
    return Section(name, title, "Times are medians; brackets hold 95 % intervals.", tables=tables)


def _level_table(source: str, by: str, levels: list[ServiceLevel]) -> Table:
    ordered = sorted(levels, key=lambda s: (-s.n, s.group))
    columns: list[Column] = [
        ("Contacts", lambda s: f"{s.n:,}" if s.group_by == "all" else f"{s.n:,} ({percent(s.share)})"),
        ("First reply", lambda s: _known(s.first_reply_minutes, duration_interval)),
        ("Resolution", lambda s: _known(s.resolution_minutes, duration_interval)),
        ("Handling", lambda s: _known(s.handled_minutes, duration_interval)),
        ("Reopened", lambda s: _known(s.reopened, percent_interval)),
        ("Score", lambda s: _score(s.score)),
        ("Share of contacts", _level_change),
    ]
    kept = [(head, write) for head, write in columns if any(write(s) is not None for s in ordered)]
    rows = tuple(
        (clip(s.group, 60) if by != "all" else "All contacts", *(write(s) or UNKNOWN for _, write in kept))
        for s in ordered
    )
    caption = shown(source) if by == "all" else f"{shown(source)}, by {shown(by)}"
    return Table(caption, ("Group" if by == "all" else shown(by).capitalize(), *(head for head, _ in kept)), rows)


def _known(interval: Interval | None, write: Callable[[Interval | None], str]) -> str | None:
    return write(interval) if interval is not None and is_known(interval.value) else None


def _score(score: ScoreSummary | None) -> str | None:
    if score is None or not is_known(score.value):
        return None
    text = f"{metric_name(score.metric)} {score_text(score).removesuffix(' satisfied')}"
    if score.low is None or score.high is None:
        return text
    return f"{text} ({span(score.low, score.high, score_decimals(score.metric))})"


def _level_change(level: ServiceLevel) -> str | None:
    change = level.change
    if change is None:
        return None
    if not is_news(change):
        return "= no clear change"
    return f"{'▲' if change.value > change.baseline else '▼'} {percent(change.baseline)} to {percent(change.value)}"
