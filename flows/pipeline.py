"""The scheduled job as one Prefect flow: ingest each source, then analyse and publish every period that is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from pydantic import SecretStr

from analysis.scope.calendar import WEEKDAYS, Calendar
from analysis.scope.periods import Due, Span, due_periods, rows_hash, rows_in, spans_of_weeks
from flows.analyse import analyse_once
from flows.deliver import deliver
from flows.index import rewrite
from flows.ingest import IngestSummary, ingest, record_accounting
from flows.order import Order, Outcome
from flows.progress import say
from flows.project import Project, open_project
from flows.publish import publish
from flows.quality import PAGE, write_front
from flows.recipients import announced, check_resend, queue_escalations, queue_resend, told_to_nobody
from flows.steps import step, subflow
from groundswell.errors import AlreadyRunning, ConfigError, SourceError
from groundswell.leases import ANALYSIS, Lease, holding

if TYPE_CHECKING:
    import pandas as pd

    from extractors.files import FileExtractor

__all__ = ["due_of", "pipeline"]

FRONT = "front door"  # the name of the lease under which index and quality page are written
FRONT_TRIES, FRONT_PAUSE = 50, 0.2  # seconds: another run's writing takes less than one


@subflow("run")
def pipeline(settings: str, order: Order, outcome: Outcome) -> None:
    """The steps that were ordered, for the project of a settings file; fills `outcome` as it goes.

    What is wrong with one source does not stop the others.
    """
    project = open_project(settings)
    if order.resend is not None:
        check_resend(project.settings, order.resend)  # before the work of minutes
    if "ingest" in order.steps:
        for source in project.select(order.sources):
            if source.name not in order.busy:
                bring_in(project, source, order, outcome)
        record_accounting(outcome.loads)
        if order.data_docs is not None:
            outcome.data_docs = document(project, outcome.loads, order.data_docs)
    if {"analyse", "publish"} & set(order.steps):
        with holding(project.store, [ANALYSIS]) as held:
            if "publish" in order.steps:
                publish_due(project, order, outcome, held[ANALYSIS])
            else:
                outcome.analysed = analyse_once(
                    secret(project), newest_end(project, order), project.analysis_options(), held[ANALYSIS]
                )
    if "ingest" in order.steps:
        tell_escalations(project, order)
    if "publish" in order.steps or (project.out / PAGE).exists():
        front_door(project, order)
    if {"ingest", "publish"} & set(order.steps):
        send(project, order, outcome)
        if project.settings.channels:  # the quality page tells what became of it
            front_door(project, order)


@step
def tell_escalations(project: Project, order: Order) -> int:
    """Queues a notice of the customers to call back whom none told of yet; of how many comments."""
    return queue_escalations(project, moment_of(project, order))


@step
def send(project: Project, order: Order, outcome: Outcome) -> None:
    """Sends what is new and what still waits; the pages are on disk by now."""
    if order.resend is not None:
        queue_resend(project, order.resend, weeks_asked(project, order))
    outcome.deliveries = deliver(project)
    outcome.deliveries.notes += told_to_nobody(project.settings, outcome)


def front_door(project: Project, order: Order) -> None:
    """Index and quality page as the store is now. One run at a time writes them, so that the last one saw everything;
    an ingest does not wait for an analysis, nor it for an ingest."""
    now, zone, waits = moment_of(project, order), project.settings.timezone, patience(project)
    for _ in range(FRONT_TRIES):
        with suppress(AlreadyRunning), holding(project.store, [FRONT]):
            write_front(secret(project), str(project.out), now, zone, waits)
            return
        sleep(FRONT_PAUSE)


def bring_in(project: Project, source: FileExtractor, order: Order, outcome: Outcome) -> None:
    """Ingests one source; what is wrong with it alone is noted, and the other sources go on."""
    try:
        load: IngestSummary = ingest(
            source,
            source.kind,
            secret(project),
            str(project.key_file),
            datetime.now(UTC),
            regions=tuple(project.settings.privacy.regions),
            limits=project.batch_limits(source.name),
            today=moment_of(project, order),
            afresh=order.afresh,
        )
    except (SourceError, ConfigError) as problem:
        outcome.failed[source.name] = str(problem)
        say(f"  {source.name}: not read: {problem}")
    except AlreadyRunning as busy:
        outcome.deferred[source.name] = str(busy)
    else:
        outcome.loads.append(load)


@step
def document(project: Project, loads: Sequence[IngestSummary], folder: Path) -> Path:
    """Great Expectations' pages of the loads' batch checks, numbers only; the page to open."""
    from expectations.docs import JudgedLoad, write_data_docs

    kinds = {source.name: source.kind for source in project.sources}
    judged = [
        JudgedLoad(one.source, kinds[one.source], one.load_id, one.started_at, one.verdict)
        for one in loads
        if one.verdict is not None
    ]
    return write_data_docs(folder, judged)


def publish_due(project: Project, order: Order, outcome: Outcome, lease: Lease) -> None:
    """Analyses and publishes period by period, oldest first; at the end the analysis is that of the newest period."""
    due = due_spans(secret(project), project, order)
    outcome.older = {audience: one.older for audience, one in due.items() if one.older}
    jobs = sorted(
        ((span, audience) for audience, one in due.items() for span in one.spans),
        key=lambda job: (str(job[0].period.end), job[0].period.slug),
    )
    options, stale, asked = project.analysis_options(), patience(project), project.statistics_options()
    told = to_announce(project, order, due)
    for span, group in groupby(jobs, key=lambda job: job[0]):
        analyse_once(secret(project), span.period.end, options, lease)
        audiences = [audience for _, audience in group]
        out = str(project.out)
        until = span.period.end or moment_of(project, order)  # all feedback: all that is known by then
        outcome.published += publish(
            secret(project),
            out,
            span,
            audiences,
            until=until,
            stale_after=stale,
            rebuild=order.rebuild,
            lease=lease,
            options=asked,
            explore=project.settings.privacy.explorer,
            announce=[one for one in audiences if one in told.get(span.period.slug, ())],
        )
    if jobs and jobs[-1][0].period.end != (end := newest_end(project, order)):
        analyse_once(secret(project), end, options, lease)
    outcome.restored = rewrite(secret(project), str(project.out), tuple(project.settings.audiences))


def to_announce(project: Project, order: Order, due: Mapping[str, Due]) -> dict[str, set[str]]:
    """The audiences whose digest of a period is sent, by its slug: of each the newest one that is due.

    Of weeks that were asked for, only the last closed one: filling in a history tells nobody of the past.
    """
    told: dict[str, set[str]] = {}
    for audience in announced(project.settings):
        spans = due[audience].spans
        if spans and (order.weeks is None or _is_last(project, order, audience, spans[-1])):
            told.setdefault(spans[-1].period.slug, set()).add(audience)
    return told


def _is_last(project: Project, order: Order, audience: str, span: Span) -> bool:
    length, now = project.settings.audiences[audience].period, moment_of(project, order)  # type: ignore[index]
    return length == "all" or span.period.end == calendar_of(project).closed(length, now, aligned=True).end


def weeks_asked(project: Project, order: Order) -> dict[str, set[str]] | None:
    """Per audience the slugs of the periods of --week; None where no week was asked for."""
    if order.weeks is None:
        return None
    calendar, first_and_last = calendar_of(project), order.weeks
    return {
        audience: {span.period.slug for span in spans_of_weeks(*first_and_last, calendar, one.period)}
        for audience, one in project.settings.audiences.items()
        if one.period != "all"
    }


@step
def due_spans(store: SecretStr, project: Project, order: Order) -> dict[str, Due]:
    """Per audience the periods to publish: those of the weeks asked for, else those that are due."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        feedback = opened.load_feedback()
        published = {
            audience: {stored.period: stored.rows for stored in opened.digests(audience)}
            for audience in project.settings.audiences
        }
    return {
        audience: due_of(project, order, feedback, one.period, published[audience])
        for audience, one in project.settings.audiences.items()
    }


