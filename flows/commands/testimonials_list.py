"""`groundswell testimonials list` and `show`: what waits for whom, and the whole history of one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flows.commands.columns import Column, fitted, terminal_width, wrapped
from flows.commands.testimonials import Ground, candidates_of, find_text
from flows.commands.themes import Place, day, last_day, number
from groundswell.consents import due_of, waits_for
from groundswell.testimonial_export import disclosures_of
from groundswell.testimonials import (
    ConsentEvent,
    KeptText,
    State,
    moment_of,
    places_of,
    state_of,
    terms_of,
    to_take_down,
)

__all__ = ["list_lines", "show_lines"]

NONE_YET = "no testimonials yet: `groundswell run` proposes candidates in the marketing digest"
_ORDER = {"marketing": 0, "customer": 1, None: 2}
_TOLD = {
    "by": "by",
    "why": "because",
    "channel": "on",
    "where": "at",
    "scope": "for",
    "proof": "proof",
    "incentive": "given for it",
    "named": "named",
    "note": "note",
    "from": "cut out of",
    "reworded": "reworded",
    "anyway": "although unhappy",
}


@dataclass(frozen=True)
class _Row:
    kept: KeptText
    state: State
    waits: str | None


def list_lines(ground: Ground, everything: bool) -> Iterator[str]:
    """One line for each text: what waits for somebody first; with `everything` those too that are closed."""
    place = ground.place
    if not place.is_there:
        yield place.missing
        return
    now = datetime.now(UTC)
    with place.open() as opened:
        texts, candidates = opened.testimonials(), candidates_of(opened)
    taken = {kept.feedback_id for kept in texts.values()}
    fresh = [kept for key, kept in candidates.items() if key not in texts and kept.feedback_id not in taken]
    rows = [_row(kept, now) for kept in [*texts.values(), *fresh]]
    closed = {State.REJECTED, State.DECLINED, State.LAPSED, State.REVOKED, State.EXPIRED}
    shown = [row for row in rows if everything or row.waits or row.state not in closed]
    shown.sort(key=lambda row: (row.state is State.CANDIDATE, _ORDER[row.waits]))
    if not rows:
        yield NONE_YET
        return
    yield from _table(shown, place)
    yield ""
    yield _counts(rows, texts)
    if len(shown) < len(rows):
        yield f"{number(len(rows) - len(shown), 'closed text')} not shown: --all shows them"


def _row(kept: KeptText, now: datetime) -> _Row:
    state = state_of(kept, now)
    return _Row(kept, state, waits_for(state, len(to_take_down(kept, now))))


def _table(rows: list[_Row], place: Place) -> Iterator[str]:
    width = terminal_width()
    dues = [due_of(row.kept, row.state) for row in rows]
    columns = [
        Column("key", [row.kept.key for row in rows]),
        Column("state", [row.state.value for row in rows]),
        Column("waits for", [row.waits or "" for row in rows], need=1),
        Column("by", [last_day(due, place) for due in dues], need=2),
        Column("theme", [row.kept.about.get("theme") or "" for row in rows], need=4),
        Column("text", [row.kept.text or "(erased)" for row in rows], flexible=True, most=400),
    ]
    lines, left_out = fitted(columns, width)
    yield from lines
    if left_out:
        yield from wrapped(f"(no room for: {', '.join(left_out)})", width)


def _counts(rows: list[_Row], texts: Mapping[str, KeptText]) -> str:
    """How many wait for whom, and how many of the proposed were wanted, of the asked granted."""
    waiting = {who: sum(row.waits == who for row in rows) for who in ("marketing", "customer")}
    fresh = sum(row.state is State.CANDIDATE for row in rows)
    ours, theirs = waiting["marketing"], waiting["customer"]
    told = (
        f"{number(fresh, 'candidate')}, {ours} {'waits' if ours == 1 else 'wait'} for marketing, {theirs} for customers"
    )
    kinds = [{event.kind for event in kept.events} for kept in texts.values() if kept.edited_from is None]
    decided = sum(bool(kind & {"approved", "rejected"}) for kind in kinds)
    wanted = sum("approved" in kind for kind in kinds)
    every = [{event.kind for event in kept.events} for kept in texts.values()]
    asked, granted = (sum(name in kind for kind in every) for name in ("requested", "granted"))
    accepted = f"; {wanted} of {decided} decided on were wanted" if decided else ""
    said_yes = f", {granted} of {asked} asked for were granted" if asked else ""
    return f"{told}{accepted}{said_yes}"


def show_lines(ground: Ground, name: str) -> Iterator[str]:
    """One text whole: the words, where its consent stands, on which terms, and everything that happened to it."""
    now, place, width = datetime.now(UTC), ground.place, terminal_width()
    with place.open() as opened:
        texts = opened.testimonials()
        kept = find_text(name, texts, candidates_of(opened))
    state = state_of(kept, now)
    yield f"{kept.key}: {state}"
    yield from wrapped(f"“{kept.text}”" if kept.text is not None else "(its author was erased)", width, "  ")
    for line in _about(kept, place):
        yield from wrapped(line, width, "  ")
    yield from _terms(kept, place, width)
    if kept.events:
        yield "history:"
    for event in kept.events:
        said = "" if event.text_hash == kept.text_hash else " (of another text: it does not count)"
        when = day(moment_of(event), place)
        recorded = f", recorded {day(event.at, place)}" if "on" in event.details else ""
        line = f"{when}: {event.kind} by {event.actor}{recorded}{said}{_details(event)}"
        yield from wrapped(line, width, "  ")


def _about(kept: KeptText, place: Place) -> Iterator[str]:
    about = kept.about
    parts = [f"{about.get('source', '')} {about.get('reference', '')}".strip(), about.get("score"), about.get("theme")]
    yield " · ".join(str(part) for part in parts if part)
    if kept.feedback != "same" and kept.text is not None:
        yield "its feedback is gone" if kept.feedback == "gone" else "its feedback says something else now"
    if kept.edited_from:
        yield f"cut out of {kept.edited_from}"
    yield from disclosures_of(kept)
    if about.get("typical"):
        yield str(about["typical"])
    for check, result in sorted(about.get("checks", {}).items()):
        if result != "passed":
            yield f"{check}: {result}"


def _terms(kept: KeptText, place: Place, width: int) -> Iterator[str]:
    terms = terms_of(kept)
    if terms is None:
        return
    named = f"“{terms.named}”" if terms.named else "no name"
    yield from wrapped(
        f"agreed to on {day(terms.granted, place)}: {', '.join(terms.channels)}; for {terms.scope}; "
        f"{terms.attribution}, {named}; until {last_day(terms.expires, place)}; proof: {terms.proof}",
        width,
    )
    for channel, where in places_of(kept):
        yield from wrapped(f"used on {channel}: {where}", width)


def _details(event: ConsentEvent) -> str:
    details: Mapping[str, Any] = event.details
    told = [f"{word}: {details[name]}" for name, word in _TOLD.items() if name in details]
    told += [f"channels: {', '.join(details['channels'])}"] if "channels" in details else []
    return f" ({'; '.join(told)})" if told else ""
