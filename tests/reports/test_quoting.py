"""How much of customers' words leaves with a message, and that none of it can be pressed."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from groundswell.findings import Consent, Verbatim
from reports.digest import Digest, from_plain, to_plain
from reports.formats.brief import render_brief
from reports.formats.inert import checked_link, inert, inert_header
from reports.formats.mail import render_mail
from reports.formats.quoting import QUOTES, SHORT_QUOTE, with_quotes
from reports.formats.slack import render_slack


def verbatims(value: Any) -> list[Verbatim]:
    """Every quote that lies in a digest, however deep."""
    if isinstance(value, Verbatim):
        return [value]
    if is_dataclass(value) and not isinstance(value, type):
        return [found for entry in fields(value) for found in verbatims(getattr(value, entry.name))]
    if isinstance(value, (tuple, list)):
        return [found for entry in value for found in verbatims(entry)]
    if isinstance(value, dict):
        return [found for entry in value.values() for found in verbatims(entry)]
    return []


def test_whole_quotes_change_nothing(service: Digest) -> None:
    """A channel that may have whole quotes gets the digest as it is."""
    assert with_quotes(service, "full") is service


def test_short_quotes_are_short_and_keep_their_reference(service: Digest) -> None:
    """Every quote is at most 80 characters, cut at a word's end; id, date and score are those of the whole one."""
    before, after = verbatims(service), verbatims(with_quotes(service, "short"))
    assert max(len(v.text) for v in before) > SHORT_QUOTE >= max(len(v.text) for v in after)
    assert [replace(v, text="") for v in after] == [replace(v, text="") for v in before]


@pytest.mark.parametrize("name", ["service", "product", "marketing", "operations", "undated"])
def test_no_quotes_leave_no_word(digests: dict[str, Digest], name: str) -> None:
    """Without quotes no word of theirs stands in a mail, a Slack message or a brief, and every reference still does."""
    digest = digests[name]
    told = verbatims(digest)
    bare = with_quotes(digest, "none")
    assert [v.text for v in verbatims(bare)] == [""] * len(told)
    mail = render_mail(digest, "none", None)
    messages = [mail.html, mail.text, str(render_slack(digest, "none", None)), render_brief(digest, "none", None).body]
    for text in {v.text for v in told if len(v.text) > 20}:
        start = " ".join(text.split()[:4])
        assert not [message for message in messages if start in message]
    whole = render_mail(digest, "full", None).text
    assert [v.reference for v in told if v.reference in whole and v.reference not in mail.text] == []


def test_words_under_consent_are_held_back_too(marketing: Digest) -> None:
    """A text that consent is about is shortened like a quote; one that is not told is not taken for an erased one."""
    said = "They fixed it in one call and rang the next day to ask whether it had held, which no bank ever did for me."
    told = Consent("k1", "f1", "#15800", "nps survey", said, "staff", "approved", None, "marketing", None)
    erased = replace(told, key="k2", text="", state="revoked")
    digest = replace(marketing, consents=(told, erased))
    short, none = with_quotes(digest, "short").consents, with_quotes(digest, "none").consents
    assert [one.text for one in none] == ["…", ""]
    assert len(short[0].text) <= SHORT_QUOTE and said.startswith(short[0].text.removesuffix("…"))
    for message in (render_mail(digest, "none", None).text, str(render_slack(digest, "none", None))):
        assert "They fixed it" not in message and "“…”" in message and "k1" in message


def test_a_quoted_digest_can_still_be_stored(service: Digest) -> None:
    """Nothing but texts changes: the digest without quotes is a digest."""
    bare = with_quotes(service, "none")
    assert from_plain(to_plain(bare)) == from_plain(to_plain(bare))
    assert bare.headline == service.headline


def test_an_unknown_word_is_refused(service: Digest) -> None:
    """A settings file that says "some" is told which words there are."""
    for render in (render_mail, render_slack, render_brief):
        with pytest.raises(ValueError, match=f"'some', not one of {', '.join(QUOTES)}"):
            render(service, "some", None)


ADDRESSES = (
    "see https://evil.example/x now", "HTTP://EVIL.EXAMPLE", "www.evil.example", "evil.example/login", "tel:+4930123",
    "javascript:alert(1)", "a.b+c@evil.example", "@everyone look", "＠channel", "file:///etc/passwd",
    "mailto:a@evil.example", "xn--e1afmkfd.example",
)  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
def test_no_address_stays_whole(text: str) -> None:
    """What mail programs and chats make links or calls of is broken, and still reads the same."""
    shown = inert(text)
    assert not re.search(r"(?i)\b(https?|mailto|javascript|file|tel):[^\u2060]", shown)
    assert not re.search(r"[^\W_]\.[a-z]{2}", shown)
    assert not re.search(r"[@＠][^\s\u2060]", shown)
    assert shown.replace("\u2060", "") == text


@pytest.mark.parametrize(
    "text", ["2.6–5.6 of 10", "NPS 31: up", "e. g. 4.2.0", "<0.1 % (0–1)", "“Where?” 10:30", "3 h 10 min"]
)
def test_figures_are_left_alone(text: str) -> None:
    """No figure, time or version is touched."""
    assert inert(text) == text


def test_a_header_is_one_line_of_text() -> None:
    """Line breaks and encoded words in a label do not reach a subject."""
    assert inert_header("late\r\nBcc: a@b.example") == "late Bcc: a@b.example"
    assert "=?" not in inert_header("=?utf-8?q?hi?= =?=?")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "/etc/passwd", "https://a b", "https://a/\n", 'https://a/"x', "https://a|b"]
)
def test_a_link_is_an_address(link: str) -> None:
    """Only a web address or a file's may stand in a message, and only whole ones."""
    with pytest.raises(ValueError, match="link is"):
        checked_link(link)
    assert checked_link("https://reports.example/service/2026-W46/digest.html")
    assert checked_link("file:///srv/out/index.html")
    assert checked_link(None) is None
