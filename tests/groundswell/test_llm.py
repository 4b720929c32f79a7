"""The endpoint that may propose names: where it goes, what it takes, what it never tells."""

from __future__ import annotations

import json
import logging
import socket
import traceback
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

import pytest
from endpoint_for_tests import says, send, serving
from pydantic import SecretStr

from groundswell import llm
from groundswell.errors import NoAnswer
from groundswell.llm import Endpoint, endpoint_of
from groundswell.settings_themes import NamingSettings

SECRET = "sk-hunter2-0123456789"
SCHEMA = {"type": "object"}


def endpoint(url: str, timeout: float = 5.0, key: str | None = SECRET) -> Endpoint:
    """An endpoint of the settings."""
    made = endpoint_of(NamingSettings(url=url, model="small", timeout=timeout, key=key and SecretStr(key)))
    assert made is not None
    return made


def test_without_settings_there_is_no_endpoint():
    """Off by default: nobody is asked unless an address and a model are set."""
    assert endpoint_of(NamingSettings()) is None


def test_an_answer_is_the_json_of_the_first_message():
    """The request carries model, both messages, the schema and the key; the answer is what the model wrote."""
    with serving(lambda request, sent: send(request, says('{"label": "card delivery"}'))) as model:
        assert endpoint(model.url).ask("the task", "the data", SCHEMA) == {"label": "card delivery"}
    (sent,) = model.requests
    assert sent["path"] == "/v1/chat/completions" and sent["model"] == "small"
    assert [message["content"] for message in sent["messages"]] == ["the task", "the data"]
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert model.headers[0]["Authorization"] == f"Bearer {SECRET}"


def test_without_a_key_none_is_sent():
    """A server on this machine mostly wants none."""
    with serving(lambda request, sent: send(request, says("1"))) as model:
        assert endpoint(model.url, key=None).ask("", "", SCHEMA) == 1
    assert "Authorization" not in model.headers[0]


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    """The address of the settings is called directly, whatever HTTP_PROXY says."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(lambda request, sent: send(request, says("1"))) as model:
        assert endpoint(model.url).ask("", "", SCHEMA) == 1


def deep(request: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
    send(request, says("[" * 60_000))


def huge(request: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
    """Says nothing of its length, and never ends."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 65_536)


