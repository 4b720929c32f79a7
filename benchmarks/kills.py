"""`groundswell run`, killed by SIGKILL at random moments: is what is stored in the end what an undisturbed run stores?

    python -m benchmarks.kills [--kills 100] [--databases sqlite postgres] [--seed N]

Some 230 made-up rows in four files of two sources: a first run of a new project, and a run after a file has changed
and two more have come. From each of the two, in turn, the command is killed one to four times and then let through;
then everything stored (records, versions, quarantine, sums of the accounting, cursors, analysis, digests) and every
file below out/ is compared with what an undisturbed run has left. One of three moments is anywhere in the run, the
others in a phase of it, so that short phases are hit as well. One lasting Prefect server serves all runs, but every
tenth kill meets a command with a temporary server of its own.

Prints how many kills hit which phase, every difference, and processes that outlived their command; exit code 1 where
there was any.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

# The project, and how a run is killed and compared, are those of the test of killed runs.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

from commands_for_tests import environment_in, one_prefect_server, run_command
from files_for_tests import wait_until_gone
from kills_for_tests import (
    AS_OF,
    PHASES,
    Moment,
    PostgresStores,
    SqliteStores,
    change_project,
    copy_project,
    kill_at,
    make_two_sources,
    phase_of,
    start,
    state_of,
)
from postgres_for_tests import postgres_server
from stores_for_tests import differences

MOST_IN_A_ROW = 4
OWN_SERVER = 10  # every so many kills the command has a temporary server of its own


@dataclass(frozen=True)
class Beginning:
    """What a series of kills begins with, and what an undisturbed run from there leaves, phase by phase in seconds."""

    name: str
    folder: Path
    store: str | None  # None: there is none yet
    as_of: str
    expected: Mapping[str, Any]
    seconds: Mapping[str, float]


@dataclass
class Tally:
    """What came of the kills on one database."""

    phases: Counter[str] = field(default_factory=Counter)
    series: int = 0
    ended: int = 0  # runs that had ended before their moment
    own_server: int = 0
    outlived: int = 0
    wrong: list[str] = field(default_factory=list)


class Harness:
    """The command on the stores of one database."""

    def __init__(self, folder: Path, stores: SqliteStores | PostgresStores, environment: Mapping[str, str]) -> None:
        self.folder, self.stores, self.environment = folder, stores, environment

    def beginnings(self) -> list[Beginning]:
        """A new project; and the same after its first run, with changed files."""
        new = self.folder / "new"
        make_two_sources(new)
        first = copy_project(new, self.folder / "first")
        store = self.stores.new(first)
        seconds = self.undisturbed(first, store, AS_OF[0])
        changed = copy_project(first, self.folder / "changed")
        change_project(changed)
        before = self.stores.copy(store, changed)
        second = copy_project(changed, self.folder / "second")
        after = self.stores.copy(store, second)
        return [
            Beginning("first run", new, None, AS_OF[0], state_of(first, store), seconds),
            Beginning(
                "run after changes",
                changed,
                before,
                AS_OF[1],
                seconds=self.undisturbed(second, after, AS_OF[1]),
                expected=state_of(second, after),
            ),
        ]

    def undisturbed(self, project: Path, store: str, as_of: str) -> dict[str, float]:
        """Runs and gives the seconds of each phase."""
        running = start(arguments(project, as_of), self.environment_for(store))
        spans = seconds_by_phase(running)
        if running.returncode:
            raise SystemExit(f"the undisturbed run failed with exit code {running.returncode}")
        return spans

    def environment_for(self, store: str, *, own_server: bool = False) -> dict[str, str]:
        """The environment of one command."""
        own = {name: value for name, value in self.environment.items() if name != "PREFECT_API_URL" or not own_server}
        return {**own, "GROUNDSWELL_STORE": store}

    def series(self, beginning: Beginning, moments: Iterator[Moment], kills: int, tally: Tally) -> None:
        """So many kills in a row, then a run that is let through, and the comparison."""
        project = copy_project(beginning.folder, self.folder / "killed")
        store = self.stores.new(project) if beginning.store is None else self.stores.copy(beginning.store, project)
        line, met = arguments(project, beginning.as_of), []
        for _ in range(kills):
            own = sum(tally.phases.values()) % OWN_SERVER == OWN_SERVER - 1
            moment = next(moments)
            killed = kill_at(start(line, self.environment_for(store, own_server=own)), moment, store)
            met.append(f"{killed.phase} ({', '.join(moment.cues) or 'start'} + {moment.seconds:.2f} s)")
            tally.outlived += not wait_until_gone(list(killed.children))
            tally.own_server += own and killed.by_us
            if not killed.by_us:
                tally.ended += 1
                tally.wrong += [f"a run ended with exit code {killed.code}: {killed.lines[-1:]}"] if killed.code else []
                break
            tally.phases[killed.phase] += 1
        through = run_command(*line, environment=self.environment_for(store))
        found = differences(beginning.expected, state_of(project, store))
        if through.code:
            found.insert(0, f"the run let through ended with exit code {through.code}: {through.said[-1:]}")
        tally.series += 1
        tally.wrong += [f"{beginning.name}, killed in {', '.join(met)}: {one}" for one in found]
        for one in found:
            print(f"  DIFFERENT after {', '.join(met)}: {one}", flush=True)
        self.stores.drop(store)


def arguments(project: Path, as_of: str) -> tuple[object, ...]:
    """The command line of every run."""
    return "run", "--settings", project / "groundswell.toml", "--as-of", as_of


def seconds_by_phase(running: subprocess.Popen[str]) -> dict[str, float]:
    """How long each phase of a run takes, read off the lines that it prints."""
    assert running.stderr is not None
    spans, phase, lines, last = dict.fromkeys(PHASES, 0.0), "start", list[str](), time.monotonic()
    with running:
        for line in running.stderr:
            now, said = time.monotonic(), line.strip()
            if phase == "server and imports":  # the first line tells the end of the first reading, and its seconds
                inside = float(said.rpartition(": ")[2].removesuffix(" s"))
                spans[phase] += now - inside - last
                phase, last = "ingest", now - inside
            spans[phase] += now - last
            last = now
            lines.append(said)
            phase = phase_of(lines)
    spans[phase] += time.monotonic() - last
    return spans


def moments_in(seconds: Mapping[str, float], random: Random) -> Iterator[Moment]:
    """Without end: two moments in some phase, each phase as often, then one anywhere in the run."""
    while True:
        for turn, phase in enumerate(random.sample(list(PHASES), len(PHASES))):
            yield Moment(PHASES[phase], random.uniform(0, seconds[phase]))
            if turn % 2:
                yield Moment((), random.uniform(0, sum(seconds.values())))


@contextmanager
def stores_of(database: str) -> Iterator[SqliteStores | PostgresStores]:
    """Where the runs on this database keep their stores."""
    if database == "sqlite":
        yield SqliteStores()
        return
    with postgres_server() as home:
        yield PostgresStores(home)


def kill_runs(harness: Harness, kills: int, random: Random) -> tuple[Tally, list[Beginning]]:
    """Kills until there were so many, from both beginnings in turn."""
    tally, beginnings = Tally(), harness.beginnings()
    moments = [moments_in(beginning.seconds, random) for beginning in beginnings]
    while (left := kills - sum(tally.phases.values())) > 0:
        turn = tally.series % len(beginnings)
        harness.series(beginnings[turn], moments[turn], min(left, random.randint(1, MOST_IN_A_ROW)), tally)
        if tally.series % 10 == 0:
            print(f"  so far {sum(tally.phases.values())} kills, {len(tally.wrong)} differences", flush=True)
    return tally, beginnings


def report(database: str, tally: Tally, seconds: float) -> None:
    """Prints what came of it."""
    print(f"{database}: {sum(tally.phases.values())} kills, {tally.series} runs let through, {seconds:,.0f} s")
    print("  hit: " + ", ".join(f"{phase} {tally.phases[phase]}" for phase in PHASES))
    print(f"  {tally.own_server} had a temporary server of their own; {tally.ended} runs ended before their moment")
    print(f"  kills after which a process was left: {tally.outlived}; differences: {len(tally.wrong)}", flush=True)


def main() -> int:
    """Kills on each database; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100, help="on each database")
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgres"), default=["sqlite", "postgres"])
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the moments; default: the time")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    broken, expected = False, list[list[Mapping[str, Any]]]()
    with tempfile.TemporaryDirectory() as folder, one_prefect_server(environment_in(Path(folder))) as environment:
        for database in options.databases:
            began = time.monotonic()
            with stores_of(database) as stores:
                harness = Harness(Path(folder) / database, stores, environment)
                tally, beginnings = kill_runs(harness, options.kills, Random(options.seed))
            report(database, tally, time.monotonic() - began)
            broken |= bool(tally.wrong or tally.outlived)
            expected.append([beginning.expected for beginning in beginnings])
    if len(expected) == 2:
        apart = [line for one, other in zip(*expected, strict=True) for line in differences(one, other)]
        print(f"undisturbed runs, sqlite against postgres: {apart or 'the same'}")
        broken |= bool(apart)
    return int(broken)


if __name__ == "__main__":
    raise SystemExit(main())
