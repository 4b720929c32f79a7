"""Every format shows the same numbers: those of digest.json, rounded at their last digit, where they are said to be."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from blocks_for_tests import Block, of_brief, of_html, of_markdown, of_slack, of_text
from markup_for_tests import uncharted, undrawn
from numbers_for_tests import numbers_of, unexplained
from pages_for_tests import quiet
from python_calamine import CalamineWorkbook

from reports.digest import Digest, from_plain
from reports.formats.brief import render_brief
from reports.formats.mail import render_mail
from reports.formats.slack import render_slack
from reports.news.headline import build_digest
from reports.page.sections import build_page
from reports.render import render_csv, render_json, render_markdown, render_workbook, write_html

CASES = ["service", "product", "marketing", "operations", "undated", "quiet", "no scores"]
FORMATS: dict[str, Callable[[Digest], list[Block]]] = {
    "html": lambda digest: of_html(write_html(undrawn(build_page(digest)))),
    "markdown": lambda digest: of_markdown(render_markdown(digest)),
    "mail text": lambda digest: of_text(render_mail(uncharted_mail(digest), "full", None).text),
    "mail": lambda digest: of_html(render_mail(uncharted_mail(digest), "full", None).html),
    "slack": lambda digest: of_slack(render_slack(digest, "full", None)),
    "brief": lambda digest: of_brief(render_brief(digest, "full", None).body),
}


def uncharted_mail(digest: Digest) -> Digest:
    """The digest without the charts that a mail would have drawn, but with the impact that its words tell."""
    bare = uncharted(digest)
    return replace(bare, pain_points=digest.pain_points, praise=digest.praise)


@pytest.fixture(scope="module")
def cases(digests: dict[str, Digest]) -> dict[str, Digest]:
    """A digest of each audience, one without dates, a quiet week, one without a score."""
    service = digests["service"]
    points = tuple(replace(point, impact=()) for point in service.pain_points)
    bare = replace(service, scores=(), pain_points=points, score_drivers=(), score_moves=(), mismatches=(), headline=())
    return {**digests, "quiet": quiet(service), "no scores": build_digest(bare)}


@pytest.fixture(scope="module")
def told(cases: dict[str, Digest]) -> dict[tuple[str, str], list[Block]]:
    """What each format shows of each digest, made once."""
    return {(name, kind): read(cases[name]) for name in CASES for kind, read in FORMATS.items()}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", CASES)
def test_no_number_comes_out_of_nowhere(
    cases: dict[str, Digest], told: dict[tuple[str, str], list[Block]], name: str, kind: str
) -> None:
    """All numbers of a sentence, a row or a tile stand in digest.json together, with what the words there name."""
    assert unexplained(told[name, kind], json.loads(render_json(cases[name]))) == []
    assert sum(len(numbers_of(block)) for block in told[name, kind]) > 10


@dataclass(frozen=True)
class Claim:
    """Figures of digest.json that stand side by side wherever a format tells of `about`: value, low, high, say."""

    about: str
    figures: tuple[float, ...]


def claims_of(data: dict[str, Any], most: int) -> list[Claim]:
    """What the first of everything claims: scores, ranked themes, alerts, releases, decisions."""
    claims = []
    for score in data["scores"]:
        if score["value"] is not None:
            claims.append(Claim(score["source"], (score["low"], score["high"])))
            claims.append(Claim(score["source"], (score["value"],)))
    for point in (data["pain_points"] or data["praise"])[:most]:
        share = point["share"]
        of = round(point["authors"] / share["value"])
        claims.append(
            Claim(point["label"], (point["authors"], of, 100 * share["value"], 100 * share["low"], 100 * share["high"]))
        )
        claims += [Claim(point["label"], (i["value"], i["low"], i["high"])) for i in point["impact"]]
    for release in data["releases"][:1]:
        claims.append(Claim(release["label"], (100 * release["share"], release["authors"], release["of"])))
    for action in data["actions"][:1]:
        if action["ratio"]:
            claims.append(
                Claim(action["label"], tuple(100 * (1 - action["ratio"][end]) for end in ("value", "low", "high")))
            )
    return claims


def shows(blocks: Iterable[Block], claim: Claim) -> bool:
    """Whether a block that is about it holds the figures side by side, each rounded at its last digit."""
    name = claim.about[:18]
    for block in blocks:
        if name in block.text or any(name in heading for heading in block.heading):
            shown = numbers_of(block)
            starts = range(len(shown) - len(claim.figures) + 1)
            if any(all(map(is_rounded, claim.figures, shown[start:])) for start in starts):
                return True
    return False


def is_rounded(figure: float, shown: str) -> bool:
    """Whether the words are the figure, without its sign, rounded at the last digit that they have."""
    try:
        number = float(shown.replace(",", ""))
    except ValueError:  # a time
        return False
    return abs(abs(figure) - number) <= 0.5000001 * 10 ** -len(shown.partition(".")[2])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["service", "product", "marketing", "operations"])
def test_every_format_shows_what_is_claimed(
    cases: dict[str, Digest], told: dict[tuple[str, str], list[Block]], name: str, kind: str
) -> None:
    """The scores, the first themes with share, interval and effect, and what releases and decisions did stand in every
    format, figure for figure; a page has room for the sixth theme as well."""
    data = json.loads(render_json(cases[name]))
    # A message tells what is news; what is not stands on the page, folded.
    most = 6 if kind in ("html", "markdown") else 1
    wanted = claims_of(data, most)
    if kind == "brief":
        # Two thousand characters: the scores, and whatever of the rest there is room for.
        wanted = [
            claim for claim in wanted if len(claim.figures) < 3 and claim.about in {s["source"] for s in data["scores"]}
        ]
    if (name, kind) == ("product", "slack"):
        wanted = [claim for claim in wanted if claim.about != data["actions"][0]["label"]]  # folded away
    if name == "marketing" and kind != "html":
        wanted = [claim for claim in wanted if claim.about in {s["source"] for s in data["scores"]}]
    assert [claim for claim in wanted if not shows(told[name, kind], claim)] == []


@pytest.mark.parametrize("name", CASES)
def test_sheets_and_lines_hold_the_same_figures(cases: dict[str, Digest], name: str) -> None:
    """What a reader of the workbook finds is, number for number, what the CSV file and digest.json hold."""
    data = json.loads(render_json(cases[name]))
    text = render_csv(cases[name]).removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_workbook(cases[name])))
    for section, sheet in (("pain_points", "Pain points"), ("praise", "Praise")):
        rows = book.get_sheet_by_name(sheet).to_python() if data[section] else [[]]
        for point, row in zip(data[section], rows[1:], strict=True):
            cells = dict(zip(map(str, rows[0]), row, strict=True))
            share = point["share"]
            wanted = [point["authors"], point["mentions"], share["value"], share["low"], share["high"]]
            heads = ["Authors", "Mentions", "Share of authors", "Share of authors: low", "Share of authors: high"]
            assert [cells[head] for head in heads] == wanted
            found = {
                one["figure"]: one for one in lines if one["section"] == section and one["id"] == point["theme_id"]
            }
            assert [float(found["share of authors"][key]) for key in ("value", "low", "high")] == wanted[2:]
            assert [float(found[key]["value"]) for key in ("authors", "mentions")] == wanted[:2]
    scores = [score for score in data["scores"] if score["value"] is not None]
    told = [line for line in lines if line["section"] == "scores" and line["figure"] == "score"]
    assert [[float(line[key]) for key in ("value", "low", "high", "n")] for line in told] == [
        [score[key] for key in ("value", "low", "high", "n")] for score in scores
    ]


@pytest.mark.parametrize(
    ("section", "place", "path"),
    [
        ("scores", 0, ("value",)),
        ("scores", 0, ("change_low",)),
        ("pain_points", 0, ("authors",)),
        ("pain_points", 0, ("share", "high")),
        ("pain_points", 1, ("impact", 0, "value")),
        ("alerts", 0, ("authors",)),
        ("actions", 0, ("ratio", "high")),
        ("service_levels", 0, ("first_reply_minutes", "value")),
        ("quality", None, ("new",)),
        ("coverage", None, ("with_text",)),
    ],
)
def test_a_wrong_number_is_noticed(
    cases: dict[str, Digest], section: str, place: int | None, path: tuple[Any, ...]
) -> None:
    """These tests see it when a page and digest.json part ways in a single figure."""
    data = json.loads(render_json(cases["service"]))
    other = json.loads(render_json(cases["service"]))
    part = other[section] if place is None else other[section][place]
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = 0.5713 if abs(part[path[-1]]) < 1 else part[path[-1]] * 1.618 + 3000.6
    digest = from_plain(other)
    for kind in ("html", "markdown"):
        blocks = FORMATS[kind](digest)
        missing = [claim for claim in claims_of(data, 3) if not shows(blocks, claim)]
        assert unexplained(blocks, data) or missing, kind


def test_the_parts_of_a_move_add_up(told: dict[tuple[str, str], list[Block]]) -> None:
    """Of a table that tells why a score moved, the rows add up to the last one, as far as rounding lets them."""
    rows = [
        block.text for block in told["service", "markdown"] if any("moved" in head.lower() for head in block.heading)
    ]
    seen = [block for block in told["service", "markdown"] if block.text.startswith("| Together")]
    assert seen or rows
    for end in seen:
        place = told["service", "markdown"].index(end)
        parts = []
        for block in reversed(told["service", "markdown"][:place]):
            if not block.text.startswith("|") or "By how many" in block.text:
                break
            parts.append([_signed(cell) for cell in block.text.split("|")[2:5]])
        for column, whole in enumerate(_signed(cell) for cell in end.text.split("|")[2:5]):
            assert sum(part[column] for part in parts) == pytest.approx(whole, abs=0.05 * (len(parts) + 1))


def _signed(cell: str) -> float:
    return float(cell.split("(")[0].strip().replace("−", "-").replace(",", ""))
