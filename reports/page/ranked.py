"""Themes ranked by what they cost or win: the first in full, the next briefly, the others in a table."""

from __future__ import annotations

from dataclasses import replace

from groundswell.findings import Change, Finding
from reports.charts.spark import spark
from reports.digest import Digest
from reports.page.alerts import alert_mark, finding_alert
from reports.page.parts import Entry, Fact, Mark, Section, Table, counted_of
from reports.page.quotes import BRIEF_LIMIT, QUOTE_LIMIT, quote
from reports.wording.alerts import RAISED
from reports.wording.changes import change_words, is_news
from reports.wording.figures import (
    clip,
    count,
    impact_text,
    is_known,
    noun,
    number,
    percent,
    percent_span,
    shown,
    signed,
    span,
)
from reports.wording.scores import clearest

__all__ = ["pain_points", "praise"]

FEWEST_EFFORTS = 3
MOST_PARTS = 4  # sub-themes that an entry names
FULL, BRIEF = 3, 3  # themes told in full, and told briefly; the others are rows of a table
PARTS = ("authors", "mean_loss", "mean_gain", "trend", "confidence")  # of the rank, as a reader takes them in
QUADRANTS = {"urgent and important": "Do first", "urgent": "Answer now", "important": "Plan"}
MEANING = (
    "Important: the few that make up a quarter of all that is lost. Urgent: an alert, a clear rise, or every fifth of "
    "those who raise it threatens, means to leave or needs an answer at once."
)


def pain_points(digest: Digest, name: str, title: str) -> Section | None:
    """What costs most, urgent set against important in a small table above; None without any."""
    if not digest.pain_points:
        return None
    ranked = sorted(digest.pain_points, key=lambda f: (f.rank, f.theme_id))
    lead = (
        "Ranked by how many complain, how much lower they score, how fast it grows and how sure that is. Counted are "
        f"{digest.coverage.counted} that raise it in unhappy words; brackets hold 95 % intervals."
    )
    first = _priorities(ranked)
    notes = (MEANING,) if first else ()
    return _section(digest, Section(name, title, lead, notes=notes, first=first), ranked, hurts=True)


def praise(digest: Digest, name: str, title: str) -> Section | None:
    """What customers praise most; three lines of it for service. None without any."""
    if not digest.praise:
        return None
    ranked = sorted(digest.praise, key=lambda f: (f.rank, f.theme_id))
    if digest.audience == "service":
        return Section(name, title, entries=tuple(_short(f, digest) for f in ranked[:3]))
    lead = (
        f"Ranked by how many praise it and how well they score. Counted are {digest.coverage.counted} that raise it in "
        "happy words; brackets hold 95 % intervals."
    )
    return _section(digest, Section(name, title, lead), ranked, hurts=False)


def _section(digest: Digest, section: Section, ranked: list[Finding], hurts: bool) -> Section:
    """The section filled: service and marketing read the first in full, the others read them briefly."""
    full = FULL if digest.audience in ("service", "marketing") else 0
    told = ranked[: full + BRIEF]
    entries = tuple(_entry(f, digest, place >= full, hurts) for place, f in enumerate(told))
    rest = _rest(ranked[len(told) :], digest, hurts)
    size = count(len(ranked), "theme")
    return replace(section, entries=entries, tables=rest, size=size)


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
    """The themes below the ones that are told, a row each."""
    if not found:
        return ()
    counted = digest.coverage.counted
    width = 3 if any(f.impact for f in found) else 2
    heads = ("Theme", "Raised by", "Goes with")[:width]
    rows = tuple((f"{f.rank} {clip(f.label, 80)}", _raised_cell(f, counted), _effect_cell(f))[:width] for f in found)
    news = [[mark for mark in _marks(f, digest, hurts) if mark.tone != "flat"] for f in found]
    marks = tuple(mark[0] if mark else None for mark in news)
    return (Table("The others", heads, rows, marks=marks if any(marks) else (), mark_head="News"),)


def _raised_cell(finding: Finding, counted: str) -> str:
    fact = _raised(finding, counted)
    return f"{fact.value} ({fact.note.replace(' (', ', ').rstrip(')')})" if fact.note else fact.value


def _effect_cell(finding: Finding) -> str:
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
        facts=_facts(finding, counted, brief, hurts),
        spark=spark(finding.weekly, counted),
        quotes=tuple(quote(v, digest, limit=limit) for v in finding.verbatims[: 1 if brief else 2]),
        small=_small(finding, counted, brief),
        brief=brief,
    )


def _facts(finding: Finding, counted: str, brief: bool, hurts: bool) -> tuple[Fact, ...]:
    facts = [_raised(finding, counted)]
    several = len({(i.metric, i.source) for i in finding.impact}) > len({i.metric for i in finding.impact})
    surest = clearest(finding)
    for effect in ([surest] if surest else []) if brief else finding.impact:
        value, _, ends = impact_text(effect).partition(" (")
        where = f" in {shown(effect.source)}" if several else ""
        facts.append(Fact("Goes with", value + where, f"({ends}"))
    tone = finding.net_sentiment
    if is_known(tone.value) and not brief:
        facts.append(Fact("Tone", signed(tone.value, 2), f"({span(tone.low, tone.high, 2, sign=True)})"))
    if hurts and not brief:
        facts.extend(_effort(finding))
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


def _small(finding: Finding, counted: str, brief: bool) -> str:
    parts = []
    if finding.journey_stage and not brief:
        parts.append(f"Stage: {shown(finding.journey_stage)}")
    if finding.owner:
        parts.append(f"Owner: {shown(finding.owner)}")
    if finding.action:
        parts.append(f"Decided: {clip(finding.action, 100)}")
    weights = _weights(finding, counted)
    if weights:
        parts.append(f"Rank: {weights}")
    if not brief:
        parts.append(count(finding.mentions, "mention"))
        if finding.stability is not None:
            parts.append(f"Held together in {percent(finding.stability)} of regroupings")
    return " · ".join(parts)


def _weights(finding: Finding, counted: str) -> str:
    """The parts that multiply to the rank: "41 authors × 74 % of the scale lost × 1.6 times the usual × 72 % sure"."""
    keys = sorted(finding.rank_parts, key=lambda key: (PARTS.index(key) if key in PARTS else len(PARTS), key))
    told = [_weight(key, finding.rank_parts[key], counted) for key in keys]
    return " × ".join(part for part in told if part)


def _weight(key: str, value: float, counted: str) -> str:
    """One part of the rank; nothing for a trend of 1, which is none. A trend counts for no more than 2."""
    if key == "trend":
        return "" if value == 1 else "twice the usual or more" if value == 2 else f"{number(value, 1)} times the usual"
    # Where authors are unknown the part named so counts comments, like everything on the page.
    words = {
        "authors": f"{number(value)} {noun(counted, round(value))}" if is_known(value) else "",
        "mean_loss": f"{percent(value)} of the scale lost",
        "mean_gain": f"{percent(value)} of the scale won",
        "confidence": f"{percent(value)} sure",
    }
    return words.get(key, f"{number(value, 2)} {shown(key).replace('_', ' ')}")
