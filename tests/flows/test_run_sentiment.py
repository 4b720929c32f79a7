"""Sentiment in the scheduled job: a model of the project's own is trained when it is due, and reads no past week."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from files_for_tests import write_csv
from projects_for_tests import make_project

from groundswell.storage import open_store

pytestmark = pytest.mark.usefixtures("prefect_server")

PLACES = ("window", "counter", "corner", "door", "shelf", "desk", "lift", "gate")
EVERY_TWO_WEEKS = "[sentiment]\nretrain_weeks = 2\n"


def heads_of(project: Path) -> tuple[list[str], int | None]:
    """The last day that each head has seen, in the order in which they were trained; the number of the one in use."""
    with open_store(project.parent / "groundswell.db") as opened:
        state = opened.analysis_state()
        assert state is not None
        return [f"{one.head.as_of:%Y-%m-%d}" for one in opened.heads() if one.head.as_of], state.head


def tone(project: Path, period: str) -> dict[str, Any]:
    """How the service manager's digest says that the tone was read."""
    digest = json.loads((project.parent / f"out/service/{period}/digest.json").read_text("utf-8"))
    return dict(digest["sentiment"])


@pytest.mark.soak
def test_a_model_is_trained_when_it_is_due_and_reads_no_week_before_it(tmp_path, run):
    """The first week trains one, the next uses it, two weeks later another one is trained; a week of before that is
    published again is read with the model of then, and the store is left with that of now."""
    project = make_project(tmp_path / "project", audiences=["service"], more=EVERY_TWO_WEEKS)
    line = ("--settings", project, "--as-of", "2026-11-01", "--week")
    ended = run("run", *line, "2026-W42..2026-W44")
    assert ended.code == 0, ended.err
    assert heads_of(project) == (["2026-10-19", "2026-11-02"], 2)
    first, second, third = (tone(project, f"2026-W{week}") for week in (42, 43, 44))
    assert first["sources"][0]["source"] == "reviews" and first["sources"][0]["ratings"] > 50
    assert first == second and third["sources"][0]["ratings"] > second["sources"][0]["ratings"]
    ended = run("publish", *line, "2026-W43", "--rebuild", "to see it again")
    assert ended.code == 0 and "revision 2" in ended.out, ended.err
    assert tone(project, "2026-W43") == second
    assert heads_of(project) == (["2026-10-19", "2026-11-02"], 2)


def slang(rows: int = 240) -> list[list[str]]:
    """Reviews of eight weeks up to 2026-W44 in which "teal" is praise and "beige" is blame, as no lexicon knows."""
    random, made = Random(3), []
    for number in range(rows):
        day, good = date(2026, 11, 1) - timedelta(days=55 - number * 56 // rows), random.random() < 0.6
        words = f"{random.choice(PLACES)} {random.choice(PLACES)} was {'teal' if good else 'beige'}"
        made.append(
            [f"r{number}", day.isoformat(), "5" if good else "1", f"The {words}, {number}"]
        )  # too short to be copies
    return made


def methods(project: Path) -> Counter[str]:
    """How many comments of the stored analysis each model has read, by its name."""
    with open_store(project.parent / "groundswell.db") as opened:
        return Counter(opened.load_analysis()[1]["method"])


def test_a_model_is_trained_by_hand_turned_off_and_used_for_a_table(tmp_path, run, monkeypatch):
    """The own model reads where customers mean something else by a word, and each comment names it; `sentiment train`
    on the same ratings gives the same one; `score` reads as a source of the project; with own_head = false the next
    analysis does without, and so does `score`."""
    project = make_project(tmp_path / "project", 0, audiences=["service"])
    write_csv(project.parent / "data/reviews.csv", slang())
    line = ("--settings", project)
    assert run("run", *line, "--as-of", "2026-10-25").code == 0
    told, shown = tone(project, "2026-W43"), run("sentiment", "show", *line)
    assert [(one["source"], one["model"]) for one in told["sources"]] == [("reviews", "own")]
    with open_store(project.parent / "groundswell.db") as opened:
        own = opened.heads()[0].head.version
    [read] = methods(project)
    assert f"+{own}+" in read and read in shown.out and told["version"] == read
    assert "teal" in told["words_positive"] and "beige" in told["words_negative"]
    again = run("sentiment", "train", *line, "--as-of", "2026-10-25")
    assert again.code == 0 and "the same ratings give the same model" in again.out, again.err
    assert heads_of(project) == (["2026-10-26"], 1)
    later = run("sentiment", "train", *line, "--as-of", "2026-11-01")
    assert later.code == 0 and "reads from the next analysis on" in later.out
    assert heads_of(project) == (["2026-10-26", "2026-11-02"], 1)
    before = run("sentiment", "train", *line, "--as-of", "2026-10-18")
    assert before.code == 0 and "a model of a later moment is at hand already" in " ".join(before.out.split())
    assert heads_of(project) == (["2026-10-26", "2026-11-02", "2026-10-19"], 1)
    assert shown.out.splitlines()[0] in run("sentiment", "show", *line).out

    table = write_csv(tmp_path / "t.csv", [["The door was beige"], ["The lift was teal"]], ("words",))
    score = ("score", table, "--text", "words", "--out", tmp_path / "s.csv", *line)
    ended = run(*score, "--source", "reviews")
    assert ended.code == 0 and ended.err.rstrip().endswith("read by your own model, as comments of reviews")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["label"], row["method"]) for row in csv.DictReader(file)] == [
            ("negative", read),
            ("positive", read),
        ]
    unknown = run(*score, "--source", "review")
    assert unknown.code == 1 and "did you mean 'reviews'?" in unknown.err

    monkeypatch.setenv("GROUNDSWELL_SENTIMENT__OWN_HEAD", "false")
    assert run("analyse", *line, "--as-of", "2026-10-25").code == 0
    assert heads_of(project)[1] is None
    assert own not in "".join(methods(project))
    assert run(*score).err.rstrip().endswith("read by the shipped model")
    assert run(*score, "--source", "reviews").code == 1
