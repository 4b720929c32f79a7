"""The deployments: one table for `serve` and prefect.yaml, and a work pool of one's own that runs them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from deliveries_for_tests import unsent
from files_for_tests import reviews, write_csv
from projects_for_tests import make_project

from flows.order import Outcome
from flows.publish import Published
from flows.server_process import AgainWhenLocked
from groundswell.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0  # seconds; only a test that fails waits for so long
BERLIN = '[schedule]\nrun = "30 6 * * 1"\ningest = "0 5 * * *"\n'
DIGEST = Published("service", "2026-W47", Path("out/digest.html"), 1, True, "", ("Parcel is news.",))
# Monday morning in winter, and what a cron of it last meant
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def prefect(*arguments: str) -> list[str]:
    """Prefect's own command line, by this Python."""
    return [sys.executable, "-m", "prefect", *arguments]


def settings_in(folder: Path) -> Path:
    """A project in Berlin with one source that is read daily."""
    place = make_project(folder, 0, more=BERLIN)
    place.write_text(place.read_text().replace('"UTC"', '"Europe/Berlin"'))
    return place


@contextmanager
def worker(environment: dict[str, str], folder: Path, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`prefect worker start` on our pool, for the block."""
    with output.open("wb") as lines:
        process = subprocess.Popen(
            prefect("worker", "start", "--pool", "groundswell"),
            env=environment,
            cwd=folder,
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.soak
def test_a_worker_runs_the_deployments_of_prefect_yaml(prefect_server, environment, tmp_path):
    """`prefect deploy --all` and `prefect worker start`, as prefect.yaml says, and a triggered run gives digests.

    Prefect's database holds no result and no parameter but the one of the deployment.
    """
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    settings = make_project(tmp_path / "project", 0)
    write_csv(tmp_path / "project" / "data" / "reviews.csv", reviews(160, last=date.today()))
    own = {**environment, "PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_HOME": str(tmp_path / "prefect")}
    own |= {"GROUNDSWELL_SETTINGS": str(settings), "NO_PROXY": "127.0.0.1", "DO_NOT_TRACK": "1"}
    for line in (("work-pool", "create", "groundswell", "--type", "process"), ("--no-prompt", "deploy", "--all")):
        done = subprocess.run(prefect(*line), env=own, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    with get_client(sync_client=True) as client, worker(own, tmp_path, tmp_path / "worker.log") as working:
        deployment = client.read_deployment_by_name("scheduled run/weekly")
        assert deployment.global_concurrency_limit.limit == 1
        run = client.create_flow_run_from_deployment(deployment.id)
        end = time.monotonic() + PATIENCE
        while not (state := client.read_flow_run(run.id).state).is_final() and time.monotonic() < end:
            assert working.poll() is None, (tmp_path / "worker.log").read_text()
            time.sleep(0.2)
        assert state.is_completed(), (state, (tmp_path / "worker.log").read_text())
        assert "160 new records" in state.message
        assert client.read_flow_run(run.id).parameters == {}
    assert len(list((tmp_path / "project" / "out").rglob("digest.html"))) == 4
    assert not list(tmp_path.glob("prefect/storage/*"))


def test_prefect_yaml_is_the_table_of_the_default_settings(tmp_path):
    """prefect.yaml is what `python -m flows.schedules` writes, and says of each deployment what `serve` registers."""
    from flows.schedules import POOL, jobs_of, prefect_yaml

    assert (ROOT / "prefect.yaml").read_text("utf-8") == prefect_yaml(jobs_of(Settings()))
    place = settings_in(tmp_path / "project")
    jobs = jobs_of(load_settings(place), place)
    written = yaml.safe_load(prefect_yaml(jobs))
    assert written["pull"] == []
    assert [entry["name"] for entry in written["deployments"]] == ["weekly", "ingest reviews"]
    for entry, job in zip(written["deployments"], jobs, strict=True):
        assert entry["schedules"] == [{"cron": job.cron, "timezone": "Europe/Berlin"}]
        assert (entry["entrypoint"], entry["parameters"]) == (job.entrypoint, job.parameters)
        assert entry["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
        assert entry["work_pool"]["name"] == POOL
        env = entry["work_pool"]["job_variables"]["env"]
        # A worker would else send the trace of a failed task to the server, with what its errors quote.
        assert env["PREFECT_LOGGING_TO_API_ENABLED"] == env["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"
    assert jobs[1].parameters == {"source": "reviews", "settings": str(place)}


def test_a_deployment_holds_no_secret(tmp_path, monkeypatch):
    """A password in the store's URL does not come near a deployment, and so not into Prefect's database."""
    from flows.schedules import jobs_of, prefect_yaml

    place = settings_in(tmp_path / "project")
    monkeypatch.setenv("GROUNDSWELL_STORE", "postgresql://me:secret-word@db/feedback")
    jobs = jobs_of(load_settings(place), place)
    assert "secret-word" not in prefect_yaml(jobs) + repr(jobs)


@pytest.mark.parametrize(
    ("cron", "zone", "due"),
    [
        ("0 6 * * 1", "UTC", NOW),
        ("30 6 * * 1", "Europe/Berlin", NOW - timedelta(minutes=30)),
        ("*/5 * * * *", "UTC", NOW),
        ("1 6 * * *", "UTC", NOW - timedelta(days=1) + timedelta(minutes=1)),
        ("0 6 1 1 *", "UTC", datetime(2026, 1, 1, 6, tzinfo=UTC)),
        ("0 6 29 2 *", "UTC", datetime(2024, 2, 29, 6, tzinfo=UTC)),
    ],
)
def test_the_last_due_time(cron, zone, due):
    """What a schedule last meant is found however long ago it was, the present minute included."""
    from flows.schedules import Job, last_due

    assert last_due(Job("weekly", "scheduled_run", cron, zone), NOW) == due


def runs_of(*made: tuple[str, float]) -> list[Any]:
    """Flow runs in these states, each some minutes before NOW."""
    from prefect.client.schemas.objects import FlowRun
    from prefect.states import Cancelled, Completed, Crashed, Failed, Running, Scheduled

    from flows.schedules import DEFERRED, PARTLY

    states = {
        "completed": Completed(),
        "deferred": Completed(name=DEFERRED),
        "failed": Failed(),
        "partly done": Failed(name=PARTLY),
        "crashed": Crashed(),
        "cancelled": Cancelled(),
        "skipped": Cancelled(name="Skipped"),
        "running": Running(),
        "scheduled": Scheduled(),
    }
    found = []
    for name, minutes in made:
        moment = NOW - timedelta(minutes=minutes)
        state = states[name].model_copy(update={"timestamp": moment})
        found.append(FlowRun.model_construct(state=state, expected_start_time=moment))
    return found


@pytest.mark.parametrize(
    ("made", "missed", "at_start"),
    [
        ([], True, True),
        ([("completed", 50)], False, False),
        ([("failed", 50)], True, True),
        ([("failed", 50)] * 3, False, True),
        ([("partly done", 50)], False, False),
        ([("cancelled", 50)], False, False),
        ([("running", 50)], False, False),
        ([("scheduled", 1)], False, False),
        ([("scheduled", -10_000)], True, True),
        ([("skipped", 50), ("completed", 40)], False, False),
        ([("deferred", 50)], True, True),
        ([("deferred", 5)], False, True),
        ([("deferred", 50), ("completed", 40)], False, False),
        ([("crashed", 5)], False, True),
        ([("crashed", 50), ("scheduled", -10_000)], True, True),
        ([("crashed", 50)] * 3, False, True),
    ],
)
def test_what_counts_as_missed(made, missed, at_start):
    """A due time is missed where nothing ran, or what ran crashed or was put off: then again, but not for ever."""
    from flows.served import is_missed

    assert is_missed(runs_of(*made), NOW, at_start=False) is missed
    assert is_missed(runs_of(*made), NOW, at_start=True) is at_start


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(), ("COMPLETED", "Completed")),
        (Outcome(failed={"reviews": "cannot be read: 'a customer wrote this'"}), ("FAILED", "Failed")),
        (Outcome(deferred={"reviews": "process 12"}), ("COMPLETED", "Deferred")),
        (Outcome(failed={"a": "gone"}, published=[DIGEST]), ("FAILED", "Partly done")),
        (Outcome(published=[DIGEST], deliveries=unsent("failed")), ("COMPLETED", "Partly done")),
        (Outcome(published=[DIGEST], deliveries=unsent("held")), ("FAILED", "Partly done")),
    ],
)
def test_how_a_run_ended_is_prefects_state(outcome, state):
    """Prefect's state says done, put off, partly done or failed, with counts and names of sources alone."""
    from flows.schedules import state_of

    ended = state_of(outcome)
    assert (ended.type.value, ended.name) == state
    assert not any(word in (ended.message or "") for word in ("customer", "anna@example.com"))


def test_a_mistake_of_ours_quotes_nobody(capsys):
    """An unexpected error is told by its type and place, in Prefect's state and in the log: its text may be quoting."""
    from flows.schedules import mistake_told

    try:
        int("what a customer wrote")
    except ValueError as bug:
        message = mistake_told(bug)
    said = capsys.readouterr().err
    assert message.startswith("ValueError in test_deployments.py, line ")
    assert "ValueError" in said and "invalid literal" not in said + message


def test_a_locked_database_is_asked_again():
    """A request that Prefect refuses with 503 is done again with the same body, and the client sees the answer only."""
    bodies, sent = [], []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        bodies.append((await receive())["body"])
        status = 503 if len(bodies) < 3 else 201
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": str(status).encode()})
        if status == 503:
            raise RuntimeError("what Prefect raises once it has answered")

    parts = iter([(b"one ", True), (b"two", False)])

    async def receive() -> dict[str, Any]:
        body, more = next(parts)
        return {"type": "http.request", "body": body, "more_body": more}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(AgainWhenLocked(app)({"type": "http"}, receive, send))
    assert bodies == [b"one two"] * 3
    assert [message.get("status", message.get("body")) for message in sent] == [201, b"201"]
