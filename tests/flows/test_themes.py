"""`groundswell themes`: looking at themes, on both databases and on terminals of every width."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands_for_tests import Ended
from postgres_for_tests import new_database
from themes_for_tests import IDS, fill_themes

from flows.commands.columns import Column, fitted
from groundswell.storage import open_store

Themes = Callable[..., Ended]
HEAVY = ("pandas", "numpy", "prefect", "great_expectations", "bertopic", "sklearn", "onnxruntime", "alembic")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the bank's themes, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "store.db"
    with open_store(path) as store:
        fill_themes(store)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with a tenth of it, on each database in turn."""
    if request.param == "sqlite":
        return str(_fill(str(tmp_path / "store.db")))
    return _fill(new_database(request.getfixturevalue("postgres_home")))


def _fill(target: str) -> str:
    with open_store(target) as store:
        fill_themes(store, 0.1)
    return target


@pytest.fixture
def themes(run: Callable[..., Ended], filled: Path, tmp_path: Path) -> Themes:
    """`themes("list", "--new")` on a store of its own, on a terminal of `width` columns; `store` names another one."""
    own = shutil.copy(filled, tmp_path / "own.db")

    def themes(*arguments: object, width: int = 80, store: object = own) -> Ended:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", str(width))
            return run("themes", *arguments, "--store", store)

    return themes


def facts(ended: Ended) -> dict[str, Any]:
    """What `themes list --json` printed."""
    assert ended.code == 0, ended.err
    loaded: dict[str, Any] = json.loads(ended.out)
    return loaded


def flat(ended: Ended) -> str:
    """What was printed, as if the terminal had no end on the right."""
    return " ".join(ended.out.split())


# -------------------------------------------------------------------------------------------------------------- list


def test_the_list_is_sorted_by_people_and_says_what_it_counted(themes: Themes) -> None:
    """A line for each theme, the most spoken of first; then how many there are, and of which analysis."""
    lines = themes("list").out.splitlines()
    assert lines[0].split() == ["id", "theme", "people", "holds", "stage"]
    assert lines[1] == "t3f2a9c1e  card has not arrived                             214    97%  onboard"
    assert [int(line.split()[2]) for line in json_rows(lines)] == sorted(
        (int(line.split()[2]) for line in json_rows(lines)), reverse=True
    )
    assert "9 themes, 1 new (--new), 2 sub-themes (--subs)" in lines
    assert lines[-1] == "analysed through 15 Nov 2026; registry version 13; 0% of clauses have no theme"


def json_rows(lines: list[str]) -> list[str]:
    """The lines of themes, as "id label people"."""
    found = (re.match(r"(t[0-9a-f]{8})  (.+?)(?:  +new!)?  +(\d+)\b", line) for line in lines)
    return [f"{match[1]} {match[2].replace(' ', '_')} {match[3]}" for match in found if match]


def test_sub_themes_stand_under_their_theme(themes: Themes) -> None:
    """--subs shows parent > child, the larger child first; they add up to their parent."""
    lines = themes("list", "--subs").out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:4]] == ["t3f2a9c1e", "t11d0c0de", "t22e1b2aa"]
    assert "  > still waiting for the card" in lines[2] and "  > got lost in the post" in lines[3]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_the_list_fits_the_terminal(themes: Themes, width: int) -> None:
    """No line is wider than the terminal; what there is no room for is named, and a wide one shows everything."""
    ended = themes("list", "--all", width=width)
    assert max(len(line) for line in ended.out.splitlines()) <= width
    assert ("(no room for: " in ended.out) == (width < 120)
    assert ("exchange rate is worse than shown before booking" in ended.out) == (width >= 100)


def test_a_list_that_goes_to_a_program_is_whole(themes: Themes, run: Callable[..., Ended], filled: Path) -> None:
    """Where nobody looks, in a pipe or a file, no column is left out and no label cut."""
    ended = run("themes", "list", "--store", filled)
    assert ended.out.splitlines()[0].split()[-1] == "since" and "..." not in ended.out


