"""The store: everything that Groundswell keeps, in a SQLite file or a PostgreSQL database.

    with open_store("groundswell.db") as store:
        load = store.open_load("reviews", Kind.REVIEW, started_at)
        store.save_page(load, accepted, quarantined, {"empty row": 3}, {"page": 7})
        store.close_load(load, "accepted")
        frame = store.load_feedback()

Nothing else opens a session. Every `save_` is one transaction: it is kept whole, or not at all. What an interrupted
run leaves, and what becomes of it, is told in loads.py; which version of a record is shown, in versions.py. The
methods for analyses, digests and the theme registry are in storage_results.py, those of the outbox in
storage_outbox.py.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from groundswell import leases, loads, quality_store, quarantine, runs, versions
from groundswell.accounting import Accounting, load_accounting, load_quality
from groundswell.database import BUSY_SECONDS, open_engine, place_of, reading, writing
from groundswell.findings import Quality
from groundswell.freshness import Freshness, load_freshness
from groundswell.leases import SECONDS as LEASE_SECONDS
from groundswell.leases import Lease
from groundswell.loads import PageCounts
from groundswell.quality_store import RecordDays, RefusedKind
from groundswell.quarantine import QuarantineEntry
from groundswell.records import Feedback, Quarantined
from groundswell.results import AnalysisState, StoredDigest
from groundswell.runs import RunEntry
from groundswell.sentiment_heads import SentimentHead, StoredHead
from groundswell.storage_outbox import OutboxStore
from groundswell.storage_testimonials import TestimonialStore

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Accounting",
    "AnalysisState",
    "Freshness",
    "Lease",
    "PageCounts",
    "QuarantineEntry",
    "RunEntry",
    "SentimentHead",
    "Store",
    "StoredDigest",
    "StoredHead",
    "open_store",
]


def open_store(target: str | os.PathLike[str], *, busy_seconds: float = BUSY_SECONDS) -> Store:
    """The store at a path or URL, made and brought up to date where needed.

    `target` is a file name, sqlite:///FILE or postgresql://USER@HOST/NAME. `busy_seconds` is how long a write waits
    for another writer. Raises StoreError, with the store untouched: the place cannot be written, holds something
    else, is busy, or was made by a newer Groundswell.
    """
    return Store(open_engine(target, busy_seconds=busy_seconds))


class Store(OutboxStore, TestimonialStore):
    """An open store; made by `open_store`. May be used from several threads. Every method may raise StoreError."""

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; closing twice is no error."""
        self._engine.dispose()

    @property
    def place(self) -> str:
        """The store as a message names it: its file, or its URL without the password."""
        return place_of(self._engine)

    # --- who does what -------------------------------------------------------------------------------------------

    def take_lease(self, name: str, *, seconds: float = LEASE_SECONDS) -> Lease:
        """Take the right to do this work alone, for `seconds`; AlreadyRunning says who has it."""
        return leases.take_leases(self._engine, [name], seconds)[0]

    def renew_lease(self, lease: Lease) -> Lease:
        """The lease with its time started afresh; StoreError where another run has taken it over."""
        with writing(self._engine) as connection:
            return leases.renew_lease(connection, lease)

    def release_lease(self, lease: Lease) -> None:
        """Let the lease go, once for each time it was taken; no error where another run has taken it over."""
        with writing(self._engine) as connection:
            leases.release_lease(connection, lease)

    def leases(self) -> list[Lease]:
        """The leases that are held now, by name."""
        with reading(self._engine) as connection:
            return leases.load_leases(connection)

    def open_run(self, command: str, started_at: datetime, as_of: datetime | None) -> int:
        """Note in the log that this process begins a run; the id of the entry."""
        with writing(self._engine) as connection:
            return runs.open_run(connection, command, started_at, as_of)

    def close_run(self, run_id: int, state: str, message: str) -> None:
        """Note how a run ended: done, failed, partly or deferred, and what is to be said of it."""
        with writing(self._engine) as connection:
            runs.close_run(connection, run_id, state, message)

    def runs(self, limit: int = 10) -> list[RunEntry]:
        """The last runs, newest first; `interrupted` where one never ended and its process is gone."""
        with reading(self._engine) as connection:
            return runs.load_runs(connection, limit)

    # --- loads ---------------------------------------------------------------------------------------------------

    def repair(self) -> list[Accounting]:
        """The open loads: under way elsewhere, or interrupted, for the next `open_load` of the source to take over."""
        with reading(self._engine) as connection:
            return load_accounting(connection, state="open")

    def open_load(self, source: str, kind: str, started_at: datetime, lease: Lease | None = None) -> int:
        """Open a load of this source, taking over what an interrupted run of it left; the id of the load.

        With a lease, the load's pages and its end are saved only as long as nobody else has taken the lease over.
        """
        with writing(self._engine) as connection:
            return loads.open_load(connection, source, kind, started_at, lease)

    def load_start(self, load_id: int) -> dict[str, Any] | None:
        """The cursor from which the load, with all that it took over, is read again; None: from the start."""
        with reading(self._engine) as connection:
            return loads.load_start(connection, load_id)

    def save_page(
        self,
        load_id: int,
        accepted: Sequence[Feedback],
        quarantined: Sequence[Quarantined],
        skipped: Mapping[str, int],
        cursor: Mapping[str, Any],
    ) -> PageCounts:
        """Save one page: records, versions, refused records, counts and cursor, in one transaction.

        A record whose content hash is the stored one is `unchanged`. Saving a page again changes no row. StoreError,
        nothing saved: the load is not open, its lease was taken over, a value could not be given back exactly.
        """
        with writing(self._engine) as connection:
            return loads.save_page(connection, load_id, accepted, quarantined, skipped, cursor)

    def close_load(
        self, load_id: int, state: str, reason: str | None = None, warnings: Sequence[str] = (), complete: bool = False
    ) -> Accounting:
        """Make a load `accepted` (the analysis sees it), `held` (with a reason) or `dropped`; its totals.

        A held load can be accepted or dropped later. Dropping takes its rows out, puts earlier versions and the cursor
        back: the source is read again from there. Warnings, once given, stay. `complete`: with `save_retried`.
        """
        with writing(self._engine) as connection:
            return loads.close_load(connection, load_id, state, reason, warnings, complete)

    def accounting(self, load_ids: Sequence[int] | None = None, *, state: str | None = None) -> list[Accounting]:
        """The totals of each source's last load; or those of the given loads; or of all loads in a state (`held`).

        Sorted by source and load. A load that was taken over is empty: its totals are in the load that did.
        """
        with reading(self._engine) as connection:
            return load_accounting(connection, load_ids, state)

    def quality(
        self, warnings: Sequence[str] = (), *, start: datetime | None = None, end: datetime | None = None
    ) -> Quality:
        """The accounting of the accepted loads that brought or refused something, summed.

        With a period, of those that brought a record which is visible now and lies in it: a run that found every row
        known adds nothing. The loads' own warnings, "source: text", come before the given ones.
        """
        with reading(self._engine) as connection:
            return load_quality(connection, warnings, start, end)

    def freshness(self) -> list[Freshness]:
        """Every source by name: its records that the analysis sees, the last one's time, the last load's time."""
        with reading(self._engine) as connection:
            return load_freshness(connection)

    def record_days(self, until: datetime | None = None) -> dict[str, RecordDays]:
        """When the dated records before `until` are from, per source: the last one's time, and how many a day."""
        with reading(self._engine) as connection:
            return quality_store.load_days(connection, until)

    def refused(self) -> list[RefusedKind]:
        """The refused records that wait, counted by source and by what was wrong with them; no found text."""
        with reading(self._engine) as connection:
            return quality_store.load_refused(connection)

    def load_cursor(self, source: str) -> dict[str, Any] | None:
        """The cursor behind the source's last saved page, None where it is to be read from the start."""
        with reading(self._engine) as connection:
            return loads.load_cursor(connection, source)

    # --- records -------------------------------------------------------------------------------------------------

    def load_feedback(self, sources: Sequence[str] | None = None) -> pd.DataFrame:
        """All feedback (or that of the given sources) that accepted loads brought, as frames.FEEDBACK with segments."""
        from groundswell.feedback_frame import load_feedback

        with reading(self._engine) as connection:
            return load_feedback(connection, sources)

    def load_rows(self, load_id: int) -> pd.DataFrame:
        """What this load wrote, new and changed, in the same form, whatever the load's state."""
        from groundswell.feedback_frame import load_rows

        with reading(self._engine) as connection:
            return load_rows(connection, load_id)

    def compare(self, records: Sequence[Feedback]) -> Counter[str]:
        """How many of these records saving would call `new`, `changed`, `unchanged`; nothing is saved."""
        with reading(self._engine) as connection:
            return versions.compare_records(connection, records)

    def load_quarantine(self, source: str | None = None, state: str | None = None) -> list[QuarantineEntry]:
        """The refused records, oldest first; of one source or in one state (waiting | retried | dropped)."""
        with reading(self._engine) as connection:
            return quarantine.load_quarantine(connection, source, state)

    def save_quarantine_state(self, ids: Iterable[int], state: str) -> int:
        """Mark entries as waiting, retried or dropped; how many. StoreError, nothing changed, for an unknown id."""
        with writing(self._engine) as connection:
            return quarantine.save_quarantine_state(connection, ids, state)

    def save_retried(self, source: str, load_id: int) -> int:
        """Mark as retried what waits of the source and this load, which read all of it again, did not refuse."""
        with writing(self._engine) as connection:
            return quarantine.save_retried(connection, source, load_id)
