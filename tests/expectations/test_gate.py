"""The row gate: what it keeps, what it refuses, and that it says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from expectations.common import Check
from expectations.gate import RowGate, Verdict
from groundswell.records import Feedback, Kind, Metric, Problem, Score, Service

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
SECRET = "the parcel smelled of zanzibar"


def make(kind: Kind = Kind.SURVEY, row: int = 1, **fields: object) -> Feedback:
    given: dict[str, object] = {
        "source": "made-up",
        "source_id": f"id-{row}",
        "kind": kind,
        "reference": f"id-{row}",
        "text": SECRET,
        "content_hash": f"{row:032x}",
        "occurred_at": NOW - timedelta(days=3),
        "row": row,
    }
    return Feedback(**(given | fields))  # type: ignore[arg-type]


def nps(value: float, low: float = 0, high: float = 10) -> Score:
    return Score(value, low, high, Metric.NPS)


def judge(*rows: Feedback) -> Verdict:
    return RowGate(rows[0].kind, NOW).validate(rows)


def test_a_sound_page_passes_unchanged_and_in_order() -> None:
    """Sound records come out as they went in, in their order, without a warning."""
    page = [make(row=n, score=nps(n % 11)) for n in range(50)]
    verdict = judge(*page)
    assert verdict.accepted == tuple(page)
    assert verdict.quarantined == () and verdict.warnings == {}


def test_an_empty_page_is_no_work() -> None:
    """A page without records gives an empty verdict."""
    assert RowGate(Kind.SURVEY, NOW).validate([]) == Verdict()


@pytest.mark.parametrize("kind", list(Kind))
def test_any_one_of_text_score_or_service_is_enough(kind: Kind) -> None:
    """A record is kept for its text, for its score or for its service times alone (law 8)."""
    rows = (
        make(kind, 1),
        make(kind, 2, text="", score=Score(4, 1, 5, Metric.RATING)),
        make(kind, 3, text=" \n", service=Service(reported_at=NOW - timedelta(days=1))),
        make(kind, 4, text="👍🏽"),
        make(kind, 5, text="❤️"),
    )
    assert judge(*rows).accepted == rows


def test_a_record_with_nothing_is_refused_with_every_reason() -> None:
    """Where text, score and service are missing or broken, the record waits in quarantine with all its reasons."""
    bare = make(row=1, text="")
    broken = make(row=2, text="\u200b", score=nps(42), service=Service(handled_seconds=-5.0), occurred_at=None)
    parsed = make(row=3, text="", problems=(Problem("score", "great", "not a number"),))
    verdict = judge(bare, broken, parsed)
    assert verdict.accepted == () and verdict.warnings == {}
    reasons = [{(p.field, p.reason) for p in refused.problems} for refused in verdict.quarantined]
    assert reasons[0] == {("text", "missing"), ("score", "missing"), ("service", "missing")}
    assert reasons[1] == {
        ("score", "outside its scale"),
        ("service.handled_seconds", "not between 0 and 30 days"),
        ("text", "missing"),
    }
    assert reasons[2] == {("score", "not a number"), ("text", "missing"), ("service", "missing")}


def test_a_quarantined_record_keeps_its_place_and_its_fields() -> None:
    """What waits in quarantine says which row it was and holds the mapped fields as they came."""
    refused = judge(make(row=7, text="", score=nps(42))).quarantined[0]
    assert (refused.source, refused.kind, refused.row) == ("made-up", Kind.SURVEY, 7)
    assert refused.fields["score"] == "42 on 0-10 (nps)"
    assert refused.fields["source_id"] == "id-7"


def test_a_structurally_broken_row_is_refused_whatever_it_holds() -> None:
    """A problem of the row itself refuses it, with the broken fields named beside it."""
    broken = make(row=1, problems=(Problem("row", "7 cells", "the header has 9"),), score=nps(11))
    verdict = judge(broken, make(row=2))
    assert [row.row for row in verdict.accepted] == [2]
    assert [problem.field for problem in verdict.quarantined[0].problems] == ["row", "score"]


BROKEN_FIELDS = [
    (Kind.SURVEY, {"score": nps(11)}, "score", "outside its scale"),
    (Kind.SURVEY, {"score": nps(-1)}, "score", "outside its scale"),
    (Kind.SURVEY, {"score": nps(float("nan"))}, "score", "outside its scale"),
    (Kind.SURVEY, {"score": nps(float("inf"))}, "score", "outside its scale"),
    (Kind.SURVEY, {"score": Score(1, 1, 1, Metric.CSAT)}, "score", "outside its scale"),
    (Kind.SURVEY, {"score": nps(3, 1, 5)}, "score", "NPS lies on 0-10"),
    (Kind.SURVEY, {"score": nps(7.5)}, "score", "NPS is a whole number"),
    (Kind.SURVEY, {"score": Score(200, 0, 1000, Metric.CSAT)}, "score", "no scale that CSAT is asked on"),
    (Kind.SURVEY, {"score": Score(2, -3, 3, Metric.CES)}, "score", "no scale that CES is asked on"),
    (Kind.REVIEW, {"score": Score(6, 1, 5, Metric.RATING)}, "score", "outside its scale"),
    (Kind.REVIEW, {"score": Score(4, 3, 5, Metric.RATING)}, "score", "no scale that ratings are given on"),
    (Kind.REVIEW, {"segments": {"version": "Varies with device"}}, "segments.version", "does not read like a version"),
    (Kind.SURVEY, {"occurred_at": NOW + timedelta(days=2)}, "occurred_at", "not between 1990 and a day from now"),
    (Kind.SURVEY, {"occurred_at": datetime(1900, 1, 1)}, "occurred_at", "not between 1990 and a day from now"),
    (
        Kind.TICKET,
        {"service": Service(reported_at=NOW, responded_at=NOW - timedelta(minutes=1))},
        "service.responded_at",
        "before the contact was reported",
    ),
    (
        Kind.TICKET,
        {"service": Service(reported_at=NOW, resolved_at=NOW - timedelta(minutes=1))},
        "service.resolved_at",
        "before the contact was reported",
    ),
    (
        Kind.TICKET,
        {"service": Service(handled_seconds=31 * 86400.0)},
        "service.handled_seconds",
        "not between 0 and 30 days",
    ),
    (
        Kind.TICKET,
        {"service": Service(handled_seconds=float("nan"))},
        "service.handled_seconds",
        "not between 0 and 30 days",
    ),
    (
        Kind.TICKET,
        {"service": Service(resolved_at=datetime(2099, 1, 1, tzinfo=UTC))},
        "service.resolved_at",
        "not between 1990 and a day from now",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "field", "reason"), BROKEN_FIELDS)
def test_a_broken_field_is_dropped_and_the_record_kept(
    kind: Kind, fields: dict[str, object], field: str, reason: str
) -> None:
    """One broken field becomes unknown (never 0), is named in the record's problems and counted once."""
    verdict = judge(make(kind, **fields))
    (kept,) = verdict.accepted
    assert [(problem.field, problem.reason) for problem in kept.problems] == [(field, reason)]
    assert verdict.warnings == {f"{field}: {reason}": 1}
    owner, _, name = field.rpartition(".")
    if owner == "segments":
        assert name not in kept.segments
    else:
        assert getattr(kept.service if owner else kept, name) is None
    assert kept.text == SECRET