def test_new_and_closed_themes_have_lists_of_their_own(themes: Themes) -> None:
    """--new shows what waits for a decision, --closed what became of the others, --all everything."""
    assert themes("merge", "t5518f00d", "td1e2f3a4").code == 0
    assert themes("retire", "the app closes itself").code == 0
    new = themes("list", "--new")
    assert [row.split()[0] for row in json_rows(new.out.splitlines())] == ["tabad1dea"]
    assert "1 new theme that nobody has decided on: `groundswell themes accept ID`, or `reject ID`" in flat(new)
    closed = themes("list", "--closed", width=120).out
    assert "merged into cash machine is out of order" in closed and "retired" in closed and "2 closed themes" in closed
    everything = facts(themes("list", "--all", "--json"))["themes"]
    assert {theme["theme_id"] for theme in everything} == set(IDS)
    assert themes("list", "--new", "--closed").code == 2


def test_the_list_for_programs_holds_everything(themes: Themes) -> None:
    """--json: one object with the registry's version, its date, what is counted, and all fields of each theme."""
    found = facts(themes("list", "--json", "--subs"))
    assert (found["registry_version"], found["as_of"]) == (13, "2026-11-16T00:00:00+00:00")
    assert found["counted"] == "authors"
    first, child = found["themes"][:2]
    assert (first["people"], first["clauses"], first["stability"], first["journey_stage"]) == (
        214,
        257,
        0.97,
        "onboard",
    )
    assert child["parent"] == first["theme_id"] and child["opened"] == "2026-11-09T00:00:00+00:00"


def test_a_person_counts_once_per_theme(place: str, themes: Themes) -> None:
    """People are distinct authors, and stay so when themes are merged and a merge is undone, on both databases."""
    before = {one["theme_id"]: one for one in facts(themes("list", "--json", "--subs", store=place))["themes"]}
    assert before["t3f2a9c1e"]["people"] == 21 and before["t3f2a9c1e"]["clauses"] == 26
    assert themes("merge", "t77c01b2d", "t0a4be771", store=place).code == 0
    merged = {one["theme_id"]: one for one in facts(themes("list", "--json", store=place))["themes"]}
    assert "t77c01b2d" not in merged
    for name in ("people", "clauses"):
        assert merged["t0a4be771"][name] == before["t77c01b2d"][name] + before["t0a4be771"][name]
    assert themes("undo", store=place).code == 0
    again = {one["theme_id"]: one for one in facts(themes("list", "--json", "--subs", store=place))["themes"]}
    assert again == before


def test_one_author_of_two_merged_themes_is_one(themes: Themes, tmp_path: Path) -> None:
    """Whoever speaks of both themes counts once for the merged one, twice with two clauses."""
    with open_store(tmp_path / "own.db") as store:
        [counts] = [store.theme_counts(lambda theme, sub: ("one", None))]
    assert counts.of["one"].clauses > counts.of["one"].people == 738


def test_before_the_first_analysis_it_says_what_to_do(themes: Themes, tmp_path: Path) -> None:
    """A store that is not there and one without themes are no error: the list says how themes come about."""
    missing = themes("list", store=tmp_path / "none.db")
    assert missing.code == 0 and "no store yet" in missing.out and "groundswell run" in missing.out
    assert not (tmp_path / "none.db").exists()
    open_store(tmp_path / "empty.db").close()
    empty = themes("list", store=tmp_path / "empty.db")
    assert empty.code == 0 and empty.out.startswith("no themes yet") and "groundswell run" in empty.out
    assert facts(themes("list", "--json", store=tmp_path / "empty.db"))["themes"] == []
    assert themes("show", "t1", store=tmp_path / "none.db").code == 1
    assert not (tmp_path / "none.db").exists()


def test_the_store_of_the_settings_is_used(run: Callable[..., Ended], filled: Path, tmp_path: Path) -> None:
    """--settings names the project; its store is listed, with days in its zone."""
    shutil.copy(filled, tmp_path / "voice.db")
    settings = tmp_path / "own.toml"
    settings.write_text('store = "voice.db"\ntimezone = "America/New_York"\n', "utf-8")
    ended = run("themes", "list", "--settings", settings)
    assert ended.code == 0 and "card has not arrived" in ended.out and "analysed through 15 Nov 2026" in ended.out


def test_new_themes_that_count_for_nothing_yet_say_so(run: Callable[..., Ended], filled: Path, tmp_path: Path) -> None:
    """Where the settings let a person decide first (themes.auto), list and show say that it is not counted."""
    shutil.copy(filled, tmp_path / "voice.db")
    settings = tmp_path / "own.toml"
    settings.write_text('store = "voice.db"\n[themes]\nauto = false\n', "utf-8")
    assert "count for nothing until then" in flat(run("themes", "list", "--new", "--settings", settings))
    assert "Not counted until it is accepted" in flat(run("themes", "show", "tabad", "--settings", settings))


