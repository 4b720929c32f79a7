"""The part of the store that holds what is sent. Every change is a transaction: a kill loses none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from groundswell import outbox_store
from groundswell.database import reading, writing
from groundswell.leases import Lease, check_lease
from groundswell.outbox import Announcement, NewItem, OutboxItem
from groundswell.storage_results import ResultStore

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OutboxStore"]


class OutboxStore(ResultStore):
    """What a Store keeps of sendings. Every method may raise StoreError; with a lease also where it was taken over."""

    def announcements(self) -> list[Announcement]:
        """The digests that were frozen to be sent and wait for their recipients, oldest first."""
        with reading(self._engine) as connection:
            return outbox_store.load_announcements(connection)

    def queue(
        self,
        items: Iterable[NewItem],
        at: datetime,
        *,
        announced: Announcement | None = None,
        told: Collection[str] = (),
        again: bool = False,
    ) -> int:
        """Put items into the outbox, each once for ever, or `again` in a turn of its own; how many came in.

        In the same transaction the announcement that they come from is taken away, and the comments that they tell of
        are marked as told.
        """
        with writing(self._engine) as connection:
            if again:
                return outbox_store.queue_again(connection, items, at)
            return outbox_store.queue_items(connection, items, at, announced, told)

    def outbox(self, states: Sequence[str] | None = None) -> list[OutboxItem]:
        """The items of the outbox, or those in the given states, in the order in which they were queued."""
        with reading(self._engine) as connection:
            return outbox_store.load_items(connection, states)

    def recover_outbox(self, after_kill: str, lease: Lease) -> int:
        """What a killed run was sending waits again, marked as a possible repeat, or by "hold" for a person."""
        with writing(self._engine) as connection:
            check_lease(connection, lease.name, lease.fence)
            return outbox_store.recover_items(connection, after_kill)

    def begin_sending(self, item_id: int, at: datetime, lease: Lease) -> bool:
        """Note that an item is on its way from now on; False where it no longer waits, as when it was given up."""
        with writing(self._engine) as connection:
            check_lease(connection, lease.name, lease.fence)
            return outbox_store.begin_item(connection, item_id, at)

    def part_arrived(self, item_id: int, parts: int) -> None:
        """Note that so many parts of an item have arrived."""
        with writing(self._engine) as connection:
            outbox_store.keep_part(connection, item_id, parts)

    def end_sending(self, item_id: int, at: datetime, revision: int | None) -> None:
        """Note that an item has arrived, made from this revision of its digest."""
        with writing(self._engine) as connection:
            outbox_store.finish_item(connection, item_id, at, revision)

    def fail_sending(
        self, item_id: int, state: str, error: str, *, at: datetime | None = None, maybe_arrived: bool = False
    ) -> None:
        """Note that an item did not arrive, or only perhaps; `state` is failed, held or dropped. With `at` it was tried
        then, and given up before `begin_sending`."""
        with writing(self._engine) as connection:
            outbox_store.fail_item(connection, item_id, state, error, at, maybe_arrived)

    def decide_outbox(self, item_ids: Sequence[int], state: str) -> list[OutboxItem]:
        """Make items wait again (`pending`), or give them up (`dropped`); ConfigError, nothing changed, for others."""
        with writing(self._engine) as connection:
            return outbox_store.decide_items(connection, item_ids, state)

    def feedback_since(self, since: datetime) -> pd.DataFrame:
        """The feedback that accepted loads brought and that was written at `since` or later, as `load_feedback`."""
        from groundswell.feedback_frame import load_recent

        with reading(self._engine) as connection:
            return load_recent(connection, since)

    def feedback_of(self, feedback_ids: Sequence[str]) -> pd.DataFrame:
        """The feedback of these ids, as `load_feedback`; what was erased or is held is missing."""
        from groundswell.feedback_frame import load_known

        with reading(self._engine) as connection:
            return load_known(connection, feedback_ids)

    def told_before(self, feedback_ids: Sequence[str]) -> set[str]:
        """Of these comments, those that a notice of escalations has told of."""
        with reading(self._engine) as connection:
            return outbox_store.load_told(connection, feedback_ids)
