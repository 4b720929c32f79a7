"""How much came in: by week, beside what is usual, and for each hundred customers or orders."""

from __future__ import annotations

from groundswell.findings import ContactRatio, VolumePoint
from reports.digest import Digest
from reports.page.parts import Section
from reports.page.pictures import volumes as charts
from reports.wording.figures import clip, count, is_known, listed, number, shown, span
from reports.wording.weeks import in_last_week, period_weeks

__all__ = ["unusual_volumes", "volumes"]


def volumes(digest: Digest, name: str, title: str) -> Section | None:
    """One chart for each source, with a line on its last week and on its contact ratio; None without volumes."""
    pictures = charts(digest)
    notes = [*_last_weeks(digest), *(_ratio(ratio, digest) for ratio in digest.contact_ratios)]
    if not pictures and not notes:
        return None
    return Section(name, title, notes=tuple(notes), pictures=pictures, fold=_same(digest))


def _same(digest: Digest) -> str:
    """One line where every source's last week lies in its usual range; "" where one does not, or is not known."""
    points = {source: _last_point(digest, source) for source in sorted(digest.volumes)}
    known = {source: point for source, point in points.items() if point is not None}
    if not points or len(known) < len(points) or unusual_volumes(digest):
        return ""
    named = [f"{clip(source, 40)} {point.n:,}" for source, point in known.items()]
    return f"All within the usual range {in_last_week(digest)}: {listed(named)}."


def _last_point(digest: Digest, source: str) -> VolumePoint | None:
    """The source's last week of the period, where its usual range is known."""
    weeks = period_weeks(digest)
    found = [point for point in digest.volumes[source] if weeks and point.week == weeks[-1]]
    usual = found[0].usual if found else None
    return found[0] if usual is not None and is_known(usual.low) and is_known(usual.high) else None


def _last_weeks(digest: Digest) -> list[str]:
    lines = []
    for source in sorted(digest.volumes):
        point = _last_point(digest, source)
        if point is not None:
            lines.append(f"{clip(source, 60)}: {_beside_usual(point)}.")
    return lines


def _beside_usual(point: VolumePoint) -> str:
    """ "1,204 in 2026-W46, above the usual 780 (640-910)"."""
    usual = point.usual
    assert usual is not None  # the caller chose a week with a usual range
    where = "above" if point.n > usual.high else "below" if point.n < usual.low else "within"
    ends = span(max(0.0, usual.low), usual.high)
    return f"{point.n:,} in {shown(point.week)}, {where} the usual range: {number(usual.value)} ({ends})"


def unusual_volumes(digest: Digest) -> list[str]:
    """One sentence for each source whose last week lies outside its usual range, the furthest first."""
    found = []
    for source in sorted(digest.volumes):
        point = _last_point(digest, source)
        usual = point.usual if point else None
        if point is not None and usual is not None and not usual.low <= point.n <= usual.high:
            how = "more than" if point.n > usual.high else "fewer than"
            ends = span(max(0.0, usual.low), usual.high)
            text = f"{point.n:,} came in from {clip(source, 60)}, {how} the usual {number(usual.value)} ({ends})."
            found.append((-abs(point.n - usual.value), text))
    return [text for _, text in sorted(found)]


def _ratio(ratio: ContactRatio, digest: Digest) -> str:
    value, ends = number(ratio.ratio.value, 1), span(ratio.ratio.low, ratio.ratio.high, 1)
    before = ""
    if ratio.before is not None and is_known(ratio.before):
        before = f"; {number(ratio.before, 1)} in {digest.period.before}"
    of = f"{count(ratio.contacts, 'contact')}, {ratio.base:,} {shown(ratio.per)}"
    return f"{clip(ratio.source, 60)}: {value} contacts for each 100 {shown(ratio.per)} ({ends}; {of}){before}."
