"""The ranking of pain points: parts that multiply, what counts as a trend, urgent against important."""

from dataclasses import replace
from math import prod

import pandas as pd
import pytest
from frames_for_tests import ALERT

from analysis.findings.themes.priority import Loss, active_alerts, mean_losses, pressing_people, prioritise
from groundswell.findings import Change

LOSS = Loss(0.5, 0.25)


def change(ratio, significant=True):
    """A change against the period before."""
    return Change(0.05, 0.05 * (ratio or 1), 300, 300, ratio, 0.001, significant)


def ranked(authors, losses=None, *, mood="pain", changes=None, alerts=None, pressing=None):
    """The ranking of themes of which nothing else is known."""
    return prioritise(
        authors,
        losses or dict.fromkeys(authors, LOSS),
        mood=mood,
        changes=changes or {},
        alerts=alerts or {},
        pressing=pressing or {},
    )


def test_parts_multiply_to_the_value_and_set_the_order():
    """What is shown is the whole reason: the product of the parts is the value, and the larger value comes first."""
    found = ranked(
        {"t1": 10, "t2": 40, "t3": 40}, {"t1": Loss(0.9, 0.82), "t2": Loss(0.3, 0.1), "t3": Loss(0.15, 0.03)}
    )
    assert [p.theme_id for p in found] == ["t2", "t1", "t3"]
    assert all(p.value == pytest.approx(prod(p.parts.values())) for p in found)
    assert [p.value for p in found] == sorted((p.value for p in found), reverse=True)
    assert set(found[0].parts) == {"authors", "mean_loss", "trend", "confidence"}


def test_confidence_is_the_low_end_of_a_poisson_count():
    """5 people are surer than none and less sure than 200; exp(-1.96 / sqrt(n)) where all lose the same."""
    few, many = (ranked({"t1": n})[0].parts["confidence"] for n in (5, 200))
    assert few == pytest.approx(0.416, abs=0.001) and many == pytest.approx(0.871, abs=0.001)
    varied = ranked({"t1": 200}, {"t1": Loss(0.5, 0.5)})[0].parts["confidence"]
    assert varied < many


@pytest.mark.parametrize(
    "told, trend",
    [
        ({"alerts": {"t1": ALERT}}, 1.5),
        ({"alerts": {"t1": replace(ALERT, ratio=None)}}, 2.0),
        ({"alerts": {"t1": replace(ALERT, ratio=6.0)}}, 2.0),
        ({"alerts": {"t1": ALERT}, "changes": {"t1": change(1.9)}}, 1.5),
        ({"changes": {"t1": change(1.8)}}, 1.8),
        ({"changes": {"t1": change(None)}}, 2.0),
        ({"changes": {"t1": change(0.1)}}, 0.5),
        ({"changes": {"t1": change(1.8, significant=False)}}, 1.0),
        ({}, 1.0),
    ],
)
def test_trend_is_an_alert_or_a_clear_change(told, trend):
    """At most twice and at least half; what may be chance changes nothing."""
    assert ranked({"t1": 30}, **told)[0].parts["trend"] == trend


def test_important_are_the_few_that_cost_a_quarter():
    """Of forty equal themes ten are important; of one large and many small ones the large one alone."""
    equal = ranked({f"t{i:02}": 10 for i in range(40)})
    assert sum(p.quadrant == "important" for p in equal) == 10
    large = ranked({"t0": 100} | {f"s{i}": 10 for i in range(12)})
    assert [p.theme_id for p in large if p.quadrant] == ["t0"]


def test_urgent_is_news_or_a_cry_for_help():
    """An alert, a clear rise, or every fifth of those who raise it (three or more); a clear fall is not urgent."""
    sizes = {"big": 1000, "t1": 20, "t2": 20, "t3": 20, "t4": 20, "t5": 6}
    found = ranked(
        sizes,
        alerts={"big": ALERT},
        changes={"t1": change(1.5), "t2": change(0.6)},
        pressing={"t3": 4, "t4": 3, "t5": 2},
    )
    assert {p.theme_id: p.quadrant for p in found} == {
        "big": "urgent and important",
        "t1": "urgent",
        "t2": "",
        "t3": "urgent",
        "t4": "",
        "t5": "",
    }
    assert {p.quadrant for p in ranked(sizes, mood="praise", alerts={"big": ALERT})} == {""}


def test_quiet_and_closed_alerts_and_those_of_praise_do_not_push_a_pain_point():
    """A surge of praise is no reason to remedy a theme, nor is one that has ended."""
    others = [replace(ALERT, theme_id=f"t{i}", state=state) for i, state in enumerate(("quiet", "closed", "updated"))]
    praised = replace(ALERT, theme_id="t9", mood="praise")
    assert set(active_alerts([*others, praised], "pain")) == {"t2"}
    assert set(active_alerts([*others, praised], "praise")) == {"t9"}


def test_a_loud_author_loses_once():
    """Ten bitter comments of one author weigh as much as one."""
    rows = pd.DataFrame(
        {
            "theme_id": ["t1"] * 12 + ["t2"] * 2,
            "who": ["loud"] * 10 + ["a", "b"] + ["c", "d"],
            "score_scaled": [0.0] * 10 + [1.0, 1.0] + [2 / 3, 2 / 3],
            "sentiment": -0.5,
        }
    )
    losses = mean_losses(rows, "pain", by_score=True)
    assert losses["t1"].mean == pytest.approx(losses["t2"].mean)
    assert losses["t1"].square > losses["t2"].square


def test_without_scores_the_words_stand_in():
    """Sources without a score are ranked by the strength of their words, and nothing is lost by a happy one."""
    rows = pd.DataFrame(
        {"theme_id": "t1", "who": list("abcd"), "score_scaled": None, "sentiment": [-1.0, -0.6, 0.4, 0]}
    )
    assert mean_losses(rows, "pain", by_score=False)["t1"].mean == pytest.approx(0.4)
    silent = rows.assign(sentiment=float("nan"))
    assert mean_losses(silent, "pain", by_score=False)["t1"].mean == 0
    assert ranked({"t1": 4}, mean_losses(silent, "pain", by_score=False)) == []


def test_a_cry_for_help_counts_wherever_it_stands_in_the_comment():
    """Who complains of a theme and threatens in the next sentence is one of those who press."""
    mentions = pd.DataFrame(
        {
            "feedback_id": ["f1", "f1", "f2", "f3"],
            "theme_id": ["t1", None, "t1", "t1"],
            "who": ["a", "a", "b", "a"],
            "signals": ["", "churn escalation", "", "urgency"],
        }
    )
    assert pressing_people(mentions[mentions["theme_id"].notna()], mentions) == {"t1": 1}
