"""Tables on themes: what hurts and what is praised, their weeks, groups, versions, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from groundswell.findings import Change, Finding, WeekCount
from reports.digest import Digest
from reports.formats.tidy.parts import Datum, Keys, Record, Sheet, datum, ranged, text

__all__ = ["THEME", "changed", "theme_sheets", "week_sheet"]

THEME = (("id", "Theme id"), ("label", "Theme"))


def theme_sheets(digest: Digest) -> Iterator[Sheet]:
    """The sheets that this digest fills, in the order of digest.json."""
    ranked = "Themes by rank, with how many raise them, their tone, and their change against the period before."
    yield Sheet("pain_points", "Pain points", ranked, THEME, tuple(map(_finding, digest.pain_points)))
    yield Sheet("praise", "Praise", ranked, THEME, tuple(map(_finding, digest.praise)))
    yield _impact(digest)
    yield _parts(digest)
    yield _segments(digest)
    yield _new_themes(digest)
    yield _trends(digest)
    yield _versions(digest)
    yield _gone(digest)
    yield _theme_changes(digest)
    yield _map(digest)


def _finding(finding: Finding) -> Record:
    signals = [datum(f"signal: {name}", n, "count") for name, n in sorted(finding.signals.items())]
    parts = [
        datum(f"rank part: {name.replace('_', ' ')}", value, "ratio")
        for name, value in sorted(finding.rank_parts.items())
    ]
    data = (
        *datum("rank", finding.rank, "count"),
        *datum("authors", finding.authors, "count"),
        *datum("mentions", finding.mentions, "count"),
        *ranged("share of authors", finding.share, "share"),
        *ranged("tone", finding.net_sentiment, "tone"),
        *changed(finding.change),
        *text("urgent or important", finding.quadrant),
        *text("journey stage", finding.journey_stage),
        *text("owner", finding.owner),
        *text("action", finding.action),
        *text("alert id", finding.alert_id),
        *text("new theme", "yes" if finding.is_new else ""),
        *text("part of", finding.parent),
        *text("words", finding.keywords),
        *datum("stability", finding.stability, "share"),
        *chain(*signals, *parts),
    )
    return Record(Keys(finding.theme_id, finding.label), data)


def changed(change: Change | None) -> tuple[Datum, ...]:
    """The share before and now, their ratio, and whether chance explains it."""
    if change is None:
        return ()
    return (
        *datum("share before", change.baseline, "share", change.baseline_n),
        *datum("share now", change.value, "share", change.n),
        *datum("ratio to before", change.ratio, "ratio"),
        *datum("p of the change", change.p_value, "p"),
        *text("change beyond chance", "yes" if change.significant else "no"),
        *text("compared with", change.baseline_label),
    )


def _impact(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(finding.theme_id, finding.label, effect.source, effect.metric, mood),
            (
                Datum("goes with", effect.value, "points", effect.low, effect.high, effect.n),
                *datum("answers that mention it", effect.mentions, "count"),
                *datum("mean score with it", effect.mean_with, "score"),
                *datum("mean score without it", effect.mean_without, "score"),
            ),
        )
        for mood, found in (("pain point", digest.pain_points), ("praise", digest.praise))
        for finding in found
        for effect in finding.impact
    )
    about = "How much a theme goes with a higher or lower score: an association; never add two of them."
    heads = (*THEME, ("group", "Kind"), ("source", "Source"), ("metric", "Metric"))
    return Sheet("impact", "Impact", about, heads, records)


def _parts(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(part.theme_id, part.label, group=finding.label),
            (*datum("authors", part.authors, "count"), *datum("mentions", part.mentions, "count")),
        )
        for finding in (*digest.pain_points, *digest.praise)
        for part in finding.sub_themes
    )
    heads = (("group", "Theme"), ("id", "Sub-theme id"), ("label", "Sub-theme"))
    return Sheet("sub_themes", "Sub-themes", "What the themes consist of.", heads, records)


def _segments(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(found.theme_id, found.label, group=f"{found.segment}: {found.value}"),
            (
                *datum("authors", found.authors, "count", found.of),
                *datum("share in the group", found.share, "share", found.of),
                *datum("share elsewhere", found.share_elsewhere, "share"),
                *ranged("difference", found.difference, "points of share"),
                *datum("p", found.p_value, "p"),
                *text("beyond chance", "yes" if found.significant else "no"),
                *text("notes", found.notes),
            ),
        )
        for found in digest.segments
    )
    heads = (("group", "Group"), *THEME)
    return Sheet("segments", "Groups and themes", "Themes that one group raises more, or less.", heads, records)


def _new_themes(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(theme.theme_id, theme.label),
            (
                *datum("authors", theme.authors, "count"),
                *datum("mentions", theme.mentions, "count"),
                *ranged("tone", theme.net_sentiment, "tone"),
                *text("found in the period that ended", theme.opened),
            ),
        )
        for theme in digest.new_themes
    )
    return Sheet("new_themes", "New themes", "Themes that nobody has decided on yet.", THEME, records)


def _trends(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(trend.theme_id, trend.label),
            (
                *datum("authors", trend.authors, "count"),
                *ranged("tone", trend.net_sentiment, "tone"),
                *changed(trend.change),
                *ranged("usual in the last week", trend.usual, "ratio"),
                *text("journey stage", trend.journey_stage),
                *text("new theme", "yes" if trend.is_new else ""),
            ),
        )
        for trend in digest.trends
    )
    return Sheet("trends", "Themes over time", "All who mention a theme, in happy words or not.", THEME, records)


def _versions(digest: Digest) -> Sheet:
    records = tuple(
        Record(Keys(trend.theme_id, trend.label, group=version), datum("authors", n, "count"))
        for trend in digest.trends
        for version, n in sorted(trend.by_segment.items())
    )
    heads = (*THEME, ("group", "Version"))
    return Sheet("versions", "Themes by version", "Counts, not shares: large groups have more.", heads, records)


def _gone(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(theme.theme_id, theme.label),
            (
                *datum("authors", theme.authors, "count", theme.of),
                *ranged("usual", theme.usual, "ratio"),
                *datum("weeks together", theme.weeks, "count"),
                *datum("p", theme.p_value, "p"),
                *text("mood", theme.mood),
                *text("last raised in", theme.last_week),
                *text("gone only now", "yes" if theme.is_new else "no"),
                *text("journey stage", theme.journey_stage),
                *text("owner", theme.owner),
            ),
        )
        for theme in digest.gone_themes
    )
    about = "Themes that hardly anybody raises any more, beside what was usual."
    return Sheet("gone_themes", "What went away", about, THEME, records)


def _theme_changes(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(event.theme_id or "", event.label, group=event.kind),
            (
                *text("when", event.at),
                *text("detail", event.detail),
                *text("by", event.actor),
                *datum("event", event.event, "count"),
            ),
        )
        for event in digest.theme_changes
    )
    heads = (("group", "What"), *THEME)
    return Sheet("theme_changes", "Decided on themes", "What became of the themes.", heads, records)


def _map(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(place.theme_id, place.label),
            (
                *datum("x", place.x, "ratio"),
                *datum("y", place.y, "ratio"),
                *datum("authors", place.authors, "count"),
                *datum("tone", place.net_sentiment, "tone"),
            ),
        )
        for place in digest.theme_map
    )
    about = "Where each theme lies on the map: near to others that are told in like words."
    return Sheet("theme_map", "Theme map", about, THEME, records)


def _weeks_of(digest: Digest) -> Iterator[tuple[str, str, str, Iterable[WeekCount]]]:
    """Every series of weeks: its section, the id and label of its theme, the weeks."""
    yield from (("pain_points", f.theme_id, f.label, f.weekly) for f in digest.pain_points)
    yield from (("praise", f.theme_id, f.label, f.weekly) for f in digest.praise)
    yield from (("alerts", a.alert_id, a.label, a.weekly) for a in digest.alerts)
    yield from (("new_themes", t.theme_id, t.label, t.weekly) for t in digest.new_themes)
    yield from (("actions", a.action_id, a.label, a.weekly) for a in digest.actions)
    yield from (("gone_themes", t.theme_id, t.label, t.weekly) for t in digest.gone_themes)
    yield from (("trends", t.theme_id, t.label, t.weekly) for t in digest.trends)


def week_sheet(digest: Digest) -> Sheet:
    """A record for each week of each theme that any section tells."""
    records = tuple(
        Record(
            Keys(number, label, group=section, week=week.week),
            (*datum("authors", week.authors, "count"), *datum("of", week.of, "count")),
        )
        for section, number, label, weeks in _weeks_of(digest)
        for week in weeks
    )
    heads = (("group", "Section"), ("id", "Id"), ("label", "Theme"), ("week", "Week"))
    return Sheet("weekly", "Weeks", "Authors by week, and how many wrote anything in it.", heads, records)
