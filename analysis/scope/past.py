"""What findings rest on beside the rows of one period: what was said and done before."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from groundswell.actions import Action
from groundswell.alert_weeks import AlertWeek

__all__ = ["NOTHING_BEFORE", "Gone", "Past"]


@dataclass(frozen=True, slots=True)
class Gone:
    """A theme that holds nothing any more, and what became of it."""

    theme_id: str
    how: str  # merged | retired | split | rejected | taken back
    into: str | None = None  # the theme that took its feedback over


@dataclass(frozen=True, slots=True)
class Past:
    """The alerts as they stood at the end of an earlier week, and the actions that were taken by the period's end."""

    alerts: AlertWeek | None = None  # the newest picture before the period's last week; None: there is none
    actions: tuple[Action, ...] = ()
    gone: tuple[Gone, ...] = ()  # the themes with alerts that are there no more

    @property
    def fingerprint(self) -> str:
        """A hash of all of it."""
        return sha256(repr((self.alerts, self.actions, self.gone)).encode("utf-8", "surrogatepass")).hexdigest()


NOTHING_BEFORE = Past()
