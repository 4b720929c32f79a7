"""What a customer writes can neither run, load, link nor turn the page round, in any format."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from groundswell.findings import Finding, Verbatim
from reports.charts.drawing import DotRow, svg_dot_whisker
from reports.digest import Digest
from reports.index import render_index
from reports.render import render_html, render_json, render_markdown

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/p.png)",
    "<http://evil.example>",
    "http://evil.example/?q=1",
    "www.evil.example",
    "[a]: http://evil.example",
    "[a][a] ![][a]",
    "`code` ``` ~~~",
    "<iframe src=//evil.example></iframe>",
    "<form action=//evil.example><input name=p></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<object data=//evil.example></object>",
    "<!-- --><b>bold</b><!--",
    "]]><x>",
    "&lt;script&gt;",
    "&#x3C;b&#x3E;",
    "{{ 7*7 }} {% raw %}",
    "${7*7} #{7*7}",
    '=HYPERLINK("http://evil.example")',
    "+1+1 @SUM(A1)",
    "| a | b |\n|---|---|",
    "# heading\n\n- item\n> quote",
    "*bold* _em_ **b** ~~gone~~",
    "\\`\\*\\<b\\>",
    "@everyone @channel <!channel> <@U123>",
    "someone@evil.example",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "a\x00b\x1b[31mred\x07",
    "\ud800 lone",
    "🏳️‍🌈 " * 40,
    "W" * 3000,
    "url(//evil.example) expression(alert(1)) }</style>",
    "data:text/html,<script>alert(1)</script>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    '<math><mi//xlink:href="data:x,<script>alert(4)</script>">',
)


class Elements(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One opening tag."""
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        """One comment."""
        self.comments.append(data)


def elements(html: str) -> Elements:
    """The page as a browser would cut it into elements."""
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser


def poisoned(digest: Digest, text: str) -> Digest:
    """The digest with the text in every place that a customer or a file can fill."""

    def quote(verbatim: Verbatim) -> Verbatim:
        return replace(verbatim, text=text, reference=text, source=text, score=text)

    def quotes(verbatims: tuple[Verbatim, ...]) -> tuple[Verbatim, ...]:
        return tuple(map(quote, verbatims))

    def theme(finding: Finding) -> Finding:
        words = quotes(finding.verbatims)
        return replace(finding, label=text, parent=text, owner=text, keywords=(text,), verbatims=words, action=text)

    return replace(
        digest,
        title=text,
        headline=(text, text),
        period=replace(digest.period, label=text, reason=text),
        pain_points=tuple(map(theme, digest.pain_points)),
        praise=tuple(map(theme, digest.praise)),
        mismatches=tuple(replace(m, verbatim=quote(m.verbatim), score=text) for m in digest.mismatches),
        escalations=tuple(replace(e, verbatim=quote(e.verbatim), theme=text, also=(text,)) for e in digest.escalations),
        requests=tuple(replace(r, label=text, verbatims=tuple(map(quote, r.verbatims))) for r in digest.requests),
        signals=digest.signals and replace(digest.signals, to_call_by_source={text: 2}, to_call_by_theme={text: 2}),
        sentiment=digest.sentiment
        and replace(
            digest.sentiment,
            sources=tuple(replace(s, source=text, note=text) for s in digest.sentiment.sources),
            words_negative=(text,),
            words_positive=(text,),
        ),
        testimonials=tuple(
            replace(t, verbatim=quote(t.verbatim), theme=text, checks={text: text}) for t in digest.testimonials
        ),
        trends=tuple(replace(t, label=text, by_segment={text: 3}) for t in digest.trends),
        segments=tuple(replace(s, segment=text, value=text, label=text) for s in digest.segments),
        sources=tuple(replace(s, name=text) for s in digest.sources),
        scores=tuple(replace(s, source=text) for s in digest.scores),
        service_levels=tuple(replace(s, group=text) for s in digest.service_levels),
        volumes={text: next(iter(digest.volumes.values()))} if digest.volumes else {},
        quality=replace(digest.quality, warnings=(text,), skipped={text: 2}),
        absent=tuple(replace(a, reason=text) for a in digest.absent),
        alerts=tuple(
            replace(a, label=text, owner=text, release=text, by_source={text: 2, "b": 1}, verbatims=quotes(a.verbatims))
            for a in digest.alerts
        ),
        **statistics(digest, text),
    )


def statistics(digest: Digest, text: str) -> dict[str, Any]:
    """What was done and what was compared, with the text wherever a file or a person filled it."""
    return {
        "actions": tuple(replace(a, label=text, what=text, owner=text, notes=(text,)) for a in digest.actions),
        "releases": tuple(replace(r, release=text, source=text, label=text, notes=(text,)) for r in digest.releases),
        "score_drivers": tuple(replace(d, source=text, label=text) for d in digest.score_drivers),
        "score_moves": tuple(
            replace(m, source=text, parts=tuple(replace(p, label=text) for p in m.parts)) for m in digest.score_moves
        ),
        "segment_scores": tuple(replace(s, source=text, segment=text, value=text) for s in digest.segment_scores),
        "service_drivers": tuple(replace(d, source=text, label=text) for d in digest.service_drivers),
        "backlog": tuple(replace(b, source=text, oldest=text) for b in digest.backlog),
        "contact_ratios": tuple(replace(r, source=text, per=text) for r in digest.contact_ratios),
    }


def uncharted(digest: Digest) -> Digest:
    """The digest without what charts are made of: they are drawn anew for each text, and are looked at apart."""
    return replace(
        digest,
        pain_points=tuple(replace(point, impact=()) for point in digest.pain_points),
        praise=tuple(replace(point, impact=()) for point in digest.praise),
        service_levels=tuple(replace(s, first_reply_minutes=None) for s in digest.service_levels),
        score_drivers=(),
        volumes={},
    )


