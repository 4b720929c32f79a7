"""A Page as Markdown: readable as plain text, and safe where a code host renders it.

Every string is escaped: customer text can neither make markup nor a link nor call a person by @name.
"""

from __future__ import annotations

import re

from reports.formats.phrases import mark_words
from reports.page.parts import Entry, Fact, Page, Quote, Section, Table, Tile

__all__ = ["escape", "write_markdown"]

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#])")
ENTITY = re.compile(r"&(?=#?\w+;)")
LINK = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data|vbscript|xmpp):")
WWW = re.compile(r"(?i)\b(www)\.")
# At its beginning a text could make a list or a rule.
BLOCK = re.compile(r"^(\d{0,9})([-+=.)])(?=[\s+=-]|$)")
# A word joiner is invisible, and ends both an @mention and an e-mail address.
MENTION = re.compile(r"@(?=\w)")


def escape(text: str) -> str:
    """The text so that Markdown shows it as it is: no markup, no link, no mention."""
    text = BLOCK.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", text))
    text = ENTITY.sub(r"\\&", text)
    text = LINK.sub(r"\1\\:", text)
    text = WWW.sub(r"\1\\.", text)
    return MENTION.sub("@\N{WORD JOINER}", text)


def write_markdown(page: Page) -> str:
    """The whole page as Markdown text."""
    blocks = [f"# {escape(page.title)}"]
    if page.news:
        blocks.append(f"**{escape(page.news)}**")
    blocks.extend(escape(line) for line in page.more)
    blocks.extend(f"**{notice.name}:** {escape(notice.value)}" for notice in page.notices)
    note = f" {page.period_note}" if page.period_note else ""
    blocks.append(escape(f"{page.coverage}.{note}"))
    blocks.append(escape(f"For deciding: {page.intro}"))
    if page.tiles:
        blocks.append("\n".join(_tile(tile) for tile in page.tiles))
    for section in page.sections:
        blocks.extend(_section(section))
    blocks.extend(_footer(page))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _tile(tile: Tile) -> str:
    change = mark_words(tile.change) if tile.change else ""
    details = "; ".join(part for part in (change, tile.interval, tile.basis) if part)
    return f"- **{escape(tile.name)} {escape(' '.join(filter(None, (tile.value, tile.unit))))}**: {escape(details)}"


def _section(section: Section) -> list[str]:
    if section.fold:
        return [f"## {escape(section.title)}", escape(section.fold)]
    blocks = [f"## {escape(section.title)}", escape(section.lead), escape(section.reason)]
    blocks.append("\n".join(f"- {escape(note)}" for note in section.notes))
    blocks.extend(_table(table) for table in section.first)
    for entry in section.entries:
        blocks.extend(_entry(entry))
    blocks.extend(_quote(quote) for quote in section.quotes)
    for picture in section.pictures:
        blocks.append(escape(picture.alt))
    blocks.extend(_table(table) for table in section.tables)
    blocks.append("\n".join(f"- {escape(line)}" for line in section.after))
    return blocks


def _entry(entry: Entry) -> list[str]:
    number = f"{entry.rank}\\. " if entry.rank else ""
    parent = f" (in {escape(entry.parent)})" if entry.parent else ""
    blocks = [f"### {number}{escape(entry.label)}{parent}"]
    lines = [escape(mark_words(mark)) for mark in entry.marks]
    lines.extend(_fact(fact) for fact in entry.facts)
    if entry.spark:
        lines.append(f"{entry.spark.bars} {escape(entry.spark.caption)}")
    if lines:
        blocks.append("\n".join(f"- {line}" for line in lines))
    blocks.extend(_quote(quote) for quote in entry.quotes)
    return [*blocks, escape(entry.small)]


def _fact(fact: Fact) -> str:
    note = f" {escape(fact.note)}" if fact.note else ""
    return f"{escape(fact.name)}: **{escape(fact.value)}**{note}"


def _quote(quote: Quote) -> str:
    lines = [f"“{escape(quote.text)}”", f"{escape(quote.byline)}", *(escape(note) for note in quote.notes)]
    return "\n>\n".join(f"> {line}" for line in lines)


def _table(table: Table) -> str:
    head = [*table.head, *([table.mark_head] if table.marks else []), *(["By week"] if table.sparks else [])]
    lines = [
        _cells([escape(cell) for cell in head]),
        _cells(
            ["---" if place == 0 or place in (*table.texts, len(table.head)) else "---:" for place in range(len(head))]
        ),
    ]
    for place, row in enumerate(table.rows):
        cells = [escape(cell) for cell in row]
        if table.marks:
            mark = table.marks[place]
            cells.append(escape(mark_words(mark)) if mark else "")
        if table.sparks:
            line = table.sparks[place]
            cells.append(line.bars if line else "not known")
        lines.append(_cells(cells))
    return f"{escape(table.caption)}\n\n" + "\n".join(lines)


def _cells(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _footer(page: Page) -> list[str]:
    blocks = ["---", "## What could not be read"]
    blocks.append("\n".join(f"- {escape(f.name)}: {escape(f.value)}" for f in page.not_read) or escape(page.all_read))
    blocks.append("## Where the figures come from")
    blocks.append("\n".join(f"- {escape(line)}" for line in page.accounting))
    if page.sources.rows:
        blocks.append(_table(page.sources))
    if page.tone:
        blocks.append("## How the tone was read")
        blocks.append("\n".join(f"- {escape(line)}" for line in page.tone))
    blocks.append("## How to read the figures")
    blocks.append("\n".join(f"- {escape(line)}" for line in page.methods))
    if page.missing:
        blocks.append("## What this digest cannot say")
        blocks.append("\n".join(f"- {escape(f.name)}: {escape(f.value)}" for f in page.missing))
    return [*blocks, escape(page.provenance)]
