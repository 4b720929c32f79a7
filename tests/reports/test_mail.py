"""Digests and notices as mails: what a mail program gets, and what it can do with it."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import numpy as np
import pytest
from comments_for_tests import ESCALATIONS
from hostile_texts import PAYLOADS

from groundswell.findings import Absent
from reports.charts.small_png import small_png
from reports.digest import AUDIENCES, Digest
from reports.formats.cuts import FEW, cut_section
from reports.formats.mail import LIMIT, Mail, render_mail, render_mail_notice
from reports.formats.notices import escalation_notice
from reports.page.parts import Section
from reports.page.sections import build_page

LINK = "https://reports.example/service/2026-W46/digest.html?a=1&b=2"
DRAWN = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "table",
    "caption",
    "tr",
    "th",
    "td",
    "h1",
    "h2",
    "h3",
}
SAID = {"p", "span", "b", "br", "blockquote", "bdi", "img", "a"}


class Elements(HTMLParser):
    """Every start tag with its attributes, and those end tags that close something else than was opened last."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.fixture(scope="module")
def mails(digests: dict[str, Digest]) -> dict[str, Mail]:
    """The mail of each made-up digest, drawn once."""
    return {name: render_mail(digest, "full", LINK) for name, digest in digests.items()}


@pytest.mark.parametrize("name", [*AUDIENCES, "undated"])
def test_a_mail_loads_and_runs_nothing(mails: dict[str, Mail], name: str) -> None:
    """Only text, tables and its own images; the one address in it is the link to the page."""
    seen = Elements(mails[name].html)
    assert {tag for tag, _ in seen.found} <= DRAWN | SAID and seen.open == seen.crossed == []
    assert {a["href"] for tag, a in seen.found if tag == "a"} == {LINK}
    shown = [str(a["src"]) for tag, a in seen.found if tag == "img"]
    assert shown == [f"cid:{image.cid}" for image in mails[name].images]
    assert not [key for _, attributes in seen.found for key in attributes if key.startswith("on")]
    assert mails[name].html.count("://") == 2 and "url(" not in mails[name].html


@pytest.mark.parametrize("name", AUDIENCES)
def test_charts_speak_with_images_off(mails: dict[str, Mail], digests: dict[str, Digest], name: str) -> None:
    """Every chart of the mail carries its figures in words, those of the page's own chart."""
    told = [picture.alt for section in build_page(digests[name]).told for picture in section.pictures]
    for image in mails[name].images:
        assert re.search(r"\d", image.alt)
        assert [alt for alt in told if alt.endswith(image.alt)]
        assert image.png.startswith(b"\x89PNG") and len(image.png) < 60_000


def test_weeks_are_drawn_with_images_off(mails: dict[str, Mail]) -> None:
    """A theme's weeks are cells of a table, the highest 24 pixels high, a week without feedback empty."""
    cells = [str(a.get("style")) for tag, a in Elements(mails["service"].html).found if tag == "td"]
    heights = [int(found[1]) for style in cells if (found := re.match(r"border-bottom:(\d+)px solid #(6a|0f)", style))]
    assert len(heights) >= 12 and max(heights) == 24 and min(heights) == 0


@pytest.mark.parametrize("name", [*AUDIENCES, "undated"])
def test_the_text_part_is_the_whole_page(mails: dict[str, Mail], digests: dict[str, Digest], name: str) -> None:
    """Every section, theme and quote stands in the text part, in lines of 76 characters."""
    text, page = mails[name].text, build_page(digests[name])
    flat = " ".join(re.sub(r"(?m)^[ >-]+", "", text).replace("\u2060", "").split())
    for section in page.told:
        assert section.title.upper() in text
        for entry in section.entries:
            assert entry.label in flat and all(quote.byline in flat for quote in entry.quotes)
        for table in section.tables:
            assert all(table.fold or row[0] in flat for row in table.rows)
    assert page.news in flat and all(section.fold in flat for section in page.folded)
    long = [line for line in text.splitlines() if len(line) > 76 and " " in line.strip("> -")]
    assert long == [f"The whole page: {LINK}"] or long == []


def test_a_digest_of_two_hundred_themes_stays_under_the_limit(service: Digest) -> None:
    """However much there is, the HTML is under 100 kB, says what it leaves out, and the text part holds all."""
    point = service.pain_points[0]
    long = tuple(replace(v, text="They <said> it & left. " * 30) for v in point.verbatims)
    points = tuple(
        replace(point, rank=i + 1, theme_id=f"t{i}", label=f"theme {i} " + "<&>" * 20, verbatims=long)
        for i in range(200)
    )
    calls = tuple(replace(e, verbatim=long[0]) for e in ESCALATIONS * 20)
    mail = render_mail(replace(service, pain_points=points, escalations=calls, new_themes=()), "full", LINK)
    assert len(mail.html.encode()) < LIMIT
    assert "more on the page" in mail.html or "On the page besides" in mail.html
    assert "theme 199" in mail.text


def test_every_line_that_is_cut_is_counted() -> None:
    """Lines above and below a section are cut apart, and the last line says how many are missing of both."""
    lines = ("one", "two", "three", "four", "five")
    assert cut_section(Section("id", "title", after=lines), FEW).after == (
        *lines[:3],
        "On the page besides: 2 more lines.",
    )
    cut = cut_section(Section("id", "title", notes=lines, after=lines[:4]), FEW)
    assert (cut.notes, cut.after) == (lines[:3], (*lines[:3], "On the page besides: 3 more lines."))
    assert cut_section(Section("id", "title", notes=lines[:3]), FEW).after == ()


