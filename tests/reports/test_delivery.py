"""Channels: real messages to a real mail server and a real web hook, and what is said when they do not arrive."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr
from receivers_for_tests import Hook, MailServer, free_port, mail_server, make_certificate, web_hook

from groundswell.errors import ConfigError
from groundswell.settings_delivery import ChannelSettings
from reports.delivery.channels import Channel, open_channel
from reports.delivery.errors import NotSent
from reports.delivery.matters import REPEAT, Envelope
from reports.delivery.smtp import message_of
from reports.digest import Digest
from reports.formats.mail import Mail

LOGIN = ("digests", "pass word %{}$")
SECRET = "s3cret"
TO_ANNA = Envelope("anna@example.com", "<groundswell.1@example.com>", datetime(2026, 11, 16, 6, tzinfo=UTC))
LINK = "https://reports.example.com/service/2026-W46/digest.html"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def secure_mail(certificate: tuple[Path, Path]) -> Iterator[MailServer]:
    """A mail server that wants STARTTLS and a login."""
    with mail_server(certificate, LOGIN) as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A web hook that takes everything."""
    with web_hook() as found:
        yield found


class Seen:
    """How far a part came, by what its channel told."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def begin(self) -> None:
        self.steps.append("begin")

    def arrived(self) -> None:
        self.steps.append("arrived")


def mail_channel(port: int, **more: object) -> Channel:
    options = {"tls": "none", "connect_timeout": 1.0, "timeout": 1.0, **more}
    settings = ChannelSettings(kind="smtp", host="localhost", port=port, sender="Ground <d@example.com>", **options)
    return open_channel("mail", settings)


def slack_channel(url: str, **more: object) -> Channel:
    options = {"connect_timeout": 1.0, "timeout": 1.0, **more}
    return open_channel("team", ChannelSettings(kind="slack", url=SecretStr(url), **options))


def send_all(channel: Channel, digest: Digest, envelope: Envelope = TO_ANNA, link: str | None = LINK) -> None:
    for part in channel.parts(digest, link):
        channel.send(part, envelope, Seen())


@contextmanager
def listening(answer: bytes = b"", drip: bytes = b"") -> Iterator[int]:
    """A port that answers each connection with these bytes, then a byte now and then; gives no whole answer ever."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def work() -> None:
            held = []
            while not over.is_set():
                try:
                    held.append(server.accept()[0])
                    held[-1].sendall(answer)
                except OSError:
                    pass
                for one in held if drip else ():
                    try:
                        one.sendall(drip)
                    except OSError:
                        pass
            for one in held:
                one.close()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            over.set()
            thread.join()


# --------------------------------------------------------------------------------------------------------------- e-mail


def test_a_mail_arrives_whole_encrypted_and_by_its_name(
    secure_mail: MailServer, certificate: tuple[Path, Path], service: Digest
) -> None:
    """After STARTTLS and a login: one recipient, our Message-ID, text and HTML, each chart as a part of the HTML."""
    password = SecretStr(LOGIN[1])
    trusted = {"tls": "starttls", "ca_file": certificate[0], "user": LOGIN[0], "password": password}
    channel = mail_channel(secure_mail.port, **trusted)
    send_all(channel, service)
    got = secure_mail.messages[-1]
    assert secure_mail.recipients[-1:] == ["anna@example.com"] and secure_mail.was_encrypted[-1:] == [True]
    assert secure_mail.logins[-1] == LOGIN and (got["Message-ID"], got["To"]) == (
        TO_ANNA.message_id,
        "anna@example.com",
    )
    assert got["Auto-Submitted"] == "auto-generated" and got["X-Groundswell-Repeat"] is None
    html = got.get_body(("html",))
    assert html is not None and LINK in html.get_content() and LINK in got.get_body(("plain",)).get_content()
    images = {str(part["Content-ID"]).strip("<>") for part in got.walk() if part.get_content_type() == "image/png"}
    assert images and all(f"cid:{cid}" in html.get_content() for cid in images)
    assert "logged in as digests" in channel.look() and SECRET not in channel.look()


def test_a_possible_repeat_says_so_where_a_reader_and_a_program_see_it(service: Digest) -> None:
    """Subject, first line and a header of its own; the Message-ID is that of the first try."""
    with mail_server() as server:
        send_all(mail_channel(server.port), service, replace(TO_ANNA, is_repeat=True))
    [got] = server.messages
    assert got["Subject"].startswith("[possible repeat] ") and got["X-Groundswell-Repeat"] == "possible"
    assert got.get_body(("plain",)).get_content().startswith(REPEAT) and REPEAT in got.get_body(("html",)).get_content()
    assert got["Message-ID"] == TO_ANNA.message_id


