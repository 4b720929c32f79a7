"""Many `groundswell ingest` of one source at once: one works, the others say at once who does.

    python -m benchmarks.overlap [--rounds 20] [--processes 8] [--kill-every 4] [--stopped 1]

A project with made-up reviews. In each round a new export lies there, a minute old, and so many processes are started
at the same moment. Promised: one works; each of the others ends with exit code 3 within 5 s of its start, with a line
that names the worker's process. In every fourth round the worker is then killed by SIGKILL, and `groundswell ingest`
is started until it works: its lease is free again within two lease times. The same once for a worker that is stopped,
of which, as of one on a machine that was switched off, nobody can know that it does nothing; it is woken afterwards,
and changes nothing. At the end the store is compared with that of a project in which one process ran each time.

Prints how long the others took, how long it took until a killed worker's lease was free and until another ingest had
worked; exit code 1 where a promise was broken. The seconds are those of an idle machine.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

# The project, and how stores are compared, are those of the tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

from commands_for_tests import environment_in, one_prefect_server, run_command
from files_for_tests import command, reviews, write_csv
from kills_for_tests import copy_project
from projects_for_tests import make_project
from stores_for_tests import differences, stored

from groundswell.leases import SECONDS
from groundswell.storage import open_store

PROMISED = 5.0  # seconds within which one that finds another at work says so
ROWS = 200  # of each round's export
WHO = re.compile(r"groundswell: ingest reviews: another run is at work \(process (\d+) on ")


class Process:
    """One `groundswell ingest`, and when it ended."""

    def __init__(self, project: Path, environment: Mapping[str, str]) -> None:
        self.began = time.monotonic()
        self.running = subprocess.Popen(
            command("ingest", "--settings", project),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.seconds: float | None = None
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._wait)
        self._reader.start()

    def _wait(self) -> None:
        assert self.running.stderr is not None
        self.said = self.running.stderr.read().splitlines()
        self.running.wait()
        self.seconds = time.monotonic() - self.began

    def end(self) -> int:
        """Waits for its end; its exit code."""
        self._reader.join()
        return self.running.returncode

    @property
    def worker(self) -> int | None:
        """The process that works, as this one says."""
        found = WHO.match(self.said[-1]) if self.said else None
        return int(found.group(1)) if found else None


@dataclass
class Figures:
    """What was measured, and what was not as promised."""

    seconds: list[float] = field(default_factory=list)
    free: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    too_early: int = 0  # workers that had ended before they could be killed
    broken: list[str] = field(default_factory=list)


class Overlap:
    """The rounds on one project."""

    def __init__(self, project: Path, environment: Mapping[str, str], figures: Figures) -> None:
        self.project, self.environment, self.figures = project, environment, figures
        self.store = project.parent / "groundswell.db"

    def round(self, number: int, processes: int, sent: signal.Signals | None) -> None:
        """Starts the processes; `sent` is what the worker gets once the others have gone."""
        add_export(self.project.parent, number)
        all_of_them = [Process(self.project, self.environment) for _ in range(processes)]
        while sum(one.seconds is None for one in all_of_them) > 1:
            time.sleep(0.01)
        worker = next((one for one in all_of_them if one.seconds is None), None)
        if sent is not None and worker is not None and worker.running.poll() is None:
            worker.running.send_signal(sent)
            self.until_it_works_again(number, worker)
        elif sent is not None:
            self.figures.too_early += 1
        self.judge(number, all_of_them, sent)

    def judge(self, number: int, processes: list[Process], sent: signal.Signals | None) -> None:
        """Notes the seconds, and what was not as promised."""
        codes = [process.end() for process in processes]
        others = [process for process, code in zip(processes, codes, strict=True) if code == 3]
        workers = [process for process in processes if process not in others]
        self.figures.seconds += [process.seconds or 0.0 for process in others]
        if len(workers) != 1:
            self.note(number, f"{len(workers)} processes worked; exit codes {codes}")
        for process in workers:
            if sent is None and process.running.returncode:
                self.note(number, f"the worker ended with exit code {process.running.returncode}: {process.said[-1:]}")
        for process in others:
            if process.worker not in {worker.running.pid for worker in workers}:
                self.note(number, f"who works was told as {process.said}")
            if (process.seconds or 0.0) > PROMISED:
                self.note(number, f"one took {process.seconds:.1f} s to say that another is at work")

    def until_it_works_again(self, number: int, worker: Process) -> None:
        """Measures until the worker's lease is free and another ingest has worked; a stopped worker is then woken."""
        began = time.monotonic()
        with open_store(self.store) as opened:
            while opened.leases():
                time.sleep(0.05)
        self.figures.free.append(time.monotonic() - began)
        while (ended := run_command("ingest", "--settings", self.project, environment=self.environment)).code == 3:
            pass
        self.figures.worked.append(time.monotonic() - began)
        if ended.code or "quarantined" not in ended.out:
            self.note(number, f"the ingest after it ended with exit code {ended.code}: {ended.said[-1:]}")
        if self.figures.free[-1] > 2 * SECONDS:
            self.note(number, f"the lease was free after {self.figures.free[-1]:.0f} s only")
        if worker.running.poll() is None:  # stopped, not killed
            worker.running.send_signal(signal.SIGCONT)
            # 1: its load was taken over. 0: it had not begun to read, found its lease free again and nothing to do.
            if worker.end() not in (0, 1) or any(line.startswith("Traceback") for line in worker.said):
                self.note(number, f"the stopped worker ended with exit code {worker.end()}: {worker.said[-1:]}")
            print(f"  the stopped worker, woken: {worker.said[-1]}", flush=True)

    def note(self, number: int, what: str) -> None:
        """A promise that was broken."""
        self.figures.broken.append(f"round {number}: {what}")
        print(f"  BROKEN in round {number}: {what}", flush=True)


