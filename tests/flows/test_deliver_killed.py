"""A sending that is killed at any step and repeated: everybody gets the digest, and what may come twice says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
from deliveries_for_tests import freeze, mail_settings, sending_project
from receivers_for_tests import mail_server

from groundswell.storage import open_store

JOB = Path(__file__).with_name("killed_delivery.py")
MOST_CALLS = 320  # more than two mails take
STEP = 37  # every so manieth call is tried where there is no time for all of them
SOAK_STEP = 1 if os.environ.get("GROUNDSWELL_EVERY_KILL") else 7


def check_kills(folder: Path, calls: Sequence[int], environment: dict[str, str]) -> Counter[str]:
    """Kills one sending at each of these calls and repeats it; how many mails came once and twice, and how many kills
    there were. Each recipient has an address of their own, so that one server takes the mails of all."""
    with open_store(folder / "template.db"):
        pass
    freeze(folder / "template.db", "undated")
    got: dict[str, list[EmailMessage]] = {}
    with mail_server() as server:
        places = []
        for number in calls:
            to = f"[audiences.service]\nsend = ['mail:a{number}@example.com', 'mail:b{number}@example.com']\n"
            place = sending_project(
                folder / f"p{number}", mail_settings(server.port) + to, store=folder / "template.db"
            )
            (place.parent / "kill.txt").write_text(str(number), "utf-8")
            places.append(place)
        ended = subprocess.run(
            [sys.executable, str(JOB), *map(str, places)],
            env={**environment, "PYTHONPATH": str(JOB.parents[2])},
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stderr
        for message, recipient in zip(server.messages, server.recipients, strict=True):
            got.setdefault(recipient, []).append(message)
    told = {one["place"]: one for one in map(json.loads, ended.stdout.splitlines())}
    counts: Counter[str] = Counter()
    for place in places:
        counts += judge(place, got, told[place.parent.name])
    return counts


def judge(place: Path, got: dict[str, list[EmailMessage]], told: dict[str, object]) -> Counter[str]:
    """What came of one project: nobody went without, and a mail that came twice is marked as what it may be."""
    number, counts = place.parent.name[1:], Counter[str](kills=bool(told["killed"]))
    with open_store(place.parent / "groundswell.db") as opened:
        items = {item.to.recipient: item for item in opened.outbox()}
    for recipient in (f"a{number}@example.com", f"b{number}@example.com"):
        mails, item = got.get(recipient, []), items[recipient]
        assert item.state == "sent" and 1 <= len(mails) <= 2, (told, recipient, len(mails))
        assert len({mail["Message-ID"] for mail in mails}) == 1
        marks = [mail["X-Groundswell-Repeat"] for mail in mails]
        if len(mails) == 2:
            assert marks == [None, "possible"] and item.possible_repeat and told["notes"], (told, marks)
        assert item.possible_repeat == ("possible" in marks)
        counts[f"{len(mails)} times"] += 1
        counts["marked"] += item.possible_repeat
    return counts


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are made in forked processes, which this system has not")
def test_a_killed_sending_loses_nothing_and_doubles_only_what_it_says(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """At some of the steps; between the server's answer and our mark the mail may come twice, and says so."""
    counts = check_kills(tmp_path, range(1, MOST_CALLS, STEP), environment)
    assert counts["kills"] > 7 and counts["1 times"] > counts["2 times"]


@pytest.mark.soak
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are made in forked processes, which this system has not")
def test_each_step_of_a_sending_may_be_its_last(tmp_path: Path, environment: dict[str, str]) -> None:
    """The same at every seventh of the calls and returns of the delivery, the outbox and the mail library; at all of
    them by GROUNDSWELL_EVERY_KILL=1."""
    counts = check_kills(tmp_path, range(1, MOST_CALLS, SOAK_STEP), environment)
    print(dict(counts))
    assert counts["kills"] > 250 / SOAK_STEP and 0 < counts["2 times"] <= counts["marked"] < counts["1 times"]
