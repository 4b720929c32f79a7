"""The steps that a testimonial may take, and what each needs; a step that is not allowed is refused with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from groundswell.errors import ConfigError
from groundswell.registry_find import check_name
from groundswell.testimonials import (
    IN_FORCE,
    ConsentEvent,
    KeptText,
    State,
    in_force,
    places_of,
    state_of,
)

__all__ = ["ATTRIBUTIONS", "STEPS", "Rules", "asked_until", "next_event"]

ATTRIBUTIONS = ("anonymous", "initials", "first-name", "full-name", "own-words")
LONGEST = 300  # characters of a remark, a proof or a place
# From which states a step is possible. A text whose consent was taken back is never asked for again.
STEPS: dict[str, frozenset[State]] = {
    "approved": frozenset({State.CANDIDATE, State.REJECTED}),
    "rejected": frozenset({State.CANDIDATE, State.APPROVED}),
    "edited": frozenset({State.CANDIDATE, State.REJECTED}),
    "requested": frozenset({State.APPROVED, State.LAPSED, State.DECLINED, State.EXPIRED}),
    "reminded": frozenset({State.REQUESTED}),
    # A late yes is a yes; and an author may extend what was granted.
    "granted": frozenset({State.REQUESTED, State.LAPSED, *IN_FORCE}),
    "declined": frozenset({State.REQUESTED, State.LAPSED}),
    "published": IN_FORCE,
    # Whatever came after: what was used while a consent ran may have to be taken down later.
    "removed": frozenset(set(State) - {State.CANDIDATE, State.REJECTED, State.APPROVED}),
    "revoked": frozenset(set(State) - {State.CANDIDATE, State.REVOKED}),
}
_NEEDS = {
    "requested": ("by",),
    "granted": ("scope", "channels", "attribution", "proof"),
    "published": ("channel", "where"),
    "removed": ("where",),
    "revoked": ("why",),
}
_INSTEAD = {
    State.CANDIDATE: "approve it first: `groundswell testimonials approve {key}`",
    State.APPROVED: "ask its author first: `groundswell testimonials request {key} --by HOW`",
    State.REQUESTED: "its author has not answered: `grant` or `decline` records the answer",
    State.LAPSED: "no answer came in time, which counts as no",
    State.DECLINED: "its author has said no",
    State.EXPIRED: "the consent has run out: `groundswell testimonials request {key} --by HOW` asks again",
    State.REVOKED: "the consent was taken back, which is final for this text",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What [testimonials] says of asking."""

    cool_down_days: int = 365  # until the same author may be asked again
    reply_days: int = 14  # until silence counts as no, after the request and after the reminder
    consent_days: int = 730  # that a grant holds where nothing else was agreed on


def next_event(
    texts: Mapping[str, KeptText],
    kept: KeptText,
    kind: str,
    details: Mapping[str, Any],
    rules: Rules,
    at: datetime,
    actor: str,
) -> ConsentEvent:
    """The event that a step makes, not yet numbered. ConfigError: the step is not allowed, or something is missing.

    `texts` are all that were decided on, by key: whether an author may be asked rests on what was asked before.
    """
    state = state_of(kept, at)
    if state not in STEPS[kind]:
        instead = _INSTEAD.get(state, "nothing is to be done").format(key=kept.key)
        if kept.feedback != "same" and state is State.REVOKED:
            instead = f"its feedback {'is gone' if kept.feedback == 'gone' else 'says something else now'}"
        raise ConfigError(f"{kept.key} is {state}, so it cannot be {kind}; nothing was changed: {instead}")
    said = _checked(kind, details)
    if "on" in said and datetime.fromisoformat(said["on"]) > at:
        raise ConfigError(
            f"{kept.key}: {said['on'][:10]} is still to come; nothing was changed: give a day that is over"
        )
    if kind == "requested":
        _check_asking(texts, kept, at)
    completed = _COMPLETE[kind](kept, said, rules, at) if kind in _COMPLETE else said
    return ConsentEvent(kept.key, kept.text_hash, at, actor, kind, completed)


def asked_until(texts: Iterable[KeptText], who: str, until: datetime | None = None) -> datetime | None:
    """Until when this author is not to be asked again; None where nobody asked. With `until`, as recorded before it."""
    of_author = [kept for kept in texts if kept.who == who]
    asked = [event for kept in of_author for event in kept.valid_events(until) if event.kind == "requested"]
    return max((datetime.fromisoformat(event.details["left_alone_until"]) for event in asked), default=None)


