"""Themes that one group of people (a version, a channel, a country) raises more often than the others (D5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.findings.compare.confounds import Rest, Rests, notes_alike, one_each
from analysis.findings.compare.group_counts import GroupCounts, coded, compared_fields, count_by_value
from analysis.findings.compare.telling import ABOUT, Difference, choose, words
from analysis.scope.scope import Scope
from analysis.statistics.intervals import FEW_AUTHORS
from analysis.statistics.two_groups import differences_of_shares, p_values_of_shares
from groundswell.findings import Interval, SegmentFinding
from groundswell.frames import SEGMENT

__all__ = ["SegmentComparisons", "compare_segments"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Block:
    """All comparisons of one field in one source."""

    source: str
    field: str
    counts: GroupCounts
    p_values: Floats  # (values, themes)

    def difference(self, chance: float) -> tuple[Floats, Floats, Floats]:
        """Shares of the values less those of the others, with the ends of their intervals."""
        counts = self.counts
        of = counts.hits, counts.n[:, None], counts.other_hits, counts.other_n[:, None]
        return differences_of_shares(*of, chance)


@dataclass(frozen=True)
class SegmentComparisons:
    """Every value of every mapped field against the others of its source, theme by theme."""

    scope: Scope
    blocks: tuple[_Block, ...]

    @property
    def by_field(self) -> list[Floats]:
        """The p-values of each field of a source; NaN where nobody or everybody raises the theme."""
        return [block.p_values.ravel() for block in self.blocks]

    def told(self, holds: Flags, chance: float, rests: Rests) -> list[SegmentFinding]:
        """The comparisons that hold and where the value raises the theme more often, as `choose` picks them.

        `holds` is in the order of the p-values, `chance` how often an interval may miss. What fewer than 5 people
        raise is left out only here: left out before the tests are judged, it would make the others look surer than
        they are.
        """
        found: list[Difference] = []
        start = 0
        for number, block in enumerate(self.blocks):
            held = holds[start : start + block.p_values.size].reshape(block.p_values.shape)
            start += block.p_values.size
            _, low, _ = block.difference(chance)
            places = np.argwhere(held & (low > 0) & (block.counts.hits >= FEW_AUTHORS))
            found += [_difference(block, number, int(v), int(t)) for v, t in places]
        chosen = choose(found, rests.members)
        return [_finding(self.scope, self.blocks[d.block], d, notes, rests[d.source], chance) for d, notes in chosen]


def compare_segments(scope: Scope) -> SegmentComparisons:
    """Compares the values of each mapped field but questions, single agents, and text or ids.

    Values with fewer than 20 people are left out; whoever wrote on two of them counts for each, and among the others
    of neither.
    """
    blocks = []
    wrote = scope.feedback[scope.feedback["text"] != ""]
    for source in sorted(wrote["source"].unique()):
        rows = wrote[wrote["source"] == source]
        people = coded(rows, scope.mentions[scope.mentions["source"] == source])
        for field in compared_fields(rows)[0]:
            if (counts := count_by_value(people, field)) is not None:
                p = p_values_of_shares(counts.hits, counts.n[:, None], counts.other_hits, counts.other_n[:, None])
                blocks.append(_Block(str(source), field, counts, p))
    return SegmentComparisons(scope, tuple(blocks))


def _difference(block: _Block, number: int, value: int, theme: int) -> Difference:
    names = block.counts.values[value], block.counts.themes[theme]
    p = float(block.p_values[value, theme])
    return Difference(p, block.source, block.field, *names, number, (value, theme), block.field in ABOUT)


def _finding(
    scope: Scope, block: _Block, told: Difference, notes: tuple[str, ...], rest: Rest, chance: float
) -> SegmentFinding:
    value, theme = told.place
    counts = block.counts
    n, other_n = int(counts.n[value]), int(counts.other_n[value])
    difference = Interval(*(float(end[value, theme]) for end in block.difference(chance)))
    raising = scope.mentions.loc[(scope.mentions["theme_id"] == told.of).to_numpy(), "feedback_id"]
    return SegmentFinding(
        segment=block.field,
        value=told.value,
        theme_id=told.of,
        label=scope.labels[told.of],
        authors=int(counts.hits[value, theme]),
        of=n,
        share=int(counts.hits[value, theme]) / n,
        share_elsewhere=int(counts.other_hits[value, theme]) / other_n,
        difference=difference,
        p_value=told.p_value,
        significant=True,
        notes=(*notes, *_notes(rest, raising, told, 100 * difference.value)),
    )


def _notes(rest: Rest, raising: pd.Series, told: Difference, difference: float) -> list[str]:
    """What a reader should know of a share that differs; `difference` is in percentage points."""
    name, called = words(told.field), f"{words(told.field)} {told.value}"
    if told.expected:
        return [f"A {name} says what a contact is about: that it raises its own themes is expected."]
    column = rest.rows[SEGMENT + told.field]
    at = np.flatnonzero(column.notna() & (rest.rows["text"] != ""))
    at, mine = one_each(rest, at, (column == told.value).to_numpy()[at])
    persons = rest.person[rest.rows["feedback_id"].isin(raising).to_numpy()]
    points = np.where(np.isin(rest.person[at], persons), 100.0, 0.0)
    return list(notes_alike(rest, at, mine, points, difference, rest.others(told.field), called, "percentage points"))
