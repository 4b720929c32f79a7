"""The channels of the settings, ready to send: each renders a matter into parts, and sends one part at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from groundswell.errors import ConfigError
from groundswell.settings_delivery import ChannelSettings
from groundswell.settings_mistakes import variable_of
from reports.delivery.matters import Envelope, Passage
from reports.digest import Digest

if TYPE_CHECKING:
    from reports.formats.notices import Notice

__all__ = ["Channel", "open_channel"]

_MOST_BYTES = 65_536  # of a file that holds a secret


class Channel(Protocol):
    """A way to send. What `parts` gives goes through `send` one by one, in its order."""

    def parts(self, matter: Digest | Notice, link: str | None) -> Sequence[Any]:
        """The matter, rendered; the same matter gives the same parts."""

    def send(self, part: Any, envelope: Envelope, passage: Passage) -> None:
        """Send one part, and tell `passage` how far it is; NotSent where it did not arrive, without a secret in it."""

    def look(self) -> str:
        """What `groundswell check` says of it, after a look without sending anything; raises GroundswellError."""


def open_channel(name: str, settings: ChannelSettings) -> Channel:
    """The channel of these settings; nothing is connected yet. ConfigError: its secret is missing or unreadable."""
    if settings.kind == "smtp":
        from reports.delivery.smtp import SmtpChannel

        return SmtpChannel(name, settings, _password(name, settings))
    if settings.kind == "slack":
        from reports.delivery.slack import SlackChannel

        return SlackChannel(name, settings, _url(name, settings))
    from reports.delivery.apprise_urls import AppriseChannel

    return AppriseChannel(name, settings, _url(name, settings).split())


def _password(name: str, settings: ChannelSettings) -> str | None:
    if settings.user is None:
        return None
    if settings.password is not None:
        password = settings.password.get_secret_value()
    elif settings.password_file is not None:
        password = _read(f"channels.{name}.password_file", settings.password_file)
    else:
        variable = variable_of(("channels", name, "password"))
        raise ConfigError(f"channels.{name}: user is set and no password; set {variable}, or name a password_file")
    if not (password + settings.user).isascii():
        # The library's own complaint would show it.
        raise ConfigError(f"channels.{name}: user or password holds a letter beyond ASCII, which no login can carry")
    return password


def _url(name: str, settings: ChannelSettings) -> str:
    if settings.url is not None:
        return settings.url.get_secret_value()
    if settings.url_file is not None:
        return _read(f"channels.{name}.url_file", settings.url_file)
    variable = variable_of(("channels", name, "url"))
    raise ConfigError(f"channels.{name}: there is no url; set {variable}, or name a url_file")


def _read(key: str, path: Path) -> str:
    """What a file holds, without the spaces around it; ConfigError, which shows nothing of it."""
    try:
        with path.open("rb") as file:
            secret = file.read(_MOST_BYTES).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{key}: {path} cannot be read: {(reason or 'unknown').lower()}") from None
    if not secret:
        raise ConfigError(f"{key}: {path} is empty")
    return secret
