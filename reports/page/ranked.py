"""Themes ranked by what they cost or win: the first in full, the next briefly, the others in a table."""

from __future__ import annotations

from dataclasses import replace

from groundswell.findings import Change, Finding
from reports.charts.spark import spark
from reports.digest import Digest
from reports.page.alerts import alert_mark, finding_alert
from reports.page.effects import action_on, decided, effect_mark
from reports.page.parts import Entry, Fact, Mark, Section, Table, counted_of
from reports.page.quotes import BRIEF_LIMIT, QUOTE_LIMIT, all_comments, quote
from reports.page.ranking import journey, made_of
from reports.wording.alerts import RAISED
from reports.wording.changes import change_words, is_news
from reports.wording.figures import (
    clip,
    count,
    impact_text,
    is_known,
    listed,
    percent,
    percent_span,
    quoted,
    shown,
    signed,
    span,
)
from reports.wording.scores import clearest

__all__ = ["effect_cell", "pain_points", "praise", "raised_cell", "top_mark"]

FEWEST_EFFORTS = 3
MOST_PARTS = 4  # sub-themes that an entry names
SHOWN = 3  # themes with words of theirs; the others are rows of a table
QUADRANTS = {"urgent and important": "Do first", "urgent": "Answer now", "important": "Plan"}


def pain_points(digest: Digest, name: str, title: str) -> Section | None:
    """What costs most, urgent set against important in a small table above; None without any."""
    if not digest.pain_points:
        return None
    ranked = sorted(digest.pain_points, key=lambda f: (f.rank, f.theme_id))
    lead = f"Counted are {digest.coverage.counted} that raise it in unhappy words; brackets hold 95 % intervals."
    return _section(digest, Section(name, title, lead, first=_priorities(ranked)), ranked, hurts=True)


def praise(digest: Digest, name: str, title: str) -> Section | None:
    """What customers praise most; three lines of it for service. None without any."""
    if not digest.praise:
        return None
    ranked = sorted(digest.praise, key=lambda f: (f.rank, f.theme_id))
    if digest.audience == "service":
        return Section(
            name,
            title,
            entries=tuple(_short(f, digest) for f in ranked[:3]),
            form="compact",
            fold=_same(ranked, digest, hurts=False),
        )
    lead = f"Counted are {digest.coverage.counted} that raise it in happy words; brackets hold 95 % intervals."
    return _section(digest, Section(name, title, lead), ranked, hurts=False)


def _section(digest: Digest, section: Section, ranked: list[Finding], hurts: bool) -> Section:
    """The section filled: service and marketing read the first in full, the others read them briefly."""
    told, brief = _told(ranked, digest), digest.audience not in ("service", "marketing")
    entries = tuple(_entry(f, digest, brief, hurts) for f in told)
    stages = journey(ranked) if digest.audience == "service" else ()
    others = [finding for finding in ranked if finding not in told]
    rest = (*_rest(others, digest, hurts), *stages, *made_of(ranked, digest))
    size = count(len(ranked), "theme")
    return replace(section, entries=entries, tables=rest, size=size, fold=_same(ranked, digest, hurts))


def _told(ranked: list[Finding], digest: Digest) -> list[Finding]:
    """The themes that are told with their words: the first with something new, or acted on; the first of all where
    nothing is new, or where everything is."""
    news = [f for f in ranked if has_news(f, digest) or action_on(f.theme_id, digest) is not None]
    return (news if news and _compared(ranked) and not digest.is_first else ranked)[:SHOWN]


def _same(ranked: list[Finding], digest: Digest, hurts: bool) -> str:
    """One line for a week without news; "" where something is new or nothing could be compared."""
    if not _compared(ranked) or any(has_news(finding, digest) for finding in ranked):
        return ""
    first = [f"{quoted(f.label, 50)} ({f.authors:,})" for f in ranked[:3]]
    before = next(f.change.baseline_label for f in ranked if f.change is not None)
    what = "pain point" if hurts else "praised theme"
    if len(ranked) == 1:
        return f"The one {what} did not change clearly since {before}: {first[0]}."
    return f"Not one of {len(ranked)} {what}s changed clearly since {before}; first {listed(first)}."


