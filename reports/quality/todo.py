"""What a person has to decide or mend before the next digest, each with the command for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo

from reports.page.parts import sentence
from reports.quality.sources import age_days, is_behind
from reports.quality.state import DeliveryState, LoadState, QualityState, SourceState
from reports.wording.figures import clip, count, date, listed

__all__ = ["Todo", "news_of", "todos_of"]

UNDELIVERED = ("failed", "held", "sending")


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to see to: what it is, what happens until then, and what to type."""

    title: str
    text: str
    commands: tuple[str, ...] = ()


def todos_of(state: QualityState, where: tzinfo) -> tuple[Todo, ...]:
    """Held loads first: their feedback is in no digest; then sources, deliveries and refused records."""
    found = (
        *(_held(load) for load in state.loads if load.state == "held"),
        *_sources(state, where),
        *(_delivery(one) for one in state.deliveries if one.state in UNDELIVERED),
        *_refused(state),
    )
    # Without settings a command would look into another store, or into one that was thrown away.
    return found if state.has_settings else tuple(replace(todo, commands=()) for todo in found)


def news_of(state: QualityState, todos: tuple[Todo, ...]) -> str:
    """The page in one sentence."""
    if not state.sources:
        return "Nothing was read yet."
    if not todos:
        return f"All is well: {count(len(state.sources), 'source')} read, nothing held, nothing refused."
    kinds = [(sum(load.state == "held" for load in state.loads), "load held", "loads held")]
    late = sum(is_behind(one, state.moment) for one in state.sources)
    kinds += [(late, "source behind", "sources behind")]
    kinds += [(sum(not one.kind for one in state.sources), "source never read", "sources never read")]
    unsent = sum(one.n for one in state.deliveries if one.state in UNDELIVERED)
    kinds += [(unsent, "message not delivered", "messages not delivered")]
    kinds += [(sum(one.n for one in state.refused), "refused record waiting", "refused records waiting")]
    return f"To see to: {listed([count(n, one, many) for n, one, many in kinds if n])}."


def _held(load: LoadState) -> Todo:
    brought = f"{load.new:,} new and {load.changed:,} changed records"
    return Todo(
        f"Decide on load {load.load_id} of {clip(load.source, 60)}",
        f"Its {brought} are in no digest until then. {sentence(load.reason)}",
        (f"groundswell ingest --accept-load {load.load_id}", f"groundswell ingest --drop-load {load.load_id}"),
    )


def _sources(state: QualityState, where: tzinfo) -> Iterator[Todo]:
    for one in state.sources:
        name = clip(one.name, 60)
        read = (f"groundswell ingest --source {name}",)
        if not one.kind:
            yield Todo(f"Read {name}", "The settings name it, but nothing was ever read of it.", read)
        elif is_behind(one, state.moment):
            yield Todo(f"See why {name} is behind", f"{_late(one, state, where)} Its figures may be too low.", read)


def _late(one: SourceState, state: QualityState, where: tzinfo) -> str:
    age, patience = age_days(one, state.moment) or 0, one.patience_days or 0
    return (
        f"Its last record is of {date(one.last_record_at, where)}, {count(age, 'day')} ago; it is called late after "
        f"{count(patience, 'day')}."
    )


def _delivery(one: DeliveryState) -> Todo:
    what = f"{count(one.n, 'message')} by {clip(one.channel, 60)}"
    error = f" The last error: {sentence(clip(one.error, 300))}" if one.error else ""
    if one.state == "held":
        text = "The channel refused them for good, or they may have arrived already: they wait for you."
        commands = ("groundswell outbox list", "groundswell outbox retry NUMBER", "groundswell outbox drop NUMBER")
        return Todo(f"Decide on {what}", f"{text}{error}", commands)
    return Todo(f"Not delivered: {what}", f"They are tried again by the next run.{error}", ("groundswell outbox list",))


def _refused(state: QualityState) -> Iterator[Todo]:
    waiting = sum(one.n for one in state.refused)
    if waiting:
        yield Todo(
            f"Look at {count(waiting, 'refused record')}",
            "They count in no figure. Mend the source or the settings and retry, or give them up.",
            ("groundswell quarantine list", "groundswell quarantine retry", "groundswell quarantine drop NUMBER..."),
        )
