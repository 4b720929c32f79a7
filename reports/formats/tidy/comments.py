"""Tables on single comments: whom to call back, wishes, scores that words contradict, testimonials, every quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from groundswell.findings import Consent, Escalation, Request, Testimonial, Verbatim
from reports.digest import Digest
from reports.formats.tidy.parts import Datum, Keys, Record, Sheet, datum, text
from reports.formats.tidy.themes import changed

__all__ = ["comment_sheets", "quote_sheet"]

QUOTED = (("id", "Theme id"), ("label", "Theme"), ("source", "Source"))


def comment_sheets(digest: Digest) -> Iterator[Sheet]:
    """The sheets that this digest fills, in the order of digest.json."""
    wishes = tuple(map(_wish, digest.requests))
    yield Sheet("requests", "Wishes", "What customers ask for, by theme.", QUOTED[:2], wishes)
    calls = tuple(map(_call, digest.escalations))
    about = "Customers to call back, the most serious first. “Signals” counts all of them."
    yield Sheet("escalations", "Call back", about, QUOTED, calls)
    yield _mismatches(digest)
    found = tuple(map(_testimonial, digest.testimonials))
    about = "Texts that consent could be asked for. None may be used without it."
    yield Sheet("testimonials", "Testimonials", about, QUOTED, found)
    consents = tuple(map(_consent, digest.consents))
    about = "Texts that marketing decided on, where consent stands, and who is to act."
    yield Sheet("consents", "Consent", about, (("id", "Key"), ("label", "Theme"), ("source", "Source")), consents)
    yield _signals(digest)


def _wish(wish: Request) -> Record:
    data = (*datum("authors", wish.authors, "count"), *datum("mentions", wish.mentions, "count"), *changed(wish.change))
    return Record(Keys(wish.theme_id or "", wish.label), data)


def _call(entry: Escalation) -> Record:
    data = (*text("kind", entry.kinds), *_words(entry.verbatim), *text("also wrote", entry.also))
    return Record(Keys(entry.theme_id or "", entry.theme or "", entry.verbatim.source), data)


def _words(verbatim: Verbatim) -> tuple[Datum, ...]:
    """The words and where they are found again."""
    return (
        *text("reference", verbatim.reference),
        *text("written", verbatim.occurred_at),
        *text("their score", verbatim.score),
        *datum("tone", verbatim.sentiment, "tone"),
        *text("words", verbatim.text),
        *text("feedback id", verbatim.feedback_id),
    )


def _mismatches(digest: Digest) -> Sheet:
    records = []
    for found in digest.mismatches:
        data = (*text("score", found.score), *datum("tone of the whole", found.sentiment, "tone"))
        keys = Keys(source=found.verbatim.source, group=found.direction)
        records.append(Record(keys, (*data, *_words(found.verbatim))))
    heads = (("group", "What"), ("source", "Source"))
    return Sheet("mismatches", "Score against words", "Words that contradict their score.", heads, tuple(records))


def _testimonial(found: Testimonial) -> Record:
    data = (
        *datum("rank", found.rank, "ratio"),
        *text("consent", found.consent),
        *text("key", found.key),
        *text("to be disclosed", found.flags),
        *text("how typical", found.typical),
        *_words(found.verbatim),
        *chain(*(text(f"check: {name.replace('_', ' ')}", found.checks[name]) for name in sorted(found.checks))),
        *chain(
            *(
                datum(f"rank part: {name.replace('_', ' ')}", found.rank_parts[name], "ratio")
                for name in sorted(found.rank_parts)
            )
        ),
    )
    return Record(Keys(found.theme_id or "", found.theme or "", found.verbatim.source), data)


def _consent(consent: Consent) -> Record:
    data = (
        *text("state", consent.state),
        *text("since", consent.since),
        *text("waits for", consent.waits_for),
        *text("due", consent.due),
        *text("reminded", "yes" if consent.reminded else "no"),
        *datum("places in use", consent.places, "count"),
        *text("channels agreed to", consent.channels),
        *text("to be disclosed", consent.flags),
        *text("words", consent.text),
        *text("reference", consent.reference),
        *text("feedback id", consent.feedback_id),
    )
    return Record(Keys(consent.key, consent.theme or "", consent.source), data)


def _signals(digest: Digest) -> Sheet:
    counted: list[tuple[str, Mapping[str, int]]] = []
    signals, counts = digest.signals, digest.mismatch_counts
    if signals is not None:
        counted += [
            ("all", {"looked through": signals.read, "to call back": signals.to_call}),
            ("signal", signals.found),
            ("to call, by source", signals.to_call_by_source),
            ("to call, by theme", signals.to_call_by_theme),
        ]
    if counts is not None:
        both = {"happy score, unhappy words": counts.happy_score, "unhappy score, happy words": counts.unhappy_score}
        counted.append(("score against words", {"compared": counts.compared, **both}))
    records = tuple(
        Record(Keys(label=name or "no theme", group=group), datum("count", n, "count"))
        for group, of in counted
        for name, n in of.items()
    )
    heads = (("group", "Counted"), ("label", "Of"))
    return Sheet("signals", "Signals", "How many there are of which other sheets show some.", heads, records)


def quote_sheet(digest: Digest) -> Sheet:
    """Every quote that a theme, a wish or an alert shows, with its id."""
    records = tuple(
        Record(Keys(number, label, verbatim.source, group=section), _words(verbatim))
        for section, number, label, verbatims in _quotes(digest)
        for verbatim in verbatims
    )
    heads = (("group", "Section"), *QUOTED)
    return Sheet("verbatims", "Quotes", "Customers’ own words behind the figures, as stored.", heads, records)


def _quotes(digest: Digest) -> Iterator[tuple[str, str, str, tuple[Verbatim, ...]]]:
    yield from (("pain_points", f.theme_id, f.label, f.verbatims) for f in digest.pain_points)
    yield from (("praise", f.theme_id, f.label, f.verbatims) for f in digest.praise)
    yield from (("requests", w.theme_id or "", w.label, w.verbatims) for w in digest.requests)
    yield from (("alerts", a.theme_id, a.label, a.verbatims) for a in digest.alerts)
    yield from (("new_themes", t.theme_id, t.label, t.verbatims) for t in digest.new_themes)
