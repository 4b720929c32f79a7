"""An OpenAI-compatible endpoint that answers in JSON: asked only where [themes.naming] names one.

This is the one module of the package that opens a connection beyond the store's. It goes to the one address of the
settings and nowhere else: `http.client` knows no proxies of the environment and follows no redirect. An answer is
data that a stranger may have written; whoever asks has to check it.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from groundswell.errors import NoAnswer
from groundswell.settings_themes import NamingSettings

__all__ = ["Endpoint", "endpoint_of"]

MOST_CALLS = 150  # of one endpoint: a hundred themes, and some that open later
MOST_SECONDS = 900.0  # that all its calls may take together
MOST_BYTES = 65_536  # of an answer; a label has sixty characters

_SAID = {
    401: "the key is refused, or none is set",
    403: "the key is refused",
    404: "this path or this model is not known there",
    429: "too many calls, or no credit is left",
}


class Endpoint:
    """Asks one model, at most MOST_CALLS times and MOST_SECONDS long; not to be shared by threads."""

    def __init__(self, url: str, model: str, *, timeout: float = 20.0, key: SecretStr | None = None) -> None:
        self._url, self._model, self._timeout, self._key = urlsplit(url), model, timeout, key
        self._calls, self._seconds = 0, 0.0

    @property
    def place(self) -> str:
        """The host, for messages."""
        return self._url.netloc

    def ask(self, task: str, data: str, schema: Mapping[str, Any]) -> Any:
        """The JSON value that the model answers; it was asked to keep to `schema`, which is not checked here.

        `task` is ours, `data` what a stranger may have written. Raises NoAnswer.
        """
        if self._calls >= MOST_CALLS or self._seconds >= MOST_SECONDS:
            raise NoAnswer(f"{self.place} was asked {self._calls} times in {self._seconds:.0f} s, which is the most")
        body = json.dumps(
            {
                "model": self._model,
                "messages": [{"role": "system", "content": task}, {"role": "user", "content": data}],
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "strict": True, "schema": schema},
                },
            }
        ).encode("ascii")
        self._calls += 1
        started = time.monotonic()
        try:
            answer = _Exchange(self._connection(), self._timeout).run(self._path(), body, self._headers())
        finally:
            self._seconds += time.monotonic() - started
        return _content(answer, self.place)

    def _connection(self) -> HTTPConnection:
        host = self._url.hostname or ""
        if self._url.scheme == "http":
            return HTTPConnection(host, self._url.port, timeout=self._timeout)
        return HTTPSConnection(host, self._url.port, timeout=self._timeout, context=ssl.create_default_context())

    def _path(self) -> str:
        return f"{self._url.path.rstrip('/')}/chat/completions"

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
        if self._key is not None:
            key = self._key.get_secret_value()
            # The library's own complaint would show the key.
            if not (key.isascii() and key.isprintable()) or " " in key:
                raise NoAnswer("the key holds a space, a line end or a letter that no header can carry; set it again")
            headers["Authorization"] = f"Bearer {key}"
        return headers


def endpoint_of(naming: NamingSettings) -> Endpoint | None:
    """The endpoint of the settings; None where none is named, so that nothing is ever asked."""
    if naming.url is None or naming.model is None:
        return None
    return Endpoint(naming.url, naming.model, timeout=naming.timeout, key=naming.key)


class _Exchange:
    """One request and its answer, in a thread of its own: only so is there a limit to the whole time it may take.

    A socket's own limit is for one read: a server that sends a byte now and then would hold us for ever.
    """

    def __init__(self, connection: HTTPConnection, timeout: float) -> None:
        self._connection, self._timeout = connection, timeout
        self._place = f"{connection.host}:{connection.port}"
        self._socket: socket.socket | None = None
        self._outcome: bytes | NoAnswer | None = None

    def run(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The body of the answer. Raises NoAnswer."""
        thread = threading.Thread(
            target=self._work, args=(lambda: self._exchange(path, body, headers),), name="groundswell-llm", daemon=True
        )
        thread.start()
        thread.join(self._timeout)
        if thread.is_alive():
            held = self._socket
            if held is not None:
                with suppress(OSError):  # wakes the thread, which then ends
                    held.shutdown(socket.SHUT_RDWR)
                thread.join(1.0)
            raise self._too_late()
        if isinstance(self._outcome, bytes):
            return self._outcome
        raise self._outcome or NoAnswer(f"{self._place} gave no answer")

    def _work(self, exchange: Callable[[], bytes]) -> None:
        """Runs the exchange and keeps what came of it; raises nothing, for a thread has nobody to raise to."""
        try:
            self._outcome = exchange()
        except NoAnswer as reason:
            self._outcome = reason
        except ssl.SSLCertVerificationError:
            self._outcome = NoAnswer(f"{self._place} shows a certificate that is not trusted")
        except TimeoutError:  # the limit of one read, which may be noticed before that of the whole
            self._outcome = self._too_late()
        except OSError as error:
            # Its number's own words: what a server sent is in none of them.
            reason_text = error.strerror or type(error).__name__
            self._outcome = NoAnswer(f"{self._place} cannot be reached: {reason_text.lower()}")
        except (HTTPException, ValueError) as error:
            self._outcome = NoAnswer(f"{self._place} does not speak HTTP as expected ({type(error).__name__})")
        finally:
            self._connection.close()

    def _too_late(self) -> NoAnswer:
        return NoAnswer(f"{self._place} gave no whole answer within {self._timeout:g} s")

    def _exchange(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        self._connection.connect()
        self._socket = self._connection.sock
        self._connection.request("POST", path, body, dict(headers))
        with self._connection.getresponse() as response:
            return self._read(response)

    def _read(self, response: HTTPResponse) -> bytes:
        if response.status != 200:
            said = _SAID.get(response.status, "")
            if 300 <= response.status < 400:
                said = "redirects are not followed"
            raise NoAnswer(f"{self._place} answered {response.status}{said and f' ({said})'}")
        answer = response.read(MOST_BYTES + 1)
        if len(answer) > MOST_BYTES:
            raise NoAnswer(f"{self._place} answered more than {MOST_BYTES:,} bytes")
        return answer


def _content(answer: bytes, place: str) -> Any:
    """The value that the model wrote as JSON into its first message."""
    try:
        return json.loads(json.loads(answer)["choices"][0]["message"]["content"])
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        # The answer itself may hold anything, the key too: it is not shown.
        raise NoAnswer(f"{place} answered something else than the JSON that was asked for") from None
