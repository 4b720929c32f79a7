"""The explorers in the store: every comment of a period, as its page is made from them.

One is written with the product digest that it stands beside, in its transaction: never a page of other data.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from groundswell.errors import StoreError
from groundswell.explorer_tables import explorer
from groundswell.results import StoredDigest

__all__ = ["StoredExplorer", "load_data", "load_explorers", "replace_explorer"]

_LEVEL = 6  # of compression: 20,000 comments in half a second, to a quarter of their size


@dataclass(frozen=True, slots=True)
class StoredExplorer:
    """What is kept of one period's explorer beside its data."""

    period: str
    revision: int
    fingerprint: str


def replace_explorer(connection: Connection, beside: StoredDigest, json_text: str) -> None:
    """Keep the explorer of a digest's period in the place of the one before; "" takes that away."""
    connection.execute(delete(explorer).where(explorer.c.period == beside.period))
    if json_text:
        body = zlib.compress(json_text.encode("utf-8"), _LEVEL)
        row = {"period": beside.period, "revision": beside.revision, "fingerprint": beside.fingerprint, "body": body}
        connection.execute(insert(explorer).values(row))


def load_explorers(connection: Connection) -> list[StoredExplorer]:
    """The explorers that are kept, by period, without their data."""
    rows = connection.execute(select(explorer.c.period, explorer.c.revision, explorer.c.fingerprint)).all()
    # Sorted here, not by the database: the order of texts there depends on its locale.
    return sorted((StoredExplorer(*row) for row in rows), key=lambda one: one.period)


def load_data(connection: Connection, period: str) -> str | None:
    """The data of a period's explorer as JSON text, as they were saved; None where there is none."""
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
