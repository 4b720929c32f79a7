"""The batch gate on the demo and on greenlight's reviews: silent on ordinary loads, loud on broken ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.batch_sets import (
    GREENLIGHT,
    Delivery,
    FeedbackSet,
    cut,
    demo_sets,
    first_run,
    join,
    judge,
    read_set,
)
from benchmarks.broken_loads import BROKEN, Broken
from expectations import batch
from expectations.batch import BatchGate, BatchProblem, BatchVerdict, LoadFacts
from expectations.measured import MEAN, Area, BatchCheck
from groundswell.records import Kind

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
WEEK = 7.0
EVERY = [4, pytest.param(1, marks=pytest.mark.soak)]  # each fourth load here, all of them where time is no matter


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[FeedbackSet]:
    """The demo's survey, reviews and tickets."""
    return demo_sets(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def survey(demo: list[FeedbackSet]) -> list[Delivery]:
    """The survey's 26 weekly loads."""
    return cut(demo[0], first_run(demo[0], WEEK), 26, WEEK)


def lines_of(verdict: BatchVerdict) -> list[str]:
    """What the problems say, those that hold the load first."""
    return [problem.message for problem in verdict.problems]


def told(feedback: FeedbackSet, deliveries: list[Delivery], every: int = 1) -> list[str]:
    """Everything that is said of the loads, or of each so many of them and of the last one."""
    gate, last, rows = BatchGate(feedback.kind), len(deliveries) - 1, [one.rows for one in deliveries]
    return [
        f"{load.at:%F} {line}"
        for number, load in enumerate(deliveries)
        if (last - number) % every == 0
        for line in lines_of(judge(gate, load, deliveries[:number], join([rows[0].iloc[:0], *rows[:number]])))
    ]


def verdict_on(load: Delivery, before: list[Delivery], **changes: object) -> BatchVerdict:
    """The verdict on a survey's load; `changes` are other columns for its records."""
    changed = Delivery(load.facts, load.rows.assign(**changes))
    return judge(BatchGate(Kind.SURVEY), changed, before, join([one.rows for one in before]))


@pytest.mark.parametrize("every", EVERY)
def test_26_weekly_loads_of_the_demo_are_silent(demo: list[FeedbackSet], every: int) -> None:
    """Nothing is said of any of the demo's loads: its planted incidents are news, no faults of the data."""
    for feedback in demo:
        assert told(feedback, cut(feedback, first_run(feedback, WEEK), 26, WEEK), every) == []


def test_daily_loads_of_the_demo_are_silent(demo: list[FeedbackSet]) -> None:
    """Nor of small daily loads, here those of five weeks around an incident."""
    assert told(demo[1], cut(demo[1], first_run(demo[1], 1.0) + timedelta(weeks=14), 35, 1.0)) == []


@pytest.mark.skipif(not (DATA / GREENLIGHT).is_file(), reason=f"needs {GREENLIGHT} in the shared data")
@pytest.mark.soak
def test_26_weekly_loads_of_greenlight_are_silent() -> None:
    """Nothing is said of half a year of real reviews, in which an outage and a jump of the ratings lie."""
    reviews = read_set(DATA / GREENLIGHT)
    assert told(reviews, cut(reviews, pd.Timestamp("2020-02-04T06:00Z").to_pydatetime(), 26, WEEK)) == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.name}: {broken.severity} {broken.check}")
def test_every_check_fires_on_a_load_made_to_break_it(broken: Broken, survey: list[Delivery]) -> None:
    """Each way to break a load is found by the check that is there for it, and is as severe as it must be."""
    before = survey[:20]
    load = broken.make(survey[20], before)
    verdict = judge(BatchGate(Kind.SURVEY), load, before, join([one.rows for one in before]))
    assert (broken.check, broken.severity) in {(problem.check, problem.severity) for problem in verdict.problems}
    assert verdict.held == any(problem.severity == "critical" for problem in verdict.problems)


def test_a_message_says_what_was_found_what_is_usual_and_what_it_may_mean(survey: list[Delivery]) -> None:
    """A service manager can judge a warning from its one line."""
    empty = BROKEN[0].make(survey[20], survey[:20])
    lines = judge(BatchGate(Kind.SURVEY), empty, survey[:20], join([one.rows for one in survey[:20]])).warnings
    assert lines[0].startswith("no new record in 7 days, where about 1")
    assert "a day, from 19 earlier loads" in lines[0] and "filter" in lines[0]
    assert "the newest record is 7 days old" in lines[1]
    gone = verdict_on(survey[20], survey[:20], author=None)
    assert gone.reason.startswith("100% of 105 records have no author, usually 0%")


def test_a_bad_week_is_no_reversed_scale(survey: list[Delivery]) -> None:
    """Low scores that go with the words they always went with are news; the same scores beside happy words are not."""
    load, before = survey[20], survey[:20]
    rows = load.rows[load.rows["score_scaled"].notna() & (load.rows["text"] != "")]
    unhappy = rows[rows["score_scaled"] < 0.5]
    bad_week = pd.concat([rows, unhappy.assign(feedback_id=unhappy["feedback_id"] + "x", text=unhappy["text"] + " !")])
    facts = LoadFacts(load.at, len(bad_week), len(bad_week), 0, 0, 0)
    history = join([one.rows for one in before])
    said = judge(BatchGate(Kind.SURVEY), Delivery(facts, bad_week), before, history)
    assert "scores" not in {problem.check for problem in said.problems}
    turned = verdict_on(load, before, score_scaled=1 - load.rows["score_scaled"])
    assert turned.held and "reversed" in turned.reason


