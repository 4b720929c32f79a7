"""How soon the commands that only look answer: `--help`, `status`, `quarantine list`, as whole processes.

    python -m benchmarks.answers [--records 20000] [--rounds 10]

Makes a project with so many invented reviews (one in twenty refused), ingests it, and prints the least, the median and
the greatest wall time of each command beside those of `python -c pass`; exit code 1 where a median reaches a second.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

# The project and the commands are those of the tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

from commands_for_tests import environment_in, run_command
from files_for_tests import command, reviews, write_csv
from projects_for_tests import make_project

PROMISED = 1.0  # seconds


def seconds_of(line: list[str], rounds: int, environment: dict[str, str]) -> list[float]:
    """The wall times of so many runs of a command."""
    taken = []
    for _ in range(rounds):
        began = time.monotonic()
        subprocess.run(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        taken.append(time.monotonic() - began)
    return taken


def main() -> int:
    """Make the project, time the commands, print; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_in(Path(folder) / "home")
        os.environ["GROUNDSWELL_KEY_FILE"] = environment["GROUNDSWELL_KEY_FILE"]
        project = make_project(Path(folder) / "project", rows=0)
        rows = reviews(asked.records, days=364)
        refused = [[f"bad{n}", date(2026, 10, 30).isoformat(), "", ""] for n in range(asked.records // 20)]
        write_csv(project.parent / "data" / "reviews.csv", [*rows, *refused])
        ended = run_command("ingest", "--settings", project, environment=environment, folder=project.parent)
        print(ended.out.splitlines()[0] if ended.out else ended.err)
        lines = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "groundswell --help": command("--help"),
            "groundswell status": command("status", "--settings", project),
            "groundswell quarantine list": command("quarantine", "list", "--settings", project),
        }
        slow = False
        for name, line in lines.items():
            taken = seconds_of(line, asked.rounds, environment)
            print(f"{name:<28} {min(taken):.2f} / {median(taken):.2f} / {max(taken):.2f} s (least, median, greatest)")
            slow = slow or median(taken) >= PROMISED
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
