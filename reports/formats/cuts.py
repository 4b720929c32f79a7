"""What of a page a message shows: the first of everything, with a line on what only the page holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.formats.inert import inert_strings
from reports.page.parts import Page, Section, Table
from reports.wording.figures import clip, count

__all__ = ["FEW", "SOME", "Room", "cut_frame", "cut_section", "folds", "unfolded"]


@dataclass(frozen=True, slots=True)
class Room:
    """How many of each thing a section of a message may hold."""

    entries: int
    quotes: int
    tables: int
    rows: int
    lines: int
    pictures: int


SOME = Room(entries=6, quotes=10, tables=3, rows=8, lines=12, pictures=3)
FEW = Room(entries=2, quotes=2, tables=1, rows=3, lines=3, pictures=0)
FRAME_LINES, FRAME_ROWS, FRAME_CHARACTERS = 8, 12, 400


def cut_section(section: Section, room: Room) -> Section:
    """The section's first entries, quotes, rows and charts; its last line says what else stands on the page."""
    whole = unfolded(section)
    tables = tuple(_cut_table(table, room.rows) for table in whole.tables[: room.tables])
    lines = (*section.notes[room.lines :], *section.after[room.lines :])
    left = [
        _left(section.entries, room.entries, "entry", "entries"),
        _left(section.quotes, room.quotes, "comment"),
        _left(whole.tables, room.tables, "table"),
        _left(section.pictures, room.pictures, "chart"),
        _left(lines, 0, "line"),
        *folds(section),
    ]
    told = [words for words in left if words]
    more = (f"On the page besides: {'; '.join(told)}.",) if told else ()
    return replace(
        section,
        notes=section.notes[: room.lines],
        first=tuple(_cut_table(table, room.rows) for table in whole.first),
        entries=section.entries[: room.entries],
        quotes=section.quotes[: room.quotes],
        pictures=section.pictures[: room.pictures],
        tables=tables,
        after=(*section.after[: room.lines], *more),
    )


def unfolded(section: Section) -> Section:
    """The section without the tables that a page shows to who asks for them: no message can be asked."""
    first, tables = (tuple(table for table in held if not table.fold) for held in (section.first, section.tables))
    return replace(section, first=first, tables=tables)


def folds(section: Section) -> list[str]:
    """What stands for those tables."""
    return [table.fold.rstrip(".") for table in (*section.first, *section.tables) if table.fold]


def _left(things: tuple[object, ...], most: int, one: str, many: str | None = None) -> str:
    rest = len(things) - most
    return count(rest, f"more {one}", f"more {many or one + 's'}") if rest > 0 else ""


def _cut_table(table: Table, most: int) -> Table:
    rest = len(table.rows) - most
    if rest <= 0:
        return table
    return replace(
        table,
        caption=f"{table.caption} (the first {most}; {rest:,} more on the page)",
        rows=table.rows[:most],
        dots=table.dots[:most],
        sparks=table.sparks[:most],
        marks=table.marks[:most],
    )


def cut_frame(page: Page, characters: int = FRAME_CHARACTERS) -> Page:
    """The page without its sections, its frame short enough that neither a hundred sources nor long names do harm."""
    frame = replace(
        page,
        sections=(),
        more=page.more[:FRAME_LINES],
        notices=page.notices[:FRAME_LINES],
        tiles=page.tiles[:FRAME_ROWS],
        not_read=page.not_read[:FRAME_LINES],
        missing=page.missing[:FRAME_LINES],
        methods=(),
        tone=(),
        accounting=page.accounting[:FRAME_LINES],
        sources=_cut_table(page.sources, FRAME_ROWS),
        # Its end, the settings of every model, is for who repeats the analysis; the page has it.
        provenance=" · ".join(page.provenance.split(" · ")[:3]),
    )
    return inert_strings(frame, write=lambda text: clip(text, characters))
