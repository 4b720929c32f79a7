"""The scheduled job by hand: what is brought in, which periods are published, and what stays as it was."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from commands_for_tests import Ended
from files_for_tests import files_in, reviews, write_csv
from projects_for_tests import make_project

from flows.order import weeks_of
from groundswell.storage import open_store

pytestmark = pytest.mark.usefixtures("prefect_server")
Run = Callable[..., Ended]

OTHERWISE = """
[themes]
auto = false
[audiences.service]
period = "week"
[audiences.product]
period = "4 weeks"
[audiences.marketing]
period = "all"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The settings of a project with 240 reviews over eight weeks, the last of them 2026-W44, and one audience."""
    return make_project(tmp_path / "project", audiences=["service"])


@pytest.fixture(scope="module")
def three_weeks(prefect_server: None, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of such a project after a run at the end of 2026-W42, a pause, and one at the end of 2026-W44."""
    project = make_project(tmp_path_factory.mktemp("three_weeks") / "project", audiences=["service"])
    for day in ("2026-10-18", "2026-11-01"):
        ended = run("run", "--settings", project, "--as-of", day)
        assert ended.code == 0, ended.err
    return project


@pytest.fixture(scope="module")
def set_otherwise(prefect_server: None, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of a project that was run with weeks from Sunday on, another period for each of three audiences, new
    themes that wait for a person, and one record of after the day of the run."""
    project = make_project(tmp_path_factory.mktemp("otherwise") / "project", more=OTHERWISE)
    project.write_text('week_start = "sunday"\n' + project.read_text("utf-8"), "utf-8")
    write_csv(project.parent / "data" / "reviews-later.csv", [["later", "2026-11-03", "5", "The app is easy to use."]])
    ended = run("run", "--settings", project, "--as-of", "2026-11-01")
    assert ended.code == 0, ended.err
    return project


def published(project: Path) -> dict[str, int]:
    """The revisions of the service manager's digests by period."""
    with open_store(project.parent / "groundswell.db") as opened:
        return {one.period: one.revision for one in opened.digests("service")}


def service_digest(project: Path, period: str) -> dict[str, object]:
    """The service manager's digest as it lies on disk."""
    digest: dict[str, object] = json.loads((project.parent / f"out/service/{period}/digest.json").read_text("utf-8"))
    return digest


def test_a_run_publishes_the_last_closed_week_once(tmp_path, run):
    """`run` fills the four audiences' folders and its index; the same run again adds no row and changes no byte."""
    project = make_project(tmp_path / "project")
    line = ("run", "--settings", project, "--as-of", "2026-11-01")
    first = run(*line)
    assert first.code == 0, first.err
    assert "reviews: in 240 = new 240 + changed 0 + unchanged 0 + quarantined 0 + skipped 0" in first.out
    pages = files_in(project.parent / "out")
    assert sorted({Path(page).parts[0] for page in pages}) == [
        "index.html",
        "marketing",
        "operations",
        "product",
        "service",
    ]
    assert published(project) == {"2026-W44": 1}
    assert service_digest(project, "2026-W44")["coverage"]["feedback"] > 20
    again = run(*line)
    assert (again.code, files_in(project.parent / "out")) == (0, pages)
    assert "reviews: in 0 = new 0" in again.out and "nothing to publish" in again.out


@pytest.mark.soak
def test_back_filling_equals_the_weekly_runs(project, run, tmp_path):
    """`--week A..B` makes the very files that a run at the end of each of these weeks makes from the same export."""
    weekly = shutil.copytree(project.parent, tmp_path / "weekly") / "groundswell.toml"
    for day in ("2026-10-18", "2026-10-25", "2026-11-01"):
        assert run("run", "--settings", weekly, "--as-of", day).code == 0
    filled = run("run", "--settings", project, "--as-of", "2026-11-01", "--week", "2026-W42..2026-W44")
    assert filled.code == 0, filled.err
    assert published(project) == dict.fromkeys(("2026-W42", "2026-W43", "2026-W44"), 1)
    assert files_in(project.parent / "out") == files_in(weekly.parent / "out")


def test_late_feedback_makes_a_revision_of_its_week_alone(three_weeks, run, tmp_path):
    """A record that arrives late changes its own week's digest, which says so; the other weeks stay frozen."""
    project = shutil.copytree(three_weeks.parent, tmp_path / "late") / three_weeks.name
    before = files_in(project.parent / "out" / "service")
    late = [["late1", "2026-10-21", "1", "The parcel was never delivered and nobody answers the phone."]]
    write_csv(project.parent / "data" / "reviews-late.csv", late)
    ended = run("run", "--settings", project, "--as-of", "2026-11-01")
    assert ended.code == 0, ended.err
    assert published(project) == {"2026-W42": 1, "2026-W43": 2, "2026-W44": 1}
    assert "its feedback changed after revision 1: +1 records" in ended.out
    after = files_in(project.parent / "out" / "service")
    assert {name.split(os.sep)[0] for name in after if after[name] != before[name]} == {"2026-W43"}
    assert service_digest(project, "2026-W43")["revision"] == 2


def test_weeks_missed_are_made_up_for(three_weeks):
    """A run after a pause publishes every week that closed since the last digest, oldest first."""
    assert list(published(three_weeks)) == ["2026-W42", "2026-W43", "2026-W44"]


def test_a_rebuild_is_the_next_revision_and_says_why(published_project, run):
    """`publish --rebuild REASON` replaces what is frozen by a next revision with that reason, under the settings of
    now: those alone change nothing that is published."""
    project = published_project
    line = ("--settings", project, "--as-of", "2026-11-01")
    project.write_text(f"{project.read_text('utf-8')}[statistics]\nfalse_alarms_per_year = 4\n", "utf-8")
    assert run("run", *line).code == 0
    assert service_digest(project, "2026-W44")["watch"]["target_per_year"] == 2
    ended = run("publish", *line, "--week", "2026-W44", "--rebuild", "a theme was renamed")
    assert ended.code == 0, ended.err
    assert "revision 2, rebuilt: a theme was renamed" in ended.out
    assert published(project) == {"2026-W44": 2}
    assert service_digest(project, "2026-W44")["watch"]["target_per_year"] == 4


def test_pages_that_are_gone_come_back_as_they_were(published_project, run):
    """A deleted or altered page is written again from its frozen digest, to the byte."""
    pages = files_in(published_project.parent / "out")
    folder = published_project.parent / "out" / "service" / "2026-W44"
    (folder / "digest.json").write_text("{}")
    (folder / "digest.html").unlink()
    (folder / "digest.xlsx").unlink()
    assert run("run", "--settings", published_project, "--as-of", "2026-11-01").code == 0
    assert files_in(published_project.parent / "out") == pages


def test_the_steps_can_be_taken_one_by_one(published_project, run, tmp_path):
    """`ingest`, `analyse`, `publish` in turn end where `run` ends; `publish` finds the analysis made."""
    inputs = shutil.ignore_patterns("groundswell.db*", "out")
    project = shutil.copytree(published_project.parent, tmp_path / "steps", ignore=inputs) / published_project.name
    assert run("ingest", "--settings", project).code == 0
    assert run("analyse", "--settings", project, "--as-of", "2026-11-01").code == 0
    ended = run("publish", "--settings", project, "--as-of", "2026-11-01")
    assert ended.code == 0 and "embedding" not in ended.err
    assert files_in(project.parent / "out") == files_in(published_project.parent / "out")


def test_a_dry_run_writes_nothing_and_says_what_would_be(project, published_project, run):
    """`run --dry-run` gives the accounting and the periods, and makes neither store nor folder."""
    line = ("run", "--as-of", "2026-11-01", "--dry-run", "--settings")
    before = files_in(project.parent)
    ended = run(*line, project)
    assert ended.code == 0, ended.err
    assert "reviews: in 240 = new 240 + changed 0 + unchanged 0 + quarantined 0 + skipped 0" in ended.out
    assert "service: would publish 2026-W44 (new)" in ended.out
    assert files_in(project.parent) == before
    folder = published_project.parent
    write_csv(folder / "data" / "reviews-2.csv", [["x1", "2026-10-29", "5", "The app is easy to use."]])
    stored = files_in(folder)
    ended = run(*line, published_project)
    assert "new 1 + changed 0" in ended.out and "service: would publish 2026-W44 (next revision)" in ended.out
    assert {name: text for name, text in files_in(folder).items() if ".db" not in name} == {
        name: text for name, text in stored.items() if ".db" not in name
    }


def test_other_periods_per_audience(set_otherwise):
    """An audience with its own period gets digests of that length, beside the weekly ones of the others."""
    out = set_otherwise.parent / "out"
    names = ["index.html", "marketing", "product", "quality.html", "service"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert [path.name for path in (out / "service").iterdir()] == ["2026-W44"]
    (period,) = (path.name for path in (out / "product").iterdir())
    assert period.endswith(("W41", "W42", "W43", "W44")) and "-to-" in period


def test_a_digest_of_all_feedback_holds_what_was_known_by_then(set_otherwise):
    """What came after the day of the run is stored, and not in the digest of all feedback."""
    digest = json.loads((set_otherwise.parent / "out/marketing/all/digest.json").read_text("utf-8"))
    assert digest["coverage"]["feedback"] == 240
    with open_store(set_otherwise.parent / "groundswell.db") as store:
        assert len(store.load_feedback()) == 241


def test_a_week_that_begins_on_sunday(set_otherwise):
    """With `week_start` Sunday the digest of W44 runs from Sunday to Saturday."""
    assert service_digest(set_otherwise, "2026-W44")["period"]["label"] == "2026-W44 · 25–31 Oct 2026"


def test_new_themes_wait_where_a_person_is_to_decide(set_otherwise):
    """`auto = false` is a setting of the project, and part of what an analysis was made with."""
    with open_store(set_otherwise.parent / "groundswell.db") as store:
        state = store.analysis_state()
    assert state is not None and state.models["themes"].endswith("auto=False")


def test_a_week_that_is_not_closed_is_refused(project, run):
    """`--week` of the running week, of no week, or of weeks in the wrong order: one line, exit code 1."""
    for week, told in (
        ("2026-W45", "is not closed yet"),
        ("2026-W60", "the year 2026 has no week 60"),
        ("next", "is no week"),
        ("2026-W44..2026-W40", "the first week comes after the last one"),
    ):
        ended = run("publish", "--settings", project, "--as-of", "2026-11-01", "--week", week)
        assert ended.code == 1 and told in ended.said[-1], ended.err


@pytest.mark.parametrize(
    ("text", "weeks"),
    [("2026-W9..2026-W10", ("2026-W09", "2026-W10")), ("2026w46", ("2026-W46", "2026-W46")), (None, None)],
)
def test_weeks_are_in_order_however_they_are_written(text, weeks):
    """Week 9 comes before week 10, with and without a zero or a hyphen."""
    assert weeks_of(text) == weeks


@pytest.mark.soak
def test_all_feedback_is_what_was_known_by_then(tmp_path, run):
    """A digest of all feedback `--as-of` a day leaves out what came later; the same again publishes nothing. Of a newer
    export only the new and the edited rows come in, and the digest is a second revision."""
    project = make_project(tmp_path / "project", more='[audiences.service]\nperiod = "all"\n')
    line = ("run", "--settings", project, "--as-of")
    assert run(*line, "2026-10-11").code == 0
    early = service_digest(project, "all")["coverage"]["feedback"]
    assert "nothing to publish" in run(*line, "2026-10-11").out
    first, *others = reviews(240)
    edited = [*first[:3], "On second thought the parcel did arrive."]
    write_csv(project.parent / "data" / "reviews.csv", [edited, *others, ["new", "2026-11-01", "5", "Quick delivery."]])
    ended = run(*line, "2026-11-01")
    assert ended.code == 0 and "new 1 + changed 1 + unchanged 239" in ended.out, ended.out
    assert early < service_digest(project, "all")["coverage"]["feedback"] == 241
    assert published(project) == {"all": 2}


def test_status_and_quarantine_tell_how_the_job_stands(project, published_project, run):
    """`status` names runs, sources, quarantine and models; before the first run it says that there is no store."""
    assert "no store yet" in run("status", "--settings", project).out
    told = run("status", "--settings", published_project).out
    parts = ("done", "reviews (review): 240 records", "1 of reviews", "service 2026-W44 (revision 1)", "embedding:")
    for part in parts:
        assert part in told
    listed = run("quarantine", "list", "--settings", published_project).out
    assert "reviews, data/reviews.csv, row 241" in listed and "1 record in quarantine" in listed


def test_a_mended_record_leaves_quarantine(tmp_path, run):
    """`quarantine retry` stores what is no longer refused; `drop` gives up what never will be right."""
    project = make_project(tmp_path / "project", rows=0)
    file = project.parent / "data" / "reviews.csv"
    write_csv(file, [*reviews(60), ["bad", "2026-10-30", "", ""], ["worse", "2026-10-31", "", ""]])
    assert run("ingest", "--settings", project).code == 0
    write_csv(file, [*reviews(60), ["bad", "2026-10-30", "2", "Too slow"], ["worse", "2026-10-31", "", ""]])
    ended = run("quarantine", "retry", "--settings", project)
    assert ended.code == 0, ended.err
    assert "1 no longer wait, 1 still refused" in ended.out
    dropped = run("quarantine", "drop", "--settings", project, "--source", "reviews")
    assert "1 record dropped" in dropped.out
    assert "no records in quarantine" in run("quarantine", "list", "--settings", project).out
    with open_store(project.parent / "groundswell.db") as opened:
        assert len(opened.load_feedback()) == 61


def test_data_docs_are_written_on_request(project, run, tmp_path):
    """`ingest --data-docs DIR` writes pages of the batch checks that hold none of the customers' words."""
    ended = run("ingest", "--settings", project, "--data-docs", tmp_path / "checks")
    assert ended.code == 0, ended.err
    assert f"batch checks in detail: {tmp_path / 'checks' / 'index.html'}" in ended.out
    pages = files_in(tmp_path / "checks")
    assert "index.html" in pages
    assert not any(b"parcel" in page or b"courier" in page for page in pages.values())
