"""Slack messages: within every limit, calling nobody, linking only the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from comments_for_tests import ESCALATIONS

from reports.digest import AUDIENCES, Digest
from reports.formats.notices import escalation_notice
from reports.formats.slack import escape, render_slack, render_slack_notice

LINK = "https://reports.example/a?x=1&y=2"
PRESSED = "<https://reports.example/a?x=1&amp;y=2|Open the whole page>"


def texts(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every text object of a message, its notification too."""
    yield {"type": "mrkdwn", "text": payload["text"], "verbatim": True}
    for block in payload["blocks"]:
        yield from ([block["text"]] if "text" in block else [])
        yield from block.get("fields", ())
        yield from block.get("elements", ())


def check(payloads: tuple[dict[str, Any], ...]) -> str:
    """All that Slack would refuse a message for, and all that would be alive in it; returns its text."""
    told = []
    for payload in payloads:
        assert 1 <= len(payload["blocks"]) <= 50
        for block in payload["blocks"]:
            assert block["type"] in {"header", "section", "context", "divider"}
            assert len(block.get("fields", ())) <= 10 and len(block.get("elements", ())) <= 10
            assert all(len(entry["text"]) <= 2000 for entry in block.get("fields", ()))
            assert block["type"] != "header" or len(block["text"]["text"]) <= 150
        for text in texts(payload):
            assert 1 <= len(text["text"]) <= 3000
            # Words of others are not parsed, ours not searched for addresses and names.
            assert text.get("verbatim") is True if text["type"] == "mrkdwn" else text["emoji"] is False
            bare = text["text"].replace(PRESSED, "")
            assert not set(bare) & {"<", ">"} and not re.search(r"&(?!(amp|lt|gt);)", bare)
            assert not re.search(r"[@＠][^\s\u2060]", bare)
            told.append(bare)
    return "\n".join(told)


@pytest.mark.parametrize("name", [*AUDIENCES, "undated"])
def test_a_digest_is_one_message(digests: dict[str, Digest], name: str) -> None:
    """A digest is one message with its news, its scores and the link, and names what it leaves to the page."""
    digest = digests[name]
    (payload,) = render_slack(digest, "full", LINK)
    told = check((payload,))
    assert digest.headline[0].rstrip(".") in told.replace("\u2060", "")
    assert json.dumps(payload["blocks"]).count("reports.example") == 1
    assert payload["text"].startswith(("Customer service", "Product", "Marketing", "Operations"))
    assert payload["unfurl_links"] is False


@pytest.mark.parametrize("words", ["&<>\"'* " * 300, "&" * 3000, "@" * 3000, "W" * 3000])
def test_two_hundred_themes_break_no_limit(service: Digest, words: str) -> None:
    """However many themes, sources and words there are, no message is refused."""
    point = service.pain_points[0]
    points = tuple(replace(point, rank=i + 1, theme_id=f"t{i}", label=f"{i} {words}", owner=words) for i in range(200))
    sources = tuple(replace(service.sources[0], name=f"{i} {words}", stale=True) for i in range(200))
    scores = tuple(replace(service.scores[0], source=f"{i} {words}") for i in range(100))
    check(render_slack(replace(service, pain_points=points, sources=sources, scores=scores), "full", LINK))


def test_a_long_notice_is_split() -> None:
    """Sixty customers to call are several messages in order, each within the limits, the link in the last."""
    many = tuple(replace(e, verbatim=replace(e.verbatim, text="&" * 3000)) for e in ESCALATIONS * 6)
    payloads = render_slack_notice(escalation_notice(many, date(2026, 11, 12)), "full", LINK)
    check(payloads)
    assert "66 customers" in payloads[0]["blocks"][0]["text"]["text"]
    assert PRESSED in json.dumps(payloads[-1])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@\u2060U1&gt;"),
        ("*bold* `code` ~gone~", "∗bold∗ ˋcodeˋ ∼gone∼"),
        ("_it_ app_reviews", "ˍitˍ app_reviews"),
        (":sob: 10:30", ":\u2060sob: 10:30"),
        ("5 % (4–6 %)", "5 % (4–6 %)"),
    ],
)
def test_signs_are_shown_as_they_are(text: str, shown: str) -> None:
    """What Slack would read as markup is shown; figures and names of sources are left alone."""
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("link", "told"),
    [
        (None, "service/2026-W46/digest.\u2060html"),
        ("file:///srv/out/digest.html", "file:\u2060///srv/out/digest.\u2060html"),
    ],
)
def test_without_a_web_address_nothing_is_to_press(service: Digest, link: str | None, told: str) -> None:
    """A file's address, or its place below the folder of digests, is told as text."""
    assert f"The whole page: {told}" in check(render_slack(service, "none", link))
