"""The sections of a page, each from its part of a Digest; an empty one is None or names its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reports.audiences import AUDIENCE_PAGES
from reports.digest import Digest, from_plain, to_plain
from reports.page.alerts import alerts
from reports.page.comments import escalations, mismatches, requests
from reports.page.effects import actions, releases
from reports.page.frame import frame_of
from reports.page.fulfilment import fulfilment
from reports.page.gone import gone
from reports.page.groups import segments
from reports.page.methods import methods
from reports.page.parts import Page, Section, sentence
from reports.page.pictures import impact
from reports.page.ranked import pain_points, praise
from reports.page.scores import drivers
from reports.page.service import backlog, service_drivers, service_levels
from reports.page.tables import trends, versions
from reports.page.testimonials import consents, testimonials
from reports.page.themes import new_themes, theme_changes
from reports.page.volumes import volumes
from reports.page.words import words

__all__ = ["build_page"]

# What a reader of every week knows already, but not one of a first digest.
STANDING = ("pain_points", "praise", "impact", "trends", "requests", "volumes", "service_levels")
Build = Callable[[Digest, str, str], Section | None]


def build_page(digest: Digest) -> Page:
    """Everything the digest's audience is shown, in its order."""
    # The figures as digest.json has them: a page made from the frozen JSON is the same to the byte.
    digest = from_plain(to_plain(digest))
    built = []
    for name, title in AUDIENCE_PAGES[digest.audience].sections:
        section = BUILDERS[name](digest, name, title)
        if section is not None:
            built.append(_folded(section, digest))
    # What holds no news comes last: a line each.
    ordered = sorted(built, key=lambda section: bool(section.fold))
    return frame_of(digest, tuple(ordered), methods(digest))


def _folded(section: Section, digest: Digest) -> Section:
    """The section as a line where it only says why it is empty; unfolded where its reader knows nothing of it yet."""
    if section.reason:
        return replace(section, fold=section.reason)
    # Whoever reads a first digest does not know what stands in the one before.
    return replace(section, fold="") if digest.is_first and section.id in STANDING else section


def _reason(digest: Digest, name: str, title: str) -> Section | None:
    """A section that only says why it is empty; None where there is no reason to tell."""
    why = digest.why_absent(name)
    return Section(name, title, reason=sentence(why)) if why else None


def _score(digest: Digest, name: str, title: str) -> Section | None:
    """What moved the scores and what makes them; of digests that do not know it, what goes with each theme."""
    made = drivers(digest, name, title)
    if made is not None:
        return made
    found = digest.praise if digest.audience == "marketing" else digest.pain_points
    pictures = impact(found)
    if not pictures:
        return _reason(digest, "score_drivers", title) or _reason(digest, name, title) if found else None
    lead = (
        "The score of all answers, less that of answers that leave the theme out. An association: it does not say what "
        "the score would become if the theme went away. A line that crosses zero may be chance. Never add two of them."
    )
    return Section(name, title, lead, pictures=pictures)


def _or_reason(build: Build) -> Build:
    """The section, or why there is none: for what a reader looks for first; of others the small print says why."""
    return lambda digest, name, title: build(digest, name, title) or _reason(digest, name, title)


def _praise(digest: Digest, name: str, title: str) -> Section | None:
    """Marketing is told why there is none; others do without."""
    return praise(digest, name, title) or (_reason(digest, name, title) if digest.audience == "marketing" else None)


BUILDERS: dict[str, Build] = {
    "alerts": alerts,
    "actions": actions,
    "pain_points": _or_reason(pain_points),
    "praise": _praise,
    "impact": _score,
    "releases": releases,
    "escalations": _or_reason(escalations),
    "requests": requests,
    "mismatches": mismatches,
    "consents": consents,
    "testimonials": testimonials,
    "words": _or_reason(words),
    "volumes": _or_reason(volumes),
    "backlog": backlog,
    "trends": trends,
    "gone": gone,
    "versions": versions,
    "segments": segments,
    "new_themes": new_themes,
    "theme_changes": theme_changes,
    "service_levels": _or_reason(service_levels),
    "service_drivers": service_drivers,
    "fulfilment": fulfilment,
}
