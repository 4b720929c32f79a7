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
AUDIENCE_PAGES = {
    "service": AudiencePage(
        "Customer service",
        "What to remedy first, whom to call back, and what to tell other departments.",
        (
            NEWS,
            ("actions", "What was decided, and what came of it"),
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
            NEWS,
            ("releases", "Did the release help?"),
            ("pain_points", "What hurts most"),
            ("impact", "What goes with a lower score"),
            ("trends", "Themes over time"),
            ("versions", "Themes by version"),
            ("segments", "Where one group differs"),
            ("requests", "What they ask for"),
            ("new_themes", "New themes"),
            ("actions", "What was decided, and what came of it"),
            CHANGED,
        ),
    ),
    "marketing": AudiencePage(
        "Marketing",
        "Whom to ask for consent, and which words customers themselves choose.",
        (
            NEWS,
            ("testimonials", "Testimonial candidates"),
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
            ("compensation", "What it costs to make good"),
            ("escalations", "Customers to call back"),
            ("pain_points", "What contacts are about"),
            CHANGED,
        ),
    ),
}