def due_of(project: Project, order: Order, feedback: pd.DataFrame, length: str, published: dict[str, str]) -> Due:
    calendar, now = calendar_of(project), moment_of(project, order)
    if order.weeks is None or length == "all":
        known = {} if order.rebuild else published
        return due_periods(feedback[~(feedback["occurred_at"] >= now)], now, calendar, length, known)
    spans = spans_of_weeks(*order.weeks, calendar, length)
    late = [span for span in spans if span.period.end is not None and span.period.end > now]
    if late:
        raise ConfigError(
            f"{late[0].period.label} is not closed yet; name weeks that ended before {now:%Y-%m-%d %H:%M}"
        )
    return Due(tuple(span for span in spans if _is_due(span, feedback, published, order.rebuild is not None)))


def _is_due(span: Span, feedback: pd.DataFrame, published: dict[str, str], rebuild: bool) -> bool:
    rows = rows_in(feedback, span.period)
    return len(rows) > 0 and (rebuild or published.get(span.period.slug) != rows_hash(rows))


def newest_end(project: Project, order: Order) -> datetime | None:
    """The end of the last closed week (or the audiences' shortest period), which the store's analysis belongs to."""
    lengths = {one.period for one in project.settings.audiences.values()}
    length = next((name for name in ("week", "4 weeks", "quarter") if name in lengths), None)
    if length is None:
        return None
    return calendar_of(project).closed(length, moment_of(project, order), aligned=True).end


def calendar_of(project: Project) -> Calendar:
    """The project's zone and first day of the week."""
    return Calendar(project.settings.timezone, WEEKDAYS.index(project.settings.week_start))


def moment_of(project: Project, order: Order) -> datetime:
    """What is taken for now: the end of the day of --as-of, else the clock."""
    if order.as_of is None:
        return datetime.now(UTC)
    return datetime.combine(order.as_of + timedelta(days=1), time(), tzinfo=project.zone)


def patience(project: Project) -> dict[str, timedelta]:
    """Per source, how old its last record may be before it is called stale."""
    return {name: timedelta(days=one.stale_after_days) for name, one in project.settings.sources.items()}


def secret(project: Project) -> SecretStr:
    """The store's URL as Prefect may see it: hidden."""
    return project.settings.store
