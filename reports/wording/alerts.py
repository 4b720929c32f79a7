"""Alerts in words: which are news, how a sentence tells one, and how often they are false."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.findings import Alert, AlertWatch, Interval
from reports.digest import Digest
from reports.wording.changes import times
from reports.wording.figures import clip, count, is_known, listed, noun, number, quoted, span
from reports.wording.weeks import in_last_week, since_week

__all__ = [
    "RAISED",
    "alert_news",
    "by_weight",
    "how_set",
    "is_newly",
    "leaders",
    "others_of_event",
    "release_name",
    "usual_words",
]

RAISED = ("open", "updated", "re-opened")  # states in which a theme is over its bound
MOST_NAMED = 2  # further alerts that the first sentence names


def is_newly(alert: Alert, digest: Digest) -> bool:
    """True where the period raised it, or raised it again, and it has not gone quiet since."""
    start = digest.period.start
    return alert.state in RAISED and start is not None and alert.opened > start


def by_weight(alerts: Sequence[Alert]) -> list[Alert]:
    """Newest opened first; of one week the unhappy ones first, then those furthest above what is usual."""
    return sorted(
        alerts,
        key=lambda a: (-a.opened.timestamp(), a.mood != "pain", -(a.authors - _finite(a.usual.value)), a.alert_id),
    )


def _finite(value: float) -> float:
    return value if is_known(value) else 0.0


def leaders(alerts: Sequence[Alert]) -> list[Alert]:
    """One alert for each event, the largest, by weight."""
    chosen: dict[str, Alert] = {}
    for alert in by_weight(alerts):
        held = chosen.get(alert.event)
        if held is None or (alert.alert_id == alert.event and held.alert_id != alert.event):
            chosen[alert.event] = alert
    return by_weight(list(chosen.values()))


def others_of_event(alert: Alert, alerts: Sequence[Alert]) -> list[Alert]:
    """The other alerts of the same event, by weight."""
    return [other for other in by_weight(alerts) if other.event == alert.event and other.alert_id != alert.alert_id]


def usual_words(usual: Interval) -> str:
    """ "19 (11-27)"; small numbers with a decimal."""
    if not is_known(usual.value):
        return "not known"
    ends = span(max(0.0, usual.low), usual.high)
    return f"{number(usual.value, 0 if usual.value >= 10 else 1).removesuffix('.0')} ({ends})"


def alert_news(digest: Digest, effect: dict[str, str]) -> list[str]:
    """The sentence on the newest alert that still stands, with others of that week in it; none where nothing is.

    `effect` holds by theme what a raised theme goes with, "goes with 4.1 fewer NPS points (2.6-5.6)".
    """
    standing = [alert for alert in leaders(digest.alerts) if alert.state in RAISED]
    new = [alert for alert in standing if is_newly(alert, digest)]
    told = new or standing
    if not told:
        return []
    first, rest = told[0], [a for a in told[1:] if a.opened == told[0].opened]
    parts = [_sentence(first, digest, bool(new))]
    if effect.get(first.theme_id):
        parts.append(f", and {effect[first.theme_id]}")
    if rest:
        parts.append(f"; also unusual: {_named(rest)}")
    return [f"{''.join(parts)}."]


def _sentence(alert: Alert, digest: Digest, new: bool) -> str:
    counted = digest.coverage.counted
    who = f"{alert.authors:,} of {alert.of:,} {noun(counted, alert.of)}"
    when, since = in_last_week(digest), since_week(alert.since, digest)
    label, tail = quoted(alert.label), f", {since}" if since else ""
    if alert.kind == "new":
        return f"{label} is new: {who} raised it {when}, hardly anybody before{tail}"
    usual = usual_words(alert.usual)
    if alert.kind == "release":
        worse = f"{label} {'got worse' if new else 'is still worse'} since {release_name(alert)}"
        beside = f", where {usual} would be usual" if is_known(alert.usual.value) else ""
        return f"{worse}: {alert.authors:,} of the {alert.of:,} {noun(counted, alert.of)} on it complain{beside}"
    if alert.kind == "drift":
        beside = f", usually {usual}" if is_known(alert.usual.value) else ""
        return f"{label} {'keeps growing' if new else 'is still growing'}: {who} raised it {when}{beside}{tail}"
    beside = f", {_times(alert)} the usual {usual}" if is_known(alert.usual.value) else ", more than usual"
    if not new:
        return f"{label} is still unusual: {who} raised it {when}{beside}{tail}"
    again = "is back: raised" if alert.state == "re-opened" else "was raised"
    return f"{label} {again} by {who} {when}{beside}{tail}"


def release_name(alert: Alert) -> str:
    """ "version 4.2.0"; "the last release" where it has no name."""
    return clip(alert.release, 60) if alert.release else "the last release"


def _times(alert: Alert) -> str:
    return times(alert.ratio) if alert.ratio is not None and is_known(alert.ratio) else "above"


def _named(alerts: Sequence[Alert]) -> str:
    named = [
        f"{quoted(a.label, 50)} ({a.authors:,}, {'new' if a.kind == 'new' else f'usually {_mean(a.usual)}'})"
        for a in alerts[:MOST_NAMED]
    ]
    rest = len(alerts) - len(named)
    return listed([*named, f"{rest} more"] if rest else named)


def _mean(usual: Interval) -> str:
    return usual_words(usual).partition(" (")[0]


def how_set(watch: AlertWatch) -> str:
    """How alerts are set, and how often that was false on copies of this feedback with shuffled dates."""
    target = number(watch.target_per_year, 0 if float(watch.target_per_year).is_integer() else 1)
    text = (
        f"{count(watch.themes, 'theme')} watched against the {count(watch.weeks, 'week')} before, so that about "
        f"{target} false alerts a year are expected, all themes together"
    )
    found = watch.realised_per_year
    if found is None or not is_known(found.value):
        return f"{text}."
    return (
        f"{text}; on {count(watch.copies, 'copy', 'copies')} of this feedback with shuffled dates there were "
        f"{number(found.value, 1)} ({span(found.low, found.high, 1)})."
    )
