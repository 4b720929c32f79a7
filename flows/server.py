"""Prefect's API: the user's own server where PREFECT_API_URL names one, else a temporary one for one command; and the
lasting one of `groundswell serve`, with schedules and pages.

Both are processes of ours that end with the command, however that ends: they read their standard input, which the
system closes when the command's process is gone, even by SIGKILL. Prefect can start one by itself; that one outlives a
killed command, loads the whole server into the command's own process, and starts while nothing else is done. They
keep flow runs and artifacts in PREFECT_HOME; task runs too where somebody can look at them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Listener
from pathlib import Path

from flows.progress import say
from flows.server_process import HOST
from groundswell.errors import ConfigError

__all__ = ["HOST", "lasting_server", "our_python", "prefect_api"]

START_SECONDS = 120.0
STOP_SECONDS = 5.0
# Blocks are the connectors of other Prefect projects: registering them takes 4 s.
_SERVER_SETTINGS = {
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}
_TEMPORARY = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
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
    server = _start(log, _TEMPORARY)
    try:
        meanwhile()
        port = _port_of(server)
        if port is None:  # two first runs at once: one made Prefect's tables, and the other stumbled over them
            _stop(server)
            server = _start(log, _TEMPORARY)
            port = _port_of(server)
        if port is None:
            raise ConfigError(
                f"Prefect's temporary server does not start; {log} says why. Set PREFECT_HOME to a new folder, or "
                "PREFECT_API_URL to a Prefect server that runs"
            )
        # Nobody would see a heartbeat; and at its end each flow waits up to a second for the one who sends them.
        settings = {PREFECT_API_URL: f"http://{HOST}:{port}/api", PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings(settings), _without_events():
            yield
    finally:
        _stop(server)


@contextmanager
def lasting_server(port: int, folder: Path, meanwhile: Callable[[], None]) -> Iterator[subprocess.Popen[str]]:
    """Prefect's server with schedules and pages on http://127.0.0.1:PORT, its database in `folder`, for the block.

    Raises ConfigError where the port is taken or the server does not start.
    """
    _check_port(port)
    address, log = f"http://{HOST}:{port}", folder / "server.log"
    server = _start(log, _lasting(address, folder), port)
    try:
        meanwhile()
        if _port_of(server) is None:
            raise ConfigError(f"Prefect's server does not start; {log} says why")
        yield server
    finally:
        _stop(server)


def our_python(module: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command line that runs a module of ours with this Python, and the environment for it."""
    # -P and this process's own path: a folder `flows` where the user happens to stand is not ours.
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    return [sys.executable, "-P", "-m", module, *arguments], {**os.environ, "PYTHONPATH": path}


def _lasting(address: str, folder: Path) -> dict[str, str]:
    """Settings of the lasting server: its own database and pages, and answers to its own pages only."""
    return {
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{(folder / 'prefect.db').as_posix()}",
        "PREFECT_SERVER_UI_API_URL": f"{address}/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(folder / "pages"),  # else they are unpacked beside Prefect's code
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{address},{address.replace(HOST, 'localhost')}",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",  # runs of 90 days are kept
    }


def _check_port(port: int) -> None:
    """Raises ConfigError where another program listens on the port."""
    try:
        Listener((HOST, port)).close()
    except OSError as error:
        raise ConfigError(
            f"port {port} of {HOST}: {(error.strerror or str(error)).lower()}; does `groundswell serve` run already? "
            "Else choose another port with --port or serve.port in the settings"
        ) from error


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


def _start(log: Path, settings: dict[str, str], port: int = 0) -> subprocess.Popen[str]:
    """The server's process, started and not waited for."""
    command, environment = our_python("flows.server_process", str(port))
    with log.open("w") as errors:
        return subprocess.Popen(
            command,
            env={**environment, **_SERVER_SETTINGS, **settings},
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


@contextmanager
def _without_events() -> Iterator[None]:
    """Tells the server nothing of each state of each task: the temporary one keeps none of it (_TEMPORARY).

    Measured for a run of 240 reviews: 0.3 instead of 0.5 s of the server's time, and a tenth less of ours.
    """
    from prefect.events.clients import NullEventsClient
    from prefect.events.worker import EventsWorker

    EventsWorker.set_client_override(NullEventsClient)
    try:
        yield
    finally:
        EventsWorker.set_client_override(None)
        EventsWorker.drain_all()  # its thread ends while there is still somebody to say goodbye to


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
