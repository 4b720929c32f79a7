"""Broken lines and repeated lines, as every real export has some."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from extractors.demo.export import Exported

__all__ = ["Damage", "Defects", "damage"]


@dataclass(frozen=True, slots=True)
class Defects:
    """Where the columns of one file lie and how many lines to break in which way."""

    date: int
    score: int
    text: int
    out_of_range: tuple[str, ...]
    bad_scores: int
    bad_dates: int
    blank: int
    ragged: int
    repeated: int


@dataclass(slots=True)
class Damage:
    """Broken lines by kind, and the ids of the records that they were; `repeated` lines are whole but there twice."""

    broken: Counter[str]
    ids: list[str]
    repeated: int


def damage(exported: Exported, plan: Defects, rng: Random) -> Damage:
    """Breaks and repeats lines in place; returns what it did.

    Records of incidents, the loud customer and planted personal data stay whole, so that their promised numbers hold.
    """
    kept = {row.record_id for row in exported.truth if row.incident or row.marks}
    kept |= {item.record_id for item in exported.personal}
    free = [at for at, row in enumerate(exported.rows) if row[0] not in kept and len(row[plan.text]) > 25]
    rng.shuffle(free)
    done = Damage(Counter(), [], plan.repeated)
    for column, value, kind in _wrong_cells(plan):
        row = exported.rows[free.pop()]
        row[column] = value
        done.broken[kind] += 1
        done.ids.append(row[0])
    for number in range(plan.ragged):
        row = exported.rows[free.pop()]
        _tear(row, plan.text, in_the_middle=number % 2 == 0)
        done.broken["surplus cells"] += 1
        done.ids.append(row[0])
    _repeat(exported, [free.pop() for _ in range(plan.repeated)], rng)
    for number in range(plan.blank):
        row = [f"0000{number}" if number % 2 else "", *[""] * (len(exported.header) - 1)]
        exported.rows.insert(rng.randrange(len(exported.rows)), row)
        done.broken["everything missing"] += 1
    return done


def _wrong_cells(plan: Defects) -> list[tuple[int, str, str]]:
    """Column, what to write there, and what that is called."""
    return [
        *[(plan.score, "abc", "score 'abc'")] * plan.bad_scores,
        *[(plan.score, value, "score out of range") for value in plan.out_of_range],
        *[(plan.date, "yesterday", "date 'yesterday'")] * plan.bad_dates,
    ]


def _tear(row: list[str], text: int, *, in_the_middle: bool) -> None:
    """An unquoted separator in the text cuts it in two and moves the rest; or notes hang behind the last column."""
    if in_the_middle:
        words = row[text].split(" ")
        row[text : text + 1] = [" ".join(words[:3]), " ".join(words[3:])]
    else:
        row += ["", "checked by hand"]


def _repeat(exported: Exported, chosen: list[int], rng: Random) -> None:
    """The same lines again, some places further down, as overlapping exports bring them."""
    for at in sorted(chosen, reverse=True):
        exported.rows.insert(min(len(exported.rows), at + rng.randint(1, 400)), list(exported.rows[at]))
