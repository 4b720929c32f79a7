"""The batch gate: whether a load as a whole looks like its source, before the analysis sees it.

A row may be sound and the load still wrong: empty where 120 records were to be expected, exported again under new
ids, its scores reversed. Each check compares the load with the history of its source. A warning goes into the digests;
a critical problem holds the load until somebody accepts or drops it. Great Expectations evaluates every check, on a
table of numbers (measured.py), with thresholds from the history as arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from expectations.context import GX, has_raised, in_memory_context, validate_table
from expectations.limits import BatchLimits
from expectations.load_age import judge_freshness, judge_refused
from expectations.measured import Area, BatchCheck, LoadFacts, Severity, build_table
from expectations.score_drift import judge_scores
from expectations.score_words import judge_agreement, read_score_words
from expectations.shares import judge_language, judge_missing, judge_repeats
from expectations.volume import judge_volume, usual_volume
from groundswell.records import Kind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BatchGate", "BatchLimits", "BatchProblem", "BatchVerdict", "LoadFacts"]

_RECENT = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class BatchProblem:
    """What one check found: what, what is usual, what it may mean. No customer's words."""

    check: str  # volume | refused | freshness | missing | scores | repeats | language
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class BatchVerdict:
    """What is wrong with a load, critical problems first; `evidence` is Great Expectations' own result, for the
    documentation pages (docs.py): numbers only, None where no check applied."""

    problems: tuple[BatchProblem, ...] = ()
    evidence: Any = field(default=None, compare=False, repr=False)

    @property
    def held(self) -> bool:
        """True when the load must wait for somebody's decision."""
        return any(problem.severity == "critical" for problem in self.problems)

    @property
    def reason(self) -> str:
        """Why the load is held, in one line; "" when it is not."""
        return "; ".join(problem.message for problem in self.problems if problem.severity == "critical")

    @property
    def warnings(self) -> tuple[str, ...]:
        """The problems that do not hold the load, one line each."""
        return tuple(problem.message for problem in self.problems if problem.severity == "warning")

    def next_steps(self, load_id: int) -> str:
        """What happens with the load now, and what its reader may do."""
        if not self.held:
            return "the load is taken in; the digests say so" if self.problems else ""
        return (
            f"held, no digest shows it: `groundswell ingest --accept-load {load_id}` takes it in as it is, "
            f"`groundswell ingest --drop-load {load_id}` takes it out, and the source is read again"
        )


class BatchGate:
    """The batch suite of one kind of source."""

    def __init__(self, kind: Kind, limits: BatchLimits | None = None) -> None:
        self._kind = kind
        self._limits = limits or BatchLimits()

    def validate(
        self,
        load: LoadFacts,
        rows: pd.DataFrame,
        history: pd.DataFrame,
        earlier: Sequence[LoadFacts],
        now: datetime,
    ) -> BatchVerdict:
        """Judge a load.

        `rows` (frames.FEEDBACK, `language` as detected) are the records it brought, new and changed; `history` the
        records of the same source that were shown before; `earlier` its accepted loads before, in any order; `now`
        decides how old a record is. Raises RuntimeError when a check could not be evaluated: it has not passed.
        """
        now = now if now.tzinfo else now.replace(tzinfo=UTC)
        areas = self._judge(load, rows, _in_order(history), earlier, now)
        checks = [check for area in areas for check in area.checks]
        if not checks:
            return BatchVerdict()
        with GX:
            suite = _build_suite(f"{self._kind} load", checks)
            outcome = validate_table(build_table(areas, len(rows)), suite, "BASIC")
        return BatchVerdict(_find_problems(outcome, checks), outcome)

    def _judge(
        self, load: LoadFacts, rows: pd.DataFrame, history: pd.DataFrame, earlier: Sequence[LoadFacts], now: datetime
    ) -> list[Area]:
        """What is measured and expected, area by area. Repeats are looked for in the whole history; what is usual is
        said by its last weeks."""
        limits = self._limits
        usual, recent = usual_volume(earlier), _recent(history, now, limits.history_rows)
        words = read_score_words(rows, recent, limits)
        return [
            judge_volume(load, rows["occurred_at"], earlier, limits),
            judge_refused(load, earlier, limits),
            judge_freshness(rows, recent, now, usual, limits),
            judge_missing(rows, recent, limits),
            judge_scores(rows, recent, limits, words),
            judge_agreement(words, limits),
            judge_repeats(rows, history, limits),
            judge_language(rows, recent, limits),
        ]


def _in_order(history: pd.DataFrame) -> pd.DataFrame:
    """The history in the order of time, undated records last in their own order."""
    return history.sort_values("occurred_at", kind="stable", ignore_index=True)


def _recent(history: pd.DataFrame, now: datetime, enough: int) -> pd.DataFrame:
    """The records of the last 26 weeks and the undated ones; all, where those are too few to compare with."""
    dates = history["occurred_at"]
    recent = history[dates.isna() | (dates >= now - _RECENT)]
    return recent if len(recent) >= enough else history


def _build_suite(name: str, checks: Sequence[BatchCheck]) -> Any:
    in_memory_context()  # an expectation can be made only where there is a context
    import great_expectations as gx
    import great_expectations.expectations as gxe

    made = [
        getattr(gxe, check.expectation)(
            column=check.column,
            meta={"check": number},
            severity=check.severity,
            description=check.explains,
            **check.arguments,
        )
        for number, check in enumerate(checks)
    ]
    return gx.ExpectationSuite(name=name, expectations=made)


def _find_problems(outcome: Any, checks: Sequence[BatchCheck]) -> tuple[BatchProblem, ...]:
    """The failed checks, the worse first; of one check on one column only the worse."""
    failed: dict[tuple[str, str], tuple[BatchCheck, float]] = {}
    seen = set()
    for result in outcome.results:
        check = checks[result.expectation_config.meta["check"]]
        found = result.result.get("observed_value")
        if has_raised(result.exception_info) or found is None or found != found:
            raise RuntimeError(f"batch suite: {check.expectation} on {check.column} could not be evaluated")
        seen.add(result.expectation_config.meta["check"])
        key = check.name, check.column
        if not result.success and (key not in failed or check.severity == "critical"):
            failed[key] = check, float(found)
    if len(seen) != len(checks):
        raise RuntimeError(f"batch suite: {len(checks) - len(seen)} checks were not evaluated")
    problems = [BatchProblem(check.name, check.severity, check.says(found)) for check, found in failed.values()]
    return tuple(sorted(problems, key=lambda problem: problem.severity != "critical"))
