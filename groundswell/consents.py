"""What a period's digest is told of testimonials: where each consent stood at its end, and who is not to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from groundswell.testimonial_steps import asked_until
from groundswell.testimonials import (
    ConsentEvent,
    KeptText,
    State,
    moment_of,
    places_of,
    reply_by,
    state_of,
    terms_of,
    to_take_down,
)
from groundswell.text_findings import Consent

__all__ = ["consents_until", "due_of", "not_to_ask", "revoked_by_feedback", "waits_for"]

_CLOSED = frozenset({State.LAPSED, State.DECLINED, State.REVOKED, State.EXPIRED})
_ORDER = {"marketing": 0, "customer": 1, None: 2}
_GONE = {"gone": "its feedback is gone", "changed": "its feedback says something else now"}


def consents_until(texts: Iterable[KeptText], start: datetime | None, end: datetime | None) -> tuple[Consent, ...]:
    """The texts that marketing wanted, as they stood at the end of a period by what was recorded before it.

    Those that wait for somebody come first, then by their last change, newest first. What was closed before `start` is
    left out. Without an end, of undated feedback, they stand as at the last thing that was recorded.
    """
    kept = list(texts)
    last = max((event.at for text in kept for event in text.events), default=None)
    at = end or last
    if at is None:
        return ()
    told = [one for text in kept if (one := _consent(text, at, end)) is not None]
    open_ones = [one for one in told if one.waits_for or one.state == State.PUBLISHED or _is_recent(one, start)]
    open_ones.sort(key=lambda one: one.key)
    open_ones.sort(key=lambda one: one.since.timestamp() if one.since else 0.0, reverse=True)
    return tuple(sorted(open_ones, key=lambda one: _ORDER[one.waits_for]))


def not_to_ask(texts: Mapping[str, KeptText], end: datetime | None) -> tuple[str, ...]:
    """The records that were decided on before `end`, and the authors who are left alone then: no candidates."""
    decided = {text.feedback_id for text in texts.values() if text.valid_events(end)}
    last = max((event.at for text in texts.values() for event in text.events), default=None)
    at = end or last
    asked = set()
    for who in sorted({text.who for text in texts.values()}):
        until = asked_until(texts.values(), who, end)
        if until is not None and at is not None and at < until:
            asked.add(who)
    return tuple(sorted(decided | asked))


def revoked_by_feedback(texts: Iterable[KeptText], at: datetime, actor: str) -> list[ConsentEvent]:
    """An event for each text that was decided on and whose record is gone, or says something else now."""
    events = []
    for text in texts:
        said = [event.kind for event in text.valid_events()]
        if text.feedback == "same" or not said or "revoked" in said or said[-1] == "rejected":
            continue
        why = {"why": _GONE[text.feedback]}
        events.append(ConsentEvent(text.key, text.text_hash, at, actor, "revoked", why))
    return events


def waits_for(state: State, misused: int) -> str | None:
    """Who has to do something: marketing, the customer, or nobody (None); `misused` are the places to take it down
    from."""
    if misused or state in (State.APPROVED, State.GRANTED):
        return "marketing"
    return "customer" if state is State.REQUESTED else None


def due_of(text: KeptText, state: State, until: datetime | None = None) -> datetime | None:
    """When silence becomes a no, or the consent runs out; None where no day is set."""
    if state in (State.REQUESTED, State.LAPSED):
        return reply_by(text, until)
    terms = terms_of(text, until)
    return terms.expires if terms is not None and state in (State.GRANTED, State.PUBLISHED, State.EXPIRED) else None


def _consent(text: KeptText, at: datetime, until: datetime | None) -> Consent | None:
    """The text as a digest tells it; None of a candidate and of one that marketing does not want."""
    state = state_of(text, at, until)
    if state in (State.CANDIDATE, State.REJECTED):
        return None
    events, terms, places = text.valid_events(until), terms_of(text, until), len(places_of(text, until))
    due = due_of(text, state, until)
    since = due if state in (State.LAPSED, State.EXPIRED) and due is not None else moment_of(_turning(events))
    about = text.about
    return Consent(
        key=text.key,
        feedback_id=text.feedback_id,
        reference=about.get("reference", ""),
        source=about.get("source", ""),
        text=text.text or "",
        theme=about.get("theme"),
        state=state.value,
        since=since,
        waits_for=waits_for(state, len(to_take_down(text, at, until))),
        due=due,
        reminded=state is State.REQUESTED and events[-1].kind == "reminded",
        places=places,
        channels=terms.channels if terms is not None else (),
        flags=tuple(about.get("flags", ())),
    )


def _turning(events: list[ConsentEvent]) -> ConsentEvent:
    """The event that brought the text where it is: a reminder, a further place or one taken down does not move it."""
    steps = [event for event in events if event.kind not in ("reminded", "removed")]
    first_use = [event for event in steps if event.kind == "published"][:1]
    return first_use[0] if first_use and steps[-1].kind == "published" else steps[-1]


def _is_recent(one: Consent, start: datetime | None) -> bool:
    return one.state not in _CLOSED or start is None or one.since is None or one.since >= start