def _check_asking(texts: Mapping[str, KeptText], kept: KeptText, at: datetime) -> None:
    """ConfigError where the author was asked lately; but who has agreed may be asked about a cut of that text, once."""
    until = asked_until(texts.values(), kept.who)
    if until is None or at >= until:
        return
    agreed = any(other.feedback_id == kept.feedback_id and in_force(other, at) for other in texts.values())
    state = state_of(kept, at)
    if not ((agreed and state is State.APPROVED) or state is State.EXPIRED):
        raise ConfigError(
            f"{kept.key}: its author was asked before and is left alone until {until:%Y-%m-%d}; nothing was changed"
        )


def _checked(kind: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """The details without what is empty, each text one plain line; ConfigError where a needed one is missing."""
    said = {name: value for name, value in details.items() if value not in (None, "", (), [])}
    missing = [name for name in _NEEDS.get(kind, ()) if name not in said]
    if missing:
        raise ConfigError(f"{', '.join('--' + name for name in missing)} missing; nothing was changed")
    for name, value in said.items():
        if isinstance(value, str):
            said[name] = check_name(value, f"--{name}", LONGEST)
        elif isinstance(value, tuple | list):
            said[name] = sorted({check_name(one, f"--{name}", 60).casefold() for one in value})
    return said


def _complete_request(kept: KeptText, said: dict[str, Any], rules: Rules, at: datetime) -> dict[str, Any]:
    begins = datetime.fromisoformat(said["on"]) if "on" in said else at
    # Said here and not worked out later: what was promised to an author stands, whatever the settings say then.
    days = {"reply_by": rules.reply_days, "left_alone_until": rules.cool_down_days}
    return {**said, **{name: (begins + timedelta(days=n)).isoformat() for name, n in days.items()}}


def _complete_reminder(kept: KeptText, said: dict[str, Any], rules: Rules, at: datetime) -> dict[str, Any]:
    last = [event.kind for event in kept.valid_events() if event.kind in ("requested", "reminded")][-1]
    if last == "reminded":
        raise ConfigError(f"{kept.key}: its author was reminded once, which is all; nothing was changed")
    return _complete_request(kept, said, rules, at)


def _complete_grant(kept: KeptText, said: dict[str, Any], rules: Rules, at: datetime) -> dict[str, Any]:
    form = said["attribution"]
    if form not in ATTRIBUTIONS:
        raise ConfigError(
            f"{kept.key}: --attribution is {form!r}, one of {', '.join(ATTRIBUTIONS)} is wanted; nothing was changed"
        )
    if (form == "anonymous") == ("named" in said):
        hint = "leave --named out" if "named" in said else "give --named, exactly as the author wants it"
        raise ConfigError(f"{kept.key}: --attribution is {form}: {hint}; nothing was changed")
    begins = datetime.fromisoformat(said["on"]) if "on" in said else at
    agreed = datetime.fromisoformat(said["expires"]) if "expires" in said else None
    expires = agreed or begins + timedelta(days=rules.consent_days)
    if expires <= at:
        raise ConfigError(f"{kept.key}: a consent that ends on {expires:%Y-%m-%d} is over; nothing was changed")
    # What was ever promised or given for it has to be disclosed for good.
    told = [e.details["incentive"] for e in kept.valid_events() if "incentive" in e.details]
    given = dict.fromkeys(one for line in [*told, said.get("incentive", "")] for one in line.split("; ") if one)
    disclosed = {"incentive": "; ".join(given)} if given else {}
    return {**said, "expires": expires.isoformat(), **disclosed}


def _complete_use(kept: KeptText, said: dict[str, Any], rules: Rules, at: datetime) -> dict[str, Any]:
    terms = in_force(kept, at)
    assert terms is not None  # STEPS allows no other state
    channel = said["channel"].casefold()
    if channel not in terms.channels:
        raise ConfigError(
            f"{kept.key}: its author agreed to {', '.join(terms.channels)}, not to {channel}; nothing was changed"
        )
    return {**said, "channel": channel}


def _complete_removal(kept: KeptText, said: dict[str, Any], rules: Rules, at: datetime) -> dict[str, Any]:
    places = [where for _, where in places_of(kept)]
    if said["where"] not in places:
        known = f"it is used at {', '.join(places)}" if places else "it is used nowhere"
        raise ConfigError(f"{kept.key}: {known}; nothing was changed")
    return said


_COMPLETE = {
    "requested": _complete_request,
    "reminded": _complete_reminder,
    "granted": _complete_grant,
    "published": _complete_use,
    "removed": _complete_removal,
}
