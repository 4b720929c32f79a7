"""The row gate: which records of a page are kept, which are refused, and what was wrong with either.

The suites judge fields; law 8 judges records: one is refused only when it is structurally broken, or when text, score
and service fields are all missing or broken. What is broken is dropped (unknown, never 0), named in the record's
problems and counted. Great Expectations is given numbers only (`common.measure`), so its results hold no text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from expectations import review, survey, ticket
from expectations.common import POSITION, ROW, Check, drop_field, glimpse, has_text, measure
from expectations.context import GX, has_raised, in_memory_context, load_library, validate_table
from groundswell.privacy import to_quarantined
from groundswell.records import Feedback, Kind, Problem, Quarantined

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RowGate", "Verdict", "load_library", "row_suite"]

_SUITES = {Kind.SURVEY: survey.row_checks, Kind.REVIEW: review.row_checks, Kind.TICKET: ticket.row_checks}
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [POSITION],
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
_LARGE = 1e8  # a bound beyond it is a time in seconds, which its check's reason says better


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a page: every record is in exactly one of the two, in the order it came.

    `warnings` counts the problems of the accepted records by "field: reason".
    """

    accepted: tuple[Feedback, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)


class RowGate:
    """The row suite of one kind of source. The first `validate` of a process loads Great Expectations (4-6 s)."""

    def __init__(self, kind: Kind, now: datetime) -> None:
        """`now` decides which dates lie in the future; without a zone it is taken for UTC."""
        self._kind = kind
        self._now = now if now.tzinfo else now.replace(tzinfo=UTC)
        self._checks = _SUITES[kind](self._now)
        self._suite: Any = None

    def validate(self, feedback: Sequence[Feedback]) -> Verdict:
        """Judge one page of redacted records; accepted + quarantined = given.

        Raises RuntimeError when an expectation could not be evaluated: a check that did not run has not passed.
        """
        if not feedback:
            return Verdict()
        if odd := next((row for row in feedback if row.kind != self._kind), None):
            raise ValueError(f"a {odd.kind} ({odd.source}, {odd.reference}) came to the gate for {self._kind}s")
        failed = self._find_failures(measure(feedback, self._now))
        accepted: list[Feedback] = []
        quarantined: list[Quarantined] = []
        warnings: Counter[str] = Counter()
        for position, row in enumerate(feedback):
            kept, reasons = _judge(row, failed.get(position, ()))
            if reasons:
                quarantined.append(to_quarantined(row, reasons))
            else:
                accepted.append(kept)
                warnings.update(f"{problem.field}: {problem.reason}" for problem in kept.problems)
        return Verdict(tuple(accepted), tuple(quarantined), dict(sorted(warnings.items())))

    def _find_failures(self, table: pd.DataFrame) -> dict[int, list[Check]]:
        """The checks that each row failed, by its position."""
        with GX:
            if self._suite is None:
                self._suite = _build_suite(self._kind, self._checks)
            outcome = validate_table(table, self._suite, _RESULT_FORMAT)
        failed: dict[int, list[Check]] = {}
        for result in outcome.results:
            check = self._checks[result.expectation_config.meta["check"]]
            if has_raised(result.exception_info):
                raise RuntimeError(f"{self._kind} suite: {check.expectation} on {check.column} could not be evaluated")
            for position in _positions(result.result):
                failed.setdefault(position, []).append(check)
        return failed


def _judge(row: Feedback, failed: Sequence[Check]) -> tuple[Feedback, tuple[Problem, ...]]:
    """The record without its broken fields, and every reason to refuse it (none: it is kept)."""
    kept = row
    problems = list(row.problems)
    for check in failed:
        if check.field == ROW:
            continue  # the extractor has said what is wrong with it
        problems.append(Problem(check.field, glimpse(row, check.field), check.reason))
        kept = drop_field(kept, check.field)
    problems = list(dict.fromkeys(problems))
    is_empty = not has_text(kept) and kept.score is None and kept.service.is_empty()
    if is_empty:
        named = {problem.field.partition(".")[0] for problem in problems}
        problems += [Problem(name, "", "missing") for name in ("text", "score", "service") if name not in named]
    if is_empty or any(problem.field == ROW for problem in problems):
        return kept, tuple(problems)
    return (replace(kept, problems=tuple(problems)) if failed else kept), ()


def _positions(result: Mapping[str, Any]) -> list[int]:
    """The rows that failed: without the values, they come as one list under the name of the index column."""
    found = [index[POSITION] for index in result.get("unexpected_index_list") or ()]
    return [int(p) for positions in found for p in (positions if isinstance(positions, list) else [positions])]


def row_suite(kind: Kind, now: datetime) -> Any:
    """The row suite of a kind as Great Expectations knows it; hold `context.GX` meanwhile."""
    return _build_suite(kind, _SUITES[kind](now))


def _describe(check: Check) -> str:
    """What the documentation page says of a check."""
    ends = (("at least", check.arguments.get("min_value")), ("at most", check.arguments.get("max_value")))
    bounds = [f"{word} {end:,.10g}" for word, end in ends if end is not None and abs(end) < _LARGE]
    return f"{' and '.join(bounds)}; else {check.field}: {check.reason}".removeprefix("; else ")


def _build_suite(kind: Kind, checks: Sequence[Check]) -> Any:
    in_memory_context()  # an expectation can be made only where there is a context
    import great_expectations as gx
    import great_expectations.expectations as gxe

    made = [
        getattr(gxe, check.expectation)(
            column=check.column, meta={"check": number}, description=_describe(check), **check.arguments
        )
        for number, check in enumerate(checks)
    ]
    return gx.ExpectationSuite(name=f"{kind} rows", expectations=made)
