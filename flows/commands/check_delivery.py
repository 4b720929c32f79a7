"""What `groundswell check` says of what is sent: each channel, tried without sending, and who gets what."""

from __future__ import annotations

from functools import partial

from flows.commands.checks import Check
from flows.commands.themes import number
from flows.project import Project
from flows.recipients import owners_audience
from groundswell.errors import DeliveryError
from groundswell.outbox import Destination

__all__ = ["delivery_checks"]


def delivery_checks(project: Project) -> list[Check]:
    """A line for each channel, and one for the recipients; none where there is no channel."""
    checks: list[Check] = [("channel", partial(_channel, project, name)) for name in project.settings.channels]
    return [*checks, ("sending", partial(_sending, project))] if checks else []


def _channel(project: Project, name: str) -> str:
    from reports.delivery.channels import open_channel
    from reports.delivery.errors import NotSent

    try:
        return open_channel(name, project.settings.channels[name]).look()
    except NotSent as problem:  # tells the server, and not which of the tables names it
        raise DeliveryError(f"{name}: {problem}; see [channels.{name}], or try again when it answers") from None


def _sending(project: Project) -> str:
    settings = project.settings
    told = [f"{audience} to {len(one.send)}" for audience, one in settings.audiences.items() if one.send]
    owners = sum(bool(one.send) for one in settings.owners.values())
    if owners:
        told.append(f"{number(owners, 'owner')} of themes, by the {owners_audience(settings)} digest")
    if settings.escalations.send:
        told.append(f"escalations to {len(settings.escalations.send)}")
    sends = [one.send for one in settings.audiences.values()] + [one.send for one in settings.owners.values()]
    used = {Destination.of(written).channel for send in (*sends, settings.escalations.send) for written in send}
    idle = sorted(set(settings.channels) - used)
    hint = f"; nothing goes to channel {', '.join(idle)}: name it in a `send`" if idle else ""
    link = "" if settings.delivery.link else "; without links: set link in [delivery]"
    return f"{', '.join(told) or 'nobody gets anything'}{hint}{link}"
