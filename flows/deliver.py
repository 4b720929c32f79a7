"""From the outbox to the channels: who gets what, each thing once, whatever happens in between.

A run that publishes announces a digest in the transaction that freezes it. Here the announcement becomes an item for
each recipient, in one transaction again, and each item is sent: noted as `sending`, sent, noted as `sent`. Killed
between the last two, nobody can know whether it arrived: the next run sends it once more and says so.

Nothing here knows Prefect: `groundswell outbox retry` does the same by hand.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flows.deliveries import Deliveries
from flows.progress import stage
from flows.recipients import digest_of, items_of, owners_audience, sends_of
from groundswell.errors import AlreadyRunning, ConfigError, GroundswellError, StoreError
from groundswell.leases import Lease, holding
from groundswell.outbox import UNSENT, Announcement, NewItem, OutboxItem
from groundswell.storage import open_store

if TYPE_CHECKING:
    from flows.project import Project
    from groundswell.settings import Settings
    from groundswell.storage import Store
    from reports.delivery.channels import Channel
    from reports.digest import Digest
    from reports.formats.notices import Notice

__all__ = ["DELIVERY", "deliver", "link_of"]

DELIVERY = "delivery"  # the name of the lease under which messages are sent


@dataclass(frozen=True)
class _Job:
    """What sending goes by: the project's settings, its open store, the lease, and what has been opened so far."""

    settings: Settings
    opened: Store
    lease: Lease
    channels: dict[str, Channel] = field(default_factory=dict)
    down: dict[str, str] = field(default_factory=dict)  # channel -> why nothing more is tried there
    parts: dict[tuple[str, ...], Sequence[Any]] = field(default_factory=dict)


def deliver(project: Project) -> Deliveries:
    """Send what waits, the oldest first. A channel that is down keeps what is its own; the others go on.

    What did not arrive stands in `unsent`, and in the outbox for the next run.
    """
    result, settings = Deliveries(), project.settings
    with open_store(project.store) as opened:
        if not opened.announcements() and not opened.outbox(UNSENT):
            return result
        try:
            with holding(project.store, [DELIVERY]) as held:
                job = _Job(settings, opened, held[DELIVERY])
                result.notes += _queue_announced(job)
                if repeats := opened.recover_outbox(settings.delivery.after_kill, job.lease):
                    result.notes.append(_recovered(repeats, settings.delivery.after_kill))
                _readdress(job)
                waiting = opened.outbox(("pending", "failed"))
                with stage("sending", len(waiting)) as advance:
                    for item in waiting:
                        if _send(job, item):
                            result.sent.append(item)
                        advance(1)
        except AlreadyRunning as busy:
            result.busy = str(busy)
        result.unsent = opened.outbox(UNSENT)
    return result


def _queue_announced(job: _Job) -> list[str]:
    """Writes the recipients of announced digests down; a line for each that this cannot be done for."""
    lines = []
    for one in job.opened.announcements():
        digest = digest_of(job.opened, one.audience, one.period)
        try:
            items = [] if digest is None else items_of(job.settings, one.audience, one.period, digest)
        except Exception as bug:  # it stays announced; the others go on
            lines.append(f"{one.audience} digest {one.period}: {_mistake(bug)}")
            continue
        job.opened.queue(items, datetime.now(UTC), announced=Announcement(one.audience, one.period))
    return lines


def _readdress(job: _Job) -> None:
    """Escalations that wait for somebody whom the settings do not name any more, as after a mistyped address, go to
    whom they name now: no later notice would tell of those customers."""
    sends = sends_of(job.settings, "escalations", "")
    for item in job.opened.outbox(("pending", "failed")):
        if item.kind == "escalations" and item.to not in sends:
            told = [NewItem(item.kind, item.name, item.period, to, item.payload) for to in sends]
            job.opened.queue(told, datetime.now(UTC))


def _recovered(number: int, after_kill: str) -> str:
    what = f"{number} message{'s were' if number > 1 else ' was'} being sent when a run was killed"
    if after_kill == "hold":
        return f"{what}, and may have arrived: held; `groundswell outbox list` shows what to do"
    return f"{what}, and may have arrived: sent again, marked as a possible repeat"


def _send(job: _Job, item: OutboxItem) -> bool:
    """Send one item as far as it goes, and note what came of it; whether it arrived."""
    if item.to not in sends_of(job.settings, item.kind, item.name):
        return _fail(job, item, "dropped", "the settings no longer send it there")
    if item.to.channel in job.down:
        return _fail(job, item, "failed", job.down[item.to.channel])
    try:
        channel = _channel(job, item.to.channel)
    except ConfigError as problem:
        job.down[item.to.channel] = str(problem)
        return _fail(job, item, "failed", str(problem))
    try:
        matter = _matter(job, item)
        if matter is None:
            return _fail(job, item, "dropped", "nothing is left to tell: it was erased, or is nobody's here any more")
        parts = _rendered(job, item, channel, matter)
    except StoreError:
        raise
    except GroundswellError as problem:
        return _fail(job, item, "failed", str(problem))
    except Exception as bug:  # one page that cannot be rendered must not keep the others from their readers
        return _fail(job, item, "failed", _mistake(bug))
    return _send_parts(job, item, channel, parts, getattr(matter, "revision", None))


