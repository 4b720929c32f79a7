"""Explorers in the store: one for each period, of the newest revision, byte for byte."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from groundswell.errors import StoreError
from groundswell.explorer_store import StoredExplorer
from groundswell.leases import holding
from groundswell.storage import Store

DATA = '{"text":["Grüße 😍 – \\u003cb>","x' + "y" * 5_000 + '"]}'


def test_a_periods_explorer_comes_back_as_it_was(store: Store) -> None:
    """The data come back to the byte; those of a next revision take their place, another period and another audience
    leave them alone, and a revision without an explorer takes them away."""
    store.save_digest("product", "2026-W46", "f2", "{}", explorer=DATA)
    store.save_digest("product", "2026-W45", "f1", "{}", explorer="{}")
    first = StoredExplorer("2026-W45", 1, "f1")
    assert store.explorers() == [first, StoredExplorer("2026-W46", 1, "f2")]
    assert store.explorer_data("2026-W46") == DATA
    store.save_digest("product", "2026-W46", "f3", "{}", explorer='{"a":1}')
    store.save_digest("service", "2026-W46", "f4", "{}")
    assert store.explorers() == [first, StoredExplorer("2026-W46", 2, "f3")]
    assert (store.explorer_data("2026-W45"), store.explorer_data("2026-W46")) == ("{}", '{"a":1}')
    assert store.explorer_data("2026-W47") is None
    store.save_digest("product", "2026-W45", "f1", "{}", "without", force=True, explorer="")
    assert [one.period for one in store.explorers()] == ["2026-W46"]


@pytest.mark.parametrize("explorer", ["[]", ""])
def test_a_run_that_was_taken_over_changes_no_explorer(store: Store, url: str, explorer: str) -> None:
    """With a lease that another run has taken since, the explorer stays what it was: neither replaced nor dropped."""
    with holding(url, ["analysis"]) as leases:
        lease = leases["analysis"]
        store.save_digest("product", "2026-W46", "f", "{}", lease=lease, explorer=DATA)
        stale = replace(lease, fence=lease.fence - 1)
        with pytest.raises(StoreError, match="another one has taken its work over"):
            store.save_digest("product", "2026-W46", "g", "{}", lease=stale, explorer=explorer)
    assert store.explorers() == [StoredExplorer("2026-W46", 1, "f")]


def test_a_digest_and_its_explorer_are_kept_together(store: Store) -> None:
    """Where the digest cannot be kept the explorer of the one before stays, and the other way round."""
    store.save_digest("product", "2026-W46", "f", "{}", explorer=DATA)
    with pytest.raises(StoreError):
        store.save_digest("product", "2026-W46", "g", "\ud800", explorer="[]")
    assert store.explorer_data("2026-W46") == DATA
    with pytest.raises(UnicodeEncodeError):  # a text that no page can hold
        store.save_digest("product", "2026-W46", "g", "{}", explorer='"\ud800"')
    kept = store.latest_digest("product", "2026-W46")
    assert kept is not None and kept.revision == 1


def test_damaged_data_are_said_to_be(store: Store) -> None:
    """What cannot be unpacked is an error that says how it is made again."""
    store.save_digest("product", "2026-W46", "f", "{}", explorer="{}")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE explorer SET body = :body"), {"body": b"zz"})
    with pytest.raises(StoreError, match="publish --week 2026-W46 --rebuild"):
        store.explorer_data("2026-W46")
