"""For all tests: what would cost time and prove nothing is turned down before the first of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from postgres_for_tests import NoPostgresError, postgres_server

# `make test` has a process for each processor: with as many threads each, for matrices as small as the tests', they
# wait for one another (measured: a sixth of the time of the analysis' tests). Before numpy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Garbage is looked for as rarely as in the command (flows/launch.py). Imports and test items make none: searching
# through them takes a third of the time until the first test runs, and a seventh of the tests' own (measured).
gc.set_threshold(50_000, 50, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there before the first test is not searched any more."""
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_home() -> Iterator[Path]:
    """The folder of the Unix socket of a running PostgreSQL server; skips, with the reason, where none can run."""
    with ExitStack() as running:
        try:
            home = running.enter_context(postgres_server())
        except NoPostgresError as reason:
            pytest.skip(str(reason))
        yield home
