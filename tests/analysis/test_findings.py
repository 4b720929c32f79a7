"""Everything at once on odd inputs: nothing crashes, and what is unknown is never a figure (law 6)."""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.everything import find_everything
from analysis.scope.periods import as_of_for, choose_period
from groundswell.findings import Quality, SentimentSource, SentimentSummary
from reports.build import digest_for
from reports.digest import AUDIENCES, GeneratedFrom
from reports.render import render_html, render_json, render_markdown

THEMES = theme_frame({"t1": "card never arrived", "t2": "friendly staff", "t3": "slow <b>app</b>"})
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "reports" / "digest.schema.json").read_text("utf-8"))
SENTIMENT = SentimentSummary("starter-1", (SentimentSource("survey", "starter", 0, None, None, None, None),))
SUNDAY = MONDAY + timedelta(days=7)


def stars(value, **more):
    """A record with a rating of one to five stars."""
    scale = {"score_low": 1.0, "score_high": 5.0, "score_scaled": (value - 1) / 4}
    return {"metric": "rating", "score": float(value), **scale, **more}


def several(n=200, score=lambda i: 1 + i % 5, weeks=2, **more):
    """`n` records of as many authors, spread evenly over the weeks up to SUNDAY."""
    step = timedelta(weeks=weeks) / n
    return [
        stars(score(i), author=f"a{i}", occurred_at=SUNDAY - step * (n - i), text=f"comment {i} that says this", **more)
        for i in range(n)
    ]


def without(rows, *names):
    """The rows with these fields unknown."""
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


def findings_of(rows, themes=("t1", "t2", None), labels=("negative", "positive", "neutral"), signals=("",), **period):
    """The span and the findings of records whose themes and labels follow one another in turn."""
    feedback = feedback_frame(rows)
    of = [labels[i % len(labels)] for i in range(len(rows))]
    of = [label if text else "empty" for label, text in zip(of, feedback["text"], strict=True)]
    comments = comment_frame(feedback, of)
    said = feedback[feedback["text"] != ""]
    turns = [(themes[i % len(themes)], of[i]) for i in said.index]
    clauses = clause_frame(said, [theme for theme, _ in turns], [label for _, label in turns])
    clauses["signals"] = [signals[i % len(signals)] for i in said.index]
    as_of = period.pop("as_of", None) or as_of_for(feedback["occurred_at"], period.get("timezone", "UTC"))
    span = choose_period(feedback, as_of, **period)
    return span, find_everything(feedback, clauses, comments, THEMES, span, sentiment=SENTIMENT)


def pages_of(span, findings):
    """The four digests as plain JSON; each is rendered in every format and checked against the schema."""
    digests = {}
    for audience in AUDIENCES:
        quality = Quality(1, 0, 0, 0, {}, findings.warnings)
        digest = digest_for(audience, findings, span.period, quality, GeneratedFrom(findings.fingerprint, 0, {}), 1)
        assert render_html(digest) and render_markdown(digest)
        text = render_json(digest)
        plain = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in digest.json"))
        jsonschema.Draft202012Validator(SCHEMA).validate(plain)
        digests[audience] = plain
    return digests


