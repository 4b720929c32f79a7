"""What operations read first: volume out of the ordinary, an alert, a group that grew, where customers wait longest."""

from __future__ import annotations

from datetime import timedelta

from groundswell.findings import Interval, ServiceLevel
from reports.digest import Digest
from reports.page.volumes import unusual_volumes
from reports.wording.alerts import alert_news
from reports.wording.changes import is_news
from reports.wording.figures import count, duration, duration_interval, is_known, number, percent, quoted, zone
from reports.wording.scores import goes_with, score_news
from reports.wording.weeks import label_of

__all__ = ["operations_news", "volume_change"]

MOST_VOLUMES = 1
# Figures of all contacts, the one that customers feel first; whether it is a time.
CHANGES = (
    ("first_reply_minutes", "Median first reply", True),
    ("resolution_minutes", "Median resolution", True),
    ("reopened", "Reopened", False),
    ("first_contact", "Solved in one contact", False),
)


def operations_news(digest: Digest) -> list[str]:
    """The sentences, the news first."""
    unusual = unusual_volumes(digest)[:MOST_VOLUMES]
    sentences = [*unusual, *_times_changed(digest), *([] if unusual else [_volume(digest)])]
    sentences.extend(alert_news(digest, {f.theme_id: goes_with(f) for f in digest.pain_points}))
    moved = [s for s in digest.service_levels if is_news(s.change)]
    if moved:
        top = max(moved, key=lambda s: (s.n, s.group))
        sentences.append(_share_of_contacts(top))
    sentences.extend(_slowest(digest.service_levels))
    sentences.extend(score_news(digest.scores, digest.period.before))
    return sentences


def _times_changed(digest: Digest) -> list[str]:
    """One sentence on the time or share of all contacts that surely changed; the first of them in this order."""
    for level in sorted((s for s in digest.service_levels if s.group_by == "all"), key=lambda s: (-s.n, s.source)):
        for field, name, is_time in CHANGES:
            now, change = getattr(level, field), level.against_before.get(field)
            if now is None or change is None or not _is_clear(change):
                continue
            value = duration(now.value) if is_time else percent(now.value)
            how = "more" if change.value > 0 else "less"
            return [f"{name}: {value}, {_size(change, is_time)} {how} than in {digest.period.before}."]
    return []


def _size(change: Interval, is_time: bool) -> str:
    """How much a time or a share changed, without its sign: "40 min (12 min to 1 h 11 min)", "9 points (1 to 18)"."""
    low, high = sorted((abs(change.low), abs(change.high)))
    if is_time:
        return f"{duration(abs(change.value))} ({duration(low)} to {duration(high)})"
    return f"{number(100 * abs(change.value))} points ({number(100 * low)} to {number(100 * high)})"


def _is_clear(change: Interval) -> bool:
    """Whether the interval of a change is known and leaves out 0."""
    return all(map(is_known, (change.value, change.low, change.high))) and change.low * change.high > 0


def _share_of_contacts(level: ServiceLevel) -> str:
    change = level.change
    assert change is not None  # the caller chose a level with news
    direction = "up" if change.value > change.baseline else "down"
    was = f"{direction} from {percent(change.baseline)} in {change.baseline_label}"
    return f"{quoted(level.group)} made up {percent(change.value)} of contacts, {was}."


def volume_change(digest: Digest) -> tuple[int, int] | None:
    """Feedback in the period and in as many weeks before, or None where the weeks do not say."""
    start, end = digest.period.start, digest.period.end
    if start is None or end is None or digest.period.length not in ("week", "4 weeks"):
        return None
    first = start.astimezone(zone(digest.period))
    weeks = 1 if digest.period.length == "week" else 4
    # Noon of the third day: no change of the clocks moves it into another week.
    middays = [first + timedelta(days=7 * k + 3) for k in range(-weeks, weeks)]
    labels = [label_of(day) for day in middays]
    by_source = [{point.week: point.n for point in points} for points in digest.volumes.values()]
    # A source that began in between would make the sum jump: all of them, or no comparison.
    if not by_source or not all(set(labels) <= set(by_week) for by_week in by_source):
        return None
    now, before = (sum(by_week[w] for by_week in by_source for w in part) for part in (labels[weeks:], labels[:weeks]))
    return now, before


def _volume(digest: Digest) -> str:
    both = volume_change(digest)
    if both is None or both[1] == 0:
        return f"{count(digest.coverage.feedback, 'piece', 'pieces')} of feedback came in."
    now, before = both
    share = now / before - 1
    size = f"{percent(abs(share))} {'more' if share > 0 else 'fewer'} than" if round(share, 3) else "as many as"
    return f"{now:,} pieces of feedback came in, {size} in {digest.period.before} ({before:,})."


def _slowest(levels: tuple[ServiceLevel, ...]) -> list[str]:
    """The slowest group by median first reply, beside the whole."""
    timed = [(s, s.first_reply_minutes) for s in levels if _is_time(s.first_reply_minutes)]
    groups = [(s, t) for s, t in timed if s.group_by != "all" and t is not None]
    if not groups:
        return []
    slow, reply = max(groups, key=lambda pair: (pair[1].value, pair[0].group))
    whole = [t for s, t in timed if s.group_by == "all" and s.source == slow.source and t is not None]
    beside = f"; over all contacts it is {duration(whole[0].value)}" if whole else ""
    return [f"First replies are slowest in {quoted(slow.group)}: median {duration_interval(reply)}{beside}."]


def _is_time(interval: Interval | None) -> bool:
    return interval is not None and is_known(interval.value)
