"""The lines that `groundswell quarantine` prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from groundswell.errors import ConfigError
from groundswell.storage import Store, open_store

__all__ = ["list_lines", "show_lines"]


def list_lines(store: str, source: str | None) -> Iterator[str]:
    """One line per refused record, oldest first, and a last line that counts them."""
    with _existing(store) as opened:
        entries = opened.load_quarantine(source)
    for entry in entries:
        reasons = "; ".join(str(problem) for problem in entry.problems)
        yield f"{entry.id:>6}  {entry.source}, row {entry.row}: {reasons}"
    where = f" of {source}" if source else ""
    yield f"{len(entries):,} records{where} in quarantine" if entries else f"no records{where} in quarantine"


def show_lines(store: str, number: int) -> Iterator[str]:
    """Everything kept of one refused record; raises ConfigError for a number that is not there."""
    with _existing(store) as opened:
        entries = {entry.id: entry for entry in opened.load_quarantine()}
    if number not in entries:
        raise ConfigError(f"no record {number} in quarantine; `groundswell quarantine list` shows {len(entries):,}")
    entry = entries[number]
    yield f"{entry.source} ({entry.kind}), row {entry.row}, {entry.state} since {entry.first_seen:%Y-%m-%d %H:%M} UTC"
    yield "refused because"
    yield from (f"  {problem}" for problem in entry.problems)
    yield "its fields, redacted"
    yield from (f"  {name} = {value}" for name, value in entry.fields.items())


def _existing(store: str) -> Store:
    if "://" not in store and not Path(store).exists():
        raise ConfigError(
            f"no store at {store}: give one with --store, as `groundswell try FILE --store {store}` makes it"
        )
    return open_store(store)
