"""A bank's store with themes in it, made through the store's own methods: what the commands on themes are tried on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import numpy as np
import pandas as pd

from groundswell.frames import CLAUSES, COMMENTS, MEMBERS, THEMES, empty_frame
from groundswell.records import Feedback, Kind
from groundswell.registry import Fit, NewEvent, RegistryChange
from groundswell.storage import Store

__all__ = ["FIRST", "IDS", "SECOND", "fill_themes"]

FIRST = datetime(2026, 11, 9, tzinfo=UTC)  # ends of the two periods that were analysed
SECOND = FIRST + timedelta(weeks=1)
_DIMENSIONS = 8


@dataclass(frozen=True)
class _Made:
    """A theme of the bank: its label, how many speak of it, and what they write."""

    label: str
    people: int
    texts: Sequence[str]
    parent: str | None = None
    status: str = "active"
    stability: float | None = 0.93
    stage: str | None = None
    angle: float = 0.0  # themes at nearly the same angle resemble each other


_LATE = (
    "I ordered my card three weeks ago and it still has not come",
    "Still waiting for the card, and nobody can tell me where it is",
    "The card was promised within five days. That was in October",
)
_LOST = ("The tracking says delivered but my letter box is empty", "My card got lost in the post twice")
_TWICE = ("Charged twice for the same coffee", "The same payment was taken from my account two times")
_APP = ("The app closes itself as soon as I open my statements", "Login fails since the update on Tuesday")
_FEE = ("A fee of 3 % for taking out my own money is a joke", "Nobody told me about the fee at foreign machines")
_HOLD = ("45 minutes on hold and then the line went dead", "I gave up after half an hour of music")
_KIND = ("Maria at the branch took all the time I needed", "Your people on the phone are always friendly")
_CODE = ("The code by text message arrives when it has expired already", "I never get the confirmation code")
_MACHINE = ("The machine kept my card and swallowed the notes", "Cash machine at the station is out of order again")
_RATE = ("The exchange rate is two per cent worse than what you show", "Rate changed between quote and booking")

# id -> theme, as the first analysis and the second one opened them
_BANK: Mapping[str, _Made] = {
    "t3f2a9c1e": _Made("card has not arrived", 214, (*_LATE, *_LOST), stability=0.97, stage="onboard", angle=0.1),
    "t11d0c0de": _Made("still waiting for the card", 150, _LATE, "t3f2a9c1e", stability=0.91, angle=0.12),
    "t22e1b2aa": _Made("got lost in the post", 64, _LOST, "t3f2a9c1e", stability=0.88, angle=0.2),
    "t77c01b2d": _Made("charged twice for one payment", 131, _TWICE, stability=0.98, stage="pay", angle=0.9),
    "t0a4be771": _Made("the app closes itself", 118, _APP, stability=0.86, stage="use", angle=1.6),
    "t5518f00d": _Made("fee for taking out money", 77, _FEE, stability=0.72, stage="pay", angle=1.0),
    "t9e00a1b2": _Made("waiting on the phone for ever", 64, _HOLD, stability=0.95, stage="get help", angle=2.4),
    "tc0ffee12": _Made("friendly people at the branch", 58, _KIND, stability=0.9, stage="get help", angle=2.9),
    "t6b7a8c9d": _Made("confirmation code never comes", 41, _CODE, stability=0.81, stage="use", angle=1.7),
    "td1e2f3a4": _Made("cash machine is out of order", 23, _MACHINE, stability=0.79, angle=1.1),
    "tabad1dea": _Made(
        "exchange rate is worse than shown before booking", 12, _RATE, status="new", stability=None, angle=0.95
    ),
}
IDS = tuple(_BANK)


def fill_themes(store: Store, share: float = 1.0, bank: Mapping[str, Any] = _BANK) -> None:
    """Two weeks of feedback with authors, and the analyses that opened ten themes and then a new one."""
    random = Random(4)
    records, rows = [], []
    for theme_id, made in bank.items():
        if any(other.parent == theme_id for other in bank.values()):
            continue  # its sub-themes hold all of it
        for n in range(max(1, round(made.people * share))):
            text = f"{random.choice(made.texts)}{'.' * (n % 3)}"
            number = len(records) + 1
            top, sub = (theme_id, None) if made.parent is None else (made.parent, theme_id)
            author = sha256(f"{theme_id} {n}".encode()).hexdigest()
            records.append(_record(number, text, author, SECOND - timedelta(hours=1 + number % 160)))
            rows.append((records[-1], text, top, sub, 0.5 + random.random() / 2))
            if n % 5 == 0:  # some say it again
                records.append(_record(number + 1, f"Again: {text}", author, SECOND - timedelta(hours=1)))
                rows.append((records[-1], f"Again: {text}", top, sub, 0.4))
    for _ in range(round(60 * share)):
        records.append(_record(len(records) + 1, "Greetings to all of you", None, SECOND - timedelta(days=1)))
        rows.append((records[-1], "Greetings to all of you", None, None, math.nan))
    load = store.open_load("reviews", Kind.REVIEW, SECOND)
    store.save_page(load, records, [], {}, {})
    store.close_load(load, "accepted")
    _analyse(store, rows, bank, FIRST, [t for t, made in bank.items() if made.status == "active"])
    _analyse(store, rows, bank, SECOND, [t for t, made in bank.items() if made.status == "new"])


def _record(number: int, text: str, author: str | None, when: datetime) -> Feedback:
    name = str(8000 + number)
    hashed = sha256(text.encode()).hexdigest()
    return Feedback("reviews", name, Kind.REVIEW, name, text, hashed, occurred_at=when, author=author, row=number)


def _analyse(store: Store, rows: list[Any], bank: Mapping[str, _Made], as_of: datetime, opened: list[str]) -> None:
    """Saves an analysis of the rows that opens these themes."""
    registry = store.load_registry()
    known = {*registry.themes, *opened}
    told = [row if row[2] in known else (row[0], row[1], None, None, math.nan) for row in rows]
    change = RegistryChange(
        base_version=registry.version,
        kind="assign" if registry.version else "fit",
        as_of=as_of,
        at=as_of + timedelta(hours=6),
        events=[_open_event(theme_id, bank[theme_id]) for theme_id in opened],
        fits=[_fit(theme_id, bank[theme_id]) for theme_id in opened],
        members=_members(told, set(opened)),
    )
    store.save_analysis(_clauses(told), _comments(told), empty_frame(THEMES), key=str(as_of), change=change)


def _open_event(theme_id: str, made: _Made) -> NewEvent:
    origin = "emerged" if made.status == "new" else "fit"
    fields = {"label": made.label, "status": made.status, "origin": origin}
    return NewEvent("open", theme_id, {**fields, "parent": made.parent, "journey_stage": made.stage, "owner": None})


def _fit(theme_id: str, made: _Made) -> Fit:
    centroid = np.zeros(_DIMENSIONS, dtype=np.float16)
    centroid[:2] = math.cos(made.angle), math.sin(made.angle)
    keywords = tuple(dict.fromkeys(word for word in made.label.split() if len(word) > 3))
    return Fit(theme_id, centroid.tobytes(), (), keywords, made.stability, 0.7, made.people)


def _members(rows: list[Any], opened: set[str]) -> pd.DataFrame:
    found = {sha256(row[1].encode()).hexdigest(): row for row in rows if row[2] in opened}
    data = [(key, row[2], row[3], row[4]) for key, row in sorted(found.items())]
    columns = [name for name in MEMBERS if name != "since"]
    return pd.DataFrame(data, columns=columns).astype({"similarity": "float64"})


def _clauses(rows: list[Any]) -> pd.DataFrame:
    data = [
        (record.id, 0, len(text), text, 0, "en", top is None, 0.0, "neutral", top, sub, similarity, "")
        for record, text, top, sub, similarity in rows
    ]
    return pd.DataFrame(data, columns=list(CLAUSES)).astype({n: t for n, t in CLAUSES.items() if t != "object"})


def _comments(rows: list[Any]) -> pd.DataFrame:
    data = [(record.id, "en", 0.0, "neutral", "by hand", None) for record, *_ in rows]
    return pd.DataFrame(data, columns=list(COMMENTS)).astype({n: t for n, t in COMMENTS.items() if t != "object"})
