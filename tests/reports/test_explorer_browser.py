"""The explorer as somebody uses it, in a real browser: search, filters, themes, keys, addresses to pass on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from browser import AXE, CHROMIUM, Browser, open_browser
from explorers_for_tests import explorer, hostile
from hostile_texts import PAYLOADS

from groundswell.explorer_findings import Explorer
from reports.explorer.data import explorer_json
from reports.explorer.page import render_explorer

MADE = explorer(400)
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser, where there is one."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the explorer is checked as text only")
    with open_browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages lie."""
    return tmp_path_factory.mktemp("explorers")


@pytest.fixture
def page(browser: Browser, folder: Path) -> Callable[..., Page]:
    """Opens an explorer at an address of it."""

    def opened(made: Explorer = MADE, view: str = "", width: int = 1280) -> Page:
        text = render_explorer(explorer_json(made), 1)
        path = folder / f"{sha256(text.encode()).hexdigest()[:8]}.html"
        path.write_text(text, encoding="utf-8")
        return Page(browser, path, view, width)

    return opened


class Page:
    """An explorer that is open."""

    def __init__(self, browser: Browser, path: Path, view: str, width: int) -> None:
        self.browser = browser
        self.said = browser.load(_Viewed(path, view), width)

    def see(self, expression: str) -> Any:
        """What an expression is, once what happened before it is shown."""
        return self.browser.value(f"{TWO_FRAMES}.then(() => {expression})")

    def type(self, field: str, words: str) -> None:
        """Put words into a field."""
        self.see(
            f"((el) => {{ el.value = {json.dumps(words)}; el.dispatchEvent(new Event('input')) }})"
            f"(document.getElementById('{field}'))"
        )

    def choose(self, label: str, option: str) -> None:
        """Choose an option of the list with that label."""
        self.see(
            f"((el) => {{ el.value = [...el.options].find(o => o.text === {json.dumps(option)}).value;"
            "el.dispatchEvent(new Event('change')) })"
            f"([...document.querySelectorAll('label')].find(l => l.textContent === {json.dumps(label)}).control)"
        )

    @property
    def shown(self) -> list[str]:
        """The comments on the page."""
        texts: list[str] = self.see("[...document.querySelectorAll('#list blockquote')].map(q => q.textContent)")
        return texts

    @property
    def status(self) -> str:
        """What the page says of them."""
        said: str = self.see("document.getElementById('status').textContent")
        return said


class _Viewed:
    """A path with what stands behind the #."""

    def __init__(self, path: Path, view: str) -> None:
        self.path, self.view = path, view

    def as_uri(self) -> str:
        return self.path.as_uri() + self.view


def counted(keep: Callable[[int], bool]) -> str:
    """How many comments are to be kept, and of how many people, as the page says it."""
    kept = [i for i in range(len(MADE.comments.text)) if keep(i)]
    people = len({MADE.comments.who[i] for i in kept})
    return f"{len(kept):,} of 400 comments by {people:,} authors."


def value_of(facet: str, comment: int) -> str | None:
    """What a comment has under the facet."""
    found = next(one for one in MADE.comments.facets if one.name == facet)
    return None if found.of[comment] < 0 else found.values[found.of[comment]]


def clauses_of(comment: int) -> list[tuple[int, int, int, int, int, int]]:
    """Its clauses: start, end, theme, sub-theme, mood, tone."""
    first, c = sum(MADE.comments.clauses[:comment]), MADE.clauses
    columns = (c.start, c.end, c.theme, c.sub_theme, c.mood, c.tone)
    return [tuple(column[i] for column in columns) for i in range(first, first + MADE.comments.clauses[comment])]  # type: ignore[misc]


def test_it_opens_with_all_comments(page: Callable[..., Page]) -> None:
    """Nothing is said to the console; the newest hundred comments are there, and a button adds the next."""
    opened = page()
    assert opened.said == []
    assert opened.status == f"All 400 comments by {MADE.people} authors."
    assert opened.shown == list(MADE.comments.text[:100])
    opened.see("document.getElementById('more').click()")
    assert opened.shown == list(MADE.comments.text[:200])
    assert opened.see("document.activeElement === document.querySelectorAll('#list > li')[100]")
    assert opened.see("document.getElementById('more').textContent") == "Show 100 more of 200"


