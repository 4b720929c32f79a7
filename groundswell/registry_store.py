"""The theme registry in the store: its events, the members and fits that analyses wrote.

Rows are added and never changed. An edit is one transaction that reads the registry, decides and appends, so that of
two at once the second sees what the first has done. What an analysis does is saved with the analysis, or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select

from groundswell.bulk import insert_rows
from groundswell.errors import RegistryMoved, StoreError
from groundswell.registry import Registry, fold, number_events
from groundswell.registry_events import BATCHES, MOST_EXEMPLARS, Event, Fit, NewEvent, RegistryChange
from groundswell.registry_replay import Misfit
from groundswell.rows import check_text, dump_json, encode_time, plain_values
from groundswell.tables import theme_event, theme_fit, theme_member

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "check_version",
    "edit_registry",
    "load_members",
    "load_registry",
    "load_theme_exemplars",
    "load_theme_vectors",
    "load_version",
    "save_change",
]

_MEMBER = ("key", "theme_id", "sub_theme_id", "similarity")
_FIT = ("keywords", "stability", "cohesion", "clauses")


def load_registry(connection: Connection, event_limit: int | None = None) -> Registry:
    """The registry, or what it was when the event `event_limit` was its last. StoreError where it is damaged."""
    events = select(theme_event).order_by(theme_event.c.id)
    fits = select(theme_fit.c.event, theme_fit.c.theme_id, *(theme_fit.c[name] for name in _FIT))
    if event_limit is not None:
        events, fits = events.where(theme_event.c.id <= event_limit), fits.where(theme_fit.c.event <= event_limit)
    history = [_event(row._mapping) for row in connection.execute(events)]
    found = [(row.event, _fit(row._mapping)) for row in connection.execute(fits.order_by(theme_fit.c.event))]
    try:
        return fold(history, sorted(found, key=lambda pair: (pair[0], pair[1].theme_id)))
    except Misfit as misfit:
        raise StoreError(f"the theme registry is damaged: {misfit}; restore the store from a backup") from misfit


def load_version(connection: Connection) -> int:
    """The id of the last event; 0 before the first."""
    return connection.scalar(select(func.max(theme_event.c.id))) or 0


def check_version(connection: Connection, expected: int) -> None:
    """Raises RegistryMoved where the registry is no longer the one that an analysis was made for."""
    version = load_version(connection)
    if version != expected:
        raise RegistryMoved(
            f"the themes were edited while the analysis ran (event {version}, it began at {expected}); "
            "nothing of it was saved: run it again"
        )


def edit_registry(
    connection: Connection, build: Callable[[Registry], Sequence[NewEvent]], actor: str, at: datetime
) -> Registry:
    """Append what `build` makes of the registry; the registry afterwards. What `build` raises leaves it as it was."""
    registry = load_registry(connection)
    events = number_events(registry, build(registry), actor=actor, at=at)
    after = registry.after(events)  # before a row is written: what does not fit is not stored
    _append(connection, events)
    return after


def save_change(connection: Connection, change: RegistryChange) -> Registry:
    """Append what an analysis did; the registry afterwards. RegistryMoved where it has another version by now."""
    check_version(connection, change.base_version)
    registry = load_registry(connection)
    if change.kind not in BATCHES:
        raise ValueError(f"an analysis is a {', '.join(BATCHES)}, not a {change.kind!r}")
    batch = NewEvent(change.kind, payload=change.payload)
    events = number_events(registry, [batch, *change.events], actor=change.actor, at=change.at, as_of=change.as_of)
    fits = [(events[0].event_id, fit) for fit in change.fits]
    after = registry.after(events, fits)
    _append(connection, events)
    _save_fits(connection, events[0].event_id, after, change.fits)
    if change.members is not None:
        _save_members(connection, events[0].event_id, after, change.members)
    return after


def load_members(connection: Connection, event_limit: int | None = None) -> pd.DataFrame:
    """For each text that a theme holds the row of the newest batch that is not undone, as frames.MEMBERS."""
    import pandas as pd

    from groundswell.frames import MEMBERS

    batches = _live_batches(connection, event_limit)
    query = select(theme_member.c.event, *(theme_member.c[name] for name in _MEMBER))
    newest: dict[str, tuple[Any, ...]] = {}
    for row in connection.execute(query.where(theme_member.c.event.in_(list(batches))).order_by(theme_member.c.event)):
        newest[row[1]] = tuple(row)
    rows = [newest[key] for key in sorted(newest) if newest[key][2] is not None]
    columns: dict[str, Any] = {
        name: pd.Series([row[n] for row in rows], dtype=MEMBERS[name]) for n, name in enumerate(_MEMBER, start=1)
    }
    since = pd.Series([batches[row[0]] for row in rows], dtype="datetime64[us]").dt.tz_localize("UTC")
    return pd.DataFrame({**columns, "since": since})


def load_theme_vectors(connection: Connection) -> dict[str, bytes]:
    """The last centroid of each theme, of closed ones too, by its id."""
    return _newest(connection, "centroid", bytes)


def load_theme_exemplars(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The keys of the exemplars of each theme at its last fit, by its id."""
    return _newest(connection, "exemplars", lambda stored: tuple(json.loads(stored)))


