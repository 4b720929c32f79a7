"""What stands behind the ranked themes, for who asks: what makes each rank, and where on the journey they hurt."""

from __future__ import annotations

from groundswell.findings import Finding
from groundswell.registry import STAGES
from reports.digest import Digest
from reports.page.parts import Table
from reports.wording.figures import clip, count, is_known, noun, number, percent, shown

__all__ = ["journey", "made_of"]

PARTS = ("authors", "mean_loss", "mean_gain", "trend", "confidence")  # of the rank, as a reader takes them in
LEAST_STAGES = 2


def made_of(ranked: list[Finding], digest: Digest) -> tuple[Table, ...]:
    """One folded table with the parts that multiply to each rank, the mentions, and how surely each theme is one."""
    counted = digest.coverage.counted
    rows = tuple(
        (
            f"{f.rank} {clip(f.label, 80)}",
            _product(f, counted) or "–",
            f"{f.mentions:,}",
            percent(f.stability) if f.stability is not None else "–",
        )
        for f in ranked
    )
    if all(row[1] == "–" for row in rows):
        return ()
    known = any(f.stability is not None for f in ranked)
    head = ("Theme", "Its rank is the product of", "Mentions", "Held together")[: 4 if known else 3]
    caption = "What makes the rank"
    if known:
        caption = f"{caption}; held together: in how many of several regroupings its clauses stayed one theme"
    return (Table(caption, head, tuple(row[: len(head)] for row in rows), texts=(1,), fold="What makes the rank"),)


def _product(finding: Finding, counted: str) -> str:
    """The parts that multiply to the rank: "41 authors × 74 % of the scale lost × 1.6 times the usual × 72 % sure"."""
    keys = sorted(finding.rank_parts, key=lambda key: (PARTS.index(key) if key in PARTS else len(PARTS), key))
    told = [_part(key, finding.rank_parts[key], counted) for key in keys]
    return " × ".join(part for part in told if part)


def _part(key: str, value: float, counted: str) -> str:
    """One part of the rank; nothing for a trend of 1, which is none. A trend counts for no more than 2."""
    if key == "trend":
        return "" if value == 1 else "twice the usual or more" if value == 2 else f"{number(value, 1)} times the usual"
    # Where authors are unknown the part named so counts comments, like everything on the page.
    words = {
        "authors": f"{number(value)} {noun(counted, round(value))}" if is_known(value) else "",
        "mean_loss": f"{percent(value)} of the scale lost",
        "mean_gain": f"{percent(value)} of the scale won",
        "confidence": f"{percent(value)} sure",
    }
    return words.get(key, f"{number(value, 2)} {shown(key).replace('_', ' ')}")


def journey(ranked: list[Finding]) -> tuple[Table, ...]:
    """One folded table with the themes of each stage of the customer's journey, in its order; none for fewer than two
    stages."""
    by_stage: dict[str, list[Finding]] = {}
    for finding in ranked:
        by_stage.setdefault(finding.journey_stage or "", []).append(finding)
    known = sorted((stage for stage in by_stage if stage), key=_place)
    if len(known) < LEAST_STAGES:
        return ()
    rows = [(shown(stage).capitalize(), _named(by_stage[stage])) for stage in known]
    if "" in by_stage:
        rows.append(("Not decided", _named(by_stage[""])))
    fold = f"Along the customer’s journey: {count(len(known), 'stage')}"
    return (Table("Along the customer’s journey", ("Stage", "Themes, by rank"), tuple(rows), texts=(1,), fold=fold),)


def _place(stage: str) -> tuple[int, str]:
    return (STAGES.index(stage) if stage in STAGES else len(STAGES), stage)


def _named(findings: list[Finding]) -> str:
    return " · ".join(f"{clip(f.label, 60)} ({f.rank})" for f in findings)
