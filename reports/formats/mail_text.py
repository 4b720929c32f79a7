"""A Page as the text part of a mail: the whole page in lines of 76 characters, for readers who see no HTML."""

from __future__ import annotations

from textwrap import wrap

from reports.formats.cuts import folds, unfolded
from reports.formats.phrases import cell_words, fold_words, mark_words, tile_words
from reports.page.parts import Entry, Fact, Page, Quote, Section, Table

__all__ = ["bulleted", "filled", "write_text"]

WIDTH = 76


def write_text(page: Page, where: str) -> str:
    """The page as text; `where` says where the whole page is found. The strings stand as they are: make them inert."""
    blocks = [[f"{page.reader} digest · {page.period}"], [page.heading.upper()]]
    blocks += [filled(page.news), *(filled(line) for line in page.more)]
    blocks += [filled(f"{notice.name}: {notice.value}") for notice in page.notices]
    blocks += [filled(f"{page.coverage}. {page.period_note}".strip()), filled(where)]
    blocks.append([line for tile in page.tiles for line in bulleted(tile_words(tile))])
    for section in page.told:
        blocks += _section(section)
    if page.folded:
        lines = [line for section in page.folded for line in bulleted(fold_words(section))]
        blocks += [_titled("Nothing new"), lines]
    blocks += _footer(page)
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def filled(text: str, indent: str = "") -> list[str]:
    """The text in lines of at most 76 characters; a longer word stands alone on its line."""
    return wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def bulleted(text: str, indent: str = "") -> list[str]:
    """The text as one item of a list, its further lines below its first word."""
    lines = filled(text, f"{indent}  ")
    return [f"{indent}- {lines[0].strip()}", *lines[1:]] if lines else []


def _titled(title: str) -> list[str]:
    return ["", title.upper(), "-" * min(WIDTH, len(title))]


def _section(section: Section) -> list[list[str]]:
    whole, more = unfolded(section), folds(section)
    blocks = [_titled(whole.title), filled(whole.lead), filled(whole.reason)]
    blocks.append([line for note in whole.notes for line in bulleted(note)])
    blocks += [_table(table) for table in whole.first]
    blocks += [_entry(entry) for entry in whole.entries]
    blocks += [_quote_lines(quote) for quote in whole.quotes]
    blocks += [filled(picture.alt) for picture in whole.pictures]
    blocks += [_table(table) for table in whole.tables]
    besides = [f"On the page besides: {'; '.join(more)}."] if more else []
    blocks.append([line for note in (*whole.after, *besides) for line in bulleted(note)])
    return blocks


def _entry(entry: Entry) -> list[str]:
    number = f"{entry.rank}. " if entry.rank else ""
    parent = f" (in {entry.parent})" if entry.parent else ""
    lines = filled(f"{number}{entry.label}{parent}")
    for mark in entry.marks:
        lines += filled(mark_words(mark), "   ")
    for fact in entry.facts:
        lines += filled(_fact(fact), "   ")
    if entry.spark:
        lines += filled(f"{entry.spark.bars} {entry.spark.caption}", "   ")
    for quote in entry.quotes:
        lines += _quote_lines(quote, "   ")
    return lines + filled(entry.small, "   ")


def _fact(fact: Fact) -> str:
    return " ".join(filter(None, (f"{fact.name}:", fact.value, fact.note)))


def _quote_lines(quote: Quote, indent: str = "") -> list[str]:
    """A customer's words behind ">", then where they are found; only that where the words are left out."""
    said = filled(f"“{quote.text}”", f"{indent}> ") if quote.text else []
    found = [f"– {quote.byline}", *quote.notes] if said else [quote.byline, *quote.notes]
    return [*said, *(line for note in found for line in filled(note, f"{indent}> "))]


def _table(table: Table) -> list[str]:
    lines = filled(f"{table.caption}:")
    for place, row in enumerate(table.rows):
        lines += bulleted(f"{row[0]}: {'; '.join(cell_words(table, place))}")
    return lines


def _footer(page: Page) -> list[list[str]]:
    not_read = [f"{fact.name}: {fact.value}" for fact in page.not_read] or [page.all_read]
    parts = (
        ("What could not be read", not_read),
        ("Where the figures come from", page.accounting),
        ("How the tone was read", page.tone),
        ("How to read the figures", page.methods),
        ("What this digest cannot say", [f"{fact.name}: {fact.value}" for fact in page.missing]),
    )
    blocks = list[list[str]]()
    for title, lines in parts:
        if lines:
            blocks += [_titled(title), [line for entry in lines for line in bulleted(entry)]]
    if page.sources.rows:
        blocks.append(_table(page.sources))
    return [*blocks, filled(page.provenance)]