def test_without_words_a_mirrored_distribution_is_held(survey: list[Delivery]) -> None:
    """Where no texts can tell, scores that would fit turned round hold the load."""
    wordless = [
        Delivery(one.facts, one.rows.assign(text="", score_scaled=_mostly_best(len(one.rows)))) for one in survey
    ]
    verdict = verdict_on(wordless[20], wordless[:20], score_scaled=1 - wordless[20].rows["score_scaled"])
    assert verdict.held and "turned round they would fit" in verdict.reason
    assert verdict_on(wordless[20], wordless[:20]).problems == ()


def _mostly_best(n: int) -> np.ndarray:
    return np.where(np.arange(n) % 5 == 0, 0.0, np.where(np.arange(n) % 5 == 1, 0.7, 1.0))


def test_a_changed_record_does_not_repeat_itself(survey: list[Delivery]) -> None:
    """Records that come again under their own ids, changed, are not called repetitions."""
    load, before = survey[20], survey[:20]
    again = before[19].rows
    facts = LoadFacts(load.at, len(again) + len(load.rows), len(load.rows), len(again), 0, 0)
    both = Delivery(facts, pd.concat([load.rows, again], ignore_index=True))
    assert judge(BatchGate(Kind.SURVEY), both, before, join([one.rows for one in before])).problems == ()


def test_refused_records_that_a_source_repeats_are_not_held_against_each_load(survey: list[Delivery]) -> None:
    """A growing file brings its 40 refused rows each week; 30 more of 100 new ones are another matter."""
    gate, rows = BatchGate(Kind.SURVEY), survey[20].rows.iloc[:0]
    start = survey[0].at
    grown = [LoadFacts(start + timedelta(days=7 * n), 100 * n + 140, 100, 0, 100 * n, 40) for n in range(1, 9)]
    same = LoadFacts(start + timedelta(days=63), 1_040, 100, 0, 900, 40)
    more = LoadFacts(start + timedelta(days=63), 1_040, 70, 0, 900, 70)
    assert not any(p.check == "refused" for p in gate.validate(same, rows, rows, grown, same.started_at).problems)
    (problem,) = [p for p in gate.validate(more, rows, rows, grown, more.started_at).problems if p.check == "refused"]
    assert problem.severity == "warning" and problem.message.startswith("30 of 100 records not read before")


def test_a_first_load_and_an_empty_one_are_taken_in(survey: list[Delivery]) -> None:
    """Without history there is nothing to compare with; a load without anything is no fault by itself."""
    assert judge(BatchGate(Kind.SURVEY), survey[0], [], survey[0].rows.iloc[:0]).problems == ()
    nothing = Delivery(LoadFacts(survey[0].at, 0, 0, 0, 0, 0), survey[0].rows.iloc[:0])
    verdict = judge(BatchGate(Kind.SURVEY), nothing, [], nothing.rows)
    assert verdict == BatchVerdict() and not verdict.held and verdict.reason == ""


def test_the_verdict_says_what_happens_now() -> None:
    """A held load names the commands with its own number; a warned one is taken in."""
    warning, critical = BatchProblem("volume", "warning", "few"), BatchProblem("missing", "critical", "no scores")
    held = BatchVerdict((critical, warning))
    assert (held.reason, held.warnings) == ("no scores", ("few",))
    assert "`groundswell ingest --accept-load 17`" in held.next_steps(17)
    assert "`groundswell ingest --drop-load 17`" in held.next_steps(17)
    assert BatchVerdict((warning,)).next_steps(17) == "the load is taken in; the digests say so"
    assert BatchVerdict().next_steps(17) == ""


def test_no_text_reaches_great_expectations(survey: list[Delivery], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the table that Great Expectations is given, nor its result, nor a message holds a customer's words."""
    seen: list[str] = []
    validate = batch.validate_table

    def spy(table: pd.DataFrame, *given: object) -> object:
        assert set(map(str, table.dtypes)) == {"float64"}
        seen.append(table.to_csv())
        return validate(table, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "validate_table", spy)
    texts = ["the parcel from zanzibar smelled of zanzibar and came late"] * len(survey[20].rows)
    verdict = verdict_on(survey[20], survey[:20], text=texts)
    assert verdict.held and len(seen) == 1
    assert "zanzibar" not in "".join([*seen, *lines_of(verdict), str(verdict.evidence.to_json_dict())])


@pytest.mark.parametrize("columns", [{}, {"odd": np.nan}])
def test_a_check_that_cannot_run_does_not_pass(
    columns: dict[str, float], survey: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An expectation on a column that is missing or empty stops the run."""
    check = BatchCheck("refused", "warning", "odd", MEAN, {"max_value": 1}, str, "")
    monkeypatch.setattr(batch, "judge_refused", lambda *_: Area(columns, (check,)))
    with pytest.raises(RuntimeError, match="odd could not be evaluated"):
        verdict_on(survey[20], survey[:20])
