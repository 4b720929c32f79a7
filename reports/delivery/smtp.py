"""E-mail by SMTP: encrypted unless the settings say otherwise, one message for each recipient."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

from groundswell.errors import ConfigError
from groundswell.settings_delivery import ChannelSettings
from reports.delivery.errors import NotSent, reason_of
from reports.delivery.limit import Limit
from reports.delivery.matters import REPEAT, Envelope, Passage, mail_of
from reports.digest import Digest

if TYPE_CHECKING:
    from reports.formats.mail import Mail
    from reports.formats.notices import Notice

__all__ = ["SmtpChannel", "message_of"]

_ANSWERS = 4  # times the patience for one answer is that for the whole of them
_NAME = "groundswell.local"  # said to the server in the place of this machine's own name, which is nobody's business


class SmtpChannel:
    """A mail server."""

    def __init__(self, name: str, settings: ChannelSettings, password: str | None) -> None:
        self._name, self._settings, self._password = name, settings, password

    def parts(self, matter: Digest | Notice, link: str | None) -> list[Mail]:
        """One mail."""
        return [mail_of(matter, self._settings.quotes, link)]

    def send(self, part: Mail, envelope: Envelope, passage: Passage) -> None:
        """Send the mail to its recipient; NotSent."""
        try:
            content = message_of(part, envelope, self._settings.sender or "").as_bytes(policy=SMTP)
        except ValueError:  # of the library, for a header that could hold a second one
            raise NotSent("its subject or an address is none that a mail can carry", for_good=True) from None
        with self._session() as session:
            self._step(session, "the sender", lambda: session.mail(parseaddr(self._settings.sender or "")[1]))
            self._step(session, "the recipient", lambda: session.rcpt(envelope.recipient))
            passage.begin()
            try:
                code, _ = session.data(content)
            except smtplib.SMTPDataError as error:
                raise self._refused("the mail", error.smtp_code) from None
            except (OSError, smtplib.SMTPException) as error:
                raise NotSent(
                    f"{self._place} broke off while it took the mail ({reason_of(error)}): it may have arrived",
                    maybe_arrived=True,
                    is_down=True,
                ) from None
            if code != 250:
                raise self._refused("the mail", code)
            passage.arrived()

    def look(self) -> str:
        """Connects, encrypts and logs in."""
        with self._session():
            how = {"starttls": "STARTTLS", "direct": "TLS"}.get(self._settings.tls, "unencrypted")
            login = f", logged in as {self._settings.user}" if self._settings.user else ""
            return f"{self._name}: {self._place} answers, {how}{login}; quotes {self._settings.quotes}"

    @property
    def _place(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted and logged in as the settings want it; NotSent where that cannot be."""
        session = self._connected()
        with Limit(lambda: session.sock, _ANSWERS * self._settings.timeout):
            try:
                self._secured(session)
                yield session
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    session.quit()
                session.close()

    def _secured(self, session: smtplib.SMTP) -> None:
        try:
            self._secure(session)
        except smtplib.SMTPAuthenticationError as error:
            raise NotSent(
                f"{self._place} refuses user {self._settings.user!r} ({error.smtp_code}); set the password of "
                f"channels.{self._name} again",
                is_down=True,
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent(f"{self._place} does not offer what is needed: {error}", is_down=True) from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"{self._place} broke off at the start ({reason_of(error)})", is_down=True) from None

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        host, port, patience = settings.host or "", settings.port, settings.connect_timeout
        try:
            if settings.tls == "direct":
                trust = self._trust()
                session: smtplib.SMTP = smtplib.SMTP_SSL(host, port, _NAME, timeout=patience, context=trust)
            else:
                session = smtplib.SMTP(host, port, _NAME, timeout=patience)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"{self._place} cannot be reached ({reason_of(error)})", is_down=True) from None
        if session.sock is not None:
            session.sock.settimeout(settings.timeout)
        return session

    def _secure(self, session: smtplib.SMTP) -> None:
        session.ehlo_or_helo_if_needed()
        if self._settings.tls == "starttls":
            if not session.has_extn("starttls"):
                # Never on without it: somebody in between may have taken the offer out.
                raise smtplib.SMTPNotSupportedError("STARTTLS; nothing was sent unencrypted")
            session.starttls(context=self._trust())
            session.ehlo()
        if self._settings.user is not None and self._password is not None:
            session.login(self._settings.user, self._password)

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file is not None:
            try:
                context.load_verify_locations(cafile=self._settings.ca_file)
            except (OSError, ssl.SSLError):
                path = self._settings.ca_file
                raise ConfigError(f"channels.{self._name}.ca_file: {path} cannot be read as certificates") from None
        return context

    def _step(self, session: smtplib.SMTP, what: str, command: object) -> None:
        assert callable(command)
        try:
            code, _ = command()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"{self._place} broke off ({reason_of(error)})", is_down=True) from None
        if code not in (250, 251):
            raise self._refused(what, code)

    def _refused(self, what: str, code: int) -> NotSent:
        """The server's words are left out: they may hold anything, of the mail too."""
        return NotSent(f"{self._place} refused {what} ({code})", for_good=500 <= code < 600)


def message_of(mail: Mail, envelope: Envelope, sender: str) -> EmailMessage:
    """The mail with its headers: text and HTML, with the charts that the HTML shows. ValueError for a header with a
    line end: nobody gets one into it."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=envelope.recipient)
    message["Subject"] = f"[possible repeat] {mail.subject}" if envelope.is_repeat else mail.subject
    message["Date"] = format_datetime(envelope.moment)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    if envelope.is_repeat:
        message["X-Groundswell-Repeat"] = "possible"
    message.set_content(f"{REPEAT}\n\n{mail.text}" if envelope.is_repeat else mail.text)
    message.add_alternative(_marked(mail.html) if envelope.is_repeat else mail.html, subtype="html")
    html = list(message.iter_parts())[1]
    assert isinstance(html, EmailMessage)
    for image in mail.images:
        html.add_related(
            image.png, "image", "png", cid=f"<{image.cid}>", disposition="inline", filename=f"{image.cid}.png"
        )
    return message


def _marked(html: str) -> str:
    """The page with a line before it that says it may have come before."""
    line = f'<p style="margin:0;padding:12px 16px;font:14px/1.4 sans-serif">{REPEAT}</p>'
    return re.sub(r"<body\b[^>]*>", lambda body: body[0] + line, html, count=1)
