"""Scores of one group of people (a version, a channel) beside the rest of its source (docs/methods.md, D5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.findings.compare.confounds import Rest, Rests, notes_alike
from analysis.findings.compare.group_counts import compared_fields, compared_values
from analysis.findings.compare.telling import Difference, choose, words
from analysis.scope.scope import Scope
from analysis.scope.scores import one_score_each, people, scale_of, score_points, unit_of
from analysis.statistics.bounded import Scale, bounded_means, square_and_add
from analysis.statistics.clusters import Answers, answers_by_group, answers_of, author_codes
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES
from groundswell.findings import Interval, SegmentScore
from groundswell.frames import SEGMENT

__all__ = ["ScoreComparisons", "compare_scores"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Block:
    """All comparisons of one field in one score of one source; arrays have one entry for each value."""

    source: str
    metric: str
    field: str
    rows: pd.DataFrame  # with a score and the field
    points: Floats  # of each row
    values: tuple[str, ...]
    scale: Scale
    mine: Answers
    others: Answers

    def ends(self, chance: float) -> list[tuple[Floats, Floats, Floats]]:
        """The means with the ends of their intervals, which may miss that often: of the values, and of the others."""
        found = []
        for side in (self.mine, self.others):
            free = np.maximum(1.0, side.effective - 1)
            longer = stats.t.isf(chance / 2, free) / stats.t.isf(0.025, free)
            value, low, high = bounded_means(side, self.scale)
            low, high = value - longer * (value - low), value + longer * (high - value)
            found.append((value, np.maximum(self.scale.low, low), np.minimum(self.scale.high, high)))
        return found

    def difference(self, chance: float) -> tuple[Floats, Floats, Floats]:
        """Mean of the value minus mean of the others, with the ends that both intervals give (MOVER)."""
        mine, others = self.ends(chance)
        return square_and_add(mine, others)

    @property
    def p_values(self) -> Floats:
        """How far the end of the interval that looks towards 0 stays away from it, as Student's t; NaN: hidden."""
        value, low, high = self.difference(0.05)
        shown = np.full(len(self.values), True)
        for side in (self.mine, self.others):
            shown &= (side.n >= FEW_RESPONSES) & (side.authors >= FEW_AUTHORS)
        free = np.maximum(1.0, np.minimum(self.mine.effective, self.others.effective) - 1)
        reach = np.where(value >= 0, value - low, high - value)
        with np.errstate(invalid="ignore", divide="ignore"):
            p = 2 * stats.t.sf(np.abs(value) / reach * stats.t.ppf(0.975, free), free)
        return np.where(shown & (reach > 0), p, np.nan)


@dataclass(frozen=True)
class ScoreComparisons:
    """Every value of every mapped field against the others of its source, score by score."""

    blocks: tuple[_Block, ...]

    @property
    def p_values(self) -> Floats:
        """One for each comparison, NaN where one side is too small to be shown."""
        return np.concatenate([np.empty(0), *(block.p_values for block in self.blocks)])

    def told(self, holds: Flags, chance: float, rests: Rests) -> list[SegmentScore]:
        """The comparisons that hold (`holds` is in the order of the p-values), as `choose` picks them.

        `chance` is how often an interval may miss.
        """
        found: list[Difference] = []
        start = 0
        for number, block in enumerate(self.blocks):
            held = holds[start : start + len(block.values)]
            start += len(block.values)
            (_, low, high), p = block.difference(chance), block.p_values
            found += [
                Difference(float(p[i]), block.source, block.field, block.values[i], block.metric, number, (int(i),))
                for i in np.flatnonzero(held & ((low > 0) | (high < 0)))
            ]
        chosen = choose(found, rests.members)
        return [_finding(self.blocks[one.block], one, notes, rests[one.source], chance) for one, notes in chosen]


