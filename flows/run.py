"""`groundswell run` and its three steps: who works, and how it ended.

Nothing heavy is imported here: a run that finds another one at work has to say so at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.order import Order, Outcome
from flows.project import Project, open_project
from groundswell.errors import AlreadyRunning, ConfigError, GroundswellError
from groundswell.keys import load_key
from groundswell.leases import ANALYSIS, holding, ingest_lease
from groundswell.storage import Store, open_store

__all__ = ["run_here", "run_project"]

CLOCKS_DIFFER = timedelta(hours=1)  # between the machines of one store, and by a clock that is put right


def run_project(
    settings: Path | str | None,
    order: Order,
    api: Callable[[], AbstractContextManager[None]] = nullcontext,
    outcome: Outcome | None = None,
) -> Outcome:
    """Does what was ordered, under the leases of its work, and logs how it ended.

    `api` gives the Prefect server that records it; it is started once the leases are held. Raises AlreadyRunning where
    all of the work is being done by another run, and other GroundswellErrors where it could not be done; what was done
    before stands in the `outcome` that was given.
    """
    outcome = Outcome() if outcome is None else outcome
    project = open_project(settings)
    names = [source.name for source in project.select(order.sources)] if "ingest" in order.steps else []
    if "ingest" in order.steps and not names:
        raise ConfigError(f"{project.path.name}: there is no source; `groundswell init FILE` shows how one is written")
    if names:
        load_key(project.key_file)  # ConfigError before anything is started
    with working_on(project, names, order) as busy, logged(project, order, outcome):
        with api():
            from flows.pipeline import pipeline

            outcome.deferred.update(busy)
            pipeline(str(project.path), replace(order, busy=busy), outcome)
        return outcome


def run_here(settings: Path | str | None, order: Order, outcome: Outcome | None = None) -> Outcome:
    """`run_project` from the command line: recorded by the user's Prefect server, else by a temporary one."""
    from flows.launch import load_libraries, prepare_prefect

    prepare_prefect()

    def api() -> AbstractContextManager[None]:
        from flows.server import prefect_api

        return prefect_api(meanwhile=lambda: load_libraries("flows.pipeline"))

    return run_project(settings, order, api, outcome)


@contextmanager
def working_on(project: Project, sources: Sequence[str], order: Order) -> Iterator[dict[str, str]]:
    """Holds the leases of the work; gives the sources that another run is ingesting, with who that is."""
    busy: dict[str, AlreadyRunning] = {}
    with ExitStack() as leases:
        if {"analyse", "publish"} & set(order.steps):
            leases.enter_context(holding(project.store, [ANALYSIS]))
        for name in sources:
            try:
                leases.enter_context(holding(project.store, [ingest_lease(name)]))
            except AlreadyRunning as running:
                busy[name] = running
        if sources and len(busy) == len(sources):
            raise next(iter(busy.values()))
        yield {name: str(running) for name, running in busy.items()}


@contextmanager
def logged(project: Project, order: Order, outcome: Outcome) -> Iterator[None]:
    """Writes the run to the store's log of runs, and at its end what came of it, or the error that ended it."""
    as_of = None if order.as_of is None else datetime.combine(order.as_of, datetime.min.time(), tzinfo=project.zone)
    with open_store(project.store) as opened:
        if not order.trust_clock:
            _check_clock(opened)
        run_id = opened.open_run(str(order), datetime.now(UTC), as_of)
        try:
            yield
        except BaseException as error:
            told = str(error) if isinstance(error, GroundswellError) else f"ended by {type(error).__name__}"
            opened.close_run(run_id, "failed", told)
            raise
        opened.close_run(run_id, outcome.state, outcome.summary())


def _check_clock(opened: Store) -> None:
    """Raises ConfigError where the clock went back: records of the days between would be taken for misdated ones."""
    now, last = datetime.now(UTC), max((run.started_at for run in opened.runs(1)), default=None)
    if last is not None and last - now > CLOCKS_DIFFER:
        raise ConfigError(
            f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the last run began at {last:%Y-%m-%d %H:%M}: it "
            "was set back; nothing was run. Set it right; if it was the earlier time that was wrong: --trust-clock"
        )
