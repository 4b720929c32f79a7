"""digest.csv holds every figure of digest.json, as a number, where it is looked for, and nothing that computes."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hostile_texts import FORMULAS

from groundswell.findings import Interval
from reports.digest import AUDIENCES, Digest, to_plain
from reports.formats.cells import cell_text, field_text
from reports.formats.figures_csv import COLUMNS
from reports.formats.tidy.parts import KEYS, UNITS
from reports.formats.tidy.sheets import every_sheet, sheets_of
from reports.formats.workbook_columns import columns_of
from reports.render import render_csv
from reports.write import DIGEST_FILES

NAMES = [*AUDIENCES, "undated"]
# Numbers of digest.json that are no figures: places in a text, and what the file is.
NO_FIGURES = {"start", "end", "schema_version", "revision", "registry_version"}
ELSEWHERE = {"false_alarm_target_per_year"}  # the sheet on what is watched has it


def lines(digest: Digest) -> list[dict[str, str]]:
    """The file as a program reads it."""
    return list(csv.DictReader(io.StringIO(render_csv(digest).removeprefix("\ufeff"), newline="")))


def numbers_of(value: Any, name: str = "") -> Iterator[float]:
    """Every number below a plain value, but those that are no figures."""
    if isinstance(value, bool) or name in NO_FIGURES | ELSEWHERE:
        return
    if isinstance(value, (int, float)):
        yield float(value)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from numbers_of(entry, key)
    elif isinstance(value, list):
        for entry in value:
            yield from numbers_of(entry, name)


def numbers_in(line: dict[str, str]) -> list[float]:
    """The numbers of one line of the file."""
    return [float(line[name]) for name in ("value", "low", "high", "n") if line[name]]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_the_json_is_in_the_file(digests: dict[str, Digest], name: str) -> None:
    """No number of digest.json is missing, however often it occurs; none is there that digest.json does not have, but
    the sums and differences that a score's move is told in."""
    plain = to_plain(digests[name])
    wanted = Counter(numbers_of({key: plain[key] for key in plain if key != "period"}))
    found = Counter(number for line in lines(digests[name]) for number in numbers_in(line))
    assert wanted - found == Counter()
    sums = {float(f"{p['mix'] + p['rate']:.6g}") for m in plain["score_moves"] for p in m["parts"]}
    sums |= {float(f"{m['now'] - m['before']:.6g}") for m in plain["score_moves"]}
    assert {number for number in found if number not in wanted} <= sums


@pytest.mark.parametrize("name", NAMES)
def test_lines_have_their_kinds(digests: dict[str, Digest], name: str) -> None:
    """Each line has all columns; it holds a number or words, and a unit that is known; an interval holds its value."""
    for line in lines(digests[name]):
        assert None not in line and None not in line.values()
        assert line["unit"] in UNITS
        assert bool(line["value"]) == (line["unit"] not in ("text", "date"))
        if line["low"] and line["high"]:
            assert float(line["low"]) <= float(line["high"])


def test_a_figure_stands_beside_what_it_is_about(service: Digest) -> None:
    """The share, tone and effect of a theme stand in lines with its id and label, each with its interval."""
    point = service.pain_points[0]
    told = {
        (line["section"], line["figure"]): line
        for line in lines(service)
        if line["id"] == point.theme_id and line["section"] in ("pain_points", "impact")
    }
    share, effect = told["pain_points", "share of authors"], told["impact", "goes with"]
    assert {line["label"] for line in told.values()} == {point.label}
    assert [float(share[key]) for key in ("value", "low", "high")] == pytest.approx(
        [point.share.value, point.share.low, point.share.high], rel=1e-5
    )
    assert [effect[key] for key in ("value", "low", "high", "n", "source", "metric")] == [
        "-4.1", "-5.6", "-2.6", "391", "nps survey", "nps",
    ]  # fmt: skip


def test_no_figure_is_a_line_left_out(service: Digest) -> None:
    """What is not known has no line, and never the value 0."""
    unknown = Interval(math.nan, math.nan, math.nan)
    points = tuple(replace(point, net_sentiment=unknown, change=None) for point in service.pain_points)
    told = [line["figure"] for line in lines(replace(service, pain_points=points)) if line["section"] == "pain_points"]
    assert "share of authors" in told
    assert not {"tone", "share before", "share now"} & set(told)