AUDIENCE = ["service", "product", "marketing", "operations"]


@pytest.mark.parametrize("name", AUDIENCE)
def test_no_text_becomes_an_element(digests: dict[str, Digest], name: str) -> None:
    """Whatever the text, the page has the elements and attributes that it has with a plain word in its place."""
    digest = uncharted(digests[name])
    plain = elements(render_html(poisoned(digest, "word")))
    # One page for all strings of a kind would hide which one got through: one page for each.
    for text in HOSTILE:
        page = elements(render_html(poisoned(digest, text)))
        assert [tag for tag, _ in page.found] == [tag for tag, _ in plain.found], text
        assert [sorted(a) for _, a in page.found] == [sorted(a) for _, a in plain.found], text
        assert page.comments == []


@pytest.mark.parametrize("name", AUDIENCE)
def test_a_page_loads_and_runs_nothing(digests: dict[str, Digest], name: str) -> None:
    """No script, handler, form or frame; images are data: URIs, links stay on the page, the policy forbids the rest."""
    page = elements(render_html(poisoned(digests[name], "http://evil.example <script>")))
    names = {tag for tag, _ in page.found}
    assert not names & {"script", "iframe", "object", "embed", "form", "input", "link", "base", "video", "audio"}
    for tag, attributes in page.found:
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("src", "srcset"):
            assert str(attributes.get(key, "data:image/svg+xml;base64,")).startswith("data:image/svg+xml;base64,")
        if tag == "a":
            assert str(attributes["href"]).startswith("#")
    policies = [a["content"] for _, a in page.found if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


@pytest.mark.parametrize("name", AUDIENCE)
def test_no_text_becomes_markdown(digests: dict[str, Digest], name: str) -> None:
    """Whatever the text, the Markdown holds no link, image, code or HTML, and the blocks of a plain word."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    digest = uncharted(digests[name])
    plain = [token.type for token in parser.parse(render_markdown(poisoned(digest, "word")))]
    for text in HOSTILE:
        tokens = parser.parse(render_markdown(poisoned(digest, text)))
        assert [token.type for token in tokens] == plain, text
        inline = {child.type for token in tokens for child in token.children or ()}
        assert not inline & {"link_open", "image", "code_inline", "html_inline", "em_open", "s_open"}, text


@pytest.mark.parametrize("name", AUDIENCE)
def test_addresses_and_mentions_stay_text_in_markdown(digests: dict[str, Digest], name: str) -> None:
    """A code host links bare addresses and calls people by @name: neither is left whole."""
    page = render_markdown(poisoned(digests[name], "see http://evil.example www.evil.example @everyone a@b.example"))
    assert "http://" not in page
    assert "www." not in page
    assert "@everyone" not in page
    assert "a@b" not in page


@pytest.mark.parametrize("name", AUDIENCE)
def test_no_text_turns_the_page_round(digests: dict[str, Digest], name: str) -> None:
    """Characters that reverse what follows, and control characters, are on no page."""
    digest = poisoned(digests[name], "\u202eevil\u2066 \u200f \x00\x1b[31m")
    for page in (render_html(digest), render_markdown(digest)):
        assert not set(page) & set("\u202e\u2066\u200f\x00\x1b")


@pytest.mark.parametrize("text", HOSTILE)
def test_json_keeps_the_text_as_it_is(service: Digest, text: str) -> None:
    """digest.json holds the text character by character, so that offsets hold; a lone surrogate is one mark."""
    data = json.loads(render_json(poisoned(service, text)).encode("utf-8"))
    assert data["pain_points"][0]["label"] == text.replace("\ud800", "\ufffd")


def test_no_label_gets_out_of_a_chart() -> None:
    """Whatever a label says, the SVG has the elements of a plain word, as an image its scripts could not run anyway."""

    def tags(texts: tuple[str, ...]) -> list[str]:
        rows = tuple(DotRow(text, -1, -2, 1, text) for text in texts)
        return [element.tag for element in ElementTree.fromstring(svg_dot_whisker(rows, "x", 920)).iter()]

    assert tags(HOSTILE) == tags(("word",) * len(HOSTILE))


def test_index_links_only_its_pages(service: Digest) -> None:
    """The index links the given paths, escaped, and nothing that a text asks for."""
    for text in HOSTILE:
        path = "service/a b\"<x>'/digest.html"
        page = elements(render_index([(path, poisoned(service, text))]))
        links = [a["href"] for tag, a in page.found if tag == "a"]
        assert links == ["service/a%20b%22%3Cx%3E%27/digest.html"]
        assert "script" not in {tag for tag, _ in page.found}


def test_real_comments_make_no_element(service: Digest) -> None:
    """Five hundred real comments as quotes add nothing to a page but text."""
    folder = Path(__file__).resolve().parents[2].parent / "shared/data/app_reviews_hotstar"
    if not folder.is_dir():
        pytest.skip("shared/data is not here: real comments are not part of the repository")
    import csv

    with open(folder / "hotstar_google_play_reviews.csv", encoding="utf-8", newline="") as stream:
        texts = [row["content"] for _, row in zip(range(500), csv.DictReader(stream), strict=False)]
    sample = service.pain_points[0]
    quote = sample.verbatims[0]
    points = tuple(replace(sample, rank=i + 1, verbatims=(replace(quote, text=t),)) for i, t in enumerate(texts))
    plain = tuple(replace(p, verbatims=(replace(quote, text="word"),)) for p in points)
    found = [tag for tag, _ in elements(render_html(replace(service, pain_points=points))).found]
    assert found == [tag for tag, _ in elements(render_html(replace(service, pain_points=plain))).found]
