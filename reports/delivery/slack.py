"""A web hook of Slack, or of what speaks as it does: one POST for each payload, a second apart."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from groundswell.errors import ConfigError
from groundswell.settings_delivery import ChannelSettings
from groundswell.settings_table import is_loopback
from reports.delivery.errors import NotSent, reason_of
from reports.delivery.limit import Limit
from reports.delivery.matters import REPEAT, Envelope, Passage, slack_of
from reports.digest import Digest

if TYPE_CHECKING:
    from reports.formats.notices import Notice

__all__ = ["SlackChannel"]

_PAUSE = 1.0  # seconds: Slack takes one message a second
_LONGEST_WAIT = 30.0  # seconds that a server may ask to wait for; longer is left to the next run
_GONE = {400, 403, 404, 405, 410, 413}  # said again to the same message, whenever it is tried


class SlackChannel:
    """A web hook. Its URL is a secret, so that nothing but its host is ever told."""

    def __init__(self, name: str, settings: ChannelSettings, url: str) -> None:
        self._name, self._settings, self._url = name, settings, _parsed(name, url)
        self._next = 0.0

    def parts(self, matter: Digest | Notice, link: str | None) -> Sequence[Mapping[str, Any]]:
        """The payloads, in their order."""
        return slack_of(matter, self._settings.quotes, link)

    def send(self, part: Mapping[str, Any], envelope: Envelope, passage: Passage) -> None:
        """Send one payload; NotSent. A server that asks for a short wait is asked once more."""
        body = json.dumps(_repeated(part) if envelope.is_repeat else part, ensure_ascii=True).encode("ascii")
        for is_last in (False, True):
            time.sleep(max(0.0, self._next - time.monotonic()))
            status, wait, is_page = self._post(body, passage)
            self._next = time.monotonic() + _PAUSE
            if is_page:
                raise NotSent(
                    f"{self._place} answered with a web page, as no hook does: compare the url of "
                    f"channels.{self._name} with the one that the service shows",
                    for_good=True,
                )
            if 200 <= status < 300:
                passage.arrived()
                return
            if status != 429 or is_last or wait > _LONGEST_WAIT:
                raise self._refused(status)
            self._next = time.monotonic() + max(wait, _PAUSE)

    def look(self) -> str:
        """Connects to the host, and sends nothing."""
        connection = self._connection(self._settings.connect_timeout)
        try:
            self._connect(connection)
        finally:
            connection.close()
        return f"{self._name}: {self._place} answers; quotes {self._settings.quotes}"

    @property
    def _place(self) -> str:
        return self._url.hostname or ""

    def _connection(self, timeout: float) -> HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "http":
            return HTTPConnection(host, port, timeout=timeout)
        return HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())

    def _post(self, body: bytes, passage: Passage) -> tuple[int, float, bool]:
        """The status, the seconds that the server asks to wait, and whether a page to look at came with success."""
        connection = self._connection(self._settings.connect_timeout)
        try:
            self._connect(connection)
            passage.begin()
            with Limit(lambda: connection.sock, self._settings.timeout) as limit:
                connection.request("POST", self._path, body, {"Content-Type": "application/json"})
                with connection.getresponse() as response:
                    is_page = 200 <= response.status < 300 and _is_page(response)
                    limit.check()  # cut off by us, half an answer looks like a whole one
                    return response.status, _seconds(response.getheader("Retry-After")), is_page
        except (OSError, HTTPException) as error:
            raise NotSent(
                f"{self._place} broke off before it answered ({reason_of(error)}): it may have arrived",
                maybe_arrived=True,
                is_down=True,
            ) from None
        finally:
            connection.close()

    def _connect(self, connection: HTTPConnection) -> None:
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            raise NotSent(f"{self._place} cannot be reached ({reason_of(error)})", is_down=True) from None
        if connection.sock is not None:
            connection.sock.settimeout(self._settings.timeout)

    @property
    def _path(self) -> str:
        return (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")

    def _refused(self, status: int) -> NotSent:
        said = {404: "there is no such hook", 403: "the hook is refused", 410: "the hook's room is gone"}.get(
            status, ""
        )
        if 300 <= status < 400:
            said = "redirects are not followed"
        told = f"{self._place} answered {status}{said and f' ({said})'}"
        return NotSent(told, for_good=status in _GONE, is_down=status == 429 or status >= 500)


def _parsed(name: str, url: str) -> SplitResult:
    wrong = ConfigError(f"channels.{name}: its url is none; https://HOST/... is wanted, as the service shows it")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong from None
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ConfigError(f"channels.{name}: its url must begin with https; http only for this machine itself")
    if parts.username or parts.password:
        raise ConfigError(f"channels.{name}: its url holds a user or a password, which no web hook takes")
    return parts


def _repeated(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with a line before it that says it may have arrived."""
    text = f"{REPEAT} {payload.get('text', '')}".strip()
    first = {"type": "context", "elements": [{"type": "plain_text", "text": REPEAT}]}
    blocks = list(payload.get("blocks", ()))
    return {**payload, "text": text, "blocks": [first, *blocks][:50]}


def _is_page(response: HTTPResponse) -> bool:
    """Whether an answer is a page to look at, as of a login: its type alone is that of many a plain "ok"."""
    if "html" not in response.getheader("Content-Type", "").lower():
        return False
    return response.read(200).lstrip().lower().startswith((b"<!doctype", b"<html"))


def _seconds(said: str | None) -> float:
    return float(said) if said is not None and said.isascii() and said.isdigit() and len(said) < 7 else 0.0