@pytest.mark.parametrize("subject", ["a\r\nBcc: eve@example.com", "a\nX-Evil: 1", "a\rb"])
def test_no_line_end_gets_into_a_header(subject: str) -> None:
    """A subject with one is refused by the library itself, should a page let one through; nobody is connected to."""
    mail = Mail(subject, "text", "<p>text</p>", ())
    with pytest.raises(ValueError):
        message_of(mail, TO_ANNA, "d@example.com")
    with pytest.raises(NotSent, match="none that a mail can carry") as told:
        mail_channel(free_port()).send(mail, TO_ANNA, Seen())
    assert told.value.for_good and not told.value.is_down


def refuses(code: str) -> object:
    return lambda _: f"{code} no"


@pytest.mark.parametrize(
    ("where", "code", "for_good"),
    [
        ("on_recipient", "550", True),
        ("on_recipient", "451", False),
        ("on_data", "554", True),
        ("on_data", "452", False),
    ],
)
def test_a_refusal_is_for_good_or_for_now_as_the_server_says(
    service: Digest, where: str, code: str, for_good: bool
) -> None:
    """5xx will be said again, 4xx not; either way it did not arrive, and the channel goes on with others."""
    with mail_server() as server:
        setattr(server, where, refuses(code))
        with pytest.raises(NotSent, match=code) as told:
            send_all(mail_channel(server.port), service)
    assert (told.value.for_good, told.value.maybe_arrived, told.value.is_down) == (for_good, False, False)
    assert server.messages == []


def test_nothing_goes_out_unencrypted_against_the_settings(certificate: tuple[Path, Path], service: Digest) -> None:
    """A server without STARTTLS, one whose certificate nobody trusts, and one that refuses the login get nothing."""
    password = SecretStr(SECRET)
    with mail_server() as plain, mail_server(certificate, LOGIN) as strict:
        cases = [
            (plain.port, {"tls": "starttls"}, "STARTTLS; nothing was sent unencrypted"),
            (strict.port, {"tls": "starttls"}, "certificate is not trusted"),
            (
                strict.port,
                {"tls": "starttls", "ca_file": certificate[0], "user": "digests", "password": password},
                "refuses user 'digests'",
            ),
        ]
        for port, options, reason in cases:
            with pytest.raises(NotSent, match=reason) as told:
                send_all(mail_channel(port, **options), service)
            assert told.value.is_down and SECRET not in str(told.value)
    assert plain.messages == [] == strict.messages


def test_a_server_that_is_away_or_says_nothing_is_given_up_in_time(service: Digest) -> None:
    """Nobody at the port, a silent one, one that says a letter now and then: down, in the time of the settings."""
    with listening() as silent, listening(b"220 hello\r\n", drip=b"2") as slow:
        cases = ((free_port(), "cannot be reached"), (silent, "no answer in time"), (slow, "broke off"))
        for port, reason in cases:
            with pytest.raises(NotSent, match=reason) as told:
                send_all(mail_channel(port, connect_timeout=0.3, timeout=0.3), service)
            assert told.value.is_down and not told.value.maybe_arrived


def test_a_break_while_the_mail_is_taken_may_have_been_too_late(service: Digest) -> None:
    """The server has all of it and its answer does not come: nobody knows, and the error says so."""

    def late(_: EmailMessage) -> str:
        time.sleep(0.6)
        return "250 OK"

    with mail_server() as server:
        server.on_data = late
        with pytest.raises(NotSent, match="may have arrived") as told:
            send_all(mail_channel(server.port, timeout=0.2), service)
        assert told.value.maybe_arrived and told.value.is_down


# ----------------------------------------------------------------------------------------------------------------- chat


def test_a_hook_gets_the_blocks(hook: Hook, service: Digest) -> None:
    """Each payload as it was rendered; a repeat has a line before it that says so, within what Slack takes."""
    channel = slack_channel(hook.url)
    parts = list(channel.parts(service, LINK))
    channel.send(parts[0], TO_ANNA, Seen())
    channel.send(parts[0], replace(TO_ANNA, is_repeat=True), Seen())
    first, again = hook.payloads
    assert first == parts[0]
    assert again["text"].startswith(REPEAT) and again["blocks"][0]["elements"][0]["text"] == REPEAT
    assert len(again["blocks"]) <= 50


@pytest.mark.parametrize(
    ("status", "for_good", "is_down"), [(404, True, False), (403, True, False), (500, False, True), (302, False, False)]
)
def test_a_hook_that_answers_something_else_took_nothing(
    hook: Hook, service: Digest, status: int, for_good: bool, is_down: bool
) -> None:
    """No such hook will be said again, a broken server not; a redirect is never followed; the URL stays secret."""
    hook.answers = lambda _: (status, {"Location": hook.url})
    with pytest.raises(NotSent, match=str(status)) as told:
        send_all(slack_channel(hook.url), service)
    assert (told.value.for_good, told.value.is_down, told.value.maybe_arrived) == (for_good, is_down, False)
    assert len(hook.payloads) == 1 and SECRET not in str(told.value)


