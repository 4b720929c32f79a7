"""What every command on themes begins with: the store, the clock that its days are told in, and who is at work."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from groundswell.errors import ConfigError
from groundswell.registry_events import ACTOR
from groundswell.registry_find import tidy_label
from groundswell.storage import Store, open_store

if TYPE_CHECKING:
    from groundswell.theme_counts import ThemeCounts

__all__ = ["NONE_YET", "Place", "actor", "day", "last_day", "number", "people_word", "place_of", "through"]

NONE_YET = "no themes yet: `groundswell run` finds them (`groundswell analyse` in what is stored already)"


@dataclass(frozen=True)
class Place:
    """A store, and what the settings say of its days and its new themes."""

    store: str
    zone: tzinfo = UTC
    counts_new: bool = True  # a new theme is counted before somebody accepts it

    @property
    def is_there(self) -> bool:
        """False where the store is a file that nobody has made yet."""
        return "://" in self.store or Path(self.store).exists()

    @property
    def missing(self) -> str:
        """What to say where it is not there."""
        return f"no store yet at {self.store}: `groundswell run` makes it, and `groundswell try FILE --store PLACE` too"

    def open(self) -> Store:
        """The store, opened; ConfigError where there is none yet."""
        if not self.is_there:
            raise ConfigError(self.missing)
        return open_store(self.store)


def place_of(store: str | None, settings: Path | None) -> Place:
    """The store that is named, else that of the settings, else groundswell.db where there are none."""
    from zoneinfo import ZoneInfo

    from groundswell.settings import load_settings, settings_path

    if settings is None and not settings_path().exists():
        return Place(store or "groundswell.db")
    if settings is None and store is not None:
        return Place(store)
    loaded = load_settings(settings)
    return Place(store or loaded.store.get_secret_value(), ZoneInfo(loaded.timezone), loaded.themes.auto)


def actor() -> str:
    """Who is at the keyboard, by the name that the system knows; never the name that analyses work under."""
    try:
        name = getuser().strip()
    except (OSError, KeyError, ImportError):  # no such user, as in a container: Python 3.11 has no one error for it
        name = f"user {os.getuid()}" if hasattr(os, "getuid") else ""
    name = tidy_label(name, "somebody")
    return f"{name} (a person)" if name.casefold() == ACTOR else name


def day(moment: datetime | None, place: Place) -> str:
    """The day, as a person writes it; "at an unknown time" of none."""
    if moment is None:
        return "at an unknown time"
    local = moment.astimezone(place.zone)
    return f"{local.day} {local:%b %Y}"


def last_day(end: datetime | None, place: Place) -> str:
    """The last day before the end of a period; "" of none."""
    return "" if end is None else day(end - timedelta(microseconds=1), place)


def through(end: datetime | None, place: Place) -> str:
    """Up to when an analysis read, as "through 15 Nov 2026"."""
    return "of undated feedback" if end is None else f"through {last_day(end, place)}"


def number(n: int, word: str) -> str:
    """1 theme, 2 themes."""
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def people_word(counts: ThemeCounts) -> str:
    """What is counted, for the heading of a column."""
    return "people" if counts.counted.startswith("authors") else counts.counted
