"""Short messages beside the digests: whom to call today, what an owner's themes do. Data, for every channel alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Day
from hashlib import sha256

from groundswell.findings import Alert, Escalation, Finding
from groundswell.records import Period
from reports.digest import Digest
from reports.formats.phrases import mark_words
from reports.formats.quoting import SHORT_QUOTE, check_quotes
from reports.page.alerts import alert_mark
from reports.page.comments import KINDS
from reports.page.effects import action_on, decided, effect_mark
from reports.page.parts import counted_of
from reports.page.quotes import QUOTE_LIMIT
from reports.page.ranked import raised_cell
from reports.wording.alerts import RAISED, by_weight, usual_words
from reports.wording.figures import (
    MONTHS,
    byline,
    clip,
    count,
    impact_text,
    is_known,
    listed,
    quoted,
    shown,
    zone,
)
from reports.wording.scores import clearest
from reports.wording.weeks import in_last_week

__all__ = ["Notice", "NoticeItem", "escalation_notice", "owner_notice", "quoted_item"]

MOST_ITEMS, MOST_NAMED = 20, 40


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One case or theme: what is to be said, the customer's words if any, and where they are found again."""

    text: str
    quote: str | None
    reference: str
    lines: tuple[str, ...] = ()  # what is known of it, below the text


@dataclass(frozen=True, slots=True)
class Notice:
    """A short message; the same `key` is the same message, which nobody needs twice."""

    key: str
    kind: str  # escalations | owner
    title: str
    lead: str
    items: tuple[NoticeItem, ...]
    after: tuple[str, ...] = ()  # lines below the items


def escalation_notice(escalations: Sequence[Escalation], day: Day, left_out: int = 0, timezone: str = "UTC") -> Notice:
    """Customers to call back, the most serious first as given; ValueError without any.

    `day` is the day on which they are told, `left_out` how many more there are than are given, `timezone` the one
    that dates of comments are written in.
    """
    if not escalations:
        raise ValueError("there is no escalation to tell of")
    where = zone(Period("", None, None, "all", timezone))
    told, rest = escalations[:MOST_ITEMS], escalations[MOST_ITEMS:]
    found = {kind: sum(kind in entry.kinds for entry in escalations) for kind in KINDS}
    meanings = " ".join(f"{KINDS[kind][0]} ({n:,}): {KINDS[kind][1]}." for kind, n in found.items() if n)
    named = [clip(entry.verbatim.reference, 40) for entry in rest[:MOST_NAMED]]
    more = len(rest) - len(named) + left_out
    others = [*named, f"{more:,} more"] if more else named
    after = (f"To call as well: {listed(others)}.",) if others else ()
    n = len(escalations) + left_out
    ids = " ".join(sorted(entry.verbatim.feedback_id for entry in escalations))
    return Notice(
        key=f"escalations:{day.isoformat()}:{sha256(ids.encode()).hexdigest()[:16]}",
        kind="escalations",
        title=f"{count(n, 'customer')} to call back · {day.day} {MONTHS[day.month - 1]} {day.year}",
        lead=meanings,
        items=tuple(
            NoticeItem(
                _case(entry), clip(entry.verbatim.text, QUOTE_LIMIT), byline(entry.verbatim, where), _also(entry)
            )
            for entry in told
        ),
        after=after,
    )


def _case(entry: Escalation) -> str:
    kinds = ", ".join(KINDS[kind][0] for kind in KINDS if kind in entry.kinds).capitalize()
    about = f" · about {quoted(entry.theme)}" if entry.theme else ""
    return f"{kinds}{about}"


def _also(entry: Escalation) -> tuple[str, ...]:
    named = [clip(reference, 40) for reference in entry.also[:3]]
    return (f"The same customer also wrote {listed(named)}.",) if named else ()


def quoted_item(item: NoticeItem, quotes: str) -> NoticeItem:
    """The item with as much of the customer's words as `quotes` (full, short or none) lets through."""
    check_quotes(quotes)
    if item.quote is None or quotes == "full":
        return item
    return replace(item, quote=clip(item.quote, SHORT_QUOTE) if quotes == "short" else None)


def owner_notice(owner: str, digest: Digest) -> Notice | None:
    """What the themes of one owner do: alerts that stand, then pain points by rank; None where none is theirs."""
    alerts = [a for a in by_weight(digest.alerts) if _is_theirs(a.owner, owner) and a.state in RAISED]
    points = sorted((f for f in digest.pain_points if _is_theirs(f.owner, owner)), key=lambda f: (f.rank, f.theme_id))
    themes = list(dict.fromkeys([*(a.theme_id for a in alerts), *(f.theme_id for f in points)]))
    if not themes:
        return None
    items = [
        _theme_item(
            next((a for a in alerts if a.theme_id == theme), None),
            next((f for f in points if f.theme_id == theme), None),
            digest,
        )
        for theme in themes
    ]
    name = next((named for named in (*(a.owner for a in alerts), *(f.owner for f in points)) if named), owner)
    told, rest = items[:MOST_ITEMS], len(items) - MOST_ITEMS
    alerted = f", {count(len(alerts), 'alert')}" if alerts else ""
    return Notice(
        key=f"owner:{shown(owner)}:{digest.audience}:{digest.period.slug}",
        kind="owner",
        title=f"{clip(name, 40)}: {count(len(items), 'theme')} of yours{alerted} · {digest.period.slug}",
        lead=f"{shown(digest.period.label)}. These themes are yours; brackets hold 95 % intervals.",
        items=tuple(told),
        after=(f"{count(rest, 'more theme')} of yours on the page.",) if rest > 0 else (),
    )


def _is_theirs(named: str | None, owner: str) -> bool:
    return named is not None and shown(named).casefold() == shown(owner).casefold()


def _theme_item(alert: Alert | None, finding: Finding | None, digest: Digest) -> NoticeItem:
    found = alert or finding
    assert found is not None  # the caller goes through the themes of both
    lines = []
    if alert is not None:
        lines.append(_alert_words(alert, digest))
    if finding is not None:
        lines.append(_finding_words(finding, digest))
    action = action_on(found.theme_id, digest)
    if action is not None:
        lines.append(f"Decided: {decided(action, digest)}. What came of it: {mark_words(effect_mark(action))}")
    said = next(iter((*(alert.verbatims if alert else ()), *(finding.verbatims if finding else ()))), None)
    return NoticeItem(
        quoted(found.label, 120),
        clip(said.text, QUOTE_LIMIT) if said else None,
        byline(said, zone(digest.period)) if said else "",
        tuple(lines),
    )


def _alert_words(alert: Alert, digest: Digest) -> str:
    who = counted_of(alert.authors, alert.of, digest.coverage.counted)
    usual = f", usually {usual_words(alert.usual)}" if alert.kind != "new" and is_known(alert.usual.value) else ""
    return f"{mark_words(alert_mark(alert, digest))}; {who} {in_last_week(digest)}{usual}"


def _finding_words(finding: Finding, digest: Digest) -> str:
    effect = clearest(finding)
    costs = f"; goes with {impact_text(effect)}" if effect else ""
    return f"Pain point {finding.rank}: raised by {raised_cell(finding, digest.coverage.counted)}{costs}"
