"""Scores: each metric in its own units, hidden where there are too few, wider where authors repeat."""

import pytest
from frames_for_tests import feedback_frame

from analysis.scope.scores import score_points, summarise_scores


def rows(metric, values, low, high, **more):
    """Feedback rows that carry the given scores."""
    span = high - low
    return [
        {"metric": metric, "score": v, "score_low": low, "score_high": high, "score_scaled": (v - low) / span, **more}
        for v in values
    ]


def test_points_are_in_the_units_of_their_metric():
    """NPS gives -100, 0, 100; CSAT the two best boxes; stars stay stars; no score stays unknown."""
    frame = feedback_frame(
        rows("nps", [10, 8, 6], 0, 10) + rows("csat", [5, 4, 3], 1, 5) + rows("rating", [2], 1, 5) + [{}]
    )
    points = score_points(frame).tolist()
    assert points[:7] == [100, 0, -100, 100, 100, 0, 2]
    assert points[7] != points[7]


def test_binary_csat_counts_only_the_better_answer():
    """On a thumbs scale the top box is the thumb up."""
    assert score_points(feedback_frame(rows("csat", [0, 1], 0, 1))).tolist() == [0, 100]


def test_few_responses_are_hidden_with_the_reason():
    """Nineteen answers are not a score."""
    (summary,) = summarise_scores(feedback_frame(rows("nps", [9] * 19, 0, 10)), None)
    assert summary.value is None
    assert "19 responses" in summary.reason


def test_four_authors_are_hidden_however_often_they_answer():
    """A figure of fewer than five people would point at them."""
    frame = feedback_frame([{**row, "author": f"a{i % 4}"} for i, row in enumerate(rows("nps", [9] * 40, 0, 10))])
    (summary,) = summarise_scores(frame, None)
    assert summary.value is None and "4 authors" in summary.reason


def test_change_is_the_difference_to_the_period_before():
    """A rise from 3.0 to 4.0 stars shows as +1 with an interval that leaves out 0."""
    now = feedback_frame(rows("rating", [3, 4, 5] * 40, 1, 5))
    before = feedback_frame(rows("rating", [2, 3, 4] * 40, 1, 5))
    (summary,) = summarise_scores(now, before)
    assert summary.value == pytest.approx(4.0)
    assert summary.change == pytest.approx(1.0)
    assert 0 < summary.change_low < 1.0 < summary.change_high


def test_unanimous_scores_keep_an_open_interval():
    """Thirty promoters out of thirty do not prove an NPS of exactly 100, nor thirty satisfied 100 %."""
    nps, csat = summarise_scores(
        feedback_frame(rows("nps", [10] * 30, 0, 10, source="a") + rows("csat", [5] * 30, 1, 5, source="b")), None
    )
    assert nps.value == 100 and nps.low < 100
    assert csat.value == 100 and csat.low < 100


def test_a_loud_author_does_not_make_a_score_surer():
    """Sixty answers, forty of them by one customer, say less than sixty of sixty."""
    stars = [5, 1, 4] * 20
    loud = [{**row, "author": "loud" if i < 40 else f"a{i}"} for i, row in enumerate(rows("rating", stars, 1, 5))]
    of_all = [{**row, "author": f"a{i}"} for i, row in enumerate(rows("rating", stars, 1, 5))]
    (one,), (other,) = (summarise_scores(feedback_frame(given), None) for given in (loud, of_all))
    assert one.value == other.value
    assert one.high - one.low > 1.5 * (other.high - other.low)


def test_a_score_and_its_interval_stay_on_the_scale():
    """Nobody gives more than five stars, so the interval does not either; nor does one of a single loud author."""
    (summary,) = summarise_scores(feedback_frame(rows("rating", [5] * 28 + [1] * 2, 1, 5)), None)
    assert 1 <= summary.low < summary.value < summary.high <= 5


def test_a_change_of_hardly_anybody_is_hidden_with_the_reason():
    """Where four people of sixty answer otherwise than most, their doing is not called a change."""
    now, before = (
        feedback_frame([{**row, "author": f"{time}{i}"} for i, row in enumerate(rows("nps", values, 0, 10))])
        for time, values in (("now", [10] * 28 + [3, 2]), ("then", [10] * 28 + [7, 4]))
    )
    (summary,) = summarise_scores(now, before)
    assert summary.value is not None and summary.change is None and summary.change_low is None
    assert "4 people answered otherwise" in summary.change_reason


def test_a_change_of_a_few_heavy_authors_is_hidden_with_the_reason():
    """Twelve people of whom one gave a third of the answers count as fewer than eight equal ones: the score is told,
    its change is not; the same answers of all people alike show it."""
    stars = [1, 2, 3, 4, 5] * 6
    heavy = ["a0"] * 10 + ["a1"] * 4 + ["a2"] * 4 + ["a3"] * 3 + [f"b{i}" for i in range(9)]
    frames = {
        name: feedback_frame(
            [{**row, "author": who} for row, who in zip(rows("rating", stars, 1, 5), names, strict=True)]
        )
        for name, names in (("heavy", heavy), ("alike", [f"c{i % 15}" for i in range(30)]))
    }
    (hidden,) = summarise_scores(frames["alike"], frames["heavy"])
    assert hidden.value is not None and hidden.change is None
    assert hidden.change_reason == (
        "no comparison: the people of a period count as 6.0 who answer equally often; shown from 8"
    )
    (told,) = summarise_scores(frames["alike"], frames["alike"])
    assert told.change == 0 and told.change_reason is None


def test_a_change_against_too_few_is_hidden_with_the_reason():
    """Ten answers before are no period to compare with; the score itself is told."""
    stars = [3, 4, 5] * 10
    (summary,) = summarise_scores(
        feedback_frame(rows("rating", stars, 1, 5)), feedback_frame(rows("rating", stars[:10], 1, 5))
    )
    assert summary.value == pytest.approx(4.0)
    assert summary.change is None and "10 responses" in summary.change_reason


def test_no_period_before_is_no_reason():
    """Without a period before nothing is missing, so nothing is explained."""
    (summary,) = summarise_scores(feedback_frame(rows("rating", [3, 4, 5] * 10, 1, 5)), None)
    assert summary.change is None and summary.change_reason is None
