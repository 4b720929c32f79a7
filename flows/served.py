"""The flow runs of `groundswell serve`: which is next, its process, and what became of it.

Prefect's own Runner is not used. It starts everything that was missed at once, registers for SIGTERM by itself and
leaves what it runs to their fate when it is killed; here one run at a time is a process that ends with this one. Nor
do the deployments have a concurrency limit of Prefect's: its slots are leases in the server's memory, and a machine
that slept for five minutes finds its lease expired and the run cancelled (worker deployments do have one).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed, Pending

from flows.schedules import DEFERRED, Job, last_due
from flows.server import our_python

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

__all__ = ["Runs", "is_missed"]

MISSED_AFTER = timedelta(minutes=1)
AGAIN_AFTER = timedelta(minutes=10)  # a run that another one at work has put off, or that crashed
CRASHES = 3  # after so many, the next time that it is due
END_SECONDS = 20.0
_SKIPPED = "Skipped"
_OPEN = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)


@dataclass
class _Running:
    job: Job
    id: UUID
    process: subprocess.Popen[bytes]
    log: Path
    began: float = field(default_factory=monotonic)
    cancelled: bool = False


class Runs:
    """Starts what is due, one at a time, and says what became of it. `jobs` by the id of their deployment."""

    def __init__(self, client: SyncPrefectClient, jobs: Mapping[UUID, Job], folder: Path) -> None:
        self._client, self._jobs, self._folder = client, jobs, folder
        self._running: _Running | None = None

    def look(self) -> list[str]:
        """Looks after the run at work, or starts the next one; a line for what has ended since."""
        lines = self._look_after(self._running) if self._running else []
        if self._running is None:
            self._start_next()
        return lines

    def stop(self) -> list[str]:
        """Ends the run at work, if there is one, and waits for it: it releases what it holds."""
        if self._running is None:
            return []
        process = self._running.process
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        try:
            return self._close(self._running, "stopped with `groundswell serve`; its next start repeats it")
        except Exception:  # the server is gone; the next start closes what is open
            return [f"{self._running.job.name}: stopped"]

    def close_left(self) -> None:
        """Closes what a killed predecessor left open: its runs have ended with it, and nobody told Prefect."""
        states = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(_OPEN)))
        for run in self._client.read_flow_runs(flow_run_filter=FlowRunFilter(state=states)):
            self._set(run.id, Crashed(message="ended with `groundswell serve`"))

    def missed(self, now: datetime, *, at_start: bool = False) -> list[tuple[UUID, Job, datetime]]:
        """The jobs whose last due time found nobody, each with that time: the machine slept, or `serve` was down.

        However many times were missed, it is one run that makes up for them. One that another run has put off, or
        that crashed, is missed too: again after ten minutes, or at once where `serve` has just been started.
        """
        if self._running is not None:
            return []
        found = []
        for deployment, job in self._jobs.items():
            due = last_due(job, now)
            if due is None or now - due < MISSED_AFTER or not self._is_on(deployment, due):
                continue
            if is_missed(self._runs_since(deployment, due), now, at_start):
                found.append((deployment, job, due))
        return found

    def make_up(self, deployment: UUID) -> None:
        """Has Prefect run the deployment as soon as it can."""
        self._client.create_flow_run_from_deployment(deployment, tags=["made up for"])

    def _look_after(self, running: _Running) -> list[str]:
        code = running.process.poll()
        if code is not None:
            return self._close(running, f"its process ended with exit code {code}; see {running.log}")
        state = self._state(running.id)
        if state is not None and state.is_cancelling() and not running.cancelled:
            running.cancelled = True
            running.process.terminate()
        return []

    def _close(self, running: _Running, otherwise: str) -> list[str]:
        """The run's last line. It is said to have crashed where its process did not get so far as to say how it ended.

        Where the server does not answer, the next call tries again.
        """
        running.process.wait()
        state = self._state(running.id)
        if running.cancelled:
            state = Cancelled(message="cancelled on Prefect's pages")
            self._set(running.id, state)
        elif state is None or not state.is_final():
            state = Crashed(message=otherwise)
            self._set(running.id, state)
        self._running = None
        if running.process.stdin is not None:
            with suppress(OSError):
                running.process.stdin.close()
        took = f"after {monotonic() - running.began:.0f} s"
        return [f"{running.job.name}: {str(state.name).lower()} {took}: {state.message}"]

    def _start_next(self) -> None:
        """Starts the newest of the runs that wait for one deployment; it does for the older ones."""
        waiting = self._client.get_scheduled_flow_runs_for_deployments(list(self._jobs), datetime.now(UTC))
        if not waiting:
            return
        waiting.sort(key=lambda run: run.expected_start_time or datetime.now(UTC))
        deployment = waiting[0].deployment_id
        *older, newest = [run for run in waiting if run.deployment_id == deployment]
        for run in older:
            self._set(run.id, Cancelled(name=_SKIPPED, message="a newer run did its work"))
        pending: State[Any] | None = self._client.set_flow_run_state(newest.id, Pending()).state
        if deployment is not None and pending is not None and pending.is_pending():
            self._running = self._start(self._jobs[deployment], newest.id)

    def _start(self, job: Job, run: UUID) -> _Running:
        log = self._folder / f"{job.name}.log"
        command, environment = our_python("flows.flow_process", str(run), job.flow, json.dumps(dict(job.parameters)))
        with log.open("wb") as errors:
            process = subprocess.Popen(
                command,
                env={**environment, "PREFECT_API_URL": str(self._client.api_url)},
                stdin=subprocess.PIPE,  # its end tells that this process has ended
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is for us, who then end it
            )
        return _Running(job, run, process, log)

    def _state(self, run: UUID) -> State[Any] | None:
        """The run's state; None where somebody has deleted it."""
        try:
            return self._client.read_flow_run(run).state
        except ObjectNotFound:
            return None

    def _set(self, run: UUID, state: State[Any]) -> None:
        with suppress(ObjectNotFound):
            self._client.set_flow_run_state(run, state, force=True)

    def _is_on(self, deployment: UUID, due: datetime) -> bool:
        """Whether the deployment was there when it was due, and nobody has paused it."""
        try:
            known = self._client.read_deployment(deployment)
        except ObjectNotFound:
            return False
        was_there = known.created is not None and known.created <= due
        return was_there and not known.paused and any(schedule.active for schedule in known.schedules)

    def _runs_since(self, deployment: UUID, due: datetime) -> list[FlowRun]:
        return self._client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[deployment]),
                expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"after_": due}),
            ),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=100,
        )


def is_missed(runs: list[FlowRun], now: datetime, at_start: bool) -> bool:
    """Whether none of the runs since a due time has done its work, and none will."""
    crashes, last = 0, None
    for run in runs:
        state = run.state
        if state is None or state.name == _SKIPPED:
            continue
        if state.is_scheduled() and (run.expected_start_time or now) > now:
            continue  # the next time
        crashed = state.is_crashed() or state.name == "Failed"  # not "Partly done": somebody has to look at that
        if not (crashed or state.name == DEFERRED):
            return False
        crashes += crashed
        last = max(last or state.timestamp, state.timestamp)
    return at_start or last is None or (crashes < CRASHES and now - last >= AGAIN_AFTER)
