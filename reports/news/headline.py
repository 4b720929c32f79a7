"""The sentences at the top of a digest: plain English, made only of figures that the digest holds.

The first sentence is the news. What changed significantly leads; where nothing did, the page says so and names what
is largest. Impact is association: sentences say "goes with", never that one thing made the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from groundswell.findings import Finding
from groundswell.records import Period
from reports.digest import Digest
from reports.news.operations import operations_news
from reports.page.comments import has_happy_score, kinds_found
from reports.page.effects import effect_news, is_worse, release_news
from reports.page.gone import gone_news
from reports.page.scores import move_news
from reports.page.testimonials import waiting
from reports.wording.alerts import alert_news, is_newly
from reports.wording.changes import is_news, is_rising, versus
from reports.wording.figures import count, is_known, listed, noun, percent, percent_span, quoted, shown
from reports.wording.scores import goes_with, score_news

__all__ = ["build_digest", "build_headline", "build_title", "raised"]

TITLES = {
    "service": "What hurts customers",
    "product": "What to fix, and what changed",
    "marketing": "What customers praise",
    "operations": "Volumes, times and scores",
}
FEW = 5  # who ask for one thing, for it to be called what is asked for most
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
    write = {"service": _service, "product": _product, "marketing": _marketing, "operations": operations_news}
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


def _full(finding: Finding, counted: str, news: bool = True) -> str:
    parts = [raised(finding, counted)]
    if news and finding.change and is_news(finding.change):
        parts.append(versus(finding.change))
    effect = goes_with(finding)
    if effect:
        parts.append(f"and {effect}")
    return f"{', '.join(parts)}." if len(parts) != 2 or not effect else f"{parts[0]} {parts[1]}."


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
    moves = score_news(digest.scores, digest.period.before) if section == "pain_points" else []
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


def _alerts(digest: Digest, findings: tuple[Finding, ...]) -> list[str]:
    """The sentence on the newest alert, with what its theme goes with where that is clear; none where none stands."""
    return alert_news(digest, {finding.theme_id: goes_with(finding) for finding in findings})


def _pains(digest: Digest) -> list[str]:
    """The news on what hurts: an alert and the scores that moved; where nothing is unusual, themes and scores."""
    news = _alerts(digest, digest.pain_points)
    if not news:
        return _themes(digest, digest.pain_points, "pain point", "pain_points")
    return [*news, *score_news(digest.scores, digest.period.before)]


def _service(digest: Digest) -> list[str]:
    sentences = _pains(digest)
    # Third at the latest, for a call cannot wait: further sentences are cut.
    sentences[2:2] = _to_call(digest)
    sentences.extend(effect_news(digest))
    counts = digest.mismatch_counts
    n = counts.happy_score if counts else sum(map(has_happy_score, digest.mismatches))
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
    """A release that surely hurts, a new alert, what went away; else what changed, and last what is still unusual."""
    alerts, release, group = _alerts(digest, digest.pain_points), release_news(digest), _group(digest)
    gone, moves = gone_news(digest), score_news(digest.scores, digest.period.before)
    by_release = [a for a in digest.alerts if a.kind == "release" and alerts and alerts[0].startswith(quoted(a.label))]
    if by_release:  # it says of the release what there is to say
        return [*alerts, *gone, *moves, *group]
    if any(map(is_worse, digest.releases)):
        return [*release, *alerts, *gone, *moves, *group]
    if any(is_newly(alert, digest) for alert in digest.alerts):
        return [*alerts, *release, *gone, *moves, *group]
    themes = _themes(digest, digest.pain_points, "pain point", "pain_points")
    first = themes[:1] if _rising(digest.pain_points) else []
    news = [*first, *group, *release, *gone, *_rising_wishes(digest)]
    if moves and themes[0] == moves[0]:
        themes[1:1] = move_news(digest)
    quiet = _nothing_to_build(digest) if not news and not moves and not _falling(digest.pain_points) else []
    return [*news, *(quiet or themes[len(first) :]), *alerts]


def _nothing_to_build(digest: Digest) -> list[str]:
    """One sentence where nothing changed: what hurts and what is asked for most; none where nothing was compared."""
    ranked = sorted(digest.pain_points, key=lambda f: (f.rank, f.theme_id))
    before = [finding.change.baseline_label for finding in ranked if finding.change is not None]
    if not before:
        return []
    counted = digest.coverage.counted
    most = f"the top pain point is {quoted(ranked[0].label)} ({ranked[0].authors:,} {noun(counted, ranked[0].authors)})"
    wishes = [wish for wish in digest.requests if wish.theme_id and wish.authors >= FEW]
    top = max(wishes, key=lambda wish: (wish.authors, wish.label), default=None)
    asked = f", most wishes are about {quoted(top.label)} ({top.authors:,})" if top else ""
    return [f"No theme, group or release changed clearly against {before[0]}; {most}{asked}."]


def _group(digest: Digest) -> list[str]:
    """One sentence on the group that differs most; a category is what a contact is about, which is no news."""
    marked = [
        s
        for s in digest.segments
        if s.significant and s.difference.value > 0 and not s.notes and s.segment not in ("category", "sub_category")
    ]
    if not marked:
        return []
    top = max(marked, key=lambda s: (s.difference.low, s.authors, s.theme_id, s.value))
    return [
        f"{quoted(top.label)} is raised by {percent(top.share)} of {digest.coverage.counted} on "
        f"{shown(top.segment).replace('_', ' ')} {shown(top.value)}, and by {percent(top.share_elsewhere)} elsewhere."
    ]


def _marketing(digest: Digest) -> list[str]:
    praise = _themes(digest, digest.praise, "praised theme", "praise")
    n = len(digest.testimonials)
    if n:
        whom = "the author of 1 comment" if n == 1 else f"the authors of {n:,} comments"
        ask = f"Ask {whom} for consent: {'it' if n == 1 else 'they'} passed every check that could be made."
    else:
        ask = digest.why_absent("testimonials") or "No comment passed the checks for a testimonial."
    unusual, wishes = _alerts(digest, digest.praise), _rising_wishes(digest)
    if any(one.waits_for for one in digest.consents):
        ask = f"{ask} {waiting(digest.consents)}"
    if unusual:
        return [*unusual, ask, *wishes, praise[0]]
    news = bool(_rising(digest.praise))
    return [praise[0], ask, *wishes, *praise[1:]] if news or not n else [ask, praise[0], *wishes, *praise[1:]]


def _rising_wishes(digest: Digest) -> list[str]:
    """One sentence on the wish that most people have of those that rose; none without any."""
    rising = [(wish, wish.change) for wish in digest.requests if is_rising(wish.change) and wish.change is not None]
    if not rising:
        return []
    wish, change = max(rising, key=lambda pair: (pair[0].authors, pair[0].label))
    who = f"{wish.authors:,} {noun(digest.coverage.counted, wish.authors)}"
    return [f"More customers ask for something about {quoted(wish.label)}: {who}, {versus(change)}."]
