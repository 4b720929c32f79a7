"""What a customer writes can neither run, load, link nor turn the page round, in any file of a digest."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hostile_texts import BLANK, PAYLOADS, POLYGLOT, open_texts, poisoned, twins, with_texts
from markdown_it import MarkdownIt
from markup_for_tests import elements, undrawn

from reports.charts.whiskers import DotRow, dot_whisker
from reports.digest import AUDIENCES, Digest, to_plain
from reports.formats.markdown import write_markdown
from reports.formats.tidy.parts import KEYS
from reports.index import render_index
from reports.page.parts import Page
from reports.page.sections import build_page
from reports.render import render_csv, render_json, write_html

# A digest has some two hundred texts of its own: so each payload stands in a few places, and is shown in some.
OFFSETS = range(0, len(PAYLOADS), 120)
FORBIDDEN = {
    "script", "iframe", "object", "embed", "form", "input", "button", "textarea", "select", "link", "base", "video",
    "audio", "frame", "frameset", "applet", "portal", "template", "math", "animate", "foreignobject",
}  # fmt: skip
IMAGE = "data:image/svg+xml;base64,"
DRAWN = {"svg", "g", "path", "rect", "text", "line", "circle", "defs", "clipPath", "tspan"}
TURNING = set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x00\x07\x1b\x7f\x9b\u2028\u2029"
)
MARKED = {"link_open", "image", "code_inline", "html_inline", "em_open", "strong_open", "s_open", "hardbreak"}


def both(digest: Digest, offset: int) -> tuple[Page, Page]:
    """The page of the poisoned digest and that of its harmless twin, charts left undrawn; without the section that
    chooses phrases by what stands in them: there two texts are never alike."""
    pages = (undrawn(build_page(told)) for told in twins(digest, offset))
    hostile, harmless = (replace(one, sections=tuple(s for s in one.sections if s.id != "words")) for one in pages)
    return hostile, harmless


@pytest.mark.parametrize("name", AUDIENCES)
@pytest.mark.parametrize("offset", OFFSETS)
def test_no_text_becomes_an_element(filled: dict[str, Digest], name: str, offset: int) -> None:
    """Whatever the texts, the page has the elements and attributes that it has with plain words in their places."""
    check_html(filled[name], offset)


def check_html(digest: Digest, offset: int) -> None:
    """Fail where the page of hostile texts is built otherwise than that of plain ones."""
    hostile, harmless = (elements(write_html(page)) for page in both(digest, offset))
    assert hostile.counted == harmless.counted
    assert hostile.comments == []
    assert not set("".join(hostile.text)) & TURNING


@pytest.mark.parametrize("offset", OFFSETS)
def test_chosen_phrases_are_text(filled: dict[str, Digest], offset: int) -> None:
    """Phrases that are cut out of hostile texts make no element either: the page has the kinds that it always has."""
    hostile, harmless = (
        undrawn(build_page(told)) for told in (poisoned(filled["marketing"], offset), filled["marketing"])
    )
    words = [one for one in hostile.sections if one.id == "words"]
    page = elements(write_html(replace(hostile, sections=tuple(words))))
    assert set(page.counted) <= set(elements(write_html(harmless)).counted)
    tokens = MarkdownIt("commonmark", {"html": True}).parse(write_markdown(replace(hostile, sections=tuple(words))))
    assert not {child.type for token in tokens for child in token.children or ()} & (MARKED - {"strong_open"})


@pytest.mark.parametrize("name", AUDIENCES)
@pytest.mark.parametrize("offset", OFFSETS)
def test_no_text_becomes_markdown(filled: dict[str, Digest], name: str, offset: int) -> None:
    """Whatever the texts, the Markdown holds no link, image, code or HTML, and the blocks of plain words; a code host
    finds no address to link and no name to call."""
    check_markdown(filled[name], offset)


def check_markdown(digest: Digest, offset: int) -> None:
    """Fail where the Markdown of hostile texts is built otherwise than that of plain ones, or is alive."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    hostile, harmless = (write_markdown(page) for page in both(digest, offset))
    tokens, plain = parser.parse(hostile), parser.parse(harmless)
    assert Counter(token.type for token in tokens) == Counter(token.type for token in plain)
    inline = Counter(child.type for token in tokens for child in token.children or ())
    wanted = Counter(child.type for token in plain for child in token.children or ())
    assert {kind: inline[kind] for kind in MARKED} == {kind: wanted[kind] for kind in MARKED}
    assert not re.search(r"(?i)(https?|ftp|mailto|xmpp|javascript|data):|\bwww\.|@\w", hostile)
    assert not set(hostile) & TURNING


