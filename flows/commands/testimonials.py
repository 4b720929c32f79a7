"""What the commands on testimonials begin with: the candidates of the digests, and which text is meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.commands.themes import Place, place_of
from groundswell.errors import ConfigError
from groundswell.records import Period
from groundswell.testimonial_steps import Rules
from groundswell.testimonials import KeptText, hash_of, key_of

if TYPE_CHECKING:
    from groundswell.storage import Store

__all__ = ["Ground", "candidates_of", "day_given", "find_text", "ground_of", "last_moment", "unhappy_since"]

PERIODS = 26  # of the newest marketing digests: what was proposed before them is not listed any more
SHORTEST = 3  # characters of a key


@dataclass(frozen=True)
class Ground:
    """The store, and what [testimonials] says."""

    place: Place
    rules: Rules


def ground_of(store: str | None, settings: Path | None) -> Ground:
    """The store that is named, else that of the settings; the rules of the settings, or what they are by themselves."""
    from groundswell.settings import load_settings, settings_path

    place = place_of(store, settings)
    if settings is None and (store is not None or not settings_path().exists()):
        return Ground(place, Rules())
    return Ground(place, Rules(**load_settings(settings).testimonials.model_dump()))


def candidates_of(opened: Store) -> dict[str, KeptText]:
    """The candidates of the newest marketing digests by key, newest period first; none of them decided on here."""
    slugs = sorted((one.period for one in opened.digests("marketing")), key=Period.order_of, reverse=True)
    found: dict[str, KeptText] = {}
    for slug in slugs[:PERIODS]:
        stored = opened.latest_digest("marketing", slug)
        told = json.loads(stored.json_text)["testimonials"] if stored is not None else []
        for one in sorted(told, key=lambda t: -t["rank"]):
            text = _candidate(one, slug)
            found.setdefault(text.key, text)
    return found


def _candidate(told: Mapping[str, Any], slug: str) -> KeptText:
    """A candidate of digest.json as a text that may be decided on."""
    quote = told["verbatim"]
    about = {name: quote[name] for name in ("reference", "source", "score", "occurred_at")}
    about |= {name: told.get(name) for name in ("theme", "theme_id", "rank", "checks", "flags", "typical")}
    about |= {"period": slug, "feedback_hash": hash_of(quote["text"])}
    text, feedback_id = quote["text"], quote["feedback_id"]
    made = datetime(1970, 1, 1, tzinfo=UTC)  # until it is decided on
    known = {name: value for name, value in about.items() if value is not None}
    return KeptText(key_of(feedback_id, text), feedback_id, text, hash_of(text), None, None, known, made)


def find_text(name: str, *shelves: Mapping[str, KeptText]) -> KeptText:
    """The text that a key or the beginning of one means, of the first shelf that has it; ConfigError where none has."""
    wanted = name.strip().lower()
    for shelf in shelves:
        if wanted in shelf:
            return shelf[wanted]
    known = {key: kept for shelf in reversed(shelves) for key, kept in shelf.items()}
    begun = sorted(key for key in known if len(wanted) >= SHORTEST and key.startswith(wanted))
    if len(begun) == 1:
        return known[begun[0]]
    if begun:
        raise ConfigError(f"{name!r} may be {_listed(begun)}; nothing was changed: give the whole key")
    raise ConfigError(
        f"there is no testimonial {name!r}; nothing was changed: `groundswell testimonials list` shows all of them"
    )


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(list(keys)[:5])


def unhappy_since(opened: Store, kept: KeptText, now: datetime) -> str | None:
    """Why its author should not be asked now: a bad score of late, or a ticket that waits; None where none is known."""
    from analysis.findings.comments.testimonial_authors import QUIET_DAYS, with_resolutions

    if kept.author is None:
        return None
    everything = opened.load_feedback()
    theirs = (everything["author"] == kept.author) & (everything["feedback_id"] != kept.feedback_id)
    rows, tickets = everything[theirs], with_resolutions(everything)
    lately = rows["occurred_at"].isna() | (rows["occurred_at"] >= now - timedelta(days=QUIET_DAYS))
    unhappy = rows[lately & (rows["score_scaled"] < 0.5)]
    waiting = tickets[theirs[tickets.index] & tickets["resolved_at"].isna()]
    for found, what in ((unhappy, "gave a bad score"), (waiting, "waits for an answer")):
        if len(found):
            row = found.iloc[-1]
            return f"its author {what} ({row['source']} {row['reference']})"
    return None


def day_given(given: date | None, place: Place) -> str | None:
    """The beginning of a day in the project's zone as a detail of an event; None for today, which needs no saying."""
    if given is None or given == datetime.now(place.zone).date():
        return None
    return datetime.combine(given, time(), tzinfo=place.zone).astimezone(UTC).isoformat()


def last_moment(given: date | None, place: Place) -> str | None:
    """The end of a day that counts as a whole, as a detail of an event."""
    if given is None:
        return None
    return datetime.combine(given + timedelta(days=1), time(), tzinfo=place.zone).astimezone(UTC).isoformat()
