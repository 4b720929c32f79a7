"""How our processes start: telemetry off, nothing sent anywhere, Prefect's files in a folder of their own."""

from __future__ import annotations

import atexit
import gc
import os
import signal
from importlib import import_module
from pathlib import Path

from groundswell.errors import ConfigError

__all__ = [
    "end_tidily_when_told",
    "load_libraries",
    "look_for_garbage_rarely",
    "prepare_environment",
    "prepare_prefect",
]

# A promise, not a default: whatever the user's environment says of other programs.
_NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "ORT_DISABLE_TELEMETRY": "1",
}
_DEFAULTS = {
    # What the libraries log is not for who waits for a digest; a value set by the user shows it again.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_CLI_PROMPT": "false",
    "TOKENIZERS_PARALLELISM": "false",
}


def prepare_environment() -> None:
    """Sets, before the libraries are imported, what keeps them quiet, offline and out of the user's own Prefect.

    A value that the user has set stays, except where it would switch telemetry on. Prefect's database is not ours: it
    lives beside the user's other state.
    """
    os.environ.update(_NO_TELEMETRY)
    if "PREFECT_HOME" not in os.environ:
        os.environ.pop("PREFECT_PROFILE", None)  # names a profile in the user's own Prefect home
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    for name, value in {**_DEFAULTS, "PREFECT_HOME": str(state / "groundswell" / "prefect")}.items():
        os.environ.setdefault(name, value)
    for name in ("NO_PROXY", "no_proxy"):
        # The temporary server is on this machine; a company's proxy could not reach it.
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys((*hosts, "127.0.0.1", "localhost")))


def look_for_garbage_rarely() -> None:
    """Spares the command most of the searches for garbage, and the one at its end.

    Imports make none: searching there takes a third of the time until a command gets to work or finds that another one
    does (measured: 0.41 instead of 0.62 s).
    """
    gc.set_threshold(50_000, 50, 50)
    atexit.register(gc.freeze)


def end_tidily_when_told() -> None:
    """Lets SIGTERM and SIGHUP end the command as an error would: what is temporary is removed on the way out."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it: so do we
            signal.signal(number, end)


def prepare_prefect() -> None:
    """Makes the folder that Prefect keeps its own database in; ConfigError where it cannot be made."""
    home = Path(os.environ["PREFECT_HOME"])
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "temporary-server.log").touch()
    except OSError as error:
        raise ConfigError(f"{home}: cannot be written: {error.strerror}; set PREFECT_HOME to another folder") from error


def load_libraries(flow: str = "flows.first_digest") -> None:
    """Imports what a flow will use: seconds that pass while the temporary server starts on another processor."""
    from expectations.gate import load_library

    for room in (flow, "analysis.findings.everything", "analysis.themes.fit", "reports.build"):
        import_module(room)
    load_library()
