"""The section on what makes the scores: each theme's part, and why a score moved since the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from groundswell.findings import Interval, MovePart, ScoreDriver, ScoreMove
from reports.charts.drawing import Picture
from reports.charts.waterfall import Step, waterfall
from reports.charts.whiskers import DotRow, dot_whisker
from reports.digest import Digest
from reports.page.parts import Section, Table
from reports.wording.figures import (
    clip,
    count,
    impact_decimals,
    is_known,
    listed,
    metric_name,
    number,
    quoted,
    shown,
    signed,
    span,
    with_ends,
)

__all__ = ["drivers", "move_news"]

MOST_MOVES, MOST_DRIVERS = 2, 6
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
    drawn = [_fall(move, digest) for move in moves]
    pictures = tuple(one for one in (*drawn, picture) if one)
    tables = tuple(_move_table(move) for move in moves)
    fold = "" if moves else _same(found, digest)
    return Section(name, title, _lead(found), notes=tuple(notes), tables=tables, pictures=pictures, fold=fold)


def _same(found: list[ScoreDriver], digest: Digest) -> str:
    """One line where no score surely moved; "" where none could be compared."""
    if not digest.score_moves and all(score.change is None for score in digest.scores):
        return ""
    line = (
        f"Among answers with a text no score moved by more than chance explains since {digest.period.before}."
        if digest.period.before
        else ""
    )
    if not found:
        return line
    top, decimals = found[0], impact_decimals(found[0].metric)
    what = "complaints" if top.mood == "pain" else "praise"
    points = f"{with_ends(top.share, decimals)} {metric_name(top.metric)} points"
    return f"{line} Most goes with {what} of {quoted(top.label, 50)}: {points}.".strip()


def _fall(move: ScoreMove, digest: Digest) -> Picture | None:
    """The move from score to score, step by step."""
    name, decimals = metric_name(move.metric), impact_decimals(move.metric)
    steps = [Step(_part_name(part), part.mix, part.rate) for part in _told_parts(move)]
    ends = (f"{digest.period.before[:1].upper()}{digest.period.before[1:]}", move.before), ("Now", move.now)
    caption = f"How {name} in {clip(move.source, 60)} moved: full, by how many complain; in outline, by how they score"
    return waterfall(ends[0], steps, ends[1], f"{name} points", caption, decimals)


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


def _told_parts(move: ScoreMove) -> list[MovePart]:
    """The two themes that took most, the two that gave most, those who complain of nothing, and all the rest: they add
    up to the whole move."""
    # The last part is the rest already; one without a theme before it is those who complain of nothing.
    *named, last = move.parts
    ordered = sorted((part for part in named if part.theme_id is not None), key=lambda part: (_sum(part), part.label))
    down = [part for part in ordered[:OF_A_SIGN] if _sum(part) < 0]
    up = [part for part in ordered[::-1][:OF_A_SIGN] if _sum(part) > 0]
    told = sorted((*down, *up), key=lambda part: -abs(_sum(part)))
    told.extend(part for part in named if part.theme_id is None)
    rest = [part for part in (*named, last) if not any(part is other for other in told)]
    return [*told, last if rest == [last] else _together(REST, rest)]


def move_news(digest: Digest) -> list[str]:
    """One sentence on the themes that a surely moved score owes most to, in its direction; none without any."""
    clear = [move for move in _largest(digest.score_moves) if _is_clear(move)]
    if not clear:
        return []
    move = clear[0]
    whole, decimals = move.now - move.before, impact_decimals(move.metric)
    named = [part for part in move.parts if part.theme_id is not None and _sum(part) * whole > 0]
    most = sorted(named, key=lambda part: (-abs(_sum(part)), part.label))[:OF_A_SIGN]
    if not most:
        return []
    told = listed([f"{quoted(part.label, 50)} ({signed(_sum(part), decimals)})" for part in most])
    points = f"{signed(whole, decimals)} {metric_name(move.metric)} points"
    return [f"Of the {points} among those who wrote a text most go with {told}."]


def _part_name(part: MovePart) -> str:
    return clip(part.label if part.theme_id else part.label[:1].upper() + part.label[1:], 80)


def _move_table(move: ScoreMove) -> Table:
    """The parts that are told, and all of them together."""
    everything = replace(_together("Together", move.parts), low=move.change_low, high=move.change_high)
    decimals = impact_decimals(move.metric)
    rows = tuple(
        (_part_name(part), *(signed(value, decimals) for value in (part.mix, part.rate)), _moved(part, decimals))
        for part in (*_told_parts(move), everything)
    )
    name = f"{metric_name(move.metric)} in {clip(move.source, 60)}"
    caption = f"How {name} moved, in points: by how many complain, and by how they score"
    return Table(caption, ("Theme", "By how many", "By their scores", "Together"), rows, fold="The same in figures")


def _moved(part: MovePart, decimals: int) -> str:
    """Both together, with the interval where it is known."""
    if part.low is None or part.high is None or not (is_known(part.low) and is_known(part.high)):
        return signed(_sum(part), decimals)
    return with_ends(Interval(_sum(part), part.low, part.high), decimals)


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
    rows = [DotRow(_label(d), *_ends(d.share), with_ends(d.share, decimals)) for d in told]
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
        f"{clip(d.label, 80)}, {count(d.n, 'answer')}, {with_ends(d.share, decimals)}"
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
