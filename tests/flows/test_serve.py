"""`groundswell serve` as the process that it is: what it runs, what it makes up for, and that nothing outlives it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from files_for_tests import command, files_in, reviews, wait_until_gone, write_csv
from projects_for_tests import make_project

from groundswell.leases import holding, ingest_lease
from groundswell.storage import open_store

linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are looked up in /proc")
PATIENCE = 240.0  # seconds; only a test that fails waits for so long
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
WEEKS_LATER = timedelta(days=15)


class Served:
    """`groundswell serve`, started and announced, and Prefect's API as any program on this machine sees it."""

    def __init__(self, settings: Path, port: int, environment: Mapping[str, str], errors: Path) -> None:
        self.errors, self.lines, self.port = errors, list[str](), port
        with errors.open("a") as file:
            self.process = subprocess.Popen(
                command("serve", "--settings", settings, "--port", port),
                env=dict(environment),
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", timeout=60)
        self.read_until(lambda line: line.startswith("Ctrl-C"))

    def read_until(self, wanted: Callable[[str], bool]) -> str:
        """The first line from now on that is wanted."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if wanted(line):
                return line.rstrip()
        raise AssertionError(f"it has ended: {self.lines} {self.errors.read_text()}")

    def trigger(self, deployment: str) -> str:
        """A run of the deployment, asked for; its id."""
        found = self.api.get(f"/deployments/name/{deployment}").json()
        asked = self.api.post(f"/deployments/{found['id']}/create_flow_run", json={})
        assert asked.status_code == 201, asked.text
        return str(asked.json()["id"])

    def state(self, run: str) -> dict[str, Any]:
        """The state of a flow run."""
        return dict(self.api.get(f"/flow_runs/{run}").json()["state"])

    def wait_for(self, run: str, *types: str) -> dict[str, Any]:
        """The state of a flow run, once it is one of these."""
        return wait(lambda: state if (state := self.state(run))["type"] in types else None)

    def processes(self, at_least: int = 1) -> list[int]:
        """What it has started and has not yet asked for its exit code."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = wait(lambda: children if len(children := listed.read_text().split()) >= at_least else None)
        return [int(child) for child in found]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        assert self.process.stdout is not None
        self.lines += self.process.stdout.read().splitlines()
        return self.process.wait(PATIENCE)


def wait(look: Callable[[], Any]) -> Any:
    """What `look` gives, as soon as it is something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("in vain")


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(settings: Path, port: int, environment: Mapping[str, str], errors: Path) -> Iterator[Served]:
    """A `serve` for the block; a test that fails leaves none behind."""
    server = Served(settings, port, environment, errors)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()
        server.api.close()
        if server.process.stdout is not None:
            server.process.stdout.close()


def project_of_today(folder: Path) -> Path:
    """A project whose feedback ends today, run weekly, last due some hours ago; sources are read at the same time."""
    due = datetime.now(UTC) - timedelta(hours=3)
    cron = f"{due.minute} {due.hour} * * {due.isoweekday() % 7}"
    settings = make_project(folder, 0, more=f'[schedule]\nrun = "{cron}"\ningest = "{cron}"\n')
    write_csv(folder / "data" / "reviews.csv", reviews(160, last=date.today()))
    return settings


def let_time_pass(home: Path, store: Path) -> None:
    """Moves what Prefect's database and the store's log say back by two weeks: as if `serve` had been down since."""
    databases = (home / "state" / "groundswell" / "prefect" / "serve").glob("*/prefect.db")
    database = max(databases, key=lambda file: file.stat().st_mtime)  # of the project served last
    moved = {
        database: {
            "deployment": ("created",),
            "flow_run": ("created", "expected_start_time", "start_time", "end_time", "state_timestamp"),
        },
        store: {"run": ("started_at", "ended_at")},
    }
    for file, tables in moved.items():
        with closing(sqlite3.connect(file)) as connection, connection:
            for table, columns in tables.items():
                for column in columns:
                    for row, value in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
                        if value is not None:
                            earlier = (datetime.fromisoformat(value) - WEEKS_LATER).isoformat(" ", "microseconds")
                            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (earlier, row))


def check_who_is_answered(api: httpx.Client) -> None:
    """Prefect's API asks for no password: what a website's page could send is not answered, telemetry is off."""
    pages = api.get(api.base_url.join("/"), follow_redirects=True, headers={"accept": "text/html"})
    assert pages.status_code == 200 and "<html" in pages.text
    assert api.get("/health").status_code == 200
    assert api.get("/health", headers={"host": "example.org"}).status_code == 400
    stranger = api.post("/flows/filter", json={}, headers={"origin": "https://example.org"})
    assert "access-control-allow-origin" not in stranger.headers
    assert api.get("/admin/settings").json()["server"]["analytics_enabled"] is False


@linux
@pytest.mark.soak
def test_serve_runs_the_weekly_deployment_and_stops_cleanly(home, environment, tmp_path):
    """The weekly deployment, started through Prefect's API, gives digests; another run at work defers one of ours.

    A second `serve` of the project ends with exit code 3. SIGTERM while a run is at work ends it with exit code 0, no
    process and no lease left, and nothing that a customer wrote is in Prefect's files.
    """
    settings, port, errors = project_of_today(tmp_path / "project"), free_port(), tmp_path / "errors"
    store = tmp_path / "project" / "groundswell.db"
    with served(settings, port, environment, errors) as serve:
        assert not [line for line in serve.lines if "did not run" in line]  # nothing was due before the first start
        check_who_is_answered(serve.api)
        with holding(store, [ingest_lease("reviews")]):
            deferred = serve.wait_for(serve.trigger("scheduled ingest/ingest reviews"), *ENDS)
        assert (deferred["type"], deferred["name"]) == ("COMPLETED", "Deferred"), deferred
        run = serve.trigger("scheduled run/weekly")
        serve.processes(2)
        second = subprocess.run(
            command("serve", "--settings", settings, "--port", free_port()),
            env=environment,
            capture_output=True,
            text=True,
        )
        assert second.returncode == 3 and "another run is at work" in second.stderr, second.stderr
        assert serve.wait_for(run, *ENDS)["type"] == "COMPLETED", errors.read_text()
        assert len(list((tmp_path / "project" / "out").rglob("digest.html"))) == 4
        assert serve.read_until(lambda line: line.startswith("weekly")).startswith("weekly: completed after ")
        # What other tests leave with Prefect's temporary server is not of this project.
        files = {name: text for name, text in files_in(home / "state").items() if "/serve/" in name}
        assert any(name.endswith("prefect.db") for name in files)
        assert [name for name, text in files.items() if b"arrived two weeks" in text] == []  # of a customer
        stopped = serve.trigger("scheduled run/weekly")
        serve.wait_for(stopped, "RUNNING")
        processes = serve.processes(2)
        assert serve.stop() == 0, errors.read_text()
        assert wait_until_gone(processes)
    assert serve.lines[-1].startswith("weekly: crashed after ")
    with open_store(store) as opened:
        assert opened.leases() == []
    assert "Traceback" not in errors.read_text()


@linux
@pytest.mark.soak
def test_serve_makes_up_for_what_it_missed(home, environment, tmp_path):
    """Killed in the middle of a run, `serve` takes server and run with it. Two weeks later its next start closes that
    run, and makes up for what was due meanwhile, once. It ends when its server does.
    """
    settings, port, errors = project_of_today(tmp_path / "project"), free_port(), tmp_path / "errors"
    store = tmp_path / "project" / "groundswell.db"
    with served(settings, port, environment, errors) as first:
        assert first.wait_for(first.trigger("scheduled run/weekly"), *ENDS)["type"] == "COMPLETED", errors.read_text()
        killed = first.trigger("scheduled run/weekly")
        first.wait_for(killed, "RUNNING")
        processes = first.processes(2)
        first.process.kill()
        first.process.wait()
        assert wait_until_gone(processes), "server or run outlived `serve`"
    let_time_pass(home, store)
    with served(settings, port, environment, errors) as next_one:
        assert "did not run; it runs now" in next_one.read_until(lambda line: line.startswith("weekly: was due"))
        made_up = next_one.read_until(lambda line: line.startswith("weekly: "))
        assert made_up.startswith("weekly: completed after "), made_up
        assert next_one.state(killed)["type"] == "CRASHED"
        made = next_one.api.post("/flow_runs/filter", json={"flow_runs": {"tags": {"all_": ["made up for"]}}})
        assert len(made.json()) == 1, made.text  # the full run made up for that of the source, too
        (server,) = next_one.processes()
        os.kill(server, signal.SIGKILL)
        assert next_one.stop(0) == 1
    assert "groundswell: Prefect's server has ended; " in errors.read_text()
    assert "Traceback" not in errors.read_text()


def test_a_taken_port_is_named(run, environment, tmp_path):
    """Where another program listens on the port, `serve` says so and what to do, and starts nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        ended = run("serve", "--settings", make_project(tmp_path / "project", 0), "--port", port)
    assert ended.code == 1
    assert ended.said[-1].startswith(f"groundswell: port {port} of 127.0.0.1: address already in use"), ended.err
    assert "--port" in ended.said[-1]