@pytest.mark.parametrize("version", ["8.14.0", "v2.3 (421)", "10.1.2-beta.3", "Version 7", "4.2.0.1"])
def test_versions_as_stores_write_them_pass(version: str) -> None:
    """A version that reads like one stays a segment."""
    row = make(Kind.REVIEW, segments={"version": version, "product": "x"})
    assert judge(row).accepted == (row,)


def test_one_wrong_time_does_not_cost_the_others() -> None:
    """A report dated 1970 is dropped alone: the reply after it is not called early or late."""
    service = Service(reported_at=datetime(1970, 1, 1, tzinfo=UTC), responded_at=NOW, resolved_at=NOW)
    (kept,) = judge(make(Kind.TICKET, service=service)).accepted
    assert kept.service == replace(service, reported_at=None)


def test_a_text_over_the_limit_is_cut_and_marked() -> None:
    """A text of more than 20,000 characters keeps its beginning, and the record says so."""
    (kept,) = judge(make(text="so slow " * 5_000)).accepted
    assert 19_900 < len(kept.text) <= 20_000 and kept.text.endswith("slow")
    assert kept.problems == (Problem("text", "40000 characters", "longer than 20,000 characters; cut there"),)


def test_problems_of_the_extractor_are_counted_too() -> None:
    """A field that the extractor could not read is a warning of its accepted record."""
    row = make(problems=(Problem("occurred_at", "yesterday", "not a time"),))
    verdict = judge(row, make(row=2))
    assert verdict.accepted[0] == row
    assert verdict.warnings == {"occurred_at: not a time": 1}


def test_accepted_and_quarantined_are_all_that_came() -> None:
    """Of a mixed page every record is in exactly one of the two, each in its order."""
    page = [make(row=n, text="" if n % 3 == 0 else "fine", score=nps(n % 14) if n % 2 else None) for n in range(300)]
    verdict = judge(*page)
    kept, refused = [row.row for row in verdict.accepted], [row.row for row in verdict.quarantined]
    assert sorted(kept + refused) == list(range(300))
    assert kept == sorted(kept) and refused == sorted(refused)
    assert set(refused) == {n for n in range(0, 300, 3) if n % 2 == 0 or n % 14 > 10}


def test_a_gate_refuses_records_of_another_kind() -> None:
    """A review at the gate for surveys is our mistake, not a bad record."""
    with pytest.raises(ValueError, match="review"):
        RowGate(Kind.SURVEY, NOW).validate([make(Kind.REVIEW)])


def test_no_text_reaches_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the table that Great Expectations is given nor its results hold a customer's words."""
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.datasource.fluent.interfaces import Batch

    seen: list[str] = []
    get_batch, validate = BatchDefinition.get_batch, Batch.validate

    def spy_batch(self: BatchDefinition, batch_parameters: dict[str, object]) -> object:
        seen.append(batch_parameters["dataframe"].to_csv())  # type: ignore[attr-defined]
        return get_batch(self, batch_parameters)

    def spy_validate(self: Batch, *given: object, **named: object) -> object:
        outcome = validate(self, *given, **named)
        seen.append(str(outcome.to_json_dict()))
        return outcome

    monkeypatch.setattr(BatchDefinition, "get_batch", spy_batch)
    monkeypatch.setattr(Batch, "validate", spy_validate)
    judge(
        make(row=1), make(row=2, score=nps(42)), make(row=3, text=SECRET * 1_000, problems=(Problem("row", "", "cut"),))
    )
    review = {"version": "odd one"}
    judge(make(Kind.REVIEW, segments=review))
    assert len(seen) == 4
    assert "zanzibar" not in "".join(seen)
    assert "odd one" not in seen[3]  # results name the row by its position, never the value


def test_a_check_that_cannot_run_does_not_pass() -> None:
    """An expectation that fails to evaluate stops the run."""
    gate = RowGate(Kind.SURVEY, NOW)
    gate._checks = (*gate._checks, Check("score", "never", "no_such_column", arguments={"max_value": 1}))
    with pytest.raises(RuntimeError, match="no_such_column could not be evaluated"):
        gate.validate([make()])
