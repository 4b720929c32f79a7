"""The sections of a page, each from its part of a Digest; an empty one is None or names its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from groundswell.findings import Change, Finding, Testimonial, Verbatim
from reports.audiences import AUDIENCE_PAGES
from reports.changes import change_words, is_news
from reports.comment_sections import escalations, mismatches, requests
from reports.digest import Digest, from_plain, to_plain
from reports.figures import (
    byline,
    clip,
    count,
    impact_text,
    is_known,
    number,
    percent,
    percent_span,
    shown,
    signed,
    span,
    zone,
)
from reports.frame import frame_of
from reports.methods import methods
from reports.page import Entry, Fact, Mark, Page, Quote, Section, counted_of, sentence
from reports.pictures import impact, times, volumes
from reports.spark import spark
from reports.tables import segments, service_levels, trends, versions
from reports.theme_sections import new_themes, theme_changes

__all__ = ["build_page"]

QUOTE_LIMIT, BRIEF_LIMIT = 300, 140
FEWEST_EFFORTS = 3
MOST_PARTS = 4  # sub-themes that an entry names
FULL = 5  # themes told in full; the rest is brief, so that the page is read in two minutes


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


def _findings(digest: Digest, name: str, title: str) -> Section | None:
    found = digest.pain_points if name == "pain_points" else digest.praise
    if not found:
        return _reason(digest, name, title)
    ranked = sorted(found, key=lambda f: (f.rank, f.theme_id))
    if digest.audience == "service" and name == "praise":
        return Section(name, title, entries=tuple(_short(f, digest) for f in ranked[:3]))
    entries = tuple(_entry(f, digest, place, name == "pain_points") for place, f in enumerate(ranked))
    return Section(name, title, _ranked_lead(digest, name), entries=entries, size=count(len(entries), "theme"))


def _ranked_lead(digest: Digest, name: str) -> str:
    hurts = name == "pain_points"
    weight = (
        "how many complain and how much lower they score" if hurts else "how many praise it and how well they score"
    )
    words = "in unhappy words" if hurts else "in happy words"
    counted = f"Counted are {digest.coverage.counted} that raise it {words}"
    return f"Ranked by {weight}. {counted}; brackets hold 95 % intervals."


def _short(finding: Finding, digest: Digest) -> Entry:
    entry = _entry(finding, digest, place=FULL, hurts=False)
    return replace(entry, facts=entry.facts[:1], small="", quotes=entry.quotes[:1], marks=())


def _entry(finding: Finding, digest: Digest, place: int, hurts: bool) -> Entry:
    counted = digest.coverage.counted
    brief = place >= FULL
    limit = BRIEF_LIMIT if brief else QUOTE_LIMIT
    return Entry(
        rank=str(finding.rank),
        label=clip(finding.label, 120),
        parent=clip(finding.parent, 80) if finding.parent else "",
        marks=_marks(finding, hurts),
        facts=_facts(finding, counted, brief, hurts),
        spark=spark(finding.weekly, counted),
        quotes=tuple(_quote(v, digest, limit=limit) for v in finding.verbatims[: 1 if brief else 3]),
        small="" if brief else _small(finding, counted),
        brief=brief,
    )


def _quote(verbatim: Verbatim, digest: Digest, *notes: str, limit: int = QUOTE_LIMIT) -> Quote:
    return Quote(clip(verbatim.text, limit), byline(verbatim, zone(digest.period)), notes)


def _facts(finding: Finding, counted: str, brief: bool, hurts: bool) -> tuple[Fact, ...]:
    share = finding.share
    facts = []
    if is_known(share.value) and share.value > 0:
        of = round(finding.authors / share.value)
        facts.append(
            Fact(
                "Raised by", counted_of(finding.authors, of, counted), f"{percent(share.value)} ({percent_span(share)})"
            )
        )
    else:
        facts.append(Fact("Raised by", counted_of(finding.authors, 0, counted)))
    several = len({(i.metric, i.source) for i in finding.impact}) > len({i.metric for i in finding.impact})
    for effect in finding.impact:
        value, _, ends = impact_text(effect).partition(" (")
        where = f" in {shown(effect.source)}" if several else ""
        facts.append(Fact("Goes with", value + where, f"({ends}"))
    tone = finding.net_sentiment
    if is_known(tone.value) and not brief:
        facts.append(Fact("Tone", signed(tone.value, 2), f"({span(tone.low, tone.high, 2, sign=True)})"))
    if hurts and not brief:
        facts.extend(_effort(finding))
    if finding.sub_themes and not brief:
        facts.append(Fact("Within it", _parts_of(finding)))
    return tuple(facts)


def _effort(finding: Finding) -> tuple[Fact, ...]:
    """How many of those who raise it had to try, call or wait again; nothing for fewer than three.

    Two in three of these readings are right (docs/decisions.md), so it is told softly.
    """
    n = finding.signals.get("effort", 0)
    return (Fact("Effort", f"{n:,} seem to have had to chase, wait or try again"),) if n >= FEWEST_EFFORTS else ()


def _parts_of(finding: Finding) -> str:
    """The largest sub-themes, each with how many raise it."""
    told = finding.sub_themes[:MOST_PARTS]
    rest = len(finding.sub_themes) - len(told)
    named = [f"{clip(part.label, 50)} {part.authors:,}" for part in told]
    return " · ".join([*named, f"{rest} more"] if rest else named)


def _marks(finding: Finding, hurts: bool) -> tuple[Mark, ...]:
    marks = [Mark("✚", "new theme", "new")] if finding.is_new else []
    mark = _change_mark(finding.change, hurts)
    return (*marks, mark) if mark else tuple(marks)


def _change_mark(change: Change | None, more_is_bad: bool) -> Mark | None:
    """What became of a share since the period before; None where there is nothing to compare with."""
    if change is None:
        return None
    if not is_news(change):
        return Mark("=", f"no clear change from {percent(change.baseline)}", "flat")
    rose = change.value > change.baseline
    return Mark("▲" if rose else "▼", change_words(change), "bad" if rose == more_is_bad else "good")


def _small(finding: Finding, counted: str) -> str:
    parts = []
    if finding.journey_stage:
        parts.append(f"Stage: {shown(finding.journey_stage)}")
    if finding.owner:
        parts.append(f"Owner: {shown(finding.owner)}")
    if finding.action:
        parts.append(f"Decided: {shown(finding.action)}")
    # Where authors are unknown the part named so counts comments, like everything on the page.
    names = {key: counted if key == "authors" else shown(key).replace("_", " ") for key in finding.rank_parts}
    weights = [f"{_part(finding.rank_parts[key])} {names[key]}" for key in sorted(finding.rank_parts)]
    if weights:
        parts.append(f"Rank: {' × '.join(weights)}")
    parts.append(count(finding.mentions, "mention"))
    if finding.stability is not None:
        parts.append(f"Held together in {percent(finding.stability)} of regroupings")
    return " · ".join(parts)


def _part(value: float) -> str:
    return number(value, 0 if is_known(value) and float(value).is_integer() else 2)


def _testimonials(digest: Digest, name: str, title: str) -> Section | None:
    if not digest.testimonials:
        return _reason(digest, name, title)
    ordered = sorted(digest.testimonials, key=lambda t: (-t.rank, t.verbatim.feedback_id))
    common = _common_checks(ordered)
    quotes = tuple(_quote(t.verbatim, digest, *_candidate_notes(t, common)) for t in ordered)
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


def _impact(digest: Digest, name: str, title: str) -> Section | None:
    found = digest.praise if digest.audience == "marketing" else digest.pain_points
    pictures = impact(found)
    if not pictures:
        return _reason(digest, name, title) if found else None
    lead = (
        "The score of all answers, less that of answers that leave the theme out. An association: it does not say what "
        "the score would become if the theme went away. A line that crosses zero may be chance. Never add two of them."
    )
    return Section(name, title, lead, pictures=pictures)


def _volumes(digest: Digest, name: str, title: str) -> Section | None:
    pictures = volumes(digest)
    return Section(name, title, pictures=pictures) if pictures else _reason(digest, name, title)


def _times(digest: Digest, name: str, title: str) -> Section | None:
    pictures = times(digest.service_levels)
    lead = "Medians with 95 % intervals, slowest first."
    return Section(name, title, lead, pictures=pictures) if pictures else None


def _tabled(build: Callable[[Digest, str, str], Section | None]) -> Callable[[Digest, str, str], Section | None]:
    """The table's section, or the reason why there is none."""
    return lambda digest, name, title: build(digest, name, title) or _reason(digest, name, title)


BUILDERS: dict[str, Callable[[Digest, str, str], Section | None]] = {
    "pain_points": _findings,
    "praise": _findings,
    "impact": _impact,
    "escalations": _tabled(escalations),
    "requests": _tabled(requests),
    "mismatches": _tabled(mismatches),
    "testimonials": _testimonials,
    "words": _words,
    "volumes": _volumes,
    "times": _times,
    "trends": _tabled(trends),
    "versions": _tabled(versions),
    "segments": _tabled(segments),
    "new_themes": _tabled(new_themes),
    "theme_changes": theme_changes,
    "service_levels": _tabled(service_levels),
}
