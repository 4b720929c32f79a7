"""Runs of the whole pipeline: in this process on one Prefect server for all of them, and as the command itself."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from commands_for_tests import Ended, environment_in
from files_for_tests import reviews, write_csv
from projects_for_tests import make_project

from flows.cli import main
from flows.launch import load_libraries, prepare_environment, prepare_prefect
from flows.server import prefect_api

Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own for key, model, Prefect's files and state; nothing of the user's is read or written."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def environment(home: Path) -> dict[str, str]:
    """The environment of every run of the session, as a fresh machine would have it."""
    return environment_in(home)


@pytest.fixture(autouse=True)
def fresh_environment(environment: dict[str, str]) -> Iterator[None]:
    """Each test starts in that environment, with `main` free to change it."""
    with pytest.MonkeyPatch.context() as patch:
        _enter(patch, environment)
        yield


@pytest.fixture(scope="session")
def prefect_server(environment: dict[str, str]) -> Iterator[None]:
    """The temporary server of one command, kept for the whole session: flows that run in this process use it."""
    with pytest.MonkeyPatch.context() as patch:
        _enter(patch, environment)
        prepare_environment()
        prepare_prefect()
        with prefect_api(meanwhile=load_libraries):
            yield


@pytest.fixture(scope="session")
def run() -> Run:
    """`run("check", "--out", folder)`: the command in this process, by its entry point.

    What libraries write past Python's own streams is not seen here but in test_killed.py, where the command is a
    process.
    """

    def run_command(*arguments: object) -> Ended:
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
        out, err, code = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["groundswell", *map(str, arguments)])
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
        for number, handler in handlers.items():
            signal.signal(number, handler)
        return Ended(code, out.getvalue(), err.getvalue())

    return run_command


@pytest.fixture(scope="session")
def review_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 made-up reviews over eight weeks."""
    return write_csv(tmp_path_factory.mktemp("reviews") / "reviews.csv", reviews())


@pytest.fixture(scope="session")
def published_once(prefect_server: None, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of a project whose 2026-W44 was published for the service manager: 240 reviews over eight weeks and
    one row that is refused. It is there to be copied."""
    project = make_project(tmp_path_factory.mktemp("published") / "project", rows=0, audiences=["service"])
    write_csv(project.parent / "data" / "reviews.csv", [*reviews(240), ["bad", "2026-10-30", "", ""]])
    ended = run("run", "--settings", project, "--as-of", "2026-11-01")
    assert ended.code == 0, ended.err
    return project


@pytest.fixture
def published_project(published_once: Path, tmp_path: Path) -> Path:
    """The settings of a copy of that project, with its store and its pages."""
    return shutil.copytree(published_once.parent, tmp_path / "published") / published_once.name


def _enter(patch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name in set(os.environ) - set(environment) - {"PYTEST_CURRENT_TEST"}:
        patch.delenv(name)
    for name, value in environment.items():
        patch.setenv(name, value)
