"""Runs of the real command that are killed, and a project on which a run has something of everything to do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from files_for_tests import children_of, command, files_in, reviews, write_csv
from postgres_for_tests import copy_database, drop_database, new_database
from projects_for_tests import make_project
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from stores_for_tests import stored

__all__ = [
    "AS_OF",
    "LOAD_OPEN",
    "PHASES",
    "Killed",
    "Moment",
    "PostgresStores",
    "SqliteStores",
    "change_project",
    "copy_project",
    "kill_at",
    "make_two_sources",
    "phase_of",
    "start",
    "state_of",
]

AS_OF = ("2026-10-25", "2026-11-01")  # the day of the project's first run, and of the one after change_project
LOAD_OPEN = "a load is open"  # a cue that stands in the store, not on stderr
_POLL = 0.02

# The phases of a run, in order, each with the cues that it begins with: how a line on stderr begins.
PHASES: Mapping[str, tuple[str, ...]] = {
    "start": (),
    "server and imports": ("The Prefect server", "Starting Prefect"),
    "ingest": (LOAD_OPEN,),
    "analysis": ("batch checks of answers",),
    "digests and pages": ("saving",),
    "index and end": ("pages (",),
}
# The phase that a run is in after a line, the last that fits; a line tells that something has ended.
_AFTER = {
    **dict.fromkeys(("The Prefect server", "Starting Prefect"), "server and imports"),
    **dict.fromkeys(("reading", "batch checks"), "ingest"),
    **dict.fromkeys(("batch checks of answers", "languages", "sentiment", "embedding", "themes"), "analysis"),
    **dict.fromkeys(("saving", "note", "pain points"), "digests and pages"),
    "pages": "index and end",
}
_ANSWERS = """
[sources.answers]
kind = "survey"
files = ["answers"]
[sources.answers.columns]
text = [["review"]]
id = "id"
date = "date"
score = { column = "rating", low = 1, high = 5, metric = "csat" }
"""


@dataclass(frozen=True)
class Moment:
    """So many seconds after a line that begins with one of the cues; without one, after the start."""

    cues: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Killed:
    """How a run ended at its moment: what it had printed on stderr, its phase, and the processes that it had started.

    `by_us` is False where it had ended by itself before, with this code.
    """

    lines: Sequence[str]
    phase: str
    children: Sequence[int]
    by_us: bool
    code: int


@dataclass(frozen=True)
class SqliteStores:
    """Stores that are files of their project."""

    def new(self, folder: Path) -> str:
        """The place of a store that is not there yet."""
        return str(folder / "groundswell.db")

    def copy(self, store: str, folder: Path) -> str:
        """The place of a store that was copied with its folder."""
        return self.new(folder)

    def drop(self, store: str) -> None:
        """Nothing: it goes with its folder."""


@dataclass(frozen=True)
class PostgresStores:
    """Stores that are databases of one server, by the folder of its socket."""

    home: Path

    def new(self, folder: Path) -> str:
        """The URL of an empty database."""
        return new_database(self.home)

    def copy(self, store: str, folder: Path) -> str:
        """The URL of a copy of a database."""
        return copy_database(self.home, store)

    def drop(self, store: str) -> None:
        """Removes a database."""
        drop_database(self.home, store)


def make_two_sources(folder: Path, more: str = "") -> Path:
    """The settings of a project with a file of reviews and a watched folder of answers, some rows to be refused."""
    place = make_project(folder, rows=0, more=_ANSWERS + more)
    bad = [["bad1", "2026-10-20", "", ""], ["bad2", "2026-10-28", "", ""]]
    write_csv(folder / "data" / "reviews.csv", [*reviews(110), *bad])
    (folder / "answers").mkdir()
    write_csv(folder / "answers" / "answers-1.csv", [*_renamed(reviews(60, seed=6), "a"), [""] * 4, bad[0]])
    _date_files(folder, AS_OF[0])
    return place


def change_project(folder: Path) -> None:
    """What has come until the next run: rows of the old file changed, mended and added; a new file for each source."""
    rows = reviews(110)
    for row in rows[::25]:
        row[3] = f"On second thoughts: {row[3]}"
    late = ["late", "2026-10-22", "1", "Nobody answers the phone at the hotline, and the parcel is lost."]
    mended = ["bad1", "2026-10-20", "2", "The courier left the box in the rain."]
    write_csv(folder / "data" / "reviews.csv", [*rows, mended, ["bad2", "2026-10-28", "", ""], late])
    write_csv(folder / "data" / "reviews-2.csv", _renamed(reviews(35, seed=7, days=21), "n"))
    more = _renamed(reviews(25, seed=9, days=14), "m")
    write_csv(folder / "answers" / "answers-2.csv", [*more, ["bad3", "2026-10-30", "", ""], [""] * 4])
    _date_files(folder, AS_OF[1], "data/*", "answers/answers-2.csv")


def _date_files(folder: Path, day: str, *patterns: str) -> None:
    """Gives files a fixed time: cursors hold it, so that the stores of two such projects are equal."""
    seconds = datetime.fromisoformat(f"{day} 22:00+00:00").timestamp()
    for path in [path for pattern in patterns or ("data/*", "answers/*") for path in folder.glob(pattern)]:
        os.utime(path, (seconds, seconds))


def _renamed(rows: list[list[str]], prefix: str) -> list[list[str]]:
    return [[f"{prefix}{row[0]}", *row[1:]] for row in rows]


def copy_project(folder: Path, target: Path) -> Path:
    """A copy of a project's folder, in place of what is there; its files keep the times that the store knows."""
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(folder, target)


def state_of(folder: Path, store: str) -> dict[str, Any]:
    """Everything that a project's runs have left: all that its store holds, and every file below out/."""
    return {**stored(store), **{f"out/{name}": content for name, content in files_in(folder / "out").items()}}


def start(arguments: Sequence[object], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """The command, started, its progress readable."""
    return subprocess.Popen(
        command(*arguments), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def kill_at(running: subprocess.Popen[str], moment: Moment, store: str | Path = "") -> Killed:
    """Kills a run at the moment, by SIGKILL; one that ends before is let go. LOAD_OPEN needs the store to look into."""
    assert running.stderr is not None
    lines: list[str] = []
    if LOAD_OPEN in moment.cues:
        while running.poll() is None and not _is_load_open(store):
            time.sleep(_POLL)
    elif moment.cues:
        for line in running.stderr:
            lines.append(line.strip())
            if lines[-1].startswith(moment.cues):
                break
    time.sleep(moment.seconds)
    children = children_of(running.pid)
    running.kill()
    with running:
        lines += [line.strip() for line in running.stderr]
    phase = phase_of(lines)
    if phase == "server and imports" and store and _is_load_open(store):
        phase = "ingest"
    return Killed(lines, phase, children, running.returncode == -signal.SIGKILL, running.returncode)


def phase_of(lines: Sequence[str]) -> str:
    """The phase that a run is in which has printed these lines on stderr; between two lines nobody knows better."""
    known = [phase for line in lines for cue, phase in _AFTER.items() if line.startswith(cue)]
    return known[-1] if known else "start"


def _is_load_open(store: str | Path) -> bool:
    """Whether the store has an open load. Only looks: `open_store` would finish what a killed run left of it."""
    if "://" in str(store):
        engine = create_engine(make_url(str(store)).set(drivername="postgresql+pg8000"), poolclass=NullPool)
    else:
        engine = create_engine(f"sqlite:///file:{store}?mode=ro&uri=true", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT count(*) FROM load WHERE state = 'open'")))
    except SQLAlchemyError:
        return False  # not made yet
