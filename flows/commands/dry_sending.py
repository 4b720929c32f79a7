"""What a dry run says of messages: what would be sent to whom, and what waits from before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from flows.commands.themes import number
from flows.order import Order
from flows.recipients import digest_of, items_of, owners_audience, sends_of
from groundswell.outbox import UNSENT
from groundswell.results import is_news

if TYPE_CHECKING:
    import pandas as pd

    from analysis.scope.periods import Due
    from flows.project import Project
    from groundswell.storage import Store

__all__ = ["sending_lines"]


def sending_lines(
    project: Project, order: Order, opened: Store, feedback: pd.DataFrame, due: Mapping[str, Due]
) -> Iterator[str]:
    """A line for each message that the run would send; nothing where the settings send nothing.

    `feedback` is what would be known by then, `due` the periods that would be published by audience.
    """
    if "publish" in order.steps:
        yield from _announced(project, opened)
        yield from _digests(project, order, opened, due)
        yield from _again(project, order, opened)
    if "ingest" in order.steps:
        yield from _escalations(project, order, opened, feedback)
    for item in opened.outbox(UNSENT):
        repeat = ", as a possible repeat" if item.possible_repeat else ""
        held = "stays held" if item.state == "held" else "would be sent"
        yield f"waiting: {item.what} to {item.to} {held}{repeat}"


def _announced(project: Project, opened: Store) -> Iterator[str]:
    """What an earlier run froze and did not come to send."""
    for one in opened.announcements():
        digest = digest_of(opened, one.audience, one.period)
        for item in [] if digest is None else items_of(project.settings, one.audience, one.period, digest):
            yield f"waiting: {item.what} to {item.to} would be sent"


def _is_news(opened: Store, audience: str, period: str) -> bool:
    """Whether the digest that would be made is one that `save_digest` announces."""
    known = opened.digests(audience)
    return is_news(period, 1 + sum(stored.period == period for stored in known), known)


def _digests(project: Project, order: Order, opened: Store, due: Mapping[str, Due]) -> Iterator[str]:
    from flows.pipeline import to_announce

    settings = project.settings
    for period, audiences in sorted(to_announce(project, order, due).items()):
        for audience in sorted(one for one in audiences if _is_news(opened, one, period)):
            for to in sends_of(settings, "digest", audience):
                yield f"would send: {audience} digest {period} to {to}"
            for owner in settings.owners if audience == owners_audience(settings) else ():
                for to in sends_of(settings, "owner", owner):
                    yield f"would send: notice to {owner} {period} to {to}, where a theme of theirs is told"


def _again(project: Project, order: Order, opened: Store) -> Iterator[str]:
    from flows.pipeline import weeks_asked
    from flows.recipients import resent

    if order.resend is not None:
        for item in resent(project, opened, order.resend, weeks_asked(project, order)):
            yield f"would send once more: {item.what} to {item.to}"


def _escalations(project: Project, order: Order, opened: Store, feedback: pd.DataFrame) -> Iterator[str]:
    from flows.pipeline import moment_of
    from flows.recipients import untold

    found = untold(project, opened, feedback, moment_of(project, order))
    if found:
        for to in sends_of(project.settings, "escalations", ""):
            yield f"would send: escalations, {number(len(found), 'comment')}, to {to}"