def test_the_news_and_the_reasons_are_there(undated: Digest) -> None:
    """The headline stands in order, and what cannot be said stands with its reason."""
    told = lines(undated)
    assert [line["text"] for line in told if line["section"] == "headline"] == list(undated.headline)
    reasons = {line["label"]: line["text"] for line in told if line["section"] == "absent"}
    assert reasons == {entry.section: entry.reason for entry in undated.absent}


def test_the_file_is_read_by_excel_and_by_programs(service: Digest) -> None:
    """UTF-8 with a mark that Excel needs, lines that end in CR LF, no break inside a field: one record is one line."""
    text = render_csv(service)
    assert text.startswith("\ufeffaudience,period,section,")
    assert text.count("\n") == text.count("\r\n") == len(lines(service)) + 1
    assert "ログイン" in text.encode("utf-8").decode("utf-8")


def test_every_part_of_a_digest_has_a_sheet(service: Digest) -> None:
    """A field that a digest gains is given a sheet, or is named here as one that has none."""
    other = {
        "schema_version", "audience", "revision", "period", "generated_from", "title", "headline",
        "is_first",  # whether there was a digest before
        "explorer",  # whether a file lies beside this one
        "false_alarm_target_per_year",  # the sheet "watch" has it
        "not_read",  # the sheet "coverage" has it
        "mismatch_counts",  # the sheet "signals" has it
    }  # fmt: skip
    sections = {sheet.section for sheet in every_sheet(service)}
    assert {entry.name for entry in fields(Digest)} - other <= sections


def test_the_documentation_names_columns_and_units() -> None:
    """docs/formats.md tells of each column of the file, of each unit, and of each file of a digest."""
    told = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [name for name in (*COLUMNS, *UNITS, *DIGEST_FILES) if f"`{name}`" not in told] == []


def test_sheets_have_short_names_of_their_own(digests: dict[str, Digest]) -> None:
    """A sheet's title is at most 31 characters, as Excel has it, and no two share one; keys are those of the file."""
    for digest in digests.values():
        sheets = sheets_of(digest)
        assert len({sheet.title for sheet in sheets}) == len(sheets) == len({sheet.section for sheet in sheets})
        assert all(len(sheet.title) <= 31 and {key for key, _ in sheet.heads} <= set(KEYS) for sheet in sheets)
        for sheet in sheets:
            assert all(len({(one.name, one.unit) for one in r.data}) == len(r.data) for r in sheet.records), sheet.title
            heads = [column.head for column in columns_of(sheet)]
            assert len(set(heads)) == len(heads), sheet.title


@pytest.mark.parametrize("payload", FORMULAS)
def test_a_formula_is_told_to_be_text(payload: str) -> None:
    """What begins like a formula, also behind what cannot be seen, begins with an apostrophe; in a CSV file also what
    a program would take for a cell's beginning that cuts at semicolons."""
    bare = payload.lstrip(" \"'`\t\r\n\0\u00a0\u3000\u200b\ufeff\u2060\u00ad\u202e\u2066\u2028")
    if bare[:1] in "=+-@\uff1d\uff0b\uff0d\uff20\u2212\ufe66\ufe62\ufe63\ufe6b":
        assert cell_text(payload).startswith("'")
    for piece in field_text(payload).split(";"):
        assert piece.lstrip(' "')[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n\0")


def test_harmless_texts_stay_as_they_are() -> None:
    """Words, times, prices and dashes inside a text get no apostrophe."""
    for text in ("late again", "9 - 5", "a=b", "3 + 4", "mail@me", "wait; then call", "“quoted”", "❤️ it", "ログイン"):
        assert cell_text(text) == field_text(text) == text


def test_numbers_stand_as_in_the_json(product: Digest) -> None:
    """A number is written with the digits of digest.json, a whole one without a point."""
    told = {json.dumps(value) for value in _plain_numbers(to_plain(product))}
    for line in lines(product):
        if line["section"] != "score_move_parts" and line["figure"] != "change":
            assert {line[key] for key in ("value", "low", "high", "n") if line[key]} <= told


def _plain_numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _plain_numbers(entry)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value