def _priorities(ranked: list[Finding]) -> tuple[Table, ...]:
    """Urgent against important: a row for each of the three that has a theme; none where no theme is marked."""
    rows = []
    for quadrant, what in QUADRANTS.items():
        named = [f"{clip(f.label, 60)} ({f.rank})" for f in ranked if f.quadrant == quadrant]
        if named:
            rest = f" · {len(named) - MOST_PARTS} more" if len(named) > MOST_PARTS else ""
            rows.append((f"{what}: {quadrant}", f"{' · '.join(named[:MOST_PARTS])}{rest}"))
    return (
        (Table("Urgent against important", ("What to do", "Themes, by rank"), tuple(rows), texts=(1,)),) if rows else ()
    )


def _rest(found: list[Finding], digest: Digest, hurts: bool) -> tuple[Table, ...]:
    """The themes that are not told with their words, a row each: first those with news, then, folded, the others."""
    if not _compared(found):
        return _rows("The others", found, digest, hurts, fold="")
    news = [finding for finding in found if has_news(finding, digest)]
    same = [finding for finding in found if not has_news(finding, digest)]
    first = listed([f"{quoted(f.label, 50)} ({f.authors:,})" for f in same[:3]])
    fold = f"{count(len(same), 'more theme')} without news, first {first}"
    return (*_rows("Also in the news", news, digest, hurts, ""), *_rows("The others", same, digest, hurts, fold))


def _rows(caption: str, found: list[Finding], digest: Digest, hurts: bool, fold: str) -> tuple[Table, ...]:
    if not found:
        return ()
    counted = digest.coverage.counted
    width = 3 if any(f.impact for f in found) else 2
    heads = ("Theme", "Raised by", "Goes with")[:width]
    rows = tuple((f"{f.rank} {clip(f.label, 80)}", raised_cell(f, counted), effect_cell(f))[:width] for f in found)
    marks = tuple(top_mark(f, digest, hurts) for f in found)
    return (Table(caption, heads, rows, marks=marks if any(marks) else (), mark_head="News", fold=fold),)


def top_mark(finding: Finding, digest: Digest, hurts: bool = True) -> Mark | None:
    """The most telling mark of a theme: of its alert or a clear change, else of its place; None where there is none."""
    told = [mark for mark in _marks(finding, digest, hurts) if mark.tone != "flat"]
    return min(told, key=lambda mark: mark.text == finding.quadrant, default=None)


def has_news(finding: Finding, digest: Digest) -> bool:
    """Whether something about the theme is new: an alert that stands, a clear change, a theme not there before."""
    alert = finding_alert(finding, digest)
    return finding.is_new or is_news(finding.change) or (alert is not None and alert.state in RAISED)


def _compared(found: list[Finding]) -> bool:
    """Whether there was anything to compare with: else all is new."""
    return any(finding.change is not None for finding in found)


def raised_cell(finding: Finding, counted: str) -> str:
    fact = _raised(finding, counted)
    return f"{fact.value} ({fact.note.replace(' (', ', ').rstrip(')')})" if fact.note else fact.value


def effect_cell(finding: Finding) -> str:
    effect = clearest(finding)
    return impact_text(effect) if effect else "–"


def _short(finding: Finding, digest: Digest) -> Entry:
    entry = _entry(finding, digest, brief=True, hurts=False)
    return replace(entry, facts=entry.facts[:1], small="", quotes=entry.quotes[:1], marks=())


def _entry(finding: Finding, digest: Digest, brief: bool, hurts: bool) -> Entry:
    counted = digest.coverage.counted
    limit = BRIEF_LIMIT if brief else QUOTE_LIMIT
    return Entry(
        rank=str(finding.rank),
        label=clip(finding.label, 120),
        parent=clip(finding.parent, 80) if finding.parent else "",
        marks=_marks(finding, digest, hurts),
        facts=_facts(finding, digest, brief, hurts),
        spark=spark(finding.weekly, counted),
        quotes=tuple(quote(v, digest, limit=limit) for v in finding.verbatims[: 1 if brief else 2]),
        small=_small(finding, digest),
        link=all_comments(finding.theme_id, digest),
        brief=brief,
    )


