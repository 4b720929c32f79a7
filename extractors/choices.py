"""What the user asked for (Overrides), what was found out (Detected), and the reason for each choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from extractors.mapping import SINGLE_FIELDS, ColumnMapping
from extractors.vocabulary import SEGMENT_NAMES, words_of
from groundswell.errors import ConfigError
from groundswell.records import Kind, Metric

__all__ = ["Choice", "Detected", "Overrides", "Wanted", "wanted"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision: what fills a field, and why. Without columns the field stays empty."""

    field: str
    columns: tuple[str, ...]
    why: str

    def __str__(self) -> str:
        return f"{self.field} = {' + '.join(self.columns) or 'none'}: {self.why}"


@dataclass(frozen=True, slots=True)
class Detected:
    """What a file holds: its kind, its columns, and a printable reason for each."""

    kind: Kind
    mapping: ColumnMapping
    choices: tuple[Choice, ...]

    def lines(self) -> list[str]:
        """One line for each choice."""
        return [str(choice) for choice in self.choices]


@dataclass(frozen=True, slots=True)
class Overrides:
    """Options of the command line; None leaves the decision to detection.

    `columns` is --column FIELD=COL; an empty COL says that nothing shall fill the field.
    """

    kind: Kind | None = None
    text: tuple[str, ...] = ()
    id: str | None = None
    date: str | None = None
    day_first: bool | None = None
    score: str | None = None
    scale: tuple[float, float] | None = None
    metric: Metric | None = None
    higher_is_better: bool | None = None
    author: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    timezone: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The overrides' columns under the file's own names. A field in `columns` is decided: "" means none."""

    text: tuple[str, ...]
    names: tuple[str, ...]
    columns: Mapping[str, str]

    def all(self) -> frozenset[str]:
        """Every column that was asked for."""
        return frozenset((*self.text, *self.names, *self.columns.values())) - {""}


def wanted(overrides: Overrides, columns: Sequence[str], file: str) -> Wanted:
    """The columns that the user named, each found in the file; raises ConfigError for one that is not there."""
    text, names = list(overrides.text), list[str]()
    single: dict[str, str] = {}
    for name in ("id", "date", "score", "author"):
        if (column := getattr(overrides, name)) is not None:
            single[name] = column
    for name, column in overrides.columns.items():
        if name == "text":
            text.append(column)
        elif name == "names":
            names.extend(part.strip() for part in column.split(",") if part.strip())
        elif name in SINGLE_FIELDS or name == "score" or name in SEGMENT_NAMES or name.startswith("segment:"):
            single[name] = column
        else:
            known = ("text", "names", "score", *SINGLE_FIELDS, *SEGMENT_NAMES, "segment:NAME")
            raise ConfigError(
                f"--column {name}={column}: no field {name!r}{_nearest(name, known)}; known are {', '.join(known)}"
            )
    found = {name: _in_file(column, columns, file) if column else "" for name, column in single.items()}
    texts = tuple(dict.fromkeys(_in_file(column, columns, file) for column in text if column))
    return Wanted(texts, tuple(_in_file(column, columns, file) for column in names), found)


def _in_file(asked: str, columns: Sequence[str], file: str) -> str:
    """The column of that name, whatever its case; raises ConfigError with the nearest names."""
    if asked in columns:
        return asked
    alike = [column for column in columns if words_of(column) == words_of(asked)]
    if len(alike) == 1:
        return alike[0]
    raise ConfigError(f"{file}: no column {asked!r}{_nearest(asked, columns)}; its columns are {', '.join(columns)}")


def _nearest(asked: str, names: Sequence[str]) -> str:
    by_words = {words_of(name): name for name in names}
    close = get_close_matches(words_of(asked), by_words, n=3, cutoff=0.5)
    return f", did you mean {' or '.join(repr(by_words[name]) for name in close)}?" if close else ""
