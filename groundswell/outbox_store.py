"""The outbox in the store: each change of an item is one statement of a transaction that the caller opens.

An item is there once for each (kind, name, period, channel, recipient, turn): the database itself keeps a second run
from sending what a first one has sent.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from groundswell.bulk import chunks, insert_or
from groundswell.errors import ConfigError
from groundswell.outbox import UNSENT, Announcement, Destination, NewItem, OutboxItem
from groundswell.outbox_tables import announcement, escalation_told, outbox
from groundswell.rows import check_text, dump_json, encode_time

__all__ = [
    "announce",
    "begin_item",
    "decide_items",
    "fail_item",
    "finish_item",
    "keep_part",
    "load_announcements",
    "load_items",
    "load_told",
    "queue_again",
    "queue_items",
    "recover_items",
]

_IN = 5_000  # ids in one IN list
_MENDABLE = ("failed", "held", "pending")


def announce(connection: Connection, audience: str, period: str, at: datetime) -> None:
    """Note that a digest is to be sent; noted twice, it is noted once."""
    row = {"audience": audience, "period": period, "at": encode_time(at, "the moment of an announcement")}
    insert_or(connection, announcement, [row], [])


def load_announcements(connection: Connection) -> list[Announcement]:
    """The digests that wait for their recipients, in the order in which they were frozen."""
    order = (announcement.c.at, announcement.c.period, announcement.c.audience)
    return [Announcement(row.audience, row.period) for row in connection.execute(select(announcement).order_by(*order))]


def queue_items(
    connection: Connection,
    items: Iterable[NewItem],
    at: datetime,
    announced: Announcement | None = None,
    told: Collection[str] = (),
) -> int:
    """Put items into the outbox, but for those that are in it in any turn; how many came in.

    The announcement that they come from is taken away, and the comments that they tell of are marked as told.
    """
    number = 0
    for item in items:
        if connection.scalar(select(func.count()).select_from(outbox).where(_is(item))) == 0:
            _insert(connection, item, 0, at)
            number += 1
    if announced is not None:
        of_it = and_(announcement.c.audience == announced.audience, announcement.c.period == announced.period)
        connection.execute(delete(announcement).where(of_it))
    day = at.astimezone(UTC).date().isoformat()
    insert_or(connection, escalation_told, [{"feedback_id": one, "day": day} for one in sorted(set(told))], [])
    return number


def queue_again(connection: Connection, items: Iterable[NewItem], at: datetime) -> int:
    """Have items sent once more, in a turn of their own; those whose last turn did not arrive wait in that one."""
    number = 0
    for item in items:
        last = connection.execute(select(outbox).where(_is(item)).order_by(outbox.c.turn.desc()).limit(1)).one_or_none()
        if last is None or last.state in ("sent", "dropped"):
            _insert(connection, item, 0 if last is None else last.turn + 1, at)
        elif last.state in _MENDABLE:
            _change(connection, last.id, state="pending")
        number += 1
    return number


def load_items(connection: Connection, states: Sequence[str] | None = None) -> list[OutboxItem]:
    """The items, or those in the given states, in the order in which they were queued."""
    query = select(outbox).order_by(outbox.c.id)
    rows = connection.execute(query if states is None else query.where(outbox.c.state.in_(states)))
    return [_item(row) for row in rows]


def begin_item(connection: Connection, item_id: int, at: datetime) -> bool:
    """Note that the item is on its way from now on; False, nothing changed, where it no longer waits."""
    changed = connection.execute(
        update(outbox)
        .where(outbox.c.id == item_id, outbox.c.state.in_(("pending", "failed")))
        .values(state="sending", attempts=outbox.c.attempts + 1, tried_at=encode_time(at, "the moment of sending"))
    )
    return bool(changed.rowcount == 1)


def keep_part(connection: Connection, item_id: int, parts: int) -> None:
    """Note that so many parts of the item have arrived."""
    _change(connection, item_id, parts=parts)


def finish_item(connection: Connection, item_id: int, at: datetime, revision: int | None) -> None:
    """Note that the whole item has arrived, made from this revision of its digest."""
    when = encode_time(at, "the moment of sending")
    _change(connection, item_id, state="sent", sent_at=when, revision=revision, last_error=None)


def fail_item(
    connection: Connection, item_id: int, state: str, error: str, at: datetime | None, maybe_arrived: bool
) -> None:
    """Note that the item did not arrive, or perhaps did: `failed` is tried again by the next run, `held` and `dropped`
    are not. With `at` it was tried then and not begun."""
    values: dict[str, Any] = {"state": state, "last_error": check_text(error, "an error of the outbox")}
    if at is not None:
        values |= {"attempts": outbox.c.attempts + 1, "tried_at": encode_time(at, "the moment of sending")}
    if maybe_arrived:
        values["possible_repeat"] = True
    _change(connection, item_id, **values)


def recover_items(connection: Connection, after_kill: str) -> int:
    """What a killed run was sending waits again, marked as a possible repeat; by "hold" for a person. How many."""
    state = "held" if after_kill == "hold" else "failed"
    said = "the run was killed while it was being sent: it may have arrived"
    changed = connection.execute(
        update(outbox).where(outbox.c.state == "sending").values(state=state, possible_repeat=True, last_error=said)
    )
    return int(changed.rowcount)


def decide_items(connection: Connection, item_ids: Sequence[int], state: str) -> list[OutboxItem]:
    """Make items wait again (`pending`), or give them up (`dropped`); ConfigError, nothing changed, for a number that
    is none of an item that has not arrived."""
    found = {item.item_id: item for item in load_items(connection, UNSENT)}
    for item_id in item_ids:
        if item_id not in found:
            raise ConfigError(
                f"nothing of number {item_id} waits to be sent; nothing was changed: `groundswell outbox list` shows "
                "what does"
            )
        if found[item_id].state == "sending":
            raise ConfigError(
                f"message {item_id} is being sent; nothing was changed: wait for the run to end. If it was killed, "
                "`groundswell outbox retry` without a number takes it up"
            )
    for item_id in item_ids:
        _change(connection, item_id, state=state)
    return [found[item_id] for item_id in item_ids]


def load_told(connection: Connection, feedback_ids: Sequence[str]) -> set[str]:
    """Of these comments, those that a notice has told of."""
    told: set[str] = set()
    for part in chunks(list(feedback_ids), _IN):
        query = select(escalation_told.c.feedback_id).where(escalation_told.c.feedback_id.in_(part))
        told.update(connection.scalars(query))
    return told


def _is(item: NewItem) -> Any:
    return and_(
        outbox.c.kind == item.kind,
        outbox.c.name == item.name,
        outbox.c.period == item.period,
        outbox.c.channel == item.to.channel,
        outbox.c.recipient == item.to.recipient,
    )


def _insert(connection: Connection, item: NewItem, turn: int, at: datetime) -> None:
    what = f"{item.kind} {item.name!r} of the outbox"
    texts = {"kind": item.kind, "name": item.name, "period": item.period}
    texts |= {"channel": item.to.channel, "recipient": item.to.recipient}
    number = (connection.scalar(select(func.max(outbox.c.id))) or 0) + 1
    row = {name: check_text(value, what) for name, value in texts.items()}
    more = {"turn": turn, "payload": dump_json(list(item.payload)), "state": "pending"}
    connection.execute(insert(outbox).values({"id": number, **row, **more, "queued_at": encode_time(at, what)}))


def _change(connection: Connection, item_id: int, **values: Any) -> None:
    connection.execute(update(outbox).where(outbox.c.id == item_id).values(**values))


def _item(row: Row[Any]) -> OutboxItem:
    queued, tried, sent = (at and at.replace(tzinfo=UTC) for at in (row.queued_at, row.tried_at, row.sent_at))
    return OutboxItem(
        item_id=row.id,
        kind=row.kind,
        name=row.name,
        period=row.period,
        to=Destination(row.channel, row.recipient),
        turn=row.turn,
        payload=tuple(json.loads(row.payload)),
        state=row.state,
        attempts=row.attempts,
        parts=row.parts,
        last_error=row.last_error,
        possible_repeat=bool(row.possible_repeat),
        revision=row.revision,
        queued_at=queued,
        tried_at=tried,
        sent_at=sent,
    )
