"""Refunds, returns and shipping: the themes that are about them, and what it costs to make good."""

from __future__ import annotations

import re

from groundswell.findings import Finding, ServiceLevel
from reports.digest import Digest
from reports.page.parts import Section, Table
from reports.page.ranked import effect_cell, raised_cell, top_mark
from reports.wording.figures import UNKNOWN, clip, count, is_known, listed, number, quoted, shown, span

__all__ = ["fulfilment"]

MOST_THEMES, MOST_GROUPS = 6, 6
# Beginnings of words; a theme is about these things where its name, a part of it or its first words are.
ABOUT = re.compile(
    r"\b(refund|return|exchange|reimburs|compensat|money back|credit|ship|deliver|parcel|package|courier|carrier|"
    r"tracking|dispatch|arriv|late order|missing item|lost order|damaged)",
    re.IGNORECASE,
)
FIRST_WORDS = 5


def fulfilment(digest: Digest, name: str, title: str) -> Section | None:
    """The pain points about refunds, returns and shipping, and what was paid to make good; None without either."""
    found = [f for f in sorted(digest.pain_points, key=lambda f: (f.rank, f.theme_id)) if _is_about(f)]
    paid = [s for s in digest.service_levels if s.compensation is not None and is_known(s.compensation.value)]
    tables = (*_themes(found, digest), *_paid(paid))
    if not tables:
        return None
    lead = "Themes whose names or first words speak of them." if found else ""
    if paid:
        means = "The mean counts contacts that were paid nothing; groups of different kinds overlap: do not add them."
        lead = f"{lead} {means}".strip()
    size = count(len(found), "theme") if found else ""
    return Section(name, title, lead, notes=_none(found, digest), tables=tables, size=size)


def _is_about(finding: Finding) -> bool:
    names = (finding.label, *(part.label for part in finding.sub_themes), *finding.keywords[:FIRST_WORDS])
    return any(ABOUT.search(shown(text)) for text in names)


def _none(found: list[Finding], digest: Digest) -> tuple[str, ...]:
    if found or not digest.pain_points:
        return ()
    return ("No pain point is about refunds, returns or shipping.",)


def _themes(found: list[Finding], digest: Digest) -> tuple[Table, ...]:
    if not found:
        return ()
    told, counted = found[:MOST_THEMES], digest.coverage.counted
    rows = tuple((f"{clip(f.label, 80)}", raised_cell(f, counted), effect_cell(f), _words(f)) for f in told)
    rest = found[MOST_THEMES:]
    more = f"; also {listed([quoted(f.label, 40) for f in rest])}" if rest else ""
    marks = tuple(top_mark(f, digest) for f in told)
    head = ("Theme", "Raised by", "Goes with", "In their words")
    return (Table(f"What they say{more}", head, rows, texts=(3,), marks=marks if any(marks) else (), mark_head="News"),)


def _words(finding: Finding) -> str:
    """One quote, short, with its reference."""
    if not finding.verbatims:
        return "–"
    one = finding.verbatims[0]
    # A channel that may have no quotes still gets the reference.
    said = f"“{clip(one.text, 90)}” · " if one.text else ""
    return f"{said}{clip(one.reference, 40)}"


def _paid(paid: list[ServiceLevel]) -> tuple[Table, ...]:
    if not paid:
        return ()
    whole = [s for s in paid if s.group_by == "all"]
    groups = sorted(
        (s for s in paid if s.group_by not in ("all", "agent")),
        key=lambda s: (-(s.compensation_total or 0.0), s.group_by, s.group),
    )
    rows = tuple(_paid_row(s) for s in (*whole, *groups[:MOST_GROUPS]))
    return (Table("Paid to customers to make good", ("Group", "Contacts", "Paid", "A contact"), rows),)


def _paid_row(level: ServiceLevel) -> tuple[str, ...]:
    mean, money = level.compensation, f" {clip(level.currency, 8)}" if level.currency else ""
    assert mean is not None  # the caller chose levels with a compensation
    name = (
        "All contacts"
        if level.group_by == "all"
        else f"{shown(level.group_by).replace('_', ' ')} {clip(level.group, 40)}"
    )
    total = UNKNOWN if level.compensation_total is None else f"{number(level.compensation_total)}{money}"
    each = f"{number(mean.value, 2)}{money} ({span(max(0.0, mean.low), mean.high, 2)})"
    return (f"{name}, {shown(level.source)}", f"{level.n:,}", total, each)
