"""explorer.html as text: its data, its offsets, what may run in it, and what hostile comments become."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explorers_for_tests import explorer, hostile
from frames_for_tests import ALERT
from hostile_texts import PAYLOADS

from reports.explorer.columns import pack
from reports.explorer.data import explorer_json
from reports.explorer.offsets import for_browser
from reports.explorer.page import render_explorer, stamp_of, stamped


class Elements(HTMLParser):
    """The elements of a page, each with its attributes, and the texts of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, str]] = []
        self.within = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.found.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside.append((tag, ""))
            self.within = True

    def handle_endtag(self, tag: str) -> None:
        """What comes now is outside."""
        self.within = False

    def handle_data(self, data: str) -> None:
        """Keep what a script or a style holds."""
        if self.within:
            self.inside[-1] = (self.inside[-1][0], self.inside[-1][1] + data)


def unpacked(packed: Sequence[Any]) -> list[int]:
    """The numbers of a packed column, as the page reads them."""
    low, width, text = packed
    return [int(above) + low for above in np.frombuffer(b64decode(text), f"<u{width}")]


def units(text: str, start: int, end: int) -> str:
    """What a browser cuts out of a text."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("It works. It is late", "It is late"),
        ("Love it 😍😍. It is late 😡", "It is late 😡"),
        ("\u202eevil\u202c. It is\x00 late", "It is\x00 late"),
        ("café 👩‍👩‍👧. It is late\u2028", "It is late\u2028"),
    ],
)
def test_offsets_are_those_of_a_browser(text: str, clause: str) -> None:
    """What a browser cuts out of the text it is given is the clause, but for characters that nobody can see."""
    start = text.index(clause)
    texts, starts, ends = for_browser(["first", text, "last"], [0, 2, 1], [0, start, 0], [2, start + len(clause), 4])
    unseen = re.compile("[\x00\u2028\u202c\u202e]")
    assert units(texts[1], starts[1], ends[1]) == unseen.sub("", clause)
    assert texts == ["first", unseen.sub("", text), "last"]
    assert (starts[2], ends[2]) == (0, 4)


def test_data_are_the_same_each_time_and_name_nobody() -> None:
    """The same explorer gives the same bytes; who wrote what is a number, and feedback is known by its id alone."""
    made = explorer(50)
    text = explorer_json(made)
    assert text == explorer_json(explorer(50))
    data = json.loads(text)
    assert set(data["comments"]) == {"id", "reference", "text", "who", "clauses"}
    assert sorted(set(unpacked(data["comments"]["who"]))) == list(range(made.people))
    assert unpacked(data["comments"]["clauses"]) == list(made.comments.clauses)
    assert {len(unpacked(column)) for column in data["clauses"].values()} == {len(made.clauses.start)}
    assert unpacked(data["clauses"]["theme"]) == list(made.clauses.theme)


@pytest.mark.parametrize("column", [[], [-1], [3, 3], [-1, 254], [-1, 255], [0, 65_535], [-7, 65_530, 2**31]])
def test_columns_come_back_as_they_were(column: list[int]) -> None:
    """A packed column holds its numbers, whatever their range, in as few bytes each as that needs."""
    packed = pack(column)
    assert unpacked(packed) == column
    assert packed[1] == (1 if len(column) < 2 or max(column) - min(column) < 256 else 2 if max(column) < 65_536 else 4)


def test_facts_say_what_the_digest_says() -> None:
    """A theme's facts are in the digest's words: people, tone, change, what it goes with, stage and owner."""
    theme = json.loads(explorer_json(explorer(50)))["themes"][0]
    facts = {name: (value, note) for name, value, note in theme["facts"]}
    assert facts["Tone"] == ("−0.41", "(−0.52 to −0.30)")
    assert facts["Changed"] == ("5 % to 10 %, twice the share of the 4 weeks before", "")
    assert facts["Goes with"] == ("−4.1 NPS, survey", "(−5.6 to −2.6)")
    assert facts["Owner"] == ("Logistics", "")


def test_an_alert_that_stands_is_told_in_the_place_of_no_change() -> None:
    """A theme under an alert says since when and beside what is usual; one that has gone quiet does not."""
    made = explorer(50)
    told = [
        replace(theme, alerts=(replace(ALERT, state=state),))
        for theme, state in zip(made.themes[4:6], ("open", "quiet"), strict=True)
    ]
    first, second = json.loads(explorer_json(replace(made, themes=(*told, *made.themes[2:]))))["themes"][:2]
    assert ["Alert", "unusual since 2026-W46", "(30, usual 20 (12–29))"] in first["facts"]
    assert "Changed" not in {name for name, *_ in first["facts"]}
    assert ["Changed", "no clear change since the 4 weeks before", ""] in second["facts"]


def test_nothing_may_load_and_only_our_script_and_style_may_run() -> None:
    """The policy names the hashes of the one script and the one style of the page, and forbids all else."""
    page = render_explorer(explorer_json(explorer(20)), 1)
    elements = Elements(page)
    policy = next(attrs["content"] for tag, attrs in elements.found if attrs.get("http-equiv"))
    assert policy is not None and policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    for tag, text in elements.inside:
        if text[0] not in "{[":  # data
            assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy, tag
    assert len(elements.inside) == 4
    assert [attrs["href"] for tag, attrs in elements.found if tag == "a"] == ["#comments-title", *["digest.html"] * 2]
    assert not any(name.startswith("on") or name in ("src", "style") for _, attrs in elements.found for name in attrs)


def test_hostile_comments_stay_text() -> None:
    """Comments, numbers, labels, owners and segments full of markup change no element of the page, and the data that
    the page reads are those that were given."""
    page, harmless = (render_explorer(explorer_json(made), 1) for made in (hostile(PAYLOADS), explorer(len(PAYLOADS))))
    assert [tag for tag, _ in Elements(page).found] == [tag for tag, _ in Elements(harmless).found]
    data, rest = (text for tag, text in Elements(page).inside if text[0] in "[{" and tag == "script")
    assert "<" not in data + rest
    told, given = json.loads(data), json.loads(explorer_json(hostile(PAYLOADS)))
    told["comments"]["text"] += json.loads(rest)
    del given["comments"]["id"]
    assert told == given


def test_what_is_not_on_the_page_is_said() -> None:
    """Where there are more comments than it holds, and where a segment has too many values, the page says so."""
    page = render_explorer(explorer_json(replace(explorer(20), with_text=70_000)), 1)
    assert "Only 20\N{NO-BREAK SPACE}of them are on this page, the newest" in page
    assert "“order number”" in page
    whole = render_explorer(explorer_json(replace(explorer(20), left_out=())), 1)
    assert "on this page" not in whole and "too many values" not in whole


def test_a_page_says_what_it_was_made_from(tmp_path: Path) -> None:
    """The stamp of a page on disk is that of its data; another file, or none, has none."""
    page = tmp_path / "explorer.html"
    assert stamped(page) is None
    page.write_text(render_explorer(explorer_json(explorer(20)), 4), encoding="utf-8")
    assert stamped(page) == stamp_of(explorer(20).fingerprint, 4)
    page.write_text("<!doctype html>", encoding="utf-8")
    assert stamped(page) is None
