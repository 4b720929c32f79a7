"""Runs that are killed and a last one that is let through, for test_run_killed.py.

    killed_job.py JOB ...     each {"arguments": [...], "store": "...", "moments": [["ingest", 0.4], ...]} in JSON

A program of its own, so that it can import everything once and then fork without threads: a run is at work at once.
For each job it prints a JSON line: the phases in which runs were killed, and how the last one ended.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

from kills_for_tests import PHASES, Moment, kill_at

from flows.cli import main
from flows.launch import load_libraries, prepare_environment


class ForkedRun:
    """The command in a child of this process, with what `kill_at` needs of a subprocess.Popen."""

    def __init__(self, arguments: Sequence[str], store: str) -> None:
        self.args, self.returncode = arguments, None
        reader, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            sys.stdout, sys.stderr = open(os.devnull, "w"), os.fdopen(writer, "w")
            os._exit(run(arguments, store))
        os.close(writer)
        self.stderr = os.fdopen(reader)

    def __enter__(self) -> ForkedRun:
        return self

    def __exit__(self, *_: object) -> None:
        self.stderr.close()
        self.returncode = self.wait(0)

    def poll(self) -> int | None:
        """How it ended; None as long as it runs."""
        return self.wait(os.WNOHANG)

    def kill(self) -> None:
        """Kills it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, 9)

    def wait(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def run(arguments: Sequence[str], store: str) -> int:
    """The command in this process; its exit code."""
    os.environ["GROUNDSWELL_STORE"] = store
    sys.argv = ["groundswell", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        sys.stderr.flush()
    return 0


def do(arguments: Sequence[str], store: str, moments: Sequence[tuple[str, float]]) -> None:
    """The kills of one job, and the run that is let through."""
    phases = [
        kill_at(ForkedRun(arguments, store), Moment(PHASES[phase], seconds), store).phase for phase, seconds in moments
    ]
    with ForkedRun(arguments, store) as last:
        said = last.stderr.read()
    print(json.dumps({"phases": phases, "code": last.returncode, "said": said}), flush=True)


if __name__ == "__main__":
    prepare_environment()
    load_libraries("flows.pipeline")
    for library in ("alembic", "bertopic", "fastapi.encoders"):  # what a run imports later, and takes long
        import_module(library)
    for job in sys.argv[1:]:
        do(**json.loads(job))
