"""Any service that apprise knows, by its URLs: a title and a few lines of plain text."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from groundswell.errors import ConfigError
from groundswell.settings_delivery import ChannelSettings
from reports.delivery.errors import NotSent
from reports.delivery.matters import REPEAT, Envelope, Passage, brief_of
from reports.digest import Digest

if TYPE_CHECKING:
    from reports.formats.brief import Brief
    from reports.formats.notices import Notice

__all__ = ["AppriseChannel"]


@dataclass(frozen=True, slots=True)
class _Post:
    """The brief for one of the channel's services, by its place among the URLs."""

    brief: Brief
    service: int


class AppriseChannel:
    """One or more services. Their URLs hold their passwords, so that nothing but their kind is ever told."""

    def __init__(self, name: str, settings: ChannelSettings, urls: Sequence[str]) -> None:
        self._name, self._settings, self._urls = name, settings, tuple(urls)
        for number, url in enumerate(self._urls, 1):
            if "://" not in url:
                raise ConfigError(f"channels.{name}: url {number} is none; SERVICE://... is wanted, as apprise has it")

    def parts(self, matter: Digest | Notice, link: str | None) -> list[_Post]:
        """The brief, once for each service."""
        brief = brief_of(matter, self._settings.quotes, link)
        return [_Post(brief, number) for number in range(len(self._urls))]

    def send(self, part: _Post, envelope: Envelope, passage: Passage) -> None:
        """Send the brief to one service; NotSent."""
        from apprise import NotifyFormat

        title = f"[possible repeat] {part.brief.title}" if envelope.is_repeat else part.brief.title
        body = f"{REPEAT}\n{part.brief.body}" if envelope.is_repeat else part.brief.body
        with _silent():
            service = self._service(part.service)
            passage.begin()
            try:
                arrived = service.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
            except Exception as error:  # whatever a plugin raises: its words may hold the URL
                raise NotSent(
                    f"{self._kind(part.service)} failed ({type(error).__name__}): it may have arrived",
                    maybe_arrived=True,
                ) from None
        if not arrived:
            raise NotSent(
                f"{self._kind(part.service)} did not take it: it is away, or the url of this channel is wrong"
            )
        passage.arrived()

    def look(self) -> str:
        """Whether apprise understands the URLs; it cannot look further without sending."""
        with _silent():
            for number in range(len(self._urls)):
                self._service(number)
        kinds = ", ".join(self._kind(number) for number in range(len(self._urls)))
        return (
            f"{self._name}: {kinds}; quotes {self._settings.quotes}; whether it takes messages shows at the first one"
        )

    def _service(self, number: int) -> Any:
        from apprise import Apprise

        known = Apprise()
        if not known.add(self._urls[number]) or len(known) != 1:
            raise ConfigError(
                f"channels.{self._name}: apprise does not understand url {number + 1}, which begins with "
                f"{self._kind(number)}://; compare it with apprise's own list of services"
            )
        for service in known:
            service.socket_connect_timeout = self._settings.connect_timeout
            service.socket_read_timeout = self._settings.timeout
        return known

    def _kind(self, number: int) -> str:
        kind = self._urls[number].partition("://")[0]
        return kind if kind.isascii() and kind.isalnum() and len(kind) <= 20 else "a service"


@contextmanager
def _silent() -> Iterator[None]:
    """Without apprise's log, which shows URLs; and without what Python 3.11 says of a module that it imports."""
    log = logging.getLogger("apprise")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        log.disabled = before
