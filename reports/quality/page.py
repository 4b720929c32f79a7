"""quality.html: first what a person has to decide or mend, then the figures behind it; for whoever runs the project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reports.page.parts import Section, Table, Tile
from reports.quality.sources import sources_table
from reports.quality.state import DeliveryState, QualityState
from reports.quality.tables import (
    coverage_table,
    load_notes,
    loads_table,
    refused_table,
    tone_notes,
    tone_table,
)
from reports.quality.todo import Todo, news_of, todos_of
from reports.render import fill
from reports.wording.alerts import how_set
from reports.wording.figures import clip, count, date, is_known, listed, percent, shown

__all__ = ["QualityPage", "build_quality", "render_quality", "write_quality"]

NEWEST = 5  # loads and periods shown at once; the others open on demand
KINDS = {
    "surge": ("sudden rise", "sudden rises"),
    "drift": ("slow growth", "slow growths"),
    "new": ("new theme", "new themes"),
    "release": ("after a release", "after a release"),
}
SENT = {
    "sent": "delivered",
    "pending": "to be sent",
    "sending": "broken off while sending",
    "failed": "failed, tried again",
    "held": "held",
    "dropped": "given up",
}


@dataclass(frozen=True, slots=True)
class QualityPage:
    """The page as plain strings."""

    news: str
    as_of: str
    todos: tuple[Todo, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    docs: str
    no_docs: str  # why there are none

    def section(self, name: str) -> Section | None:
        """The section of that id, or None where there is nothing to say in it."""
        return next((entry for entry in self.sections if entry.id == name), None)


def render_quality(state: QualityState) -> str:
    """The page as one file without scripts and without anything to load; the same state gives the same bytes."""
    return write_quality(build_quality(state))


def write_quality(page: QualityPage) -> str:
    """The page as HTML."""
    return fill("quality.html.jinja", page=page)


def build_quality(state: QualityState) -> QualityPage:
    """What the page says, before any format."""
    where = _zone(state.timezone)
    todos = todos_of(state, where)
    found = (
        Section("sources", "Sources", _FRESH, first=(sources_table(state, where),) if state.sources else ()),
        _loads(state, where),
        Section("refused", "What was refused, and why", _REFUSED, first=(refused_table(state.refused),)),
        _coverage(state),
        _tone(state),
        _alerts(state),
        _deliveries(state),
    )
    sections = tuple(one for one in found if one is not None and _is_told(one))
    # The end of a day, which `--as-of` means, is that day and not the next.
    last = state.moment and state.moment - timedelta(microseconds=1)
    as_of = f"As of {date(last, where)}" if last else "Of feedback without dates"
    return QualityPage(news_of(state, todos), as_of, todos, _tiles(state), sections, state.docs, _no_docs(state))


_FRESH = "What is in the store, and whether each source still delivers."
_REFUSED = "Counts only; groundswell quarantine list shows the records themselves, redacted."
_LAW = (
    "Of every load: read = new + changed + known already + refused + passed over. Loads that found nothing new are "
    "left out."
)


def _no_docs(state: QualityState) -> str:
    if not state.has_settings:
        return "Loads are compared with the history of their source in a project only; groundswell init makes one."
    return "Not drawn: groundswell run --data-docs out/data-docs, the folder beside this page, draws every expectation."


def _is_told(section: Section) -> bool:
    return bool(any(table.rows for table in (*section.first, *section.tables)) or section.notes or section.reason)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _tiles(state: QualityState) -> tuple[Tile, ...]:
    records, waiting = sum(one.records for one in state.sources), sum(one.n for one in state.refused)
    tiles = [
        Tile("Records in the store", f"{records:,}", "", None, f"from {count(len(state.sources), 'source')}"),
        Tile("Refused, waiting", f"{waiting:,}", "", None, _of_all(waiting, records + waiting)),
    ]
    if state.coverage:
        newest = state.coverage[0]
        unassigned, seen = newest.coverage.unassigned_share, newest.coverage
        if seen.with_text:
            share = percent(seen.scored / seen.with_text)
            tiles.append(Tile("Read for tone", share, "", None, f"of {count(seen.with_text, 'text')}, newest period"))
        if unassigned is not None and is_known(unassigned):
            basis = f"of {count(seen.clauses - seen.contentless, 'clause')} that say something"
            tiles.append(Tile("Found a theme", percent(1 - unassigned), "", None, basis))
    return tuple(tiles)


def _of_all(part: int, whole: int) -> str:
    return f"{percent(part / whole)} of all that came in" if part and whole else "nothing waits"


def _loads(state: QualityState, where: tzinfo) -> Section:
    first, older = state.loads[:NEWEST], state.loads[NEWEST:]
    tables = (loads_table(older, where),) if older else ()
    newest = (loads_table(first, where),) if first else ()
    return Section("loads", "What came in", _LAW, first=newest, tables=tables, after=load_notes(state.loads))


def _coverage(state: QualityState) -> Section:
    first, older = state.coverage[:NEWEST], state.coverage[NEWEST:]
    lead = "Shares of the texts and clauses of each published period; what could not be read counts in no figure."
    lead = f"{lead} {_steady(state)}".strip()
    tables = (coverage_table(older),) if older else ()
    return Section(
        "coverage", "How much could be read", lead, first=(coverage_table(first),) if first else (), tables=tables
    )


def _steady(state: QualityState) -> str:
    """How the share of clauses in a theme moved, in a sentence; nothing of fewer than three periods."""
    shares = [one.coverage.unassigned_share for one in state.coverage]
    known = [1 - share for share in shares if share is not None and is_known(share)]
    if len(known) < 3:
        return ""
    ends = dict.fromkeys((percent(min(known)), percent(max(known))))
    return f"In the last {count(len(known), 'period')} {' to '.join(ends)} of clauses with content found a theme."


def _tone(state: QualityState) -> Section | None:
    if not state.tone and not state.tone_version:
        return None
    lead = (
        "Checked on customers’ own scores that the model had not learned from: of what it calls negative, how much had "
        "a low score; of the low scores, how many it finds."
    )
    table = (tone_table(state.tone),) if state.tone else ()
    reason = (
        "" if state.tone else "The shipped model reads every source; there are too few ratings to train or check one."
    )
    told = {one.source for one in state.tone}
    rest = [clip(one.name, 60) for one in state.sources if one.records and one.name not in told]
    notes = [f"The shipped model reads {listed(rest)}; nothing was measured there."] if rest and table else []
    notes += [f"Model: {shown(state.tone_version)}"] if state.tone_version else []
    return Section(
        "tone",
        "How the tone is read",
        lead if table else "",
        first=table,
        after=(*tone_notes(state.tone), *notes),
        reason=reason,
    )


def _alerts(state: QualityState) -> Section | None:
    watch = state.watch
    if watch is None:
        return None
    if watch.reason:
        return Section("alerts", "How often alerts are false", reason=watch.reason)
    lines = [how_set(watch)]
    if state.watched_weeks:
        kinds = [count(n, *KINDS.get(kind, (shown(kind), shown(kind)))) for kind, n in state.raised.items()]
        total = f"{count(sum(state.raised.values()), 'alert')} ({listed(kinds)})" if kinds else "none"
        lines.append(f"Raised so far, in {count(state.watched_weeks, 'week')}: {total}.")
    return Section("alerts", "How often alerts are false", notes=tuple(lines))


def _deliveries(state: QualityState) -> Section | None:
    rows = tuple(
        (clip(one.channel, 60), SENT.get(one.state, shown(one.state)), f"{one.n:,}", _repeats(one))
        for one in state.deliveries
    )
    if not rows:
        return None
    head = ("Channel", "State", "Messages", "Possibly twice")
    table = Table("Messages by channel", head, rows, texts=(1,))
    return Section(
        "deliveries",
        "What was delivered",
        "Files are written first; a channel that is down is tried again by the next run.",
        first=(table,),
    )


def _repeats(one: DeliveryState) -> str:
    return f"{one.repeats:,}" if one.repeats else "none"
