"""Testimonials on the marketing page: what waits for whom, and which texts could be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, tzinfo

from groundswell.findings import Consent, Testimonial
from reports.digest import Digest
from reports.page.parts import Section, Table, sentence
from reports.page.quotes import quote
from reports.wording.figures import clip, count, date, shown, zone

__all__ = ["consents", "testimonials", "waiting"]

# A testimonial is read whole: consent is given to the exact words.
WHOLE = 700
LEAD = "Consent comes first, on the exact words: “groundswell testimonials approve KEY” takes a text up."


def consents(digest: Digest, name: str, title: str) -> Section | None:
    """The texts that marketing decided on: what waits for whom, and, folded away, where the others stand."""
    if not digest.consents:
        return None
    size = count(len(digest.consents), "text")
    return Section(name, title, waiting(digest.consents), first=_tables(digest), size=size)


def testimonials(digest: Digest, name: str, title: str) -> Section | None:
    """The candidates, whole, with what was checked of all of them said once."""
    ordered = sorted(digest.testimonials, key=lambda t: (-t.rank, t.verbatim.feedback_id))
    if not ordered:
        why = digest.why_absent(name)
        return Section(name, title, reason=sentence(why)) if why else None
    common = _common_checks(ordered)
    quotes = tuple(quote(t.verbatim, digest, *_notes(t, common), limit=WHOLE) for t in ordered)
    after = tuple(f"{line} (every candidate)." for line in _check_lines(common))
    return Section(name, title, LEAD, quotes=quotes, after=after, size=count(len(quotes), "candidate"))


def waiting(told: tuple[Consent, ...]) -> str:
    """One sentence on how many texts wait for whom."""
    ours = sum(one.waits_for == "marketing" for one in told)
    theirs = sum(one.waits_for == "customer" for one in told)
    parts = [f"{_texts_wait(ours)} for you"] if ours else []
    if theirs:
        author = "its author" if theirs == 1 else "their authors"
        parts.append(f"{theirs:,} for {author}" if ours else f"{_texts_wait(theirs)} for {author}")
    return f"{' and '.join(parts)}." if parts else "Nothing waits for anybody."


def _texts_wait(n: int) -> str:
    return f"{count(n, 'text')} {'waits' if n == 1 else 'wait'}"


def _tables(digest: Digest) -> tuple[Table, ...]:
    """What waits for somebody; and, folded away, what needs nobody."""
    where = zone(digest.period)
    waiting = [one for one in digest.consents if one.waits_for]
    settled = [one for one in digest.consents if not one.waits_for]
    tables = []
    if waiting:
        rows = tuple((_words(one), _next(one, where), one.key) for one in waiting)
        tables.append(Table("What waits for whom", ("Text", "Next", "Key"), rows, texts=(0, 1, 2)))
    if settled:
        rows = tuple((_words(one), _stands(one, where), one.key) for one in settled)
        fold = f"{count(len(settled), 'text')} that {'needs' if len(settled) == 1 else 'need'} nobody now"
        tables.append(Table("Where the others stand", ("Text", "State", "Key"), rows, texts=(0, 1, 2), fold=fold))
    return tuple(tables)


def _words(one: Consent) -> str:
    words = f"“{clip(one.text, 110)}”" if one.text else "(its author was erased)"
    return f"{words} ({', '.join(map(shown, one.flags))})" if one.flags else words


def _next(one: Consent, where: tzinfo) -> str:
    """Who does what, and by when."""
    until, places = _last_day(one, where), count(one.places, "place")
    if one.waits_for == "customer":
        return f"Its author: answer by {until}{' (reminded once)' if one.reminded else ''}; silence is a no"
    steps = {
        "approved": "ask the author for consent",
        "granted": f"use it on {', '.join(map(shown, one.channels))}, until {until}, and say where",
        "published": "take it down where its author does not agree any more",
        "expired": f"take it down from {places}, or ask again: the consent ran out on {until}",
        "requested": f"take it down from {places}: the consent ran out; its author may answer by {until}",
        "lapsed": f"take it down from {places}: the consent ran out, and no answer came",
        "declined": f"take it down from {places}: the consent ran out, and its author said no",
        "revoked": f"take it down from {places}: the consent was taken back",
    }
    return f"You: {steps.get(one.state, shown(one.state))}"


def _stands(one: Consent, where: tzinfo) -> str:
    """The state and since when; of a text that is in use, where how often and until when."""
    since = f"{'no answer' if one.state == 'lapsed' else shown(one.state)} since {date(one.since, where)}"
    if one.state != "published":
        return since
    return f"{since}, in {count(one.places, 'place')}, until {_last_day(one, where)}"


def _last_day(one: Consent, where: tzinfo) -> str:
    """The last day of an answer or a consent, which ends where the next one begins."""
    return date(one.due and one.due - timedelta(microseconds=1), where)


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
    return [f"{_because(result)}: {', '.join(by_result[result])}" for result in results]


def _because(result: str) -> str:
    """ "not checkable: author unknown" -> "Not checkable (author unknown)"."""
    stands, _, why = result.partition(": ")
    return f"{stands.capitalize()}{f' ({why})' if why else ''}"


def _notes(candidate: Testimonial, common: Mapping[str, str]) -> tuple[str, ...]:
    """What stands below a candidate: its theme and key, what has to be disclosed, what is usual, its own checks."""
    about = [f"About {clip(candidate.theme, 80)}"] if candidate.theme else []
    # Those of older digests have no key.
    key = f"Key {shown(candidate.key)}" if candidate.key else "Not asked yet"
    told = [f"To be disclosed: {', '.join(map(shown, candidate.flags))}"] if candidate.flags else []
    usual = [shown(candidate.typical)] if candidate.typical else []
    own = {check: result for check, result in candidate.checks.items() if check not in common}
    return (*about, key, *told, *usual, *_check_lines(own))
