"""What a sample says about each column: how full, how long, how various; whether it holds numbers or dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from extractors.base import RawRecord
from extractors.cleaning import is_missing
from extractors.dates import share_of_dates
from extractors.scores import count_numbers
from extractors.tables import Table
from extractors.vocabulary import means

__all__ = ["ColumnProfile", "profile_columns", "sample_of"]

SAMPLE = 5000
LOOKED_AT = 40_000
DATED_VALUES = 200
CLIP = 2000  # characters of a cell that a profile looks at


@dataclass
class ColumnProfile:
    """One column of the sample; `values` are its cells that hold something, in order."""

    name: str
    values: list[str]
    rows: int
    _shapes: dict[str, float] = field(default_factory=dict)

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return len(self.values)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value occurs."""
        return Counter(self.values)

    @property
    def distinct_share(self) -> float:
        """Distinct values as a share of the filled cells."""
        return len(self.counts) / max(1, self.filled)

    @cached_property
    def mean_words(self) -> float:
        """Mean number of words; without blanks (Chinese, Japanese) two letters count as one."""
        return sum(_words(value) for value in self.values) / max(1, self.filled)

    @cached_property
    def numbers(self) -> Counter[float]:
        """How often each number occurs."""
        return count_numbers(self.values)

    @property
    def number_share(self) -> float:
        """Numbers as a share of the filled cells."""
        return sum(self.numbers.values()) / max(1, self.filled)

    @cached_property
    def date_share(self) -> float:
        """Dates as a share of the filled cells; bare numbers count only under a name that says date."""
        step = max(1, self.filled // DATED_VALUES)
        return share_of_dates(self.values[::step], numbers=means(self.name, "date"))

    @property
    def is_date(self) -> bool:
        """Whether the column holds dates."""
        return self.filled > 0 and self.date_share >= 0.8 and not means(self.name, "version_like")

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.filled > 0 and self.number_share >= 0.9

    @cached_property
    def is_code(self) -> bool:
        """Whether the column holds ids, e-mail addresses or links: one word each, most with a digit or a mark."""
        if self.filled == 0 or self.mean_words > 1.2:
            return False
        coded = sum(any(c.isdigit() or c in "@/:#" for c in value) for value in self.values)
        return coded >= 0.8 * self.filled

    @property
    def digit_share(self) -> float:
        """Values with a digit as a share of the filled cells."""
        return sum(any(map(str.isdigit, value)) for value in self.values) / max(1, self.filled)

    @property
    def is_unique(self) -> bool:
        """Whether no value of the sample occurs twice and nearly none is missing."""
        return self.filled >= 0.98 * self.rows > 0 and len(self.counts) == self.filled


def sample_of(table: Table) -> list[RawRecord]:
    """Up to 5,000 sound records spread evenly over the first 40,000."""
    kept: list[RawRecord] = []
    step = 1
    sound = (record for record in table.records() if not record.broken and not record.is_blank())
    for position, record in enumerate(islice(sound, LOOKED_AT)):
        if position % step:
            continue
        kept.append(_clipped(record))
        if len(kept) > SAMPLE:
            kept, step = kept[::2], step * 2
    return kept


def profile_columns(columns: Iterable[str], sample: list[RawRecord]) -> dict[str, ColumnProfile]:
    """A profile for each column."""
    return {name: ColumnProfile(name, list(_filled(sample, name)), len(sample)) for name in columns}


def _filled(sample: list[RawRecord], name: str) -> Iterator[str]:
    for record in sample:
        value = record.fields.get(name, "").strip()
        if not is_missing(value):
            yield value


def _clipped(record: RawRecord) -> RawRecord:
    if max(map(len, record.fields.values()), default=0) <= CLIP:
        return record
    return RawRecord(record.row, {name: value[:CLIP] for name, value in record.fields.items()})


def _words(value: str) -> float:
    words = len(value.split())
    if value.isascii():
        return words
    wide = sum("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in value)
    return max(words, wide / 2)
