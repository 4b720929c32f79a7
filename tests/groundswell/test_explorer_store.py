"""Explorers in the store: one for each period, the newest, byte for byte."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from groundswell.errors import StoreError
from groundswell.leases import holding
from groundswell.storage import Store
from groundswell.storage_explorer import StoredExplorer

DATA = '{"text":["Grüße 😍 – \\u003cb>","x' + "y" * 5_000 + '"]}'


def test_a_periods_explorer_comes_back_as_it_was(store: Store) -> None:
    """The data come back to the byte; those of a next revision take their place, and another period keeps its own."""
    first, other = StoredExplorer("2026-W45", 1, "f1.a"), StoredExplorer("2026-W46", 1, "f2.a")
    store.save_explorer(other, DATA)
    store.save_explorer(first, "{}")
    assert store.explorers() == [first, other]
    assert store.explorer_data("2026-W46") == DATA
    store.save_explorer(StoredExplorer("2026-W46", 2, "f3.a"), '{"a":1}')
    assert store.explorers() == [first, StoredExplorer("2026-W46", 2, "f3.a")]
    assert (store.explorer_data("2026-W45"), store.explorer_data("2026-W46")) == ("{}", '{"a":1}')
    assert store.explorer_data("2026-W47") is None
    store.drop_explorer("2026-W45")
    assert [one.period for one in store.explorers()] == ["2026-W46"]


def test_a_run_that_was_taken_over_saves_nothing(store: Store, url: str) -> None:
    """With a lease that another run has taken since, the explorer stays what it was."""
    with holding(url, ["analysis"]) as leases:
        lease = leases["analysis"]
        store.save_explorer(StoredExplorer("2026-W46", 1, "f"), "{}", lease)
        with pytest.raises(StoreError, match="another one has taken its work over"):
            store.save_explorer(StoredExplorer("2026-W46", 2, "g"), "[]", replace(lease, fence=lease.fence - 1))
    assert store.explorers() == [StoredExplorer("2026-W46", 1, "f")]


def test_damaged_data_are_said_to_be(store: Store) -> None:
    """What cannot be unpacked is an error that says how it is made again."""
    store.save_explorer(StoredExplorer("2026-W46", 1, "f"), "{}")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE explorer SET body = :body"), {"body": b"zz"})
    with pytest.raises(StoreError, match="publish --week 2026-W46 --rebuild"):
        store.explorer_data("2026-W46")