def add_export(folder: Path, number: int) -> None:
    """The export of a round: rows that were not there before."""
    rows = [[f"{number}-{row[0]}", *row[1:3], f"{row[3]} Round {number}."] for row in reviews(ROWS, seed=number)]
    write_csv(folder / "data" / f"reviews-{number:03}.csv", rows)


def one_by_one(project: Path, exports: Path, environment: Mapping[str, str]) -> None:
    """Ingests the exports of the rounds into another project, one process after each."""
    for export in sorted(exports.glob("*.csv")):
        shutil.copy2(export, project.parent / "data")
        ended = run_command("ingest", "--settings", project, environment=environment)
        if ended.code:
            raise SystemExit(f"the ingest without any other failed: {ended.said[-1:]}")


def signal_of(number: int, options: argparse.Namespace) -> signal.Signals | None:
    """What the worker of a round gets: nothing as a rule."""
    if number <= options.stopped:
        return signal.SIGSTOP
    return signal.SIGKILL if options.kill_every and number % options.kill_every == 0 else None


def spread(seconds: list[float]) -> str:
    """Median and slowest."""
    return f"median {median(seconds):.2f} s, slowest {max(seconds):.2f} s" if seconds else "none"


def report(figures: Figures, options: argparse.Namespace) -> None:
    """Prints what was measured."""
    print(f"{options.rounds} rounds of {options.processes} processes")
    print(f"  {len(figures.seconds)} left to the worker: {spread(figures.seconds)} from start to end")
    stopped, killed = figures.free[: options.stopped], figures.free[options.stopped :]
    print(f"  workers killed: {len(killed)}; lease free again: {spread(killed)}")
    print(f"  workers stopped: {len(stopped)}; lease free again: {spread(stopped)} (lease time {SECONDS:.0f} s)")
    print(f"  from the signal until another ingest had worked: {spread(figures.worked)}")
    print(f"  workers that had ended before their signal: {figures.too_early}")
    print(f"  promises broken: {len(figures.broken)}")


def main() -> int:
    """Runs the rounds; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--kill-every", type=int, default=4, metavar="N", help="kill the worker of every n-th round")
    parser.add_argument("--stopped", type=int, default=1, metavar="N", help="stop the worker of the first n rounds")
    options = parser.parse_args()
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_in(Path(folder))
        os.environ.update(environment)  # for the key that make_project makes
        project = make_project(Path(folder) / "project", rows=0)
        alone = copy_project(project.parent, Path(folder) / "alone") / project.name
        overlap = Overlap(project, environment, figures)
        for number in range(1, options.rounds + 1):
            overlap.round(number, options.processes, signal_of(number, options))
        with one_prefect_server(environment) as beside:
            one_by_one(alone, project.parent / "data", beside)
        for line in differences(stored(alone.parent / "groundswell.db"), stored(overlap.store)):
            overlap.note(options.rounds, f"not the store of one process each time: {line}")
    report(figures, options)
    return int(bool(figures.broken))


if __name__ == "__main__":
    raise SystemExit(main())
