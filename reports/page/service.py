"""Sections on contacts: how long they take by group, who waits, what they cost, and which themes take longest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundswell.findings import Backlog, Interval, ScoreSummary, ServiceDriver, ServiceLevel
from reports.charts.spark import spark_counts
from reports.digest import Digest
from reports.page.parts import Mark, Section, Table
from reports.wording.changes import is_news
from reports.wording.figures import (
    MINUS,
    UNKNOWN,
    clip,
    count,
    duration,
    duration_interval,
    is_known,
    metric_name,
    percent,
    percent_interval,
    score_decimals,
    score_text,
    shown,
    signed,
    span,
)

__all__ = ["backlog", "service_drivers", "service_levels"]

MOST_GROUPS, MOST_TABLES, MOST_DRIVERS, MOST_COLUMNS = 6, 3, 6, 5
ALL_TOLD = 0.995  # below it the shares of the groups leave some out
# Which groupings are told first; what a settings file calls otherwise follows.
GROUPINGS = ("channel", "queue", "category", "team", "product", "sub_category")
# What the records of a source are called: only tickets are contacts.
NOUNS = {"ticket": "contacts", "review": "reviews", "survey": "answers"}

Column = tuple[str, Callable[[ServiceLevel], str | None]]
COLUMNS: tuple[Column, ...] = (
    ("First reply", lambda s: _known(s.first_reply_minutes, duration_interval)),
    ("Resolution", lambda s: _known(s.resolution_minutes, duration_interval)),
    ("In one contact", lambda s: _known(s.first_contact, percent_interval)),
    ("Reopened", lambda s: _known(s.reopened, percent_interval)),
    ("Score", lambda s: _score(s.score)),
    ("Handling", lambda s: _known(s.handled_minutes, duration_interval)),
)


def service_levels(digest: Digest, name: str, title: str) -> Section | None:
    """For each source one table by grouping, the whole source first in it; a column that nobody has is left out."""
    if not digest.service_levels:
        return None
    tables, left = list[Table](), list[str]()
    kinds = {source.name: source.kind for source in digest.sources}
    for source in sorted({level.source for level in digest.service_levels}):
        mine = [level for level in digest.service_levels if level.source == source]
        groupings = sorted({s.group_by for s in mine if s.group_by not in ("all", "agent")}, key=_place)
        told = [*groupings[:MOST_TABLES], *(["agent"] if any(s.group_by == "agent" for s in mine) else [])]
        left.extend(shown(by).replace("_", " ") for by in groupings[MOST_TABLES:])
        # Of a source without groups and times the tiles say all.
        alone = ["all"] if any(write(s) for s in mine for head, write in COLUMNS if head != "Score") else []
        noun = NOUNS.get(kinds.get(source, "ticket"), "feedback")
        tables.extend(_level_table(mine, by, noun, whole=not place) for place, by in enumerate(told or alone))
    if not tables:
        return None
    lead = "Times are medians; contacts still open count as longer than they are open. Brackets: 95 % intervals."
    notes = _notes(digest.service_levels)
    if left:
        notes.append(f"In digest.json only: by {', '.join(dict.fromkeys(left))}.")
    return Section(name, title, lead, notes=tuple(notes), tables=tuple(tables), fold=_same(digest, tables))


def _same(digest: Digest, tables: list[Table]) -> str:
    """One line where nothing of all contacts, and no group's share of them, changed clearly; "" where nothing was
    compared."""
    whole = [level for level in digest.service_levels if level.group_by == "all"]
    changes = [change for level in whole for change in level.against_before.values() if is_known(change.value)]
    if not changes or any(change.low * change.high > 0 for change in changes) or any(table.marks for table in tables):
        return ""
    reply = next((level.first_reply_minutes for level in whole if level.first_reply_minutes), None)
    waited = f"; the median first reply took {duration(reply.value)}" if reply and is_known(reply.value) else ""
    return f"No time or share of all contacts changed clearly since {digest.period.before}{waited}."


def _notes(levels: Sequence[ServiceLevel]) -> list[str]:
    notes = []
    if any(level.first_contact for level in levels):
        notes.append("In one contact: solved, not reopened, and no further contact by the same customer soon after.")
    if any(level.shrunken for level in levels):
        notes.append(
            "Agents stand by name, not by rank: figures of few contacts are drawn towards those of all, so that nobody "
            "looks good or bad by chance."
        )
    return notes


def _place(by: str) -> tuple[int, str]:
    return (GROUPINGS.index(by) if by in GROUPINGS else len(GROUPINGS), by)


def _level_table(levels: list[ServiceLevel], by: str, noun: str, whole: bool) -> Table:
    """The groups of one kind, the largest first (agents by name), below the row of the whole source if that is told."""
    groups = [s for s in levels if s.group_by == by and by != "all"]
    groups.sort(key=lambda s: (0 if by == "agent" else -s.n, s.group))
    told = groups if by == "agent" else groups[:MOST_GROUPS]
    ordered = [*(s for s in levels if s.group_by == "all" and whole), *told]
    columns = [(head, write) for head, write in COLUMNS if any(write(s) is not None for s in ordered)][:MOST_COLUMNS]
    rows = tuple(
        (
            f"All {noun}" if s.group_by == "all" else clip(s.group, 60),
            f"{s.n:,}" if s.group_by == "all" else f"{s.n:,} ({percent(s.share)})",
            *(write(s) or UNKNOWN for _, write in columns),
        )
        for s in ordered
    )
    source, kind = shown(levels[0].source), shown(by).replace("_", " ")
    rest = f"; the largest {MOST_GROUPS} of {len(groups)}" if len(groups) > len(told) else ""
    if not rest and by not in ("all", "agent") and sum(s.share for s in told) < ALL_TOLD:
        rest = f"; groups of too few {noun} are not shown"
    caption = source if by == "all" else f"{source}, by {kind}{rest}"
    marks = tuple(_level_change(s) for s in ordered)
    head = ("Group" if by == "all" else kind.capitalize(), noun.capitalize(), *(head for head, _ in columns))
    # The first table is read by everybody; of the others who looks for them, but for what changed.
    fold = "" if whole or any(marks) else f"The same by {kind}: {count(len(groups), 'group')}"
    return Table(caption, head, rows, marks=marks if any(marks) else (), mark_head="Its share", fold=fold)


def _known(interval: Interval | None, write: Callable[[Interval | None], str]) -> str | None:
    return write(interval) if interval is not None and is_known(interval.value) else None


def _score(score: ScoreSummary | None) -> str | None:
    if score is None or not is_known(score.value):
        return None
    text = f"{metric_name(score.metric)} {score_text(score).removesuffix(' satisfied').removesuffix(' %')}"
    if score.low is None or score.high is None:
        return text
    return f"{text} ({span(score.low, score.high, score_decimals(score.metric))})"


def _level_change(level: ServiceLevel) -> Mark | None:
    """The change of a group's share of contacts where there is one."""
    change = level.change
    if change is None or not is_news(change):
        return None
    rose = change.value > change.baseline
    return Mark("▲" if rose else "▼", f"{percent(change.baseline)} to {percent(change.value)}", "new")


