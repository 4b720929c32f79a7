"""What a project says of its service figures: plain values, out of [service] in the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["DEFAULTS", "ContactBase", "ServiceOptions"]


@dataclass(frozen=True, slots=True)
class ContactBase:
    """How many orders, or customers, there were: what contacts are told for each hundred of."""

    name: str  # as the reader calls them: orders, customers
    counts: tuple[tuple[date, float], ...]  # one for each day, or for each week by its first day; oldest first
    days: int = 1  # that each count stands for: 1 or 7


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """What the service levels are told beside the rows and the period."""

    agents: bool = False  # whether figures of single agents are told
    first_contact_days: int = 7  # within which a contact must be solved, and its author not come back
    base: ContactBase | None = None
    base_problem: str | None = None  # why the file that was named could not be read


DEFAULTS = ServiceOptions()
