"""Tables on contacts and on unusual weeks: levels, volumes, who waits, alerts, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from groundswell.findings import Alert, ServiceLevel
from reports.digest import Digest
from reports.formats.tidy.parts import Datum, Keys, Record, Sheet, datum, ranged, text
from reports.formats.tidy.scores import score_data
from reports.formats.tidy.themes import THEME, changed

__all__ = ["service_sheets"]

# Figures of a level that are told beside the period before: their name and the unit of the difference.
BEFORE = {
    "first_reply_minutes": ("first reply", "minutes"),
    "resolution_minutes": ("resolution", "minutes"),
    "handled_minutes": ("handling", "minutes"),
    "reopened": ("reopened", "points of share"),
    "first_contact": ("solved in one contact", "points of share"),
    "compensation": ("paid for each contact", "money"),
}


def service_sheets(digest: Digest) -> Iterator[Sheet]:
    """The sheets that this digest fills, in the order of digest.json."""
    alerts = tuple(map(_alert, digest.alerts))
    about = "Themes that more people raise than is usual, with the range that 95 % of usual weeks lie in."
    yield Sheet("alerts", "Alerts", about, (("id", "Alert id"), ("label", "Theme"), ("group", "Kind")), alerts)
    yield _alert_sources(digest)
    yield _watch(digest)
    levels = tuple(map(_level, digest.service_levels))
    heads = (("source", "Source"), ("group", "Group"))
    about = "Times are medians in minutes; shares are of contacts."
    yield Sheet("service_levels", "Times and scores", about, heads, levels)
    yield _actions(digest)
    yield _volumes(digest)
    yield _drivers(digest)
    yield _backlog(digest)
    yield _ratios(digest)


def _alert(alert: Alert) -> Record:
    data = (
        *text("state", alert.state),
        *text("raised at the end of", alert.opened),
        *text("since week", alert.since),
        *text("last week above it", alert.last_week),
        *datum("weeks above it", alert.weeks, "count"),
        *datum("authors", alert.authors, "count", alert.of),
        *ranged("usual authors", alert.usual, "ratio"),
        *datum("ratio to usual", alert.ratio, "ratio"),
        *datum("p", alert.p_value, "p"),
        *text("mood", alert.mood),
        *text("owner", alert.owner),
        *text("release", alert.release),
        *text("version", alert.version),
        *text("gone", alert.gone),
        *text("theme id", alert.theme_id),
        *text("event", alert.event),
    )
    return Record(Keys(alert.alert_id, alert.label, group=alert.kind), data)


def _alert_sources(digest: Digest) -> Sheet:
    records = tuple(
        Record(Keys(alert.alert_id, alert.label, source), datum("authors", n, "count"))
        for alert in digest.alerts
        for source, n in sorted(alert.by_source.items())
    )
    heads = (("id", "Alert id"), ("label", "Theme"), ("source", "Source"))
    return Sheet("alert_sources", "Alerts by source", "Authors of the last week, by source.", heads, records)


def _watch(digest: Digest) -> Sheet:
    watch = digest.watch
    data: tuple[Datum, ...] = ()
    if watch is not None:
        data = (
            *datum("themes watched", watch.themes, "count"),
            *datum("weeks of baseline", watch.weeks, "count"),
            *datum("false alarms a year, aimed at", watch.target_per_year, "ratio"),
            *ranged("false alarms a year, on shuffled dates", watch.realised_per_year, "ratio"),
            *datum("copies with shuffled dates", watch.copies, "count"),
            *text("why nothing is watched", watch.reason),
            *text("notes", watch.notes),
        )
    records = (Record(Keys(label="all themes"), data),) if data else ()
    about = "What was watched, and how often that raises a false alarm."
    return Sheet("watch", "Watched", about, (("label", "What"),), records)


def _level(level: ServiceLevel) -> Record:
    before = []
    for field, interval in sorted(level.against_before.items()):
        name, unit = BEFORE.get(field, (field.replace("_", " "), "ratio"))
        before.append(ranged(f"{name}: change", interval, unit))
    data = (
        *datum("contacts", level.n, "count"),
        *datum("share of contacts", level.share, "share"),
        *ranged("first reply", level.first_reply_minutes, "minutes"),
        *ranged("resolution", level.resolution_minutes, "minutes"),
        *ranged("handling", level.handled_minutes, "minutes"),
        *ranged("reopened", level.reopened, "share"),
        *ranged("solved in one contact", level.first_contact, "share"),
        *(() if level.score is None else (*text("metric", level.score.metric), *score_data(level.score))),
        *ranged("paid for each contact", level.compensation, "money"),
        *datum("paid in total", level.compensation_total, "money"),
        *text("currency", level.currency),
        *changed(level.change),
        *chain(*before),
        *text("drawn towards the whole", "yes" if level.shrunken else ""),
    )
    group = level.group_by if level.group_by == "all" else f"{level.group_by}: {level.group}"
    return Record(Keys(source=level.source, group=group), data)


def _actions(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(action.action_id, action.label),
            (
                *text("theme id", action.theme_id),
                *text("what", action.what),
                *text("owner", action.owner),
                *text("since", action.since),
                *text("done", action.done),
                *text("verdict", action.verdict),
                *ranged("authors a week before", action.before, "ratio"),
                *datum("weeks before", action.weeks_before, "count"),
                *ranged("authors a week since", action.after, "ratio"),
                *datum("weeks since", action.weeks_since, "count"),
                *ranged("since to before", action.ratio, "ratio"),
                *text("notes", action.notes),
            ),
        )
        for action in digest.actions
    )
    heads = (("id", "Action id"), ("label", "Theme"))
    return Sheet("actions", "Actions", "What was decided, and what came of it.", heads, records)


def _volumes(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(source=source, week=point.week),
            (*datum("came in", point.n, "count"), *ranged("usual", point.usual, "ratio")),
        )
        for source, points in digest.volumes.items()
        for point in points
    )
    heads = (("source", "Source"), ("week", "Week"))
    return Sheet("volumes", "Volumes", "How much came in, beside what is usual.", heads, records)


def _drivers(digest: Digest) -> Sheet:
    records = []
    for driver in digest.service_drivers:
        time = driver.measure == "resolution"
        data = (
            *datum("contacts", driver.n, "count"),
            *datum("with it", driver.value, "minutes" if time else "share"),
            *datum("without it", driver.elsewhere, "minutes" if time else "share"),
            *ranged("difference", driver.difference, "minutes" if time else "points of share"),
            *datum("p", driver.p_value, "p"),
            *text("beyond chance", "yes" if driver.significant else "no"),
        )
        records.append(Record(Keys(driver.theme_id, driver.label, driver.source, group=driver.measure), data))
    heads = (("group", "Measure"), ("source", "Source"), *THEME)
    about = "Themes whose contacts take longer (minutes) or come back more often (shares)."
    return Sheet("service_drivers", "What takes long", about, heads, tuple(records))


def _backlog(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(source=point.source, week=point.week),
            (
                *datum("open", point.open, "count"),
                *datum("oldest", point.oldest_days, "days"),
                *text("oldest reference", point.oldest),
            ),
        )
        for point in digest.backlog
    )
    heads = (("source", "Source"), ("week", "Week"))
    return Sheet("backlog", "Who waits", "Contacts that are open at a week's end.", heads, records)


def _ratios(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(source=ratio.source, group=ratio.per),
            (
                *ranged("contacts for each 100", ratio.ratio, "ratio", ratio.base),
                *datum("contacts", ratio.contacts, "count"),
                *datum("contacts for each 100, before", ratio.before, "ratio"),
            ),
        )
        for ratio in digest.contact_ratios
    )
    heads = (("source", "Source"), ("group", "Of"))
    return Sheet("contact_ratios", "Contact ratios", "Contacts for each 100 customers or orders.", heads, records)
