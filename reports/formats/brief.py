"""A digest in at most 2,000 characters of plain text, for chats and pagers that show no more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reports.digest import Digest
from reports.formats.inert import checked_link, inert, inert_header
from reports.formats.notices import Notice, NoticeItem, quoted_item
from reports.formats.phrases import mark_words, tile_words
from reports.formats.quoting import check_quotes, with_quotes
from reports.page.parts import Entry, Page, Quote
from reports.page.quotes import BRIEF_LIMIT
from reports.page.sections import build_page
from reports.wording.figures import clip

__all__ = ["LIMIT", "Brief", "plain_chat", "render_brief", "render_brief_notice"]

LIMIT, TITLE_LIMIT = 2000, 150
MOST_ENTRIES, MOST_SECTIONS = 3, 4
# "<@U1>", "<!channel>", "<b>": what chats read as markup begins so; "<0.1 %" does not.
TAG = re.compile(r"<(?=[^\s\d])")
MARKUP = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼", "|": "¦"})


@dataclass(frozen=True, slots=True)
class Brief:
    """A short message; the body is at most 2,000 characters of plain text without markup."""

    title: str
    body: str


def plain_chat(text: str) -> str:
    """The text on one line so that no chat makes markup, a link or a call of it."""
    return TAG.sub("‹", inert(text)).replace("](", "] (").translate(MARKUP)


def render_brief(digest: Digest, quotes: str, link: str | None) -> Brief:
    """The news, the scores and the first themes of a digest; ValueError for an unknown `quotes` or a bad `link`."""
    page = build_page(with_quotes(digest, quotes))
    head = [page.news, *page.more, *(f"{notice.name}: {notice.value}" for notice in page.notices)]
    lines = [*head, *(tile_words(tile) for tile in page.tiles), *_sections(page)]
    return Brief(_title(f"{page.reader} · {page.period}"), _body(lines, checked_link(link)))


def render_brief_notice(notice: Notice, quotes: str, link: str | None) -> Brief:
    """A notice in the same form; ValueError as `render_brief` raises it."""
    check_quotes(quotes)
    items = [line for item in notice.items for line in _item(quoted_item(item, quotes))]
    return Brief(_title(notice.title), _body([notice.lead, *items, *notice.after], checked_link(link)))


def _title(text: str) -> str:
    return clip(plain_chat(inert_header(text)), TITLE_LIMIT)


def _item(item: NoticeItem) -> list[str]:
    words = [f"“{item.quote}”"] if item.quote else []
    return [f"• {item.text}", *(f"  {part}" for part in (*item.lines, *words, item.reference) if part)]


def _sections(page: Page) -> Iterable[str]:
    told = [section for section in page.told if section.entries or section.quotes or section.reason]
    for section in told[:MOST_SECTIONS]:
        yield ""
        yield f"{section.title}: {section.reason}" if section.reason else section.title
        lines = [*map(_entry, section.entries), *(f"• {_quote(quote)}" for quote in section.quotes)]
        yield from lines[:MOST_ENTRIES]
        if len(lines) > MOST_ENTRIES:
            yield f"  {len(lines) - MOST_ENTRIES:,} more"


def _entry(entry: Entry) -> str:
    known = [mark_words(mark) for mark in entry.marks[:1]]
    known += [" ".join(filter(None, (fact.name, fact.value, fact.note))) for fact in entry.facts[:2]]
    # Of a theme without figures its words are what there is to tell.
    known = known or [clip(entry.small, BRIEF_LIMIT), *(_quote(quote) for quote in entry.quotes[:1])]
    return f"• {' · '.join(filter(None, (f'{entry.rank} {entry.label}'.strip(), *known)))}"


def _quote(quote: Quote) -> str:
    return f"“{clip(quote.text, BRIEF_LIMIT)}” {quote.byline}" if quote.text else quote.byline


def _body(lines: Iterable[str], link: str | None) -> str:
    """The lines as far as there is room; the last says what is left out and where it stands."""
    tail = f"\n\nThe whole page: {link}" if link else ""
    room, cut = LIMIT - len(tail), "\n… more on the page"
    body = ""
    for line in lines:
        written = plain_chat(line) if not line.startswith("  ") else f"  {plain_chat(line)}"
        more = f"{body}\n{written}" if body else written
        if len(more) > room - len(cut):
            # A first line that is too long alone is cut, not left out.
            body = f"{body or clip(written, room - len(cut))}{cut}"
            break
        body = more
    return f"{body.rstrip()}{tail}"