def _facts(finding: Finding, digest: Digest, brief: bool, hurts: bool) -> tuple[Fact, ...]:
    facts = [_raised(finding, digest.coverage.counted)]
    several = len({(i.metric, i.source) for i in finding.impact}) > len({i.metric for i in finding.impact})
    surest = clearest(finding)
    # What leaves out 0; where nothing does, the one that says most.
    clear = [] if brief else [i for i in finding.impact if is_known(i.value) and i.low * i.high > 0]
    for effect in clear or ([surest] if surest else []):
        value, _, ends = impact_text(effect).partition(" (")
        where = f" in {shown(effect.source)}" if several else ""
        facts.append(Fact("Goes with", value + where, f"({ends}"))
    tone = finding.net_sentiment
    if is_known(tone.value) and not brief:
        facts.append(Fact("Tone", signed(tone.value, 2), f"({span(tone.low, tone.high, 2, sign=True)})"))
    if hurts and not brief:
        facts.extend(_effort(finding))
    done = action_on(finding.theme_id, digest) if hurts else None
    if done is not None:
        note = "" if done.verdict in ("fewer", "more") else effect_mark(done).text
        facts.append(Fact("Decided", decided(done, digest), note))
    if finding.sub_themes and not brief:
        facts.append(Fact("Within it", _parts_of(finding)))
    return tuple(facts)


def _raised(finding: Finding, counted: str) -> Fact:
    share = finding.share
    if not is_known(share.value) or share.value <= 0:
        return Fact("Raised by", counted_of(finding.authors, 0, counted))
    who = counted_of(finding.authors, round(finding.authors / share.value), counted)
    return Fact("Raised by", who, f"{percent(share.value)} ({percent_span(share)})")


def _effort(finding: Finding) -> tuple[Fact, ...]:
    """How many of those who raise it had to try, call or wait again; nothing for fewer than three.

    Two in three of these readings are right (docs/decisions.md), so it is told softly.
    """
    n = finding.signals.get("effort", 0)
    return (Fact("Effort", f"{n:,} seem to have had to chase, wait or try again"),) if n >= FEWEST_EFFORTS else ()


def _parts_of(finding: Finding) -> str:
    """The largest sub-themes, each with how many raise it."""
    told = finding.sub_themes[:MOST_PARTS]
    rest = len(finding.sub_themes) - len(told)
    named = [f"{clip(part.label, 50)} {part.authors:,}" for part in told]
    return " · ".join([*named, f"{rest} more"] if rest else named)


def _marks(finding: Finding, digest: Digest, hurts: bool) -> tuple[Mark, ...]:
    """Its alert, that it is new, what became of it; and whether it is urgent or important."""
    marks = []
    if finding.quadrant:
        marks.append(Mark("●", finding.quadrant, "bad" if " and " in finding.quadrant else "new"))
    alert = finding_alert(finding, digest)
    if alert is not None:
        marks.append(alert_mark(alert, digest))
    if finding.is_new and not (alert and alert.kind == "new"):
        marks.append(Mark("✚", "new theme", "new"))
    done = action_on(finding.theme_id, digest) if hurts else None
    if done is not None and done.verdict in ("fewer", "more"):
        marks.append(replace(effect_mark(done), text=f"{effect_mark(done).text} since it was decided"))
    # An alert says the same of a longer time, and more surely.
    mark = None if alert and alert.state in RAISED else _change_mark(finding.change, hurts)
    return (*marks, mark) if mark else tuple(marks)


def _change_mark(change: Change | None, more_is_bad: bool) -> Mark | None:
    """What became of a share since the period before; None where there is nothing to compare with."""
    if change is None:
        return None
    if not is_news(change):
        return Mark("=", f"no clear change from {percent(change.baseline)}", "flat")
    rose = change.value > change.baseline
    return Mark("▲" if rose else "▼", change_words(change), "bad" if rose == more_is_bad else "good")


def _small(finding: Finding, digest: Digest) -> str:
    parts = []
    if finding.journey_stage:
        parts.append(f"Stage: {shown(finding.journey_stage)}")
    if finding.owner:
        parts.append(f"Owner: {shown(finding.owner)}")
    if finding.action and action_on(finding.theme_id, digest) is None:
        parts.append(f"Decided: {clip(finding.action, 100)}")
    return " · ".join(parts)