def cut(request: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"choices"')
    request.close_connection = True


def no_http(request: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
    request.wfile.write(b"SSH-2.0-" + SECRET.encode() + b"\r\n")
    request.close_connection = True


BAD = {
    "an error": (lambda request, sent: send(request, SECRET.encode(), 500), "answered 500"),
    "no key": (lambda request, sent: send(request, b"", 401), "the key is refused"),
    "html": (lambda request, sent: send(request, b"<html>hello</html>"), "something else than the JSON"),
    "no choices": (lambda request, sent: send(request, b'{"error": "x"}'), "something else than the JSON"),
    "null content": (
        lambda request, sent: send(request, b'{"choices": [{"message": {"content": null}}]}'),
        "something else than the JSON",
    ),
    "words": (lambda request, sent: send(request, says("Sure! The label is: x")), "something else than the JSON"),
    "bytes": (lambda request, sent: send(request, b"\xff\xfe\x00"), "something else than the JSON"),
    "nested": (deep, "something else than the JSON"),
    "huge": (huge, "more than 65,536 bytes"),
    "cut off": (cut, "something else than the JSON"),
    "no http": (no_http, "does not speak HTTP as expected"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_told_without_what_was_sent(name, caplog):
    """Whatever comes back is NoAnswer with a reason of ours; neither the key nor a word of the server is in it."""
    reply, reason = BAD[name]

    def echoing(request: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
        assert SECRET in request.headers["Authorization"]
        reply(request, sent)

    caplog.set_level(logging.DEBUG)
    with serving(echoing) as model, pytest.raises(NoAnswer, match=reason) as raised:
        endpoint(model.url).ask("task", "data", SCHEMA)
    told = "".join(traceback.format_exception(raised.value)) + caplog.text + repr(raised.value.__dict__)
    assert SECRET not in told and "hello" not in told


def test_a_redirect_is_not_followed():
    """The key and the texts go to the address of the settings and to no other one."""
    with (
        serving(lambda request, sent: send(request, says('"stolen"'))) as thief,
        serving(lambda request, sent: send(request, b"", 307, Location=f"{thief.url}/chat/completions")) as model,
        pytest.raises(NoAnswer, match=r"answered 307 \(redirects are not followed\)"),
    ):
        endpoint(model.url).ask("task", "data", SCHEMA)
    assert thief.requests == []


@pytest.mark.parametrize("part", ["nothing", "header", "body"])
def test_a_slow_answer_ends_at_the_limit(part):
    """A server that says nothing, or a byte now and then, holds nobody: the limit is of the whole answer."""

    def drip(request: BaseHTTPRequestHandler, sent: dict[str, Any]) -> None:
        if part == "body":
            request.send_response(200)
            request.send_header("Content-Length", "60000")
            request.end_headers()
        elif part == "header":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not model.done.wait(0.05):
            if part != "nothing":
                request.wfile.write(b"x")
                request.wfile.flush()

    with serving(drip) as model:
        with pytest.raises(NoAnswer, match="no whole answer within 0.4 s"):
            endpoint(model.url, timeout=0.4).ask("task", "data", SCHEMA)
        assert not model.done.is_set()  # the server would go on


def test_the_reason_is_the_same_whichever_limit_is_noticed_first():
    """One read's limit may end before anybody sees that the whole one's has: the server was there, and too slow."""
    with serving(lambda request, sent: bool(model.done.wait())) as model:
        place = urlsplit(model.url)
        connection = HTTPConnection(place.hostname, place.port, timeout=0.1)
        with pytest.raises(NoAnswer, match="gave no whole answer within 5 s"):
            llm._Exchange(connection, 5.0).run("/v1", b"{}", {})


def test_a_server_that_is_down_is_told():
    """The reason is the system's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match=f"127.0.0.1:{port} cannot be reached: connection refused"):
        endpoint(f"http://127.0.0.1:{port}/v1").ask("task", "data", SCHEMA)


def test_there_is_a_limit_of_calls(monkeypatch):
    """A run that opens any number of themes asks so often and no more."""
    monkeypatch.setattr(llm, "MOST_CALLS", 2)
    with serving(lambda request, sent: send(request, says("1"))) as model:
        asked = endpoint(model.url)
        assert [asked.ask("", "", SCHEMA) for _ in range(2)] == [1, 1]
        with pytest.raises(NoAnswer, match="was asked 2 times"):
            asked.ask("", "", SCHEMA)
    assert len(model.requests) == 2


@pytest.mark.parametrize("key", ["sk-hunter2\r\nX-Evil: 1", "sk hunter2", "sk-hunter2é", "sk-hunter2\x00"])
def test_a_key_that_no_header_can_carry_is_not_shown(key):
    """It is refused before the library can complain, with the key in its words."""
    with serving(lambda request, sent: send(request, says("1"))) as model, pytest.raises(NoAnswer) as raised:
        endpoint(model.url, key=key).ask("", "", SCHEMA)
    assert "hunter2" not in "".join(traceback.format_exception(raised.value)) and model.requests == []


def test_texts_travel_whole():
    """Any character, half ones too, is carried as JSON says."""
    odd = 'a "quote" \u2028 \ud83d \U0001f600 \x00'
    with serving(lambda request, sent: send(request, says(json.dumps(sent["messages"][1]["content"])))) as model:
        assert endpoint(model.url).ask("", odd, SCHEMA) == odd


def test_an_endpoint_shows_no_key():
    """Neither its text nor its fields, as a debugger or a log shows them, hold the key."""
    made = endpoint("https://127.0.0.1/v1")
    assert SECRET not in repr(made) + repr(vars(made)) + made.place
