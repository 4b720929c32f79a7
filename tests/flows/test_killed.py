"""The real command, killed: what it was doing is done by the next run, and nothing of it is left running."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from files_for_tests import command, files_in, reviews, wait_for_children, wait_until_gone, write_csv

from groundswell.storage import open_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
# The line after which the run is killed, and within how many seconds.
MOMENTS = (("Starting Prefect", 6.0), ("reading", 0.3), ("sentiment", 1.0), ("themes", 0.6))


def start(arguments: tuple[object, ...], environment: dict[str, str]) -> subprocess.Popen[str]:
    """The command, started, its progress readable."""
    return subprocess.Popen(
        command(*arguments), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_after(running: subprocess.Popen[str], cue: str, seconds: float) -> None:
    """Kills the process some time after it has printed a line that begins with `cue`."""
    assert running.stderr is not None and running.stdout is not None
    for line in running.stderr:
        if line.strip().startswith(cue):
            break
    time.sleep(seconds)
    running.kill()
    running.wait()
    running.stderr.close()
    running.stdout.close()


def stored(store: Path) -> dict[str, object]:
    """What a store holds, without ids and times of loads."""
    with open_store(store) as opened:
        feedback = opened.load_feedback()
        clauses, comments, themes = opened.load_analysis()
        return {
            "feedback": feedback.to_csv(),
            "clauses": clauses.to_csv(),
            "comments": comments.to_csv(),
            "themes": themes.to_csv(),
            "quarantine": [(entry.row, entry.number, entry.state) for entry in opened.load_quarantine()],
            "quality": opened.quality(),
            "unfinished": len(opened.repair()),
        }


def test_a_killed_try_goes_on_as_if_never_killed(prefect_server, run, environment, tmp_path):
    """`try --store` killed at random moments, one run after the other, and then let through, ends with the digests,
    rows and counts of a run that was never killed; Prefect's server never outlives the command."""
    rows = [*reviews(200), ["bad", "2026-10-01", "", ""]]
    file = write_csv(tmp_path / "reviews.csv", rows)
    whole = run("try", file, "--out", tmp_path / "whole", "--store", tmp_path / "whole.db")
    assert whole.code == 0
    moments = [(cue, random.uniform(0, within)) for cue, within in MOMENTS]
    line = ("try", file, "--out", tmp_path / "out", "--store", tmp_path / "killed.db")
    for cue, seconds in moments:
        running = start(line, environment)
        servers = wait_for_children(running.pid)
        kill_after(running, cue, seconds)
        assert wait_until_gone(servers), f"the server outlived its command, killed {seconds:.2f} s after {cue!r}"
    last = run(*line)
    assert last.code == 0, moments
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole"), moments
    assert stored(tmp_path / "killed.db") == stored(tmp_path / "whole.db"), moments


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
    assert " | " not in trying.stderr and "arning" not in trying.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digests", "flows"]
