"""What runs by itself: the flows that Prefect's deployments start, and the table of those deployments.

The table is made from the settings. `groundswell serve` registers it on its own server; for a server and a work pool
of your own, `python -m flows.schedules SETTINGS > prefect.yaml` writes it down for `prefect deploy --all`. The
prefect.yaml beside the project's code is the one of the default settings.

No flow has retries: a run is begun again by the next one, which repairs first. Deployments hold a path and a source's
name, and states hold our own messages: nothing that a customer wrote reaches Prefect's database.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.launch import prepare_environment
from flows.progress import printable, say
from flows.steps import Unforeseen
from groundswell.cron import parse_cron
from groundswell.errors import AlreadyRunning, GroundswellError
from groundswell.settings import Settings, load_settings

if TYPE_CHECKING:
    from flows.order import Outcome

__all__ = [
    "DEFERRED",
    "PARTLY",
    "POOL",
    "Job",
    "ingest_source",
    "jobs_of",
    "last_due",
    "mistake_told",
    "next_due",
    "prefect_yaml",
    "scheduled_run",
    "state_of",
]

POOL = "groundswell"
DEFERRED, PARTLY = "Deferred", "Partly done"  # names of states, beside Prefect's own
_LOOK_BACK = tuple(timedelta(days=days) for days in (1 / 24, 1, 8, 32, 367, 366 * 8 + 2))


@flow(name="scheduled run", persist_result=False, validate_parameters=False)
def scheduled_run(settings: str | None = None) -> State:
    """Everything that is due: sources read, feedback analysed, digests published.

    `settings` is the path of groundswell.toml; without it $GROUNDSWELL_SETTINGS names it where the flow runs.
    """
    return _run(settings, ())


@flow(name="scheduled ingest", persist_result=False, validate_parameters=False)
def ingest_source(source: str, settings: str | None = None) -> State:
    """One source read in between, so that the next full run has less to do."""
    return _run(settings, (source,))


def _run(settings: str | None, sources: tuple[str, ...]) -> State:
    """Runs the project, and gives how it ended as Prefect's state: its message is ours, without a customer's word."""
    prepare_environment()  # a worker's process was not started by our command line
    from flows.order import STEPS, Order
    from flows.run import run_project

    order = Order(steps=("ingest",), sources=sources) if sources else Order(steps=STEPS)
    try:
        outcome = run_project(settings, order)
    except AlreadyRunning as busy:
        return Completed(name=DEFERRED, message=printable(f"deferred: {busy}"))
    except GroundswellError as error:
        say(f"groundswell: {error}")
        return Failed(message=printable(str(error)))
    except Exception as bug:
        return Failed(message=mistake_told(bug))
    return state_of(outcome)


def state_of(outcome: Outcome) -> State:
    """How a run ended, for Prefect.

    Completed: all done. Completed as "Deferred": another run is at work, and nothing was done. As "Partly done": the
    rest was left to another run; but Failed where a source was not read, or a load or a message is held, since somebody
    has to look and Prefect's notifications go by that. Failed: nothing could be done.
    """
    message = printable(outcome.summary())
    if outcome.state == "done":
        return Completed(message=message)
    if outcome.state == "deferred":
        return Completed(name=DEFERRED, message=f"deferred: {message}")
    waits = any(load.held for load in outcome.loads) or any(one.state == "held" for one in outcome.deliveries.unsent)
    if outcome.exit_code == 3 and not waits:
        return Completed(name=PARTLY, message=message)
    return Failed(name=PARTLY if outcome.state == "partly" else "Failed", message=message)


def mistake_told(bug: Exception) -> str:
    """A mistake of ours in one line, and its trace on stderr: by place and type alone, since its text may quote."""
    bug = bug.bug if isinstance(bug, Unforeseen) else bug
    frames = traceback.extract_tb(bug.__traceback__)
    print("".join(traceback.format_list(frames)), type(bug).__name__, sep="", file=sys.stderr, flush=True)
    last = frames[-1]
    return f"{type(bug).__name__} in {Path(last.filename).name}, line {last.lineno}: a mistake of Groundswell's"


@dataclass(frozen=True)
class Job:
    """One deployment: a flow of this module with its parameters, and when it is due."""

    name: str
    flow: str
    cron: str
    timezone: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def entrypoint(self) -> str:
        """The flow's place as Prefect imports it."""
        return f"flows.schedules.{self.flow}"

    @property
    def commands(self) -> tuple[str, ...]:
        """Commands that do the same work, as the log of runs names them."""
        source = self.parameters.get("source")
        return ("run",) if source is None else ("run", "ingest", f"ingest --source {source}")


