"""`groundswell run` and its three steps: what was ordered, who works, what came of it, and how it ended.

Nothing heavy is imported here: a run that finds another one at work has to say so at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.deliveries import Deliveries
from flows.project import Project, open_project
from groundswell.errors import AlreadyRunning, ConfigError, GroundswellError
from groundswell.keys import load_key
from groundswell.leases import holding
from groundswell.storage import Store, open_store

if TYPE_CHECKING:
    from flows.ingest import IngestSummary
    from flows.publish import Published

__all__ = ["ANALYSIS", "STEPS", "Order", "Outcome", "ingest_lease", "run_here", "run_project", "weeks_of"]

ANALYSIS = "analysis"  # the name of the lease under which the store's analysis is replaced and digests are frozen
CLOCKS_DIFFER = timedelta(hours=1)  # between the machines of one store, and by a clock that is put right
STEPS = ("ingest", "analyse", "publish")


def ingest_lease(source: str) -> str:
    """The name of the lease under which a source is ingested."""
    return f"ingest {source}"


@dataclass(frozen=True)
class Order:
    """What a run shall do. `busy` are sources that another run is ingesting; they are left to it.

    `weeks` are the first and the last week of a history to publish, `rebuild` the reason to publish again what is
    frozen; `resend` the audience whose digest is sent once more, or "all"; `afresh` reads again what was read before.
    """

    steps: tuple[str, ...] = STEPS
    as_of: date | None = None
    weeks: tuple[str, str] | None = None
    sources: tuple[str, ...] = ()
    rebuild: str | None = None
    resend: str | None = None
    afresh: bool = False
    data_docs: Path | None = None
    trust_clock: bool = False
    busy: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As it would be typed."""
        words = ["run" if self.steps == STEPS else " ".join(self.steps)]
        words += [f"--source {name}" for name in self.sources]
        words += [f"--week {self.weeks[0]}..{self.weeks[1]}"] if self.weeks else []
        words += [f"--as-of {self.as_of}"] if self.as_of else []
        words += [f"--resend {self.resend}"] if self.resend else []
        return " ".join(words + (["--rebuild"] if self.rebuild else []))


@dataclass
class Outcome:
    """What came of a run; filled step by step, so that an error later does not hide what was done before."""

    loads: list[IngestSummary] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # source -> why it could not be read
    deferred: dict[str, str] = field(default_factory=dict)  # source -> who is at work
    analysed: bool = False
    published: list[Published] = field(default_factory=list)
    data_docs: Path | None = None  # the page of the batch checks, where it was asked for
    restored: int = 0  # pages written again from their frozen digests
    older: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # audience -> periods that --week can fill
    deliveries: Deliveries = field(default_factory=Deliveries)

    @property
    def exit_code(self) -> int:
        """0 done, 1 something is to be mended, 3 something was left to another run, is held or did not arrive."""
        if self.failed or any(load.not_read for load in self.loads):
            return 1
        left = self.deferred or self.deliveries.unsent or any(load.held for load in self.loads)
        return 3 if left else 0

    def complaints(self) -> list[str]:
        """What the user can mend or has to decide, a line each."""
        lines = [f"{name}: {problem}" for name, problem in self.failed.items()]
        lines += [f"{load.source}: {problem}" for load in self.loads for problem in load.not_read]
        lines += list(self.deferred.values())
        lines += [f"{load.source}: load {load.load_id} is held: {load.held}" for load in self.loads if load.held]
        return lines + self.deliveries.complaints()

    @property
    def state(self) -> str:
        """How the run is logged."""
        if self.failed and not self.loads and not self.published:
            return "failed"
        is_deferred = not self.loads and bool(self.deferred)
        return {0: "done", 1: "partly", 3: "deferred" if is_deferred else "partly"}[self.exit_code]

    def summary(self) -> str:
        """One line of counts for the log of runs and for Prefect: no customer's word."""
        parts = [f"{len(self.loads)} sources, {sum(load.new for load in self.loads):,} new records"]
        made = sum(one.is_new for one in self.published)
        parts += [f"{made} digests"] if self.published else []
        parts += [f"{name} not read" for name in self.failed]
        parts += [f"{load.source}: load {load.load_id} held" for load in self.loads if load.held]
        parts += [f"{name} left to another run" for name in self.deferred]
        parts += self.deliveries.counts()
        return "; ".join(parts)


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


def weeks_of(text: str | None) -> tuple[str, str] | None:
    """The first and last week of --week: "2026-W46" or "2026-W20..2026-W45"; ConfigError for anything else."""
    if text is None:
        return None
    first, dots, last = text.partition("..")
    weeks = _week_written(first), _week_written(last if dots else first)
    if not all(weeks):
        raise ConfigError(f"--week {text!r}: a week or two of them are wanted, as 2026-W46 or 2026-W20..2026-W45")
    if weeks[0] > weeks[1]:
        raise ConfigError(f"--week {text!r}: the first week comes after the last one")
    return weeks


def _week_written(name: str) -> str:
    """2026-W09 for 2026w9, so that names compare as their weeks do; what is no week stays as it is."""
    match = re.fullmatch(r"(\d{4})-?W(\d{1,2})", name.strip().upper())
    return f"{match[1]}-W{match[2]:0>2}" if match else name.strip()