# -------------------------------------------------------------------------------------------------------------- show


def test_a_theme_is_shown_whole(themes: Themes) -> None:
    """Its parts with their counts, five clauses of five people with their records, what is like it, its history."""
    shown = themes("show", "Card has not arrived", width=100)
    assert shown.code == 0 and shown.out.splitlines()[0] == "card has not arrived"
    for part in (
        "id         t3f2a9c1e",
        "by 214 people in 257 clauses in the last analysis, through 15 Nov 2026; number 1 of 9 by size",
        "97%, firm",
        "t11d0c0de  still waiting for the card     150",
        "most like it",
        "was opened by the first fit of themes",
    ):
        assert part in shown.out or part in flat(shown)
    quotes = re.findall(r"^  - “(.+)” \(reviews (8\d{3}), \d+ Nov 2026\)$", shown.out, re.MULTILINE)
    assert len(quotes) == 5 and len({text.rstrip(".") for text, _ in quotes}) == 5
    assert max(len(line) for line in shown.out.splitlines()) <= 100


def test_a_sub_theme_is_shown_with_its_parent(themes: Themes) -> None:
    """The first line of a sub-theme is parent > child, also where it is found by that."""
    for name in ("t11d0c0de", "card has not arrived > still waiting for the card"):
        assert themes("show", name).out.splitlines()[0] == "card has not arrived > still waiting for the card"


def test_a_closed_theme_says_where_it_went(themes: Themes) -> None:
    """A merged theme names its target and how to undo the merge; doing that opens it again."""
    themes("merge", "t5518f00d", "td1e2f3a4")
    shown = flat(themes("show", "fee for taking out money"))
    assert "closed: merged into “cash machine is out of order” (td1e2f3a4)" in shown
    assert "take it back with groundswell themes undo 14" in shown
    assert "number 4 of 8 by size" in flat(themes("show", "td1e2f3a4"))
    themes("undo", "14")
    shown = flat(themes("show", "t5518f00d"))
    assert "in use; found by the first fit" in shown and "by 77 people" in shown
    assert re.search(r"14 .* was merged into .* \(undone on .*: event 15\)", shown)


def test_an_unknown_theme_is_refused_with_the_nearest(themes: Themes) -> None:
    """A label or id that is none: exit 1 and one line that names the nearest."""
    for text, nearest in (
        ("card not arrived", "t3f2a9c1e"),
        ("t3f2a9c1f", "t3f2a9c1e"),
        ("aplication closes", "t0a4be771"),
    ):
        ended = themes("show", text)
        assert ended.code == 1 and len(ended.said) == 1 and nearest in ended.err and ended.out == ""


# ------------------------------------------------------------------------------------------------------ how it is done


def test_nothing_heavy_is_loaded(environment: dict[str, str], filled: Path, tmp_path: Path) -> None:
    """Looking and editing load neither pandas nor any other large library, so that they answer at once."""
    own = str(shutil.copy(filled, tmp_path / "own.db"))
    lines = (["list", "--all"], ["list", "--json"], ["show", "t3f2"], ["own", "t3f2", "anna"])
    program = (
        "import sys\n"
        "from flows.cli import main\n"
        f"for line in {lines!r}:\n"
        f"    sys.argv = ['groundswell', 'themes', *line, '--store', {own!r}]\n"
        "    main()\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert ended.returncode == 0 and ended.stdout.endswith("loaded []\n"), ended.stderr


def test_a_label_cannot_steer_the_terminal(themes: Themes) -> None:
    """A label with control characters is refused; a name in the other direction or of wide characters stays in line."""
    assert themes("rename", "t3f2a9c1e", "a\x1b[2Jb").code == 1
    assert themes("rename", "t3f2a9c1e", "カードがまだ届いていません").code == 0
    from rich.cells import cell_len

    lines = themes("list", "--subs").out.splitlines()
    assert len({cell_len(line[: line.index("%")]) for line in lines if line[:1] == "t" and "%" in line}) == 1


def test_columns_without_content_are_left_out() -> None:
    """A column with no cell filled takes no room, and is not named among those that there was no room for."""
    columns = [Column("id", ["a", "b"]), Column("owner", ["", ""], need=1), Column("n", ["1", "20"], right=True)]
    assert fitted(columns, 40) == (["id   n", "a    1", "b   20"], [])
    assert fitted([Column("id", [])], 40) == ([], [])
