"""A digest, or a notice, as Slack messages of blocks: a digest is one message, and says what else its page holds.

A notice that does not fit one is split. Our own words carry the markup. Customers' words stand in plain text; in
labels, which stand beside markup, its signs are exchanged for look-alikes. Nothing is left that calls anybody or can
be pressed, but the link to the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reports.digest import Digest
from reports.formats.cuts import Room, cut_frame, cut_section
from reports.formats.inert import JOINER, checked_link, inert
from reports.formats.notices import Notice, quoted_item
from reports.formats.phrases import cell_words, file_of, fold_words, mark_words
from reports.formats.quoting import check_quotes, with_quotes
from reports.page.parts import Entry, Page, Quote, Section, Table, Tile
from reports.page.sections import build_page
from reports.wording.figures import clip

__all__ = ["MOST_BLOCKS", "MOST_CHARACTERS", "escape", "render_slack", "render_slack_notice"]

# https://docs.slack.dev/reference/block-kit/blocks: what Slack refuses, it refuses with the whole message.
MOST_BLOCKS, MOST_CHARACTERS, MOST_HEADER, MOST_FIELDS = 50, 3000, 150, 10
ROOM = Room(entries=3, quotes=3, tables=1, rows=5, lines=3, pictures=1)
SPARE = 4  # blocks kept for what is left out, and for what is not new
LINE, NAME = 1400, 500  # characters of a line, and of a name in it, once escaped: one "&" takes five
LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # where Slack begins and ends italics
EMOJI = re.compile(r":(?=[\w+'-]+:)")

Block = dict[str, Any]


def escape(text: str) -> str:
    """The text for a place that holds markup: shown as it is, calls nobody, links nowhere."""
    line = EDGE.sub("ˍ", inert(text).translate(LOOKALIKES))
    return _entities(EMOJI.sub(f":{JOINER}", line))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    return _entities(inert(text))


def _fitted(text: str, room: int, write: Callable[[str], str]) -> str:
    """The text as `write` writes it, cut until that takes no more than `room` characters."""
    limit = room
    while len(written := write(clip(text, limit))) > room:
        limit = min(limit - 1, limit * room // len(written))
    return written


def _line(text: str, room: int = LINE) -> str:
    """A line for a place that holds markup."""
    return _fitted(text, room, escape)


def render_slack(digest: Digest, quotes: str, link: str | None) -> tuple[Block, ...]:
    """The payloads of a digest, to be posted in their order; `text` is what a notification shows.

    `quotes` and `link` as for a mail; ValueError where they are none.
    """
    page = build_page(with_quotes(digest, quotes))
    way = _way(checked_link(link), file_of(digest))
    blocks, left = _frame(cut_frame(page), way), list[str]()
    for section in page.told:
        group = _section(cut_section(section, ROOM))
        if len(blocks) + len(group) + SPARE > MOST_BLOCKS:
            left.append(f"{section.title} ({section.size})" if section.size else section.title)
        else:
            blocks += group
    same = [_line(fold_words(section)) for section in page.folded]
    rest = [*_texts(same), *([_small(f"On the page besides: {' · '.join(left)}.")] if left else [])]
    return _messages([[*blocks, *rest]], f"{page.reader} {digest.period.slug}", page.news or page.heading)


def render_slack_notice(notice: Notice, quotes: str, link: str | None) -> tuple[Block, ...]:
    """The payloads of a notice; ValueError as `render_slack` raises it."""
    check_quotes(quotes)
    link = checked_link(link)
    groups = [[_header(notice.title), *_texts([_line(notice.lead)])]]
    for item in (quoted_item(item, quotes) for item in notice.items):
        quote = Quote(item.quote or "", item.reference)
        lines = [f"*{_line(item.text)}*", *(_line(line) for line in item.lines)]
        groups.append([*_texts(lines), *_quote(quote)])
    groups.append([*_texts([_line(line) for line in notice.after]), *(_texts([_way(link, "")]))])
    return _messages(groups, notice.title, notice.lead)


def _way(link: str | None, file: str) -> str:
    """How a reader gets to the page: a web address to press, a file's address to read, or the file's name."""
    if link is None:
        return f"The whole page: {escape(file)}" if file else ""
    if link.lower().startswith("file:"):
        return f"The whole page: {escape(link)}"
    return f"<{_entities(link)}|Open the whole page>"


def _messages(groups: Iterable[Sequence[Block]], title: str, news: str) -> tuple[Block, ...]:
    """The groups packed into messages of at most 50 blocks; a group is split only where it fills one alone."""
    packed: list[list[Block]] = [[]]
    for group in groups:
        if len(packed[-1]) + len(group) > MOST_BLOCKS and packed[-1]:
            packed.append([])
        for block in group:
            if len(packed[-1]) == MOST_BLOCKS:
                packed.append([])
            packed[-1].append(block)
    texts = [f"{title}: {news}", *(f"{title}, part {place}" for place in range(2, len(packed) + 1))]
    return tuple(
        {"text": _line(text), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
        for text, blocks in zip(texts, packed, strict=True)
    )


def _header(text: str) -> Block:
    short = _fitted(text, MOST_HEADER, _plain)
    return {"type": "header", "text": {"type": "plain_text", "text": short or "–", "emoji": False}}


def _texts(lines: Iterable[str]) -> list[Block]:
    """Lines of markup as sections of at most 3,000 characters each."""
    held: list[list[str]] = [[]]
    for line in lines:
        if sum(len(entry) + 1 for entry in held[-1]) + len(line) > MOST_CHARACTERS:
            held.append([])
        held[-1].append(line)
    texts = ["\n".join(entry) for entry in held if any(entry)]
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts]


def _small(text: str) -> Block:
    """A line in small grey letters, as plain text."""
    line = _fitted(text, LINE, _plain)
    return {"type": "context", "elements": [{"type": "plain_text", "text": line or "–", "emoji": False}]}


def _frame(page: Page, way: str) -> list[Block]:
    lines = [f"*{_line(page.news)}*"] if page.news else []
    lines += [_line(line) for line in page.more]
    lines += [f"*{_line(notice.name, NAME)}:* {_line(notice.value)}" for notice in page.notices]
    note = f"{page.coverage}. {page.period_note}".strip()
    return [
        _header(f"{page.reader} digest · {page.period}"),
        *_texts([*lines, way]),
        _small(note),
        *_tiles(page.tiles),
    ]


def _tiles(tiles: Sequence[Tile]) -> list[Block]:
    fields = [{"type": "mrkdwn", "text": _tile(tile), "verbatim": True} for tile in tiles]
    parts = [fields[start : start + MOST_FIELDS] for start in range(0, len(fields), MOST_FIELDS)]
    return [{"type": "section", "fields": part} for part in parts]


def _tile(tile: Tile) -> str:
    value = " ".join(filter(None, (tile.value, tile.unit)))
    change = [mark_words(tile.change)] if tile.change else []
    lines = [*change, " · ".join(filter(None, (tile.interval, tile.basis)))]
    told = [_line(line, NAME) for line in lines if line]
    return "\n".join([f"{_line(tile.name, NAME // 2)} *{_line(value, NAME // 2)}*", *told])


def _section(section: Section) -> list[Block]:
    blocks: list[Block] = [{"type": "divider"}]
    title = f"*{_line(section.title, NAME)}*"
    # Where nothing else says it the notes do, and after them the words of a chart, which name every figure in it.
    bare = not section.entries and not section.quotes and not section.tables
    notes = section.notes if bare else ()
    blocks += _texts([title, *(_line(line) for line in (section.reason, *notes) if line)])
    for table in section.first:
        blocks += _table(table)
    for entry in section.entries:
        blocks += _entry(entry)
    for quote in section.quotes:
        blocks += _quote(quote)
    if bare and not notes:
        blocks += [_small(picture.alt) for picture in section.pictures]
    for table in section.tables:
        blocks += _table(table)
    return [*blocks, *_texts([_line(line) for line in section.after])]


def _entry(entry: Entry) -> list[Block]:
    name = f"{entry.rank}. {entry.label}" if entry.rank else entry.label
    parent = f" in {_line(entry.parent, NAME)}" if entry.parent else ""
    lines = [f"*{_line(name)}*{parent}", *(_line(mark_words(mark)) for mark in entry.marks)]
    for fact in entry.facts:
        note = f" {_line(fact.note, NAME)}" if fact.note else ""
        lines.append(f"{_line(fact.name, NAME)} *{_line(fact.value)}*{note}")
    if entry.spark:
        lines.append(f"{entry.spark.bars} {_line(entry.spark.caption, NAME)}")
    if entry.small and not entry.facts:
        lines.append(_line(entry.small))
    return [*_texts(lines), *(block for quote in entry.quotes[:1] for block in _quote(quote))]


def _quote(quote: Quote) -> list[Block]:
    """A customer's words and where they are found, or only that where the words are not told."""
    found = " · ".join(filter(None, (quote.byline, *quote.notes)))
    if not quote.text:
        return [_small(found)] if found else []
    words = _fitted(quote.text, LINE, lambda text: _plain(f"“{text}”"))
    said = f"{words}\n{_fitted(found, LINE, _plain)}".strip()
    return [{"type": "context", "elements": [{"type": "plain_text", "text": said, "emoji": False}]}]


def _table(table: Table) -> list[Block]:
    lines = [f"*{_line(table.caption)}*"]
    for place, row in enumerate(table.rows):
        words = _line("; ".join(cell_words(table, place)))
        lines.append(f"• *{_line(row[0], NAME)}*: {words}")
    return _texts(lines)
