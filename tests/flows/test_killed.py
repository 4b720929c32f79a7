"""The real command, killed: what it was doing is done by the next run, and nothing of it is left running."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from files_for_tests import command, files_in, reviews, wait_for_children, wait_until_gone, write_csv
from kills_for_tests import Moment, kill_at, start
from stores_for_tests import differences, stored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
# The line after which the run is killed, and within how many seconds.
MOMENTS = (("Starting Prefect", 5.0), ("reading", 2.5))
PROGRESS = re.compile(r"  [\w ,]+( \([\d,]+\))?: \d+\.\d s|  note: .+|Starting Prefect's temporary server .+")


def server_in_use() -> str:
    """The session's Prefect server: a run that uses it is at work some seconds earlier."""
    from prefect.settings import PREFECT_API_URL

    return str(PREFECT_API_URL.value())


@pytest.mark.soak
def test_a_killed_try_goes_on_as_if_never_killed(prefect_server, run, environment, tmp_path):
    """`try --store`, killed at random moments run after run and then let through, ends as if it never had been.

    It has the digests, rows and counts of an undisturbed run; and Prefect's server did not outlive its command.
    """
    rows = [*reviews(200), ["bad", "2026-10-01", "", ""]]
    file = write_csv(tmp_path / "reviews.csv", rows)
    whole = run("try", file, "--out", tmp_path / "whole", "--store", tmp_path / "whole.db")
    assert whole.code == 0
    moments = [Moment((cue,), random.uniform(0, within)) for cue, within in MOMENTS]
    line = ("try", file, "--out", tmp_path / "out", "--store", tmp_path / "killed.db")
    running = start(line, environment)
    servers = wait_for_children(running.pid)
    kill_at(running, moments[0])
    assert wait_until_gone(servers), f"the server outlived its command, killed at {moments[0]}"
    for moment in moments[1:]:
        kill_at(start(line, {**environment, "PREFECT_API_URL": server_in_use()}), moment)
    last = run(*line)
    assert last.code == 0, moments
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole"), moments
    assert differences(stored(tmp_path / "whole.db"), stored(tmp_path / "killed.db")) == [], moments


def test_the_command_as_a_user_runs_it(environment, review_file, tmp_path):
    """`groundswell try FILE` in a folder of its own: digests in ./digests, results on stdout, progress on stderr.

    Even where the user stands in a folder with a package `flows` of another program, and behind a proxy that cannot
    reach this machine.
    """
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("raise SystemExit('the wrong flows')")
    proxied = {**environment, "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    trying = subprocess.run(
        command("try", review_file), env=proxied, cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert trying.returncode == 0, trying.stderr
    assert len(list((tmp_path / "digests").rglob("digest.html"))) == 4
    assert trying.stdout.rstrip().endswith(f"Open {Path('digests') / 'index.html'}")
    assert trying.stderr.startswith("Starting Prefect's temporary server")
    assert [said for said in trying.stderr.splitlines() if not PROGRESS.fullmatch(said)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digests", "flows"]
