"""`groundswell outbox`: what was sent, what waits and why; tried again, or given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.progress import say
from groundswell.errors import ConfigError
from groundswell.outbox import STATES, UNSENT, OutboxItem
from groundswell.settings import load_settings
from groundswell.storage import Store, open_store

__all__ = ["drop_lines", "list_lines", "retry_lines", "waiting_lines"]


def list_lines(settings: Path | None, everything: bool) -> Iterator[str]:
    """A line for each message that has not arrived, with `everything` for all of them, and their count."""
    project = load_settings(settings)
    zone = ZoneInfo(project.timezone)
    with _existing(project.store.get_secret_value()) as opened:
        items = opened.outbox()
    for item in items:
        if everything or item.state in UNSENT:
            yield from item_lines(item, zone)
    counts = Counter(item.state for item in items)
    told = ", ".join(f"{counts[state]:,} {state}" for state in STATES if counts[state])
    yield told or "nothing was ever to be sent"
    if any(item.state == "held" for item in items):
        yield "held ones wait for you: groundswell outbox retry NUMBER, or groundswell outbox drop NUMBER"


def item_lines(item: OutboxItem, zone: ZoneInfo) -> Iterator[str]:
    """What an item is, to whom, how far it came; and below it why it did not arrive."""
    when = item.sent_at or item.tried_at or item.queued_at
    again = f", asked for again ({item.turn})" if item.turn else ""
    repeat = ", POSSIBLE REPEAT" if item.possible_repeat else ""
    tries = f" after {item.attempts} tries" if item.attempts > 1 else ""
    at = when.astimezone(zone)
    yield f"{item.item_id:>6}  {item.state:<8} {item.what} to {item.to}: {at:%Y-%m-%d %H:%M}{tries}{again}{repeat}"
    if item.last_error and item.state != "sent":
        yield f"        {item.last_error}"


def waiting_lines(opened: Store, zone: ZoneInfo) -> Iterator[str]:
    """For `groundswell status`: how many messages arrived, and each one that somebody waits for."""
    items = opened.outbox()
    repeats = sum(item.possible_repeat and item.state == "sent" for item in items)
    arrived = sum(item.state == "sent" for item in items)
    last = max((item.sent_at for item in items if item.sent_at), default=None)
    when = f", last {last.astimezone(zone):%Y-%m-%d %H:%M}" if last else ""
    twice = f", {repeats:,} of them possibly twice" if repeats else ""
    messages = "1 message" if arrived == 1 else f"{arrived:,} messages"
    yield f"sending  {messages} arrived{when}{twice}" if items else "sending  nothing was ever to be sent"
    for item in items:
        if item.state in UNSENT:
            yield from item_lines(item, zone)
    if any(item.state == "held" for item in items):
        yield "         held ones wait for you: groundswell outbox retry NUMBER, or drop NUMBER"


def retry_lines(settings: Path | None, numbers: Sequence[int]) -> Iterator[str]:
    """Sends messages that did not arrive once more, now; without numbers all of them. Ends with exit code 3 where
    something still waits."""
    from flows.deliver import deliver
    from flows.project import open_project

    project = open_project(settings)
    with _existing(project.store) as opened:
        waiting = [item.item_id for item in opened.outbox(("pending", "failed", "held"))]
        opened.decide_outbox(list(numbers) or waiting, "pending")
    result = deliver(project)
    yield from result.lines()
    if not result.sent and not result.unsent:
        yield "nothing waits to be sent"
    for line in result.complaints():
        say(f"groundswell: {line}")
    if result.unsent:
        raise SystemExit(3)


def drop_lines(settings: Path | None, numbers: Sequence[int]) -> Iterator[str]:
    """Gives messages up: they are not sent any more."""
    project = load_settings(settings)
    with _existing(project.store.get_secret_value()) as opened:
        for item in opened.decide_outbox(numbers, "dropped"):
            yield f"{item.what} to {item.to} is given up; `groundswell publish --resend` sends the newest digest anew"


def _existing(target: str) -> Store:
    if "://" not in target and not Path(target).exists():
        raise ConfigError(f"no store at {target}: groundswell run makes it")
    return open_store(target)
