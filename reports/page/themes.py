"""Sections on the themes themselves: those that came up lately, and what became of the others since last time."""

from __future__ import annotations

from groundswell.findings import NewTheme, ThemeEvent
from reports.charts.spark import spark
from reports.digest import Digest
from reports.page.parts import Entry, Fact, Mark, Section
from reports.page.quotes import all_comments, quote
from reports.wording.figures import clip, count, date, is_known, listed, noun, quoted, shown, signed, span, zone

__all__ = ["event_words", "new_themes", "theme_changes"]

MOST_CHANGES, MOST_WAITING = 12, 5


def new_themes(digest: Digest, name: str, title: str) -> Section | None:
    """The themes that nobody has decided on yet, each with its first words; None where there is none."""
    if not digest.new_themes:
        return None
    lead = (
        "These came up only lately: their weeks show since when. They are counted like every other theme, and "
        "nothing has to be done. To decide: “groundswell themes accept”, “reject” or “merge” with the id below each."
    )
    ordered = sorted(digest.new_themes, key=lambda theme: (-theme.authors, theme.theme_id))
    start = digest.period.start
    fresh = [theme for theme in ordered if start is None or theme.opened > start]
    older = [theme for theme in ordered if theme not in fresh]
    told = fresh or older
    entries = tuple(_entry(theme, digest, place) for place, theme in enumerate(told, start=1))
    waiting = _waiting(older, digest)
    size = count(len(ordered), "theme")
    if not fresh:
        return Section(name, title, lead, entries=entries, size=size, fold=waiting)
    return Section(name, title, lead, entries=entries, after=(waiting,) if older else (), size=size)


def _waiting(older: list[NewTheme], digest: Digest) -> str:
    """One line on the themes that were told before and that nobody has decided on."""
    named = [f"{quoted(theme.label, 50)} ({theme.authors:,}; {theme.theme_id})" for theme in older[:MOST_WAITING]]
    rest = len(older) - len(named)
    return f"Not one since last time; still undecided: {listed([*named, f'{rest} more'] if rest else named)}."


def _entry(theme: NewTheme, digest: Digest, place: int) -> Entry:
    counted, where = digest.coverage.counted, zone(digest.period)
    facts = [
        Fact("Raised by", f"{theme.authors:,} {noun(counted, theme.authors)}", f"({count(theme.mentions, 'mention')})")
    ]
    tone = theme.net_sentiment
    if is_known(tone.value):
        facts.append(Fact("Tone", signed(tone.value, 2), f"({span(tone.low, tone.high, 2, sign=True)})"))
    return Entry(
        rank=str(place),
        label=clip(theme.label, 120),
        marks=(Mark("✚", f"since the period that ended {date(theme.opened, where, days_back=1)}", "new"),),
        facts=tuple(facts),
        spark=spark(theme.weekly, counted),
        quotes=tuple(quote(v, digest) for v in theme.verbatims[:1]),
        small=f"Undecided · {theme.theme_id}",
        link=all_comments(theme.theme_id, digest),
    )


def theme_changes(digest: Digest, name: str, title: str) -> Section | None:
    """What was decided on themes since this reader's last digest, newest last; None where nothing was."""
    told = sorted(digest.theme_changes, key=lambda event: event.event)[-MOST_CHANGES:]
    if not told:
        return None
    rest = len(digest.theme_changes) - len(told)
    lead = "Since the digest before this one. Published digests keep the names they had."
    notes = tuple(event_words(event, digest) for event in told)
    more = (f"{count(rest, 'earlier change')} not listed.",) if rest else ()
    size = count(len(digest.theme_changes), "change")
    fold = notes[-1] if len(digest.theme_changes) == 1 else f"{size} since the digest before; the last: {notes[-1]}"
    return Section(name, title, lead, notes=(*notes, *more), size=size, fold=fold)


def event_words(event: ThemeEvent, digest: Digest) -> str:
    """One sentence on one event: what, when, and who where it was a person."""
    label, detail = quoted(event.label), quoted(event.detail)
    words = {
        "open": f"{label} is new",
        "rename": f"{label} is now called {detail}",
        "merge": f"{label} went into {detail}",
        "split": f"{label} was split into its parts",
        "retire": f"{label} was retired",
        "accept": f"{label} was accepted",
        "reject": f"{label} was rejected",
        "refit": f"Themes were grouped anew: {shown(event.detail)}",
        "undo": f"Undone: {shown(event.detail)}",
    }
    by = "" if event.actor == "groundswell" else f", by {shown(event.actor)}"
    days_back = 1 if event.actor == "groundswell" else 0
    return f"{words[event.kind]} ({date(event.at, zone(digest.period), days_back=days_back)}{by})."
