"""`groundswell serve`: a Prefect server on this machine, and what is due on it, until it is told to stop.

Everything it starts ends with it, even when it is killed. Prefect's database, one for each project, lies with our
other state and never in the user's own Prefect.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from flows.launch import prepare_prefect
from flows.progress import say, tell
from flows.project import Project, open_project
from flows.server import HOST, lasting_server
from groundswell.errors import ConfigError
from groundswell.leases import holding
from groundswell.storage import open_store

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

    from flows.schedules import Job
    from flows.served import Runs

__all__ = ["serve"]

LOOK_SECONDS = 2.0
MISSED_SECONDS = 30.0
FAILURES = 30  # one after the other, at least a minute long
LEASE, LEASE_SECONDS = "groundswell serve", 300.0  # with a space: no source has that name
_TAG = "groundswell"
_HEARTS = "groundswell: a run without a heartbeat has crashed"


def serve(settings: Path | str | None, port: int | None = None) -> int:
    """Runs the project's schedules until SIGTERM or Ctrl-C; the exit code, 0.

    Raises ConfigError for wrong settings, for a port that is taken and for a server that ends; AlreadyRunning where
    the project is being served.
    """
    project = open_project(settings)
    prepare_prefect()
    folder = _folder_of(project)
    open_store(project.store).close()
    with _told_to_stop() as stopping, holding(project.store, [LEASE], LEASE_SECONDS):
        if os.environ.get("PREFECT_API_URL"):
            say("PREFECT_API_URL is not used: `serve` has a server of its own (prefect.yaml is for other servers).")
        port = project.settings.serve.port if port is None else port
        say("Starting Prefect's server on this machine (5 to 20 s) ...")
        with lasting_server(port, folder, _load_client) as server:
            _work(project, port, folder, stopping, lambda: server.poll() is not None)
    say("groundswell serve: stopped")
    return 0


def _work(project: Project, port: int, folder: Path, stopping: threading.Event, is_over: Callable[[], bool]) -> None:
    """Registers the schedules and runs them, until it is told to stop or the server is gone."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    from flows.schedules import jobs_of
    from flows.served import Runs

    # Each retry of Prefect's client waits longer than the loop here does, and would not hear of a SIGTERM.
    quick = {PREFECT_API_URL: f"http://{HOST}:{port}/api", PREFECT_CLIENT_MAX_RETRIES: 1}
    with temporary_settings(quick), get_client(sync_client=True) as client:
        jobs = _register(client, jobs_of(project.settings, project.path))
        _watch_hearts(client)
        runs = Runs(client, jobs, folder)
        runs.close_left()
        _announce(jobs, port)
        try:
            _loop(project, runs, stopping, is_over)
        finally:
            _print(runs.stop())
    if is_over() and not stopping.is_set():
        raise ConfigError(f"Prefect's server has ended; {folder / 'server.log'} says why. Start `serve` again")


def _loop(project: Project, runs: Runs, stopping: threading.Event, is_over: Callable[[], bool]) -> None:
    checked, failures, at_start = -MISSED_SECONDS, 0, True
    while not stopping.is_set() and not is_over():
        try:
            ended = runs.look()
            _print(ended)
            if ended or monotonic() - checked >= MISSED_SECONDS:
                _make_up(project, runs, at_start)
                checked, at_start = monotonic(), False
            failures = 0
        except Exception as error:  # server or store are busy, or the machine has just woken up: most likely it passes
            failures += 1
            if failures > FAILURES:
                raise
            say(f"groundswell serve: {type(error).__name__}; trying again")
        stopping.wait(LOOK_SECONDS)


def _make_up(project: Project, runs: Runs, at_start: bool) -> None:
    """Has the first of what was missed run, unless somebody has run it by hand since; after it, the next one is asked
    for: a full run does what the sources' own would do."""
    for deployment, job, due in runs.missed(datetime.now(UTC), at_start=at_start):
        if not _was_done(project, job, due):
            _print([f"{job.name}: was due on {_shown(due)} and did not run; it runs now"])
            runs.make_up(deployment)
            return


def _was_done(project: Project, job: Job, due: datetime) -> bool:
    with open_store(project.store) as store:
        return any(
            entry.command in job.commands and entry.started_at >= due and entry.state in ("done", "partly")
            for entry in store.runs(100)
        )


def _register(client: SyncPrefectClient, jobs: list[Job]) -> dict[UUID, Job]:
    """Makes or renews the deployments and removes those of sources that are gone; the jobs by deployment."""
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows import schedules

    made = {}
    for job in jobs:
        deployment = getattr(schedules, job.flow).to_deployment(
            job.name,
            schedule=Cron(job.cron, timezone=job.timezone),
            parameters=dict(job.parameters),
            tags=[_TAG],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        made[deployment.apply()] = job
    for known in client.read_deployments():
        if _TAG in known.tags and known.id not in made:
            client.delete_deployment(known.id)
    return made


def _watch_hearts(client: SyncPrefectClient) -> None:
    """Has the server say that a run has crashed which gave no sign of life for three heartbeats.

    What `serve` runs needs it not: it sees its processes end. A run from a command line with PREFECT_API_URL does. Like
    all of Prefect's, the rule may speak too early after the machine has slept; the run's own end then corrects it.
    """
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY

    beat, every = "prefect.flow-run.heartbeat", PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() or 180
    ends = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}
    message = "no sign of life for three heartbeats"
    crashed = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=message, force=False)
    rule = AutomationCore(
        name=_HEARTS,
        trigger=EventTrigger(
            match=ResourceSpecification.model_validate({"prefect.resource.id": "prefect.flow-run.*"}),
            for_each={"prefect.resource.id"},
            after={beat},
            expect={beat, *ends},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=3 * every),
        ),
        actions=[crashed],
    )
    if not client.read_automations_by_name(_HEARTS):
        client.create_automation(rule)


def _announce(jobs: dict[UUID, Job], port: int) -> None:
    from flows.schedules import next_due

    lines = [f"Prefect's pages, for this machine only: http://{HOST}:{port}"]
    for job in jobs.values():
        due = next_due(job, datetime.now(UTC))
        lines.append(f"{job.name}: {job.cron} ({job.timezone}), next on {_shown(due)}")
    _print([*lines, "Ctrl-C stops it."])


def _shown(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M}"


def _print(lines: list[str]) -> None:
    for line in lines:
        tell(line)
    sys.stdout.flush()  # who reads a pipe waits for the line


def _load_client() -> None:
    """Imports what `serve` will use: seconds that pass while the server starts on another processor."""
    import flows.served  # noqa: F401


def _folder_of(project: Project) -> Path:
    """The project's folder in PREFECT_HOME, made where it is missing."""
    name = re.sub(r"\W+", "-", project.folder.name)
    digest = hashlib.sha256(str(project.path.resolve()).encode()).hexdigest()[:10]
    folder = Path(os.environ["PREFECT_HOME"]) / "serve" / f"{name}-{digest}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be made: {error.strerror}; set PREFECT_HOME to another folder") from error
    return folder


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C and by what ends a service, instead of what these do otherwise."""
    told = threading.Event()
    names = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
    numbers = [number for name in names if (number := getattr(signal, name, None)) is not None]
    ours = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]  # nohup: so do we
    before = {number: signal.signal(number, lambda *_: told.set()) for number in ours}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
