"""Sendings that are killed at a given step and then done again, for test_deliver_killed.py.

    killed_delivery.py SETTINGS...     of projects, each with `kill.txt` beside it: after how many calls

A program of its own, so that it can import everything once and then fork without threads. The first sending of each
project ends by SIGKILL at that call of a function of the delivery, of the store's outbox or of smtplib; the next one is
let through. For each project it prints a JSON line: the function that was killed, "" where it ended before, and what
the second sending said.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import flows.deliver
import reports.delivery.smtp  # noqa: F401  (once for all children)
from flows.launch import prepare_environment
from flows.project import open_project
from flows.recipients import digest_of
from groundswell.storage import open_store
from reports.formats.mail import render_mail

PLACES = (
    "flows/deliver.py",
    "reports/delivery/smtp.py",
    "groundswell/storage_outbox.py",
    "/smtplib.py",
    "outbox_store.py",
)


def forked(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` gives in a child of this process; what it has told before, where it is killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        sys.stderr = open(os.devnull, "w")
        told = work()
        os.write(writer, json.dumps(told).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return dict(json.loads(said)) if said else {}


def sending(place: Path) -> dict[str, Any]:
    """One sending, as a run does it."""
    result = flows.deliver.deliver(open_project(place))
    return {"sent": len(result.sent), "unsent": len(result.unsent), "notes": result.notes}


def killed_after(place: Path, calls: int) -> dict[str, Any]:
    """One sending that kills itself at that call, once it has written down where."""
    left, note = [calls], place.parent / "killed.txt"

    def count(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "return") and frame.f_code.co_filename.endswith(PLACES):
            left[0] -= 1
            if left[0] == 0:
                sys.setprofile(None)
                note.write_text(f"{event} {Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}", "utf-8")
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    return sending(place)


def warm(place: Path) -> None:
    """Renders the digest once, so that no child has to import and to compile what that takes."""
    with open_store(place.parent / "groundswell.db") as opened:
        [stored] = opened.digests()
        digest = digest_of(opened, stored.audience, stored.period)
    assert digest is not None
    render_mail(digest, "full", None)


def main() -> None:
    """Kills and repeats, project by project."""
    prepare_environment()
    places = list(map(Path, sys.argv[1:]))
    warm(places[0])
    for place in places:
        calls = int((place.parent / "kill.txt").read_text("utf-8"))
        forked(lambda place=place, calls=calls: killed_after(place, calls))  # type: ignore[misc]
        note = place.parent / "killed.txt"
        told = forked(lambda place=place: sending(place))  # type: ignore[misc]
        killed = note.read_text("utf-8") if note.exists() else ""
        print(json.dumps({"place": place.parent.name, "killed": killed, **told}), flush=True)


if __name__ == "__main__":
    main()
