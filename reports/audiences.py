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


AUDIENCE_PAGES = {
    "service": AudiencePage(
        "Customer service",
        "What to remedy first, whom to call back, and what to tell other departments.",
        (
            ("pain_points", "What hurts most"),
            ("escalations", "Customers to call back"),
            ("new_themes", "New themes"),
            ("impact", "What goes with a lower score"),
            ("mismatches", "Where score and words disagree"),
            ("praise", "What went well"),
            ("theme_changes", "What became of the themes"),
        ),
    ),
    "product": AudiencePage(
        "Product",
        "What to fix or build next, and whether the last release helped.",
        (
            ("new_themes", "New themes"),
            ("trends", "Themes over time"),
            ("versions", "Themes by version"),
            ("segments", "Where one group differs"),
            ("pain_points", "What hurts most"),
            ("requests", "What they ask for"),
            ("impact", "What goes with a lower score"),
            ("theme_changes", "What became of the themes"),
        ),
    ),
    "marketing": AudiencePage(
        "Marketing",
        "Whom to ask for consent, and which words customers themselves choose.",
        (
            ("testimonials", "Testimonial candidates"),
            ("praise", "What customers praise"),
            ("words", "In customers’ own words"),
            ("impact", "What goes with a higher score"),
            ("theme_changes", "What became of the themes"),
        ),
    ),
    "operations": AudiencePage(
        "Operations",
        "Where volume, reply times and scores need a hand.",
        (
            ("volumes", "How much came in"),
            ("service_levels", "Times and scores"),
            ("times", "First reply, by group"),
            ("escalations", "Customers to call back"),
            ("pain_points", "What contacts are about"),
            ("theme_changes", "What became of the themes"),
        ),
    ),
}