def backlog(digest: Digest, name: str, title: str) -> Section | None:
    """Who waits: for each source the contacts open at the period's end, before, and the oldest; None without any."""
    if not digest.backlog:
        return None
    rows, sparks = [], []
    for source in sorted({point.source for point in digest.backlog}):
        weeks = sorted((p for p in digest.backlog if p.source == source), key=lambda p: p.week)
        last, before = weeks[-1], weeks[-2] if len(weeks) > 1 else None
        rows.append((clip(source, 60), f"{last.open:,}", f"{before.open:,}" if before else "not known", _oldest(last)))
        sparks.append(spark_counts(tuple((p.week, p.open) for p in weeks), "open"))
    table = Table(
        "Open at the end of the week",
        ("Source", "Open now", "A week before", "Oldest"),
        tuple(rows),
        sparks=tuple(sparks),
        texts=(3,),
    )
    return Section(name, title, tables=(table,), size=f"{sum(int(row[1].replace(',', '')) for row in rows):,} open")


def _oldest(point: Backlog) -> str:
    if point.oldest_days is None or not is_known(point.oldest_days) or not point.open:
        return "–" if not point.open else "not known"
    age = count(round(point.oldest_days), "day") if point.oldest_days >= 1 else "less than a day"
    return f"{age} · {clip(point.oldest, 40)}" if point.oldest else age


def service_drivers(digest: Digest, name: str, title: str) -> Section | None:
    """Themes whose contacts surely take longer or come back more often, the largest difference first; None if none."""
    marked = [driver for driver in digest.service_drivers if driver.significant]
    if not marked:
        return None
    tables = []
    for measure, caption in (("resolution", "Hours to the solution, median"), ("reopened", "Opened again")):
        found = sorted(
            (d for d in marked if d.measure == measure), key=lambda d: (-d.difference.value, d.source, d.theme_id)
        )
        if found:
            tables.append(_driver_table(found[:MOST_DRIVERS], caption, len(found) - MOST_DRIVERS))
    lead = "Beside the other contacts of their source; beyond chance after correction for having looked so often."
    return Section(name, title, lead, tables=tuple(tables), size=count(len(marked), "difference"))


def _driver_table(found: list[ServiceDriver], caption: str, rest: int) -> Table:
    several = len({driver.source for driver in found}) > 1
    rows = tuple(
        (
            f"{clip(d.label, 80)}{f', {clip(d.source, 40)}' if several else ''}",
            f"{d.n:,}",
            *((duration(d.value), duration(d.elsewhere)) if d.measure == "resolution" else _shares(d)),
            _longer(d),
        )
        for d in found
    )
    more = f"; {count(rest, 'more is', 'more are')} not listed" if rest > 0 else ""
    return Table(f"{caption}{more}", ("Theme", "Contacts", "With it", "Without it", "Difference"), rows)


def _shares(driver: ServiceDriver) -> tuple[str, str]:
    return percent(driver.value), percent(driver.elsewhere)


def _longer(driver: ServiceDriver) -> str:
    difference = driver.difference
    if driver.measure == "resolution":
        ends = f"{_signed_time(difference.low)} to {_signed_time(difference.high)}"
        return f"{_signed_time(difference.value)} ({ends})"
    ends = span(difference.low * 100, difference.high * 100, sign=True)
    return f"{signed(difference.value * 100)} points ({ends})"


def _signed_time(minutes: float) -> str:
    if not is_known(minutes):
        return UNKNOWN
    return f"{'+' if minutes >= 0 else MINUS}{duration(abs(minutes))}"
