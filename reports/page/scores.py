"""The section on what makes the scores: each theme's part, and why a score moved since the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from groundswell.findings import Interval, MovePart, ScoreDriver, ScoreMove, SegmentScore
from reports.charts.drawing import DotRow, Picture, dot_whisker
from reports.digest import Digest
from reports.page.parts import Section, Table, sentence
from reports.wording.figures import (
    clip,
    count,
    impact_decimals,
    is_known,
    metric_name,
    number,
    score_decimals,
    shown,
    signed,
    span,
)

__all__ = ["drivers", "segment_score_notes", "segment_scores"]

MOST_MOVES, MOST_DRIVERS, MOST_SCORES = 2, 6, 8
OF_A_SIGN = 2  # parts of a move that are told
REST = "Everything else"
BY_METHOD = {"regression": " by a regression"}  # what the settings may choose in place of even shares


def drivers(digest: Digest, name: str, title: str) -> Section | None:
    """Why the scores that surely moved did, and what each theme costs the largest, or wins it; None without either."""
    moves = [move for move in _largest(digest.score_moves) if _is_clear(move)][:MOST_MOVES]
    found = _most_answered(digest)
    picture = _chart(found) if found else None
    if not moves and picture is None:
        return None
    notes = [_move_words(move, digest) for move in moves]
    if digest.score_moves and not moves:
        notes.append(f"No score moved by more than chance explains since {digest.period.before}.")
    if picture:
        notes = [*_left(found), *notes]
    tables = tuple(_move_table(move) for move in moves)
    pictures = (picture,) if picture else ()
    return Section(name, title, _lead(found), notes=tuple(notes), tables=tables, pictures=pictures)


def _lead(found: list[ScoreDriver]) -> str:
    """What complaints cost altogether, and how that is shared out among their themes."""
    if not found:
        return ""
    one, decimals = found[0], impact_decimals(found[0].metric)
    name, pain = metric_name(one.metric), one.mood == "pain"
    shared = (
        f"Shared out{BY_METHOD.get(one.method, '')} among the themes that an answer "
        f"{'complains of' if pain else 'praises'}, so that the parts add up. An association: not what the score would "
        "be if a theme went away."
    )
    if one.score is None or one.reference is None:
        return shared
    gap = signed(one.score - one.reference, decimals)
    return (
        f"{clip(one.source, 60)}: {name} {number(one.score, decimals)} from {one.of:,} answers with a text; those that "
        f"{'complain of' if pain else 'praise'} nothing give {number(one.reference, decimals)}, so "
        f"{'complaints go' if pain else 'praise goes'} with {gap} points. {shared}"
    )


def _largest(moves: tuple[ScoreMove, ...]) -> list[ScoreMove]:
    return sorted(moves, key=lambda move: (-move.n, move.metric, move.source))


def _is_clear(move: ScoreMove) -> bool:
    """True where the interval of the change leaves out 0."""
    low, high = move.change_low, move.change_high
    return low is not None and high is not None and is_known(low) and is_known(high) and low * high > 0


def _move_words(move: ScoreMove, digest: Digest) -> str:
    decimals, name = impact_decimals(move.metric), metric_name(move.metric)
    ends = ""
    if move.change_low is not None and move.change_high is not None:
        ends = f" ({span(move.change_low, move.change_high, decimals, sign=True)})"
    return (
        f"{name} in {clip(move.source, 60)}, of those who wrote a text: {number(move.before, decimals)} in "
        f"{digest.period.before}, now {number(move.now, decimals)}: {signed(move.now - move.before, decimals)}{ends}; "
        f"{move.n_before:,} and {move.n:,} answers."
    )


def _move_table(move: ScoreMove) -> Table:
    """The two themes that took most, the two that gave most, those who complain of nothing, and all the rest."""
    # The last part is the rest already; one without a theme before it is those who complain of nothing.
    *named, last = move.parts
    ordered = sorted((part for part in named if part.theme_id is not None), key=lambda part: (_sum(part), part.label))
    down = [part for part in ordered[:OF_A_SIGN] if _sum(part) < 0]
    up = [part for part in ordered[::-1][:OF_A_SIGN] if _sum(part) > 0]
    told = sorted((*down, *up), key=lambda part: -abs(_sum(part)))
    told.extend(part for part in named if part.theme_id is None)
    rest = [part for part in (*named, last) if not any(part is other for other in told)]
    everything = replace(_together("Together", move.parts), low=move.change_low, high=move.change_high)
    sums = [last if rest == [last] else _together(REST, rest), everything]
    decimals = impact_decimals(move.metric)
    rows = tuple(
        (
            clip(part.label if part.theme_id else part.label[:1].upper() + part.label[1:], 80),
            *(signed(value, decimals) for value in (part.mix, part.rate)),
            _moved(part, decimals),
        )
        for part in (*told, *sums)
    )
    name = f"{metric_name(move.metric)} in {clip(move.source, 60)}"
    caption = f"How {name} moved, in points: by how many complain, and by how they score"
    return Table(caption, ("Theme", "By how many", "By their scores", "Together"), rows)


def _moved(part: MovePart, decimals: int) -> str:
    """Both together, with the interval where it is known."""
    if part.low is None or part.high is None or not (is_known(part.low) and is_known(part.high)):
        return signed(_sum(part), decimals)
    return _with_ends(Interval(_sum(part), part.low, part.high), decimals)


def _together(label: str, parts: Sequence[MovePart]) -> MovePart:
    return MovePart(None, label, sum(part.mix for part in parts), sum(part.rate for part in parts))


def _sum(part: MovePart) -> float:
    return part.mix + part.rate


def _most_answered(digest: Digest) -> list[ScoreDriver]:
    """The drivers of the score with most answers, the strongest first, all small ones last; none for fewer than two."""
    groups: dict[tuple[str, str, str], list[ScoreDriver]] = {}
    for driver in digest.score_drivers:
        if all(map(is_known, _ends(driver.share))):
            groups.setdefault((driver.metric, driver.source, driver.mood), []).append(driver)
    several = [key for key in groups if sum(driver.theme_id is not None for driver in groups[key]) > 1]
    if not several:
        return []
    chosen = min(several, key=lambda key: (-groups[key][0].of, key))
    return sorted(groups[chosen], key=lambda driver: (driver.theme_id is None, -abs(driver.share.value), driver.label))


def _ends(interval: Interval) -> tuple[float, float, float]:
    return interval.value, interval.low, interval.high


def _chart(found: list[ScoreDriver]) -> Picture | None:
    """The strongest themes; what is left is a line in words, for it is often longer than all of them."""
    one, told = found[0], [driver for driver in found if driver.theme_id is not None][:MOST_DRIVERS]
    decimals = impact_decimals(one.metric)
    rows = [DotRow(_label(d), *_ends(d.share), _with_ends(d.share, decimals)) for d in told]
    unit = "percentage points" if one.metric == "csat" else "points"
    caption = (
        f"{metric_name(one.metric)} points by theme, {shown(one.source)}, with 95 % intervals; in brackets the answers "
        f"that {'complain of' if one.mood == 'pain' else 'praise'} it"
    )
    return dot_whisker(rows, f"{metric_name(one.metric)} {unit}", caption)


def _left(found: list[ScoreDriver]) -> list[str]:
    """What the chart leaves out, so that everything adds up: further themes, and all that are small or unnamed."""
    decimals = impact_decimals(found[0].metric)
    more = [driver for driver in found if driver.theme_id is not None][MOST_DRIVERS:]
    parts = [
        f"{clip(d.label, 80)}, {count(d.n, 'answer')}, {_with_ends(d.share, decimals)}"
        for d in found
        if d.theme_id is None
    ]
    if more:
        together = signed(sum(d.share.value for d in more), decimals)
        parts.insert(0, f"{count(len(more), 'more theme')}, together {together}")
    return [f"Not in the chart: {'; '.join(parts)}."] if parts else []


def _label(driver: ScoreDriver) -> str:
    """The theme with how many answers raise it."""
    return f"{clip(driver.label, 28)} ({driver.n:,})"


def _with_ends(value: Interval, decimals: int) -> str:
    """ "-4.1 (-5.6 to -2.6)"."""
    return f"{signed(value.value, decimals)} ({span(value.low, value.high, decimals, sign=True)})"


def segment_scores(digest: Digest) -> tuple[Table, ...]:
    """The scores of groups that differ beyond chance, the surest first; none without any."""
    marked = [s for s in digest.segment_scores if s.significant]
    if not marked:
        return ()
    rest = f"; {len(marked) - MOST_SCORES:,} more are not listed" if len(marked) > MOST_SCORES else ""
    rows = tuple(_segment_row(s) for s in marked[:MOST_SCORES])
    return (Table(f"Groups that score otherwise{rest}", ("Group", "Score", "Elsewhere", "Difference"), rows),)


def segment_score_notes(digest: Digest) -> list[str]:
    """What else may be behind a difference of scores, with the group that it is about."""
    told = [s for s in digest.segment_scores if s.significant][:MOST_SCORES]
    return [sentence(f"{_group(s)}: {note}") for s in told for note in s.notes]


def _group(found: SegmentScore) -> str:
    return f"{shown(found.segment).replace('_', ' ')} {clip(found.value, 40)}, {clip(found.source, 40)}"


def _segment_row(found: SegmentScore) -> tuple[str, ...]:
    decimals, name = score_decimals(found.metric), metric_name(found.metric)
    ends = f"({span(found.score.low, found.score.high, decimals)}; {found.n:,} answers)"
    fine = impact_decimals(found.metric)
    return (
        _group(found),
        f"{name} {number(found.score.value, decimals)} {ends}",
        number(found.elsewhere, decimals),
        _with_ends(found.difference, fine),
    )
