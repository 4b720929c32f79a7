"""The actions in the store: what was decided on themes. One that was taken back keeps its number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from groundswell.actions import Action, KeptAction
from groundswell.errors import ConfigError
from groundswell.rows import check_text, encode_time
from groundswell.tables import action

__all__ = ["drop_action", "finish_action", "load_actions", "save_action"]


def save_action(connection: Connection, made: Action) -> KeptAction:
    """Keep an action, under a number of the store's own.

    One that says the same of the same theme, of the same owner and since the same moment, is kept once.
    """
    for known in load_actions(connection):
        if _said(known) == _said(made):
            return KeptAction(known, False)
    number = (connection.scalar(select(func.max(action.c.id))) or 0) + 1
    what = f"the action on {made.theme_id}"
    texts = {name: check_text(getattr(made, name), what) for name in ("theme_id", "what", "actor")}
    owner = None if made.owner is None else check_text(made.owner, what)
    times = {name: encode_time(at, what) for name, at in (("since", made.since), ("made_at", made.made_at))}
    done = encode_time(made.done, what)
    connection.execute(insert(action).values({"id": number, **texts, **times, "owner": owner, "done_at": done}))
    return KeptAction(_one(connection, str(number)), True)


def finish_action(connection: Connection, action_id: str, done: datetime) -> Action:
    """Say when an action was done; said again, the last one counts. ConfigError, nothing changed: there is none of
    that number, or it began later."""
    found = _one(connection, action_id)
    if done < found.since:
        raise ConfigError(
            f"action {action_id} begins after that day; nothing was changed: `groundswell actions list` shows when"
        )
    at = encode_time(done, f"the end of action {action_id}")
    connection.execute(update(action).where(action.c.id == int(action_id)).values(done_at=at))
    return _one(connection, action_id)


def drop_action(connection: Connection, action_id: str, at: datetime) -> Action:
    """Take back an action that was recorded by mistake; what it was. ConfigError: there is none of that number."""
    found = _one(connection, action_id)
    when = encode_time(at, f"the moment at which action {action_id} was taken back")
    connection.execute(update(action).where(action.c.id == int(action_id)).values(dropped_at=when))
    return found


def load_actions(connection: Connection) -> list[Action]:
    """All actions that were not taken back, in the order in which they were added."""
    return [_action(row) for row in connection.execute(_standing())]


def _standing() -> Select[Any]:
    return select(action).where(action.c.dropped_at.is_(None)).order_by(action.c.id)


def _one(connection: Connection, action_id: str) -> Action:
    number = int(action_id) if action_id.isascii() and action_id.isdigit() and len(action_id) < 10 else -1
    row = connection.execute(_standing().where(action.c.id == number)).one_or_none()
    if row is None:
        raise ConfigError(
            f"there is no action {action_id!r}; nothing was changed: `groundswell actions list` shows all of them"
        )
    return _action(row)


def _said(one: Action) -> tuple[object, ...]:
    return one.theme_id, one.what, one.owner, one.since


def _action(row: Row[Any]) -> Action:
    since, done, made = (at and at.replace(tzinfo=UTC) for at in (row.since, row.done_at, row.made_at))
    return Action(str(row.id), row.theme_id, row.what, row.owner, since, done, made, row.actor)
