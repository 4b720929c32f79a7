"""A real server on loopback in the place of a language model: it answers as a test tells it to, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Model:
    """The server's address, what it was sent, and how it answers: `reply` gets the request and writes to it."""

    reply: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)  # set at the end: what waits may go


@contextmanager
def serving(reply: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]) -> Iterator[Model]:
    """A server at 127.0.0.1 for as long as the block lasts."""
    model = Model(reply)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append(sent | {"path": self.path})
            model.headers.append(dict(self.headers))
            try:
                model.reply(self, sent)
            except OSError:  # who asked has gone
                self.close_connection = True

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.done.set()
        server.shutdown()
        server.server_close()
        thread.join()


def send(request: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """One whole answer."""
    request.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def says(content: str) -> bytes:
    """The body of an answer whose message is this."""
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def answering(label: Callable[[str], str]) -> Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]:
    """A well-behaved server that names what it is shown: `label` gets the data of the question."""

    def reply(request: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
        send(request, says(json.dumps({"label": label(sent["messages"][1]["content"])})))

    return reply
