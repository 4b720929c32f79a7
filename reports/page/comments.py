"""Sections on single comments: whom to call back, where score and words disagree, what customers ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from groundswell.findings import Change, Escalation, Mismatch, Request, SignalSummary
from reports.digest import Digest
from reports.page.parts import Entry, Fact, Mark, Section, Table
from reports.page.quotes import BRIEF_LIMIT, quote
from reports.wording.changes import change_words, is_news
from reports.wording.figures import clip, count, date, listed, noun, quoted, shown, zone

__all__ = ["escalations", "has_happy_score", "kinds_found", "meanings", "mismatches", "requests"]

MOST_CALLED, MOST_LISTED, MOST_ROWS = 6, 12, 5
MOST_OF_A_DIRECTION = 2
MOST_WISHES, FULL_WISHES = 6, 3
# What the kinds of an escalation are called, and what each means, in the order of their weight.
KINDS = {
    "escalation": (
        "Escalation",
        "asks for a manager, complains formally, or names a lawyer, an authority or the press",
    ),
    "churn": ("Leaving", "means to leave, or has left"),
    "urgency": ("Urgent", "says that it cannot wait, or is left without service"),
}


def escalations(digest: Digest, name: str, title: str) -> Section | None:
    """Whom to call back, or for operations how many by source and theme with their references; None without any."""
    if not digest.escalations:
        return None
    total = _to_call(digest)
    size = count(total, noun(digest.coverage.counted, 1), digest.coverage.counted)
    lead = _found(digest)
    if digest.audience == "operations":
        return Section(name, title, lead, tables=_escalation_tables(digest), size=size)
    told = digest.escalations[:MOST_CALLED]
    entries = tuple(_call(entry, digest) for entry in told)
    notes = _cut("most serious", len(told), total, "told in full")
    return Section(
        name, title, lead, notes=notes, entries=entries, tables=_next_calls(digest), size=size, form="compact"
    )


def _next_calls(digest: Digest) -> tuple[Table, ...]:
    """Where those stand that are not quoted: a folded row each, the most serious first."""
    following = digest.escalations[MOST_CALLED : MOST_CALLED + MOST_LISTED]
    if not following:
        return ()
    rest = _to_call(digest) - MOST_CALLED - len(following)
    return (_references_table(following, "Next to call", rest, digest, f"Next to call: {len(following):,} more"),)


def _cut(which: str, told: int, total: int, how: str = "shown") -> tuple[str, ...]:
    """ "The 10 clearest are shown, 3 more are not."; nothing where all are."""
    rest = count(total - told, "more is not", "more are not")
    return (f"The {told} {which} are {how}, {rest}.",) if total > told else ()


def _to_call(digest: Digest) -> int:
    return max(len(digest.escalations), digest.signals.to_call if digest.signals else 0)


def _found(digest: Digest) -> str:
    """How many there are, of how many, by kind: "7 of 391 authors: 2 escalation, 5 leaving"."""
    counted, signals = digest.coverage.counted, digest.signals
    if signals is None:
        return f"{count(len(digest.escalations), noun(counted, 1), counted)}."
    twice = sum(signals.found.get(kind, 0) for kind in KINDS) > signals.to_call
    some = "; some count in two" if twice else ""
    return f"{signals.to_call:,} of {signals.read:,} {counted} read: {kinds_found(signals)}{some}."


def kinds_found(signals: SignalSummary) -> str:
    """How many gave each kind: "escalation 2, leaving 5"; one customer may count in several."""
    return ", ".join(f"{KINDS[k][0].lower()} {signals.found[k]:,}" for k in KINDS if signals.found.get(k))


def meanings(found: Iterable[Escalation]) -> str:
    """What each kind that occurs means."""
    seen = {kind for entry in found for kind in entry.kinds}
    return " ".join(f"{KINDS[kind][0]}: {KINDS[kind][1]}." for kind in KINDS if kind in seen)


def _kinds(entry: Escalation) -> str:
    return ", ".join(KINDS[kind][0] for kind in KINDS if kind in entry.kinds).capitalize()


def _call(entry: Escalation, digest: Digest) -> Entry:
    about = (Fact("About", clip(entry.theme, 60)),) if entry.theme else ()
    also = (f"The same customer also wrote {_references(entry.also)}.",) if entry.also else ()
    return Entry(rank="", label=_kinds(entry), facts=about, quotes=(quote(entry.verbatim, digest, *also),))


def _references(references: tuple[str, ...]) -> str:
    named = [clip(reference, 40) for reference in references[:3]]
    rest = len(references) - len(named)
    return listed([*named, f"{rest:,} more"] if rest else named)


def _escalation_tables(digest: Digest) -> tuple[Table, ...]:
    counted = digest.coverage.counted.capitalize()
    tables = []
    if digest.signals is not None:
        if len(digest.signals.to_call_by_source) > 1:
            tables.append(_count_table("By source", ("Source", counted), digest.signals.to_call_by_source))
        themes = {label or "no theme": n for label, n in digest.signals.to_call_by_theme.items()}
        tables.append(_count_table("By theme", ("Theme", counted), themes))
    told = digest.escalations[:MOST_LISTED]
    rest = _to_call(digest) - len(told)
    return (*tables, _references_table(told, "Which they are, the most serious first", rest, digest))


def _references_table(told: Sequence[Escalation], caption: str, rest: int, digest: Digest, fold: str = "") -> Table:
    """A row for each: where it stands, of what kind it is, and which theme it is about."""
    where = zone(digest.period)
    rows = tuple(
        (
            clip(entry.verbatim.reference, 60),
            shown(entry.verbatim.source),
            date(entry.verbatim.occurred_at, where),
            _kinds(entry),
            clip(entry.theme, 80) if entry.theme else "no theme",
        )
        for entry in told
    )
    more = f"; {count(rest, 'more is', 'more are')} not listed" if rest > 0 else ""
    head = ("Reference", "Source", "Date", "Kind", "Theme")
    return Table(f"{caption}{more}", head, rows, texts=(1, 2, 3, 4), fold=fold)


def _count_table(caption: str, head: tuple[str, ...], counts: Mapping[str, int]) -> Table:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rest = f"; the first {MOST_ROWS} of {len(ordered)}" if len(ordered) > MOST_ROWS else ""
    return Table(f"{caption}{rest}", head, tuple((clip(k, 80), f"{n:,}") for k, n in ordered[:MOST_ROWS]))


def mismatches(digest: Digest, name: str, title: str) -> Section | None:
    """The clearest comments whose words contradict their score, the happy scores first; None without any."""
    if not digest.mismatches:
        return None
    happy = [m for m in digest.mismatches if has_happy_score(m)]
    unhappy = [m for m in digest.mismatches if not has_happy_score(m)]
    told = [*happy[:MOST_OF_A_DIRECTION], *unhappy[:MOST_OF_A_DIRECTION]]
    counts = digest.mismatch_counts
    total = counts.happy_score + counts.unhappy_score if counts else len(digest.mismatches)
    lead = "Customers whose words say the opposite of their score: worth a call before the score is believed."
    notes = _cut("clearest", len(told), total)
    if counts:
        happy_scores = count(counts.happy_score, "happy score")
        found = f"{happy_scores} with unhappy words, {counts.unhappy_score:,} the other way round"
        lead = f"{lead} Found among {counts.compared:,} comments with a happy or unhappy score: {found}."
    quotes = tuple(quote(m.verbatim, digest, *_notes(m), limit=BRIEF_LIMIT) for m in told)
    return Section(name, title, lead, notes=notes, quotes=quotes, size=count(total, "comment"))


def has_happy_score(mismatch: Mismatch) -> bool:
    """True for a good score with unhappy words, False for the other way round."""
    return mismatch.direction.startswith("happy score")


def _notes(mismatch: Mismatch) -> tuple[str, ...]:
    scored = "" if mismatch.verbatim.score else f"scored {shown(mismatch.score)}; "
    return shown(mismatch.direction).capitalize(), f"{scored}read as clearly {_mood(mismatch)}"


def _mood(mismatch: Mismatch) -> str:
    return "unhappy" if mismatch.sentiment < 0 else "happy"


def requests(digest: Digest, name: str, title: str) -> Section | None:
    """Wishes by theme with who asks, the first five with quotes of several; None where nobody asks for anything."""
    if not digest.requests:
        return None
    counted = digest.coverage.counted
    named = [wish for wish in digest.requests if wish.theme_id]
    told = [*named[:MOST_WISHES], *(wish for wish in digest.requests if not wish.theme_id)]
    entries = tuple(_wish(wish, digest, 2 if place < FULL_WISHES else 1) for place, wish in enumerate(told))
    lead = f"Wishes and requests by theme, counted in {counted}; one who asks for two things counts in both."
    if digest.audience == "marketing":
        lead = f"Wishes that more {counted} have than before, beyond chance."
    elif digest.signals is not None:
        asking = digest.signals.found.get("request", 0)
        lead = f"{asking:,} of {digest.signals.read:,} {counted} read ask for something. {lead}"
    rest = len(digest.requests) - len(told)
    notes = (f"{count(rest, 'more theme')} with wishes not shown.",) if rest else ()
    size, fold = count(len(digest.requests), "theme"), _same_wishes(digest)
    return Section(name, title, lead, notes=notes, entries=entries, size=size, fold=fold, form="compact")


def _same_wishes(digest: Digest) -> str:
    """One line where no wish is clearly more or less frequent than before; "" where nothing was compared."""
    changes = [wish.change for wish in digest.requests if wish.change is not None]
    if not changes or any(map(is_news, changes)):
        return ""
    first = [f"{quoted(wish.label, 50)} ({wish.authors:,})" for wish in digest.requests if wish.theme_id][:3]
    most = f"; most are about {listed(first)}" if first else ""
    return f"Nothing is asked for clearly more or less than in {changes[0].baseline_label}{most}."


def _wish(wish: Request, digest: Digest, quotes: int) -> Entry:
    counted = digest.coverage.counted
    asked = Fact("Wishes from", f"{wish.authors:,} {noun(counted, wish.authors)}")
    label = clip(wish.label, 120) if wish.theme_id else "Other wishes"
    return Entry(
        rank="",
        label=label,
        marks=_moved(wish.change),
        facts=(asked,),
        quotes=tuple(quote(v, digest) for v in wish.verbatims[:quotes]),
    )


def _moved(change: Change | None) -> tuple[Mark, ...]:
    """The mark of a wish that more people have than before, or fewer; nothing where that is not clear."""
    if change is None or not is_news(change):
        return ()
    return (Mark("▲" if change.value > change.baseline else "▼", change_words(change), "new"),)
