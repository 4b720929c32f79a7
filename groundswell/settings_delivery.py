"""What is sent, where and to whom: [channels], [delivery], [owners], [escalations] of groundswell.toml.

Nothing is sent unless a list `send` names a channel. Passwords and the addresses of web hooks, which are as good as
passwords, come from the environment or from a file of their own, never from groundswell.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, SecretStr

from groundswell.outbox import Destination
from groundswell.settings_table import Table, as_list, is_loopback

__all__ = [
    "ChannelSettings",
    "Channels",
    "DeliverySettings",
    "EscalationSettings",
    "OwnerName",
    "OwnerSettings",
    "Sends",
    "check_owners",
    "check_sends",
    "owner_key",
]

_HIDDEN: dict[str, JsonValue] = {"secret": True, "environment": True}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_OF_KIND = {
    "smtp": {"host", "port", "tls", "ca_file", "user", "password", "password_file", "sender"},
    "slack": {"url", "url_file"},
    "apprise": {"url", "url_file"},
}
_OF_ALL = {"kind", "quotes", "connect_timeout", "timeout"}


# ----------------------------------------------------------------------------------------------------------- channels


def _channel_name(name: str) -> str:
    # As of a source: so that an environment variable can name it, and no ":" stands in it.
    if not re.fullmatch(r"\w[\w-]*", name) or name != name.lower() or "__" in name:
        raise ValueError("a channel's name is made of lower-case letters, digits, - and _")
    return name


def _host(host: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?", host):
        raise ValueError("the name of a mail server is wanted, as smtp.example.com, without scheme and port")
    return host


def _sender(text: str) -> str:
    """The sender as it was written; ValueError for what could be no header."""
    from email.headerregistry import Address  # here: most projects send nothing, and every command loads settings
    from email.utils import getaddresses

    [(name, address), *others] = getaddresses([text])
    if others or not _ADDRESS.fullmatch(address) or re.search(r"[\x00-\x1f\x7f]", text):
        raise ValueError("an address is wanted, as digests@example.com or Groundswell <digests@example.com>")
    Address(display_name=name, addr_spec=address)
    return text


class ChannelSettings(Table):
    """`[channels.NAME]`: a way by which digests and notices are sent."""

    kind: Literal["smtp", "slack", "apprise"] = Field(
        description="smtp: e-mail; slack: a web hook of Slack, with blocks; apprise: any service that apprise knows",
        examples=["smtp"],
    )
    quotes: Literal["full", "short", "none"] = Field(
        default="full",
        description="how much of customers' redacted words is sent: full, short (the first words) or none",
        examples=["short"],
    )
    connect_timeout: float = Field(
        default=10.0, gt=0, le=120, description="seconds in which a connection must stand", examples=[10.0]
    )
    timeout: float = Field(default=30.0, gt=0, le=600, description="seconds that one answer may take", examples=[30.0])
    host: Annotated[str, AfterValidator(_host)] | None = Field(
        default=None, description="smtp: the mail server", examples=["smtp.example.com"]
    )
    port: int = Field(default=587, ge=1, le=65535, description="smtp: its port", examples=[587])
    tls: Literal["starttls", "direct", "none"] = Field(
        default="starttls",
        description="smtp: starttls (port 587), direct (port 465), or none: unencrypted, and without a password",
        examples=["starttls"],
    )
    ca_file: Path | None = Field(
        default=None, description="smtp: certificates to trust beside the machine's own", examples=["company-ca.pem"]
    )
    user: str | None = Field(default=None, min_length=1, description="smtp: who logs in", examples=["digests"])
    password: SecretStr | None = Field(
        default=None,
        description="smtp: in the environment alone, never in the file",
        examples=["THE-PASSWORD"],
        json_schema_extra=_HIDDEN,
    )
    password_file: Path | None = Field(
        default=None, description="smtp: a file that holds the password, and nothing else", examples=["smtp.password"]
    )
    sender: Annotated[str, AfterValidator(_sender)] | None = Field(
        default=None, description="smtp: who the mail is from", examples=["Groundswell <digests@example.com>"]
    )
    url: SecretStr | None = Field(
        default=None,
        description="slack: the web hook; apprise: one or more URLs with spaces between; in the environment alone",
        examples=["https://hooks.slack.com/services/..."],
        json_schema_extra=_HIDDEN,
    )
    url_file: Path | None = Field(
        default=None, description="slack, apprise: a file that holds it, of apprise a line each", examples=["hook.url"]
    )


def _complete(channel: ChannelSettings) -> ChannelSettings:
    """The channel where it has what its kind needs, and nothing of another kind; else ValueError."""
    strange = sorted(channel.model_fields_set - _OF_KIND[channel.kind] - _OF_ALL)
    if strange:
        raise ValueError(f"{strange[0]} means nothing for kind {channel.kind!r}; leave it out")
    for secret in ("password", "url"):
        if getattr(channel, secret) is not None and getattr(channel, f"{secret}_file") is not None:
            raise ValueError(f"both the variable of {secret} and {secret}_file are set; leave one of them out")
    if channel.kind == "smtp":
        _check_smtp(channel)
    return channel


def _check_smtp(channel: ChannelSettings) -> None:
    lacking = [name for name in ("host", "sender") if getattr(channel, name) is None]
    if lacking:
        raise ValueError(f"{lacking[0]} is missing; kind 'smtp' needs host and sender")
    if channel.tls == "none" and channel.user is not None and not is_loopback(channel.host or ""):
        raise ValueError("tls is 'none', so the password would go over the network unencrypted; use starttls or direct")


ChannelName = Annotated[str, AfterValidator(_channel_name)]
Channels = dict[ChannelName, Annotated[ChannelSettings, AfterValidator(_complete)]]

# --------------------------------------------------------------------------------------------------------- recipients


def _send(written: str) -> str:
    to = Destination.of(written)
    if not to.channel or (to.recipient and not _ADDRESS.fullmatch(to.recipient)):
        raise ValueError("a channel is wanted, as team, or a channel with an address, as mail:anna@example.com")
    return str(to)


def _once(sends: tuple[str, ...]) -> tuple[str, ...]:
    """Each destination once: in no mail program do capital letters make another mailbox."""
    return tuple({written.casefold(): written for written in sends}.values())


Sends = Annotated[tuple[Annotated[str, AfterValidator(_send)], ...], BeforeValidator(as_list), AfterValidator(_once)]


def check_sends(sends: Mapping[str, Iterable[str]], channels: Mapping[str, ChannelSettings]) -> None:
    """ValueError where a list names a channel that is not there, lacks an address, or has one too many.

    `sends` are the lists by the name of their table.
    """
    for name, listed in sends.items():
        place = f"{name} sends" if name else "it sends"
        for written in listed:
            to = Destination.of(written)
            if to.channel not in channels:
                hint = _other_channel(to.channel, channels)
                raise ValueError(f"{place} to {written!r}, and there is no channel {to.channel!r}; {hint}")
            is_mail = channels[to.channel].kind == "smtp"
            if is_mail and not to.recipient:
                raise ValueError(f"{place} to {written!r} without an address; write {to.channel}:anna@example.com")
            if to.recipient and not is_mail:
                raise ValueError(f"{place} to {written!r}; a channel of its kind has no addresses: {to.channel!r}")


def _other_channel(name: str, channels: Mapping[str, ChannelSettings]) -> str:
    """What may be meant by a channel that is not there."""
    if "@" in name:
        mail = next((known for known, one in channels.items() if one.kind == "smtp"), "CHANNEL")
        return f"write {mail}:{name}"
    near = get_close_matches(name, channels, n=1)
    return f"did you mean {near[0]!r}?" if near else f"add a table [channels.{name}]"


def check_owners(owners: Iterable[str]) -> None:
    """ValueError where two tables are of one owner: only one of them would be told."""
    known: dict[str, str] = {}
    for name in owners:
        other = known.setdefault(owner_key(name), name)
        if other != name:
            raise ValueError(f"[owners.{other}] and [owners.{name}] are the same owner; leave one of them out")


def _owner_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 60 or not name.isprintable():
        raise ValueError("the name of an owner of themes is wanted, as `groundswell themes own` has it")
    return name


def owner_key(name: str) -> str:
    """What tells owners apart: "Logistics" and "logistics" are one."""
    return " ".join(name.split()).casefold()


OwnerName = Annotated[str, AfterValidator(_owner_name)]


class OwnerSettings(Table):
    """`[owners.NAME]`: where the owner of themes hears of their alerts and pain points."""

    send: Sends = Field(
        default=(), description="channels that tell the owner, each week that has something", examples=[["team"]]
    )


class EscalationSettings(Table):
    """`[escalations]`: who hears, at each run and each ingest, of customers to call back."""

    send: Sends = Field(
        default=(), description="channels that tell of new escalations the same day", examples=[["mail:a@example.com"]]
    )
    kinds: tuple[Literal["escalation", "churn", "urgency"], ...] = Field(
        default=("escalation", "churn"),
        description="what is told: escalation (manager, lawyer, press), churn (they leave), urgency (needed now)",
        examples=[["escalation", "churn"]],
    )
    days: int = Field(
        default=2, ge=1, le=31, description="comments that are older than so many days are not told", examples=[2]
    )


# ----------------------------------------------------------------------------------------------------------- delivery


def _link(url: str) -> str:
    wanted = "the address of the folder `out` is wanted, as https://reports.example.com or file:///srv/out"
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(wanted) from None
    if parts.scheme not in ("https", "http", "file") or not (parts.hostname or parts.scheme == "file"):
        raise ValueError(wanted)
    if parts.username or parts.password or parts.query or parts.fragment or re.search(r"[\s\x00-\x1f<>\"|]", url):
        raise ValueError(f"{wanted}, without user, password, query, fragment or spaces")
    return url.rstrip("/")


class DeliverySettings(Table):
    """`[delivery]`: what all channels have in common."""

    link: Annotated[str, AfterValidator(_link)] | None = Field(
        default=None,
        description="where readers find the folder `out`; without it messages have no link",
        examples=["https://reports.example.com"],
    )
    after_kill: Literal["resend", "hold"] = Field(
        default="resend",
        description="what a run does with a message that a killed one was sending: resend (marked as a possible "
        "repeat) or hold (it waits for `groundswell outbox retry`)",
        examples=["resend"],
    )
