"""What a run prints when it has ended: the accounting of each source, then the digests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flows.order import Order, Outcome

if TYPE_CHECKING:
    from flows.ingest import IngestSummary

__all__ = ["load_lines", "outcome_lines"]

NAMED = 5  # files in one line
KINDS_SHOWN = 5  # of what was wrong with the fields of a source


def outcome_lines(outcome: Outcome, order: Order) -> Iterator[str]:
    """The accounting per source (law 1), what its batch checks say, and every digest with its first sentence."""
    for load in outcome.loads:
        yield from load_lines(load)
        yield from (f"  warning: {warning}" for warning in load.batch_warnings if not load.held)
        if load.waiting:
            yield f"  still being written, left for the next run: {', '.join(load.waiting)}"
        if load.passed_over:
            more = f" and {len(load.passed_over) - NAMED:,} more" if len(load.passed_over) > NAMED else ""
            yield f"  not of a kind that is read: {', '.join(load.passed_over[:NAMED])}{more}"
        if load.held:
            yield f"  load {load.load_id} is HELD: {load.held}"
            yield f"  {load.verdict.next_steps(load.load_id)}" if load.verdict else ""
    if outcome.data_docs is not None:
        yield f"batch checks in detail: {outcome.data_docs}"
    if "publish" in order.steps:
        yield from _digest_lines(outcome)
    elif "analyse" in order.steps:
        yield "analysed" if outcome.analysed else "nothing to analyse: the analysis is of these very rows"
    yield from outcome.deliveries.lines()


def _digest_lines(outcome: Outcome) -> Iterator[str]:
    for digest in outcome.published:
        state = f"revision {digest.revision}, {digest.reason}" if digest.is_new else "as published before"
        yield f"{digest.audience} {digest.period}: {digest.page} ({state})"
        yield from (f"  {sentence}" for sentence in digest.headline[:1])
    if not outcome.published:
        yield "nothing to publish: no closed period gained feedback since its digest was made"
    if outcome.restored:
        yield f"{outcome.restored:,} digests written again from their frozen text: their pages were missing or changed"
    for audience, periods in outcome.older.items():
        yield (
            f"{audience}: {len(periods):,} older periods are due too, {periods[0]} to {periods[-1]}; "
            "publish them with groundswell publish --week A..B"
        )


def load_lines(load: IngestSummary) -> Iterator[str]:
    """Law 1 for one source, then what was wrong with fields of kept records, and what was redacted."""
    reasons = ", ".join(f"{n:,} x {reason}" for reason, n in sorted(load.skipped.items()))
    yield (
        f"{load.source}: in {load.read:,} = new {load.new:,} + changed {load.changed:,} + unchanged "
        f"{load.unchanged:,} + quarantined {load.quarantined:,} + skipped {sum(load.skipped.values()):,}"
        + (f" ({reasons})" if reasons else "")
    )
    yield from (f"  {note}" for note in load.notes)
    if load.rows != load.read:
        yield f"  {load.rows:,} rows: each answered question of a row is a record of its own"
    kinds = sorted(load.warnings.items(), key=lambda item: (-item[1], item[0]))
    for reason, n in kinds[:KINDS_SHOWN]:
        yield f"  {n:,} x {reason}"
    if len(kinds) > KINDS_SHOWN:
        yield f"  and {sum(n for _, n in kinds[KINDS_SHOWN:]):,} of {len(kinds) - KINDS_SHOWN:,} other kinds"
    if load.redactions:
        marks = ", ".join(f"{n:,} {mark}" for mark, n in sorted(load.redactions.items(), key=lambda item: -item[1]))
        yield f"  redacted: {marks}"
