"""What a customer writes can neither run, load, link, call nor forge a header in anything that is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hostile_texts import PAYLOADS, in_words, poisoned
from markup_for_tests import elements, uncharted

from reports.digest import AUDIENCES, Digest
from reports.formats.brief import Brief, render_brief, render_brief_notice
from reports.formats.mail import Mail, render_mail, render_mail_notice
from reports.formats.notices import Notice, escalation_notice, owner_notice
from reports.formats.slack import render_slack, render_slack_notice

LINK = "https://reports.example/a?x=1&y=2"
OFFSETS = range(0, len(PAYLOADS), 120)
# What a mail program, a chat or a phone makes a link or a call of, without being told to.
ALIVE = re.compile(
    r"(?i)\b(?:https?|ftp|file|mailto|javascript|data|vbscript|tel|sms):[^\s\u2060]|\bwww\.[a-z]|[@\uff20][^\s\u2060]"
)
TURNING = set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x00\x07\x1b\x7f\x9b\u2028\u2029\r"
)


@pytest.fixture(scope="module")
def hostile(filled: dict[str, Digest]) -> dict[tuple[str, int], Digest]:
    """Each audience's digest with a payload in every text, so often that every payload stands in several places."""
    return {(name, offset): poisoned(uncharted(filled[name]), offset) for name in AUDIENCES for offset in OFFSETS}


@pytest.fixture(scope="module")
def notices(hostile: dict[tuple[str, int], Digest]) -> list[Notice]:
    """A notice of each day's escalations, and one for each owner of a theme or an alert."""
    told: list[Notice] = []
    for digest in hostile.values():
        told.append(escalation_notice(digest.escalations, date(2026, 11, 12)))
        owners = {entry.owner for entry in (*digest.pain_points, *digest.alerts) if entry.owner}
        told += [notice for owner in sorted(owners) if (notice := owner_notice(owner, digest))]
    return told


def check_mail(mail: Mail, kinds: set[Any]) -> None:
    """Fail where the mail, as it is sent and read again, holds a header, an element or an address of a customer's."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"], message["From"], message["To"] = mail.subject, "a@shop.example", "b@shop.example"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert [name.lower() for name in read.keys()] == ["subject", "from", "to", "mime-version", "content-type"]
    assert "\n" not in mail.subject and len(mail.subject) <= 120
    page = elements(mail.html)
    assert {(tag, tuple(sorted(attributes))) for tag, attributes in page.found} <= kinds
    assert {a["href"] for tag, a in page.found if tag == "a"} <= {LINK}
    assert {a["src"] for tag, a in page.found if tag == "img"} <= {f"cid:{image.cid}" for image in mail.images}
    assert not re.search(r"(?i)url\(|expression\(|@import", " ".join(str(a.get("style")) for _, a in page.found))
    assert all(comment.startswith("[if mso]><") for comment in page.comments) and len(page.comments) == 2
    assert len(mail.html.encode()) < 100_000
    seen = "".join(page.text)
    style = next((text for text in page.text if "@media" in text), "")
    for text in (seen.replace(style, "").replace(LINK, ""), mail.text.replace(LINK, "")):
        assert not ALIVE.search(text), ALIVE.search(text)
        assert not set(text) & TURNING


def test_no_text_gets_out_of_a_mail(filled: dict[str, Digest], hostile: dict[tuple[str, int], Digest]) -> None:
    """A mail of hostile texts has the headers, elements and addresses of one of plain texts, and none besides."""
    kinds = set()
    for name in AUDIENCES:
        plain = elements(render_mail(uncharted(filled[name]), "full", LINK).html)
        kinds |= {(tag, tuple(sorted(attributes))) for tag, attributes in plain.found}
    for digest in hostile.values():
        check_mail(render_mail(digest, "full", LINK), kinds)


def test_no_text_gets_out_of_a_mailed_notice(filled: dict[str, Digest], notices: list[Notice]) -> None:
    """So it is with what is mailed the same day, and with what an owner is told."""
    plain = render_mail_notice(escalation_notice(filled["service"].escalations, date(2026, 11, 12)), "full", LINK)
    kinds = {(tag, tuple(sorted(attributes))) for tag, attributes in elements(plain.html).found}
    for notice in notices:
        check_mail(render_mail_notice(notice, "full", LINK), kinds)


def texts_of(value: Any) -> Iterator[tuple[str, str]]:
    """(type, text) of every text object of a payload."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text"):
            yield value["type"], value["text"]
        for entry in value.values():
            yield from texts_of(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from texts_of(entry)


def check_slack(payloads: tuple[dict[str, Any], ...]) -> None:
    """Fail where a payload calls somebody, links anywhere but to the page, or is longer than Slack takes."""
    for payload in payloads:
        assert len(payload["blocks"]) <= 50 and len(payload["text"]) <= 3000
        assert {block["type"] for block in payload["blocks"]} <= {"header", "section", "context", "divider"}
        for kind, text in (*texts_of(payload["blocks"]), ("mrkdwn", payload["text"])):
            assert 0 < len(text) <= 3000
            bare = text.replace("<https://reports.example/a?x=1&amp;y=2|Open the whole page>", "")
            assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", bare), bare
            assert not ALIVE.search(bare) and not set(bare) & TURNING, bare
            assert kind == "plain_text" or not re.search(r"(?<!\\)[`~]", bare)


def test_no_text_calls_or_links_in_slack(hostile: dict[tuple[str, int], Digest], notices: list[Notice]) -> None:
    """Every sign that means something to Slack is escaped, in digests and notices alike."""
    for digest in hostile.values():
        check_slack(render_slack(digest, "full", LINK))
    for notice in notices:
        check_slack(render_slack_notice(notice, "full", LINK))


def check_brief(brief: Brief) -> None:
    """Fail where a short message calls, links or marks up, or is longer than it may be."""
    body = brief.body.replace(LINK, "")
    assert "\n" not in brief.title and len(brief.title) <= 150 and len(brief.body) <= 2000
    for text in (brief.title, body):
        assert not ALIVE.search(text) and not set(text) & TURNING
        assert not re.search(r"<[^\s\d]|[*`~|]|\]\(", text)


def test_no_text_calls_or_links_in_a_brief(hostile: dict[tuple[str, int], Digest], notices: list[Notice]) -> None:
    """A short message for other services is plain text whatever stands in it."""
    for digest in hostile.values():
        check_brief(render_brief(digest, "full", LINK))
    for notice in notices:
        check_brief(render_brief_notice(notice, "full", LINK))


@pytest.mark.parametrize("how", ["none", "short"])
def test_words_leave_only_as_far_as_a_channel_may(filled: dict[str, Digest], how: str) -> None:
    """With `quotes` none not a word of a customer leaves in any message; with short no more than 80 characters."""
    for digest in filled.values():
        marked = _marked(uncharted(digest))
        mail = render_mail(marked, how, LINK)
        messages = [mail.text, mail.html, str(render_slack(marked, how, LINK)), render_brief(marked, how, LINK).body]
        notice = escalation_notice(marked.escalations, date(2026, 11, 12))
        messages += [render_mail_notice(notice, how, None).text, str(render_slack_notice(notice, how, None))]
        for text in messages:
            assert "secretlastword" not in text
            assert how == "short" or "secretfirstword" not in text


def _marked(digest: Digest) -> Digest:
    """The digest with every verbatim in words that are found again: a first one, and a last one behind the limit."""
    return in_words(digest, f"secretfirstword {'and then so much more that nobody reads it all, ' * 3}secretlastword")
