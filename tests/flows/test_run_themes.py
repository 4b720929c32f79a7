"""Themes in the scheduled job: they keep id and name from week to week, edits show in the next digest alone."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from files_for_tests import files_in, reviews, write_csv
from projects_for_tests import make_project

from groundswell.storage import open_store

pytestmark = pytest.mark.usefixtures("prefect_server")

GUIDED = """
[[themes.guided]]
name = "Parcels"
examples = ["my order was never delivered", "the parcel arrived two weeks late", "delivery took far too long"]
owner = "logistics"
[[themes.guided]]
name = "Zeppelins"
examples = ["the zeppelin was late", "no seats left on the zeppelin", "zeppelin tickets are dear"]
"""


def digest_of(project: Path, period: str) -> dict:
    """The service manager's digest as it lies on disk."""
    return json.loads((project.parent / f"out/service/{period}/digest.json").read_text("utf-8"))


def themes_of(project: Path) -> dict[str, str]:
    """Open top themes of the registry, id -> label."""
    with open_store(project.parent / "groundswell.db") as store:
        return {theme.theme_id: theme.label for theme in store.load_registry().open_themes() if theme.is_top}


def test_themes_live_on_and_an_edit_shows_in_the_next_digest_alone(published_project, run):
    """From one week to the next the themes have the same ids; a rename between them changes no published byte, and the
    second week's digest has the new name and says what happened; undone, the old name is back."""
    project = published_project
    first, before = digest_of(project, "2026-W44"), files_in(project.parent / "out" / "service" / "2026-W44")
    known = themes_of(project)
    theme = first["pain_points"][0]["theme_id"]
    renamed = run("themes", "rename", "--settings", project, theme, "The worst of all")
    assert renamed.code == 0, renamed.err
    week = [[f"w{row[0]}", *row[1:]] for row in reviews(60, seed=6, days=7, last=date(2026, 11, 8))]
    write_csv(project.parent / "data" / "reviews-2.csv", week)
    ended = run("run", "--settings", project, "--as-of", "2026-11-08")
    assert ended.code == 0, ended.err
    second = digest_of(project, "2026-W45")
    assert set(known) <= set(themes_of(project))
    assert files_in(project.parent / "out" / "service" / "2026-W44") == before
    assert {point["theme_id"]: point["label"] for point in second["pain_points"]}[theme] == "The worst of all"
    [change] = [one for one in second["theme_changes"] if one["kind"] == "rename"]
    assert (change["label"], change["detail"]) == (first["pain_points"][0]["label"], "The worst of all")
    assert second["generated_from"]["registry_version"] > first["generated_from"]["registry_version"] > 0
    assert run("themes", "undo", "--settings", project).code == 0
    assert themes_of(project)[theme] == known[theme]


def test_an_edit_alone_makes_no_new_digest(published_project, run):
    """After an edit the same run again publishes nothing; the analysis in the store is of the edited themes."""
    before = files_in(published_project.parent / "out")
    theme = next(iter(themes_of(published_project)))
    assert run("themes", "rename", "--settings", published_project, theme, "Another name").code == 0
    again = run("run", "--settings", published_project, "--as-of", "2026-11-01")
    assert again.code == 0 and "nothing to publish" in again.out
    assert files_in(published_project.parent / "out") == before


def test_themes_that_the_settings_name_are_filled_first(tmp_path, run):
    """A named theme holds what is like its examples, under its own name and owner; one that nothing is like is
    reported, and is a theme all the same."""
    project = make_project(tmp_path / "project", audiences=["service"], more=GUIDED)
    ended = run("run", "--settings", project, "--as-of", "2026-11-01")
    assert ended.code == 0, ended.err
    with open_store(project.parent / "groundswell.db") as store:
        clauses, _, themes = store.load_analysis()
    by_label = themes.set_index("label")
    assert by_label.loc["Parcels", "owner"] == "logistics" and by_label.loc["Parcels", "clauses"] >= 10
    held = clauses.loc[clauses["theme_id"] == by_label.loc["Parcels", "theme_id"], "text"]
    assert held.str.contains("parcel|deliver|arriv|courier", case=False).mean() > 0.8
    assert by_label.loc["Zeppelins", "clauses"] == 0
    assert "guided theme 'Zeppelins' attracts no clause" in ended.err


def test_a_refit_is_proposed_then_recorded_then_taken_back(published_project, run):
    """`themes refit` changes nothing; with --apply it is one event, which `themes undo` takes back whole."""
    project = published_project
    first, second, *_ = themes_of(project)
    # So that there is something to find anew.
    assert run("themes", "merge", "--settings", project, first, second).code == 0
    known = themes_of(project)
    proposal = run("themes", "refit", "--settings", project)
    assert proposal.code == 0, proposal.err
    assert "stay the same" in proposal.out and re.search(r"[1-9] (new|split)", proposal.out)
    assert themes_of(project) == known
    applied = run("themes", "refit", "--settings", project, "--apply")
    assert applied.code == 0, applied.err
    with open_store(project.parent / "groundswell.db") as store:
        [refit] = [event for event in store.load_registry().events if event.kind == "refit"]
    assert f"themes undo {refit.event_id}" in applied.out
    undone = run("themes", "undo", "--settings", project, refit.event_id)
    assert undone.code == 0, undone.err
    assert themes_of(project) == known


def test_a_refit_without_themes_says_what_to_do(tmp_path, run):
    """Before the first run there is nothing to group anew: one line, exit code 1."""
    project = make_project(tmp_path / "project", rows=0, audiences=["service"])
    ended = run("themes", "refit", "--settings", project)
    assert ended.code == 1 and "groundswell run" in ended.err and len(ended.err.strip().splitlines()) == 1