def compare_scores(scope: Scope) -> ScoreComparisons:
    """Compares the values of each mapped field but questions, single agents, and text or ids.

    A value needs 20 answers of 5 people, and so do the others; whoever answered on two values counts for each, and
    among the others of neither. All answers of one person are one cluster.
    """
    blocks = []
    scored = one_score_each(scope.feedback)
    for (source, metric), rows in scored.groupby(["source", "metric"], sort=True):
        points, scale = score_points(rows), scale_of(str(metric), rows)
        codes, _ = author_codes(people(rows))
        for field in compared_fields(rows)[0]:
            known = rows[SEGMENT + field].notna().to_numpy()
            values, places = compared_values(rows.loc[known, SEGMENT + field], codes[known])
            if values:
                own = points.to_numpy()[known]
                mine, others = _sides(scale.unit(own), places, codes[known], len(values))
                where = (str(source), str(metric), field)
                blocks.append(_Block(*where, rows[known], own, values, scale, mine, others))
    return ScoreComparisons(tuple(blocks))


def _sides(unit: Floats, places: Codes, codes: Codes, count: int) -> tuple[Answers, Answers]:
    """The answers of each value, and of those who gave none in it."""
    places = np.where(places < 0, count, places)
    mine = answers_by_group(unit, places, codes, count + 1)
    return _first(mine, count), _elsewhere(unit, places, codes, count)


def _first(answers: Answers, count: int) -> Answers:
    """The groups but the last one."""
    return Answers(*(getattr(answers, name)[:count] for name in Answers.__dataclass_fields__))


def _elsewhere(unit: Floats, places: Codes, codes: Codes, count: int) -> Answers:
    """For each group the answers of those who gave none in it.

    They are everything less all answers of the people of the group. How alike the answers of one person are is taken
    from the whole source.
    """
    everybody = answers_of(unit, codes)
    given, total, squares = (
        np.bincount(codes, weights=weights).astype(np.float64) for weights in (np.ones(len(unit)), unit, unit**2)
    )
    pairs = np.unique(codes * (count + 1) + places)
    person, group = pairs // (count + 1), pairs % (count + 1)

    def without(amount: Floats) -> Floats:
        """The sum over all people but those of each group."""
        rest: Floats = amount.sum() - np.bincount(group, weights=amount[person], minlength=count + 1)[:count]
        return rest

    n, alike = without(given), float(everybody.correlation[0])
    spread = given * (1 + (given - 1) * alike)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = without(total) / n
        variance = np.maximum(0.0, without(squares) - n * mean**2) / np.maximum(n - 1, 1)
        effective = n**2 / without(spread)
        lopsided = without(spread**1.5) / without(spread) ** 1.5 * np.sqrt(effective)
        peaked = without(spread**2) / without(spread) ** 2
    authors = without(np.ones(len(given)))
    return Answers(n, mean, variance, np.full(count, alike), effective, authors, lopsided, peaked)


def _finding(block: _Block, told: Difference, notes: tuple[str, ...], rest: Rest, chance: float) -> SegmentScore:
    place = told.place[0]
    score, other, difference = (
        Interval(*(float(end[place]) for end in ends)) for ends in (*block.ends(chance), block.difference(chance))
    )
    return SegmentScore(
        metric=block.metric,
        source=block.source,
        segment=block.field,
        value=told.value,
        n=int(block.mine.n[place]),
        score=score,
        elsewhere=other.value,
        difference=difference,
        p_value=told.p_value,
        significant=True,
        notes=(*notes, *_notes(block, told, difference.value, rest)),
    )


def _notes(block: _Block, told: Difference, difference: float, rest: Rest) -> list[str]:
    """What a reader should know of a score that differs."""
    at, unit = rest.rows.index.get_indexer(block.rows.index), unit_of(block.metric, block.rows)
    mine, called = (block.rows[SEGMENT + block.field] == told.value).to_numpy(), f"{words(block.field)} {told.value}"
    unit = "points" if unit.startswith("of") else unit
    return list(notes_alike(rest, at, mine, block.points, difference, rest.others(block.field), called, unit))
