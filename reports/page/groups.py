"""Where one group of customers differs from the rest: in what it raises, and in how it scores."""

from __future__ import annotations

from groundswell.findings import SegmentFinding, SegmentScore
from reports.digest import Digest
from reports.page.effects import points_of_share
from reports.page.parts import Section, Table
from reports.wording.figures import (
    clip,
    count,
    impact_decimals,
    metric_name,
    number,
    percent,
    score_decimals,
    shown,
    span,
    with_ends,
)

__all__ = ["segments"]

MOST_ROWS = 8
RAISED = ("Group", "Theme", "In the group", "Elsewhere", "Difference")
SCORED = ("Group", "Score", "Elsewhere", "Difference")
WHY = "What else may be behind it"


def segments(digest: Digest, name: str, title: str) -> Section | None:
    """Themes that one group raises more, or less, than the rest, and groups that score otherwise, beyond chance.

    What has another explanation at hand is folded away; None where nothing was compared.
    """
    made = len(digest.segments) + len(digest.segment_scores)
    if not made:
        return None
    raised = [s for s in digest.segments if s.significant]
    scored = [s for s in digest.segment_scores if s.significant]
    told = len(raised) + len(scored)
    if not told:
        nothing = f"{count(made, 'comparison')} made; no difference is larger than chance leaves."
        return Section(name, title, reason=nothing)
    of = "Of all comparisons" if made == told else f"Of {count(made, 'comparison')}"
    lead = f"{of} made, these are beyond chance after correction for having looked so often."
    explained = (*_raised(raised, explained=True), *_scored(scored, explained=True))
    tables = (*_raised(raised, explained=False), *_scored(scored, explained=False), *explained)
    size = count(told, "difference")
    fold = f"{size} beyond chance, {'' if told == 1 else 'each '}with another explanation at hand."
    return Section(name, title, lead, tables=tables, size=size, fold=fold if len(tables) == len(explained) else "")


def _raised(found: list[SegmentFinding], explained: bool) -> tuple[Table, ...]:
    """The analysis puts the surest first, and last what is expected: that a category raises its own themes."""
    mine = [s for s in found if bool(s.notes) == explained]
    rows = [(*_raised_row(s), *([_why(s.notes)] if explained else [])) for s in mine[:MOST_ROWS]]
    return _table("Themes that one group raises more", RAISED, rows, len(mine), explained)


def _scored(found: list[SegmentScore], explained: bool) -> tuple[Table, ...]:
    mine = [s for s in found if bool(s.notes) == explained]
    rows = [(*_scored_row(s), *([_why(s.notes)] if explained else [])) for s in mine[:MOST_ROWS]]
    return _table("Groups that score otherwise", SCORED, rows, len(mine), explained)


def _table(
    caption: str, head: tuple[str, ...], rows: list[tuple[str, ...]], of: int, explained: bool
) -> tuple[Table, ...]:
    if not rows:
        return ()
    rest = f"; {count(of - len(rows), 'more is', 'more are')} not listed" if of > len(rows) else ""
    words = (1,) if "Theme" in head else ()
    if not explained:
        return (Table(f"{caption}{rest}", head, tuple(rows), texts=words),)
    fold = f"{caption}: {of:,} with another explanation at hand"
    return (Table(f"{caption}{rest}", (*head, WHY), tuple(rows), texts=(*words, len(head)), fold=fold),)


def _why(notes: tuple[str, ...]) -> str:
    return shown(" ".join(notes))


def _group(found: SegmentFinding | SegmentScore) -> str:
    return f"{shown(found.segment).replace('_', ' ')} {clip(found.value, 40)}"


def _raised_row(found: SegmentFinding) -> tuple[str, ...]:
    return (
        _group(found),
        clip(found.label, 80),
        f"{percent(found.share)} ({found.authors:,} of {found.of:,})",
        percent(found.share_elsewhere),
        points_of_share(found.difference),
    )


def _scored_row(found: SegmentScore) -> tuple[str, ...]:
    decimals, name = score_decimals(found.metric), metric_name(found.metric)
    ends = f"({span(found.score.low, found.score.high, decimals)}; {found.n:,} answers)"
    return (
        f"{_group(found)}, {clip(found.source, 40)}",
        f"{name} {number(found.score.value, decimals)} {ends}",
        number(found.elsewhere, decimals),
        with_ends(found.difference, impact_decimals(found.metric)),
    )
