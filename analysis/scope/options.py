"""What a project says of its statistics: plain values, out of [statistics], [[releases]] and [service]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from analysis.scope.service_options import ServiceOptions

__all__ = ["DEFAULTS", "Options", "Release"]


@dataclass(frozen=True, slots=True)
class Release:
    """Something that customers got on a day and that may have changed what they write: a version, a new tariff."""

    name: str
    day: date
    source: str | None = None  # the one source whose customers got it; None: those of all sources

    def begins(self, zone: ZoneInfo) -> datetime:
        """The first moment of its day in the reader's zone."""
        return datetime.combine(self.day, time(), tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Options:
    """What `find_everything` is told beside the rows and the period."""

    false_alarms_per_year: float = 2.0  # of all themes and detectors together (docs/methods.md, D6)
    drivers: str = "shares"  # how a score is shared out among themes: shares | regression (D3)
    releases: tuple[Release, ...] = ()
    service: ServiceOptions = ServiceOptions()


DEFAULTS = Options()
