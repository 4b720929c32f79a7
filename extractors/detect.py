"""A file's kind and columns without any configuration, each with the reason; what cannot be decided is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.choices import Choice, Detected, Overrides, Wanted, wanted
from extractors.dating import choose_times
from extractors.kinds import choose_kind
from extractors.mapping import ColumnMapping, zone_named
from extractors.money import read_amount, read_currency
from extractors.people import choose_author, choose_id, choose_names, choose_response_id
from extractors.profile import ColumnProfile, profile_columns, sample_of
from extractors.scoring import choose_score
from extractors.tables import Table, open_table
from extractors.texts import choose_questions
from extractors.vocabulary import SEGMENT_NAMES, means, segment_of, words_of
from groundswell.errors import SourceError
from groundswell.records import Kind

__all__ = ["Choice", "Detected", "Overrides", "detect"]

MAX_LABELS = 3000
MAX_LABEL_WORDS = 6
MOST_AMOUNTS = 0.95  # of the filled cells

Chooser = Callable[[], Choice | None]


def detect(path: Path, *, overrides: Overrides | None = None, now: datetime | None = None) -> Detected:
    """The file's kind, mapping and reasons, from up to 5,000 records of it and what the user decided.

    Raises SourceError for a file that cannot be read or decided on, ConfigError for an option that does not fit it.
    """
    overrides = overrides or Overrides()
    zone_named(overrides.timezone or "UTC")
    table = open_table(path, encoding=overrides.encoding, delimiter=overrides.delimiter, sheet=overrides.sheet)
    asked = wanted(overrides, table.columns, path.name)
    profiles = profile_columns(table.columns, sample_of(table))
    finder = _Finder(table, profiles, asked, overrides, now or datetime.now(UTC))
    return finder.detected()


class _Finder:
    """One detection at work: each step takes its columns away from the next."""

    def __init__(
        self,
        table: Table,
        profiles: Mapping[str, ColumnProfile],
        asked: Wanted,
        overrides: Overrides,
        now: datetime,
    ) -> None:
        self.table, self.profiles, self.asked, self.overrides, self.now = table, profiles, asked, overrides, now
        self.taken = set(asked.all())
        self.choices = [Choice("file", (table.path.name,), str(table))]

    def detected(self) -> Detected:
        """Everything, in the order in which it is printed."""
        kind, mapping = self._core()
        mapping = self._people(mapping)
        mapping = self._service(mapping, kind)
        mapping = replace(mapping, language=self._language(), segments=self._segments())
        self._refuse_nothing(mapping)
        unused = [column for column in self.table.columns if column not in mapping.used()]
        if unused:
            self.choices.append(Choice("not used", tuple(unused), "neither read nor stored"))
        return Detected(kind, mapping, tuple(self.choices))

    def _core(self) -> tuple[Kind, ColumnMapping]:
        """Text, score, kind and times."""
        file, asked, overrides = self.table.path.name, self.asked, self.overrides
        questions, text_choices = choose_questions(self.profiles, asked.text, frozenset(self.taken))
        self._take(*(column for question in questions for column in question.columns))
        score, score_choices = choose_score(
            file, self.profiles, asked.columns.get("score"), overrides, frozenset(self.taken)
        )
        self._take(*([score.column] if score else []))
        named = [column for column in self.profiles if self.profiles[column].filled]
        kind, kind_choice = choose_kind(file, named, overrides.kind, score.metric if score else None)
        times = choose_times(self.table, self.profiles, kind, asked, overrides, self.now)
        self._take(*times.columns.values())
        self.choices += [kind_choice, *text_choices, *score_choices, *times.choices]
        mapping = ColumnMapping(
            questions=questions,
            score=score,
            date_orders=times.orders,
            timezone=overrides.timezone or "UTC",
            encoding=overrides.encoding,
            delimiter=overrides.delimiter,
        )
        columns: dict[str, Any] = dict(times.columns)
        return kind, replace(mapping, **columns)

    def _people(self, mapping: ColumnMapping) -> ColumnMapping:
        """Ids, authors and the names to redact."""
        free = {name: profile for name, profile in self.profiles.items() if name not in self.taken}
        record_id = self._settle("id", lambda: choose_id(self.table, free))
        self._take(record_id)
        free = {name: profile for name, profile in free.items() if name not in self.taken}
        response_id = self._settle("response_id", lambda: choose_response_id(free))
        author = self._settle("author", lambda: choose_author(free))
        self._take(response_id, author)
        untaken = {n: p for n, p in self.profiles.items() if n not in self.taken or n == author}
        names = (*self.asked.names, *choose_names(untaken))
        if names:
            self.choices.append(Choice("names", names, "names of persons, marked out of the texts"))
        self._take(*names)
        return replace(mapping, id=record_id, response_id=response_id, author=author, names=names)

    def _service(self, mapping: ColumnMapping, kind: Kind) -> ColumnMapping:
        """Handling time and reopening, for tickets."""
        handled = self.asked.columns.get("handled")
        reopened = self.asked.columns.get("reopened")
        for name, profile in self.profiles.items():
            if kind is not Kind.TICKET or name in self.taken or profile.is_date:
                continue
            if handled is None and means(name, "handled") and not means(name, "not_handled"):
                handled = name
            elif reopened is None and means(name, "reopened"):
                reopened = name
        unit, unit_name = _unit_of(handled or "")
        if handled:
            self.choices.append(Choice("handled", (handled,), f"a handling time; bare numbers are {unit_name}"))
        if reopened:
            self.choices.append(Choice("reopened", (reopened,), "its name says so"))
        self._take(handled, reopened)
        found = replace(mapping, handled=handled or None, handled_unit=unit, reopened=reopened or None)
        return self._money(found, kind)

    def _money(self, mapping: ColumnMapping, kind: Kind) -> ColumnMapping:
        """What was paid to make up for a contact, and in which currency, for tickets."""
        free = {n: p for n, p in self.profiles.items() if kind is Kind.TICKET and n not in self.taken and p.filled}

        def amount() -> Choice | None:
            names = [n for n, p in free.items() if means(n, "compensation") and not means(n, "not_compensation")]
            fitting = [name for name in names if _are_amounts(free[name])]
            return Choice("compensation", (fitting[0],), "amounts; a blank one is nothing") if fitting else None

        def currency() -> Choice | None:
            names = [n for n, p in free.items() if means(n, "currency") and all(map(read_currency, p.counts))]
            return Choice("currency", (names[0],), "currencies; of the compensation") if names else None

        compensation = self._settle("compensation", amount)
        unit = self._settle("currency", currency) if compensation else None
        self._take(compensation, unit)
        return replace(mapping, compensation=compensation, currency=unit)

    def _language(self) -> str | None:
        def choose() -> Choice | None:
            for name, profile in self.profiles.items():
                if name not in self.taken and means(name, "language") and 0 < profile.mean_words < 3:
                    return Choice("language", (name,), "its name says so")
            return None

        language = self._settle("language", choose)
        self._take(language)
        return language

    def _segments(self) -> dict[str, str]:
        """Segment name -> column, the first that fits each."""
        asked = {
            name.removeprefix("segment:"): column
            for name, column in self.asked.columns.items()
            if name in SEGMENT_NAMES or name.startswith("segment:")
        }
        segments = {name: column for name, column in asked.items() if column}
        for name, profile in self.profiles.items():
            segment = segment_of(name)
            if segment and segment not in asked and segment not in segments and name not in self.taken:
                if _is_label(segment, profile):
                    segments[segment] = name
                    why = f"{len(profile.counts):,} values in the sample"
                    self.choices.append(Choice(segment, (name,), f"a segment, {why}"))
        self._take(*segments.values())
        return segments

    def _settle(self, name: str, choose: Chooser) -> str | None:
        """The user's column for a field, else the chosen one; the reason is noted."""
        if name in self.asked.columns:
            column = self.asked.columns[name]
            self.choices.append(Choice(name, (column,) if column else (), f"--column {name}"))
            return column or None
        choice = choose()
        if choice is None:
            return None
        self.choices.append(choice)
        return choice.columns[0] if choice.columns else None

    def _take(self, *columns: str | None) -> None:
        self.taken.update(column for column in columns if column)

    def _refuse_nothing(self, mapping: ColumnMapping) -> None:
        if not mapping.questions and not mapping.score and not mapping.responded and not mapping.resolved:
            raise SourceError(
                f"{self.table.path.name}: no column looks like text or a score; its columns are "
                f"{', '.join(self.table.columns)}. Name the text with --text COL"
            )


def _is_label(segment: str, profile: ColumnProfile) -> bool:
    """Whether the values are labels that repeat, and so can be compared with each other."""
    if not profile.filled or profile.is_date or profile.mean_words > MAX_LABEL_WORDS:
        return False
    if segment == "version":
        return len(profile.counts) <= MAX_LABELS
    if profile.is_number or len(profile.counts) > MAX_LABELS:
        return False
    return profile.filled < 50 or profile.distinct_share < 0.5


def _are_amounts(profile: ColumnProfile) -> bool:
    """Whether nearly all values are amounts of money."""
    return sum(n for value, n in profile.counts.items() if read_amount(value)) >= MOST_AMOUNTS * profile.filled


def _unit_of(name: str) -> tuple[float, str]:
    """(seconds, name) of the unit that the column's name states; seconds where it states none."""
    words = set(words_of(name).split())
    if words & {"min", "mins", "minute", "minutes", "minuten"}:
        return 60.0, "minutes"
    if words & {"hour", "hours", "hrs", "h", "stunden"}:
        return 3600.0, "hours"
    return 1.0, "seconds"
