"""Alerts as they stood at the end of a week: what the store keeps of them, and the next week is judged from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

__all__ = ["AlertWeek", "KeptAlert", "KeptRelease"]


@dataclass(frozen=True, slots=True)
class KeptRelease:
    """Of an alert on what a release made worse: its name, how many of those who have it complain, and how many would
    if they were like those before it, with the range of 95 %."""

    name: str
    authors: int
    of: int
    usual: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """The alert of one theme at the end of a week.

    `under` counts the weeks under the bound since the last one over it; `closed` is the week that closed it. `left_out`
    are the weeks that no baseline of the theme may hold, also those of earlier times, oldest first.
    """

    alert_id: str
    theme_id: str
    label: str
    kind: str  # surge | drift | new | release
    state: str  # open | updated | quiet | closed | re-opened
    opened: datetime  # the end of the week in which it was raised, or raised again
    since: str
    last_week: str
    weeks: int  # over the bound since it was opened
    under: int
    event: str
    mood: str
    p_value: float | None
    closed: str | None = None
    left_out: tuple[str, ...] = ()
    release: KeptRelease | None = None

    def as_json(self) -> str:
        """The alert as JSON, the same for the same alert."""
        return json.dumps(
            {**asdict(self), "opened": self.opened.astimezone(UTC).isoformat()}, sort_keys=True, allow_nan=False
        )

    @staticmethod
    def from_json(text: str) -> KeptAlert:
        """The alert that `as_json` wrote."""
        plain: Mapping[str, Any] = json.loads(text)
        release = None if plain["release"] is None else KeptRelease(**plain["release"])
        opened, left_out = datetime.fromisoformat(plain["opened"]), tuple(plain["left_out"])
        return KeptAlert(**{**plain, "opened": opened, "left_out": left_out, "release": release})


@dataclass(frozen=True, slots=True)
class AlertWeek:
    """Every alert at the end of one week, closed ones too; `alerts` are sorted by theme.

    `rest` is a hash of what they rest on: counts, rules, and the week before. `target` is the number of false alarms a
    year that the rules aimed at.
    """

    week: str  # 2026-W46
    end: datetime
    rest: str
    target: float
    alerts: tuple[KeptAlert, ...] = ()
