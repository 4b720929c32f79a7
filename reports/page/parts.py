"""What a digest's pages show, as plain strings: one Page, from which the HTML and the Markdown are both made.

So no page knows a figure that another lacks. Strings are plain text; each renderer escapes them for its format.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.charts.drawing import Picture
from reports.charts.spark import Spark
from reports.wording.figures import noun, shown

__all__ = ["Entry", "Fact", "Mark", "Page", "Quote", "Section", "Table", "Tile", "counted_of", "sentence"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A change in words and a sign; the tone only colours what the words already say."""

    symbol: str
    text: str
    tone: str  # bad | good | flat | new


@dataclass(frozen=True, slots=True)
class Fact:
    """A named figure, with its interval or unit as the note."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A customer's words and where to find them again."""

    text: str
    byline: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """One score at the top of the page."""

    name: str
    value: str
    interval: str
    change: Mark | None
    basis: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ranked theme."""

    rank: str
    label: str
    parent: str = ""
    marks: tuple[Mark, ...] = ()
    facts: tuple[Fact, ...] = ()
    spark: Spark | None = None
    quotes: tuple[Quote, ...] = ()
    small: str = ""
    brief: bool = False  # told in less room
    link: str = ""  # to all its comments, beside the page


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column heads its row. A dot, 0-1, is drawn beside the number of its cell."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    dots: tuple[tuple[float, ...], ...] = ()
    sparks: tuple[Spark | None, ...] = ()
    texts: tuple[int, ...] = ()  # columns that hold words, not figures
    marks: tuple[Mark | None, ...] = ()  # the last column but for the weeks
    mark_head: str = ""
    fold: str = ""  # the line that stands for it until a reader asks for it; "": it is shown at once


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page: what it holds, or the reason why it cannot be had."""

    id: str
    title: str
    lead: str = ""
    notes: tuple[str, ...] = ()  # further lines under the lead
    first: tuple[Table, ...] = ()  # tables above the entries
    entries: tuple[Entry, ...] = ()
    quotes: tuple[Quote, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    after: tuple[str, ...] = ()  # lines below everything else
    reason: str = ""
    size: str = ""  # how much is in it, for the list of contents
    fold: str = ""  # the one line that is told where nothing in it is news; the rest is shown to who asks for it
    form: str = "ranked"  # how its entries are set: "ranked", or "compact" with the words beside the name


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page but for its sections."""

    audience: str
    reader: str
    title: str
    heading: str
    period: str
    period_note: str
    intro: str
    coverage: str
    notices: tuple[Fact, ...]
    news: str
    more: tuple[str, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    not_read: tuple[Fact, ...]
    all_read: str  # what to say when not_read is empty
    sources: Table
    accounting: tuple[str, ...]
    tone: tuple[str, ...]  # how the tone was read
    missing: tuple[Fact, ...]
    methods: tuple[str, ...]
    provenance: str
    explorer: str = ""  # what the link to explorer.html beside the page says; "": there is none

    @property
    def told(self) -> tuple[Section, ...]:
        """The sections with something new, in the reader's order."""
        return tuple(entry for entry in self.sections if not entry.fold)

    @property
    def folded(self) -> tuple[Section, ...]:
        """The sections that are one line each."""
        return tuple(entry for entry in self.sections if entry.fold)

    def section(self, name: str) -> Section | None:
        """The section of that id, or None where this digest has nothing to say in it."""
        return next((entry for entry in self.sections if entry.id == name), None)


def sentence(text: str) -> str:
    """The text on one line, with a capital and a full stop."""
    line = shown(text)
    line = line[:1].upper() + line[1:]
    return line if not line or line[-1] in ".!?…" else f"{line}."


def counted_of(n: int, of: int, counted: str) -> str:
    """ "38 of 412 authors"; without the whole where it is not known."""
    return f"{n:,} of {of:,} {counted}" if of >= n > 0 else f"{n:,} {noun(counted, n)}"