@pytest.mark.parametrize("name", AUDIENCES)
def test_every_place_holds_what_breaks_out(filled: dict[str, Digest], name: str) -> None:
    """One short text with every sign that means something to a page, in every place at once, charts and all."""
    digest = with_texts(filled[name], lambda place: f"{POLYGLOT}{place}")
    plain = with_texts(filled[name], lambda place: f"{'w' * len(POLYGLOT)}{place}")
    made = build_page(digest)
    page = elements(write_html(undrawn(made)))
    for tag, attributes in page.found:
        assert tag not in FORBIDDEN
        assert not [key for key in attributes if key.startswith("on")]
        assert all(str(attributes.get(key, IMAGE)).startswith(IMAGE) for key in ("src", "srcset"))
        assert tag != "a" or re.fullmatch(
            r"#[\w-]*|(\.\./)*[\w-]+\.(html|xlsx|csv|md|json)(#theme=[\w%.~-]*)?", str(attributes["href"])
        )
    assert page.counted == elements(write_html(undrawn(build_page(plain)))).counted
    for picture in (picture for section in made.sections for picture in section.pictures):
        for element in ElementTree.fromstring(picture.svg(344)).iter():
            assert element.tag.rsplit("}")[-1] in DRAWN
            assert not [key for key in element.keys() if key.startswith("on") or key.endswith("href")]
    policies = [a["content"] for _, a in page.found if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


@pytest.mark.parametrize("name", AUDIENCES)
def test_texts_of_nothing_are_no_markup(filled: dict[str, Digest], name: str) -> None:
    """Texts of control characters and spaces alone leave a page that still stands, in every format."""
    digest = with_texts(filled[name], lambda place: BLANK[place % len(BLANK)])
    page = undrawn(build_page(digest))
    for text in (write_html(page), write_markdown(page), render_csv(digest)):
        assert not set(text) & (TURNING - {"\x00"}) and "\x00" not in text


@pytest.mark.parametrize("name", AUDIENCES)
@pytest.mark.parametrize("offset", OFFSETS)
def test_no_field_of_the_csv_computes(filled: dict[str, Digest], name: str, offset: int) -> None:
    """Read by commas every line has its columns and no text that computes; cut at semicolons, as another program would,
    no piece of a text begins with what computes."""
    check_csv(filled[name], offset)


def check_csv(digest: Digest, offset: int) -> None:
    """Fail where a text of the file computes, begins a cell, or moves one."""
    hostile, harmless = (render_csv(told).removeprefix("\ufeff") for told in twins(digest, offset))
    lines, plain = (list(csv.reader(io.StringIO(text, newline=""))) for text in (hostile, harmless))
    assert [[bool(cell) for cell in line] for line in lines] == [[bool(cell) for cell in line] for line in plain]
    head = lines[0]
    words = [place for place, column in enumerate(head) if column in (*KEYS, "text", "period")]
    for line in lines[1:]:
        for place in words:
            for piece in line[place].split(";"):
                assert piece.lstrip(' "\u200b\ufeff\u2060\u00ad\u3000')[:1] not in set(
                    "=+-@\uff1d\uff0b\uff0d\uff20\t\r"
                )
    assert not set(hostile) & TURNING


@pytest.mark.parametrize("offset", OFFSETS)
def test_json_keeps_the_texts_as_they_are(filled: dict[str, Digest], offset: int) -> None:
    """digest.json holds each text character by character, so that offsets hold; a lone surrogate is one mark."""
    for digest in filled.values():
        hostile = poisoned(digest, offset)
        data = json.loads(render_json(hostile).encode("utf-8"))
        assert data == json.loads(json.dumps(to_plain(hostile)))
        labels = [point.label for point in hostile.pain_points]
        told = [point["label"] for point in data["pain_points"]]
        assert told == [re.sub("[\ud800-\udfff]", "\ufffd", label) for label in labels]


def test_no_label_gets_out_of_a_chart() -> None:
    """Whatever labels say, the SVG has the elements of plain words, as an image its scripts could not run anyway."""

    def tags(texts: tuple[str, ...]) -> list[list[str]]:
        groups = [texts[start : start + 15] for start in range(0, len(texts), 15)]
        pictures = [dot_whisker([DotRow(text, -1, -2, 1, text) for text in group], "x", "chart") for group in groups]
        return [[element.tag for element in ElementTree.fromstring(one.svg()).iter()] for one in pictures if one]

    assert tags(PAYLOADS[:60]) == tags(("word",) * 60)


def test_index_links_only_its_pages(service: Digest) -> None:
    """The index links the given paths, escaped, and nothing that a text asks for."""
    path = "service/a b\"<x>'/digest.html"
    for offset in OFFSETS:
        hostile, harmless = (elements(render_index([(path, digest)])) for digest in twins(service, offset))
        assert hostile.counted == harmless.counted
        links = {a["href"] for tag, a in hostile.found if tag == "a"}
        assert links <= {"#main", "service/a%20b%22%3Cx%3E%27/digest.html"}


def test_every_open_field_is_poisoned(filled: dict[str, Digest]) -> None:
    """The digests of these tests have a payload in every text field of every dataclass that a digest holds."""
    wanted = {(kind, name) for kind, names in open_texts(Digest).items() for name in names}
    # Where something is watched there is no reason why nothing is; a week needs no reason.
    seldom = {("AlertWatch", "reason"), ("Period", "reason")}
    for digest in filled.values():
        assert wanted - _filled(with_texts(digest, lambda place: f"{POLYGLOT}{place}")) <= seldom


def _filled(value: Any) -> set[tuple[str, str]]:
    """(dataclass, field) of every field in which the short text with everything in it stands."""
    from dataclasses import fields, is_dataclass

    if isinstance(value, (tuple, list)):
        return {place for entry in value for place in _filled(entry)}
    if isinstance(value, dict):
        return {place for entry in value.values() for place in _filled(entry)}
    if not is_dataclass(value) or isinstance(value, type):
        return set()
    found = set[tuple[str, str]]()
    for one in fields(value):
        held = getattr(value, one.name)
        texts = (
            [*held, *(held.values() if isinstance(held, dict) else ())] if isinstance(held, (tuple, dict)) else [held]
        )
        if any(isinstance(text, str) and POLYGLOT in text for text in texts):
            found.add((type(value).__name__, one.name))
        found |= _filled(held)
    return found


@pytest.mark.soak
@pytest.mark.parametrize("name", AUDIENCES)
def test_every_text_in_many_places(filled: dict[str, Digest], name: str) -> None:
    """The same with each text in five times as many places."""
    for offset in range(12, len(PAYLOADS), 24):
        check_html(filled[name], offset)
        check_markdown(filled[name], offset)
        check_csv(filled[name], offset)


def test_real_comments_make_no_element(service: Digest) -> None:
    """Two hundred real comments as quotes add nothing to a page but text."""
    folder = Path(__file__).resolve().parents[2].parent / "shared/data/app_reviews_hotstar"
    if not folder.is_dir():
        pytest.skip("shared/data is not here: real comments are not part of the repository")
    with open(folder / "hotstar_google_play_reviews.csv", encoding="utf-8", newline="") as stream:
        texts = [row["content"] for _, row in zip(range(200), csv.DictReader(stream), strict=False)]
    sample = service.pain_points[0]
    quote = sample.verbatims[0]
    points = tuple(replace(sample, rank=i + 1, verbatims=(replace(quote, text=t),)) for i, t in enumerate(texts))
    plain = tuple(replace(p, verbatims=(replace(quote, text="word"),)) for p in points)
    pages = [undrawn(build_page(replace(service, pain_points=told))) for told in (points, plain)]
    hostile, harmless = (elements(write_html(page)) for page in pages)
    assert hostile.counted == harmless.counted
