"""What the help desk of the invented company notes beside a ticket: the agent's team, and what was paid to make up."""

from __future__ import annotations

from random import Random

from extractors.demo.company import AGENTS
from extractors.demo.plan import Job

__all__ = ["compensation", "team_of"]

_TEAMS = ("Leeds", "Galway", "Home office")
_PAID = {
    "charged_twice": 0.5,
    "installer_missed": 0.45,
    "damaged_parcel": 0.35,
    "refund_slow": 0.3,
    "delivery_late": 0.2,
    "wrong_bill": 0.15,
    "passed_around": 0.12,
}
_SELDOM = 0.015
_AMOUNTS = {5: 14, 10: 30, 15: 16, 20: 20, 25: 8, 30: 7, 50: 4, 75: 1}


def team_of(agent: str) -> str:
    """The team that an agent belongs to, four to each."""
    return _TEAMS[AGENTS.index(agent) % len(_TEAMS)]


def compensation(job: Job, record_id: str, solved: str) -> tuple[str, str]:
    """The amount and its currency; both blank while the ticket is open, and where nothing was paid."""
    # Draws of its own: whatever is added here, the rest of the demo stays as it was.
    rng = Random(f"{record_id}:{job.when}:{job.customer.email}")
    if not solved or rng.random() >= _PAID.get(job.themes[0] if job.themes else "", _SELDOM):
        return "", ""
    amount = rng.choices(list(_AMOUNTS), list(_AMOUNTS.values()))[0]
    return f"{amount}.00", "GBP" if job.customer.country == "GB" else "EUR"