def test_search_finds_all_words_without_accents(page: Callable[..., Page]) -> None:
    """Words in any order and without their accents; words in quotation marks as they stand; a number finds its record;
    what was found is marked, after an emoji too."""
    opened, texts = page(), MADE.comments.text
    opened.type("q", "NAIVE cafe")
    assert opened.status == counted(lambda i: "naïve" in texts[i])
    assert set(opened.see("[...document.querySelectorAll('mark.hit')].map(m => m.textContent)")) == {"naïve", "café"}
    opened.type("q", "once happened")
    assert opened.status == counted(lambda i: "it happened once more" in texts[i])
    assert set(opened.see("[...document.querySelectorAll('mark.hit')].map(m => m.textContent)")) == {"once", "happened"}
    opened.type("q", "“once happened”")
    assert opened.status.startswith("No comment fits")
    opened.type("q", "#8807")
    assert opened.shown == [texts[7]]


def test_filters_keep_what_they_say(page: Callable[..., Page]) -> None:
    """Source, segment, score, time and tone each keep those comments alone; together those that have all of it."""
    opened = page()
    opened.choose("Version", "4.10.0")
    assert opened.status == counted(lambda i: value_of("segment:version", i) == "4.10.0")
    opened.choose("Score", "NPS 3")
    assert opened.status == counted(
        lambda i: value_of("segment:version", i) == "4.10.0" and value_of("score", i) == "NPS 3"
    )
    opened.see("document.getElementById('reset').click()")
    opened.choose("From", "2026-W45")
    opened.choose("To", "2026-W45")
    assert opened.status == counted(lambda i: MADE.weeks[value_of("day", i) or ""] == "2026-W45")
    opened.see("document.getElementById('reset').click()")
    opened.choose("Theme", "in no theme")
    assert opened.status == counted(lambda i: all(theme < 0 for _, _, theme, *_ in clauses_of(i)))
    assert opened.see("location.hash") == "#theme=none"
    opened.see("document.getElementById('reset').click()")
    opened.see("document.querySelectorAll('#moods input')[2].click()")
    assert opened.status == counted(lambda i: any(mood == 1 for *_, mood, _ in clauses_of(i)))
    assert opened.see("[...document.querySelectorAll('#chosen button')].map(b => b.textContent)") == [
        "Take back Praise ×"
    ]
    opened.see("document.querySelector('#chosen button').click()")
    assert opened.status.startswith("All 400 ")


def test_the_counts_of_the_themes_are_those_of_the_digest(page: Callable[..., Page]) -> None:
    """Without a filter every theme has the people that the findings count; with one, those that are left."""
    opened = page()
    opened.see("document.getElementById('all-themes').click()")
    rows = (
        "[...document.querySelectorAll('table.themes tbody tr')]"
        ".map(r => [r.querySelector('button').textContent, +r.cells[1].textContent])"
    )
    assert dict(opened.see(rows)) == {t.label: t.authors for t in MADE.themes if t.parent is None and t.authors}
    opened.choose("Source", "survey")
    people: dict[str, set[int]] = {}
    for i, who in enumerate(MADE.comments.who):
        for _, _, theme, *_ in clauses_of(i) if value_of("source", i) == "survey" else []:
            if theme >= 0:
                people.setdefault(MADE.themes[theme].label, set()).add(who)
    assert dict(opened.see(rows)) == {label: len(found) for label, found in people.items()}


def test_a_theme_opens_by_key_and_shows_its_clauses(page: Callable[..., Page]) -> None:
    """Enter on a theme shows its figures and its comments with its clauses marked, and takes the focus there; the way
    back leads to where it was."""
    opened = page()
    label = opened.see(
        "(() => { const b = document.querySelector('button.theme'); b.focus(); return b.textContent })()"
    )
    opened.browser.press("Enter", 13, "\r")
    place = next(i for i, theme in enumerate(MADE.themes) if theme.label == label)
    assert opened.see("document.activeElement.id + document.activeElement.textContent") == f"theme-title{label}"
    assert opened.status == counted(lambda i: any(clause[2] == place for clause in clauses_of(i)))
    marks = opened.see(
        "[...document.querySelectorAll('#list > li')].map(l => [...l.querySelectorAll('mark')].map(m => m.textContent))"
    )
    kept = [i for i in range(400) if any(clause[2] == place for clause in clauses_of(i))][:100]
    assert marks == [[MADE.comments.text[i][c[0] : c[1]] for c in clauses_of(i) if c[2] == place] for i in kept]
    opened.see("history.back()")
    assert opened.see("new Promise(done => setTimeout(() => done(document.getElementById('theme').hidden), 100))")
    assert opened.status.startswith("All 400 ")


