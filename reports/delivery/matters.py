"""What can be sent, a digest or a notice, rendered for a kind of channel; and what its message is marked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from reports.digest import Digest

if TYPE_CHECKING:
    from reports.formats.brief import Brief
    from reports.formats.mail import Mail
    from reports.formats.notices import Notice

__all__ = ["REPEAT", "Envelope", "Passage", "brief_of", "mail_of", "slack_of"]

REPEAT = "Possible repeat: this may have reached you before."


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom a message goes and under which id; `is_repeat`: it may have arrived before."""

    recipient: str
    message_id: str
    moment: datetime
    is_repeat: bool = False


class Passage(Protocol):
    """Whom a channel tells how far a part is."""

    def begin(self) -> None:
        """Called just before the part may first arrive: what is killed or fails before has not."""

    def arrived(self) -> None:
        """Called as soon as the other side has said that it took the part, before anything else."""


def mail_of(matter: Digest | Notice, quotes: str, link: str | None) -> Mail:
    """The matter as an e-mail; `quotes` is full, short or none."""
    from reports.formats.mail import render_mail, render_mail_notice

    if isinstance(matter, Digest):
        return render_mail(matter, quotes, link)
    return render_mail_notice(matter, quotes, link)


def slack_of(matter: Digest | Notice, quotes: str, link: str | None) -> tuple[Mapping[str, Any], ...]:
    """The matter as payloads for a web hook of Slack, in their order."""
    from reports.formats.slack import render_slack, render_slack_notice

    if isinstance(matter, Digest):
        return tuple(render_slack(matter, quotes, link))
    return tuple(render_slack_notice(matter, quotes, link))


def brief_of(matter: Digest | Notice, quotes: str, link: str | None) -> Brief:
    """The matter as a title and a few lines of plain text."""
    from reports.formats.brief import render_brief, render_brief_notice

    if isinstance(matter, Digest):
        return render_brief(matter, quotes, link)
    return render_brief_notice(matter, quotes, link)