def test_a_page_to_look_at_is_no_answer_of_a_hook(hook: Hook, service: Digest) -> None:
    """A wrong address may answer 200 with a login page: nothing arrived. A plain "ok" that calls itself HTML is one."""
    hook.answers = lambda _: (200, {"Content-Type": "text/html; charset=utf-8"})
    send_all(slack_channel(hook.url), service)
    hook.body = b"\n<!DOCTYPE html><title>Sign in</title>"
    with pytest.raises(NotSent, match="answered with a web page, as no hook does") as told:
        send_all(slack_channel(hook.url), service)
    assert told.value.for_good and not told.value.maybe_arrived and SECRET not in str(told.value)


def test_a_hook_that_asks_to_wait_is_waited_for_once(hook: Hook, service: Digest) -> None:
    """A second is waited for; a day is left to the next run."""
    channel = slack_channel(hook.url)
    [part, *_] = channel.parts(service, LINK)
    hook.answers = lambda number: (429, {"Retry-After": "1"}) if number == 1 else (200, {})
    channel.send(part, TO_ANNA, Seen())
    assert len(hook.payloads) == 2
    hook.answers = lambda _: (429, {"Retry-After": "86400"})
    with pytest.raises(NotSent, match="429") as told:
        slack_channel(hook.url).send(part, TO_ANNA, Seen())
    assert told.value.is_down and len(hook.payloads) == 3


def test_a_hook_that_never_ends_its_answer_is_given_up(service: Digest) -> None:
    """A byte now and then holds nobody: the whole exchange has a limit. It may have arrived."""
    with listening(b"HTTP/1.1 200 OK\r\n", drip=b"x") as port:
        with pytest.raises(NotSent, match="may have arrived") as told:
            send_all(slack_channel(f"http://127.0.0.1:{port}/{SECRET}", timeout=0.5), service)
    assert told.value.maybe_arrived and SECRET not in str(told.value)
    with pytest.raises(NotSent, match="cannot be reached") as away:
        slack_channel(f"http://127.0.0.1:{free_port()}/{SECRET}").look()
    assert SECRET not in str(away.value)


def test_a_service_of_apprise_gets_title_and_text(hook: Hook, service: Digest) -> None:
    """By each URL of the channel; one that is away is told by its kind alone, an unknown one is a mistake."""
    place = hook.url.removeprefix("http://")
    urls = f"json://{place} json://127.0.0.1:{free_port()}/{SECRET}"
    channel = open_channel("other", ChannelSettings(kind="apprise", url=SecretStr(urls)))
    first, second = channel.parts(service, LINK)
    channel.send(first, replace(TO_ANNA, is_repeat=True), Seen())
    [got] = hook.payloads
    assert (
        got["title"].startswith("[possible repeat] ") and got["message"].startswith(REPEAT) and LINK in got["message"]
    )
    with pytest.raises(NotSent, match="^json did not take it") as told:
        channel.send(second, TO_ANNA, Seen())
    assert SECRET not in str(told.value) and "json, json" in channel.look()
    with pytest.raises(ConfigError, match="does not understand url 1, which begins with nothing://") as wrong:
        open_channel("other", ChannelSettings(kind="apprise", url=SecretStr(f"nothing://{SECRET}"))).look()
    assert SECRET not in str(wrong.value)


# -------------------------------------------------------------------------------------------------------------- secrets


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path, hook: Hook, service: Digest) -> None:
    """The URL is what the file holds without the spaces around it; a file that is empty or missing is named."""
    path = tmp_path / "hook.url"
    path.write_text(f"{hook.url}\n", "utf-8")
    send_all(open_channel("team", ChannelSettings(kind="slack", url_file=path)), service)
    assert hook.payloads
    path.write_text(" \n", "utf-8")
    for wrong in (path, tmp_path / "nowhere"):
        with pytest.raises(ConfigError, match=r"channels\.team\.url_file: .*(is empty|cannot be read)"):
            open_channel("team", ChannelSettings(kind="slack", url_file=wrong))
    with pytest.raises(ConfigError, match="set GROUNDSWELL_CHANNELS__TEAM__URL"):
        open_channel("team", ChannelSettings(kind="slack"))


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example.com/x",
        "http://hooks.example.com/s3cret",
        "https://u:s3cret@h.example.com/x",
        "https://h/s3cret\n",
    ],
)
def test_a_url_that_would_leak_or_lead_nowhere_is_refused(url: str) -> None:
    """Unencrypted, with a password in it, or none at all: ConfigError, which does not show it."""
    with pytest.raises(ConfigError) as told:
        slack_channel(url)
    assert SECRET not in str(told.value)
