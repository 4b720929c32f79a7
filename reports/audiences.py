"""Who reads a digest, to decide what, and in which order the page answers."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AUDIENCE_PAGES", "AudiencePage"]


@dataclass(frozen=True, slots=True)
class AudiencePage:
    """One audience's page: whom it addresses, the decision it serves, its sections in order with their titles."""

    reader: str
    intro: str
    sections: tuple[tuple[str, str], ...]


NEWS = ("alerts", "Is it news?")
CHANGED = ("theme_changes", "What became of the themes")
ACTIONS = ("actions", "What was decided, and what came of it")
AUDIENCE_PAGES = {
    "service": AudiencePage(
        "Customer service",
        "What to remedy first, whom to call back, and what to tell other departments.",
        (
            ACTIONS,
            NEWS,
            ("pain_points", "What hurts most"),
            ("escalations", "Customers to call back"),
            ("impact", "What goes with a lower score"),
            ("new_themes", "New themes"),
            ("mismatches", "Where score and words disagree"),
            ("praise", "What went well"),
            CHANGED,
        ),
    ),
    "product": AudiencePage(
        "Product",
        "What to fix or build next, and whether the last release helped.",
        (
            ("releases", "Did the release help?"),
            NEWS,
            ("pain_points", "What hurts most"),
            ("trends", "Themes over time"),
            ("gone", "What went away"),
            ("new_themes", "New themes"),
            ("requests", "What they ask for"),
            ("versions", "Themes by version"),
            ("segments", "Where one group differs"),
            ("impact", "What goes with a lower score"),
            ACTIONS,
            CHANGED,
        ),
    ),
    "marketing": AudiencePage(
        "Marketing",
        "Whom to ask for consent, and which words customers themselves choose.",
        (
            NEWS,
            ("consents", "Consent"),
            ("testimonials", "Whom to ask next"),
            ("praise", "What customers praise"),
            ("words", "In customers’ own words"),
            ("requests", "Rising wishes"),
            ("impact", "What goes with a higher score"),
            CHANGED,
        ),
    ),
    "operations": AudiencePage(
        "Operations",
        "Where volume, reply times and scores need a hand.",
        (
            ("volumes", "How much came in"),
            NEWS,
            ("backlog", "Who waits"),
            ("service_levels", "Times and scores"),
            ("service_drivers", "What takes long, and what comes back"),
            ("fulfilment", "Refunds, returns, shipping"),
            ("escalations", "Customers to call back"),
            ("pain_points", "What contacts are about"),
            CHANGED,
        ),
    ),
}
