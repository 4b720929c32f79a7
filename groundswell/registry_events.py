"""What the theme registry is made of: themes, and the events that its history is a list of.

Kinds of events, with their payloads (`before` is what a reader is shown, it decides nothing):

    fit, assign, refit   a batch: one analysis; what else it did are events that are part of it
    open                 a theme comes to be: label, parent, status, origin, journey_stage, owner; where it came
                         from, if it was part of another one: from
    rename               label, before
    own                  owner (None: nobody), before
    stage                journey_stage (None: undecided), before
    merge                into: the theme that takes everything over
    split                the sub-themes of a theme become themes of their own
    accept, reject       of a new theme
    retire               a theme or sub-theme is given up
    undo                 `undoes` is the event that no longer counts
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ACTOR",
    "BATCHES",
    "OPEN",
    "ORIGINS",
    "STAGES",
    "Event",
    "Fit",
    "NewEvent",
    "RegistryChange",
    "Theme",
    "guided_theme_id",
    "new_theme_id",
]

ACTOR = "groundswell"  # who made an event that nobody asked for
BATCHES = ("fit", "assign", "refit")
OPEN = ("active", "new")
ORIGINS = ("fit", "emerged", "guided", "refit")
STAGES = ("discover", "buy", "onboard", "use", "pay", "get help", "leave")
MOST_EXEMPLARS = 20


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme or sub-theme as the registry's history has left it."""

    theme_id: str
    label: str
    parent: str | None = None  # of a sub-theme
    status: str = "active"  # active | new | rejected | retired | merged | split
    merged_into: str | None = None
    origin: str = "fit"  # fit | emerged | guided | refit
    opened: datetime | None = None  # end of the period whose analysis opened it; of undated data: when that was made
    journey_stage: str | None = None
    owner: str | None = None
    keywords: tuple[str, ...] = ()  # this and all below as of its last fit
    stability: float | None = None
    cohesion: float | None = None
    clauses: int = 0
    closed: datetime | None = None  # when it was merged, split, retired or rejected

    @property
    def is_open(self) -> bool:
        """True while clauses are counted under it: active or new."""
        return self.status in OPEN

    @property
    def is_top(self) -> bool:
        """True for a theme, False for a sub-theme."""
        return self.parent is None

    def __str__(self) -> str:
        return f"“{self.label}” ({self.theme_id})"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is yet to be appended. Of several appended together the others are part of the first."""

    kind: str
    theme_id: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the history. Its `event_id` is the version of the registry that it made."""

    event_id: int
    at: datetime  # when it was made
    as_of: datetime | None  # of a batch: the end of the analysed period, None for undated data
    actor: str  # "groundswell", or who asked for it
    kind: str
    theme_id: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    part_of: int | None = None  # the event that it was made together with
    undoes: int | None = None

    @property
    def root(self) -> int:
        """The event that is undone when this one is: itself, or the one that it is part of."""
        return self.event_id if self.part_of is None else self.part_of


@dataclass(frozen=True, slots=True)
class Fit:
    """What an analysis found of one theme, whether it opened it or fitted it anew."""

    theme_id: str
    centroid: bytes | None = None  # float16 or float32, as its maker wrote it; None leaves the last one
    exemplars: tuple[str, ...] = ()  # keys of at most 20 texts
    keywords: tuple[str, ...] = ()
    stability: float | None = None
    cohesion: float | None = None
    clauses: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class RegistryChange:
    """What one analysis does to the registry: a batch event and what is part of it; saved with the analysis.

    `events` are applied in their order (an `open` of a theme before those of its sub-themes); `members` has the
    columns of frames.MEMBERS without `since`, one row per text key that the batch puts somewhere, or, with theme_id
    None, takes out. What it does not name stays where it is. `base_version` is the version of the registry that all
    of it was made for.
    """

    base_version: int
    kind: str  # fit | assign | refit
    as_of: datetime | None  # end of the analysed period, None for undated data
    at: datetime
    actor: str = ACTOR
    events: Sequence[NewEvent] = ()
    fits: Sequence[Fit] = ()
    members: pd.DataFrame | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)  # what else is worth keeping: counts


def new_theme_id(seed: str, taken: Mapping[str, Any] | set[str] | frozenset[str]) -> str:
    """An id made from the seed (a theme's most central text): the same seed gives the same id unless it is taken."""
    salt = 0
    while True:
        theme_id = "t" + sha256(f"{seed}{salt or ''}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
        if theme_id not in taken:
            return theme_id
        salt += 1


def guided_theme_id(name: str) -> str:
    """The id of the theme that the settings name: the same for the same name in any case and spacing."""
    plain = " ".join(name.casefold().split())
    return "t" + sha256(f"guided:{plain}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
