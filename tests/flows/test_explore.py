"""The explorer beside the product digest: frozen with it, restored with it, and counting as it counts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from files_for_tests import files_in

from flows.explore import PAGE
from groundswell.storage import open_store
from reports.explorer.page import stamped

AS_OF = ("--as-of", "2026-11-01")


@pytest.fixture(scope="module")
def told(published_once, run, tmp_path_factory) -> Path:
    """The settings of a project that tells the product team too, its first product digest published."""
    project = shutil.copytree(published_once.parent, tmp_path_factory.mktemp("told") / "project") / published_once.name
    project.write_text(f"{project.read_text('utf-8')}[audiences.product]\n", "utf-8")
    ended = run("run", "--settings", project, *AS_OF)
    assert ended.code == 0, ended.err
    return project


def folder_of(project: Path) -> Path:
    """Where the product digest of the week lies."""
    return project.parent / "out" / "product" / "2026-W44"


def explorer_of(project: Path) -> dict:
    """What is frozen of the week's explorer."""
    with open_store(project.parent / "groundswell.db") as opened:
        return json.loads(opened.explorer_data("2026-W44") or "")


def test_the_explorer_counts_as_the_digest_beside_it(told):
    """People, themes, weeks and changes in the explorer are those of digest.json, which says that it is there; its
    revision and rows are the digest's; no other audience has one."""
    digest = json.loads((folder_of(told) / "digest.json").read_text("utf-8"))
    explorer = explorer_of(told)
    themes = {theme["id"]: theme for theme in explorer["themes"]}
    assert digest["explorer"] is True and digest["trends"]
    for trend in digest["trends"]:
        theme = themes[trend["theme_id"]]
        assert (theme["label"], theme["authors"]) == (trend["label"], trend["authors"])
        assert theme["weekly"] == [week["authors"] for week in trend["weekly"]]
    for point in digest["pain_points"]:
        facts = {name: value for name, value, _ in themes[point["theme_id"]]["facts"]}
        how = "by" if digest["coverage"]["counted"] == "authors" else "in"
        assert facts[f"Complained of {how}"].startswith(f"{point['authors']:,} ")
    assert (explorer["withText"], explorer["counted"]) == tuple(digest["coverage"][n] for n in ("with_text", "counted"))
    assert explorer["fingerprint"] == digest["generated_from"]["fingerprint"]
    assert {place["theme_id"] for place in digest["theme_map"]} <= {trend["theme_id"] for trend in digest["trends"]}
    assert [path.parent.parent.name for path in (told.parent / "out").rglob(PAGE)] == ["product"]


def test_a_page_that_is_gone_or_of_other_data_comes_back(told, run):
    """A run that finds nothing to do writes the explorer again where it is missing, or was made from other data, to the
    byte; it touches none that is right."""
    before = files_in(told.parent / "out")
    page = folder_of(told) / PAGE
    page.write_text(page.read_text("utf-8").replace("revision 1", "revision 7"), "utf-8")
    assert run("run", "--settings", told, *AS_OF).code == 0
    assert files_in(told.parent / "out") == before
    page.unlink()
    written = (folder_of(told) / "digest.html").stat().st_mtime_ns
    assert run("run", "--settings", told, *AS_OF).code == 0
    assert files_in(told.parent / "out") == before
    assert (folder_of(told) / "digest.html").stat().st_mtime_ns == written


@pytest.mark.soak
def test_without_an_explorer_no_page_holds_every_comment(told, run, tmp_path):
    """With `explorer = false` the next revision has none, links none, and takes the one before it away."""
    project = shutil.copytree(told.parent, tmp_path / "without") / told.name
    project.write_text(f"{project.read_text('utf-8')}[privacy]\nexplorer = false\n", "utf-8")
    line = ("--settings", project, *AS_OF, "--week", "2026-W44", "--rebuild", "fewer words about")
    assert run("publish", *line).code == 0
    assert json.loads((folder_of(project) / "digest.json").read_text("utf-8"))["explorer"] is False
    assert "explorer.html" not in (folder_of(project) / "digest.html").read_text("utf-8")
    assert not (folder_of(project) / PAGE).exists()
    with open_store(project.parent / "groundswell.db") as opened:
        assert opened.explorers() == []


@pytest.mark.soak
def test_a_rebuild_has_an_explorer_of_its_revision(told, run, tmp_path):
    """A next revision of the digest has the next explorer, in the place of the one before."""
    project = shutil.copytree(told.parent, tmp_path / "rebuilt") / told.name
    line = ("--settings", project, *AS_OF, "--week", "2026-W44", "--rebuild", "a theme was renamed")
    assert run("publish", *line).code == 0
    assert str(stamped(folder_of(project) / PAGE)).endswith("revision 2")
    with open_store(project.parent / "groundswell.db") as opened:
        assert [(one.period, one.revision) for one in opened.explorers()] == [("2026-W44", 2)]
