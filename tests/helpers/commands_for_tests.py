"""The real command as a process, in a home of its own and on one Prefect server for many runs."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from files_for_tests import command

__all__ = ["Ended", "environment_in", "one_prefect_server", "run_command"]


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code and what it printed; of a process, the seconds that it took."""

    code: int
    out: str
    err: str
    seconds: float = 0.0

    @property
    def said(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


def environment_in(home: Path) -> dict[str, str]:
    """The environment of a fresh machine, with key, model, Prefect's files and state below `home`."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("GROUNDSWELL_", "PREFECT_", "GX_", "XDG_"))}
    for name in ("COLUMNS", "DO_NOT_TRACK", "PYTEST_CURRENT_TEST"):
        kept.pop(name, None)
    own = {
        "HOME": home,
        "XDG_STATE_HOME": home / "state",
        "XDG_DATA_HOME": home / "share",
        "GROUNDSWELL_CACHE": home / "cache",
        "GROUNDSWELL_KEY_FILE": home / "key",
    }
    return {**kept, **{name: str(value) for name, value in own.items()}}


@contextmanager
def one_prefect_server(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment for commands that use one Prefect server, which runs as long as the block.

    This process takes the environment over for good: flows may be run here as well. For programs, not for tests.
    """
    from flows.launch import prepare_environment, prepare_prefect

    os.environ.clear()
    os.environ.update(environment)
    prepare_environment()
    prepare_prefect()
    from prefect.settings import PREFECT_API_URL

    from flows.server import prefect_api

    with prefect_api(meanwhile=lambda: None):
        yield {**environment, "PREFECT_API_URL": str(PREFECT_API_URL.value())}


def run_command(*arguments: object, environment: Mapping[str, str], folder: Path | None = None) -> Ended:
    """`groundswell ...` as a process, waited for."""
    began = time.monotonic()
    ended = subprocess.run(command(*arguments), env=environment, cwd=folder, capture_output=True, text=True)
    return Ended(ended.returncode, ended.stdout, ended.stderr, time.monotonic() - began)
