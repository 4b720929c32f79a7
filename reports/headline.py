"""The sentences at the top of a digest: plain English, made only of figures that the digest holds.

The first sentence is the news. What changed significantly leads; where nothing did, the page says so and names what
is largest. Impact is association: sentences say "goes with", never that one thing made the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from groundswell.findings import Finding, Impact, Interval, ScoreSummary, ServiceLevel
from groundswell.records import Period
from reports.changes import is_news, versus
from reports.comment_sections import kinds_found
from reports.digest import Digest
from reports.figures import (
    count,
    duration,
    duration_interval,
    impact_decimals,
    is_known,
    listed,
    metric_name,
    noun,
    number,
    percent,
    percent_span,
    quoted,
    score_text,
    shown,
    span,
    zone,
)

__all__ = ["build_digest", "build_headline", "build_title", "raised", "volume_change"]

TITLES = {
    "service": "What hurts customers",
    "product": "What to fix, and what changed",
    "marketing": "What customers praise",
    "operations": "Volumes, times and scores",
}
UNDATED = "The feedback carries no dates, so nothing can be said about change."
NO_BASELINE = "There is no earlier period to compare with yet."


def build_digest(draft: Digest) -> Digest:
    """The draft with the title and the headline that its figures call for; the flow fills everything else."""
    title = draft.title or build_title(draft.audience, draft.period)
    return replace(draft, title=title, headline=draft.headline or build_headline(draft))


def build_title(audience: str, period: Period) -> str:
    """ "What hurts customers: 2026-W46 · 9-15 Nov 2026"."""
    return f"{TITLES[audience]}: {period.label}"


def build_headline(digest: Digest) -> tuple[str, ...]:
    """One to three sentences, the news first."""
    write = {"service": _service, "product": _product, "marketing": _marketing, "operations": _operations}
    return tuple(write[digest.audience](digest))[:3]


def raised(finding: Finding, counted: str) -> str:
    """ "card never arrived" was raised by 38 of 412 authors (9 %, 7-12 %)."""
    share, n = finding.share, finding.authors
    verb = "was raised by" if counted == "authors" else "came up in"
    if not is_known(share.value) or share.value <= 0:
        return f"{quoted(finding.label)} {verb} {count(n, noun(counted, 1), counted)}"
    of = max(n, round(n / share.value))
    return f"{quoted(finding.label)} {verb} {n:,} of {of:,} {counted} ({percent(share.value)}, {percent_span(share)})"


def _rising(findings: Iterable[Finding]) -> list[Finding]:
    return [f for f in findings if f.change and is_news(f.change) and f.change.value > f.change.baseline]


def _falling(findings: Iterable[Finding]) -> list[Finding]:
    return [f for f in findings if f.change and is_news(f.change) and f.change.value < f.change.baseline]


def _clear_impact(finding: Finding) -> Impact | None:
    """The impact that rests on most responses, of those whose interval leaves out 0."""
    clear = [i for i in finding.impact if is_known(i.value) and (i.low > 0) == (i.high > 0) and i.low * i.high > 0]
    return max(clear, key=lambda i: (i.n, abs(i.value), i.metric, i.source)) if clear else None


def _goes_with(finding: Finding) -> str:
    """ "goes with 4.1 fewer NPS points (2.6-5.6)", or nothing where the interval holds 0."""
    impact = _clear_impact(finding)
    if impact is None:
        return ""
    decimals, name = impact_decimals(impact.metric), metric_name(impact.metric)
    size = number(abs(impact.value), decimals)
    ends = _size_span(impact.low, impact.high, decimals)
    if impact.metric in ("nps", "csat"):
        return f"goes with {size} {'fewer' if impact.value < 0 else 'more'} {name} points ({ends})"
    what = name if name.isupper() else name.lower()
    return f"goes with a {what} {size} points {'lower' if impact.value < 0 else 'higher'} ({ends})"


def _size_span(low: float, high: float, decimals: int) -> str:
    """An interval on one side of 0, as sizes."""
    return span(min(abs(low), abs(high)), max(abs(low), abs(high)), decimals)


def _full(finding: Finding, counted: str, news: bool = True) -> str:
    parts = [raised(finding, counted)]
    if news and finding.change and is_news(finding.change):
        parts.append(versus(finding.change))
    effect = _goes_with(finding)
    if effect:
        parts.append(f"and {effect}")
    return f"{', '.join(parts)}." if len(parts) != 2 or not effect else f"{parts[0]} {parts[1]}."


def _score_news(scores: Iterable[ScoreSummary], before: str) -> list[str]:
    """One sentence for each score whose change leaves out 0."""
    sentences = []
    for score in scores:
        change, low, high = score.change, score.change_low, score.change_high
        if change is None or low is None or high is None or not is_known(score.value) or low * high <= 0:
            continue
        decimals = impact_decimals(score.metric)
        size, ends = number(abs(change), decimals), _size_span(low, high, decimals)
        verb = "rose" if change > 0 else "fell"
        moved = f"{metric_name(score.metric)} in {shown(score.source)} {verb} by {size} points ({ends})"
        sentences.append(f"{moved} to {score_text(score)} since {before}.")
    return sentences


def _why_no_change(digest: Digest) -> str:
    if digest.period.start is None:
        return UNDATED
    return digest.why_absent("change") or digest.why_absent("trends") or NO_BASELINE


def _quiet(findings: Iterable[Finding], what: str) -> str:
    """What to say when nothing moved: which period was compared, or "" where none was."""
    labels = [f.change.baseline_label for f in findings if f.change is not None]
    return f"No {what} changed significantly against {labels[0]}" if labels else ""


def _others(findings: list[Finding], verb: str) -> list[str]:
    if not findings:
        return []
    names = [quoted(f.label, 50) for f in findings[:3]]
    more = len(findings) - len(names)
    return [f"{listed([*names, f'{more} more'] if more else names)} {verb} significantly as well."]


def _themes(digest: Digest, findings: tuple[Finding, ...], what: str, section: str) -> list[str]:
    """The news among ranked themes: risers, else score moves, else fallers, else the largest."""
    counted = digest.coverage.counted
    ranked = sorted(findings, key=lambda f: (f.rank, f.theme_id))
    moves = _score_news(digest.scores, digest.period.before) if section == "pain_points" else []
    if not ranked:
        why = digest.why_absent(section) or f"No {what} was raised often enough to be ranked."
        return [*moves, why]
    rising, falling = _rising(ranked), _falling(ranked)
    if rising:
        return [_full(rising[0], counted), *moves, *_others(rising[1:], "rose")]
    top = _full(ranked[0], counted, news=False)
    if moves:
        return [*moves[:1], f"The top {what}: {top}", *moves[1:]]
    if falling:
        fell = falling[0]
        now = f"{raised(fell, counted)}, {versus(fell.change)}." if fell.change else ""
        rest = [f"The top {what}: {top}"] if fell is not ranked[0] else []
        return [f"Good news: {now}" if section == "pain_points" else now, *rest, *_others(falling[1:], "fell")]
    quiet = _quiet(ranked, what)
    return [f"{quiet}; the top one: {top}"] if quiet else [f"The top {what}: {top}", _why_no_change(digest)]


def _service(digest: Digest) -> list[str]:
    sentences = _themes(digest, digest.pain_points, "pain point", "pain_points")
    # Third at the latest, for a call cannot wait: further sentences are cut.
    sentences[2:2] = _to_call(digest)
    counts = digest.mismatch_counts
    n = counts.happy_score if counts else sum(m.direction.startswith("happy score") for m in digest.mismatches)
    if n:
        sentences.append(f"{count(n, 'customer')} gave a good score but {'wrote' if n > 1 else 'writes'} of trouble.")
    return sentences


def _to_call(digest: Digest) -> list[str]:
    """How many customers wait for a call, and what for."""
    signals = digest.signals
    if signals is None or not signals.to_call:
        return []
    counted = noun(digest.coverage.counted, signals.to_call)
    return [f"To call back: {signals.to_call:,} {counted} ({kinds_found(signals)})."]


def _product(digest: Digest) -> list[str]:
    sentences = _themes(digest, digest.pain_points, "pain point", "pain_points")
    marked = [s for s in digest.segments if s.significant and s.difference.value > 0]
    if marked:
        top = max(marked, key=lambda s: (s.difference.low, s.authors, s.theme_id, s.value))
        segment = (
            f"{quoted(top.label)} is raised by {percent(top.share)} of {digest.coverage.counted} on "
            f"{shown(top.segment)} {shown(top.value)}, and by {percent(top.share_elsewhere)} elsewhere."
        )
        sentences.insert(1 if _rising(digest.pain_points) else 0, segment)
    return sentences


def _marketing(digest: Digest) -> list[str]:
    praise = _themes(digest, digest.praise, "praised theme", "praise")
    n = len(digest.testimonials)
    if n:
        ask = f"{count(n, 'comment')} passed every check that could be made and can be asked for as a testimonial."
    else:
        ask = digest.why_absent("testimonials") or "No comment passed the checks for a testimonial."
    news = bool(_rising(digest.praise))
    return [praise[0], ask, *praise[1:]] if news or not n else [ask, *praise]


def _operations(digest: Digest) -> list[str]:
    sentences = []
    moved = [s for s in digest.service_levels if is_news(s.change)]
    if moved:
        top = max(moved, key=lambda s: (s.n, s.group))
        sentences.append(_share_of_contacts(top))
    sentences.append(_volume(digest))
    sentences.extend(_slowest(digest.service_levels))
    sentences.extend(_score_news(digest.scores, digest.period.before))
    return sentences


def _share_of_contacts(level: ServiceLevel) -> str:
    change = level.change
    assert change is not None  # the caller chose a level with news
    direction = "up" if change.value > change.baseline else "down"
    was = f"{direction} from {percent(change.baseline)} in {change.baseline_label}"
    return f"{quoted(level.group)} made up {percent(change.value)} of contacts, {was}."


def volume_change(digest: Digest) -> tuple[int, int] | None:
    """Feedback in the period and in as many weeks before, or None where the weeks do not say."""
    start, end = digest.period.start, digest.period.end
    if start is None or end is None or digest.period.length not in ("week", "4 weeks"):
        return None
    first = start.astimezone(zone(digest.period))
    weeks = 1 if digest.period.length == "week" else 4
    # Noon of the third day: no change of the clocks moves it into another week.
    middays = [first + timedelta(days=7 * k + 3) for k in range(-weeks, weeks)]
    labels = [f"{d.isocalendar().year}-W{d.isocalendar().week:02d}" for d in middays]
    by_source = [{point.week: point.n for point in points} for points in digest.volumes.values()]
    # A source that began in between would make the sum jump: all of them, or no comparison.
    if not by_source or not all(set(labels) <= set(by_week) for by_week in by_source):
        return None
    now, before = (sum(by_week[w] for by_week in by_source for w in part) for part in (labels[weeks:], labels[:weeks]))
    return now, before


def _volume(digest: Digest) -> str:
    both = volume_change(digest)
    if both is None or both[1] == 0:
        return f"{count(digest.coverage.feedback, 'piece', 'pieces')} of feedback came in."
    now, before = both
    share = now / before - 1
    size = f"{percent(abs(share))} {'more' if share > 0 else 'fewer'} than" if round(share, 3) else "as many as"
    return f"{now:,} pieces of feedback came in, {size} in {digest.period.before} ({before:,})."


def _slowest(levels: tuple[ServiceLevel, ...]) -> list[str]:
    """The slowest group by median first reply, beside the whole."""
    timed = [(s, s.first_reply_minutes) for s in levels if _is_time(s.first_reply_minutes)]
    groups = [(s, t) for s, t in timed if s.group_by != "all" and t is not None]
    if not groups:
        return []
    slow, reply = max(groups, key=lambda pair: (pair[1].value, pair[0].group))
    whole = [t for s, t in timed if s.group_by == "all" and s.source == slow.source and t is not None]
    beside = f"; over all contacts it is {duration(whole[0].value)}" if whole else ""
    return [f"First replies are slowest in {quoted(slow.group)}: median {duration_interval(reply)}{beside}."]


def _is_time(interval: Interval | None) -> bool:
    return interval is not None and is_known(interval.value)
