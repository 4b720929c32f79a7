"""The store: everything that Groundswell keeps, in a SQLite file or a PostgreSQL database.

    with open_store("groundswell.db") as store:
        load = store.open_load("reviews", Kind.REVIEW, started_at)
        store.save_page(load, accepted, quarantined, {"empty row": 3}, {"page": 7})
        store.close_load(load, "accepted")
        frame = store.load_feedback()

Nothing else opens a session. Every `save_` is one transaction: it is kept whole, or not at all. What an interrupted
run leaves, and what becomes of it, is told in loads.py; which version of a record is shown, in versions.py.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from groundswell import loads, quarantine, results
from groundswell.database import BUSY_SECONDS, open_engine, place_of, reading, writing
from groundswell.findings import Quality
from groundswell.loads import Accounting, PageCounts
from groundswell.quarantine import QuarantineEntry
from groundswell.records import Feedback, Quarantined
from groundswell.results import StoredDigest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Accounting", "PageCounts", "QuarantineEntry", "Store", "StoredDigest", "open_store"]


def open_store(target: str | os.PathLike[str], *, busy_seconds: float = BUSY_SECONDS) -> Store:
    """The store at a path or URL, made and brought up to date where needed.

    `target` is a file name, sqlite:///FILE or postgresql://USER@HOST/NAME. `busy_seconds` is how long a write waits
    for another writer. Raises StoreError, with the store untouched: the place cannot be written, holds something
    else, is busy, or was made by a newer Groundswell.
    """
    return Store(open_engine(target, busy_seconds=busy_seconds))


class Store:
    """An open store; made by `open_store`. May be used from several threads. Every method may raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; closing twice is no error."""
        self._engine.dispose()

    @property
    def place(self) -> str:
        """The store as a message names it: its file, or its URL without the password."""
        return place_of(self._engine)

    # --- loads ---------------------------------------------------------------------------------------------------

    def repair(self) -> list[Accounting]:
        """The loads that an interrupted run left open (or that a run elsewhere has under way), one per source at most.

        No row needs mending: pages are saved whole. Nor is one touched here, for a load under way elsewhere looks the
        same. Its rows stay, hidden, until the next `open_load` of the source takes them over (loads.py, the rule).
        """
        with reading(self._engine) as connection:
            return loads.load_accounting(connection, state="open")

    def open_load(self, source: str, kind: str, started_at: datetime) -> int:
        """Open a load of this source, taking over what an interrupted run of it left; the id of the load."""
        with writing(self._engine) as connection:
            return loads.open_load(connection, source, kind, started_at)

    def save_page(
        self,
        load_id: int,
        accepted: Sequence[Feedback],
        quarantined: Sequence[Quarantined],
        skipped: Mapping[str, int],
        cursor: Mapping[str, Any],
    ) -> PageCounts:
        """Save one page: records, versions, refused records, counts and cursor, in one transaction.

        A record whose content hash is the stored one is `unchanged`; otherwise the stored version is archived and
        the record is `changed`. Saving a page again changes no row. StoreError where the load is no longer open, or
        a value could not be given back exactly; then nothing of the page is saved.
        """
        with writing(self._engine) as connection:
            return loads.save_page(connection, load_id, accepted, quarantined, skipped, cursor)

    def close_load(self, load_id: int, state: str, reason: str | None = None) -> Accounting:
        """Make a load `accepted` (the analysis sees it), `held` (with a reason) or `dropped`; its totals.

        A held load can be accepted or dropped later. Dropping takes its rows out, puts earlier versions back, and
        sets the cursor back so that the source is read again from there.
        """
        with writing(self._engine) as connection:
            return loads.close_load(connection, load_id, state, reason)

    def accounting(self, load_ids: Sequence[int] | None = None, *, state: str | None = None) -> list[Accounting]:
        """The totals of each source's last load; or those of the given loads; or of all loads in a state (`held`).

        Sorted by source and load. A load that was taken over is empty: its totals are in the load that did.
        """
        with reading(self._engine) as connection:
            return loads.load_accounting(connection, load_ids, state)

    def quality(self, warnings: Sequence[str] = ()) -> Quality:
        """The accounting of the accepted loads that brought or refused something, summed; with the given warnings.

        A run that found every row known adds nothing: what is published from the same rows stays the same.
        """
        with reading(self._engine) as connection:
            totals = loads.load_accounting(connection, state="accepted")
        brought = [total for total in totals if total.new + total.changed + total.quarantined]
        skipped: Counter[str] = Counter()
        for total in brought:
            skipped.update(total.skipped)
        return Quality(
            new=sum(total.new for total in brought),
            changed=sum(total.changed for total in brought),
            unchanged=sum(total.unchanged for total in brought),
            quarantined=sum(total.quarantined for total in brought),
            skipped=dict(sorted(skipped.items())),
            warnings=tuple(warnings),
        )

    def load_cursor(self, source: str) -> dict[str, Any] | None:
        """The cursor behind the source's last saved page, None where it is to be read from the start."""
        with reading(self._engine) as connection:
            return loads.load_cursor(connection, source)

    # --- records -------------------------------------------------------------------------------------------------

    def load_feedback(self, sources: Sequence[str] | None = None) -> pd.DataFrame:
        """All feedback (or that of the given sources) as frames.FEEDBACK with its `segment:` columns.

        Of each record the newest version of an accepted load; nothing of an open or held one.
        """
        from groundswell.feedback_frame import load_feedback

        with reading(self._engine) as connection:
            return load_feedback(connection, sources)

    def load_quarantine(self, source: str | None = None, state: str | None = None) -> list[QuarantineEntry]:
        """The refused records, oldest first; of one source or in one state (waiting | retried | dropped)."""
        with reading(self._engine) as connection:
            return quarantine.load_quarantine(connection, source, state)

    def save_quarantine_state(self, ids: Iterable[int], state: str) -> int:
        """Mark entries as waiting, retried or dropped; how many. StoreError, nothing changed, for an unknown id."""
        with writing(self._engine) as connection:
            return quarantine.save_quarantine_state(connection, ids, state)

    # --- results -------------------------------------------------------------------------------------------------

    def known_vectors(self, keys: Iterable[str], model: str) -> dict[str, bytes]:
        """The stored vectors (float16 bytes) of those keys that have one under this model."""
        with reading(self._engine) as connection:
            return results.known_vectors(connection, keys, model)

    def save_vectors(self, vectors: Mapping[str, bytes], model: str) -> None:
        """Keep vectors by key; a key that has one under this model keeps it."""
        with writing(self._engine) as connection:
            results.save_vectors(connection, vectors, model)

    def save_analysis(self, clauses: pd.DataFrame, comments: pd.DataFrame, themes: pd.DataFrame) -> None:
        """Replace the stored analysis by these frames (frames.CLAUSES, COMMENTS, THEMES), in one transaction.

        Raises ValueError where a frame has other columns.
        """
        with writing(self._engine) as connection:
            results.save_analysis(connection, clauses, comments, themes)

    def load_analysis(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """The stored clauses, comments and themes, in the order they were saved; empty frames before the first."""
        with reading(self._engine) as connection:
            return results.load_analysis(connection)

    def save_digest(
        self, audience: str, period: str, fingerprint: str, json_text: str, reason: str = ""
    ) -> StoredDigest:
        """Publish a digest. Where the latest revision has this fingerprint, that one, its JSON byte for byte.

        Otherwise the next revision, which says the `reason` it was made for.
        """
        with writing(self._engine) as connection:
            return results.save_digest(connection, audience, period, fingerprint, json_text, reason)

    def latest_digest(self, audience: str, period: str, revision: int | None = None) -> StoredDigest | None:
        """The newest revision for an audience and a period's slug, or the given one; None where there is none."""
        with reading(self._engine) as connection:
            return results.latest_digest(connection, audience, period, revision)