def test_an_address_shows_the_same_view(page: Callable[..., Page]) -> None:
    """What is chosen stands in the address; opened by somebody else it shows the same, and what it names in vain is
    left out."""
    opened = page()
    opened.type("q", "the")
    opened.choose("Country", "DE")
    opened.choose("Order", "Unhappiest first")
    opened.see("document.querySelector('button.theme').click()")
    opened.see("document.querySelector('#theme .parts button')?.click()")
    address, shown, status = opened.see("location.hash"), opened.shown, opened.status
    again = page(view=address)
    assert (again.see("location.hash"), again.shown, again.status) == (address, shown, status)
    assert again.see("document.getElementById('q').value") == "the"
    again.see("document.querySelector('.skip').click()")
    assert again.see("document.activeElement.id") == "comments-title"
    assert again.see("location.hash") == address
    lost = page(view="#theme=t999&q=%3Cb%3E&source=gone&sort=x&tone=1")
    assert lost.said == [] and lost.status.startswith("No comment fits")


def test_hostile_comments_stay_text(page: Callable[..., Page]) -> None:
    """Searched, opened and listed, comments full of markup make no element, load nothing and say nothing."""
    names = "[...new Set([...document.querySelectorAll('main *')].map(e => e.localName))].sort().join(' ')"
    made = replace(hostile(PAYLOADS[:200]), weeks=MADE.weeks)
    opened, usual = page(made), set(page().see(names).split())
    opened.browser.events.clear()
    opened = page(made)
    for _ in range(2):
        opened.see("document.getElementById('more').click()")
    assert set(opened.see(names).split()) <= usual
    opened.see("document.querySelector('button.theme').click()")
    opened.type("q", "<script>")
    assert opened.see("document.scripts.length") == 3
    assert opened.said == [] and opened.shown
    sent = [e for e in opened.browser.events if e.get("method") == "Network.requestWillBeSent"]
    assert len(sent) == 1
    assert not [e for e in opened.browser.events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]


@pytest.mark.parametrize("width", [1280, 390])
def test_it_can_be_used_without_eyes_or_on_a_phone(page: Callable[..., Page], width: int) -> None:
    """axe-core finds nothing serious with a theme open and a filter set, and nothing sticks out sideways."""
    if AXE is None:
        pytest.skip("axe-core is not installed: `make test` installs it")
    opened = page(view="#theme=t000&tone=pain&q=the", width=width)
    assert opened.browser.violations() == []
    assert opened.see("document.documentElement.scrollWidth") <= width
    assert opened.see("document.getElementById('filters').open") == (width > 992)


def test_undated_comments_have_no_time_to_choose(page: Callable[..., Page]) -> None:
    """Without dates the lists of days are not there, and the order is that of the source."""
    opened = page(explorer(30, dated=False))
    assert opened.said == []
    assert opened.see("document.getElementById('time-from')") is None
    assert opened.see("document.getElementById('sort').options[0].text") == "As they came"


def test_a_button_has_its_name_again_however_often_it_is_pressed(page: Callable[..., Page]) -> None:
    """Copy says what came of it for a while; pressed again in that time it is called Copy after it all the same."""
    opened = page(explorer(3))
    opened.see("(window.later = [], window.setTimeout = call => later.push(call), 0)")
    for _ in range(2):
        opened.see("document.querySelector('.copy').click()")
        opened.see("new Promise(done => requestAnimationFrame(done))")
    name = "document.querySelector('.copy').firstChild.data"
    assert opened.see(name) != "Copy" and opened.see("later.length") == 2
    assert opened.see(f"(later.forEach(call => call()), {name})") == "Copy"


def test_people_who_are_counted_with_comments_are_named_so(page: Callable[..., Page]) -> None:
    """Where some authors are not known, one of them is one author or comment; signs of several letters are found by
    these."""
    made = replace(explorer(1), counted="authors or comments")
    made = replace(made, comments=replace(made.comments, text=("Ask for the ACME™ card: ℡ 5",)))
    opened = page(replace(made, clauses=replace(made.clauses, start=(0, 1), end=(1, 2))))
    opened.type("q", "acmetm tel")
    assert opened.status == "All 1 comment by 1 author or comment."
