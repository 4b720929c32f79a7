"""The process of a Prefect server of ours: `python -m flows.server_process PORT`, started by flows/server.py."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["HOST", "end_with_stdin", "serve_until_parent_ends"]

HOST = "127.0.0.1"  # Prefect's API asks nobody for a password: it is for this machine alone
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 1.0)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def serve_until_parent_ends(port: int = 0) -> None:
    """Serves Prefect's API on this machine, writes the port to stdout, and ends with its stdin.

    Without a port it takes a free one and leaves out what only a lasting server needs: schedules and pages.
    """
    end_with_stdin()  # first: the imports take seconds
    import uvicorn
    from prefect.server.api.server import create_app
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
            await super().startup()
            if self.started:
                print(self.servers[0].sockets[0].getsockname()[1], flush=True)
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads on: what is printed now goes to the log

    # Around the app and not in it: Prefect's services call that by a host name of their own.
    # A page of some website, whose name its owner points at this machine, shall not be taken for a page of ours.
    prefect = AgainWhenLocked(create_app(ephemeral=port == 0, final=True))
    app = TrustedHostMiddleware(prefect, allowed_hosts=[HOST, "localhost"])
    Announced(uvicorn.Config(app, host=HOST, port=port, log_level="error", lifespan="on")).run()


def end_with_stdin() -> None:
    """From now on this process ends when its standard input does: when the process that writes to it has gone."""
    threading.Thread(target=_wait_for_end_of_stdin, daemon=True).start()


def _wait_for_end_of_stdin() -> None:
    # Not by sys.stdin: Python cannot end while a thread waits in there.
    while os.read(0, 1):
        pass
    os._exit(0)  # at once, whatever is under way: a half-made write is rolled back, and leases of the dead are free


class AgainWhenLocked:
    """Does a request again, for three seconds, that Prefect refused since its SQLite file was being written.

    Prefect begins most transactions as readers; one that then wants to write while another has written is refused by
    SQLite at once, whatever its timeout, and Prefect answers 503, with the transaction undone, so that the client asks
    again: its own does after 2 s, others do not.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """The application's answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = await _whole(receive)
        for pause in _PAUSES:
            attempt = _Attempt(dict(request), receive, send)
            try:
                await self._app(dict(scope), attempt.receive, attempt.send)
            except Exception:
                if not attempt.refused:
                    raise
            if not attempt.refused:
                return
            await asyncio.sleep(pause)
        await self._app(scope, _Attempt(request, receive, send).receive, send)


class _Attempt:
    """One try of a request: gives the body again, and keeps a refusal from the client."""

    def __init__(self, request: Message, receive: Receive, send: Send) -> None:
        self._request: Message | None = request
        self._receive, self._send = receive, send
        self.refused = False

    async def receive(self) -> Message:
        """The whole request, then what the client does next."""
        if self._request is None:
            return await self._receive()
        request, self._request = self._request, None
        return request

    async def send(self, message: Message) -> None:
        """Passes the answer on, unless it is a refusal."""
        if message["type"] == "http.response.start":
            self.refused = message["status"] == 503
        if not self.refused:
            await self._send(message)


async def _whole(receive: Receive) -> Message:
    """The request with all of its body."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return {"type": "http.request", "body": body, "more_body": False}


if __name__ == "__main__":
    serve_until_parent_ends(int(sys.argv[1]))
