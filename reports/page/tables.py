"""Sections that are tables: themes over time, themes by version, groups that differ."""

from __future__ import annotations

import re

from groundswell.findings import Interval, SegmentFinding, ThemeTrend
from reports.charts.spark import spark
from reports.digest import Digest
from reports.page.effects import points_of_share
from reports.page.parts import Mark, Section, Table, sentence
from reports.page.scores import segment_score_notes, segment_scores
from reports.wording.changes import change_words, is_news
from reports.wording.figures import UNKNOWN, clip, count, is_known, percent, shown, signed, span

__all__ = ["segments", "trends", "versions"]

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
    table = Table(
        f"Themes by how many mention them{f'; {rest:,} smaller ones are not listed' if rest else ''}",
        ("Theme", counted.capitalize(), "Tone"),
        rows,
        sparks=tuple(spark(trend.weekly, counted) for trend in told),
        marks=marks if any(marks) else (),
        mark_head="Change",
    )
    return Section(name, title, lead, tables=(table,), size=count(len(digest.trends), "theme"))


def _authors(trend: ThemeTrend) -> str:
    change = trend.change
    return f"{trend.authors:,} ({percent(change.value)} of {change.n:,})" if change else f"{trend.authors:,}"


def _tone(tone: Interval) -> str:
    if not is_known(tone.value):
        return UNKNOWN
    return f"{signed(tone.value, 2)} ({span(tone.low, tone.high, 2, sign=True)})"


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
    return Section(
        name, title, f"{lead} Shares that differ beyond chance follow." if digest.segments else lead, tables=(table,)
    )


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """4.10 after 4.9."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part)


def segments(digest: Digest, name: str, title: str) -> Section | None:
    """Themes that one group raises more, or less, than the rest, and groups that score otherwise, beyond chance."""
    marked = [s for s in digest.segments if s.significant]
    scored = segment_scores(digest)
    if not digest.segments and not digest.segment_scores:
        return None
    # Where only those that hold are listed, how many were made is not known here.
    listed = [*marked, *(s for s in digest.segment_scores if s.significant)]
    made = len(digest.segments) + len(digest.segment_scores)
    if not listed:
        return Section(
            name, title, f"{count(made, 'comparison')} made; no difference is larger than chance would leave."
        )
    of = "Of all comparisons" if made == len(listed) else f"Of {count(made, 'comparison')}"
    lead = f"{of} made, these are beyond chance after correction for having looked so often."
    # The analysis puts the surest first, and last what is expected: that a category raises its own themes.
    notes = [sentence(f"{_group(s)}, {clip(s.label, 60)}: {note}") for s in marked[:MOST_SEGMENTS] for note in s.notes]
    notes.extend(segment_score_notes(digest))
    tables = (_segment_table(marked), *scored) if marked else scored
    size = count(len(listed), "difference")
    return Section(name, title, lead, tables=tables, after=tuple(notes), size=size)


def _group(found: SegmentFinding) -> str:
    return f"{shown(found.segment).replace('_', ' ')} {clip(found.value, 40)}"


def _segment_table(ordered: list[SegmentFinding]) -> Table:
    rows = tuple(
        (
            _group(s),
            clip(s.label, 80),
            f"{percent(s.share)} ({s.authors:,} of {s.of:,})",
            percent(s.share_elsewhere),
            points_of_share(s.difference),
        )
        for s in ordered[:MOST_SEGMENTS]
    )
    rest = len(ordered) - len(rows)
    caption = f"Themes that one group raises more{f'; {rest:,} more are not listed' if rest else ''}"
    return Table(caption, ("Group", "Theme", "In the group", "Elsewhere", "Difference"), rows, texts=(1,))
