"""Files are written whole or not at all, and a failure is one line that says what to do."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from groundswell.errors import DeliveryError
from reports.digest import Digest
from reports.index import write_index
from reports.render import render_csv, render_html, render_json, render_markdown, render_workbook
from reports.write import write_digest

# A program of its own, so that it can fork without threads: three files are written over older ones by a process that
# is killed before its n-th call of the system. A line for each n: what it left, and what writing again makes of that.
KILLED_WRITERS = """
import json, os, signal, sys
from itertools import count
from pathlib import Path
from reports.write import write_files

NEW = dict.fromkeys("abc", "new")

def killed_before(step, folder):
    child, calls = os.fork(), count()
    if child == 0:
        def watch(event, arguments):
            if str(folder) in str(arguments) and next(calls) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(watch)
        write_files(folder, NEW)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])

def texts(folder):
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}

for step in count():
    folder = Path(sys.argv[1]) / str(step)
    write_files(folder, dict.fromkeys("abc", "old"))
    killed = killed_before(step, folder)
    left = texts(folder)
    write_files(folder, NEW)
    print(json.dumps({"left": left, "again": texts(folder)}))
    if not killed:
        break
"""


def test_files_hold_what_was_rendered(service: Digest, tmp_path: Path) -> None:
    """digest.html, .md, .xlsx, .csv and .json are written, texts as UTF-8, into a folder made for them, and no more."""
    folder = tmp_path / "service" / "2026-W46"
    paths = write_digest(service, folder)
    assert [path.name for path in paths] == ["digest.html", "digest.md", "digest.xlsx", "digest.csv", "digest.json"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    texts = [render_html(service), render_markdown(service), render_csv(service), render_json(service)]
    contents = [path.read_bytes() for path in paths]
    assert contents.pop(2) == render_workbook(service)
    assert [content.decode("utf-8") for content in contents] == texts


def test_writing_again_changes_no_byte(product: Digest, tmp_path: Path) -> None:
    """A digest written twice is the same to the byte."""
    first = [path.read_bytes() for path in write_digest(product, tmp_path)]
    assert [path.read_bytes() for path in write_digest(product, tmp_path)] == first


def test_files_follow_the_umask(service: Digest, tmp_path: Path) -> None:
    """A page can be read by whom the user's umask lets read, not by its writer alone."""
    before = os.umask(0o022)
    try:
        path = write_digest(service, tmp_path)[0]
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_folder_that_cannot_be_made_is_one_line(service: Digest, tmp_path: Path) -> None:
    """Where a file stands in the folder's way, the error names the folder, the reason and what to do."""
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(DeliveryError) as caught:
        write_digest(service, tmp_path / "out" / "service")
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "out" / "service"))
    assert "choose another folder" in message
    assert "\n" not in message


def test_a_file_that_cannot_be_replaced_is_one_line(service: Digest, tmp_path: Path) -> None:
    """Where a folder stands in a file's way, the error says so and no draft is left."""
    (tmp_path / "digest.md").mkdir()
    with pytest.raises(DeliveryError, match="digest.md: cannot be written .1 of 5 files written."):
        write_digest(service, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digest.html", "digest.md"]


def test_a_half_written_file_is_removed(service: Digest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old files stay as they were, and no draft lies beside them."""
    before = {path.name: path.read_bytes() for path in write_digest(service, tmp_path)}

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryError, match="no space left on device"):
        write_digest(service, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are Unix's")
def test_a_killed_writer_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    """Killed before any of its calls of the system, a writer leaves whole files, new ones first: so digest.json, the
    last to be written, tells that all are. And writing again leaves no draft."""
    ended = subprocess.run([sys.executable, "-c", KILLED_WRITERS, tmp_path], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    states = [json.loads(line) for line in ended.stdout.splitlines()]
    pages = [[state["left"][name] for name in ("a", "b", "c")] for state in states]
    assert {tuple(page) for page in pages} == {tuple(["new"] * n + ["old"] * (3 - n)) for n in range(4)}
    assert any(len(state["left"]) > 3 for state in states)
    assert [state["again"] for state in states] == [{"a": "new", "b": "new", "c": "new"}] * len(states)


def test_index_leads_to_every_digest(digests: dict[str, Digest], tmp_path: Path) -> None:
    """The index links each page with its news, by a path that holds wherever the folder is moved."""
    entries = []
    for name in ("operations", "service", "marketing", "product"):
        paths = write_digest(digests[name], tmp_path / name / digests[name].period.slug)
        entries.append((paths[0], digests[name]))
    index = write_index(entries, tmp_path)
    text = index.read_text(encoding="utf-8")
    places = [text.index(f'href="{name}/2026-W46/digest.html"') for name in ("service", "product", "marketing")]
    assert index.name == "index.html"
    assert places == sorted(places)
    assert "“card never arrived” was raised by 38 of 412" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert str(tmp_path) not in text
