"""The part of the store that holds the explorers: every comment of a period, as its page was made from them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from groundswell.database import reading, writing
from groundswell.errors import StoreError
from groundswell.explorer_tables import explorer
from groundswell.leases import Lease, check_lease
from groundswell.rows import check_text
from groundswell.storage_results import ResultStore

__all__ = ["ExplorerStore", "StoredExplorer"]

_LEVEL = 6  # of compression: 20,000 comments in half a second, to a quarter of their size


@dataclass(frozen=True, slots=True)
class StoredExplorer:
    """What is kept of one period's explorer beside its data."""

    period: str
    revision: int
    fingerprint: str


class ExplorerStore(ResultStore):
    """What a Store keeps of explorers. Every method may raise StoreError, and every write is one transaction."""

    def save_explorer(self, made: StoredExplorer, json_text: str, lease: Lease | None = None) -> None:
        """Keep a period's explorer in the place of the one before; with a lease, unless that was taken over."""
        period = check_text(made.period, "the period of an explorer")
        body = zlib.compress(json_text.encode("utf-8"), _LEVEL)
        row = {"period": period, "revision": made.revision, "fingerprint": made.fingerprint, "body": body}
        with writing(self._engine) as connection:
            if lease is not None:
                check_lease(connection, lease.name, lease.fence)
            connection.execute(delete(explorer).where(explorer.c.period == period))
            connection.execute(insert(explorer).values(row))

    def drop_explorer(self, period: str) -> None:
        """Keep the explorer of a period no longer; nothing where there is none."""
        with writing(self._engine) as connection:
            connection.execute(delete(explorer).where(explorer.c.period == period))

    def explorers(self) -> list[StoredExplorer]:
        """The explorers that are kept, by period, without their data."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(explorer.c.period, explorer.c.revision, explorer.c.fingerprint)).all()
        # Sorted here, not by the database: the order of texts there depends on its locale.
        return sorted((StoredExplorer(*row) for row in rows), key=lambda one: one.period)

    def explorer_data(self, period: str) -> str | None:
        """The data of a period's explorer as JSON text, as they were saved; None where there is none."""
        with reading(self._engine) as connection:
            return _data(connection, period)


def _data(connection: Connection, period: str) -> str | None:
    body = connection.scalar(select(explorer.c.body).where(explorer.c.period == period))
    if body is None:
        return None
    try:
        return zlib.decompress(bytes(body)).decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise StoreError(
            f"the explorer of {period} in the store is damaged ({error}); `groundswell publish --week {period} "
            "--rebuild WHY` makes it again"
        ) from error
