"""The refused records: listed, shown, read once more from their source, or given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.progress import say
from groundswell.errors import ConfigError
from groundswell.storage import Store, open_store

if TYPE_CHECKING:
    from groundswell.quarantine import QuarantineEntry

__all__ = ["drop_lines", "list_lines", "retry_lines", "show_lines", "store_of"]


def store_of(store: str | None, settings: Path | None) -> str:
    """The store to look at: the one named, else that of the settings, else groundswell.db where there are none."""
    from groundswell.settings import load_settings, settings_path

    if store is not None:
        return store
    if settings is None and not settings_path().exists():
        return "groundswell.db"
    return load_settings(settings).store.get_secret_value()


def list_lines(store: str, source: str | None, everything: bool = False) -> Iterator[str]:
    """One line per refused record that waits, oldest first (with `everything` also the others), then their count."""
    with _existing(store) as opened:
        entries = opened.load_quarantine(source, None if everything else "waiting")
    for entry in entries:
        reasons = "; ".join(str(problem) for problem in entry.problems)
        state = f" [{entry.state}]" if entry.state != "waiting" else ""
        yield f"{entry.id:>6}  {_place(entry)}: {reasons}{state}"
    where = f" of {source}" if source else ""
    yield f"{_records(len(entries))}{where} in quarantine"


def show_lines(store: str, number: int) -> Iterator[str]:
    """Everything kept of one refused record; raises ConfigError for a number that is not there."""
    with _existing(store) as opened:
        entry = _entries(opened, [number])[0]
    yield f"{_place(entry)} ({entry.kind}), {entry.state} since {entry.first_seen:%Y-%m-%d %H:%M} UTC"
    yield "refused because"
    yield from (f"  {problem}" for problem in entry.problems)
    yield "its fields, redacted"
    yield from (f"  {name} = {value}" for name, value in entry.fields.items())


def drop_lines(store: str, numbers: Sequence[int], source: str | None) -> Iterator[str]:
    """Gives up the records of these numbers, or all that wait of a source: they are refused silently from now on."""
    with _existing(store) as opened:
        chosen = _chosen(opened, numbers, source)
        opened.save_quarantine_state([entry.id for entry in chosen], "dropped")
    yield f"{_records(len(chosen))} dropped; should the source offer them again, they stay so"


def retry_lines(settings: Path | None, numbers: Sequence[int], source: str | None) -> Iterator[str]:
    """Reads the sources of these records whole once more, and says what became of what waited.

    A refused record's original text is kept nowhere, so it is judged again where it comes from: after the file, the
    settings or the checks were mended. Ends with the exit code of that run.
    """
    from flows.commands.outcome import outcome_lines
    from flows.order import Order
    from flows.project import open_project
    from flows.run import run_here

    project = open_project(settings)
    with open_store(project.store) as opened:
        chosen = _chosen(opened, numbers, source)
        waited = Counter(entry.source for entry in opened.load_quarantine(state="waiting"))
    sources = tuple(dict.fromkeys(entry.source for entry in chosen))
    if not sources:
        yield "nothing waits in quarantine"
        return
    project.select(sources)  # ConfigError for a source that is no longer in the settings
    order = Order(steps=("ingest",), sources=sources, afresh=True)
    outcome = run_here(settings, order)
    yield from outcome_lines(outcome, order)
    with open_store(project.store) as opened:
        for load in outcome.loads:
            if load.held or load.not_read or load.waiting:
                yield f"{load.source}: not everything was read or taken in, so what waited goes on waiting"
                continue
            left = len(opened.load_quarantine(load.source, "waiting"))
            yield f"{load.source}: {waited[load.source] - left:,} no longer wait, {left:,} still refused"
    for line in outcome.complaints():
        say(f"groundswell: {line}")
    if outcome.exit_code:
        raise SystemExit(outcome.exit_code)


def _chosen(opened: Store, numbers: Sequence[int], source: str | None) -> list[QuarantineEntry]:
    if numbers:
        return _entries(opened, numbers)
    return opened.load_quarantine(source, "waiting")


def _entries(opened: Store, numbers: Sequence[int]) -> list[QuarantineEntry]:
    entries = {entry.id: entry for entry in opened.load_quarantine()}
    if missing := [number for number in numbers if number not in entries]:
        raise ConfigError(f"no record {missing[0]} in quarantine; `groundswell quarantine list` shows {len(entries):,}")
    return [entries[number] for number in numbers]


def _records(n: int) -> str:
    return "no records" if n == 0 else f"{n:,} record{'' if n == 1 else 's'}"


def _place(entry: QuarantineEntry) -> str:
    """Where the record stands in its source."""
    return f"{entry.source}, {entry.origin + ', ' if entry.origin else ''}row {entry.row}"


def _existing(store: str) -> Store:
    if "://" not in store and not Path(store).exists():
        raise ConfigError(
            f"no store at {store}: give one with --store, as `groundswell try FILE --store {store}` makes it"
        )
    return open_store(store)
