"""The pages say what digest.json says: schema, figures, order, sameness of bytes."""

from __future__ import annotations

import ast
import json
import math
import re
from dataclasses import fields, replace
from html import unescape
from pathlib import Path

import jsonschema
import pytest

from groundswell import findings, records
from groundswell.findings import Absent, Interval, ScoreSummary
from reports import digest as digest_module
from reports.audiences import AUDIENCE_PAGES
from reports.digest import AUDIENCES, Digest, from_plain
from reports.page.sections import build_page
from reports.render import render_html, render_json, render_markdown
from reports.wording.figures import number, percent, score_text

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "reports" / "digest.schema.json"
NAMES = [*AUDIENCES, "undated"]
ALL_FORMATS = (render_json, render_html, render_markdown)


def visible(html: str) -> str:
    """The text of a page, one space between words."""
    body = re.sub(r"(?s)<style>.*?</style>|<svg.*?</svg>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("name", NAMES)
def test_json_is_valid_under_the_published_schema(digests: dict[str, Digest], name: str) -> None:
    """digest.json of every audience is valid under JSON Schema 2020-12, with nothing beyond it."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(render_json(digests[name])))


def test_schema_refuses_an_unknown_key(service: Digest) -> None:
    """The schema is strict: a key that the contract does not name is an error, at the top and below."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    top = {**json.loads(render_json(service)), "extra": 1}
    below = json.loads(render_json(service))
    below["pain_points"][0]["extra"] = 1
    assert not validator.is_valid(top)
    assert not validator.is_valid(below)


def test_schema_of_the_documentation_is_the_schema_of_the_package() -> None:
    """docs/digest.schema.json is a copy, to the byte, of what the package ships."""
    assert (ROOT / "docs" / "digest.schema.json").read_bytes() == SCHEMA.read_bytes()


def test_the_schema_names_every_field_of_what_a_digest_holds() -> None:
    """Each kind of finding has in the schema the fields that its dataclass has, in their order."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for name, definition in schema["$defs"].items():
        kind = getattr(findings, name, None) or getattr(records, name, None) or getattr(digest_module, name)
        assert list(definition["properties"]) == [entry.name for entry in fields(kind)], name


def test_json_keys_stand_in_the_order_of_the_contract(service: Digest) -> None:
    """The keys of digest.json are the fields of Digest, in their order, and so are the schema's."""
    order = [entry.name for entry in fields(Digest)]
    assert list(json.loads(render_json(service))) == order
    assert json.loads(SCHEMA.read_text(encoding="utf-8"))["required"] == order


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("render", ALL_FORMATS)
def test_rendering_twice_gives_the_same_bytes(digests: dict[str, Digest], name: str, render: object) -> None:
    """A digest rendered again, after others were, is the same to the byte."""
    assert callable(render)
    first = render(digests[name])
    for other in digests.values():
        render(other)
    assert render(digests[name]) == first


def test_order_of_a_mapping_changes_nothing(operations: Digest) -> None:
    """Mappings filled in another order give the same bytes in every format."""
    turned = replace(
        operations,
        volumes=dict(reversed(list(operations.volumes.items()))),
        coverage=replace(operations.coverage, languages=dict(reversed(list(operations.coverage.languages.items())))),
    )
    assert list(turned.volumes) != list(operations.volumes)
    for render in ALL_FORMATS:
        assert render(turned) == render(operations)


@pytest.mark.parametrize("name", NAMES)
def test_pages_of_the_frozen_json_are_the_same(digests: dict[str, Digest], name: str) -> None:
    """A digest read back from its JSON gives the same JSON, HTML and Markdown as the one just built."""
    again = from_plain(json.loads(render_json(digests[name])))
    for render in ALL_FORMATS:
        assert render(again) == render(digests[name])


def test_noise_in_the_last_bits_changes_nothing(service: Digest) -> None:
    """A figure that differs after the sixth digit gives the same bytes: pages are made of the rounded figures."""
    point = service.pain_points[0]
    noisy = replace(point, share=replace(point.share, value=point.share.value * (1 + 1e-13)))
    changed = replace(service, pain_points=(noisy, *service.pain_points[1:]))
    for render in ALL_FORMATS:
        assert render(changed) == render(service)


@pytest.mark.parametrize("name", ["service", "product", "operations", "undated"])
def test_pages_show_the_figures_of_the_json(digests: dict[str, Digest], name: str) -> None:
    """Authors, shares and scores in the HTML and the Markdown are those of digest.json."""
    data = json.loads(render_json(digests[name]))
    html, text = visible(render_html(digests[name])), render_markdown(digests[name]).replace("\\", "")
    for point in data["pain_points"]:
        for page in (html, text):
            assert point["label"] in page
            assert f"{point['authors']:,} of 412" in page
            assert percent(point["share"]["value"]) in page
    for score in (score for score in data["scores"] if score["value"] is not None):
        assert score_text(ScoreSummary(**score)) in html
        assert score_text(ScoreSummary(**score)) in text
    for effect in (effect for point in data["pain_points"] for effect in point["impact"]):
        assert number(effect["value"], 1) in html
        assert number(effect["low"], 1) in text


@pytest.mark.parametrize("name", NAMES)
def test_both_pages_have_the_same_sections_in_the_same_order(digests: dict[str, Digest], name: str) -> None:
    """The HTML and the Markdown tell the audience's sections in one order, those without news after the others."""
    page = build_page(digests[name])
    titles = [title for _, title in AUDIENCE_PAGES[digests[name].audience].sections]
    for sections in (page.told, page.folded):
        told = [section.title for section in sections]
        assert told == [title for title in titles if title in told]
    in_html = [unescape(t) for t in re.findall(r'<h2 id="[^"]*-title">(.*?)</h2>', render_html(digests[name]))]
    in_text = [line[3:] for line in render_markdown(digests[name]).splitlines() if line.startswith("## ")]
    assert in_html == [section.title for section in (*page.told, *page.folded)]
    assert in_text[: len(in_html)] == in_html


@pytest.mark.parametrize("name", NAMES)
def test_unknown_is_never_shown_as_a_number_or_a_code_word(digests: dict[str, Digest], name: str) -> None:
    """No page shows None, nan or null, whatever is missing."""
    digest = digests[name]
    gaps = Interval(math.nan, math.nan, math.nan)
    digest = replace(
        digest,
        pain_points=tuple(replace(point, net_sentiment=gaps, impact=(), change=None) for point in digest.pain_points),
        trends=tuple(replace(trend, net_sentiment=gaps, change=None, weekly=()) for trend in digest.trends),
        coverage=replace(digest.coverage, unassigned_share=None, languages={}),
        scores=tuple(replace(score, value=math.nan, change=math.nan) for score in digest.scores),
    )
    for page in (visible(render_html(digest)), render_markdown(digest)):
        assert not re.search(r"(?i)\b(none|nan|null|undefined)\b", page)
    assert "NaN" not in render_json(digest)


def test_a_score_without_a_value_says_why(service: Digest) -> None:
    """A score that cannot be shown has its reason in its place, and no figure."""
    html = visible(render_html(service))
    assert "Rating, play reviews not shown 12 ratings, fewer than 20." in html


def test_an_absent_section_is_one_line_with_its_reason(service: Digest) -> None:
    """A section that cannot be had is told with its reason; an empty one without a reason is not on the page."""
    without = replace(service, pain_points=(), praise=(), absent=(Absent("pain_points", "too few comments"),))
    for page in (render_html(without), render_markdown(without)):
        assert "Too few comments." in page
        assert "What went well" not in page


def test_undated_feedback_shows_no_trend(undated: Digest) -> None:
    """Without dates there is no change, no week and no arrow, and the page says why; counts are of comments."""
    page = visible(render_html(undated))
    assert "carries no dates" in page
    assert "38 of 412 comments" in page
    assert not re.search(r"[▲▼]|no clear change|week", page)


def test_a_source_that_is_behind_is_named_at_the_top(service: Digest) -> None:
    """A stale source is told before any figure, with its last record and how far it is behind."""
    page = visible(render_html(service))
    assert page.index("play reviews, last record 6 Nov 2026, 10 days before the period's end") < page.index("31 ▼")


def test_an_unknown_audience_is_refused(service: Digest) -> None:
    """A digest for an audience without a page cannot be made."""
    with pytest.raises(ValueError, match="audience is 'board'"):
        replace(service, audience="board")


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_claims_a_cause(digests: dict[str, Digest], name: str) -> None:
    """Impact is association: no page says that a theme caused, cost or led to anything."""
    page = visible(render_html(digests[name]))
    assert not re.search(r"(?i)\b(cause[sd]?|because of|led to|leads to|cost us)\b", page)


def test_functions_and_modules_stay_small() -> None:
    """No function of the room is longer than 40 lines and no module longer than 300."""
    for path in sorted((ROOT / "reports").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        assert len(source.splitlines()) <= 300, path.name
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 40, f"{path.name}: {node.name}"