def _newest(connection: Connection, name: str, read: Callable[[Any], Any]) -> dict[str, Any]:
    """A column of the last live fit of each theme that has it."""
    column = theme_fit.c[name]
    batches = list(_live_batches(connection, None))
    query = select(theme_fit.c.theme_id, column).where(theme_fit.c.event.in_(batches), column.is_not(None))
    rows = connection.execute(query.order_by(theme_fit.c.event, theme_fit.c.theme_id))
    found = {row[0]: row[1] for row in rows}
    return {theme_id: read(found[theme_id]) for theme_id in sorted(found)}


def _live_batches(connection: Connection, event_limit: int | None) -> dict[int, datetime | None]:
    """The batches that are not undone, each with the end of its period (UTC, without a zone)."""
    registry = load_registry(connection, event_limit)
    undone = registry.undone
    live = (e for e in registry.events if e.kind in BATCHES and e.event_id not in undone)
    return {e.event_id: None if e.as_of is None else e.as_of.replace(tzinfo=None) for e in live}


def _append(connection: Connection, events: Sequence[Event]) -> None:
    if events:
        connection.execute(insert(theme_event), [_encode(event) for event in events])


def _encode(event: Event) -> dict[str, Any]:
    what = f"{event.kind} of theme {event.theme_id}"
    payload = dump_json(dict(event.payload))
    return {
        "id": event.event_id,
        "at": encode_time(event.at, f"the time of {what}"),
        "as_of": encode_time(event.as_of, f"the date of {what}"),
        "actor": check_text(event.actor, f"who did {what}"),
        "kind": event.kind,
        "theme_id": event.theme_id,
        "payload": check_text(payload, what),
        "part_of": event.part_of,
        "undoes": event.undoes,
    }


def _event(row: Mapping[Any, Any]) -> Event:
    return Event(
        event_id=row["id"],
        at=row["at"].replace(tzinfo=UTC),
        as_of=None if row["as_of"] is None else row["as_of"].replace(tzinfo=UTC),
        actor=row["actor"],
        kind=row["kind"],
        theme_id=row["theme_id"],
        payload=json.loads(row["payload"]),
        part_of=row["part_of"],
        undoes=row["undoes"],
    )


def _fit(row: Mapping[Any, Any]) -> Fit:
    found = {name: row[name] for name in _FIT}
    return Fit(row["theme_id"], **{**found, "keywords": tuple(json.loads(row["keywords"]))})


def _save_fits(connection: Connection, event_id: int, registry: Registry, fits: Sequence[Fit]) -> None:
    rows = []
    for fit in fits:
        if fit.theme_id not in registry.themes or len(fit.exemplars) > MOST_EXEMPLARS:
            raise ValueError(f"a fit of theme {fit.theme_id}, which is unknown or has {len(fit.exemplars)} exemplars")
        lists = [check_text(dump_json(list(words)), "a keyword") for words in (fit.exemplars, fit.keywords)]
        numbers = [fit.stability, fit.cohesion, int(fit.clauses)]
        rows.append((event_id, fit.theme_id, fit.centroid, *lists, *(_number(number) for number in numbers)))
    insert_rows(connection, theme_fit, ["event", "theme_id", "centroid", "exemplars", *_FIT], rows)


def _save_members(connection: Connection, event_id: int, registry: Registry, members: pd.DataFrame) -> None:
    from groundswell.frames import MEMBERS

    named = {*members["theme_id"].dropna().unique(), *members["sub_theme_id"].dropna().unique()}
    unknown = sorted(map(str, named - set(registry.themes)))
    if unknown or members["key"].duplicated().any():
        what = f"of themes that the registry does not know: {', '.join(unknown[:3])}" if unknown else "with equal keys"
        raise ValueError(f"members {what}")
    lists = [plain_values(members[name], MEMBERS[name], theme_member.name) for name in _MEMBER]
    rows = [(event_id, *values) for values in zip(*lists, strict=True)]
    insert_rows(connection, theme_member, ["event", *_MEMBER], rows)


def _number(value: float | int | None) -> float | int | None:
    """A plain number; None for one that is unknown."""
    if value is None or value != value:
        return None
    return int(value) if isinstance(value, int) else float(value)