def test_what_is_left_out_is_named(service: Digest) -> None:
    """Where names leave no room for a section the mail names it, says where it stands, and is under the limit still."""
    name = "&" * 3000
    sources = tuple(replace(service.sources[0], name=f"{i} {name}", stale=True) for i in range(300))
    scores = tuple(replace(service.scores[0], source=f"{i} {name}", unit=name) for i in range(50))
    absent = tuple(Absent(f"section {i} {name}", f"{i} {name}") for i in range(50))
    points = tuple(replace(f, label=name, parent=name, owner=name, action=name) for f in service.pain_points)
    crowded = replace(service, sources=sources, scores=scores, absent=absent, pain_points=points, headline=(name, name))
    mail = render_mail(crowded, "full", None)
    assert len(mail.html.encode()) < LIMIT
    assert "Left out here, so that no mail program cuts this message" in mail.html
    assert "service/2026-W46/digest.html" in mail.html
    assert not [tag for tag, _ in Elements(mail.html).found if tag == "a"]


def test_a_subject_is_the_news_on_one_line(service: Digest) -> None:
    """Audience, period and news; no label breaks the line or begins an encoded word."""
    mail = render_mail(service, "none", None)
    assert re.fullmatch(r"Customer service 2026-W46: “card never arrived” was raised by .{20,}…", mail.subject)
    assert len(mail.subject) <= 120
    hostile = replace(service, headline=("late\r\nBcc: a@b.example =?utf-8?q?x?= " + "w" * 300,))
    subject = render_mail(hostile, "none", None).subject
    assert len(subject) <= 120 and "=?" not in subject and not set(subject) & set("\r\n")
    message = EmailMessage()
    message["Subject"] = subject
    assert message.keys() == ["Subject"]


def test_a_mail_survives_being_sent(mails: dict[str, Mail]) -> None:
    """Put together and read back, the parts are the same: text, HTML, and each image under its name."""
    mail, message = mails["service"], EmailMessage()
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for image in mail.images:
        message.get_payload()[1].add_related(image.png, "image", "png", cid=f"<{image.cid}>")
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    plain, related = read.iter_parts()
    html, *images = related.iter_parts()
    assert (plain.get_content(), html.get_content()) == (mail.text, mail.html)
    assert [part["Content-ID"] for part in images] == [f"<{image.cid}>" for image in mail.images]
    assert [part.get_content() for part in images] == [image.png for image in mail.images]


def test_the_same_digest_gives_the_same_mail(service: Digest, mails: dict[str, Mail]) -> None:
    """Drawn twice, every byte is the same, images included."""
    assert render_mail(service, "full", LINK) == mails["service"]


def test_no_text_gets_out_of_its_place(service: Digest) -> None:
    """Whatever the quotes and labels say, the mail has the elements of a plain word, and nothing to press in it."""
    points = service.pain_points[:6]
    bare = replace(service, alerts=(), score_drivers=(), score_moves=(), actions=(), new_themes=(), praise=())

    def elements(texts: tuple[str, ...]) -> list[tuple[str, dict[str, str | None]]]:
        filled = tuple(
            replace(f, label=t, verbatims=tuple(replace(v, text=t) for v in f.verbatims[:1]), impact=())
            for f, t in zip(points, texts, strict=True)
        )
        html = render_mail(replace(bare, pain_points=filled), "full", LINK).html
        assert html.count("://") == 2
        return Elements(html).found

    words = [t for t in PAYLOADS if 3 < len(t) < 60 and t.isascii() and t.isprintable()]
    plain = elements(("word",) * len(points))
    for start in range(0, len(words) - len(points), 60):
        found = elements(tuple(words[start : start + len(points)]))
        assert [tag for tag, _ in found] == [tag for tag, _ in plain]


def test_a_notice_is_a_mail_without_images() -> None:
    """Title, cases with their words, and where each is found; the button leads to the page."""
    mail = render_mail_notice(escalation_notice(ESCALATIONS, date(2026, 11, 12)), "full", LINK)
    assert mail.subject == "11 customers to call back · 12 Nov 2026" and mail.images == ()
    for escalation in ESCALATIONS:
        assert escalation.verbatim.reference in mail.html and escalation.verbatim.reference in mail.text
    assert "<b>now</b>" not in mail.html and "lt;b&gt;now" in mail.html
    assert {a["href"] for tag, a in Elements(mail.html).found if tag == "a"} == {LINK}


def pixels(png: bytes) -> np.ndarray:
    """Rows of colours of a PNG with a palette, or of one whose rows are filtered by "Sub" or not at all."""
    place, parts = 8, dict[bytes, bytes]()
    while place < len(png):
        size, name = struct.unpack(">I4s", png[place : place + 8])
        parts[name] = parts.get(name, b"") + png[place + 8 : place + 8 + size]
        place += 12 + size
    width, height, _, kind = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, -1)
    if kind == 3:
        return np.frombuffer(parts[b"PLTE"], np.uint8).reshape(-1, 3)[rows[:, 1:]]
    body = rows[:, 1:].reshape(height, width, 4)
    return np.where((rows[:, 0] == 1)[:, None, None], np.cumsum(body, axis=1, dtype=np.uint8), body)[:, :, :3]


def test_a_small_picture_is_the_same_picture(operations: Digest) -> None:
    """With a palette the chart has the same pixels in less than a fifth of the bytes; twice made small it stays."""
    picture = next(p for section in build_page(operations).sections for p in section.pictures)
    png = picture.png(400)
    small = small_png(png)
    assert len(small) * 5 < len(png)
    assert (pixels(small) == pixels(png)).all()
    assert small_png(small) == small
