"""Prefect's API for one command: the user's own server where PREFECT_API_URL names one, else a temporary one.

The temporary server is a process of ours that ends with the command, however that ends: it reads its standard input,
which the system closes when the command's process is gone, even by SIGKILL. Prefect can start one by itself; that one
outlives a killed command, loads the whole server into the command's own process, and starts while nothing else is
done. It keeps flow runs and artifacts in PREFECT_HOME, but no task runs: its recorder of task runs makes the small
requests between two flows meet a locked database, and each then waits for 2 s (measured: 3 s a flow instead of 0.3).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.progress import say
from groundswell.errors import ConfigError

__all__ = ["prefect_api", "serve_until_parent_ends"]

START_SECONDS = 120.0
STOP_SECONDS = 5.0
# Only for the temporary server. Blocks are the connectors of other Prefect projects: registering them takes 4 s.
_SERVER_SETTINGS = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}


@contextmanager
def prefect_api(meanwhile: Callable[[], None]) -> Iterator[None]:
    """Flows run inside this block; `meanwhile` is called while the temporary server starts.

    Raises ConfigError where the temporary server does not start, or the user's own does not answer.
    """
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    if own := PREFECT_API_URL.value():
        _check_own(own)
        say(f"The Prefect server at {own} records this run (PREFECT_API_URL).")
        meanwhile()
        yield
        return
    say("Starting Prefect's temporary server on this machine (5 to 20 s) ...")
    log = Path(os.environ["PREFECT_HOME"]) / "temporary-server.log"
    server = _start(log)
    try:
        meanwhile()
        port = _port_of(server)
        if port is None:  # two first runs at once: one made Prefect's tables, and the other stumbled over them
            _stop(server)
            server = _start(log)
            port = _port_of(server)
        if port is None:
            raise ConfigError(
                f"Prefect's temporary server does not start; {log} says why. Set PREFECT_HOME to a new folder, or "
                "PREFECT_API_URL to a Prefect server that runs"
            )
        # Nobody would see a heartbeat; and at its end each flow waits up to a second for the one who sends them.
        settings = {PREFECT_API_URL: f"http://127.0.0.1:{port}/api", PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings(settings):
            try:
                yield
            finally:
                _send_last_events()
    finally:
        _stop(server)


def serve_until_parent_ends() -> None:
    """Serves Prefect's API on a free port of this machine, writes the port to stdout, and ends with its stdin."""
    threading.Thread(target=_end_with_stdin, daemon=True).start()  # first: the imports take seconds
    import uvicorn
    from prefect.server.api.server import create_app

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
            await super().startup()
            print(self.servers[0].sockets[0].getsockname()[1], flush=True)
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads on: what is printed now goes to the log

    app = create_app(ephemeral=True, final=True)
    server = Announced(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="on"))
    server.run()


def _end_with_stdin() -> None:
    # Not by sys.stdin: Python cannot end while a thread waits in there.
    while os.read(0, 1):
        pass
    os._exit(0)  # at once, whatever is under way: nothing of it is ours, and a half-made SQLite write is rolled back


def _check_own(url: str) -> None:
    """Raises ConfigError where the user's own server does not answer."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        problem = client.api_healthcheck()
    if problem is not None:
        raise ConfigError(
            f"the Prefect server at {url} does not answer ({problem}); start it, or take PREFECT_API_URL out of the "
            "environment to use a temporary one"
        )


def _start(log: Path) -> subprocess.Popen[str]:
    """The server's process, started and not waited for."""
    # -P and this process's own path: a folder `flows` where the user happens to stand is not ours.
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    environment = {**os.environ, **_SERVER_SETTINGS, "PYTHONPATH": path}
    with log.open("w") as errors:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.server"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C is for us: the flow still has to tell the server how it ended
        )


def _port_of(server: subprocess.Popen[str]) -> int | None:
    """The port, once the server answers there; None where it does not come up."""
    assert server.stdout is not None
    too_late = threading.Timer(START_SECONDS, server.kill)
    too_late.start()
    try:
        line = server.stdout.readline().strip()
    finally:
        too_late.cancel()
    return int(line) if line.isdigit() else None


def _send_last_events() -> None:
    """Lets Prefect's sender of events finish while there is still somebody to hear it."""
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all()


def _stop(server: subprocess.Popen[str]) -> None:
    """Ends the server and waits until it is gone."""
    for pipe in (server.stdin, server.stdout):
        if pipe is not None:
            pipe.close()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    serve_until_parent_ends()
