"""`groundswell status`: how the job stands. Answers within a second: nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.commands.outbox import waiting_lines
from groundswell.cron import parse_cron
from groundswell.freshness import Freshness
from groundswell.records import Period
from groundswell.settings import Settings, load_settings
from groundswell.storage import Store, open_store

__all__ = ["status_lines"]

RUNS = 5


def status_lines(settings: Path | None) -> Iterator[str]:
    """Sections with a line each for runs, work under way, sources, held loads, quarantine, digests, models."""
    project = load_settings(settings)
    target, now = project.store.get_secret_value(), datetime.now(UTC)
    if "://" not in target and not Path(target).exists():
        yield f"no store yet at {target}: groundswell run makes it"
        return
    zone = ZoneInfo(project.timezone)
    with open_store(target) as opened:
        yield f"store    {opened.place}"
        yield from _runs(opened, project, zone, now)
        known = {one.source: one for one in opened.freshness()}
        yield from _sources(known, project, zone, now)
        yield from _waiting(opened, known)
        yield from waiting_lines(opened, zone)
        yield from _digests(opened)


def _runs(opened: Store, project: Settings, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    due = parse_cron(project.schedule.run).next_after(now.astimezone(zone))
    yield f"schedule next run {_when(due, zone)} where groundswell serve runs ({project.schedule.run})"
    yield "runs"
    entries = opened.runs(RUNS)
    for entry in entries:
        yield f"  {_when(entry.started_at, zone)}  {entry.state:<11}  {entry.command}: {entry.message or entry.holder}"
    if not entries:
        yield "  none yet"
    for lease in opened.leases():
        yield f"  at work: {lease.name} ({lease})"


def _sources(known: Mapping[str, Freshness], project: Settings, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    yield "sources"
    for name in [*project.sources, *sorted(set(known) - set(project.sources))]:
        one = known.get(name)
        if one is None:
            yield f"  {name}: never ingested"
            continue
        last = "no dated record" if one.last_record_at is None else f"last record {_when(one.last_record_at, zone)}"
        source = project.sources.get(name)
        age = None if one.last_record_at is None else now - one.last_record_at
        stale = source is not None and age is not None and age > timedelta(days=source.stale_after_days)
        late = f", STALE: {age.days:,} days old" if stale and age is not None else ""
        gone = "" if source is not None else ", no longer in the settings"
        load = f", last load {_when(one.last_load_at, zone)}" if one.last_load_at else ""
        yield f"  {name} ({one.kind}): {one.records:,} records, {last}{late}{load}{gone}"


def _waiting(opened: Store, known: Mapping[str, Freshness]) -> Iterator[str]:
    for load in opened.accounting(state="held"):
        yield f"held     load {load.load_id} of {load.source}, {load.new:,} new records: {load.reason}"
        yield f"         groundswell ingest --accept-load {load.load_id}, or --drop-load {load.load_id}"
    for load in opened.accounting(state="open"):
        yield f"open     load {load.load_id} of {load.source}: under way, or interrupted and taken over by the next run"
    waiting = ", ".join(f"{one.waiting:,} of {source}" for source, one in sorted(known.items()) if one.waiting)
    yield "waiting  " + (
        f"in quarantine: {waiting}: groundswell quarantine list" if waiting else "nothing in quarantine"
    )


def _digests(opened: Store) -> Iterator[str]:
    newest = {one.audience: one for one in sorted(opened.digests(), key=lambda one: Period.order_of(one.period))}
    told = ", ".join(f"{one.audience} {one.period} (revision {one.revision})" for one in newest.values())
    yield f"digests  {told or 'none yet'}"
    registry = opened.load_registry()
    tops = [theme for theme in registry.open_themes() if theme.is_top]
    if tops:
        new = sum(theme.status == "new" for theme in tops)
        undecided = f", {new} new: groundswell themes list --new" if new else ""
        yield f"themes   {len(tops)}, registry version {registry.version}{undecided}"
    state = opened.analysis_state()
    if state is not None:
        yield from (f"model    {name}: {value}" for name, value in state.models.items())


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return "never" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