def _send_parts(job: _Job, item: OutboxItem, channel: Channel, parts: Sequence[Any], revision: int | None) -> bool:
    """Send the parts that have not arrived yet, one after the other."""
    from email.utils import parseaddr

    from reports.delivery.errors import NotSent
    from reports.delivery.matters import Envelope

    sender = parseaddr(job.settings.channels[item.to.channel].sender or "")[1]
    message_id = item.message_id(sender.rpartition("@")[2] or "groundswell.invalid")
    way = _Way(job, item, len(parts), revision)
    if item.parts >= len(parts):  # it has fewer than when it was begun
        job.opened.end_sending(item.item_id, datetime.now(UTC), revision)
    for number in range(item.parts, len(parts)):
        is_repeat = item.possible_repeat and number == item.parts
        try:
            channel.send(parts[number], Envelope(item.to.recipient, message_id, datetime.now(UTC), is_repeat), way)
        except _GivenUp:
            return False
        except (NotSent, ConfigError) as error:
            problem = error if isinstance(error, NotSent) else NotSent(str(error), is_down=True)
            if problem.is_down:
                job.down[item.to.channel] = str(problem)
            is_left = problem.maybe_arrived and job.settings.delivery.after_kill == "hold"
            state, at = "held" if problem.for_good or is_left else "failed", None if way.is_begun else datetime.now(UTC)
            return _fail(job, item, state, str(problem), at=at, maybe_arrived=problem.maybe_arrived)
    return True


class _GivenUp(Exception):
    """A person gave the item up since the run began."""


class _Way:
    """Writes down how far an item is.

    It is `sending` from the moment before a part can first arrive, and `sent` as soon as the last one has: where a run
    is killed while it connects or takes its leave, nothing is a possible repeat.
    """

    def __init__(self, job: _Job, item: OutboxItem, parts: int, revision: int | None) -> None:
        self._job, self._item, self._parts, self._revision = job, item, parts, revision
        self._arrived, self.is_begun = item.parts, False

    def begin(self) -> None:
        if not self.is_begun:
            if not self._job.opened.begin_sending(self._item.item_id, datetime.now(UTC), self._job.lease):
                raise _GivenUp
            self.is_begun = True

    def arrived(self) -> None:
        self._arrived += 1
        if self._arrived < self._parts:
            self._job.opened.part_arrived(self._item.item_id, self._arrived)
        else:
            self._job.opened.end_sending(self._item.item_id, datetime.now(UTC), self._revision)


def _fail(
    job: _Job, item: OutboxItem, state: str, error: str, *, at: datetime | None = None, maybe_arrived: bool = False
) -> Literal[False]:
    """Notes why an item did not arrive: it did not."""
    job.opened.fail_sending(item.item_id, state, error, at=at, maybe_arrived=maybe_arrived)
    return False


def _channel(job: _Job, name: str) -> Channel:
    from reports.delivery.channels import open_channel

    if name not in job.channels:
        job.channels[name] = open_channel(name, job.settings.channels[name])
    return job.channels[name]


def _rendered(job: _Job, item: OutboxItem, channel: Channel, matter: Digest | Notice) -> Sequence[Any]:
    """The parts of an item; the same thing for the next recipient is not rendered again."""
    key = (item.kind, item.name, item.period, item.to.channel)
    if key not in job.parts:
        job.parts[key] = channel.parts(matter, link_of(job.settings, item))
    return job.parts[key]


def link_of(settings: Settings, item: OutboxItem) -> str | None:
    """Where the page behind an item is; None where the settings do not say, or it has none."""
    audience = owners_audience(settings) if item.kind == "owner" else item.name
    if settings.delivery.link is None or item.kind == "escalations":
        return None
    return f"{settings.delivery.link}/{audience}/{item.period}/digest.html"


def _matter(job: _Job, item: OutboxItem) -> Digest | Notice | None:
    """What is to be sent: the newest revision of the digest, or the notice as it is today; None where nothing is."""
    from reports.formats.notices import escalation_notice, owner_notice

    if item.kind == "digest":
        return digest_of(job.opened, item.name, item.period)
    if item.kind == "owner":
        digest = digest_of(job.opened, owners_audience(job.settings) or "", item.period)
        return None if digest is None else owner_notice(item.name, digest)
    from analysis.findings.comments.same_day import calls_in

    found = calls_in(job.opened.feedback_of(item.payload), job.settings.escalations.kinds)
    if not found.entries:
        return None
    left_out = found.customers - len(found.entries)
    day = datetime.fromisoformat(item.period).date()
    return escalation_notice(found.entries, day, left_out, job.settings.timezone)


def _mistake(bug: Exception) -> str:
    """A mistake of ours by its type and place: its text may quote a customer."""
    last = traceback.extract_tb(bug.__traceback__)[-1]
    place = f"{Path(last.filename).name}, line {last.lineno}"
    return f"it could not be rendered ({type(bug).__name__} in {place}): a mistake of Groundswell's; the page is there"
