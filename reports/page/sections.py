"""The sections of a page, each from its part of a Digest; an empty one is None or names its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from groundswell.findings import Testimonial
from reports.audiences import AUDIENCE_PAGES
from reports.digest import Digest, from_plain, to_plain
from reports.page.alerts import alerts
from reports.page.comments import escalations, mismatches, requests
from reports.page.effects import actions, releases
from reports.page.frame import frame_of
from reports.page.methods import methods
from reports.page.parts import Entry, Page, Section, sentence
from reports.page.pictures import impact
from reports.page.quotes import quote
from reports.page.ranked import pain_points, praise
from reports.page.scores import drivers
from reports.page.service import backlog, compensation, service_drivers, service_levels
from reports.page.tables import segments, trends, versions
from reports.page.themes import new_themes, theme_changes
from reports.page.volumes import volumes
from reports.wording.figures import clip, count, shown

__all__ = ["build_page"]

Build = Callable[[Digest, str, str], Section | None]


def build_page(digest: Digest) -> Page:
    """Everything the digest's audience is shown, in its order."""
    # The figures as digest.json has them: a page made from the frozen JSON is the same to the byte.
    digest = from_plain(to_plain(digest))
    built = []
    for name, title in AUDIENCE_PAGES[digest.audience].sections:
        section = BUILDERS[name](digest, name, title)
        if section is not None:
            built.append(section)
    return frame_of(digest, tuple(built), methods(digest))


def _reason(digest: Digest, name: str, title: str) -> Section | None:
    """A section that only says why it is empty; None where there is no reason to tell."""
    why = digest.why_absent(name)
    return Section(name, title, reason=sentence(why)) if why else None


def _testimonials(digest: Digest, name: str, title: str) -> Section | None:
    if not digest.testimonials:
        return _reason(digest, name, title)
    ordered = sorted(digest.testimonials, key=lambda t: (-t.rank, t.verbatim.feedback_id))
    common = _common_checks(ordered)
    quotes = tuple(quote(t.verbatim, digest, *_candidate_notes(t, common)) for t in ordered)
    lead = "Consent comes first, on the exact words. What was checked, and what could not be:"
    notes = tuple(f"{line} (every candidate)." for line in _check_lines(common))
    return Section(name, title, lead, notes=notes, quotes=quotes, size=count(len(quotes), "candidate"))


def _common_checks(candidates: list[Testimonial]) -> dict[str, str]:
    """The checks that came out alike for all of several candidates: said once, not below each."""
    if len(candidates) < 2:
        return {}
    first = candidates[0].checks
    return {check: first[check] for check in first if all(t.checks.get(check) == first[check] for t in candidates)}


def _check_lines(checks: Mapping[str, str]) -> list[str]:
    """One line for each result with the checks that had it, the passed ones first."""
    by_result: dict[str, list[str]] = {}
    for check in sorted(checks):
        by_result.setdefault(shown(checks[check]), []).append(shown(check).replace("_", " "))
    results = sorted(by_result, key=lambda result: (result != "passed", result))
    return [f"{result.capitalize()}: {', '.join(by_result[result])}" for result in results]


def _candidate_notes(candidate: Testimonial, common: Mapping[str, str]) -> tuple[str, ...]:
    about = [f"About {clip(candidate.theme, 80)}"] if candidate.theme else []
    consent = "Not asked yet" if candidate.consent == "candidate" else f"Consent: {shown(candidate.consent)}"
    own = {check: result for check, result in candidate.checks.items() if check not in common}
    return (*about, consent, *_check_lines(own))


def _words(digest: Digest, name: str, title: str) -> Section | None:
    """The words that set each praised theme apart, strongest first."""
    ranked = sorted((f for f in digest.praise if f.keywords), key=lambda f: (f.rank, f.theme_id))
    if not ranked:
        return _reason(digest, name, title)
    entries = tuple(
        Entry(rank="", label=clip(f.label, 80), small=" · ".join(clip(word, 40) for word in f.keywords[:10]))
        for f in ranked
    )
    lead = "The words customers use more in this theme than elsewhere, strongest first."
    return Section(name, title, lead, entries=entries)


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
    "testimonials": _testimonials,
    "words": _words,
    "volumes": _or_reason(volumes),
    "backlog": backlog,
    "trends": trends,
    "versions": versions,
    "segments": segments,
    "new_themes": new_themes,
    "theme_changes": theme_changes,
    "service_levels": _or_reason(service_levels),
    "service_drivers": service_drivers,
    "compensation": compensation,
}
