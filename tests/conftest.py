"""For all tests: garbage is looked for as rarely as in the command."""

from __future__ import annotations

import gc

import pytest

# Imports and test items make no garbage: searching through them takes a third of the time until the first test runs,
# and a sixth of the tests' own time (measured).
gc.set_threshold(50_000, 50, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there before the first test is not searched any more."""
    gc.freeze()
