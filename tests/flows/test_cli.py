"""The command line itself: quick help, tidy ends, and a terminal that only ever shows text."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from files_for_tests import command, reviews, wait_for_children, wait_until_gone, write_csv

from flows.cli import comes_of_an_interrupt
from groundswell.records import Kind, Problem, Quarantined
from groundswell.storage import open_store

HEAVY = ("pandas", "numpy", "prefect", "great_expectations", "bertopic", "sqlalchemy", "sklearn", "onnxruntime")
START = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


def in_python(program: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A program in a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)


def test_help_loads_nothing_heavy(environment):
    """Help and version are printed without loading any large library, so that they answer at once."""
    lines = (["--help"], ["try", "--help"], ["quarantine", "list", "--help"], ["--version"])
    ended = in_python(
        "import sys\n"
        "from flows.cli import main\n"
        f"for arguments in {lines!r}:\n"
        "    sys.argv = ['groundswell', *arguments]\n"
        "    main()\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])\n",
        environment,
    )
    assert ended.returncode == 0 and ended.stderr == ""
    assert ended.stdout.count("Usage: ") == 3 and ended.stdout.endswith("version 0.1.0\nloaded []\n")


def test_telemetry_is_off_whatever_the_environment_says(environment):
    """Every switch for telemetry stands on off, and the libraries read it so."""
    ended = in_python(
        "import os\n"
        "from flows.launch import prepare_environment, prepare_prefect\n"
        "prepare_environment(), prepare_prefect()\n"
        f"print(all(os.environ[name] == value for name, value in {TELEMETRY!r}.items()))\n"
        "from prefect.settings import get_current_settings\n"
        "print(get_current_settings().server.analytics_enabled)\n"
        "from prefect._internal.analytics.enabled import is_telemetry_enabled\n"
        "print(is_telemetry_enabled())\n",
        {**environment, "DO_NOT_TRACK": "0", "GX_ANALYTICS_ENABLED": "true"},
    )
    assert ended.stdout.split() == ["True", "False", "False"], ended.stderr


def test_a_prefect_server_that_does_not_answer_is_one_line(environment, review_file, tmp_path):
    """Where PREFECT_API_URL names a server that does not answer, the run ends before it reads anything."""
    dead = {**environment, "PREFECT_API_URL": "http://127.0.0.1:1/api"}
    line = command("try", review_file, "--out", tmp_path / "out")
    ended = subprocess.run(line, env=dead, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1 and len(ended.stderr.splitlines()) == 1
    assert "http://127.0.0.1:1/api does not answer" in ended.stderr and "PREFECT_API_URL" in ended.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_check_says_what_is_ready(run, tmp_path):
    """`check` has a line for each thing a run needs, changes no store, and ends with 0 when all is well."""
    ended = run("check", "--out", tmp_path / "new")
    assert ended.code == 0
    names = [line.split()[1] for line in ended.out.splitlines()]
    assert names == ["python", "model", "key", "folder", "disk", "packages"]
    assert all(line.startswith("ok ") for line in ended.out.splitlines())
    assert not (tmp_path / "new").exists()


def test_check_says_what_to_mend(run, tmp_path):
    """`check` names a store that is not there and a folder that cannot be, and ends with 1."""
    (tmp_path / "a-file").touch()
    ended = run("check", "--out", tmp_path / "a-file" / "below", "--store", tmp_path / "none.db")
    assert ended.code == 1
    mend = [line for line in ended.out.splitlines() if line.startswith("MEND")]
    assert [line.split()[1] for line in mend] == ["folder", "store"]
    assert "choose another folder" in mend[0] and "--store" in mend[1]
    assert not (tmp_path / "none.db").exists()


def test_the_terminal_is_not_steered_by_what_is_in_a_file(run, tmp_path):
    """Control characters in file names, columns and refused records are never sent to the terminal."""
    evil = "\x1b[2J\x1b]0;owned\x07\u202e\r\nfake line"
    file = write_csv(tmp_path / "a\x1b[31mb.csv", reviews(60), ("id", "date", f"rating {evil}", "review"))
    ended = run("try", file, "--text", "nothing like it", "--out", tmp_path / "out")
    assert ended.code == 1 and len(ended.said) == 1
    with open_store(tmp_path / "kept.db") as store:
        load = store.open_load("reviews", Kind.REVIEW, START)
        refused = Quarantined("reviews", Kind.REVIEW, 1, "hash", {"text": evil}, (Problem("text", evil, "odd"),))
        store.save_page(load, [], [refused], {}, {})
    listed = run("quarantine", "list", "--store", tmp_path / "kept.db")
    shown = run("quarantine", "show", "1", "--store", tmp_path / "kept.db")
    assert (listed.code, shown.code) == (0, 0)
    assert "  text = " in shown.out and len(listed.out.splitlines()) == 2
    for printed in (ended.out, ended.err, listed.out, shown.out):
        assert not {"\x1b", "\x07", "\u202e", "\r"} & set(printed)


def test_a_reader_that_has_seen_enough_ends_it_quietly(environment, tmp_path):
    """`quarantine list | head -1` ends with its reader, without a word on stderr."""
    with open_store(tmp_path / "kept.db") as store:
        load = store.open_load("reviews", Kind.REVIEW, START)
        refused = [Quarantined("reviews", Kind.REVIEW, n, f"hash {n}", {}, ()) for n in range(20_000)]
        store.save_page(load, [], refused, {}, {})
    listing = subprocess.Popen(
        command("quarantine", "list", "--store", tmp_path / "kept.db"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert listing.stdout is not None and listing.stderr is not None
    assert "reviews, row 0" in listing.stdout.readline()
    listing.stdout.close()
    said = listing.stderr.read()
    listing.stderr.close()
    assert listing.wait() == 1 and said == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.soak)]
)
def test_a_command_told_to_end_leaves_nothing_behind(environment, review_file, tmp_path, number, code):
    """Ctrl-C and SIGTERM end `try` with their code; its throw-away store and Prefect's server are gone."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    trying = subprocess.Popen(
        command("try", review_file, "--out", tmp_path / "out"),
        env={**environment, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets what it starts in the background ignore Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert trying.stderr is not None
    assert "Starting Prefect" in trying.stderr.readline()
    servers = wait_for_children(trying.pid)
    assert any(temporary.iterdir())
    trying.send_signal(number)
    said = trying.stderr.read()
    trying.stderr.close()
    assert trying.wait() == code and "Traceback" not in said
    assert list(temporary.iterdir()) == []
    assert wait_until_gone(servers)


def test_an_interrupt_is_one_whatever_a_library_makes_of_it():
    """An import that Ctrl-C cuts short may raise an error of its own; other errors keep their traceback."""
    with pytest.raises(ImportError) as raised:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise ImportError("cut short") from ValueError("half a module")
    assert comes_of_an_interrupt(raised.value) and not comes_of_an_interrupt(ValueError("ours"))
