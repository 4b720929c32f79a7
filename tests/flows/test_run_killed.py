"""The scheduled job, killed at random moments: the next run ends where an undisturbed one does."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kills_for_tests import (
    AS_OF,
    PostgresStores,
    SqliteStores,
    change_project,
    copy_project,
    make_two_sources,
    state_of,
)
from postgres_for_tests import NoPostgresError, postgres_server
from stores_for_tests import differences

PROGRAM = Path(__file__).with_name("killed_job.py")
# A few of what `python -m benchmarks.kills` does a hundred times with the command itself: the phases in which the runs
# are killed, one after the other, and the most seconds into them.
MOMENTS = (("ingest", 0.5), ("analysis", 1.0), ("digests and pages", 0.8))
TWO_PAGES = '[audiences.service]\nperiod = "week"\n[audiences.operations]\nperiod = "week"\n'

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are Unix's")


@dataclass(frozen=True)
class Job:
    """A project on which runs are to be killed, and what a run that nothing disturbs leaves there."""

    project: Path
    store: str
    as_of: str
    expected: Mapping[str, Any]
    moments: list[tuple[str, float]]

    def __str__(self) -> str:
        """As killed_job.py takes it."""
        arguments = ["run", "--settings", str(self.project / "groundswell.toml"), "--as-of", self.as_of]
        return json.dumps({"arguments": arguments, "store": self.store, "moments": self.moments})


@pytest.fixture
def server() -> Iterator[PostgresStores | None]:
    """Stores on PostgreSQL; None where it cannot run."""
    with ExitStack() as running:
        try:
            yield PostgresStores(running.enter_context(postgres_server()))
        except NoPostgresError:
            yield None


@pytest.mark.soak
def test_killed_runs_and_one_let_through_leave_what_one_run_leaves(prefect_server, run, server, environment, tmp_path):
    """Killed in three phases, one after the other, and then let through, a run leaves the store and the files that it
    leaves undisturbed: records, versions, quarantine, accounting, cursors, analysis, digests, pages.

    So does the first run of a project on PostgreSQL, killed likewise; and it leaves what it leaves on SQLite.
    """
    stores = SqliteStores()
    first = make_two_sources(tmp_path / "first", TWO_PAGES).parent
    new = copy_project(first, tmp_path / "new")
    assert run("run", "--settings", first / "groundswell.toml", "--as-of", AS_OF[0]).code == 0
    expected = state_of(first, stores.new(first))
    changed = copy_project(first, tmp_path / "changed")
    change_project(changed)
    second = copy_project(changed, tmp_path / "second")
    assert run("run", "--settings", second / "groundswell.toml", "--as-of", AS_OF[1]).code == 0
    moments = [(phase, random.uniform(0, within)) for phase, within in MOMENTS]
    jobs = [Job(changed, stores.new(changed), AS_OF[1], state_of(second, stores.new(second)), moments)]
    if server is not None:
        jobs.append(Job(new, server.new(new), AS_OF[0], expected, moments))
    for job, ended in zip(jobs, done(jobs, environment), strict=True):
        assert ended["code"] == 0, ended
        assert differences(job.expected, state_of(job.project, job.store)) == [], (job.moments, ended["phases"])


def done(jobs: list[Job], environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """How each job went, done by killed_job.py on the session's Prefect server."""
    from prefect.settings import PREFECT_API_URL

    variables = {**environment, "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    program = subprocess.run(
        [sys.executable, PROGRAM, *map(str, jobs)], env=variables, capture_output=True, text=True, timeout=300
    )
    assert program.returncode == 0, program.stderr
    return [json.loads(line) for line in program.stdout.splitlines()]