ODD = {
    "no scores": without(several(), "metric", "score", "score_low", "score_high", "score_scaled"),
    "one author": [{**row, "author": "a0"} for row in several()],
    "no authors": without(several(), "author"),
    "one record": several(1, weeks=1),
    "all scores equal": several(score=lambda i: 5),
    "all texts empty": [{**row, "text": ""} for row in several()],
    "undated": [{**row, "occurred_at": None} for row in several()],
    "some undated": [{**row, "occurred_at": None} if i % 2 else row for i, row in enumerate(several())],
    "one week only": several(weeks=1),
    "five sources": [{**row, "source": f"source {i % 5}"} for i, row in enumerate(several(400))],
    "authors in one source only": [
        row if i % 2 else {**row, "source": "reviews", "author": None} for i, row in enumerate(several(400))
    ],
    "a segment with one value": several(**{"segment:version": "4.2.0", "segment:channel": "<i>chat</i>"}),
    "hostile words": [
        {**row, "source": "=cmd|' /C calc'!A0", "text": "<script>alert(1)</script> **b** \u202egnp [email] " + "x" * i}
        for i, row in enumerate(several())
    ],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_feedback_gives_four_valid_digests(name):
    """Whatever the feedback lacks, every page is written and digest.json is valid, without NaN."""
    digests = pages_of(*findings_of(ODD[name]))
    assert all(digest["headline"] for digest in digests.values())


@pytest.mark.parametrize(
    "period",
    [{"length": "week"}, {"length": "quarter"}, {"length": "all"}, {"timezone": "Pacific/Auckland", "length": "week"}],
    ids=str,
)
def test_every_length_of_period_gives_valid_digests(period):
    """Also one that was asked for and holds nothing."""
    pages_of(*findings_of(several(), **period))


@pytest.mark.parametrize("days", [-4000, 4000])
def test_a_today_far_from_the_data_gives_valid_digests(days):
    """As of years before the first record, or after the last one."""
    pages_of(*findings_of(several(), as_of=SUNDAY + timedelta(days=days), length="week"))


def test_a_theme_in_every_response_has_no_impact_and_no_change():
    """Nobody is left to compare with."""
    span, findings = findings_of(several(400), themes=("t1",), labels=("negative",))
    (pain,) = findings.pain_points
    assert pain.impact == () and (pain.change is None or pain.change.p_value is None)
    pages_of(span, findings)


def test_words_that_nobody_could_read_have_no_tone():
    """Of Hindi alone there are no pain points, for the reason that nothing was scored; a theme's tone is unknown."""
    span, findings = findings_of(several(), labels=("unscored",))
    digests = pages_of(span, findings)
    assert {trend["net_sentiment"] for trend in digests["product"]["trends"]} == {None}
    assert digests["service"]["pain_points"] == [] and digests["service"]["coverage"]["scored"] == 0
    (why,) = [entry["reason"] for entry in digests["service"]["absent"] if entry["section"] == "pain_points"]
    assert "no text of this period could be scored" in why


def test_equal_scores_have_no_impact():
    """Where everybody gives five stars nobody knows what a theme does to the score; 0 for certain would be a claim."""
    _, findings = findings_of(ODD["all scores equal"])
    assert all(finding.impact == () for finding in (*findings.pain_points, *findings.praise))


def test_scores_without_any_text_keep_their_dates():
    """A survey of scores alone is not called undated."""
    span, findings = findings_of(ODD["all texts empty"], length="week")
    assert span.before is not None and findings.scores[0].change is not None
    assert "no dates" not in findings_of(ODD["all texts empty"])[0].period.reason


def test_two_answers_of_one_response_are_one_score_and_one_customer():
    """A row with two open questions gives two records; its score and its customer count once (law 7)."""
    once = without(several(100, weeks=1), "author")
    twice = [
        {**row, "response_id": f"r{i}", "segment:question": question}
        for i, row in enumerate(once)
        for question in ("why", "what else")
    ]
    one, two = findings_of(once, themes=("t1",))[1], findings_of(twice, themes=("t1",))[1]
    assert (two.scores[0].n, two.scores[0].value) == (one.scores[0].n, one.scores[0].value)
    assert two.trends[0].authors == one.trends[0].authors
    assert {impact.n for finding in two.pain_points for impact in finding.impact} <= {one.scores[0].n}


def test_a_new_source_is_no_change_of_its_themes():
    """Complaints of a source that the week before did not have are not told as a rise."""
    rows = several(400)
    late = [stars(1, source="tickets", author=f"b{i}", occurred_at=SUNDAY - timedelta(hours=i + 1)) for i in range(100)]
    _, findings = findings_of([*rows, *late], themes=("t1", "t2", "t2", "t2"), length="week")
    assert not any(finding.change.significant for finding in findings.pain_points)
    assert findings.pain_points[0].change.n == 200


def test_a_source_that_begins_within_a_week_is_not_counted_as_if_it_had_it_whole():
    """The volumes begin with the first whole week, no percentage is told, and the page says what is known."""
    span, findings = findings_of(several(300, weeks=1.5), length="week")
    assert [point.week for point in findings.volumes["survey"]] == ["2026-W46"]
    assert any("known from 2026-11-05 on only" in warning for warning in findings.warnings)
    operations = pages_of(span, findings)["operations"]
    assert not any("week before" in sentence for sentence in operations["headline"])


def test_grades_are_turned_round():
    """Where 1 is the best grade a pain point still pulls the score down, and the unit says what was done."""
    rows = [
        {**stars(5 if i % 2 else 1), "author": f"a{i}", "score_scaled": 0.0 if i % 2 else 1.0, "text": f"comment {i}"}
        for i in range(100)
    ]
    _, findings = findings_of(rows, themes=("t2", "t1"), labels=("positive", "negative"))
    assert findings.scores[0].unit == "of 5 (turned round: 5 is best)"
    (pain,) = findings.pain_points
    assert pain.impact[0].value < 0 and pain.impact[0].mean_with == 1.0


def test_who_wrote_on_two_versions_is_among_the_others_of_neither():
    """A share elsewhere never counts more people than there are."""
    rows = [
        stars(1, author=f"a{i % 60}", text="always the same", **{"segment:version": version})
        for i in range(60)
        for version in ("4.1", "4.2")
    ]
    rows += [stars(5, author=f"b{i}", text="all is well", **{"segment:version": "4.2"}) for i in range(60)]
    rows += [stars(5, author=f"c{i}", text="all is well", **{"segment:version": "4.0"}) for i in range(60)]
    feedback = feedback_frame(rows)
    themes = ["t1"] * 120 + ["t2"] * 120
    clauses = clause_frame(feedback, themes, ["negative"] * 120 + ["positive"] * 120)
    comments = comment_frame(feedback, ["negative"] * 120 + ["positive"] * 120)
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"))
    found = {(s.value, s.theme_id): s for s in find_everything(feedback, clauses, comments, THEMES, span).segments}
    assert found["4.1", "t1"].share == 1.0 and found["4.1", "t1"].share_elsewhere == 0.0
    assert all(0 <= s.share_elsewhere <= 1 and s.authors <= s.of for s in found.values())


def test_the_order_of_the_rows_changes_nothing():
    """Shuffled rows of clauses, comments and themes give the same findings."""
    feedback = feedback_frame(several(**{"segment:version": "4.2.0"}))
    clauses = clause_frame(feedback, ["t1", "t2"] * 100, ["negative", "positive"] * 100)
    clauses["signals"] = ["escalation", "request", "churn effort", "praise"] * 50
    comments = comment_frame(feedback, ["negative", "positive"] * 100)
    span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"))
    straight = find_everything(feedback, clauses, comments, THEMES, span)
    mixed = [frame.sample(frac=1, random_state=4) for frame in (clauses, comments, THEMES)]
    shuffled = find_everything(feedback, *mixed, span)
    assert (straight.pain_points, straight.scores, straight.trends) == (
        shuffled.pain_points,
        shuffled.scores,
        shuffled.trends,
    )
    assert straight.escalations and straight.requests
    assert (straight.escalations, straight.requests) == (shuffled.escalations, shuffled.requests)
    assert (straight.signals, straight.mismatches) == (shuffled.signals, shuffled.mismatches)
    assert isinstance(clauses, pd.DataFrame)


def test_signals_reach_the_pages_of_those_who_act_on_them():
    """Service and operations are told whom to call, product what is asked for, everybody how the tone was read."""
    digests = pages_of(*findings_of(several(), signals=("escalation", "request", "", "churn", "effort")))
    assert [len(digests[name]["escalations"]) for name in AUDIENCES] == [50, 0, 0, 50]
    assert [len(digests[name]["requests"]) for name in AUDIENCES] == [0, 3, 0, 0]
    assert digests["service"]["signals"]["to_call"] == 80
    assert {digests[name]["sentiment"]["version"] for name in AUDIENCES} == {"starter-1"}
    pains = digests["service"]["pain_points"]
    assert pains and all(set(pain["signals"]) >= {"effort", "churn"} for pain in pains)


@pytest.mark.parametrize(
    ("rows", "labels", "why"),
    [
        (several(), ("negative",), "Not one of the 200 authors read asks for a manager"),
        ([{**row, "text": ""} for row in several()], ("negative",), "No text of this period is in English"),
    ],
)
def test_nobody_to_call_is_told_with_how_many_were_read(rows, labels, why):
    """Where there is nothing to call for, the page says so in one line, and says what was read."""
    service = pages_of(*findings_of(rows, labels=labels))["service"]
    told = {entry["section"]: entry["reason"] for entry in service["absent"]}
    assert told["escalations"].startswith(why)
    assert "mismatches" in told