def jobs_of(settings: Settings, place: Path | None = None) -> list[Job]:
    """The deployments of a project: the full run, and each source's ingest where the settings ask for it.

    Without the settings' place the flows take $GROUNDSWELL_SETTINGS from where they run.
    """
    path = {} if place is None else {"settings": str(place)}
    zone, schedule = settings.timezone, settings.schedule
    jobs = [Job("weekly", "scheduled_run", schedule.run, zone, path)]
    if schedule.ingest is not None:
        for name in settings.sources:
            jobs.append(Job(f"ingest {name}", "ingest_source", schedule.ingest, zone, {"source": name, **path}))
    return jobs


def last_due(job: Job, now: datetime) -> datetime | None:
    """The last time up to `now` at which the job was due."""
    cron, here = parse_cron(job.cron), now.astimezone(ZoneInfo(job.timezone))
    for back in _LOOK_BACK:
        due, found = cron.next_after(here - back), None
        while due <= here:
            found, due = due, cron.next_after(due)
        if found is not None:
            return found
    return None


def next_due(job: Job, now: datetime) -> datetime:
    """The first time after `now` at which the job is due, in its zone."""
    return parse_cron(job.cron).next_after(now.astimezone(ZoneInfo(job.timezone)))


_HEAD = """\
# Deployments for a Prefect server and a work pool of your own; `groundswell serve` needs none of this.
#
#   prefect work-pool create {pool} --type process
#   prefect deploy --all
#   GROUNDSWELL_SETTINGS=/path/to/groundswell.toml prefect worker start --pool {pool}
#
# No code is pulled: the worker's Python has Groundswell installed. Written from the settings by
# `python -m flows.schedules [SETTINGS]`: write it anew when they change.
name: groundswell
pull: []

deployments:
"""
_ENTRY = """\
  - name: {name}
    entrypoint: {entrypoint}
    parameters: {parameters}
    schedules:
      - cron: {cron}
        timezone: {timezone}
    # Only a second fence: Groundswell's own lease lets one run at a time work on a source.
    concurrency_limit:
      limit: 1
      collision_strategy: CANCEL_NEW
    work_pool:
      name: {pool}
      job_variables:
        env: {env}
"""


def prefect_yaml(jobs: Sequence[Job]) -> str:
    """prefect.yaml for these jobs."""
    # Results and logs would hold customers' words: Prefect logs the whole trace of what ends a task.
    kept_out = ("PREFECT_RESULTS_PERSIST_BY_DEFAULT", "PREFECT_LOGGING_TO_API_ENABLED")
    env = {"DO_NOT_TRACK": "1", **dict.fromkeys(kept_out, "false")}
    entries = (
        _ENTRY.format(
            pool=POOL,
            entrypoint=job.entrypoint,
            # JSON is YAML, and quotes whatever would mean something else there.
            **{key: json.dumps(getattr(job, key), ensure_ascii=False) for key in ("name", "cron", "timezone")},
            parameters=json.dumps(dict(job.parameters), ensure_ascii=False),
            env=json.dumps(env),
        )
        for job in jobs
    )
    return _HEAD.format(pool=POOL) + "\n".join(entries)


def main() -> None:
    """Prints the prefect.yaml of the settings file that is named, else of the default settings."""
    if len(sys.argv) > 1:
        place = Path(sys.argv[1]).absolute()
        print(prefect_yaml(jobs_of(load_settings(place), place)), end="")
    else:
        print(prefect_yaml(jobs_of(Settings())), end="")


if __name__ == "__main__":
    main()
