"""Made-up exports for the tests of whole runs, and the real command beside the one that runs in this process."""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

__all__ = [
    "REVIEW_COLUMNS",
    "command",
    "files_in",
    "reading_processes",
    "reviews",
    "wait_for_children",
    "wait_until_gone",
    "write_csv",
]

REVIEW_COLUMNS = ("id", "date", "rating", "review")
# (first sentence, rating) by topic: enough for themes, and for scores that go with them.
_TOPICS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "delivery": (
        ("The parcel arrived two weeks late", 2),
        ("Delivery took far too long", 1),
        ("My order was never delivered", 1),
        ("The courier left the box in the rain", 2),
    ),
    "price": (
        ("Far too expensive for what it is", 2),
        ("The price went up again without a word", 2),
        ("Great value for the money", 5),
    ),
    "app": (
        ("The app crashes when I log in", 1),
        ("Login does not work since the update", 1),
        ("The app is easy to use and looks nice", 5),
    ),
    "staff": (
        ("The staff were friendly and helpful", 5),
        ("Support answered within minutes", 5),
        ("Nobody answers the phone at the hotline", 1),
    ),
}


def reviews(rows: int = 300, *, seed: int = 5, days: int = 56, last: date = date(2026, 11, 1)) -> list[list[str]]:
    """Rows of REVIEW_COLUMNS in the order of time: each about one topic, every third about a second one as well."""
    random, made = Random(seed), []
    for number in range(rows):
        text, rating = random.choice(_TOPICS[random.choice(list(_TOPICS))])
        if number % 3 == 0:
            text += f". {random.choice(_TOPICS[random.choice(list(_TOPICS))])[0]}"
        day = last - timedelta(days=days - 1 - number * days // rows)
        made.append([f"r{number}", day.isoformat(), str(rating), f"{text}, parcel {number}."])
    return made


def write_csv(path: Path, rows: list[list[str]], header: tuple[str, ...] = REVIEW_COLUMNS) -> Path:
    """A comma-separated file with a header, a minute old; rows of any width are written as they are."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    # A watched folder leaves a younger file for later: it may still be being written.
    os.utime(path, ns=(0, time.time_ns() - 60 * 10**9))
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path, but for the quality page: that tells when each load came in."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "quality.html")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def command(*arguments: object) -> list[str]:
    """`groundswell ...` as a shell would run it: the script that the installation made."""
    script = Path(sys.executable).with_name("groundswell.exe" if os.name == "nt" else "groundswell")
    return [str(script), *map(str, arguments)]


def wait_for_children(pid: int) -> list[int]:
    """The processes that one has started, as soon as there is one."""
    if not Path("/proc/self/task").exists():
        pytest.skip("no /proc on this system")
    for _ in range(600):
        if children := children_of(pid):
            return children
        time.sleep(0.05)
    raise AssertionError("no process was started within 30 s")


def children_of(pid: int) -> list[int]:
    """The processes that one has started; none where the system does not tell."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def reading_processes() -> list[int]:
    """The processes in which this one reads workbooks and Parquet files at this moment."""
    if not Path("/proc/self/task").exists():
        pytest.skip("no /proc on this system")
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children if b"extractors.isolated" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def wait_until_gone(pids: list[int]) -> bool:
    """Whether the processes end within 10 s; one that nobody has asked for its exit code yet has ended."""
    for _ in range(200):
        if not any(_is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _is_alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
