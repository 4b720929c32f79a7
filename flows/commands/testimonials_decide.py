"""`groundswell testimonials approve`, `request`, `grant` and the others: one step of one text, or why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flows.commands.columns import terminal_width, wrapped
from flows.commands.testimonials import Ground, candidates_of, find_text, unhappy_since
from flows.commands.themes import Place, actor, last_day
from groundswell.consents import due_of, revoked_by_feedback
from groundswell.errors import ConfigError
from groundswell.testimonial_cuts import what_a_cut_adds, what_a_cut_turns
from groundswell.testimonial_steps import next_event
from groundswell.testimonial_store import Change, Shelf
from groundswell.testimonials import (
    ConsentEvent,
    KeptText,
    State,
    hash_of,
    in_force,
    key_of,
    state_of,
    to_take_down,
)

if TYPE_CHECKING:
    from groundswell.storage import Store

__all__ = ["edit_lines", "step_lines"]

_NEXT = {
    "approved": "find its author in your source ({record}) and ask, with exactly this text; then say so: "
    "`groundswell testimonials request {key} --by HOW`",
    "edited": "it is another text, which needs a consent of its own: `groundswell testimonials request {key} --by HOW`",
    "requested": "no answer by {due} counts as no; `groundswell testimonials remind {key}` notes the one reminder",
    "reminded": "no answer by {due} counts as no; there is no second reminder",
    "granted": "it may be used until {due}: `groundswell testimonials publish {key} --channel CHANNEL --where PLACE`",
    "late": "no answer came by {due}, which counts as no; a later yes is still a yes: `grant` records it",
    "declined": "its author is left alone; thank them",
    "published": "`groundswell testimonials remove {key} --where PLACE` notes when it is taken down",
}


def step_lines(ground: Ground, name: str, kind: str, details: Mapping[str, Any]) -> Iterator[str]:
    """Records one step of the text that `name` means, and tells what comes next."""
    now = datetime.now(UTC)
    with ground.place.open() as opened:
        candidates = candidates_of(opened)
        if kind == "requested" and not details.get("anyway"):
            _check_mood(opened, find_text(name, opened.testimonials(), candidates), now)

        def build(shelf: Shelf) -> Change:
            kept = find_text(name, shelf.texts, candidates)
            is_new = kept.key not in shelf.texts
            kept = _taken_up(kept, shelf, now) if is_new else kept
            event = next_event(shelf.texts, kept, kind, details, ground.rules, now, actor())
            settled = revoked_by_feedback(shelf.texts.values(), now, actor())
            return Change([*settled, event], [kept] if is_new else [])

        made = opened.edit_testimonials(build)[-1]
        texts = opened.testimonials()
    yield from _told(texts[made.key], made, ground.place, now, texts)


def _check_mood(opened: Store, kept: KeptText, now: datetime) -> None:
    """ConfigError where its author has a reason to be angry at being asked for praise."""
    why = unhappy_since(opened, kept, now)
    if why is not None:
        raise ConfigError(f"{kept.key}: {why}; nothing was changed: see to that first (--anyway asks all the same)")


def edit_lines(ground: Ground, name: str, text: str, reworded: bool) -> Iterator[str]:
    """Records a shorter text cut out of the one that `name` means, as a text of its own that needs its own consent."""
    now = datetime.now(UTC)
    with ground.place.open() as opened:
        candidates = candidates_of(opened)

        def build(shelf: Shelf) -> Change:
            before = find_text(name, shelf.texts, candidates)
            new = before.key not in shelf.texts
            before = _taken_up(before, shelf, now) if new else before
            edited = _edited(before, text, reworded, now)
            known = shelf.texts.get(edited.key)
            details = {"from": before.key, **({"reworded": "yes"} if reworded else {})}
            event = next_event(shelf.texts, known or edited, "edited", details, ground.rules, now, actor())
            return Change([event], [*([before] if new else []), *([] if known else [edited])])

        made = opened.edit_testimonials(build)[-1]
        texts = opened.testimonials()
    yield from _told(texts[made.key], made, ground.place, now, texts)


def _taken_up(kept: KeptText, shelf: Shelf, now: datetime) -> KeptText:
    """A candidate with its author; ConfigError where its record does not say this any more."""
    said = shelf.text_of(kept.feedback_id)
    if said != kept.text:
        became = "is gone" if said is None else "says something else now"
        raise ConfigError(f"{kept.key}: its feedback {became} since it was proposed; nothing was changed")
    return replace(kept, author=shelf.author_of(kept.feedback_id), made_at=now)


def _edited(before: KeptText, text: str, reworded: bool, now: datetime) -> KeptText:
    """The shorter text; ConfigError where it says what the customer did not, unless it is marked as reworded."""
    words = " ".join(text.split())
    if state_of(before, now) is State.REVOKED:
        why = "its feedback is not what it was" if before.feedback != "same" else "its consent was taken back"
        raise ConfigError(f"{before.key}: {why}, so nothing is cut out of it any more; nothing was changed")
    if before.text is None or not words or words == before.text:
        raise ConfigError(f"{before.key}: give another text, as --text '…'; nothing was changed")
    if not reworded:
        _check_cut(before.key, before.text, words)
    kept = replace(before, key=key_of(before.feedback_id, words), text=words, text_hash=hash_of(words))
    return replace(kept, edited_from=before.key, made_at=now, events=())


def _check_cut(key: str, original: str, cut: str) -> None:
    """ConfigError where the cut says what the customer did not."""
    added, turned = what_a_cut_adds(original, cut), what_a_cut_turns(original, cut)
    if added is not None:
        why = f"{added!r} is not what was written, or not in this order"
    elif turned is not None:
        why = f"it leaves out {turned!r}, which may turn what was meant"
    else:
        return
    raise ConfigError(
        f"{key}: {why}; nothing was changed: only cut, with … for what is left out; --reworded records a change of "
        "words, which its author then has to agree to"
    )


def _told(
    kept: KeptText, made: ConsentEvent, place: Place, now: datetime, texts: Mapping[str, KeptText]
) -> Iterator[str]:
    """What was recorded, the exact text, and what comes next."""
    width, state = terminal_width(), state_of(kept, now)
    words = "(its author was erased)" if kept.text is None else f"“{kept.text}”"
    yield from wrapped(f"{kept.key} is {state}: {words}", width)
    due = due_of(kept, state)
    hint = _NEXT.get("late" if state is State.LAPSED else made.kind, "").format(
        key=kept.key,
        due=last_day(due, place),
        record=f"{kept.about.get('source', '')} {kept.about.get('reference', '')}".strip(),
    )
    if places := to_take_down(kept, now):
        hint = f"take it down from {', '.join(places)}: `groundswell testimonials remove {kept.key} --where PLACE`"
    if hint:
        yield from wrapped(f"next: {hint}", width)
    others = [one.key for one in texts.values() if one.feedback_id == kept.feedback_id and in_force(one, now)]
    if made.kind == "revoked" and others:
        told = ", ".join(others)
        yield from wrapped(f"still in force of the same comment: {told}; if it was meant too, revoke it too", width)
