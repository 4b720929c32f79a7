"""Who gets what: the recipients of the settings, put into the outbox for what is new."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from groundswell.errors import ConfigError
from groundswell.outbox import Destination, NewItem, name_of_comments
from groundswell.settings_delivery import owner_key
from groundswell.storage import Store, open_store

if TYPE_CHECKING:
    import pandas as pd

    from flows.order import Outcome
    from flows.project import Project
    from groundswell.settings import Settings
    from reports.digest import Digest

__all__ = [
    "announced",
    "check_resend",
    "digest_of",
    "items_of",
    "owners_audience",
    "queue_escalations",
    "queue_resend",
    "resent",
    "sends_of",
    "untold",
]

_ORDER = ("service", "product", "operations", "marketing")  # whose digest tells owners of their themes


def sends_of(settings: Settings, kind: str, name: str) -> tuple[Destination, ...]:
    """Where the settings send a digest of the audience `name`, a notice to the owner `name`, or escalations."""
    if kind == "escalations":
        listed = settings.escalations.send
    elif kind == "digest":
        listed = next((one.send for audience, one in settings.audiences.items() if audience == name), ())
    else:
        listed = next((one.send for owner, one in settings.owners.items() if owner_key(owner) == owner_key(name)), ())
    return tuple(dict.fromkeys(Destination.of(written) for written in listed))


def owners_audience(settings: Settings) -> str | None:
    """The audience whose digest tells owners of their themes; None where no owner is told anything."""
    if not any(one.send for one in settings.owners.values()):
        return None
    return next((audience for audience in _ORDER if audience in settings.audiences), None)


def announced(settings: Settings) -> frozenset[str]:
    """The audiences whose new digests somebody is told of."""
    named = {audience for audience, one in settings.audiences.items() if one.send}
    owners = owners_audience(settings)
    return frozenset({*named, *([owners] if owners else [])})


def items_of(settings: Settings, audience: str, period: str, digest: Digest) -> list[NewItem]:
    """What is sent of a new digest: itself, and of it to each owner what is theirs, where something is."""
    from reports.formats.notices import owner_notice

    items = [NewItem("digest", audience, period, to) for to in sends_of(settings, "digest", audience)]
    if audience == owners_audience(settings):
        for owner in settings.owners:
            if owner_notice(owner, digest) is not None:
                items += [NewItem("owner", owner, period, to) for to in sends_of(settings, "owner", owner)]
    return items


def told_to_nobody(settings: Settings, outcome: Outcome) -> list[str]:
    """A line for each audience of which a run made digests of earlier periods, which nobody is sent."""
    items = (*outcome.deliveries.sent, *outcome.deliveries.unsent)
    told = {(item.name, item.period) for item in items if item.kind == "digest"}
    made = [one for one in outcome.published if one.is_new and one.revision == 1]
    lines = []
    for audience, one in settings.audiences.items():
        of_it = [digest.period for digest in made if digest.audience == audience and one.send]
        silent = sum((audience, period) not in told for period in of_it)
        if silent:
            what, them = (f"{silent:,} digests", "them") if silent > 1 else ("1 digest", "it")
            lines.append(
                f"{audience}: {what} of earlier periods, on disk and sent to nobody; "
                f"groundswell publish --week A..B --resend {audience} would send {them}"
            )
    return lines


def queue_escalations(project: Project, moment: datetime) -> int:
    """Put a notice of customers to call back into the outbox, of those comments that none told yet; how many comments.

    They are those that were written in the last days before `moment`, as [escalations] has it; undated ones are none
    of a day.
    """
    wanted = project.settings.escalations
    if not wanted.send:
        return 0
    with open_store(project.store) as opened:
        found = untold(project, opened, opened.feedback_since(moment - timedelta(days=wanted.days)), moment)
        if not found:
            return 0
        day = moment.astimezone(project.zone) - timedelta(seconds=1)  # the end of a day is still that day
        name, period = name_of_comments(found), day.date().isoformat()
        sends = sends_of(project.settings, "escalations", "")
        opened.queue((NewItem("escalations", name, period, to, found) for to in sends), datetime.now(UTC), told=found)
        return len(found)


def untold(project: Project, opened: Store, feedback: pd.DataFrame, moment: datetime) -> tuple[str, ...]:
    """The ids of the comments among this feedback that the next notice of escalations tells of."""
    from analysis.findings.comments.same_day import calls_in

    wanted = project.settings.escalations
    if not wanted.send:
        return ()
    written = feedback["occurred_at"]
    recent = feedback[(written >= moment - timedelta(days=wanted.days)) & (written < moment)]
    told = opened.told_before(recent["feedback_id"].tolist())
    return calls_in(recent[~recent["feedback_id"].isin(told)], wanted.kinds).feedback_ids


def check_resend(settings: Settings, asked: str) -> None:
    """ConfigError where nobody gets the digest of an audience, or any digest of "all"."""
    if not announced(settings) if asked == "all" else asked not in announced(settings):
        table, who = (
            ("[audiences.NAME]", "any digest") if asked == "all" else (f"[audiences.{asked}]", f"the {asked} digest")
        )
        raise ConfigError(f"--resend: nobody is named to get {who}; name them in `send` of {table}. Nothing was done")


def queue_resend(project: Project, asked: str, periods: Mapping[str, set[str]] | None) -> int:
    """Put the newest digest of an audience, or of "all" that are sent, into the outbox once more; how many messages.

    `periods` are the slugs of other periods by audience. ConfigError where nobody would get anything.
    """
    with open_store(project.store) as opened:
        queued = opened.queue(resent(project, opened, asked, periods), datetime.now(UTC), again=True)
    if not queued:
        raise ConfigError(
            f"--resend: there is no digest to send for {asked}; [audiences.NAME] names recipients in `send`, and "
            "`groundswell status` shows what is published. Nothing was sent"
        )
    return queued


def resent(project: Project, opened: Store, asked: str, periods: Mapping[str, set[str]] | None) -> list[NewItem]:
    """What `queue_resend` puts into the outbox."""
    from groundswell.records import Period

    items: list[NewItem] = []
    for audience in [asked] if asked != "all" else sorted(announced(project.settings)):
        known = sorted((one.period for one in opened.digests(audience)), key=Period.order_of)
        for period in known[-1:] if periods is None else [one for one in known if one in periods.get(audience, ())]:
            digest = digest_of(opened, audience, period)
            items += [] if digest is None else items_of(project.settings, audience, period, digest)
    return items


def digest_of(opened: Store, audience: str, period: str) -> Digest | None:
    """The newest revision of a frozen digest; None where there is none."""
    from reports.digest import from_plain

    frozen = opened.latest_digest(audience, period)
    return None if frozen is None else from_plain(json.loads(frozen.json_text))
