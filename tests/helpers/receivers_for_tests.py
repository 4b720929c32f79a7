"""A mail server and a web hook on loopback that receive real messages, and break off where a test tells them to."""

from __future__ import annotations

import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

__all__ = ["Hook", "MailServer", "free_port", "make_certificate", "mail_server", "web_hook"]


@dataclass
class MailServer:
    """A mail server: where it is, what it got, and how it answers to a recipient or to a whole message."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    on_recipient: Callable[[str], str] = lambda address: "250 OK"
    on_data: Callable[[EmailMessage], str] = lambda message: "250 OK"

    def ids(self) -> list[str]:
        """The Message-IDs of what it got."""
        return [str(message["Message-ID"]) for message in self.messages]


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_RCPT(self, _: Any, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self._server.on_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _: Any, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content or b"", policy=default)  # type: ignore[arg-type]
        assert isinstance(message, EmailMessage)
        answer = self._server.on_data(message)
        if answer.startswith("250"):
            self._server.messages.append(message)
            self._server.recipients += envelope.rcpt_tos
            self._server.was_encrypted.append(session.ssl is not None)
        return answer


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(
    certificate: tuple[Path, Path] | None = None, login: tuple[str, str] | None = None, port: int = 0
) -> Iterator[MailServer]:
    """A mail server at localhost as long as the block lasts; it wants STARTTLS by the certificate, and the login."""
    server = MailServer()

    def authenticate(_: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        server.logins.append(given)
        return AuthResult(success=given == login, handled=False)

    server.port = port or free_port()
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": server.port}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        options |= {"tls_context": context, "require_starttls": True}
    if login is not None:
        options |= {"auth_required": True, "authenticator": authenticate}
    controller = Controller(_Handler(server), **options)  # type: ignore[no-untyped-call]
    controller.start()  # type: ignore[no-untyped-call]
    try:
        yield server
    finally:
        controller.stop()  # type: ignore[no-untyped-call]


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key, valid today, signed by itself: trusted by who names it alone."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    places = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(days=1)
        )
        .add_extension(places, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, plain, serialization.NoEncryption()))
    return files


@dataclass
class Hook:
    """A web hook: its URL, what it got, and the status and headers that it answers the request of that number with."""

    url: str = ""
    payloads: list[dict[str, Any]] = field(default_factory=list)
    answers: Callable[[int], tuple[int, dict[str, str]]] = lambda number: (200, {})
    body: bytes = b"ok"


@contextmanager
def web_hook() -> Iterator[Hook]:
    """A web hook on loopback as long as the block lasts."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.payloads.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            try:
                status, headers = hook.answers(len(hook.payloads))
            except ConnectionError:  # the test lets it break off
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(hook.body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(hook.body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook.url = f"http://127.0.0.1:{server.server_address[1]}/services/T0/B0/s3cret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
