"""The figures at the top of a page: each score, and for those who serve, how long customers wait."""

from __future__ import annotations

from collections.abc import Callable

from groundswell.findings import Interval, ScoreSummary, ServiceLevel
from reports.digest import Digest
from reports.page.parts import Mark, Tile, sentence
from reports.wording.figures import (
    DASH,
    MINUS,
    count,
    duration,
    impact_decimals,
    is_known,
    metric_name,
    percent,
    percent_span,
    score_decimals,
    score_text,
    shown,
    signed,
    span,
)

__all__ = ["tiles"]

MOST_SOURCES = 2
# Field of a service level, its name, whether it is a time, and whether more of it is better.
SERVICE = (
    ("first_reply_minutes", "First reply", True, False),
    ("resolution_minutes", "Resolution", True, False),
    ("first_contact", "Solved in one contact", False, True),
    ("reopened", "Reopened", False, False),
)


def tiles(digest: Digest) -> tuple[Tile, ...]:
    """The scores, then the service figures of whole sources."""
    whole = sorted((s for s in digest.service_levels if s.group_by == "all"), key=lambda s: (-s.n, s.source))
    told = [level for level in whole if any(_of(level, field) for field, *_ in SERVICE)][:MOST_SOURCES]
    service = [_service_tile(level, entry, digest, len(told) > 1) for level in told for entry in SERVICE]
    return (*(_tile(score, digest) for score in digest.scores), *(tile for tile in service if tile))


def _of(level: ServiceLevel, field: str) -> Interval | None:
    found: Interval | None = getattr(level, field)
    return found if found is not None and is_known(found.value) else None


def _service_tile(
    level: ServiceLevel, entry: tuple[str, str, bool, bool], digest: Digest, several: bool
) -> Tile | None:
    field, name, is_time, more_is_better = entry
    value = _of(level, field)
    if value is None:
        return None
    title = f"{name}, {shown(level.source)}" if several else name
    text = duration(value.value) if is_time else percent(value.value)
    ends = f"{duration(value.low)} {DASH} {duration(value.high)}" if is_time else percent_span(value)
    change = _difference(level.against_before.get(field), digest.period.before, is_time, more_is_better)
    median = "median of " if is_time else ""
    return Tile(title, text, f"95 %: {ends}", change, f"{median}{count(level.n, 'contact')}")


def _difference(change: Interval | None, before: str, is_time: bool, more_is_better: bool) -> Mark | None:
    """How a service figure differs from the period before; None where that is not known."""
    if change is None or not is_known(change.value):
        return None
    write: Callable[[float], str] = _time if is_time else _points
    if change.low <= 0 <= change.high:
        return Mark("=", f"no clear change ({write(change.low)} to {write(change.high)})", "flat")
    rose = change.value > 0
    text = f"{write(change.value)} ({write(change.low)} to {write(change.high)}) against {before}"
    return Mark("▲" if rose else "▼", text, "good" if rose == more_is_better else "bad")


def _time(minutes: float) -> str:
    size = duration(abs(minutes)) if abs(minutes) >= 1 or not minutes else "<1 min"
    return f"{'+' if minutes >= 0 else MINUS}{size}"


def _points(share: float) -> str:
    return f"{signed(100 * share)} points"


def _tile(score: ScoreSummary, digest: Digest) -> Tile:
    several = len({s.source for s in digest.scores}) > 1
    name = f"{metric_name(score.metric)}, {shown(score.source)}" if several else metric_name(score.metric)
    basis = count(score.n, "answer")
    if not is_known(score.value):
        return Tile(name, "not shown", "", None, sentence(score.reason or "no score could be computed"))
    decimals = score_decimals(score.metric)
    ends = f"95 %: {span(score.low, score.high, decimals)}" if score.low is not None and score.high is not None else ""
    value = score_text(score)
    unit = (
        ""
        if score.metric == "nps" or not value.endswith(score.unit.removeprefix("% "))
        else score.unit.removeprefix("% ")
    )
    mark = _score_mark(score, digest.period.before)
    return Tile(name, value.removesuffix(unit).strip(), ends, mark, basis, unit)


def _score_mark(score: ScoreSummary, before: str) -> Mark | None:
    change, low, high = score.change, score.change_low, score.change_high
    if change is None or not is_known(change):
        return Mark("·", shown(score.change_reason), "flat") if score.change_reason else None
    decimals = impact_decimals(score.metric)
    if low is None or high is None:
        return Mark("±", f"{signed(change, decimals)} against {before}", "flat")
    ends = span(low, high, decimals, sign=True)
    if low <= 0 <= high:
        return Mark("=", f"no clear change ({ends})", "flat")
    symbol, tone = ("▲", "good") if change > 0 else ("▼", "bad")
    return Mark(symbol, f"{signed(change, decimals)} ({ends}) against {before}", tone)
