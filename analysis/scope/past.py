"""What findings rest on beside the rows of one period: what was said and done before."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from groundswell.actions import Action
from groundswell.alert_weeks import AlertWeek
from groundswell.text_findings import Consent

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
    consents: tuple[Consent, ...] = ()  # the texts that marketing decided on, and where the consent to each stood
    not_to_ask: tuple[str, ...] = ()  # records that were decided on, and authors who were asked lately: no candidates

    @property
    def fingerprint(self) -> str:
        """A hash of all of it."""
        told: tuple[object, ...] = (self.alerts, self.actions, self.gone)
        # Older versions knew no consents: without any, the fingerprint is what it was.
        told += (self.consents, self.not_to_ask) if self.consents or self.not_to_ask else ()
        return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


NOTHING_BEFORE = Past()
