"""What was planted, for those who check the digests; the pipeline never reads it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractors.demo.personal import PersonalItem

__all__ = ["DemoTruth", "Incident", "TruthRow", "describe", "write_truth"]


@dataclass(frozen=True, slots=True)
class Incident:
    """One planted incident and the ids of the records that tell of it, by source."""

    name: str
    kind: str  # sudden | slow | one version
    theme: str
    start_week: str
    look_for: str
    record_ids: Mapping[str, tuple[str, ...]]
    usual: float  # records a week before it started (one version: share of the reviews of other versions)
    last: float  # in the last week (one version: share of the reviews of that version)

    @property
    def records(self) -> int:
        """How many records tell of it."""
        return sum(len(ids) for ids in self.record_ids.values())


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One text (or one answer without text) and what it is about.

    `record_id` is the id in its file; `column` tells the two questions of one survey answer apart. `marks` are words
    such as mismatch, loud, template, contentless, empty, escalation.
    """

    source: str  # survey | review | ticket
    record_id: str
    column: str
    week: str
    themes: tuple[str, ...]
    incident: str
    language: str
    author: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """All that was planted. `rows` counts the data lines of each file, `broken` the broken lines by what is wrong, and
    `broken_ids` the records that they were."""

    company: str
    seed: int
    first_day: date
    last_day: date
    rows: Mapping[str, int]
    incidents: tuple[Incident, ...]
    records: tuple[TruthRow, ...]
    personal: tuple[PersonalItem, ...]
    duplicates: Mapping[str, int]
    broken: Mapping[str, int]
    broken_ids: tuple[str, ...]
    loud_author: str
    loud_theme: str

    @property
    def weeks(self) -> int:
        """The number of whole weeks."""
        return ((self.last_day - self.first_day).days + 1) // 7

    @property
    def languages(self) -> Mapping[str, int]:
        """Texts with content by language."""
        return Counter(row.language for row in self.records if row.themes)

    @property
    def personal_counts(self) -> Mapping[str, int]:
        """Planted personal items by kind."""
        return Counter(item.kind for item in self.personal)

    @property
    def marks(self) -> Mapping[str, int]:
        """Texts by mark."""
        return Counter(mark for row in self.records for mark in row.marks)

    def weekly(self, theme: str) -> dict[str, int]:
        """Records of a theme in each week, oldest first; weeks without one are 0."""
        counts = {row.week: 0 for row in sorted(self.records, key=lambda row: row.week)}
        for row in self.records:
            counts[row.week] += theme in row.themes
        return counts


def describe(truth: DemoTruth) -> list[str]:
    """The lines to be printed beside what the digests found."""
    total = sum(truth.rows.values())
    lines = [
        f"{truth.company} (invented): {total:,} rows, {truth.first_day} to {truth.last_day} ({truth.weeks} weeks), "
        + ", ".join(f"{name} {n:,}" for name, n in truth.rows.items())
    ]
    for item in truth.incidents:
        lines.append(
            f"planted, {item.kind}: {item.name}, from {item.start_week}, {item.records} records, "
            f"{_rate(item)}. Look for {item.look_for}."
        )
    marks = truth.marks
    lines.append(
        f"planted, one loud customer: {marks['loud']} tickets about {truth.loud_theme.replace('_', ' ')} by one person "
        "in the last ten days. Look for no alert: one customer counts as one."
    )
    lines.append(
        "planted, mess: "
        + ", ".join(f"{n} {what}" for what, n in truth.broken.items())
        + f"; {sum(truth.duplicates.values())} repeated rows; {marks['empty']} without text; "
        + f"{marks['contentless']} that name nothing; {marks['mismatch']} whose score contradicts the words"
    )
    names = {
        "email": "e-mail addresses",
        "phone": "telephone numbers",
        "iban": "IBANs",
        "card": "card numbers",
        "customer_name": "customers' names",
        "agent_name": "agents' names",
        "agent_first_name": "agents' first names",
    }
    lines.append(
        "planted, personal data: "
        + ", ".join(f"{n} {names[kind]}" for kind, n in sorted(truth.personal_counts.items()))
        + ". Look for none of it in the store or the digests."
    )
    lines.append("languages: " + ", ".join(f"{code} {n:,}" for code, n in sorted(truth.languages.items())))
    return lines


def write_truth(truth: DemoTruth, path: Path) -> None:
    """Writes one CSV line for each text: source, record id, column, week, themes, incident, language, marks."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("source", "record_id", "column", "week", "themes", "incident", "language", "author", "marks"))
        for row in truth.records:
            writer.writerow(
                (
                    row.source,
                    row.record_id,
                    row.column,
                    row.week,
                    "|".join(row.themes),
                    row.incident,
                    row.language,
                    row.author,
                    "|".join(row.marks),
                )
            )


def _rate(item: Incident) -> str:
    if item.kind == "one version":
        return f"{item.last:.0%} of the reviews of that version, {item.usual:.1%} of the others"
    return f"{item.usual:.1f} a week before, {item.last:.0f} in the last week"
