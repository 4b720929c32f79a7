"""Processes that hold leases, for test_leases_processes.py; a program of its own, so that it can fork without threads.

    lease_holders.py hold URL SECONDS              hold the lease `reviews`, save a page, wait for a line; try to go on
    lease_holders.py race URL PROCESSES ROUNDS     start so many processes at the same moment, ROUNDS times

`hold` prints a line once it holds, and after the line on its input what became of each further save. `race` prints a
JSON line for each round: how many got the lease, what the others were told, and how long that took.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from groundswell.errors import AlreadyRunning, StoreError
from groundswell.leases import holding
from groundswell.records import Feedback, Kind
from groundswell.storage import open_store

START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


def record(number: int) -> list[Feedback]:
    return [Feedback("reviews", str(number), Kind.REVIEW, str(number), f"text {number}", f"hash {number}", row=number)]


def hold(url: str, seconds: float) -> None:
    with holding(url, ["reviews"], seconds) as held, open_store(url) as store:
        lease = held["reviews"]
        load = store.open_load("reviews", Kind.REVIEW, START, lease)
        store.save_page(load, record(1), [], {}, {"page": 1})
        print("holding", flush=True)
        sys.stdin.readline()
        for name, step in (
            ("page", lambda: store.save_page(load, record(2), [], {}, {"page": 2})),
            ("close", lambda: store.close_load(load, "accepted")),
            ("open", lambda: store.open_load("reviews", Kind.REVIEW, START, lease)),
            ("digest", lambda: store.save_digest("product", "2026-W46", "old", "{}", lease=lease)),
        ):
            print(name, outcome(step), flush=True)


def outcome(step: Callable[[], Any]) -> str:
    try:
        step()
    except StoreError as error:
        return f"refused: {error}"
    return "saved"


def race(url: str, processes: int, rounds: int) -> None:
    open_store(url).close()
    for number in range(rounds):
        print(json.dumps(run_race(url, processes, number)), flush=True)


def run_race(url: str, processes: int, number: int) -> dict[str, Any]:
    """One round. The one that gets the lease keeps it until all others have answered; in every third round it is
    killed then, so that the next round begins with the lease of a dead process."""
    start, end, answers = os.pipe(), os.pipe(), os.pipe()
    children = [fork_runner(url, start, end, answers, abrupt=number % 3 == 2) for _ in range(processes)]
    for descriptor in (start[0], end[0], answers[1]):
        os.close(descriptor)
    os.close(start[1])  # they all go
    with os.fdopen(answers[0]) as lines:
        told = [json.loads(lines.readline()) for _ in children]
        os.close(end[1])
    for child in children:
        os.waitpid(child, 0)
    refused = [each for each in told if each["message"]]
    return {
        "got": len(told) - len(refused),
        "messages": sorted({each["message"].split(",")[0] for each in refused}),
        "holder": [each["pid"] for each in told if not each["message"]],
        "seconds": max((each["seconds"] for each in refused), default=0.0),
    }


def fork_runner(
    url: str, start: tuple[int, int], end: tuple[int, int], answers: tuple[int, int], *, abrupt: bool
) -> int:
    child = os.fork()
    if child:
        return child
    for descriptor in (start[1], end[1], answers[0]):
        os.close(descriptor)
    os.read(start[0], 1)  # until the parent closes its end
    begun = time.monotonic()

    def answer(message: str) -> None:
        told = {"pid": os.getpid(), "message": message, "seconds": round(time.monotonic() - begun, 3)}
        os.write(answers[1], (json.dumps(told) + "\n").encode())

    try:
        with holding(url, ["reviews"]):
            answer("")
            os.read(end[0], 1)
            if abrupt:
                os._exit(1)
    except AlreadyRunning as error:
        answer(str(error))
    os._exit(0)


if __name__ == "__main__":
    command, place, *numbers = sys.argv[1:]
    if command == "hold":
        hold(place, float(numbers[0]))
    else:
        race(place, int(numbers[0]), int(numbers[1]))
