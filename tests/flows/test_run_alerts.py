"""Alerts and actions in the scheduled job: judged week by week, kept, the same whichever way the weeks are made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands_for_tests import Ended
from files_for_tests import files_in, reviews, write_csv
from postgres_for_tests import new_database
from projects_for_tests import make_project
from stores_for_tests import differences, stored

from groundswell.storage import open_store

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("prefect_server")]
Run = Callable[..., Ended]
DAYS = {"2026-W42": "2026-10-18", "2026-W43": "2026-10-25", "2026-W44": "2026-11-01"}  # the last day of each week
CROWD = date(2026, 10, 20)  # a day of 2026-W43


def make_crowd(folder: Path) -> Path:
    """A project of fifteen weeks up to 2026-W44, of which one has twenty-five who all write of one thing more."""
    place = make_project(folder, rows=0, audiences=["service"])
    rows = reviews(300, days=105)
    complaint = next(row for row in rows if "parcel" in row[3].split(",")[0] or "deliver" in row[3])[3].split(",")[0]
    for number in range(25):
        day = CROWD + timedelta(days=number % 5)
        rows.append([f"c{number}", day.isoformat(), "1", f"{complaint}, again {number}."])
    write_csv(folder / "data" / "reviews.csv", rows)
    return place


def publish_weeks(run: Run, project: Path, *weeks: str) -> None:
    """One scheduled run at the end of each week."""
    for week in weeks:
        ended = run("run", "--settings", project, "--as-of", DAYS[week])
        assert ended.code == 0, ended.err


def digest_of(project: Path, week: str) -> dict[str, Any]:
    """The service manager's digest as it lies on disk."""
    found: dict[str, Any] = json.loads((project.parent / f"out/service/{week}/digest.json").read_text("utf-8"))
    return found


def kept_in(store: Path | str) -> dict[str, Any]:
    """What the store holds of alerts and digests."""
    found = stored(store)
    return {name: found[name] for name in ("alert_week", "alert", "action", "digest")}


@pytest.fixture(scope="module")
def weekly(
    run: Run, prefect_server: None, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The project after three weekly runs."""
    project = make_crowd(tmp_path_factory.mktemp("weekly") / "project")
    publish_weeks(run, project, *DAYS)
    return project


@pytest.fixture
def project(weekly: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(weekly.parent, tmp_path / "project") / weekly.name


def test_an_alert_is_told_and_goes_on_from_week_to_week(weekly: Path) -> None:
    """The week before the crowd there is none; then it is open, and quiet a week later, under the same id."""
    alerts = {week: digest_of(weekly, week)["alerts"] for week in DAYS}
    assert alerts["2026-W42"] == []
    [first], [second] = alerts["2026-W43"], alerts["2026-W44"]
    assert (first["kind"], first["state"], first["last_week"], first["mood"]) == ("surge", "open", "2026-W43", "pain")
    assert first["authors"] >= 25 and first["authors"] > first["usual"]["high"] and first["verbatims"]
    assert (second["alert_id"], second["state"], second["last_week"]) == (first["alert_id"], "quiet", "2026-W43")
    with open_store(weekly.parent / "groundswell.db") as store:
        assert [(week.week, [one.state for one in week.alerts]) for week in store.alert_weeks()] == [
            ("2026-W42", []),
            ("2026-W43", ["open"]),
            ("2026-W44", ["quiet"]),
        ]
    assert digest_of(weekly, "2026-W44")["watch"]["target_per_year"] == 2.0


def test_weeks_filled_in_later_are_those_of_the_weekly_runs(weekly: Path, run: Run, tmp_path: Path) -> None:
    """`publish --week A..B` leaves the same alerts of each week, and the same digests to the byte."""
    project = make_crowd(tmp_path / "project")
    assert run("ingest", "--settings", project).code == 0
    ended = run("publish", "--settings", project, "--week", "2026-W42..2026-W44", "--as-of", DAYS["2026-W44"])
    assert ended.code == 0, ended.err
    one, other = (kept_in(place.parent / "groundswell.db") for place in (weekly, project))
    assert differences(one, other) == []
    for week in DAYS:
        assert digest_of(project, week) == digest_of(weekly, week)


def test_an_action_changes_no_published_page_and_shows_in_the_next_revision(project: Path, run: Run) -> None:
    """Recorded after a digest was frozen, an action makes no new one; a rebuild takes it up. Rows alone decide: the
    first part of the fingerprint stays, the second one tells that it rests on more."""
    pages = files_in(project.parent / "out")
    theme = digest_of(project, "2026-W43")["alerts"][0]["label"]
    added = run("actions", "add", theme, "--what", "another courier", "--since", "2026-10-26", "--settings", project)
    assert added.code == 0, added.err
    publish_weeks(run, project, "2026-W44")
    assert files_in(project.parent / "out") == pages
    first = digest_of(project, "2026-W44")
    line = ("publish", "--settings", project, "--as-of", DAYS["2026-W44"], "--week", "2026-W44")
    ended = run(*line, "--rebuild", "an action was recorded")
    assert ended.code == 0, ended.err
    second = digest_of(project, "2026-W44")
    assert (first["revision"], first["actions"], second["revision"]) == (1, [], 2)
    [told] = second["actions"]
    assert (told["what"], told["label"], told["verdict"]) == ("another courier", theme, "too early")
    prints = [one["generated_from"]["fingerprint"].split(".") for one in (first, second)]
    assert prints[0][0] == prints[1][0] and prints[0][1] != prints[1][1]
    assert second["alerts"] == first["alerts"]


def test_a_week_that_gains_feedback_is_judged_again(project: Path, run: Run) -> None:
    """Rows that come late for a week make its next revision, and its alerts anew from the week before; the weeks
    after it stay as they were published."""
    late = [[f"l{n}", "2026-10-22", "2", f"The parcel came late again, number {n}."] for n in range(3)]
    write_csv(project.parent / "data" / "reviews-late.csv", late)
    with open_store(project.parent / "groundswell.db") as store:
        before = {week.week: week for week in store.alert_weeks()}
    last = (project.parent / "out/service/2026-W44/digest.json").read_bytes()
    publish_weeks(run, project, "2026-W44")
    assert digest_of(project, "2026-W43")["revision"] == 2
    assert (project.parent / "out/service/2026-W44/digest.json").read_bytes() == last
    with open_store(project.parent / "groundswell.db") as store:
        after = {week.week: week for week in store.alert_weeks()}
    assert list(after) == list(before) and after["2026-W43"].rest != before["2026-W43"].rest
    assert (after["2026-W42"], after["2026-W44"]) == (before["2026-W42"], before["2026-W44"])


def test_postgresql_keeps_the_same_alerts(
    weekly: Path, run: Run, tmp_path: Path, monkeypatch: Any, postgres_home: Path
) -> None:
    """The same weeks on a PostgreSQL store leave the same alerts and digests."""
    project = make_crowd(tmp_path / "project")
    url = new_database(postgres_home)
    monkeypatch.setenv("GROUNDSWELL_STORE", url)
    publish_weeks(run, project, *DAYS)
    assert differences(kept_in(weekly.parent / "groundswell.db"), kept_in(url)) == []
