"""Parts of a page on one line each, for formats that know no more than lines of text."""

from __future__ import annotations

from reports.digest import Digest
from reports.page.parts import Mark, Section, Table, Tile

__all__ = ["cell_words", "file_of", "fold_words", "mark_words", "tile_words"]


def file_of(digest: Digest) -> str:
    """Where its page lies below the folder of all digests."""
    return f"{digest.audience}/{digest.period.slug}/digest.html"


def mark_words(mark: Mark) -> str:
    """The sign and the words of a mark."""
    return f"{mark.symbol} {mark.text}".strip()


def tile_words(tile: Tile) -> str:
    """ "NPS 31: ▼ -6.1 (-10.2 to -2.0) against the week before; 95 %: 26-36; 391 answers"."""
    change = mark_words(tile.change) if tile.change else ""
    details = "; ".join(part for part in (change, tile.interval, tile.basis) if part)
    return f"{' '.join(filter(None, (tile.name, tile.value, tile.unit)))}: {details}"


def fold_words(section: Section) -> str:
    """A section without news on one line: "Is it news? Nothing is unusual."; other titles end in a colon."""
    return f"{section.title}{'' if section.title.endswith('?') else ':'} {section.fold}"


def cell_words(table: Table, place: int) -> list[str]:
    """One row's figures, each with the head of its column; without what heads the row."""
    row = table.rows[place]
    # Of a list of names and words the caption says what the words are.
    alone = len(row) == 2 and 1 in table.texts
    words = list(row[1:]) if alone else [f"{head}: {cell}" for head, cell in zip(table.head[1:], row[1:], strict=True)]
    if table.marks and (mark := table.marks[place]) is not None:
        words.append(f"{table.mark_head}: {mark_words(mark)}")
    if table.sparks and (line := table.sparks[place]) is not None:
        words.append(f"By week: {line.bars}")
    return words
