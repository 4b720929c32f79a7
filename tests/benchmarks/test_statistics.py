"""`python -m benchmarks.statistics`: it runs the parts that are asked for, and says what falls short."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from benchmarks import statistics, statistics_demo, statistics_speed
from benchmarks.statistics_frames import END, invent_frames
from benchmarks.statistics_rows import Row, between, missed
from benchmarks.statistics_walk import Raised, Walk, Week
from groundswell.frames import CLAUSES, COMMENTS, FEEDBACK, THEMES, segment_columns


def test_a_part_that_is_none_and_a_folder_that_is_none_are_refused(tmp_path, capsys):
    """Both are named, and nothing is measured."""
    with pytest.raises(SystemExit):
        statistics.main(["--only", "sped"])
    assert "'sped' is no part; there are coverage, adding" in capsys.readouterr().err
    assert statistics.main(["--data", str(tmp_path / "nowhere"), "--only", "speed"]) == 1
    assert "nowhere is not a folder" in capsys.readouterr().err


def test_parts_and_seeds_may_be_written_in_two_ways():
    """With spaces or commas, as a span or a list."""
    options = statistics._options(["--only", "speed,demo", "alarms", "--seeds", "3..5"])
    assert options.only == {"speed", "demo", "alarms"} and options.seeds == (3, 4, 5)
    assert statistics._options(["--seeds", "7,9"]).seeds == (7, 9)
    with pytest.raises(SystemExit):
        statistics._options(["--seeds", "some"])


def test_what_is_missed_is_repeated_at_the_end(capsys, monkeypatch):
    """A row that must lie between two bounds says so, and falls short outside of them."""
    found = [between("inside", 0.95, 0.93, 0.985), between("outside", 0.9, 0.93, 0.985), Row("told only", "3")]
    assert missed(found) == [found[1]]
    monkeypatch.setattr(statistics_speed, "rows", lambda asked: found)
    assert statistics.main(["--only", "speed"]) == 0
    said = capsys.readouterr().out
    assert "not reached: 1\n  outside: 0.900 (wanted 0.93 to 0.985)" in said


def test_invented_frames_are_those_of_a_store():
    """Columns, dtypes and order of groundswell/frames.py; each clause stands where its offsets say; twice the same."""
    one, two = (invent_frames(3_000, weeks=30, themes=12) for _ in range(2))
    assert pickle.dumps(one.clauses) == pickle.dumps(two.clauses)
    for frame, columns in (
        (one.feedback[list(FEEDBACK)], FEEDBACK),
        (one.clauses, CLAUSES),
        (one.comments, COMMENTS),
        (one.themes, THEMES),
    ):
        assert dict(frame.dtypes.astype(str)) == columns
    assert len(segment_columns(one.feedback.columns)) > 4 and len(one.clauses) == 3_000
    text = dict(zip(one.feedback["feedback_id"], one.feedback["text"], strict=True))
    for clause in one.clauses.to_dict("records"):
        assert text[clause["feedback_id"]][clause["start"] : clause["end"]] == clause["text"]
    times = one.feedback["occurred_at"]
    assert (times <= END).all() and (pd.Timestamp(END) - times.min()) < pd.Timedelta(weeks=30)
    assert one.undated().feedback["occurred_at"].isna().all()
    assert np.array_equal(one.undated().feedback.columns, one.feedback.columns)


def test_an_incident_is_found_where_its_theme_is_raised_after_it_began():
    """An alert that was there before, one of another theme, and one that is only quiet do not count; each opening of
    the others does, but for those that share an event with the incident's alert."""
    before = _week("W1", _alert("a1", "t1", opened="W1"), held=None)
    first = _week("W2", _alert("a1", "t1", opened="W1"), _alert("b", "t2", opened="W2"), held=("t1", 0.7))
    told = _alert("a1", "t1", opened="W3"), _alert("c", "t3", opened="W3", event="a1")
    second = _week("W3", *told, held=("t1", 0.8), sentence="“pay” was raised by 9 of 20 authors")
    walk = Walk(1, (before, first, second), {"double charge": "W2"}, {"double charge": "sudden"})
    found = statistics_demo._found(walk, "double charge")
    assert (found.after, found.held, found.is_first, found.label) == (2, 0.8, True, "pay")
    assert [alert.alert_id for _, alert in statistics_demo._others(walk)] == ["b"]
    rows = statistics_demo._of_kind([found])
    assert [row.ours for row in rows] == ["1 of 1", "1 of 1", "1 of 1", "2"]


def _week(name: str, *alerts: Raised, held: tuple[str, float] | None, sentence: str = "") -> Week:
    return Week(name, alerts, {"service": sentence, "product": ""}, {"double charge": held} if held else {})


def _alert(alert_id: str, theme: str, *, opened: str, event: str = "") -> Raised:
    return Raised(alert_id, theme, "pay", "surge", "open", opened, event or alert_id, 9, 3.0, {"charged_twice": 8})
