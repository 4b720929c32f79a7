"""What findings rest on beside the rows of one period: what was said and done before."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from groundswell.actions import Action
from groundswell.alert_weeks import AlertWeek

__all__ = ["NOTHING_BEFORE", "Past"]


@dataclass(frozen=True, slots=True)
class Past:
    """The alerts as they stood at the end of an earlier week, and the actions that were taken by the period's end."""

    alerts: AlertWeek | None = None  # the newest picture before the period's last week; None: there is none
    actions: tuple[Action, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A hash of all of it."""
        return sha256(repr((self.alerts, self.actions)).encode("utf-8", "surrogatepass")).hexdigest()


NOTHING_BEFORE = Past()
