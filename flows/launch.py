"""How our processes start: telemetry off, nothing sent anywhere, Prefect's files in a folder of their own."""

from __future__ import annotations

import os
from pathlib import Path

from groundswell.errors import ConfigError

__all__ = ["prepare_environment", "prepare_prefect"]


def prepare_environment() -> None:
    """Sets, before the libraries are imported, what keeps them quiet, offline and out of the user's own Prefect.

    A value that the user has set stays. Prefect's database is not ours: it lives beside the user's other state.
    """
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    defaults = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "PREFECT_HOME": str(state / "groundswell" / "prefect"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_CLI_PROMPT": "false",
        "GX_ANALYTICS_ENABLED": "false",
        "TOKENIZERS_PARALLELISM": "false",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def prepare_prefect() -> None:
    """Makes the folder that Prefect keeps its own database in; ConfigError where it cannot be made."""
    home = Path(os.environ["PREFECT_HOME"])
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{home}: cannot be made: {error.strerror}; set PREFECT_HOME to another folder") from error
